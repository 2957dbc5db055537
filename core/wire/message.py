"""A SIP message, read lazily: the lines are found at once, a header is parsed when asked for, once.

Header text is `str` decoded as latin-1, so every octet survives; lines nobody
touches leave as they came. RFC 3261 §7, §18.3, RFC 4475 for the limits of patience.
"""

from __future__ import annotations

from functools import lru_cache
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
_ONCE: Final[list[bool]] = [False] * len(NAMES)
_STATUS: Final = {str(code): code for code in range(100, 700)}
_LONGEST_KEY: Final = 1024
_MAX_SEQUENCE: Final = 2**31 - 1


class Layout:
    """Which header fields a message has, in order. Shared between messages: nobody changes it."""

    __slots__ = ("at", "ids", "problem", "repeated")

    def __init__(self) -> None:
        self.ids: list[int] = []
        """What each line is, UNKNOWN = 0."""
        self.at: list[int] = _NOWHERE.copy()
        """Where each header stands first, -1 for nowhere."""
        self.repeated: list[bool] = _ONCE.copy()
        """Which headers have more than one line."""
        self.problem: str = ""
        """Why this is no message: reason phrase of a 400."""


class Message:
    """One request or response.

    `lines` are the raw header lines in order, folding kept, without the closing CRLF;
    `ids` names each of them (`core.wire.header`), UNKNOWN = 0. Whoever changes a line
    goes through `replace`, `insert`, `append` or `remove` so that the parsed values stay true.
    """

    __slots__ = (
        "_at",
        "_cseq",
        "_folded",
        "_from",
        "_repeated",
        "_shared",
        "_start",
        "_to",
        "_uri",
        "_via",
        "body",
        "call_id",
        "front",
        "ids",
        "is_request",
        "lines",
        "method",
        "request_uri",
        "status",
    )

    def __init__(self) -> None:
        self.is_request: bool = False
        self.method: str = ""
        """Of a request; of a response the method in CSeq."""
        self.request_uri: str = ""
        self.status: int = 0
        self.ids: list[int] = []
        self.lines: list[str] = []
        self.front: list[str] = []
        """Lines of our own to send before all others, our Via the first of them; `ids` does not name them."""
        self.body: bytes = b""
        self.call_id: str = ""
        self._at: list[int] = []
        """Where each header stands first, -1 for nowhere; empty when lines have been moved since."""
        self._repeated: list[bool] = []
        """Which headers have more than one line; as true as `_at`."""
        self._shared: bool = False
        """`ids` belongs to a Layout."""
        self._start: str = ""
        """The Status-Line as it came."""
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

    @property
    def reason(self) -> str:
        """Reason phrase of a response."""
        return self._start[12:]

    def has_more(self, header: int) -> bool:
        """Tell whether there is more than one value of this list header."""
        at = self.where(header)
        if self._repeated[header]:
            return True
        return at >= 0 and "," in self.lines[at] and _behind_first(self.first(header)) != ""

    def first(self, header: int) -> str:
        """Return the value of the first line of this header, unfolded and stripped; empty when absent."""
        at = self.where(header)
        if at < 0:
            return ""
        return _unfolded_value(self.lines[at]) if self._folded else _value(self.lines[at])

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
                value = _unfolded_value(self.lines[i]) if self._folded else _value(self.lines[i])
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
            self._via = parse_via(_first_of(value) if "," in value else value)
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

    def set_status(self, status: int, reason: str) -> None:
        """Put another Status-Line in place of a response's."""
        self.status = status
        self._start = f"SIP/2.0 {status} {reason}"

    def where(self, header: int) -> int:
        """Return where the first line of this header stands in `lines`, -1 when there is none."""
        if not self._at:
            self._index()
        return self._at[header]

    def replace(self, at: int, line: str) -> None:
        """Put `line` in place of line `at`, which keeps its header."""
        self.lines[at] = line
        self._forget(self.ids[at])

    def insert(self, at: int, header: int, line: str) -> None:
        """Insert a line of `header` before line `at`."""
        self._take_over()
        self.lines.insert(at, line)
        self.ids.insert(at, header)
        self._forget(header)

    def append(self, header: int, line: str) -> None:
        """Add a line of `header` behind all others."""
        self.insert(len(self.ids), header, line)

    def remove(self, at: int) -> None:
        """Remove line `at`."""
        self._take_over()
        header = self.ids[at]
        del self.lines[at]
        del self.ids[at]
        self._forget(header)

    def remove_first_value(self, header: int) -> None:
        """Remove the first value of a list header: its line, or the line's first element."""
        at = self.where(header)
        if "," in self.lines[at]:
            rest = _behind_first(self.first(header))
            if rest:
                self.replace(at, f"{NAMES[header]}: {rest}")
                return
        self.remove(at)

    def copy(self) -> Message:
        """Return a message with the same start line, lines and body; either may be changed without the other."""
        other = Message()
        other.is_request = self.is_request
        other.method = self.method
        other.request_uri = self.request_uri
        other.status = self.status
        other._start = self._start
        other.call_id = self.call_id
        other.body = self.body
        other.lines = self.lines.copy()
        other.ids = self.ids
        other._at = self._at
        other._repeated = self._repeated
        other._folded = self._folded
        self._shared = other._shared = True
        return other

    def start_line(self) -> str:
        """Return the first line, without CRLF."""
        if self.is_request:
            return f"{self.method} {self.request_uri} SIP/2.0"
        return self._start

    def render(self) -> bytes:
        """Return the message as octets; lines that were not touched are as they came."""
        lines = [self.start_line()]
        lines.extend(self.front)
        lines.extend(self.lines)
        lines.append("\r\n")
        return "\r\n".join(lines).encode("latin-1") + self.body

    def _take_over(self) -> None:
        """Make `ids` ours before it is changed."""
        if self._shared:
            self.ids = self.ids.copy()
            self._shared = False
        self._at = []

    def _index(self) -> None:
        """Find out anew where each header stands."""
        self._at = _NOWHERE.copy()
        self._repeated = _ONCE.copy()
        for number, header in enumerate(self.ids):
            if self._at[header] < 0:
                self._at[header] = number
            else:
                self._repeated[header] = True

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
    message = Message()
    problem = _read(message, data, limits)
    if problem is not None:
        problem.message = message
        try:
            raise problem
        finally:
            problem = None  # else the error, its traceback and this frame would hold each other
    return message


