"""Batches: gathered, applied together, taken apart when refused; checking without touching anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.config.tree import Configuration
from oam.context import Session
from oam.dispatch import execute, finish


def refusing(manager: FakeManager, *domains: str) -> list[tuple[str, ...]]:
    """Let the supervisor refuse settings with one of `domains`; returns the list of what it was asked to apply."""
    asked: list[tuple[str, ...]] = []

    async def apply(new: Configuration) -> list[str]:
        asked.append(new.sip.domains)
        return [f"sip: {name} is taken" for name in domains if name in new.sip.domains]

    manager.configuration.applier = apply
    return asked


async def give(session: Session, lines: list[str]) -> list[tuple[str, list[str]]]:
    """Run a script that goes on after errors; return (source, errors) of each."""
    failures: list[tuple[str, list[str]]] = []
    for number, line in enumerate(lines, 1):
        session.source = f"script:{number}"
        while True:
            result = await execute(session, line)
            if result.code:
                failures.append((result.source, result.errors))
            if not result.retry:
                break
    while (result := await finish(session)).code:
        failures.append((result.source, result.errors))
        if not result.retry:
            break
    return failures


@played
async def test_lines_are_applied_together_when_the_mode_is_left(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    asked = refusing(manager)
    assert await give(manager.session(), ["conf t", "sip", "domain a.b", "domain c.d", "registrar", "end"]) == []
    assert asked == [("a.b", "c.d")]


@played
async def test_what_contradicts_itself_only_in_between_is_fine(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    script = ["conf t", "registrar", "expires minimum 9000", "expires maximum 20000", "expires default 10000"]
    assert await give(manager.session(), script) == []
    assert manager.configuration.running.registrar.expires_default_s == 10000


@played
async def test_a_show_sees_what_was_given_before_it(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    printed = await done(session, ["conf t", "sip", "domain a.b", "do show running-config section sip"])
    assert printed[1:] == ["sip", " domain a.b"]


@played
async def test_the_culprit_is_named_and_what_is_before_it_is_in_force(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    asked = refusing(manager, "n13.x", "n40.x")
    script = ["conf t", "sip", *(f"domain n{number}.x" for number in range(64)), "end"]
    session = manager.session()
    for number, line in enumerate(script, 1):
        session.source = f"script:{number}"
        result = await execute(session, line)
    assert (result.source, result.code, result.retry) == ("script:16", 1, True)
    assert result.errors == ["% sip: n13.x is taken", "% Invalid input detected: nothing was changed."]
    assert result.command == "domain n13.x"
    assert manager.configuration.running.sip.domains == tuple(f"n{number}.x" for number in range(13))
    assert session.mode.name == "sip"
    assert len(asked) <= 8


@played
async def test_going_on_after_errors_applies_the_rest(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    refusing(manager, "n2.x", "n5.x")
    script = ["conf t", "sip", *(f"domain n{number}.x" for number in range(8)), "end", "show running-config"]
    failures = await give(manager.session(), script)
    assert [source for source, _ in failures] == ["script:5", "script:8"]
    assert manager.configuration.running.sip.domains == ("n0.x", "n1.x", "n3.x", "n4.x", "n6.x", "n7.x")


@played
async def test_at_a_syntax_error_what_was_given_before_is_in_force(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["conf t", "hostname one"])
    session.source = "script:3"
    result = await execute(session, "bogus")
    assert (result.code, result.source, result.offset, result.retry) == (2, "script:3", 0, False)
    assert manager.configuration.running.hostname == "one"


@played
async def test_a_script_that_ends_in_configuration_mode_is_applied_by_finish(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    refusing(manager, "b.x", "d.x")
    failures = await give(manager.session(), ["conf t", "sip", "domain a.x", "domain b.x", "domain c.x", "domain d.x"])
    assert [source for source, _ in failures] == ["script:4", "script:6"]
    assert manager.configuration.running.sip.domains == ("a.x", "c.x")


@played
async def test_batch_edits_go_on_top_of_what_others_did_meanwhile(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["conf t", "sip", "domain a.b"])
    await done(manager.session(batch=False), ["conf t", "sip", "domain c.d"])
    await done(session, ["end"])
    assert manager.configuration.running.sip.domains == ("c.d", "a.b")


@played
async def test_subscriber_secrets_use_the_realm_given_just_before(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(), ["conf t", "authentication", "realm R", "subscriber 1", "secret 0 x", "end"])
    found = manager.subscribers.get("1")
    assert found
    assert found.realm == "R"


@played
async def test_checking_touches_nothing_but_follows_modes(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    asked = refusing(manager)
    session = Session(manager, privilege=15, batch=True, check_only=True)
    script = [
        "configure terminal",
        "hostname x",
        "subscriber 1001",
        "secret 0 x",
        "no enabled",
        "no subscriber 1002",
        "end",
        "write memory",
        "clear registration all",
        "show version",
    ]
    assert await give(session, script) == []
    assert asked == []
    assert list(manager.subscribers) == []
    assert manager.configuration.running == Configuration()
    assert not manager.configuration.startup_path.exists()


@played
async def test_checking_finds_syntax_errors_and_contradictions(tmp_path: Path) -> None:
    session = Session(FakeManager(tmp_path), privilege=15, batch=True, check_only=True)
    script = ["conf t", "registrar", "expires minimum 100", "bogus", "expires minimum 9000", "contacts maximum 5"]
    failures = await give(session, script)
    assert [source for source, _ in failures] == ["script:4", "script:5"]
    assert "rising order" in failures[1][1][0]


@pytest.mark.slow
@played
async def test_ten_thousand_lines_are_no_matter(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    asked = refusing(manager)
    script = ["conf t", "sip", *(f" domain d{number}.example.com" for number in range(10_000)), "end"]
    assert await give(manager.session(), script) == []
    assert len(asked) == 1
    assert len(manager.configuration.running.sip.domains) == 10_000
