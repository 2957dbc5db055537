"""Statistics of signalling by object: rows of `int64` in a file that the worker writes and management maps.

Theory of operation. Each object that calls are counted for (the system, a listener, a trunk in one direction, a route
group, a destination, a subscriber group) and each method has one row. A directory in the same file says whose row it
is and since when. All columns but gauges only rise, also over a restart of the worker; whoever wants the figures of a
period takes the difference of two readings. A row that is given to another object is told by its `born_ms`.

    header     HEADER slots      slot 0: VERSION, 1: rows that were ever used, 2: when the worker started, ms
    directory  ROWS entries of ENTRY slots   born_ms (0: nobody's), kind, name in UTF-8, NUL-padded
    rows       ROWS rows of WIDTH slots      by the columns below
    codes      METHODS * CODES * 2 slots     responses received and sent, by method and status
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

VERSION: Final = 1
HEADER: Final = 16
ROWS: Final = 1024
ENTRY: Final = 16
WIDTH: Final = 128
NAME_OCTETS: Final = (ENTRY - 2) * 8
DIRECTORY: Final = HEADER
FIRST_ROW: Final = DIRECTORY + ROWS * ENTRY
METHODS: Final = (
    "INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "PRACK", "UPDATE", "INFO", "MESSAGE", "SUBSCRIBE",
    "NOTIFY", "REFER", "PUBLISH", "other",
)  # fmt: skip
"""Methods by their number; the last stands for all others."""
CODES: Final = 700
FIRST_CODE: Final = FIRST_ROW + ROWS * WIDTH
SLOTS: Final = FIRST_CODE + len(METHODS) * CODES * 2

SYSTEM: Final = 0
LISTENER: Final = 1
TRUNK_IN: Final = 2
TRUNK_OUT: Final = 3
ROUTE_GROUP: Final = 4
DESTINATION: Final = 5
SUBSCRIBER_GROUP: Final = 6
METHOD: Final = 7
KINDS: Final = (
    "system", "listener", "trunk-in", "trunk-out", "route-group", "destination", "subscriber-group", "method",
)  # fmt: skip
REST: Final = "other"
"""Name of the row of a kind that holds all objects which have none of their own."""

# Calls. Each bid is refused here or becomes a seizure; each seizure ends as exactly one of the outcomes or is answered.
BIDS: Final = 0
SEIZURES: Final = 1
ANSWERS: Final = 2
REFUSED_OVERLOAD: Final = 3
REFUSED_FULL: Final = 4
REFUSED_AUTHENTICATION: Final = 5
REFUSED_LIST: Final = 6
REFUSED_LIMIT: Final = 7
REFUSED_CONTROL: Final = 8
REFUSED_NUMBER: Final = 9
REFUSED_ROUTE: Final = 10
REFUSED_TARGET: Final = 11
REFUSED_OTHER: Final = 12
REDIRECTED: Final = 13
ABANDONED_SILENT: Final = 14
ABANDONED_RINGING: Final = 15
RANG_OUT: Final = 16
SILENT: Final = 17
END_3XX: Final = 18
END_404: Final = 19
END_408: Final = 20
END_480: Final = 21
END_484: Final = 22
END_486: Final = 23
END_4XX: Final = 24
END_500: Final = 25
END_503: Final = 26
END_504: Final = 27
END_5XX: Final = 28
END_600: Final = 29
END_603: Final = 30
END_6XX: Final = 31
OVERFLOW: Final = 32
RETRANSMISSIONS: Final = 33
REQUESTS: Final = 34
CALLS: Final = 35
CALLS_PEAK: Final = 36
"""Most calls at one time in the last whole minute of the clock."""
RATE_PEAK: Final = 37
"""Most bids in one second of the last whole minute of the clock."""
USAGE_MS: Final = 38
TALK_MS: Final = 39
ENDED: Final = 40
COMPLETED: Final = 41
SHORT: Final = 42
SETUP_COUNT: Final = 43
SETUP_MS: Final = 44
FAILED_COUNT: Final = 45
FAILED_MS: Final = 46
ANSWER_MS: Final = 47
DISCONNECT_COUNT: Final = 48
DISCONNECT_MS: Final = 49
REGISTRATIONS: Final = 50
REGISTRATIONS_FAILED: Final = 51
REGISTER_US: Final = 52
MESSAGES: Final = 53
PROCESSING_US: Final = 54
SETUP_HISTOGRAM: Final = 64
"""First of the columns by SETUP_BOUNDS_MS."""
PROCESSING_HISTOGRAM: Final = 80
"""First of the columns by PROCESSING_BOUNDS_US."""

SETUP_BOUNDS_MS: Final = (10, 20, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 6000, 8000, 11000, 15000, 30000)
PROCESSING_BOUNDS_US: Final = (
    100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000,
)  # fmt: skip
"""Upper bounds, the bound itself included; one more column holds what is above the last."""

# Columns of rows of the kind `method`.
RECEIVED: Final = 0
SENT: Final = 1
RECEIVED_AGAIN: Final = 2
SENT_AGAIN: Final = 3
FINAL_SENT_AGAIN: Final = 4
"""Responses, as the next."""
PROVISIONAL_SENT_AGAIN: Final = 5


class Column(NamedTuple):
    """One column of a row: where it is, what operators call it, what it counts, and whether it is a gauge."""

    slot: int
    name: str
    help: str
    gauge: bool = False


COLUMNS: Final = (
    Column(BIDS, "bids", "Calls offered; a challenged INVITE and its retry are one"),
    Column(SEIZURES, "seizures", "Bids that were sent on to somebody; a forked call is one for the caller's side"),
    Column(ANSWERS, "answers", "Seizures answered with 2xx"),
    Column(REFUSED_OVERLOAD, "refused-overload", "Bids refused by overload control"),
    Column(REFUSED_FULL, "refused-full", "Bids refused because a table was full or the server was stopping"),
    Column(REFUSED_AUTHENTICATION, "refused-authentication", "Bids refused for their credentials or identity"),
    Column(REFUSED_LIST, "refused-list", "Bids refused by a black list"),
    Column(REFUSED_LIMIT, "refused-limit", "Bids refused by a bound of their source, trunk or subscriber group"),
    Column(REFUSED_CONTROL, "refused-control", "Bids refused by a traffic control"),
    Column(REFUSED_NUMBER, "refused-number", "Bids refused by number analysis or translation"),
    Column(REFUSED_ROUTE, "refused-route", "Bids refused because no trunk could take them"),
    Column(REFUSED_TARGET, "refused-target", "Bids for somebody who does not exist or is not registered"),
    Column(REFUSED_OTHER, "refused-other", "Bids refused for any other reason"),
    Column(REDIRECTED, "redirected", "Bids redirected by us"),
    Column(ABANDONED_SILENT, "abandoned-before-ringing", "Seizures given up by the caller before they rang"),
    Column(ABANDONED_RINGING, "abandoned-ringing", "Seizures given up by the caller while they rang"),
    Column(RANG_OUT, "rang-out", "Seizures that rang and were not answered: 408, 480 or 487 after ringing"),
    Column(SILENT, "silent", "Seizures to which nothing at all came back"),
    Column(END_3XX, "failed-3xx", "Seizures that ended with 3xx"),
    Column(END_404, "failed-404", "Seizures that ended with 404 Not Found"),
    Column(END_408, "failed-408", "Seizures that ended with 408 before they rang"),
    Column(END_480, "failed-480", "Seizures that ended with 480 before they rang"),
    Column(END_484, "failed-484", "Seizures that ended with 484 Address Incomplete"),
    Column(END_486, "failed-486", "Seizures that ended with 486 Busy Here"),
    Column(END_4XX, "failed-4xx", "Seizures that ended with any other 4xx"),
    Column(END_500, "failed-500", "Seizures that ended with 500 Server Internal Error"),
    Column(END_503, "failed-503", "Seizures that ended with 503 Service Unavailable"),
    Column(END_504, "failed-504", "Seizures that ended with 504 Server Time-out"),
    Column(END_5XX, "failed-5xx", "Seizures that ended with any other 5xx"),
    Column(END_600, "failed-600", "Seizures that ended with 600 Busy Everywhere"),
    Column(END_603, "failed-603", "Seizures that ended with 603 Decline"),
    Column(END_6XX, "failed-6xx", "Seizures that ended with any other 6xx"),
    Column(OVERFLOW, "overflow", "Bids that went on to another trunk, or would have if there had been one"),
    Column(RETRANSMISSIONS, "retransmissions", "Requests of its calls that we had to send again"),
    Column(REQUESTS, "requests", "Requests of its calls sent, retransmissions apart"),
    Column(CALLS, "calls", "Calls at this moment, in set-up and answered", True),
    Column(CALLS_PEAK, "calls-peak", "Most calls at one time in the last whole minute", True),
    Column(RATE_PEAK, "rate-peak", "Most bids in one second of the last whole minute", True),
    Column(USAGE_MS, "usage-ms", "Milliseconds for which places were taken, all calls together; up to a second late"),
    Column(TALK_MS, "talk-ms", "Milliseconds from answer to end of the calls that have ended"),
    Column(ENDED, "ended", "Answered calls that have ended"),
    Column(COMPLETED, "completed", "Answered calls that one side ended and the other confirmed"),
    Column(SHORT, "short", "Answered calls that ended within ten seconds"),
    Column(SETUP_COUNT, "setup-count", "Calls that rang or were answered: those whose set-up delay was measured"),
    Column(SETUP_MS, "setup-ms", "Milliseconds from INVITE to the first of 18x and 2xx, of these calls together"),
    Column(FAILED_COUNT, "failed-count", "Calls refused by the far end before they rang"),
    Column(FAILED_MS, "failed-ms", "Milliseconds from INVITE to the refusal, of these calls together"),
    Column(ANSWER_MS, "answer-ms", "Milliseconds from INVITE to 2xx, of all answered calls together"),
    Column(DISCONNECT_COUNT, "disconnect-count", "BYEs that were answered"),
    Column(DISCONNECT_MS, "disconnect-ms", "Milliseconds from BYE to its answer, of these together"),
    Column(REGISTRATIONS, "registrations", "Registrations accepted"),
    Column(REGISTRATIONS_FAILED, "registrations-failed", "Registrations refused; challenges are none"),
    Column(REGISTER_US, "register-us", "Microseconds from REGISTER to its final response, challenges apart"),
    Column(MESSAGES, "messages", "Messages taken in"),
    Column(PROCESSING_US, "processing-us", "Microseconds from the arrival of messages to all that followed being sent"),
)
COLUMN: Final = {column.name: column for column in COLUMNS}


class ObjectRow(NamedTuple):
    """One row as it was read."""

    kind: str
    name: str
    born_ms: int
    """When the row became this object's, milliseconds since 1970."""
    values: tuple[int, ...]
    """WIDTH values by column."""


