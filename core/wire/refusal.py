"""An INVITE seen by its octets alone: what it takes to refuse one without reading the message.

Only for INVITEs as nearly everybody writes them. What is folded, abbreviated or broken is left to
`core.wire.message`, which refuses it at its own, higher price.
"""

from __future__ import annotations

from typing import Final

_MOST_VIAS: Final = 70
_MOST_DIGITS: Final = 5


class Sketch:
    """Where the lines of an INVITE are that a response repeats."""

    __slots__ = ("branch", "others", "sent_by", "top", "vias")

    def __init__(self, top: bytes, vias: bytes, others: tuple[bytes, bytes, bytes, bytes]) -> None:
        self.top: bytes = top
        """The topmost Via value, the line's further values included."""
        self.vias: bytes = vias
        """The other Via lines, each ended by CRLF."""
        self.others: tuple[bytes, bytes, bytes, bytes] = others
        """The lines From, To, Call-ID and CSeq."""
        self.branch: str = ""
        self.sent_by: str = ""
        """As `Via.sent_by`."""


def is_invite(data: bytes) -> bool:
    """Tell whether the datagram begins as an INVITE does."""
    return data.startswith(b"INVITE ")


def sketch(data: bytes) -> Sketch | None:
    """Find what a refusal needs in an INVITE outside a dialog; None for other messages, and unusual ones."""
    if not data.startswith(b"INVITE "):
        return None
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = data[: end + 2]
    if head.count(b"\n") != head.count(b"\r\n") or head.find(b"\r\n ") >= 0 or head.find(b"\r\n\t") >= 0:
        return None
    from_ = _line(head, b"\r\nFrom:")
    to = _line(head, b"\r\nTo:")
    call_id = _line(head, b"\r\nCall-ID:")
    cseq = _line(head, b"\r\nCSeq:")
    if not (from_ and to and call_id and cseq) or b"tag=" in to.lower() or not cseq.endswith(b" INVITE"):
        return None
    return _with_vias(head, (from_, to, call_id, cseq))


def _line(head: bytes, name: bytes) -> bytes:
    """Return the one line of this name; empty when there is none, or more than one."""
    at = head.find(name)
    if at < 0 or head.find(name, at + 2) >= 0:
        return b""
    return head[at + 2 : head.find(b"\r\n", at + 2)]


def _with_vias(head: bytes, others: tuple[bytes, bytes, bytes, bytes]) -> Sketch | None:
    count = head.count(b"\r\nVia: ")
    if not 0 < count <= _MOST_VIAS or head.count(b"\r\nV") + head.count(b"\r\nv") != count:
        return None
    at = head.find(b"\r\nVia: ") + 7
    end = head.find(b"\r\n", at)
    top = head[at:end]
    vias = b""
    for _ in range(count - 1):
        at = head.find(b"\r\nVia: ", end) + 2
        end = head.find(b"\r\n", at)
        vias += head[at : end + 2]
    found = Sketch(top, vias, others)
    return found if _name(found) else None


def _name(found: Sketch) -> bool:
    """Read what names the transaction; False when the topmost Via is not written as usual."""
    text = found.top.decode("latin-1")
    if not text.startswith("SIP/2.0/UDP "):
        return False
    sent_by, mark, rest = text[12:].partition(";")
    at = rest.find("branch=z9hG4bK")
    if not mark or at < 0 or " " in sent_by or "[" in sent_by or "," in sent_by:
        return False
    host, _, port = sent_by.partition(":")
    if port and not (port.isascii() and port.isdigit() and len(port) <= _MOST_DIGITS):
        return False
    branch = rest[at + 7 :]
    for stop in (";", ","):
        end = branch.find(stop)
        if end >= 0:
            branch = branch[:end]
    found.branch = branch.rstrip(" \t")
    found.sent_by = f"{host.lower()}:{int(port or '0')}"
    return True


def refuse(found: Sketch, top: bytes, tag: str, extra: bytes) -> bytes:
    """Make the 503 to a sketched INVITE (RFC 3261 §8.2.6.2).

    `top` is the topmost Via value as it goes back, `extra` further lines, each ended by CRLF.
    """
    from_, to, call_id, cseq = found.others
    return b"".join(
        (b"SIP/2.0 503 Service Unavailable\r\nVia: ", top, b"\r\n", found.vias, from_, b"\r\n", to, b";tag=",
         tag.encode("latin-1"), b"\r\n", call_id, b"\r\n", cseq, b"\r\n", extra, b"Content-Length: 0\r\n\r\n")
    )  # fmt: skip
