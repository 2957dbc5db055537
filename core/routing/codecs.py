"""Codec filter of a trunk: takes encoding names out of the SDP of offers and answers (RFC 3264, RFC 4566, RFC 3551).

Of a media line over RTP the payload numbers of unwanted codecs go, with their rtpmap, fmtp and rtcp-fb. A line that
loses all its codecs is refused as an answerer refuses it: its port becomes 0, its formats stay, for the grammar wants
one (RFC 3264 §6). Media that is not RTP (T.38) is left alone, and so is a body that needs no change, octet by octet.

`telephone-event`, comfort noise, retransmission and error correction are no codecs: a list of what is permitted leaves
them in, one of what is denied may name them, and alone they keep no line alive.
"""

from __future__ import annotations

import re
from typing import Final

from core.wire.header import CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE
from core.wire.message import Message

UNTOUCHED: Final = 0
CHANGED: Final = 1
NOTHING_LEFT: Final = 2
"""No media line that could be used would be left: nothing is changed, and an offer is better refused with 488."""

_STATIC: Final = {
    "0": "pcmu", "3": "gsm", "4": "g723", "5": "dvi4", "6": "dvi4", "7": "lpc", "8": "pcma", "9": "g722", "10": "l16",
    "11": "l16", "12": "qcelp", "13": "cn", "14": "mpa", "15": "g728", "16": "dvi4", "17": "dvi4", "18": "g729",
    "25": "celb", "26": "jpeg", "28": "nv", "31": "h261", "32": "mpv", "33": "mp2t", "34": "h263",
}  # fmt: skip
"""Encoding name by static payload number (RFC 3551 tables 4 and 5)."""
_AUXILIARY: Final = frozenset(("telephone-event", "cn", "red", "rtx", "ulpfec", "flexfec", "flexfec-03", "parityfec"))
_OF_A_NUMBER: Final = ("a=rtpmap:", "a=fmtp:", "a=rtcp-fb:")
_BOUNDARY = re.compile(r';[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]{1,70})"|([^ \t;"]{1,70}))', re.IGNORECASE)
_PART_LENGTH = re.compile(r"(?im)^(content-length[ \t]*:[ \t]*)[0-9]+")
_PART_IS_SDP = re.compile(r"(?im)^content-type[ \t]*:[ \t]*application/sdp[ \t]*(?:;|\r|$)")
_PART_IS_ENCODED = re.compile(r"(?im)^content-(?:transfer-)?encoding[ \t]*:[ \t]*(?!(?:7bit|8bit|binary)[ \t]*\r?$)")


class CodecFilter:
    """Which encoding names pass."""

    __slots__ = ("denied", "permitted")

    def __init__(self, permitted: tuple[str, ...], denied: tuple[str, ...]) -> None:
        self.permitted: frozenset[str] = frozenset([name.lower() for name in permitted])
        """Empty: all."""
        self.denied: frozenset[str] = frozenset([name.lower() for name in denied])

    def passes(self, name: str) -> bool:
        """Tell whether the codec `name`, lower case, may stay; one without a name stays unless names are asked for."""
        if name in self.denied:
            return False
        return not self.permitted or name in self.permitted or name in _AUXILIARY


class _Media:
    """One media line and its attributes."""

    __slots__ = ("fields", "lines")

    def __init__(self, line: str) -> None:
        self.lines: list[str] = [line]
        self.fields: list[str] = line[2:].split()
        """Media, port, protocol, formats."""


def codec_filter(permitted: tuple[str, ...], denied: tuple[str, ...]) -> CodecFilter | None:
    """Return the filter of a trunk; None when all may pass. Once per settings."""
    return CodecFilter(permitted, denied) if permitted or denied else None


def apply(wanted: CodecFilter, message: Message) -> int:
    """Filter the SDP in the body of a request or response; return UNTOUCHED, CHANGED or NOTHING_LEFT. Never raises.

    SDP inside multipart/mixed or multipart/alternative is filtered too; an encoded or encrypted body is not.
    """
    if not message.body or message.has(CONTENT_ENCODING):
        return UNTOUCHED
    kind = message.first(CONTENT_TYPE)
    name = kind.partition(";")[0].strip(" \t").lower()
    text = message.body.decode("latin-1")
    if name == "application/sdp":
        filtered, outcome = filter_sdp(wanted, text)
    elif name.startswith("multipart/"):
        filtered, outcome = _filter_parts(wanted, text, kind)
    else:
        return UNTOUCHED
    if outcome != NOTHING_LEFT and filtered != text:
        message.body = filtered.encode("latin-1")
        at = message.where(CONTENT_LENGTH)
        if at >= 0:
            message.replace(at, f"Content-Length: {len(message.body)}")
    return outcome


