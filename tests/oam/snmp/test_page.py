"""What docs/snmp.md tells operators to type is taken, in its order, and the objects it names are there."""

from __future__ import annotations

import re
from pathlib import Path

from support.management import FakeManager, done, played

from oam.snmp import oids
from oam.snmp.notifications import NOTIFICATIONS
from oam.snmp.objects import COLUMNS, TABLES

TEXT = (Path(__file__).parents[3] / "docs" / "snmp.md").read_text(encoding="utf-8")
TYPED = ("snmp-server ", "ip access-list ", "permit ", "username ")


def lines() -> list[str]:
    """Return what is typed in configuration mode, a mode of its own left behind each."""
    found = [line.strip() for line in TEXT.splitlines() if line.startswith("    ") and line.strip().startswith(TYPED)]
    return [each for line in found for each in ((line, "exit") if line.startswith("permit ") else (line,))]


@played
async def test_what_is_to_be_typed_is_taken(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    typed = lines()
    assert len(typed) > 15, "it would try nothing"
    engine = "snmp-server engineID remote 192.0.2.50 80001f8804736f6d65"
    user = "snmp-server user noc NMS remote 192.0.2.50 v3 auth sha-256 0 correct-horse priv aes 128 0 battery-staple"
    await done(manager.session(), ["configure terminal", engine, *typed, user, "end"])
    settings = manager.configuration.running.snmp
    assert settings.listeners
    assert settings.operator == "nms"
    assert {each.name for each in settings.views} == {"CALLS", "SWITCH"}


def test_every_module_that_is_served_is_named() -> None:
    assert {table.module for table in TABLES if table.module not in TEXT} == set()


def test_objects_that_it_names_are_there() -> None:
    beginning = "sipctlTrunk"
    known = {beginning, *COLUMNS, *oids.AREAS, *(table.name for table in TABLES)}
    known |= {each.name for each in NOTIFICATIONS}
    named = set(re.findall(r"\bsipctl[A-Z]\w*", TEXT))
    assert len(named) > 15
    assert named - known == set()
