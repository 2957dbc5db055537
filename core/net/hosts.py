"""/etc/hosts, read again when it has changed: what it says needs no DNS."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Final

PATH: Final = Path("/etc/hosts")
_LONGEST: Final = 1_048_576
"""Octets read of the file."""
_LOOK_S: Final = 1.0
_LOCALHOST: Final = ("127.0.0.1", "::1")


class HostsFile:
    """Addresses by name."""

    def __init__(self, path: Path = PATH) -> None:
        self._path = path
        self._state: tuple[int, int] = (0, 0)
        self._looked = -_LOOK_S
        self._names: dict[str, list[str]] = {}

    def find(self, host: str, now: float) -> tuple[str, ...]:
        """Return the addresses of `host`, lower case, in the file's order; `localhost` always has some (RFC 6761)."""
        if now - self._looked >= _LOOK_S:
            self._looked = now
            self._look()
        found = self._names.get(host)
        if found is not None:
            return tuple(found)
        return _LOCALHOST if host == "localhost" or host.endswith(".localhost") else ()

    def _look(self) -> None:
        """Read the file if it is another than it was. One that cannot be read says nothing."""
        try:
            status = self._path.stat()
            state = (status.st_mtime_ns, status.st_size)
            if state == self._state:
                return
            with self._path.open("rb") as file:
                text = file.read(_LONGEST).decode("utf-8", "replace")
        except OSError:
            state, text = (0, 0), ""
        self._state = state
        self._names = _read(text)


def _read(text: str) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for line in text.splitlines():
        fields = line.partition("#")[0].split()
        try:
            address = ip_address(fields[0]).compressed
        except (ValueError, IndexError):
            continue
        for name in fields[1:]:
            known = names.setdefault(name.lower(), [])
            if address not in known:
                known.append(address)
    return names
