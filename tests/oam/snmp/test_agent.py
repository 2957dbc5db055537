"""The agent as net-snmp's programs see it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, played
from support.snmp import PHRASE, SECRET, WRITE, Taken, agent, by_community, by_user, needs_net_snmp, peer

from oam.settings.snmp import AUTHENTICATION, PRIVACY, SnmpListener, SnmpSettings
from oam.snmp import syntax
from oam.snmp.agent import UNPROVED_BURST
from oam.snmp.engine import message
from oam.snmp.engine.statistics import AgentStatistics
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.object import READ as READABLE
from oam.snmp.oids import dotted
from oam.snmp.syntax import Start

TREE = (1, 3, 6, 1, 4, 1, 32473, 9)


class Row(msgspec.Struct, frozen=True):
    index: int
    name: str
    count: int | None = 0


ROWS = [Row(7, "seven", 2**63), Row(3, "three", 1), Row(300, "no count", None)]


async def _rows(manager: object) -> Sequence[Row]:
    return ROWS


TABLE = Table(
    (*TREE, 1),
    "exampleTable",
    "A table.",
    (
        Column(1, "exampleIndex", syntax.INDEX, "index", "Its number.", access=HIDDEN),
        Column(2, "exampleName", syntax.TEXT, "name", "Its name.", access=READABLE),
        Column(3, "exampleCount", syntax.COUNTER, "count", "What it counts."),
    ),
    _rows,
    ("exampleIndex",),
)
NAME = dotted((*TREE, 1, 1, 2))
COUNT = dotted((*TREE, 1, 1, 3))
WALKED = [
    f'.{NAME}.3 = STRING: "three"',
    f'.{NAME}.7 = STRING: "seven"',
    f'.{NAME}.300 = STRING: "no count"',
    f".{COUNT}.3 = Counter64: 1",
    f".{COUNT}.7 = Counter64: 9223372036854775808",
]
ALGORITHMS = [("", ""), *((auth, "") for auth in AUTHENTICATION)] + [
    (auth, priv) for auth in AUTHENTICATION for priv in PRIVACY
]
PEOPLE = [
    (f"{auth or 'nobody'}{priv}", "sealed" if priv else "proved" if auth else "open", auth, priv)
    for auth, priv in ALGORITHMS
]


@needs_net_snmp
@pytest.mark.peer
@played
async def test_every_version_walks_the_whole_tree(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], PEOPLE[:1]) as asked:
        for who in (by_community("2c"), by_user("nobody")):
            for program in ("snmpwalk", "snmpbulkwalk"):
                assert (await asked.asked(program, who, "1.3.6.1.4.1")).splitlines()[:-1] == WALKED
        # SNMPv1 has no Counter64, so that they are passed over.
        printed = (await asked.asked("snmpwalk", by_community("1"), dotted(TREE))).splitlines()
        assert [line for line in printed if "=" in line] == WALKED[:3]


@needs_net_snmp
@pytest.mark.peer
@played
async def test_every_algorithm_that_net_snmp_has_is_understood(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], PEOPLE) as asked:
        waiting = asyncio.Semaphore(4)

        async def get(name: str, auth: str, priv: str) -> str:
            async with waiting:
                return await asked.asked("snmpget", by_user(name, auth, priv), f"{NAME}.3")

        found = await asyncio.gather(*(get(name, auth, priv) for name, _, auth, priv in PEOPLE))
        assert dict(zip([name for name, *_ in PEOPLE], found, strict=True)) == dict.fromkeys(
            [name for name, *_ in PEOPLE], WALKED[0]
        )


def oids_of(printed: str) -> list[tuple[int, ...]]:
    """Return the names that a walk has printed."""
    return [
        tuple(map(int, line.split(" ")[0].strip(".").split(".")))
        for line in printed.splitlines()
        if line.startswith(".") and "No more variables" not in line
    ]


@needs_net_snmp
@pytest.mark.peer
@played
async def test_all_that_is_served_is_walked_in_order(tmp_path: Path) -> None:
    async with agent(tmp_path, [], PEOPLE[:1]) as asked:
        names = oids_of(await asked.asked("snmpbulkwalk", ["-Cr40", *by_community("2c")], ".1.3"))
        assert names == sorted(set(names))
        assert len(names) > 200
        one_by_one = oids_of(await asked.asked("snmpwalk", by_user("nobody"), ".1.3"))
        assert set(one_by_one) == set(names)
        assert asked.snmp.counters.faults == asked.snmp.counters.in_asn_parse_errs == 0


@needs_net_snmp
@pytest.mark.peer
@played
async def test_ten_managers_at_once_all_get_everything(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], PEOPLE) as asked:
        everybody = [by_community("2c"), *(by_user(name, auth, priv) for name, _, auth, priv in PEOPLE[-9:])]
        walks = [asked.asked("snmpbulkwalk", ["-Cr2000000000", *who], dotted(TREE)) for who in everybody]
        found = [
            [line for line in printed.splitlines() if "No more variables" not in line]
            for printed in await asyncio.gather(*walks)
        ]
        assert found == [WALKED] * 10


@needs_net_snmp
@pytest.mark.peer
@played
async def test_who_is_not_let_in_reads_why(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], PEOPLE) as asked:
        name, _, auth, priv = PEOPLE[-1]

        async def refused(*who: str) -> str:
            return await asked.asked("snmpget", who, f"{NAME}.3")

        good = by_user(name, auth, priv)
        found = await asyncio.gather(
            refused(*good[:-1], "authNoPriv"),
            refused(*good, "-A", "another phrase"),
            refused(*good, "-u", "stranger"),
            refused(*good, "-n", "other"),
            refused("-t0.3", *by_community("2c", "public")),
        )
        assert [each.splitlines()[-1].strip() for each in found[:-1]] == [
            "snmpget: Unsupported security level",
            "snmpget: Authentication failure (incorrect password, community or key)",
            "snmpget: Unknown user name",
            "snmpget: Bad context specified",
        ]
        assert "Timeout" in found[-1]


@needs_net_snmp
@pytest.mark.peer
@played
async def test_a_community_that_reads_sets_nothing(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE]) as asked:
        for version, reason in (("1", "noSuchName"), ("2c", "noAccess")):
            printed = await asked.asked("snmpset", by_community(version), f"{NAME}.3", "s", "other")
            assert f"Reason: {reason}" in printed.replace("(", "").replace(")", "")
        printed = await asked.asked("snmpset", by_community("2c", WRITE), f"{NAME}.3", "s", "other")
        assert "notWritable" in printed
        assert asked.snmp.counters.in_bad_community_uses == 2


@needs_net_snmp
@pytest.mark.peer
@played
async def test_the_agent_follows_the_configuration(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], PEOPLE[:2]) as asked:
        store = asked.manager.configuration

        async def change(**fields: object) -> list[str]:
            new = msgspec.structs.replace(store.running.snmp, **fields)
            return list(await store.apply(msgspec.structs.replace(store.running, snmp=new)) or [])

        async def gets(*who: str) -> bool:
            return await asked.asked("snmpget", who, f"{NAME}.3") == WALKED[0]

        name, _, auth, priv = PEOPLE[1]
        user, reader = by_user(name, auth, priv), by_community("2c")
        assert await gets(*user)
        assert await gets(*reader)
        before = asked.snmp.statistics()
        assert (before.snmp_engine_boots, before.snmp_in_pkts > 0) == (1, True)

        # A community goes, the rest stays.
        assert await change(communities=store.running.snmp.communities[:0]) == []
        assert not await gets("-t0.3", *reader)
        assert await gets(*user)

        # Another engine ID, without the user whose keys are of the old one: counters and clock go on.
        users, open_user = store.running.snmp.users, by_user("nobody")
        assert await change(engine_id="80007ed905c0ffee", users=users[:1]) == []
        assert asked.snmp.statistics().snmp_engine_id == bytes.fromhex("80007ed905c0ffee")
        assert not await gets("-t0.3", *user)
        assert await gets(*open_user)
        assert await change(engine_id="", users=users) == []
        assert await gets(*user)
        after = asked.snmp.statistics()
        assert after.snmp_engine_id == before.snmp_engine_id
        assert after.snmp_engine_boots == 1
        assert after.snmp_in_pkts > before.snmp_in_pkts

        # A listener that cannot be is refused; none is wanted any more.
        listeners = store.running.snmp.listeners
        assert "Cannot assign requested address" in str(await change(listeners=(SnmpListener("192.0.2.1", 161),)))
        assert store.running.snmp.listeners == listeners
        assert await change(listeners=()) == []
        assert asked.snmp.endpoints == []
        assert not await gets("-t0.3", *user)
        assert await change(listeners=listeners) == []
        assert await gets(*user)


@played
async def test_boots_are_raised_by_each_start_and_uptime_begins_anew(tmp_path: Path) -> None:
    for number in (1, 2):
        async with agent(tmp_path, [TABLE]) as asked:
            told = asked.snmp.statistics()
            assert told.snmp_engine_boots == number
            assert told.snmp_engine_time in (0, 1)
            assert time.time() - Start.at < 5


@played
async def test_without_a_listener_there_is_no_agent(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], change=lambda settings: SnmpSettings()) as asked:
        assert asked.snmp.engine is None
        assert asked.snmp.statistics() == AgentStatistics()
        assert not (tmp_path / "snmp" / "boots").exists()


def _reading_alone(settings: SnmpSettings) -> SnmpSettings:
    return msgspec.structs.replace(settings, communities=settings.communities[:1])


@played
async def test_an_engine_id_that_cannot_be_read_leaves_the_server_without_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with agent(tmp_path, [TABLE], change=_reading_alone) as asked:
        settings = asked.manager.configuration.running.snmp
        own = asked.snmp.statistics().snmp_engine_id
    (tmp_path / "snmp" / "engine-id").write_text("nonsense")
    manager = FakeManager(tmp_path)
    store = manager.configuration
    store.running = msgspec.structs.replace(store.running, snmp=settings)

    async def change(**fields: object) -> str:
        return "".join(await store.apply(msgspec.structs.replace(store.running, **fields)))

    async with manager.snmp.served():
        assert manager.snmp.endpoints == []
        assert "an engine ID" in caplog.text
        # Nothing else is held up by that, not even of SNMP; what would need the agent first is refused.
        assert await change(hostname="other") == ""
        assert await change(snmp=msgspec.structs.replace(settings, contact="NOC")) == ""
        assert await change(snmp=SnmpSettings()) == ""
        assert "an engine ID" in await change(snmp=settings)
        store.running = msgspec.structs.replace(store.running, snmp=settings)
        # Who knows the engine ID has the agent back.
        assert await change(snmp=msgspec.structs.replace(settings, engine_id=own.hex())) == ""
        assert [each.problem for each in manager.snmp.endpoints] == [""]
        assert manager.snmp.statistics().snmp_engine_id == own


@played
async def test_an_engine_id_whose_file_is_damaged_meanwhile_stays(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE], change=_reading_alone) as asked:
        own = asked.snmp.statistics().snmp_engine_id
        (tmp_path / "snmp" / "engine-id").write_text("nonsense")
        store = asked.manager.configuration
        snmp = msgspec.structs.replace(store.running.snmp, packet_size=1000)
        assert await store.apply(msgspec.structs.replace(store.running, snmp=snmp)) == []
        assert [each.problem for each in asked.snmp.endpoints] == [""]
        assert asked.snmp.statistics().snmp_engine_id == own


@played
async def test_of_a_flood_that_is_not_authentic_not_each_is_told(tmp_path: Path) -> None:
    async with agent(tmp_path, [TABLE]) as asked:
        told: list[str] = []
        asked.snmp.authentication_failures.append(told.append)
        assert asked.snmp.engine is not None
        octets = message.with_community(1, b"public", b"")
        for _ in range(1000):
            asked.snmp.engine.receive(octets, peer(Taken(), "127.0.0.3"))
        assert UNPROVED_BURST <= len(told) <= UNPROVED_BURST + 10
        assert set(told) == {"127.0.0.3"}
        assert asked.snmp.counters.in_bad_community_names == 1000


@pytest.mark.peer
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pysnmp")  # pysnmp's own imports
@played
async def test_pysnmp_as_a_manager_walks_in_bulk(tmp_path: Path) -> None:
    from pysnmp.hlapi.v3arch import asyncio as manager

    async with agent(tmp_path, [TABLE], [("noc", "sealed", "sha-512", "aes-256")]) as asked:
        protocols = manager.USM_AUTH_HMAC384_SHA512, manager.USM_PRIV_CFB256_AES_BLUMENTHAL
        user = manager.UsmUserData("noc", PHRASE, SECRET, *protocols)
        engine = manager.SnmpEngine()
        target = await manager.UdpTransportTarget.create(("127.0.0.1", asked.port), timeout=5, retries=0)
        start = manager.ObjectType(manager.ObjectIdentity(dotted(TREE)))
        found = []
        async for error, status, _, variables in manager.bulk_walk_cmd(
            engine, user, target, manager.ContextData(), 0, 25, start, lexicographicMode=False, lookupMib=False
        ):
            assert (error, int(status)) == (None, 0)
            found += [(str(name), value.prettyPrint()) for name, value in variables]
        engine.close_dispatcher()
    assert found == [
        *((f"{NAME}.{index}", name) for index, name in ((3, "three"), (7, "seven"), (300, "no count"))),
        (f"{COUNT}.3", "1"),
        (f"{COUNT}.7", "9223372036854775808"),
    ]
