"""Which requests are emergency calls and which have priority, and whose word counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World
from support.inbound import arrive

from core.northbound.routing_settings import NumberingSettings, SubscriberGroup, Trunk
from core.northbound.traffic_settings import ResourcePriority, TrafficSettings
from core.pipeline.classify import classify, noted_class
from core.pipeline.privacy import claims
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.routing.number import INTERNATIONAL, UNKNOWN, Number, Numbers
from core.wire.header import RESOURCE_PRIORITY


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(
        tmp_path,
        numbering=NumberingSettings(emergency=("110", "112")),
        trunks=(Trunk("T", trusted=True), Trunk("U")),
        subscriber_groups=(SubscriberGroup("fire", priority=True), SubscriberGroup("sales")),
        traffic=TrafficSettings(priorities=(ResourcePriority("ets"),)),
    )


CALLED = (
    ("INVITE", "sip:112@example.com", EMERGENCY),
    ("INVITE", "tel:110;phone-context=example.com", EMERGENCY),
    ("MESSAGE", "sip:112@example.com", EMERGENCY),
    ("INVITE", "urn:service:sos", EMERGENCY),
    ("INVITE", "URN:Service:SOS.police", EMERGENCY),
    ("MESSAGE", "urn:service:sos.fire", EMERGENCY),
    ("INVITE", "urn:service:sosumi", ORDINARY),
    ("INVITE", "urn:service:counseling", ORDINARY),
    ("INVITE", "sip:1120@example.com", ORDINARY),
    ("INVITE", "sip:+112@example.com", ORDINARY),
    ("INVITE", "sip:112@elsewhere.example", ORDINARY),
    ("OPTIONS", "sip:112@example.com", ORDINARY),
    ("SUBSCRIBE", "urn:service:sos", ORDINARY),
)


@pytest.mark.parametrize(("method", "uri", "priority"), CALLED)
def test_emergency_calls(world: World, method: str, uri: str, priority: int) -> None:
    inbound = arrive(world, method, uri)
    assert classify(world.engine._services, inbound)
    assert inbound.priority == priority


CLAIMED = (
    ("T", "ets.0", PRIORITY, True),
    ("T", "dsn.flash, ETS.1", PRIORITY, True),
    ("T", "wps.0", ORDINARY, True),
    ("T", "ets", PRIORITY, True),
    ("U", "ets.0", ORDINARY, False),
    ("", "ets.0", ORDINARY, False),
)


@pytest.mark.parametrize(("trunk", "value", "priority", "kept"), CLAIMED)
def test_priority_is_claimed_by_trusted_trunks_alone(
    world: World, trunk: str, value: str, priority: int, kept: bool
) -> None:
    inbound = arrive(world, "INVITE", "sip:bob@example.com", extra=(f"Resource-Priority: {value}",))
    inbound.trunk = trunk
    assert classify(world.engine._services, inbound)
    assert (inbound.priority, inbound.message.has(RESOURCE_PRIORITY)) == (priority, kept)
    assert world.counter("priorities-stripped") == (0 if kept else 1)


def test_within_a_dialog_nothing_is_looked_at(world: World) -> None:
    inbound = arrive(world, "INVITE", "sip:112@example.com", extra=("Resource-Priority: ets.0",))
    inbound.in_dialog = True
    assert classify(world.engine._services, inbound)
    assert (inbound.priority, inbound.message.has(RESOURCE_PRIORITY)) == (ORDINARY, True)


LATER = (
    ("fire", None, PRIORITY),
    ("sales", None, ORDINARY),
    ("sales", Number("112", UNKNOWN), EMERGENCY),
    ("fire", Number("112", UNKNOWN), EMERGENCY),
    ("", Number("112", INTERNATIONAL), ORDINARY),
)


@pytest.mark.parametrize(("group", "called", "priority"), LATER)
def test_group_and_translated_number_are_looked_at_later(
    world: World, group: str, called: Number | None, priority: int
) -> None:
    inbound = arrive(world, "INVITE", "sip:bob@example.com")
    inbound.group = group
    inbound.numbers = None if called is None else Numbers(called, None)
    noted_class(world.engine._services, inbound)
    assert inbound.priority == priority
    assert world.counter("emergency-calls") == (priority == EMERGENCY)
    assert world.counter("priority-calls") == (priority == PRIORITY)


@pytest.mark.parametrize(
    ("trunk", "priority", "kept"), [("T", PRIORITY, True), ("U", ORDINARY, False), ("", ORDINARY, False)]
)
def test_a_trunk_known_by_its_credentials_is_believed_behind_authentication(
    tmp_path: Path, trunk: str, priority: int, kept: bool
) -> None:
    world = World(
        tmp_path,
        trunks=(Trunk("T", trusted=True, inbound_username="them"), Trunk("U")),
        traffic=TrafficSettings(priorities=(ResourcePriority("ets"),)),
    )
    services = world.engine._services
    inbound = arrive(world, "INVITE", "sip:bob@example.com", extra=("Resource-Priority: ets.0",))
    assert classify(services, inbound)
    assert (inbound.priority, inbound.message.has(RESOURCE_PRIORITY)) == (ORDINARY, True)
    inbound.trunk = trunk
    assert claims(services, inbound)
    assert (inbound.priority, inbound.message.has(RESOURCE_PRIORITY)) == (priority, kept)
    assert world.counter("priorities-stripped") == (0 if kept else 1)
