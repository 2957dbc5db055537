"""How sessions behave: time limits, numbers, editors, banners, aliases."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from oam.grammar.banner import normal

BANNER_LINES: Final = 64
BANNER_CHARACTERS: Final = 4000
ROBOTS: Final = (
    (r"[#>]", "robots take {0!r} for a prompt"),
    (r"(?i)denied|sorry|login failed|failed login", "robots take {0!r} for a refused login"),
    (r"(?i)user\s*name|user:|login|passw?ord", "robots take {0!r} for a question"),
    (r"(?i)--More--", "robots take {0!r} for the pager"),
    (r"(?m)^%", "robots take a line that begins with {0!r} for an error"),
)
"""What must not be in a banner, which robots read without knowing it for one, and why."""


class Timeout(msgspec.Struct, frozen=True):
    """`exec-timeout MINUTES SECONDS`; 0 0 is never."""

    minutes: int
    seconds: int = 0

    @property
    def total_s(self) -> int:
        """All of it in seconds."""
        return self.minutes * 60 + self.seconds


NEVER: Final = Timeout(0, 0)


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
    length: int | None = None
    """Lines of a screenful; None: what the terminal says, 0: no paging."""
    width: int | None = None
    editor: str = "plain"
    """`plain` or `rich`: what a session starts with, if its terminal can be drawn on."""
    history: int = 256
    """Lines of history kept."""


class ConsoleSettings(LineSettings, frozen=True):
    """Mode `line console`: people at the host itself, and every `sipctl -c`."""

    session_limit: int = 64
    editor: str = "rich"


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


def problems(banners: Banners) -> list[str]:
    """Return why a banner cannot be shown, in the operator's words."""
    found = []
    for name in banners.__struct_fields__:
        text = getattr(banners, name)
        if len(text) > BANNER_CHARACTERS or text.count("\n") >= BANNER_LINES:
            found.append(f"banner {name}: more than {BANNER_CHARACTERS} characters or {BANNER_LINES} lines")
        try:
            kept = normal(text)
        except ValueError as error:
            found.append(f"banner {name}: {error}")
        else:
            if kept != text:
                found.append(f"banner {name}: spaces at the end of a line, or empty lines at an end")
        for pattern, reason in ROBOTS:
            hit = re.search(pattern, text)
            if hit:
                found.append(f"banner {name}: {reason.format(hit[0])}")
    return found
