"""What the agent writes is what pyasn1, which pysnmp reads with, reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder
from pyasn1.type import univ

from oam.snmp import ber


def read(octets: bytes) -> Any:  # noqa: ANN401
    value, rest = decoder.decode(octets)
    assert not rest
    return value


@given(st.integers(-(2**63), 2**64))
def test_an_integer_is_read_as_it_was(value: int) -> None:
    assert int(read(ber.integer(value))) == value


@pytest.mark.parametrize(
    ("value", "octets"),
    [
        (0, b"\x02\x01\x00"),
        (127, b"\x02\x01\x7f"),
        (128, b"\x02\x02\x00\x80"),
        (-1, b"\x02\x01\xff"),
        (-128, b"\x02\x01\x80"),
        (-129, b"\x02\x02\xff\x7f"),
    ],
)
def test_an_integer_takes_the_fewest_octets(value: int, octets: bytes) -> None:
    """X.690 §8.3.2."""
    assert ber.integer(value) == octets


def test_the_greatest_counter_has_a_zero_before_it() -> None:
    assert ber.integer(2**64 - 1, ber.COUNTER64) == b"\x46\x09\x00" + b"\xff" * 8


@given(st.binary(max_size=70_000))
def test_octets_are_read_as_they_were(octets: bytes) -> None:
    assert bytes(read(ber.wrapped(ber.OCTET_STRING, octets))) == octets


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**32 - 1), max_size=126))
def test_an_oid_is_read_as_it_was(first: int, second: int, rest: list[int]) -> None:
    oid = (first, second, *rest)
    assert tuple(read(ber.object_identifier(oid))) == oid


@pytest.mark.parametrize("oid", [(), (1,)])
def test_an_oid_that_is_none_is_zero_dot_zero(oid: tuple[int, ...]) -> None:
    assert tuple(read(ber.object_identifier(oid))) == (0, 0)


def test_arcs_may_be_added_to_an_encoded_oid() -> None:
    whole = ber.oid_content((1, 3, 6, 1)) + ber.arcs((32473, 0, 4_294_967_295))
    assert read(ber.wrapped(ber.OBJECT_IDENTIFIER, whole)) == univ.ObjectIdentifier("1.3.6.1.32473.0.4294967295")
