"""TACACS+ packets against an independent codec (tacacs-plus), and against arbitrary octets."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tacacs_plus.accounting import TACACSAccountingReply, TACACSAccountingStart
from tacacs_plus.authentication import (
    TACACSAuthenticationContinue,
    TACACSAuthenticationReply,
    TACACSAuthenticationStart,
)
from tacacs_plus.authorization import TACACSAuthorizationReply, TACACSAuthorizationStart
from tacacs_plus.packet import TACACSHeader, crypt

from oam.security import tacacs_packets as packets
from oam.security.tacacs_packets import Header, PacketError, Who

WHO = Who("bob", "ssh", "192.0.2.7")
FIELD = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
HEADER = Header(0xC0, packets.AUTHENTICATION, 1, 0, 0x12345678, 0)


@given(FIELD, FIELD, FIELD, FIELD)
def test_start_is_what_another_client_says(name: str, port: str, address: str, secret: str) -> None:
    theirs = TACACSAuthenticationStart(name, packets.PAP, 1, secret.encode(), rem_addr=address, port=port)
    ours = packets.authentication_start(
        Who(name, port, address), privilege=1, kind=packets.PAP, service=packets.SERVICE_LOGIN, data=secret.encode()
    )
    assert ours == theirs.packed


@given(FIELD)
def test_continue_is_what_another_client_says(secret: str) -> None:
    assert packets.authentication_continue(secret.encode()) == TACACSAuthenticationContinue(secret).packed


@given(st.lists(FIELD, max_size=20))
def test_authorization_is_what_another_client_says(arguments: list[str]) -> None:
    octets = [each.encode() for each in arguments]
    theirs = TACACSAuthorizationStart("bob", 6, 15, packets.ASCII, octets, rem_addr="192.0.2.7", port="ssh")
    assert packets.authorization_request(WHO, octets, method=packets.METHOD_TACACS, privilege=15) == theirs.packed


@given(st.lists(FIELD, max_size=20))
def test_accounting_is_what_another_client_says(arguments: list[str]) -> None:
    octets = [each.encode() for each in arguments]
    theirs = TACACSAccountingStart("bob", packets.STOP, 6, 1, packets.ASCII, octets, rem_addr="192.0.2.7", port="ssh")
    ours = packets.accounting_request(WHO, octets, flags=packets.STOP, method=packets.METHOD_TACACS, privilege=1)
    assert ours == theirs.packed


@given(st.binary(max_size=200), st.integers(0, 2**32 - 1), st.integers(1, 255), FIELD)
def test_obfuscation_is_that_of_another_client(body: bytes, session: int, seq: int, key: str) -> None:
    ours = HEADER._replace(session=session, seq=seq, length=len(body))
    theirs = TACACSHeader(0xC0, packets.AUTHENTICATION, session, len(body), seq)
    octets = packets.packet(ours, body, key.encode())
    assert octets == theirs.packed + crypt(theirs, body, key)
    assert packets.obfuscated(ours, octets[packets.HEADER_OCTETS :], key.encode()) == body
    assert packets.header(octets[: packets.HEADER_OCTETS]) == ours


@given(st.binary(max_size=80))
@example(b"\x01\x00\x00\x02\x00\x00OK")
def test_a_reply_is_read_as_another_client_reads_it_or_not_at_all(body: bytes) -> None:
    with contextlib.suppress(PacketError):
        ours = packets.authentication_reply(body)
        theirs = TACACSAuthenticationReply.unpacked(body)
        assert ours == (theirs.status, theirs.flags, theirs.server_msg, theirs.data)


@given(st.binary(max_size=80))
@example(b"\x01\x01\x00\x00\x00\x00\x0bpriv-lvl=15")
def test_a_response_is_read_as_another_client_reads_it_or_not_at_all(body: bytes) -> None:
    with contextlib.suppress(PacketError):
        ours = packets.authorization_response(body)
        theirs = TACACSAuthorizationReply.unpacked(body)
        assert (ours.status, ours.message, list(ours.arguments)) == (
            theirs.status,
            theirs.server_msg,
            theirs.arguments or [],
        )


@given(st.binary(max_size=80))
@example(b"\x00\x00\x00\x00\x01")
def test_an_accounting_reply_is_read_as_another_client_reads_it_or_not_at_all(body: bytes) -> None:
    with contextlib.suppress(PacketError):
        assert packets.accounting_reply(body) == TACACSAccountingReply.unpacked(body).status


@given(st.binary(max_size=20))
def test_any_octets_are_a_header_or_an_error(octets: bytes) -> None:
    with contextlib.suppress(PacketError):
        found = packets.header(octets)
        assert found.version >> 4 == packets.MAJOR
        assert found.length <= packets.MAX_BODY


@pytest.mark.parametrize(
    "octets",
    [b"", b"\xc0" * 11, b"\xc0" * 13, b"\xb0" + bytes(11), b"\xc0\x01\x02\x00" + bytes(4) + b"\x00\x01\x00\x00"],
    ids=["empty", "short", "long", "other-version", "body-of-65536"],
)
def test_what_is_no_header_is_refused(octets: bytes) -> None:
    with pytest.raises(PacketError):
        packets.header(octets)


@pytest.mark.parametrize(
    "body", [b"", b"\x01\x00\x00\x00\x00", b"\x01\x00\x00\x01\x00\x00", b"\x01\x00\x00\x00\x00\x00!"]
)
def test_lengths_that_do_not_fit_are_refused(body: bytes) -> None:
    with pytest.raises(PacketError):
        packets.authentication_reply(body)


def test_what_is_too_long_to_be_said_is_an_error_and_never_cut() -> None:
    long = "n" * 256
    with pytest.raises(PacketError, match="name is too long"):
        packets.authentication_start(Who(long, "", ""), privilege=1, kind=1, service=1)
    with pytest.raises(PacketError, match="command is too long"):
        packets.authorization_request(WHO, [long.encode()], method=6, privilege=1)
    with pytest.raises(PacketError, match="command is too long"):
        packets.authorization_request(WHO, [b"a"] * 256, method=6, privilege=1)
    with pytest.raises(PacketError, match="answer is too long"):
        packets.authentication_continue(b"a" * 65_536)
