"""The quarter-hours that are over: numbered from the last one, read once, bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.management import played
from support.statistics import figures

from oam.snmp.rows import quarters as module
from oam.snmp.rows.indexes import Indexes
from oam.snmp.rows.quarters import QuarterRow, Quarters
from oam.statistics.history import History
from oam.statistics.history_store import DATABASE, FOLDER, Kept, Store
from oam.statistics.period import ObjectKey
from oam.statistics.sampler import Reading
from oam.statistics.stretch import Snapshot

NOON = 1_800_014_400.0
SYSTEM = ObjectKey("system", "")
PSTN = ObjectKey("trunk-out", "PSTN")
INVITE = ObjectKey("method", "INVITE")


class Site:
    """A history that grows, and the time."""

    def __init__(self, state: Path) -> None:
        self.now = NOON
        self.history = History(state)
        self.indexes = Indexes(state)
        self.quarters = Quarters(lambda: self.now)
        self.store = Store(state)

    def write(self, number: int, /, seconds: float = 900.0, suspect: bool = False, **bids: int) -> None:
        """Write the quarter-hour so many after NOON, and the minute after it as being filled."""
        values = {ObjectKey("trunk-out", name): figures(bids=count, seizures=1).values for name, count in bids.items()}
        values |= {SYSTEM: figures(bids=9, seizures=8, answers=2).values, INVITE: figures(bids=4).values}
        begin = NOON + 900 * number
        quarter = Snapshot(900, begin, seconds, suspect, values, frozenset({PSTN}))
        self.store.write([quarter], Kept((quarter,), Reading(begin, 0.0, 1, {}), begin + 900))
        self.now = begin + 905

    async def rows(self) -> Sequence[QuarterRow]:
        return await self.quarters.rows(self.history, self.indexes)


@played
async def test_quarters_are_numbered_from_the_last_one_that_is_over(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert await site.rows() == ()
    site.write(0, PSTN=10)
    site.write(1, 850.0, True, PSTN=11)
    site.write(3, PSTN=13)
    rows = await site.rows()
    assert [(row.index, row.number, row.key, row.bids) for row in rows] == [
        (1, 1, SYSTEM, 9), (1, 3, SYSTEM, 9), (1, 4, SYSTEM, 9), (2, 1, PSTN, 13), (2, 3, PSTN, 11), (2, 4, PSTN, 10),
    ]  # fmt: skip
    assert [(row.begin, row.seconds) for row in rows[3:]] == [(NOON + 2700, 900), (NOON + 900, 850), (NOON, 900)]
    assert [row.suspect for row in rows] == [False, True, False, True, True, True]
    assert (rows[0].asr, rows[0].asr_samples, rows[3].asr) == (25.0, 8, 0.0)
    assert (rows[0].kind, rows[0].name, rows[3].name) == ("system", "", "PSTN")
    assert (site.quarters.kept, site.quarters.objects, site.quarters.omitted) == (3, 2, 0)


@played
async def test_nothing_is_read_again_until_another_quarter_is_over(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write(0, PSTN=10)
    rows = await site.rows()
    site.store.close()
    (tmp_path / FOLDER / DATABASE).rename(tmp_path / "elsewhere")
    assert await site.rows() is rows
    site.now += 900
    assert await site.rows() == ()
    (tmp_path / "elsewhere").rename(tmp_path / FOLDER / DATABASE)
    site.store = Store(tmp_path)
    site.write(1, PSTN=11)
    assert [row.number for row in await site.rows()] == [1, 2, 1, 2]


@played
async def test_the_busiest_hour_of_each_day_is_told(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for number in range(-100, 6):
        site.write(number, PSTN=1000 + number, OTHER=1 if number < -50 else 0)
    rows = await site.quarters.busy_hours(site.history, site.indexes)
    found = {(row.key.name, row.number): (row.begin, row.bids, row.suspect) for row in rows}
    midnight = NOON - 43_200
    late, last = NOON + 900 * 2, midnight - 900
    assert found["PSTN", 1] == (late, sum(1002 + each for each in range(4)), True)
    assert found["PSTN", 2] == (last, sum(951 + each for each in range(4)), True)
    assert found["OTHER", 2] == (NOON - 90_000, 4, False)
    assert found["", 1] == (midnight, 36, False)
    assert ("OTHER", 1) not in found
    assert {(row.kind, row.index) for row in rows if row.name == "PSTN"} == {
        ("trunk-out", (await site.rows())[-1].index)
    }


@played
async def test_at_most_so_many_objects_are_kept_those_first_that_matter_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OBJECTS", 3)
    site = Site(tmp_path)
    site.write(0, C=3, A=1, B=2)
    assert [row.key.name for row in await site.rows()] == ["", "A", "B"]
    assert (site.quarters.objects, site.quarters.omitted) == (3, 1)
    assert {key.name for each in site.quarters._known.values() for key in each.columns} == {"", "A", "B"}


@played
async def test_a_damaged_row_has_counted_nothing_and_a_damaged_file_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(tmp_path)
    site.write(0, PSTN=10)
    site.store.close()
    path = tmp_path / FOLDER / DATABASE
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE figures SET columns = ? WHERE kind = 'system'", (b"\xc1",))
    connection.close()
    rows = await site.rows()
    assert (rows[0].bids, rows[0].asr, rows[1].bids) == (None, None, 10)
    path.write_bytes(b"x" * 5000)
    site.now += 900
    assert await site.rows() is await site.rows() is rows
    assert caplog.text.count("cannot be read") == 1
    with pytest.raises(AttributeError):
        _ = rows[0].nothing
