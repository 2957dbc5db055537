"""Integer indexes of what operators name: the same for a name as long as the state directory lives.

An NMS keeps its graphs by index; so a number is never given to another name, also not while the name is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import msgspec

log = logging.getLogger("management")

FILE: Final = "indexes"
DAMAGED: Final = f"{FILE}.damaged"
"""What could not be read, for an operator to mend."""
MOST: Final = 100_000
"""Names of one kind; further ones get no index and are not served."""

_Number = Annotated[int, msgspec.Meta(ge=1, le=0xFFFFFFFF)]


class Indexes:
    """The numbers of all names, by kind: `trunk`, `listener`, `destination`, …"""

    def __init__(self, state: Path) -> None:
        self._path = state / "snmp" / FILE
        self._numbers: dict[str, dict[str, int]] = self._read()
        self._last = {kind: max(numbers.values(), default=0) for kind, numbers in self._numbers.items()}
        """Of each kind the highest number given."""
        self._changed = False
        self._failing = False
        self._full: set[str] = set()
        """Kinds of which it was told that there are too many."""
        self._writing = asyncio.Lock()

    def of(self, kind: str, name: str) -> int | None:
        """Return the number of a name, given to it when it has none; None: there are too many."""
        numbers = self._numbers.setdefault(kind, {})
        number = numbers.get(name)
        if number is None:
            if len(numbers) >= MOST:
                self._tell_full(kind, name)
                return None
            number = numbers[name] = self._last[kind] = self._last.get(kind, 0) + 1
            self._changed = True
        return number

    def _tell_full(self, kind: str, name: str) -> None:
        if kind not in self._full:
            self._full.add(kind)
            log.warning(
                "SNMP: %d names of the kind %s have had an index; others, %r for one, are not served", MOST, kind, name
            )

    def all(self, kind: str, names: Iterable[str]) -> dict[str, int]:
        """Return the numbers of names; those without one are missing."""
        return {name: number for name in names if (number := self.of(kind, name)) is not None}

    async def save(self) -> None:
        """Write what is new to the disk, before anybody is told of it; a failure is logged, and tried again."""
        async with self._writing:
            if not self._changed:
                return
            self._changed = False
            try:
                await asyncio.to_thread(self._write, msgspec.json.encode(self._numbers))
            except OSError as error:
                self._changed = True
                if not self._failing:
                    log.error("SNMP indexes are not kept: %s", error)
                self._failing = True
            else:
                self._failing = False

    def _read(self) -> dict[str, dict[str, int]]:
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=dict[str, dict[str, _Number]])
            for kind, numbers in found.items():
                if len(set(numbers.values())) < len(numbers):
                    raise ValueError(f"two names of the kind {kind} have one number")
            return found
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.error("SNMP indexes begin anew, %s: %s", self._path, error)
            with contextlib.suppress(OSError):
                os.replace(self._path, self._path.with_name(DAMAGED))
            return {}

    def _write(self, octets: bytes) -> None:
        self._path.parent.mkdir(mode=0o750, exist_ok=True)
        temporary = self._path.with_name(f".{FILE}.{os.getpid()}")
        with open(temporary, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)
