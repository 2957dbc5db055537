"""`event NAME`: commands that run when something happens. `show events`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import config, entry, show
from oam.commands.schedule import ARGUMENTS, WORDS
from oam.notices import KINDS
from oam.settings.automation import EVENT as KIND

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {
    **WORDS,
    "event": "Commands that run when something happens",
    "events": "Commands that run when something happens",
    "on": "What they wait for",
    "match": "Only when the notice's text matches",
    "interval": "How often at most",
}

EVENT: Final = entry(
    "event NAME$name",
    "Edit commands that run when something happens.",
    name="event",
    field="events",
    key=("name",),
    words=_WORDS,
    arguments=ARGUMENTS,
)


class EventRow(msgspec.Struct, frozen=True):
    """One event hook."""

    name: str
    state: str
    event: str
    runs: int
    waiting: int
    """Notices that its next run will be about."""
    dropped: int
    last_at: float | None
    code: int | None
    operator: str
    result: str


@config(f"on <{'|'.join(KINDS)}>$on", mode=EVENT, field="on", words={**_WORDS, **KINDS})
def on() -> None:
    """Run when a notice of this kind is published (`show notices`)."""


@config("match REGEX$match", mode=EVENT, field="match", words=_WORDS)
def match() -> None:
    """Run only when the notice's text matches a regular expression, as behind `| include`."""


@config(
    "command (1-9999)$number COMMAND$line",
    mode=EVENT,
    field="commands",
    key=("number",),
    words=_WORDS,
    arguments=ARGUMENTS,
)
def command() -> None:
    """Put a command on the list. Nothing of the notice is put into it: its text comes from strangers."""


@config("operator NAME$operator", mode=EVENT, field="operator", words=_WORDS, arguments=ARGUMENTS)
def operator() -> None:
    """Run with the rights of this account; without one nothing runs."""


@config("output OUTPUT$output", mode=EVENT, field="output", words=_WORDS, arguments=ARGUMENTS)
def output() -> None:
    """Write what each run shows to a file, in place of what the run before wrote."""


@config(
    "interval (1-86400)$seconds",
    mode=EVENT,
    field="interval_s",
    words=_WORDS,
    arguments={"seconds": "Seconds"},
)
def interval() -> None:
    """Run at most once in so many seconds, and never more than 60 times an hour.

    What comes meanwhile waits, up to 100 notices, and the next run is about all of them.
    """


@config("shutdown", mode=EVENT, field="shutdown", words=_WORDS)
def shutdown() -> None:
    """Keep it from running."""


@show("show events", row=EventRow, privilege=15, words=_WORDS)
def show_events(context: Context) -> list[EventRow]:
    """Event hooks: how often each ran, what waits for its next run, and how the last run went."""
    automation = context.manager.automation
    rows = []
    for name, state in automation.hooks.states.items():
        settings = state.settings
        outcome = automation.jobs.outcomes.get((KIND, name))
        if automation.jobs.running(KIND, name):
            standing = "running"
        else:
            standing = "shutdown" if settings.shutdown else "waiting" if settings.operator else "no operator"
        rows.append(
            EventRow(
                name,
                standing,
                settings.on,
                state.runs,
                len(state.waiting),
                state.dropped,
                outcome.started_at if outcome else None,
                outcome.code if outcome else None,
                settings.operator,
                outcome.errors if outcome else "",
            )
        )
    return rows
