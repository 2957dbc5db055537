"""Statistics of signalling: what the worker writes is what management reads, and nothing half of it."""

from __future__ import annotations

from pathlib import Path

from core.northbound import statistics as layout
from core.northbound.statistics import COLUMNS, open_statistics, read_codes, read_rows


def _occupy(slots: memoryview, number: int, kind: int, name: str, born_ms: int) -> int:
    entry = layout.DIRECTORY + number * layout.ENTRY
    slots[entry + 1] = kind
    octets = memoryview(bytearray(name.encode().ljust(layout.NAME_OCTETS, b"\0"))).cast("q")
    slots[entry + 2 : entry + layout.ENTRY] = octets
    slots[entry] = born_ms
    slots[1] = max(slots[1], number + 1)
    return layout.FIRST_ROW + number * layout.WIDTH


def test_columns_have_one_slot_and_one_name_each() -> None:
    assert len({column.slot for column in COLUMNS}) == len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert max(column.slot for column in COLUMNS) < layout.SETUP_HISTOGRAM


def test_histograms_do_not_overlap() -> None:
    assert layout.SETUP_HISTOGRAM + len(layout.SETUP_BOUNDS_MS) < layout.PROCESSING_HISTOGRAM
    assert layout.PROCESSING_HISTOGRAM + len(layout.PROCESSING_BOUNDS_US) < layout.WIDTH


def test_rows_are_read_by_another_mapping(tmp_path: Path) -> None:
    row = _occupy(written := open_statistics(tmp_path / "s"), 1, layout.TRUNK_OUT, "Übersee", 1_700_000_000_000)
    written[row + layout.BIDS] = 7
    (read,) = read_rows(open_statistics(tmp_path / "s"))
    assert (read.kind, read.name, read.born_ms) == ("trunk-out", "Übersee", 1_700_000_000_000)
    assert read.values[layout.BIDS] == 7
    assert len(read.values) == layout.WIDTH


def test_a_row_that_is_nobodys_is_not_read(tmp_path: Path) -> None:
    slots = open_statistics(tmp_path / "s")
    _occupy(slots, 0, layout.SYSTEM, "", 0)
    assert list(read_rows(slots)) == []


def test_codes_are_read_by_method_and_status(tmp_path: Path) -> None:
    slots = open_statistics(tmp_path / "s")
    slots[layout.FIRST_CODE + (layout.METHODS.index("BYE") * layout.CODES + 481) * 2 + 1] = 3
    assert list(read_codes(slots)) == [("BYE", 481, 0, 3)]
