"""Modes `trunk` and `route-group`: their lines both ways, secrets, what is refused; what is shown, tested, cleared."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.keyring import Keyring
from core.northbound.orders import ClearTrunkStatistics, ListRouteGroups, ListTrunks, ProbeTrunk
from core.northbound.routing_settings import CallRate, CauseMap, HeaderRule, Member, ReasonMap, RouteGroup, Trunk
from core.northbound.rows import RouteGroupRow, TrunkRow
from core.northbound.settings import Settings
from core.policy.reach import Reach
from core.policy.route_control import RouteControls
from core.routing.analysis import Analysis
from core.routing.trunks import Trunks
from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import Configuration
from oam.dispatch import execute
from oam.shell.format import TABLE_FIELDS

LINES = """trunk A
 description Out to the world
 address sip:127.0.0.1:5080;transport=udp
 address sip:gw.example.net
 monitor options interval 30
 monitor options failures 2
 monitor options successes 4
 calls maximum 200
 rate 20 burst 40
 calls reserve 5
 source 192.0.2.0/28
 number-format called e164
 number-format calling national
 authentication outbound user us
 authentication outbound secret 6 SEALED
 authentication inbound user them
 authentication inbound secret 6 SEALED
 header out set X-Account 47 11
 header out remove User-Agent
 header in copy X-A from User-Agent
 codec permit PCMA
 codec deny G729
 cause-map 603 status 486 cause 17
 cause-map 404 cause 1
 cause-map q850 17
 cause-map q850 21 status 603
 trusted
 overload-control
!
trunk B
 direction in
 shutdown
