"""An operator at a terminal, played with both editors: keys in, screen out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound.call_rows import CallRow
from core.northbound.orders import ListCalls
from oam.context import Session
from oam.shell.editor import Complete, Editor
from oam.shell.editor_plain import PlainEditor
from oam.shell.editor_rich import RichEditor
from oam.shell.interactive import Interactive
from oam.shell.terminal import Terminal

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
CALLS = [CallRow("answered", f"sip:{n}@a", "sip:b@a", 1.7e9, None, n, f"call-{n}") for n in range(100)]


class Seat:
    """An operator: types, looks, waits for what must appear."""

    def __init__(self, manager: FakeManager, rich: bool, privilege: int = 15) -> None:
        self.manager = manager
        self.sent = bytearray()
        self.session = Session(manager, user="admin", privilege=privilege)
        self.terminal = Terminal(self.sent.extend, self._flush)

        def editor(kind: str, complete: Complete) -> Editor:
            if kind == "rich":
                return RichEditor(self.terminal, "xterm", self.session.history, complete)
            return PlainEditor(self.terminal, self.session.history, complete)

        self.session.editor = "rich" if rich else "plain"
        self.session.term = "xterm"
        self.shell = Interactive(self.session, self.terminal, editor)
        self.running = asyncio.create_task(self.shell.run())

    async def _flush(self) -> None:
        await asyncio.sleep(0)

    @property
    def text(self) -> str:
        """All that was sent, escape sequences taken out."""
        return _ESCAPES.sub("", self.sent.decode())

    def type(self, keys: str) -> None:
        self.terminal.received(keys.encode())

    async def until(self, wanted: str) -> str:
        """Wait until `wanted` has appeared since the last look; return all that has come by then."""
        end = time.monotonic() + 10
        while (at := self.text.find(wanted)) < 0:
            assert time.monotonic() < end, f"{wanted!r} did not come: {self.text[-500:]!r}"
            assert not self.running.done() or wanted in self.text, f"session ended: {self.text[-500:]!r}"
            await asyncio.sleep(0.001)
        seen = self.text[: at + len(wanted)]
        rest = self.text[at + len(wanted) :]
        self.sent[:] = rest.encode()
        return seen

    async def line(self, text: str, prompt: str) -> str:
        """Type a line and wait for the next prompt; return what came before it."""
        self.type(text + "\r")
        await self.until("\r\n")
        return (await self.until(prompt)).removesuffix(prompt)

    async def end(self) -> None:
        async with asyncio.timeout(5):
            await self.running


@asynccontextmanager
async def seated(state: Path, rich: bool, privilege: int = 15) -> AsyncGenerator[Seat, None]:
    manager = FakeManager(state)
    manager.fake_worker.answers = {ListCalls: list(CALLS)}
    seat = Seat(manager, rich, privilege)
    before = asyncio.all_tasks()
    try:
        await seat.until(seat.session.prompt)
        yield seat
    finally:
        seat.terminal.hang_up()
        await seat.end()
        assert asyncio.all_tasks() <= before, "a task was left behind"


both = pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])


@both
@played
async def test_commands_modes_and_the_way_out(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        assert await seat.line("show privilege", "sipctl#") == "Current privilege level is 15\r\n"
        assert "CNTL/Z" in await seat.line("configure terminal", "sipctl(config)#")
        await seat.line("sip", "sipctl(config-sip)#")
        seat.type("domain example.com\x1a")
        await seat.until("^Z")
        await seat.until("sipctl#")
        assert seat.manager.configuration.running.sip.domains == ("example.com",)
        await seat.line("disable", "sipctl>")
        await seat.line("enable", "sipctl#")
        seat.type("exit\r")
        await seat.end()


@both
@played
async def test_errors_stand_under_their_word(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        shown = await seat.line("show privlege", "sipctl#")
        assert shown == " " * 12 + "^\r\n% Invalid input detected at '^' marker.\r\n"
        assert await seat.line("! a comment", "sipctl#") == ""
        assert await seat.line("", "sipctl#") == ""


@both
@played
async def test_help_at_once_and_the_line_goes_on(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        seat.type("show cl?")
        await seat.until("clock  ")
        await seat.until("sipctl#show cl")
        assert "UTC" in await seat.line("ock", "sipctl#")
        seat.type("nonsense ?")
        await seat.until("% Unrecognized command")
        await seat.until("sipctl#nonsense")
        seat.type("\x15")
        assert "privilege level" in await seat.line("show pri\t", "sipctl#")
        assert seat.session.history == ["show clock", "show privilege"]


@both
@played
async def test_paging(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        seat.type("show calls\r")
        first = await seat.until(" --More-- ")
        assert "sip:20@a" in first
        assert "sip:21@a" not in first
        seat.type("\r")
        assert "sip:21@a" in await seat.until(" --More-- ")
        seat.type("/:9[0]@\r")
        assert "sip:90@a" in await seat.until("sipctl#")
        await seat.line("terminal length 0", "sipctl#")
        assert "sip:99@a" in await seat.line("show calls", "sipctl#")
        await seat.line("terminal length 5", "sipctl#")
        seat.type("show calls\rq")
        assert "sip:2@a" not in await seat.until("sipctl#")


@both
@played
async def test_ctrl_c_stops_a_command_and_what_was_typed_ahead(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        seat.manager.fake_worker.hangs = True
        seat.type("show calls\r")
        await _turns(lambda: bool(seat.manager.fake_worker.orders))
        seat.type("show privilege\r\x03")
        assert "privilege level" not in await seat.until("^C\r\nsipctl#")
        seat.manager.fake_worker.hangs = False
        assert "level is 15" in await seat.line("show privilege", "sipctl#")


@both
@played
async def test_ctrl_c_at_the_pager_and_on_the_line(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        seat.type("show calls\r")
        await seat.until(" --More-- ")
        seat.type("\x03")
        await seat.until("sipctl#")
        seat.type("junk")
        seat.type("\x03")
        await seat.until("^C")
        await seat.until("sipctl#")
        assert seat.session.history == ["show calls"]


@both
@played
async def test_a_question(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        await seat.line("write memory", "sipctl#")
        seat.type("reload\r")
        await seat.until("Proceed with reload? [confirm]")
        seat.type("n\r")
        await seat.until("sipctl#")
        seat.type("reload\r")
        await seat.until("[confirm]")
        seat.type("\x03")
        await seat.until("sipctl#")
        assert seat.manager.fake_supervisor.reloads == 0
        seat.type("reload\r\r")
        await seat.until("The server restarts")
        assert seat.manager.fake_supervisor.reloads == 1


@both
@played
async def test_hang_up_in_the_middle_of_everything_leaves_nothing(tmp_path: Path, rich: bool) -> None:
    doings: list[Callable[[Seat], Awaitable[object]]] = [
        lambda seat: seat.until(""),
        lambda seat: _type(seat, "show pri", "pri"),
        lambda seat: _type(seat, "show calls\r", " --More-- "),
        lambda seat: _type(seat, "show calls\r/sip", "/sip"),
        lambda seat: _type(seat, "write memory\rreload\r", "[confirm]"),
        lambda seat: _type(seat, "configure terminal\rsip\r", "(config-sip)#"),
        _hanging,
    ]
    for number, doing in enumerate(doings):
        async with seated(tmp_path / str(number), rich) as seat:
            await doing(seat)


async def _type(seat: Seat, keys: str, wanted: str) -> None:
    seat.type(keys)
    await seat.until(wanted)


async def _hanging(seat: Seat) -> None:
    seat.manager.fake_worker.hangs = True
    seat.type("show calls\r")
    await _turns(lambda: bool(seat.manager.fake_worker.orders))


async def _turns(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


@both
@pytest.mark.slow
@played
async def test_ten_thousand_pasted_lines_all_arrive(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        await seat.line("configure terminal", "(config)#")
        await seat.line("sip", "(config-sip)#")
        paste = "".join(f" domain d{number}.example.com\r" for number in range(10_000)).encode()
        for at in range(0, len(paste), 65_536):
            seat.terminal.received(paste[at : at + 65_536])
            await seat.terminal.room()
        await _turns(lambda: not seat.terminal.peek())
        seat.sent.clear()
        await seat.line("do show privilege", "(config-sip)#")
        assert len(seat.manager.configuration.running.sip.domains) == 10_000
        assert len(seat.manager.fake_supervisor.applied) < 20


@both
@played
async def test_a_pasted_configuration_is_applied_together_and_a_refused_line_is_named(
    tmp_path: Path, rich: bool
) -> None:
    async with seated(tmp_path, rich) as seat:
        seat.type(
            "conf t\rregistrar\rexpires minimum 600\rexpires maximum 500\rexpires default 700\rtypo\rhostname x\rend\r"
        )
        shown = await seat.until("x#")
        assert '% Refused: "expires maximum 500"\r\n% ' in shown
        assert "\r\n" + " " * len("sipctl(config-registrar)#") + "^\r\n" in shown
        running = seat.manager.configuration.running
        assert (running.hostname, running.registrar.expires_minimum_s, running.registrar.expires_default_s) == (
            "x",
            600,
            700,
        )
        assert "sip:0@a" in await seat.line("show calls", " --More-- ")


@both
@played
async def test_what_was_entered_before_the_hang_up_is_applied(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        seat.type("conf t\rhostname one\rhostname two\rxyzzy")
        await seat.until("xyzzy")
        seat.terminal.hang_up()
        await seat.end()
        assert seat.manager.configuration.running.hostname == "two"


@played
async def test_the_prompt_follows_the_hostname_and_the_window_its_size(tmp_path: Path) -> None:
    async with seated(tmp_path, False) as seat:
        await seat.line("configure terminal", "(config)#")
        await seat.line("hostname sip1", "sip1(config)#")
        seat.terminal.resized(132, 50)
        await seat.line("end", "sip1#")
        assert (seat.session.width, seat.session.length) == (132, 50)
        await seat.line("terminal width 100", "sip1#")
        seat.terminal.resized(90, 40)
        await seat.line("show privilege", "sip1#")
        assert (seat.session.width, seat.session.length) == (100, 40)


@played
async def test_without_privilege(tmp_path: Path) -> None:
    async with seated(tmp_path, False, privilege=1) as seat:
        assert await seat.line("enable", "sipctl>") == "% Access denied\r\n"
        assert await seat.line("configure terminal", "sipctl>") == "Command authorization failed.\r\n"


@played
async def test_a_line_too_long_is_said_and_not_run(tmp_path: Path) -> None:
    async with seated(tmp_path, False) as seat:
        seat.type("show privilege " + " " * 5000 + "\r")
        assert "level is" not in await seat.until("it was not run\r\nsipctl#")


@both
@played
async def test_help_in_chinese_stands_in_its_column(tmp_path: Path, rich: bool) -> None:
    async with seated(tmp_path, rich) as seat:
        await seat.line("terminal language zh", "sipctl#")
        seat.type("show clo?")
        assert "\r\n  clock             本服务器的日期和时间\r\n" in await seat.until("时间\r\n")
        await seat.until("sipctl#show clo")
        seat.type("\x15show bogus\r")
        assert "% Invalid input detected at '^' marker." in await seat.until("marker.")
        await seat.until("sipctl#")
        await seat.line("terminal language en", "sipctl#")
        seat.type("show clo?")
        await seat.until("\r\n  clock             Date and time of this server\r\n")
