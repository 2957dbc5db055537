"""SET: checked whole, carried out as lines of the shell, with the rights and the audit of an operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.management import FakeManager, done, played
from support.snmp import WRITE, agent, by_community, by_user, needs_net_snmp

from core.northbound.routing_settings import Trunk
from oam.config.tree import Configuration
from oam.settings.aaa import Aaa, Methods
from oam.settings.archive import EditingSettings
from oam.settings.operators import Operator, Role, Rule
from oam.settings.snmp import SnmpGroup, SnmpSettings, SnmpView
from oam.snmp import ber, syntax
from oam.snmp.engine.access import EVERYTHING, Rights
from oam.snmp.engine.status import (
    COMMIT_FAILED,
    GEN_ERR,
    INCONSISTENT_VALUE,
    NO_ACCESS,
    NO_CREATION,
    NOT_WRITABLE,
    RESOURCE_UNAVAILABLE,
    UNDO_FAILED,
    WRONG_VALUE,
)
from oam.snmp.mib import Mib
from oam.snmp.object import WRITE as SETTABLE
from oam.snmp.object import Column, Table
from oam.snmp.oids import Oid, dotted
from oam.snmp.writing import Writer

TREE = (1, 3, 6, 1, 4, 1, 32473, 9)
HASH = "$9$pKdQcex10xa7OJ$4Kxc8z/p3qqoS6mnITXkiE/KFCBitwQLQ7RGT3YWAGw"
LOCALLY = Aaa()
ROBOT = Operator("robot", privilege=15, secret=HASH)


class Row(msgspec.Struct, frozen=True):
    index: int
    text: str = ""
    state: str = "up"


def _configured(line: str) -> Callable[[Row, str], Sequence[str]]:
    def lines(_row: Row, value: str) -> Sequence[str]:
        if value == "never":
            raise ValueError
        return ("configure terminal", f"{line} {value}", "end")

    return lines


def _trunk(row: Row, value: str) -> Sequence[str]:
    return ("configure terminal", f"trunk T{row.index}", "shutdown" if value == "shutdown" else "no shutdown", "end")


def _order(line: str) -> Callable[[Row, Any], Sequence[str]]:
    return lambda row, value: (line.format(value),) if value else ()


async def _rows(_manager: object) -> Sequence[Row]:
    return [Row(1), Row(2)]


STATE = syntax.enumeration({"up": 1, "shutdown": 2})
COLUMNS = (
    Column(1, "exampleIndex", syntax.INDEX, "index", "Its number."),
    Column(2, "exampleHost", syntax.text(40), "text", "hostname", access=SETTABLE, write=_configured("hostname")),
    Column(
        3, "exampleContact", syntax.text(40), "text", "c", access=SETTABLE, write=_configured("snmp-server contact")
    ),
    Column(4, "exampleState", STATE, "state", "A trunk.", access=SETTABLE, write=_trunk),
    Column(5, "exampleSave", syntax.TRUTH, "state", "Saves.", access=SETTABLE, write=_order("write memory")),
    Column(6, "exampleAlarm", syntax.text(9), "state", "x", access=SETTABLE, write=_order("alarm acknowledge {}")),
    Column(
        7, "exampleRole", syntax.text(9), "text", "x", access=SETTABLE, write=_configured("snmp-server trap-source")
    ),
)
TABLE = Table((*TREE, 1), "exampleTable", "A table.", COLUMNS, _rows, ("exampleIndex",))


def at(column: int, row: int = 1) -> Oid:
    return (*TREE, 1, 1, column, row)


def text(value: str) -> bytes:
    return ber.wrapped(ber.OCTET_STRING, value.encode())


class Asker:
    """Who sets something."""

    version = 3
    address = "192.0.2.50"
    rights = Rights("nms", 3, None, EVERYTHING, EVERYTHING)


def managed(path: Path, operator: Operator = ROBOT, roles: tuple[Role, ...] = (), aaa: Aaa = LOCALLY) -> FakeManager:
    """Return a manager with two trunks, an operator for managers, and the table."""
    settings = Configuration(
        users=(operator,),
        roles=roles,
        aaa=aaa,
        snmp=SnmpSettings(operator=operator.name),
        trunks=(Trunk("T1"), Trunk("T2")),
    )
    manager = FakeManager(path, settings)
    manager.snmp.mib = Mib(manager, [TABLE])
    return manager


async def put(manager: FakeManager, *asked: tuple[Oid, bytes], who: Asker | None = None) -> tuple[int, int]:
    return await Writer(manager).set(asked, who or Asker())


def audited(manager: FakeManager) -> list[tuple[str, str, str, str, str, int]]:
    return [
        (each.kind, each.user, each.origin, each.address, each.command, each.code) for each in manager.audit.queued()
    ]


@played
async def test_what_is_set_goes_the_way_of_the_shell_and_is_audited(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    assert await put(manager, (at(2), text("sip7")), (at(4, 2), ber.integer(2))) == (0, 0)
    running = manager.configuration.running
    assert (running.hostname, [each.shutdown for each in running.trunks]) == ("sip7", [False, True])
    assert manager.configuration.changed_by == "robot"
    who = ("robot", "snmp", "192.0.2.50")
    assert audited(manager) == [
        ("login", *who, "by local", 0),
        ("command", *who, "configure terminal", 0),
        ("command", *who, "hostname sip7", 0),
        ("command", *who, "end", 0),
        ("command", *who, "configure terminal", 0),
        ("command", *who, "trunk T2", 0),
        ("command", *who, "shutdown", 0),
        ("command", *who, "end", 0),
        ("change", *who, "", 0),
        ("logout", *who, "", 0),
        ("set", *who, "exampleHost.1 = sip7, exampleState.2 = shutdown by user nms", 0),
    ]
    assert manager.lines.all() == []
    assert len(manager.configuration.archive.versions()) == 1


@played
async def test_a_community_is_not_named(tmp_path: Path) -> None:
    class Community(Asker):
        version = 1
        rights = Rights("community 2", 1, None, EVERYTHING, EVERYTHING)

    manager = managed(tmp_path)
    assert await put(manager, (at(2), text("sip7")), who=Community()) == (0, 0)
    assert audited(manager)[-1][4] == "exampleHost.1 = sip7 by community 2"


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ([(at(2), text("sip7")), (at(1), ber.integer(5, ber.GAUGE32))], (NOT_WRITABLE, 2)),
        ([(at(2), text("sip7")), ((*TREE, 7, 0), ber.integer(5))], (NOT_WRITABLE, 2)),
        ([(at(2), text("sip7")), (at(3), ber.integer(5))], (7, 2)),
        ([(at(2), text("sip7")), (at(3), text("x" * 41))], (8, 2)),
        ([(at(2), text("sip7")), (at(4), ber.integer(3))], (WRONG_VALUE, 2)),
        ([(at(2), text("sip7")), (at(3), text("never"))], (WRONG_VALUE, 2)),
        ([(at(3), text("noc")), (at(2), text("a b"))], (WRONG_VALUE, 2)),
        ([(at(2), text("sip7")), (at(3, 3), text("noc"))], (NO_CREATION, 2)),
        ([(at(2), text("sip7")), ((*at(3), 1), text("noc"))], (NO_CREATION, 2)),
        ([(at(2), text("sip7")), (at(2), text("sip8"))], (INCONSISTENT_VALUE, 2)),
        ([(at(2), text("sip7")), (at(6), text("0 0"))], (WRONG_VALUE, 2)),
    ],
)
def test_one_bad_variable_and_nothing_is_set(
    tmp_path: Path, asked: list[tuple[Oid, bytes]], refused: tuple[int, int]
) -> None:
    @played
    async def tried() -> None:
        manager = managed(tmp_path)
        before = manager.configuration.running
        assert await put(manager, *asked) == refused
        assert manager.configuration.running is before
        assert [each[:1] + each[5:] for each in audited(manager)] == [("set", refused[0])]

    tried()


@played
async def test_the_same_twice_is_set_once(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    assert await put(manager, (at(2), text("sip7")), (at(2, 2), text("sip7")), (at(2), text("sip7"))) == (0, 0)
    assert [each[4] for each in audited(manager)].count("hostname sip7") == 2


@played
async def test_orders_follow_the_configuration(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    assert await put(manager, (at(5), ber.integer(1)), (at(2), text("sip7"))) == (0, 0)
    assert "hostname sip7" in manager.configuration.startup()
    assert await put(manager, (at(5), ber.integer(2))) == (0, 0)
    assert audited(manager)[-1][4] == "exampleSave.1 = False by user nms"


@played
async def test_a_refused_configuration_changes_nothing_and_names_its_variable(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    manager.fake_supervisor.problems = ["sip: port 5060: Address already in use"]
    assert await put(manager, (at(3), text("noc")), (at(2), text("sip7"))) == (COMMIT_FAILED, 2)
    assert manager.configuration.running.snmp.contact == ""


@played
async def test_an_order_that_fails(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    assert await put(manager, (at(6), text("7"))) == (COMMIT_FAILED, 1)
    assert await put(manager, (at(6), text("7")), (at(2), text("sip7"))) == (UNDO_FAILED, 0)
    assert await put(manager, (at(5), ber.integer(1)), (at(6), text("7"))) == (UNDO_FAILED, 0)


@played
async def test_who_has_the_configuration_locked_is_waited_for_by_the_manager(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    manager.configuration.running = msgspec.structs.replace(
        manager.configuration.running, editing=EditingSettings(lock_wait_s=600)
    )
    other = manager.session(batch=False)
    await done(other, ["configure exclusive"])
    assert await put(manager, (at(3), text("noc")), (at(2), text("sip7"))) == (RESOURCE_UNAVAILABLE, 2)
    assert manager.configuration.running.hostname == "sipctl"
    await done(other, ["end"])
    assert await put(manager, (at(2), text("sip7"))) == (0, 0)


CLERK = Role("clerk", rules=(Rule("permit", "any", "all"), Rule("deny", "config", "hostname")))


@pytest.mark.parametrize(
    "operator",
    [
        msgspec.structs.replace(ROBOT, role="clerk"),
        msgspec.structs.replace(ROBOT, privilege=1),
        msgspec.structs.replace(ROBOT, disabled=True),
        msgspec.structs.replace(ROBOT, expires="2020-01-01"),
    ],
    ids=["role", "privilege", "disabled", "expired"],
)
def test_a_manager_may_no_more_than_the_operator(tmp_path: Path, operator: Operator) -> None:
    @played
    async def tried() -> None:
        manager = managed(tmp_path, operator, roles=(CLERK,))
        assert await put(manager, (at(2), text("sip7"))) == (NO_ACCESS, 1)
        assert manager.configuration.running.hostname == "sipctl"
        assert audited(manager)[-1][5] == NO_ACCESS

    tried()


@played
async def test_a_role_that_permits_one_of_two_lets_nothing_be_set(tmp_path: Path) -> None:
    manager = managed(tmp_path, msgspec.structs.replace(ROBOT, role="clerk"), roles=(CLERK,))
    assert await put(manager, (at(3), text("noc")), (at(2), text("sip7"))) == (NO_ACCESS, 2)
    assert await put(manager, (at(3), text("noc"))) == (0, 0)


@played
async def test_servers_that_authorize_commands_are_asked(tmp_path: Path) -> None:
    """None of them can be reached, and no method follows: nobody may do anything."""
    manager = managed(tmp_path, aaa=Aaa(authorization=Methods("tacacs+")))
    assert await put(manager, (at(2), text("sip7"))) == (NO_ACCESS, 1)


@played
async def test_without_an_operator_nothing_can_be_set(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    manager.configuration.running = Configuration()
    assert await put(manager, (at(2), text("sip7"))) == (NOT_WRITABLE, 1)


@played
async def test_too_many_sessions(tmp_path: Path) -> None:
    manager = managed(tmp_path, msgspec.structs.replace(ROBOT, session_limit=1))
    busy = manager.session()
    busy.user = "robot"
    line = manager.lines.open("vty", busy)
    assert await put(manager, (at(2), text("sip7"))) == (RESOURCE_UNAVAILABLE, 1)
    manager.lines.close(line)
    assert await put(manager, (at(2), text("sip7"))) == (0, 0)


@played
async def test_a_fault_is_on_record(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    manager.snmp.mib.place = None  # type: ignore[assignment, method-assign]
    with pytest.raises(TypeError):
        await put(manager, (at(2), text("sip7")))
    assert audited(manager)[-1][5] == GEN_ERR


@played
async def test_rows_are_read_anew_after_a_set(tmp_path: Path) -> None:
    manager = managed(tmp_path)
    read: list[int] = []

    async def source(_manager: object) -> Sequence[Row]:
        read.append(1)
        return [Row(1)]

    manager.snmp.mib = Mib(manager, [TABLE._replace(source=source, lifetime_s=1000)])
    for _ in range(2):
        assert await put(manager, (at(2), text("sip7"))) == (0, 0)
    assert len(read) == 2


@needs_net_snmp
@pytest.mark.peer
@played
async def test_snmpset(tmp_path: Path) -> None:
    """By net-snmp: what it sets is set, what it is told of an error is what RFC 3416 says."""

    def writable(settings: SnmpSettings) -> SnmpSettings:
        groups = (*settings.groups, SnmpGroup("writers", "priv", write="ALL"))
        return msgspec.structs.replace(
            settings, operator="robot", groups=groups, views=(SnmpView("ALL", "1", "included"),)
        )

    people = [("nms", "writers", "sha-256", "aes-128"), ("reader", "sealed", "sha", "aes-128")]
    async with agent(tmp_path, [TABLE], people, writable) as asked:
        manager = asked.manager
        manager.configuration.running = msgspec.structs.replace(
            manager.configuration.running, users=(ROBOT,), trunks=(Trunk("T1"), Trunk("T2"))
        )
        v2c, v3 = by_community("2c", WRITE), by_user("nms", "sha-256", "aes-128")
        for who, name in ((v2c, "sip7"), (v3, "sip8"), (by_community("1", WRITE), "sip9")):
            printed = await asked.asked("snmpset", who, dotted(at(2)), "s", name, dotted(at(4)), "i", "2")
            assert printed.splitlines()[0] == f'.{dotted(at(2))} = STRING: "{name}"'
            assert manager.configuration.running.hostname == name
        assert [each.shutdown for each in manager.configuration.running.trunks] == [True, False]
        for who, arguments, reason in (
            (v2c, (dotted(at(2)), "i", "5"), "wrongType"),
            (v3, (dotted(at(3)), "s", "x", dotted(at(4)), "i", "7"), "wrongValue"),
            (v2c, (dotted(at(2, 9)), "s", "x"), "noCreation"),
            (v2c, (dotted(at(1)), "u", "5"), "notWritable"),
            (v2c, (dotted(at(6)), "s", "7"), "commitFailed"),
            (by_community("2c"), (dotted(at(2)), "s", "x"), "noAccess"),
            (by_user("reader", "sha", "aes-128"), (dotted(at(2)), "s", "x"), "authorizationError"),
        ):
            assert reason in await asked.asked("snmpset", who, *arguments), arguments
        sets = [each for each in manager.audit.queued() if each.kind == "set"]
        assert [each.command for each in sets[:3]] == [
            "exampleHost.1 = sip7, exampleState.1 = shutdown by community 2",
            "exampleHost.1 = sip8, exampleState.1 = shutdown by user nms",
            "exampleHost.1 = sip9, exampleState.1 = shutdown by community 2",
        ]
        assert {each.address for each in sets} == {"127.0.0.1"}
        assert WRITE not in "\n".join(map(str, manager.audit.queued()))
