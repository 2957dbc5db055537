"""What a trunk's header rules, codec names, cause maps and number formats must not say, and the DNS settings.

Each function returns a reason in the operator's words, empty when there is nothing against it; settings that
pass can be compiled by `core.routing.headers`, `codecs`, `causes` and `formats` without further question.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.northbound.routing_settings import CauseMap, DnsSettings, HeaderRule, ReasonMap, Trunk

ACTIONS: Final = ("add", "set", "remove", "copy")
DIRECTIONS: Final = ("in", "out")
FORMATS: Final = ("", "e164", "international", "national")
LONGEST_VALUE: Final = 512
"""Characters of a header value that a rule may set."""

_TOKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~")
_LONGEST_NAME: Final = 64

UNTOUCHABLE: Final = frozenset((
    "via", "from", "to", "call-id", "cseq", "max-forwards", "max-breadth", "route", "record-route", "contact", "path",
    "service-route", "content-length", "content-type", "content-encoding", "authorization", "proxy-authorization",
    "www-authenticate", "proxy-authenticate", "authentication-info", "rack", "rseq", "replaces", "event",
    "subscription-state",
    "v", "f", "t", "i", "m", "l", "c", "e", "o",
))  # fmt: skip
"""Headers that transactions, dialogs, routing, bodies and authentication stand on, and their compact forms."""
SECRET: Final = frozenset(("authorization", "proxy-authorization"))
"""Headers that must not be copied to where others read them."""
SINGLE: Final = frozenset((
    "expires", "min-expires", "date", "retry-after", "refer-to", "r", "referred-by", "b", "session-expires", "x",
    "min-se", "sip-etag", "sip-if-match", "flow-timer", "session-id",
))  # fmt: skip
"""Headers that may stand in a message once only, apart from those above."""


def header_problem(rule: HeaderRule) -> str:
    """Say why a header rule is refused."""
    name = rule.name.lower()
    if rule.direction not in DIRECTIONS or rule.action not in ACTIONS:
        return f"there is no header rule '{rule.direction} {rule.action}'"
    if not _is_name(rule.name):
        return f"'{rule.name}' is no name of a header"
    if name in UNTOUCHABLE:
        return f"header {rule.name} cannot be changed: SIP itself depends on it"
    if rule.action == "remove":
        return f"header {rule.name} is removed whatever its value" if rule.value else ""
    if rule.action == "copy":
        if not _is_name(rule.value):
            return f"'{rule.value}' is no name of a header to copy from"
        return f"header {rule.value} holds credentials" if rule.value.lower() in SECRET else ""
    if rule.action == "add" and name in SINGLE:
        return f"header {rule.name} may stand in a message once only: use 'set'"
    return _value_problem(rule)


def _value_problem(rule: HeaderRule) -> str:
    if not rule.value.strip():
        return f"header {rule.name} needs a value"
    if len(rule.value) > LONGEST_VALUE:
        return f"the value of header {rule.name} is longer than {LONGEST_VALUE} characters"
    for char in rule.value:
        if ord(char) < 32 or 127 <= ord(char) < 160 or "\ud800" <= char <= "\udfff" or char in "\u2028\u2029":
            return f"the value of header {rule.name} holds a control character"
    return ""


def codec_problem(name: str) -> str:
    """Say why an encoding name, as in `a=rtpmap`, is refused."""
    return "" if _is_name(name) else f"'{name}' is no name of a codec"


def cause_problem(entry: CauseMap) -> str:
    """Say why a line of the cause map is refused: only failures become other failures."""
    if not 300 <= entry.status <= 699 or not (entry.to_status == 0 or 400 <= entry.to_status <= 699):
        return f"cause-map {entry.status}: a failure (300-699) becomes a failure (400-699)"
    if entry.status in (401, 407) or entry.to_status in (401, 407):
        return f"cause-map {entry.status}: a challenge cannot be mapped"
    if not 0 <= entry.cause <= 127:
        return f"cause-map {entry.status}: a Q.850 cause is 1 to 127"
    return "" if entry.to_status or entry.cause else f"cause-map {entry.status}: maps to nothing"


def reason_problem(entry: ReasonMap) -> str:
    """Say why a line of the cause map by Q.850 cause is refused."""
    if entry.cause == 16 and not entry.status:
        return "cause-map q850 16: is no failure: it needs a status"
    good = 1 <= entry.cause <= 127 and (entry.status == 0 or 400 <= entry.status <= 699)
    if not good or entry.status in (401, 407):
        return f"cause-map q850 {entry.cause}: a cause, 1 to 127, becomes a failure (400-699) that is no challenge"
    return ""


def format_problem(name: str) -> str:
    """Say why a number format is refused."""
    return "" if name in FORMATS else f"'{name}' is no number format"


def trunk_problems(trunk: Trunk) -> list[str]:
    """Return what a trunk's lines on messages have against them, one sentence each, without its name."""
    found = [header_problem(rule) for rule in trunk.headers]
    found += [codec_problem(name) for name in (*trunk.codecs_permitted, *trunk.codecs_denied)]
    denied = {name.lower() for name in trunk.codecs_denied}
    found += [f"codec {name} is both permitted and denied" for name in trunk.codecs_permitted if name.lower() in denied]
    found += [cause_problem(entry) for entry in trunk.causes]
    found += [reason_problem(entry) for entry in trunk.reasons]
    found += [format_problem(trunk.called_format), format_problem(trunk.calling_format)]
    return [each for each in found if each]


def dns_problems(settings: DnsSettings) -> list[str]:
    """Return what makes the DNS settings unusable."""
    return [
        f"dns: name server {server.address} is an address that nothing can be sent to"
        for server in settings.servers
        if ip_address(server.address).is_unspecified or ip_address(server.address).is_multicast
    ]


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and _TOKEN.issuperset(text)
