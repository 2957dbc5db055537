"""Measurement jobs (Z.336: time, entities, objects) and thresholds on the same figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from core.northbound.statistics import KINDS
from core.northbound.times import minutes_of
from oam.fault.catalogue import ALARMS
from oam.measurement.indicators import ALARM_OF, OTHER, find

ALL: Final = "all"
"""Name that stands for every object of a kind."""
CHOICES: Final = {"trunk": ("trunk-in", "trunk-out")} | {kind: (kind,) for kind in KINDS}
"""What an `object` line may name -> kinds of objects it means."""
PERIODS: Final = (1, 5, 15, 30, 60)
"""Lengths of periods, minutes; each divides the hour."""
RAISED: Final = ("critical", "major", "minor", "warning")
"""Severities of alarms, the worst first."""
MAX_JOBS: Final = 50
MAX_THRESHOLDS: Final = 100
MAX_CHOICES: Final = 200
"""Lines `object` of one job or threshold."""
MAX_INDICATORS: Final = 100
"""Of one job; with the rows there are for objects at all that bounds a file."""


class ObjectChoice(msgspec.Struct, frozen=True):
    """`object KIND [NAME]`: one object, or all of a kind."""

    kind: str
    """Key of CHOICES."""
    name: str = ALL


class Window(msgspec.Struct, frozen=True):
    """`daily HH:MM HH:MM`, in UTC; over midnight where the end is not behind the beginning."""

    begin: str = "00:00"
    end: str = "24:00"


class PushServer(msgspec.Struct, frozen=True):
    """`push <sftp|ftp> HOST [port N]`: where files are sent."""

    protocol: str = ""
    """`sftp` or `ftp`; empty: nowhere."""
    host: str = ""
    port: int = 0
    """0: 22, of FTP 21."""


class MeasurementJob(msgspec.Struct, frozen=True):
    """`measurement-job NAME`: which figures of which objects are written to a file at the end of each period."""

    name: str
    description: str = ""
    objects: tuple[ObjectChoice, ...] = ()
    indicators: tuple[str, ...] = ()
    """Names of indicators; empty: a usual set."""
    period_min: int = 15
    """One of PERIODS."""
    daily: Window = Window()
    days: str = "daily"
    """Days on which it measures, as `weekdays` or `mon,wed`."""
    start: str = ""
    """`2026-12-01T04:00`, UTC; empty: at once."""
    stop: str = ""
    """As `start`; empty: never."""
    format: str = "csv"
    """`csv` or `xml`."""
    keep: int = 672
    """Files kept here, sent or not: a week of quarter-hours."""
    push: PushServer = PushServer()
    push_user: str = ""
    push_secret: str = ""
    """Encrypted (type 6)."""
    push_directory: str = ""
    """Folder at the server; empty: the one a login ends in."""
    push_host_key: str = ""
    """`SHA256:…` of the SFTP server's host key; empty: the file `known_hosts` of the file area decides."""
    shutdown: bool = False


class Bound(msgspec.Struct, frozen=True):
    """`raise <above|below> VALUE [severity S]`: beyond this value there is an alarm."""

    direction: str
    """`above` or `below`."""
    value: float
    severity: str = "minor"


class Clear(msgspec.Struct, frozen=True):
    """`clear <above|below> VALUE`: beyond this value the alarm is over."""

    direction: str = ""
    """Empty: the alarm is over where it would no longer be raised."""
    value: float = 0.0


class Threshold(msgspec.Struct, frozen=True):
    """`threshold NAME`: an alarm when an indicator of an object is beyond a bound."""

    name: str
    description: str = ""
    objects: tuple[ObjectChoice, ...] = ()
    indicator: str = ""
    period_min: int = 5
    raises: tuple[Bound, ...] = ()
    """At most one for each severity, all in one direction."""
    clear: Clear = Clear()
    samples: int = 1
    """Fewer samples in a period tell nothing."""
    periods: int = 1
    """So many periods in a row must say the same before anything changes."""
    shutdown: bool = False


