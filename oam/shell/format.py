"""Rows as people and programs want them: table, record by record, JSON, CSV.

Every format takes rows in slices and gives lines, so that a table of any length passes
through in bounded memory. The name of a field says what it holds (`…_at` a time,
`…_s` seconds, `…_octets`); JSON and CSV keep name and number as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from types import NoneType
from typing import Any, Final, Protocol, get_args

import msgspec
from tabulate import DataRow, TableFormat, tabulate

from oam.shell.printable import clean
from oam.shell.width import columns, padded, wrapped
from oam.times import iso

TABLE_FIELDS: Final = 10
"""Rows with more fields than this are shown one under the other, a field a line."""
TABLE: Final = "table"
RECORDS: Final = "records"
"""What a row may have as `layout`: a long series is a table whatever it lacks, a long text is none."""
FREE_TEXT: Final = ("command", "text", "result", "error", "description", "reason")
"""Fields of any length: where one stands last in a table it is never left out, and runs over the edge instead."""
KEYS: Final = ("call_id",)
"""Fields by which an operator asks for more: in the last place they are never left out, and run over the edge too."""
KEY_COLUMNS: Final = 12
FREE_COLUMNS: Final = 15
"""What is kept for free text; columns before it are left out sooner."""
_OPEN: Final = dict.fromkeys(FREE_TEXT, FREE_COLUMNS) | dict.fromkeys(KEYS, KEY_COLUMNS)
PEERS: Final = ("caller", "callee", "call_id", "method")
"""Fields that hold what any peer wrote, of any length: they are cut before a column is left out for their sake."""
PEER_COLUMNS: Final = 16
NOTHING: Final = "-"
"""Shown for None and for empty text: a cell is never blank."""

_SPELLED: Final = {
    "aor": "AOR", "asr": "ASR", "call-id": "Call-ID", "cpu": "CPU", "cseq": "CSeq", "id": "ID", "ner": "NER",
    "oid": "OID", "pid": "PID", "uri": "URI",
}  # fmt: skip
_UNITS: Final = {"_s": " (s)", "_ms": " (ms)", "_octets": " (octets)", "_at": ""}
_PLAIN: Final = TableFormat(None, None, None, None, DataRow("", "  ", ""), DataRow("", "  ", ""), 0, None)


class Format(Protocol):
    """Turns rows into lines, slice by slice."""

    def rows(self, rows: Sequence[Any]) -> list[str]:
        """Return the lines of the next rows."""

    def finish(self) -> list[str]:
        """Return the lines that end the output; all of it when there was no row."""


@cache
def heading(field: str) -> str:
    """Return what stands above a column: `registered_at` is `Registered`, `expires_s` `Expires (s)`."""
    ending = next((each for each in _UNITS if field.endswith(each)), "")
    words = field.removesuffix(ending).replace("call_id", "call-id").split("_")
    text = " ".join(_SPELLED.get(word, word) for word in words)
    return text[:1].upper() + text[1:] + _UNITS.get(ending, "")


def cell(field: str, value: object) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and field.endswith("_at"):
        return moment(value)
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").removesuffix(".")
    if isinstance(value, tuple | list):
        return ", ".join(cell(field, each) for each in value) or NOTHING
    return clean(str(value))


def moment(seconds: float) -> str:
    """Return a time in UTC, ISO 8601, to the second; `-` for 0 and what no calendar holds."""
    try:
        return iso(seconds) if seconds else NOTHING
    except (OverflowError, ValueError, OSError):
        return NOTHING


def _is_number(field: msgspec.structs.FieldInfo) -> bool:
    kinds = set(get_args(field.type) or (field.type,)) - {NoneType}
    return bool(kinds) and kinds <= {int, float} and not field.name.endswith("_at")


class Table:
    """Columns as wide as the first slice needs; a wider cell further down moves only its own line.

    Where `width` is given and the columns do not fit, what peers wrote is cut, then those that say nothing go,
    then those at the right, but for a last one of free text, which is what the others are
    about; a last line names them. The first slice is laid out by
    tabulate; the rest follows its widths, at a tenth of the cost.
    """

    def __init__(self, row: type[msgspec.Struct], width: int = 0) -> None:
        self._fields = msgspec.structs.fields(row)
        self._width = width
        self._shown: list[tuple[str, int, bool]] = []
        """Name, width and whether it is a number, of the columns shown."""
        self._short: set[str] = set()
        """Columns whose cells are cut."""

    def rows(self, rows: Sequence[Any]) -> list[str]:
        """Return the lines of the next rows, below the heading when they are the first."""
        if not self._shown:
            return self._first(rows)
        shown = self._shown
        return [
            "  ".join(
                padded(self._cut(name, cell(name, getattr(row, name))), width, right) for name, width, right in shown
            ).rstrip()
            for row in rows
        ]

    def finish(self) -> list[str]:
        """Return the heading when there was no row, and what did not fit the terminal."""
        lines = [] if self._shown else self._first(())
        shown = {name for name, _, _ in self._shown}
        hidden = [heading(each.name) for each in self._fields if each.name not in shown]
        if hidden:
            lines.append(f"(not shown for want of width: {', '.join(hidden)})")
        return lines

    def _cut(self, name: str, text: str) -> str:
        """Return what is shown of a cell."""
        if name not in self._short or columns(text) <= PEER_COLUMNS:
            return text
        return wrapped(text[:PEER_COLUMNS], PEER_COLUMNS - 2)[0] + ".."

    def _first(self, rows: Sequence[Any]) -> list[str]:
        cells = [[cell(field.name, getattr(row, field.name)) for field in self._fields] for row in rows]
        headings = [heading(field.name) for field in self._fields]
        widths = [max(map(columns, column)) for column in zip(headings, *cells, strict=True)]
        if self._width and sum(self._wanted(widths)) + 2 * len(widths) - 2 > self._width:
            self._short = {each.name for each in self._fields[:-1] if each.name in PEERS}
            cells = [
                [self._cut(field.name, text) for field, text in zip(self._fields, line, strict=True)] for line in cells
            ]
            widths = [max(map(columns, column)) for column in zip(headings, *cells, strict=True)]
        shown = self._fit(widths, [any(line[index] != NOTHING for line in cells) for index in range(len(widths))])
        self._shown = [(self._fields[at].name, widths[at], _is_number(self._fields[at])) for at in shown]
        text = tabulate(
            [[line[at] for at in shown] for line in (headings, ["-" * width for width in widths], *cells)],
            tablefmt=_PLAIN,
            colalign=["right" if right else "left" for _, _, right in self._shown],
            disable_numparse=True,
            preserve_whitespace=True,
        )
        return [line.rstrip() for line in text.split("\n")]

    def _wanted(self, widths: list[int]) -> list[int]:
        """Return what each column needs: a last one of any length only its least."""
        return [*widths[:-1], min(widths[-1], _OPEN.get(self._fields[-1].name, widths[-1]))]

    def _fit(self, widths: list[int], telling: list[bool]) -> list[int]:
        """Return the numbers of the columns that fit, at least two; free text at the end gets what is left."""
        shown = list(range(len(widths)))
        last = shown[-1] if self._fields[-1].name in _OPEN and telling[-1] else -1
        wanted = self._wanted(widths)
        for index in sorted(shown, key=lambda index: (telling[index] and any(telling), -index)):
            if not self._width or len(shown) == 2 or sum(wanted[at] + 2 for at in shown) - 2 <= self._width:
                break
            if index != last:
                shown.remove(index)
        if self._width and last >= 0:
            # The heading keeps to the terminal, whatever stands below it.
            free = self._width - sum(widths[at] + 2 for at in shown[:-1])
            widths[last] = min(widths[last], max(free, columns(heading(self._fields[-1].name))))
        return shown


class Records:
    """One field a line, a blank line between rows."""

    def __init__(self, row: type[msgspec.Struct]) -> None:
        self._names = row.__struct_fields__
        self._wide = max(len(heading(name)) for name in self._names)
        self._any = False

    def rows(self, rows: Sequence[Any]) -> list[str]:
        """Return the lines of the next rows."""
        lines: list[str] = []
        for row in rows:
            if self._any:
                lines.append("")
            self._any = True
            lines += (f"{heading(name):{self._wide}}  {cell(name, getattr(row, name))}" for name in self._names)
        return lines

    def finish(self) -> list[str]:
        """Return nothing: no row, no line."""
        return []


class Json:
    """One array, an object a line; `[]` for no rows."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._held = ""

    def rows(self, rows: Sequence[Any]) -> list[str]:
        """Return the lines of the next rows; the last one is held back, for it may lack its comma."""
        lines = []
        for row in rows:
            lines.append(self._held + "," if self._held else "[")
            fields = msgspec.structs.asdict(row) if isinstance(row, msgspec.Struct) else row
            self._held = clean(self._encode(fields).decode())
        return lines

    def finish(self) -> list[str]:
        """Return the end of the array."""
        return [self._held, "]"] if self._held else ["[]"]


