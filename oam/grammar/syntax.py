"""The language commands are declared in: a syntax line to a tree of elements.

keyword              as it stands; `keyword$name` also passes the word on
[optional part]
<one|other part>     alternatives; `<a|WORD>$name` passes on which one it was
(1-10)$name          whole number in a range
TYPE$name            upper case: a type of `oam.grammar.types`
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from oam.grammar.types import TYPES, Type, integer

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<mark>[\[\]<>|])|\((?P<low>\d+)-(?P<high>\d+)\)|(?P<type>[A-Z][A-Z0-9]*(?![a-z0-9-]))|(?P<word>[a-z0-9][a-z0-9+-]*))"
    r"(?:\$(?P<name>[a-z_][a-z0-9_]*))?"
)


class SyntaxLineError(Exception):
    """A syntax line is not in the language."""


@dataclass(frozen=True)
class Keyword:
    """A word as it stands."""

    word: str
    name: str = ""


@dataclass(frozen=True)
class Argument:
    """A typed word."""

    type: Type
    name: str = ""


@dataclass(frozen=True)
class Optional:
    """A part that may be left out."""

    part: Sequence


@dataclass(frozen=True)
class Choice:
    """Exactly one of several parts."""

    parts: tuple[Sequence, ...]


Element = Keyword | Argument | Optional | Choice
Sequence = tuple[Element, ...]


def parse(text: str) -> Sequence:
    """Read one syntax line; SyntaxLineError when it is none."""
    parser = _Parser(text)
    found = parser.sequence("")
    if parser.offset != len(text):
        raise SyntaxLineError(f"unexpected {text[parser.offset :]!r} in {text!r}")
    return found


class _Parser:
    """Recursive descent over one line."""

    def __init__(self, text: str) -> None:
        self.text = text.rstrip()
        self.offset = 0

    def next(self) -> re.Match[str]:
        found = _TOKEN.match(self.text, self.offset)
        if not found:
            raise SyntaxLineError(f"cannot read {self.text[self.offset :]!r} in {self.text!r}")
        self.offset = found.end()
        return found

    def sequence(self, closing: str) -> Sequence:
        """Read up to one of the marks in `closing`, which is left unread, or to the end when it is empty."""
        elements: list[Element] = []
        while self.offset < len(self.text):
            start = self.offset
            token = self.next()
            mark = token["mark"]
            if mark and mark in closing:
                self.offset = start
                break
            elements.append(self.group(mark) if mark else _single(token))
        if not elements:
            raise SyntaxLineError(f"empty part in {self.text!r}")
        return tuple(elements)

    def group(self, mark: str) -> Element:
        if mark == "[":
            part = self.sequence("]")
            return Optional(_named(part, self.close("]")))
        if mark == "<":
            parts = []
            while True:
                parts.append(self.sequence("|>"))
                end = self.next()
                if end["mark"] == ">":
                    return Choice(tuple(_named(part, end["name"]) for part in parts))
        raise SyntaxLineError(f"unexpected {mark!r} in {self.text!r}")

    def close(self, mark: str) -> str | None:
        if self.offset >= len(self.text):
            raise SyntaxLineError(f"{mark!r} is missing in {self.text!r}")
        token = self.next()
        if token["mark"] != mark:
            raise SyntaxLineError(f"{mark!r} is missing in {self.text!r}")
        return token["name"]


def _single(token: re.Match[str]) -> Element:
    name = token["name"] or ""
    if token["low"]:
        return Argument(integer(int(token["low"]), int(token["high"])), name)
    if token["type"]:
        if token["type"] not in TYPES:
            raise SyntaxLineError(f"unknown type {token['type']}")
        return Argument(TYPES[token["type"]], name)
    return Keyword(token["word"], name)


def _named(part: Sequence, name: str | None) -> Sequence:
    """Give a part of one word the name written behind its bracket."""
    if not name:
        return part
    if len(part) != 1 or not isinstance(part[0], Keyword | Argument):
        raise SyntaxLineError(f"${name} stands behind more than one word")
    return (replace(part[0], name=name),)


def names(part: Sequence) -> list[str]:
    """Return the `$name`s of `part`, in order, each once."""
    found: dict[str, None] = {}
    for element in part:
        if isinstance(element, Optional):
            found.update(dict.fromkeys(names(element.part)))
        elif isinstance(element, Choice):
            for each in element.parts:
                found.update(dict.fromkeys(names(each)))
        elif element.name:
            found[element.name] = None
    return list(found)


def keywords(part: Sequence) -> list[str]:
    """Return the keywords of `part`, in order, with repetitions."""
    found: list[str] = []
    for element in part:
        if isinstance(element, Optional):
            found += keywords(element.part)
        elif isinstance(element, Choice):
            for each in element.parts:
                found += keywords(each)
        elif isinstance(element, Keyword):
            found.append(element.word)
    return found
