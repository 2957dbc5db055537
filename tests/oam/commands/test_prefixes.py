"""`import prefixes`, `export prefixes`, `clear prefixes`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.prefixes import row_key, row_of
from core.northbound.routing_settings import AnalysisTable, Member, PrefixEntry, RouteGroup, Trunk
from oam.config.tree import Configuration
from oam.dispatch import complete


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    group = RouteGroup("PSTN", members=(Member("T"),))
    trunk = Trunk("T", addresses=("sip:192.0.2.9",))
    configuration = Configuration(trunks=(trunk,), route_groups=(group,), tables=(AnalysisTable("B"),))
    return FakeManager(tmp_path, configuration)


@played
async def test_there_and_back(manager: FakeManager) -> None:
    (manager.state / "files").mkdir()
    (manager.state / "files" / "in.csv").write_text("table,prefix,action,target\n,49,route-group,PSTN\nB,any,local,\n")
    printed = await done(manager.session(), ["import prefixes in.csv", "export prefixes out.csv"])
    assert printed[0].startswith("Prefixes imported from in.csv: 2 added, 0 changed, 0 removed, in ")
    assert (manager.state / "files" / "out.csv").read_text().splitlines()[1:] == [
        "default,49,0,0,,,,,,100,,route-group,PSTN", "B,any,0,0,,,,,,100,,local,",
    ]  # fmt: skip
    (manager.state / "files" / "in.csv").write_text("prefix,action\n49,local\n")
    printed = await done(manager.session(), ["import prefixes in.csv replace"])
    assert printed[0].startswith("Prefixes imported from in.csv: 0 added, 1 changed, 1 removed, in ")


@played
async def test_faults_name_their_lines(manager: FakeManager) -> None:
    path = manager.state / "bad.csv"
    path.write_text("prefix,action,target\n1,route-group,PSTN\n1,local,\n2,route-group,X\n")
    _, result = await gathered(manager.session(), f"import prefixes {path}")
    assert result.code == 1
    assert result.errors[0] == "% Nothing was imported from bad.csv:"
    assert [each.partition(":")[0] for each in result.errors[1:]] == ["line 3", "line 4"]
    assert manager.prefixes.count == 0


@played
async def test_clear(manager: FakeManager) -> None:
    rows = {row_key("B", prefix): row_of([PrefixEntry("", action="local")]) for prefix in ("", "1", "12", "2")}
    manager.prefixes.write(rows, False)
    session = manager.session()
    assert await done(session, ["clear prefixes B 12"]) == ["1 bulk prefix removed"]
    assert await done(session, ["clear prefixes B any"]) == ["1 bulk prefix removed"]
    for line, reason in (
        ("clear prefixes B 12", "% There is no bulk prefix 12 in table B"),
        ("clear prefixes default", "% There are no bulk prefixes in table default"),
    ):
        _, result = await gathered(session, line)
        assert result.errors == [reason]
    assert await done(session, ["clear prefixes B"]) == ["2 bulk prefixes removed"]


@pytest.mark.slow
@played
async def test_one_of_many_is_changed_in_no_time(manager: FakeManager) -> None:
    raw = row_of([PrefixEntry("", action="local")])
    manager.prefixes.write({row_key("B", f"{n:06}"): raw for n in range(100_000)}, False)
    session = manager.session()
    path = manager.state / "one.csv"
    path.write_text("table,prefix,action,target\nB,012345,reject,403\n")
    began = time.process_time()
    await done(session, ["clear prefixes B 054321", f"import prefixes {path}"])
    assert time.process_time() - began < 0.2
    assert manager.prefixes.count == 99_999


def test_completion_offers_the_tables(manager: FakeManager) -> None:
    assert [each.word for each in complete(manager.session(), "clear prefixes ")] == ["B"]
