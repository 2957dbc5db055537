"""Fields of rows become values and indexes as SMIv2 has them."""

from __future__ import annotations

import pytest

from oam.snmp import ber, syntax
from oam.snmp.convention import CONVENTIONS, PROBABLE_CAUSE, TEXT, Convention
from oam.snmp.syntax import Syntax, label

DAY = 1_764_288_000.0  # 2025-11-28 00:00:00 UTC


@pytest.mark.parametrize(
    ("kind", "value", "octets"),
    [
        (syntax.INTEGER, -5, ber.integer(-5)),
        (syntax.GAUGE, 7.9, ber.integer(7, ber.GAUGE32)),
        (syntax.GAUGE, -3, ber.integer(0, ber.GAUGE32)),
        (syntax.GAUGE, 2**40, ber.integer(2**32 - 1, ber.GAUGE32)),
        (syntax.COUNTER, 2**64 + 5, ber.integer(5, ber.COUNTER64)),
        (syntax.COUNTER_32, 2**32 + 5, ber.integer(5, ber.COUNTER32)),
        (syntax.HUNDREDTHS, 97.346, ber.integer(9735, ber.GAUGE32)),
        (syntax.HUNDREDTHS, 140.0, ber.integer(10_000, ber.GAUGE32)),
        (syntax.TRUTH, True, ber.integer(1)),
        (syntax.TRUTH, False, ber.integer(2)),
        (syntax.TICKS, 1.5, ber.integer(150, ber.TIME_TICKS)),
        (syntax.DATE, 0.0, b"\x04\x00"),
        (syntax.DATE, DAY + 3661.5, b"\x04\x0b\x07\xe9\x0b\x1c\x01\x01\x01\x05+\x00\x00"),
        (syntax.OID, (1, 3, 6), b"\x06\x02\x2b\x06"),
        (syntax.text(4), "aé", b"\x04\x03a\xc3\xa9"),
        (syntax.text(2), "aé", b"\x04\x01a"),
    ],
)
def test_values(kind: Syntax, value: object, octets: bytes) -> None:
    assert kind.encode(value) == octets


@pytest.mark.parametrize(
    ("kind", "value", "arcs"),
    [
        (syntax.INDEX, 7, (7,)),
        (syntax.text(8), "ab", (2, 97, 98)),
        (syntax.text(8, implied=True), "ab", (97, 98)),
        (syntax.enumeration({"in": 1, "out": 2}), "out", (2,)),
    ],
)
def test_indexes(kind: Syntax, value: object, arcs: tuple[int, ...]) -> None:
    assert kind.arcs is not None
    assert kind.arcs(value) == arcs


def test_what_was_before_the_start_has_the_time_stamp_0() -> None:
    stamp = syntax.time_stamp(lambda: 1000.0)
    assert stamp.encode(999.0) == ber.integer(0, ber.TIME_TICKS)
    assert stamp.encode(1002.5) == ber.integer(250, ber.TIME_TICKS)


@pytest.mark.parametrize(
    ("word", "name"), [("not-found", "notFound"), ("INVITE", "invite"), ("up", "up"), ("", "none")]
)
def test_a_word_becomes_a_label(word: str, name: str) -> None:
    assert label(word) == name


@pytest.mark.parametrize("convention", [each for each in CONVENTIONS if not each.base], ids=lambda each: each.name)
def test_an_enumeration_begins_with_1_and_gives_each_number_once(convention: Convention) -> None:
    """RFC 2578 §7.1.1."""
    numbers = list((convention.syntax.names or {}).values())
    assert numbers
    assert min(numbers) == 1 or convention is PROBABLE_CAUSE, "IANA's numbers, those in use"
    assert min(numbers) > 0
    assert len(set(numbers)) == len(numbers)


def test_a_gauge_of_64_bits_is_no_counter() -> None:
    assert [each.is_counter for each in (syntax.COUNTER, syntax.COUNTER_32, syntax.GAUGE_64, syntax.GAUGE)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_long_text_is_cut_between_two_characters() -> None:
    encoded = TEXT.syntax.encode("é" * 400)
    assert encoded == ber.wrapped(ber.OCTET_STRING, ("é" * 250).encode())
