"""What is refused of trunks' lines on messages, with its reason."""

from __future__ import annotations

import pytest

from core.northbound.routing_settings import CauseMap, DnsSettings, HeaderRule, NameServer, ReasonMap, Trunk
from core.northbound.settings import Settings, problems
from core.northbound.trunk_checks import (
    SINGLE,
    UNTOUCHABLE,
    cause_problem,
    dns_problems,
    header_problem,
    reason_problem,
    trunk_problems,
)
from core.wire.header import HEADERS


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (HeaderRule("out", "set", "Via", "x"), "SIP itself depends on it"),
        (HeaderRule("out", "remove", "f"), "SIP itself depends on it"),
        (HeaderRule("in", "add", "PROXY-authorization", "Digest x"), "SIP itself depends on it"),
        (HeaderRule("out", "add", "X A", "x"), "no name of a header"),
        (HeaderRule("out", "add", "", "x"), "no name of a header"),
        (HeaderRule("out", "add", "X-A", ""), "needs a value"),
        (HeaderRule("out", "set", "X-A", "a\r\nVia: b"), "control character"),
        (HeaderRule("out", "set", "X-A", "a\x85b"), "control character"),
        (HeaderRule("out", "set", "X-A", "a" * 513), "longer than 512"),
        (HeaderRule("out", "add", "Expires", "3"), "once only"),
        (HeaderRule("out", "copy", "X-A", "Authorization"), "credentials"),
        (HeaderRule("out", "copy", "X-A", "no name"), "no name of a header"),
        (HeaderRule("out", "remove", "X-A", "v"), "whatever its value"),
        (HeaderRule("up", "set", "X-A", "v"), "no header rule"),
        (HeaderRule("out", "twist", "X-A", "v"), "no header rule"),
        (HeaderRule("out", "set", "X-A", "v"), ""),
        (HeaderRule("out", "set", "Expires", "3"), ""),
    ],
)
def test_header_rules(rule: HeaderRule, reason: str) -> None:
    found = header_problem(rule)
    assert (reason in found) if reason else found == ""


@pytest.mark.parametrize(
    ("entry", "good"),
    [
        (CauseMap(503, 480), True),
        (CauseMap(503, 0, 34), True),
        (CauseMap(302, 480, 31), True),
        (CauseMap(503), False),
        (CauseMap(200, 480), False),
        (CauseMap(503, 200), False),
        (CauseMap(503, 302), False),
        (CauseMap(407, 403), False),
        (CauseMap(503, 401), False),
        (CauseMap(503, 480, 128), False),
    ],
)
def test_cause_maps(entry: CauseMap, good: bool) -> None:
    assert (cause_problem(entry) == "") is good


def test_the_names_here_are_those_of_the_parser() -> None:
    """A header that may stand once only is either not changed at all or not added."""
    for header in HEADERS:
        if header.single:
            assert {header.name.lower(), *([header.compact] if header.compact else [])} <= UNTOUCHABLE | SINGLE
        elif header.name.lower() in UNTOUCHABLE and header.compact:
            assert header.compact in UNTOUCHABLE


def test_all_that_a_trunk_has_against_it() -> None:
    trunk = Trunk(
        "T", headers=(HeaderRule("out", "set", "To", "x"),), codecs_permitted=("PCMA", "G 729"),
        codecs_denied=("pcma",), causes=(CauseMap(100, 3),), called_format="e146",
    )  # fmt: skip
    assert len(trunk_problems(trunk)) == 5
    assert trunk_problems(Trunk("T")) == []


def test_name_servers() -> None:
    assert dns_problems(DnsSettings((NameServer("127.0.0.1"), NameServer("::1")))) == []
    unfit = DnsSettings((NameServer("0.0.0.0"), NameServer("ff02::1")))
    assert len(dns_problems(unfit)) == 2
    assert [each.partition(":")[0] for each in problems(Settings(dns=unfit))] == ["dns", "dns"]


@pytest.mark.parametrize(
    ("entry", "good"),
    [
        (ReasonMap(17), True),
        (ReasonMap(21, 603), True),
        (ReasonMap(16, 480), True),
        (ReasonMap(16), False),
        (ReasonMap(0, 480), False),
        (ReasonMap(128), False),
        (ReasonMap(17, 302), False),
        (ReasonMap(17, 407), False),
    ],
)
def test_cause_maps_by_q850(entry: ReasonMap, good: bool) -> None:
    assert (reason_problem(entry) == "") == good
