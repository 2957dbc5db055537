"""Registrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound import counters as slots
from core.northbound.locations import LocationReader
from core.northbound.statistics import KINDS, REGISTER_US, REGISTRATIONS, REGISTRATIONS_FAILED, SYSTEM, WIDTH
from oam.snmp import oids, syntax
from oam.snmp.object import Column, Table
from oam.snmp.rows.asking import total
from oam.snmp.rows.counted import group
from oam.statistics.period import ObjectKey

if TYPE_CHECKING:
    from oam.context import Manager

_SYSTEM: Final = KINDS[SYSTEM]
_NOTHING: Final = (0,) * WIDTH


class RegistrarRow(msgspec.Struct, frozen=True):
    """The registrar."""

    bindings: int
    bindings_maximum: int
    users: int
    subscribers: int
    contacts_maximum: int
    expires_minimum_s: int
    expires_default_s: int
    expires_maximum_s: int
    answered: int
    """REGISTERs answered for good."""
    delay_us: int
    """How long all of these took, together."""
    recent: int
    """Of them those in the last whole minute."""
    recent_delay_us: int | None
    """How long one of these took on average; None: there was none."""
    born_at: float
    """Since when `answered` and `delay_us` have been counted."""


async def _registrar(manager: Manager) -> Sequence[RegistrarRow]:
    settings = manager.configuration.running.registrar
    with LocationReader(manager.state) as location:
        users = location.users
    found = await manager.statistics.rows((_SYSTEM,))
    values, born_ms = (found[0].values, found[0].born_ms) if found else (_NOTHING, 0)
    minutes = manager.statistics.minutes
    last = minutes[-1].figures.get(ObjectKey(_SYSTEM, "")) if minutes else None
    recent = _answered(last.values) if last is not None else 0
    return (
        RegistrarRow(
            bindings=total(manager, slots.BINDINGS),
            bindings_maximum=settings.bindings_maximum,
            users=users,
            subscribers=manager.subscribers.count,
            contacts_maximum=settings.contacts_maximum,
            expires_minimum_s=settings.expires_minimum_s,
            expires_default_s=settings.expires_default_s,
            expires_maximum_s=settings.expires_maximum_s,
            answered=_answered(values),
            delay_us=values[REGISTER_US],
            recent=recent,
            recent_delay_us=last.values[REGISTER_US] // recent if last is not None and recent else None,
            born_at=born_ms / 1000,
        ),
    )


def _answered(values: tuple[int, ...]) -> int:
    return values[REGISTRATIONS] + values[REGISTRATIONS_FAILED]


REGISTRAR: Final = Table(
    (*oids.REGISTRAR, 1),
    "sipctlRegistrarBase",
    "Who is registered, and how long it takes.",
    (
        Column(1, "sipctlRegistrarBindings", syntax.GAUGE, "bindings", "Contacts that are registered.", "contacts"),
        Column(2, "sipctlRegistrarBindingsMaximum", syntax.GAUGE, "bindings_maximum",
               "Contacts that may be registered. Further ones are refused.", "contacts"),
        Column(3, "sipctlRegistrarUsers", syntax.GAUGE, "users",
               "Addresses-of-record with a contact. One whose contacts have run out counts for some seconds more.",
               "users"),
        Column(4, "sipctlRegistrarSubscribers", syntax.GAUGE, "subscribers",
               "Subscribers that the server has, registered or not.", "subscribers"),
        Column(5, "sipctlRegistrarContactsMaximum", syntax.GAUGE, "contacts_maximum",
               "Contacts that one address-of-record may have.", "contacts"),
        Column(6, "sipctlRegistrarExpiresMinimum", syntax.GAUGE, "expires_minimum_s",
               "Shortest time for which a contact may register. Shorter ones are refused with 423.", "seconds"),
        Column(7, "sipctlRegistrarExpiresDefault", syntax.GAUGE, "expires_default_s",
               "Time for which a contact is registered that names none.", "seconds"),
        Column(8, "sipctlRegistrarExpiresMaximum", syntax.GAUGE, "expires_maximum_s",
               "Longest time for which a contact is registered.", "seconds"),
        Column(9, "sipctlRegistrarAnswered", syntax.COUNTER, "answered",
               "REGISTERs accepted or refused for good, challenges apart: what sipctlRegistrarDelay is about.",
               "requests"),
        Column(10, "sipctlRegistrarDelay", syntax.COUNTER, "delay_us",
               "Time from REGISTER to its final response, of all in sipctlRegistrarAnswered together. The increase of "
               "this by that of the other is the average registration delay between two polls.", "microseconds"),
        Column(11, "sipctlRegistrarRecent", syntax.GAUGE, "recent",
               "Of these the REGISTERs of the last whole minute of the clock.", "requests"),
        Column(12, "sipctlRegistrarRecentDelay", syntax.GAUGE, "recent_delay_us",
               "Average time from REGISTER to its final response in the last whole minute of the clock. If there was "
               "none, as sipctlRegistrarRecent says, there is no instance.", "microseconds"),
        Column(13, "sipctlRegistrarDiscontinuityTime", syntax.TIME_STAMP, "born_at",
               "Value of sysUpTime when the counters of this group began at zero. They go on over restarts of the "
               "server."),
    ),
    _registrar,
    lifetime_s=1.0,
)  # fmt: skip

COUNTS: Final = group(
    (*oids.REGISTRAR, 2),
    "sipctlRegistrarTotals",
    "What signalling has counted of registrations, and of credentials in all requests.",
    "sipctlRegistrationsDiscontinuity",
    {
        slots.REGISTRATIONS_ACCEPTED: "requests",
        slots.REGISTRATIONS_REFUSED: "requests",
        slots.BINDINGS_EXPIRED: "contacts",
        slots.CONTACTS_REFUSED: "requests",
        slots.BINDINGS_REFUSED: "requests",
        slots.CHALLENGES_SENT: "requests",
        slots.AUTHENTICATIONS_ACCEPTED: "requests",
        slots.AUTHENTICATIONS_REFUSED: "requests",
        slots.AUTHENTICATIONS_STALE: "requests",
        slots.IDENTITIES_REFUSED: "requests",
    },
)

TABLES: Final = (REGISTRAR, COUNTS)
