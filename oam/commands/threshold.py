"""`threshold NAME`: alarms when an indicator of an object is beyond a bound. `show threshold`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.measurement_job import OBJECT_ARGUMENTS, OBJECT_SYNTAX, OBJECT_WORDS, declare_period
from oam.commands.registry import CommandError, completer, config, entry, show
from oam.measurement.board import alarm_of
from oam.settings.measurement import BUILT_IN, Threshold

if TYPE_CHECKING:
    from oam.context import Context

THRESHOLD: Final = entry(
    "threshold NAME$name",
    "Edit a threshold: an alarm when an indicator of an object is beyond a bound.",
    name="threshold",
    field="thresholds",
    key=("name",),
    words={"threshold": "Alarms on the figures of objects"},
    arguments={"name": "Name of the threshold; that of a built-in one takes its place"},
)
_RAISE: Final = {
    "raise": "Where the alarm is raised",
    "clear": "Where the alarm is over",
    "above": "When the value is greater",
    "below": "When the value is less",
    "severity": "Severity of the alarm",
    "critical": "Service is gone: act at once",
    "major": "Service suffers: act soon",
    "minor": "Something is wrong that does not hurt yet",
    "warning": "Something may go wrong",
}


@config("description LINE$description", mode=THRESHOLD, field="description", words={"description": "Text of your own"})
def description() -> None:
    """What the threshold is for."""


@config(
    OBJECT_SYNTAX,
    mode=THRESHOLD,
    field="objects",
    key=("kind", "name"),
    words=OBJECT_WORDS,
    arguments=OBJECT_ARGUMENTS,
)
def objects() -> None:
    """Watch an object, or all of a kind; there may be several such lines. Each object has an alarm of its own."""


@config(
    "indicator INDICATOR$indicator", mode=THRESHOLD, field="indicator", words={"indicator": "Figure that is watched"}
)
def indicator() -> None:
    """Which figure is watched.

    Alarm 26 tells of failed registrations, 27 of answer and effectiveness ratios, 28 of set-up delays, 29 of
    retransmissions, 43 of everything else.
    """


declare_period(THRESHOLD)


@config(
    "raise <above|below>$direction DECIMAL$value [severity <critical|major|minor|warning>$severity]",
    mode=THRESHOLD,
    field="raises",
    key=("severity",),
    words=_RAISE,
    arguments={"value": "Bound, in the unit of the indicator"},
)
def raise_() -> None:
    """Raise the alarm beyond this value; one line for each severity, all in one direction.

    Example: raise below 20
    Example: raise below 5 severity major
    """


@config(
    "clear <above|below>$direction DECIMAL$value",
    mode=THRESHOLD,
    field="clear",
    words=_RAISE,
    arguments={"value": "Bound, in the unit of the indicator"},
)
def clear() -> None:
    """Let the alarm be over beyond this value; between here and there it stays as it is (hysteresis).

    Without this line it is over where it would not be raised.

    Example: clear above 30
    """


@config(
    "samples minimum (1-1000000)$samples",
    mode=THRESHOLD,
    field="samples",
    words={"samples": "What a value is made of", "minimum": "A period with fewer tells nothing"},
    arguments={"samples": "Seizures, bids, messages: what the indicator divides by"},
)
def samples() -> None:
    """A period with fewer samples tells nothing: an alarm stays and is shown as unknown, none is raised or cleared."""


@config(
    "periods (1-60)$periods",
    mode=THRESHOLD,
    field="periods",
    words={"periods": "So many periods in a row must say the same"},
    arguments={"periods": "Periods"},
)
def periods() -> None:
    """So many periods in a row must say the same before an alarm is raised, changed or over."""


@config("shutdown", mode=THRESHOLD, field="shutdown", words={"shutdown": "Watch nothing"})
def shutdown() -> None:
    """Watch nothing; alarms that were raised are over. This is also how a built-in threshold is turned off."""


class ThresholdRow(msgspec.Struct, frozen=True):
    """A row of `show threshold`."""

    threshold: str
    objects: str
    indicator: str
    period_min: int
    raised: str
    cleared: str
    samples: int
    periods: int
    state: str
    """`active`, `shutdown`, `incomplete`."""
    watched: int
    """Objects."""
    crossed: int
    """Of these, those with an alarm."""
    description: str


class WatchRow(msgspec.Struct, frozen=True):
    """A row of `show threshold NAME`."""

    kind: str
    object: str
    indicator: str
    value: float | None
    """Of the last period with samples enough."""
    samples: int
    """In the last period."""
    state: str
    """`normal`, `unknown`, or the severity."""
    alarm: int
    """Its number in the catalogue."""


_SHOWN: Final = {"threshold": "Alarms on the figures of objects"}


@show("show threshold", row=ThresholdRow, words=_SHOWN)
def show_thresholds(context: Context) -> Iterator[ThresholdRow]:
    """Thresholds, built-in ones too: what they watch, where they raise an alarm, how many objects there are."""
    built_in = {each.name for each in BUILT_IN}
    configured = {each.name for each in context.manager.configuration.running.thresholds}
    thresholds = context.manager.thresholds
    for each in thresholds.thresholds.values():
        watches = [watch for place, watch in thresholds.watches.items() if place.threshold == each.name]
        own = each.name in configured or each.name not in built_in
        yield ThresholdRow(
            each.name,
            ", ".join(
                choice.kind if choice.kind == "system" else f"{choice.kind} {choice.name}" for choice in each.objects
            ),
            each.indicator,
            each.period_min,
            ", ".join(f"{bound.direction} {bound.value:g} {bound.severity}" for bound in each.raises),
            f"{each.clear.direction} {each.clear.value:g}" if each.clear.direction else "",
            each.samples,
            each.periods,
            _state(each),
            len(watches),
            sum(1 for watch in watches if watch.verdict.bound is not None),
            each.description + ("" if own else " (built in)"),
        )


def _state(threshold: Threshold) -> str:
    if threshold.shutdown:
        return "shutdown"
    return "active" if threshold.objects and threshold.indicator and threshold.raises else "incomplete"


@show("show threshold THRESHOLD$name", row=WatchRow, words=_SHOWN)
def show_threshold(context: Context, name: str) -> list[WatchRow]:
    """The objects under one threshold: value and samples of the last period, and whether it is crossed.

    `unknown`: there were too few samples to tell.
    """
    thresholds = context.manager.thresholds
    threshold = thresholds.thresholds.get(name)
    if threshold is None:
        raise CommandError(f"There is no threshold {name}")
    return [
        WatchRow(
            place.key.kind,
            place.key.name,
            threshold.indicator,
            None if watch.value is None else round(watch.value, 3),
            watch.samples,
            watch.verdict.state,
            alarm_of(threshold.indicator, place.key).number,
        )
        for place, watch in thresholds.watches.items()
        if place.threshold == name
    ]


@completer("threshold")
def names(context: Context, prefix: str) -> list[str]:
    """Name the thresholds there are."""
    return list(context.manager.thresholds.thresholds)
