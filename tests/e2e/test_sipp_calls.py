"""5,000 calls by sipp at 300 a second, none of which may fail, and calls that are challenged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, calling, registrar_lines
from support.waiting import free_ports, wait_until

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPP is None, reason="sipp is not installed")]

CALLEES = [str(number) for number in range(1000, 1020)]


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that does not challenge calls."""
    with House(tmp_path_factory.mktemp("house"), extra=UNCHALLENGED_CALLS, subscribers=CALLEES) as running:
        yield running


def test_5000_calls_at_300_a_second_without_a_failure(open_house: House, tmp_path: Path) -> None:
    before = open_house.counters()
    with calling(open_house.port, tmp_path, CALLEES, calls=5000, rate=300, hold_ms=500) as (caller, callee):
        outcome = caller.wait(100)
    assert (outcome.successful, outcome.failed, outcome.code) == (5000, 0, 0), caller.complaint() + callee.complaint()
    after = open_house.counters()
    risen = {name: after[name] - before[name] for name in after}
    assert risen["calls-attempted"] == risen["calls-answered"] == risen["calls-ended"] == 5000
    assert risen["records-written"] == 5000
    assert risen["internal-errors"] == 0
    assert open_house.rows("show calls") == []
    records = [line for path in (open_house.state / "records").iterdir() for line in path.read_text().splitlines()]
    assert len(records) >= 5000


def test_registrations_by_sipp_are_all_kept(open_house: House, tmp_path: Path) -> None:
    open_house.do("clear registration all")
    port = free_ports()[0]
    sipp = Sipp(
        tmp_path, "register", ("127.0.0.1", open_house.port), port, calls=200, rate=200, users=registrar_lines(CALLEES)
    )
    outcome = sipp.wait(30)
    assert (outcome.successful, outcome.failed, outcome.code) == (200, 0, 0), sipp.complaint()
    assert {row["aor"] for row in open_house.rows("show registrations")} == {f"{user}@example.com" for user in CALLEES}


def test_calls_in_progress_are_shown(open_house: House, tmp_path: Path) -> None:
    open_house.do("clear registration all")
    with calling(open_house.port, tmp_path, CALLEES[:1], calls=10, rate=100, hold_ms=3000) as (caller, _):
        wait_until(lambda: len(open_house.answered()) == 10, 3, "ten answered calls")
        assert caller.wait(20).code == 0, caller.complaint()
    assert open_house.rows("show calls") == []
