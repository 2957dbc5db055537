"""Lines bound to fields."""

from __future__ import annotations

import pytest

from core.northbound.settings import Listener, Settings
from oam.config.binding import FLAG, LEAF, LIST, BindingError, bind, fill, negation
from oam.grammar.graph import Graph
from oam.grammar.result import Match
from oam.grammar.syntax import parse

LISTENER = "listener <udp|tcp>$transport ADDRESS$address port (1-65535)$port [advertise HOST$advertise]"
KEY = ("transport", "address", "port")


@pytest.mark.parametrize(
    ("syntax", "section", "field", "shape"),
    [
        ("hostname HOSTNAME$value", "", "hostname", LEAF),
        ("timer t1 (10-100)$value", "sip", "timer_t1_ms", LEAF),
        ("record-route", "sip", "record_route", FLAG),
        ("domain DOMAIN$value", "sip", "domains", LIST),
        ("level WORD$area WORD$level", "", "logging.areas", LIST),
    ],
)
def test_the_field_decides_the_shape(syntax: str, section: str, field: str, shape: str) -> None:
    assert bind(parse(syntax), Settings, section, field, ()).shape == shape


@pytest.mark.parametrize(
    ("syntax", "section", "field", "key"),
    [
        ("x WORD$value", "sip", "no_such_field", ()),
        ("x WORD$a WORD$b", "sip", "timer_t1_ms", ()),
        ("x", "sip", "timer_t1_ms", ()),
        ("x WORD$value", "sip", "record_route", ()),
        ("x WORD$a WORD$b", "sip", "domains", ()),
        ("x WORD$address", "sip", "listeners", ()),
        ("x WORD$a", "", "logging.areas", ()),
        (LISTENER, "sip", "listeners", ("colour",)),
    ],
)
def test_what_does_not_fit_is_refused(syntax: str, section: str, field: str, key: tuple[str, ...]) -> None:
    with pytest.raises(BindingError):
        bind(parse(syntax), Settings, section, field, key)


def test_an_entry_and_its_line_make_each_other() -> None:
    binding = bind(parse(LISTENER), Settings, "sip", "listeners", KEY)
    plain = Listener("udp", "127.0.0.1", 5060)
    assert fill(binding.syntax, binding.arguments_of(plain)) == "listener udp 127.0.0.1 port 5060"
    full = Listener("tcp", "::", 5061, "sip.example.com")
    assert fill(binding.syntax, binding.arguments_of(full)) == "listener tcp :: port 5061 advertise sip.example.com"
    assert binding.entry_of(binding.arguments_of(full)) == full
    assert binding.key_of(full) == binding.key_in(binding.arguments_of(full)) == ("tcp", "::", 5061)


@pytest.mark.parametrize(
    ("syntax", "section", "field", "key", "form", "good", "bad"),
    [
        ("timer t1 (10-100)$v", "sip", "timer_t1_ms", (), "no", ["no timer t1", "no timer t1 50"], ["no timer"]),
        ("record-route", "sip", "record_route", (), "no", ["no record-route"], ["no"]),
        ("domain DOMAIN$v", "sip", "domains", (), "no", ["no domain a.b"], ["no domain"]),
        ("domain DOMAIN$v", "sip", "domains", (), "default", ["default domain a.b"], ["default domain"]),
        (
            LISTENER,
            "sip",
            "listeners",
            KEY,
            "no",
            ["no listener udp ::1 port 5060", "no listener udp ::1 port 5060 advertise a.b"],
            ["no listener", "no listener udp ::1"],
        ),
        (
            "algorithm <md5|sha-256>$v",
            "authentication",
            "algorithms",
            (),
            "default",
            ["default algorithm", "default algorithm md5"],
            ["default"],
        ),
        (
            "relay DOMAIN$domain [path URI$next_hop]",
            "sip",
            "relays",
            ("domain", "next_hop"),
            "no",
            ["no relay a.b path sip:a.b", "no relay a.b"],
            ["no relay", "no relay path sip:a.b"],
        ),
        (
            "listener <udp|tcp>$transport ADDRESS$address [backlog] advertise HOST$advertise [port (1-65535)$port]",
            "sip",
            "listeners",
            ("address", "port"),
            "no",
            ["no listener udp ::1", "no listener udp ::1 backlog advertise a.b port 5060"],
            ["no listener udp", "no listener udp ::1 port 5060"],
        ),
    ],
)
def test_negation(
    syntax: str, section: str, field: str, key: tuple[str, ...], form: str, good: list[str], bad: list[str]
) -> None:
    binding = bind(parse(syntax), Settings, section, field, key)
    graph: Graph[_Anybody] = Graph()
    graph.add(negation(binding.syntax, form, binding), _Anybody(), lambda element: ("help", False))
    assert all(isinstance(graph.match(line, 15), Match) for line in good)
    assert not any(isinstance(graph.match(line, 15), Match) for line in bad)


class _Anybody:
    privilege = 1
