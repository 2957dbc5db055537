"""Cutting a stream into messages (RFC 3261 §18.3), within bounds.

A message ends where Content-Length says. Between messages CRLFs are skipped and
counted as keep-alives (RFC 5626 §4.4.1). What comes out depends on the octets
alone, never on how the network cut them.

A message whose end cannot be told, because Content-Length is malformed, given
twice or too large, is handed out as its head alone, so that its reader refuses
it with a status and the peer gets an answer. Behind it the stream is beyond
repair, as it is behind a head that breaks a bound or has no Content-Length,
which RFC 3261 §18.3 demands on a stream; of those nothing is handed out.
"""

from __future__ import annotations

import re
from typing import Final

from core.wire.error import WireError
from core.wire.limits import Limits

_LENGTH_NAME: Final = re.compile(rb"\r\n(?:content-length|l)[ \t]*+:", re.IGNORECASE)
_LENGTH_VALUE: Final = re.compile(rb"[ \t]*+(?:\r\n[ \t]++)*([0-9]{1,10})[ \t]*+(?:\r\n[ \t]++)*\r\n(?![ \t])")

# One reason for every bound: which of them breaks first depends on how the octets came.
_TOO_LARGE: Final = "Header section too large"


class Framer:
    """The receiving side of one stream connection."""

    __slots__ = ("_blank", "_buffer", "_count", "_field", "_limits", "_line", "_need", "_scan", "error", "pings")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._need = 0
        """Octets of the message at the head of the buffer; 0 while its header section is incomplete."""
        self._line = 0
        """Where the line begins that is being looked at."""
        self._field = 0
        """Where the header field begins that is being looked at, folded lines included."""
        self._scan = 0
        """Where the search for the line's end goes on."""
        self._count = -1
        """Header fields begun so far; -1 in the start line."""
        self._blank = 0
        """CRLFs seen between messages that are not yet half of a ping."""
        self.pings = 0
        """Keep-alives (CRLF CRLF between messages) seen so far; each wants a CRLF back."""
        self.error: WireError | None = None
        """Why the stream is beyond repair, as soon as it is known; from then on the connection is to be closed."""

    @property
    def pending(self) -> int:
        """Octets held of a message that is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take what the stream delivered; return the messages that are now whole, in order.

        Raises WireError when the stream is beyond repair and no message is left to hand
        out: one that was complete before the fault is returned first, `error` being set.
        """
        found: list[bytes] = []
        if self.error is None:
            self._buffer += data
            while self._cut(found):
                pass
        return self._checked(found)

    def _checked(self, found: list[bytes]) -> list[bytes]:
        if self.error is not None:
            self._buffer.clear()
            if not found:
                # A new one each time: what is raised holds this frame, and so the framer, which must not hold it.
                raise WireError(self.error.status, self.error.reason)
        return found

    def _cut(self, found: list[bytes]) -> bool:
        """Move one message from the buffer to `found`; False when there is no further whole one."""
        if not self._need:
            if self._count < 0 and not self._skip_blank():
                return False
            if not self._find_head():
                return False
        buffer = self._buffer
        if len(buffer) < self._need:
            return False
        found.append(bytes(buffer[: self._need]))
        del buffer[: self._need]
        self._need = self._line = self._field = self._scan = 0
        self._count = -1
        return self.error is None

    def _skip_blank(self) -> bool:
        """Drop CRLFs before a start line (RFC 3261 §7.5); tell whether anything else is there."""
        buffer = self._buffer
        if self._scan:
            return True
        at = 0
        while buffer.startswith(b"\r\n", at):
            at += 2
        if at:
            del buffer[:at]
            blank = self._blank + at // 2
            self.pings += blank // 2
            self._blank = blank % 2
        if not buffer or buffer == b"\r":
            return False
        self._blank = 0
        return True

    def _find_head(self) -> bool:
        """Walk line by line to the end of the header section; fix `_need` and return True when it is there."""
        buffer = self._buffer
        limits = self._limits
        if not self._scan:
            end = buffer.find(b"\r\n\r\n")
            # The common case, all there and small: no line can break a bound.
            if (
                0 <= end <= min(limits.max_header, limits.max_start_line)
                and buffer.count(b"\r\n", 0, end) <= limits.max_headers
            ):
                return self._find_end(end + 4)
        while True:
            end = buffer.find(b"\r\n", self._scan)
            if end == self._line and self._count >= 0:
                return self._find_end(end + 2)
            begin = self._field_begin()
            if end < 0:
                return self._wait(begin)
            if end - begin > (limits.max_start_line if self._count < 0 else limits.max_header):
                return self._break(_TOO_LARGE)
            if begin == self._line:
                self._field = begin
                self._count += 1
                if self._count > limits.max_headers:
                    return self._break(_TOO_LARGE)
            self._line = self._scan = end + 2

    def _field_begin(self) -> int:
        """Return where the start line or header field begins that the line at `_line` is part of."""
        line = self._line
        if self._count > 0 and self._buffer.startswith((b" ", b"\t"), line):
            return self._field
        return line

    def _wait(self, begin: int) -> bool:
        """Note how far the buffer has been searched; the octets held must still fit the bounds."""
        buffer = self._buffer
        limits = self._limits
        length = len(buffer)
        if buffer.endswith(b"\r"):
            length -= 1
        self._scan = length
        bound = limits.max_start_line if self._count < 0 else limits.max_header
        if length - begin > bound or len(buffer) >= limits.max_message:
            return self._break(_TOO_LARGE)
        return False

    def _find_end(self, head: int) -> bool:
        """Tell from Content-Length where the message ends whose header section takes `head` octets."""
        if head > self._limits.max_message:
            return self._break(_TOO_LARGE)
        section = bytes(self._buffer[:head])
        name = _LENGTH_NAME.search(section)
        if name is None:
            return self._break("Content-Length missing on a stream")
        self._need = head
        value = _LENGTH_VALUE.match(section, name.end())
        if value is None:
            self.error = WireError(400, "Bad Content-Length")
        elif _LENGTH_NAME.search(section, name.end()) is not None:
            self.error = WireError(400, "Repeated Content-Length header field")
        else:
            need = head + int(value.group(1))
            if need > self._limits.max_message:
                self.error = WireError(513, "Message Too Large")
            else:
                self._need = need
        return True

    def _break(self, reason: str) -> bool:
        self.error = WireError(400, reason)
        return False
