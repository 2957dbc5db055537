"""What Prometheus is told: every counter, every column of every object, and the state of the server.

The names follow from the names that `show sip statistics` and `show statistics` use, by one rule: `sipctl_` or
`sipctl_object_` before it, `_` for `-`, the unit made the base unit of its kind (`-ms` becomes `_seconds`), `_total`
behind what only rises. Two figures with one name in the shell thus have one name here, and docs/prometheus.md, which
`page` writes, lists them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from core.northbound import statistics as rows
from core.northbound.counters import COUNTERS
from core.northbound.rows import ProcessRow
from core.northbound.statistics import COLUMNS, ObjectRow
from oam.prometheus.text import COUNTER, GAUGE, HISTOGRAM, Family, Observed, family, histograms, labels
from oam.statistics.sampler import key_of

PREFIX: Final = "sipctl_"
OBJECT: Final = "sipctl_object_"
METHOD: Final = rows.KINDS[rows.METHOD]
UNITS: Final = (
    ("-us", "-seconds", 1_000_000),
    ("-ms", "-seconds", 1000),
    ("-octets", "-bytes", 1),
    ("-permille", "-ratio", 1000),
    ("-percent", "-ratio", 100),
    ("-at", "-timestamp-seconds", 1),
)
"""End of a name in the shell, what it becomes, and what the value is divided by."""

SAID: Final = (
    ("Milliseconds", "Seconds"),
    ("milliseconds", "seconds"),
    ("Microseconds", "Seconds"),
    ("microseconds", "seconds"),
    ("parts per thousand of one processor", "1 is one processor"),
    (", per cent", ", 1 is all"),
)
"""What the help says of the unit in the shell, and of the base unit."""


class Standing(NamedTuple):
    """One alarm that is active."""

    number: int
    name: str
    object: str
    severity: str
    acknowledged: bool
    raised_at: float
    """Seconds since 1970."""


class Own(NamedTuple):
    """What the endpoint counts of itself since management started."""

    scrapes: int = 0
    refused: int = 0
    """Connections and requests refused, whatever for."""


class Reading(NamedTuple):
    """All figures at one moment."""

    version: str
    counters: Sequence[int]
    """By slot, summed over the workers."""
    objects: Sequence[ObjectRow] = ()
    codes: Sequence[tuple[str, int, int, int]] = ()
    """Method, status, responses received and sent."""
    processes: Sequence[ProcessRow] = ()
    alarms: Sequence[Standing] = ()
    saved: bool = True
    """What runs is what is in startup-config."""
    own: Own = Own()


class Named(NamedTuple):
    """A figure of the shell under its name here."""

    slot: int
    family: Family
    divisor: int


def _named(prefix: str, slot: int, name: str, text: str, gauge: bool) -> Named:
    divisor = 1
    for ending, unit, parts in UNITS:
        if name.endswith(ending):
            name, divisor = name.removesuffix(ending) + unit, parts
            for theirs, ours in SAID:
                text = text.replace(theirs, ours)
            break
    exposed = prefix + name.replace("-", "_") + ("" if gauge else "_total")
    return Named(slot, Family(exposed, GAUGE if gauge else COUNTER, text), divisor)


SERVER: Final = tuple(_named(PREFIX, each.slot, each.name, each.help, each.gauge) for each in COUNTERS)
"""Counters and gauges of the whole server."""
_IN_HISTOGRAMS: Final = frozenset((rows.SETUP_COUNT, rows.SETUP_MS, rows.PROCESSING_US))
"""Columns that a histogram has as its count or sum."""
BY_OBJECT: Final = tuple(
    _named(OBJECT, each.slot, each.name, each.help, each.gauge) for each in COLUMNS if each.slot not in _IN_HISTOGRAMS
)
"""Columns of the objects that calls are counted for."""


class Delays(NamedTuple):
    """A histogram that objects have."""

    family: Family
    first: int
    """Column of the first bound."""
    bounds: tuple[float, ...]
    """Seconds."""
    total: int
    """Column of the sum."""
    divisor: int
    """What makes the sum seconds."""


DELAYS: Final = (
    Delays(
        Family(f"{OBJECT}setup_delay_seconds", HISTOGRAM, "From INVITE to the first of 18x and 2xx"),
        rows.SETUP_HISTOGRAM,
        tuple(bound / 1000 for bound in rows.SETUP_BOUNDS_MS),
        rows.SETUP_MS,
        1000,
    ),
    Delays(
        Family(
            f"{OBJECT}processing_delay_seconds",
            HISTOGRAM,
            "From the arrival of a message to all that followed being sent",
        ),
        rows.PROCESSING_HISTOGRAM,
        tuple(bound / 1_000_000 for bound in rows.PROCESSING_BOUNDS_US),
        rows.PROCESSING_US,
        1_000_000,
    ),
)

REQUESTS: Final = Family(f"{PREFIX}requests_total", COUNTER, "Requests by method, retransmissions apart")
REPEATED: Final = Family(f"{PREFIX}requests_repeated_total", COUNTER, "Retransmissions of requests by method")
RESPONSES: Final = Family(f"{PREFIX}responses_total", COUNTER, "Responses by the method answered and the status code")
ALARMS: Final = Family(f"{PREFIX}alarms_active", GAUGE, "Alarms active now, by severity")
ALARM: Final = Family(
    f"{PREFIX}alarm_raised_timestamp_seconds", GAUGE, "An active alarm: when it was raised, seconds since 1970"
)
CPU: Final = Family(f"{PREFIX}process_cpu_seconds_total", COUNTER, "Processor time of the process since it started")
MEMORY: Final = Family(f"{PREFIX}process_resident_memory_bytes", GAUGE, "Resident memory of the process")
UPTIME: Final = Family(f"{PREFIX}process_uptime_seconds", GAUGE, "How long the process has been running")
RESTARTS: Final = Family(f"{PREFIX}process_restarts_total", COUNTER, "How often the process was started again")
RUNNING: Final = Family(f"{PREFIX}process_running", GAUGE, "1: the process is running; 0: it is not")
SAVED: Final = Family(
    f"{PREFIX}configuration_saved", GAUGE, "1: what runs is in startup-config; 0: a change is not saved"
)
BUILD: Final = Family(f"{PREFIX}build_info", GAUGE, "Always 1; the label says the release")
SCRAPES: Final = Family(f"{PREFIX}prometheus_scrapes_total", COUNTER, "Pages begun since management started")
REFUSED: Final = Family(
    f"{PREFIX}prometheus_refused_total", COUNTER, "Connections and requests refused since management started"
)
STATE: Final = (
    (REQUESTS, "method, direction"),
    (REPEATED, "method, direction"),
    (RESPONSES, "method, code, direction"),
    (ALARMS, "severity"),
    (ALARM, "number, name, object, severity, acknowledged"),
    (CPU, "process"),
    (MEMORY, "process"),
    (UPTIME, "process"),
    (RESTARTS, "process"),
    (RUNNING, "process"),
    (SAVED, ""),
    (BUILD, "version"),
    (SCRAPES, ""),
    (REFUSED, ""),
)
"""The families that follow from no table, and their labels."""
ACTIVE: Final = ("critical", "major", "minor", "warning", "indeterminate")


def pieces(reading: Reading) -> Iterator[str]:
    """Yield the page in pieces, each at most some tens of kilobytes and a millisecond of work."""
    yield from _server(reading)
    yield from _objects([each for each in reading.objects if each.kind != METHOD])
    yield from _methods([each for each in reading.objects if each.kind == METHOD])
    yield from _codes(reading.codes)
    yield from _alarms(reading.alarms)
    yield from _processes(reading.processes)


def _server(reading: Reading) -> Iterator[str]:
    yield from family(BUILD, [(labels(version=reading.version), 1)])
    for each in SERVER:
        value = reading.counters[each.slot]
        yield from family(each.family, [("", value if each.divisor == 1 else value / each.divisor)])
    yield from family(SAVED, [("", int(reading.saved))])
    yield from family(SCRAPES, [("", reading.own.scrapes)])
    yield from family(REFUSED, [("", reading.own.refused)])


def _objects(objects: Sequence[ObjectRow]) -> Iterator[str]:
    marked = [(labels(**key_of(each)._asdict()), each.values) for each in objects]
    for each in BY_OBJECT:
        slot, divisor = each.slot, each.divisor
        if divisor == 1:
            yield from family(each.family, ((where, values[slot]) for where, values in marked))
        else:
            yield from family(each.family, ((where, values[slot] / divisor) for where, values in marked))
    for delays in DELAYS:
        end = delays.first + len(delays.bounds) + 1
        yield from histograms(
            delays.family,
            delays.bounds,
            (
                Observed(where, counts, values[delays.total] / delays.divisor)
                for where, values in marked
                if any(counts := values[delays.first : end])
            ),
        )


def _methods(methods: Sequence[ObjectRow]) -> Iterator[str]:
    for described, received, sent in (
        (REQUESTS, rows.RECEIVED, rows.SENT),
        (REPEATED, rows.RECEIVED_AGAIN, rows.SENT_AGAIN),
    ):
        yield from family(
            described,
            (
                (labels(method=each.name, direction=direction), each.values[slot])
                for each in methods
                for direction, slot in (("received", received), ("sent", sent))
            ),
        )


def _codes(codes: Sequence[tuple[str, int, int, int]]) -> Iterator[str]:
    yield from family(
        RESPONSES,
        (
            (labels(method=method, code=str(code), direction=direction), count)
            for method, code, received, sent in codes
            for direction, count in (("received", received), ("sent", sent))
        ),
    )


def _alarms(alarms: Sequence[Standing]) -> Iterator[str]:
    counts = dict.fromkeys(ACTIVE, 0)
    for each in alarms:
        counts[each.severity] = counts.get(each.severity, 0) + 1
    yield from family(ALARMS, ((labels(severity=severity), count) for severity, count in counts.items()))
    yield from family(
        ALARM,
        (
            (
                labels(
                    number=str(each.number),
                    name=each.name,
                    object=each.object,
                    severity=each.severity,
                    acknowledged="true" if each.acknowledged else "false",
                ),
                each.raised_at,
            )
            for each in alarms
        ),
    )


def _processes(processes: Sequence[ProcessRow]) -> Iterator[str]:
    marked = [(labels(process=each.process), each) for each in processes]
    yield from family(CPU, ((where, each.cpu_s) for where, each in marked))
    yield from family(MEMORY, ((where, each.memory_octets) for where, each in marked))
    yield from family(UPTIME, ((where, each.uptime_s) for where, each in marked))
    yield from family(RESTARTS, ((where, each.restarts) for where, each in marked))
    yield from family(RUNNING, ((where, int(each.state == "running")) for where, each in marked))
