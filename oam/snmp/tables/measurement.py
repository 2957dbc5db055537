"""Measurement jobs with their files, and thresholds with what is beyond them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from oam.measurement.job import ENDED, MEASURING, SHUTDOWN, SUSPENDED, WAITING
from oam.settings.measurement import BUILT_IN, RAISED, ObjectChoice
from oam.snmp import oids, syntax
from oam.snmp.convention import SEVERITY
from oam.snmp.object import HIDDEN, Column, Table

if TYPE_CHECKING:
    from oam.context import Manager
    from oam.measurement.job import Job
    from oam.settings.measurement import Threshold

JOB: Final = "measurement-job"
THRESHOLD: Final = "threshold"
"""Kinds of the indexes."""
CLEARED: Final = "cleared"
INDETERMINATE: Final = "indeterminate"
AT_ONCE: Final = 2000
"""Watched objects looked at before others have their turn: less than a millisecond."""
_STATES: Final = {WAITING: 1, MEASURING: 2, SUSPENDED: 3, ENDED: 4, SHUTDOWN: 5}


class MeasurementSummary(msgspec.Struct, frozen=True):
    """All jobs and thresholds together."""

    jobs: int
    measuring: int
    failing: int
    waiting: int
    thresholds: int
    watched: int
    crossed: int
    refused: int
    lost: int
    started_at: float


class JobRow(msgspec.Struct, frozen=True):
    """One measurement job."""

    index: int
    name: str
    description: str
    state: str
    period_s: int
    next_at: float | None
    objects: int | None
    last_file: str
    written: int
    unwritten: int
    destination: str
    waiting: int
    sent: int | None
    failures: int | None
    lost: int
    repeated: int
    error: str
    began_at: float


class ThresholdRow(msgspec.Struct, frozen=True):
    """One threshold."""

    index: int
    name: str
    description: str
    objects: str
    indicator: str
    period_s: int
    raised: str
    cleared: str
    samples: int
    periods: int
    state: str
    built_in: bool
    watched: int
    crossed: int
    severity: str


async def _summary(manager: Manager) -> Sequence[MeasurementSummary]:
    measurement, thresholds = manager.measurement, manager.thresholds
    jobs = list(measurement.jobs.values())
    watched = list(thresholds.watches.values())
    crossed = 0
    for begin in range(0, len(watched), AT_ONCE):
        crossed += sum(1 for watch in watched[begin : begin + AT_ONCE] if watch.verdict.bound is not None)
        await asyncio.sleep(0)
    return (
        MeasurementSummary(
            jobs=len(jobs),
            measuring=sum(1 for job in jobs if job.state(measurement.now(), measurement.heard_at) == MEASURING),
            failing=sum(1 for job in jobs if error_of(job)),
            waiting=sum(job.pusher.waiting for job in jobs if job.pusher is not None),
            thresholds=len(thresholds.thresholds),
            watched=len(watched),
            crossed=crossed,
            refused=thresholds.refused,
            lost=thresholds.lost,
            started_at=syntax.Start.at,
        ),
    )


def error_of(job: Job) -> str:
    """Return why the files of a job cannot be written or sent now; empty: they can."""
    return job.error or (job.pusher.error if job.pusher is not None else "")


async def _jobs(manager: Manager) -> Sequence[JobRow]:
    measurement, numbers = manager.measurement, manager.snmp.indexes
    found = []
    for name, job in measurement.jobs.items():
        index = numbers.of(JOB, name)
        if index is None:
            continue
        settings, pusher = job.settings, job.pusher
        push = settings.push
        found.append(
            JobRow(
                index=index,
                name=name,
                description=settings.description,
                state=job.state(measurement.now(), measurement.heard_at),
                period_s=60 * settings.period_min,
                next_at=job.next_end(measurement.now()),
                objects=job.objects,
                last_file=job.last_file,
                written=job.written,
                unwritten=len(job.unwritten),
                destination=f"{push.protocol} {push.host}" if push.protocol else "",
                waiting=pusher.waiting if pusher is not None else 0,
                sent=pusher.sent if pusher is not None else None,
                failures=pusher.failures if pusher is not None else None,
                lost=job.lost,
                repeated=job.repeated,
                error=error_of(job),
                began_at=max(job.began_at, pusher.began_at if pusher is not None else 0.0),
            )
        )
    await numbers.save()
    return found


async def _thresholds(manager: Manager) -> Sequence[ThresholdRow]:
    watched: Counter[str] = Counter()
    crossed: Counter[tuple[str, str]] = Counter()
    watches = list(manager.thresholds.watches.items())
    for begin in range(0, len(watches), AT_ONCE):
        for place, watch in watches[begin : begin + AT_ONCE]:
            watched[place.threshold] += 1
            if watch.verdict.bound is not None:
                crossed[place.threshold, watch.verdict.state] += 1
        await asyncio.sleep(0)
    own = {each.name for each in manager.configuration.running.thresholds}
    numbers = manager.snmp.indexes
    found = [
        _threshold(index, each, watched[name], {each: crossed[name, each] for each in RAISED}, name not in own)
        for name, each in manager.thresholds.thresholds.items()
        if (index := numbers.of(THRESHOLD, name)) is not None
    ]
    await numbers.save()
    return found


def _threshold(index: int, settings: Threshold, watched: int, crossed: dict[str, int], built_in: bool) -> ThresholdRow:
    worst = next((severity for severity in RAISED if crossed[severity]), CLEARED if watched else INDETERMINATE)
    clear = settings.clear
    return ThresholdRow(
        index=index,
        name=settings.name,
        description=settings.description,
        objects=", ".join(map(_choice, settings.objects)),
        indicator=settings.indicator,
        period_s=60 * settings.period_min,
        raised=", ".join(f"{each.direction} {each.value:g} {each.severity}" for each in settings.raises),
        cleared=f"{clear.direction} {clear.value:g}" if clear.direction else "",
        samples=settings.samples,
        periods=settings.periods,
        state=state_of(settings),
        built_in=built_in and settings in BUILT_IN,
        watched=watched,
        crossed=sum(crossed.values()),
        severity=worst,
    )


def state_of(threshold: Threshold) -> str:
    """Return whether a threshold watches anything."""
    if threshold.shutdown:
        return "shutdown"
    return "active" if threshold.objects and threshold.indicator and threshold.raises else "incomplete"


def _choice(choice: ObjectChoice) -> str:
    return choice.kind if choice.kind == "system" else f"{choice.kind} {choice.name}"


SUMMARY: Final = Table(
    (*oids.MEASUREMENT, 1),
    "sipctlMeasurementSummary",
    "All measurement jobs and thresholds together.",
    (
        Column(1, "sipctlMeasurementJobs", syntax.GAUGE, "jobs", "Jobs that are configured.", "jobs"),
        Column(2, "sipctlMeasurementMeasuring", syntax.GAUGE, "measuring", "Jobs that measure now.", "jobs"),
        Column(
            3, "sipctlMeasurementFailing", syntax.GAUGE, "failing",
            "Jobs whose files cannot be written or sent now.", "jobs",
        ),
        Column(4, "sipctlMeasurementWaiting", syntax.GAUGE, "waiting", "Files that wait to be sent.", "files"),
        Column(
            5, "sipctlMeasurementThresholds", syntax.GAUGE, "thresholds",
            "Thresholds there are, the built-in ones included.", "thresholds",
        ),
        Column(
            6, "sipctlMeasurementWatched", syntax.GAUGE, "watched",
            "Objects that thresholds watch, each once for every threshold on it.", "objects",
        ),
        Column(
            7, "sipctlMeasurementCrossed", syntax.GAUGE, "crossed", "Of these, those beyond a bound now.", "objects",
        ),
        Column(
            8, "sipctlMeasurementUnwatched", syntax.COUNTER, "refused",
            "Times that an object was not watched because there were too many.", "objects",
        ),
        Column(
            9, "sipctlMeasurementUnevaluated", syntax.COUNTER, "lost",
            "Periods of which the thresholds were not evaluated: it took too long, or there was a fault.", "periods",
        ),
        Column(
            10, "sipctlMeasurementDiscontinuityTime", syntax.TIME_STAMP, "started_at",
            "Value of sysUpTime when the counters of this group began at zero: when the agent was started.",
        ),
    ),
    _summary,
)  # fmt: skip

JOBS: Final = Table(
    (*oids.MEASUREMENT, 2),
    "sipctlMeasurementJobTable",
    "The measurement jobs that are configured (ITU-T Z.336): figures of objects, written to a file at the end of each "
    "period.",
    (
        Column(
            1, "sipctlMeasurementJobIndex", syntax.INDEX, "index",
            "Number of the job, the same for its name for as long as the server is installed.", access=HIDDEN,
        ),
        Column(2, "sipctlMeasurementJobName", syntax.text(64), "name", "Name of the job."),
        Column(
            3, "sipctlMeasurementJobDescription", syntax.TEXT, "description", "What the operator has noted of the job.",
        ),
        Column(
            4, "sipctlMeasurementJobState", syntax.enumeration(_STATES), "state",
            "What the job does: waiting(1) for its window, day or start; measuring(2); suspended(3), it has no object "
            "or no statistics come; ended(4); shutdown(5).",
        ),
        Column(5, "sipctlMeasurementJobPeriod", syntax.GAUGE, "period_s", "Length of a period.", "seconds"),
        Column(
            6, "sipctlMeasurementJobNext", syntax.DATE, "next_at",
            "When the period ends that goes on or comes next; no instance when there is none.",
        ),
        Column(
            7, "sipctlMeasurementJobMeasured", syntax.GAUGE, "objects",
            "Objects in the last file; no instance before there is one.", "objects",
        ),
        Column(
            8, "sipctlMeasurementJobLastFile", syntax.TEXT, "last_file", "Name of the last file; empty: there is none.",
        ),
        Column(9, "sipctlMeasurementJobWritten", syntax.COUNTER, "written", "Files written.", "files"),
        Column(
            10, "sipctlMeasurementJobUnwritten", syntax.GAUGE, "unwritten",
            "Files that the disk has refused and that are tried again.", "files",
        ),
        Column(
            11, "sipctlMeasurementJobDestination", syntax.TEXT, "destination",
            "Protocol and server that files are sent to; empty: they stay here.",
        ),
        Column(12, "sipctlMeasurementJobWaiting", syntax.GAUGE, "waiting", "Files that wait to be sent.", "files"),
        Column(
            13, "sipctlMeasurementJobSent", syntax.COUNTER, "sent",
            "Files sent; no instance for a job that sends none.", "files",
        ),
        Column(
            14, "sipctlMeasurementJobFailures", syntax.COUNTER, "failures",
            "Attempts to send that failed; no instance for a job that sends none.", "attempts",
        ),
        Column(
            15, "sipctlMeasurementJobLost", syntax.COUNTER, "lost",
            "Periods that could not be written, and files that made room before they were sent.", "periods",
        ),
        Column(
            16, "sipctlMeasurementJobRepeated", syntax.COUNTER, "repeated",
            "Periods that had a file already, the clock having been set back.", "periods",
        ),
        Column(
            17, "sipctlMeasurementJobError", syntax.TEXT, "error",
            "Why files cannot be written or sent now; empty: they can, as far as it is known.",
        ),
        Column(
            18, "sipctlMeasurementJobDiscontinuityTime", syntax.TIME_STAMP, "began_at",
            "Value of sysUpTime when counters of this job last began at zero: the server was started, the job was "
            "configured, or its destination was changed.",
        ),
    ),
    _jobs,
    indexed=("sipctlMeasurementJobIndex",),
)  # fmt: skip

THRESHOLDS: Final = Table(
    (*oids.MEASUREMENT, 3),
    "sipctlThresholdTable",
    "The thresholds there are, built-in and configured: alarms when an indicator of an object is beyond a bound. Which "
    "objects these are is in sipctlAlarmTable.",
    (
        Column(
            1, "sipctlThresholdIndex", syntax.INDEX, "index",
            "Number of the threshold, the same for its name for as long as the server is installed.", access=HIDDEN,
        ),
        Column(2, "sipctlThresholdName", syntax.text(64), "name", "Name of the threshold."),
        Column(
            3, "sipctlThresholdDescription", syntax.TEXT, "description",
            "What the threshold is for.",
        ),
        Column(
            4, "sipctlThresholdTargets", syntax.TEXT, "objects",
            "Objects it watches, by kind and name, or 'all' of a kind; cut at 255 octets.",
        ),
        Column(5, "sipctlThresholdIndicator", syntax.text(64), "indicator", "Figure that is watched."),
        Column(6, "sipctlThresholdPeriod", syntax.GAUGE, "period_s", "Length of a period.", "seconds"),
        Column(
            7, "sipctlThresholdRaise", syntax.TEXT, "raised",
            "Where the alarm is raised, as 'below 5 major, below 20 minor', in the unit of the indicator.",
        ),
        Column(
            8, "sipctlThresholdClear", syntax.text(64), "cleared",
            "Where the alarm is over; empty: where it would not be raised.",
        ),
        Column(
            9, "sipctlThresholdSamples", syntax.UNSIGNED, "samples", "A period with fewer samples tells nothing.",
            "events",
        ),
        Column(
            10, "sipctlThresholdPeriods", syntax.UNSIGNED, "periods",
            "So many periods in a row must say the same before anything changes.", "periods",
        ),
        Column(
            11, "sipctlThresholdState", syntax.enumeration({"active": 1, "shutdown": 2, "incomplete": 3}), "state",
            "Whether it watches: active(1); shutdown(2); incomplete(3), it lacks objects, an indicator or a bound.",
        ),
        Column(12, "sipctlThresholdBuiltIn", syntax.TRUTH, "built_in", "Whether it needs no configuration."),
        Column(13, "sipctlThresholdWatched", syntax.GAUGE, "watched", "Objects that it watches now.", "objects"),
        Column(
            14, "sipctlThresholdCrossed", syntax.GAUGE, "crossed", "Of these, those beyond a bound.", "objects",
        ),
        Column(
            15, "sipctlThresholdSeverity", SEVERITY.syntax, "severity",
            "The worst that is beyond a bound: cleared(1), no object is; indeterminate(2), none is watched.",
        ),
    ),
    _thresholds,
    indexed=("sipctlThresholdIndex",),
)  # fmt: skip

TABLES: Final = (SUMMARY, JOBS, THRESHOLDS)
