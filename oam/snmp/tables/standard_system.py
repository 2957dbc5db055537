"""SNMPv2-MIB (RFC 3418) and the engine's part of SNMP-FRAMEWORK-MIB (RFC 3411), SNMP-MPD-MIB (RFC 3412),
SNMP-TARGET-MIB (RFC 3413), SNMP-USER-BASED-SM-MIB (RFC 3414) and SNMP-VIEW-BASED-ACM-MIB (RFC 3415).

Not served, because they would say something else than what is so:
- tables of users, groups, access, views, targets and notifications: all that is configured by `snmp-server`, where a
  group without a view sees everything, which these tables cannot say; and who may come in is nobody's business;
- spin locks (usmUserSpinLock, snmpTargetSpinLock, vacmViewSpinLock): locks of those tables;
- obsolete objects of the group snmp.
snmpSetSerialNo and snmpEnableAuthenTraps are served read-only: what managers write goes through the dispatcher of the
operators, which needs no lock, and `snmp-server enable traps` decides about notifications.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from core.northbound.build import PRODUCT, VERSION
from oam.snmp import ber, oids, syntax
from oam.snmp.engine.statistics import AgentStatistics
from oam.snmp.object import HIDDEN, WRITE, Column, Table
from oam.snmp.oids import MIB_2, SNMP_MODULES, Oid
from oam.snmp.standard import display
from oam.snmp.syntax import Start, Syntax

if TYPE_CHECKING:
    from oam.context import Manager

V2: Final = "SNMPv2-MIB"
SERVICES: Final = 72
"""sysServices of a host with applications: 2^(4-1) + 2^(7-1)."""


class SystemRow(msgspec.Struct, frozen=True):
    """The group `system`."""

    contact: str
    name: str
    location: str
    uptime_s: float
    description: str = f"{PRODUCT} {VERSION}, SIP proxy, redirect server and registrar, {os.uname().sysname}"
    object_id: Oid = oids.SERVER
    services: int = SERVICES
    changed_at: float = 0.0
    """The modules that are served never change."""


class Module(msgspec.Struct, frozen=True):
    """One row of sysORTable."""

    index: int
    oid: Oid
    name: str
    help: str
    since_at: float = 0.0


class SnmpRow(AgentStatistics, frozen=True):
    """The groups `snmp` and `snmpSet`."""

    snmp_enable_authen_traps: str = "disabled"
    snmp_proxy_drops: int = 0
    snmp_set_serial_no: int = 0


class ContextRow(NamedTuple):
    """One context."""

    name: str


async def _system(manager: Manager) -> Sequence[SystemRow]:
    running = manager.configuration.running
    return (
        SystemRow(running.snmp.contact, running.hostname, running.snmp.location, time.monotonic() - Start.monotonic),
    )


async def _modules(_manager: Manager) -> Sequence[Module]:
    return MODULES


async def _snmp(manager: Manager) -> Sequence[SnmpRow]:
    snmp = manager.configuration.running.snmp
    told = bool(snmp.hosts) and "authentication" in snmp.notifications
    counted = msgspec.structs.asdict(manager.snmp.statistics())
    return (SnmpRow(**counted, snmp_enable_authen_traps="enabled" if told else "disabled"),)


async def _engine(manager: Manager) -> Sequence[AgentStatistics]:
    return (manager.snmp.statistics(),)


async def _contexts(_manager: Manager) -> Sequence[ContextRow]:
    return CONTEXTS


def _configured(line: str) -> Callable[[SystemRow, str], Sequence[str]]:
    """Return what sets `line` of the configuration to a text; an empty one takes it back."""

    def lines(_row: SystemRow, value: str) -> Sequence[str]:
        if not value.isprintable():
            raise ValueError("a line of the configuration has printable signs alone")
        if value != value.strip():
            raise ValueError("a line of the configuration keeps no spaces around a text")
        return ("configure terminal", f"{line} {value}" if value else f"no {line}", "end")

    return lines


def _counter(number: int, name: str, field: str, help_: str, units: str = "messages") -> Column:
    return Column(number, name, syntax.COUNTER_32, field, help_, units)


MODULES: Final = (
    Module(1, (*SNMP_MODULES, 1), V2, "SNMPv2-MIB (RFC 3418): the groups system and snmp."),
    Module(2, (*SNMP_MODULES, 10), "SNMP-FRAMEWORK-MIB", "SNMP-FRAMEWORK-MIB (RFC 3411): the engine."),
    Module(3, (*SNMP_MODULES, 11), "SNMP-MPD-MIB", "SNMP-MPD-MIB (RFC 3412): statistics of messages."),
    Module(4, (*SNMP_MODULES, 12), "SNMP-TARGET-MIB", "SNMP-TARGET-MIB (RFC 3413): statistics of contexts."),
    Module(
        5, (*SNMP_MODULES, 15), "SNMP-USER-BASED-SM-MIB", "SNMP-USER-BASED-SM-MIB (RFC 3414): statistics of security."
    ),
    Module(6, (*SNMP_MODULES, 16), "SNMP-VIEW-BASED-ACM-MIB", "SNMP-VIEW-BASED-ACM-MIB (RFC 3415): contexts."),
    Module(7, (*MIB_2, 27), "NETWORK-SERVICES-MIB", "NETWORK-SERVICES-MIB (RFC 2788): the SIP server."),
    Module(8, (*MIB_2, 149), "SIP-COMMON-MIB", "SIP-COMMON-MIB (RFC 4780)."),
    Module(9, (*MIB_2, 151), "SIP-SERVER-MIB", "SIP-SERVER-MIB (RFC 4780): proxy, redirect server and registrar."),
    Module(10, (*MIB_2, 118), "ALARM-MIB", "ALARM-MIB (RFC 3877): active and cleared alarms."),
    Module(11, (*MIB_2, 92), "NOTIFICATION-LOG-MIB", "NOTIFICATION-LOG-MIB (RFC 3014): the last notifications."),
    Module(12, (*MIB_2, 121), "ITU-ALARM-MIB", "ITU-ALARM-MIB (RFC 3877): cause, severity and trend of alarms."),
    Module(13, oids.MODULE, "SIPCTL-MIB", "SIPCTL-MIB: all that is counted and can be set."),
)
"""What the agent serves, by their MODULE-IDENTITY."""
CONTEXTS: Final = (ContextRow(""),)

SYSTEM: Final = Table(
    (*MIB_2, 1),
    "system",
    "The managed system (RFC 3418).",
    (
        Column(1, "sysDescr", display(), "description", "What this server is: product, version, operating system."),
        Column(2, "sysObjectID", syntax.OID, "object_id", "sipctlServer, from the enterprise number."),
        Column(3, "sysUpTime", syntax.TICKS, "uptime_s", "Time since management was started."),
        Column(
            4, "sysContact", display(), "contact", "Whom to ask about this server, as `snmp-server contact` says.",
            access=WRITE, write=_configured("snmp-server contact"),
        ),
        Column(
            5, "sysName", display(), "name", "Name of this server, as `hostname` says.",
            access=WRITE, write=_configured("hostname"),
        ),
        Column(
            6, "sysLocation", display(), "location", "Where this server is, as `snmp-server location` says.",
            access=WRITE, write=_configured("snmp-server location"),
        ),
        Column(
            7, "sysServices", syntax.INTEGER, "services", "72: a host with applications, layers 4 and 7 (RFC 1122)."
        ),
        Column(8, "sysORLastChange", syntax.TIME_STAMP, "changed_at", "0: what is served does not change."),
    ),
    _system,
    module=V2,
    lifetime_s=0,
)  # fmt: skip

RESOURCES: Final = Table(
    (*MIB_2, 1, 9),
    "sysORTable",
    "The modules that are served.",
    (
        Column(1, "sysORIndex", syntax.INTEGER, "index", "Number of the row.", access=HIDDEN),
        Column(2, "sysORID", syntax.OID, "oid", "Identity of the module."),
        Column(3, "sysORDescr", display(), "help", "Name of the module, and what of it is served."),
        Column(4, "sysORUpTime", syntax.TIME_STAMP, "since_at", "0: since the start."),
    ),
    _modules,
    indexed=("sysORIndex",),
    module=V2,
    lifetime_s=60,
)

SNMP: Final = Table(
    (*MIB_2, 11),
    "snmp",
    "Statistics of the agent (RFC 3418), since the start of management.",
    (
        _counter(1, "snmpInPkts", "snmp_in_pkts", "Messages that came."),
        _counter(3, "snmpInBadVersions", "snmp_in_bad_versions", "Messages of a version that is not supported."),
        _counter(
            4, "snmpInBadCommunityNames", "snmp_in_bad_community_names",
            "Messages of v1 and v2c with a community that is not known, or that the sender may not use.",
        ),
        _counter(
            5, "snmpInBadCommunityUses", "snmp_in_bad_community_uses",
            "Messages of v1 and v2c that asked for something the community may not do.",
        ),
        _counter(6, "snmpInASNParseErrs", "snmp_in_asn_parse_errs", "Messages that are no valid BER."),
        Column(
            30, "snmpEnableAuthenTraps", syntax.enumeration({"enabled": 1, "disabled": 2}), "snmp_enable_authen_traps",
            "Whether authenticationFailure is sent: `snmp-server enable traps authentication`, and a host to tell.",
        ),
        _counter(
            31, "snmpSilentDrops", "snmp_silent_drops",
            "Requests that got no answer because not even one without variables fits into a message.",
        ),
        _counter(32, "snmpProxyDrops", "snmp_proxy_drops", "0: the agent is no proxy."),
    ),
    _snmp,
    module=V2,
    lifetime_s=0,
)  # fmt: skip

SET: Final = Table(
    (*SNMP_MODULES, 1, 1, 6),
    "snmpSet",
    "Coordination of managers that write (RFC 3418).",
    (
        Column(
            1, "snmpSetSerialNo",
            Syntax("TestAndIncr", ber.INTEGER, syntax.INTEGER.encode, imported=(("SNMPv2-TC", "TestAndIncr"),)),
            "snmp_set_serial_no",
            "0, and not to be set: what managers write is put in order by the dispatcher of operators' commands.",
        ),
    ),
    _snmp,
    module=V2,
    lifetime_s=0,
)  # fmt: skip

ENGINE: Final = Table(
    (*SNMP_MODULES, 10, 2, 1),
    "snmpEngine",
    "The SNMP engine (RFC 3411).",
    (
        Column(
            1, "snmpEngineID", syntax.octets("SnmpEngineID", ("SNMP-FRAMEWORK-MIB", "SnmpEngineID")), "snmp_engine_id",
            "Identifier of the engine, made once and kept, or configured.",
        ),
        Column(
            2, "snmpEngineBoots", syntax.INTEGER, "snmp_engine_boots",
            "How often the engine has started since it has this identifier.",
        ),
        Column(3, "snmpEngineTime", syntax.INTEGER, "snmp_engine_time", "Time since it started last.", "seconds"),
        Column(
            4, "snmpEngineMaxMessageSize", syntax.INTEGER, "snmp_engine_max_message_size",
            "Longest message that is sent or taken in.", "octets",
        ),
    ),
    _engine,
    module="SNMP-FRAMEWORK-MIB",
    lifetime_s=0,
)  # fmt: skip

MESSAGES: Final = Table(
    (*SNMP_MODULES, 11, 2, 1),
    "snmpMPDStats",
    "Messages that were dropped before anybody looked for their sender (RFC 3412).",
    (
        _counter(
            1, "snmpUnknownSecurityModels", "snmp_unknown_security_models",
            "Messages of v3 with a security model other than USM.",
        ),
        _counter(2, "snmpInvalidMsgs", "snmp_invalid_msgs", "Messages of v3 whose parts contradict one another."),
        _counter(
            3, "snmpUnknownPDUHandlers", "snmp_unknown_pdu_handlers",
            "Messages with a PDU that the agent does not handle: responses nobody waits for, notifications of others.",
        ),
    ),
    _engine,
    module="SNMP-MPD-MIB",
    lifetime_s=0,
)  # fmt: skip

TARGETS: Final = Table(
    (*SNMP_MODULES, 12, 1),
    "snmpTargetObjects",
    "Requests for contexts that there are not (RFC 3413).",
    (
        _counter(
            4, "snmpUnavailableContexts", "snmp_unavailable_contexts",
            "Messages for a context that is not available; the default context, the only one, always is.",
        ),
        _counter(
            5, "snmpUnknownContexts", "snmp_unknown_contexts", "Messages for a context other than the default one."
        ),
    ),
    _engine,
    module="SNMP-TARGET-MIB",
    lifetime_s=0,
)  # fmt: skip

USERS: Final = Table(
    (*SNMP_MODULES, 15, 1, 1),
    "usmStats",
    "Messages of v3 that were dropped for their security (RFC 3414).",
    (
        _counter(
            1, "usmStatsUnsupportedSecLevels", "usm_stats_unsupported_sec_levels",
            "Messages whose security level their user has no keys for.",
        ),
        _counter(
            2, "usmStatsNotInTimeWindows", "usm_stats_not_in_time_windows",
            "Messages older than 150 seconds or of an earlier start: late, replayed, or a manager that synchronizes.",
        ),
        _counter(3, "usmStatsUnknownUserNames", "usm_stats_unknown_user_names", "Messages of users there are not."),
        _counter(
            4, "usmStatsUnknownEngineIDs", "usm_stats_unknown_engine_ids",
            "Messages for another engine: managers begin so to learn the identifier of this one.",
        ),
        _counter(5, "usmStatsWrongDigests", "usm_stats_wrong_digests", "Messages with a wrong password."),
        _counter(
            6, "usmStatsDecryptionErrors", "usm_stats_decryption_errors", "Messages that could not be decrypted."
        ),
    ),
    _engine,
    module="SNMP-USER-BASED-SM-MIB",
    lifetime_s=0,
)  # fmt: skip

VIEWS: Final = Table(
    (*SNMP_MODULES, 16, 1, 1),
    "vacmContextTable",
    "The contexts: there is the default one alone.",
    (Column(1, "vacmContextName", syntax.text(32), "name", "Name of the context; that of the default one is empty."),),
    _contexts,
    indexed=("vacmContextName",),
    module="SNMP-VIEW-BASED-ACM-MIB",
    lifetime_s=60,
)

TABLES: Final = (SYSTEM, RESOURCES, SNMP, SET, ENGINE, MESSAGES, TARGETS, USERS, VIEWS)
