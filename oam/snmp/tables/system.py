"""The server as a whole: what it is, since when it runs, what it does now, and all that signalling counts."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound import counters as slots
from core.northbound import statistics
from core.northbound.build import VERSION, is_compiled
from core.northbound.counters import COUNTERS
from oam.snmp import oids, syntax
from oam.snmp.action import READY, action
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.asking import answers, processes, started_at, total
from oam.snmp.rows.counted import described, group

if TYPE_CHECKING:
    from oam.context import Manager

WORKER: Final = "sip-"
"""How the names of signalling processes begin."""
KIB: Final = 1024
_NOTHING: Final = (0,) * statistics.WIDTH
_compiled: Final = functools.cache(is_compiled)


class SystemRow(msgspec.Struct, frozen=True):
    """The server."""

    version: str
    form: str
    """`compiled`, `plain`."""
    host_name: str
    started_at: float
    """When the signalling process started; 0: it never did."""
    uptime_s: float
    calls: int
    calls_maximum: int
    calls_peak: int
    transactions: int
    transactions_maximum: int
    connections: int
    connections_maximum: int
    bids: int
    seizures: int
    answers: int
    call_rate_peak: int
    """Most bids in one second of the last whole minute."""
    born_at: float
    """Since when bids, seizures and answers have been counted."""
    action: str = READY


async def _system(manager: Manager) -> Sequence[SystemRow]:
    started = started_at(manager)
    running = manager.configuration.running
    found = await manager.statistics.rows((statistics.KINDS[statistics.SYSTEM],))
    values, born_ms = (found[0].values, found[0].born_ms) if found else (_NOTHING, 0)
    return (
        SystemRow(
            version=VERSION,
            form="compiled" if _compiled() else "plain",
            host_name=running.hostname,
            started_at=started,
            uptime_s=max(time.time() - started, 0.0) if started else 0.0,
            calls=total(manager, slots.CALLS),
            calls_maximum=running.sip.max_calls,
            calls_peak=total(manager, slots.CALLS_PEAK),
            transactions=total(manager, slots.TRANSACTIONS),
            transactions_maximum=running.sip.max_transactions,
            connections=total(manager, slots.CONNECTIONS),
            connections_maximum=running.sip.max_connections,
            bids=values[statistics.BIDS],
            seizures=values[statistics.SEIZURES],
            answers=values[statistics.ANSWERS],
            call_rate_peak=values[statistics.RATE_PEAK],
            born_at=born_ms / 1000,
        ),
    )


SYSTEM: Final = Table(
    (*oids.SYSTEM, 1),
    "sipctlSystemBase",
    "The server as a whole.",
    (
        Column(1, "sipctlSystemVersion", syntax.text(32), "version", "Version of the server."),
        Column(2, "sipctlSystemStarted", syntax.DATE, "started_at", "When the signalling process was started."),
        Column(3, "sipctlSystemUptime", syntax.TICKS, "uptime_s", "Time since then."),
        Column(4, "sipctlSystemCalls", syntax.GAUGE, "calls", "Calls at this moment, in set-up and answered.", "calls"),
        Column(
            5,
            "sipctlSystemForm",
            syntax.enumeration({"compiled": 1, "plain": 2}),
            "form",
            "Whether signalling runs as compiled code, as it is meant to, or as plain Python.",
        ),
        Column(6, "sipctlSystemHostName", syntax.TEXT, "host_name", "Name of the server, as its prompt has it."),
        Column(
            7,
            "sipctlSystemCallsMaximum",
            syntax.GAUGE,
            "calls_maximum",
            "Calls that there may be at one time. Further ones are refused with 503.",
            "calls",
        ),
        Column(
            8,
            "sipctlSystemCallsPeak",
            syntax.GAUGE,
            "calls_peak",
            "Most calls at one time since the signalling process started.",
            "calls",
        ),
        Column(9, "sipctlSystemTransactions", syntax.GAUGE, "transactions", "SIP transactions in the table at this "
               "moment. Each call leaves some behind for half a minute.", "transactions"),
        Column(10, "sipctlSystemTransactionsMax", syntax.GAUGE, "transactions_maximum",
               "SIP transactions that there may be at one time.", "transactions"),
        Column(11, "sipctlSystemConnections", syntax.GAUGE, "connections", "TCP connections of signalling that are "
               "open, in both directions.", "connections"),
        Column(12, "sipctlSystemConnectionsMax", syntax.GAUGE, "connections_maximum",
               "TCP connections that there may be at one time.", "connections"),
        Column(13, "sipctlSystemBids", syntax.COUNTER, "bids",
               "Calls offered. A challenged INVITE and its retry are one.", "calls"),
        Column(14, "sipctlSystemSeizures", syntax.COUNTER, "seizures",
               "Bids that were sent on to somebody. A forked call is one.", "calls"),
        Column(15, "sipctlSystemAnswers", syntax.COUNTER, "answers", "Seizures answered with 2xx.", "calls"),
        Column(16, "sipctlSystemCallRatePeak", syntax.GAUGE, "call_rate_peak",
               "Most bids in one second of the last whole minute of the clock.", "calls per second"),
        Column(17, "sipctlSystemDiscontinuityTime", syntax.TIME_STAMP, "born_at",
               "Value of sysUpTime when bids, seizures and answers began at zero. They go on over restarts of the "
               "server."),
        action(
            18,
            "sipctlSystemClearCounters",
            "Setting perform(2) does what the command 'clear counters' does: 'show sip statistics' counts from zero "
            "again. Counter64 objects never fall and stay as they are.",
            "clear counters",
        ),
    ),
    _system,
    lifetime_s=0,
)  # fmt: skip


class CounterRow(msgspec.Struct, frozen=True):
    """One counter or gauge of signalling."""

    index: int
    name: str
    count: int | None
    """None: it is a gauge."""
    level: int | None
    """None: it is a counter."""
    meaning: str
    discontinuity_at: float


async def _counters(manager: Manager) -> Sequence[CounterRow]:
    values = [total(manager, each.slot) for each in COUNTERS]
    values[slots.STARTED_AT] = max(block[slots.STARTED_AT] for block in manager.counters)
    at = manager.snmp.discontinuities.of(
        "counters", "all", (value for value, each in zip(values, COUNTERS, strict=True) if not each.gauge)
    )
    return [
        CounterRow(
            each.slot + 1,
            each.name,
            None if each.gauge else value,
            value if each.gauge else None,
            described(each.slot),
            at,
        )
        for value, each in zip(values, COUNTERS, strict=True)
    ]


COUNTER_TABLE: Final = Table(
    (*oids.SYSTEM, 2),
    "sipctlCounterTable",
    "Everything that signalling counts, by name: what 'show sip statistics' shows, without regard to 'clear counters'. "
    "The important ones are objects of their own besides.",
    (
        Column(1, "sipctlCounterIndex", syntax.INDEX, "index", "Number of the counter, the same in all releases.",
               access=HIDDEN),
        Column(2, "sipctlCounterName", syntax.text(64), "name", "Name, as the shell has it."),
        Column(3, "sipctlCounterValue", syntax.COUNTER, "count", "How often it happened. A gauge has no instance."),
        Column(4, "sipctlCounterLevel", syntax.GAUGE_64, "level",
               "What a gauge shows at this moment. A counter has no instance."),
        Column(5, "sipctlCounterMeaning", syntax.TEXT, "meaning", "What is counted or shown."),
        Column(6, "sipctlCounterDiscontinuityTime", syntax.TIME_STAMP, "discontinuity_at",
               "Value of sysUpTime when one of the counters last began anew. They outlive the processes of the server, "
               "so that it is 0 unless their file was lost."),
    ),
    _counters,
    ("sipctlCounterIndex",),
    lifetime_s=1.0,
)  # fmt: skip


class LoadRow(msgspec.Struct, frozen=True):
    """How signalling fares at this moment."""

    cpu_permille: int
    loop_lag_us: int
    queue_percent: int
    memory_kib: int
    banned: int
    traces_running: int
    statistics_rows: int


_GAUGES: Final = {
    "cpu_permille": slots.CPU_PERMILLE,
    "loop_lag_us": slots.LOOP_LAG_US,
    "queue_percent": slots.QUEUE_PERCENT,
    "banned": slots.BANNED,
    "traces_running": slots.TRACES_RUNNING,
    "statistics_rows": slots.STATISTICS_ROWS,
}
"""Field of LoadRow -> the gauge it is. Of several workers the one that fares worst counts, as in graphs of the load."""


async def _load(manager: Manager) -> Sequence[LoadRow]:
    gauges = {field: max(block[slot] for block in manager.counters) for field, slot in _GAUGES.items()}
    memory = total(manager, slots.MEMORY_OCTETS)
    return (LoadRow(memory_kib=memory // KIB, **gauges),)


LOAD: Final = Table(
    (*oids.SYSTEM, 3),
    "sipctlSystemLoad",
    "How signalling fares at this moment, as it has measured last. sipctlTrafficControls has the calls a second, and "
    "the level of overload.",
    (
        Column(1, "sipctlLoadCpu", syntax.GAUGE, "cpu_permille",
               "Processor time of the signalling process, in thousandths of one processor: divide by 10 for per cent.",
               "0.1 percent"),
        Column(2, "sipctlLoadLoopLag", syntax.GAUGE, "loop_lag_us",
               "How late the loop of the signalling process was woken.", "microseconds"),
        Column(3, "sipctlLoadQueue", syntax.GAUGE, "queue_percent", "How full the fullest UDP socket is.", "percent"),
        Column(4, "sipctlLoadMemory", syntax.GAUGE, "memory_kib",
               "Resident memory of the signalling process, in units of 1024 octets.", "KiB"),
        Column(5, "sipctlLoadBannedAddresses", syntax.GAUGE, "banned", "Addresses that are banned by themselves.",
               "addresses"),
        Column(6, "sipctlLoadTracesRunning", syntax.GAUGE, "traces_running",
               "Traces of signalling that are running. They cost processor time.", "traces"),
        Column(7, "sipctlLoadStatisticsRows", syntax.GAUGE, "statistics_rows",
               "Objects that have statistics of their own.", "objects"),
    ),
    _load,
    lifetime_s=0,
)  # fmt: skip


class StatusRow(msgspec.Struct, frozen=True):
    """Whether the server works."""

    state: str
    """`up`, `starting`, `draining`, `down`, `unknown`."""
    role: str
    """`standalone`; `active`, `standby`."""
    redundancy: str
    """`none`; `synchronized`, `synchronizing`, `lost`."""
    workers: int | None
    """Signalling processes that run."""


_STATES: Final = {"running": "up", "starting": "starting", "stopping": "draining", "backoff": "down", "stopped": "down"}
"""State of a process -> state of the server, the best one first."""


async def _status(manager: Manager) -> Sequence[StatusRow]:
    rows = await processes(manager)
    if rows is None:
        return (StatusRow("unknown", "standalone", "none", None),)
    states = [row.state for row in rows if row.process.startswith(WORKER)]
    best = next((state for word, state in _STATES.items() if word in states), "down")
    if best == "up" and not await answers(manager):
        best = "unknown"
    return (StatusRow(best, "standalone", "none", states.count("running")),)


STATUS: Final = Table(
    (*oids.SYSTEM, 4),
    "sipctlSystemStatus",
    "Whether the server works, alone or with another one.",
    (
        Column(
            1,
            "sipctlStatusState",
            syntax.enumeration({"up": 1, "starting": 2, "draining": 3, "down": 4, "unknown": 5}),
            "state",
            "up(1): signalling works. starting(2): its process begins. draining(3): its process takes nothing new and "
            "finishes what is in flight. down(4): it does not run. unknown(5): it runs and does not answer, or the "
            "supervisor does not.",
        ),
        Column(
            2,
            "sipctlStatusRedundancyRole",
            syntax.enumeration({"standalone": 1, "active": 2, "standby": 3}),
            "role",
            "standalone(1): the server has no other one to take over. active(2) and standby(3) are reserved for pairs.",
        ),
        Column(
            3,
            "sipctlStatusRedundancyState",
            syntax.enumeration({"none": 1, "synchronized": 2, "synchronizing": 3, "lost": 4}),
            "redundancy",
            "none(1): there is no other server. The other values are reserved for pairs: the other server has all that "
            "this one has, is being brought to it, or cannot be reached.",
        ),
        Column(4, "sipctlStatusWorkers", syntax.GAUGE, "workers",
               "Signalling processes that are running. There is no instance while the supervisor does not answer.",
               "processes"),
    ),
    _status,
)  # fmt: skip

_CALLS: Final = dict.fromkeys(
    (
        slots.CALLS_REFUSED, slots.CALLS_ATTEMPTED, slots.CALLS_ANSWERED, slots.CALLS_FAILED, slots.CALLS_ENDED,
        slots.NUMBERS_REFUSED, slots.NUMBERS_UNKNOWN, slots.ANALYSIS_LOOPS, slots.TRANSLATIONS_FAILED,
        slots.CALLS_REJECTED, slots.CALLS_REDIRECTED, slots.CALLS_ROUTED, slots.ROUTES_EXHAUSTED,
        slots.CALLS_BLOCKED, slots.CALLS_LIMITED, slots.CONTROLS_EXEMPT, slots.EMERGENCY_CALLS, slots.PRIORITY_CALLS,
        slots.FEEDBACK_OBEYED, slots.EMERGENCY_FAILED,
    ),
    "calls",
)  # fmt: skip
_REQUESTS: Final = dict.fromkeys(
    (
        slots.TRANSACTIONS_REFUSED, slots.LOOPS_DETECTED, slots.RELAYS_REFUSED, slots.REQUESTS_SCREENED,
        slots.HARD_CAP_REFUSED, slots.OVERLOAD_REFUSED, slots.OVERLOAD_DROPPED, slots.PRIORITIES_STRIPPED,
        slots.PROBES_SENT, slots.PROBES_FAILED, slots.SCHEMES_REFUSED, slots.EXTENSIONS_REFUSED,
    ),
    "requests",
)  # fmt: skip
TOTALS: Final = group(
    (*oids.SYSTEM, 5),
    "sipctlSystemTotals",
    "What signalling has counted of calls, of what it refused, and of its own work. Messages, responses, the registrar "
    "and the peers have their counters in groups of their own.",
    "sipctlTotalsDiscontinuityTime",
    {
        **_CALLS,
        **_REQUESTS,
        slots.CONNECTIONS_REFUSED: "connections",
        slots.PARTIALS_REFUSED: "connections",
        slots.BRANCHES_REFUSED: "targets",
        slots.INTERNAL_ERRORS: "messages",
        slots.DATAGRAMS_BANNED: "messages",
        slots.BANS_SET: "bans",
        slots.FAILOVERS: "trunks",
        slots.TRUNKS_SKIPPED: "trunks",
        slots.TRUNK_CHALLENGES_ANSWERED: "challenges",
        slots.FEEDBACK_SENT: "responses",
        slots.TRACE_RECORDS: "messages",
        slots.LOG_DROPPED: "messages",
        slots.NOTICES_DROPPED: "notices",
        slots.STATISTICS_SHARED: "objects",
    },
)

TABLES: Final = (SYSTEM, COUNTER_TABLE, LOAD, STATUS, TOTALS)