def _read(message: Message, data: bytes, limits: Limits) -> WireError | None:
    begin = 0
    while begin < len(data) and data[begin] == 13 and data.startswith(b"\r\n", begin):
        # RFC 3261 §7.5: empty lines before the start line are ignored.
        begin += 2
    # A body that ends so is caught by its empty line among the headers.
    end = len(data) - 4 if data.endswith(b"\r\n\r\n") else data.find(b"\r\n\r\n", begin)
    if end < begin:
        return _read_unusual(message, data, begin, limits)
    lines = data[begin:end].decode("latin-1").split("\r\n")
    is_clean = _is_clean(lines)
    start = lines.pop(0)
    count = len(lines)
    layout: Layout | None = None
    if end - begin <= limits.max_header and end - begin <= limits.max_start_line and count <= limits.max_headers:
        key = "".join([line[: line.find(":") + 1] for line in lines])
        layout = _known_layout(key) if len(key) < _LONGEST_KEY else _layout_of(key.split(":"))
    if layout is None or len(layout.ids) != count or not is_clean:
        return _read_unusual(message, data, begin, limits)
    problem = _take_headers(message, lines, layout, False)
    return _read_start_line(message, start) or problem or _read_body(message, data, end + 4)


def _is_clean(lines: list[str]) -> bool:
    """Tell whether no CR or LF stands alone: some end a line at a bare LF and see headers that we do not."""
    text = "".join(lines)
    return "\n" not in text and "\r" not in text


def _read_unusual(message: Message, data: bytes, begin: int, limits: Limits) -> WireError | None:
    """Read what is folded, large or broken."""
    problem: WireError | None = None
    end = data.find(b"\r\n\r\n", begin)
    if end < 0:
        problem = WireError(400, "Header section has no end")
        end = len(data)
        if end >= begin + 2 and data.endswith(b"\r\n"):
            end -= 2
    lines = data[begin:end].decode("latin-1").split("\r\n")
    if not _is_clean(lines):
        problem = WireError(400, "Bare CR or LF in header section")
    start = lines.pop(0)
    lines = _unfold(lines)
    problem = _check_sizes(start, lines, limits) or problem
    names = [line[: line.find(":") + 1].removesuffix(":") for line in lines]
    names.append("")
    layout = _layout_of(names)
    assert layout is not None, "continuation lines have been joined"
    problem = _take_headers(message, lines, layout, True) or problem
    return _read_start_line(message, start) or problem or _read_body(message, data, end + 4)


