"""Audit records: bounded, printable, chained so that every field counts."""

from __future__ import annotations

from typing import Any

import pytest

from oam.security.audit_chain import GENESIS, KINDS, Record, clean, link, seal

RECORD = Record(1_000_000, "command", "admin", "ssh", "192.0.2.1", "vty 0", "show clock", 0, "", "")


@pytest.mark.parametrize("field", Record._fields)
def test_a_hash_depends_on_every_field(field: str) -> None:
    value = getattr(RECORD, field)
    changed: Any = {field: value + 1 if isinstance(value, int) else value + "x"}
    other = RECORD._replace(**changed)
    assert link(GENESIS, 1, other) != link(GENESIS, 1, RECORD)


def test_a_hash_depends_on_the_number_and_on_the_record_before() -> None:
    hashes = {link(GENESIS, 1, RECORD), link(GENESIS, 2, RECORD), link(bytes(31) + b"\1", 1, RECORD)}
    assert len(hashes) == 3


def test_what_stands_in_one_field_cannot_move_to_the_next() -> None:
    assert link(GENESIS, 1, RECORD._replace(user="a", origin="b")) != link(
        GENESIS, 1, RECORD._replace(user="ab", origin="")
    )


def test_a_seal_depends_on_the_key_and_on_every_part() -> None:
    seals = {seal(b"k", 1, b"a"), seal(b"l", 1, b"a"), seal(b"k", 2, b"a"), seal(b"k", 1, b"b")}
    assert len(seals) == 4


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("show clock", "show clock"),
        ("two\nlines", "two\nlines"),
        ("\x1b[2J", "\N{REPLACEMENT CHARACTER}[2J"),
        ("\udc80", "?"),
        ("x" * 21, "x" * 19 + "…"),
        ("中文", "中文"),
    ],
)
def test_text_is_kept_valid_bounded_and_harmless(text: str, kept: str) -> None:
    assert clean(text, 20) == kept


def test_every_kind_is_explained() -> None:
    assert all(KINDS.values())
