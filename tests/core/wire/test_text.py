"""Header text for people."""

from __future__ import annotations

import pytest

from core.wire.text import discreet, readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain", "plain"),
        ("\xd0\x98", "И"),
        ("caf\xe9", "caf\ufffd"),
        ("\u0418", "?"),
    ],
)
def test_readable(text: str, shown: str) -> None:
    assert readable(text) == shown


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("sip:alice:secret@h:5060", "sip:alice:xxxxxx@h:5060"),
        ("sips:alice:secret@h", "sips:alice:xxxxxx@h"),
        ("sip:a:s@h", "sip:a:x@h"),
        ("sip:alice@h:5060", "sip:alice@h:5060"),
        ("sip:h:5060", "sip:h:5060"),
        ("tel:+4930;phone-context=a:b", "tel:+4930;phone-context=a:b"),
        ("", ""),
    ],
)
def test_a_password_is_not_shown(uri: str, shown: str) -> None:
    assert discreet(uri) == shown
