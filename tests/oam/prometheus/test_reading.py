"""All figures at one moment; what cannot be had is missing and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from core.northbound.counters import STARTED_AT, open_block
from oam.prometheus.metrics import Own
from oam.prometheus.reading import Reader, Saved, sums


def test_counters_are_summed_over_workers_and_the_latest_start_counts(tmp_path: Path) -> None:
    one, other = open_block(tmp_path / "1"), open_block(tmp_path / "2")
    one[0], other[0] = 3, 4
    one[STARTED_AT], other[STARTED_AT] = 100, 200
    assert sums([one, other])[0] == 7
    assert sums([one, other])[STARTED_AT] == 200


@played
async def test_without_the_supervisor_there_are_no_processes(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.away = True
    found = await Reader(manager).read(Own(1, 2))
    assert found.processes == []
    assert found.own == Own(1, 2)


@played
async def test_saved_is_what_startup_config_says(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    saved = Saved(manager.configuration)
    assert not await saved.now()
    await manager.configuration.save_startup()
    assert await saved.now()
    await done(manager.session(batch=False), ["configure terminal", "hostname other"])
    assert not await saved.now()
    manager.configuration.startup_path.write_text("no such line\n")
    assert not await saved.now()


@played
async def test_startup_config_is_read_only_when_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = FakeManager(tmp_path)
    await manager.configuration.save_startup()
    saved = Saved(manager.configuration)
    assert await saved.now()
    monkeypatch.setattr(manager.configuration, "startup", lambda: pytest.fail("read again"))
    assert await saved.now()
