"""Files as CSV: what Python's reader finds in them is what was measured."""

from __future__ import annotations

import csv
import io

from oam.measurement.csv_file import written
from oam.measurement.report import Block, Report, Row

REPORT = Report(
    "J", "sip1", "1.0", 1795881600.0, 1795882500.0,
    (
        Block("system", ("bids", "asr"), (Row("system", "", 900.0, False, (7, 50.0)),)),
        Block("destination", ("bids", "asr"), (Row("destination", '00,86"', 900.0, True, (0, None)),)),
        Block("method", ("received",), (Row("method", "INVITE", 840.5, True, (9,)),)),
    ),
)  # fmt: skip


def test_the_file_is_read_back() -> None:
    text = written(REPORT).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [dict(row) for row in rows] == [
        {
            "begin": "2026-11-28T16:00:00Z", "end": "2026-11-28T16:15:00Z", "kind": kind, "object": name,
            "seconds": seconds, "suspect": suspect, "bids": bids, "asr": asr, "received": received,
        }
        for kind, name, seconds, suspect, bids, asr, received in (
            ("system", "", "900", "no", "7", "50", ""),
            ("destination", '00,86"', "900", "yes", "0", "", ""),
            ("method", "INVITE", "840.5", "yes", "", "", "9"),
        )
    ]  # fmt: skip


def test_lines_end_as_rfc_4180_says() -> None:
    octets = written(REPORT)
    assert octets.endswith(b"\r\n")
    assert octets.count(b"\n") == octets.count(b"\r\n") == 4
