"""`alias exec`: words of the operators' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oam.commands.registry import EXEC, CommandError, config, show
from oam.settings.lines import Alias

if TYPE_CHECKING:
    from oam.context import Context


def _shadows_nothing(context: Context, arguments: dict[str, object]) -> None:
    """Refuse a name that is a command, or short for one, and one that is meant for itself."""
    name = str(arguments["name"]).lower()
    words = context.manager.registry.graphs[EXEC].root.keywords
    meant = [word for word in words if word.startswith(name)]
    if name in words:
        raise CommandError(f"{name} is a command")
    if len(meant) == 1:
        raise CommandError(f"{name} is short for {meant[0]}")


@config(
    "alias exec NAME$name COMMAND$command",
    field="aliases",
    key=("name",),
    check=_shadows_nothing,
    words={"alias": "Word of your own for a command", "exec": "Used in EXEC mode"},
    arguments={"name": "The word", "command": "What it stands for; what is typed behind the word follows it"},
)
def alias_exec() -> None:
    """Make a word stand for the beginning of a line.

    It is looked for at the beginning of a line in EXEC mode, and not in what it stands for.

    Example: alias exec c show calls
    """


class AliasRow(msgspec.Struct, frozen=True):
    """One alias."""

    name: str
    command: str


@show("show aliases", row=AliasRow, words={"aliases": "Words of the operators' own"})
def show_aliases(context: Context) -> list[AliasRow]:
    """Words that stand for commands."""
    masked = context.manager.registry.masked_command
    return [AliasRow(each.name, masked(each.command)) for each in context.manager.configuration.running.aliases]


def expanded(aliases: tuple[Alias, ...], line: str) -> tuple[str, int, int]:
    """Return `line`, its first word replaced where that is an alias; where the word ends; by how much it grew."""
    if not aliases:
        return line, 0, 0
    start = len(line) - len(line.lstrip())
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    found = next((each.command for each in aliases if each.name.lower() == word.lower()), None)
    if found is None:
        return line, 0, 0
    end = start + len(word)
    return line[:start] + found + line[end:], end, len(found) - len(word)
