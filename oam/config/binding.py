"""What ties a configuration line to a field of a frozen record.

The field's type decides the shape: flag (bool), list (tuple) or leaf (anything else; a leaf that
is a record takes one argument for each of its fields). From the shape and the syntax follow the
value a line stands for, what `no` and `default` do, and the lines a value is written as. A line
may name only some fields of a list's entry: it then changes those and leaves the others, which
have lines of their own. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from oam.grammar.syntax import Argument, Choice, Element, Keyword, Optional, Sequence, names

LEAF: Final = "leaf"
FLAG: Final = "flag"
LIST: Final = "list"


class BindingError(Exception):
    """A line cannot be bound to its field."""


class Entries(NamedTuple):
    """A list whose entries are records with lines of their own."""

    path: tuple[str, ...]
    """Field names from the root record to the list."""
    type: type[msgspec.Struct]
    key: tuple[str, ...]
    """Fields that tell the entries apart."""

    def key_of(self, entry: msgspec.Struct) -> tuple[object, ...]:
        """Return what tells `entry` apart from the others."""
        return tuple(getattr(entry, name) for name in self.key)

    def key_in(self, arguments: dict[str, object]) -> tuple[object, ...]:
        """Return the key that a line's arguments name; what it leaves out is at its default."""
        defaults = {each.name: each.default for each in msgspec.structs.fields(self.type)}
        return tuple(arguments.get(name, defaults[name]) for name in self.key)


class Binding:
    """One line, bound."""

    __slots__ = (
        "default",
        "entries",
        "entry",
        "entry_defaults",
        "key",
        "merge",
        "names",
        "owner",
        "path",
        "record",
        "shape",
        "syntax",
        "without",
    )

    def __init__(
        self,
        syntax: Sequence,
        path: tuple[str, ...],
        shape: str,
        default: object,
        entry: object,
        key: tuple[str, ...],
        *,
        given: tuple[str, ...],
        record: type[msgspec.Struct] | None = None,
        entries: Entries | None = None,
        owner: tuple[str, ...] = (),
    ) -> None:
        self.syntax = syntax
        self.path = path
        """Field names from the root record, or from the record of the entry that the line belongs to."""
        self.shape = shape
        self.default: Any = default
        self.without: Any = default
        """What `no` sets a leaf to."""
        self.entry: Any = entry
        """Type of a list's entries: a Struct, a tuple, or a scalar type."""
        self.key = key
        self.names = given
        """Arguments that are values, without those that name the entry the line belongs to."""
        self.record = record
        """A leaf's type when it is a record."""
        self.entries = entries
        """The list to one entry of which the line belongs; None: to the root record."""
        self.owner = owner
        """Arguments of the line itself that name that entry; empty where the mode does."""
        self.entry_defaults: dict[str, Any] | None = None
        """Defaults of an entry's fields when entries are Structs."""
        if isinstance(entry, type) and issubclass(entry, msgspec.Struct):
            self.entry_defaults = {each.name: _default_of(each) for each in msgspec.structs.fields(entry)}
        self.merge = self.entry_defaults is not None and set(given) != set(self.entry_defaults)
        """The line names some of an entry's fields only."""

    @property
    def root(self) -> str:
        """The field of the root record that the line changes."""
        return (self.entries.path if self.entries else self.path)[0]

    def value_of(self, arguments: dict[str, object]) -> object:
        """Return the value that a leaf's line stands for."""
        if self.record is not None:
            return self.record(**{name: arguments[name] for name in self.names if name in arguments})
        return arguments[self.names[0]]

    def entry_of(self, arguments: dict[str, object]) -> object:
        """Return the list entry that a line's arguments make."""
        if self.entry_defaults is not None:
            return self.entry(**{name: value for name, value in arguments.items() if name in self.names})
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
        """Return the key that a line's arguments name; of a record, what it leaves out is at its default."""
        if self.entry_defaults is not None:
            return tuple(arguments.get(name, self.entry_defaults[name]) for name in self.key)
        if get_origin(self.entry) is tuple:
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


