"""Requests by method, responses by method and status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound import counters as slots
from core.northbound.statistics import KINDS, METHOD, METHODS, RECEIVED, RECEIVED_AGAIN, SENT, SENT_AGAIN
from oam.snmp import convention, oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.counted import group

if TYPE_CHECKING:
    from oam.context import Manager

SINCE: Final = (
    "Value of sysUpTime when the counters of this method began at zero. They go on over restarts of the server."
)

MESSAGES: Final = group(
    (*oids.METHODS, 1),
    "sipctlMessageTotals",
    "What signalling has counted of messages, whatever their method.",
    "sipctlMessagesDiscontinuityTime",
    {
        slots.REQUESTS_SENT: "requests",
        slots.RETRANSMISSIONS_RECEIVED: "requests",
        slots.RETRANSMISSIONS_SENT: "messages",
        slots.MALFORMED: "messages",
        slots.STRAY_RESPONSES: "responses",
        slots.KEEPALIVES: "keep-alives",
        slots.TIMEOUTS: "transactions",
        slots.SENDS_FAILED: "messages",
        slots.RESPONSES_RESENT: "responses",
        slots.TRANSACTIONS_OPENED: "transactions",
    },
)
CLASSES: Final = group(
    (*oids.RESPONSES, 1),
    "sipctlResponseTotals",
    "Responses by their class, whatever they answer.",
    "sipctlResponsesDiscontinuityTime",
    dict.fromkeys(range(slots.RESPONSES_RECEIVED_1XX, slots.RESPONSES_SENT_6XX + 1), "responses"),
)


class MethodRow(msgspec.Struct, frozen=True):
    """Requests of one method."""

    method: str
    received: int
    sent: int
    received_again: int
    sent_again: int
    born_at: float


async def _methods(manager: Manager) -> Sequence[MethodRow]:
    return [
        MethodRow(
            each.name,
            each.values[RECEIVED],
            each.values[SENT],
            each.values[RECEIVED_AGAIN],
            each.values[SENT_AGAIN],
            each.born_ms / 1000,
        )
        for each in await manager.statistics.rows((KINDS[METHOD],))
        if each.name in METHODS
    ]


METHOD_TABLE: Final = Table(
    (*oids.METHODS, 2),
    "sipctlMethodTable",
    "Requests by method. There is a row for every method that is told apart, and one for all others.",
    (
        Column(1, "sipctlMethodIndex", convention.METHOD.syntax, "method", "The method.", access=HIDDEN),
        Column(2, "sipctlMethodName", syntax.text(32), "method", "The method, as requests have it."),
        Column(3, "sipctlMethodReceived", syntax.COUNTER, "received",
               "Requests received, retransmissions apart.", "requests"),
        Column(4, "sipctlMethodSent", syntax.COUNTER, "sent", "Requests sent, retransmissions apart.", "requests"),
        Column(5, "sipctlMethodReceivedAgain", syntax.COUNTER, "received_again",
               "Retransmissions of requests received.", "requests"),
        Column(6, "sipctlMethodSentAgain", syntax.COUNTER, "sent_again",
               "Retransmissions of requests sent.", "requests"),
        Column(7, "sipctlMethodDiscontinuityTime", syntax.TIME_STAMP, "born_at", SINCE),
    ),
    _methods,
    ("sipctlMethodIndex",),
    lifetime_s=1.0,
)  # fmt: skip


class ResponseRow(msgspec.Struct, frozen=True):
    """Responses of one status to requests of one method."""

    method: str
    status: int
    received: int
    sent: int
    born_at: float


async def _responses(manager: Manager) -> Sequence[ResponseRow]:
    born = {each.method: each.born_at for each in await _methods(manager)}
    return [ResponseRow(*each, born_at=born.get(each[0], 0.0)) for each in manager.statistics.codes()]


RESPONSE_TABLE: Final = Table(
    (*oids.RESPONSES, 2),
    "sipctlResponseTable",
    "Responses by the method that they answer and their status. What was never seen has no row.",
    (
        Column(1, "sipctlResponseMethodIndex", convention.METHOD.syntax, "method",
               "Method of the requests that they answer.", access=HIDDEN),
        Column(2, "sipctlResponseStatusIndex", syntax.STATUS, "status", "Their status, 100 to 699.", access=HIDDEN),
        Column(3, "sipctlResponseMethod", syntax.text(32), "method", "The method, as requests have it."),
        Column(4, "sipctlResponseStatus", syntax.STATUS, "status", "Status code of the responses."),
        Column(5, "sipctlResponseReceived", syntax.COUNTER, "received", "Responses received, retransmissions of them "
               "included.", "responses"),
        Column(6, "sipctlResponseSent", syntax.COUNTER, "sent", "Responses sent, retransmissions of them apart.",
               "responses"),
        Column(7, "sipctlResponseDiscontinuityTime", syntax.TIME_STAMP, "born_at", SINCE),
    ),
    _responses,
    ("sipctlResponseMethodIndex", "sipctlResponseStatusIndex"),
)  # fmt: skip

TABLES: Final = (MESSAGES, METHOD_TABLE, CLASSES, RESPONSE_TABLE)
