"""SIP-SERVER-MIB (RFC 4780): proxy, redirect server and registrar.

Users and their contacts (optional) have rows while `snmp-server subscribers` is configured. Not served:
- sipServerRegUserAuthenticationFailures and sipServerRegUserDisconTime: failures are counted by the address they come
  from, which is banned for them, for a wrong password is as a rule somebody else's;
- sipServerRegContactDisplayName: the display name of a contact is not kept.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from core.northbound.counters import EXTENSIONS_REFUSED, REGISTRATIONS_ACCEPTED, REGISTRATIONS_REFUSED
from core.northbound.locations import LocationReader
from oam.snmp import syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.oids import MIB_2, Oid
from oam.snmp.rows import service
from oam.snmp.rows.asking import total
from oam.snmp.standard import ADDRESS, ADDRESS_TYPE, address_type, bits
from oam.snmp.syntax import enumeration

if TYPE_CHECKING:
    from pathlib import Path

    from core.northbound.settings import Settings
    from oam.context import Manager

MODULE: Final = "SIP-SERVER-MIB"
OBJECTS: Final[Oid] = (*MIB_2, 151, 1)
SUBSCRIBER: Final = "subscriber"
"""Kind of the indexes of users."""
USERS: Final = 50_000
"""Most users that have rows."""
CONTACTS: Final = 100_000
"""Most contacts that have rows."""
AT_ONCE: Final = 500
"""Users made rows of before others have their turn."""


class _OfApplication(msgspec.Struct, frozen=True):
    """A row of the only application."""

    appl_index: ClassVar[int] = service.APPLICATION


class ServerRow(_OfApplication, frozen=True):
    """Where the server is reached."""

    kind: str
    host: str


class ProxyRow(_OfApplication, frozen=True):
    """The proxy."""

    statefulness: str
    record_route: bool
    methods: tuple[str, ...]
    realm: str
    recursion: bool = False
    """RFC 3261 §16.5: a 3xx goes back to who asked."""


class ProxyCounts(_OfApplication, frozen=True):
    """What the proxy counts."""

    failures: int
    since_at: float


class RegistrarRow(_OfApplication, frozen=True):
    """The registrar."""

    longest_s: int
    most: int
    users: int
    default_s: int


class UserRow(_OfApplication, frozen=True, gc=False):
    """One user with contacts."""

    user: int
    aor: str


class ContactRow(_OfApplication, frozen=True, gc=False):
    """One contact."""

    user: int
    contact: int
    uri: str
    updated_at: float
    expires_at: float
    preference: str


class RegistrarCounts(_OfApplication, frozen=True):
    """What the registrar counts."""

    accepted: int
    rejected: int
    since_at: float


async def _server(manager: Manager) -> Sequence[ServerRow]:
    host = reached_at(manager.configuration.running)
    return (ServerRow(address_type(host), host),)


def reached_at(settings: Settings) -> str:
    """Return the host of the server's own SIP URI: its first domain, else what its first listener advertises."""
    sip = settings.sip
    if sip.domains:
        return sip.domains[0]
    return next((each.advertise or each.address for each in sip.listeners), "")


async def _proxy(manager: Manager) -> Sequence[ProxyRow]:
    running = manager.configuration.running
    asked = running.authentication.challenge_invite or running.authentication.challenge_other
    return (
        ProxyRow(
            # Without Record-Route it is not in the path of the BYE, and knows no end of a call.
            statefulness="callStateful" if running.sip.record_route else "transactionStateful",
            record_route=running.sip.record_route,
            methods=("digest",) if asked else ("none",),
            realm=running.realm,
        ),
    )


async def _proxy_counts(manager: Manager) -> Sequence[ProxyCounts]:
    failures = total(manager, EXTENSIONS_REFUSED)
    return (ProxyCounts(failures, manager.snmp.discontinuities.of(MODULE, "proxy", (failures,))),)


async def _registrar(manager: Manager) -> Sequence[RegistrarRow]:
    settings = manager.configuration.running.registrar
    with LocationReader(manager.state) as location:
        users = location.users
    return (RegistrarRow(settings.expires_maximum_s, settings.bindings_maximum, users, settings.expires_default_s),)


async def _registrar_counts(manager: Manager) -> Sequence[RegistrarCounts]:
    values = total(manager, REGISTRATIONS_ACCEPTED), total(manager, REGISTRATIONS_REFUSED)
    return (RegistrarCounts(*values, manager.snmp.discontinuities.of(MODULE, "registrar", values)),)


