"""What a job tells of a period: rows, names of files, numbers."""

from __future__ import annotations

import pytest
from support.minutes import IN, OUT, SYSTEM, at, minute, values

from oam.measurement.gather import Stretch
from oam.measurement.report import file_name, made, number
from oam.settings.measurement import MeasurementJob, ObjectChoice

HOUR = at("2026-11-28 16:00")


def test_a_report_has_a_block_for_each_kind_and_no_value_without_a_sample() -> None:
    job = MeasurementJob("J", objects=(ObjectChoice("system"), ObjectChoice("trunk")), indicators=("seizures", "asr"))
    row = minute(HOUR, {OUT: values(seizures=4, answers=1), IN: values(), SYSTEM: values(seizures=4)})
    report = made(job, "sip1", "1.0", Stretch(HOUR, HOUR + 60, (row,)))
    assert [block.kind for block in report.blocks] == ["system", "trunk-in", "trunk-out"]
    assert [each.values for block in report.blocks for each in block.rows] == [(4, 0.0), (0, None), (4, 25.0)]


def test_a_method_has_its_own_indicators() -> None:
    from oam.statistics.period import ObjectKey

    job = MeasurementJob("J", objects=(ObjectChoice("method"), ObjectChoice("system")), indicators=("asr", "received"))
    row = minute(HOUR, {ObjectKey("method", "INVITE"): values(bids=7), SYSTEM: values()})
    report = made(job, "sip1", "1.0", Stretch(HOUR, HOUR + 60, (row,)))
    assert [(block.kind, block.indicators) for block in report.blocks] == [
        ("system", ("asr",)),
        ("method", ("received",)),
    ]
    assert report.blocks[1].rows[0].values == (7,)


def test_nothing_is_told_where_no_indicator_applies() -> None:
    job = MeasurementJob("J", objects=(ObjectChoice("system"),), indicators=("received",))
    assert made(job, "h", "1", Stretch(HOUR, HOUR + 60, (minute(HOUR, {SYSTEM: values()}),))).blocks == ()


@pytest.mark.parametrize(
    ("begin", "end", "name"),
    [
        ("2026-11-28 16:00", "2026-11-28 16:15", "A20261128.1600+0000-1615+0000_-J_sip1.csv"),
        ("2026-11-28 23:45", "2026-11-29 00:00", "A20261128.2345+0000-20261129.0000+0000_-J_sip1.csv"),
    ],
)
def test_files_are_named_as_3gpp_ts_32_432_says(begin: str, end: str, name: str) -> None:
    assert file_name(MeasurementJob("J"), "sip1", at(begin), at(end)) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (12345678901, "12345678901"),
        (0.0, "0"),
        (25.0, "25"),
        (33.33333, "33.333"),
        (-0.0001, "0"),
    ],
)
def test_numbers_are_written_shortly(value: float | None, text: str) -> None:
    assert number(value) == text
