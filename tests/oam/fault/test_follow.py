"""What the alarms take from the configuration."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, gathered, played

from core.northbound.routing_settings import Member, RouteGroup
from oam.commands.registry import SYNTAX
from oam.config.tree import Configuration, problems
from oam.fault.follow import owners
from oam.settings.alarms import AlarmProfile


def test_a_trunk_is_part_of_its_route_groups() -> None:
    groups = tuple(RouteGroup(name, members=(Member(trunk),)) for name, trunk in (("X", "A"), ("Y", "B"), ("Z", "A")))
    assert list(owners(Configuration(route_groups=groups), "trunk A")) == ["route-group X", "route-group Z"]


def test_a_server_is_one_of_its_protocol() -> None:
    assert list(owners(Configuration(), "server tacacs T1")) == ["servers tacacs"]
    assert list(owners(Configuration(), "server syslog 192.0.2.1")) == []


def test_what_is_part_of_nothing_has_no_owner() -> None:
    assert list(owners(Configuration(), "system")) == []


@played
async def test_a_profile_is_in_force_when_it_is_configured(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(44, "system", "telnet is on")
    lines = ["configure terminal", "alarm profile 44", "severity critical", "end"]
    await done(manager.session(batch=False), lines)
    assert manager.alarms.shown()[0].severity == "critical"
    await done(manager.session(batch=False), ["configure terminal", "no alarm profile 44", "end"])
    assert manager.alarms.shown()[0].severity == "warning"


def test_a_profile_of_no_alarm_is_a_problem_wherever_it_comes_from() -> None:
    assert problems(Configuration(alarm_profiles=(AlarmProfile(900),))) == ["alarm profile 900: there is no such alarm"]


@played
async def test_a_profile_of_no_alarm_is_refused(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    _, result = await gathered(session, "alarm profile 900")
    assert result.code == SYNTAX


@played
async def test_alarms_follow_the_route_groups(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    lines = ["configure terminal", "trunk A", "address sip:192.0.2.1", "exit", "route-group X", "trunk A", "end"]
    await done(manager.session(batch=False), lines)
    manager.alarms.set(3, "route-group X", "A is down")
    manager.alarms.set(2, "trunk A", "no answer")
    assert list(manager.alarms.owners("trunk A")) == ["route-group X"]
