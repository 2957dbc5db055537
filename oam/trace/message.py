"""What of a traced message is shown, read from its octets; what is no SIP message is shown all the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from core.northbound.trace import SENT, TRANSPORTS, TRUNCATED, TraceRecord
from oam.shell.printable import clean

Place = tuple[str, int]
"""Address and port."""

_COMPACT: Final = {"i": "call-id", "f": "from", "t": "to", "v": "via", "c": "content-type"}
_WANTED: Final = ("call-id", "cseq", "from", "to", "content-type")
_USER: Final = re.compile(r"(?:sips?|tel):([^@<>;\s:]+)(?=[@:;>\s]|$)", re.IGNORECASE)
_START: Final = 200
"""Longest first line that is shown."""
_PARTY: Final = 64
"""Longest user part."""


class Message(NamedTuple):
    """One traced message as it is shown."""

    record: TraceRecord
    call_id: str
    start: str
    """First line."""
    method: str
    """Of the request, or of the request that a response answers; empty when it is no SIP."""
    status: int
    """0: a request."""
    caller: str
    """User part in From."""
    callee: str
    """User part in To."""
    with_sdp: bool

    @property
    def peer(self) -> Place:
        """The other end."""
        return self.record.remote

    @property
    def sent(self) -> bool:
        """We sent it."""
        return self.record.direction == SENT

    @property
    def transport(self) -> str:
        """`udp` or `tcp`."""
        return TRANSPORTS[self.record.transport] if self.record.transport < len(TRANSPORTS) else "?"

    @property
    def source(self) -> Place:
        """Who sent it."""
        return self.record.local if self.sent else self.record.remote

    @property
    def destination(self) -> Place:
        """Who received it."""
        return self.record.remote if self.sent else self.record.local


def read(record: TraceRecord) -> Message:
    """Read what is shown of a message."""
    head, _, body = record.octets.partition(b"\r\n\r\n")
    start, *lines = head.decode("utf-8", "replace").split("\r\n")
    fields = _fields(lines)
    words = start.split(" ", 2)
    is_response = words[0] == "SIP/2.0" and len(words) > 1 and len(words[1]) == 3 and words[1].isascii()
    status = int(words[1]) if is_response and words[1].isdigit() else 0
    cseq = fields.get("cseq", "").split()
    method = cseq[-1] if status and cseq else words[0] if start.endswith("SIP/2.0") and len(words) == 3 else ""
    return Message(
        record=record,
        call_id=fields.get("call-id", ""),
        start=start[:_START],
        method=method,
        status=status,
        caller=_user(fields.get("from", "")),
        callee=_user(fields.get("to", "")),
        with_sdp=b"v=0" in body[:4] or ("application/sdp" in fields.get("content-type", "").lower() and bool(body)),
    )


def _fields(lines: list[str]) -> dict[str, str]:
    """Return the first header field of each name that is wanted, by its long name; folded lines joined."""
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] in (" ", "\t"):
            if name:
                found[name] += " " + line.strip()
            continue
        key, _, value = line.partition(":")
        key = key.strip().lower()
        key = _COMPACT.get(key, key)
        name = key if key in _WANTED and key not in found else ""
        if name:
            found[name] = value.strip()
    return found


def _user(value: str) -> str:
    found = _USER.search(value)
    return found[1][:_PARTY] if found else ""


def host_port(place: Place) -> str:
    """Return `192.0.2.1:5060`, `[2001:db8::1]:5060`."""
    host = f"[{place[0]}]" if ":" in place[0] else place[0]
    return f"{host}:{place[1]}"


def clock(at_us: int) -> str:
    """Return the time of the day in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).strftime("%H:%M:%S.") + f"{at_us // 1000 % 1000:03}"


def moment(at_us: int) -> str:
    """Return day and time in UTC, to the microsecond."""
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_us % 1_000_000:06}Z"


def whole(message: Message) -> list[str]:
    """Return a message with all its lines below one that says when and between whom; nothing steers a terminal."""
    record = message.record
    lines = record.octets.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n").split("\n")
    if record.flags & TRUNCATED:
        lines.append(f"(cut: the message has {record.length} octets)")
    return [title(message), *map(clean, lines)]


def title(message: Message) -> str:
    """Say which message it is, when it went and between whom."""
    way = "sent" if message.sent else "received"
    return (
        f"Message {message.record.number}, {moment(message.record.at_us)}, {way} over {message.transport}, "
        f"{host_port(message.source)} -> {host_port(message.destination)}"
    )
