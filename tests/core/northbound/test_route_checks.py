"""Trunks and route groups that are refused, and those that are only begun."""

from __future__ import annotations

import pytest

from core.northbound.routing_settings import AnalysisTable, HeaderRule, Member, PrefixEntry, RouteGroup, Trunk
from core.northbound.settings import Settings, problems
from core.northbound.traffic_settings import Control, TrafficSettings

A = Trunk("A", addresses=("sip:192.0.2.1",))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"trunks": (Trunk("A"),), "route_groups": (RouteGroup("G"),)}, ""),
        ({"trunks": (A,), "route_groups": (RouteGroup("G", members=(Member("A"),)),)}, ""),
        ({"route_groups": (RouteGroup("G", members=(Member("A"),)),)}, "route-group G: there is no trunk A"),
        (
            {"trunks": (Trunk("A"),), "route_groups": (RouteGroup("G", members=(Member("A"),)),)},
            "route-group G: trunk A has no address",
        ),
        (
            {"trunks": (Trunk("A", direction="in"),), "route_groups": (RouteGroup("G", members=(Member("A"),)),)},
            "route-group G: trunk A is for calls from it only",
        ),
        (
            {
                "trunks": (A,),
                "route_groups": (RouteGroup("G", members=(Member("A", weight=101),), distribution="percentage"),),
            },
            "route-group G: the weights of preference 1 make 101 per cent, more than 100",
        ),
        (
            {
                "route_groups": (RouteGroup("G"),),
                "tables": (AnalysisTable("default", (PrefixEntry("9", action="route-group", target="G"),)),),
            },
            "route-group G: has no trunk, and number-analysis default leads to it",
        ),
        (
            {
                "trunks": (A,),
                "route_groups": (RouteGroup("G"), RouteGroup("H", members=(Member("A"),))),
                "traffic": TrafficSettings((Control("reroute", "H", which="all", target="G"),)),
            },
            "route-group G: has no trunk, and traffic-control reroute H leads to it",
        ),
        (
            {"trunks": (Trunk("A", sources=("192.0.2.0/24",)), Trunk("B", sources=("192.0.2.0/24",)))},
            "trunk B: source 192.0.2.0/24 is that of trunk A",
        ),
        (
            {"trunks": (Trunk("A", sources=("0.0.0.0/0",)),)},
            "trunk A: a source that everybody is in needs 'authentication inbound'",
        ),
        ({"trunks": (Trunk("A", sources=("::/0",), inbound_username="x", inbound_secret="s"),)}, ""),
        (
            {"trunks": (Trunk("A", inbound_username="x"), Trunk("B", inbound_username="x"))},
            "trunk B: authentication inbound user x is that of trunk A",
        ),
        ({"trunks": (Trunk("A", addresses=("sips:x.example",)),)}, "trunk A: address sips:x.example is no sip: URI"),
        (
            {"trunks": (Trunk("A", addresses=("sip:x.example;transport=sctp",)),)},
            "trunk A: address sip:x.example;transport=sctp has a transport that is not spoken here",
        ),
        (
            {"trunks": (Trunk("A", addresses=("sip:u@x.example",)),)},
            "trunk A: address sip:u@x.example must hold neither a user nor headers",
        ),
        (
            {"trunks": (Trunk("A", calls_maximum=5, reserve=5),)},
            "trunk A: calls reserve 5 leaves nothing of calls maximum 5",
        ),
        ({"trunks": (Trunk("A", translate_in="R"),)}, "trunk A: there is no translation-rule R"),
        ({"trunks": (Trunk("A", table="T"),)}, "trunk A: there is no number-analysis T"),
        ({"trunks": (Trunk("A", secret="x"),)}, "trunk A: authentication outbound secret needs a user"),
        ({"trunks": (Trunk("A", inbound_secret="x"),)}, "trunk A: authentication inbound secret needs a user"),
        (
            {"trunks": (Trunk("A", headers=(HeaderRule("out", "set", "Via", "x"),)),)},
            "trunk A: header Via cannot be changed: SIP itself depends on it",
        ),
    ],
)
def test_what_is_refused(parts: dict[str, object], expected: str) -> None:
    found = problems(Settings(**parts))  # type: ignore[arg-type]
    assert ([expected] if expected else []) == [each for each in found if each.startswith(("trunk", "route-group"))]
