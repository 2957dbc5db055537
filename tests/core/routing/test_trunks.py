"""The table of trunks: sources, changes of settings, rows."""

from __future__ import annotations

import random

import pytest

from core.northbound.routing_settings import Member, RouteGroup, Trunk
from core.northbound.settings import Settings
from core.policy.reach import Reach
from core.policy.route_control import RouteControls
from core.routing.analysis import Analysis
from core.routing.selection import orders
from core.routing.trunks import Trunks


def make(*trunks: Trunk, **more: object) -> Trunks:
    slots = memoryview(bytearray(8 * 256)).cast("q")
    made = Trunks(
        slots, [], random.Random(1), lambda sealed: f"<{sealed}>", Analysis(Settings(), None), RouteControls(Reach())
    )
    made.configure(Settings(trunks=trunks, **more))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.0.2.5", "host"), ("192.0.2.6", "small"), ("192.0.2.200", "wide"), ("192.0.3.1", ""),
        ("2001:db8::5", "six"), ("2001:db9::5", ""), ("not-an-address", ""),
    ],
)  # fmt: skip
def test_the_longest_network_counts(host: str, name: str) -> None:
    trunks = make(
        Trunk("wide", sources=("192.0.2.0/24",)), Trunk("host", sources=("192.0.2.5/32",)),
        Trunk("small", sources=("192.0.2.0/28",)), Trunk("six", sources=("2001:db8::/32",)),
    )  # fmt: skip
    for _ in range(2):
        found = trunks.by_source(host)
        assert ("" if found is None else found.name) == name


def test_what_is_remembered_is_bounded() -> None:
    trunks = make(Trunk("A", sources=("10.0.0.0/8",)))
    for number in range(10_000):
        trunks.by_source(f"10.0.{number // 256}.{number % 256}")
    assert len(trunks._memo) <= 4096


def test_without_sources_nobody_is_looked_for() -> None:
    assert not make(Trunk("A")).has_sources


def test_a_change_of_one_trunk_leaves_the_others_alone() -> None:
    one, two = Trunk("A", addresses=("sip:192.0.2.1",)), Trunk("B", addresses=("sip:192.0.2.2",))
    trunks = make(one, two)
    a, b = trunks.states["A"], trunks.states["B"]
    a.calls_out, b.calls_out = 3, 4
    addresses = a.addresses
    trunks.configure(Settings(trunks=(one, Trunk("B", shutdown=True))))
    assert trunks.states["A"] is a
    assert a.addresses is addresses
    assert (trunks.states["B"].state(), b.calls_out) == ("draining", 4)
    trunks.configure(Settings(trunks=(one,)))
    assert list(trunks.states) == ["A"]


def test_a_trunk_that_comes_back_has_the_calls_that_went_on_meanwhile() -> None:
    trunks = make(Trunk("A", calls_maximum=1), Trunk("B"))
    busy, idle = trunks.states["A"], trunks.states["B"]
    busy.calls_out = 1
    trunks.configure(Settings(trunks=(Trunk("C"),)))
    assert list(trunks.states) == ["C"]
    trunks.configure(Settings(trunks=(Trunk("A"), Trunk("B"), Trunk("C"))))
    assert trunks.states["A"] is busy
    assert trunks.states["B"] is not idle
    trunks.configure(Settings())
    busy.calls_out = 0
    trunks.configure(Settings(trunks=(Trunk("C"),)))
    assert trunks._leaving == {}


def test_secrets_are_opened_when_they_change_and_never_shown() -> None:
    trunks = make(Trunk("A", username="u", secret="sealed", inbound_username="i", inbound_secret="other"))
    state = trunks.states["A"]
    assert state.secret == "<sealed>"
    assert state.credentials is not None
    assert trunks.by_username == {"i": state}
    assert "sealed" not in repr(list(trunks.rows("", 0.0)))


def test_rows_of_groups_say_whose_turn_it_is() -> None:
    group = RouteGroup("G", members=(Member("B", preference=2), Member("A"), Member("gone", preference=3)))
    trunks = make(
        Trunk("A", addresses=("sip:192.0.2.1",)), Trunk("B", addresses=("sip:192.0.2.2",)), route_groups=(group,)
    )
    assert [(row.trunk, row.state, row.turn) for row in trunks.group_rows("G", orders(trunks, 0.0))] == [
        ("A", "up", 1), ("B", "up", 2), ("gone", "missing", None),
    ]  # fmt: skip
    assert list(trunks.group_rows("other", {})) == []


def test_ratio_and_clearing() -> None:
    trunks = make(Trunk("A"), Trunk("B"))
    trunks.states["A"].outgoing.seizures, trunks.states["A"].outgoing.answers = 4, 3
    assert [row.answer_ratio for row in trunks.rows("", 0.0)] == [75, None]
    assert (trunks.clear_statistics("A"), trunks.clear_statistics(""), trunks.clear_statistics("C")) == (1, 2, 0)
    assert [row.answer_ratio for row in trunks.rows("A", 0.0)] == [None]
