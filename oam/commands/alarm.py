"""`alarm …`: acknowledged, put aside, cleared, told of again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from oam.commands.alarms import found
from oam.commands.registry import CommandError, order
from oam.fault.alarm import BY_ALARM, BY_NUMBER, BY_OBJECT
from oam.fault.alarms import AlarmError

if TYPE_CHECKING:
    from oam.context import Context

MINUTES: Final = 480
"""How long something is put aside when nothing says for how long: a shift."""

_WORDS: Final = {
    "alarm": "Act on alarms",
    "acknowledge": "Say that you take care of it",
    "unacknowledge": "Say that you do not any more",
    "shelve": "Do not hear of it for a while",
    "unshelve": "Hear of it again",
    "object": "About one object",
    "number": "All of one kind",
    "for": "For so long; eight hours unless given",
    "reason": "Why",
    "resend": "Tell of everything that is wrong once more",
    "all": "All that are shown",
}
_ARGUMENTS: Final = {
    "identifier": "ID of the alarm, as `show alarms` has it",
    "number": "Number or name of the alarm",
    "first": "Object, as `show alarms` has it, or its first word: all of that kind",
    "second": "Its second word",
    "third": "Its third word",
    "minutes": "Minutes",
    "text": "What is known or being done",
    "reason": "Why, up to the end of the line",
}
_SHELVED: Final = "<(1-9999999999)$identifier|number ALARM$number|object WORD$first [WORD$second [WORD$third]]>"


@order("alarm acknowledge <(1-9999999999)$identifier|all> [LINE$text]", words=_WORDS, arguments=_ARGUMENTS)
def acknowledge(context: Context, identifier: int | None, text: str | None) -> str:
    """Say that you take care of an alarm, or of all that are shown; it stays until its cause is gone.

    An acknowledgement ends when the alarm gets graver.

    Example: alarm acknowledge 12 carrier informed, ticket 4711
    """
    if identifier is None:
        alarms = [each for each in context.manager.alarms.shown() if not each.acknowledged_by]
    else:
        alarms = [found(context, identifier)]
    for alarm in alarms:
        context.manager.alarms.acknowledge(alarm, context.session.user, text or "")
    return _counted(len(alarms), "acknowledged")


@order("alarm unacknowledge (1-9999999999)$identifier", words=_WORDS, arguments=_ARGUMENTS)
def unacknowledge(context: Context, identifier: int) -> None:
    """Say that you do not take care of an alarm any more."""
    try:
        context.manager.alarms.unacknowledge(found(context, identifier), context.session.user)
    except AlarmError as error:
        raise CommandError(str(error)) from error


@order(
    f"alarm shelve {_SHELVED} [for (1-10080)$minutes] reason LINE$reason",
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def shelve(
    context: Context,
    identifier: int | None,
    number: int | None,
    first: str | None,
    second: str | None,
    third: str | None,
    minutes: int | None,
    reason: str,
) -> str:
    """Do not hear of an alarm, of all of one kind, or of an object, for some minutes; it comes back by itself.

    What is raised meanwhile is told of when the time is up, if it is still there.

    Example: alarm shelve number trunk-unreachable for 60 reason maintenance of the carrier
    Example: alarm shelve object trunk PSTN reason being moved
    """
    kind, value = _target(context, identifier, number, (first, second, third))
    try:
        raised = context.manager.alarms.shelve(kind, value, (minutes or MINUTES) * 60, reason, context.session.user)
    except AlarmError as error:
        raise CommandError(str(error)) from error
    return _counted(raised, "shelved")


@order(f"alarm unshelve {_SHELVED}", words=_WORDS, arguments=_ARGUMENTS)
def unshelve(
    context: Context,
    identifier: int | None,
    number: int | None,
    first: str | None,
    second: str | None,
    third: str | None,
) -> None:
    """Hear of it again now: the same words as those it was shelved with.

    Example: alarm unshelve object trunk PSTN
    """
    kind, value = _target(context, identifier, number, (first, second, third), must_be=False)
    try:
        context.manager.alarms.unshelve(kind, value, context.session.user)
    except AlarmError as error:
        raise CommandError(str(error)) from error


def _target(
    context: Context, identifier: int | None, number: int | None, words: Iterable[str | None], *, must_be: bool = True
) -> tuple[str, str]:
    if identifier is not None:
        if must_be:
            found(context, identifier)
        return BY_ALARM, str(identifier)
    return (BY_NUMBER, str(number)) if number is not None else (BY_OBJECT, " ".join(word for word in words if word))


@order(
    "alarm clear (1-9999999999)$identifier",
    words=_WORDS | {"clear": "End what nothing else would"},
    arguments=_ARGUMENTS,
)
def clear(context: Context, identifier: int) -> None:
    """Clear an alarm that tells of something that happened, or that nothing measures any more.

    All others clear by themselves when their condition is over (`show alarms definition`).

    Example: alarm clear 12
    """
    try:
        context.manager.alarms.clear_by_hand(found(context, identifier), context.session.user)
    except AlarmError as error:
        raise CommandError(str(error)) from error


@order("alarm resend", words=_WORDS)
async def resend(context: Context) -> str:
    """Tell terminals, logs, syslog and SNMP hosts, and hooks of every active alarm again, with the number it has."""
    context.manager.snmp.notifier.resending()
    return _counted(await context.manager.alarms.resend(), "sent again")


def _counted(number: int, what: str) -> str:
    return f"{number} alarm{'' if number == 1 else 's'} {what}"
