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