def _default_of(field: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default


def bind(
    syntax: Sequence,
    record: type[msgspec.Struct],
    section: str,
    field: str,
    key: tuple[str, ...],
    *,
    owner: tuple[str, ...] = (),
    consumed: tuple[str, ...] = (),
    entries: Entries | None = None,
) -> Binding:
    """Bind `syntax` to `field` (a path with dots) of `section` of `record`; BindingError when it does not fit.

    `owner` are arguments that name an entry of a list on the path: the line belongs to that entry.
    `consumed` are arguments that never reach the field. `entries` is the list whose entry `record` is.
    """
    path: tuple[str, ...] = ()
    kind: Any = record
    default: Any = None
    for name in (part for part in (*section.split("."), *field.split(".")) if part):
        if owner and entries is None and get_origin(kind) is tuple:
            kind = get_args(kind)[0]
            entries, path = Entries(path, kind, owner), ()
        found = {each.name: each for each in msgspec.structs.fields(kind)}.get(name)
        if found is None:
            raise BindingError(f"{kind.__name__} has no field {name!r}")
        default = _default_of(found)
        kind = get_type_hints(kind)[name]
        path = (*path, name)
    given = tuple(name for name in names(syntax) if name not in owner and name not in consumed)
    return _shaped(syntax, path, kind, default, key, given, entries, owner)


def _shaped(
    syntax: Sequence,
    path: tuple[str, ...],
    kind: Any,  # noqa: ANN401
    default: object,
    key: tuple[str, ...],
    given: tuple[str, ...],
    entries: Entries | None,
    owner: tuple[str, ...],
) -> Binding:
    """Make the binding of a line to a field of type `kind`."""
    if kind is bool:
        if given:
            raise BindingError("a flag takes no argument")
        return Binding(syntax, path, FLAG, default, None, (), given=given, entries=entries, owner=owner)
    if get_origin(kind) is not tuple:
        compound = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        if compound and set(given) != set(kind.__struct_fields__):
            raise BindingError(f"the arguments must be the fields of {kind.__name__}")
        if not compound and len(given) != 1:
            raise BindingError("a leaf takes exactly one argument")
        whole = kind if compound else None
        return Binding(syntax, path, LEAF, default, None, (), given=given, record=whole, entries=entries, owner=owner)
    entry = get_args(kind)[0]
    _check_entry(entry, given, key)
    key = key or given
    return Binding(syntax, path, LIST, default, entry, key, given=given, entries=entries, owner=owner)


def _check_entry(entry: object, given: tuple[str, ...], key: tuple[str, ...]) -> None:
    if isinstance(entry, type) and issubclass(entry, msgspec.Struct):
        fields = {each.name: each for each in msgspec.structs.fields(entry)}
        if not set(given) <= set(fields) or any(each.required for name, each in fields.items() if name not in given):
            raise BindingError(f"the arguments must be the fields of {entry.__name__}")
        given = tuple(name for name, each in fields.items() if name in given or not each.required)
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
    named_alone = not wanted
    wanted.update(binding.owner)
    cut = 0
    for index, element in enumerate(syntax):
        named = names((element,))
        needed = wanted.intersection(named) and not (isinstance(element, Optional) and _values(syntax[cut:index]))
        if needed or (named_alone and not named and cut == index):
            cut = index + 1
    rest = syntax[cut:]
    return (word, *syntax[:cut], Optional(rest)) if rest else (word, *syntax)


def _values(part: Sequence) -> bool:
    """Whether something that is no key must be given in `part`: what may be left out behind it is at its default."""
    return any(names((element,)) for element in part if not isinstance(element, Optional))


def fill(syntax: Sequence, arguments: dict[str, object]) -> str:
    """Write the line whose arguments are `arguments`; optional parts without a value are left out."""
    return " ".join(_filled(syntax, arguments))


def _filled(syntax: Sequence, arguments: dict[str, object]) -> Iterator[str]:
    for element in syntax:
        if isinstance(element, Optional):
            if fits(element.part, arguments):
                yield from _filled(element.part, arguments)
        elif isinstance(element, Choice):
            yield from _filled(next(part for part in element.parts if fits(part, arguments)), arguments)
        elif isinstance(element, Keyword):
            yield element.word
        else:
            yield element.type.render(arguments[element.name])


def fits(part: Sequence, arguments: dict[str, object]) -> bool:
    """Whether `arguments` can fill `part`."""
    return all(_filled_by(element, arguments) for element in part)


def _filled_by(element: Element, arguments: dict[str, object]) -> bool:
    if isinstance(element, Choice):
        return any(fits(part, arguments) for part in element.parts)
    if isinstance(element, Optional) or not element.name:
        return True
    return element.name in arguments and _accepts(element, arguments[element.name])


def _accepts(element: Keyword | Argument, value: object) -> bool:
    if isinstance(element, Keyword):
        return value == element.word
    try:
        return element.type.convert(element.type.render(value)) == value
    except ValueError:
        return False
