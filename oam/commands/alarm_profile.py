"""`alarm profile ALARM`, `alarm history`: what is set for alarms. `show alarms definition`: what there are."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import completer, config, entry, show
from oam.fault.catalogue import ALARMS, CAUSES, Definition

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {
    "alarm": "Alarms",
    "profile": "What is other than in the catalogue",
    "history": "Alarms that have been",
    "alarms": "What is wrong, and what was",
    "definition": "What an alarm means and what to do",
}

INDENT: Final = 16
"""Column in which what is said of a fact begins."""

PROFILE: Final = entry(
    "alarm profile ALARM$number",
    "Edit what is other than in the catalogue for one alarm.",
    name="alarm-profile",
    field="alarm_profiles",
    key=("number",),
    words=_WORDS,
)


@config(
    "severity <critical|major|minor|warning|indeterminate>$severity",
    mode=PROFILE,
    field="severity",
    words={
        "severity": "How grave it is",
        "critical": "Service is gone: act at once",
        "major": "Service suffers: act soon",
        "minor": "Something is wrong that does not hurt yet",
        "warning": "Something may go wrong",
        "indeterminate": "Not known how grave",
    },
)
def severity() -> None:
    """Give the alarm this severity, whatever its source says."""


@config(
    "soak (0-3600)$seconds",
    mode=PROFILE,
    field="soak_s",
    words={"soak": "How long it must last before it is raised"},
    arguments={"seconds": "Seconds"},
)
def soak() -> None:
    """Raise the alarm when its condition has lasted so many seconds."""


@config(
    "clear-delay (0-3600)$seconds",
    mode=PROFILE,
    field="clear_s",
    words={"clear-delay": "How long it must be gone before it is cleared"},
    arguments={"seconds": "Seconds"},
)
def clear_delay() -> None:
    """Clear the alarm when its condition has been gone for so many seconds."""


@config("shutdown", mode=PROFILE, field="shutdown", words={"shutdown": "Never raise it"})
def shutdown() -> None:
    """Never raise the alarm; one that is raised is cleared."""


@config(
    "alarm history maximum (100-1000000)$number",
    field="alarms.history_maximum",
    words=_WORDS,
    arguments={"number": "Events"},
)
def history_maximum() -> None:
    """Keep so many events of alarms; the oldest go first."""


class DefinitionRow(msgspec.Struct, frozen=True):
    """One alarm that there is."""

    number: int
    name: str
    severity: str
    """What its profile gives it, or the severities that it may have."""
    event_type: str
    measured: bool
    """Something in this version finds it out."""
    title: str


@show("show alarms definition", row=DefinitionRow, words=_WORDS)
def show_definitions(context: Context) -> Iterable[DefinitionRow]:
    """Every alarm there is: number, name, severity as its profile has it, and whether anything finds it out."""
    profiles = {each.number: each for each in context.manager.configuration.running.alarm_profiles}
    for each in ALARMS.values():
        profile = profiles.get(each.number)
        severity = "shutdown" if profile and profile.shutdown else profile.severity if profile else ""
        severity = severity or ", ".join(each.severities)
        yield DefinitionRow(each.number, each.name, severity, each.event_type, bool(each.source), each.title)


def definition_facts(context: Context, number: int) -> dict[str, object]:
    """Return all that is to be said of one alarm, by name."""
    each = ALARMS[number]
    soak_s, clear_s = context.manager.alarms.in_force.delays(number)
    return {
        "number": each.number,
        "name": each.name,
        "title": each.title,
        "severity": ", ".join(each.severities),
        "profile": _profile(context, each),
        "event-type": each.event_type,
        "cause": f"{each.cause} {CAUSES[each.cause]}",
        "meaning": each.meaning,
        "effect": each.effect,
        "action": each.action,
        "clear": each.clear,
        "soak-s": soak_s,
        "clear-delay-s": clear_s,
        "manual-clear": each.manual_clear,
        "hidden-by": [ALARMS[parent.number].name for parent in each.parents],
        "source": each.source or "nothing in this version",
    }


def _profile(context: Context, definition: Definition) -> str:
    """Return what the profile of an alarm says, as it is configured."""
    for each in context.manager.configuration.running.alarm_profiles:
        if each.number == definition.number:
            parts = {"severity": each.severity, "soak": each.soak_s, "clear-delay": each.clear_s}
            said = [f"{name} {value}" for name, value in parts.items() if value not in ("", -1)]
            return ", ".join(["shutdown"] * each.shutdown + said)
    return ""


@show("show alarms definition ALARM$number", json=definition_facts, words=_WORDS)
def show_definition(context: Context, number: int) -> str:
    """Say what an alarm means, whom it hurts, what to do about it, and when it is cleared.

    Example: show alarms definition trunk-unreachable
    """
    return described(context, definition_facts(context, number))


def described(context: Context, facts: dict[str, object]) -> str:
    """Return facts as lines, one a fact, at a terminal as wide as that; what is empty is left out."""
    width = 0 if context.session.batch else context.session.width
    lines: list[str] = []
    for name, value in facts.items():
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, list):
            value = ", ".join(map(str, value))
        if isinstance(value, float):
            value = f"{value:g}"
        if value != "":
            line = f"{name:{INDENT - 1}} {value}"
            lines += wrap(line, width, subsequent_indent=" " * INDENT) if width > 2 * INDENT else [line]
    return "\n".join(lines)


@completer("alarm")
def names(context: Context, prefix: str) -> list[str]:
    """Name the alarms there are."""
    return [each.name for each in ALARMS.values()]
