"""What comes in is read as pyasn1 has written it, and refused whatever is wrong with it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import encoder
from pyasn1.type import univ

from oam.snmp import ber
from oam.snmp.engine import reading
from oam.snmp.engine.reading import Malformed

ARCS = st.lists(st.integers(0, 2**32 - 1), max_size=126)
VARIABLE = ber.wrapped(ber.SEQUENCE, ber.object_identifier((1, 3, 6, 1)) + b"\x05\x00")


def pdu_of(tag: int, *parts: bytes, variables: bytes = VARIABLE) -> bytes:
    return ber.wrapped(tag, b"".join(parts) + ber.wrapped(ber.SEQUENCE, variables))


@given(st.integers(0, 2), st.integers(0, 39), ARCS)
def test_an_oid_is_read_as_it_was_written(first: int, second: int, rest: list[int]) -> None:
    oid = (first, second, *rest)
    octets = encoder.encode(univ.ObjectIdentifier(oid))
    at, end = reading.whole(octets, 0, len(octets), ber.OBJECT_IDENTIFIER)
    assert reading.oid(octets, at, end) == oid


@given(st.integers(-(2**31), 2**31 - 1))
def test_an_integer_is_read_as_it_was_written(value: int) -> None:
    octets = encoder.encode(univ.Integer(value))
    assert reading.integer(octets, 0, len(octets), -(2**31), 2**31 - 1) == (value, len(octets))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",  # of indefinite length
        b"\x30\x85\x00\x00\x00\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x82\x01",
        b"\x30\x02\x05",
    ],
)
def test_lengths_that_lie_are_refused(octets: bytes) -> None:
    with pytest.raises(Malformed):
        reading.whole(octets, 0, len(octets))


def test_lengths_need_not_be_the_shortest() -> None:
    """RFC 3417 §8 (3)."""
    octets = b"\x02\x84\x00\x00\x00\x01\x05"
    assert reading.integer(octets, 0, len(octets), 0, 9) == (5, len(octets))


@pytest.mark.parametrize(
    "content",
    [b"\x2b\x86", b"\x2b\x90\x80\x80\x80\x00", b"\x2b" + b"\x01" * 127, b"\x2b\xff\xff\xff\xff\xff\xff\xff\x7f"],
    ids=["ends within an arc", "arc of 33 bits", "129 arcs", "arc of 56 bits"],
)
def test_oids_that_are_none_are_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        reading.oid(content, 0, len(content))


def test_an_oid_without_arcs_is_the_beginning() -> None:
    assert reading.oid(b"", 0, 0) == (0, 0)


def test_a_pdu_is_read_and_its_list_kept_as_it_came() -> None:
    octets = pdu_of(reading.GET_BULK, ber.integer(77), ber.integer(1), ber.integer(2_000_000_000))
    found = reading.pdu(octets, 0, len(octets))
    assert found == (
        reading.GET_BULK,
        ber.integer(77),
        1,
        2_000_000_000,
        [((1, 3, 6, 1), b"\x05\x00")],
        ber.wrapped(ber.SEQUENCE, VARIABLE),
        False,
    )


def test_no_more_variables_are_read_than_there_may_be() -> None:
    octets = pdu_of(reading.GET, *[ber.integer(0)] * 3, variables=VARIABLE * (reading.MOST_VARIABLES + 1))
    found = reading.pdu(octets, 0, len(octets))
    assert (len(found.variables), found.cut) == (reading.MOST_VARIABLES, True)


@pytest.mark.parametrize(
    "octets",
    [
        pdu_of(0xA9, *[ber.integer(0)] * 3),
        pdu_of(reading.GET, *[ber.integer(0)] * 2),
        pdu_of(reading.GET, ber.integer(2**33), ber.integer(0), ber.integer(0)),
        pdu_of(reading.GET, *[ber.integer(0)] * 3) + b"\x00",
        pdu_of(reading.GET, *[ber.integer(0)] * 3, variables=VARIABLE[:-1]),
        pdu_of(reading.GET, *[ber.integer(0)] * 3, variables=ber.wrapped(ber.SEQUENCE, b"\x05\x00\x05\x00")),
        pdu_of(
            reading.GET,
            *[ber.integer(0)] * 3,
            variables=ber.wrapped(ber.SEQUENCE, ber.object_identifier((1, 3)) + b"\x05\x00\x00"),
        ),
    ],
    ids=["tag", "too few", "request-id", "behind", "cut", "no name", "behind a value"],
)
def test_pdus_that_are_none_are_refused(octets: bytes) -> None:
    with pytest.raises(Malformed):
        reading.pdu(octets, 0, len(octets))


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_pdu_or_malformed(octets: bytes) -> None:
    with contextlib.suppress(Malformed):
        reading.pdu(b"\xa0" + octets, 0, len(octets) + 1)


def test_of_what_is_not_let_in_only_the_beginning_is_read() -> None:
    octets = pdu_of(reading.GET, ber.integer(-77), b"\xff\xff")
    assert reading.begun(octets, 0, len(octets)) == (reading.GET, ber.integer(-77))
    for end in range(6):
        with pytest.raises(Malformed):
            reading.begun(octets[:end], 0, end)
