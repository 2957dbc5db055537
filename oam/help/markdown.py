"""docs/commands.md, written from the command tree."""

from __future__ import annotations

from oam.commands.registry import CONFIG, EXEC, Command, Registry
from oam.help.describe import (
    CONFIGURATION,
    INTRODUCTION,
    examples,
    explained,
    facts,
    paragraphs,
    parts,
    written,
)
from oam.shell.filters import FILTERS, signature


def markdown(registry: Registry) -> str:
    """Write docs/commands.md."""
    lines = ["# Commands", "", "Written by `python -m oam.reference --write`; do not edit.", "", INTRODUCTION]
    for part in parts(registry):
        lines += ["", f"## {part.title}", ""]
        if part.mode is CONFIG:
            lines += [CONFIGURATION, ""]
        for command in part.commands:
            lines += _command(registry, command)
        if part.mode is EXEC:
            lines += ["### Filters", "", "Behind a `show`, each preceded by `|`, chained at will.", ""]
            lines += [f"- `{signature(name)}`: {text}" for name, (_, text) in FILTERS.items()]
    return "\n".join(lines).rstrip() + "\n"


def _command(registry: Registry, command: Command) -> list[str]:
    lines = [f"### `{written(command.elements)}`", ""]
    for paragraph in paragraphs(command):
        lines += [paragraph, ""]
    words = [f"- `{each.word}`: {each.help}" for each in explained(registry, command)]
    if words:
        lines += [*words, ""]
    known = [str(each) for each in facts(command)]
    if known:
        lines += [" ".join(known), ""]
    shown = examples(command)
    if shown:
        lines += [*("    " + each for each in shown), ""]
    return lines
