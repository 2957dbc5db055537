"""The header fields we know: one table row each, and nothing about them anywhere else.

A field we do not know has the number UNKNOWN and is carried as it came.
"""

from __future__ import annotations

from typing import Final, NamedTuple

UNKNOWN: Final = 0
VIA: Final = 1
FROM: Final = 2
TO: Final = 3
CALL_ID: Final = 4
CSEQ: Final = 5
MAX_FORWARDS: Final = 6
ROUTE: Final = 7
RECORD_ROUTE: Final = 8
CONTACT: Final = 9
CONTENT_LENGTH: Final = 10
CONTENT_TYPE: Final = 11
EXPIRES: Final = 12
MIN_EXPIRES: Final = 13
AUTHORIZATION: Final = 14
PROXY_AUTHORIZATION: Final = 15
WWW_AUTHENTICATE: Final = 16
PROXY_AUTHENTICATE: Final = 17
REQUIRE: Final = 18
PROXY_REQUIRE: Final = 19
SUPPORTED: Final = 20
UNSUPPORTED: Final = 21
USER_AGENT: Final = 22
SERVER: Final = 23
DATE: Final = 24
EVENT: Final = 25
SUBJECT: Final = 26
RETRY_AFTER: Final = 27
MAX_BREADTH: Final = 28
PATH: Final = 29
WARNING: Final = 30
ALLOW: Final = 31
ACCEPT: Final = 32
ACCEPT_ENCODING: Final = 33
ACCEPT_LANGUAGE: Final = 34
ALERT_INFO: Final = 35
ALLOW_EVENTS: Final = 36
AUTHENTICATION_INFO: Final = 37
CALL_INFO: Final = 38
CONTENT_DISPOSITION: Final = 39
CONTENT_ENCODING: Final = 40
CONTENT_LANGUAGE: Final = 41
ERROR_INFO: Final = 42
IN_REPLY_TO: Final = 43
MIME_VERSION: Final = 44
ORGANIZATION: Final = 45
PRIORITY: Final = 46
REPLY_TO: Final = 47
TIMESTAMP: Final = 48
SERVICE_ROUTE: Final = 49
P_ASSERTED_IDENTITY: Final = 50
P_PREFERRED_IDENTITY: Final = 51
PRIVACY: Final = 52
REFER_TO: Final = 53
REFERRED_BY: Final = 54
REPLACES: Final = 55
SESSION_EXPIRES: Final = 56
MIN_SE: Final = 57
SUBSCRIPTION_STATE: Final = 58
RACK: Final = 59
RSEQ: Final = 60
REASON: Final = 61
HISTORY_INFO: Final = 62
DIVERSION: Final = 63
SIP_ETAG: Final = 64
SIP_IF_MATCH: Final = 65
REQUEST_DISPOSITION: Final = 66
ACCEPT_CONTACT: Final = 67
REJECT_CONTACT: Final = 68
IDENTITY: Final = 69
FLOW_TIMER: Final = 70
SESSION_ID: Final = 71
RESOURCE_PRIORITY: Final = 72


class Header(NamedTuple):
    """One known header field."""

    id: int
    name: str
    """As RFC 3261 §20 and its successors write it."""
    compact: str = ""
    """RFC 3261 §7.3.3; empty where there is none."""
    is_list: bool = False
    """Its grammar is a comma-separated list, so one line may hold several values (RFC 3261 §7.3.1)."""
    single: bool = False
    """It may stand in a message once only."""


