"""Edits of a frozen record, and the draft that takes many of them cheaply.

A draft holds lists as dictionaries by entry key, so that ten thousand entries cost
ten thousand steps; `freeze` makes the record of it once. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from oam.config.binding import FLAG, LIST, Binding

R = TypeVar("R", bound=msgspec.Struct)


class Edit(NamedTuple):
    """One validated configuration line."""

    form: str
    """`""`, `no` or `default`."""
    binding: Binding | None
    """None: the whole section `section` is reset."""
    arguments: dict[str, object]
    section: str = ""
    source: str = ""
    """Where the line stands, `file:line`."""
    line: str = ""
    """The canonical line."""


class Draft(Generic[R]):
    """A record being edited."""

    def __init__(self, base: R) -> None:
        self.base = base
        self.values: dict[tuple[str, ...], object] = {}
        self.lists: dict[tuple[str, ...], dict[object, object]] = {}

    def apply(self, edit: Edit) -> None:
        """Take one edit."""
        binding = edit.binding
        if binding is None:
            self.reset(edit.section)
        elif binding.shape == LIST:
            self._edit_list(binding, edit)
        elif binding.shape == FLAG:
            self.values[binding.path] = binding.default if edit.form == "default" else edit.form == ""
        else:
            value = binding.default if edit.form else edit.arguments[binding.names[0]]
            self.values[binding.path] = value

    def apply_all(self, edits: Iterable[Edit]) -> Draft[R]:
        """Take `edits` in order; returns the draft itself."""
        for edit in edits:
            self.apply(edit)
        return self

    def reset(self, section: str) -> None:
        """Bring the fields of `section` back to their defaults."""
        self.base = msgspec.structs.replace(self.base, **{section: getattr(type(self.base)(), section)})
        self.values = {path: value for path, value in self.values.items() if path[0] != section}
        self.lists = {path: value for path, value in self.lists.items() if path[0] != section}

    def _edit_list(self, binding: Binding, edit: Edit) -> None:
        if edit.form == "default" and not set(binding.key) <= set(edit.arguments):
            self.lists[binding.path] = {binding.key_of(entry): entry for entry in binding.default}
            return
        entries = self.lists.get(binding.path)
        if entries is None:
            current: Any = self.base
            for name in binding.path:
                current = getattr(current, name)
            entries = self.lists[binding.path] = {binding.key_of(entry): entry for entry in current}
        if edit.form == "":
            entry = binding.entry_of(edit.arguments)
            entries[binding.key_of(entry)] = entry
            return
        key = binding.key_in(edit.arguments)
        entries.pop(key, None)
        if edit.form == "default":
            entries.update((key, entry) for entry in binding.default if binding.key_of(entry) == key)

    def freeze(self) -> R:
        """Return the record with every edit in it."""
        changes: dict[tuple[str, ...], dict[str, object]] = {}
        for path, value in self.values.items():
            changes.setdefault(path[:-1], {})[path[-1]] = value
        for path, entries in self.lists.items():
            changes.setdefault(path[:-1], {})[path[-1]] = tuple(entries.values())
        top = changes.pop((), {})
        for parent, fields in changes.items():
            (name,) = parent
            top[name] = msgspec.structs.replace(getattr(self.base, name), **fields)
        return msgspec.structs.replace(self.base, **top) if top else self.base
