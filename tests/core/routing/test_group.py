"""Which trunk takes a call: preference, exact shares, what is passed over, and the explanation."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from core.northbound.routing_settings import CallRate, Member, RouteGroup, Trunk
from core.northbound.settings import Settings
from core.policy.facts import CallFacts, Explanation
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.policy.reach import Reach
from core.policy.route_control import RouteControls
from core.routing.analysis import Analysis
from core.routing.group import GroupState, status_range
from core.routing.selection import Selection
from core.routing.trunk import TrunkState
from core.routing.trunks import Trunks


def make(*members: Member, distribution: str = "weight") -> tuple[GroupState, dict[str, TrunkState]]:
    """Make a group, and a trunk for each member."""
    group = GroupState()
    group.configure(RouteGroup("G", members=members, distribution=distribution))
    trunks = {}
    for member in members:
        trunks[member.trunk] = state = TrunkState(member.trunk)
        state.configure(Trunk(member.trunk, addresses=("sip:192.0.2.9",)), "", "", "")
    return group, trunks


def change(trunks: dict[str, TrunkState], name: str, **more: object) -> None:
    """Give a trunk other settings."""
    trunks[name].configure(Trunk(name, addresses=("sip:192.0.2.9",), **more), "", "", "")  # type: ignore[arg-type]


def judge(trunks: dict[str, TrunkState], priority: int = ORDINARY) -> Selection:
    """Return who says whether a trunk takes a call, where nothing but the trunk counts."""
    table = Trunks(
        memoryview(bytearray(8 * 256)).cast("q"), [], random.Random(1), str, Analysis(Settings(), None),
        RouteControls(Reach()),
    )  # fmt: skip
    table.states = trunks
    return Selection(table, GroupState(), CallFacts("", "", "", "", priority))


def chosen(group: GroupState, trunks: dict[str, TrunkState], *tried: str, priority: int = ORDINARY) -> str:
    found = group.choose(judge(trunks, priority), trunks, set(tried), [], 0.0, None)
    return "" if found is None else found.name


def share(group: GroupState, trunks: dict[str, TrunkState], calls: int) -> Counter[str]:
    return Counter(chosen(group, trunks) for _ in range(calls))


def test_weights_are_kept_exactly_and_evenly_spread() -> None:
    group, trunks = make(Member("A", weight=50), Member("B", weight=30), Member("C", weight=20))
    assert share(group, trunks, 10_000) == {"A": 5000, "B": 3000, "C": 2000}
    assert share(group, trunks, 10) == {"A": 5, "B": 3, "C": 2}


def test_weights_count_among_those_that_are_free() -> None:
    group, trunks = make(Member("A", weight=50), Member("B", weight=30), Member("C", weight=20))
    trunks["A"].down = True
    assert share(group, trunks, 10_000) == {"B": 6000, "C": 4000}
    trunks["A"].down = False
    assert share(group, trunks, 10_000) == {"A": 5000, "B": 3000, "C": 2000}


def test_fail_over_moves_no_share() -> None:
    group, trunks = make(Member("A"), Member("B"))
    found: Counter[str] = Counter()
    for _ in range(1000):
        first = chosen(group, trunks)
        found[first] += 1
        assert chosen(group, trunks, first) == ("B" if first == "A" else "A")
    assert found == {"A": 500, "B": 500}


def test_percentages_are_kept_exactly_and_the_rest_goes_on() -> None:
    group, trunks = make(
        Member("A", weight=33), Member("B", weight=17), Member("C", preference=2, weight=100), distribution="percentage"
    )
    assert share(group, trunks, 10_000) == {"A": 3300, "B": 1700, "C": 5000}
    trunks["A"].down = True
    assert share(group, trunks, 10_000) == {"B": 5000, "C": 5000}


def test_least_used_takes_the_smallest_part() -> None:
    group, trunks = make(Member("A"), Member("B"), distribution="least-used")
    change(trunks, "A", calls_maximum=30)
    change(trunks, "B", calls_maximum=10)
    for _ in range(20):
        trunks[chosen(group, trunks)].seize(0.0)
    assert (trunks["A"].calls_out, trunks["B"].calls_out) == (15, 5)


def test_sequential_takes_the_first_that_is_free() -> None:
    group, trunks = make(Member("A"), Member("B"), distribution="sequential")
    assert chosen(group, trunks) == "A"
    change(trunks, "A", shutdown=True)
    assert chosen(group, trunks) == "B"


def test_preference_goes_before_all() -> None:
    group, trunks = make(Member("B", preference=2), Member("A", preference=1), Member("C", preference=3))
    assert chosen(group, trunks) == "A"
    assert chosen(group, trunks, "A") == "B"
    assert chosen(group, trunks, "A", "B") == "C"
    assert chosen(group, trunks, "A", "B", "C") == ""


@pytest.mark.parametrize(
    ("settings", "calls", "down", "reason"),
    [
        ({}, 0, True, "down"),
        ({"shutdown": True}, 0, False, "shutdown"),
        ({"shutdown": True}, 2, False, "draining"),
        ({"direction": "in"}, 0, False, "calls from it only"),
        ({"calls_maximum": 5}, 5, False, "full"),
        ({"calls_maximum": 5, "reserve": 2}, 3, False, "reserved"),
        ({"calls_maximum": 5, "reserve": 2}, 2, False, ""),
        ({"addresses": ()}, 0, False, "no address"),
    ],
)
def test_why_a_trunk_takes_no_call(settings: dict[str, object], calls: int, down: bool, reason: str) -> None:
    trunk = TrunkState("A")
    trunk.configure(Trunk("A", **{"addresses": ("sip:192.0.2.9",), **settings}), "", "", "")  # type: ignore[arg-type]
    trunk.calls_out = calls
    trunk.down = down
    assert judge({}).refusal(trunk, 0.0) == reason


def test_reserved_places_are_for_priority_and_bounds_not_for_emergencies() -> None:
    group, trunks = make(Member("A"))
    change(trunks, "A", calls_maximum=3, reserve=2, rate=CallRate(1, 1))
    trunks["A"].calls_out = 1
    assert [chosen(group, trunks, priority=each) for each in (ORDINARY, PRIORITY, EMERGENCY)] == ["", "A", "A"]
    trunks["A"].calls_out = 3
    assert [chosen(group, trunks, priority=each) for each in (ORDINARY, PRIORITY, EMERGENCY)] == ["", "", "A"]


def test_an_explanation_changes_nothing() -> None:
    group, trunks = make(Member("A"), Member("B"), Member("C", preference=2))
    change(trunks, "B", shutdown=True)
    for _ in range(3):
        explain: Explanation = []
        passed: list[str] = []
        found = group.choose(judge(trunks), trunks, set(), passed, 0.0, explain)
        assert found is not None
        assert found.name == "A"
        assert passed == ["B"]
        assert explain == [("trunk", "B", "shutdown"), ("trunk", "A", "chosen, preference 1, weight 1")]
    assert trunks["B"].outgoing.attempts == 0


def test_shares_go_on_when_settings_change() -> None:
    group, trunks = make(Member("A", weight=2), Member("B", weight=1))
    assert chosen(group, trunks) == "A"
    group.configure(RouteGroup("G", members=(Member("A", weight=2), Member("B", weight=1)), attempts_maximum=9))
    assert [chosen(group, trunks) for _ in range(2)] == ["B", "A"]


def test_failover_ranges() -> None:
    group, _ = make(Member("A"))
    assert [status for status in (404, 408, 486, 499, 500, 503, 599) if group.fails_over(status)] == [
        408,
        500,
        503,
        599,
    ]
    assert status_range("503") == (503, 503)
