"""One row per header: names, compact forms, lists."""

from __future__ import annotations

import pytest

from core.wire import header
from core.wire.header import HEADER_ID, HEADERS, IS_LIST, IS_SINGLE, NAMES, UNKNOWN, header_id

# RFC 3261 §7.3.3 and the RFCs that added to it, as the IANA registry lists them.
COMPACT = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}


def test_compact_forms_are_the_registered_ones() -> None:
    assert {row.compact: row.name for row in HEADERS if row.compact} == COMPACT


@pytest.mark.parametrize("row", HEADERS[1:], ids=lambda row: row.name)
def test_every_spelling_finds_its_row(row: header.Header) -> None:
    spellings = {row.name, row.name.lower(), row.name.upper(), row.name.title(), row.name.swapcase(), row.name + " \t"}
    if row.compact:
        spellings |= {row.compact, row.compact.upper(), row.compact + "  "}
    assert {header_id(name) for name in spellings} == {row.id}
    assert HEADER_ID[row.name] == HEADER_ID[row.name.lower()] == row.id
    assert (NAMES[row.id], IS_LIST[row.id], IS_SINGLE[row.id]) == (row.name, row.is_list, row.single)


@pytest.mark.parametrize("row", HEADERS[1:], ids=lambda row: row.name)
def test_constant_is_named_after_its_header(row: header.Header) -> None:
    assert getattr(header, row.name.upper().replace("-", "_")) == row.id


@pytest.mark.parametrize("name", ["", "X-Whatever", "Vi\xe4", "Via2", "C%6Fntact", "\x00"])
def test_other_names_are_unknown(name: str) -> None:
    assert header_id(name) == UNKNOWN


def test_names_with_commas_in_their_values_are_no_lists() -> None:
    for number in (header.AUTHORIZATION, header.PROXY_AUTHORIZATION, header.DATE, header.SUBJECT, header.USER_AGENT):
        assert not IS_LIST[number]
