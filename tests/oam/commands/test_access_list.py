"""`ip access-list`, and what shows the lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.commands.access_list import AccessRuleRow
from oam.dispatch import execute
from oam.settings.access import AccessList, AccessRule

LINES = (
    "configure terminal",
    "ip access-list OFFICE",
    "permit 192.0.2.0/24",
    "deny any",
    "ip access-list LAB",
    "permit 2001:db8::1",
    "management ssh",
    "access-list OFFICE",
    "management telnet",
    "access-list OFFICE",
    "end",
)


@played
async def test_lines_keep_their_order(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(batch=False), LINES)
    assert manager.configuration.running.access_lists == (
        AccessList("OFFICE", (AccessRule("permit", "192.0.2.0/24"), AccessRule("deny", "any"))),
        AccessList("LAB", (AccessRule("permit", "2001:db8::1/128"),)),
    )


@played
@pytest.mark.parametrize("command", ["show ip access-lists", "show access-lists"])
async def test_lists_are_shown_with_what_they_are_for(tmp_path: Path, command: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, LINES)
    rows, _ = await gathered(session, command)
    assert rows == [
        AccessRuleRow("OFFICE", "permit", "192.0.2.0/24", ("ssh", "telnet")),
        AccessRuleRow("OFFICE", "deny", "any", ("ssh", "telnet")),
        AccessRuleRow("LAB", "permit", "2001:db8::1/128", ()),
    ]
    rows, _ = await gathered(session, f"{command} LAB")
    assert [row.access_list for row in rows] == ["LAB"]


@played
async def test_a_list_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    _, result = await gathered(FakeManager(tmp_path).session(), "show access-lists LAB")
    assert (result.code, result.errors) == (1, ["% There is no access list LAB"])


@played
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("permit host 192.0.2.1", "permit 192.0.2.1/32"),
        ("deny host 2001:db8::1", "deny 2001:db8::1/128"),
        ("permit 192.0.2.0 0.0.0.255", "permit 192.0.2.0/24"),
        ("permit 192.0.2.77 0.0.0.255", "permit 192.0.2.0/24"),
        ("deny 192.0.2.1 0.0.0.0", "deny 192.0.2.1/32"),
        ("permit 0.0.0.0 255.255.255.255", "permit 0.0.0.0/0"),
    ],
)
async def test_spellings_of_routers_are_kept_in_one_form(tmp_path: Path, typed: str, kept: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "ip access-list standard OFFICE", typed])
    store = manager.configuration
    assert store.render(fields=("access_lists",)) == ["ip access-list OFFICE", f" {kept}"]
    assert store.parse(["ip access-list standard OFFICE", f" {typed}"])[0].access_lists == store.running.access_lists
    await done(session, [f"no {typed}"])
    assert store.running.access_lists == (AccessList("OFFICE"),)
    await done(session, ["no ip access-list standard OFFICE"])
    assert not list(store.running.access_lists)


@played
@pytest.mark.parametrize("mask", ["0.0.255.0", "255.255.255.0", "0.255.0.255"])
async def test_a_wildcard_mask_with_gaps_is_refused_with_its_reason(tmp_path: Path, mask: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "ip access-list OFFICE"])
    result = await execute(session, f"permit 192.0.2.0 {mask}")
    assert (result.code, result.reason) == (2, "not a wildcard mask without gaps, as 0.0.0.255")
    assert manager.configuration.running.access_lists == (AccessList("OFFICE"),)