HEADERS: Final = (
    Header(UNKNOWN, ""),
    Header(VIA, "Via", "v", is_list=True),
    Header(FROM, "From", "f", single=True),
    Header(TO, "To", "t", single=True),
    Header(CALL_ID, "Call-ID", "i", single=True),
    Header(CSEQ, "CSeq", single=True),
    Header(MAX_FORWARDS, "Max-Forwards", single=True),
    Header(ROUTE, "Route", is_list=True),
    Header(RECORD_ROUTE, "Record-Route", is_list=True),
    Header(CONTACT, "Contact", "m", is_list=True),
    Header(CONTENT_LENGTH, "Content-Length", "l", single=True),
    Header(CONTENT_TYPE, "Content-Type", "c", single=True),
    Header(EXPIRES, "Expires", single=True),
    Header(MIN_EXPIRES, "Min-Expires", single=True),
    # RFC 3261 §7.3.1: credentials and challenges hold commas, so several of them stand on lines of their own.
    Header(AUTHORIZATION, "Authorization"),
    Header(PROXY_AUTHORIZATION, "Proxy-Authorization"),
    Header(WWW_AUTHENTICATE, "WWW-Authenticate"),
    Header(PROXY_AUTHENTICATE, "Proxy-Authenticate"),
    Header(REQUIRE, "Require", is_list=True),
    Header(PROXY_REQUIRE, "Proxy-Require", is_list=True),
    Header(SUPPORTED, "Supported", "k", is_list=True),
    Header(UNSUPPORTED, "Unsupported", is_list=True),
    Header(USER_AGENT, "User-Agent"),
    Header(SERVER, "Server"),
    Header(DATE, "Date", single=True),
    Header(EVENT, "Event", "o", single=True),
    Header(SUBJECT, "Subject", "s"),
    Header(RETRY_AFTER, "Retry-After", single=True),
    Header(MAX_BREADTH, "Max-Breadth", single=True),
    Header(PATH, "Path", is_list=True),
    Header(WARNING, "Warning", is_list=True),
    Header(ALLOW, "Allow", is_list=True),
    Header(ACCEPT, "Accept", is_list=True),
    Header(ACCEPT_ENCODING, "Accept-Encoding", is_list=True),
    Header(ACCEPT_LANGUAGE, "Accept-Language", is_list=True),
    Header(ALERT_INFO, "Alert-Info", is_list=True),
    Header(ALLOW_EVENTS, "Allow-Events", "u", is_list=True),
    Header(AUTHENTICATION_INFO, "Authentication-Info"),
    Header(CALL_INFO, "Call-Info", is_list=True),
    Header(CONTENT_DISPOSITION, "Content-Disposition"),
    Header(CONTENT_ENCODING, "Content-Encoding", "e", is_list=True),
    Header(CONTENT_LANGUAGE, "Content-Language", is_list=True),
    Header(ERROR_INFO, "Error-Info", is_list=True),
    Header(IN_REPLY_TO, "In-Reply-To", is_list=True),
    Header(MIME_VERSION, "MIME-Version"),
    Header(ORGANIZATION, "Organization"),
    Header(PRIORITY, "Priority"),
    Header(REPLY_TO, "Reply-To"),
    Header(TIMESTAMP, "Timestamp"),
    Header(SERVICE_ROUTE, "Service-Route", is_list=True),
    Header(P_ASSERTED_IDENTITY, "P-Asserted-Identity", is_list=True),
    Header(P_PREFERRED_IDENTITY, "P-Preferred-Identity", is_list=True),
    Header(PRIVACY, "Privacy"),
    Header(REFER_TO, "Refer-To", "r", single=True),
    Header(REFERRED_BY, "Referred-By", "b", single=True),
    Header(REPLACES, "Replaces", single=True),
    Header(SESSION_EXPIRES, "Session-Expires", "x", single=True),
    Header(MIN_SE, "Min-SE", single=True),
    Header(SUBSCRIPTION_STATE, "Subscription-State", single=True),
    Header(RACK, "RAck", single=True),
    Header(RSEQ, "RSeq", single=True),
    Header(REASON, "Reason", is_list=True),
    Header(HISTORY_INFO, "History-Info", is_list=True),
    Header(DIVERSION, "Diversion", is_list=True),
    Header(SIP_ETAG, "SIP-ETag", single=True),
    Header(SIP_IF_MATCH, "SIP-If-Match", single=True),
    Header(REQUEST_DISPOSITION, "Request-Disposition", "d", is_list=True),
    Header(ACCEPT_CONTACT, "Accept-Contact", "a", is_list=True),
    Header(REJECT_CONTACT, "Reject-Contact", "j", is_list=True),
    Header(IDENTITY, "Identity", "y"),
    Header(FLOW_TIMER, "Flow-Timer", single=True),
    Header(SESSION_ID, "Session-ID", single=True),
    Header(RESOURCE_PRIORITY, "Resource-Priority", is_list=True),
)
assert [header.id for header in HEADERS] == list(range(len(HEADERS)))

NAMES: Final[tuple[str, ...]] = tuple(header.name for header in HEADERS)
"""Canonical name by number; empty for UNKNOWN."""
IS_LIST: Final[tuple[bool, ...]] = tuple(header.is_list for header in HEADERS)
IS_SINGLE: Final[tuple[bool, ...]] = tuple(header.single for header in HEADERS)


def _spellings() -> dict[str, int]:
    found: dict[str, int] = {}
    for header in HEADERS[1:]:
        for name in (header.name, header.compact):
            if name:
                found[name] = found[name.lower()] = found[name.upper()] = header.id
    return found


HEADER_ID: Final[dict[str, int]] = _spellings()
"""Number by name as seen on the wire: canonical, lower and upper case, compact in both cases."""


def header_id(name: str) -> int:
    """Return the number of the field `name`, in any case, long or compact; UNKNOWN if we do not know it."""
    number = HEADER_ID.get(name)
    if number is None:
        number = HEADER_ID.get(name.strip(" \t").lower(), UNKNOWN)
    return number
