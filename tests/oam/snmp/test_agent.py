"""The agent as net-snmp's programs see it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from support.management import played
from support.snmp import agent, by_community, by_user, needs_net_snmp

from oam.settings.snmp import AUTHENTICATION, PRIVACY
from oam.snmp import syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.object import READ as READABLE
from oam.snmp.oids import dotted

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