async def _users(manager: Manager) -> Sequence[UserRow]:
    running = manager.configuration.running
    if not running.snmp.subscribers:
        return ()
    domain = running.sip.domains[0] if running.sip.domains else running.realm
    rows: list[UserRow] = []
    async for numbers in _numbers(manager, await asyncio.to_thread(_registered, manager.state)):
        rows += [UserRow(number, f"{name}@{domain}") for name, number in numbers.items()]
    return rows


async def _contacts(manager: Manager) -> Sequence[ContactRow]:
    if not manager.configuration.running.snmp.subscribers:
        return ()
    found = await asyncio.to_thread(_bound, manager.state)
    rows: list[ContactRow] = []
    async for numbers in _numbers(manager, list(found)):
        for name, number in numbers.items():
            rows += [msgspec.structs.replace(row, user=number) for row in found[name]]
    return rows[:CONTACTS]


async def _numbers(manager: Manager, names: Sequence[str]) -> AsyncGenerator[dict[str, int], None]:
    """Yield the indexes of users, some at a time; others have their turn meanwhile, and new ones are kept first."""
    indexes = manager.snmp.indexes
    slices = [names[begin : begin + AT_ONCE] for begin in range(0, len(names), AT_ONCE)]
    for each in slices:
        indexes.all(SUBSCRIBER, each)
        await asyncio.sleep(0)
    await indexes.save()
    for each in slices:
        yield indexes.all(SUBSCRIBER, each)
        await asyncio.sleep(0)


def _registered(state: Path) -> list[str]:
    with LocationReader(state) as location:
        return [name for name, _ in islice(location.bindings(), USERS)]


def _bound(state: Path) -> dict[str, list[ContactRow]]:
    """Return the contacts of users, whose indexes are not known yet."""
    found: dict[str, list[ContactRow]] = {}
    count = 0
    with LocationReader(state) as location:
        for name, bindings in islice(location.bindings(), USERS):
            rows: dict[int, ContactRow] = {}
            for each in bindings:
                number = contact_number(each.contact, rows)
                rows[number] = ContactRow(0, number, each.contact, each.registered_at, each.expires_at, f"{each.q:g}")
            found[name] = list(rows.values())
            count += len(rows)
            if count >= CONTACTS:
                break
    return found


def contact_number(uri: str, taken: dict[int, ContactRow]) -> int:
    """Return the index of a contact among those of its user: the same whenever it is registered, whatever else is."""
    number = zlib.crc32(uri.encode("utf-8", "surrogatepass")) or 1
    while number in taken:
        number = number % 0xFFFFFFFF + 1
    return number


def _since(number: int, name: str) -> Column:
    return Column(number, name, syntax.TIME_STAMP, "since_at", "When the counters of this row last began anew.")


_APPLICATION: Final = ("applIndex",)
_LISTED: Final = "Rows while `snmp-server subscribers` is configured"

