"""Trunks: state, calls and probes of each, and all that is counted of their calls in each direction.

What they are and whether they are shut down is in the configuration; the rest is asked of signalling. While it does not
answer a trunk is `unknown` and has no instance of what only signalling knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ListTrunks
from core.northbound.rows import TrunkRow as Answer
from core.northbound.statistics import KINDS, TRUNK_IN, TRUNK_OUT
from oam.snmp import oids, syntax
from oam.snmp.convention import ADMIN_STATE, STATE
from oam.snmp.object import HIDDEN, WRITE, Column, Table
from oam.snmp.rows.asking import asked, started_at
from oam.snmp.rows.counts import Counts, columns

if TYPE_CHECKING:
    from core.northbound.routing_settings import Trunk
    from oam.context import Manager

KIND: Final = "trunk"
"""Of the indexes: both directions of a trunk have one."""
IN: Final = "in"
OUT: Final = "out"
_DIRECTIONS: Final = {KINDS[TRUNK_IN]: IN, KINDS[TRUNK_OUT]: OUT}


class TrunksRow(msgspec.Struct, frozen=True):
    """All trunks together."""

    configured: int
    up: int | None
    down: int | None
    shutdown: int
    draining: int | None
    calls: int | None


class TrunkRow(msgspec.Struct, frozen=True):
    """One trunk."""

    index: int
    name: str
    administrative: str
    description: str
    direction: str
    addresses: str
    sources: str
    maximum: int
    reserve: int
    monitored: bool
    state: str = "unknown"
    reason: str | None = None
    since_at: float | None = None
    calls: int | None = None
    calls_in: int | None = None
    calls_out: int | None = None
    peak: int | None = None
    occupancy: float | None = None
    probes: int | None = None
    probes_failed: int | None = None
    probe_status: int | None = None
    probe_us: float | None = None
    heard_at: float | None = None
    started_at: float | None = None
    """When signalling was started: since then it counts probes and keeps the peak."""


class TrunkCounts(Counts, frozen=True):
    """Statistics of one trunk in one direction."""

    direction: str


def switched(row: TrunkRow, value: str) -> Sequence[str]:
    """Return the lines that shut a trunk down or bring it into service."""
    return ("configure terminal", f"trunk {row.name}", "shutdown" if value == "shutdown" else "no shutdown", "end")


async def _summary(manager: Manager) -> Sequence[TrunksRow]:
    trunks = manager.configuration.running.trunks
    shut = sum(1 for each in trunks if each.shutdown)
    answer = await asked(manager, ListTrunks(), Answer)
    if answer is None:
        return (TrunksRow(len(trunks), None, None, shut, None, None),)
    states = Counter(each.state for each in answer)
    calls = sum(each.calls for each in answer)
    return (TrunksRow(len(trunks), states["up"], states["down"], shut, states["draining"], calls),)


async def _trunks(manager: Manager) -> Sequence[TrunkRow]:
    answer = await asked(manager, ListTrunks(), Answer)
    known = {each.trunk: each for each in answer or ()}
    started = started_at(manager)
    numbers = manager.snmp.indexes
    found = [
        _row(index, each, known.get(each.name), started)
        for each in manager.configuration.running.trunks
        if (index := numbers.of(KIND, each.name)) is not None
    ]
    await numbers.save()
    return found


def _row(index: int, settings: Trunk, answer: Answer | None, started_at: float) -> TrunkRow:
    row = TrunkRow(
        index=index,
        name=settings.name,
        administrative="shutdown" if settings.shutdown else "up",
        description=settings.description,
        direction=settings.direction,
        addresses=", ".join(settings.addresses),
        sources=", ".join(settings.sources),
        maximum=settings.calls_maximum,
        reserve=settings.reserve,
        monitored=settings.monitor_interval_s > 0,
    )
    if answer is None:
        return row
    return msgspec.structs.replace(
        row,
        state=answer.state,
        reason=answer.reason,
        since_at=answer.since_at,
        calls=answer.calls,
        calls_in=answer.calls_in,
        calls_out=answer.calls_out,
        peak=answer.peak,
        occupancy=100 * answer.calls / settings.calls_maximum if settings.calls_maximum else None,
        probes=answer.probes,
        probes_failed=answer.probes_failed,
        probe_status=answer.probe_status,
        probe_us=None if answer.probe_ms is None else answer.probe_ms * 1000,
        heard_at=answer.heard_at,
        started_at=started_at,
    )


async def _counts(manager: Manager) -> Sequence[TrunkCounts]:
    numbers = manager.snmp.indexes
    found = [
        TrunkCounts(index, row.name, row.born_ms / 1000, row.values, _DIRECTIONS[row.kind])
        for row in await manager.statistics.rows(_DIRECTIONS)
        if (index := numbers.of(KIND, row.name)) is not None
    ]
    await numbers.save()
    return found


_DIRECTION: Final = syntax.enumeration({IN: 1, OUT: 2})

SUMMARY: Final = Table(
    (*oids.TRUNKS, 1),
    "sipctlTrunkSummary",
    "All trunks together. What signalling alone knows has no instance while it does not answer.",
    (
        Column(1, "sipctlTrunksConfigured", syntax.GAUGE, "configured", "Trunks that are configured.", "trunks"),
        Column(2, "sipctlTrunksUp", syntax.GAUGE, "up", "Trunks that take calls.", "trunks"),
        Column(3, "sipctlTrunksDown", syntax.GAUGE, "down", "Trunks whose probes are not answered.", "trunks"),
        Column(
            4, "sipctlTrunksShutdown", syntax.GAUGE, "shutdown",
            "Trunks that an operator has shut down, those included that still have calls.", "trunks",
        ),
        Column(
            5, "sipctlTrunksDraining", syntax.GAUGE, "draining",
            "Trunks that an operator has shut down and that still have calls.", "trunks",
        ),
        Column(
            6, "sipctlTrunksCalls", syntax.GAUGE, "calls",
            "Calls of all trunks at this moment, in set-up and answered; a call from one trunk to another is two.",
            "calls",
        ),
    ),
    _summary,
)  # fmt: skip

TRUNKS: Final = Table(
    (*oids.TRUNKS, 2),
    "sipctlTrunkTable",
    "The trunks that are configured.",
    (
        Column(
            1, "sipctlTrunkIndex", syntax.INDEX, "index",
            "Number of the trunk, the same for its name for as long as the server is installed.", access=HIDDEN,
        ),
        Column(2, "sipctlTrunkName", syntax.text(64), "name", "Name of the trunk."),
        Column(
            3, "sipctlTrunkAdminState", ADMIN_STATE.syntax, "administrative",
            "Whether the trunk is to take calls. Set to shutdown(2) it takes no new calls in either direction; those "
            "in progress go on. Setting it changes the running configuration and does not save it.",
            access=WRITE, write=switched,
        ),
        Column(
            4, "sipctlTrunkState", STATE.syntax, "state",
            "Whether the trunk takes calls: up(1); down(2), its probes are not answered; shutdown(3); draining(4), it "
            "is shut down and still has calls; unknown(5), signalling does not answer.",
        ),
        Column(5, "sipctlTrunkReason", syntax.TEXT, "reason", "Why the trunk is down; empty while it is not."),
        Column(
            6, "sipctlTrunkSince", syntax.DATE, "since_at",
            "When the trunk last went down or came up; no instance when it has done neither since signalling started.",
        ),
        Column(7, "sipctlTrunkDescription", syntax.TEXT, "description", "What the operator has noted of the trunk."),
        Column(
            8, "sipctlTrunkDirection", syntax.enumeration({"both": 1, IN: 2, OUT: 3}), "direction",
            "Directions in which the trunk may have calls: in(2) from it, out(3) to it.",
        ),
        Column(
            9, "sipctlTrunkAddresses", syntax.TEXT, "addresses",
            "SIP URIs that calls to the trunk are sent to, in the order in which they are tried; cut at 255 octets.",
        ),
        Column(
            10, "sipctlTrunkSources", syntax.TEXT, "sources",
            "Networks whose requests are the trunk's; cut at 255 octets.",
        ),
        Column(
            11, "sipctlTrunkCalls", syntax.GAUGE, "calls",
            "Calls at this moment, in set-up and answered, both directions together.", "calls",
        ),
        Column(12, "sipctlTrunkCallsIn", syntax.GAUGE, "calls_in", "Of these, the calls from the trunk.", "calls"),
        Column(13, "sipctlTrunkCallsOut", syntax.GAUGE, "calls_out", "Of these, the calls to the trunk.", "calls"),
        Column(
            14, "sipctlTrunkCallsMaximum", syntax.GAUGE, "maximum",
            "Most calls that the trunk may have at one time, both directions together; 0: there is no bound.", "calls",
        ),
        Column(
            15, "sipctlTrunkCallsReserve", syntax.GAUGE, "reserve",
            "Places below sipctlTrunkCallsMaximum that ordinary calls to the trunk may not take.", "calls",
        ),
        Column(
            16, "sipctlTrunkOccupancy", syntax.HUNDREDTHS, "occupancy",
            "sipctlTrunkCalls as a share of sipctlTrunkCallsMaximum, in hundredths of a per cent; no instance when "
            "there is no bound. Calls of emergency are not refused at the bound: what is above it shows as 100 per "
            "cent.",
            "0.01 percent",
        ),
        Column(
            17, "sipctlTrunkCallsPeak", syntax.GAUGE, "peak",
            "Most calls at one time since signalling was started, or since an operator cleared the statistics of the "
            "trunk.", "calls",
        ),
        Column(
            18, "sipctlTrunkMonitored", syntax.TRUTH, "monitored", "Whether the trunk is probed by OPTIONS requests.",
        ),
        Column(
            19, "sipctlTrunkProbes", syntax.COUNTER, "probes",
            "Probes that have ended, since sipctlTrunkDiscontinuityTime.", "probes",
        ),
        Column(
            20, "sipctlTrunkProbesFailed", syntax.GAUGE, "probes_failed",
            "How often in a row the trunk did not work: a probe to which nothing came back, or 408 or 503, or, while "
            "it is probed, a call to which nothing at all came back; 0: the last one was answered.",
            "failures",
        ),
        Column(
            21, "sipctlTrunkProbeStatus", syntax.STATUS, "probe_status",
            "SIP status code that the last probe was answered with; no instance when nothing came back.",
        ),
        Column(
            22, "sipctlTrunkProbeDelay", syntax.GAUGE, "probe_us",
            "Time from the last probe that was answered to its answer.", "microseconds",
        ),
        Column(
            23, "sipctlTrunkProbeHeard", syntax.DATE, "heard_at",
            "When a probe was last answered; no instance when none was.",
        ),
        Column(
            24, "sipctlTrunkDiscontinuityTime", syntax.TIME_STAMP, "started_at",
            "Value of sysUpTime when sipctlTrunkProbes began at zero: when signalling was started.",
        ),
    ),
    _trunks,
    indexed=("sipctlTrunkIndex",),
)  # fmt: skip

STATISTICS: Final = Table(
    (*oids.TRUNKS, 3),
    "sipctlTrunkStatsTable",
    "What is counted of the calls of each trunk, in each direction. Each bid is refused here or becomes a seizure; "
    "each seizure ends in exactly one way or is answered. Counters go on over restarts of the server.",
    (
        Column(
            2, "sipctlTrunkStatsDirection", _DIRECTION, "direction", "Calls from the trunk, in(1), or to it, out(2).",
            access=HIDDEN,
        ),
        *columns("sipctlTrunkStats", "trunk"),
    ),
    _counts,
    indexed=("sipctlTrunkIndex", "sipctlTrunkStatsDirection"),
)  # fmt: skip

TABLES: Final = (SUMMARY, TRUNKS, STATISTICS)
