"""The oam process: what it starts from, what signals do, what it survives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from support.management import played
from support.waiting import until

from core.northbound.settings import SipSettings
from core.northbound.wirefmt import Apply, SupervisorReply, decode_supervisor_request, frame, read_frame
from oam import manager
from oam.config.tree import Configuration
from oam.manager import in_force, run
from oam.settings.logs import LogSettings


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path


class Supervisor:
    """The other end of oam's socket: applies everything but what it is told to refuse."""

    def __init__(self) -> None:
        self.applied: list[Configuration] = []
        self.problems: tuple[str, ...] = ()
        self.ours, self.theirs = socket.socketpair()

    async def serve(self) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=self.ours)
        while (body := await read_frame(reader)) is not None:
            request = decode_supervisor_request(body)
            if isinstance(request.order, Apply) and not self.problems:
                self.applied.append(msgspec.msgpack.decode(request.order.settings, type=Configuration))
            writer.write(frame(SupervisorReply(request.id, self.problems)))
        writer.close()


@pytest.fixture
def ours() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.ours.close()
    with contextlib.suppress(OSError):
        supervisor.theirs.close()


@contextlib.asynccontextmanager
async def running(state: Path, supervisor: Supervisor) -> AsyncIterator[asyncio.Task[None]]:
    """Run the process's main coroutine beside the test until it listens."""
    serving = asyncio.create_task(supervisor.serve())
    process = asyncio.create_task(run(state, os.dup(supervisor.theirs.fileno())))
    supervisor.theirs.close()
    while not (state / "run" / "console.sock").exists():
        assert not process.done(), process.exception()
        await asyncio.sleep(0.001)
    try:
        yield process
    finally:
        if not process.done():
            os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            await asyncio.gather(process, serving, return_exceptions=True)


def log_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_what_is_in_force_is_what_was_applied_last(state: Path) -> None:
    applied = Configuration(hostname="applied", sip=SipSettings(domains=("example.com",)))
    (state / "startup-config").write_text("hostname startup\n")
    assert in_force(state).hostname == "startup"
    (state / "run" / "settings").write_bytes(msgspec.msgpack.encode(applied))
    assert in_force(state) == applied
    for damaged in (b"\x93", b"\x81\xa8hostname\xa1\xff"):
        (state / "run" / "settings").write_bytes(damaged)
        assert in_force(state).hostname == "startup"


def test_an_empty_state_directory_means_defaults(state: Path) -> None:
    assert in_force(state) == Configuration()


@pytest.mark.slow
@played
async def test_sigterm_ends_it_cleanly(state: Path, ours: Supervisor) -> None:
    async with running(state, ours) as process:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(process, 5)
    assert not (state / "run" / "console.sock").exists()


@pytest.mark.slow
@played
async def test_it_ends_with_the_supervisor(state: Path, ours: Supervisor) -> None:
    async with running(state, ours) as process:
        ours.ours.shutdown(socket.SHUT_RDWR)
        await asyncio.wait_for(process, 5)


@pytest.mark.slow
@played
async def test_sighup_puts_startup_config_in_force(
    state: Path, ours: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "management")
    async with running(state, ours):
        (state / "startup-config").write_text("hostname sip2\n!\nlogging level debugging\n")
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: "startup-config is in force" in log_of(caplog))
    assert [settings.hostname for settings in ours.applied] == ["sip2"]


@pytest.mark.slow
@played
async def test_a_bad_startup_config_changes_nothing(
    state: Path, ours: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(state, ours):
        (state / "startup-config").write_text("hostname sip2\nnonsense\n")
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: any("startup-config refused" in line for line in log_of(caplog)))
    assert ours.applied == []
    assert any("startup-config:2" in line for line in log_of(caplog))


@pytest.mark.slow
@played
async def test_settings_that_the_supervisor_refuses_are_logged(
    state: Path, ours: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    ours.problems = ("udp:127.0.0.1:5060: address already in use",)
    async with running(state, ours):
        (state / "startup-config").write_text("hostname sip2\n")
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: any("address already in use" in line for line in log_of(caplog)))


def test_severities_follow_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[LogSettings] = []
    monkeypatch.setattr(manager, "set_levels", followed.append)
    louder = Configuration(logging=LogSettings(level="debugging"))
    manager._follow(Configuration(), louder)
    manager._follow(louder, louder)
    assert followed == [louder.logging]
