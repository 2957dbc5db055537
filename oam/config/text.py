"""The configuration as text: rendered by schema order, parsed with every problem named.

Law: `parse(render(s)) == s`, also for `everything`. Lines at their default are left
out unless `everything` is asked for; a list whose default is not empty is written as
the lines that lead there from the default.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from core.northbound.keyring import Keyring
from oam.commands.registry import (
    CONFIG,
    CONFIG_LINE,
    DEFAULT,
    ENTRY,
    NO,
    SECTION,
    SET,
    Command,
    Mode,
    Registry,
    Target,
)
from oam.config.binding import FLAG, LIST, Binding, fill, fits
from oam.config.edit import Draft, Edit
from oam.config.multiline import Multiline, begun
from oam.config.resolve import resolve
from oam.config.tree import ORDER, Configuration, problems
from oam.grammar.result import Ambiguous, Incomplete, Invalid, Match, Outcome
from oam.grammar.syntax import Keyword, Sequence, names
from oam.grammar.words import is_comment, split

VERSION_LINE: Final = "version 1.0"
"""Version of the configuration language."""
_SAYS_NOTHING: Final = ("version ", "aaa new-model", "Building configuration", "Current configuration")
"""How lines of a router's configuration begin that are passed over."""


_KEYLESS: Final = Keyring(Path("/nonexistent"))
"""Where there is no state directory: secrets can be hashed, not encrypted."""