BUILT_IN: Final = (
    Threshold(
        "registrations",
        "Devices that cannot register",
        (ObjectChoice("system"),),
        "register-failures",
        raises=(Bound("above", 50.0, "major"), Bound("above", 25.0, "minor")),
        clear=Clear("below", 10.0),
        samples=100,
        periods=2,
    ),
    Threshold(
        "trunk-asr",
        "Hardly a call to the trunk is answered",
        (ObjectChoice("trunk-out"),),
        "asr",
        raises=(Bound("below", 5.0, "major"), Bound("below", 20.0, "minor")),
        clear=Clear("above", 30.0),
        samples=50,
        periods=2,
    ),
    Threshold(
        "trunk-ner",
        "The network behind the trunk fails calls, whatever the called do",
        (ObjectChoice("trunk-out"),),
        "ner",
        raises=(Bound("below", 50.0, "major"), Bound("below", 75.0, "minor")),
        clear=Clear("above", 85.0),
        samples=50,
        periods=2,
    ),
    Threshold(
        "trunk-setup-delay",
        "Callers wait too long until it rings (ITU-T E.721: 8 s for international calls)",
        (ObjectChoice("trunk-out"),),
        "srd",
        raises=(Bound("above", 8000.0, "minor"),),
        clear=Clear("below", 6000.0),
        samples=50,
        periods=2,
    ),
    Threshold(
        "trunk-retransmissions",
        "Messages to the trunk are lost on the way",
        (ObjectChoice("trunk-out"),),
        "retransmission-share",
        raises=(Bound("above", 10.0, "minor"),),
        clear=Clear("below", 5.0),
        samples=200,
        periods=2,
    ),
)
"""Thresholds that need no configuration; a configured one of the same name takes its place."""


def in_force(configured: Sequence[Threshold]) -> tuple[Threshold, ...]:
    """Return the thresholds there are: the built-in ones, unless configured otherwise, and the others."""
    own = {each.name for each in configured}
    return (*(each for each in BUILT_IN if each.name not in own), *configured)


def problems(jobs: Sequence[MeasurementJob], thresholds: Sequence[Threshold]) -> Iterator[str]:
    """Yield what makes them unusable, in the operator's words."""
    if len(jobs) > MAX_JOBS:
        yield f"measurement-job: at most {MAX_JOBS}"
    if len(thresholds) > MAX_THRESHOLDS:
        yield f"threshold: at most {MAX_THRESHOLDS}"
    for job in jobs:
        yield from (f"measurement-job {job.name}: {each}" for each in _of_job(job))
    for threshold in thresholds:
        yield from (f"threshold {threshold.name}: {each}" for each in _of_threshold(threshold))


def _of_job(job: MeasurementJob) -> Iterator[str]:
    yield from _of_choices(job.objects, job.period_min)
    if len(job.indicators) > MAX_INDICATORS:
        yield f"at most {MAX_INDICATORS} indicators"
    for name in job.indicators:
        if find(name) is None:
            yield f"there is no indicator {name}"
    if minutes_of(job.daily.begin) == minutes_of(job.daily.end):
        yield "daily: the window ends where it begins"
    if job.start and job.stop and job.stop <= job.start:
        yield "it stops before it starts"
    if job.push.protocol and not job.push_user:
        yield "push needs a user"
    if job.push_host_key and job.push.protocol == "ftp":
        yield "push host-key is for SFTP"


def _of_choices(choices: Sequence[ObjectChoice], period_min: int) -> Iterator[str]:
    if period_min not in PERIODS:
        yield f"period is one of {', '.join(str(each) for each in PERIODS)} minutes"
    if len(choices) > MAX_CHOICES:
        yield f"at most {MAX_CHOICES} objects"


def _of_threshold(threshold: Threshold) -> Iterator[str]:
    yield from _of_choices(threshold.objects, threshold.period_min)
    if threshold.indicator and find(threshold.indicator) is None:
        yield f"there is no indicator {threshold.indicator}"
    alarm = ALARMS[ALARM_OF.get(threshold.indicator, OTHER)]
    for bound in threshold.raises:
        if threshold.indicator and bound.severity not in alarm.severities:
            yield f"alarm {alarm.number} ({alarm.title}) is never {bound.severity}"
    directions = {each.direction for each in threshold.raises}
    if len(directions) > 1:
        yield "raise goes in one direction only"
        return
    ordered = sorted(threshold.raises, key=lambda each: RAISED.index(each.severity))
    values = [each.value for each in ordered]
    if values != sorted(set(values), reverse="above" in directions):
        yield "the worse the severity, the further away its bound must be"
    clear = threshold.clear
    if not clear.direction or not values:
        return
    if clear.direction in directions:
        yield f"clear must be on the other side than raise {clear.direction}"
    elif (clear.value > values[-1]) if clear.direction == "below" else (clear.value < values[-1]):
        yield f"clear {clear.direction} {clear.value:g} must not reach beyond raise {ordered[-1].value:g}"
