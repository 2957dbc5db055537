"""What `monitor` shows, as lines: a pure function of a snapshot and the size of the screen.

A line is made of spans, text with the name of a style, for terminals that have colours; others take the texts alone.
No line is wider than the screen and there are never more than it has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from oam.monitor.snapshot import Cause, Kpi, Snapshot, Trouble, Trunk, Worker
from oam.shell.printable import clean
from oam.shell.width import columns
from oam.statistics.chart import sparkline, written

Span = tuple[str, str]
Line = list[Span]

PAGES: Final = ("overview", "trunks", "causes", "alarms", "processes")
KEYS: Final = "q quit  p pause  tab page  s sort"
HEAD: Final = "head"
TITLE: Final = "title"
GRAPH: Final = "graph"
DIM: Final = "dim"
SEVERITIES: Final = ("critical", "major", "minor", "warning", "indeterminate")
"""Also names of styles."""
LEAST: Final = 2
"""Lines of a section below which it is left out: its title and one more."""
WIDE: Final = 100
"""Columns from which on causes and processes stand beside each other."""


class Column(NamedTuple):
    """One column of a table."""

    title: str
    width: int
    """0: what is left; one column has it."""
    text: Callable[[Any], str]
    right: bool = True
    from_width: int = 0
    """Width of the table from which on it is shown."""


class State(NamedTuple):
    """What the operator has chosen."""

    page: str = PAGES[0]
    sort: int = 0
    """Place in SORTS."""
    paused: bool = False
    plain: bool = False
    """ASCII alone."""


def drawn(snapshot: Snapshot, state: State, width: int, height: int) -> list[Line]:
    """Return the screen: at most `height` lines of at most `width` columns."""
    if state.page == PAGES[0]:
        body = _overview(snapshot, state, width, height - 2)
    else:
        body = _section(snapshot, state, state.page, width, height - 2)
    lines = [_heading(snapshot, state, width), *body[: max(0, height - 2)]]
    if height > len(lines):
        lines += [[] for _ in range(height - 1 - len(lines))] + [[(DIM, _cut(KEYS, width))]]
    return lines[:height]


def texts(lines: Sequence[Line]) -> list[str]:
    """Return lines without their styles."""
    return ["".join(text for _, text in line).rstrip() for line in lines]


def _heading(snapshot: Snapshot, state: State, width: int) -> Line:
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(snapshot.at))
    order = f" by {sorting(state)}" if state.sort and state.page in SORTS else ""
    left = f"{snapshot.hostname}  {state.page}{order}" + ("  paused" if state.paused else "")
    for right in (f"up {spent(snapshot.uptime_s)}  {now}", now, now[11:19], ""):
        if columns(left) + len(right) + 2 <= width:
            break
    return [(HEAD, _cut(left, width).ljust(width - len(right)) + right)]


# The overview


def _overview(snapshot: Snapshot, state: State, width: int, room: int) -> list[Line]:
    lines = [*_summary(snapshot, state, width), _kpis(snapshot, width)][: max(0, room)]
    left = room - len(lines)
    names = ["trunks", "causes", "alarms", "processes"]
    beside = width >= WIDE
    if beside:
        names.remove("processes")
    needs = [_needed(snapshot, name) for name in names]
    if beside:
        needs[1] = max(needs[1], _needed(snapshot, "processes"))
    order = [2, 0, 1, 3] if snapshot.alarms else [0, 1, 3, 2]
    for name, lot in zip(names, allotted(left, needs, [each for each in order if each < len(names)]), strict=True):
        if name == "causes" and beside:
            half = width // 2 - 1
            lines += _abreast(
                _section(snapshot, state, "causes", half, lot), _section(snapshot, state, "processes", half, lot), half
            )
        else:
            lines += _section(snapshot, state, name, width, lot)
    return lines


def allotted(room: int, needs: Sequence[int], order: Sequence[int]) -> list[int]:
    """Share `room` lines among sections: each in turn of `order` its least, then line by line what they need."""
    lots = [0] * len(needs)
    for place in order:
        least = min(LEAST, needs[place])
        if least <= room:
            lots[place] = least
            room -= least
    growing = True
    while room and growing:
        growing = False
        for place in order:
            if room and 0 < lots[place] < needs[place]:
                lots[place] += 1
                room -= 1
                growing = True
    return lots


def _needed(snapshot: Snapshot, name: str) -> int:
    """Return the lines that a section could fill, its title among them."""
    rows: dict[str, int] = {
        "trunks": len(snapshot.trunks),
        "causes": len(snapshot.causes),
        "alarms": len(snapshot.alarms),
        "processes": len(snapshot.workers),
    }
    return 1 + max(1, rows[name])


def _summary(snapshot: Snapshot, state: State, width: int) -> list[Line]:
    """Return the small charts, and beside them the state of the server."""
    facts = _facts(snapshot)
    side = 30 if width >= 80 else 0
    lines: list[Line] = []
    for place, series in enumerate(snapshot.series):
        now = series.values[-1]
        head = f"{series.label:<12}{'-' if now is None else written(now):>7} "
        room = max(0, width - len(head) - side)
        graph = sparkline(series.values[-room:], plain=state.plain) if room else ""
        line: Line = [("", _cut(head, width)), (GRAPH, graph)]
        if side and place < len(facts):
            line += [("", " " * (width - side + 2 - len(head) - len(graph))), facts[place]]
        lines.append(line)
    if not side:
        text = "  ".join(text for _, text in facts)
        lines.append([(_worst(snapshot), _cut(text, width))])
    return lines


def _facts(snapshot: Snapshot) -> list[Span]:
    level = snapshot.overload_level
    overload = f"overload {level}, {snapshot.overload_percent} % refused" if level else "no overload"
    counts = [(each, sum(alarm.severity == each for alarm in snapshot.alarms)) for each in SEVERITIES]
    alarms = ", ".join(f"{count} {severity}" for severity, count in counts if count)
    return [
        (_worst(snapshot), f"alarms: {alarms}" if alarms else "no alarm"),
        ("major" if level else "", overload),
        ("", f"{snapshot.registered} registered"),
    ]


def _worst(snapshot: Snapshot) -> str:
    return next((each for each in SEVERITIES if any(alarm.severity == each for alarm in snapshot.alarms)), "")


def _kpis(snapshot: Snapshot, width: int) -> Line:
    text = f"{snapshot.window_s / 60:.0f} min:"
    for each in snapshot.kpis:
        more = f"  {each.name} {_valued(each)}"
        if len(text) + len(more) > width:
            break
        text += more
    return [("", _cut(text, width))]


def _valued(kpi: Kpi) -> str:
    if kpi.value is None:
        return "-"
    if kpi.unit == "%":
        return f"{kpi.value:.1f} %"
    return f"{written(kpi.value)} {'E' if kpi.unit == 'erlang' else kpi.unit}".rstrip()


# Sections


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "trunks": (
        Column("Trunk", 0, lambda row: row.name, right=False),
        Column("Way", 4, lambda row: row.direction, right=False),
        Column("Calls", 6, lambda row: str(row.calls)),
        Column("Bids/s", 7, lambda row: f"{row.rate:.1f}"),
        Column("ASR %", 6, lambda row: _share(row.asr)),
        Column("NER %", 6, lambda row: _share(row.ner), from_width=60),
        Column("Set-up ms", 10, lambda row: "-" if row.delay_ms is None else written(row.delay_ms), from_width=60),
    ),
    "causes": (
        Column("Not answered", 0, lambda row: row.name, right=False),
        Column("Calls", 7, lambda row: str(row.calls)),
        Column("% of bids", 10, lambda row: f"{row.share:.1f}"),
    ),
    "alarms": (
        Column("Alarm", 5, lambda row: str(row.id), right=False, from_width=60),
        Column("Severity", 9, lambda row: row.severity, right=False),
        Column("Since", 12, lambda row: row.since, right=False, from_width=60),
        Column("Object", 20, lambda row: row.object, right=False),
        Column("What", 0, lambda row: row.what, right=False),
    ),
    "processes": (
        Column("Process", 0, lambda row: row.name, right=False),
        Column("State", 8, lambda row: row.state, right=False),
        Column("CPU %", 6, lambda row: _share(row.cpu)),
        Column("Lag ms", 7, lambda row: "-" if row.lag_ms is None else written(row.lag_ms)),
        Column("MB", 6, lambda row: f"{row.memory_octets / 1e6:.0f}"),
        Column("Restarts", 9, lambda row: str(row.restarts), from_width=60),
        Column("Up", 7, lambda row: spent(row.uptime_s), from_width=60),
    ),
}
EMPTY: Final = {
    "trunks": "no trunk has had a call",
    "causes": "no call was lost",
    "alarms": "no alarm is active",
    "processes": "the supervisor does not answer",
}
Key = Callable[[Any], Any]
SORTS: Final[dict[str, tuple[tuple[str, Key], ...]]] = {
    "trunks": (
        ("calls", lambda row: (-row.calls, -row.rate, row.name)),
        ("bids", lambda row: (-row.rate, row.name)),
        ("ASR, lowest first", lambda row: (row.asr is None, row.asr or 0.0, row.name)),
        ("set-up, slowest first", lambda row: (row.delay_ms is None, -(row.delay_ms or 0.0), row.name)),
        ("name", lambda row: (row.name, row.direction)),
    ),
    "causes": (("calls", lambda row: -row.calls), ("name", lambda row: row.name)),
    "alarms": (
        ("severity", lambda row: (SEVERITIES.index(row.severity), row.raised_at)),
        ("newest first", lambda row: -row.raised_at),
        ("object", lambda row: (row.object, row.raised_at)),
    ),
    "processes": (
        ("order of start", lambda row: 0),
        ("CPU", lambda row: -(row.cpu or 0.0)),
        ("memory", lambda row: -row.memory_octets),
    ),
}
"""How the rows of a page can be sorted; the first is how they come."""


def sorting(state: State) -> str:
    """Return how the page is sorted, in words."""
    sorts = SORTS[state.page]
    return sorts[state.sort % len(sorts)][0]


class _AlarmRow(NamedTuple):
    id: int
    severity: str
    since: str
    object: str
    what: str
    raised_at: float


def _section(snapshot: Snapshot, state: State, name: str, width: int, room: int) -> list[Line]:
    """Return a table of at most `room` lines: the title, rows, and how many there is no room for."""
    if room < LEAST:
        return []
    shown = tuple(each for each in TABLES[name] if each.from_width <= width)
    rows = _rows(snapshot, state, name)
    lines = [[(TITLE, _line(shown, [each.title for each in shown], width))]]
    if not rows:
        return [*lines, [(DIM, _cut(EMPTY[name], width))]]
    fits = len(rows) if len(rows) <= room - 1 else max(1, room - 2)
    lines += [[(_style(row), _line(shown, [clean(each.text(row)) for each in shown], width))] for row in rows[:fits]]
    if len(rows) > fits and len(lines) < room:
        lines.append([(DIM, _cut(f"and {len(rows) - fits} more", width))])
    return lines


def _rows(snapshot: Snapshot, state: State, name: str) -> list[Any]:
    rows: dict[str, Sequence[Trunk | Cause | Worker | _AlarmRow]] = {
        "trunks": snapshot.trunks,
        "causes": snapshot.causes,
        "alarms": [_alarm(each, snapshot.at) for each in snapshot.alarms] if name == "alarms" else (),
        "processes": snapshot.workers,
    }
    sorts = SORTS[name]
    return sorted(rows[name], key=sorts[state.sort % len(sorts) if state.page == name else 0][1])


def _alarm(alarm: Trouble, now: float) -> _AlarmRow:
    what = f"{alarm.name}: {alarm.text}" if alarm.text else alarm.name
    since = f"{spent(int(now - alarm.raised_at))}{' ack' if alarm.acknowledged else ''}"
    return _AlarmRow(alarm.id, alarm.severity, since, alarm.object, what, alarm.raised_at)


def _style(row: Any) -> str:  # noqa: ANN401
    if isinstance(row, _AlarmRow):
        return row.severity
    return "major" if isinstance(row, Worker) and row.state != "running" else ""


def _line(shown: Sequence[Column], cells: Sequence[str], width: int) -> str:
    """Set cells into their columns, a space between two; the one of width 0 has what is left."""
    fixed = sum(each.width for each in shown) + len(shown) - 1
    parts = []
    for each, cell in zip(shown, cells, strict=True):
        space = each.width or max(1, width - fixed)
        text = _cut(cell, space)
        filling = " " * (space - columns(text))
        parts.append(filling + text if each.right else text + filling)
    return _cut(" ".join(parts), width)


def _abreast(left: list[Line], right: list[Line], half: int) -> list[Line]:
    """Set two tables beside each other."""
    lines: list[Line] = []
    for place in range(max(len(left), len(right))):
        line = list(left[place]) if place < len(left) else []
        taken = sum(columns(text) for _, text in line)
        if place < len(right):
            line += [("", " " * (half + 2 - taken)), *right[place]]
        lines.append(line)
    return lines


def _cut(text: str, width: int) -> str:
    """Return as much of `text` as `width` columns hold."""
    if columns(text) <= width:
        return text
    taken = 0
    for place, sign in enumerate(text):
        taken += columns(sign)
        if taken > width:
            return text[:place]
    return text


def spent(seconds: int) -> str:
    """Return a time span in five signs or so: 45s, 12m, 3h05m, 4d07h."""
    seconds = max(0, seconds)
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    if seconds < 86_400:
        return f"{seconds // 3600}h{seconds % 3600 // 60:02}m"
    return f"{seconds // 86_400}d{seconds % 86_400 // 3600:02}h"