class Problem(NamedTuple):
    """Something wrong in a configuration text; `line` counts from 1."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


def render(
    registry: Registry, settings: Configuration, everything: bool = False, fields: Collection[str] = ()
) -> list[str]:
    """Write `settings` as configuration lines; with `fields` only those of Configuration, without frame."""
    blocks = {
        name: _single(_block(registry, settings, name, everything)) for name in ORDER if name in (fields or ORDER)
    }
    if fields:
        return [line for block in blocks.values() for line in block]
    lines = [VERSION_LINE, "!"]
    for block in blocks.values():
        if block:
            lines += [*block, "!"]
    return [*lines, "end"]


def _single(lines: list[str]) -> list[str]:
    """Cut texts of several lines (banners) into lines."""
    return "\n".join(lines).split("\n") if lines else lines


def sections(registry: Registry) -> dict[str, str]:
    """Return what the operator types first to reach each field of Configuration, by field: `ssh`: `management ssh`."""
    found: dict[str, str] = {}
    for name in ORDER:
        mode = next((each for each in registry.modes.values() if each.section == name), None)
        if mode is not None:
            found[name] = _opening(registry, mode)
            continue
        own = (each for each in registry.of(CONFIG) if each.binding is not None and each.binding.root == name)
        words = [_keywords(each.elements) for each in own]
        if words:
            found[name] = " ".join(_shared(words) or words[0][:1])
    return found


def _shared(lines: list[list[str]]) -> list[str]:
    """Return the words that all lines begin with."""
    equal = takewhile(lambda words: len(set(words)) == 1, zip(*lines, strict=False))
    return [words[0] for words in equal]


def _keywords(syntax: Sequence) -> list[str]:
    """Return the keywords a line begins with."""
    begun = takewhile(lambda element: isinstance(element, Keyword), syntax)
    return [each.word for each in begun if isinstance(each, Keyword)]


def _block(registry: Registry, settings: Configuration, name: str, everything: bool) -> list[str]:
    """Write one field of the settings: its global lines, then its mode with the lines in it."""
    found: list[str] = []
    modes = {mode.entry: mode for mode in registry.modes.values() if mode.entry is not None}
    own = [each for each in registry.of(CONFIG) if each.binding is not None and each.binding.root == name]
    for command in own:
        assert command.binding
        if command.kind == ENTRY or command.binding.merge:
            lines = [each for each in own if each.binding and each.binding.entries and each.owner]
            found += _entries(registry, command, lines, modes.get(command), settings, everything)
        elif not command.owner:
            found += lines_of(command, settings, everything)
    mode = next((each for each in registry.modes.values() if each.section == name), None)
    if mode is not None:
        inner = record_lines(registry, mode, settings, everything)
        if inner:
            found += [_opening(registry, mode), *inner]
    return found


def _opening(registry: Registry, mode: Mode) -> str:
    """Return the line that enters the mode of a section."""
    opening = next(each for each in registry.commands if each.kind == SECTION and each.section_mode is mode)
    return fill(opening.elements, {})


def _entries(
    registry: Registry,
    command: Command,
    own: list[Command],
    mode: Mode | None,
    record: msgspec.Struct,
    everything: bool,
) -> list[str]:
    """Write a list of `record` whose entries have lines of their own: behind the first line, or in a mode.

    Where several lines make entries, each entry is written by the first that can.
    """
    binding = command.binding
    assert binding
    value: Any = record
    for field in binding.path:
        value = getattr(value, field)
    found: list[str] = []
    heads = [each.binding for each in registry.of(command.mode) if each.binding and _heads(each, binding)]
    for entry in value:
        found += [_entry_line(head, entry) for head in heads if len(heads) == 1 or _can_say(head, entry)][:1]
        owner = {name: getattr(entry, name) for name in binding.key}
        for each in own:
            if each.binding and each.binding.entries and each.binding.entries.path == binding.path:
                found += lines_of(each, entry, everything, owner)
        if mode is not None:
            found += [*record_lines(registry, mode, entry, everything), "!"]
    if mode is not None and found:
        found.pop()
    return found


def record_lines(registry: Registry, mode: Mode, record: msgspec.Struct, everything: bool) -> list[str]:
    """Write the lines of `mode` for `record`, indented."""
    own = registry.of(mode)
    owned = [each for each in own if each.owner]
    found: list[str] = []
    written: set[tuple[str, ...]] = set()
    for command in own:
        binding = command.binding
        if command.owner or (binding and binding.path in written):
            continue
        if binding and binding.merge:
            written.add(binding.path)
            found += _entries(registry, command, owned, None, record, everything)
        else:
            found += lines_of(command, record, everything)
    return [" " + line for line in found]


def _heads(command: Command, binding: Binding) -> bool:
    """Tell whether `command` is a line that makes entries of the list of `binding`."""
    return not command.owner and command.binding is not None and command.binding.path == binding.path


def _can_say(binding: Binding, entry: object) -> bool:
    return fits(binding.syntax, binding.arguments_of(entry))


def lines_of(
    command: Command, record: msgspec.Struct, everything: bool, owner: dict[str, object] | None = None
) -> list[str]:
    """Write what `command` has to say of `record`; `owner` are the arguments that name the entry it is."""
    binding = command.binding
    if binding is None:
        return []
    named = owner or {}
    value: Any = record
    for field in binding.path:
        value = getattr(value, field)
    if binding.shape == LIST:
        return _list_lines(binding, value, everything, named)
    if value == binding.default and not everything and not command.always:
        return []
    if binding.shape == FLAG:
        line = fill(binding.syntax, named)
        return [line if value else f"no {line}"]
    if value == "" or value is None:
        return [f"no {_of_head(binding, named)}"]
    if binding.record is not None:
        arguments = named | msgspec.structs.asdict(value)
        return [
            fill(binding.syntax, arguments) if fits(binding.syntax, arguments) else f"no {_of_head(binding, named)}"
        ]
    return [fill(binding.syntax, named | {binding.names[0]: value})]


def _of_head(binding: Binding, named: dict[str, object]) -> str:
    """Write the keywords a leaf begins with: what `no` needs to undo it."""
    head: Sequence = tuple(takewhile(lambda element: set(names((element,))) <= set(binding.owner), binding.syntax))
    return fill(head, named)


def _list_lines(binding: Binding, entries: tuple[object, ...], everything: bool, named: dict[str, object]) -> list[str]:
    """Write the lines that lead from the default list to `entries`."""
    if not binding.default:
        return [fill(binding.syntax, named | binding.arguments_of(entry)) for entry in entries]
    if entries == binding.default and not everything:
        return []
    remaining = list(binding.default)
    kept: list[object] = []
    for entry in entries:
        if entry not in remaining:
            break
        kept.append(entry)
        remaining = remaining[remaining.index(entry) + 1 :]
    dropped = [entry for entry in binding.default if entry not in kept]
    new = list(entries[len(kept) :])
    first = new[: 0 if kept else 1]
    lines = [_entry_line(binding, entry) for entry in (*kept, *first) if everything or entry in first]
    lines += [f"no {_entry_line(binding, entry)}" for entry in dropped]
    return lines + [_entry_line(binding, entry) for entry in new[len(first) :]]


def _entry_line(binding: Binding, entry: object) -> str:
    return fill(binding.syntax, binding.arguments_of(entry))


def complaint(outcome: Outcome, line: str, masked: str) -> str:
    """Say in a few words why `line`, which may be shown as `masked`, is no command."""
    if isinstance(outcome, Incomplete):
        return "incomplete command"
    if isinstance(outcome, Ambiguous):
        return f"ambiguous command: {' or '.join(outcome.candidates)}"
    if isinstance(outcome, Invalid):
        word = next((each.text for each in split(line) if each.start >= outcome.offset), "")
        if word not in masked.split():
            return "invalid input"
        return f"invalid input at '{word}'" + (f": {outcome.reason}" if outcome.reason else "")
    return "not a configuration line"


class Parser:
    """Reads a configuration text line by line into a draft."""

    def __init__(self, registry: Registry, base: Configuration) -> None:
        self.registry = registry
        self.draft: Draft[Configuration] = Draft(base)
        self.problems: list[Problem] = []
        self.mode = CONFIG
        self.key: tuple[object, ...] | None = None
        """The list entry whose mode we are in."""
        self.touched: dict[str, int] = {}
        """Line that last touched each section."""
        self.held: Multiline | None = None
        """A text that goes on until its delimiter."""
        self.held_at = 0
        self.indents = False
        """The text indents the lines of sections: one at the margin that opens a section does so, come what may."""

    def feed(self, number: int, line: str) -> bool:
        """Take one line; False at `end`."""
        if self.held is not None:
            whole = self.held.feed(line.rstrip("\r\n"))
            if whole is None:
                return True
            self.held, line = None, whole
        text = line.strip()
        if is_comment(text) or text.startswith(_SAYS_NOTHING):
            return True
        if text == "end":
            return False
        if line[:1].isspace():
            self.indents = True
        elif self.indents and self.mode is not CONFIG and self.opens(text):
            self.mode = CONFIG
        if text == "exit":
            self.mode = self.mode.parent if self.mode is not CONFIG and self.mode.parent else CONFIG
            return True
        self.held = begun(self.registry, self.mode, text)
        if self.held is not None:
            self.held_at = number
            return True
        outcome, mode = resolve(self.registry, self.mode, text, 15)
        if not isinstance(outcome, Match):
            shown = self.registry.masked(text)
            self.problems.append(Problem(number, f"{complaint(outcome, text, shown)} (in '{shown}')"))
            return True
        self.mode = mode
        assert isinstance(outcome.command, Target)
        try:
            arguments = prepared(self.registry, outcome.command, outcome.arguments, self.draft.freeze)
        except ValueError as error:
            self.problems.append(Problem(number, f"{error} (in '{outcome.canonical}')"))
            return True
        edit = edit_of(outcome.command, outcome._replace(arguments=arguments), key=self.key)
        if edit is not None:
            self.draft.apply(edit)
            self.touched[edit.section] = number
        if not self.entered(outcome.command, arguments) and edit is None:
            self.problems.append(Problem(number, f"not a configuration line: '{outcome.canonical}'"))
        return True

    def opens(self, text: str) -> bool:
        """Tell whether a line of the mode around all sections would open one."""
        outcome = self.registry.graphs[CONFIG].match(text, 15)
        command = outcome.command if isinstance(outcome, Match) else None
        return isinstance(command, Target) and command.form == SET and command.command.section_mode is not None

    def entered(self, target: Target, arguments: dict[str, object]) -> bool:
        """Follow a line into the mode it opens; False when that is no mode of the configuration."""
        command = target.command
        if command.enters is not None:
            self.mode = command.enters
        if command.section_mode is None or target.form != SET:
            return False
        self.mode = command.section_mode
        self.key = key_of(target, arguments)
        self.touched.setdefault(self.mode.section, 0)
        return True

    def finish(self) -> Configuration:
        """Return what was read; what the whole has against it is added to the problems."""
        if self.held is not None:
            self.problems.append(
                Problem(self.held_at, f"a text does not end: its delimiter {self.held.end} is missing")
            )
        settings = self.draft.freeze()
        fields = {words: field for field, words in sections(self.registry).items()}
        for text in problems(settings):
            named = text.partition(":")[0]
            section = fields.get(named, named)
            self.problems.append(Problem(self.touched.get(section, max(self.touched.values(), default=0)), text))
        return settings


def prepared(
    registry: Registry, target: Target, arguments: dict[str, object], settings: Callable[[], Configuration]
) -> dict[str, object]:
    """Return what is kept of a line's arguments, plain secrets made into hashes; ValueError when that cannot be.

    `settings` gives the configuration that the line will be put on.
    """
    if not unprepared(target, arguments):
        return arguments
    command, keyring = target.command, registry.keyring or _KEYLESS
    arguments = dict(arguments)
    if command.prepare is not None:
        arguments = command.prepare(arguments, keyring)
    if command.prepare_on is None or arguments.keys().isdisjoint(command.consumed):
        return arguments
    return command.prepare_on(arguments, keyring, settings())


def unprepared(target: Target, arguments: dict[str, object]) -> bool:
    """Tell whether a line must be prepared: to remove something, only what does not name it in its one form."""
    if target.command.prepare is None and target.command.prepare_on is None:
        return False
    return target.form == SET or any(name not in arguments for name in target.command.key)


def key_of(target: Target, arguments: dict[str, object]) -> tuple[object, ...] | None:
    """Return which list entry a line opens the mode of, if it does."""
    command = target.command
    return tuple(arguments[name] for name in command.key) if command.kind == ENTRY else None


def edit_of(target: Target, match: Match, source: str = "", key: tuple[object, ...] | None = None) -> Edit | None:
    """Return the edit of the configuration that a matched line is; None when it is something else.

    `key` is the list entry whose mode the line was typed in.
    """
    command = target.command
    binding = command.binding
    if command.kind in (CONFIG_LINE, ENTRY) and binding and command.mode.record is None:
        if binding.owner:
            assert binding.entries, "an owner is an entry of a list"
            key = binding.entries.key_in(match.arguments)
        elif binding.entries is None:
            key = None
        return Edit(target.form, binding, match.arguments, binding.root, source, match.canonical, key)
    if command.kind == SECTION and target.form in (NO, DEFAULT) and command.section_mode:
        return Edit(target.form, None, {}, command.section_mode.section, source, match.canonical)
    return None


def parse(
    registry: Registry, lines: Iterable[str], base: Configuration | None = None
) -> tuple[Configuration, list[Problem]]:
    """Read configuration `lines` on top of `base` (the defaults when None)."""
    parser = Parser(registry, Configuration() if base is None else base)
    for number, line in enumerate(lines, 1):
        if not parser.feed(number, line):
            break
    return parser.finish(), parser.problems
