"""One measurement job at work: what it gathers, what is still to be written, how its files fare."""

from __future__ import annotations

import time
from collections import deque
from typing import Final, NamedTuple

from core.northbound.build import VERSION
from oam.measurement import csv_file, xml_file
from oam.measurement.calendar import Calendar
from oam.measurement.gather import Gatherer, Stretch
from oam.measurement.pusher import Pusher
from oam.measurement.report import file_name, made
from oam.settings.measurement import MeasurementJob
from oam.statistics.period import Minute

FORMATS: Final = {"csv": csv_file.written, "xml": xml_file.written}
MAX_OVER: Final = 2
"""Periods of one job whose file has not been begun."""
MAX_UNWRITTEN: Final = 4
"""Files of one job that the disk has refused and that are tried again."""
SILENT_S: Final = 180.0
"""Without a minute of statistics for so long nothing is measured."""

WAITING: Final = "waiting"
MEASURING: Final = "measuring"
SUSPENDED: Final = "suspended"
ENDED: Final = "ended"
SHUTDOWN: Final = "shutdown"


class Written(NamedTuple):
    """A file as it is to be written."""

    name: str
    octets: bytes
    objects: int


def rendered(job: MeasurementJob, host: str, stretch: Stretch) -> Written:
    """Make the file of a period; takes its time, so not in the event loop."""
    report = made(job, host, VERSION, stretch)
    name = file_name(job, host, stretch.begin, stretch.end)
    objects = sum(len(block.rows) for block in report.blocks)
    return Written(name, FORMATS[job.format](report), objects)


class Job:
    """The state of one job."""

    def __init__(self, settings: MeasurementJob) -> None:
        self.settings = settings
        self.began_at = time.time()
        """Since when it counts."""
        self.calendar = Calendar(settings)
        self._gatherer = Gatherer(settings.period_min, self._measures)
        self.over: deque[Stretch] = deque()
        self.unwritten: deque[Written] = deque()
        self.pusher: Pusher | None = None
        self.objects: int | None = None
        """Objects in the last file."""
        self.last_file = ""
        self.written = 0
        """Files written since the start."""
        self.lost = 0
        """Periods that could not be written, and files that made room before they were sent."""
        self.repeated = 0
        """Periods that had a file already, the clock having been set back."""
        self.error = ""
        """Why its files cannot be written now; empty: they can, as far as it is known."""

    def follow(self, settings: MeasurementJob) -> None:
        """Take up changed settings; a period whose times have changed begins anew."""
        old, self.settings = self.settings, settings
        self.calendar = Calendar(settings)
        if settings.period_min != old.period_min:
            self._gatherer = Gatherer(settings.period_min, self._measures)

    def _measures(self, moment: float) -> bool:
        return not self.settings.shutdown and bool(self.settings.objects) and self.calendar.measures(moment)

    def take(self, minute: Minute) -> bool:
        """Take the next minute; return whether a period is over by it."""
        over = self._gatherer.take(minute)
        for stretch in over:
            if len(self.over) >= MAX_OVER:
                self.over.popleft()
                self.lost += 1
            self.over.append(stretch)
        return bool(over)

    def refused(self, file: Written, why: str) -> None:
        """Keep a file that the disk has refused for another attempt, the oldest giving way."""
        if len(self.unwritten) >= MAX_UNWRITTEN:
            self.unwritten.popleft()
            self.lost += 1
        self.unwritten.append(file)
        self.error = why

    def state(self, now: float, heard_at: float) -> str:
        """Return what it does at this moment; `heard_at` is when statistics came last."""
        if self.settings.shutdown:
            return SHUTDOWN
        if self.next_end(now) is None:
            return ENDED
        if not self.settings.objects or (heard_at and now - heard_at > SILENT_S):
            return SUSPENDED
        return MEASURING if self.calendar.measures(now) else WAITING

    def next_end(self, now: float) -> float | None:
        """Return when its period ends that is going on or comes next; None: there is none."""
        return None if self.settings.shutdown else self.calendar.next_end(now, self.settings.period_min)
