"""What happens here is told to every host; net-snmp's snmptrapd understands all of it."""

from __future__ import annotations

import logging
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.management import FakeManager, done, played
from support.mibs import STANDARD, needs_standard
from support.notified import OWN, PHRASE, community, configured, user
from support.station import REMOTE, Station
from support.trap_receiver import needs_snmptrapd, trap_receiver
from support.waiting import free_ports, until

from oam.config.tree import Configuration
from oam.fault.catalogue import ALARMS, CAUSES, EVENT_TYPES
from oam.fault.event import SEVERITIES
from oam.notification.destinations import destinations
from oam.settings.snmp import SnmpHost
from oam.snmp.notify.notifier import SOURCES
from oam.snmp.objects import oid_of
from oam.snmp.oids import MODULE, NOTIFICATIONS, SERVER, dotted

AUTHENTICATION = {
    "md5": "MD5", "sha": "SHA", "sha-224": "SHA-224", "sha-256": "SHA-256", "sha-384": "SHA-384", "sha-512": "SHA-512",
}  # fmt: skip
MIB = Path(__file__).parents[4] / "mib"
PRIVACY = {"des": "DES", "aes-128": "AES", "aes-256": "AES-256"}


def names(manager: FakeManager) -> list[str]:
    return [each.told.name for each in manager.snmp.notifier.log.entries()]


