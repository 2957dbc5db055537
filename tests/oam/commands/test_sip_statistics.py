"""`show sip statistics`, `clear counters`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.counters import (
    BINDINGS,
    CALLS_PEAK,
    COUNTERS,
    INVITE_RECEIVED,
    STARTED_AT,
    open_block,
)
from core.northbound.settings import SipSettings
from oam import baseline
from oam.config.tree import Configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_statistics_count_from_the_last_clearing(manager: FakeManager) -> None:
    block = manager.counters[0]
    block[INVITE_RECEIVED], block[BINDINGS], block[STARTED_AT] = 10, 5, 1_700_000_000
    session = manager.session()
    assert (await values(session))["invite-received"] == 10
    await done(session, ["clear counters"])
    block[INVITE_RECEIVED] += 3
    after = await values(session)
    assert after["invite-received"] == 3
    assert after["bindings"] == 5
    assert after["started-at"] == 1_700_000_000
    assert block[INVITE_RECEIVED] == 13
    assert baseline.load(manager.state)[INVITE_RECEIVED] == 10


@played
async def test_counters_of_several_workers_are_added_up(manager: FakeManager) -> None:
    manager.counters.append(open_block(manager.state / "run" / "counters-2"))
    manager.counters[0][INVITE_RECEIVED], manager.counters[1][INVITE_RECEIVED] = 4, 5
    manager.counters[0][STARTED_AT], manager.counters[1][STARTED_AT] = 100, 200
    shown = await values(manager.session())
    assert (shown["invite-received"], shown["started-at"]) == (9, 200)


@played
async def test_a_counter_file_that_began_anew_counts_in_full(manager: FakeManager) -> None:
    manager.counter_baseline = [1000] * len(COUNTERS)
    manager.counters[0][INVITE_RECEIVED] = 2
    assert (await values(manager.session()))["invite-received"] == 2


def test_every_counter_is_shown_with_its_meaning(manager: FakeManager) -> None:
    @played
    async def scenario() -> None:
        rows, _ = await gathered(manager.session(privilege=1), "show sip statistics")
        assert [row.counter for row in rows] == [counter.name for counter in COUNTERS]
        assert rows[CALLS_PEAK].meaning == COUNTERS[CALLS_PEAK].help

    scenario()


async def values(session: object) -> dict[str, int]:
    rows, _ = await gathered(session, "show sip statistics")  # type: ignore[arg-type]
    return {row.counter: row.value for row in rows}
