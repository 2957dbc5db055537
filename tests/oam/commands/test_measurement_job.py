"""`measurement-job` and what shows, tests and clears it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.file_servers import SECRET, USER, sftp_server
from support.management import FakeManager, done, gathered, played
from support.minutes import SYSTEM, at, minute, values
from support.waiting import until

from core.northbound.keyring import Keyring
from oam.commands.registry import CommandError
from oam.dispatch import execute
from oam.measurement import area

HOUR = at("2026-11-28 16:00")
JOB = ["configure terminal", "measurement-job J", "object system", "period 1", "end"]


async def written(manager: FakeManager) -> None:
    """Let a minute pass, and its file be written."""
    task = asyncio.create_task(manager.measurement.run())
    manager.measurement.take(minute(HOUR, {SYSTEM: values(bids=3)}))
    await until(lambda: manager.measurement.jobs["J"].written)
    task.cancel()
    await asyncio.wait([task])


@played
async def test_a_job_is_configured_shown_and_its_files_are_listed_and_cleared(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, JOB)
    (row,), _ = await gathered(session, "show measurement-job J")
    assert (row.job, row.state, row.period_min, row.last_file, row.objects) == ("J", "measuring", 1, "", None)
    await written(manager)
    (row,), _ = await gathered(session, "show measurement-job")
    name = "A20261128.1600+0000-1601+0000_-J_sipctl.csv"
    assert (row.last_file, row.objects, row.written, row.lost, row.error) == (name, 1, 1, 0, "")
    (entry,), _ = await gathered(session, "show measurement-files J")
    assert (entry.job, entry.file, entry.waiting) == ("J", name, False)
    assert entry.octets == (tmp_path / "measurements" / "J" / name).stat().st_size
    await done(session, ["clear measurement-files J"])
    rows, _ = await gathered(session, "show measurement-files")
    assert rows == []
    with pytest.raises(CommandError, match="There are no files of a measurement-job J"):
        await _run(manager, "clear measurement-files J")


async def _run(manager: FakeManager, line: str) -> None:
    result = await execute(manager.session(), line)
    if result.code:
        raise CommandError("; ".join([result.reason, *result.errors]))


@pytest.mark.parametrize("line", ["show measurement-job X", "test measurement-job X push"])
@played
async def test_a_job_that_is_not_there_is_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(CommandError, match="There is no measurement-job X"):
        await _run(FakeManager(tmp_path), line)


@played
async def test_the_secret_is_kept_encrypted_and_sending_can_be_tried(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, JOB)
    with pytest.raises(CommandError, match="sends its files nowhere"):
        await _run(manager, "test measurement-job J push")
    async with sftp_server(tmp_path / "in") as there:
        await done(
            session,
            [
                "configure terminal",
                "measurement-job J",
                f"push user {USER}",
                f"push secret 0 {SECRET}",
                f"push host-key {there.host_key}",
                f"push sftp 127.0.0.1 port {there.port}",
                "end",
            ],
        )
        (job,) = manager.configuration.running.measurement_jobs
        assert Keyring(tmp_path).decrypted(job.push_secret) == SECRET
        assert SECRET not in "\n".join(await done(session, ["show running-config"]))
        (row,), _ = await gathered(session, "test measurement-job J push")
        assert (row.job, row.server, row.result) == ("J", "sftp 127.0.0.1", "sent")
        assert there.files() == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("indicator nonsense", "there is no indicator nonsense"),
        ("period 7", "period is one of 1, 5, 15, 30, 60 minutes"),
        ("push sftp 192.0.2.1", "push needs a user"),
        ("push host-key SHA256:short", "not a fingerprint"),
    ],
)
@played
async def test_a_line_that_makes_no_sense_is_refused(tmp_path: Path, line: str, told: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, JOB[:3])
    result = await execute(session, line)
    assert result.code
    assert told in " ".join([result.reason, *result.errors])


@played
async def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[str]:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(area, "listing", broken)
    with pytest.raises(CommandError, match="measurements: Input/output error"):
        await _run(FakeManager(tmp_path), "show measurement-files")
