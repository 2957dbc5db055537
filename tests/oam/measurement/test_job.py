"""One measurement job: what it gathers, keeps for another attempt, and tells of itself."""

from __future__ import annotations

import pytest
from support.minutes import OUT, SYSTEM, at, minute, values

from oam.measurement.job import Job, Written, rendered
from oam.settings.measurement import MeasurementJob, ObjectChoice, Window

HOUR = at("2026-11-28 16:00")
SETTINGS = MeasurementJob("J", objects=(ObjectChoice("system"),), period_min=5)


def settings(**fields: object) -> MeasurementJob:
    import msgspec

    return msgspec.structs.replace(SETTINGS, **fields)


def fed(job: Job, first: int, last: int) -> int:
    """Let minutes pass; return how many periods were over."""
    before = job.lost + len(job.over)
    for number in range(first, last):
        job.take(minute(HOUR + 60 * number, {SYSTEM: values(bids=1), OUT: values(bids=1)}))
    return job.lost + len(job.over) - before


def test_a_period_that_is_over_waits_to_be_written() -> None:
    job = Job(SETTINGS)
    assert fed(job, 0, 5) == 1
    file = rendered(job.settings, "sip1", job.over.popleft())
    assert (file.name, file.objects) == ("A20261128.1600+0000-1605+0000_-J_sip1.csv", 1)
    assert file.octets.startswith(b"begin,end,kind,object,")


def test_a_writer_that_does_not_come_costs_the_oldest_period() -> None:
    job = Job(SETTINGS)
    fed(job, 0, 25)
    assert (len(job.over), job.lost) == (2, 3)
    assert [stretch.begin for stretch in job.over] == [HOUR + 900, HOUR + 1200]


def test_files_that_the_disk_refuses_are_kept_and_bounded() -> None:
    job = Job(SETTINGS)
    for number in range(6):
        job.refused(Written(str(number), b"", 1), "full")
    assert ([each.name for each in job.unwritten], job.lost, job.error) == (["2", "3", "4", "5"], 2, "full")


@pytest.mark.parametrize("fields", [{"shutdown": True}, {"objects": ()}, {"stop": "2026-11-28T00:00"}])
def test_what_does_not_measure_has_no_period(fields: dict[str, object]) -> None:
    job = Job(settings(**fields))
    assert fed(job, 0, 10) == 0


def test_a_shutdown_within_a_period_ends_its_measuring_with_the_period() -> None:
    job = Job(SETTINGS)
    fed(job, 0, 2)
    job.follow(settings(shutdown=True))
    assert fed(job, 2, 4) == 0
    job.follow(SETTINGS)
    assert fed(job, 4, 5) == 1
    assert len(job.over[0].minutes) == 3


def test_another_length_begins_anew() -> None:
    job = Job(SETTINGS)
    fed(job, 0, 3)
    job.follow(settings(period_min=1))
    assert fed(job, 3, 5) == 2


@pytest.mark.parametrize(
    ("fields", "now", "heard", "state", "end"),
    [
        ({}, "2026-11-28 16:02", "2026-11-28 16:02", "measuring", "2026-11-28 16:05"),
        ({"shutdown": True}, "2026-11-28 16:02", "2026-11-28 16:02", "shutdown", None),
        ({"objects": ()}, "2026-11-28 16:02", "2026-11-28 16:02", "suspended", "2026-11-28 16:05"),
        ({}, "2026-11-28 16:02", "2026-11-28 15:58", "suspended", "2026-11-28 16:05"),
        ({"daily": Window("20:00", "21:00")}, "2026-11-28 16:02", "2026-11-28 16:02", "waiting", "2026-11-28 20:05"),
        ({"start": "2026-12-01T00:00"}, "2026-11-28 16:02", "2026-11-28 16:02", "waiting", "2026-12-01 00:05"),
        ({"stop": "2026-11-01T00:00"}, "2026-11-28 16:02", "2026-11-28 16:02", "ended", None),
    ],
)
def test_its_state_is_told(fields: dict[str, object], now: str, heard: str, state: str, end: str | None) -> None:
    job = Job(settings(**fields))
    assert job.state(at(now), at(heard)) == state
    assert job.next_end(at(now)) == (None if end is None else at(end))
