"""The words that sources have in common."""

from __future__ import annotations

import pytest
from support.management import played

from oam.fault.sources.source import Source, count


def test_numbers_with_their_nouns() -> None:
    assert [count(number, "call") for number in (0, 1, 2)] == ["0 calls", "1 call", "2 calls"]


@played
async def test_a_source_must_say_how_it_looks() -> None:
    with pytest.raises(NotImplementedError):
        await Source().find()
