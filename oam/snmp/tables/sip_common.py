"""SIP-COMMON-MIB (RFC 4780).

All that is counted outlives the processes of the server.

Not served, because it would say something else than what is so, or nothing:
- sipCommonCfgServiceNotifEnable, sipCommonStatusCodeNotifTable, the objects and notifications that belong to them (all
  optional): alarms and thresholds of SIPCTL-MIB tell of these things, with a severity, and of their end.

Served otherwise than its text would have it:
- sipCommonStatusCodeTable has every pair of method and status code that was ever seen, without a manager asking for it,
  and is read-only;
- sipCommonOptionTagTable has no rows: no option tag is supported, so that every Require or Proxy-Require is refused;
- methods without a name of their own are counted together as `other`, which cannot be a method (IANA's are upper case);
- a timer that is configured beyond the range which the standard gives it has no instance.
"""

from __future__ import annotations

from typing import Final

from oam.snmp import syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.oids import MIB_2, Oid
from oam.snmp.rows import service
from oam.snmp.standard import METHOD_NAME, ROW_STATUS, TICKS_AT, bits
from oam.snmp.syntax import Syntax, enumeration
from oam.snmp.tables import sip_common_rows as rows
from oam.snmp.tables.sip_common_rows import MODULE

OBJECTS: Final[Oid] = (*MIB_2, 149, 1)
_TIMERS: Final = {
    "a": "First interval after which an INVITE is sent again.",
    "b": "How long an INVITE without any response is waited for.",
    "c": "How long a forwarded INVITE may ring.",
    "d": "How long an INVITE that was refused absorbs further responses.",
    "e": "First interval after which another request is sent again.",
    "f": "How long another request without a final response is waited for.",
    "g": "First interval after which the refusal of an INVITE is sent again.",
    "h": "How long the ACK of a refusal is waited for.",
    "i": "How long further ACKs are absorbed.",
    "j": "How long retransmissions of another request are answered.",
    "k": "How long further responses to another request are absorbed.",
    "t1": "Estimate of the round-trip time, `timer t1`.",
    "t2": "Longest interval of retransmissions, `timer t2`.",
    "t4": "Longest time that a message stays in the network, `timer t4`.",
}
_TRANSPORT: Final = bits(
    "SipTCTransportProtocol",
    {"other": 0, "udp": 1, "tcp": 2, "sctp": 3, "tlsTcp": 4, "tlsSctp": 5},
    ("SIP-TC-MIB", "SipTCTransportProtocol"),
)
_ROLE: Final = bits(
    "SipTCEntityRole",
    {"other": 0, "userAgent": 1, "proxyServer": 2, "redirectServer": 3, "registrarServer": 4},
    ("SIP-TC-MIB", "SipTCEntityRole"),
)
_HEADERS: Final = bits(
    "SipTCOptionTagHeaders",
    {"require": 0, "proxyRequire": 1, "supported": 2, "unsupported": 3},
    ("SIP-TC-MIB", "SipTCOptionTagHeaders"),
)
_APPLICATION: Final = ("applIndex",)
_OFF: Final = "No rows while `no statistics collect objects` is configured."


def _counter(number: int, name: str, field: str, help_: str, units: str = "messages") -> Column:
    return Column(number, name, syntax.COUNTER_32, field, help_, units)


def _since(number: int, name: str) -> Column:
    return Column(number, name, syntax.TIME_STAMP, "since_at", "When the counters of this row last began anew.")