def open_statistics(path: Path) -> memoryview:
    """Map the file at `path`, made if absent, as SLOTS writable `int64` slots."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        os.ftruncate(fd, 8 * SLOTS)
        return memoryview(mmap.mmap(fd, 8 * SLOTS)).cast("q")
    finally:
        os.close(fd)


def read_rows(slots: memoryview, kinds: Collection[str] = KINDS) -> Iterator[ObjectRow]:
    """Yield the rows of objects of `kinds`; one that changes hands meanwhile is left out."""
    wanted = {number for number, kind in enumerate(KINDS) if kind in kinds}
    used = min(slots[1], ROWS)
    for number in range(used):
        entry = DIRECTORY + number * ENTRY
        born = slots[entry]
        if not born:
            continue
        kind = slots[entry + 1]
        if kind not in wanted:
            continue
        name = slots[entry + 2 : entry + ENTRY].tobytes().rstrip(b"\0").decode("utf-8", "replace")
        start = FIRST_ROW + number * WIDTH
        values = tuple(slots[start : start + WIDTH])
        if slots[entry] == born and slots[entry + 1] == kind:
            yield ObjectRow(KINDS[kind], name, born, values)


def read_codes(slots: memoryview) -> Iterator[tuple[str, int, int, int]]:
    """Yield method, status, responses received and sent, for each pair that was ever seen."""
    for number, method in enumerate(METHODS):
        start = FIRST_CODE + number * CODES * 2
        counts = slots[start : start + CODES * 2].tolist()
        for status in range(100, CODES):
            received, sent = counts[2 * status], counts[2 * status + 1]
            if received or sent:
                yield method, status, received, sent
