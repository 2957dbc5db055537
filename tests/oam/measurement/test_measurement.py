"""All jobs of a server: files written and sent beside the loop, alarms, changes of configuration."""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from support.file_servers import SECRET, USER, sftp_server
from support.management import played
from support.minutes import SYSTEM, FakeAlarms, at, minute, values

from core.northbound.keyring import Keyring
from oam.commands.registry import load
from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.measurement import area
from oam.measurement.measurement import Measurement
from oam.settings.measurement import MeasurementJob, ObjectChoice, PushServer

HOUR = at("2026-11-28 16:00")
JOB = MeasurementJob("J", objects=(ObjectChoice("system"),), indicators=("bids",), period_min=1)


async def _applied(_: Configuration) -> list[str]:
    return []


class Scene:
    """Measurement on a clock of its own."""

    def __init__(self, state: Path, *jobs: MeasurementJob) -> None:
        self.now = HOUR
        self.state = state
        self.alarms = FakeAlarms()
        self.configuration = ConfigurationStore(
            load(), state, _applied, Configuration(hostname="sip1", measurement_jobs=jobs)
        )
        self.measurement = Measurement(
            self.configuration, state, Keyring(state), self.alarms, clock=lambda: self.now, back_off=(0.01,)
        )

    def minutes(self, count: int) -> None:
        """Let minutes pass, each with a bid."""
        for _ in range(count):
            begin = self.now
            self.now += 60
            self.measurement.take(minute(begin, {SYSTEM: values(bids=1)}))

    async def configure(self, *jobs: MeasurementJob) -> None:
        new = msgspec.structs.replace(self.configuration.running, measurement_jobs=jobs)
        assert await self.configuration.apply(new) == []

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(10):
                while not condition():
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; {self.alarms.active}") from None

    def files(self) -> list[str]:
        return [f"{each.job} {each.name[10:14]}" for each in area.listing(self.state)]


@asynccontextmanager
async def scene(state: Path, *jobs: MeasurementJob) -> AsyncIterator[Scene]:
    one = Scene(state, *jobs)
    task = asyncio.create_task(one.measurement.run())
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.wait([task])


@played
async def test_each_period_has_its_file(tmp_path: Path) -> None:
    async with scene(tmp_path, JOB) as one:
        one.minutes(1)
        await one.until(lambda: one.measurement.jobs["J"].written == 1, "a file")
        one.minutes(1)
        await one.until(lambda: one.measurement.jobs["J"].written == 2, "another")
        assert one.files() == ["J 1600", "J 1601"]
        job = one.measurement.jobs["J"]
        assert (job.last_file, job.objects) == ("A20261128.1601+0000-1602+0000_-J_sip1.csv", 1)
        assert one.alarms.active == {}


@played
async def test_a_period_that_had_a_file_is_not_reported_again(tmp_path: Path) -> None:
    async with scene(tmp_path, JOB) as one:
        one.minutes(1)
        await one.until(lambda: one.measurement.jobs["J"].written == 1, "a file")
        one.now -= 60
        one.minutes(1)
        await one.until(lambda: one.measurement.jobs["J"].repeated == 1, "the second")
        assert one.files() == ["J 1600"]
        assert one.measurement.jobs["J"].written == 1


@played
async def test_a_period_without_any_object_has_no_file(tmp_path: Path) -> None:
    async with scene(tmp_path, msgspec.structs.replace(JOB, objects=(ObjectChoice("trunk", "NONE"),))) as one:
        one.minutes(2)
        await one.until(lambda: not one.measurement.jobs["J"].over, "the periods")
        await one.until(lambda: ("clear", 42, "job J") in one.alarms.said, "the end")
        assert one.files() == []


@played
async def test_a_full_disk_is_an_alarm_and_the_files_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(tmp_path, JOB) as one:
        full = True
        write = area.write

        def writes(*args: object, **options: object) -> area.Kept:
            if full:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(area, "write", writes)
        one.minutes(1)
        await one.until(lambda: (42, "job J") in one.alarms.active, "the alarm")
        assert one.alarms.active[42, "job J"][1] == (
            "files of measurement-job J: cannot be written: No space left on device"
        )
        one.minutes(1)
        await one.until(lambda: len(one.measurement.jobs["J"].unwritten) == 2, "the second")
        full = False
        one.minutes(1)
        await one.until(lambda: one.measurement.jobs["J"].written == 3, "all three")
        assert one.files() == ["J 1600", "J 1601", "J 1602"]
        await one.until(lambda: one.alarms.active == {}, "the end of the alarm")


