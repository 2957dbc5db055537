"""GET and GETNEXT find instances in order, and ask for rows only when theirs are too old."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from support.loop import watched
from support.management import FakeManager, played

from oam.snmp import ber, syntax
from oam.snmp.mib import Mib, Stale
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.oids import Oid

ROOT: Oid = (1, 3, 9)


class Row(NamedTuple):
    number: int
    name: str
    size: int | None


class Given:
    """What sources give, how often they were asked, and the time."""

    def __init__(self) -> None:
        self.rows: list[Row] = [Row(2, "two", 20), Row(10, "ten", None), Row(1, "one", 10)]
        self.scalar: list[Row] = [Row(0, "scalar", 5)]
        self.asked = 0
        self.fault: Exception | None = None
        self.now = 100.0

    async def table(self, _: object) -> Sequence[Row]:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self.rows

    async def group(self, _: object) -> Sequence[Row]:
        return self.scalar


INDEX = Column(1, "index", syntax.INDEX, "number", "Index.", access=HIDDEN)
NAME = Column(2, "name", syntax.TEXT, "name", "Name.")
SIZE = Column(3, "size", syntax.GAUGE, "size", "Size.")


def tree(given: Given, manager: FakeManager) -> Mib:
    table = Table((*ROOT, 2), "aTable", "A table.", (INDEX, NAME, SIZE), given.table, ("index",))
    group = Table(
        (*ROOT, 1), "aGroup", "Scalars.", (Column(4, "only", syntax.GAUGE, "size", "Only."),), given.group, lifetime_s=0
    )
    return Mib(manager, (table, group), lambda: given.now)


async def walked(mib: Mib, given: Given) -> list[tuple[Oid, bytes]]:
    found: list[tuple[Oid, bytes]] = []
    oid = ROOT
    while True:
        try:
            instance = mib.next(oid, given.now)
        except Stale as stale:
            await mib.refresh(stale.table)
            continue
        if instance is None:
            return found
        oid = instance.oid
        found.append((oid, instance.value))


@played
async def test_a_walk_goes_by_column_then_by_index_and_leaves_out_what_is_not_there(tmp_path: Path) -> None:
    given = Given()
    found = await walked(tree(given, FakeManager(tmp_path)), given)
    assert found == [
        ((*ROOT, 1, 4, 0), ber.integer(5, ber.GAUGE32)),
        ((*ROOT, 2, 1, 2, 1), b"\x04\x03one"),
        ((*ROOT, 2, 1, 2, 2), b"\x04\x03two"),
        ((*ROOT, 2, 1, 2, 10), b"\x04\x03ten"),
        ((*ROOT, 2, 1, 3, 1), ber.integer(10, ber.GAUGE32)),
        ((*ROOT, 2, 1, 3, 2), ber.integer(20, ber.GAUGE32)),
    ]


@played
async def test_next_finds_what_is_behind_an_oid_that_is_none(tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    await walked(mib, given)
    between = mib.next((*ROOT, 2, 1, 2, 2, 99), given.now)
    assert between is not None
    assert between.oid == (*ROOT, 2, 1, 2, 10)
    assert mib.next((*ROOT, 2, 1, 3, 2), given.now) is None
    assert mib.next((2,), given.now) is None


@played
async def test_rows_without_a_value_are_not_gone_through_for_each_request(tmp_path: Path) -> None:
    looked_at = 0

    class Watched:
        def __init__(self, number: int) -> None:
            self.number, self.name = number, "name"

        @property
        def size(self) -> int | None:
            nonlocal looked_at
            looked_at += 1
            return 7 if self.number == 3000 else None

    given = Given()
    rows = [Watched(number) for number in range(1, 3001)]
    given.rows = rows  # type: ignore[assignment]
    mib = tree(given, FakeManager(tmp_path))
    size = (*ROOT, 2, 1, 3)
    await walked(mib, given)
    looked_at = 0
    for number in range(100):
        found = mib.next((*size, number), given.now)
        assert found is not None
        assert found.oid == (*size, 3000)
    assert mib.next((*size, 3000), given.now) is None
    assert looked_at < 3000


@played
@pytest.mark.parametrize(
    "oid", [(), (1,), (*ROOT, 2, 1, 3), (*ROOT, 2, 1, 3, 10), (*ROOT, 2, 1, 1, 1), (*ROOT, 2, 1, 3, 1, 0)]
)
async def test_get_finds_nothing_where_nothing_is(oid: Oid, tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    await walked(mib, given)
    assert mib.get(oid, given.now) is None


@played
async def test_rows_serve_for_their_lifetime(tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    await walked(mib, given)
    given.now += 2.0
    assert mib.get((*ROOT, 2, 1, 3, 1), given.now)
    given.now += 0.1
    with pytest.raises(Stale):
        mib.get((*ROOT, 2, 1, 3, 1), given.now)
    assert given.asked == 1


@played
async def test_a_group_without_lifetime_is_read_for_each_request(tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    oid = (*ROOT, 1, 4, 0)
    await walked(mib, given)
    asked_at = given.now
    given.now += 0.001
    given.scalar = [Row(0, "scalar", 6)]
    with pytest.raises(Stale) as stale:
        mib.get(oid, given.now)
    await mib.refresh(stale.value.table)
    for when in (asked_at, given.now):
        found = mib.get(oid, when)
        assert found is not None
        assert found.value == ber.integer(6, ber.GAUGE32)


@played
async def test_who_asks_meanwhile_waits_for_the_same_reading(tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    await asyncio.gather(*(mib.refresh(mib.tables["aTable"]) for _ in range(10)))
    assert given.asked == 1


@played
async def test_a_source_that_fails_leaves_the_rows_as_they_were(tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    before = await walked(mib, given)
    given.fault = RuntimeError("a fault")
    given.now += 10
    assert await walked(mib, given) == before


@played
async def test_what_was_set_is_read_at_once(tmp_path: Path) -> None:
    given = Given()
    mib = tree(given, FakeManager(tmp_path))
    await walked(mib, given)
    mib.forget()
    with pytest.raises(Stale):
        mib.get((*ROOT, 2, 1, 3, 1), given.now)


@played
async def test_many_rows_are_put_in_order_without_holding_the_loop(tmp_path: Path) -> None:
    given = Given()
    count = 40_000
    given.rows = [Row(1 + number * 7919 % count, f"n{number}", number) for number in range(count)]
    mib = tree(given, FakeManager(tmp_path))
    async with watched() as held:
        await mib.refresh(mib.tables["aTable"])
    oid: Oid = (*ROOT, 2, 1, 3)
    for number in range(1, 100):
        instance = mib.next(oid, given.now)
        assert instance is not None
        oid = instance.oid
        assert oid[-1] == number
    assert held.longest < 0.02


@played
async def test_of_two_rows_with_one_index_the_last_is_served(tmp_path: Path) -> None:
    given = Given()
    given.rows = [Row(1, "one", 10), Row(1, "again", 11)]
    found = await walked(tree(given, FakeManager(tmp_path)), given)
    assert found[-1] == ((*ROOT, 2, 1, 3, 1), ber.integer(11, ber.GAUGE32))