@played
async def test_an_alarm_is_told_from_raise_to_clear(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = SnmpHost("127.0.0.1", station.port, "informs", community=community(manager))
    configured(tmp_path, (host,), manager=manager)
    async with station.served(), manager.snmp.served():
        manager.alarms.set(13, "disk", "full", "major")
        (alarm,) = manager.alarms.shown()
        manager.alarms.acknowledge(alarm, "admin")
        manager.alarms.forget("disk")
        await until(lambda: manager.snmp.notifier.hosts()[0].acknowledged == 3)
        assert names(manager) == ["coldStart", "sipctlAlarmRaised", "sipctlAlarmCleared"]
        said = [each.variables for each in station.told]
        assert [oid for oid, _ in said[1]] == [oid for oid, _ in said[2]]
        (row,) = manager.snmp.notifier.hosts()
        assert (row.sent, row.state) == (3, "up")
        (shown,) = [each for each in destinations(manager) if each.destination == "snmp-host"]
        assert (shown.taken, shown.state, shown.name) == (3, "up", f"127.0.0.1 port {station.port} informs 2c")


@played
async def test_what_is_not_chosen_is_not_told(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    configured(tmp_path, (SnmpHost("127.0.0.1", free_ports()[0]),), manager=manager, notifications=("alarm-types",))
    async with manager.snmp.served():
        manager.alarms.set(13, "disk", "full", "major")
        manager.snmp.notifier.authentication_failed("192.0.2.9")
        assert names(manager) == ["sipctlAlarmDatabase"]


@played
async def test_nothing_is_told_or_kept_without_an_engine(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    async with manager.snmp.served():
        manager.alarms.set(13, "disk", "full", "major")
        assert names(manager) == []
        assert await manager.snmp.notifier.test() == []


@played
async def test_failed_authentication_is_told_once_in_ten_seconds_for_each_address(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    configured(tmp_path, (SnmpHost("127.0.0.1", free_ports()[0]),), manager=manager, notifications=("authentication",))
    now = [0.0]
    notifier = manager.snmp.notifier
    notifier._clock = lambda: now[0]
    async with manager.snmp.served():
        (failed,) = manager.snmp.authentication_failures
        for _ in range(3):
            failed("192.0.2.9")
        failed("192.0.2.8")
        assert (len(names(manager)), notifier.unsaid) == (2, 2)
        now[0] = 10.0
        failed("192.0.2.9")
        assert len(names(manager)) == 3
        for number in range(100):
            failed(f"198.51.100.{number}")
        assert len(names(manager)) == 2 + SOURCES, "invented addresses are no flood of notifications"


@played
async def test_resent_alarms_end_the_need_of_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = SnmpHost("127.0.0.1", station.port, "informs", community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=("alarms",), inform_timeout_s=60)
    async with station.served(), manager.snmp.served():
        station.status = 5
        manager.alarms.set(13, "disk", "full", "major")
        await until(lambda: manager.snmp.notifier.hosts()[0].resync)
        station.status = 0
        manager.alarms.set(13, "other disk", "full", "major")
        await until(lambda: manager.snmp.notifier.hosts()[0].acknowledged == 1)
        assert manager.snmp.notifier.hosts()[0].resync == "needed", "a later alarm does not bring the lost one"
        assert await done(manager.session(), ["alarm resend"]) == ["2 alarms sent again"]
        await until(lambda: manager.snmp.notifier.hosts()[0].acknowledged == 3)
        assert manager.snmp.notifier.hosts()[0].resync == ""


@played
async def test_a_host_that_is_away_holds_up_nobody(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    dead = SnmpHost("127.0.0.1", free_ports()[0], "informs", community=community(manager))
    alive = replace(dead, port=station.port)
    configured(tmp_path, (dead, alive), manager=manager, inform_timeout_s=60, notifications=("alarms",))
    async with station.served(), manager.snmp.served():
        for number in range(5):
            manager.alarms.set(13, f"disk {number}", "full", "major")
        away, there = manager.snmp.notifier.targets.all.values()
        await until(lambda: there.acknowledged == 5 and away.error)
        assert len(station.told) == 5
        assert (away.waiting, away.error, there.waiting) == (5, "Connection refused", 0)


@played
async def test_hosts_come_and_go_with_the_configuration(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    one, two = (SnmpHost("127.0.0.1", port, community=community(manager)) for port in free_ports(2))
    configured(tmp_path, (one,), manager=manager, notifications=())
    async with manager.snmp.served():
        (kept,) = manager.snmp.notifier.targets.all.values()
        running = manager.configuration.running
        new: Configuration = replace(running, snmp=replace(running.snmp, hosts=(one, two)))
        assert await manager.configuration.apply(new, "test") == []
        assert [each.port for each in manager.snmp.notifier.hosts()] == [one.port, two.port]
        assert next(iter(manager.snmp.notifier.targets.all.values())) is kept


@pytest.mark.peer
@needs_snmptrapd
@played
async def test_snmptrapd_understands_every_version_and_algorithm(tmp_path: Path) -> None:
    """Traps and informs, raise and clear, at each level; severities are those of the alarms."""
    (port,) = free_ports()
    manager = FakeManager(tmp_path / "state")
    own, host = community(manager), SnmpHost("127.0.0.1", port)
    hosts = [replace(host, version="1", community=own)]
    hosts += [replace(host, kind=kind, community=own) for kind in ("traps", "informs")]
    users, lines = [], []
    for authentication, privacy in product(AUTHENTICATION, PRIVACY):
        name = f"{authentication}-{privacy}"
        users += [user(manager, name, engine, authentication, privacy) for engine in (OWN, REMOTE)]
        keys = f'{name} {AUTHENTICATION[authentication]} "{PHRASE}" {PRIVACY[privacy]} "{PHRASE}"'
        lines += [f"createUser -e 0x{OWN.hex()} {keys}", f"createUser {keys}"]
        hosts += [
            replace(host, kind=kind, version="3", level=level, name=name)
            for kind, level in product(("traps", "informs"), ("auth", "priv"))
        ]
    users += [user(manager, "nobody", OWN), user(manager, "nobody", REMOTE)]
    lines += [f"createUser -e 0x{OWN.hex()} nobody", "createUser nobody"]
    hosts += [replace(host, kind=kind, version="3", level="noauth", name="nobody") for kind in ("traps", "informs")]
    configured(tmp_path, hosts, users, remote=REMOTE, manager=manager)
    async with trap_receiver(tmp_path / "trapd", port, lines, REMOTE.hex()) as receiver, manager.snmp.served():
        manager.alarms.set(13, "disk", "full", "critical")
        manager.alarms.forget("disk")
        received = await receiver.has(3 * len(hosts))
        await until(lambda: all(each.sent == 3 for each in manager.snmp.notifier.hosts()))
        assert [each.error for each in manager.snmp.notifier.hosts() if each.error] == []
    severity = f".{dotted(oid_of('sipctlAlarmSeverity'))}."
    for number, word in (("1", "critical"), ("2", "cleared")):
        oid = f" = OID: .{dotted(NOTIFICATIONS)}.{number}"
        told = [each for each in received if any(part.endswith(oid) for part in each)]
        assert len(told) == len(hosts) - 1
        assert {part for each in told for part in each if part.startswith(severity)} == {
            f"{severity}1 = INTEGER: {SEVERITIES[word]}"
        }
    first = [each[:5] for each in received if each[0] == "v1"]
    assert first == [
        ["v1", "127.0.0.1", f".{dotted(SERVER)}", "0", "0"],
        ["v1", "127.0.0.1", f".{dotted(MODULE)}", "6", ".1"],
        ["v1", "127.0.0.1", f".{dotted(MODULE)}", "6", ".2"],
    ]


@pytest.mark.peer
@needs_snmptrapd
@needs_standard
@played
async def test_an_operator_of_net_snmp_reads_names(tmp_path: Path) -> None:
    (port,) = free_ports()
    manager = FakeManager(tmp_path / "state")
    host = SnmpHost("127.0.0.1", port, community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=("alarms", "alarm-types"))
    assert STANDARD is not None
    async with (
        trap_receiver(tmp_path / "trapd", port, mibs=(STANDARD, MIB)) as receiver,
        manager.snmp.served(),
    ):
        manager.alarms.set(13, "Zürich", "full", "major")
        manager.alarms.forget("Zürich")
        received = await receiver.has(4)
    kinds = [each[2].rpartition("::")[2] for each in received]
    assert kinds == ["sipctlAlarmRaised", "sipctlAlarmDatabase", "sipctlAlarmCleared", "sipctlAlarmDatabase"]
    for each, severity in zip(received, ("major(4)", "major(4)", "cleared(1)", "cleared(1)"), strict=True):
        said = {part.partition(" = ")[0].partition("::")[2]: part.partition(" = ")[2] for part in each[3:]}
        assert said["sipctlAlarmSeverity.1"] == f"INTEGER: {severity}"
        assert said["sipctlAlarmObject.1"] == "STRING: Zürich"
        assert said["sipctlAlarmName.1"] == "STRING: database"
        assert said["sipctlAlarmEventType.1"] == f"INTEGER: {EVENT_TYPES[ALARMS[13].event_type]}(4)"
        assert said["sipctlAlarmProbableCause.1"] == f"INTEGER: {CAUSES[ALARMS[13].cause]}({ALARMS[13].cause})"


@played
async def test_a_host_tells_its_engine_id(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    (nobody,) = free_ports()
    configured(tmp_path, (SnmpHost("127.0.0.1", nobody),), manager=manager, inform_timeout_s=0.2)
    async with station.served(), manager.snmp.served():
        assert await manager.snmp.notifier.discover("127.0.0.1", station.port) == REMOTE
        assert await manager.snmp.notifier.discover("127.0.0.1", nobody) == b""


@pytest.mark.peer
@needs_snmptrapd
@played
async def test_an_snmptrapd_that_is_started_anew_takes_informs_at_once(tmp_path: Path) -> None:
    (port,) = free_ports()
    manager = FakeManager(tmp_path / "state")
    noc = user(manager, "noc", REMOTE, "sha-256", "aes-128")
    host = SnmpHost("127.0.0.1", port, "informs", "3", "priv", "noc")
    configured(tmp_path, (host,), (noc,), remote=REMOTE, manager=manager, notifications=(), inform_retries=0)
    line = f'createUser noc SHA-256 "{PHRASE}" AES "{PHRASE}"'
    async with manager.snmp.served():
        for _ in range(2):
            async with trap_receiver(tmp_path / "trapd", port, (line,), REMOTE.hex()):
                (row,) = await manager.snmp.notifier.test()
                assert (row.result, row.text) == ("acknowledged", "")


@played
async def test_secrets_are_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    manager = FakeManager(tmp_path)
    host = SnmpHost("127.0.0.1", free_ports()[0], "informs", community=community(manager, "verysecret"))
    configured(tmp_path, (host,), manager=manager, inform_timeout_s=0.01, inform_retries=0)
    with caplog.at_level(logging.DEBUG):
        async with manager.snmp.served():
            await until(lambda: manager.snmp.notifier.hosts()[0].failed)
            said = caplog.text + str(manager.snmp.notifier.hosts()) + str(await manager.snmp.notifier.test())
    assert "verysecret" not in said
