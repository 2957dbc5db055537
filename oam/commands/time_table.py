"""`time-table NAME`, `show time-table`: when lines that name it are in force."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.times import is_in_force, zone_of
from oam.commands.registry import CommandError, completer, config, entry, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.context import Context

TIME_TABLE: Final = entry(
    "time-table NAME$name",
    "Edit a time table: when the lines that name it are in force.",
    name="time-table",
    field="time_tables",
    key=("name",),
    words={"time-table": "Days and times"},
    arguments={"name": "Name of the time table"},
)


@config("timezone TIMEZONE$value", mode=TIME_TABLE, field="timezone", words={"timezone": "Whose local time it is"})
def timezone() -> None:
    """Time zone of the periods and dates.

    Example: timezone Europe/Berlin
    """


@config(
    "period DAYS$days TIME$begin TIME$end",
    mode=TIME_TABLE,
    field="periods",
    words={"period": "Days of the week and times of the day"},
    arguments={"begin": "From this time on", "end": "Up to this time; 24:00 is midnight"},
)
def period() -> None:
    """Days and times at which it is in force; one that ends before it begins goes on into the next day.

    Example: period weekdays 08:00 18:00
    Example: period fri,sat 22:00 04:00
    """


@config("date DATE$value", mode=TIME_TABLE, field="dates", words={"date": "A whole day"})
def date() -> None:
    """A day on which it is in force from midnight to midnight.

    Example: date 2026-12-24
    """


@config(
    "except DATE$value",
    mode=TIME_TABLE,
    field="excepted",
    words={"except": "A day on which it is not in force"},
)
def excepted() -> None:
    """A day on which it is not in force, whatever its periods and dates say.

    Example: except 2026-12-25
    """


@completer("time-table")
def names(context: Context, prefix: str) -> list[str]:
    """Name the time tables that are configured."""
    return [each.name for each in context.manager.configuration.running.time_tables]


class TimeTableRow(msgspec.Struct, frozen=True):
    """One time table."""

    name: str
    in_force: bool
    """At this moment."""
    local_time: str
    """In its time zone."""
    timezone: str
    periods: tuple[str, ...]
    dates: tuple[str, ...]
    excepted: tuple[str, ...]


@show("show time-table [TIMETABLE$name]", row=TimeTableRow)
def show_time_table(context: Context, name: str | None) -> Iterator[TimeTableRow]:
    """Time tables, and whether they are in force now."""
    tables = context.manager.configuration.running.time_tables
    if name is not None and name not in {each.name for each in tables}:
        raise CommandError(f"There is no time table {name}")
    for table in tables:
        if name in (None, table.name):
            local = datetime.fromtimestamp(time.time(), zone_of(table.timezone))
            periods = tuple(f"{each.days} {each.begin}-{each.end}" for each in table.periods)
            yield TimeTableRow(
                table.name, is_in_force(table, local), local.strftime("%a %Y-%m-%d %H:%M"), table.timezone, periods,
                table.dates, table.excepted,
            )  # fmt: skip
