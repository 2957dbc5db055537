"""`?`, Tab, and where filters begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played, subscriber

from oam.context import Session
from oam.dispatch import complete, help, pipe_offset  # noqa: A004


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return FakeManager(tmp_path).session(batch=False)


def words(session: Session, text: str) -> list[str]:
    return [each.word for each in help(session, text)]


def test_help_in_exec(session: Session) -> None:
    assert {"show", "clear", "configure", "copy", "write"} <= set(words(session, ""))
    assert words(session, "clear counters ") == ["<cr>"]
    assert words(session, "bogus ") == []
    session.privilege = 1
    assert "configure" not in words(session, "")


@played
async def test_help_in_a_submode_shows_the_mode_and_still_knows_the_modes_around(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "sip"])
    found = words(session, "")
    assert {"domain", "listener", "timer", "no", "default", "do", "exit", "end"} <= set(found)
    assert "registrar" not in found
    assert words(session, "registr") == ["registrar"]
    assert "clear" not in found
    assert words(session, "do sh") == ["show"]
    assert words(session, "listener ud") == ["udp"]
    assert "domain" in words(session, "no ")


def test_completion_offers_keywords_and_values(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    for name in ("1001", "1002", "2001"):
        manager.subscribers.put(subscriber(name))
    session = manager.session(batch=False)
    assert [each.word for each in complete(session, "show runn")] == ["running-config"]
    assert [each.word for each in complete(session, "show running-config section si")] == ["sip"]
    found = [each.word for each in complete(session, "show subscriber 10")]
    assert found == ["1001", "1002"]
    assert [each.word for each in complete(session, "show subscriber 1001")] == ["1001"]
    assert complete(session, "bogus x") == []


def test_a_failing_completer_is_no_disturbance(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(session.manager.registry.completers, "section", lambda context, prefix: 1 / 0)
    assert complete(session, "show running-config section s") == []


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        ("show running-config | include sip", 20),
        ("show version|include x", -1),
        ("show bogus | include x", -1),
        ("show | include x", -1),
        ("| include x", -1),
        ("show version", -1),
        ("configure terminal | x", -1),
    ],
)
def test_filters_begin_behind_a_show(session: Session, line: str, offset: int) -> None:
    assert pipe_offset(session, line) == offset


def test_help_within_a_command_that_another_takes(session: Session) -> None:
    assert words(session, "help show listen") == ["listeners"]
    assert words(session, "help clear registration ") == ["all", "WORD", "<cr>"]
    assert {"TOPIC", "<cr>", "show"} <= set(words(session, "help "))
    assert words(session, "help bogus ") == ["<cr>"]
    assert [each.word for each in complete(session, "help show runn")] == ["running-config"]
    assert words(session, "help " * 500)[-1] == "<cr>"
