"""What one job found in one period: the table that files are written of. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from oam.measurement.gather import Chooser, Stretch, merged
from oam.measurement.indicators import applying
from oam.settings.measurement import MeasurementJob


class Row(NamedTuple):
    """One object."""

    kind: str
    name: str
    seconds: float
    """For how long it was measured."""
    suspect: bool
    values: tuple[float | None, ...]
    """By the indicators of its block; None: no sample."""


class Block(NamedTuple):
    """The objects of one kind."""

    kind: str
    indicators: tuple[str, ...]
    """Those that say something of objects of this kind."""
    rows: tuple[Row, ...]


class Report(NamedTuple):
    """One period of one job."""

    job: str
    host: str
    version: str
    begin: float
    end: float
    blocks: tuple[Block, ...]
    """At least one row in each."""


def made(job: MeasurementJob, host: str, version: str, stretch: Stretch) -> Report:
    """Return what the job is to tell of a period."""
    found = merged(stretch, Chooser(job.objects))
    blocks = []
    for kind in dict.fromkeys(key.kind for key in found):
        indicators = applying(kind, job.indicators)
        if not indicators:
            continue
        rows = tuple(
            Row(
                kind,
                key.name,
                figures.seconds,
                figures.suspect,
                tuple(each.of(figures) for each in indicators),
            )
            for key, figures in found.items()
            if key.kind == kind
        )
        blocks.append(Block(kind, tuple(each.name for each in indicators), rows))
    return Report(job.name, host, version, stretch.begin, stretch.end, tuple(blocks))


def file_name(job: MeasurementJob, host: str, begin: float, end: float) -> str:
    """Return the name of a period's file (3GPP TS 32.432 §4.3): `A20261128.1600+0000-1615+0000_-JOB_HOST.csv`.

    The day of the end is written where it is another one.
    """
    first, last = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    day = "" if first.date() == last.date() else f"{last:%Y%m%d}."
    return f"A{first:%Y%m%d.%H%M}+0000-{day}{last:%H%M}+0000_-{job.name}_{host}.{job.format}"


def number(value: float | None) -> str:
    """Return a value as files have it: whole numbers exactly, others with up to three decimals; empty: no sample."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
