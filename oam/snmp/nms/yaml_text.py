"""YAML 1.1 as other programs read it, written without a library: mappings, lists, text, numbers, truth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./%-]| (?! ))*(?<! )")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
"""What YAML 1.1 takes for something else than text, in any case of letters."""


def text(value: Any, *comments: str) -> str:
    """Write a document; `comments` are the lines above it."""
    head = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    return head + "\n".join(_lines(value, 0)) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _entry(f"{pad}{_scalar(key)}:", each, depth)
    else:
        for each in value:
            first, *rest = _lines(each, depth + 1) if _nests(each) else [f"{pad}  {_scalar(each)}"]
            yield f"{pad}- {first[len(pad) + 2 :]}"
            yield from rest


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if _nests(value):
        yield head
        yield from _lines(value, depth + 1)
    else:
        yield f"{head} {_scalar(value)}"


def _nests(value: Any) -> bool:
    return bool(value) and not isinstance(value, str) and isinstance(value, Mapping | Sequence)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0") + "0" * value.is_integer()  # 1e-06 would be text
    return json.dumps(value)  # integers, truth, nothing; the empty list and mapping


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value)  # a JSON string is a double-quoted scalar
