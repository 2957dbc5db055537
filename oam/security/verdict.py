"""What a server says about somebody, and the two ways in which it says nothing."""

from __future__ import annotations

import errno
import os
from typing import Final, NamedTuple

PASS: Final = "pass"
FAIL: Final = "fail"
UNREACHABLE: Final = "unreachable"


class Verdict(NamedTuple):
    """The answer of a method; the next method of the list is asked only on UNREACHABLE."""

    outcome: str
    privilege: int = 1
    """What the session gets, where the server said so."""
    role: str = ""
    message: str = ""
    """What the server has to say to the operator, one line; or why nobody answered."""


def passed(privilege: int | None, role: str, message: str = "") -> Verdict:
    """Make the verdict of somebody who passes; a role without privilege bounds privilege 15, as with local accounts."""
    return Verdict(PASS, privilege if privilege is not None else 15 if role else 1, role, message)


class ServerError(Exception):
    """A server answered this request with an error of its own: another may know better."""


class NoAnswerError(ServerError):
    """A server could not be reached, was too slow, or what it said cannot be read (another key, most likely)."""


def shown(text: bytes, maximum: int = 200) -> str:
    """Return a server's message as it may be shown: one line of printable characters."""
    decoded = text[: 4 * maximum].decode("utf-8", "replace")
    return " ".join("".join(each if each.isprintable() else " " for each in decoded).split())[:maximum]


def reason(error: OSError) -> str:
    """Say in few words why a server cannot be reached."""
    return "no answer in time" if error.errno == errno.ETIMEDOUT else os.strerror(error.errno or errno.EIO)


def privilege_of(text: str) -> int | None:
    """Read a privilege as servers send it; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= 15 else None