SERVER: Final = Table(
    (*OBJECTS, 1, 1),
    "sipServerCfgTable",
    "Where the server is reached.",
    (
        Column(1, "sipServerCfgHostAddressType", ADDRESS_TYPE, "kind", "Type of sipServerCfgHostAddress."),
        Column(
            2, "sipServerCfgHostAddress", ADDRESS, "host",
            "Host of the server's own SIP URI: its first domain, else what its first listener advertises.",
        ),
    ),
    _server,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

PROXY: Final = Table(
    (*OBJECTS, 3, 1),
    "sipServerProxyCfgTable",
    "How the proxy works.",
    (
        Column(
            1, "sipServerCfgProxyStatefulness",
            enumeration({"stateless": 1, "transactionStateful": 2, "callStateful": 3}), "statefulness",
            "It keeps calls until their BYE; without Record-Route, no BYE passes it, and it keeps transactions alone.",
        ),
        Column(
            2, "sipServerCfgProxyRecursion", syntax.TRUTH, "recursion",
            "false: a redirection goes back to who asked, and is not followed.",
        ),
        Column(
            3, "sipServerCfgProxyRecordRoute", syntax.TRUTH, "record_route",
            "Whether the proxy stays in the path of a dialog, as `record-route` says.",
        ),
        Column(
            4, "sipServerCfgProxyAuthMethod",
            bits("BITS { none(0), tls(1), digest(2) }", {"none": 0, "tls": 1, "digest": 2}), "methods",
            "digest when INVITE or other requests are challenged, else none.",
        ),
        Column(5, "sipServerCfgProxyAuthDefaultRealm", syntax.TEXT, "realm", "Realm of challenges."),
    ),
    _proxy,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

PROXY_STATISTICS: Final = Table(
    (*OBJECTS, 4, 1),
    "sipServerProxyStatsTable",
    "What the proxy counts.",
    (
        Column(
            1, "sipServerProxyStatProxyReqFailures", syntax.COUNTER_32, "failures",
            "Requests refused with 420 because of what their Proxy-Require asks for.", "requests",
        ),
        _since(2, "sipServerProxyStatsDisconTime"),
    ),
    _proxy_counts,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

REGISTRAR: Final = Table(
    (*OBJECTS, 5, 1),
    "sipServerRegCfgTable",
    "How the registrar works.",
    (
        Column(
            1, "sipServerRegMaxContactExpiryDuration", syntax.UNSIGNED, "longest_s",
            "Longest time for which a contact is registered, `expires maximum`.", "seconds",
        ),
        Column(
            2, "sipServerRegMaxUsers", syntax.UNSIGNED, "most",
            "Most users that may be registered, `bindings maximum`: as many as contacts, of which each has one.",
            "users",
        ),
        Column(
            3, "sipServerRegCurrentUsers", syntax.GAUGE, "users",
            "Users with a contact. One whose contacts have run out counts for some seconds more.", "users",
        ),
        Column(
            4, "sipServerRegDfltRegActiveInterval", syntax.UNSIGNED, "default_s",
            "Time for which a contact is registered that asks for none, `expires default`.", "seconds",
        ),
    ),
    _registrar,
    indexed=_APPLICATION,
    module=MODULE,
)  # fmt: skip

REGISTERED: Final = Table(
    (*OBJECTS, 5, 2),
    "sipServerRegUserTable",
    f"Users with a contact. {_LISTED}, {USERS} at most.",
    (
        Column(
            1, "sipServerRegUserIndex", syntax.INDEX, "user", "Number of the user, the same for its name for ever.",
            access=HIDDEN,
        ),
        Column(2, "sipServerRegUserUri", syntax.TEXT, "aor", "Address-of-record, user@domain."),
    ),
    _users,
    indexed=("applIndex", "sipServerRegUserIndex"),
    module=MODULE,
    lifetime_s=30,
)  # fmt: skip

BINDINGS: Final = Table(
    (*OBJECTS, 5, 3),
    "sipServerRegContactTable",
    f"Contacts of the users. {_LISTED}, {CONTACTS} at most.",
    (
        Column(
            1, "sipServerRegContactIndex", syntax.INDEX, "contact",
            "Number of the contact, made of its URI: the same whenever it is registered.", access=HIDDEN,
        ),
        Column(3, "sipServerRegContactURI", syntax.TEXT, "uri", "URI of the contact; cut at 255 octets."),
        Column(
            4, "sipServerRegContactLastUpdated", syntax.TIME_STAMP, "updated_at",
            "When the contact was registered or last refreshed.",
        ),
        Column(5, "sipServerRegContactExpiry", syntax.DATE, "expires_at", "When the registration ends."),
        Column(
            6, "sipServerRegContactPreference", syntax.TEXT, "preference",
            "Its preference among the contacts of the user, 0 to 1; 1 when it named none.",
        ),
    ),
    _contacts,
    indexed=("applIndex", "sipServerRegUserIndex", "sipServerRegContactIndex"),
    module=MODULE,
    lifetime_s=30,
)  # fmt: skip

REGISTRAR_STATISTICS: Final = Table(
    (*OBJECTS, 6, 1),
    "sipServerRegStatsTable",
    "What the registrar counts.",
    (
        Column(
            1, "sipServerRegStatsAcceptedRegs", syntax.COUNTER_32, "accepted", "REGISTERs answered with 200.",
            "requests",
        ),
        Column(
            2, "sipServerRegStatsRejectedRegs", syntax.COUNTER_32, "rejected",
            "REGISTERs refused by the registrar, after authentication: unknown or disabled user, too many contacts, "
            "too short a time, a store that takes none. Challenges and wrong credentials are none.", "requests",
        ),
        _since(3, "sipServerRegStatsDisconTime"),
    ),
    _registrar_counts,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

TABLES: Final = (
    SERVER,
    PROXY,
    PROXY_STATISTICS,
    REGISTRAR,
    REGISTERED,
    BINDINGS,
    REGISTRAR_STATISTICS,
)
