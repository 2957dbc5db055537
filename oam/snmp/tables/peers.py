"""Servers that are asked or told: AAA, DNS, syslog, notification targets, where records and measurement files go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from core.northbound import counters as slots
from oam.measurement.sender import PORTS
from oam.security.server_state import DEAD, INCOMPLETE, UP
from oam.settings.aaa import RADIUS, TACACS
from oam.settings.logs import LogHost
from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.asking import total
from oam.snmp.rows.counted import group

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.settings.notification import NotificationTarget

KIND: Final = "peer"
RECORDS_FAILED: Final = 18
"""Alarm: call records cannot be written."""
DOWN: Final = "down"
UNKNOWN: Final = "unknown"
LOCAL: Final = "local"
_STATES: Final = {UP: UP, DEAD: DOWN, INCOMPLETE: INCOMPLETE}


class Peer(NamedTuple):
    """One of them as its family tells it; None: it has no such figure."""

    kind: str
    name: str
    address: str
    state: str
    requests: int | None = None
    answered: int | None = None
    failed: int | None = None
    dropped: int | None = None
    waiting: int | None = None
    error: str = ""
    down_s: int | None = None
    mark: object = None
    """Stands for who counts."""


class PeerRow(msgspec.Struct, frozen=True):
    """One peer."""

    index: int
    kind: str
    name: str
    address: str
    state: str
    requests: int | None
    answered: int | None
    failed: int | None
    dropped: int | None
    waiting: int | None
    error: str
    down_s: int | None
    discontinuity_at: float


def _servers(manager: Manager) -> Iterator[Peer]:
    for row in manager.servers.rows():
        yield Peer(
            {TACACS: "tacacs", RADIUS: "radius"}[row.group],
            row.name,
            row.address,
            _STATES[row.state],
            row.requests,
            row.passed + row.rejected,
            row.errors + row.unanswered,
            down_s=row.dead_s,
        )
    aaa = manager.configuration.running.aaa
    if aaa.exec_accounting or aaa.accounting or aaa.accounting_levels:
        queue = manager.servers.accounting.row()
        sent = queue.sent
        yield Peer("accounting", "accounting", "", UNKNOWN, sent, sent, queue.failed, queue.dropped, queue.waiting)


def _names(manager: Manager) -> Iterator[Peer]:
    for server in manager.configuration.running.dns.servers:
        yield Peer("dns", server.address, f"{server.address} port {server.port}", UNKNOWN)


def _records(manager: Manager) -> Iterator[Peer]:
    written, lost, waiting = (
        total(manager, slot) for slot in (slots.RECORDS_WRITTEN, slots.RECORDS_LOST, slots.RECORDS_WAITING)
    )
    fails = any(number == RECORDS_FAILED for number, _ in manager.alarms.active)
    yield Peer("records", "records", LOCAL, DOWN if fails else UP, written, dropped=lost, waiting=waiting)


def _measurements(manager: Manager) -> Iterator[Peer]:
    for name, job in manager.measurement.jobs.items():
        push, pusher = job.settings.push, job.pusher
        if not push.protocol:
            continue
        address = f"{push.protocol} {push.host} port {push.port or PORTS[push.protocol]}"
        if pusher is None:
            yield Peer("measurement", name, address, UNKNOWN)
            continue
        state = DOWN if pusher.error else UP if pusher.sent else UNKNOWN
        yield Peer(
            "measurement", name, address, state, pusher.sent, failed=pusher.failures, dropped=job.lost,
            waiting=pusher.waiting, error=pusher.error, mark=id(pusher),
        )  # fmt: skip


def _hosts(manager: Manager) -> Iterator[Peer]:
    for host in manager.syslog.hosts.values():
        kind = "syslog" if isinstance(host.settings, LogHost) else "audit-syslog"
        yield Peer(
            kind,
            f"{host.settings.address} port {host.port} {host.settings.transport}",
            host.settings.address,
            UP if host.connected and not host.error else DOWN,
            host.sent,
            dropped=host.dropped,
            waiting=host.waiting,
            error=host.error,
            mark=id(host),
        )


def _targets(manager: Manager) -> Iterator[Peer]:
    for name, target in manager.targets.targets.items():
        state = DOWN if target.error else UP if target.sent else UNKNOWN
        yield Peer(
            "notification", name, _address(target.settings), state, target.sent, failed=target.failed,
            dropped=target.dropped, waiting=target.waiting, error=target.error, mark=id(target),
        )  # fmt: skip


def _managers(manager: Manager) -> Iterator[Peer]:
    for told in manager.snmp.notifier.targets.all.values():
        row = told.row
        answered = row.acknowledged if row.kind == "informs" else None
        yield Peer(
            "snmp-host", told.name, row.address, row.state, row.sent, answered, row.failed, row.dropped, row.waiting,
            row.error, mark=id(told),
        )  # fmt: skip


def _address(settings: NotificationTarget) -> str:
    """Return the host alone: the rest of a webhook's URL may be a secret."""
    if settings.mail.server:
        return f"{settings.mail.server} port {settings.mail.port}"
    return urlsplit(settings.webhook).hostname or ""


