"""Measurement jobs and thresholds as a manager sees them."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import msgspec
import pytest
from support.managed import readable, served
from support.management import FakeManager, played
from support.minutes import OUT, SYSTEM, at, minute, values
from support.waiting import free_ports, until

from oam.config.tree import Configuration
from oam.measurement import area
from oam.measurement.measurement import Measurement
from oam.settings.measurement import BUILT_IN, Bound, MeasurementJob, ObjectChoice, PushServer, Threshold
from oam.snmp.tables import measurement

HOUR = at("2026-11-28 16:00")
JOB = MeasurementJob(
    "J", "Bids of all", objects=(ObjectChoice("system"),), indicators=("bids",), period_min=1, push_user="u"
)


class Scene:
    """A manager whose measurement goes by a clock that is set by hand."""

    def __init__(self, state: Path, *jobs: MeasurementJob, thresholds: tuple[Threshold, ...] = ()) -> None:
        self.now = HOUR
        self.manager = FakeManager(state, Configuration(measurement_jobs=jobs, thresholds=thresholds))
        self.manager.measurement = Measurement(
            self.manager.configuration, state, self.manager.registry.keyring, self.manager.alarms,  # type: ignore[arg-type]
            clock=lambda: self.now, back_off=(60.0,),
        )  # fmt: skip

    def minutes(self, count: int) -> None:
        for _ in range(count):
            begin = self.now
            self.now += 60
            self.manager.measurement.take(minute(begin, {SYSTEM: values(bids=1)}))


@played
async def test_a_job_is_told_with_its_files(tmp_path: Path) -> None:
    (port,) = free_ports()
    pushing = msgspec.structs.replace(JOB, name="P", push=PushServer("ftp", "127.0.0.1", port))
    scene = Scene(tmp_path, JOB, pushing, MeasurementJob("S", shutdown=True))
    jobs = scene.manager.measurement.jobs
    running = asyncio.create_task(scene.manager.measurement.run())
    await until(lambda: jobs["P"].pusher is not None)
    scene.minutes(2)
    await until(
        lambda: jobs["J"].written == jobs["P"].written == 2 and jobs["P"].pusher and jobs["P"].pusher.failures >= 1
    )
    found = await served(scene.manager, measurement.SUMMARY, measurement.JOBS)
    assert found["sipctlMeasurementJobName"] == {(1,): b"J", (2,): b"P", (3,): b"S"}
    assert found["sipctlMeasurementJobState"] == {(1,): 2, (2,): 2, (3,): 5}
    assert found["sipctlMeasurementJobPeriod"] == {(1,): 60, (2,): 60, (3,): 900}
    assert found["sipctlMeasurementJobWritten"] == {(1,): 2, (2,): 2, (3,): 0}
    assert found["sipctlMeasurementJobMeasured"] == {(1,): 1, (2,): 1}
    assert found["sipctlMeasurementJobLastFile"][1,] == jobs["J"].last_file.encode() != b""
    assert found["sipctlMeasurementJobDestination"] == {(1,): b"", (2,): b"ftp 127.0.0.1", (3,): b""}
    assert found["sipctlMeasurementJobWaiting"][2,] >= 1  # type: ignore[operator]
    assert found["sipctlMeasurementJobFailures"] == {(2,): 1}
    assert found["sipctlMeasurementJobSent"] == {(2,): 0}
    assert b"connect" in found["sipctlMeasurementJobError"][2,]  # type: ignore[operator]
    assert (3,) not in found["sipctlMeasurementJobNext"]
    assert [found[f"sipctlMeasurement{each}"][0,] for each in ("Jobs", "Measuring", "Failing")] == [3, 2, 1]
    assert found.keys() == readable(measurement.SUMMARY) | readable(measurement.JOBS)
    running.cancel()
    await asyncio.wait([running])


@played
async def test_what_the_disk_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> area.Kept:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(area, "write", full)
    scene = Scene(tmp_path, JOB)
    job = scene.manager.measurement.jobs["J"]
    job.lost, job.repeated = 4, 5
    running = asyncio.create_task(scene.manager.measurement.run())
    scene.minutes(1)
    await until(lambda: len(job.unwritten) == 1)
    found = await served(scene.manager, measurement.JOBS)
    assert found["sipctlMeasurementJobUnwritten"] == {(1,): 1}
    assert b"No space left" in found["sipctlMeasurementJobError"][1,]  # type: ignore[operator]
    assert found["sipctlMeasurementJobLost"] == {(1,): 4}
    assert found["sipctlMeasurementJobRepeated"] == {(1,): 5}
    running.cancel()
    await asyncio.wait([running])


@played
async def test_thresholds_tell_how_many_objects_are_beyond_them(tmp_path: Path) -> None:
    low = Threshold(
        "LOW", "Hardly an answer", (ObjectChoice("trunk-out"), ObjectChoice("system")), "asr", 1,
        (Bound("below", 20.0), Bound("below", 5.0, "major")), samples=50,
    )  # fmt: skip
    scene = Scene(tmp_path, thresholds=(low, Threshold("NONE", shutdown=True), Threshold("PART")))
    thresholds = scene.manager.thresholds
    thresholds.take(minute(HOUR, {OUT: values(seizures=100, answers=2), SYSTEM: values(seizures=100, answers=90)}))
    await thresholds.evaluate(thresholds._over.popleft())
    thresholds.refused, thresholds.lost = 7, 8
    found = await served(scene.manager, measurement.SUMMARY, measurement.THRESHOLDS)
    number = {name: key for key, name in found["sipctlThresholdName"].items()}
    assert len(number) == len(BUILT_IN) + 3
    assert {name: rows[number[b"LOW"]] for name, rows in found.items() if name.startswith("sipctlThreshold")} == {
        "sipctlThresholdName": b"LOW",
        "sipctlThresholdDescription": b"Hardly an answer",
        "sipctlThresholdTargets": b"trunk-out all, system",
        "sipctlThresholdIndicator": b"asr",
        "sipctlThresholdPeriod": 60,
        "sipctlThresholdRaise": b"below 20 minor, below 5 major",
        "sipctlThresholdClear": b"",
        "sipctlThresholdSamples": 50,
        "sipctlThresholdPeriods": 1,
        "sipctlThresholdState": 1,
        "sipctlThresholdBuiltIn": 2,
        "sipctlThresholdWatched": 2,
        "sipctlThresholdCrossed": 1,
        "sipctlThresholdSeverity": 4,
    }
    states = found["sipctlThresholdState"]
    assert (states[number[b"NONE"]], states[number[b"PART"]]) == (2, 3)
    assert found["sipctlThresholdBuiltIn"][number[b"trunk-asr"]] == 1
    assert found["sipctlThresholdSeverity"][number[b"trunk-asr"]] == 2
    assert found["sipctlMeasurementWatched"] == {(0,): 2}
    assert found["sipctlMeasurementCrossed"] == {(0,): 1}
    assert found["sipctlMeasurementUnwatched"] == {(0,): 7}
    assert found["sipctlMeasurementUnevaluated"] == {(0,): 8}
    assert found.keys() == readable(measurement.SUMMARY) | readable(measurement.THRESHOLDS)
