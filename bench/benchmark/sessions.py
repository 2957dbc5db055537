"""Operators over SSH, in a process of their own: `python -m benchmark.sessions PORT USER PASSWORD JOB [NUMBER]`.

Prints what it measured as one JSON object. Jobs: `login` (connection to prompt), `keys` (a key
to its echo, `?` to the prompt behind the help), `watch` (NUMBER sessions, each a `show` a second),
`idle` (NUMBER sessions, kept until standard input ends), `commit` (a candidate made and committed).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack

import asyncssh

PROMPT = "sip1#"
WATCH_S = 15.0
CHUNK = 65_536


class Operator:
    """One session at a terminal of 80 by 24."""

    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self._process = process
        self._seen = ""

    async def until(self, ending: str) -> str:
        """Read until the output ends so; return it."""
        while not self._seen.endswith(ending):
            got = await self._process.stdout.read(CHUNK)
            if not got:
                raise EOFError(self._seen[-200:])
            self._seen += got
        seen, self._seen = self._seen, ""
        return seen

    async def types(self, text: str, ending: str) -> float:
        """Type `text`; return the seconds until the output ends with `ending`."""
        started = time.perf_counter()
        self._process.stdin.write(text)
        await self.until(ending)
        return time.perf_counter() - started

    async def command(self, line: str) -> float:
        """Run a command that changes no prompt; return the seconds until the prompt is back."""
        return await self.types(line + "\r", "\n" + PROMPT)


async def _operator(stack: AsyncExitStack, port: int, user: str, password: str) -> Operator:
    connection = await stack.enter_async_context(
        asyncssh.connect(
            "127.0.0.1", port, username=user, password=password, known_hosts=None, client_keys=None, config=None
        )
    )
    process = await connection.create_process(term_type="xterm", term_size=(80, 24))
    operator = Operator(process)
    await operator.until(PROMPT)
    return operator


async def login(port: int, user: str, password: str, number: int) -> dict[str, list[float]]:
    """Log in `number` times."""
    taken = []
    for _ in range(number):
        started = time.perf_counter()
        async with AsyncExitStack() as stack:
            await _operator(stack, port, user, password)
            taken.append(time.perf_counter() - started)
    return {"login": taken}


async def keys(port: int, user: str, password: str, number: int) -> dict[str, list[float]]:
    """Type `number` keys, one after the other's echo, and `?` a quarter as often."""
    async with AsyncExitStack() as stack:
        operator = await _operator(stack, port, user, password)
        await operator.command("terminal length 0")
        echo = []
        for at in range(number):
            echo.append(await operator.types("x", "x"))
            if at % 40 == 39:
                await operator.types("\x15", "\b")
        await operator.types("x", "x")
        await operator.types("\x15", "\b")
        await operator.types("show ", "show ")
        asked = [await operator.types("?", PROMPT + "show ") for _ in range(number // 4)]
        return {"echo": echo, "help": asked}


async def watch(port: int, user: str, password: str, number: int) -> dict[str, list[float]]:
    """Have `number` sessions run a `show` once a second, spread over the second."""
    taken: list[float] = []

    async def one(operator: Operator, offset: float) -> None:
        await asyncio.sleep(offset)
        end = time.perf_counter() + WATCH_S
        while (started := time.perf_counter()) < end:
            taken.append(await operator.command("show version"))
            await asyncio.sleep(max(0.0, started + 1 - time.perf_counter()))

    async with AsyncExitStack() as stack:
        operators = [await _operator(stack, port, user, password) for _ in range(number)]
        for operator in operators:
            await operator.command("terminal length 0")
        print("ready", file=sys.stderr, flush=True)
        await asyncio.gather(*(one(each, at / number) for at, each in enumerate(operators)))
    return {"show": taken}


async def idle(port: int, user: str, password: str, number: int) -> dict[str, list[float]]:
    """Keep `number` sessions open until standard input ends."""
    async with AsyncExitStack() as stack:
        for _ in range(number):
            await _operator(stack, port, user, password)
        print("ready", file=sys.stderr, flush=True)
        await asyncio.to_thread(sys.stdin.read)
    return {}


async def commit(port: int, user: str, password: str, number: int) -> dict[str, list[float]]:
    """Put `number` lines into a candidate and commit them."""
    async with AsyncExitStack() as stack:
        operator = await _operator(stack, port, user, password)
        await operator.types("configure candidate\r", "(config)#")
        await operator.types("sip\r", "(config-sip)#")
        lines = "".join(f"domain c{at}.example.com\r" for at in range(number))
        await operator.types(lines, f"domain c{number - 1}.example.com\r\nsip1(config-sip)#")
        return {"commit": [await operator.types("commit\r", ")#")]}


JOBS = {"login": login, "keys": keys, "watch": watch, "idle": idle, "commit": commit}


def main() -> None:
    """Do one job."""
    port, user, password, job, *rest = sys.argv[1:]
    number = int(rest[0]) if rest else 1
    print(json.dumps(asyncio.run(JOBS[job](int(port), user, password, number))))


if __name__ == "__main__":
    main()
