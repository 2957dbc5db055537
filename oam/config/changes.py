"""What a change of the configuration changed: the lines before and after, secrets masked. Pure.

Only what differs is rendered, so one line changed among ten thousand costs little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import is_
from typing import Any, Final

import msgspec

from oam.commands.registry import CONFIG, PRIVILEGED, SET, Registry, Target
from oam.config.resolve import resolve
from oam.config.text import render
from oam.config.tree import ORDER, Configuration
from oam.grammar.result import Match
from oam.grammar.types import SECRET_HASH
from oam.grammar.words import is_comment

MAX_ENTRIES: Final = 100
"""Entries of one list, and lines of one change, that are listed."""
_FRAME: Final = ("!", "end")


def changed_lines(registry: Registry, old: Configuration, new: Configuration) -> tuple[list[str], list[str]]:
    """Return the lines that `new` no longer has and those it has now, each behind the line that opens its mode."""
    before, after = _reduced(old, new)
    fields = [name for name in ORDER if getattr(old, name) != getattr(new, name)]
    if not fields:
        return [], []
    left, right = (list(opened_lines(render(registry, each, fields=fields))) for each in (before, after))
    removed, added = set(left) - set(right), set(right) - set(left)
    return _listed(registry, left, removed), _listed(registry, right, added)


def masked_lines(registry: Registry, lines: Iterable[str]) -> Iterator[str]:
    """Yield configuration lines without secrets, hashes among them."""
    mode = CONFIG
    for line in lines:
        text = line.strip()
        if is_comment(text):
            yield line
            continue
        outcome, mode = resolve(registry, mode, text, PRIVILEGED)
        indent = line[: len(line) - len(line.lstrip())]
        if isinstance(outcome, Match):
            yield indent + SECRET_HASH.sub("*", outcome.canonical if outcome.secret else text)
            target = outcome.command
            if isinstance(target, Target) and target.form == SET and target.command.section_mode is not None:
                mode = target.command.section_mode
        else:
            yield indent + SECRET_HASH.sub("*", registry.masked(text))


def _reduced(old: Any, new: Any, inner: bool = False) -> tuple[Any, Any]:  # noqa: ANN401
    """Return both records with their defaults in place of what they have in common.

    What is one line (`inner`: a record in a record of the configuration, as a timeout) stays whole.
    """
    before, after = {}, {}
    for name in old.__struct_fields__:
        left, right = getattr(old, name), getattr(new, name)
        if left is right or left == right:
            continue
        if isinstance(left, msgspec.Struct) and type(left) is type(right) and not inner:
            left, right = _reduced(left, right, inner=True)
        elif isinstance(left, tuple) and isinstance(right, tuple):
            left, right = _apart(left, right)
        before[name], after[name] = left, right
    return type(old)(**before), type(new)(**after)


def _apart(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the entries that only one of two lists has; all of both when just their order differs."""
    old, new = _trimmed(old, new)
    known, now = set(map(id, old)), set(map(id, new))
    gone = [each for each in old if id(each) not in now]
    come = [each for each in new if id(each) not in known]
    # Equal entries need not be the same ones: a configuration that was read anew has none of the old.
    common = set(gone) & set(come)
    gone = [each for each in gone if each not in common]
    come = [each for each in come if each not in common]
    if not gone and not come:
        return old[:MAX_ENTRIES], new[:MAX_ENTRIES]
    return _thinned(gone[:MAX_ENTRIES], come[:MAX_ENTRIES])


def _trimmed(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Take off both ends what is the same: one change among ten thousand entries leaves a few to look at."""
    same = [*map(is_, old, new), False].index(False)
    old, new = old[same:], new[same:]
    same = [*map(is_, reversed(old), reversed(new)), False].index(False)
    return old[: len(old) - same], new[: len(new) - same]


def _thinned(gone: list[Any], come: list[Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Take what they have in common out of the lists of entries of one name, whose first field it is."""
    names = {_name(each): at for at, each in enumerate(gone) if isinstance(each, msgspec.Struct)}
    for number, entry in enumerate(come):
        at = names.get(_name(entry)) if isinstance(entry, msgspec.Struct) else None
        if at is None or type(gone[at]) is not type(entry):
            continue
        before, after = {}, {}
        for name in entry.__struct_fields__:
            left, right = getattr(gone[at], name), getattr(entry, name)
            if isinstance(left, tuple) and isinstance(right, tuple):
                before[name], after[name] = ((), ()) if left == right else _apart(left, right)
        gone[at] = msgspec.structs.replace(gone[at], **before)
        come[number] = msgspec.structs.replace(entry, **after)
    return tuple(gone), tuple(come)


def _name(entry: msgspec.Struct) -> object:
    return getattr(entry, entry.__struct_fields__[0])


def opened_lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each line behind the one that opens its mode, empty when there is none."""
    opening = ""
    for line in lines:
        if line in _FRAME or line.startswith("version "):
            continue
        if not line.startswith(" "):
            opening = line
        yield opening if line.startswith(" ") else "", line


def _listed(registry: Registry, lines: list[tuple[str, str]], wanted: set[tuple[str, str]]) -> list[str]:
    """Return the `wanted` ones of `lines`, in their order, as they may be kept."""
    chosen: list[str] = []
    shown = ""
    for opening, line in lines:
        if (opening, line) not in wanted:
            continue
        if opening and shown != opening:
            chosen.append(opening)
        shown = opening or line
        chosen.append(line)
    listed = list(masked_lines(registry, chosen[:MAX_ENTRIES]))
    return [*listed, f"... {len(chosen) - MAX_ENTRIES} more lines"] if len(chosen) > MAX_ENTRIES else listed
