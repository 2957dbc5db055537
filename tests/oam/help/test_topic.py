"""Which commands `help` shows."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, played

from oam.context import Session
from oam.help.describe import written
from oam.help.topic import commands_of
from oam.settings.lines import Alias
from oam.settings.operators import Role, Rule


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return FakeManager(tmp_path).session(batch=False)


def found(session: Session, topic: str) -> list[str]:
    return [written(each.elements) for each in commands_of(session, topic)]


def test_a_command_by_abbreviation(session: Session) -> None:
    assert found(session, "sh run") == ["show running-config [all] [section SECTION]"]
    assert found(session, "show running-config section sip") == ["show running-config [all] [section SECTION]"]


def test_all_that_begin_so(session: Session) -> None:
    copies = found(session, "copy")
    assert {"copy running-config startup-config", "copy startup-config running-config"} <= set(copies)
    assert all(each.startswith("copy ") for each in copies)
    assert set(found(session, "show")) > {"show clock", "show version"}


def test_a_word_typed_in_full_is_no_abbreviation_of_another(session: Session) -> None:
    assert set(found(session, "show subscriber")) == {"show subscriber SUBSCRIBER", "show subscriber SUBSCRIBER config"}
    assert found(session, "clear registration all") == ["clear registration all"]


def test_a_line_of_another_mode(session: Session) -> None:
    line = "listener <udp|tcp> ADDRESS port <1-65535>"
    assert found(session, "sip listener") == [f"{line} [advertise HOST]", f"{line} shutdown"]
    assert found(session, "no domain") == ["domain DOMAIN"]
    assert found(session, "sip") == ["sip"]


def test_a_word_typed_in_full_is_found_in_every_mode(session: Session) -> None:
    assert [each.mode.name for each in commands_of(session, "exit")] == ["exec", "config"]
    assert [each.mode.name for each in commands_of(session, "exi")] == ["exec"]


@played
async def test_the_present_mode_comes_first(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "sip"])
    assert [each.mode.name for each in commands_of(session, "exit")] == ["config", "exec"]
    assert found(session, "do show clock") == ["show clock"]


def test_an_alias_is_what_it_stands_for(session: Session) -> None:
    store = session.manager.configuration
    store.running = msgspec.structs.replace(store.running, aliases=(Alias("c", "show clock"),))
    assert found(session, "c") == ["show clock"]


def test_what_the_operator_may_not_use_is_not_shown(session: Session) -> None:
    session.privilege = session.highest = 1
    assert found(session, "configure terminal") == []
    session.highest = 15
    assert found(session, "configure terminal")[0].startswith("configure terminal")


def test_a_role_bounds_what_is_shown(session: Session) -> None:
    rules = (Rule("permit", "exec", "show clock"),)
    session.manager.configuration.running = msgspec.structs.replace(
        session.manager.configuration.running, roles=(Role("watch", rules=rules),)
    )
    session.identity = session.identity._replace(role="watch")
    shown = found(session, "show")
    assert "show clock" in shown
    assert "show version" not in shown
    assert found(session, "configure") == []


def test_nothing_begins_so(session: Session) -> None:
    assert found(session, "bogus") == []
    assert found(session, "") == []
    assert found(session, "show " * 800) == []
