"""The stage of number analysis where it does nothing; what it does is in tests/flows/test_numbers.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World
from support.inbound import arrive

from core.northbound.routing_settings import AnalysisTable, PrefixEntry
from core.pipeline.analysis import analysis
from core.proxy.target import Target


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, tables=(AnalysisTable("default", (PrefixEntry("", action="reject", target="403"),)),))


def test_without_tables_every_number_goes_on(tmp_path: Path) -> None:
    world = World(tmp_path)
    inbound = arrive(world, "INVITE", "sip:123@example.com")
    assert analysis(world.engine._services, inbound)
    assert inbound.numbers is None


def test_a_request_within_a_dialog_goes_on(world: World) -> None:
    inbound = arrive(world, "INVITE", "sip:123@example.com")
    inbound.in_dialog = True
    assert analysis(world.engine._services, inbound)


def test_what_is_relayed_goes_on(world: World) -> None:
    inbound = arrive(world, "INVITE", "sip:123@example.net")
    inbound.targets = [Target("sip:123@example.net", 1.0, None)]
    assert analysis(world.engine._services, inbound)


def test_other_requests_to_numbers_are_analysed_too(world: World) -> None:
    assert not analysis(world.engine._services, arrive(world, "MESSAGE", "sip:123@example.com"))
    assert world.records == []
