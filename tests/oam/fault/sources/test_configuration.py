"""The saved configuration, controls left in force, lists that fail."""

from __future__ import annotations

from pathlib import Path

from support.alarmed import Watch, raises_and_clears, watched
from support.engine import OPEN, WALL, World
from support.management import FakeManager, done, played
from support.waiting import until

from core.northbound.traffic_settings import Control, TrafficSettings
from oam.automation.jobs import Jobs
from oam.config.tree import Configuration
from oam.fault.sources.configuration import Automation, Controls, SavedConfiguration
from oam.settings.automation import SCHEDULE, Schedule, Step
from oam.settings.operators import Operator

STARTUP = (23, "startup-config")


@raises_and_clears(23)
@played
async def test_a_change_that_is_not_saved(tmp_path: Path) -> None:
    now = [0.0]
    manager = FakeManager(tmp_path)
    watch = Watch(manager)
    source = SavedConfiguration(manager, lambda: now[0])
    session = manager.session(batch=False)
    assert await watch.look(source) == {}, "nothing was ever changed"
    await done(session, ["configure terminal", "hostname sip7", "end"])
    assert await watch.look(source) == {}
    now[0] = 899.0
    assert await watch.look(source) == {}
    await done(session, ["configure terminal", "hostname sip8", "end"])
    now[0] = 901.0
    assert await watch.look(source) == {STARTUP: "warning"}, "another change is no saving"
    await done(session, ["write memory"])
    assert await watch.look(source) == {}


@raises_and_clears(23)
@played
async def test_a_saved_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch = Watch(manager)
    source = SavedConfiguration(manager)
    await done(manager.session(batch=False), ["configure terminal", "hostname sip7", "end", "write memory"])
    assert await watch.look(source) == {}
    path = manager.configuration.startup_path
    good = path.read_text()
    path.write_text(good.replace("hostname", "nonsense"))
    assert await watch.look(source) == {STARTUP: "major"}
    assert "has errors" in watch.text(*STARTUP)
    path.unlink()
    path.mkdir()
    assert await watch.look(source) == {STARTUP: "major"}
    assert "not a regular file" in watch.text(*STARTUP)
    path.rmdir()
    path.write_text(good)
    assert await watch.look(source) == {}


@raises_and_clears(37)
@played
async def test_a_control_that_was_forgotten(tmp_path: Path) -> None:
    controls = (Control("code-block", "0900", percent=50), Control("call-gap", "0180", interval_ms=1000))
    world = World(tmp_path, OPEN, traffic=TrafficSettings(controls))
    watch = watched(tmp_path, world)
    hours = [0.0]
    source = Controls(watch.manager, lambda: WALL + 3600 * hours[0])
    assert await watch.look(source) == {}
    hours[0] = 25.0
    assert await watch.look(source) == {
        (37, "control code-block 0900"): "warning",
        (37, "control call-gap 0180"): "warning",
    }
    world.settings = type(world.settings)(traffic=TrafficSettings(controls[1:]))
    world.engine.configure(world.settings, {})
    assert await watch.look(source) == {(37, "control call-gap 0180"): "warning"}
    world.engine.configure(type(world.settings)(), {})
    assert await watch.look(source) == {}


@raises_and_clears(48)
@played
async def test_a_list_that_fails(tmp_path: Path) -> None:
    steps = (Step(10, "show trunk nowhere detail"),)
    failing = Schedule("nightly", commands=steps, operator="admin")
    admin = Operator("admin", privilege=15, secret="$9$x")
    manager = FakeManager(tmp_path, Configuration(users=(admin,), schedules=(failing,)))
    watch = Watch(manager)
    source = Automation(manager)
    assert await watch.look(source) == {}
    await ran(manager.automation.jobs, Schedule("nightly", commands=(Step(10, "no such command"),), operator="admin"))
    assert await watch.look(source) == {(48, "schedule nightly"): "minor"}
    assert "ended with code" in watch.text(48, "schedule nightly")
    await ran(manager.automation.jobs, Schedule("nightly", commands=(Step(10, "show clock"),), operator="admin"))
    assert await watch.look(source) == {}


async def ran(jobs: Jobs, settings: Schedule) -> None:
    assert jobs.start(SCHEDULE, settings) == ""
    await until(lambda: not jobs.running(SCHEDULE, settings.name))
