"""Which editor a session begins with."""

from __future__ import annotations

import pytest

from oam.shell.capability import drawable, first_editor, more_than_ascii


@pytest.mark.parametrize(
    ("term", "sized", "client"),
    [
        ("dumb", True, "SSH-2.0-OpenSSH_9.2"),
        ("", True, ""),
        ("vt100", True, "SSH-2.0-OpenSSH_9.2"),
        ("network", True, ""),
        ("xterm", False, "SSH-2.0-OpenSSH_9.2"),
        ("xterm", True, "SSH-2.0-paramiko_4.0.0"),
        ("xterm", True, "SSH-2.0-libssh2_1.11"),
        ("xterm", True, "SSH-2.0-AsyncSSH_2.24.1"),
        ("xterm", True, "SSH-2.0-Go"),
    ],
)
def test_robots_and_poor_terminals_get_the_plain_one(term: str, sized: bool, client: str) -> None:
    assert first_editor("rich", term, sized, client) == "plain"


def test_people_get_the_one_that_is_configured() -> None:
    assert first_editor("rich", "xterm-256color", True, "SSH-2.0-OpenSSH_9.2") == "rich"
    assert first_editor("plain", "xterm-256color", True, "SSH-2.0-OpenSSH_9.2") == "plain"


def test_terminals_that_can_be_drawn_on() -> None:
    assert drawable("xterm")
    assert drawable("vt100")
    assert not drawable("Emacs")
    assert not drawable("")


@pytest.mark.parametrize(
    ("term", "locale", "more"),
    [
        ("xterm", "", True),
        ("xterm", "de_DE.UTF-8", True),
        ("xterm", "C.utf8", True),
        ("xterm", "C", False),
        ("xterm", "de_DE.ISO-8859-1", False),
        ("dumb", "de_DE.UTF-8", False),
        ("", "", False),
    ],
)
def test_more_than_ascii(term: str, locale: str, more: bool) -> None:
    assert more_than_ascii(term, locale) == more
