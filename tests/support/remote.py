"""A running server that operators and robots reach over SSH and telnet, with three accounts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from support.house import House
from support.waiting import free_ports

from oam.security.secrets import hashed

PASSWORD = "correct horse battery"
ENABLE = "staple of the enabled"
ADMINISTRATOR = "admin"
"""Comes in at privilege 15."""
WATCHER = "noc"
"""Comes in at privilege 1; `enable` takes it to 15."""


@cache
def _hash(secret: str) -> str:
    return hashed(secret)


class Remote(House):
    """A `House` with SSH, and telnet where `telnet` is asked for, on ports of their own."""

    def __init__(self, where: Path, *, extra: Iterable[str] = (), telnet: bool = False) -> None:
        port, self.ssh, self.telnet = free_ports(3)
        lines = [
            f"enable secret 9 {_hash(ENABLE)}",
            f"username {ADMINISTRATOR} privilege 15 secret 9 {_hash(PASSWORD)}",
            f"username {WATCHER} privilege 1 secret 9 {_hash(PASSWORD)}",
            "management ssh",
            f" listen 127.0.0.1 port {self.ssh}",
            " no shutdown",
        ]
        if telnet:
            lines += ["management telnet", f" listen 127.0.0.1 port {self.telnet}", " no shutdown"]
        super().__init__(where, port=port, extra=(*lines, "!", *extra))
