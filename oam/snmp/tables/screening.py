"""Black and white lists, and addresses that are banned by themselves, as tables."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.lists import BLACK, WHITE, StoreError
from core.northbound.orders import ListBans, ListHits
from core.northbound.rows import BanRow, ListHitsRow
from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows import cleared
from oam.snmp.rows.asking import asked, started_at

if TYPE_CHECKING:
    from oam.context import Manager

BANS: Final = 1000
"""Banned addresses that are told one by one: those that send most."""
_COLOURS: Final = {BLACK: 1, WHITE: 2}
_ENTRIES: Final = {"address": 1, "called": 2, "calling": 3, "subscriber": 4, "user-agent": 5}


class ListRow(msgspec.Struct, frozen=True):
    """One kind of entries of one list."""

    colour: str
    kind: str
    entries: int | None
    hits: int | None
    counted_at: float


class BanTableRow(msgspec.Struct, frozen=True):
    """One banned address."""

    address: str
    cause: str
    attempts: int
    banned_at: float
    expires_at: float
    dropped: int
    quiet_s: int


async def _lists(manager: Manager) -> Sequence[ListRow]:
    answer = await asked(manager, ListHits(), ListHitsRow)
    hits: Counter[tuple[str, str]] = Counter()
    for each in answer or ():
        hits[each.colour, each.kind] += each.hits
    started = started_at(manager)
    found = []
    for colour in _COLOURS:
        sizes = await asyncio.to_thread(_sizes, manager, colour)
        began = max(started, manager.snmp.cleared.get(cleared.hits_of(colour), 0.0))
        found += [
            ListRow(
                colour,
                kind,
                None if sizes is None else sizes.get(kind, 0),
                None if answer is None else hits[colour, kind],
                began,
            )
            for kind in _ENTRIES
        ]
    return found


def _sizes(manager: Manager, colour: str) -> dict[str, int] | None:
    """Return how many entries of each kind a list has; an import may hold the store for a second."""
    try:
        return {kind: sum(lengths.values()) for kind, lengths in manager.lists.shape(colour).items()}
    except StoreError:
        return None


async def _bans(manager: Manager) -> Sequence[BanTableRow]:
    answer = await asked(manager, ListBans(), BanRow) or []
    if len(answer) > BANS:
        answer = sorted(answer, key=lambda each: each.dropped, reverse=True)[:BANS]
    return [
        BanTableRow(
            each.address, each.cause, each.attempts, each.banned_at, each.expires_at, each.dropped, each.quiet_s
        )
        for each in answer
    ]


LISTS: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 6),
    "sipctlListTable",
    "The black list and the white list, by kinds of entries.",
    (
        Column(
            1, "sipctlListColour", syntax.enumeration(_COLOURS), "colour",
            "The list: black(1), whose entries are refused, or white(2), whose entries are not.", access=HIDDEN,
        ),
        Column(
            2, "sipctlListKind", syntax.enumeration(_ENTRIES), "kind",
            "What the entries name.", access=HIDDEN,
        ),
        Column(3, "sipctlListName", syntax.text(16), "colour", "Colour of the list."),
        Column(4, "sipctlListKindName", syntax.text(16), "kind", "What the entries name."),
        Column(
            5, "sipctlListEntries", syntax.GAUGE, "entries", "Entries of this kind; no instance while they cannot be "
            "read.", "entries",
        ),
        Column(
            6, "sipctlListHits", syntax.COUNTER, "hits",
            "Requests, or messages of addresses, that entries of this kind have decided on.", "messages",
        ),
        Column(
            7, "sipctlListDiscontinuityTime", syntax.TIME_STAMP, "counted_at",
            "Value of sysUpTime when hits were last counted from zero: signalling was started, or an operator has "
            "cleared them.",
        ),
    ),
    _lists,
    indexed=("sipctlListColour", "sipctlListKind"),
    lifetime_s=5.0,
)  # fmt: skip

BAN_TABLE: Final = Table(
    (*oids.TRAFFIC_CONTROLS, 7),
    "sipctlBanTable",
    f"Addresses that are banned by themselves, at most {BANS}: those that send most.",
    (
        Column(1, "sipctlBan", syntax.text(45, 1, implied=True), "address", "The address.", access=HIDDEN),
        Column(
            2, "sipctlBanAddress", syntax.text(45), "address",
            "The address; of IPv6 the network of 64 bits that is banned.",
        ),
        Column(3, "sipctlBanCause", syntax.text(32), "cause", "What the address is banned for."),
        Column(4, "sipctlBanAttempts", syntax.GAUGE, "attempts", "Offences that led to the ban.", "messages"),
        Column(5, "sipctlBanSince", syntax.DATE, "banned_at", "When the ban began."),
        Column(6, "sipctlBanUntil", syntax.DATE, "expires_at", "When it ends if the address is quiet by then."),
        Column(7, "sipctlBanDropped", syntax.COUNTER, "dropped", "Messages dropped since the ban began.", "messages"),
        Column(
            8, "sipctlBanQuiet", syntax.GAUGE, "quiet_s", "For how long the address has sent nothing.", "seconds",
        ),
        Column(
            9, "sipctlBanDiscontinuityTime", syntax.TIME_STAMP, "banned_at",
            "Value of sysUpTime when sipctlBanDropped began at zero: when the ban began.",
        ),
    ),
    _bans,
    indexed=("sipctlBan",),
    lifetime_s=5.0,
)  # fmt: skip

TABLES: Final = (LISTS, BAN_TABLE)
