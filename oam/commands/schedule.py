"""`schedule NAME`: commands that run at a time. `show schedule`, `schedule run NAME now`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import CommandError, config, entry, order, show
from oam.settings.automation import SCHEDULE as KIND

if TYPE_CHECKING:
    from oam.context import Context

WORDS: Final = {
    "schedule": "Commands that run at a time",
    "command": "Command of the list; they run in the order of their numbers",
    "operator": "Operator with whose rights the list runs",
    "output": "File that takes what the list shows",
    "shutdown": "Keep it from running",
    "at": "Time of the day, or date and time, in UTC",
    "every": "Again and again",
    "run": "Run a list out of turn",
    "now": "At once",
}
ARGUMENTS: Final = {
    "name": "Name of the list",
    "number": "Place in the list",
    "line": "Command, as typed in EXEC mode or, behind 'configure terminal', in the modes",
    "operator": "Account of this server",
    "output": "File in the folder 'files' of the state directory",
}

SCHEDULE: Final = entry(
    "schedule NAME$name",
    "Edit commands that run at a time.",
    name="schedule",
    field="schedules",
    key=("name",),
    words=WORDS,
    arguments=ARGUMENTS,
)


class ScheduleRow(msgspec.Struct, frozen=True):
    """One schedule."""

    name: str
    state: str
    next_at: float | None
    last_at: float | None
    code: int | None
    """Exit code of the last run."""
    operator: str
    result: str


@config("at TIMES$at", mode=SCHEDULE, field="at", words=WORDS)
def at() -> None:
    """Run at a time in UTC: once (`2026-11-23 04:00`), `04:00 daily`, or `04:00 weekdays mon fri`.

    What is missed while the server is down is not caught up.

    Example: at 04:00 daily
    """


@config("every SPAN$every", mode=SCHEDULE, field="every", words=WORDS)
def every() -> None:
    """Run again and again, as `30 minutes`, `6 hours` or `2 days`, counted from midnight UTC of 1970-01-01.

    Example: every 6 hours
    """


@config(
    "command (1-9999)$number COMMAND$line",
    mode=SCHEDULE,
    field="commands",
    key=("number",),
    words=WORDS,
    arguments=ARGUMENTS,
)
def command() -> None:
    """Put a command on the list; the first that fails ends the run."""


@config("operator NAME$operator", mode=SCHEDULE, field="operator", words=WORDS, arguments=ARGUMENTS)
def operator() -> None:
    """Run with the rights of this account; without one nothing runs."""


@config("output OUTPUT$output", mode=SCHEDULE, field="output", words=WORDS, arguments=ARGUMENTS)
def output() -> None:
    """Write what each run shows to a file, in place of what the run before wrote."""


@config("shutdown", mode=SCHEDULE, field="shutdown", words=WORDS)
def shutdown() -> None:
    """Keep it from running at its times; `schedule run NAME now` still does."""


@show("show schedule", row=ScheduleRow, privilege=15, words=WORDS)
def show_schedule(context: Context) -> list[ScheduleRow]:
    """Schedules: when each runs next, when it ran last, and how that went. Times are UTC."""
    automation = context.manager.automation
    rows = []
    for each in context.manager.configuration.running.schedules:
        outcome = automation.jobs.outcomes.get((KIND, each.name))
        if automation.jobs.running(KIND, each.name):
            state = "running"
        else:
            state = "shutdown" if each.shutdown else "no operator" if not each.operator else "waiting"
        rows.append(
            ScheduleRow(
                each.name,
                state,
                automation.scheduler.next_at(each),
                outcome.started_at if outcome else None,
                outcome.code if outcome else None,
                each.operator,
                outcome.errors if outcome else "",
            )
        )
    return rows


@order("schedule run NAME$name now", privilege=15, words=WORDS, arguments=ARGUMENTS)
def run_now(context: Context, name: str) -> str:
    """Run a schedule at once, whatever its times; `show schedule` tells how it went."""
    found = next((each for each in context.manager.configuration.running.schedules if each.name == name), None)
    if found is None:
        raise CommandError(f"There is no schedule {name}")
    context.manager.automation.jobs.identity(found.operator)
    refused = context.manager.automation.jobs.start(KIND, found)
    if refused:
        raise CommandError(f"Schedule {name} did not start: {refused}")
    return f"Schedule {name} has started."
