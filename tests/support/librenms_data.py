"""Test data for LibreNMS: a walk of the agent for snmpsim, and what LibreNMS makes of it.

`PYTHONPATH=.:tests python -m support.librenms_data` writes both below mib/nms/librenms/tests. The walk is of
a manager whose signalling answers from memory, and holds what LibreNMS asks for by the files beside it.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from support.management import FakeManager, done

from core.northbound import counters as slots
from core.northbound.orders import ListListeners, ListOverload, ListRouteGroups, ListTrunks
from core.northbound.routing_settings import Member, RouteGroup, Trunk
from core.northbound.rows import ListenerRow, OverloadRow, ProcessRow, RouteGroupRow, TrunkRow
from oam.config.tree import Configuration
from oam.snmp import ber
from oam.snmp.engine import reading
from oam.snmp.mib import Mib, Stale
from oam.snmp.nms.files import FOLDER
from oam.snmp.nms.librenms import OS, VERSION, discovery
from oam.snmp.objects import TABLES, oid_of
from oam.snmp.oids import Oid, dotted

ROOT: Final = Path(__file__).parents[2]
WALK: Final = f"{FOLDER}/librenms/tests/snmpsim/{OS}.snmprec"
DATABASE: Final = f"{FOLDER}/librenms/tests/data/{OS}.json"

_CODES: Final = {
    ber.INTEGER: "2",
    ber.OCTET_STRING: "4",
    ber.OBJECT_IDENTIFIER: "6",
    ber.COUNTER32: "65",
    ber.GAUGE32: "66",
    ber.TIME_TICKS: "67",
    ber.COUNTER64: "70",
}
"""Tag -> type in a record of snmpsim."""
_TRUNKS: Final = (
    Trunk("PSTN", addresses=("sip:192.0.2.9",), calls_maximum=40, monitor_interval_s=30),
    Trunk("LAB", addresses=("sip:192.0.2.10",), shutdown=True),
)
_SETTINGS: Final = Configuration(trunks=_TRUNKS, route_groups=(RouteGroup("CITY", "", (Member("PSTN"),)),))
_LINES: Final = (
    "configure terminal",
    "hostname sip1",
    "sip",
    "listener udp 192.0.2.1 port 5060",
    "listener tcp 192.0.2.1 port 5060",
    "end",
)


def _trunk(name: str, **fields: object) -> TrunkRow:
    usual: dict[str, object] = dict.fromkeys(TrunkRow.__struct_fields__, 0)
    texts = {"trunk": name, "reason": "", "direction": "both", "addresses": (), "sources": (), "monitored": True}
    unknown = dict.fromkeys(("since_at", "answer_ratio", "answer_ratio_in", "probe_status", "probe_ms", "heard_at"))
    return TrunkRow(**{**usual, **texts, **unknown, **fields})  # type: ignore[arg-type]


async def simulated(state: Path) -> FakeManager:
    """Return a manager with something of everything."""
    manager = FakeManager(state, _SETTINGS)
    await done(manager.session(), _LINES)
    manager.fake_supervisor.rows = [
        ProcessRow("sipctld", 100, "running", 0, 3600, 1.5, 20_480, "", 0.0),
        ProcessRow("sip-1", 101, "backoff", 2, 60, 9.5, 40_960, "SIGKILL", 1000.0),
    ]
    manager.fake_worker.answers = {
        ListTrunks: [
            _trunk(
                "PSTN", state="up", calls=30, calls_in=10, calls_out=20, maximum=40, probe_status=200, probe_ms=12.5
            ),
            _trunk("LAB", state="shutdown"),
        ],
        ListRouteGroups: [RouteGroupRow("CITY", "weight", "PSTN", 1, 1, "up", 1, 30)],
        ListListeners: [
            ListenerRow("udp:192.0.2.1:5060", "up", 0, 10, 20, 1),
            ListenerRow("tcp:192.0.2.1:5060", "up", 3, 4, 5, 0),
        ],
        ListOverload: [
            OverloadRow("level", 1, "", None, None, "calls"),
            OverloadRow("refused", 33.5, "%", None, None, ""),
        ],
    }
    for slot, value in {slots.CALLS: 30, slots.CPU_PERMILLE: 415, slots.LOOP_LAG_US: 800, slots.BINDINGS: 2}.items():
        manager.counters[0][slot] = value
    manager.alarms.set(13, "disk", "the disk is full", "critical")
    return manager


# The walk


async def _instances(manager: FakeManager) -> list[tuple[Oid, bytes]]:
    """Walk all that the agent serves."""
    mib = Mib(manager, TABLES)
    found: list[tuple[Oid, bytes]] = []
    oid: Oid = (1,)
    while True:
        try:
            instance = mib.next(oid, time.monotonic() - 3600)
        except Stale as stale:
            await mib.refresh(stale.table)
            continue
        if instance is None:
            return found
        oid = instance.oid
        found.append((oid, instance.value))


def _line(oid: Oid, value: bytes) -> str:
    tag, start, end = reading.element(value, 0, len(value))
    content = value[start:end]
    if tag == ber.OCTET_STRING:
        text = content.decode("latin-1")
        plain = text.isascii() and text.isprintable()
        return f"{dotted(oid)}|4|{text}" if plain else f"{dotted(oid)}|4x|{content.hex()}"
    if tag == ber.OBJECT_IDENTIFIER:
        return f"{dotted(oid)}|6|{dotted(reading.oid(value, start, end))}"
    return f"{dotted(oid)}|{_CODES[tag]}|{int.from_bytes(content, 'big', signed=True)}"


def asked() -> list[Oid]:
    """Return the objects that LibreNMS asks for by our definitions."""
    text = json.dumps(discovery()).replace("SIPCTL-MIB::", "")
    used = set(re.findall(r'"value": "(\w+)"', text)) | set(re.findall(r"\{\{ \$(\w+) \}\}", text))
    used |= {each["oid"].partition("::")[2] for each in discovery()["modules"]["processors"]["data"]}
    used = {each for each in used if each.startswith("sipctl")} | {VERSION}
    return [oid_of(each) for each in (*sorted(used), "sysDescr", "sysObjectID", "sysName", "sysContact", "sysLocation")]


async def walk() -> str:
    """Return the walk."""
    with tempfile.TemporaryDirectory() as state:
        manager = await simulated(Path(state))
        wanted = set(asked())
        lengths = {len(each) for each in wanted}
        lines = [
            _line(oid, value)
            for oid, value in await _instances(manager)
            if any(oid[:length] in wanted for length in lengths)
        ]
    return "\n".join(lines) + "\n"


# What LibreNMS makes of it: the tables that its test of an OS compares


def database(walked: str) -> dict[str, Any]:
    """Return the rows of LibreNMS's tables after discovery."""
    values = {oid: value for oid, _, value in (line.split("|", 2) for line in walked.splitlines())}
    modules = discovery()["modules"]
    device = {
        "sysName": "<private>",
        "sysObjectID": f".{values['1.3.6.1.2.1.1.2.0']}",
        "sysDescr": values["1.3.6.1.2.1.1.1.0"],
        "sysContact": "<private>",
        "version": values[f"{dotted(oid_of(VERSION))}.0"],
        "hardware": None,
        "features": None,
        "location": "<private>",
        "os": OS,
        "type": "server",
        "serial": None,
        "icon": "generic.svg",
    }
    sensors = [
        row
        for class_, part in modules["sensors"].items()
        if class_ != "pre-cache"
        for each in part["data"]
        for row in _sensors(class_, each, values)
    ]
    states = [
        {
            "state_name": each["state_name"],
            "state_descr": state["descr"],
            "state_draw_graph": state["graph"],
            "state_value": state["value"],
            "state_generic_value": state["generic"],
        }
        for each in {each["state_name"]: each for each in modules["sensors"]["state"]["data"]}.values()
        for state in each["states"]
    ]
    found = {
        "os": {"devices": [device]},
        "processors": {"processors": [_processor(each, values) for each in modules["processors"]["data"]]},
        "sensors": {"sensors": sensors, "state_indexes": states},
    }
    return {name: {"discovery": each, "poller": "matches discovery"} for name, each in found.items()}


