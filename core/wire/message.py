"""A SIP message, read lazily: the lines are found at once, a header is parsed when asked for, once.

Header text is `str` decoded as latin-1, so every octet survives; lines nobody
touches leave as they came. RFC 3261 §7, §18.3, RFC 4475 for the limits of patience.
"""

from __future__ import annotations

from typing import Final

from core.wire.address import Address, parse_address, split_list
from core.wire.error import WireError
from core.wire.header import (
    CALL_ID,
    CONTENT_LENGTH,
    CSEQ,
    FROM,
    HEADER_ID,
    IS_LIST,
    IS_SINGLE,
    NAMES,
    TO,
    VIA,
    header_id,
)
from core.wire.limits import Limits
from core.wire.scalar import parse_cseq, parse_integer
from core.wire.uri import Uri, known_uri
from core.wire.via import Via, parse_via

_TOKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~")
_METHODS: Final = frozenset(
    ("INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "PRACK", "UPDATE", "MESSAGE", "SUBSCRIBE", "NOTIFY",
     "INFO", "REFER", "PUBLISH")
)  # fmt: skip
_MANDATORY: Final = (VIA, FROM, TO, CALL_ID, CSEQ)
_NOWHERE: Final[list[int]] = [-1] * len(NAMES)
_MAX_SEQUENCE: Final = 2**31 - 1


class Message:
    """One request or response.

    `lines` are the raw header lines in order, folding kept, without the closing CRLF;
    `ids` names each of them (`core.wire.header`), UNKNOWN = 0. Whoever changes a line
    goes through `replace`, `insert` or `remove` so that the parsed values stay true.
    """

    __slots__ = (
        "_at",
        "_cseq",
        "_folded",
        "_from",
        "_to",
        "_uri",
        "_via",
        "body",
        "call_id",
        "ids",
        "is_request",
        "lines",
        "method",
        "reason",
        "request_uri",
        "status",
    )

    def __init__(self) -> None:
        self.is_request: bool = False
        self.method: str = ""
        """Of a request; of a response the method in CSeq."""
        self.request_uri: str = ""
        self.status: int = 0
        self.reason: str = ""
        self.ids: list[int] = []
        self.lines: list[str] = []
        self.body: bytes = b""
        self.call_id: str = ""
        self._at: list[int] = []
        """Where each header stands first, -1 for nowhere; empty when lines have been moved since."""
        self._folded: bool = True
        """A line may be folded; False where the reader saw that none is."""
        self._via: Via | None = None
        self._from: Address | None = None
        self._to: Address | None = None
        self._cseq: tuple[int, str] | None = None
        self._uri: Uri | None = None

    def has(self, header: int) -> bool:
        """Tell whether at least one line of this header is there."""
        return self.where(header) >= 0

    def count(self, header: int) -> int:
        """Count the lines of this header; a line may hold several values."""
        return self.ids.count(header)

    def first(self, header: int) -> str:
        """Return the value of the first line of this header, unfolded and stripped; empty when absent."""
        at = self.where(header)
        if at < 0:
            return ""
        line = self.lines[at]
        if self._folded:
            return _unfolded_value(line)
        return line[line.find(":") + 1 :].strip(" \t")

    def all(self, header: int) -> list[str]:
        """Return every value of this header, comma lists taken apart (RFC 3261 §7.3.1).

        An empty line of a list header adds nothing; one of commas only raises WireError.
        """
        found: list[str] = []
        at = self.where(header)
        if at < 0:
            return found
        is_list = IS_LIST[header]
        for i in range(at, len(self.ids)):
            if self.ids[i] == header:
                value = _unfolded_value(self.lines[i])
                if is_list and "," in value:
                    found.extend(_elements(value))
                elif value or not is_list:
                    found.append(value)
        return found

    def via(self) -> Via:
        """Return the topmost Via. Raises WireError when it is absent or broken."""
        if self._via is None:
            value = self.first(VIA)
            if not value:
                raise WireError(400, "Missing Via")
            self._via = parse_via(_elements(value)[0] if "," in value else value)
        return self._via

    def from_(self) -> Address:
        """Return From. Raises WireError when it is broken."""
        if self._from is None:
            self._from = parse_address(self.first(FROM))
        return self._from

    def to(self) -> Address:
        """Return To. Raises WireError when it is broken."""
        if self._to is None:
            self._to = parse_address(self.first(TO))
        return self._to

    def cseq(self) -> tuple[int, str]:
        """Return number and method of CSeq. Raises WireError when it is broken."""
        if self._cseq is None:
            self._cseq = parse_cseq(self.first(CSEQ))
        return self._cseq

    def uri(self) -> Uri:
        """Return the Request-URI. Raises WireError when it is broken."""
        if self._uri is None:
            self._uri = known_uri(self.request_uri)
        return self._uri

    def set_request_uri(self, text: str) -> None:
        """Put another Request-URI in place."""
        self.request_uri = text
        self._uri = None

    def where(self, header: int) -> int:
        """Return where the first line of this header stands in `lines`, -1 when there is none."""
        at = self._at
        if at:
            return at[header]
        return self.ids.index(header) if header in self.ids else -1

    def replace(self, at: int, line: str) -> None:
        """Put `line` in place of line `at`, which keeps its header."""
        self.lines[at] = line
        self._forget(self.ids[at])

    def insert(self, at: int, header: int, line: str) -> None:
        """Insert a line of `header` before line `at`."""
        self.lines.insert(at, line)
        self.ids.insert(at, header)
        self._at = []
        self._forget(header)

    def remove(self, at: int) -> None:
        """Remove line `at`."""
        header = self.ids[at]
        del self.lines[at]
        del self.ids[at]
        self._at = []
        self._forget(header)

    def remove_first_value(self, header: int) -> None:
        """Remove the first value of a list header: its line, or the line's first element."""
        at = self.ids.index(header)
        value = _unfolded_value(self.lines[at])
        values = split_list(value) if "," in value else [value]
        if len(values) > 1:
            self.replace(at, f"{NAMES[header]}: {', '.join(values[1:])}")
        else:
            self.remove(at)

    def start_line(self) -> str:
        """Return the first line, without CRLF."""
        if self.is_request:
            return f"{self.method} {self.request_uri} SIP/2.0"
        return f"SIP/2.0 {self.status} {self.reason}"

    def render(self) -> bytes:
        """Return the message as octets; lines that were not touched are as they came."""
        return ("\r\n".join([self.start_line(), *self.lines]) + "\r\n\r\n").encode("latin-1") + self.body

    def _forget(self, header: int) -> None:
        if header == VIA:
            self._via = None
        elif header == FROM:
            self._from = None
        elif header == TO:
            self._to = None
        elif header == CSEQ:
            self._cseq = None


