"""Alarms of a running server: what is active survives a `kill -9`, unknown until it is measured, under its own id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.house import House
from support.waiting import wait_until

from oam.fault.alarm import Alarm
from oam.fault.event import AlarmEvent
from oam.fault.store import DATABASE, FOLDER, AlarmStore

pytestmark = [pytest.mark.slow]
EVENT = AlarmEvent(40, "raised", 7, 21, "switchover", "system", "minor", "", "equipment", 81, "took over", 1000.0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server that finds one alarm in its store that an operator has to clear, and one that nothing measures."""
    house = House(tmp_path, subscribers=())
    store = AlarmStore(house.state)
    store.open()
    store.add(EVENT)
    store.put(Alarm(7, 21, "system", "minor", "took over", 1000.0, 1000.0, sequence=40, announced=True))
    store.put(Alarm(8, 20, "system", "major", "alone", 1000.0, 1000.0, sequence=41, announced=True))
    store.close(41, 8)
    with house:
        yield house


def alarms(house: House) -> dict[int, str]:
    return {row["id"]: row["state"] for row in house.rows("show alarms") if row["id"] in (7, 8)}


def sequences(house: House) -> list[int]:
    return [row["sequence"] for row in house.rows("show alarms history") if row["id"] in (7, 8)]


def killed(house: House) -> None:
    """Kill management and wait for the next one."""
    old = house.kill("oam.manager")

    def back() -> bool:
        process = house.process("oam.manager")
        return process is not None and process.pid != old and house.is_ready()

    wait_until(back, 15, "management to be back")


def test_what_was_active_is_there_after_a_start_and_unknown_where_nothing_measures_it(house: House) -> None:
    assert alarms(house) == {7: "raised", 8: "unknown"}


def test_what_operators_did_and_the_numbers_survive_a_kill(house: House) -> None:
    house.do("alarm acknowledge 7 looking", "alarm shelve 8 for 60 reason known")
    wait_until(lambda: len(sequences(house)) == 3, 5, "the events")
    before = sequences(house)
    # What a kill may cost is what was not written yet: the store has had its moment when the numbers show it.
    wait_until(lambda: written(house), 5, "the events to be written")
    killed(house)
    assert list(alarms(house)) == [7]
    assert re.fullmatch(r"raised, ack \S+", alarms(house)[7])
    assert sequences(house) == before
    house.do("alarm clear 7", "alarm unshelve 8")
    after = sequences(house)
    assert after[: len(before)] == before
    assert len(set(after)) == len(after)
    assert after == sorted(after)
    assert alarms(house) == {8: "unknown"}


def written(house: House) -> bool:
    statistics = dict(line.split(None, 1) for line in house.do("show alarms statistics").splitlines())
    return statistics["history-waiting"] == "0"


def test_a_damaged_database_is_told_and_alarms_go_on(house: House) -> None:
    house.stop()
    path = house.state / FOLDER / DATABASE
    path.write_bytes(b"no database" * 1000)
    house.start()
    assert alarms(house) == {}
    assert path.with_name(f"{DATABASE}.damaged-1").exists()
    assert "set aside" in house.do("show logging") or "is kept as" in house.do("show logging")
