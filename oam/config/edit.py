"""Edits of a frozen record, and the draft that takes many of them cheaply.

A draft holds lists as dictionaries by entry key, so that ten thousand entries cost
ten thousand steps; `freeze` makes the record of it once. An entry with lines of its own is
a draft within the draft. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from oam.config.binding import FLAG, LIST, Binding, Entries

R = TypeVar("R", bound=msgspec.Struct)
S = TypeVar("S", bound=Any)


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
    key: tuple[object, ...] | None = None
    """The entry of `binding.entries` that the line belongs to, if that is set."""


class Draft(Generic[R]):
    """A record being edited."""

    def __init__(self, base: R) -> None:
        self.base = base
        self.values: dict[tuple[str, ...], object] = {}
        self.lists: dict[tuple[str, ...], dict[object, Any]] = {}
        self.inner: dict[tuple[str, ...], dict[object, Draft[msgspec.Struct]]] = {}
        """Drafts of list entries being edited, by list and key."""

    def apply(self, edit: Edit) -> None:
        """Take one edit."""
        binding = edit.binding
        if binding is None:
            self.reset(edit.section)
        elif binding.entries is not None and edit.key is not None:
            if edit.form and binding.owner and edit.key not in self._held(binding.entries.path, binding.entries.key_of):
                return  # what is not there has nothing that could be taken from it
            self._within(binding.entries, edit.key).apply(edit._replace(key=None))
        elif binding.shape == LIST:
            self._edit_list(binding, edit)
        elif binding.shape == FLAG:
            self.values[binding.path] = binding.default if edit.form == "default" else edit.form == ""
        else:
            unset = {"default": binding.default, "no": binding.without}
            self.values[binding.path] = unset[edit.form] if edit.form else binding.value_of(edit.arguments)

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
        self.inner = {path: value for path, value in self.inner.items() if path[0] != section}

    def _within(self, entries: Entries, key: tuple[object, ...]) -> Draft[msgspec.Struct]:
        """Return the draft of one entry, which is made if there is none."""
        drafts = self.inner.setdefault(entries.path, {})
        draft = drafts.get(key)
        if draft is None:
            held = self._held(entries.path, entries.key_of)
            if key not in held:
                held[key] = entries.type(**dict(zip(entries.key, key, strict=True)))
            draft = drafts[key] = Draft(held[key])
        return draft

    def _held(self, path: tuple[str, ...], key_of: Callable[[Any], object]) -> dict[object, Any]:
        """Return the entries of the list at `path` by key, to be changed."""
        entries = self.lists.get(path)
        if entries is None:
            current: Any = self.base
            for name in path:
                current = getattr(current, name)
            entries = self.lists[path] = {key_of(entry): entry for entry in current}
        return entries

    def _edit_list(self, binding: Binding, edit: Edit) -> None:
        drafts = self.inner.get(binding.path, {})
        if edit.form == "default" and set(binding.key).isdisjoint(edit.arguments):
            self.lists[binding.path] = {binding.key_of(entry): entry for entry in binding.default}
            drafts.clear()
            return
        entries = self._held(binding.path, binding.key_of)
        key = binding.key_in(edit.arguments)
        if edit.form == "" and binding.merge and key in entries:
            fields = {name: value for name, value in edit.arguments.items() if name in binding.names}
            if key in drafts:
                drafts[key].values.update({(name,): value for name, value in fields.items()})
            else:
                entries[key] = msgspec.structs.replace(entries[key], **fields)
            return
        drafts.pop(key, None)
        if edit.form == "":
            entries[key] = binding.entry_of(edit.arguments)
            return
        entries.pop(key, None)
        if edit.form == "default":
            entries.update((key, entry) for entry in binding.default if binding.key_of(entry) == key)

    def freeze(self) -> R:
        """Return the record with every edit in it."""
        changes: dict[tuple[str, ...], object] = dict(self.values)
        for path, entries in self.lists.items():
            drafts = self.inner.get(path, {})
            entries.update((key, draft.freeze()) for key, draft in drafts.items())
            changes[path] = tuple(entries.values())
        return _replaced(self.base, changes)


def _replaced(record: S, changes: dict[tuple[str, ...], object]) -> S:
    """Return `record` with the values at the paths of `changes`, which lead through records."""
    fields: dict[str, object] = {path[0]: value for path, value in changes.items() if len(path) == 1}
    inner: dict[str, dict[tuple[str, ...], object]] = {}
    for path, value in changes.items():
        if len(path) > 1:
            inner.setdefault(path[0], {})[path[1:]] = value
    for name, those in inner.items():
        fields[name] = _replaced(fields.get(name, getattr(record, name)), those)
    return msgspec.structs.replace(record, **fields) if fields else record
