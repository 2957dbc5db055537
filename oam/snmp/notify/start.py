"""Whether a start is cold or warm (RFC 3418): is the configuration what it was when the server was last seen?

A digest of the configuration in force is kept in the state directory, written after each change.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from oam.threads import in_thread

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration

log = logging.getLogger("management")

FILE: Final = "configuration-digest"


class Start:
    """The start of one server, and what the next one has to know."""

    def __init__(self, configuration: ConfigurationStore, state: Path) -> None:
        self._configuration = configuration
        self._path = state / "snmp" / FILE
        self._changed = asyncio.Event()

    async def is_altered(self) -> bool:
        """Tell whether the configuration is not what it was when the server was last seen, or it never was."""
        now = await in_thread(_digest, self._configuration.running)
        altered = await in_thread(self._read) != now
        if altered:
            await self._keep()
        return altered

    async def run(self) -> None:
        """Keep the digest of each configuration that comes into force."""
        self._configuration.observers.append(self._follow)
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self._keep()
        finally:
            self._configuration.observers.remove(self._follow)

    def _follow(self, _old: Configuration, new: Configuration) -> None:
        if new.snmp.hosts or new.snmp.listeners:
            self._changed.set()

    async def _keep(self) -> None:
        try:
            await in_thread(_write, self._path, self._configuration.running)
        except OSError as error:
            log.warning("SNMP: the next start will be told as a cold one: %s", error)

    def _read(self) -> str:
        try:
            return self._path.read_text("ascii")
        except (OSError, ValueError):
            return ""


def _digest(configuration: Configuration) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(configuration)).hexdigest()


def _write(path: Path, configuration: Configuration) -> None:
    """Write the digest; one that is lost in a crash makes a start cold, no more."""
    path.parent.mkdir(mode=0o750, exist_ok=True)
    temporary = path.with_name(f".{FILE}.{os.getpid()}")
    temporary.write_text(_digest(configuration), "ascii")
    temporary.replace(path)
