"""The call record as it stands in the file."""

from __future__ import annotations

import json

import msgspec

from core.northbound.records import CallRecord


def test_a_record_is_one_line_of_json_with_null_for_what_never_happened() -> None:
    record = CallRecord(
        "1-ab-1", "sip:a@b", "sip:c@d", "sip:c@d", "call\n1", "udp:192.0.2.1:5060", "", 1.5, None, None, 2.25, 0, 404,
        "attempt",
    )  # fmt: skip
    line = msgspec.json.encode(record)
    assert b"\n" not in line
    assert json.loads(line) == {
        "id": "1-ab-1", "caller": "sip:a@b", "callee": "sip:c@d", "request_uri": "sip:c@d", "call_id": "call\n1",
        "source": "udp:192.0.2.1:5060", "destination": "", "started_at": 1.5, "ringing_at": None,
        "answered_at": None, "ended_at": 2.25, "duration_s": 0, "status": 404, "ended_by": "attempt",
        "trunk_in": "", "trunk_out": "",
    }  # fmt: skip
