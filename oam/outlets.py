"""Places that something is sent to, as many as are configured, each at work in a task of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration


def reason(error: BaseException) -> str:
    """Return why something could not be sent, as the operating system says it where it does."""
    number = error.errno if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
    if number is not None and number > 0:  # those of name look-ups are below
        return os.strerror(number)
    return str(error)


class Outlet(Protocol):
    """One place, at work since it was made."""

    async def close(self) -> None:
        """Give up."""


S = TypeVar("S", bound=Hashable)
T = TypeVar("T", bound=Outlet)


class Outlets(Generic[S, T]):
    """The places, by their settings; one whose settings change begins anew, all others go on."""

    def __init__(
        self,
        configuration: ConfigurationStore,
        wanted: Callable[[Configuration], Iterable[S]],
        made: Callable[[S], T],
    ) -> None:
        self._configuration = configuration
        self._wanted = wanted
        self._made = made
        self.all: dict[S, T] = {}
        """In the order of the configuration."""
        self._leaving: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Take up what is configured, now and after every change."""
        self._configuration.observers.append(self._follow)
        self._follow(None, self._configuration.running)

    async def close(self) -> None:
        """Let go of everything."""
        with contextlib.suppress(ValueError):
            self._configuration.observers.remove(self._follow)
        for outlet in self.all.values():
            await outlet.close()
        self.all.clear()
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _follow(self, _old: Configuration | None, new: Configuration) -> None:
        wanted = tuple(self._wanted(new))
        for settings in [each for each in self.all if each not in wanted]:
            task = asyncio.get_running_loop().create_task(self.all.pop(settings).close())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        held = self.all
        self.all = {each: held.get(each) or self._made(each) for each in wanted}
