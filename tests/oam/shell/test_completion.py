"""Words for a shell that completes a command line of `sipctl`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import FakeManager, played

from oam import dispatch
from oam.shell import completion
from oam.shell.completion import words_for


@played
async def test_the_last_line_is_completed_in_the_mode_of_those_before(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert await words_for(manager.session(), ["configure terminal", "sip", "timer t"]) == ["t1", "t2", "t4"]
    assert await words_for(manager.session(), ["sip", "timer t"]) == []
    assert await words_for(manager.session(), []) == []


@played
async def test_nothing_is_changed(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await words_for(session, ["configure terminal", "hostname other", "sip", "domain example.net", "do write", "sh"])
    assert manager.configuration.running.hostname == "sipctl"
    assert manager.fake_supervisor.applied == []
    assert session.pending == []


@played
async def test_a_line_that_takes_long_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(dispatch, "execute", never)
    monkeypatch.setattr(completion, "FOLLOW_S", 0.01)
    assert await words_for(FakeManager(tmp_path).session(), ["enable", "show runn"]) == ["running-config"]
