"""Number formats, asserted identities, Privacy and Diversion towards a trunk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.routing_settings import NumberingSettings
from core.routing.formats import assert_caller, called_uri, from_untrusted, is_private, user_part, write_redirecting
from core.routing.number import INTERNATIONAL, NATIONAL, UNKNOWN, Number, Numbers
from core.wire.header import DIVERSION, P_ASSERTED_IDENTITY, P_PREFERRED_IDENTITY, PRIVACY
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

GERMANY = NumberingSettings(country_code="49", emergency=("0110",))
NORTH_AMERICA = NumberingSettings(country_code="1", international_prefix="011", national_prefix="1")
NOWHERE = NumberingSettings()


@pytest.mark.parametrize(
    ("number", "form", "numbering", "expected"),
    [
        (Number("4930123456", INTERNATIONAL), "e164", GERMANY, "+4930123456"),
        (Number("4930123456", INTERNATIONAL), "international", GERMANY, "004930123456"),
        (Number("4930123456", INTERNATIONAL), "national", GERMANY, "030123456"),
        (Number("4930123456", INTERNATIONAL), "", GERMANY, "+4930123456"),
        (Number("30123456", NATIONAL), "e164", GERMANY, "+4930123456"),
        (Number("30123456", NATIONAL), "national", GERMANY, "030123456"),
        (Number("30123456", NATIONAL), "", GERMANY, "30123456"),
        (Number("030123456", UNKNOWN), "e164", GERMANY, "+4930123456"),
        (Number("030123456", UNKNOWN), "national", GERMANY, "030123456"),
        (Number("0033123456", UNKNOWN), "e164", GERMANY, "+33123456"),
        (Number("0033123456", UNKNOWN), "national", GERMANY, "0033123456"),
        (Number("33123456", INTERNATIONAL), "national", GERMANY, "0033123456"),
        (Number("4001", UNKNOWN), "e164", GERMANY, "4001"),
        (Number("0110", UNKNOWN), "e164", GERMANY, "0110"),
        (Number("00", UNKNOWN), "e164", GERMANY, "+490"),
        (Number("0", UNKNOWN), "e164", GERMANY, "0"),
        (Number("*21#", UNKNOWN), "e164", GERMANY, "*21%23"),
        (Number("49", INTERNATIONAL), "national", GERMANY, "0049"),
        (Number("12125551234", UNKNOWN), "e164", NORTH_AMERICA, "+12125551234"),
        (Number("011495551234", UNKNOWN), "e164", NORTH_AMERICA, "+495551234"),
        (Number("12125551234", INTERNATIONAL), "national", NORTH_AMERICA, "12125551234"),
        (Number("030123456", UNKNOWN), "e164", NOWHERE, "030123456"),
        (Number("4930123456", INTERNATIONAL), "national", NOWHERE, "+4930123456"),
    ],
)
def test_formats(number: Number, form: str, numbering: NumberingSettings, expected: str) -> None:
    assert user_part(number, form, numbering) == expected


@given(st.text("0123456789*#ABCD", min_size=1, max_size=28), st.sampled_from([INTERNATIONAL, NATIONAL, UNKNOWN]))
def test_every_format_of_a_number_says_the_same(digits: str, nature: str) -> None:
    number = Number(digits, nature)
    global_form = user_part(number, "e164", GERMANY)
    if global_form[:1] == "+" and global_form[1:].isdigit():
        again = Number(global_form[1:], INTERNATIONAL)
        for form in ("e164", "international", "national"):
            assert user_part(number, form, GERMANY) == user_part(again, form, GERMANY)


def message(*extra: str, display: str = "Ann ") -> Message:
    lines = [
        "INVITE sip:1002@example.com SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
        f"From: {display}<sip:1001@example.com>;tag=1",
        "To: <sip:1002@example.com>",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        *extra,
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


def numbers(presentation: str = "", display_name: str | None = None) -> Numbers:
    made = Numbers(Number("1002", UNKNOWN), Number("030123456", UNKNOWN))
    made.presentation = presentation
    made.display_name = display_name
    return made


def asserted(found: Message) -> list[str]:
    return found.all(P_ASSERTED_IDENTITY)


def tell(found: Message, of: Numbers | None, trusted: bool = True) -> Message:
    assert_caller(found, of, "example.com", trusted, "e164", GERMANY)
    return parse_message(found.render(), Limits())


def test_a_trusted_trunk_is_told_who_calls() -> None:
    found = tell(message("P-Preferred-Identity: <sip:x@y>"), numbers())
    assert asserted(found) == ['"Ann" <sip:+4930123456@example.com;user=phone>']
    assert not found.has(P_PREFERRED_IDENTITY)
    assert found.lines[1] == message().lines[1]


def test_a_tel_uri_that_was_there_is_there_again() -> None:
    found = tell(message("P-Asserted-Identity: <sip:old@y>, <tel:+1>"), numbers())
    assert asserted(found) == ['"Ann" <sip:+4930123456@example.com;user=phone>', "<tel:+4930123456>"]


def test_without_a_number_what_was_asserted_stays() -> None:
    for of in (None, Numbers(Number("1", UNKNOWN), None)):
        assert asserted(tell(message("P-Asserted-Identity: <sip:ann@example.com>"), of)) == ["<sip:ann@example.com>"]
        assert asserted(tell(message(), of)) == []


@pytest.mark.parametrize(
    ("name", "display", "expected"),
    [(None, "", ""), ("", "Ann ", ""), ('Zoë "Z"', "Ann ", '"Zo\xc3\xab \\"Z\\"" '), (None, '"A\\"b" ', '"A\\"b" ')],
)
def test_display_names(name: str | None, display: str, expected: str) -> None:
    found = tell(message(display=display), numbers(display_name=name))
    assert asserted(found) == [f"{expected}<sip:+4930123456@example.com;user=phone>"]


def test_an_untrusted_trunk_is_told_nothing() -> None:
    found = tell(message("P-Asserted-Identity: <sip:ann@example.com>", "Privacy: id"), numbers(), trusted=False)
    assert not found.has(P_ASSERTED_IDENTITY)
    assert found.first(PRIVACY) == "id"


@pytest.mark.parametrize(
    ("before", "presentation", "after"),
    [
        ((), "restricted", "id"),
        (("Privacy: none",), "restricted", "id"),
        (("Privacy: id;critical",), "restricted", "id;critical"),
        (("Privacy: header",), "restricted", "header;id"),
        (("Privacy: id; critical",), "allowed", ""),
        (("Privacy: ID;header",), "allowed", "header"),
        (("Privacy: header",), "allowed", "header"),
        (("Privacy: id",), "", "id"),
        ((), "allowed", ""),
    ],
)
def test_presentation(before: tuple[str, ...], presentation: str, after: str) -> None:
    found = tell(message(*before), numbers(presentation))
    assert found.first(PRIVACY) == after
    assert is_private(found) is ("id" in after.split(";"))


def test_what_an_untrusted_peer_asserts_is_removed() -> None:
    found = message("P-Asserted-Identity: <sip:a@b>", "Subject: s", "P-Preferred-Identity: <sip:a@b>", "Privacy: id")
    from_untrusted(found)
    assert found.lines[5:] == ["Subject: s", "Privacy: id"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), []),
        (("Diversion: <sip:0309@a>;reason=none, <sip:2@b>",), ["<sip:+4930777@a>;reason=none", "<sip:2@b>"]),
        (("Diversion: <tel:030999;x=1>",), ["<tel:+4930777;x=1>"]),
        (("Diversion: <sip:ann@a>",), ["<sip:ann@a>"]),
        (("Diversion: <sip:a", ), None),
        (("Diversion: <sip:host.only>",), ["<sip:host.only>"]),
    ],
)  # fmt: skip
def test_redirecting_numbers(before: tuple[str, ...], after: list[str] | None) -> None:
    found = message(*before)
    write_redirecting(found, Number("030777", UNKNOWN), "e164", GERMANY)
    if after is None:
        assert found.lines == message(*before).lines
    else:
        assert found.all(DIVERSION) == after


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("sip:192.0.2.1:5080;transport=tcp", "sip:+49@192.0.2.1:5080;transport=tcp"),
        ("sip:gw@trunk.example", "sip:+49@trunk.example"),
        ("sip:[2001:db8::1]", "sip:+49@[2001:db8::1]"),
    ],
)
def test_request_uris(place: str, expected: str) -> None:
    assert called_uri("+49", place) == expected
