"""Telnet's options and commands (RFC 854, 855): what the client says between the lines.

telnetlib3 interprets the octets; this says what we want of the client, and that nothing is
waited for: one that refuses everything, or answers nothing, is served all the same. Pure.

We offer ECHO and SGA (a character at a time) and ask for the window's size and the terminal's
type. NEW-ENVIRON is never asked for: Windows' telnet hangs up on it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from telnetlib3.stream_writer import TelnetWriter
from telnetlib3.telopt import (
    ABORT,
    AYT,
    BINARY,
    BRK,
    DO,
    DONT,
    EC,
    ECHO,
    EL,
    EOF,
    IAC,
    IP,
    IS,
    NAWS,
    SB,
    SGA,
    SUSP,
    TM,
    TTYPE,
    WILL,
    WONT,
)

MAX_SUBNEGOTIATION: Final = 1024
"""Octets of one subnegotiation; a name of a terminal has at most 40 (RFC 1091)."""
MAX_TERM: Final = 40
OURS: Final = frozenset({ECHO, SGA, BINARY, TM})
"""Options that we perform."""
THEIRS: Final = frozenset({SGA, BINARY, NAWS, TTYPE})
"""Options that we let the client perform."""
KEYS: Final = {IP: 0x03, BRK: 0x03, ABORT: 0x03, SUSP: 0x1A, EOF: 0x04, EC: 0x7F, EL: 0x15}
"""Commands that stand for a key."""
YES: Final = b"\r\n[Yes]\r\n"
"""Answer to Are You There."""

_IAC: Final = IAC[0]
_OCTETS: Final = tuple(bytes((octet,)) for octet in range(256))

# What a client sends wrongly would fill the log; `Negotiation.malformed` counts it.
logging.getLogger("telnetlib3").setLevel(logging.ERROR)


class NegotiationError(Exception):
    """The client does not speak telnet; only the end of the connection is left."""


class Negotiation:
    """What has been agreed with one client."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        """`send` queues octets for the client."""
        self._interpreter = _Interpreter(_Wire(send))
        self._typed = bytearray()
        self._subnegotiation = 0
        """Octets of the one that has begun."""
        self.term = ""
        """Type of the client's terminal in lower case, empty until it says so."""
        self.columns = 0
        self.rows = 0
        self.on_resize: Callable[[], None] | None = None
        self.malformed = 0
        """Subnegotiations and commands that mean nothing."""
        for command, key in KEYS.items():
            self._interpreter.set_iac_callback(command, self._key(key))
        self._interpreter.set_iac_callback(AYT, lambda _command: send(YES))
        self._interpreter.set_ext_callback(NAWS, self._resized)
        self._interpreter.set_ext_callback(TTYPE, self._named)

    def begin(self) -> None:
        """Say what we offer and what we ask for."""
        for command, option in (
            (WILL, ECHO),
            (WILL, SGA),
            (DO, TTYPE),
            (DO, NAWS),
            (WILL, BINARY),
            (DO, BINARY),
        ):
            self._interpreter.iac(command, option)

    def feed(self, octets: bytes) -> bytes:
        """Take octets of the client and return those it typed. Raises NegotiationError."""
        at = 0
        while at < len(octets):
            if not self._interpreter.is_oob:
                found = octets.find(_IAC, at)
                end = found if found >= 0 else len(octets)
                self._typed += octets[at:end]
                at = end
            if at < len(octets):
                self._interpret(_OCTETS[octets[at]])
                at += 1
        typed = bytes(self._typed)
        self._typed.clear()
        return typed

    def _interpret(self, octet: bytes) -> None:
        """Take an octet of a command, or the first one behind it."""
        try:
            if self._interpreter.feed_byte(octet):
                self._typed += octet
        except (ValueError, LookupError):
            self.malformed += 1
        self._subnegotiation = self._subnegotiation + 1 if self._interpreter.cmd_received == SB else 0
        if self._subnegotiation > MAX_SUBNEGOTIATION:
            raise NegotiationError("a subnegotiation does not end")

    def _key(self, key: int) -> Callable[[bytes], None]:
        return lambda _command: self._typed.append(key)

    def _resized(self, rows: int, columns: int) -> None:
        self.columns, self.rows = columns, rows
        if self.on_resize is not None:
            self.on_resize()

    def _named(self, name: str) -> None:
        self.term = name.lower() if name.isprintable() and len(name) <= MAX_TERM else ""


class _Interpreter(TelnetWriter):
    """telnetlib3's interpreter, confined to the options we know: of the others it would answer many."""

    slc_simulated = False

    def __init__(self, wire: _Wire) -> None:
        super().__init__(wire, None, server=True)  # type: ignore[arg-type]  # of a transport it uses what a wire has

    def handle_do(self, opt: bytes) -> bool:
        """Perform an option, or refuse to."""
        if opt in OURS:
            return super().handle_do(opt)
        self.iac(WONT, opt)
        return False

    def handle_will(self, opt: bytes) -> None:
        """Let the client perform an option, or tell it not to."""
        if opt in THEIRS:
            super().handle_will(opt)
        else:
            self.iac(DONT, opt)

    def handle_subnegotiation(self, buf: deque[bytes]) -> None:
        """Take the size or the type of the terminal; raises ValueError for anything else."""
        known = (buf[0] == NAWS and len(buf) == 5) or (buf[0] == TTYPE and len(buf) > 1 and buf[1] == IS)
        if not known:
            raise ValueError("unknown subnegotiation")
        super().handle_subnegotiation(buf)


class _Wire:
    """What the interpreter uses of a transport."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.write = send

    def is_closing(self) -> bool:
        """Tell that nobody has closed it; its owner would not write any more."""
        return False

    def get_extra_info(self, _name: str, default: object = None) -> object:
        """Know nothing."""
        return default
