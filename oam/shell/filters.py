"""What may stand behind a `|`: read from the line, offered by `?` and Tab, applied to lines. Pure.

Filters are chained by `|` standing alone between spaces, so `include 404|486` is one
pattern. `json` and `csv` are about rows, not lines: they come first. What goes to a
file is told apart here and done by `oam.shell.files`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, NamedTuple

from oam.grammar.result import CR, Ambiguous, Candidate, Incomplete, Invalid
from oam.shell.pattern import Pattern, PatternError

NO_ARGUMENT: Final = 0
PATTERN: Final = 1
OPTIONAL_PATTERN: Final = 2
FILE: Final = 3

FILTERS: Final = {
    "append": (FILE, "Add the output to a file"),
    "begin": (PATTERN, "Begin with the line that matches"),
    "count": (OPTIONAL_PATTERN, "Count lines, or those that match"),
    "csv": (NO_ARGUMENT, "Rows as comma-separated values"),
    "exclude": (PATTERN, "Leave out lines that match"),
    "include": (PATTERN, "Only lines that match"),
    "json": (NO_ARGUMENT, "Rows as JSON"),
    "redirect": (FILE, "Write the output to a file"),
    "section": (PATTERN, "Only lines that match and what is indented below them"),
    "tee": (FILE, "Write the output to a file and show it"),
}
"""Keyword: (what follows it, help)."""

REGULAR_EXPRESSION: Final = "Regular expression"
FILE_NAME: Final = "Name of a file in the server's directory of files"
FURTHER: Final = "Filter the output further"
HELPS: Final = (REGULAR_EXPRESSION, FILE_NAME, FURTHER, *(text for _, text in FILTERS.values()))
"""Every help text of filters."""

_AFTER: Final = {NO_ARGUMENT: "", PATTERN: " PATTERN", OPTIONAL_PATTERN: " [PATTERN]", FILE: " FILE"}
_SEPARATOR: Final = re.compile(r"(?:^|(?<=\s))\|(?=\s|$)")
_PART: Final = re.compile(r"\s*(\S*)\s*(.*?)\s*$")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class Filter(NamedTuple):
    """One filter of a line, understood."""

    name: str
    pattern: Pattern | None = None
    file: str = ""
    at: int = 0
    """Column of the keyword."""


def signature(name: str) -> str:
    """Write a filter for people: `count [PATTERN]`."""
    return name + _AFTER[FILTERS[name][0]]


def parse(text: str, start: int) -> list[Filter] | Incomplete | Ambiguous | Invalid:
    """Read what stands behind the first `|`, from column `start` of the line `text` on."""
    filters: list[Filter] = []
    for begin, end in _parts(text, start):
        found = _one(text, begin, end)
        if not isinstance(found, Filter):
            return found
        if found.name in ("json", "csv") and filters:
            return Invalid(found.at, f"{found.name} must be the first filter")
        if filters and filters[-1].name in ("redirect", "append"):
            return Invalid(found.at, "nothing is left to filter")
        filters.append(found)
    return filters


def suggest(text: str, start: int) -> list[Candidate]:
    """List what may come next behind the first `|`, as `?` shows it; `text` ends where the cursor is."""
    begin, end = _parts(text, start)[-1]
    words = text[begin:end].split()
    if not words or (len(words) == 1 and not text[-1].isspace()):
        typed = words[0].lower() if words else ""
        return [Candidate(name, text) for name, (_, text) in FILTERS.items() if name.startswith(typed)]
    names = _names(words[0])
    if len(names) != 1:
        return []
    argument = FILTERS[names[0]][0]
    given = len(words) > 1
    found = []
    if argument in (PATTERN, OPTIONAL_PATTERN):
        found.append(Candidate("LINE", REGULAR_EXPRESSION, True))
    elif argument == FILE and not (given and text[-1].isspace()):
        found.append(Candidate("FILE", FILE_NAME, True))
    if argument in (NO_ARGUMENT, OPTIONAL_PATTERN) or (given and text[-1].isspace()):
        found += [Candidate("|", FURTHER), CR]
    return found


def _parts(text: str, start: int) -> list[tuple[int, int]]:
    """Return where each filter begins and ends, the `|` left out."""
    cuts = [found.span() for found in _SEPARATOR.finditer(text, start)]
    begins = [start, *(end for _, end in cuts)]
    ends = [*(begin for begin, _ in cuts), len(text)]
    return list(zip(begins, ends, strict=True))


def _names(word: str) -> list[str]:
    typed = word.lower()
    return [typed] if typed in FILTERS else [name for name in FILTERS if name.startswith(typed)]


def _one(text: str, begin: int, end: int) -> Filter | Incomplete | Ambiguous | Invalid:
    """Read the one filter that stands between `begin` and `end`."""
    found = _PART.match(text, begin, end)
    assert found
    word, argument = found.groups()
    if not word:
        return Incomplete(end)
    names = _names(word)
    if len(names) != 1:
        return Ambiguous(found.start(1), tuple(names)) if names else Invalid(found.start(1))
    name = names[0]
    kind = FILTERS[name][0]
    if not argument:
        return Filter(name, at=found.start(1)) if kind in (NO_ARGUMENT, OPTIONAL_PATTERN) else Incomplete(end)
    if kind == NO_ARGUMENT:
        return Invalid(found.start(2))
    if kind == FILE:
        if not _FILE.fullmatch(argument):
            return Invalid(found.start(2), "a file is a plain name: letters, digits, '.', '_' and '-', no directory")
        return Filter(name, None, argument, found.start(1))
    try:
        return Filter(name, Pattern(argument), at=found.start(1))
    except PatternError as error:
        return Invalid(found.start(2) + error.offset, f"not a regular expression: {error.reason}")


class Stage(ABC):
    """One filter at work."""

    @abstractmethod
    def feed(self, lines: list[str]) -> list[str]:
        """Take lines, return those that pass."""

    def finish(self) -> list[str]:
        """Return what the end of the output adds."""
        return []


class _Match(Stage):
    """`include` and `exclude`."""

    def __init__(self, pattern: Pattern, wanted: bool) -> None:
        self._search = pattern.search
        self._wanted = wanted

    def feed(self, lines: list[str]) -> list[str]:
        return [line for line in lines if self._search(line) == self._wanted]


class _Begin(Stage):
    def __init__(self, pattern: Pattern) -> None:
        self._search = pattern.search
        self._begun = False

    def feed(self, lines: list[str]) -> list[str]:
        shown = []
        for line in lines:
            self._begun = self._begun or self._search(line)
            if self._begun:
                shown.append(line)
        return shown


class _Section(Stage):
    def __init__(self, pattern: Pattern) -> None:
        self._search = pattern.search
        self._indent = -1
        """Of the line that matched last, -1 outside a section."""

    def feed(self, lines: list[str]) -> list[str]:
        shown = []
        for line in lines:
            indent = len(line) - len(line.lstrip())
            if self._indent < 0 or indent <= self._indent:
                self._indent = indent if self._search(line) else -1
            if self._indent >= 0:
                shown.append(line)
        return shown


class _Count(Stage):
    def __init__(self, pattern: Pattern | None) -> None:
        self._search = pattern.search if pattern else None
        self._count = 0

    def feed(self, lines: list[str]) -> list[str]:
        search = self._search
        self._count += sum(1 for line in lines if search is None or search(line))
        return []

    def finish(self) -> list[str]:
        of = "lines which match regexp" if self._search else "lines"
        return [f"Number of {of} = {self._count}"]


def stage(wanted: Filter) -> Stage:
    """Return the stage that does `wanted`, one of the filters of lines."""
    if wanted.name == "count":
        return _Count(wanted.pattern)
    assert wanted.pattern is not None
    if wanted.name in ("include", "exclude"):
        return _Match(wanted.pattern, wanted.name == "include")
    return {"begin": _Begin, "section": _Section}[wanted.name](wanted.pattern)


class Chain:
    """Several stages, one behind the other."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages

    def feed(self, lines: list[str]) -> list[str]:
        """Take lines, return those that pass all stages."""
        for each in self._stages:
            lines = each.feed(lines)
        return lines

    def finish(self) -> list[str]:
        """Return what is left when the output has ended."""
        lines: list[str] = []
        for each in self._stages:
            lines = [*each.feed(lines), *each.finish()]
        return lines
