"""Differences of two configuration texts, with the lines around which they stand, as `show archive config differences`.

    !Contextual Config Diffs:
    sip
     -domain example.net
     +domain example.org
    +hostname sip2

Pure, and linear but for a logarithm: ten thousand lines against ten thousand others take no longer
than reading them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

HEADER: Final = "!Contextual Config Diffs:"
SAME: Final = "!No changes were found"

_Block = tuple[str, list[str]]
"""A line of the first level, and the lines below it."""
_Key = tuple[str, int]
"""A line and how many of the same stand before it."""
_NOISE: Final = ("!", "version ", "Building configuration", "Current configuration")


def differences(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return what must go (`-`) and what must come (`+`) to make `new` of `old`; says so when it is nothing."""
    before, after = _blocks(old), _blocks(new)
    found = _merged(before, after)
    return [HEADER, *found] if found else [SAME]


def _blocks(lines: Sequence[str]) -> list[_Block]:
    blocks: list[_Block] = []
    for line in lines:
        text = line.rstrip()
        if not text or text == "end" or text.lstrip().startswith(_NOISE):
            continue
        if text[0] == " " and blocks:
            blocks[-1][1].append(text.strip())
        else:
            blocks.append((text.strip(), []))
    return blocks


def _keyed(lines: Sequence[str]) -> list[_Key]:
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        keys.append((line, seen[line]))
        seen[line] += 1
    return keys


def _merged(before: list[_Block], after: list[_Block]) -> list[str]:
    old, new = _keyed([line for line, _ in before]), _keyed([line for line, _ in after])
    below_old = dict(zip(old, (below for _, below in before), strict=True))
    below_new = dict(zip(new, (below for _, below in after), strict=True))
    found: list[str] = []
    for mark, key in _edits(old, new):
        if mark:
            below = below_old[key] if mark == "-" else below_new[key]
            found += [mark + key[0], *(f" {mark}{line}" for line in below)]
        elif below_old[key] != below_new[key]:
            inner = _edits(_keyed(below_old[key]), _keyed(below_new[key]))
            found += [key[0], *(f" {mark}{line}" for mark, (line, _) in inner if mark)]
    return found


def _edits(old: list[_Key], new: list[_Key]) -> list[tuple[str, _Key]]:
    """Return the lines of both in order: `-` only old, `+` only new, empty where they agree."""
    kept = _common(old, new)
    found: list[tuple[str, _Key]] = []
    at = 0
    for key in new:
        while at < len(old) and old[at] not in kept and (key in kept or _alike(old[at], key)):
            found.append(("-", old[at]))
            at += 1
        if key in kept:
            at += 1
        found.append(("" if key in kept else "+", key))
    return found + [("-", key) for key in old[at:]]


def _alike(one: _Key, other: _Key) -> bool:
    """Whether one line may be what the other was before: they begin with the same word."""
    return one[0].split(" ", 1)[0] == other[0].split(" ", 1)[0]


def _common(old: list[_Key], new: list[_Key]) -> set[_Key]:
    """Return the most lines that stand in both in the same order."""
    places = {key: index for index, key in enumerate(old)}
    ends: list[int] = []
    chain: list[tuple[int, _Key]] = []
    previous: dict[_Key, _Key | None] = {}
    for key in new:
        place = places.get(key)
        if place is None:
            continue
        length = bisect_left(ends, place)
        previous[key] = chain[length - 1][1] if length else None
        if length == len(ends):
            ends.append(place)
            chain.append((place, key))
        else:
            ends[length], chain[length] = place, (place, key)
    found: set[_Key] = set()
    last: _Key | None = chain[-1][1] if chain else None
    while last is not None:
        found.add(last)
        last = previous[last]
    return found
