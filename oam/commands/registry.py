"""Where commands are declared: decorators, modes, and the trees compiled from both.

A noun's file declares its commands with `show`, `order`, `config` and `section`;
importing it registers them. `Registry.compile` builds one graph per mode and refuses
what is wrong: missing help, two helps at one place, duplicate syntax, a `config` that
binds no field.

Handlers of `show` and `order` are called as `handler(context, **arguments)`, plain or
`async`; every `$name` of the syntax is an argument, None when it was left out. The
docstring is the help: its first line in lists, all of it in the reference.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from oam.commands.vocabulary import WORDS
from oam.config.binding import Binding, BindingError, Entries, bind, negation
from oam.config.tree import MODULES, Configuration
from oam.grammar.graph import Graph, GraphError
from oam.grammar.masking import Masker
from oam.grammar.result import Match
from oam.grammar.syntax import Argument, Keyword, Sequence, SyntaxLineError, names, parse

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring
    from oam.context import Context

Handler = Callable[..., Any]
F = TypeVar("F", bound=Handler)
Completer = Callable[["Context", str], Iterable[str]]
Prepare = Callable[[dict[str, object], "Keyring"], dict[str, object]]
"""Turns a line's arguments into what is kept of them (a secret into its hash); ValueError says what is wrong."""
PrepareOn = Callable[[dict[str, object], "Keyring", Configuration], dict[str, object]]
"""The same, on the configuration that the line will be put on."""
Check = Callable[["Context", dict[str, object]], Awaitable[None] | None]
"""What an operator's line must pass besides its syntax; raises CommandError. Not asked of a file."""

SHOW: Final = "show"
ORDER: Final = "order"
CONFIG_LINE: Final = "config"
SECTION: Final = "section"
ENTRY: Final = "entry"

SET: Final = ""
NO: Final = "no"
DEFAULT: Final = "default"

DONE: Final = 0
FAILED: Final = 1
SYNTAX: Final = 2
DENIED: Final = 3
LOCKED: Final = 4
ROLLED_BACK: Final = 5

PRIVILEGED: Final = 15
"""Privilege that `enable` gives."""


class DeclarationError(Exception):
    """A command is declared wrongly; raised at start-up, never at use."""


