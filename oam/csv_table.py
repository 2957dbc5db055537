"""Data as CSV: one header line with the names of columns, then one line each; every fault with its line number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

R = TypeVar("R")

MAX_FAULTS: Final = 20
"""Faults named one by one; more are only counted."""


class TableError(Exception):
    """The file is refused; `faults` has one line for each reason, with its line number."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class FaultError(Exception):
    """What is wrong with one line."""


class TableReader(Generic[R]):
    """Reads one file; `read` may run in a thread, the other attributes tell how far it is."""

    def __init__(self) -> None:
        self.done = 0
        """Lines read so far."""
        self.ended = False
        """The whole file has been read."""
        self.stopped = False
        """Set from outside to give up."""
        self._faults: list[str] = []
        self._found = 0

    def news(self) -> str:
        """Say how far it is."""
        return f"All {self.done} lines read, storing" if self.ended else f"{self.done} lines read"

    def read(self, file: Iterable[str]) -> list[R]:
        """Return what the whole file holds; raises TableError with all that is wrong with it."""
        records: list[R] = []
        rows = csv.reader(file, strict=True)
        try:
            columns = self.header(next(rows, []))
            for row in rows:
                self.done = rows.line_num
                if self.stopped:
                    raise TableError(["interrupted"])
                if row:
                    self._take(row, columns, rows.line_num, records)
        except (csv.Error, FaultError) as error:
            self.fault(rows.line_num or 1, str(error))
        self.check()
        self.ended = True
        return records

    def header(self, row: list[str]) -> list[str]:
        """Return the columns that the first line names. Raises FaultError."""
        raise NotImplementedError

    def record(self, row: dict[str, str], line: int) -> R:
        """Return what one line says. Raises FaultError."""
        raise NotImplementedError

    def _take(self, row: list[str], columns: list[str], line: int, records: list[R]) -> None:
        try:
            if len(row) != len(columns):
                raise FaultError(f"{len(row)} fields, the header has {len(columns)}")
            record = self.record(dict(zip(columns, row, strict=True)), line)
        except FaultError as fault:
            self.fault(line, str(fault))
            return
        if not self._found:
            records.append(record)

    def fault(self, line: int, text: str) -> None:
        """Note what is wrong with a line."""
        self._found += 1
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(f"line {line}: {text}")

    def check(self) -> None:
        """Raise TableError if there was any fault."""
        if self._found:
            more = self._found - len(self._faults)
            raise TableError([*self._faults, f"... and {more} more"] if more else self._faults)


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write rows, header first, in chunks of about a thousand lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):
        writer.writerow(row)
        if count % 1000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def shown(text: str) -> str:
    """Return text of a file as it may be shown in a reason."""
    return repr(text if len(text) <= 40 else text[:40] + "…")