def _unfold(lines: list[str]) -> list[str]:
    """Join continuation lines to the line they continue, CRLF kept (RFC 3261 §7.3.1)."""
    joined: list[str] = []
    for line in lines:
        if joined and line[:1] in (" ", "\t"):
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


@lru_cache(maxsize=1024)
def _known_layout(key: str) -> Layout | None:
    """Return the layout of the lines `Name:Name:…`: nearly all messages of one kind of phone have the same."""
    return _layout_of(key.split(":"))


def _layout_of(names: list[str]) -> Layout | None:
    """Name every line; find what must be there once and only once (RFC 3261 §8.1.1, §20).

    `names` are what stands before the colons, and one more. None when one is a continuation line.
    """
    layout = Layout()
    at = layout.at
    for number in range(len(names) - 1):
        header = HEADER_ID.get(names[number], -1)
        if header < 0:
            if number > 0 and names[number][:1] in (" ", "\t"):
                return None
            header = _other_header(names[number])
            if header < 0:
                layout.problem = "Bad header line"
                header = 0
        layout.ids.append(header)
        if at[header] < 0:
            at[header] = number
        else:
            layout.repeated[header] = True
            if IS_SINGLE[header]:
                layout.problem = f"Repeated {NAMES[header]} header field"
    if not layout.problem:
        for header in _MANDATORY:
            if at[header] < 0:
                layout.problem = f"Missing {NAMES[header]} header field"
                break
    return layout


def _take_headers(message: Message, lines: list[str], layout: Layout, folded: bool) -> WireError | None:
    message.lines = lines
    message.ids = layout.ids
    message._at = layout.at
    message._repeated = layout.repeated
    message._shared = True
    message._folded = folded
    message.call_id = message.first(CALL_ID)
    if layout.problem:
        return WireError(400, layout.problem)
    return None if message.call_id else WireError(400, "Missing Call-ID header field")


def _other_header(name: str) -> int:
    """Number a header whose name is unknown or written in an unusual way; -1 when it is none."""
    name = name.rstrip(" \t")
    if not name or not _TOKEN.issuperset(name):
        return -1
    return header_id(name)


def _read_start_line(message: Message, line: str) -> WireError | None:
    """Read Request-Line or Status-Line (RFC 3261 §7.1, §7.2); exactly one space between the parts."""
    if line.startswith("SIP/2.0 ") or line[:4].upper() == "SIP/":  # no method can begin so: "/" is no token character
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
    if not line.startswith("SIP/2.0 "):
        if line[:7].upper() != "SIP/2.0" or line[7:8] != " ":
            return WireError(505, "Version Not Supported")
        line = "SIP/2.0" + line[7:]
    status = _STATUS.get(line[8:11], 0)
    if status == 0 or line[11:12] not in ("", " "):
        return WireError(400, "Bad status code")
    message.status = status
    message._start = line if len(line) > 11 else line + " "
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


def _first_of(value: str) -> str:
    """Return the first element of a list with a comma in it. Raises WireError when it is of commas only."""
    first = value[: value.find(",")]
    if first and first[-1] != " " and '"' not in first and "<" not in first:
        return first
    return _elements(value)[0]


def _behind_first(value: str) -> str:
    """Return what follows the first element of a list with a comma in it; empty when it has one or none."""
    at = value.find(",")
    first = value[:at]
    if first and '"' not in first and "<" not in first:
        return value[at + 1 :].strip(" \t,")
    return ", ".join(split_list(value)[1:])


def _value(line: str) -> str:
    """Return the value of a line that is not folded, stripped."""
    at = line.find(":") + 1
    if at < len(line) and line[at] == " ":
        at += 1
    value = line[at:]
    if value and (value[0].isspace() or value[-1].isspace()):
        return value.strip(" \t")
    return value


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