class CommandError(Exception):
    """A command could not be carried out; printed as `% reason`, ends a script with `code`."""

    def __init__(self, reason: str, code: int = FAILED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Mode:
    """One mode of the shell; its commands form one graph."""

    def __init__(
        self,
        name: str,
        prompt: str,
        parent: Mode | None = None,
        *,
        section: str = "",
        entry: Command | None = None,
        record: type[msgspec.Struct] | None = None,
        load: Callable[[Context, str], msgspec.Struct] | None = None,
        save: Callable[[Context, msgspec.Struct], None] | None = None,
    ) -> None:
        self.name = name
        self.prompt = prompt
        """What stands in the parentheses of the prompt; empty in EXEC."""
        self.parent = parent
        self.section = section
        """Field of Configuration whose fields are set here; empty: those of Configuration itself."""
        self.entry = entry
        """The line that opens this mode for one entry of a list, whose fields are set here."""
        self.record = record
        """Record edited here that is no part of the configuration (a subscriber), got and kept by `load` and `save`."""
        self.load = load
        self.save = save

    def __repr__(self) -> str:
        return f"Mode({self.name})"


EXEC: Final = Mode("exec", "")
CONFIG: Final = Mode("config", "config", EXEC)


class Command:
    """One declared command; the attributes are the decorators' parameters."""

    def __init__(self, kind: str, syntax: str, handler: Handler, mode: Mode, privilege: int) -> None:
        self.kind = kind
        self.syntax = syntax
        self.handler = handler
        self.mode = mode
        self.privilege = privilege
        self.group = handler.__module__.rpartition(".")[2].replace("_", "-")
        """The file that declares it: what `permit group` of a role names."""
        self.text = "\n".join(each.strip() for each in (handler.__doc__ or "").strip().splitlines())
        self.help = self.text.partition("\n")[0]
        self.row: type[msgspec.Struct] | None = None
        self.json: Handler | None = None
        self.confirm: str | None = None
        self.timeout_s: float | None = None
        self.live = False
        self.inherited = False
        self.moves = False
        self.staged = False
        self.enters: Mode | None = None
        self.field = ""
        self.key: tuple[str, ...] = ()
        self.owner: tuple[str, ...] = ()
        self.consumed: tuple[str, ...] = ()
        self.prepare: Prepare | None = None
        self.prepare_on: PrepareOn | None = None
        self.check: Check | None = None
        self.always = False
        self.without: object = None
        self.section_mode: Mode | None = None
        self.words: Mapping[str, str] = {}
        self.arguments: Mapping[str, str] = {}
        self.elements: Sequence = ()
        self.names: tuple[str, ...] = ()
        self.binding: Binding | None = None

    def __repr__(self) -> str:
        return f"{self.mode.name}: {self.syntax}"


class Target:
    """What a line leads to: a command, set or negated."""

    __slots__ = ("command", "form", "privilege")

    def __init__(self, command: Command, form: str = SET) -> None:
        self.command = command
        self.form = form
        self.privilege = command.privilege

    def __repr__(self) -> str:
        return f"{self.command!r} {self.form}".rstrip()


class Registry:
    """All commands; declared while modules are imported, then compiled once."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.words: dict[str, str] = dict(WORDS)
        self.ambiguous: set[str] = set()
        """Words that commands have declared different helps for: whoever uses one must declare it too."""
        self.completers: dict[str, Completer] = {}
        self.graphs: dict[Mode, Graph[Target]] = {}
        self.targets: dict[Command, Target] = {}
        """What each command is when it is set, not negated."""
        self.modes: dict[str, Mode] = {EXEC.name: EXEC, CONFIG.name: CONFIG}
        self.keyring: Keyring | None = None
        """What secrets of the configuration are hashed and encrypted with; set by the process that has a state."""
        self.errors: list[str] = []
        self._masker: Masker | None = None

    def masked_command(self, line: str) -> str:
        """Return an EXEC command, filters included, that is the argument of another one, as it may be kept."""
        command, mark, filters = line.partition("|")
        outcome = self.graphs[EXEC].match(command, PRIVILEGED)
        if not isinstance(outcome, Match):
            return self.masked(line)
        return f"{outcome.canonical} {mark}{filters}".rstrip() if outcome.secret else line

    def masked(self, line: str) -> str:
        """Return a line that is no command as it may be kept: what may be a secret in it is `*`."""
        if self._masker is None:
            self._masker = Masker(self.graphs.values())
        return self._masker.masked(line)

    def add(self, command: Command, words: Mapping[str, str] | None, arguments: Mapping[str, str] | None) -> None:
        """Take up a command; what is wrong with it is kept for `compile` to raise."""
        command.words = words or {}
        command.arguments = arguments or {}
        for word, text in command.words.items():
            if self.words.setdefault(word, text) != text:
                self.ambiguous.add(word)
        try:
            command.elements = parse(command.syntax)
        except SyntaxLineError as error:
            self.errors.append(f"{command}: {error}")
        command.names = tuple(names(command.elements))
        if not command.help:
            self.errors.append(f"{command}: no help; the handler needs a docstring")
        self.commands.append(command)
        self.modes.setdefault(command.mode.name, command.mode)

    def compile(self) -> None:
        """Build the graphs; DeclarationError with everything that is wrong."""
        errors = list(self.errors)
        self.graphs = {mode: Graph() for mode in self.modes.values()}
        self._masker = None
        for mode, graph in self.graphs.items():
            graph.masked = self.masked_command
            if mode is not EXEC:
                graph.prefixes["do"] = (self.graphs[EXEC], self.words["do"])
        for command in self.commands:
            try:
                self._place(command)
            except (GraphError, BindingError, DeclarationError) as error:
                errors.append(f"{command}: {error}")
        if errors:
            raise DeclarationError("\n".join(errors))

    def _place(self, command: Command) -> None:
        def help_of(element: Keyword | Argument) -> tuple[str, bool]:
            return self._help_of(command, element)

        if command.kind in (CONFIG_LINE, ENTRY):
            command.binding = self._bind(command)
        self.targets[command] = Target(command)
        for mode in self._modes_of(command):
            graph = self.graphs[mode]
            graph.add(command.elements, self.targets[command], help_of)
            if command.kind in (CONFIG_LINE, SECTION, ENTRY):
                for form in (NO, DEFAULT):
                    graph.add(negation(command.elements, form, command.binding), Target(command, form), help_of)

    def _bind(self, command: Command) -> Binding:
        mode = command.mode
        record, entries = mode.record or Configuration, None
        if mode.entry is not None:
            opening = mode.entry.binding
            assert opening is not None, "a mode is declared before its lines"
            record, entries = opening.entry, Entries(opening.path, opening.entry, opening.key)
        binding = bind(
            command.elements,
            record,
            mode.section,
            command.field,
            command.key,
            owner=command.owner,
            consumed=command.consumed,
            entries=entries,
        )
        if command.without is not None:
            binding.without = command.without
        return binding

    def help_of(self, command: Command, element: Keyword | Argument) -> str:
        """Return the help of one word of `command`."""
        return self._help_of(command, element)[0]

    def _help_of(self, command: Command, element: Keyword | Argument) -> tuple[str, bool]:
        """Return the help of one word of `command`, and whether the command declares it."""
        if isinstance(element, Argument):
            own = command.arguments.get(element.name)
            return own or element.type.help, own is not None
        word = element.word
        if word in command.words:
            return command.words[word], True
        if word not in self.words:
            raise DeclarationError(f"no help for {word!r}")
        if word in self.ambiguous and word not in WORDS:
            raise DeclarationError(f"{word!r} has several helps; declare the one meant here")
        return self.words[word], False

    def _modes_of(self, command: Command) -> list[Mode]:
        if not command.inherited:
            return [command.mode]
        return [mode for mode in self.modes.values() if command.mode in lineage(mode)]

    def of(self, mode: Mode) -> list[Command]:
        """Return the commands declared in `mode`, in order of declaration."""
        return [command for command in self.commands if command.mode is mode]


def lineage(mode: Mode) -> list[Mode]:
    """Return `mode` and the modes around it, innermost first."""
    found = [mode]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


REGISTRY: Final = Registry()


def show(
    syntax: str,
    *,
    row: type[msgspec.Struct] | None = None,
    privilege: int = 1,
    json: Handler | None = None,
    timeout_s: float | None = 60.0,
    live: bool = False,
    mode: Mode = EXEC,
    inherited: bool = False,
    words: Mapping[str, str] | None = None,
    arguments: Mapping[str, str] | None = None,
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Declare a command that shows something.

    With `row` the handler returns (or is) an iterable or async iterator of such rows;
    without it, text. `json` is called like the handler and returns what `| json` prints
    in place of `{"text": …}`. `arguments` is help for `$name`s, in place of their type's.
    `live`: rows come as things happen, and each is shown at once.
    """

    def declare(handler: F) -> F:
        command = Command(SHOW, syntax, handler, mode, privilege)
        command.inherited = inherited
        command.row = row
        command.json = json
        command.timeout_s = timeout_s
        command.live = live
        registry.add(command, words, arguments)
        return handler

    return declare


def order(
    syntax: str,
    *,
    privilege: int = PRIVILEGED,
    mode: Mode = EXEC,
    confirm: str | None = None,
    timeout_s: float | None = 60.0,
    inherited: bool = False,
    moves: bool = False,
    staged: bool = False,
    enters: Mode | None = None,
    words: Mapping[str, str] | None = None,
    arguments: Mapping[str, str] | None = None,
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Declare a command that does something.

    The handler returns None, text, or an async iterator of progress lines. `confirm` is
    asked first (without its `[confirm]`); a batch is not asked. `inherited`: also in the
    modes inside `mode`. `moves`: it changes the session's mode or privilege and nothing
    else, so it runs even when a script is only checked, and needs no batch applied first.
    `staged`: of configuration mode, and also for a candidate.
    `enters`: the mode entered once the handler has returned, with the first argument as
    its key. `timeout_s` bounds the wait for the result and for each line.
    """

    def declare(handler: F) -> F:
        command = Command(ORDER, syntax, handler, mode, privilege)
        command.confirm = confirm
        command.timeout_s = timeout_s
        command.inherited = inherited
        command.moves = moves
        command.staged = staged
        command.enters = enters
        if enters is not None:
            registry.modes.setdefault(enters.name, enters)
        registry.add(command, words, arguments)
        return handler

    return declare


def config(
    syntax: str,
    *,
    field: str,
    mode: Mode = CONFIG,
    key: tuple[str, ...] = (),
    owner: tuple[str, ...] = (),
    consumed: tuple[str, ...] = (),
    prepare: Prepare | None = None,
    prepare_on: PrepareOn | None = None,
    check: Check | None = None,
    always: bool = False,
    without: object = None,
    words: Mapping[str, str] | None = None,
    arguments: Mapping[str, str] | None = None,
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Declare a configuration line bound to `field` of the mode's record.

    The field's type decides what the line is: a bool is a flag, a tuple a list of which
    every line is one entry told apart by the arguments named in `key`, anything else a
    leaf. `no`, `default` and the running-config follow. In global mode `field` is a path
    (`logging.level`). With `owner` the line belongs to the entry, of a list on that path, that
    these arguments name (`username NAME ssh-key KEY`: `users.keys`, owner `name`). `prepare`
    replaces arguments (a plain secret by its hash), of which those in `consumed` reach no
    field, also of a `no` whose line does not have the key in its one form; `prepare_on` does so with
    what the rest of the configuration says. `check` is what an operator's line must pass besides.
    `always`: shown even at its default. `without`: what `no` sets a leaf to, if not to its default.
    The decorated function is never called: it holds the name and the help.
    """

    def declare(handler: F) -> F:
        command = Command(CONFIG_LINE, syntax, handler, mode, PRIVILEGED)
        command.field = field
        command.key = key
        command.owner = owner
        command.consumed = consumed
        command.prepare = prepare
        command.prepare_on = prepare_on
        command.check = check
        command.always = always
        command.without = without
        registry.add(command, words, arguments)
        return handler

    return declare


def section(
    name: str,
    text: str,
    *,
    syntax: str = "",
    prompt: str = "",
    words: Mapping[str, str] | None = None,
    registry: Registry = REGISTRY,
) -> Mode:
    """Declare a mode for the field `name` of Configuration, entered by the keywords `syntax` (by default `name`)."""

    def enter() -> None:
        pass

    enter.__doc__ = text
    enter.__module__ = sys._getframe(1).f_globals["__name__"]
    mode = Mode(name, prompt or f"config-{name}", CONFIG, section=name)
    command = Command(SECTION, syntax or name, enter, CONFIG, PRIVILEGED)
    command.section_mode = mode
    registry.modes[name] = mode
    registry.add(command, words or {name: text.partition("\n")[0].removesuffix(".")}, None)
    return mode


def entry(
    syntax: str,
    text: str,
    *,
    name: str,
    field: str,
    key: tuple[str, ...],
    consumed: tuple[str, ...] = (),
    prepare: Prepare | None = None,
    prompt: str = "",
    words: Mapping[str, str] | None = None,
    arguments: Mapping[str, str] | None = None,
    registry: Registry = REGISTRY,
) -> Mode:
    """Declare a line that opens a mode for one entry of the list `field`, made if there is none.

    `key` are the arguments that name it, those in `consumed` reach no field, `prepare` completes them; lines of the
    returned mode bind to the entry's fields.
    """

    def enter() -> None:
        pass

    enter.__doc__ = text
    enter.__module__ = sys._getframe(1).f_globals["__name__"]
    command = Command(ENTRY, syntax, enter, CONFIG, PRIVILEGED)
    mode = Mode(name, prompt or f"config-{name}", CONFIG, entry=command)
    command.section_mode = mode
    command.field = field
    command.key = key
    command.consumed = consumed
    command.prepare = prepare
    registry.modes[name] = mode
    registry.add(command, words, arguments)
    return mode


def completer(name: str, *, registry: Registry = REGISTRY) -> Callable[[Completer], Completer]:
    """Declare `f(context, prefix)`, which lists values of the types that name this completer."""

    def declare(function: Completer) -> Completer:
        registry.completers[name] = function
        return function

    return declare


def load(*, configuration_only: bool = False) -> Registry:
    """Import the command modules and compile them; with `configuration_only` just those with configuration lines."""
    if configuration_only:
        chosen = list(MODULES)
    else:
        chosen = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")
    before = len(REGISTRY.commands)
    for name in chosen:
        importlib.import_module(f"oam.commands.{name}")
    if len(REGISTRY.commands) != before or not REGISTRY.graphs:
        REGISTRY.compile()
    return REGISTRY
