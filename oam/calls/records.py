"""Call records read from their files, the newest first: what is left of calls that signalling has forgotten.

A search reads backwards, a piece at a time, and ends at a bound: files of a busy day are large, and whoever looks for a
call looks for a late one. It blocks; `oam.slices.beside` takes it off the loop.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from core.northbound.call_rows import CallHistoryRow, CallTrailRow
from core.northbound.orders import ListCallHistory
from core.northbound.records import CallRecord

MOST_OCTETS: Final = 256 * 1024 * 1024
"""Of all files together that one search reads."""
_PIECE: Final = 1024 * 1024
_decode: Final = msgspec.json.Decoder(CallRecord).decode
_SEPARATORS: Final = {ord(sign): None for sign in "-.()"}


def find(state: Path, wanted: ListCallHistory, octets: int = MOST_OCTETS) -> Iterator[list[CallRecord]]:
    """Yield the records that are `wanted`, in pieces, the last one written first; ends after `octets` were read."""
    for lines in _backwards(state / "records", wanted.since, octets):
        found = []
        for line in lines:
            record = _read(line)
            if record is not None and fits(record, wanted):
                found.append(record)
        yield found


def one(state: Path, name: str, octets: int = MOST_OCTETS) -> Iterator[list[CallRecord]]:
    """Yield the records of one id or Call-ID, as `find` does."""
    needle = name.encode()
    for lines in _backwards(state / "records", 0.0, octets):
        records = [_read(line) for line in lines if needle in line or b"\\" in line]
        yield [each for each in records if each is not None and name in (each.id, each.call_id)]


def _backwards(directory: Path, since: float, octets: int) -> Iterator[list[bytes]]:
    """Yield the lines of all files from the last one on, a piece at a time; a file that ended before `since` is none.

    Nobody waits for a record that is being written: what is no whole line is passed over.
    """
    oldest = time.strftime("calls-%Y%m%d.jsonl", time.gmtime(since)) if since else ""
    try:
        names = sorted((each.name for each in directory.glob("calls-*.jsonl") if each.name >= oldest), reverse=True)
    except OSError:
        return
    left = octets
    for name in names:
        try:
            with open(directory / name, "rb") as file:
                for lines in _lines_of(file.fileno(), left):
                    left -= sum(map(len, lines))
                    yield lines
        except OSError:
            continue
        if left <= 0:
            return


def _lines_of(fd: int, octets: int) -> Iterator[list[bytes]]:
    """Yield the lines of one file, the last first, in pieces; not more than about `octets`."""
    end = os.fstat(fd).st_size
    begin = max(0, end - octets)
    rest = b""
    while end > begin:
        start = max(begin, end - _PIECE)
        piece = os.pread(fd, end - start, start) + rest
        end = start
        rest, *lines = piece.split(b"\n")
        if start == 0:
            lines.insert(0, rest)
        yield [line for line in reversed(lines) if line]


def _read(line: bytes) -> CallRecord | None:
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeError):
        return None


def fits(record: CallRecord, wanted: ListCallHistory) -> bool:
    """Tell whether a record is asked for; the same questions as signalling asks about the calls it remembers."""
    if record.started_at < wanted.since or (wanted.failed and record.answered_at is not None):
        return False
    if wanted.call_id and wanted.call_id not in record.call_id:
        return False
    if wanted.trunk and wanted.trunk not in (record.trunk_in, record.trunk_out):
        return False
    users = [_user(each) for each in (record.caller, record.callee, record.request_uri)]
    if wanted.subscriber and wanted.subscriber not in users and (not wanted.alias or wanted.alias not in users):
        return False
    return not wanted.number or any(wanted.number in user for user in users)


def _user(uri: str) -> str:
    rest = uri.partition(":")[2]
    user = rest.partition("@")[0] if "@" in rest else rest
    return user.partition(";")[0].partition(":")[0].translate(_SEPARATORS)


def history_row(record: CallRecord) -> CallHistoryRow:
    """Show a record as signalling shows the calls it remembers."""
    return CallHistoryRow(
        id=record.id,
        started_at=record.started_at,
        state=_state(record),
        caller=record.caller,
        callee=record.callee,
        trunk_in=record.trunk_in,
        trunk_out=record.trunk_out,
        status=record.status,
        duration_s=record.duration_s,
        ended_by=record.ended_by,
        call_id=record.call_id,
    )


def trail_row(record: CallRecord) -> CallTrailRow:
    """Show all that a record has; what only signalling knew is empty."""
    final = record.answered_at or record.ended_at
    return CallTrailRow(
        id=record.id,
        state=_state(record),
        caller=record.caller,
        callee=record.callee,
        request_uri=record.request_uri,
        call_id=record.call_id,
        from_tag="",
        to_tag="",
        source=record.source,
        destination=record.destination,
        call_class="",
        subscriber="",
        group="",
        trunk_in=record.trunk_in,
        trunk_out=record.trunk_out,
        route_group="",
        number="",
        status=record.status,
        reason="",
        ended_by=record.ended_by,
        started_at=record.started_at,
        ringing_at=record.ringing_at,
        answered_at=record.answered_at,
        ended_at=record.ended_at,
        setup_ms=round((final - record.started_at) * 1000, 1),
        duration_s=record.duration_s,
        repeats=None,
        resent=None,
    )


def _state(record: CallRecord) -> str:
    return "failed" if record.answered_at is None else "ended"
