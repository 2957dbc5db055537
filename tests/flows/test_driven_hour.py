"""An hour of calls over several trunks: what management keeps of it adds up exactly to the calls that were made."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from support.hour import BEGIN, SYSTEM, Hour
from support.managed import served
from support.management import FakeManager

from core.northbound.statistics import CALLS_PEAK, COLUMN, DESTINATION, KINDS, ROUTE_GROUP, TRUNK_IN, TRUNK_OUT
from oam.snmp.rows.counts import FIRST
from oam.snmp.tables import destinations, kpis, route_groups, trunks
from oam.statistics.kpi import INDICATORS, REFUSED
from oam.statistics.period import Figures, ObjectKey, merge
from oam.statistics.stretch import DAY_S, QUARTER_S

COLUMNS = (
    "bids", "seizures", "answers", "refused-number", "refused-other", "redirected", "abandoned-before-ringing",
    "abandoned-ringing", "rang-out", "silent", "failed-3xx", "failed-404", "failed-408", "failed-480", "failed-486",
    "failed-4xx", "failed-500", "failed-503", "failed-5xx", "failed-600", "failed-603", "ended", "completed", "short",
    "talk-ms",
)  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2])
def hour(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hour:
    made = Hour(tmp_path_factory.mktemp("hour"), seed=request.param)
    asyncio.run(made.run())
    return made


def counted(figures: Figures) -> Counter[str]:
    return Counter({name: figures.values[COLUMN[name].slot] for name in COLUMNS if figures.values[COLUMN[name].slot]})


def seen(hour: Hour) -> dict[ObjectKey, Counter[str]]:
    return {key: Counter({name: row[name] for name in COLUMNS if row[name]}) for key, row in hour.seen.items()}


def summed(parts: list[tuple[ObjectKey, Figures]]) -> dict[ObjectKey, Counter[str]]:
    found: dict[ObjectKey, list[Figures]] = {}
    for key, each in parts:
        if key.kind != "method":
            found.setdefault(key, []).append(each)
    return {key: total for key, each in found.items() if (total := counted(merge(each)))}


def usage(parts: list[tuple[ObjectKey, Figures]]) -> Counter[ObjectKey]:
    found: Counter[ObjectKey] = Counter()
    for key, each in parts:
        if key.kind != "method":
            found[key] += each.values[COLUMN["usage-ms"].slot]
    return found


def is_the_time(found: Counter[ObjectKey], hour: Hour) -> bool:
    """Tell whether places were taken for as long as was seen; a timer's millisecond may be rounded down."""
    rows = hour.seen.items()
    return all(0 <= row["usage-ms"] - found[key] <= row["silent"] for key, row in rows)


def test_the_hour_is_one_of_traffic_of_all_kinds(hour: Hour) -> None:
    row = hour.seen[SYSTEM]
    for name in ("answers", "failed-486", "failed-603", "rang-out", "abandoned-ringing", "abandoned-before-ringing",
                 "silent", "refused-number", "redirected"):  # fmt: skip
        assert row[name] > 0, name


def test_sixty_minutes_add_up_to_the_calls_that_were_made(hour: Hour) -> None:
    minutes = [each for each in hour.statistics.minutes if each.begin >= BEGIN]
    assert [each.begin for each in minutes] == [BEGIN + 60 * number for number in range(60)]
    assert not any(each.suspect for each in minutes)
    parts = [item for minute in minutes for item in minute.figures.items()]
    assert summed(parts) == seen(hour)
    assert is_the_time(usage(parts), hour)


@pytest.mark.parametrize(("length", "number"), [(QUARTER_S, 4), (DAY_S, 1)])
def test_quarter_hours_and_days_add_up_to_the_calls_that_were_made(hour: Hour, length: int, number: int) -> None:
    parts = asyncio.run(hour.statistics.history.series(length))
    stretches = {each.begin for _, each in parts if any(each.values)}
    assert len([begin for begin in stretches if begin >= BEGIN // length * length]) == number
    assert summed(parts) == seen(hour)
    assert is_the_time(usage(parts), hour)


def test_indicators_of_the_hour(hour: Hour) -> None:
    whole = merge(each.figures[SYSTEM] for each in hour.statistics.minutes if each.begin >= BEGIN)
    row = hour.seen[SYSTEM]
    calls = len(hour.calls)
    refused = sum(count for name, count in row.items() if name.startswith("refused-"))
    assert row["bids"] == calls == row["seizures"] + refused + row["redirected"]
    assert INDICATORS["asr"].of(whole) == pytest.approx(100 * row["answers"] / row["seizures"])
    assert INDICATORS["abr"].of(whole) == pytest.approx(100 * row["answers"] / calls)
    assert INDICATORS["scr"].of(whole) == pytest.approx(100 * row["completed"] / calls)
    assert INDICATORS["mht"].of(whole) == pytest.approx(row["talk-ms"] / 1000 / row["answers"])
    assert INDICATORS["erlang"].of(whole) == pytest.approx(row["usage-ms"] / 3_600_000, abs=1e-4)
    assert INDICATORS["bids-per-hour"].of(whole) == pytest.approx(calls)
    assert sum(whole.values[slot] for slot in REFUSED) == refused
    assert whole.values[CALLS_PEAK] == hour.most


def test_every_message_is_counted_by_method_and_status(hour: Hour) -> None:
    received: Counter[tuple[str, str]] = Counter()
    for key, each in hour.statistics.totals().items():
        if key.kind == "method":
            received[key.name, "received"] = each.values[0] + each.values[2]
            received[key.name, "sent"] = each.values[1] + each.values[3]
    assert +received == hour.requests
    responses: Counter[tuple[str, int, str]] = Counter()
    for method, status, came, went in hour.statistics.codes():
        responses[method, status, "received"] = came
        responses[method, status, "sent"] = went
    assert +responses == hour.responses


def polled(hour: Hour, state: Path) -> dict[ObjectKey, Counter[str]]:
    """Return what an SNMP manager is told of each object."""
    manager = FakeManager(state)
    manager.statistics = hour.statistics
    tables = (trunks.STATISTICS, route_groups.STATISTICS, destinations.DESTINATIONS, kpis.COUNTS)
    told = asyncio.run(served(manager, *tables))
    kinds = {kind: number for number, kind in enumerate(KINDS, 1)}
    found: dict[ObjectKey, Counter[str]] = {}
    for table in tables:
        prefix = next(each.name for each in table.columns if each.name.endswith("Name")).removesuffix("Name")
        columns = {each.number - FIRST: each.name for each in table.columns}
        for key, name in told[f"{prefix}Name"].items():
            if table is trunks.STATISTICS:
                kind = KINDS[TRUNK_IN if key[1] == 1 else TRUNK_OUT]
            elif table is kpis.COUNTS:
                kind = next(each for each, number in kinds.items() if number == told[f"{prefix}Kind"][key])
            else:
                kind = KINDS[ROUTE_GROUP if table is route_groups.STATISTICS else DESTINATION]
            assert isinstance(name, bytes)
            values = {each: told[columns[COLUMN[each].slot]][key] for each in COLUMNS}
            found[ObjectKey(kind, name.decode())] = Counter(
                {each: int(value) for each, value in values.items() if value}
            )
    return {key: row for key, row in found.items() if row}


def test_what_snmp_tells_is_what_was_on_the_wire(hour: Hour, tmp_path: Path) -> None:
    """Every counter moved by what it counts, and by nothing else."""
    assert polled(hour, tmp_path) == {key: row for key, row in seen(hour).items() if row}
