"""Operators let in: limits, banners, messages, and nothing left behind when they are gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.management import FakeManager, done, played
from support.seat import Seat

from oam.config.tree import Configuration
from oam.security.login import Identity, Source
from oam.settings.lines import Alias, Banners, ConsoleSettings, LineSettings, Timeout
from oam.settings.operators import Operator
from oam.shell.entrance import LineError, batch
from oam.shell.script import Options, Script
from oam.shell.terminal import Terminal


@asynccontextmanager
async def house(state: Path, **fields: object) -> AsyncGenerator[FakeManager, None]:
    """A manager configured with `fields`; what its sessions leave behind is an error."""
    manager = FakeManager(state, msgspec.structs.replace(Configuration(), **fields))
    before = asyncio.all_tasks()
    subscribers = list(manager.notices.subscribers)
    yield manager
    async with asyncio.timeout(5):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.001)
    assert manager.lines.all() == []
    assert manager.notices.subscribers == subscribers


async def _seat(manager: FakeManager, user: str = "admin", **how: Any) -> Seat:  # noqa: ANN401
    seat = Seat(manager, user, **how)
    await seat.until("sipctl#")
    return seat


@played
async def test_banners_come_with_the_first_prompt(tmp_path: Path) -> None:
    banners = Banners(motd="Hello\nyou", login="before", exec="Be careful")
    async with house(tmp_path, banners=banners) as manager:
        for transport, shown in (("ssh", b"Hello\r\nyou\r\nBe careful\r\n"), ("telnet", b"Be careful\r\n")):
            seat = await _seat(manager, transport=transport)
            assert seat.pieces[0] == shown + b"sipctl#"
            await seat.leave()


@played
async def test_who_is_on_and_messages(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        alice, bob = await _seat(manager, "alice"), await _seat(manager, "bob", transport="console", term="dumb")
        shown = await alice.line("who")
        rows = [row.split() for row in shown.splitlines()[2:]]
        assert [(*row[:3], row[-1]) for row in rows] == [("con", "0", "bob", "no"), ("vty", "0", "alice", "yes")]
        bob.type("show pri")
        await bob.until("show pri")
        assert await alice.line("send con 0 dinner is ready") == ""
        assert await bob.until("pri") == "\r\n*** Message from alice on vty 0: dinner is ready\r\nsipctl#show pri"
        assert await alice.line("send * all of you") == "Sent to 1 sessions\r\n"
        await bob.until("all of you\r\nsipctl#show pri")
        assert await alice.line("send vty 7 hello") == "% Nobody is on line vty 7\r\n"
        assert "level is 15" in await bob.line("vilege")
        await alice.leave()
        await bob.leave()


@played
async def test_a_session_is_cleared(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        alice, bob = await _seat(manager, "alice"), await _seat(manager, "bob")
        await bob.line("configure terminal", "(config)#")
        alice.type("clear line vty 1\r")
        await alice.until("[confirm]")
        assert " [OK]" in await alice.line("")
        assert await bob.ended() == "\r\n% Session ended: cleared by alice\r\n"
        alice.type("disconnect vty 0\r\r")
        await alice.until("% This is your own session")
        await alice.leave()


@pytest.mark.slow
@played
async def test_an_idle_session_ends(tmp_path: Path) -> None:
    async with house(tmp_path, vty=LineSettings(exec_timeout=Timeout(0, 1))) as manager:
        seat = await _seat(manager)
        assert await seat.ended() == "\r\n% Session ended: idle for 1 second\r\n"


@pytest.mark.slow
@played
async def test_a_pager_is_idle_and_so_is_one_who_does_not_read(tmp_path: Path) -> None:
    async with house(tmp_path, vty=LineSettings(exec_timeout=Timeout(0, 2), length=5)) as manager:
        paging, deaf = await _seat(manager), await _seat(manager)
        paging.type("show running-config all\r")
        await paging.until("--More--")
        await deaf.line("terminal length 0")
        deaf.reading.clear()
        deaf.type("show running-config all\r")
        assert "idle for 2 seconds" in await paging.ended()
        await deaf.ended()


@pytest.mark.parametrize(
    ("fields", "user", "reason"),
    [
        ({"vty": LineSettings(session_limit=1)}, "bob", "Too many sessions"),
        ({"vty": LineSettings(operator_limit=1)}, "alice", "Too many sessions of alice"),
        ({"users": (Operator("alice", session_limit=1),)}, "alice", "Too many sessions of alice"),
    ],
)
@played
async def test_limits(tmp_path: Path, fields: dict[str, object], user: str, reason: str) -> None:
    async with house(tmp_path, **fields) as manager:
        first = await _seat(manager, "alice")
        with pytest.raises(LineError, match=f"^{reason}$"):
            await Seat(manager, user).running
        await first.leave()
        await (await _seat(manager, user)).leave()


@played
async def test_notices_on_the_terminal(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = await _seat(manager)
        manager.notices.publish("login-failed", "unseen")
        await seat.line("terminal monitor")
        await seat.line("terminal monitor")
        seat.type("show cl")
        await seat.until("show cl")
        manager.notices.publish("login-failed", "somebody\nfailed")
        shown = await seat.until("sipctl#show cl")
        assert shown.startswith("\r\n*")
        assert shown.count("login-failed: somebody") == 1
        assert "unseen" not in shown
        await seat.line("ock")
        await seat.line("terminal no monitor")
        manager.notices.publish("login-failed", "unseen")
        assert "unseen" not in await seat.line("show terminal")
        await seat.line("terminal monitor")
        await seat.leave()


@played
async def test_an_alarm_on_the_terminal_has_one_severity_its_own(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        await done(manager.session(batch=False), ["configure terminal", "logging monitor level errors"])
        seat = await _seat(manager)
        await seat.line("terminal monitor")
        manager.alarms.set(3, "route-group X", "A and B are down")
        manager.alarms.set(44, "system", "telnet is on")
        manager.alarms.clear(44, "system")
        manager.alarms.clear(3, "route-group X", "A is up")
        shown = await seat.until("route-group X: A is up")
        assert "UTC: alarm-raised: critical alarm 1, trunk-group-down of route-group X: A and B are down" in shown
        assert "UTC: alarm-cleared: alarm 1, trunk-group-down of route-group X: A is up" in shown
        assert "telnet" not in shown
        await seat.leave()


@played
async def test_what_a_session_holds_is_released_whatever_fails(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = await _seat(manager)
        released: list[str] = []
        session = manager.lines.all()[0].session
        session.at_end += [lambda: released.append("first"), lambda: released.append(str(1 // 0))]
        await seat.leave()
        assert released == ["first"]


@pytest.mark.slow
@played
async def test_watching_ends_at_a_key(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = await _seat(manager)
        seat.type("watch 1 show privilege | include level\r")
        for _ in range(2):
            shown = await seat.until("level is 15\r\n")
            assert "every 1 s: show privilege | include level (a key ends it)\r\n" in shown
        seat.type("\x1b[A")
        await seat.until("sipctl#")
        assert await seat.line("") == ""
        assert "watch cannot be repeated" in await seat.line("repeat 2 watch 1 show clock")
        assert "marker" in await seat.line("watch 1 show nonsense")
        assert b"\x1b" not in b"".join(seat.pieces)
        await seat.leave()


@pytest.mark.slow
@played
async def test_watching_draws_where_that_can_be(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = Seat(manager, transport="console")
        await seat.until("sipctl#")
        seat.type("watch 1 show running-config all\r")
        shown = await seat.until("\x1b[H\x1b[2J")
        shown = await seat.until("\x1b[H\x1b[2J")
        assert shown.count("\r\n") == 23
        seat.type("q")
        await seat.until("sipctl#")
        await seat.leave()


@played
async def test_repeating(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = await _seat(manager)
        shown = await seat.line("repeat 3 show privilege")
        assert shown.count("level is 15") == 3
        assert "--- 2 of 3: show privilege\r\n" in shown
        manager.fake_worker.answers = None
        assert (await seat.line("repeat 3 show calls")).count("% ") == 1
        await seat.leave()


@played
async def test_the_editor_is_changed_and_changed_back(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = await _seat(manager)
        seat.type("terminal editor rich\r")
        await seat.until("\x1b[?2004h")
        seat.type("show pri\t\r")
        await seat.until("level is 15")
        seat.type("terminal editor plain\r")
        await seat.until("sipctl#")
        await seat.until("sipctl#")
        await seat.line("show clock")
        seat.pieces.clear()
        await seat.line("show clock")
        assert b"\x1b" not in b"".join(seat.pieces)
        await seat.leave()
        dumb = await _seat(manager, term="dumb")
        assert "cannot be drawn on" in await dumb.line("terminal editor rich")
        await dumb.leave()


@pytest.mark.parametrize("editor", ["plain", "rich"])
@played
async def test_a_banner_is_typed_line_by_line(tmp_path: Path, editor: str) -> None:
    async with house(tmp_path, console=ConsoleSettings(editor=editor)) as manager:
        seat = Seat(manager, transport="console")
        await seat.until("sipctl#")
        seat.type("configure terminal\rbanner motd ^C\r")
        await seat.until("End with the character '^C'.\r\n")
        seat.type("Who is there?\rexit\r")
        seat.type("^C\rhostname next\r")
        await seat.until("next(config)#")
        assert manager.configuration.running.banners.motd == "Who is there?\nexit"
        seat.type("banner exec @\r")
        await seat.until("'@'.")
        seat.type("never\x03")
        await seat.until("next(config)#")
        seat.type("banner exec @\rroot#\r@\r")
        await seat.until("% banner exec: robots take '#' for a prompt")
        assert manager.configuration.running.banners.exec == ""
        await seat.leave()


@played
async def test_an_alias_in_a_session(tmp_path: Path) -> None:
    async with house(tmp_path, aliases=(Alias("prv", "show privilege"),)) as manager:
        seat = await _seat(manager)
        assert "level is 15" in await seat.line("prv")
        assert (await seat.line("prv x")).startswith(" " * len("sipctl#prv ") + "^\r\n")
        seat.type("prv ?")
        await seat.until("<cr>")
        await seat.leave()


@played
async def test_hang_up_in_the_middle_of_everything_leaves_nothing(tmp_path: Path) -> None:
    doings: list[Callable[[Seat], Awaitable[object]]] = [
        lambda seat: _type(seat, "watch 1 show clock\r", "UTC"),
        lambda seat: _type(seat, "repeat 9 interval 9 show clock\r", "UTC"),
        lambda seat: _type(seat, "configure terminal\rbanner motd @\rtext\r", "text"),
        lambda seat: _type(seat, "terminal monitor\r\x12mon", "n') terminal monitor"),
        lambda seat: _type(seat, "terminal editor rich\rshow", "?2004h"),
        lambda seat: _type(seat, "clear line vty 0\r", "[confirm]"),
    ]
    for number, doing in enumerate(doings):
        async with house(tmp_path / str(number)) as manager:
            seat = await _seat(manager)
            await doing(seat)
            seat.terminal.hang_up()
            await seat.ended()


async def _type(seat: Seat, keys: str, wanted: str) -> None:
    seat.type(keys)
    await seat.until(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["", "show running-config all\r", "watch 1 show running-config all\r"])
@played
async def test_one_who_never_reads_is_cleared_and_holds_nothing(tmp_path: Path, keys: str) -> None:
    async with house(tmp_path) as manager:
        deaf, other = await _seat(manager, "deaf"), await _seat(manager, "other")
        await deaf.line("terminal length 0")
        await deaf.line("terminal monitor")
        deaf.reading.clear()
        deaf.type(keys)
        for number in range(500):
            manager.notices.publish("login-failed", f"number {number}")
        await asyncio.sleep(0.05)
        held = len(deaf.sent)
        await other.line("send * hello")
        assert len(deaf.sent) == held
        other.type("clear line vty 0\r\r")
        await other.until(" [OK]")
        await deaf.ended()
        await other.leave()


@played
async def test_a_script_has_a_line_and_can_be_cleared(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        error = bytearray()

        async def feed(script: Script) -> None:
            await script.add("f:1", b"repeat 100 interval 60 show clock")
            await asyncio.Event().wait()

        running = asyncio.create_task(_batch(manager, Options(), feed, error))
        seat = await _seat(manager)
        assert "vty 0" not in await seat.line("show users")
        assert "ssh, script" in await seat.line("show users all")
        assert "ssh, script" in await seat.line("show sessions")
        seat.type("clear line vty 0\r\r")
        assert await running == 1
        assert error.decode() == "% Session ended: cleared by admin\n"
        await seat.leave()


@played
async def test_a_script_whose_source_fails_is_stopped(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:

        async def feed(script: Script) -> None:
            await script.add("f:1", b"repeat 100 interval 60 show clock")
            raise OSError("the source is gone")

        with pytest.raises(OSError, match="the source is gone"):
            await asyncio.wait_for(_batch(manager, Options(), feed, bytearray()), 10)
        assert manager.lines.all() == []


async def _batch(
    manager: FakeManager, options: Options, feed: Callable[[Script], Awaitable[None]], error: bytearray
) -> int:
    async def at_once() -> None:
        pass

    return await batch(
        manager,
        Identity("admin", 15),
        Source("ssh", "192.0.2.7"),
        options,
        feed,
        output=lambda _octets: None,
        error=error.extend,
        flush=at_once,
    )


@pytest.mark.parametrize("lines", [[], [b"configure terminal", b"hostname late"], [b"repeat 9 interval 60 show clock"]])
@played
async def test_a_script_out_of_time_is_stopped(tmp_path: Path, lines: list[bytes]) -> None:
    async with house(tmp_path) as manager:
        error = bytearray()

        async def feed(script: Script) -> None:
            for line in lines:
                await script.add("f:1", line)
            await asyncio.Event().wait()

        assert await _batch(manager, Options(timeout_s=0.05), feed, error) == 1
        assert "% Not done within 0.05 seconds; the script was stopped" in error.decode()
        assert manager.configuration.running.hostname == "sipctl"


KEYS = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from(
            [
                *(b"show ", b"conf t\r", b"watch 1 ", b"no ", b"banner motd @\r", b"@\r", b"q", b"/", b"?", b"\t"),
                *(b"\r", b"\r\0", b"\r\n", b"\x03", b"\x1a", b"\x12", b"\x0c", b"\x14", b"\x17", b"\x7f", b"\x1b[A"),
                *(b"\xe4\xb8\xad", b"\xe4"),
            ]
        ),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(KEYS, st.sampled_from(["ssh", "console"]))
@pytest.mark.slow
def test_no_octets_end_a_session_but_those_that_mean_it(
    tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture, chunks: list[bytes], transport: str
) -> None:
    caplog.clear()

    async def play() -> None:
        async with house(tmp_path_factory.mktemp("fuzz")) as manager:
            seat = Seat(manager, transport=transport)
            await seat.until("#")
            for chunk in chunks:
                seat.type(chunk.replace(b"\x04", b"").replace(b"x", b""))
                await asyncio.sleep(0)
            for _ in range(5):
                seat.type(b"@\r\x03\x1a\x15")
                await asyncio.sleep(0.005)
            if not seat.running.done():
                seat.sent.clear()
                seat.type(b"\x03\x15show privilege\r")
                await seat.until("level is 15")
                if transport == "ssh":
                    assert b"\x1b" not in b"".join(seat.pieces)
                await seat.leave()
            seat.running.result()

    asyncio.run(play())
    assert [record for record in caplog.records if record.exc_info] == []


@played
async def test_a_long_line_is_only_echoed(tmp_path: Path) -> None:
    async with house(tmp_path) as manager:
        seat = await _seat(manager)
        line = "show users | include " + "x" * 150
        seat.type(line)
        assert await seat.until(line) == line
        await seat.leave()


@played
async def test_settings_of_the_line(tmp_path: Path) -> None:
    vty = LineSettings(length=0, width=132, history=2, editor="rich")
    async with house(tmp_path, vty=vty) as manager:
        seat = await _seat(manager, term="vt100")
        session = manager.lines.all()[0].session
        assert (session.length, session.width, session.editor) == (0, 132, "plain")
        for _ in range(2):
            await seat.line("show clock")
            await seat.line("show terminal")
        assert session.history == ["show clock", "show terminal"]
        await seat.leave()
        await done(manager.session(batch=False), ["show sessions"])


@played
async def test_nothing_is_sent_to_one_who_has_hung_up() -> None:
    sent: list[bytes] = []

    async def gone() -> None:
        raise OSError

    terminal = Terminal(sent.append, gone)
    await terminal.flush()
    terminal.write("x")
    assert sent == []
