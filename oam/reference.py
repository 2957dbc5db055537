"""The command reference, written from the command tree: `python -m oam.reference --write|--check`.

docs/commands.md and the pages man/sipctl.1, man/sipctld.8 and man/sipctl-commands.5.
What the programs' options are is said here once more, since management may not import
the programs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from core.northbound.build import PRODUCT, VERSION
from oam.commands.registry import CONFIG, EXEC, PRIVILEGED, SECTION, Command, Mode, Registry, load
from oam.config.binding import FLAG, LIST
from oam.grammar.syntax import Argument, Choice, Element, Keyword, Optional
from oam.grammar.syntax import Sequence as Syntax
from oam.shell.filters import FILE, FILTERS, NO_ARGUMENT, OPTIONAL_PATTERN, PATTERN

INTRODUCTION: Final = (
    "Keywords may be abbreviated as long as they stay unambiguous; where a name is possible as well, a keyword is "
    "typed in full. `?` lists what may come next, Tab completes. Brackets enclose what may be left out, "
    "angle brackets a choice or a range; capitals stand for a value."
)
CONFIGURATION: Final = (
    "A configuration line takes effect at once; a refused one changes nothing. `no LINE` removes an entry or brings "
    "back the default, `default LINE` brings back the default. A line of a mode around may be typed without leaving "
    "the mode. Until `write memory` nothing of it survives a restart of the server."
)
EXIT_CODES: Final = (
    (0, "done"),
    (1, "a command failed, or a configuration line was refused"),
    (2, "syntax error"),
    (3, "not allowed with this privilege"),
    (4, "the configuration is locked by somebody else"),
    (5, "rolled back"),
    (6, "the server cannot be reached"),
)
_AFTER: Final = {NO_ARGUMENT: "", PATTERN: " PATTERN", OPTIONAL_PATTERN: " [PATTERN]", FILE: " FILE"}


class Part:
    """A mode with its commands, in the order they are listed."""

    def __init__(self, title: str, mode: Mode, commands: list[Command]) -> None:
        self.title = title
        self.mode = mode
        self.commands = commands


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


def facts(command: Command) -> list[str]:
    """Return what is to be known of a command besides its help, one sentence each."""
    found: list[str] = []
    binding = command.binding
    if command.kind == SECTION or command.enters is not None:
        mode = command.section_mode or command.enters
        assert mode
        found.append(f"Enters mode {mode.name}.")
    if binding is not None:
        found.append(_default(binding.shape, binding.default))
        if binding.shape == LIST:
            found.append("May be given several times.")
    if command.mode is EXEC:
        found.append("Privileged." if command.privilege >= PRIVILEGED else "For everybody.")
    if command.confirm:
        found.append("Asks for confirmation, except in scripts.")
    return [each for each in found if each]


def _default(shape: str, default: object) -> str:
    if shape == FLAG:
        return f"Default: {'on' if default else 'off'}."
    if shape == LIST:
        assert isinstance(default, tuple)
        return f"Default: {', '.join(str(each) for each in default)}." if default else ""
    return "Default: none." if default in ("", None) else f"Default: {default}."


def values(command: Command) -> list[tuple[str, str]]:
    """Return the values a command takes, with their help."""
    found: dict[str, str] = {}

    def collect(syntax: Syntax) -> None:
        for element in syntax:
            if isinstance(element, Optional):
                collect(element.part)
            elif isinstance(element, Choice):
                for part in element.parts:
                    collect(part)
            elif isinstance(element, Argument):
                found.setdefault(element.type.name, command.arguments.get(element.name) or element.type.help)

    collect(command.elements)
    return [(name, text) for name, text in found.items() if not name.startswith("<")]


def markdown(registry: Registry) -> str:
    """Write docs/commands.md."""
    lines = ["# Commands", "", "Written by `python -m oam.reference --write`; do not edit.", "", INTRODUCTION]
    for part in parts(registry):
        lines += ["", f"## {part.title}", ""]
        if part.mode is CONFIG:
            lines += [CONFIGURATION, ""]
        for command in part.commands:
            lines += _markdown_of(command)
        if part.mode is EXEC:
            lines += ["### Filters", "", "Behind a `show`, each preceded by `|`, chained at will.", ""]
            lines += [f"- `{name}{_AFTER[kind]}`: {text}" for name, (kind, text) in FILTERS.items()]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_of(command: Command) -> list[str]:
    lines = [f"### `{written(command.elements)}`", "", command.text, ""]
    lines += [f"- `{name}`: {text}" for name, text in values(command)]
    if values(command):
        lines.append("")
    found = facts(command)
    return [*lines, " ".join(found), ""] if found else lines


def roff(text: str) -> str:
    """Escape text for a manual page."""
    for old, new in (("\\", "\\e"), ("-", "\\-"), ("§", "\\(sc"), ("…", "..."), ("'", "\\(aq"), ("`", "")):
        text = text.replace(old, new)
    return "\\&" + text if text.startswith(".") else text


def _page(name: str, number: int, summary: str, body: Iterable[str]) -> str:
    head = [f'.TH {name.upper()} {number} "" "{PRODUCT} {VERSION}"', ".SH NAME", f"{roff(name)} \\- {roff(summary)}"]
    return "\n".join([*head, *body]) + "\n"


def _list(entries: Iterable[tuple[str, str]]) -> list[str]:
    """Write a list of terms."""
    lines: list[str] = []
    for term, text in entries:
        lines += [".TP", f'.B "{roff(term)}"', roff(text)]
    return lines


def manual_of_commands(registry: Registry) -> str:
    """Write man/sipctl-commands.5."""
    lines = [".SH DESCRIPTION", roff(INTRODUCTION)]
    for part in parts(registry):
        lines.append(f'.SH "{roff(part.title.upper())}"')
        if part.mode is CONFIG:
            lines.append(roff(CONFIGURATION))
        for command in part.commands:
            lines += [".TP", f'.B "{roff(written(command.elements))}"']
            lines += [roff(line) for line in command.text.splitlines() if line]
            lines += [roff(each) for each in facts(command)]
        if part.mode is EXEC:
            lines += [".SH FILTERS", "Behind a show, each preceded by |, chained at will."]
            lines += _list((name + _AFTER[kind], f"{text}.") for name, (kind, text) in FILTERS.items())
    lines += [".SH SEE ALSO", ".BR sipctl (1),", ".BR sipctld (8)"]
    return _page("sipctl-commands", 5, "commands of the SIP server's shell", lines)


def manual_of_shell() -> str:
    """Write man/sipctl.1."""
    options = (
        ("--state DIR", "State directory of the server; see ENVIRONMENT for the default."),
        ("-c COMMAND", "Run a command; may be repeated."),
        ("-f FILE", "Run the commands of a file; - is standard input."),
        ("--json", "Print what commands show as JSON."),
        ("--check", "Check the commands only and change nothing; every error is reported."),
        ("--continue", "Go on after an error."),
        ("--version", "Print the version and leave."),
    )
    lines = [
        ".SH SYNOPSIS",
        ".B sipctl",
        "[\\-\\-state DIR] [\\-c COMMAND]... [\\-f FILE]... [\\-\\-json] [\\-\\-check] [\\-\\-continue]",
        ".SH DESCRIPTION",
        "Operates the SIP server from its shell.",
        "With neither \\-c nor \\-f it is interactive on a terminal, and otherwise runs a script from standard input.",
        "A script stops at the first error, says where it stands and marks the word;",
        "it gets no prompt, no echo and no pager, and is not asked for confirmation.",
        "Configuration lines of a script are applied together before the next command of another kind.",
        ".SH OPTIONS",
        *_list(options),
        ".SH EXIT STATUS",
        *_list((str(code), f"{text[0].upper()}{text[1:]}.") for code, text in EXIT_CODES),
        ".SH ENVIRONMENT",
        *_list((("SIPCTL_STATE", _STATE),)),
        ".SH SEE ALSO",
        ".BR sipctl\\-commands (5),",
        ".BR sipctld (8)",
    ]
    return _page("sipctl", 1, "operate the SIP server from its shell", lines)


_STATE: Final = (
    "State directory when --state is not given; without it, it is /var/lib/sipctl for root and "
    "$XDG_STATE_HOME/sipctl (~/.local/state/sipctl) for others."
)


def manual_of_server() -> str:
    """Write man/sipctld.8."""
    options = (
        ("--state DIR", "State directory; see ENVIRONMENT for the default."),
        ("--config FILE", "Configuration to start with in place of startup-config in the state directory."),
        ("--version", "Print the version and leave."),
    )
    signals = (
        ("SIGTERM, SIGINT", "Take no new calls, finish what is in flight within the time of 'sip drain', and leave."),
        ("SIGHUP", "Replace the running configuration by startup-config; a faulty one is refused and logged."),
    )
    files = (
        ("startup-config", "Configuration the server starts with; written by write memory."),
        ("run/console.sock", "Where sipctl reaches the server; owner and group only."),
        ("subscribers/, location/", "Subscribers, registrations and answered calls."),
        ("records/", "Call records, one JSON object a line."),
        ("files/", "Files that commands read and write by name."),
    )
    lines = [
        ".SH SYNOPSIS",
        ".B sipctld",
        "[\\-\\-state DIR] [\\-\\-config FILE]",
        ".SH DESCRIPTION",
        "A SIP proxy and registrar that is operated like a router.",
        "The supervisor opens the SIP sockets and keeps a signalling and a management process running;",
        "it logs to standard error and does not go into the background.",
        "A port in use, a faulty configuration, a state directory that cannot be written or is in use by another",
        "server end it with one line and exit status 1.",
        ".SH OPTIONS",
        *_list(options),
        ".SH SIGNALS",
        *_list(signals),
        ".SH FILES",
        "In the state directory:",
        *_list(files),
        ".SH ENVIRONMENT",
        *_list((("SIPCTL_STATE", _STATE),)),
        ".SH SEE ALSO",
        ".BR sipctl (1),",
        ".BR sipctl\\-commands (5)",
    ]
    return _page("sipctld", 8, "SIP proxy and registrar", lines)


def pages(registry: Registry) -> dict[str, str]:
    """Return every file of the reference by its path in the project."""
    return {
        "docs/commands.md": markdown(registry),
        "man/sipctl.1": manual_of_shell(),
        "man/sipctld.8": manual_of_server(),
        "man/sipctl-commands.5": manual_of_commands(registry),
    }


def stale(root: Path, registry: Registry) -> list[str]:
    """Return the files under `root` that are not as the command tree has them."""
    return [
        name
        for name, text in pages(registry).items()
        if not (root / name).exists() or (root / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reference, or say which files of it are stale."""
    parser = argparse.ArgumentParser(prog="python -m oam.reference", description="Write the command reference.")
    parser.add_argument("--root", type=Path, default=Path(), help="root of the project (default: here)")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="write what is stale")
    action.add_argument("--check", action="store_true", help="fail when something is stale")
    options = parser.parse_args(arguments)
    registry = load()
    found = stale(options.root, registry)
    for name in found:
        if options.write:
            path = options.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages(registry)[name], encoding="utf-8")
        print(f"{name} {'written' if options.write else 'is stale; run: python -m oam.reference --write'}")
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
