"""Who may assert who is calling, and who hears it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World
from support.inbound import arrive

from core.pipeline.privacy import claims, privacy
from core.wire.header import P_ASSERTED_IDENTITY, P_PREFERRED_IDENTITY, PRIVACY

ASSERTED = "P-Asserted-Identity: <sip:a@example.com>"


@pytest.mark.parametrize(
    ("trunk", "in_dialog", "kept"), [("", False, False), ("T", False, True), ("", True, True), ("T", True, True)]
)
def test_only_a_trunk_s_word_counts(tmp_path: Path, trunk: str, in_dialog: bool, kept: bool) -> None:
    world = World(tmp_path)
    extra = (ASSERTED, "P-Preferred-Identity: <sip:a@example.com>", "Privacy: id")
    inbound = arrive(world, "INVITE", "sip:b@example.com", extra=extra)
    inbound.trunk, inbound.in_dialog = trunk, in_dialog
    assert claims(world.engine._services, inbound)
    assert inbound.message.has(P_ASSERTED_IDENTITY) is kept
    assert inbound.message.has(P_PREFERRED_IDENTITY) is kept
    assert inbound.message.first(PRIVACY) == "id"


@pytest.mark.parametrize(
    ("wish", "route_group", "kept"),
    [("id", "", False), ("header;ID", "", False), ("none", "", True), ("header", "", True), ("id", "G", True)],
)
def test_who_wants_privacy_is_named_to_route_groups_alone(
    tmp_path: Path, wish: str, route_group: str, kept: bool
) -> None:
    world = World(tmp_path)
    inbound = arrive(world, "INVITE", "sip:b@example.com", extra=(ASSERTED, f"Privacy: {wish}"))
    inbound.trunk, inbound.route_group = "T", route_group
    assert privacy(world.engine._services, inbound)
    assert inbound.message.has(P_ASSERTED_IDENTITY) is kept
    assert inbound.message.first(PRIVACY) == wish
