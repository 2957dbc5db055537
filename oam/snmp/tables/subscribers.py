"""Subscribers and their contacts; off unless `snmp-server subscribers` is configured.

Both are read in slices over turns of the loop, and bounded: whoever wants a million subscribers asks for a file.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.locations import LocationReader
from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table

if TYPE_CHECKING:
    from core.northbound.rows import BindingRow
    from oam.context import Manager

KIND: Final = "subscriber"
MOST: Final = 10_000
"""Subscribers, and users whose contacts are served; the first ones by name."""
AT_ONCE: Final = 64
"""Read before others have their turn: about a millisecond."""
FRESH_S: Final = 30.0
"""How long what was read is served again."""


class SubscriberRow(msgspec.Struct, frozen=True, gc=False):
    """One subscriber; never any credential."""

    index: int
    name: str
    number: str
    display_name: str
    group: str
    enabled: bool
    registered: int


async def _subscribers(manager: Manager) -> Sequence[SubscriberRow]:
    if not manager.configuration.running.snmp.subscribers:
        return ()
    rows: list[SubscriberRow] = []
    after = ""
    with LocationReader(manager.state) as location:
        while len(rows) < MOST:
            page = manager.subscribers.iterate(after, min(AT_ONCE, MOST - len(rows)))
            if not page:
                break
            numbers = manager.snmp.indexes.all(KIND, (each.name for each in page))
            rows += [
                SubscriberRow(
                    numbers[each.name],
                    each.name,
                    each.number,
                    each.display_name,
                    each.group,
                    each.enabled,
                    location.contacts(each.name),
                )
                for each in page
                if each.name in numbers
            ]
            after = page[-1].name
            await asyncio.sleep(0)
    await manager.snmp.indexes.save()
    return rows


SUBSCRIBER_TABLE: Final = Table(
    (*oids.SUBSCRIBERS, 1),
    "sipctlSubscriberTable",
    "Subscribers, at most 10000, the first ones by name; sipctlRegistrarSubscribers says how many there are. The table "
    "is empty unless 'snmp-server subscribers' is configured. It is read anew every 30 seconds at most.",
    (
        Column(1, "sipctlSubscriberIndex", syntax.INDEX, "index", "Number of the subscriber, kept for the name.",
               access=HIDDEN),
        Column(2, "sipctlSubscriberName", syntax.TEXT, "name", "User part of the address-of-record."),
        Column(3, "sipctlSubscriberNumber", syntax.TEXT, "number",
               "Another user part that means the same subscriber; empty: none."),
        Column(4, "sipctlSubscriberDisplayName", syntax.TEXT, "display_name", "Name for people."),
        Column(5, "sipctlSubscriberGroup", syntax.TEXT, "group", "Subscriber group that it is in; empty: none."),
        Column(6, "sipctlSubscriberEnabled", syntax.TRUTH, "enabled", "Whether it may register and call."),
        Column(7, "sipctlSubscriberContacts", syntax.GAUGE, "registered", "Contacts that are registered.", "contacts"),
    ),
    _subscribers,
    ("sipctlSubscriberIndex",),
    lifetime_s=FRESH_S,
)  # fmt: skip


class ContactRow(msgspec.Struct, frozen=True, gc=False):
    """One contact."""

    index: int
    """Of the subscriber."""
    number: int
    name: str
    contact: str
    q: int
    """Thousandths."""
    expires_s: int
    user_agent: str
    received: str
    registered_at: float


async def _contacts(manager: Manager) -> Sequence[ContactRow]:
    if not manager.configuration.running.snmp.subscribers:
        return ()
    rows: list[ContactRow] = []
    users = 0
    with LocationReader(manager.state) as location:
        for user, bindings in groupby(location.rows(page=AT_ONCE), lambda row: row.aor):
            index = manager.snmp.indexes.of(KIND, user)
            if index is not None:
                rows += _numbered(index, user, list(bindings))
            users += 1
            if users >= MOST:
                break
            if users % AT_ONCE == 0:
                await asyncio.sleep(0)
    await manager.snmp.indexes.save()
    return rows


def _numbered(index: int, user: str, bindings: list[BindingRow]) -> Iterator[ContactRow]:
    """Give each contact a number made of itself: it has the same one whenever it is registered."""
    given: set[int] = set()
    for each in sorted(bindings, key=lambda row: row.contact):
        number = zlib.crc32(each.contact.encode("utf-8", "surrogatepass")) or 1
        while number in given:
            number = number % 0xFFFFFFFF + 1
        given.add(number)
        yield ContactRow(
            index,
            number,
            user,
            each.contact,
            round(each.q * 1000),
            each.expires_s,
            each.user_agent,
            each.received,
            each.registered_at,
        )


CONTACT_TABLE: Final = Table(
    (*oids.SUBSCRIBERS, 2),
    "sipctlContactTable",
    "Registered contacts of at most 10000 users, the first ones by name; sipctlRegistrarBindings says how many "
    "contacts there are. The table is empty unless 'snmp-server subscribers' is configured. It is read anew every 30 "
    "seconds at most.",
    (
        Column(1, "sipctlContactSubscriberIndex", syntax.INDEX, "index", "sipctlSubscriberIndex of the subscriber.",
               access=HIDDEN),
        Column(2, "sipctlContactIndex", syntax.INDEX, "number",
               "Number of the contact among those of the subscriber, made of its octets: it has the same one whenever "
               "it is registered.", access=HIDDEN),
        Column(3, "sipctlContactSubscriber", syntax.TEXT, "name", "Name of the subscriber."),
        Column(4, "sipctlContactUri", syntax.TEXT, "contact", "The contact as it was registered, cut at 255 octets."),
        Column(5, "sipctlContactPreference", syntax.GAUGE, "q",
               "Its q-value in thousandths: divide by 1000. Contacts with the highest one are tried first.",
               "0.001 q-values"),
        Column(6, "sipctlContactExpires", syntax.GAUGE, "expires_s", "What is left of its time.", "seconds"),
        Column(7, "sipctlContactUserAgent", syntax.TEXT, "user_agent", "What the phone says it is."),
        Column(8, "sipctlContactReceived", syntax.TEXT, "received",
               "Flow that requests go to in place of the contact, of a phone behind NAT; empty: they go to the "
               "contact."),
        Column(9, "sipctlContactRegistered", syntax.DATE, "registered_at", "When it was registered or last refreshed."),
    ),
    _contacts,
    ("sipctlContactSubscriberIndex", "sipctlContactIndex"),
    lifetime_s=FRESH_S,
)  # fmt: skip

TABLES: Final = (SUBSCRIBER_TABLE, CONTACT_TABLE)
