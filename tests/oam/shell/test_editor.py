"""What Tab does to a line."""

from __future__ import annotations

import pytest

from oam.shell.editor import completed


@pytest.mark.parametrize(
    ("text", "words", "change"),
    [
        ("sh", ["show"], (2, "show ")),
        ("show", ["show"], (4, "show ")),
        ("SH", ["show"], (2, "show ")),
        ("show ", ["version"], (0, "version ")),
        ("show re", ["registrations", "registrar"], (2, "registra")),
        ("show registra", ["registrations", "registrar"], (0, "")),
        ("show ", ["calls", "version"], (0, "")),
        ("x", [], (0, "")),
        ("", ["show"], (0, "show ")),
    ],
)
def test_completed(text: str, words: list[str], change: tuple[int, str]) -> None:
    assert completed(text, words) == change