def parse_message(data: bytes, limits: Limits) -> Message:
    """Read one whole message.

    `data` is a datagram or what the framer cut from a stream; octets behind
    Content-Length are dropped. Raises WireError; its `message` is the half-read
    message when enough of it was understood to answer with the error's status.
    """
    if len(data) > limits.max_message:
        raise WireError(513, "Message Too Large")
    problem: WireError | None = None
    begin = 0
    while data.startswith(b"\r\n", begin):
        # RFC 3261 §7.5: empty lines before the start line are ignored.
        begin += 2
    end = data.find(b"\r\n\r\n", begin)
    if end < 0:
        problem = WireError(400, "Header section has no end")
        end = len(data)
        if end >= begin + 2 and data.endswith(b"\r\n"):
            end -= 2
    head = data[begin:end].decode("latin-1")
    message = Message()
    lines = head.split("\r\n")
    ends = len(lines) - 1
    if head.count("\n") != ends or head.count("\r") != ends:
        # Some read a bare LF as the end of a line: they would see headers here that we did not.
        problem = WireError(400, "Bare CR or LF in header section")
    start = lines.pop(0)
    if len(lines) > limits.max_headers or len(head) > limits.max_header or len(head) > limits.max_start_line:
        lines = _unfold(lines) if lines else lines
        problem = _check_sizes(start, lines, limits) or problem
        problem = _read_headers(message, lines, True) or problem
    else:
        problem = _read_headers(message, lines, False) or problem
    problem = _read_start_line(message, start) or problem
    if problem is None:
        problem = _read_body(message, data, end + 4)
    if problem is not None:
        problem.message = message
        try:
            raise problem
        finally:
            problem = None  # else the error, its traceback and this frame would hold each other
    return message


def _unfold(lines: list[str]) -> list[str]:
    """Join continuation lines to the line they continue, CRLF kept (RFC 3261 §7.3.1)."""
    joined: list[str] = [lines[0]]
    for line in lines[1:]:
        if line[:1] in (" ", "\t"):
            joined[-1] = joined[-1] + "\r\n" + line
        else:
            joined.append(line)
    return joined


def _check_sizes(start: str, lines: list[str], limits: Limits) -> WireError | None:
    """Find what breaks a bound; of too many lines, only as many as are allowed are kept to answer from."""
    if len(start) > limits.max_start_line:
        return WireError(414, "Request-URI Too Long")
    if len(lines) > limits.max_headers:
        del lines[limits.max_headers :]
        return WireError(400, "Too many header fields")
    for line in lines:
        if len(line) > limits.max_header:
            return WireError(400, "Header field too long")
    return None


