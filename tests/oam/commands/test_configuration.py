"""The lock as it is shown, the schema as it is published."""

from __future__ import annotations

from pathlib import Path

import jsonschema
from support.management import FakeManager, done, gathered, played

from oam.dispatch import execute
from oam.shell.lines import VTY


@played
async def test_the_lock_is_shown_with_those_who_wait(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.configuration.clock = lambda: 0.0
    session = manager.session(batch=False)
    session.address = "192.0.2.7"
    manager.lines.open(VTY, session)
    assert (await gathered(session, "show configuration lock"))[0] == []
    await done(session, ["configure exclusive"])
    (row,), _ = await gathered(manager.session(), "show configuration lock")
    assert (row.user, row.line, row.address, row.since, row.waiting) == (
        "admin",
        "vty 0",
        "192.0.2.7",
        "00:00:00 UTC Thu Jan 01 1970",
        0,
    )


@played
async def test_what_is_shown_as_json_fits_the_schema_that_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure terminal", "hostname a", "ip access-list A", "permit 127.0.0.0/8", "end"])
    about = (await execute(session, "show configuration schema")).json
    running = (await execute(session, "show running-config")).json
    assert isinstance(about, dict)
    listed = jsonschema.validators.extend(
        jsonschema.Draft202012Validator,
        type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
            "array", lambda _, each: isinstance(each, list | tuple)
        ),
    )
    listed(about).validate(running)


@played
async def test_how_long_a_change_waits_is_configured_or_said_for_one_visit(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "configuration lock wait 30", "end"])
    assert session.author.wait_s == 30
    await done(session, ["configure terminal lock wait 5"])
    assert session.author.wait_s == 5
    await done(session, ["end"])
    assert session.author.wait_s == 30


@played
async def test_it_is_written_and_taken_back(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "configuration lock wait 30", "file prompt quiet", "end"])
    printed = await done(session, ["show running-config section configuration"])
    assert printed == ["configuration lock wait 30", "file prompt quiet"]
