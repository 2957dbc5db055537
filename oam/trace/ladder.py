"""A call as a ladder diagram: a column for each end, an arrow for each message, in plain ASCII.

The server is one column, whichever of its addresses a message came to; its peers stand in the order in which they
appear, the first at its left. Ends for which the terminal is too narrow share the last column; a letter in the arrow
tells them apart. A message sent again says which time it is, one that brings an SDP says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from oam.shell.printable import clean
from oam.trace.message import Message, Place, clock, host_port

SERVER: Final = 1
"""Place of the server's column."""
WIDEST: Final = 30
NARROWEST: Final = 15
"""Signs from one column to the next."""
UNBOUNDED: Final = 26
"""The same where the terminal has no width."""
_HEAD: Final = "  No  Time          Diff (s)"
_ROOM: Final = 1
"""Signs of an arrow that are kept beside its label, on either side; the head is one."""


class Lanes(NamedTuple):
    """Where the columns stand."""

    names: list[str]
    columns: dict[Place, int]
    """Peer -> number of its column."""
    letters: dict[Place, str]
    """Peers that share the last column -> their letter."""
    gap: int
    first: int
    """Where the first column stands."""

    def at(self, column: int) -> int:
        """Return where a column stands in the line."""
        return self.first + column * self.gap


def ladder(messages: Sequence[Message], server: str, width: int) -> list[str]:
    """Draw the messages of one call, oldest first; `server` is our name, `width` the terminal's, 0 without bound."""
    lanes = _lanes(messages, server, width)
    lines = [f"Call-ID {clean(messages[0].call_id)}", "", *_heading(lanes)]
    seen: Counter[tuple[object, ...]] = Counter()
    before = messages[0].record.at_us
    for message in messages:
        at_us = message.record.at_us
        key = (message.sent, message.peer, message.record.octets)
        start = f"{message.record.number:4}  {clock(at_us)}  {(at_us - before) / 1e6:8.3f}"
        seen[key] += 1
        lines.append(_arrow(lanes, message, _label(message, seen[key]), start))
        before = at_us
    legend = [f"{letter} = {host_port(place)}" for place, letter in lanes.letters.items()]
    return [*lines, *(["", *legend] if legend else [])]


def _lanes(messages: Sequence[Message], server: str, width: int) -> Lanes:
    """Share the width out among the ends."""
    peers = list(dict.fromkeys(message.peer for message in messages))
    room = width - len(_HEAD) - 2
    gap = UNBOUNDED
    shown = len(peers)
    if width:
        # Half a name stands at the left of the first column, and at the right of the last one.
        gap = min(WIDEST, room // (shown + 1))
        if gap < NARROWEST:
            shown = max(1, room // NARROWEST - 1)
            gap = max(NARROWEST, room // (shown + 1))
    if shown >= len(peers):
        shared: list[Place] = []
    else:
        shared = peers[shown - 1 :] if shown > 1 else peers[1:]
    alone = [peer for peer in peers if peer not in shared]
    names = [host_port(peer) for peer in alone] + (["others"] if shared else [])
    columns = {peer: number if number < SERVER else number + 1 for number, peer in enumerate(alone)}
    columns |= dict.fromkeys(shared, len(names))
    letters = {peer: _letter(number) for number, peer in enumerate(shared)}
    names.insert(SERVER, server)
    return Lanes([_short(name, gap - 1) for name in names], columns, letters, gap, len(_HEAD) + 1 + gap // 2)


def _letter(number: int) -> str:
    """Return a, b … z, aa, ab …"""
    found = chr(ord("a") + number % 26)
    return found if number < 26 else _letter(number // 26 - 1) + found


def _short(name: str, most: int) -> str:
    """Leave out the middle of a name that is too long: its end says more than what is before."""
    name = clean(name)
    if len(name) <= most:
        return name
    end = (most - 2) * 2 // 3
    return f"{name[: most - 2 - end]}..{name[len(name) - end :]}"


def _heading(lanes: Lanes) -> list[str]:
    names = _canvas(lanes, "", " ")
    for column, name in enumerate(lanes.names):
        at = lanes.at(column) - len(name) // 2
        names[at : at + len(name)] = name
    return ["".join(names).rstrip(), "".join(_canvas(lanes, _HEAD, "|")).rstrip()]


def _canvas(lanes: Lanes, start: str, bar: str) -> list[str]:
    """Return the signs of a line with all columns."""
    signs = list(start.ljust(lanes.at(len(lanes.names) - 1) + lanes.gap // 2 + 1))
    for column in range(len(lanes.names)):
        signs[lanes.at(column)] = bar
    return signs


def _label(message: Message, times: int) -> str:
    """Name a message: method or status, what it answers, whether it brings an SDP, which time it is sent."""
    text = message.start.removeprefix("SIP/2.0 ") if message.status else message.method or "?"
    if message.status and message.method not in ("", "INVITE"):
        text = f"{message.status} ({message.method})"
    return clean(text) + (" SDP" if message.with_sdp else "") + (f" x{times}" if times > 1 else "")


def _arrow(lanes: Lanes, message: Message, label: str, start: str) -> str:
    line = _canvas(lanes, start, "|")
    here, there = SERVER, lanes.columns[message.peer]
    left, right = sorted((lanes.at(here), lanes.at(there)))
    letter = lanes.letters.get(message.peer, "")
    if letter:
        label += f" {'>' if message.sent else '<'}{letter}"
    line[left + 1 : right] = _shaft(label, right - left - 1, "=" if message.transport == "tcp" else "-")
    to_right = (there > here) == message.sent
    if to_right:
        line[right - 1] = ">"
    else:
        line[left + 1] = "<"
    return "".join(line).rstrip()


def _shaft(label: str, length: int, sign: str) -> str:
    """Return the line of an arrow with its label in the middle, cut where it must be."""
    most = length - 2 * _ROOM
    if len(label) > most:
        words = label.split(" ")
        # What is said of the message stands last, and must stay.
        marks = [word for word in words[1:] if word == "SDP" or word[:1] in ("x", "<", ">")]
        tail = "".join(f" {mark}" for mark in marks)
        label = label[: max(3, most - len(tail))].rstrip() + tail if marks else label[:most]
        label = label[:most]
    return label.center(length, sign) if length > 0 else ""
