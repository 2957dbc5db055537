"""SIP messages as the test call's two user agents need them.

Only what a user agent on loopback meets: no folding, no compact forms in what we
write; both understood in what we read. It shares nothing with the server's parser,
so that a fault there is seen and not agreed with.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "k": "supported",
}
_URI = re.compile(r"<([^>]*)>|([^\s;<>,]+)")
_TAG = re.compile(r";\s*tag\s*=\s*([^;\s]+)", re.IGNORECASE)


class Message(NamedTuple):
    """A request or response, header names in lower case and in the order they came."""

    start: str
    headers: tuple[tuple[str, str], ...]

    @property
    def status(self) -> int:
        """Status code; 0 for a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """Method of the request, or of the request that a response answers."""
        return self.first("cseq").partition(" ")[2].strip() if self.status else self.start.partition(" ")[0]

    @property
    def answer(self) -> str:
        """`200 OK`: status and reason of a response."""
        return self.start.partition(" ")[2]

    def first(self, name: str) -> str:
        """First value of header `name` (lower case), empty when absent."""
        return next((value for known, value in self.headers if known == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of header `name`, one entry per header line."""
        return [value for known, value in self.headers if known == name]

    @property
    def cseq(self) -> int:
        """The number of CSeq; -1 when it is none."""
        number = self.first("cseq").partition(" ")[0]
        return int(number) if number.isascii() and number.isdigit() else -1

    @property
    def branch(self) -> str:
        """Branch of the top Via."""
        found = re.search(r";\s*branch\s*=\s*([^;,\s]+)", self.first("via"))
        return found[1] if found else ""


def parse(octets: bytes) -> Message | None:
    """Read a datagram; None when it is no SIP message."""
    head = octets.partition(b"\r\n\r\n")[0].decode("latin-1")
    start, _, rest = head.partition("\r\n")
    if not re.fullmatch(r"SIP/2\.0 \d{3}( .*)?|[A-Z]+ \S+ SIP/2\.0", start):
        return None
    headers = []
    for line in re.sub(r"\r\n[ \t]+", " ", rest).split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            lower = name.strip().lower()
            headers.append((_COMPACT.get(lower, lower), value.strip()))
    return Message(start, tuple(headers))


def render(start: str, headers: list[tuple[str, str]]) -> bytes:
    """Write a message without body."""
    lines = [start, *(f"{name}: {value}" for name, value in headers), "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def respond(request: Message, status: str, tag: str, extra: list[tuple[str, str]]) -> bytes:
    """Write the response `status` (`180 Ringing`) to `request` (RFC 3261 §8.2.6.2).

    `tag` goes into To unless it has one.
    """
    to = request.first("to")
    if tag and not tag_of(to):
        to += f";tag={tag}"
    headers = [("Via", via) for via in request.all("via")]
    headers += [("Record-Route", route) for route in request.all("record-route")]
    headers += [("From", request.first("from")), ("To", to)]
    headers += [("Call-ID", request.first("call-id")), ("CSeq", request.first("cseq")), *extra]
    return render(f"SIP/2.0 {status}", headers)


def tag_of(value: str) -> str:
    """Tag parameter of a From or To value, empty when absent."""
    found = _TAG.search(value.rpartition(">")[2] if ">" in value else value)
    return found[1] if found else ""


def uri_of(value: str) -> str:
    """URI of the first name-addr or addr-spec in `value`."""
    found = _URI.search(re.sub(r'"(?:[^"\\]|\\.)*"', "", value))
    return (found[1] or found[2]) if found else ""


def hostport_of(uri: str) -> tuple[str, int] | None:
    """Numeric address and port of a SIP URI; None when its host is a name."""
    found = re.match(r"sips?:(?:[^@>]*@)?(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?(?:[;?]|$)", uri)
    return (found[1] or found[2], int(found[3] or 5060)) if found else None


def routes_of(message: Message) -> list[str]:
    """Record-Route entries in the order of the message."""
    return [entry.strip() for line in message.all("record-route") for entry in re.findall(r"<[^>]*>[^,]*", line)]