_FAMILIES: Final = (_servers, _names, _records, _measurements, _hosts, _targets, _managers)


async def _peers(manager: Manager) -> Sequence[PeerRow]:
    found = {f"{each.kind} {each.name}": each for each in _all(manager)}
    numbers = manager.snmp.indexes.all(KIND, found)
    await manager.snmp.indexes.save()
    return [_row(manager, key, numbers[key], each) for key, each in found.items() if key in numbers]


def _all(manager: Manager) -> Iterable[Peer]:
    return (peer for family in _FAMILIES for peer in family(manager))


def _row(manager: Manager, key: str, index: int, peer: Peer) -> PeerRow:
    counts = (each or 0 for each in (peer.requests, peer.answered, peer.failed, peer.dropped))
    fields = peer._asdict()
    mark = fields.pop("mark")
    at = manager.snmp.discontinuities.of(KIND, key, counts, mark)
    return PeerRow(index=index, discontinuity_at=at, **fields)


PEER_TABLE: Final = Table(
    (*oids.PEERS, 2),
    "sipctlPeerTable",
    "Servers that are asked or told something, and what became of it. A figure that a kind of peer does not have has "
    "no instance.",
    (
        Column(1, "sipctlPeerIndex", syntax.INDEX, "index", "Number of the peer, kept for its kind and name.",
               access=HIDDEN),
        Column(
            2,
            "sipctlPeerKind",
            syntax.enumeration(
                {
                    "tacacs": 1, "radius": 2, "accounting": 3, "dns": 4, "records": 5, "measurement": 6, "syslog": 7,
                    "audit-syslog": 8, "notification": 9, "snmp-host": 10,
                }
            ),
            "kind",
            "tacacs(1) and radius(2): servers that are asked about operators. accounting(3): the queue of records for "
            "them. dns(4): name servers that are configured. records(5): call records, written to files of this "
            "host. measurement(6): where the files of a measurement job go. syslog(7) and auditSyslog(8): hosts that "
            "are sent the log and the audit log. notification(9): web and mail servers that are sent notices. "
            "snmpHost(10): managers that are sent notifications.",
        ),
        Column(3, "sipctlPeerName", syntax.text(128), "name", "Its name, of its kind the only one."),
        Column(4, "sipctlPeerAddress", syntax.TEXT, "address", "Where it is, as far as that may be told."),
        Column(
            5,
            "sipctlPeerState",
            syntax.enumeration({UP: 1, DOWN: 2, UNKNOWN: 3, INCOMPLETE: 4}),
            "state",
            "down(2): the last attempt failed. unknown(3): nothing has been attempted, or it is not known of each. "
            "incomplete(4): its address or secret is not configured.",
        ),
        Column(6, "sipctlPeerRequests", syntax.COUNTER, "requests",
               "Requests made of it; of those that are told: messages, notices, files or records that went there.",
               "requests"),
        Column(7, "sipctlPeerAnswered", syntax.COUNTER, "answered", "Requests that it has answered, whatever the "
               "verdict.", "requests"),
        Column(8, "sipctlPeerFailed", syntax.COUNTER, "failed",
               "Requests without an answer that could be used, attempts that failed, notices given up.", "requests"),
        Column(9, "sipctlPeerDropped", syntax.COUNTER, "dropped",
               "What was lost because there was no room for it to wait.", "requests"),
        Column(10, "sipctlPeerWaiting", syntax.GAUGE, "waiting",
               "What waits to go there. Of call records it is octets."),
        Column(11, "sipctlPeerError", syntax.TEXT, "error", "Why the last attempt failed; empty: it did not."),
        Column(12, "sipctlPeerDownTime", syntax.TICKS, "down_s",
               "Time for which it has not answered; 0 while it does. AAA servers alone have it."),
        Column(13, "sipctlPeerDiscontinuityTime", syntax.TIME_STAMP, "discontinuity_at",
               "Value of sysUpTime when the counters of this row last began anew, as they do when the peer is "
               "configured anew."),
    ),
    _peers,
    ("sipctlPeerIndex",),
)  # fmt: skip

COUNTS: Final = group(
    (*oids.PEERS, 1),
    "sipctlPeerTotals",
    "What signalling has counted of name servers and call records.",
    "sipctlPeersDiscontinuityTime",
    {
        slots.LOOKUPS: "questions",
        slots.LOOKUPS_FAILED: "names",
        slots.LOOKUPS_CACHED: "names",
        slots.LOOKUPS_ANSWERED: "names",
        slots.LOOKUPS_UNANSWERED: "names",
        slots.RECORDS_WRITTEN: "records",
        slots.RECORDS_LOST: "records",
    },
)

TABLES: Final = (COUNTS, PEER_TABLE)
