"""The queue of files on their way: in order, kept over restarts, tried again, never felt by anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.file_servers import SECRET, USER, SftpServer, sftp_server, silent_server
from support.management import played

from oam.measurement import area
from oam.measurement.pusher import Pusher
from oam.measurement.sender import SendError, Server

NAMES = [f"A20261128.{hour:02}00+0000-{hour:02}15+0000_-J_sip1.csv" for hour in range(10)]


def of(there: SftpServer, **fields: object) -> Server:
    where = Server("sftp", "127.0.0.1", there.port, USER, SECRET, "", there.host_key, Path("/nonexistent"))
    return where._replace(**fields)  # type: ignore[arg-type]


def put(state: Path, *names: str, keep: int = 100) -> int:
    return sum(area.write(state, "J", name, name.encode(), send=True, keep=keep).dropped for name in names)


class Scene:
    """A pusher, and what it told of itself."""

    def __init__(self, state: Path, server: Callable[[], Server], back_off: tuple[float, ...] = (0.01,)) -> None:
        self.errors: list[str] = []
        self.pusher = Pusher(state, "J", server, lambda: self.errors.append(self.pusher.error), back_off)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(10):
                while not condition():
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; errors: {self.errors}") from None


@asynccontextmanager
async def scene(state: Path, server: Callable[[], Server], **options: tuple[float, ...]) -> AsyncIterator[Scene]:
    found = Scene(state, server, **options)
    try:
        yield found
    finally:
        await found.pusher.close()


@played
async def test_what_waits_from_before_a_restart_is_sent_and_so_is_what_comes(tmp_path: Path) -> None:
    put(tmp_path, *NAMES[:3])
    async with sftp_server(tmp_path / "in") as there, scene(tmp_path, lambda: of(there)) as one:
        await one.until(lambda: one.pusher.sent == 3, "three files")
        put(tmp_path, NAMES[3])
        one.pusher.wake()
        await one.until(lambda: one.pusher.sent == 4, "the fourth")
        assert there.files() == {name: name.encode() for name in NAMES[:4]}
        assert (area.queued(tmp_path, "J"), one.errors, one.pusher.failures) == ([], [], 0)
        assert len(there.logins) == 2


@played
async def test_a_server_that_refuses_gets_everything_later_in_order(tmp_path: Path) -> None:
    put(tmp_path, *NAMES[:3])
    async with sftp_server(tmp_path / "in") as there:
        there.refuses = "write"
        async with scene(tmp_path, lambda: of(there)) as one:
            await one.until(lambda: one.pusher.failures >= 2, "two failures")
            assert one.pusher.error == "write: No space left, said *"
            assert one.pusher.waiting == 3
            there.refuses = ""
            await one.until(lambda: one.pusher.sent == 3, "three files")
            assert (one.pusher.error, one.errors[-1]) == ("", "")
            assert sorted(there.files()) == NAMES[:3]


@played
async def test_a_wrong_key_and_a_wrong_secret_are_told_and_mended_by_configuration(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0])
    async with sftp_server(tmp_path / "in") as there:
        wrong = {"host_key": "SHA256:" + "A" * 43}
        async with scene(tmp_path, lambda: of(there, **wrong)) as one:
            await one.until(lambda: "host key" in one.pusher.error, "the wrong key")
            assert there.logins == []
            wrong = {"secret": "wrong"}
            await one.until(lambda: one.pusher.error == "connect: user or secret refused", "the wrong secret")
            wrong = {}
            await one.until(lambda: one.pusher.sent == 1, "the file")


@played
async def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0])

    def unreadable() -> Server:
        raise SendError("the secret was encrypted under another key than this server's")

    async with scene(tmp_path, unreadable) as one:
        await one.until(lambda: "another key" in one.pusher.error, "the error")


@played
async def test_files_that_make_room_are_sent_no_more(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        there.refuses = "write"
        put(tmp_path, *NAMES[:2])
        async with scene(tmp_path, lambda: of(there)) as one:
            await one.until(lambda: one.pusher.failures >= 1, "a failure")
            assert put(tmp_path, *NAMES[2:5], keep=2) == 3
            there.refuses = ""
            await one.until(lambda: one.pusher.sent == 2, "what is left")
            assert sorted(name for name in there.files() if not name.endswith(".part")) == NAMES[3:5]


@played
async def test_each_failure_waits_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, NAMES[0])
    waits: list[float] = []
    sleep = asyncio.sleep

    async def rest(delay: float) -> None:
        waits.append(delay)
        await sleep(0)

    def nobody() -> Server:
        raise SendError("away")

    monkeypatch.setattr("oam.measurement.pusher.asyncio.sleep", rest)
    one = Scene(tmp_path, nobody, (5.0, 15.0, 60.0))
    for _ in range(10_000):
        await sleep(0.001)
        if len(waits) >= 5:
            break
    await one.pusher.close()
    assert waits[:5] == [5.0, 15.0, 60.0, 60.0, 60.0]


@played
async def test_a_server_that_says_nothing_holds_nobody_up(tmp_path: Path) -> None:
    put(tmp_path, NAMES[0])
    async with silent_server() as port:
        where = Server("ftp", "127.0.0.1", port, USER, SECRET, "", "", Path("/nonexistent"))
        async with scene(tmp_path, lambda: where) as one:
            loop = asyncio.get_running_loop()
            longest = 0.0
            for _ in range(50):
                before = loop.time()
                await asyncio.sleep(0.001)
                longest = max(longest, loop.time() - before)
            assert longest < 2.0
            assert one.pusher.sent == 0
            assert put(tmp_path, NAMES[1]) == 0
        assert area.queued(tmp_path, "J") == NAMES[:2]


@played
async def test_a_disk_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[str]:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(area, "queued", broken)
    async with scene(tmp_path, lambda: Server("ftp", "", 0, "", "", "", "", tmp_path)) as one:
        await one.until(lambda: "Input/output" in one.pusher.error, "the error")
