"""An hour of calls from the wire to the planner's files: what jobs write adds up exactly to the calls made."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from support.hour import BEGIN, Hour
from support.measurement_xml import read as read_xml
from support.minutes import FakeAlarms
from support.waiting import until

from core.northbound.keyring import Keyring
from oam.commands.registry import load
from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.measurement import area
from oam.measurement.measurement import Measurement
from oam.settings.measurement import MeasurementJob, ObjectChoice
from oam.statistics.kpi import INDICATORS
from oam.statistics.period import ObjectKey, merge

COLUMNS = (
    "bids", "seizures", "answers", "refused-number", "redirected", "abandoned-before-ringing", "abandoned-ringing",
    "rang-out", "silent", "failed-404", "failed-480", "failed-486", "failed-503", "failed-603", "ended", "completed",
    "talk-ms",
)  # fmt: skip
SHARES = ("asr", "abr", "ner", "srd", "erlang")
KINDS = ("system", "listener", "trunk", "route-group", "destination", "subscriber-group")

Table = dict[ObjectKey, dict[str, str]]


class Measured(NamedTuple):
    """What was driven, and the tables of each job's files."""

    hour: Hour
    files: dict[str, dict[str, Table]]
    """By job and name of the file."""


def job(name: str, kind: str, period_min: int) -> MeasurementJob:
    objects = tuple(ObjectChoice(each) for each in KINDS)
    return MeasurementJob(
        name,
        objects=objects,
        indicators=(*COLUMNS, *SHARES),
        period_min=period_min,
        format=kind,
        start="2023-11-14T23:00",
    )


JOBS = (job("CSV", "csv", 15), job("XML", "xml", 15), job("WHOLE", "csv", 60), job("FINE", "xml", 5))


async def _applied(_: Configuration) -> list[str]:
    return []


async def _measured(hour: Hour) -> Measured:
    state = hour.state
    configuration = ConfigurationStore(load(), state, _applied, Configuration("sip1", measurement_jobs=JOBS))
    measurement = Measurement(configuration, state, Keyring(state), FakeAlarms(), lambda: hour.wall)
    hour.statistics.subscribers.append(measurement.take)

    async def written() -> None:
        """The test's clock waits for the disk: it is a thousand times as fast as the server's."""
        await until(lambda: not any(each.over for each in measurement.jobs.values()), "files", 20)

    task = asyncio.create_task(measurement.run())
    await hour.run(written)
    await until(lambda: all(measurement.jobs[each.name].written >= 60 // each.period_min for each in JOBS), "files", 20)
    task.cancel()
    await asyncio.wait([task])
    readers: dict[str, Callable[[bytes], Table]] = {"csv": from_csv, "xml": from_xml}
    return Measured(
        hour,
        {
            each.name: {
                entry.name: readers[each.format]((state / area.FOLDER / each.name / entry.name).read_bytes())
                for entry in area.listing(state, each.name)
            }
            for each in JOBS
        },
    )


@pytest.fixture(scope="module", params=[1, 2])
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return asyncio.run(_measured(Hour(tmp_path_factory.mktemp("measured"), seed=request.param)))


def from_csv(octets: bytes) -> Table:
    """Return the objects of a file; none may be suspect."""
    rows = list(csv.DictReader(io.StringIO(octets.decode(), newline="")))
    assert {row["suspect"] for row in rows} == {"no"}
    return {ObjectKey(row["kind"], row["object"]): row for row in rows}


def from_xml(octets: bytes) -> Table:
    """Return the objects of a file; none may be suspect. What had no sample is empty, as in CSV."""
    objects = read_xml(octets)
    assert not any(each.suspect for each in objects)
    return {
        ObjectKey(each.kind, "" if each.kind == "system" else each.name): {
            name: "" if value == "NIL" else value for name, value in each.values.items()
        }
        for each in objects
    }


@pytest.mark.slow
def test_each_period_of_the_hour_has_its_file(measured: Measured) -> None:
    assert {name: len(files) for name, files in measured.files.items()} == {"CSV": 4, "XML": 4, "WHOLE": 1, "FINE": 12}
    assert list(measured.files["CSV"]) == [
        "A20231114.2300+0000-2315+0000_-CSV_sip1.csv",
        "A20231114.2315+0000-2330+0000_-CSV_sip1.csv",
        "A20231114.2330+0000-2345+0000_-CSV_sip1.csv",
        "A20231114.2345+0000-20231115.0000+0000_-CSV_sip1.csv",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in JOBS])
def test_the_files_add_up_to_the_calls_that_were_made(measured: Measured, name: str) -> None:
    found: dict[ObjectKey, Counter[str]] = {}
    for table in measured.files[name].values():
        for key, row in table.items():
            found.setdefault(key, Counter()).update({column: int(row[column]) for column in COLUMNS})
    seen = {
        key: +Counter({column: row[column] for column in COLUMNS})
        for key, row in measured.hour.seen.items()
        if key.kind != "method"
    }
    assert {key: +row for key, row in found.items() if +row} == {key: row for key, row in seen.items() if row}


@pytest.mark.slow
def test_both_formats_say_the_same(measured: Measured) -> None:
    for one, other in zip(measured.files["CSV"].values(), measured.files["XML"].values(), strict=True):
        assert one.keys() == other.keys()
        for key, row in one.items():
            assert {name: row[name] for name in (*COLUMNS, *SHARES)} == other[key]


@pytest.mark.slow
def test_ratios_are_those_of_the_whole_period_and_not_means_of_its_minutes(measured: Measured) -> None:
    minutes = [each for each in measured.hour.statistics.minutes if each.begin >= BEGIN]
    (whole,) = measured.files["WHOLE"].values()
    for key, row in whole.items():
        figures = merge(each.figures[key] for each in minutes if key in each.figures)
        for name in ("asr", "abr", "ner", "srd"):
            value = INDICATORS[name].of(figures)
            assert row[name] == "" if value is None else float(row[name]) == pytest.approx(value, abs=0.001), (
                key,
                name,
            )


@pytest.mark.slow
def test_nothing_is_left_half_written(measured: Measured) -> None:
    folder: Path = measured.hour.state / area.FOLDER
    assert [each for each in folder.rglob("*") if each.is_file() and each.suffix not in (".csv", ".xml")] == []
