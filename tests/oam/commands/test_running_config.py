"""`show running-config` as backup tools cut it, and its sections by the names that operators type."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.commands.running_config import section_names
from oam.config.tree import ORDER
from oam.context import Context
from oam.dispatch import execute


@played
async def test_the_head_is_three_lines_and_what_changes_by_itself_is_one_comment(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.configuration.clock = lambda: 0.0
    session = manager.session()
    await done(session, ["configure terminal", "hostname a", "end"])
    lines = await done(session, ["show running-config"])
    octets = sum(len(line) + 1 for line in lines[3:])
    assert lines == [
        "Building configuration...",
        "",
        f"Current configuration : {octets} bytes",
        "!",
        "! Last configuration change at 00:00:00 UTC Thu Jan 01 1970 by admin",
        "!",
        "version 1.0",
        "!",
        "hostname a",
        "!",
        "end",
    ]


@pytest.mark.parametrize(
    ("section", "lines"),
    [
        ("hostname", ["hostname a"]),
        ("username", ["username bob privilege 5"]),
        ("users", None),
        ("ip access-list", ["ip access-list A", " permit 127.0.0.0/8"]),
        ("IP  Access", ["ip access-list A", " permit 127.0.0.0/8"]),
        ("management ssh", ["management ssh", " login-timeout 30"]),
        ("management", ["management ssh", " login-timeout 30", "management telnet", " login-timeout 40"]),
        ("ssh", None),
        ("sip", []),
        ("no such section", None),
    ],
)
@played
async def test_a_section_is_named_by_what_the_operator_types(
    tmp_path: Path, section: str, lines: list[str] | None
) -> None:
    session = FakeManager(tmp_path).session()
    await done(session, ["configure terminal", "hostname a", "username bob privilege 5"])
    await done(session, ["ip access-list A", "permit 127.0.0.0/8", "management ssh", "login-timeout 30"])
    await done(session, ["management telnet", "login-timeout 40", "end"])
    result = await execute(session, f"show running-config section {section}")
    if lines is None:
        assert result.errors == [f"% There is no section {section}"]
    else:
        assert result.text.splitlines() == lines


@played
async def test_json_of_a_section_has_its_fields(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    result = await execute(session, "show running-config section management")
    assert isinstance(result.json, dict)
    assert set(result.json) == {"ssh", "telnet"}


@played
async def test_every_field_that_can_be_configured_has_a_section(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    names = list(section_names(Context(manager.session()), ""))
    assert len(names) == len(set(names)) == len(ORDER)
