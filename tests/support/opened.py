"""What a test has opened and nobody has closed: tests/conftest.py does it behind each test."""

from __future__ import annotations

from collections.abc import Callable

OPENED: list[Callable[[], None]] = []
"""Each lets go of the files of one thing; calling it twice does no harm."""


def close_behind(count: int) -> None:
    """Close what was opened last, until `count` are left open."""
    while len(OPENED) > count:
        OPENED.pop()()
