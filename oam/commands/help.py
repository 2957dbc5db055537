"""`help`: how the shell works, and the reference pages of commands."""

from __future__ import annotations

from oam.commands.registry import CONFIG, CommandError, order, show
from oam.context import Context
from oam.help.guide import filters_beginning, guide
from oam.help.page import page
from oam.help.topic import commands_of


def help_text(context: Context, topic: str | None) -> str:
    """Show how the shell works, or the reference page of a command and of all that begin so.

    Words may be abbreviated as in commands. Commands of every mode are found, those of the present
    mode first, then the filters behind a `|`.

    Example: help show running-config
    Example: help listener
    """
    session = context.session
    width = session.width or 80
    if topic is None:
        return "\n".join(guide(session.language, width))
    registry = session.manager.registry
    pages = [page(registry, command, session.language, width) for command in commands_of(session, topic)]
    filters = filters_beginning(topic, session.language, width)
    pages += [filters] if filters else []
    if not pages:
        raise CommandError("No command begins so; '?' lists what there is")
    return "\n\n".join("\n".join(lines) for lines in pages)


show("help [TOPIC$topic]", privilege=0, words={"help": "How the shell works, and what a command does"})(help_text)
order("help [TOPIC$topic]", mode=CONFIG, inherited=True, privilege=0)(help_text)
