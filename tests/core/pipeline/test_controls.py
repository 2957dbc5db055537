"""What a new call must pass once its numbers are known, and what is exempt."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.inbound import arrive

from core.northbound.routing_settings import SubscriberGroup
from core.northbound.traffic_settings import BanRule, BanSettings, Control, SourceLimit, TrafficSettings
from core.pipeline.controls import controls, facts_of, refusal_of
from core.policy.priority import EMERGENCY
from core.routing.number import UNKNOWN, Number, Numbers
from core.wire.header import REASON, RETRY_AFTER

ALICE = flow("192.0.2.1")
BLOCK = Control("code-block", "0900", percent=100, status=403)


def make(
    path: Path, *those: Control, source: SourceLimit | None = None, groups: tuple[SubscriberGroup, ...] = ()
) -> World:
    traffic = TrafficSettings(those, source_limit=source or SourceLimit())
    return World(path, traffic=traffic, subscriber_groups=groups)


def offer(world: World, uri: str = "sip:0900123@example.com", method: str = "INVITE", **fields: object) -> int:
    """Return what the stage answers; 0: it lets the request pass."""
    inbound = arrive(world, method, uri)
    for name, value in fields.items():
        setattr(inbound, name, value)
    passed = controls(world.engine._services, inbound)
    world.perform()
    found = world.take(ALICE)
    assert passed is not bool(found)
    return found[0].status if found else 0


def test_a_blocked_code_is_refused_with_its_status_and_the_cause_of_q850(tmp_path: Path) -> None:
    world = make(tmp_path, BLOCK, Control("call-gap", "0800", interval_ms=1000))
    assert not controls(world.engine._services, arrive(world, "INVITE", "sip:0900123@example.com"))
    world.perform()
    answer = world.one(ALICE)
    assert (answer.status, answer.first(REASON), answer.has(RETRY_AFTER)) == (403, "Q.850;cause=42", False)
    assert [offer(world, "sip:08001@example.com") for _ in range(3)] == [0, 503, 503]
    assert world.counter("calls-blocked") == 3


def test_what_no_control_refuses(tmp_path: Path) -> None:
    world = make(tmp_path, BLOCK)
    assert offer(world, method="MESSAGE") == 0
    assert offer(world, method="OPTIONS") == 0
    assert offer(world, in_dialog=True) == 0
    assert offer(world, "sip:bob@example.com") == 0
    assert (world.counter("calls-blocked"), world.counter("controls-exempt")) == (0, 0)
    assert offer(world, priority=EMERGENCY) == 0
    assert (world.counter("controls-exempt"), world.counter("emergency-calls")) == (1, 1)


def test_the_translated_number_counts_where_there_is_one(tmp_path: Path) -> None:
    world = make(tmp_path, BLOCK)
    assert offer(world, "sip:4179@example.com", numbers=Numbers(Number("0900", UNKNOWN), None)) == 403
    assert offer(world, numbers=Numbers(Number("4179", UNKNOWN), None)) == 0
    assert offer(world, "sip:+0900-123@example.com") == 403
    inbound = arrive(world, "INVITE", "tel:+44-1", caller="sip:0044@example.com")
    facts = facts_of(inbound)
    assert (facts.called, facts.calling) == ("441", "0044")


def test_the_rate_of_a_group_and_of_a_source(tmp_path: Path) -> None:
    world = make(tmp_path, source=SourceLimit(3), groups=(SubscriberGroup("sales", rate=1, burst=2),))
    assert [offer(world, group="sales") for _ in range(3)] == [0, 0, 503]
    assert [offer(world) for _ in range(2)] == [503, 503], "the source has had its three"
    assert offer(world, trunk="T") == 0, "a trunk has its own bounds"
    assert offer(world, priority=EMERGENCY) == 0
    world.advance(1.0)
    assert [offer(world) for _ in range(4)] == [0, 0, 0, 503]
    assert world.counter("calls-limited") == 4
    assert world.counter("controls-exempt") == 1


def test_explaining_changes_nothing(tmp_path: Path) -> None:
    world = make(
        tmp_path, BLOCK, Control("call-gap", "1", interval_ms=1000), groups=(SubscriberGroup("sales", rate=1),)
    )
    services = world.engine._services
    facts = facts_of(arrive(world, "INVITE", "sip:1@example.com"))
    facts.group = "sales"
    explain: list[tuple[str, str, str]] = []
    for _ in range(3):
        assert refusal_of(services, facts, "", world.now, 0.0, explain) is None
    assert explain == [("control", "call-gap 1", "lets it pass")] * 3
    assert offer(world, "sip:1@example.com", group="sales") == 0
    explain.clear()
    refused = refusal_of(services, facts, "", world.now, 0.0, explain)
    assert refused is not None
    assert (refused.status, refused.cause, explain) == (503, 42, [("subscriber-group", "sales", "calls too often")])


def test_an_address_that_sends_too_much_is_told_to_the_bans(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        traffic=TrafficSettings(source_limit=SourceLimit(1)),
        protection=BanSettings(flood=BanRule(3, 60, 600)),
    )
    assert [offer(world) for _ in range(4)] == [0, 503, 503, 503]
    assert world.counter("bans-set") == 1


@pytest.mark.parametrize("settings", [TrafficSettings(), TrafficSettings((Control("skip", "T", percent=1),))])
def test_without_code_controls_nothing_is_looked_at(tmp_path: Path, settings: TrafficSettings) -> None:
    world = World(tmp_path, traffic=settings)
    assert not world.engine._services.controls.codes.active
    assert not world.engine._services.limits.active
    assert offer(world) == 0
