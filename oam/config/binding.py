"""What ties a configuration line to a field of a frozen record.

The field's type decides the shape: flag (bool), list (tuple) or leaf (anything else).
From the shape and the syntax follow the value a line stands for, what `no` and
`default` do, and the lines a value is written as. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from oam.grammar.syntax import Choice, Element, Keyword, Optional, Sequence, names

LEAF: Final = "leaf"
FLAG: Final = "flag"
LIST: Final = "list"


class BindingError(Exception):
    """A line cannot be bound to its field."""


class Binding:
    """One line, bound."""

    __slots__ = ("default", "entry", "entry_defaults", "key", "names", "path", "shape", "syntax")

    def __init__(
        self, syntax: Sequence, path: tuple[str, ...], shape: str, default: object, entry: object, key: tuple[str, ...]
    ) -> None:
        self.syntax = syntax
        self.path = path
        """Field names from the root record."""
        self.shape = shape
        self.default: Any = default
        self.entry: Any = entry
        """Type of a list's entries: a Struct, a tuple, or a scalar type."""
        self.key = key
        self.names = tuple(names(syntax))
        self.entry_defaults: dict[str, Any] | None = None
        """Defaults of an entry's fields when entries are Structs."""
        if isinstance(entry, type) and issubclass(entry, msgspec.Struct):
            self.entry_defaults = {each.name: each.default for each in msgspec.structs.fields(entry)}

    def entry_of(self, arguments: dict[str, object]) -> object:
        """Return the list entry that a line's arguments make."""
        if self.entry_defaults is not None:
            return self.entry(**arguments)
        if get_origin(self.entry) is tuple:
            return tuple(arguments[name] for name in self.names)
        return arguments[self.names[0]]

    def key_of(self, entry: object) -> object:
        """Return what tells `entry` apart from the others of its list."""
        if isinstance(entry, msgspec.Struct):
            return tuple(getattr(entry, name) for name in self.key)
        if isinstance(entry, tuple):
            return tuple(entry[self.names.index(name)] for name in self.key)
        return entry

    def key_in(self, arguments: dict[str, object]) -> object:
        """Return the key that a line's arguments name."""
        if self.entry_defaults is not None or get_origin(self.entry) is tuple:
            return tuple(arguments[name] for name in self.key)
        return arguments[self.names[0]]

    def arguments_of(self, entry: object) -> dict[str, object]:
        """Return the arguments whose line makes `entry`, without those at their default."""
        if self.entry_defaults is not None:
            return {
                name: value
                for name in self.names
                if (value := getattr(entry, name)) != self.entry_defaults[name] or name in self.key
            }
        if isinstance(entry, tuple):
            return dict(zip(self.names, entry, strict=True))
        return {self.names[0]: entry}


def bind(syntax: Sequence, record: type[msgspec.Struct], section: str, field: str, key: tuple[str, ...]) -> Binding:
    """Bind `syntax` to `field` (a path with dots) of `section` of `record`; BindingError when it does not fit."""
    path = tuple(part for part in (*section.split("."), *field.split(".")) if part)
    kind: Any = record
    default: Any = None
    for name in path:
        found = {each.name: each for each in msgspec.structs.fields(kind)}.get(name)
        if found is None:
            raise BindingError(f"{kind.__name__} has no field {name!r}")
        default = found.default if found.default is not msgspec.NODEFAULT else found.default_factory()
        kind = get_type_hints(kind)[name]
    given = names(syntax)
    if kind is bool:
        if given:
            raise BindingError("a flag takes no argument")
        return Binding(syntax, path, FLAG, default, None, ())
    if get_origin(kind) is not tuple:
        if len(given) != 1:
            raise BindingError("a leaf takes exactly one argument")
        return Binding(syntax, path, LEAF, default, None, ())
    entry = get_args(kind)[0]
    _check_entry(entry, given, key)
    return Binding(syntax, path, LIST, default, entry, key or tuple(given))


def _check_entry(entry: object, given: list[str], key: tuple[str, ...]) -> None:
    if isinstance(entry, type) and issubclass(entry, msgspec.Struct):
        if set(given) != set(entry.__struct_fields__):
            raise BindingError(f"the arguments must be the fields of {entry.__name__}")
    elif get_origin(entry) is tuple:
        if len(given) != len(get_args(entry)):
            raise BindingError(f"an entry has {len(get_args(entry))} values")
    elif len(given) != 1:
        raise BindingError("an entry has one value")
    if not set(key) <= set(given):
        raise BindingError("the key names an argument that is not there")


def negation(syntax: Sequence, form: str, binding: Binding | None) -> Sequence:
    """Return the syntax of `no` or `default` (`form`) of a line: what says which is needed, the rest may follow."""
    word = Keyword(form)
    if binding is None or binding.shape == FLAG:
        return (word, *syntax)
    wanted = set(binding.key) if binding.shape == LIST else set()
    if form == "default" and binding.default:
        wanted = set()
    cut = 0
    for index, element in enumerate(syntax):
        named = names((element,))
        if wanted.intersection(named) or (not wanted and not named and cut == index):
            cut = index + 1
    rest = syntax[cut:]
    return (word, *syntax[:cut], Optional(rest)) if rest else (word, *syntax)


def fill(syntax: Sequence, arguments: dict[str, object]) -> str:
    """Write the line whose arguments are `arguments`; optional parts without a value are left out."""
    return " ".join(_filled(syntax, arguments))


def _filled(syntax: Sequence, arguments: dict[str, object]) -> Iterator[str]:
    for element in syntax:
        if isinstance(element, Optional):
            if all(name in arguments for name in names(element.part)):
                yield from _filled(element.part, arguments)
        elif isinstance(element, Choice):
            yield from _filled(next(part for part in element.parts if _fits(part[0], arguments)), arguments)
        elif isinstance(element, Keyword):
            yield element.word
        else:
            yield element.type.render(arguments[element.name])


def _fits(element: Element, arguments: dict[str, object]) -> bool:
    """Whether an alternative that begins with `element` is the one `arguments` came from."""
    if isinstance(element, Keyword):
        return not element.name or arguments.get(element.name) == element.word
    return all(name in arguments for name in names((element,)))
