"""Lines of the log file: read back as they were written."""

from __future__ import annotations

from core.northbound.logs import LogLine
from oam.log.entry import Entry, read

LINE = LogLine("sip-1", 77, "net", 3, 1_700_000_000.25, "listener udp:127.0.0.1:5060: gone")


def test_a_line_is_read_back_as_it_was_written() -> None:
    entry = Entry(12, LINE)
    assert entry.written() == "12: 2023-11-14T22:13:20.250Z sip-1[77] net errors: listener udp:127.0.0.1:5060: gone"
    assert read(entry.written()) == entry


def test_line_ends_within_do_not_make_two_lines() -> None:
    entry = Entry(1, LogLine("sip-1", 1, "sip", 3, 0.0, "fault\nTraceback"))
    assert entry.written().endswith("sip errors: fault / Traceback")


def test_what_is_no_line_is_nothing() -> None:
    for text in ("", "12: half", "x: 2023-11-14T22:13:20.250Z a[1] net errors: t", Entry(1, LINE).written()[3:]):
        assert read(text) is None
    assert read(Entry(1, LINE).written().replace("11-14", "13-44")) is None
