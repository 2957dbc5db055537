"""Transactions of management's stores: all or none, and readers told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import lmdb
import pytest

from core.store.environment import Environment, open_environment
from core.store.error import StoreError, StoreFull
from core.store.generation import map_generation
from core.store.writer import Writer


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    made = open_environment(tmp_path, 256 * 1024, [b"things"])
    yield made
    made.close()


@pytest.fixture
def generation(tmp_path: Path, environment: Environment) -> memoryview:
    return map_generation(tmp_path / "generation")


def stored(environment: Environment) -> int:
    transaction = environment.read()
    entries: int = transaction.stat(environment.tables[0])["entries"]
    transaction.abort()
    return entries


def fill(writer: Writer, environment: Environment, keys: Iterable[bytes]) -> None:
    with writer.transaction() as transaction:
        for key in keys:
            transaction.put(key, b"x" * 1000, db=environment.tables[0])


def test_a_change_is_told_once_it_is_committed_unless_nobody_need_know(
    environment: Environment, generation: memoryview
) -> None:
    writer = Writer(environment, generation, "things", False)
    begun = generation[0]
    with writer.transaction() as transaction:
        transaction.put(b"a", b"1", db=environment.tables[0])
        assert generation[0] == begun
    assert (stored(environment), generation[0]) == (1, begun + 1)
    with writer.transaction(told=False) as transaction:
        transaction.put(b"b", b"2", db=environment.tables[0])
    assert (stored(environment), generation[0]) == (2, begun + 1)


def test_what_fails_leaves_nothing_behind(environment: Environment, generation: memoryview) -> None:
    writer = Writer(environment, generation, "things", False)
    begun = generation[0]
    with pytest.raises(StoreFull):
        fill(writer, environment, (b"%d" % number for number in range(1000)))
    with pytest.raises(lmdb.BadValsizeError):
        fill(writer, environment, [b"a", b""])
    assert (stored(environment), generation[0]) == (0, begun)


def test_a_new_writer_tells_for_one_that_was_killed_and_a_reader_writes_nothing(
    environment: Environment, generation: memoryview
) -> None:
    Writer(environment, generation, "things", False)
    assert generation[0] == 1
    reader = Writer(environment, generation, "things", True)
    assert generation[0] == 1
    with pytest.raises(StoreError, match="things are read-only here"), reader.transaction():
        raise AssertionError
