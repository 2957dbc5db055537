"""`show logging`, `clear logging`: what was logged, and where it went."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.settings import LOG_AREAS, SEVERITIES
from oam.commands.logging import AREAS
from oam.commands.registry import PRIVILEGED, order, show
from oam.notification.destinations import DestinationRow, destinations
from oam.times import moment_of

if TYPE_CHECKING:
    from oam.context import Context
    from oam.log.entry import Entry

_SEVERITY: Final = f"<{'|'.join(SEVERITIES)}>$severity"
_AREA: Final = f"<{'|'.join(LOG_AREAS)}>$area"
_WORDS: Final = {"logging": "Messages to the log", "level": "This severity and what is more severe"}


class LogRow(msgspec.Struct, frozen=True):
    """One message of the log."""

    sequence: int
    logged_at: float
    severity: str
    process: str
    area: str
    text: str


@show(
    f"show logging [level {_SEVERITY}] [area {_AREA}] [since SINCE$since] [last (1-50000)$last]",
    row=LogRow,
    privilege=PRIVILEGED,
    words={**_WORDS, **AREAS, "area": "Messages of one area", "since": "Messages from then on", "last": "The newest"},
    arguments={"last": "How many"},
)
def show_logging(
    context: Context, severity: str | None, area: str | None, since: str | None, last: int | None
) -> list[LogRow]:
    """Messages kept in memory, oldest first: of every process, numbered; a gap in the numbers is a message lost.

    Example: show logging level warnings since 2h
    Example: show logging | include trunk
    """
    start = moment_of(since, time.time())
    most = SEVERITIES.index(severity) if severity else len(SEVERITIES)
    found = [
        each
        for each in context.manager.log.buffer
        if each.line.severity <= most and (not area or each.line.area == area) and each.line.at >= start
    ]
    return [_row(each) for each in found[-(last or 0) :]]


def _row(entry: Entry) -> LogRow:
    line = entry.line
    return LogRow(entry.sequence, line.at, SEVERITIES[line.severity], line.process, line.area, line.text)


@show(
    "show logging destinations",
    row=DestinationRow,
    privilege=PRIVILEGED,
    words={**_WORDS, "destinations": "Where messages and notices go, and what was lost on the way"},
)
def show_destinations(context: Context) -> list[DestinationRow]:
    """Where messages and notices go: each with its queue, its bound, and what it had no room for."""
    return list(destinations(context.manager))


@order("clear logging", confirm="Clear the log kept in memory?", words=_WORDS)
def clear_logging(context: Context) -> None:
    """Forget the messages kept in memory; files stay."""
    context.manager.log.buffer.clear()
