"""Objects of standard modules are served as the modules have them; what is not served is told, with the reason."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.management import played
from support.mibs import STANDARD, needs_standard
from support.snmp import agent, by_community, needs_net_snmp
from support.statistics import Counts

from core.northbound.rows import ProcessRow
from core.northbound.statistics import open_statistics
from oam.snmp import ber
from oam.snmp.object import HIDDEN, MODULE, NOTIFY, READ, WRITE, Column, Table
from oam.snmp.objects import TABLES, oid_of
from oam.snmp.oids import MIB_2, dotted
from oam.snmp.standard import ADDRESS, ADDRESS_TYPE, METHOD_NAME, address_type, bits, display
from oam.snmp.syntax import label

needs_smidump = pytest.mark.skipif(shutil.which("smidump") is None, reason="smidump is not installed")

TAGS = {
    "Counter32": ber.COUNTER32,
    "Counter64": ber.COUNTER64,
    "Gauge32": ber.GAUGE32,
    "Unsigned32": ber.GAUGE32,
    "TimeTicks": ber.TIME_TICKS,
    "Integer32": ber.INTEGER,
    "Enumeration": ber.INTEGER,
    "OctetString": ber.OCTET_STRING,
    "Bits": ber.OCTET_STRING,
    "ObjectIdentifier": ber.OBJECT_IDENTIFIER,
    "IpAddress": ber.IP_ADDRESS,
}
ACCESS = {"noaccess": {HIDDEN}, "notifyonly": {HIDDEN, NOTIFY}, "readonly": {HIDDEN, NOTIFY, READ}}
"""MAX-ACCESS -> what we may do; what may be written may be read alone."""

TARGETS = "targets of notifications are configured by `snmp-server host`, in other terms"
USERS = "users are configured by `snmp-server user`, with keys of their own making"
VIEWS = "groups and views are configured by `snmp-server`, where no view means everything"
NOTIFIED = "a notification that is not sent: alarms tell of it"
UNSERVED: dict[str, dict[str, str]] = {
    "SNMPv2-MIB": {"snmpTrap": "goes with notifications, nobody reads it"},
    "SNMP-FRAMEWORK-MIB": {},
    "SNMP-MPD-MIB": {},
    "SNMP-TARGET-MIB": {"snmpTargetSpinLock": TARGETS, "snmpTargetAddr": TARGETS, "snmpTargetParams": TARGETS},
    "SNMP-USER-BASED-SM-MIB": {"usmUser": USERS},
    "SNMP-VIEW-BASED-ACM-MIB": {
        "vacmSecurity": VIEWS, "vacmGroupName": VIEWS, "vacmAccess": VIEWS, "vacmView": VIEWS,
    },
    "NETWORK-SERVICES-MIB": {"assoc": "single calls concern subscribers; operators have `show calls`"},
    "SIP-COMMON-MIB": {
        "sipCommonCfgServiceNotifEnable": NOTIFIED, "sipCommonStatusCodeNotif": NOTIFIED, "sipCommonNotif": NOTIFIED,
    },
    "SIP-SERVER-MIB": {
        "sipServerRegUserAuthenticationFailures": "failures are counted by address, not by user",
        "sipServerRegUserDisconTime": "goes with the failures",
        "sipServerRegContactDisplayName": "it is not kept",
    },
}  # fmt: skip
"""Module -> the beginnings of the descriptors of current objects that are not served, and why."""


@cache
def module(name: str) -> dict[str, Any]:
    """Return a module as smidump has read it."""
    output = subprocess.run(
        ["smidump", "-f", "python", name], env=dict(os.environ, SMIPATH=str(STANDARD)), capture_output=True, check=True
    ).stdout
    statement = ast.parse(output.decode("utf-8", "replace")).body[-1]
    assert isinstance(statement, ast.Assign)
    found: dict[str, Any] = ast.literal_eval(statement.value)
    assert found["moduleName"] == name
    return found


def objects(name: str) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = module(name)["nodes"]
    return {key: node for key, node in nodes.items() if node["nodetype"] in ("scalar", "column")}


def tag(type_: dict[str, Any]) -> int:
    """Return the BER tag of a type, its textual conventions looked up."""
    if type_.get("name") in TAGS:
        return TAGS[type_["name"]]
    parent = type_.get("parent module")
    if parent and parent["type"] in TAGS:
        return TAGS[parent["type"]]
    if "basetype" in type_:
        return TAGS[type_["basetype"]]
    return tag(convention(type_))


def convention(type_: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = module(type_["module"])["typedefs"][type_["name"]]
    return found


def named(type_: dict[str, Any]) -> dict[str, int]:
    """Return the numbers of an enumeration or of bits, by name."""
    if "module" in type_ and type_["name"] not in TAGS:
        return named(convention(type_))
    return {key: int(each["number"]) for key, each in type_.items() if isinstance(each, dict) and "number" in each}


SERVED = [
    pytest.param(table, column, id=column.name)
    for table in TABLES
    if table.module in UNSERVED
    for column in table.columns
]


def test_every_standard_module_is_judged() -> None:
    judged_elsewhere = {MODULE, "ALARM-MIB", "ITU-ALARM-MIB", "NOTIFICATION-LOG-MIB"}
    assert {table.module for table in TABLES} - judged_elsewhere == set(UNSERVED)


@pytest.mark.peer
@needs_standard
@needs_smidump
@pytest.mark.parametrize(("table", "column"), SERVED)
def test_it_is_served_as_the_standard_has_it(table: Table, column: Column) -> None:
    node = objects(table.module)[column.name]
    assert dotted(oid_of(column.name)) == node["oid"]
    assert node["status"] == "current"
    type_ = node["syntax"]["type"]
    assert column.syntax.tag == tag(type_), column.syntax.text
    assert column.access in {*ACCESS.get(node["access"], {HIDDEN, NOTIFY, READ, WRITE})}
    if node["access"] == "noaccess":
        assert column.access == HIDDEN
    if column.syntax.names:
        standard = named(type_)
        ours = {label(word): number for word, number in column.syntax.names.items()}
        assert ours == {word: number for word, number in standard.items() if word in ours}
    if table.indexed:
        row = module(table.module)["nodes"][table.entry_name]
        assert row["oid"] == dotted(table.entry)
        assert row["linkage"] == list(table.indexed)


@pytest.mark.peer
@needs_standard
@needs_smidump
@pytest.mark.parametrize("name", UNSERVED)
def test_nothing_is_forgotten(name: str) -> None:
    current = {key for key, node in objects(name).items() if node["status"] == "current"}
    served = {column.name for table in TABLES if table.module == name for column in table.columns}
    left = {key: [start for start in UNSERVED[name] if key.startswith(start)] for key in current - served}
    assert [key for key, reasons in left.items() if not reasons] == []
    used = {start for reasons in left.values() for start in reasons}
    assert used == set(UNSERVED[name]), "a reason is given for what is served, or for what there is not"


@pytest.mark.peer
@needs_standard
@needs_net_snmp
@played
async def test_net_snmp_reads_what_the_modules_promise(tmp_path: Path) -> None:
    """It says `Wrong Type` of a value that is not of the type that the module has."""
    async with agent(tmp_path) as asked:
        asked.manager.fake_supervisor.rows = [ProcessRow("sip-1", 7, "running", 0, 0, 0.0, 0)]
        counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
        counts.row("system", "system")
        counts.row("method", "INVITE")
        counts.code("INVITE", 200, 1, 2)
        who = ["-M", str(STANDARD), "-m", ":".join(UNSERVED), "-OS", *by_community("2c")]
        trees = (
            "1.3.6.1.2.1.1",
            "1.3.6.1.2.1.11",
            "1.3.6.1.2.1.27",
            "1.3.6.1.2.1.149",
            "1.3.6.1.2.1.151",
            "1.3.6.1.6.3",
        )
        lines = "\n".join([await asked.asked("snmpbulkwalk", who, tree) for tree in trees]).splitlines()
    assert [line for line in lines if "Wrong Type" in line or line.startswith("SNMPv2-SMI::")] == []
    for line in (
        "SNMPv2-MIB::sysORID.8 = OID: SIP-COMMON-MIB::sipCommonMIB",
        "SNMP-FRAMEWORK-MIB::snmpEngineBoots.0 = INTEGER: 1",
        'SNMP-VIEW-BASED-ACM-MIB::vacmContextName."" = STRING: ',
        "NETWORK-SERVICES-MIB::applOperStatus.1 = INTEGER: up(1)",
        "SIP-COMMON-MIB::sipCommonCfgServiceOperStatus.1 = INTEGER: up(2)",
        "SIP-COMMON-MIB::sipCommonCfgTimerB.1 = Gauge32: 32000 milliseconds",
        'SIP-COMMON-MIB::sipCommonStatusCodeOuts.1."INVITE".200 = Counter32: 2',
        'SIP-COMMON-MIB::sipCommonStatusCodeRowStatus.1."INVITE".200 = INTEGER: active(1)',
        "SIP-SERVER-MIB::sipServerCfgProxyStatefulness.1 = INTEGER: callStateful(3)",
        "SIP-SERVER-MIB::sipServerCfgProxyRecordRoute.1 = INTEGER: true(1)",
    ):
        assert line in lines
    assert any("proxyServer(2) redirectServer(3) registrarServer(4)" in line for line in lines)


ALARM_MIB = """
1.1 alarmModelLastChanged TimeTicks read-only
1.2.1.1 alarmModelIndex Unsigned32 not-accessible
1.2.1.2 alarmModelState Unsigned32 not-accessible
1.2.1.3 alarmModelNotificationId ObjectIdentifier read-create
1.2.1.4 alarmModelVarbindIndex Unsigned32 read-create
1.2.1.5 alarmModelVarbindValue Integer32 read-create
1.2.1.6 alarmModelDescription OctetString read-create
1.2.1.7 alarmModelSpecificPointer ObjectIdentifier read-create
1.2.1.8 alarmModelVarbindSubtree ObjectIdentifier read-create
1.2.1.9 alarmModelResourcePrefix ObjectIdentifier read-create
1.2.1.10 alarmModelRowStatus Enumeration read-create
2.1 alarmActiveLastChanged TimeTicks read-only
2.5 alarmActiveOverflow Counter32 read-only
2.2.1.1 alarmListName OctetString not-accessible
2.2.1.2 alarmActiveDateAndTime OctetString not-accessible
2.2.1.3 alarmActiveIndex Unsigned32 not-accessible
2.2.1.4 alarmActiveEngineID OctetString read-only
2.2.1.5 alarmActiveEngineAddressType Enumeration read-only
2.2.1.6 alarmActiveEngineAddress OctetString read-only
2.2.1.7 alarmActiveContextName OctetString read-only
2.2.1.8 alarmActiveVariables Unsigned32 read-only
2.2.1.9 alarmActiveNotificationID ObjectIdentifier read-only
2.2.1.10 alarmActiveResourceId ObjectIdentifier read-only
2.2.1.11 alarmActiveDescription OctetString read-only
2.2.1.12 alarmActiveLogPointer ObjectIdentifier read-only
2.2.1.13 alarmActiveModelPointer ObjectIdentifier read-only
2.2.1.14 alarmActiveSpecificPointer ObjectIdentifier read-only
2.3.1.1 alarmActiveVariableIndex Unsigned32 not-accessible
2.3.1.2 alarmActiveVariableID ObjectIdentifier read-only
2.3.1.3 alarmActiveVariableValueType Enumeration read-only
2.3.1.4 alarmActiveVariableCounter32Val Counter32 read-only
2.3.1.5 alarmActiveVariableUnsigned32Val Unsigned32 read-only
2.3.1.6 alarmActiveVariableTimeTicksVal TimeTicks read-only
2.3.1.7 alarmActiveVariableInteger32Val Integer32 read-only
2.3.1.8 alarmActiveVariableOctetStringVal OctetString read-only
2.3.1.9 alarmActiveVariableIpAddressVal IpAddress read-only
2.3.1.10 alarmActiveVariableOidVal ObjectIdentifier read-only
2.3.1.11 alarmActiveVariableCounter64Val Counter64 read-only
2.3.1.12 alarmActiveVariableOpaqueVal Opaque read-only
2.4.1.1 alarmActiveStatsActiveCurrent Gauge32 read-only
2.4.1.2 alarmActiveStatsActives Gauge32 read-only
2.4.1.3 alarmActiveStatsLastRaise TimeTicks read-only
2.4.1.4 alarmActiveStatsLastClear TimeTicks read-only
3.1 alarmClearMaximum Unsigned32 read-write
3.2.1.1 alarmClearIndex Unsigned32 not-accessible
3.2.1.2 alarmClearDateAndTime OctetString not-accessible
3.2.1.3 alarmClearEngineID OctetString read-only
3.2.1.4 alarmClearEngineAddressType Enumeration read-only
3.2.1.5 alarmClearEngineAddress OctetString read-only
3.2.1.6 alarmClearContextName OctetString read-only
3.2.1.7 alarmClearNotificationID ObjectIdentifier read-only
3.2.1.8 alarmClearResourceId ObjectIdentifier read-only
3.2.1.9 alarmClearLogIndex Unsigned32 read-only
3.2.1.10 alarmClearModelPointer ObjectIdentifier read-only
"""
"""The objects of RFC 3877 below alarmObjects, all of them: the module is not among those beside the project."""
ALARM_INDEXES = {
    "alarmModelTable": ("alarmListName", "alarmModelIndex", "alarmModelState"),
    "alarmActiveTable": ("alarmListName", "alarmActiveDateAndTime", "alarmActiveIndex"),
    "alarmActiveVariableTable": ("alarmListName", "alarmActiveIndex", "alarmActiveVariableIndex"),
    "alarmActiveStatsTable": ("alarmListName",),
    "alarmClearTable": ("alarmListName", "alarmClearDateAndTime", "alarmClearIndex"),
}


def test_the_alarm_mib_is_served_whole_as_rfc_3877_has_it() -> None:
    served = {column.name: column for table in TABLES if table.module == "ALARM-MIB" for column in table.columns}
    standard = [line.split() for line in ALARM_MIB.split("\n") if line]
    assert set(served) == {name for _, name, _, _ in standard}
    for place, name, base, access in standard:
        assert dotted(oid_of(name)) == f"1.3.6.1.2.1.118.1.{place}"
        assert served[name].syntax.tag == {**TAGS, "Opaque": 0x44}[base], name
        assert served[name].access == (HIDDEN if access == HIDDEN else READ), name
    indexes = {table.name: table.indexed for table in TABLES if table.module == "ALARM-MIB" and table.indexed}
    assert indexes == ALARM_INDEXES
    assert served["alarmActiveVariableValueType"].syntax.names == {
        "counter32": 1, "unsigned32": 2, "timeTicks": 3, "integer32": 4, "ipAddress": 5, "octetString": 6,
        "objectId": 7, "counter64": 8, "opaque": 9,
    }  # fmt: skip


ITU_ALARM_MIB = """
1.1.1.1 ituAlarmPerceivedSeverity Enumeration not-accessible
1.1.1.2 ituAlarmEventType Enumeration read-write
1.1.1.3 ituAlarmProbableCause Enumeration read-write
1.1.1.4 ituAlarmAdditionalText OctetString read-write
1.1.1.5 ituAlarmGenericModel ObjectIdentifier read-write
2.1.1.1 ituAlarmActiveTrendIndication Enumeration read-only
2.1.1.2 ituAlarmActiveDetector ObjectIdentifier read-only
2.1.1.3 ituAlarmActiveServiceProvider ObjectIdentifier read-only
2.1.1.4 ituAlarmActiveServiceUser ObjectIdentifier read-only
2.2.1.1 ituAlarmActiveStatsIndeterminateCurrent Gauge32 read-only
2.2.1.2 ituAlarmActiveStatsCriticalCurrent Gauge32 read-only
2.2.1.3 ituAlarmActiveStatsMajorCurrent Gauge32 read-only
2.2.1.4 ituAlarmActiveStatsMinorCurrent Gauge32 read-only
2.2.1.5 ituAlarmActiveStatsWarningCurrent Gauge32 read-only
2.2.1.6 ituAlarmActiveStatsIndeterminates Gauge32 read-only
2.2.1.7 ituAlarmActiveStatsCriticals Gauge32 read-only
2.2.1.8 ituAlarmActiveStatsMajors Gauge32 read-only
2.2.1.9 ituAlarmActiveStatsMinors Gauge32 read-only
2.2.1.10 ituAlarmActiveStatsWarnings Gauge32 read-only
"""
"""All its objects, below ituAlarmObjects."""
ITU_UNSERVED = {
    **dict.fromkeys(("Detector", "ServiceProvider", "ServiceUser"), "parties of security alarms have no OIDs here"),
    **dict.fromkeys(
        ("StatsIndeterminates", "StatsCriticals", "StatsMajors", "StatsMinors", "StatsWarnings"),
        "what was raised is counted by kind, not by severity",
    ),
}


def test_the_itu_alarm_mib_is_served_as_rfc_3877_has_it() -> None:
    served = {column.name: column for table in TABLES if table.module == "ITU-ALARM-MIB" for column in table.columns}
    standard = [line.split() for line in ITU_ALARM_MIB.split("\n") if line]
    assert set(served) | {f"ituAlarmActive{each}" for each in ITU_UNSERVED} == {name for _, name, _, _ in standard}
    for place, name, base, access in standard:
        if name in served:
            assert dotted(oid_of(name)) == f"1.3.6.1.2.1.121.1.{place}"
            assert served[name].syntax.tag == TAGS[base]
            assert served[name].access == (HIDDEN if access == HIDDEN else READ)
    indexes = {table.name: table.indexed for table in TABLES if table.module == "ITU-ALARM-MIB"}
    assert indexes == {
        "ituAlarmTable": ("alarmListName", "alarmModelIndex", "ituAlarmPerceivedSeverity"),
        "ituAlarmActiveTable": ("alarmListName", "alarmActiveDateAndTime", "alarmActiveIndex"),
        "ituAlarmActiveStatsTable": ("alarmListName",),
    }


@pytest.mark.peer
@needs_standard
@needs_smidump
@pytest.mark.parametrize(
    ("name", "convention", "home"),
    [
        ("ituAlarmPerceivedSeverity", "ItuPerceivedSeverity", "ITU-ALARM-TC-MIB"),
        ("ituAlarmActiveTrendIndication", "ItuTrendIndication", "ITU-ALARM-TC-MIB"),
        ("ituAlarmEventType", "IANAItuEventType", "IANA-ITU-ALARM-TC-MIB"),
        ("ituAlarmProbableCause", "IANAItuProbableCause", "IANA-ITU-ALARM-TC-MIB"),
    ],
)
def test_numbers_of_alarms_are_those_of_the_standards(name: str, convention: str, home: str) -> None:
    column = next(each for table in TABLES for each in table.columns if each.name == name)
    assert column.syntax.names is not None
    standard = named(module(home)["typedefs"][convention])
    assert {label(word): number for word, number in column.syntax.names.items()}.items() <= standard.items()


def test_display_string_is_ascii_and_cut() -> None:
    assert display(4).encode("Zürich") == b"\x04\x04Z?ri"


def test_bits_begin_with_the_highest() -> None:
    roles = bits("BITS", {"other": 0, "user": 1, "last": 9})
    assert roles.encode(("user",)) == b"\x04\x02\x40\x00"
    assert roles.encode(("other", "last")) == b"\x04\x02\x80\x40"
    assert roles.encode(()) == b"\x04\x02\x00\x00"


def test_a_method_as_an_index_has_its_length_before_it() -> None:
    assert METHOD_NAME.arcs is not None
    assert METHOD_NAME.arcs("BYE") == (3, 66, 89, 69)
    assert METHOD_NAME.encode("BYE") == b"\x04\x03BYE"


@pytest.mark.parametrize(
    ("host", "kind", "octets"),
    [
        ("192.0.2.1", "ipv4", b"\xc0\x00\x02\x01"),
        ("2001:db8::1", "ipv6", bytes.fromhex("20010db8000000000000000000000001")),
        ("sip.example.com", "dns", b"sip.example.com"),
        ("", "unknown", b""),
    ],
)
def test_an_address(host: str, kind: str, octets: bytes) -> None:
    assert address_type(host) == kind
    assert ADDRESS.encode(host) == ber.wrapped(ber.OCTET_STRING, octets)
    assert ADDRESS_TYPE.names is not None
    assert kind in ADDRESS_TYPE.names


def test_they_are_below_where_standards_are() -> None:
    for table in TABLES:
        if table.module in UNSERVED:
            assert table.oid[: len(MIB_2)] in (MIB_2, (1, 3, 6, 1, 6, 3))
