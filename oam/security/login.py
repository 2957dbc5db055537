"""Who comes in: names and secrets against what the configuration says.

A transport asks `Security` and gets an `Identity` or a `LoginError`; it never sees a hash. Every
method may take its time (hashing, servers) and none blocks the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from oam.security.secrets import verified
from oam.settings.operators import Operator

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore

Ask = Callable[[str, bool], Awaitable[str]]
"""(prompt, secret) -> the answer."""


class Source(NamedTuple):
    """Where somebody comes from."""

    transport: str
    """`console`, `ssh` or `telnet`."""
    address: str
    """Address of the client, without port; empty at the console."""


class Identity(NamedTuple):
    """Who was let in, with what."""

    name: str
    privilege: int
    role: str = ""
    method: str = "local"
    """Who vouches for it: `local`, `tacacs+`, `radius`, `none`, `console`."""


class LoginError(Exception):
    """Nobody was let in; the text may be shown before the login, so it tells nothing about accounts."""


class Security:
    """Decides who may come in and who may do what."""

    def __init__(self, configuration: ConfigurationStore) -> None:
        self._configuration = configuration

    async def login(self, name: str, secret: str, source: Source) -> Identity:
        """Let `name` in by its secret; raises LoginError."""
        found = self._operator(name)
        right = await asyncio.to_thread(verified, secret, found.secret if found else "")
        if found is None or not right:
            raise LoginError("Login invalid")
        return _identity(found)

    async def login_key(self, name: str, key: str, source: Source) -> Identity:
        """Let `name` in, who has proved to hold the private part of `key` (`ssh-ed25519 AAAA…`); raises LoginError."""
        found = self._operator(name)
        if found is None or key not in found.keys:
            raise LoginError("Login invalid")
        return _identity(found)

    async def converse(self, ask: Ask, source: Source, name: str = "") -> Identity:
        """Ask for name (unless given), secret and whatever else it takes; raises LoginError."""
        name = name or (await ask("Username: ", False)).strip()
        return await self.login(name, await ask("Password: ", True), source)

    async def enable(self, name: str, secret: str, source: Source) -> bool:
        """Tell whether `secret` opens privilege 15 to `name`."""
        stored = self._configuration.running.enable_secret
        return bool(stored) and await asyncio.to_thread(verified, secret, stored)

    def _operator(self, name: str) -> Operator | None:
        return next((each for each in self._configuration.running.users if each.name == name), None)


def _identity(operator: Operator) -> Identity:
    return Identity(operator.name, operator.privilege, operator.role)
