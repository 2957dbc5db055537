"""Counters of the signalling plane: one `int64` slot each in a file mapped by worker and management.

Defined once, here. A slot's number is its place in `COUNTERS`; the constants let the
hot path say `slots[REQUESTS_RECEIVED] += 1`. Slots only ever rise while a worker's
file lives (it outlives the worker); gauges are written whole.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final, NamedTuple

INVITE_RECEIVED: Final = 0
ACK_RECEIVED: Final = 1
BYE_RECEIVED: Final = 2
CANCEL_RECEIVED: Final = 3
REGISTER_RECEIVED: Final = 4
OPTIONS_RECEIVED: Final = 5
OTHER_REQUEST_RECEIVED: Final = 6
REQUESTS_SENT: Final = 7
RESPONSES_RECEIVED_1XX: Final = 8
RESPONSES_RECEIVED_2XX: Final = 9
RESPONSES_RECEIVED_3XX: Final = 10
RESPONSES_RECEIVED_4XX: Final = 11
RESPONSES_RECEIVED_5XX: Final = 12
RESPONSES_RECEIVED_6XX: Final = 13
RESPONSES_SENT_1XX: Final = 14
RESPONSES_SENT_2XX: Final = 15
RESPONSES_SENT_3XX: Final = 16
RESPONSES_SENT_4XX: Final = 17
RESPONSES_SENT_5XX: Final = 18
RESPONSES_SENT_6XX: Final = 19
RETRANSMISSIONS_RECEIVED: Final = 20
RETRANSMISSIONS_SENT: Final = 21
MALFORMED: Final = 22
STRAY_RESPONSES: Final = 23
KEEPALIVES: Final = 24
TRANSACTIONS_REFUSED: Final = 25
CALLS_REFUSED: Final = 26
CONNECTIONS_REFUSED: Final = 27
PARTIALS_REFUSED: Final = 28
CONTACTS_REFUSED: Final = 29
BINDINGS_REFUSED: Final = 30
BRANCHES_REFUSED: Final = 31
LOOPS_DETECTED: Final = 32
RELAYS_REFUSED: Final = 33
CHALLENGES_SENT: Final = 34
AUTHENTICATIONS_ACCEPTED: Final = 35
AUTHENTICATIONS_REFUSED: Final = 36
AUTHENTICATIONS_STALE: Final = 37
IDENTITIES_REFUSED: Final = 38
REGISTRATIONS_ACCEPTED: Final = 39
REGISTRATIONS_REFUSED: Final = 40
BINDINGS_EXPIRED: Final = 41
CALLS_ATTEMPTED: Final = 42
CALLS_ANSWERED: Final = 43
CALLS_FAILED: Final = 44
CALLS_ENDED: Final = 45
RECORDS_WRITTEN: Final = 46
TIMEOUTS: Final = 47
SENDS_FAILED: Final = 48
INTERNAL_ERRORS: Final = 49
TRANSACTIONS: Final = 50
CALLS: Final = 51
CALLS_PEAK: Final = 52
CONNECTIONS: Final = 53
BINDINGS: Final = 54
STARTED_AT: Final = 55
DATAGRAMS_BANNED: Final = 56
REQUESTS_SCREENED: Final = 57
BANS_SET: Final = 58
NUMBERS_REFUSED: Final = 59
NUMBERS_UNKNOWN: Final = 60
ANALYSIS_LOOPS: Final = 61
TRANSLATIONS_FAILED: Final = 62
CALLS_REJECTED: Final = 63
CALLS_REDIRECTED: Final = 64
CALLS_ROUTED: Final = 65
ROUTES_EXHAUSTED: Final = 66
FAILOVERS: Final = 67
TRUNKS_SKIPPED: Final = 68
PROBES_SENT: Final = 69
PROBES_FAILED: Final = 70
TRUNK_CHALLENGES_ANSWERED: Final = 71
CALLS_BLOCKED: Final = 72
CALLS_LIMITED: Final = 73
CONTROLS_EXEMPT: Final = 74
HARD_CAP_REFUSED: Final = 75
EMERGENCY_CALLS: Final = 76
PRIORITY_CALLS: Final = 77
PRIORITIES_STRIPPED: Final = 78
OVERLOAD_REFUSED: Final = 79
OVERLOAD_DROPPED: Final = 80
FEEDBACK_SENT: Final = 81
FEEDBACK_OBEYED: Final = 82
LOOKUPS: Final = 83
LOOKUPS_FAILED: Final = 84
LOOKUPS_CACHED: Final = 85
BANNED: Final = 86
OVERLOAD_LEVEL: Final = 87
OVERLOAD_PERCENT: Final = 88
TRUNKS_DOWN: Final = 89
LOOP_LAG_US: Final = 90
CPU_PERMILLE: Final = 91
QUEUE_PERCENT: Final = 92
MEMORY_OCTETS: Final = 93
RECORDS_LOST: Final = 94
RECORDS_WAITING: Final = 95
TRACE_RECORDS: Final = 96
TRACES_RUNNING: Final = 97
LOG_DROPPED: Final = 98
NOTICES_DROPPED: Final = 99
STATISTICS_ROWS: Final = 100
STATISTICS_SHARED: Final = 101
EMERGENCY_FAILED: Final = 102
HEARTBEAT: Final = 103
LOOKUPS_ANSWERED: Final = 104
LOOKUPS_UNANSWERED: Final = 105
RESPONSES_RESENT: Final = 106
TRANSACTIONS_OPENED: Final = 107
TRANSACTIONS_PENDING: Final = 108
SCHEMES_REFUSED: Final = 109
EXTENSIONS_REFUSED: Final = 110


class Counter(NamedTuple):
    """One slot: where it is, what operators call it, what it means, and whether it is a gauge."""

    slot: int
    name: str
    help: str
    gauge: bool = False


COUNTERS: Final = (
    Counter(INVITE_RECEIVED, "invite-received", "INVITE requests received, retransmissions apart"),
    Counter(ACK_RECEIVED, "ack-received", "ACK requests received"),
    Counter(BYE_RECEIVED, "bye-received", "BYE requests received"),
    Counter(CANCEL_RECEIVED, "cancel-received", "CANCEL requests received"),
    Counter(REGISTER_RECEIVED, "register-received", "REGISTER requests received"),
    Counter(OPTIONS_RECEIVED, "options-received", "OPTIONS requests received"),
    Counter(OTHER_REQUEST_RECEIVED, "other-request-received", "Requests received with any other method"),
    Counter(REQUESTS_SENT, "requests-sent", "Requests sent, retransmissions apart"),
    Counter(RESPONSES_RECEIVED_1XX, "responses-received-1xx", "Provisional responses received"),
    Counter(RESPONSES_RECEIVED_2XX, "responses-received-2xx", "Success responses received"),
    Counter(RESPONSES_RECEIVED_3XX, "responses-received-3xx", "Redirection responses received"),
    Counter(RESPONSES_RECEIVED_4XX, "responses-received-4xx", "Request failure responses received"),
    Counter(RESPONSES_RECEIVED_5XX, "responses-received-5xx", "Server failure responses received"),
    Counter(RESPONSES_RECEIVED_6XX, "responses-received-6xx", "Global failure responses received"),
    Counter(RESPONSES_SENT_1XX, "responses-sent-1xx", "Provisional responses sent"),
    Counter(RESPONSES_SENT_2XX, "responses-sent-2xx", "Success responses sent"),
    Counter(RESPONSES_SENT_3XX, "responses-sent-3xx", "Redirection responses sent"),
    Counter(RESPONSES_SENT_4XX, "responses-sent-4xx", "Request failure responses sent"),
    Counter(RESPONSES_SENT_5XX, "responses-sent-5xx", "Server failure responses sent"),
    Counter(RESPONSES_SENT_6XX, "responses-sent-6xx", "Global failure responses sent"),
    Counter(RETRANSMISSIONS_RECEIVED, "retransmissions-received", "Requests absorbed as retransmissions"),
    Counter(RETRANSMISSIONS_SENT, "retransmissions-sent", "Requests and responses sent again"),
    Counter(MALFORMED, "malformed", "Datagrams and stream messages that are no SIP message"),
    Counter(STRAY_RESPONSES, "stray-responses", "Responses that matched no transaction and were dropped"),
    Counter(KEEPALIVES, "keepalives", "CRLF keep-alives received"),
    Counter(TRANSACTIONS_REFUSED, "transactions-refused", "Requests refused: transaction table full"),
    Counter(CALLS_REFUSED, "calls-refused", "INVITEs refused: call table full"),
    Counter(CONNECTIONS_REFUSED, "connections-refused", "TCP connections refused: table full"),
    Counter(PARTIALS_REFUSED, "partials-refused", "TCP connections closed: too many octets of partial messages"),
    Counter(CONTACTS_REFUSED, "contacts-refused", "REGISTERs refused: too many contacts for one AOR"),
    Counter(BINDINGS_REFUSED, "bindings-refused", "REGISTERs refused: location table full"),
    Counter(BRANCHES_REFUSED, "branches-refused", "Targets not tried: too many branches"),
    Counter(LOOPS_DETECTED, "loops-detected", "Requests refused with 482 or 483"),
    Counter(RELAYS_REFUSED, "relays-refused", "Requests refused: foreign domain without a relay"),
    Counter(CHALLENGES_SENT, "challenges-sent", "Requests challenged with 401 or 407"),
    Counter(AUTHENTICATIONS_ACCEPTED, "authentications-accepted", "Requests whose credentials were right"),
    Counter(AUTHENTICATIONS_REFUSED, "authentications-refused", "Requests whose credentials were wrong"),
    Counter(AUTHENTICATIONS_STALE, "authentications-stale", "Requests with an outlived or replayed nonce"),
    Counter(IDENTITIES_REFUSED, "identities-refused", "Requests that used another subscriber's identity"),
    Counter(REGISTRATIONS_ACCEPTED, "registrations-accepted", "REGISTERs answered with 200"),
    Counter(REGISTRATIONS_REFUSED, "registrations-refused", "REGISTERs refused after authentication"),
    Counter(BINDINGS_EXPIRED, "bindings-expired", "Bindings removed because they ran out"),
    Counter(CALLS_ATTEMPTED, "calls-attempted", "Initial INVITEs taken up"),
    Counter(CALLS_ANSWERED, "calls-answered", "Calls answered with 2xx"),
    Counter(CALLS_FAILED, "calls-failed", "Call attempts that ended without an answer"),
    Counter(CALLS_ENDED, "calls-ended", "Answered calls that ended"),
    Counter(RECORDS_WRITTEN, "records-written", "Call records written"),
    Counter(TIMEOUTS, "timeouts", "Client transactions that timed out"),
    Counter(SENDS_FAILED, "sends-failed", "Messages the transport could not send"),
    Counter(INTERNAL_ERRORS, "internal-errors", "Messages dropped by a fault of ours; see the log"),
    Counter(TRANSACTIONS, "transactions", "Transactions now in the table", True),
    Counter(CALLS, "calls", "Calls now in the table", True),
    Counter(CALLS_PEAK, "calls-peak", "Most calls at one time since the worker started", True),
    Counter(CONNECTIONS, "connections", "TCP connections now open", True),
    Counter(BINDINGS, "bindings", "Bindings now in the location service", True),
    Counter(STARTED_AT, "started-at", "When the worker started, seconds since 1970", True),
    Counter(DATAGRAMS_BANNED, "datagrams-banned", "Messages of banned addresses, dropped unread"),
    Counter(REQUESTS_SCREENED, "requests-screened", "Requests refused by a black list"),
    Counter(BANS_SET, "bans-set", "Addresses banned by themselves"),
    Counter(NUMBERS_REFUSED, "numbers-refused", "Calls refused because a number is too long, too short or no number"),
    Counter(NUMBERS_UNKNOWN, "numbers-unknown", "Calls to numbers that no prefix of the analysis fits"),
    Counter(ANALYSIS_LOOPS, "analysis-loops", "Calls refused because analysis tables led on for too long"),
    Counter(
        TRANSLATIONS_FAILED, "translations-failed", "Calls refused because translation made no number of 1 to 28 digits"
    ),
    Counter(CALLS_REJECTED, "calls-rejected", "Calls rejected by number analysis"),
    Counter(CALLS_REDIRECTED, "calls-redirected", "Calls redirected by number analysis (RFC 3261 §8.3)"),
    Counter(CALLS_ROUTED, "calls-routed", "Calls sent to a route group"),
    Counter(ROUTES_EXHAUSTED, "routes-exhausted", "Calls refused because no trunk of the route group could take them"),
    Counter(FAILOVERS, "failovers", "Further trunks tried after one had failed"),
    Counter(
        TRUNKS_SKIPPED,
        "trunks-skipped",
        "Trunks passed over because they were down, full, out of service or under control",
    ),
    Counter(PROBES_SENT, "probes-sent", "OPTIONS sent to watch trunks"),
    Counter(PROBES_FAILED, "probes-failed", "OPTIONS to trunks that were not answered as by one that works"),
    Counter(TRUNK_CHALLENGES_ANSWERED, "trunk-challenges-answered", "Challenges of trunks answered with credentials"),
    Counter(CALLS_BLOCKED, "calls-blocked", "Calls refused by traffic control"),
    Counter(CALLS_LIMITED, "calls-limited", "Calls refused by a bound of their trunk or subscriber group"),
    Counter(CONTROLS_EXEMPT, "controls-exempt", "Calls let past controls, lists and limits because of their class"),
    Counter(HARD_CAP_REFUSED, "hard-cap-refused", "Requests refused by the hard cap, whatever their class"),
    Counter(EMERGENCY_CALLS, "emergency-calls", "Calls of the class emergency"),
    Counter(PRIORITY_CALLS, "priority-calls", "Calls of the class priority"),
    Counter(
        PRIORITIES_STRIPPED, "priorities-stripped", "Resource-Priority headers removed because the peer is not trusted"
    ),
    Counter(OVERLOAD_REFUSED, "overload-refused", "Requests refused by overload control"),
    Counter(OVERLOAD_DROPPED, "overload-dropped", "Requests dropped unread by overload control"),
    Counter(FEEDBACK_SENT, "feedback-sent", "Responses with overload feedback (RFC 7339)"),
    Counter(FEEDBACK_OBEYED, "feedback-obeyed", "Calls kept from a trunk because it fed back overload"),
    Counter(LOOKUPS, "lookups", "Questions to DNS servers"),
    Counter(LOOKUPS_FAILED, "lookups-failed", "Names that DNS could not resolve"),
    Counter(LOOKUPS_CACHED, "lookups-cached", "Names answered from the cache"),
    Counter(BANNED, "banned", "Addresses banned by themselves now", gauge=True),
    Counter(OVERLOAD_LEVEL, "overload-level", "Overload level now: 0 none to 3", gauge=True),
    Counter(OVERLOAD_PERCENT, "overload-percent", "Share of new calls refused for overload now, per cent", gauge=True),
    Counter(TRUNKS_DOWN, "trunks-down", "Trunks that are down now", gauge=True),
    Counter(LOOP_LAG_US, "loop-lag-us", "How late the signalling loop was woken, microseconds, now", gauge=True),
    Counter(
        CPU_PERMILLE,
        "cpu-permille",
        "Processor time of the signalling process now, parts per thousand of one processor",
        gauge=True,
    ),
    Counter(QUEUE_PERCENT, "queue-percent", "How full the fullest UDP socket is now, per cent", gauge=True),
    Counter(MEMORY_OCTETS, "memory-octets", "Resident memory of the signalling process now", gauge=True),
    Counter(RECORDS_LOST, "records-lost", "Call records lost because the disk took none and memory for them was full"),
    Counter(RECORDS_WAITING, "records-waiting", "Octets of call records that wait for the disk", gauge=True),
    Counter(TRACE_RECORDS, "trace-records", "Messages written into the trace"),
    Counter(TRACES_RUNNING, "traces-running", "Traces that are running now", gauge=True),
    Counter(LOG_DROPPED, "log-dropped", "Log messages that management could not be given"),
    Counter(NOTICES_DROPPED, "notices-dropped", "Notices that management could not be given"),
    Counter(STATISTICS_ROWS, "statistics-rows", "Objects with statistics of their own now", gauge=True),
    Counter(STATISTICS_SHARED, "statistics-shared", "Objects counted together with others for want of room"),
    Counter(EMERGENCY_FAILED, "emergency-failed", "Calls of the class emergency that were refused or failed"),
    Counter(
        HEARTBEAT, "heartbeat", "Turns of the signalling loop that took measurements; it rises while the loop turns"
    ),
    Counter(
        LOOKUPS_ANSWERED, "lookups-answered", "Names about which DNS servers said something, be it that there are none"
    ),
    Counter(LOOKUPS_UNANSWERED, "lookups-unanswered", "Names about which no DNS server said anything, or all failed"),
    Counter(RESPONSES_RESENT, "responses-resent", "Responses sent again, of the retransmissions sent"),
    Counter(
        TRANSACTIONS_OPENED, "transactions-opened", "Transactions begun, of requests received and of requests sent"
    ),
    Counter(TRANSACTIONS_PENDING, "transactions-pending", "Transactions now that wait for their final response", True),
    Counter(SCHEMES_REFUSED, "schemes-refused", "Requests refused with 416: a Request-URI neither sip, tel nor sos"),
    Counter(EXTENSIONS_REFUSED, "extensions-refused", "Requests refused with 420 because of their Proxy-Require"),
)
assert [counter.slot for counter in COUNTERS] == list(range(len(COUNTERS)))

_OCTETS: Final = 8 * 256
"""Fixed size of the block, so that a newer release can map an older file."""


def open_block(path: Path) -> memoryview:
    """Map the counter file at `path`, made if absent, as 256 writable `int64` slots."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        os.ftruncate(fd, _OCTETS)
        return memoryview(mmap.mmap(fd, _OCTETS)).cast("q")
    finally:
        os.close(fd)