def _rows(definition: dict[str, Any], values: dict[str, str]) -> list[tuple[str, float]]:
    """Return the indexes and values of the object of a definition."""
    start = definition["num_oid"].removeprefix(".").partition("{{")[0]
    return [(oid.removeprefix(start), float(value)) for oid, value in values.items() if oid.startswith(start)]


def _processor(definition: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    ((index, value),) = _rows(definition, values)
    return {
        "entPhysicalIndex": 0,
        "hrDeviceIndex": 0,
        "processor_oid": definition["num_oid"].replace("{{ $index }}", index),
        "processor_index": definition["index"].replace("{{ $index }}", index),
        "processor_type": OS,
        "processor_usage": round(value / definition["precision"]),
        "processor_descr": definition["descr"],
        "processor_precision": definition["precision"],
        "processor_perc_warn": 75,
    }


def _sensors(class_: str, definition: dict[str, Any], values: dict[str, str]) -> list[dict[str, Any]]:
    divisor = definition.get("divisor", 1)
    return [
        {
            "sensor_deleted": 0,
            "sensor_class": class_,
            "poller_type": "snmp",
            "sensor_oid": definition["num_oid"].replace("{{ $index }}", index),
            "sensor_index": definition["index"].replace("{{ $index }}", index),
            "sensor_type": definition.get("state_name", OS),
            "sensor_descr": _described(definition["descr"], index, values),
            "group": definition["group"],
            "sensor_divisor": divisor,
            "sensor_multiplier": 1,
            "sensor_current": value / divisor if value % divisor else round(value / divisor),
            "sensor_limit": None,
            "sensor_limit_warn": None,
            "sensor_limit_low": None,
            "sensor_limit_low_warn": None,
            "sensor_alert": 1,
            "sensor_custom": "No",
            "entPhysicalIndex": None,
            "entPhysicalIndex_measured": None,
            "sensor_prev": None,
            "user_func": None,
            "rrd_type": "GAUGE",
            "state_name": definition.get("state_name"),
        }
        for index, value in _rows(definition, values)
    ]


def _described(text: str, index: str, values: dict[str, str]) -> str:
    """Return a description with the names of the row."""

    def named(found: re.Match[str]) -> str:
        return values[f"{dotted(oid_of(found[1]))}.{index}"]

    return re.sub(r"\{\{ \$SIPCTL-MIB::(\w+) \}\}", named, text).replace("{{ $index }}", index)


def files() -> dict[str, str]:
    """Return both files by their paths in the project."""
    walked = asyncio.run(walk())
    return {WALK: walked, DATABASE: json.dumps(database(walked), indent=4) + "\n"}


if __name__ == "__main__":
    for name, text in files().items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