!
route-group PSTN
 description All of it
 trunk A weight 50
 distribution percentage
 failover 404
 attempts maximum 2
 response-timeout 2000""".splitlines()


def kept(sealed: str) -> tuple[tuple[Trunk, ...], tuple[RouteGroup, ...]]:
    trunk = Trunk(
        "A", description="Out to the world", addresses=("sip:127.0.0.1:5080;transport=udp", "sip:gw.example.net"),
        monitor_interval_s=30, monitor_failures=2, monitor_successes=4, calls_maximum=200, rate=CallRate(20, 40),
        reserve=5, sources=("192.0.2.0/28",), called_format="e164", calling_format="national", username="us",
        secret=sealed, inbound_username="them", inbound_secret=sealed,
        headers=(
            HeaderRule("out", "set", "X-Account", "47 11"), HeaderRule("out", "remove", "User-Agent"),
            HeaderRule("in", "copy", "X-A", "User-Agent"),
        ),
        codecs_permitted=("PCMA",), codecs_denied=("G729",),
        causes=(CauseMap(603, 486, 17), CauseMap(404, 0, 1)), reasons=(ReasonMap(17), ReasonMap(21, 603)),
        trusted=True, overload_control=True,
    )  # fmt: skip
    group = RouteGroup("PSTN", "All of it", (Member("A", weight=50),), "percentage", ("408", "500-599", "404"), 2, 2000)
    return (trunk, Trunk("B", direction="in", shutdown=True)), (group,)


@pytest.mark.parametrize("everything", [False, True])
def test_the_lines_are_read_back_as_they_were_written(tmp_path: Path, everything: bool) -> None:
    registry = load()
    registry.keyring = Keyring(tmp_path)
    sealed = registry.keyring.encrypted("x")
    lines = [line.replace("SEALED", sealed) for line in LINES]
    settings, found = parse(registry, lines)
    assert found == []
    assert (settings.trunks, settings.route_groups) == kept(sealed)
    written = render(registry, settings, everything)
    assert parse(registry, written) == (settings, [])


def test_a_line_at_the_margin_is_no_line_of_the_section_before_it(tmp_path: Path) -> None:
    """`trunk B` is a member of a route group, and the beginning of a section; the margin tells them apart.""" ""
    lines = ["trunk A", " address sip:192.0.2.1", "route-group G", " trunk A", "!", "trunk B", " shutdown"]
    settings, found = parse(load(), lines)
    assert found == []
    assert [trunk.name for trunk in settings.trunks] == ["A", "B"]
    assert settings.route_groups == (RouteGroup("G", members=(Member("A"),)),)


@played
async def test_a_secret_is_kept_encrypted_and_can_be_said_again(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure terminal", "trunk A", "authentication outbound user us"])
    await done(session, ["authentication outbound secret 0 hello", "end"])
    (trunk,) = manager.configuration.running.trunks
    assert "hello" not in trunk.secret
    assert Keyring(tmp_path).decrypted(trunk.secret) == "hello"
    shown = "\n".join(await done(session, ["show running-config"]))
    assert "hello" not in shown


@played
async def test_a_group_s_trunk_must_be_there(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "route-group PSTN"])
    result = await execute(session, "trunk A")
    assert "there is no trunk A" in " ".join(result.errors)


async def refused(manager: FakeManager, line: str) -> str:
    """Run a line that fails; return why."""
    result = await execute(manager.session(), line)
    assert result.code != 0
    return result.errors[0]


def row(**more: object) -> TrunkRow:
    """Make the row of a trunk as the worker would, with some of it changed."""
    trunks = Trunks(
        memoryview(bytearray(8 * 256)).cast("q"),
        [],
        random.Random(1),
        str,
        Analysis(Settings(), None),
        RouteControls(Reach()),
    )
    trunks.configure(Settings(trunks=(Trunk("A", "world", ("sip:192.0.2.9",)),)))
    return msgspec.structs.replace(next(trunks.rows("", 0.0)), **more)


@played
async def test_trunks_are_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(trunks=(Trunk("A", "world", ("sip:192.0.2.9",)),)))
    manager.fake_worker.answers = {ListTrunks: [row(seizures=4, answers=3, answer_ratio=75)]}
    (summary,), _ = await gathered(manager.session(), "show trunk")
    assert (summary.trunk, summary.state, summary.asr, summary.maximum) == ("A", "up", 75, None)
    assert summary.description == "world"
    assert len(summary.__struct_fields__) <= TABLE_FIELDS  # people see it as a table
    (detail,), _ = await gathered(manager.session(), "show trunk A detail")
    assert detail.addresses == ("sip:192.0.2.9",)
    assert manager.fake_worker.orders == [ListTrunks(), ListTrunks("A")]
    manager.fake_worker.answers = {}
    assert await refused(manager, "show trunk B") == "% There is no trunk B"


@played
async def test_route_groups_are_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(route_groups=(RouteGroup("PSTN"),)))
    wanted = RouteGroupRow("PSTN", "weight", "A", 1, 1, "up", 1, 0)
    manager.fake_worker.answers = {ListRouteGroups: [wanted]}
    rows, _ = await gathered(manager.session(), "show route-group PSTN")
    assert rows == [wanted]
    manager.fake_worker.answers = {}
    assert await refused(manager, "show route-group PSTN") == "% Route group PSTN has no trunk"
    assert await refused(manager, "show route-group X") == "% There is no route group X"


@played
async def test_a_probe_is_waited_for(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = {ListTrunks: [row()]}

    async def later() -> None:
        while ProbeTrunk("A") not in manager.fake_worker.orders:
            await asyncio.sleep(0)
        manager.fake_worker.answers = {ListTrunks: [row(probes=1, probe_status=200, probe_ms=1.5)]}

    task = asyncio.create_task(later())
    (found,), _ = await gathered(manager.session(), "test trunk A")
    await task
    assert (found.result, found.status, found.delay_ms) == ("alive", 200, 1.5)


@played
async def test_statistics_are_cleared(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.counts = {"": 1}
    await done(manager.session(), ["clear trunk statistics", "clear trunk statistics A"])
    assert manager.fake_worker.orders == [ClearTrunkStatistics(), ClearTrunkStatistics("A")]
    manager.fake_worker.counts = {}
    assert await refused(manager, "clear trunk statistics A") == "% There is no trunk A"
