"""core.store.turn: one commit for many writes; no room is one writer's trouble only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.store import full_disk, no_room

from core.store.environment import Environment, open_environment
from core.store.error import StoreFull
from core.store.turn import Turn, Write

SMALL = 256 * 1024
LARGE = b"x" * 60_000


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    environment = open_environment(tmp_path, SMALL, [b"one"], mapped=True)
    yield environment
    environment.close()


def stored(environment: Environment) -> dict[bytes, bytes]:
    transaction = environment.read()
    found = dict(transaction.cursor(environment.tables[0]))
    transaction.abort()
    return found


def one(environment: Environment, key: bytes, value: bytes | None) -> list[Write]:
    return [(environment.tables[0], key, value)]


def fill(environment: Environment, turn: Turn, value: bytes = LARGE) -> int:
    """Write values, all in the same turn, until one is refused; return how many there are."""
    for count in range(1000):
        try:
            turn.write(one(environment, b"%03d" % count, value))
        except StoreFull:
            return count
    raise AssertionError("never full")


def test_nothing_is_seen_before_the_commit_and_all_after_it(environment: Environment) -> None:
    turn = Turn(environment)
    assert turn.transaction is None
    turn.write(one(environment, b"a", b"1"))
    turn.write(one(environment, b"b", b"2"))
    assert stored(environment) == {}
    turn.commit()
    assert turn.transaction is None
    assert stored(environment) == {b"a": b"1", b"b": b"2"}
    turn.commit()


def test_deleting_what_is_not_there_is_nothing(environment: Environment) -> None:
    turn = Turn(environment)
    turn.write(one(environment, b"a", None))
    turn.commit()
    assert stored(environment) == {}


def test_an_abandoned_turn_has_never_been(environment: Environment) -> None:
    turn = Turn(environment)
    turn.write(one(environment, b"a", b"1"))
    turn.abandon()
    turn.abandon()
    turn.write(one(environment, b"b", b"2"))
    turn.commit()
    assert stored(environment) == {b"b": b"2"}


def test_only_the_write_without_room_is_refused(environment: Environment) -> None:
    turn = Turn(environment)
    count = fill(environment, turn)
    assert count > 0
    turn.write(one(environment, b"small", b"1"))
    turn.commit()
    assert sorted(stored(environment)) == [b"%03d" % i for i in range(count)] + [b"small"]


def test_writes_given_together_are_refused_together(environment: Environment) -> None:
    turn = Turn(environment)
    count = fill(environment, turn)
    with pytest.raises(StoreFull):
        turn.write(one(environment, b"a", b"1") + one(environment, b"b", LARGE))
    turn.commit()
    assert len(stored(environment)) == count


def test_a_full_store_can_be_emptied_and_filled_again(environment: Environment) -> None:
    turn = Turn(environment)
    page = b"x" * 1000
    count = fill(environment, turn, page)
    turn.commit()
    for i in range(count):
        turn.write(one(environment, b"%03d" % i, None), grow=True)
        turn.commit()
    assert stored(environment) == {}
    assert fill(environment, turn, page) >= count
    turn.commit()


def test_what_must_be_written_finds_room_beyond_the_bound(environment: Environment) -> None:
    turn = Turn(environment)
    count = fill(environment, turn)
    turn.write(one(environment, b"must", LARGE * 10), grow=True)
    turn.commit()
    assert len(stored(environment)) == count + 1


def test_a_turn_grows_by_steps_up_to_the_bound(tmp_path: Path) -> None:
    environment = open_environment(tmp_path / "grows", 16 * 1024 * 1024, [b"one"], mapped=True)
    turn = Turn(environment)
    for i in range(8):
        turn.write(one(environment, b"%d" % i, b"y" * 2_000_000))
    with pytest.raises(StoreFull):
        turn.write(one(environment, b"8", b"y" * 2_000_000))
    turn.commit()
    assert len(stored(environment)) == 8
    environment.close()


def test_a_full_disk_undoes_the_turn_and_leaves_the_store(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = Turn(environment)
    turn.write(one(environment, b"a", b"1"))
    turn.commit()

    full_disk(monkeypatch)
    fill(environment, turn)
    with pytest.raises(StoreFull):
        turn.write(one(environment, b"b", LARGE), grow=True)
    turn.abandon()
    assert stored(environment) == {b"a": b"1"}
    turn.write(one(environment, b"c", b"3"))
    turn.commit()
    assert stored(environment) == {b"a": b"1", b"c": b"3"}


def test_a_commit_without_room_is_done_again_with_more(environment: Environment) -> None:
    turn = Turn(environment)
    turn.write(one(environment, b"a", b"1"))
    no_room(turn, "commit")
    turn.commit()
    assert stored(environment) == {b"a": b"1"}


def test_a_commit_that_finds_no_room_at_all_is_refused(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(monkeypatch)
    turn = Turn(environment)
    turn.write(one(environment, b"a", b"1"))
    no_room(turn, "commit")
    with pytest.raises(StoreFull):
        turn.commit()
    turn.abandon()
    assert stored(environment) == {}
