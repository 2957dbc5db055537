"""CSeq, integers, q-values, tokens."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire.error import WireError
from core.wire.scalar import is_token, parse_cseq, parse_integer, parse_q


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 INVITE", (1, "INVITE")),
        ("0009   INVITE", (9, "INVITE")),
        (" 7\tBYE ", (7, "BYE")),
        ("0 X", (0, "X")),
        ("2147483647 OPTIONS", (2147483647, "OPTIONS")),
        ("0" * 5000 + "1 ACK", (1, "ACK")),
        ("139122385 !interesting-Method_*+`.%indeed'~", (139122385, "!interesting-Method_*+`.%indeed'~")),
    ],
)  # fmt: skip
def test_cseq(text: str, value: tuple[int, str]) -> None:
    assert parse_cseq(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "1", "INVITE", "1 2 INVITE", "2147483648 INVITE", "36893488147419103232 REGISTER", "-1 INVITE", "+1 INVITE",
     "1 IN/VITE", "\xb2 INVITE", "1_0 INVITE", "0x1 INVITE", "9" * 5000 + " INVITE", "1 \xe9"],
)  # fmt: skip
def test_broken_cseq(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_cseq(text)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("70", 70), ("0068", 68), (" 5 ", 5), ("0" * 9000, 0), ("255", 255)]
)
def test_integer(text: str, value: int) -> None:
    assert parse_integer(text, 0, 255) == value


@pytest.mark.parametrize("text", ["", "256", "-1", "+1", "1 2", "1.0", "\xb9", "\u0661", "9" * 5000, "1_0", "0x1"])
def test_broken_integer(text: str) -> None:
    with pytest.raises(WireError):
        parse_integer(text, 0, 255)


def test_integer_below_its_range() -> None:
    with pytest.raises(WireError):
        parse_integer("0", 1, 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0.0), ("1", 1.0), ("0.5", 0.5), ("0.33", 0.33), ("1.000", 1.0), ("0.", 0.0), ("1.", 1.0), ("0.001", 0.001)],
)
def test_q(text: str, value: float) -> None:
    assert parse_q(text) == value


@pytest.mark.parametrize(
    "text", ["", "2", "1.1", "0.1234", ".5", "-0.5", "nan", "1e0", "0,5", " 0.5", "1.001", "0.\xb2"]
)
def test_broken_q(text: str) -> None:
    with pytest.raises(WireError):
        parse_q(text)


def test_token() -> None:
    assert is_token("NOTIFY-x.!%*_+`'~9")
    for text in ("", "a b", "a/b", "a@b", "\xe9", "a\n", '"a"', "a,b", "a;b", "a=b"):
        assert not is_token(text)


@given(st.text(st.characters(max_codepoint=255)))
def test_any_text_gives_a_value_or_a_wire_error(text: str) -> None:
    for parse in (parse_cseq, parse_q, lambda value: parse_integer(value, 0, 2**32)):
        with suppress(WireError):
            assert parse(text) is not None


@given(st.integers(0, 2**31 - 1), st.from_regex(r"[A-Za-z0-9\-.!%*_+`'~]+", fullmatch=True))
def test_cseq_survives_rendering(number: int, method: str) -> None:
    assert parse_cseq(f"{number} {method}") == (number, method)
