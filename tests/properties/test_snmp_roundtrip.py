"""`snmp-server`: what is rendered parses to the same settings, whatever they are, and each line can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import Configuration, problems
from oam.settings.snmp import (
    AUTHENTICATION,
    LEVELS,
    PRIVACY,
    Community,
    RemoteEngine,
    SnmpGroup,
    SnmpHost,
    SnmpListener,
    SnmpSettings,
    SnmpUser,
    SnmpView,
)

pytestmark = pytest.mark.slow
REGISTRY = load()

NAME = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
NO_NAME = st.just("") | NAME
ADDRESS = st.sampled_from(("192.0.2.1", "192.0.2.2", "2001:db8::1", "0.0.0.0"))
PORT = st.integers(1, 65535)
SEALED = st.text("abcXYZ019_-", min_size=40, max_size=40)
ENGINE = st.binary(min_size=5, max_size=32).filter(lambda octets: set(octets) not in ({0}, {255})).map(bytes.hex)
TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=40)
TREE = st.lists(st.integers(0, 2**32 - 1), max_size=9).map(lambda arcs: ".".join(map(str, (1, *arcs)))) | st.just(
    "ifTable"
)
PHRASES: st.SearchStrategy[dict[str, str]] = st.just({}) | st.fixed_dictionaries(
    {"authentication": st.sampled_from(AUTHENTICATION), "authentication_key": SEALED}
)
PRIVATE = st.fixed_dictionaries(
    {
        "authentication": st.sampled_from(AUTHENTICATION),
        "authentication_key": SEALED,
        "privacy": st.sampled_from(PRIVACY),
        "privacy_key": SEALED,
    }
)
USER = st.builds(
    lambda name, group, remote, access_list, keys: SnmpUser(name, group, remote, access_list=access_list, **keys),
    NAME,
    NAME,
    st.just("") | ADDRESS,
    NO_NAME,
    PHRASES | PRIVATE,
)
HOST = st.builds(
    SnmpHost, ADDRESS, PORT, st.sampled_from(("traps", "informs")), st.sampled_from(("1", "2c")), community=SEALED
) | st.builds(
    SnmpHost, ADDRESS, PORT, st.sampled_from(("traps", "informs")), st.just("3"), st.sampled_from(LEVELS), NAME
)


def unique(entries: st.SearchStrategy[Any], key: Callable[[Any], Hashable]) -> Any:  # noqa: ANN401
    """Draw tuples of entries told apart by `key`."""
    return st.lists(entries, max_size=4, unique_by=key).map(tuple)


SNMP = st.builds(
    SnmpSettings,
    listeners=unique(st.builds(SnmpListener, ADDRESS, PORT), lambda each: (each.address, each.port)),
    engine_id=st.just("") | ENGINE,
    contact=st.just("") | TEXT,
    location=st.just("") | TEXT,
    communities=unique(
        st.builds(Community, SEALED, NO_NAME, st.sampled_from(("ro", "rw")), NO_NAME), lambda each: each.community
    ),
    views=unique(
        st.builds(SnmpView, NAME, TREE, st.sampled_from(("included", "excluded"))), lambda each: (each.name, each.tree)
    ),
    groups=unique(
        st.builds(SnmpGroup, NAME, st.sampled_from(LEVELS), NO_NAME, NO_NAME, NO_NAME, NO_NAME), lambda each: each.name
    ),
    users=unique(USER, lambda each: (each.name, each.remote)),
    remote_engines=unique(st.builds(RemoteEngine, ADDRESS, ENGINE), lambda each: each.address),
    hosts=unique(HOST, lambda each: (each.address, each.port)),
    traps=st.booleans(),
    trap_alarms=st.booleans(),
    trap_alarm_types=st.booleans(),
    trap_start=st.booleans(),
    trap_authentication=st.booleans(),
    trap_source=st.just("") | ADDRESS | st.just("eth0.100"),
    queue_length=st.integers(1, 100_000),
    inform_timeout_s=st.integers(1, 60),
    inform_retries=st.integers(0, 100),
    packet_size=st.integers(484, 65507),
    operator=NO_NAME,
    subscribers=st.booleans(),
    log_size=st.integers(0, 10_000),
)


@given(SNMP, st.booleans())
@settings(deadline=None, max_examples=40)
def test_what_is_rendered_parses_to_the_same(snmp: SnmpSettings, everything: bool) -> None:
    value = Configuration(snmp=snmp)
    found, complaints = parse(REGISTRY, render(REGISTRY, value, everything, fields=("snmp",)))
    assert found == value
    assert [each.text for each in complaints] == problems(value)


@given(SNMP)
@settings(deadline=None, max_examples=20)
def test_every_line_can_be_taken_back_as_it_stands(snmp: SnmpSettings) -> None:
    value = Configuration(snmp=snmp)
    lines = render(REGISTRY, value, fields=("snmp",))
    found, _ = parse(REGISTRY, [f"default {line.removeprefix('no ')}" for line in lines], value)
    assert found == Configuration()