CONFIGURATION: Final = Table(
    (*OBJECTS, 1, 1),
    "sipCommonCfgTable",
    "The SIP server.",
    (
        Column(1, "sipCommonCfgProtocolVersion", syntax.TEXT, "version", "Version of SIP."),
        Column(
            2, "sipCommonCfgServiceOperStatus",
            enumeration({
                service.UNKNOWN: 1, service.UP: 2, service.DOWN: 3, service.CONGESTED: 4, service.RESTARTING: 5,
                service.QUIESCING: 6, "testing": 7,
            }),
            "state", "How signalling is, as applOperStatus; unknown when the supervisor does not answer.",
        ),
        Column(3, "sipCommonCfgServiceStartTime", TICKS_AT, "started_at", "When signalling was started."),
        Column(4, "sipCommonCfgServiceLastChange", TICKS_AT, "changed_at", "When it began: see applLastChange."),
        Column(
            5, "sipCommonCfgOrganization", syntax.TEXT, "organization",
            "Empty: no Organization header field is inserted.",
        ),
        Column(
            6, "sipCommonCfgMaxTransactions", syntax.UNSIGNED, "transactions",
            "Most transactions that are held at one time, as `max-transactions` says. One is held for up to 32 seconds "
            "after its final response.", "transactions",
        ),
        Column(8, "sipCommonCfgEntityType", _ROLE, "roles", "Proxy, redirect server and registrar."),
    ),
    rows.configuration,
    indexed=_APPLICATION,
    module=MODULE,
)  # fmt: skip

PORTS: Final = Table(
    (*OBJECTS, 1, 2),
    "sipCommonPortTable",
    "The ports of the listeners, those apart that are shut down.",
    (
        Column(
            1, "sipCommonPort", Syntax("InetPortNumber", syntax.UNSIGNED.tag, syntax.UNSIGNED.encode,
            syntax.UNSIGNED.arcs, imported=(("INET-ADDRESS-MIB", "InetPortNumber"),)), "port", "The port.",
            access=HIDDEN,
        ),
        Column(2, "sipCommonPortTransportRcv", _TRANSPORT, "transports", "Transports it is listened to with."),
    ),
    rows.ports,
    indexed=("applIndex", "sipCommonPort"),
    module=MODULE,
)  # fmt: skip

OPTION_TAGS: Final = Table(
    (*OBJECTS, 1, 3),
    "sipCommonOptionTagTable",
    "Option tags that are supported: none.",
    (
        Column(1, "sipCommonOptionTagIndex", syntax.INDEX, "number", "Number of the row.", access=HIDDEN),
        Column(2, "sipCommonOptionTag", syntax.TEXT, "tag", "The option tag."),
        Column(3, "sipCommonOptionTagHeaderField", _HEADERS, "headers", "Header fields it may stand in."),
    ),
    rows.option_tags,
    indexed=("applIndex", "sipCommonOptionTagIndex"),
    module=MODULE,
    lifetime_s=60,
)

SUPPORTED_METHODS: Final = Table(
    (*OBJECTS, 1, 4),
    "sipCommonMethodSupportedTable",
    "Methods that the server names in Allow; others are sent on too.",
    (
        Column(1, "sipCommonMethodSupportedIndex", syntax.INDEX, "number", "Number of the method.", access=HIDDEN),
        Column(2, "sipCommonMethodSupportedName", METHOD_NAME, "name", "Name of the method."),
    ),
    rows.methods,
    indexed=("applIndex", "sipCommonMethodSupportedIndex"),
    module=MODULE,
    lifetime_s=60,
)

TIMERS: Final = Table(
    (*OBJECTS, 2, 1),
    "sipCommonCfgTimerTable",
    "Timers of transactions as they are over UDP.",
    tuple(
        Column(number, f"sipCommonCfgTimer{name.upper()}", syntax.UNSIGNED, name, text, "milliseconds")
        for number, (name, text) in enumerate(_TIMERS.items(), 1)
    ),
    rows.configured_timers,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)

