"""Textual conventions of SIPCTL-MIB: numbers shared by several objects. Numbers stay for ever.

Severities and causes have the numbers of ITU-ALARM-TC-MIB and IANA-ITU-ALARM-TC-MIB, copied: many NMSs lack these.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from oam.fault.catalogue import CAUSES, EVENT_TYPES
from oam.fault.event import (
    ACKNOWLEDGED,
    CHANGED,
    CLEARED,
    RAISED,
    SEVERITIES,
    SHELVED,
    UNACKNOWLEDGED,
    UNSHELVED,
)
from oam.snmp.syntax import Syntax, enumeration, octets


class Convention(NamedTuple):
    """One textual convention."""

    name: str
    help: str
    syntax: Syntax
    """Its `text` is the name; `names` are its labels."""
    base: str = ""
    """What it is where it is no enumeration, as a SYNTAX clause writes it."""
    hint: str = ""
    """DISPLAY-HINT (RFC 2579 §3.1)."""


def _convention(name: str, help_: str, names: dict[str, int]) -> Convention:
    return Convention(name, help_, enumeration(names, name))


SEVERITY: Final = _convention(
    "SipctlSeverity",
    "Perceived severity of an alarm, with the numbers of ItuPerceivedSeverity: from 3 on, the lower the graver.",
    dict(SEVERITIES),
)
STATE: Final = _convention(
    "SipctlState",
    "State of something that takes traffic.",
    {"up": 1, "down": 2, "shutdown": 3, "draining": 4, "unknown": 5},
)
ADMIN_STATE: Final = _convention("SipctlAdminState", "What an operator wants of something.", {"up": 1, "shutdown": 2})
OBJECT_KIND: Final = _convention(
    "SipctlObjectKind",
    "Kind of an object that calls are counted for.",
    {
        "system": 1, "listener": 2, "trunk-in": 3, "trunk-out": 4, "route-group": 5, "destination": 6,
        "subscriber-group": 7, "method": 8,
    },
)  # fmt: skip
METHOD: Final = _convention(
    "SipctlMethod",
    "Method of a SIP request; `other` stands for all that are not named.",
    {
        "INVITE": 1, "ACK": 2, "BYE": 3, "CANCEL": 4, "REGISTER": 5, "OPTIONS": 6, "PRACK": 7, "UPDATE": 8, "INFO": 9,
        "MESSAGE": 10, "SUBSCRIBE": 11, "NOTIFY": 12, "REFER": 13, "PUBLISH": 14, "other": 15,
    },
)  # fmt: skip
ACTION: Final = _convention(
    "SipctlAction",
    "Something that is done when perform(2) is set. It reads ready(1) always, and nothing else can be set.",
    {"ready": 1, "perform": 2},
)

EVENT_TYPE: Final = _convention(
    "SipctlEventType",
    "Type of the event that an alarm tells of (X.733, X.736), with the numbers of IANAItuEventType.",
    {"other": 1, **{name: number for number, name in enumerate(EVENT_TYPES.values(), 2)}},
)
PROBABLE_CAUSE: Final = _convention(
    "SipctlProbableCause",
    "Probable cause of an alarm (M.3100, X.733, X.736), with the numbers and names of IANAItuProbableCause: those that "
    "alarms of this server have.",
    {name: number for number, name in CAUSES.items()},
)
TREND: Final = _convention(
    "SipctlTrend",
    "How an alarm has changed (X.733), with the numbers of ItuTrendIndication.",
    {"more-severe": 1, "no-change": 2, "less-severe": 3},
)
HAPPENING: Final = _convention(
    "SipctlAlarmHappening",
    "What happens to an alarm.",
    {
        RAISED: 1, CHANGED: 2, CLEARED: 3, ACKNOWLEDGED: 4, UNACKNOWLEDGED: 5, SHELVED: 6, UNSHELVED: 7,
    },
)  # fmt: skip

TEXT: Final = Convention(
    "SipctlText",
    "Text in UTF-8 that may be longer than an SnmpAdminString.",
    octets("SipctlText", most=500),
    "OCTET STRING (SIZE (0..500))",
    "500t",
)

CONVENTIONS: Final = (
    SEVERITY,
    STATE,
    ADMIN_STATE,
    OBJECT_KIND,
    METHOD,
    EVENT_TYPE,
    PROBABLE_CAUSE,
    TREND,
    HAPPENING,
    TEXT,
    ACTION,
)
"""All of them; what a family of tables needs besides stands here too."""
