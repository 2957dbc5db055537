"""How sessions behave: time limits, numbers, editors, banners, aliases."""

from __future__ import annotations

import msgspec


class Timeout(msgspec.Struct, frozen=True):
    """`exec-timeout MINUTES SECONDS`; 0 0 is never."""

    minutes: int
    seconds: int = 0

    @property
    def total_s(self) -> int:
        """All of it in seconds."""
        return self.minutes * 60 + self.seconds


class LineSettings(msgspec.Struct, frozen=True):
    """Modes `line console` and `line vty`."""

    exec_timeout: Timeout = Timeout(10, 0)
    """How long a session may stand idle."""
    absolute_timeout_min: int = 0
    """How long a session may last at all, minutes; 0: for ever."""
    session_limit: int = 16
    """Sessions at one time."""
    operator_limit: int = 0
    """Sessions of one operator at one time; 0: as many as the line takes."""
    length: int = -1
    """Lines of a screenful; -1: what the terminal says, 0: no paging."""
    width: int = -1
    editor: str = "plain"
    """`plain` or `rich`: what a remote session starts with."""
    history: int = 256
    """Lines of history kept."""


class Banners(msgspec.Struct, frozen=True):
    """Texts shown unasked; line ends are `\\n`."""

    motd: str = ""
    """Before the login on telnet, behind it on SSH."""
    login: str = ""
    """Before the login."""
    exec: str = ""
    """Behind the login, before the first prompt."""


class Alias(msgspec.Struct, frozen=True):
    """A word of the operators' own for a command."""

    name: str
    command: str
