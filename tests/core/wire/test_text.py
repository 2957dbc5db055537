"""Header text for people."""

from __future__ import annotations

import pytest

from core.wire.text import readable


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
