"""Which editor a session begins with: what its terminal can take, and what is configured.

The kind of terminal does not tell a robot from a person (robots ask for `xterm`), so a remote
session is plain unless its line is configured `editor rich`; and even then where the client
is a library.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final = "plain"
RICH: Final = "rich"

PLAIN_TERMINALS: Final = frozenset({"", "dumb", "unknown", "network", "emacs"})
"""`TERM` of terminals that know no escape sequences."""
ROBOT_TERMINALS: Final = frozenset({"vt100"})
"""`TERM` that robots give; somebody at such a terminal may still ask for the rich editor."""
LIBRARIES: Final = ("paramiko", "libssh", "asyncssh", "net::ssh", "ssh-2.0-go")
"""In the version string of clients that are programs."""


def drawable(term: str) -> bool:
    """Whether a terminal can be drawn on at all."""
    return term.lower() not in PLAIN_TERMINALS


def more_than_ascii(term: str, locale: str) -> bool:
    """Whether a terminal shows more than ASCII: `locale` is what its client said of it, empty when it said nothing."""
    return drawable(term) and (not locale or "utf8" in locale.lower().replace("-", ""))


def first_editor(configured: str, term: str, sized: bool, client_version: str) -> str:
    """Return the editor of a new session: `configured` is that of its line, `sized` whether the client said a size."""
    client = client_version.lower()
    able = drawable(term) and term.lower() not in ROBOT_TERMINALS and sized
    if configured != RICH or not able or any(each in client for each in LIBRARIES):
        return PLAIN
    return RICH