def filter_sdp(wanted: CodecFilter, text: str) -> tuple[str, int]:
    """Return one session description filtered, and UNTOUCHED, CHANGED or NOTHING_LEFT."""
    session: list[str] = []
    media: list[_Media] = []
    for line in text.split("\n"):
        if line.startswith("m="):
            media.append(_Media(line))
        elif media:
            media[-1].lines.append(line)
        else:
            session.append(line)
    used = 0
    left = 0
    changed = False
    for each in media:
        if not _is_used(each.fields):
            continue
        used += 1
        changed = _filter_media(wanted, each) or changed
        if _is_used(each.fields):
            left += 1
    if not changed:
        return text, UNTOUCHED
    for each in media:
        session.extend(each.lines)
    return "\n".join(session), CHANGED if left > 0 or used == 0 else NOTHING_LEFT


def _is_used(fields: list[str]) -> bool:
    return len(fields) > 1 and fields[1] != "0"


def _filter_media(wanted: CodecFilter, media: _Media) -> bool:
    """Take the unwanted codecs out of one media section; tell whether there were any."""
    fields = media.fields
    if len(fields) < 4 or "RTP/" not in fields[2].upper():
        return False
    names = _encodings(media.lines)
    formats = fields[3:]
    gone: set[str] = set()
    for number in formats:
        if not wanted.passes(names.get(number, _STATIC.get(number, ""))):
            gone.add(number)
    if not gone:
        return False
    gone |= _repairs_of(gone, set(formats), names, media.lines)
    kept = [number for number in formats if number not in gone]
    ending = "\r" if media.lines[0].endswith("\r") else ""
    if _AUXILIARY.issuperset([names.get(number, _STATIC.get(number, "")) for number in kept]):
        fields[1] = "0"
        media.lines[0] = "m=" + " ".join(fields) + ending
        return True
    media.fields = fields[:3] + kept
    media.lines[0] = "m=" + " ".join(media.fields) + ending
    media.lines = [line for line in media.lines if _number_of(line) not in gone]
    return True


def _encodings(lines: list[str]) -> dict[str, str]:
    """Return encoding names, lower case, by payload number, as `a=rtpmap` binds them."""
    names: dict[str, str] = {}
    for line in lines:
        if line.startswith("a=rtpmap:"):
            number, _, rest = line[9:].strip().partition(" ")
            names[number] = rest.strip().partition("/")[0].lower()
    return names


def _repairs_of(gone: set[str], formats: set[str], names: dict[str, str], lines: list[str]) -> set[str]:
    """Return the retransmission payloads (RFC 4588 §8.1) of those that go."""
    found: set[str] = set()
    for line in lines:
        number, _, rest = line[7:].strip().partition(" ") if line.startswith("a=fmtp:") else ("", "", "")
        if number in formats and names.get(number) == "rtx":
            for parameter in rest.split(";"):
                name, _, value = parameter.strip().partition("=")
                if name.lower() == "apt" and value in gone:
                    found.add(number)
    return found


def _number_of(line: str) -> str:
    """Return the payload number an attribute is about; empty when it is about none."""
    for prefix in _OF_A_NUMBER:
        if line.startswith(prefix):
            return line[len(prefix) :].strip().partition(" ")[0]
    return ""


def _filter_parts(wanted: CodecFilter, text: str, kind: str) -> tuple[str, int]:
    """Filter every session description among the parts of a multipart body (RFC 2046 §5.1)."""
    match = _BOUNDARY.search(kind)
    if match is None:
        return text, UNTOUCHED
    boundary = "--" + (match.group(1) or match.group(2))
    parts = text.split(boundary)
    outcome = UNTOUCHED
    for number in range(1, len(parts)):
        head, empty, body = parts[number].partition("\r\n\r\n")
        if not empty or _PART_IS_SDP.search(head) is None or _PART_IS_ENCODED.search(head) is not None:
            continue
        filtered, found = filter_sdp(wanted, body)
        if found != UNTOUCHED:
            head = _PART_LENGTH.sub(rf"\g<1>{len(filtered.removesuffix(chr(13) + chr(10)))}", head)
            parts[number] = head + empty + filtered
            outcome = max(outcome, found)
    return boundary.join(parts), outcome
