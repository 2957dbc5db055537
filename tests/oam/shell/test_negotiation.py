"""Telnet's options: what is offered, what is refused, and that no octets do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telnetlib3.telopt import (
    AYT,
    BINARY,
    BRK,
    CHARSET,
    DM,
    DO,
    DONT,
    ECHO,
    GMCP,
    IAC,
    IP,
    IS,
    LINEMODE,
    MCCP2_COMPRESS,
    NAWS,
    NEW_ENVIRON,
    NOP,
    SB,
    SE,
    SEND,
    SGA,
    STATUS,
    SUSP,
    TM,
    TTYPE,
    WILL,
    WONT,
)

from oam.shell.negotiation import MAX_SUBNEGOTIATION, Negotiation, NegotiationError

COMMANDS = (IAC, SB, SE, DO, DONT, WILL, WONT, IP, AYT, NOP, DM, NAWS, TTYPE, BINARY, ECHO, LINEMODE, b"\0", b"a")


class Client:
    """The other end: what it was sent, and a negotiation to feed."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.negotiation = Negotiation(self.got.extend)
        self.negotiation.begin()

    def says(self, *parts: bytes) -> bytes:
        """Send octets; return what was typed among them. What was answered is in `got`."""
        self.got.clear()
        return self.negotiation.feed(b"".join(parts))


def sub(option: bytes, content: bytes) -> bytes:
    return IAC + SB + option + content + IAC + SE


def test_character_mode_is_offered_and_size_and_type_are_asked_for() -> None:
    client = Client()
    assert IAC + WILL + ECHO in client.got
    assert IAC + WILL + SGA in client.got
    assert IAC + DO + NAWS in client.got
    assert IAC + DO + TTYPE in client.got


def test_the_environment_is_never_asked_for() -> None:
    client = Client()
    assert NEW_ENVIRON not in client.got
    client.says(IAC + WILL + NEW_ENVIRON)
    assert client.got == IAC + DONT + NEW_ENVIRON


def test_text_passes_between_commands() -> None:
    client = Client()
    assert client.says(b"show", IAC + NOP, b" ver", IAC + WONT + TTYPE, b"sion\r\n") == b"show version\r\n"
    assert not client.got


def test_an_escaped_iac_is_one_octet() -> None:
    assert Client().says(b"a", IAC + IAC, b"b") == b"a\xffb"


def test_a_command_may_arrive_octet_by_octet() -> None:
    client = Client()
    whole = b"a" + IAC + DO + STATUS + b"b" + sub(NAWS, b"\0\x84\0\x2b") + b"c"
    assert b"".join(client.negotiation.feed(bytes((octet,))) for octet in whole) == b"abc"
    assert (client.negotiation.columns, client.negotiation.rows) == (132, 43)


def test_the_size_is_told_and_may_be_0() -> None:
    client = Client()
    sizes: list[tuple[int, int]] = []
    client.negotiation.on_resize = lambda: sizes.append((client.negotiation.columns, client.negotiation.rows))
    client.says(IAC + WILL + NAWS, sub(NAWS, b"\0\x50\0\x18"), sub(NAWS, b"\0\0\0\0"), sub(NAWS, b"\0\xff\xff\0\x18"))
    assert sizes == [(80, 24), (0, 0), (255, 24)]


def test_the_type_of_the_terminal_is_asked_for_once_offered() -> None:
    client = Client()
    client.says(IAC + WILL + TTYPE)
    assert client.got == sub(TTYPE, SEND)
    client.says(sub(TTYPE, IS + b"XTERM-256COLOR"))
    assert client.negotiation.term == "xterm-256color"


@pytest.mark.parametrize("name", [b"\x1b[2J", b"x" * 41, b"\xc3\xa4"])
def test_a_type_that_is_no_name_is_not_kept(name: bytes) -> None:
    client = Client()
    client.says(IAC + WILL + TTYPE, sub(TTYPE, IS + name))
    assert client.negotiation.term == ""


@pytest.mark.parametrize(("command", "key"), [(IP, b"\x03"), (BRK, b"\x03"), (SUSP, b"\x1a")])
def test_a_command_that_stands_for_a_key_is_typed_in_its_place(command: bytes, key: bytes) -> None:
    assert Client().says(b"a", IAC + command, b"b") == b"a" + key + b"b"


def test_are_you_there_is_answered() -> None:
    client = Client()
    assert client.says(IAC + AYT) == b""
    assert b"Yes" in client.got


def test_every_timing_mark_is_answered() -> None:
    """A client that has sent Ctrl-C drops all output until it is (RFC 860)."""
    client = Client()
    for _ in range(2):
        client.says(IAC + IP, IAC + DO + TM)
        assert client.got == IAC + WILL + TM


@pytest.mark.parametrize("option", [LINEMODE, STATUS, CHARSET, GMCP, MCCP2_COMPRESS, b"\xc8"])
def test_other_options_are_refused(option: bytes) -> None:
    client = Client()
    client.says(IAC + DO + option)
    assert client.got == IAC + WONT + option
    client.says(IAC + WILL + option)
    assert client.got == IAC + DONT + option


def test_a_refusal_is_not_repeated_to_a_client_that_insists() -> None:
    client = Client()
    client.says(IAC + WILL + LINEMODE)
    client.says((IAC + WILL + LINEMODE) * 100)
    assert not client.got


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", NAWS, NAWS + b"\0\x50\0", TTYPE, TTYPE + SEND, STATUS + b"\1", LINEMODE + b"\3\1\2", b"\xc8" * 900],
)
def test_a_subnegotiation_that_means_nothing_is_passed_over(content: bytes) -> None:
    client = Client()
    assert client.says(b"a", sub(content[:1], content[1:]), b"b") == b"ab"
    assert not client.got
    assert client.negotiation.malformed <= 1


def test_a_subnegotiation_without_end_ends_the_connection() -> None:
    client = Client()
    client.says(IAC + SB + TTYPE + IS)
    with pytest.raises(NegotiationError):
        client.says(b"x" * (MAX_SUBNEGOTIATION + 1))


@given(st.lists(st.one_of(st.sampled_from(COMMANDS), st.binary(max_size=8)), max_size=200), st.integers(1, 50))
def test_no_octets_do_harm(parts: list[bytes], step: int) -> None:
    """Whatever comes, however cut up: the same is typed, answers are no longer than questions, text goes on."""
    octets = b"".join(parts)
    clients = Client(), Client()
    try:
        whole = clients[0].says(octets)
        clients[1].got.clear()
        pieces = b"".join(clients[1].negotiation.feed(octets[at : at + step]) for at in range(0, len(octets), step))
    except NegotiationError:
        return
    assert whole == pieces
    assert len(clients[0].got) <= 6 * len(octets)
    # The first octets may be taken for the rest of a command.
    assert clients[0].says(b"a" + IAC + SE + b"b", b"show clock\r").endswith(b"show clock\r")