def _read_headers(message: Message, lines: list[str], folded: bool) -> WireError | None:
    """Name every line; find what must be there once and only once (RFC 3261 §8.1.1, §20).

    Begins again when it comes upon a continuation line: few messages have any.
    """
    problem: WireError | None = None
    ids: list[int] = []
    at = _NOWHERE.copy()
    for number, line in enumerate(lines):
        colon = line.find(":")
        header = HEADER_ID.get(line[:colon], -1) if colon > 0 else -1
        if header < 0:
            if not folded and line[:1] in (" ", "\t"):
                return _read_headers(message, _unfold(lines), True)
            header = _other_header(line)
            if header < 0:
                problem = WireError(400, "Bad header line")
                header = 0
        ids.append(header)
        if at[header] < 0:
            at[header] = number
        elif IS_SINGLE[header]:
            problem = WireError(400, f"Repeated {NAMES[header]} header field")
    message.ids = ids
    message.lines = lines
    message._folded = folded
    message._at = at
    message.call_id = message.first(CALL_ID)
    if problem is None:
        for header in _MANDATORY:
            if at[header] < 0 or (header == CALL_ID and not message.call_id):
                return WireError(400, f"Missing {NAMES[header]} header field")
    return problem


def _other_header(line: str) -> int:
    """Name a line whose header is unknown or written in an unusual way; -1 when it is no header line."""
    colon = line.find(":")
    name = line[:colon].rstrip(" \t") if colon > 0 else ""
    if not name or not _TOKEN.issuperset(name):
        return -1
    return header_id(name)


def _read_start_line(message: Message, line: str) -> WireError | None:
    """Read Request-Line or Status-Line (RFC 3261 §7.1, §7.2); exactly one space between the parts."""
    if line[:4].upper() == "SIP/":  # no method can begin so: "/" is no token character
        return _read_status_line(message, line)
    parts = line.split(" ")
    message.is_request = True
    if len(parts) != 3:
        message.method = parts[0]
        return WireError(400, "Bad Request-Line")
    message.method, message.request_uri, version = parts
    if message.method not in _METHODS and (not message.method or not _TOKEN.issuperset(message.method)):
        return WireError(400, "Bad method")
    if version != "SIP/2.0" and version.upper() != "SIP/2.0":
        if version[:4].upper() != "SIP/":
            return WireError(400, "Bad Request-Line")
        return WireError(505, "Version Not Supported")
    if not message.request_uri:
        return WireError(400, "Bad Request-Line")
    return None


def _read_status_line(message: Message, line: str) -> WireError | None:
    parts = line.split(" ", 2)
    if len(parts) < 2 or (parts[0] != "SIP/2.0" and parts[0].upper() != "SIP/2.0"):
        return WireError(505, "Version Not Supported")
    code = parts[1]
    if len(code) != 3 or not code.isascii() or not code.isdigit() or not "1" <= code[0] <= "6":
        return WireError(400, "Bad status code")
    message.status = int(code)
    message.reason = parts[2] if len(parts) == 3 else ""
    try:
        message.method = message.cseq()[1]
    except WireError as error:
        return error
    return None


def _read_body(message: Message, data: bytes, at: int) -> WireError | None:
    """Cut the body at Content-Length (RFC 3261 §18.3)."""
    if not message.has(CONTENT_LENGTH):
        message.body = data[at:]
        return None
    text = message.first(CONTENT_LENGTH)
    if text == "0":
        return None
    try:
        length = parse_integer(text, 0, _MAX_SEQUENCE)
    except WireError:
        return WireError(400, "Bad Content-Length")
    if at + length > len(data):
        return WireError(400, "Body shorter than Content-Length")
    message.body = data[at : at + length]
    return None


def _elements(value: str) -> list[str]:
    elements = split_list(value)
    if not elements:
        raise WireError(400, "Empty list in header field")
    return elements


def _unfolded_value(line: str) -> str:
    value = line[line.find(":") + 1 :]
    if "\r\n" in value:
        value = " ".join([part.strip(" \t") for part in value.split("\r\n")])
    return value.strip(" \t")


def build_response(
    request: Message, status: int, reason: str, to_tag: str = "", extra: list[tuple[str, str]] | None = None
) -> bytes:
    """Make a response of our own to `request` (RFC 3261 §8.2.6.2): Via, From, To, Call-ID, CSeq and `extra`.

    `to_tag` is added to To unless it has a tag. Works on half-read requests: what is
    missing is left out.
    """
    lines = [f"SIP/2.0 {status} {reason}"]
    ids = request.ids
    lines += [request.lines[i] for i in range(len(ids)) if ids[i] == VIA]
    for header in (FROM, TO, CALL_ID, CSEQ):
        at = request.where(header)
        if at >= 0:
            line = request.lines[at]
            if header == TO and to_tag and "tag=" not in line.rpartition(">")[2].lower():
                line = f"{line};tag={to_tag}"
            lines.append(line)
    if extra is not None:
        for name, value in extra:
            lines.append(f"{name}: {value}")
    lines.append("Content-Length: 0\r\n\r\n")
    return "\r\n".join(lines).encode("latin-1")
