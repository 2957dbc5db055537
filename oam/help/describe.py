"""What there is to say of a command: its syntax for people, its words, the facts besides its text. Pure.

`help COMMAND`, docs/commands.md and the manual pages all say this, each in its own form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from oam.commands.registry import CONFIG, EXEC, SECTION, Command, Mode, Registry
from oam.config.binding import FLAG, LIST, Binding, fill, fits
from oam.grammar.syntax import Argument, Choice, Element, Keyword, Optional
from oam.grammar.syntax import Sequence as Syntax

INTRODUCTION: Final = (
    "Keywords may be abbreviated as long as they stay unambiguous; where a name is possible as well, a keyword is "
    "typed in full. `?` lists what may come next, Tab completes. Brackets enclose what may be left out, "
    "angle brackets a choice or a range; capitals stand for a value."
)
CONFIGURATION: Final = (
    "A configuration line takes effect at once; a refused one changes nothing. `no LINE` removes an entry or brings "
    "back the default, `default LINE` brings back the default. A line of a mode around may be typed without leaving "
    "the mode. Until `write memory` nothing of it survives a restart of the server. After `configure candidate` lines "
    "are gathered, and take effect together at `commit`."
)
EXAMPLE: Final = "Example: "
"""What a line of a help text begins with that shows the command in use."""


class Part(NamedTuple):
    """A mode with its commands, in the order they are listed."""

    title: str
    mode: Mode
    commands: list[Command]


class Fact(NamedTuple):
    """One sentence about a command: what it says of every command alike, and what of this one."""

    text: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text.format(*self.values)


FACTS: Final = (
    "Enters mode {}.",
    "Default: {}.",
    "Default: none.",
    "Default: on.",
    "Default: off.",
    "May be given several times.",
    "Privilege {}.",
    "For everybody.",
    "Asks for confirmation, except in scripts.",
)
"""Every sentence that `facts` makes, for the catalogues."""


def parts(registry: Registry) -> list[Part]:
    """Return what the reference lists: EXEC, global configuration, then every mode in it."""
    titles = {EXEC: "EXEC commands", CONFIG: "Configuration commands"}
    found: list[Part] = []
    for mode in sorted(registry.modes.values(), key=lambda each: (each is not EXEC, each is not CONFIG, each.name)):
        commands = sorted(registry.of(mode), key=lambda each: written(each.elements))
        found.append(Part(titles.get(mode, f"Mode {mode.name}, prompt ({mode.prompt})#"), mode, commands))
    return found


def written(syntax: Syntax) -> str:
    """Write a syntax for people: `listener <udp|tcp> ADDRESS port <1-65535> [advertise HOST]`."""
    return " ".join(_element(element) for element in syntax)


def _element(element: Element) -> str:
    if isinstance(element, Optional):
        return f"[{written(element.part)}]"
    if isinstance(element, Choice):
        return "<" + "|".join(written(part) for part in element.parts) + ">"
    return element.word if isinstance(element, Keyword) else element.type.name


def paragraphs(command: Command) -> list[str]:
    """Return the help text of `command`, a paragraph each, without its examples."""
    text = "\n".join(line for line in command.text.splitlines() if not line.startswith(EXAMPLE))
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def examples(command: Command) -> list[str]:
    """Return the lines that show the command in use."""
    return [line.removeprefix(EXAMPLE) for line in command.text.splitlines() if line.startswith(EXAMPLE)]


def facts(command: Command) -> list[Fact]:
    """Return what is to be known of a command besides its help, one sentence each."""
    found: list[Fact] = []
    binding = command.binding
    mode = command.section_mode or command.enters
    if command.kind == SECTION or mode is not None:
        assert mode
        found.append(Fact("Enters mode {}.", (mode.name,)))
    if binding is not None:
        found += _default(binding)
        if binding.shape == LIST:
            found.append(Fact("May be given several times."))
    if command.mode is EXEC:
        everybody = command.privilege < 2
        found.append(Fact("For everybody.") if everybody else Fact("Privilege {}.", (str(command.privilege),)))
    if command.confirm:
        found.append(Fact("Asks for confirmation, except in scripts."))
    return found


def _default(binding: Binding) -> list[Fact]:
    default = binding.default
    if binding.shape == FLAG:
        return [Fact(f"Default: {'on' if default else 'off'}.")]
    if binding.shape == LIST:
        return [Fact("Default: {}.", (", ".join(str(each) for each in default),))] if default else []
    if isinstance(default, msgspec.Struct):
        given = {name: value for name, value in msgspec.structs.asdict(default).items() if value not in ("", None)}
        default = fill(binding.syntax, given) if fits(binding.syntax, given) else ""
    return [Fact("Default: none.") if default in ("", None) else Fact("Default: {}.", (str(default),))]


class Explained(NamedTuple):
    """One word of a syntax with its help."""

    word: str
    help: str
    argument: bool


def explained(registry: Registry, command: Command) -> list[Explained]:
    """Return the words of a command that one may type or not: its values, and keywords that are left to choice."""
    found: dict[Explained, None] = {}
    for element, chosen in _words(command.elements, False):
        if isinstance(element, Argument):
            found[Explained(element.type.name, registry.help_of(command, element), True)] = None
        elif chosen:
            found[Explained(element.word, registry.help_of(command, element), False)] = None
    return list(found)


def _words(syntax: Syntax, chosen: bool) -> Iterator[tuple[Keyword | Argument, bool]]:
    """Yield every word of `syntax`, and whether it is one of a choice or may be left out."""
    for element in syntax:
        if isinstance(element, Optional):
            yield from _words(element.part, True)
        elif isinstance(element, Choice):
            for part in element.parts:
                yield from _words(part, True)
        else:
            yield element, chosen
