"""What bulk prefixes use stays in the configuration."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, gathered, played

from core.northbound.routing_settings import AnalysisTable, Member, RouteGroup, TimeTable, TranslationRule, Trunk
from oam.config.tree import Configuration

CONFIGURATION = Configuration(
    trunks=(Trunk("T", addresses=("sip:192.0.2.9",)),),
    route_groups=tuple(RouteGroup(name, members=(Member("T"),)) for name in ("A", "B")),
    tables=(AnalysisTable("X"),),
    time_tables=(TimeTable("NIGHT"),),
    translation_rules=(TranslationRule("R"),),
)


@played
async def test_a_name_in_use_is_not_removed(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    path = tmp_path / "in.csv"
    path.write_text("table,prefix,time,translate,action,target\nX,1,NIGHT,,route-group,A\nX,2,,R,route-group,A\n")
    session = manager.session(batch=False)
    await done(session, [f"import prefixes {path}", "configure terminal", "no translation-rule NONE"])
    for line, reason in (
        ("no time-table NIGHT", "time-table: NIGHT is used by 1 bulk prefix; change or clear these first"),
        ("no translation-rule R", "translation-rule: R is used by 1 bulk prefix; change or clear these first"),
        ("no number-analysis X", "number-analysis: X is used by 2 bulk prefixes; change or clear these first"),
    ):
        _, result = await gathered(session, line)
        assert result.code == 1
        assert reason in "\n".join(result.errors)
    refused = await manager.configuration.apply(Configuration(tables=CONFIGURATION.tables))
    assert "route-group: A is used by 2 bulk prefixes; change or clear these first" in list(refused)
    for line in ("route-group A", "no trunk T"):
        _, result = await gathered(session, line)
    reason = "route-group: A has no trunk and is used by 2 bulk prefixes; change or clear these first"
    assert reason in "\n".join(result.errors)
    await done(session, ["exit", "route-group B", "no trunk T"])
    await done(session, ["end", "clear prefixes X 1", "configure terminal", "no time-table NIGHT"])
    await done(session, ["end", "clear prefixes X", "configure terminal", "no number-analysis X"])


@played
async def test_a_line_that_closes_a_circle_is_refused(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    path = tmp_path / "in.csv"
    path.write_text("table,prefix,action,target\nX,49,table,default\nX,5,route-group,A\n")
    session = manager.session(batch=False)
    await done(session, [f"import prefixes {path}", "configure terminal", "number-analysis"])
    await done(session, ["prefix 3 table X", "prefix 4 translate R table X"])
    _, result = await gathered(session, "prefix 49301 table X")
    assert result.code == 1
    reason = "number-analysis: default: prefix 49301 table X: the tables go round in a circle: X -> default -> X"
    assert reason in "\n".join(result.errors)
    await done(session, ["do clear prefixes X 49", "prefix 49301 table X"])
