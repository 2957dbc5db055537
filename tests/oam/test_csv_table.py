"""What CSV files of every kind have in common: the header, faults with line numbers, bounds."""

from __future__ import annotations

import pytest

from oam.csv_table import MAX_FAULTS, FaultError, TableError, TableReader, shown, written


class Numbers(TableReader[int]):
    """A table of one column."""

    def header(self, row: list[str]) -> list[str]:
        if row != ["n"]:
            raise FaultError("the column is n")
        return row

    def record(self, row: dict[str, str], line: int) -> int:
        if not row["n"].isdigit():
            raise FaultError(f"{shown(row['n'])} is no number")
        return int(row["n"])


def faults(*lines: str) -> list[str]:
    with pytest.raises(TableError) as caught:
        Numbers().read(f"{line}\n" for line in lines)
    return list(caught.value.faults)


def test_records_are_read_and_empty_lines_passed_over() -> None:
    reader = Numbers()
    assert reader.read(["n\n", "1\n", "\n", '"2"\n']) == [1, 2]
    assert reader.news() == "All 4 lines read, storing"


def test_all_faults_are_named_with_their_lines() -> None:
    assert faults("n", "x", "1", "1,2") == ["line 2: 'x' is no number", "line 4: 2 fields, the header has 1"]
    assert faults("m") == ["line 1: the column is n"]
    assert faults("n", '"1') == ["line 2: unexpected end of data"]


def test_many_faults_are_counted() -> None:
    found = faults("n", *["x"] * (MAX_FAULTS + 5))
    assert len(found) == MAX_FAULTS + 1
    assert found[-1] == "... and 5 more"


def test_it_can_be_stopped() -> None:
    reader = Numbers()
    reader.stopped = True
    with pytest.raises(TableError, match="interrupted"):
        reader.read(["n\n", "1\n"])


def test_rows_are_written_in_chunks() -> None:
    chunks = list(written(("a", "b"), [(n, "x,y") for n in range(2500)]))
    assert len(chunks) == 3
    assert chunks[0].startswith('a,b\n0,"x,y"\n')
    assert "".join(chunks).count("\n") == 2501


def test_long_text_is_cut() -> None:
    assert shown("x" * 50) == f"'{'x' * 40}…'"
