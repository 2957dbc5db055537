from __future__ import annotations

import pytest

from core.routing.number import INTERNATIONAL, UNKNOWN, Number, Numbers, number_of
from core.wire.uri import parse_uri


@pytest.mark.parametrize(
    ("uri", "digits", "nature"),
    [
        ("sip:110@example.com", "110", UNKNOWN),
        ("sip:+4930-123.45@example.com", "493012345", INTERNATIONAL),
        ("sip:(030)12345@example.com", "03012345", UNKNOWN),
        ("sip:%2B493012345@example.com", "493012345", INTERNATIONAL),
        ("sip:+493012345;npdi@example.com;user=phone", "493012345", INTERNATIONAL),
        ("tel:+1-201-555-0123", "12015550123", INTERNATIONAL),
        ("tel:7042;phone-context=example.com", "7042", UNKNOWN),
        ("tel:30123;phone-context=+49", "4930123", INTERNATIONAL),
        ("sip:30123;phone-context=+49@example.com", "4930123", INTERNATIONAL),
        ("sip:*21*a%23@example.com", "*21*A#", UNKNOWN),
    ],
)
def test_number_of_a_uri(uri: str, digits: str, nature: str) -> None:
    number = number_of(parse_uri(uri))
    assert number is not None
    assert (number.digits, number.nature) == (digits, nature)


@pytest.mark.parametrize(
    "uri", ["sip:alice@example.com", "sip:example.com", "sip:12e4@example.com", "sip:+@example.com"]
)
def test_a_name_is_no_number(uri: str) -> None:
    assert number_of(parse_uri(uri)) is None


def test_a_copy_changes_apart() -> None:
    numbers = Numbers(Number("1", UNKNOWN), None)
    other = numbers.copy()
    other.called = Number("2", INTERNATIONAL)
    assert (repr(numbers.called), repr(other.called)) == ("1", "+2")
