"""Odd and broken messages of our own: each gets the verdict of `odd.toml`, read alone and sent into an engine."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from support.torture import broken, judge, load, make_world, read

TABLE = Path(__file__).parent / "odd.toml"
with open(TABLE, "rb") as file:
    BASE: str = tomllib.load(file)["base"].lstrip("\n")


class Odd(NamedTuple):
    """One row of the table; the fields are explained there."""

    name: str
    verdict: str
    answer: int | str
    reason: str
    parse: int = 0
    broken: tuple[str, ...] = ()
    start: str = ""
    lines: tuple[str, ...] = ()
    body: str = ""
    text: str | None = None

    def octets(self) -> bytes:
        """Return the message."""
        text = self.text.removeprefix("\n") if self.text and len(self.text) > 2 else self.text
        if text is None:
            text = "\n".join(self._lines()) + "\n\n" + self.body
        return text.replace("\n", "\r\n").replace("␊", "\n").replace("␍", "\r").encode("latin-1")

    def _lines(self) -> list[str]:
        first, *lines = BASE.splitlines()
        given = [line for line in self.lines if not line.startswith("+")]
        for name in {line.partition(":")[0] for line in given}:
            at = next(i for i, line in enumerate(lines) if line.startswith(f"{name}:"))
            lines[at : at + 1] = [line for line in given if line.startswith(f"{name}:")]
        return [self.start or first, *lines, *[line[1:] for line in self.lines if line.startswith("+")]]


ROWS = [Odd(**row) for row in load(TABLE)]


def test_names_are_unique_and_every_row_has_its_reason() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.reason and row.verdict in ("valid", "invalid") for row in ROWS)
    assert all(row.verdict == "invalid" or not (row.parse or row.broken) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_read(row: Odd) -> None:
    """The parser reads what is valid, and of what is invalid as much as the table says."""
    message = read(row.octets(), row.parse)
    assert broken(message) == list(row.broken)
    if not row.parse and row.body != "abcdef" and not row.start.startswith("\n"):
        assert message.render() == row.octets().replace(b"sip/2.0", b"SIP/2.0")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_engine(tmp_path: Path, row: Odd) -> None:
    """The engine answers, forwards or drops as the table says, and never by accident."""
    world = make_world(tmp_path, False)
    judge(world, row.octets(), "udp", row.answer)