SUMMARY: Final = Table(
    (*OBJECTS, 3, 1),
    "sipCommonSummaryStatsTable",
    "All messages together.",
    (
        _counter(
            1, "sipCommonSummaryInRequests", "requests_in",
            "Requests that came, retransmissions too; what is no SIP message apart.",
        ),
        _counter(2, "sipCommonSummaryOutRequests", "requests_out", "Requests sent, retransmissions too."),
        _counter(3, "sipCommonSummaryInResponses", "responses_in", "Responses that came, retransmissions too."),
        _counter(4, "sipCommonSummaryOutResponses", "responses_out", "Responses sent, retransmissions too."),
        _counter(
            5, "sipCommonSummaryTotalTransactions", "transactions",
            "Transactions begun, of requests received and of requests sent. What is refused at the door has none.",
            "transactions",
        ),
        _since(6, "sipCommonSummaryDisconTime"),
    ),
    rows.summary,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

METHOD_STATISTICS: Final = Table(
    (*OBJECTS, 4, 1),
    "sipCommonMethodStatsTable",
    f"Requests by method. {_OFF}",
    (
        Column(1, "sipCommonMethodStatsName", METHOD_NAME, "name", "Name of the method.", access=HIDDEN),
        _counter(2, "sipCommonMethodStatsOutbounds", "outbound", "Requests sent, retransmissions apart."),
        _counter(3, "sipCommonMethodStatsInbounds", "inbound", "Requests that came, retransmissions apart."),
        _since(4, "sipCommonMethodStatsDisconTime"),
    ),
    rows.method_counts,
    indexed=("applIndex", "sipCommonMethodStatsName"),
    module=MODULE,
)

CODES: Final = Table(
    (*OBJECTS, 5, 1),
    "sipCommonStatusCodeTable",
    f"Responses by method and status code: all pairs that were ever seen. {_OFF}",
    (
        Column(1, "sipCommonStatusCodeMethod", METHOD_NAME, "method", "Method of the request.", access=HIDDEN),
        Column(2, "sipCommonStatusCodeValue", syntax.UNSIGNED, "status", "The status code.", access=HIDDEN),
        _counter(3, "sipCommonStatusCodeIns", "received", "Responses that came, retransmissions too."),
        _counter(4, "sipCommonStatusCodeOuts", "sent", "Responses sent, retransmissions apart."),
        Column(5, "sipCommonStatusCodeRowStatus", ROW_STATUS, "active", "active: rows come and stay by themselves."),
        _since(6, "sipCommonStatusCodeDisconTime"),
    ),
    rows.code_counts,
    indexed=("applIndex", "sipCommonStatusCodeMethod", "sipCommonStatusCodeValue"),
    module=MODULE,
)

CURRENT: Final = Table(
    (*OBJECTS, 6, 1),
    "sipCommonTransCurrentTable",
    "Transactions at this moment.",
    (
        Column(
            1, "sipCommonTransCurrentactions", syntax.GAUGE, "transactions",
            "Transactions that wait for their final response, of requests received and of requests sent.",
            "transactions",
        ),
    ),
    rows.current,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

RETRIES: Final = Table(
    (*OBJECTS, 7, 1),
    "sipCommonStatsRetryTable",
    f"Messages sent again, by method. {_OFF}",
    (
        Column(1, "sipCommonStatsRetryMethod", METHOD_NAME, "name", "Name of the method.", access=HIDDEN),
        _counter(2, "sipCommonStatsRetries", "again", "Requests sent again."),
        _counter(3, "sipCommonStatsRetryFinalResponses", "final_again", "Final responses sent again."),
        _counter(
            4, "sipCommonStatsRetryNonFinalResponses", "provisional_again", "Provisional responses sent again."
        ),
        _since(5, "sipCommonStatsRetryDisconTime"),
    ),
    rows.method_counts,
    indexed=("applIndex", "sipCommonStatsRetryMethod"),
    module=MODULE,
)  # fmt: skip

OTHER: Final = Table(
    (*OBJECTS, 8, 1),
    "sipCommonOtherStatsTable",
    "What else is counted.",
    (
        _counter(
            1, "sipCommonOtherStatsNumUnsupportedUris", "schemes",
            "Requests refused with 416 because their Request-URI is neither sip, tel nor a service urn of emergency.",
        ),
        _counter(
            2, "sipCommonOtherStatsNumUnsupportedMethods", "methods", "0: requests of every method are sent on.",
        ),
        _counter(
            3, "sipCommonOtherStatsOtherwiseDiscardedMsgs", "discarded",
            "Messages dropped without a response: responses nobody waits for, messages of banned addresses, requests "
            "dropped for overload, faults of the server.",
        ),
        _since(4, "sipCommonOtherStatsDisconTime"),
    ),
    rows.other,
    indexed=_APPLICATION,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

TABLES: Final = (
    CONFIGURATION,
    PORTS,
    OPTION_TAGS,
    SUPPORTED_METHODS,
    TIMERS,
    SUMMARY,
    METHOD_STATISTICS,
    CODES,
    CURRENT,
    RETRIES,
    OTHER,
)
