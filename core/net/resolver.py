"""Looks up A and AAAA for the engine without holding the loop up: a few threads, a bound, a time limit."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

log = logging.getLogger("net")

MAX_OUTSTANDING: Final = 256
"""Names being looked up; a question for one more is answered as not found."""
TIMEOUT_S: Final = 5.0
_THREADS: Final = 8

Lookup = Callable[[str], Awaitable[list[str]]]


class Resolver:
    """Answers each question once, through `answer(token, addresses)`; questions for one name share a look-up."""

    def __init__(
        self,
        answer: Callable[[int, list[tuple[str, int]]], None],
        lookup: Lookup | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._answer = answer
        self._executor = ThreadPoolExecutor(_THREADS, "resolver")
        self._lookup = lookup or self._getaddrinfo
        self._timeout_s = timeout_s
        self._waiting: dict[str, list[tuple[int, int]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def resolve(self, token: int, host: str, port: int, transport: int) -> None:
        """Take a question. The answer comes in a later turn of the loop, never in this one."""
        waiting = self._waiting.get(host)
        if waiting is not None:
            waiting.append((token, port))
        elif len(self._tasks) >= MAX_OUTSTANDING:
            asyncio.get_running_loop().call_soon(self._answer, token, [])
        else:
            self._waiting[host] = [(token, port)]
            self._tasks[host] = asyncio.create_task(self._run(host))

    def close(self) -> None:
        """Answer nothing any more; threads that still wait for the name service are left behind."""
        self._waiting.clear()
        for task in self._tasks.values():
            task.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, host: str) -> None:
        found: list[str] = []
        try:
            lookup = asyncio.ensure_future(self._lookup(host))
            # A thread cannot be cancelled: the name stays outstanding until the look-up has ended.
            done, _ = await asyncio.wait({lookup}, timeout=self._timeout_s)
            if done:
                found = lookup.result()
            else:
                log.warning("look-up of %s took longer than %g s", ascii(host), self._timeout_s)
            self._tell(host, found)
            if not done:
                await asyncio.wait({lookup})
                lookup.exception()
        except (OSError, UnicodeError):
            self._tell(host, [])
        finally:
            self._tasks.pop(host, None)
            self._tell(host, [])

    def _tell(self, host: str, found: list[str]) -> None:
        for token, port in self._waiting.pop(host, ()):
            self._answer(token, [(address, port or 5060) for address in found])

    async def _getaddrinfo(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, _addresses, host)


def _addresses(host: str) -> list[str]:
    """Return the numeric addresses of `host` in the system's order, each once."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))
