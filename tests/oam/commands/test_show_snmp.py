"""`show snmp …`: the agent as it is; no community and no key is ever shown."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, gathered, played
from support.waiting import free_ports

from oam.settings.snmp import SnmpListener, SnmpSettings
from oam.snmp.engine import engine_id
from oam.snmp.objects import COLUMNS, TABLES

REMOTE = "800000090300aabbccddee00"


def lines(port: int) -> list[str]:
    """Return a configuration with something of everything."""
    return [
        "configure terminal",
        "ip access-list NMS",
        "permit any",
        "exit",
        f"snmp-server listen 127.0.0.1 port {port}",
        f"snmp-server engineID remote 127.0.0.1 {REMOTE}",
        "snmp-server view TRUNKS sipctlTrunkTable included",
        "snmp-server view TRUNKS 1.3.6.1.2.1 excluded",
        "snmp-server community xyzzy-plugh view TRUNKS ro access NMS",
        "snmp-server community plover-egg",
        "snmp-server group READERS v3 priv read TRUNKS access NMS",
        "snmp-server group OPEN v3 noauth",
        "snmp-server user bob READERS v3 auth sha-256 maplesyrup priv aes 128 maplesyrup",
        "snmp-server user bob OPEN remote 127.0.0.1 v3 auth md5 maplesyrup access NMS",
        "snmp-server host 127.0.0.1 informs version 3 auth bob udp-port 9",
        "snmp-server contact NOC",
        "snmp-server location Rack 5",
        "end",
    ]


@played
async def test_an_agent_that_cannot_be_is_not_shown_as_switched_off(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp" / "engine-id").write_text("rubbish")
    snmp = SnmpSettings(listeners=(SnmpListener("127.0.0.1"),))
    manager.configuration.running = msgspec.structs.replace(manager.configuration.running, snmp=snmp)
    _, result = await gathered(manager.session(), "show snmp")
    assert result.text.startswith("SNMP agent: down, for it has no engine ID\nEngine ID: ")
    assert "hexadecimal" in result.text


@played
async def test_off_by_default_and_shown_so(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    _, result = await gathered(session, "show snmp")
    first, second, *_ = result.text.splitlines()
    assert first == "SNMP agent: disabled, neither a listener nor a host is configured"
    assert second == "Engine ID: none yet, boots 0, time 0"
    assert not (tmp_path / "snmp").exists()
    for what in ("user", "group", "view", "community", "host"):
        assert (await gathered(session, f"show snmp {what}"))[0] == []


@played
async def test_what_is_configured_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (port,) = free_ports()
    session = manager.session(batch=False)
    shown = ""
    async with manager.snmp.served():
        await done(session, lines(port))
        own = engine_id.kept(tmp_path).hex()
        _, result = await gathered(session, "show snmp")
        assert result.text.splitlines()[:6] == [
            "SNMP agent: enabled",
            f"Engine ID: {own}, boots 1, time 0",
            "Contact: NOC",
            "Location: Rack 5",
            "Managers may set: nothing",
            f"  127.0.0.1 port {port}: up, 0 received",
        ]
        assert "    0 Unknown community name" in result.text.splitlines()
        facts = json.loads(json.dumps(result.json))
        assert (facts["engine_id"], facts["listeners"][0]["port"], facts["hosts"][0]["port"]) == (own, port, 9)
        assert facts["counters"]["in_pkts"] == 0
        shown += result.text + json.dumps(facts)
        for what, expected in (
            ("engineID", [("local", own, 1, 0), ("127.0.0.1", REMOTE, None, None)]),
            (
                "user",
                [
                    ("bob", "READERS", "local", "priv", "sha-256", "aes-128", "-", "usable"),
                    ("bob", "OPEN", "127.0.0.1", "auth", "md5", "-", "NMS", "usable"),
                ],
            ),
            (
                "group",
                [
                    ("READERS", "priv", "TRUNKS", "-", "*", "NMS", 1),
                    ("OPEN", "noauth", "*", "-", "*", "-", 1),
                ],
            ),
            (
                "view",
                [
                    ("TRUNKS", "sipctlTrunkTable", "1.3.6.1.4.1.32473.2.1.1.4.2", "included"),
                    ("TRUNKS", "1.3.6.1.2.1", "1.3.6.1.2.1", "excluded"),
                ],
            ),
            ("community", [(1, "ro", "TRUNKS", "NMS"), (2, "ro", "*", "this host")]),
        ):
            rows, _ = await gathered(session, f"show snmp {what}")
            assert [tuple(getattr(row, name) for name in row.__struct_fields__) for row in rows] == expected
            shown += str(rows)
        rows, _ = await gathered(session, "show ip access-lists NMS")
        assert [row.used_by for row in rows] == [("snmp-server",)]
        rows, _ = await gathered(session, "show snmp host")
        assert [(row.address, row.port, row.kind, row.name) for row in rows] == [("127.0.0.1", 9, "informs", "bob")]
        shown += str(rows)
    sealed = [each.community for each in manager.configuration.running.snmp.communities]
    secrets = ["xyzzy", "plover", "maplesyrup", *sealed]
    assert len(sealed) == 2
    assert not [each for each in secrets if each in shown]


@played
async def test_a_user_of_another_engine_is_shown_so(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, lines(free_ports()[0]))
    (tmp_path / "snmp" / engine_id.FILE).write_text(REMOTE)
    rows, _ = await gathered(session, "show snmp user")
    assert [row.state for row in rows] == [f"its keys are for another engine ID than {REMOTE}", "usable"]


@played
async def test_what_the_agent_counts(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.snmp.counters.in_get_bulks = 7
    rows, _ = await gathered(manager.session(), "show snmp statistics")
    found = {row.counter: row.value for row in rows}
    assert found["in-get-bulks"] == 7
    assert found["wrong-digests"] == 0


@played
async def test_a_user_by_name(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, lines(free_ports()[0]))
    assert len((await gathered(session, "show snmp user bob"))[0]) == 2
    _, result = await gathered(session, "show snmp user alice")
    assert result.errors == ["% There is no SNMP user alice"]


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("sysContact", ["sysContact"]),
        ("SYSCON", ["sysContact"]),
        ("1.3.6.1.2.1.1.4", ["sysContact"]),
        (".1.3.6.1.2.1.1.4", ["sysContact"]),
    ],
)
def test_objects_by_name_and_by_oid(tmp_path: Path, which: str, names: list[str]) -> None:
    @played
    async def shown() -> None:
        rows, _ = await gathered(FakeManager(tmp_path).session(), f"show snmp mib {which}")
        assert [row.object for row in rows] == names
        assert (rows[0].oid, rows[0].access, rows[0].module) == ("1.3.6.1.2.1.1.4", "read-write", "SNMPv2-MIB")
        assert rows[0].syntax == "DisplayString (SIZE (0..255))"

    shown()


@played
async def test_every_object_is_shown_in_the_order_of_a_walk(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    rows, _ = await gathered(session, "show snmp mib")
    assert len(rows) == sum(len(table.columns) for table in TABLES)
    assert {row.object for row in rows} == set(COLUMNS)
    oids = [tuple(map(int, row.oid.split("."))) for row in rows]
    assert oids == sorted(oids)
    rows, _ = await gathered(session, "show snmp mib sipctlTrunkTable")
    assert [row.object for row in rows[:2]] == ["sipctlTrunkIndex", "sipctlTrunkName"]
    _, result = await gathered(session, "show snmp mib nothing")
    assert result.errors == ["% There is no object nothing"]


@played
async def test_an_engine_id_that_cannot_be_read_is_shown_so(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp" / engine_id.FILE).write_text("rubbish")
    rows, _ = await gathered(manager.session(), "show snmp engineID")
    assert "hexadecimal" in rows[0].engine_id
