"""`show alarms …`, `alarm …`, `alarm profile`, `show alarms definition`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.seat import Seat

from oam.commands.registry import load
from oam.fault.catalogue import ALARMS, Definition
from oam.grammar.result import Incomplete, Match
from oam.shell.format import Table


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    """A manager with three alarms: one critical, one flapping, one acknowledged."""
    made = FakeManager(tmp_path)
    alarms = made.alarms
    alarms.set(3, "route-group PSTN", "A and B are down")
    alarms.set(44, "system", "telnet is on")
    alarms.set(16, "server tacacs T1", "no answer")
    alarms.acknowledge(alarms.find(3), "alice", "key is being changed")
    return made


async def shown(manager: FakeManager, line: str) -> list[object]:
    rows, result = await gathered(manager.session(), line)
    assert result.code == 0, result.errors
    return rows


async def refused(manager: FakeManager, line: str) -> str:
    _, result = await gathered(manager.session(), line)
    assert result.code == 1
    return str(result.errors[0])


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("show alarms", [1, 3, 2]),
        ("show alarms active", [1, 3, 2]),
        ("show alarms severity warning", [2]),
        ("show alarms object pstn", [1]),
        ("show alarms object tacacs", [3]),
        ("show alarms last 2", [1, 3]),
        ("show alarms since 1h", [1, 3, 2]),
        ("show alarms since 2100-01-01", []),
        ("show alarms severity critical object PSTN since 1h last 1", [1]),
    ],
)
def test_active_alarms_are_shown_as_asked_for(manager: FakeManager, line: str, ids: list[int]) -> None:
    @played
    async def scenario() -> None:
        assert [row.id for row in await shown(manager, line)] == ids  # type: ignore[attr-defined]

    scenario()


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("show alarms", ["ID", "Severity", "Raised", "Object", "Text"]),
        ("show alarms history", ["Happened", "Happening", "Object", "Severity", "Text"]),
    ],
)
def test_eighty_columns_are_enough_to_see_what_is_wrong_and_since_when(
    manager: FakeManager, line: str, needed: list[str]
) -> None:
    @played
    async def scenario() -> None:
        rows = await shown(manager, line)
        head = Table(type(rows[0]), 80).rows(rows)[0].split()  # type: ignore[arg-type]
        assert set(needed) <= set(head)

    scenario()


@played
async def test_a_row_says_what_of_what_since_when_and_who_cares(manager: FakeManager) -> None:
    first, second, _ = await shown(manager, "show alarms")
    assert (first.severity, first.name, first.object, first.state, first.text) == (  # type: ignore[attr-defined]
        "critical", "trunk-group-down", "route-group PSTN", "raised", "A and B are down",
    )  # fmt: skip
    assert second.state == "raised, ack alice"  # type: ignore[attr-defined]


@played
async def test_what_nothing_measures_is_unknown_and_what_comes_and_goes_flaps(manager: FakeManager) -> None:
    manager.alarms.unknown(3, "route-group PSTN")
    for _ in range(2):
        manager.alarms.clear(44, "system")
        manager.alarms.set(44, "system", "telnet is on")
    states = {row.object: row.state for row in await shown(manager, "show alarms")}  # type: ignore[attr-defined]
    assert (states["route-group PSTN"], states["system"]) == ("unknown", "flapping 5")


@pytest.mark.parametrize(
    ("line", "sequences"),
    [
        ("show alarms history", [1, 2, 3, 4, 5]),
        ("show alarms history last 2", [4, 5]),
        ("show alarms history severity warning", [2, 5]),
        ("show alarms history object T1", [3, 4]),
        ("show alarms history since 2100-01-01", []),
    ],
)
def test_history_is_shown_as_asked_for(manager: FakeManager, line: str, sequences: list[int]) -> None:
    @played
    async def scenario() -> None:
        manager.alarms.clear(44, "system", "telnet is off")
        assert [row.sequence for row in await shown(manager, line)] == sequences  # type: ignore[attr-defined]

    scenario()


@played
async def test_a_line_of_the_history_says_who_did_what(manager: FakeManager) -> None:
    row = (await shown(manager, "show alarms history"))[3]
    assert (row.happening, row.id, row.user, row.text) == (  # type: ignore[attr-defined]
        "acknowledged", 3, "alice", "acknowledged by alice: key is being changed",
    )  # fmt: skip


@played
async def test_one_alarm_is_told_with_meaning_and_action(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(), "show alarms detail 3")
    assert result.code == 0
    lines = result.text.splitlines()
    assert "object          server tacacs T1" in lines
    assert f"action          {ALARMS[16].action}" in lines
    assert any(line.startswith("acknowledged    alice 2") and line.endswith(": key is being changed") for line in lines)
    assert [line.split()[2] for line in lines[lines.index("events") + 1 :]] == ["raised", "acknowledged"]
    assert await refused(manager, "show alarms detail 99") == "% There is no active alarm 99"


@played
async def test_acknowledging_takes_one_or_all(manager: FakeManager) -> None:
    assert await done(manager.session(), ["alarm acknowledge 1 looking"]) == ["1 alarm acknowledged"]
    assert await done(manager.session(), ["alarm acknowledge all"]) == ["1 alarm acknowledged"]
    assert {alarm.acknowledged_by for alarm in manager.alarms.shown()} == {"admin", "alice"}
    await done(manager.session(), ["alarm unacknowledge 1"])
    assert await refused(manager, "alarm unacknowledge 1") == "% Alarm 1 is not acknowledged"


@pytest.mark.parametrize(
    "what", ["1", "number trunk-group-down", "number 3", "object route-group PSTN", "object route-group"]
)
def test_shelving_hides_until_it_is_taken_back(manager: FakeManager, what: str) -> None:
    @played
    async def scenario() -> None:
        session = manager.session()
        assert await done(session, [f"alarm shelve {what} for 30 reason being moved"]) == ["1 alarm shelved"]
        assert [row.id for row in await shown(manager, "show alarms")] == [3, 2]  # type: ignore[attr-defined]
        (shelf,) = await shown(manager, "show alarms shelved")
        assert (shelf.alarms, shelf.user, shelf.reason) == ((1,), "admin", "being moved")  # type: ignore[attr-defined]
        assert round(shelf.until_at - shelf.shelved_at) == 1800  # type: ignore[attr-defined]
        await done(session, [f"alarm unshelve {what}"])
        assert [row.id for row in await shown(manager, "show alarms")] == [1, 3, 2]  # type: ignore[attr-defined]
        assert await refused(manager, f"alarm unshelve {what}") == "% Nothing is shelved so"

    scenario()


@played
async def test_only_what_nothing_else_would_clear_is_cleared_by_hand(manager: FakeManager) -> None:
    manager.alarms.set(36, "system", "INVITE urn:service:sos got 503")
    assert "clears by itself" in await refused(manager, "alarm clear 1")
    await done(manager.session(), ["alarm clear 4"])
    assert [alarm.id for alarm in manager.alarms.shown()] == [1, 3, 2]


@played
async def test_all_are_told_of_again(manager: FakeManager) -> None:
    before = manager.notices.counts["alarm-raised"]
    assert await done(manager.session(), ["alarm resend"]) == ["3 alarms sent again"]
    assert manager.notices.counts["alarm-raised"] == before + 3


@played
async def test_what_another_alarm_explains_is_shown_on_request(manager: FakeManager) -> None:
    manager.alarms.set(4, "route-group PSTN", "12 calls in the last minute")
    (row,) = await shown(manager, "show alarms suppressed")
    assert (row.id, row.explained_by) == (4, 1)  # type: ignore[attr-defined]
    assert "explains        4" in await done(manager.session(), ["show alarms detail 1"])


@played
async def test_statistics_count_by_severity_and_state(manager: FakeManager) -> None:
    manager.alarms.set(9, "system", "busy")
    lines = dict(line.split() for line in await done(manager.session(), ["show alarms statistics"]))
    assert (lines["critical"], lines["minor"], lines["warning"]) == ("1", "1", "1")
    assert (lines["acknowledged"], lines["soaking"], lines["raised-total"], lines["sequence"]) == ("1", "1", "3", "4")


@played
async def test_the_catalogue_is_listed_with_profiles(manager: FakeManager) -> None:
    lines = ["configure terminal", "alarm profile cpu", "severity minor", "exit", "alarm profile 44", "shutdown", "end"]
    await done(manager.session(batch=False), lines)
    rows = {row.number: row for row in await shown(manager, "show alarms definition")}  # type: ignore[attr-defined]
    assert len(rows) == len(ALARMS)
    assert (rows[9].severity, rows[44].severity, rows[2].severity) == ("minor", "shutdown", "major")  # type: ignore[attr-defined]
    assert not rows[20].measured  # type: ignore[attr-defined]


@pytest.mark.parametrize("which", ["2", "trunk-unreachable"])
def test_a_definition_is_found_by_number_and_name(manager: FakeManager, which: str) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(manager.session(privilege=1), f"show alarm definition {which}")
        assert f"meaning         {ALARMS[2].meaning}" in result.text.splitlines()
        assert "hidden-by       trunk-group-down" in result.text.splitlines()

    scenario()


@played
async def test_at_a_terminal_texts_are_as_wide_as_it_is(manager: FakeManager) -> None:
    session = manager.session(batch=False)
    session.width = 60
    _, result = await gathered(session, "sh ala def 2")
    lines = result.text.splitlines()
    assert max(map(len, lines)) <= 60
    words = " ".join(line.strip() for line in lines)
    assert ALARMS[2].action in words


@played
async def test_profiles_are_written_back(manager: FakeManager) -> None:
    lines = ["alarm history maximum 500", "alarm profile 9", " severity critical", " soak 5", " clear-delay 60", "!"]
    session = manager.session(batch=False)
    await done(session, ["configure terminal", *(line for line in lines if line != "!"), "end"])
    text = await done(session, ["show running-config"])
    assert text[text.index(lines[0]) :][: len(lines) + 1] == [lines[0], "!", *lines[1:]]


@played
async def test_a_terminal_that_monitors_hears_of_an_alarm(manager: FakeManager) -> None:
    seat = Seat(manager)
    await seat.until("sipctl#")
    await seat.line("terminal monitor")
    manager.alarms.set(36, "system", "INVITE urn:service:sos got 503")
    await seat.until("critical alarm 4, emergency-call-failed of system: INVITE urn:service:sos got 503")
    await seat.leave()


@pytest.mark.parametrize("privilege", [1, 15])
def test_acting_on_alarms_is_for_those_who_may(manager: FakeManager, privilege: int) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(manager.session(privilege=privilege), "alarm acknowledge 1")
        assert (result.code == 0) == (privilege == 15)

    scenario()


HOST_COMMANDS = {"df", "du", "iostat", "timedatectl", "chronyc"}
VALUES = {
    "NAME": "x", "NUMBER": "4711", "CALLEE": "4712", "HOST": "example.com", "ADDRESS": "192.0.2.1", "WORD": "x",
    "SECRET": "x", "FILE": "x.tar", "ID": "1",
}  # fmt: skip
"""A value for each placeholder."""


def known(line: str) -> bool:
    """Whether a line, or what may follow it, is a command of some mode."""
    words = " ".join(VALUES.get(word, word) for word in line.split())
    return any(isinstance(graph.match(words, 15), Match | Incomplete) for graph in load().graphs.values())


@pytest.mark.parametrize("definition", ALARMS.values(), ids=lambda each: each.name)
def test_actions_name_commands_that_there_are(definition: Definition) -> None:
    texts = " ".join((definition.meaning, definition.effect, definition.action, definition.clear))
    named = re.findall(r"`([^`]+)`", texts)
    assert [line for line in named if line.split()[0] not in HOST_COMMANDS and not known(line)] == []
