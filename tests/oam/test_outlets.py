"""Places that something is sent to: taken up and let go of as the configuration says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from support.management import FakeManager, done, played
from support.waiting import until

from oam.config.tree import Configuration
from oam.outlets import Outlets


class Place:
    """One that knows whether it was let go of."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.closed = False

    async def close(self) -> None:
        self.closed = True


def wanted(running: Configuration) -> Iterator[str]:
    """The text of each alias, for want of anything configured here."""
    return (each.command for each in running.aliases)


async def outlets_of(state: Path, *commands: str) -> tuple[FakeManager, Outlets[str, Place]]:
    manager = FakeManager(state)
    await alias(manager, *(f"alias exec x{number} {text}" for number, text in enumerate(commands)))
    outlets: Outlets[str, Place] = Outlets(manager.configuration, wanted, Place)
    outlets.start()
    return manager, outlets


async def alias(manager: FakeManager, *lines: str) -> None:
    await done(manager.session(batch=False), ["configure terminal", *lines, "end"])


@played
async def test_what_is_configured_is_there(tmp_path: Path) -> None:
    _, outlets = await outlets_of(tmp_path, "one", "two")
    assert [place.text for place in outlets.all.values()] == ["one", "two"]


@played
async def test_one_that_changes_begins_anew_and_the_others_go_on(tmp_path: Path) -> None:
    manager, outlets = await outlets_of(tmp_path, "one", "two")
    one, two = outlets.all.values()
    await alias(manager, "alias exec x0 three")
    assert list(outlets.all) == ["three", "two"]
    assert outlets.all["two"] is two
    await until(lambda: one.closed)
    assert not two.closed


@played
async def test_at_the_end_all_are_let_go_of_and_nothing_is_taken_up(tmp_path: Path) -> None:
    manager, outlets = await outlets_of(tmp_path, "one")
    (one,) = outlets.all.values()
    await outlets.close()
    await alias(manager, "alias exec x0 two")
    assert (one.closed, outlets.all) == (True, {})
