"""core.store.error: conflicts name word and holder."""

from __future__ import annotations

from core.store.error import StoreConflict, StoreError


def test_a_conflict_names_the_word_and_its_holder() -> None:
    error = StoreConflict("2001", "1001")
    assert str(error) == "2001 already belongs to subscriber 1001"
    assert (error.word, error.holder) == ("2001", "1001")
    assert isinstance(error, StoreError)