class Csv:
    """RFC 4180 with a heading of field names; times and numbers as in JSON, None empty."""

    def __init__(self, row: type[msgspec.Struct]) -> None:
        self._names = row.__struct_fields__
        self._headed = False

    def rows(self, rows: Sequence[Any]) -> list[str]:
        """Return the lines of the next rows."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self._headed:
            writer.writerow(self._names)
            self._headed = True
        writer.writerows([_plain(getattr(row, name)) for name in self._names] for row in rows)
        return [clean(line) for line in text.getvalue().splitlines()]

    def finish(self) -> list[str]:
        """Return the heading when there was no row."""
        return [] if self._headed else self.rows(())


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return " ".join(str(each) for each in value)
    return clean(value) if isinstance(value, str) else value


def for_people(row: type[msgspec.Struct], width: int = 0) -> Format:
    """Choose between table and records; `width` is the terminal's, 0 without bound.

    A class variable `layout` of the row decides, else how many fields it has.
    """
    fields = row.__struct_fields__
    layout = getattr(row, "layout", "") if "layout" not in fields else ""
    if layout == RECORDS or (layout != TABLE and len(fields) > TABLE_FIELDS):
        return Records(row)
    return Table(row, width)


def json_text(value: object) -> list[str]:
    """Return any value as indented JSON."""
    return [clean(line) for line in msgspec.json.format(msgspec.json.encode(value), indent=2).decode().split("\n")]
