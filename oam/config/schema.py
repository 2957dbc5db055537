"""The configuration as JSON: its published schema, reading it, and saying what is wrong with it.

The types give the schema's shape, the command grammar the ranges of numbers, so that it cannot say
anything else than the shell. What is read is written as configuration lines and read again: a value that
could not be typed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from oam.commands.registry import Command, Registry
from oam.config import text
from oam.config.binding import LEAF
from oam.config.tree import Configuration
from oam.grammar.syntax import Argument, Choice, Optional, Sequence

TITLE: Final = "sipctl configuration"
_RANGE: Final = re.compile(r"<(\d+)-(\d+)>")


def schema(registry: Registry) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the configuration."""
    (reference,), parts = msgspec.json.schema_components([Configuration], ref_template="#/$defs/{name}")
    for part in parts.values():
        part.pop("description", None)
        if part.get("type") == "object":
            part["additionalProperties"] = False
    for command in registry.commands:
        for record, field, low, high in _ranges(command):
            _bound(parts.get(record.__name__, {}).get("properties", {}).get(field), low, high)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": TITLE, **reference, "$defs": parts}


def schema_text(registry: Registry) -> str:
    """Return the schema as it is published."""
    return msgspec.json.format(msgspec.json.encode(schema(registry), order="deterministic"), indent=2).decode() + "\n"


def _bound(about: dict[str, Any] | None, low: int, high: int) -> None:
    """Widen the range of a number to `low` … `high`; its default always is within."""
    if about is None or about.get("type") != "integer":
        return
    default = about.get("default", low)
    about["minimum"] = min(about.get("minimum", low), low, default)
    about["maximum"] = max(about.get("maximum", high), high, default)


def _ranges(command: Command) -> Iterator[tuple[type[msgspec.Struct], str, int, int]]:
    """Yield the record, field and range of every number that a configuration line takes."""
    binding = command.binding
    if binding is None or command.mode.record is not None:
        return
    record: Any = binding.entries.type if binding.entries else Configuration
    kind: Any = record
    for name in binding.path:
        record, kind = kind, get_type_hints(kind)[name]
    for argument in _arguments(command.elements):
        found = _RANGE.fullmatch(argument.type.name)
        if found is None or argument.name not in binding.names:
            continue
        low, high = int(found[1]), int(found[2])
        if binding.shape == LEAF and binding.record is None:
            yield record, binding.path[-1], low, high
        elif binding.shape == LEAF and binding.record is not None:
            yield binding.record, argument.name, low, high
        elif get_origin(kind) is tuple and _is_record(get_args(kind)[0]):
            yield get_args(kind)[0], argument.name, low, high


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _arguments(syntax: Sequence) -> Iterator[Argument]:
    for element in syntax:
        if isinstance(element, Optional):
            yield from _arguments(element.part)
        elif isinstance(element, Choice):
            for part in element.parts:
                yield from _arguments(part)
        elif isinstance(element, Argument):
            yield element


def encode(settings: Configuration) -> str:
    """Write a configuration as JSON; reversible secrets are in it as they are kept, encrypted."""
    return msgspec.json.format(msgspec.json.encode(settings), indent=2).decode()


def decode(registry: Registry, octets: bytes | str) -> tuple[Configuration, list[str]]:
    """Read a configuration from JSON; return what is wrong with it too, one sentence each."""
    try:
        given = msgspec.json.decode(octets)
        settings = msgspec.convert(given, Configuration)
    except (msgspec.MsgspecError, UnicodeError) as error:
        return Configuration(), [str(error)]
    unknown = [f"{path} is no setting" for path in _unknown(given, msgspec.to_builtins(settings), "$")]
    if unknown:
        return settings, unknown
    try:
        lines = text.render(registry, settings)
    except (ValueError, TypeError, StopIteration, RuntimeError) as error:
        return settings, [f"a value cannot be written as a configuration line: {error}"]
    again, problems = text.parse(registry, lines)
    if problems:
        return settings, [each.text for each in problems]
    return settings, [] if again == settings else list(_other(settings, again))


def _unknown(given: object, known: object, path: str) -> Iterator[str]:
    """Yield the paths in `given` that are not in `known`."""
    if isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            if name in known:
                yield from _unknown(value, known[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(given, list) and isinstance(known, list):
        for index, (one, other) in enumerate(zip(given, known, strict=False)):
            yield from _unknown(one, other, f"{path}[{index}]")


def _other(settings: Configuration, again: Configuration) -> Iterable[str]:
    """Name the fields that are not what the shell would make of them."""
    return (
        f"$.{name} has a value that no configuration line gives"
        for name in Configuration.__struct_fields__
        if getattr(settings, name) != getattr(again, name)
    )
