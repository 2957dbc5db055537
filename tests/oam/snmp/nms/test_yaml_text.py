"""What the writer of YAML writes is read as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.yaml_files import parsed

from oam.snmp.nms.yaml_text import text

TEXT = st.text(st.characters(codec="ascii"), max_size=20)
VALUES = st.recursive(
    TEXT | st.integers() | st.booleans() | st.none() | st.sampled_from([0.01, 0.000001, 1.5, -3.25, 20.0, 0.0]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.integers(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=3) | st.lists(VALUES, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_as_it_was(value: object) -> None:
    assert parsed(text(value)) == value


@pytest.mark.parametrize(
    "word", ["yes", "No", "null", "1.3.6.1", "0", "~", "a: b", "a #b", "- a", "it's", "a\nb", "=", ""]
)
def test_text_that_looks_like_something_else_is_quoted(word: str) -> None:
    assert parsed(text({word: [word]})) == {word: [word]}


def test_the_layout_is_that_of_hand_written_files() -> None:
    assert text({"a": [{"b": "c d", "e": [1, 2]}], "f": {}}, "made", "") == (
        "# made\n#\na:\n  - b: c d\n    e:\n      - 1\n      - 2\nf: {}\n"
    )
