"""A report as CSV (RFC 4180): one line for each object, one column for each indicator. Pure."""

from __future__ import annotations

import csv
import io
from typing import Final

from oam.measurement.report import Report, number
from oam.times import iso

HEAD: Final = ("begin", "end", "kind", "object", "seconds", "suspect")


def written(report: Report) -> bytes:
    """Return the file. What does not apply to an object, or had no sample, is an empty field."""
    names = list(dict.fromkeys(name for block in report.blocks for name in block.indicators))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*HEAD, *names])
    period = (iso(report.begin), iso(report.end))
    for block in report.blocks:
        for row in block.rows:
            values = dict(zip(block.indicators, row.values, strict=True))
            cells = [number(values.get(name)) for name in names]
            suspect = "yes" if row.suspect else "no"
            writer.writerow([*period, row.kind, row.name, number(row.seconds), suspect, *cells])
    return text.getvalue().encode("utf-8", "replace")
