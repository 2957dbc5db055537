"""Processor time, memory, disks, descriptors and clock: really used up, and given back."""

from __future__ import annotations

import asyncio
import gc
import mmap
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, played
from support.volume import NO_MOUNT, Volume

from core.northbound.rows import ProcessRow
from oam.config.tree import Configuration
from oam.environment.readings import Reading
from oam.environment.system_clock import ClockReading
from oam.fault.sources.host import Descriptors, Host, clock
from oam.settings.environment import Bounds, EnvironmentSettings

NONE = Bounds()


def watch_of(path: Path, **settings: object) -> Watch:
    """Watch a host of whose figures only those named have bounds."""
    plain: dict[str, object] = {"cpu": NONE, "memory": NONE, "disk": NONE, "files": NONE, "clock_offset_ms": 10**9}
    return Watch(FakeManager(path, Configuration(environment=EnvironmentSettings(**plain | settings))))  # type: ignore[arg-type]


async def read(watch: Watch, *sources: Host | Descriptors) -> dict[tuple[int, str], str]:
    """Read the host and look; the clock of the host is another matter."""
    await watch.manager.environment.read()
    found = await watch.look(*sources)
    found.pop((25, "system"), None)
    return found


def us(name: str, pid: int) -> ProcessRow:
    return ProcessRow(name, pid, "running", 0, 1, 0.0, 0)


@pytest.mark.slow
@raises_and_clears(9)
@played
async def test_a_process_that_takes_all_the_processor_it_gets(tmp_path: Path) -> None:
    """On a busy machine that may be little, but a sleeping one takes none."""
    watch = watch_of(tmp_path, cpu=Bounds(5, 0, 0), hysteresis=1)
    source, worker, host = Host(watch.manager), (9, "worker sip-1"), (9, "system")

    async def until(raised: bool, *keys: tuple[int, str]) -> None:
        found = await read(watch, source)
        async with asyncio.timeout(20):
            while {key in found for key in keys} != {raised}:
                await asyncio.sleep(0.2)
                found = await read(watch, source)

    burner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        watch.manager.fake_supervisor.rows = [us("sip-1", burner.pid)]
        await until(True, worker, host)
    finally:
        burner.kill()
        burner.wait()
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        watch.manager.fake_supervisor.rows = [us("sip-1", sleeper.pid)]
        await until(False, worker)
    finally:
        sleeper.kill()
        sleeper.wait()


@raises_and_clears(10)
@played
async def test_a_process_that_grows(tmp_path: Path) -> None:
    with mmap.mmap(-1, 512 * 2**20) as held:
        watch = watch_of(tmp_path)
        watch.manager.fake_supervisor.rows = [us("oam", os.getpid())]
        source = Host(watch.manager)
        await watch.manager.environment.read()
        before = watch.manager.environment.process("oam")
        assert before is not None
        bound = before.memory_octets // 2**20 + 256
        watch = watch_of(tmp_path / "bounded", process_memory_mib=bound)
        watch.manager.fake_supervisor.rows = [us("oam", os.getpid())]
        source = Host(watch.manager)
        assert await read(watch, source) == {}
        held.write(b"x" * len(held))
        assert await read(watch, source) == {(10, "process oam"): "minor"}
        held.madvise(mmap.MADV_REMOVE)
        async with asyncio.timeout(60):
            while await read(watch, source):
                gc.collect()


@raises_and_clears(10)
@played
async def test_memory_of_the_host(tmp_path: Path) -> None:
    """The operator's bound meets the memory that is in use: using it all up would take the other tests with it."""
    watch = watch_of(tmp_path, memory=Bounds(1, 0, 0), hysteresis=0)
    source = Host(watch.manager)
    assert await read(watch, source) == {(10, "system"): "minor"}
    watch.manager.configuration.running = watch_of(
        tmp_path / "x", memory=Bounds(99, 0, 0)
    ).manager.configuration.running
    assert await read(watch, source) == {}


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
@raises_and_clears(11)
@played
async def test_a_volume_that_fills_up(tmp_path: Path) -> None:
    with Volume(tmp_path / "records") as volume:
        watch = watch_of(tmp_path, disk=Bounds(0, 0, 95))
        source = Host(watch.manager)
        name = f"volume {volume.path}"
        assert (11, name) not in await read(watch, source)
        volume.fill()
        assert (await read(watch, source))[11, name] == "critical"
        assert "100 %" in watch.text(11, name)
        volume.empty()
        assert (11, name) not in await read(watch, source)


@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
@played
async def test_a_volume_that_has_no_inodes_left_is_full_as_well(tmp_path: Path) -> None:
    with Volume(tmp_path / "records", "size=1m,nr_inodes=20") as volume:
        watch = watch_of(tmp_path, disk=Bounds(0, 0, 95))
        for number in range(19):
            (volume.path / str(number)).touch()
        assert (await read(watch, Host(watch.manager)))[11, f"volume {volume.path}"] == "critical"
        assert "inodes" in watch.text(11, f"volume {volume.path}")


@raises_and_clears(45)
@played
async def test_a_process_that_has_hardly_a_descriptor_left(tmp_path: Path) -> None:
    watch = watch_of(tmp_path, files=Bounds(0, 80, 0))
    source = Descriptors(watch.manager)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    watch.manager.fake_supervisor.rows = [us("oam", os.getpid())]
    opened: list[int] = []
    try:
        held = len(os.listdir("/proc/self/fd"))
        limit = 4 * held + 200
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        assert await read(watch, source) == {}
        opened += [os.open(os.devnull, os.O_RDONLY) for _ in range(limit * 85 // 100 - held)]
        assert await read(watch, source) == {(45, "files oam"): "major"}
    finally:
        for each in opened:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert await read(watch, source) == {}


@raises_and_clears(25)
@played
async def test_a_clock_that_nothing_keeps_right(tmp_path: Path) -> None:
    """What the kernel answers is put into the reading: setting the machine's clock is no test's business."""
    watch = watch_of(tmp_path, clock_offset_ms=1000)
    source, environment = Host(watch.manager), watch.manager.environment
    await environment.read()
    for state, raised in (
        (ClockReading(True, 2.0, 1.0), False),
        (ClockReading(False, 0.0, 16000.0), True),
        (ClockReading(True, -2.0, 1.0), False),
        (ClockReading(True, -1500.0, 1.0), True),
        (ClockReading(True, 0.1, 1.0), False),
    ):
        assert isinstance(environment.latest, Reading)
        environment.latest = environment.latest._replace(clock=state)
        assert ((25, "system") in await watch.look(source)) == raised


def test_a_kernel_that_does_not_tell_leaves_the_clock_unknown() -> None:
    assert clock(ClockReading(None, None, None), 1000).state == "unknown"


@played
async def test_without_a_reading_nothing_is_known(tmp_path: Path) -> None:
    watch = watch_of(tmp_path, memory=Bounds(1, 0, 0))
    source = Host(watch.manager)
    await read(watch, source)
    watch.manager.environment.latest = None
    await watch.look(source)
    assert watch.unknown(10, "system")