@played
async def test_a_disk_that_does_not_answer_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    write = area.write

    def hangs(*args: object, **options: object) -> area.Kept:
        release.wait(30)
        return write(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(area, "write", hangs)
    async with scene(tmp_path, JOB) as one:
        one.minutes(1)
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        one.minutes(10)
        assert time.monotonic() - begun < 2.0
        assert one.alarms.active[42, "job J"][1].endswith("the disk does not answer")
        job = one.measurement.jobs["J"]
        assert (len(job.over), job.lost) == (2, 8)
        release.set()
        await one.until(lambda: job.written == 3, "what was kept")
        await one.until(lambda: one.alarms.active == {}, "the end of the alarm")


def pushed(port: int, host_key: str, state: Path, secret: str = SECRET) -> MeasurementJob:
    return msgspec.structs.replace(
        JOB,
        push=PushServer("sftp", "127.0.0.1", port),
        push_user=USER,
        push_secret=Keyring(state).encrypted(secret),
        push_host_key=host_key,
    )


@played
async def test_files_are_sent_and_a_failure_is_an_alarm(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there, scene(tmp_path, JOB) as one:
        await one.configure(pushed(there.port, there.host_key, tmp_path, secret="wrong"))
        one.minutes(1)
        await one.until(lambda: (42, "job J") in one.alarms.active, "the alarm")
        text = one.alarms.active[42, "job J"][1]
        assert text == "files of measurement-job J: connect: user or secret refused"
        await one.configure(pushed(there.port, there.host_key, tmp_path))
        await one.until(lambda: one.alarms.active == {}, "the end of the alarm")
        assert list(there.files()) == ["A20261128.1600+0000-1601+0000_-J_sip1.csv"]
        assert area.queued(tmp_path, "J") == []


@played
async def test_files_that_wait_survive_a_restart_of_management(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        there.refuses = "write"
        async with scene(tmp_path, pushed(there.port, there.host_key, tmp_path)) as one:
            one.minutes(2)
            await one.until(lambda: len(area.queued(tmp_path, "J")) == 2, "two files")
        there.refuses = ""
        async with scene(tmp_path, pushed(there.port, there.host_key, tmp_path)) as one:
            await one.until(lambda: area.queued(tmp_path, "J") == [], "an empty queue")
        assert len([name for name in there.files() if name.endswith(".csv")]) == 2


@played
async def test_jobs_come_and_go_with_the_configuration(tmp_path: Path) -> None:
    async with scene(tmp_path, JOB) as one:
        one.alarms.active[42, "job J"] = ("minor", "of old")
        await one.configure(msgspec.structs.replace(JOB, name="K"))
        assert one.alarms.active == {}
        one.minutes(1)
        await one.until(lambda: one.files() == ["K 1600"], "the other's file")


@played
async def test_who_sends_no_more_has_nothing_waiting(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        there.refuses = "write"
        async with scene(tmp_path, pushed(there.port, there.host_key, tmp_path)) as one:
            one.minutes(1)
            await one.until(lambda: (42, "job J") in one.alarms.active, "the alarm")
            await one.configure(JOB)
            await one.until(lambda: area.queued(tmp_path, "J") == [], "an empty queue")
            assert one.alarms.active == {}
            assert one.files() == ["J 1600"]


@played
async def test_a_test_sends_a_file_and_takes_it_away_again(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        one = Scene(tmp_path)
        tried = await one.measurement.tried(pushed(there.port, there.host_key, tmp_path))
        assert tried.result == "sent"
        assert there.files() == {}
        tried = await one.measurement.tried(pushed(there.port, there.host_key, tmp_path, secret="wrong"))
        assert tried.result == "connect: user or secret refused"


@played
async def test_fifty_jobs_cost_the_loop_next_to_nothing(tmp_path: Path) -> None:
    jobs = [msgspec.structs.replace(JOB, name=f"J{number}", period_min=60) for number in range(50)]
    one = Scene(tmp_path, *jobs)
    begun = time.perf_counter()
    one.minutes(59)
    assert (time.perf_counter() - begun) / 59 < 0.02
