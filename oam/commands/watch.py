"""`watch` and `repeat`: a command again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import EXEC, CommandError, Target, order
from oam.config.resolve import resolve
from oam.context import Again
from oam.grammar.result import Match
from oam.grammar.words import is_comment

if TYPE_CHECKING:
    from oam.context import Context

_OWN = ("watch", "repeat")


def _judged(context: Context, command: str) -> None:
    """Refuse what is no command of EXEC, before the first round; raises CommandError."""
    if is_comment(command):
        raise CommandError("There is nothing to run")
    words = command.split("|")[0]
    outcome, _ = resolve(context.manager.registry, EXEC, words, context.session.rights)
    if isinstance(outcome, Match):
        target = outcome.command
        assert isinstance(target, Target)
        if target.command.syntax.startswith(_OWN):
            raise CommandError(f"{target.command.syntax.split()[0]} cannot be repeated")


@order(
    "watch (1-3600)$seconds COMMAND$command",
    privilege=1,
    words={"watch": "Run a command again and again until a key is pressed"},
    arguments={"seconds": "Seconds between two runs"},
)
def watch(context: Context, seconds: int, command: str) -> None:
    """Run a command again and again until a key is pressed.

    A terminal that is drawn on shows what fits on its screen; any other one shows everything, a line
    with the time between two runs. The command may have filters.

    Example: watch 2 show calls
    """
    if context.session.tell is None:
        raise CommandError("Only a person at a terminal can watch; a script takes 'repeat'")
    _judged(context, command)
    context.session.again = Again(command, 0, seconds)


@order(
    "repeat (1-10000)$times [interval (0-3600)$seconds] COMMAND$command",
    privilege=1,
    words={"repeat": "Run a command several times", "interval": "Wait between two runs"},
    arguments={"times": "How often", "seconds": "Seconds between two runs"},
)
def repeat(context: Context, times: int, seconds: int | None, command: str) -> None:
    """Run a command several times; the first run that fails is the last.

    Example: repeat 3 show clock
    """
    _judged(context, command)
    context.session.again = Again(command, times, seconds or 0)
