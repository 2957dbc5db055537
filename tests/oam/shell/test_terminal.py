"""Octets on their way in: line ends, Ctrl-C, the bound, the hang-up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.management import played

from oam.shell import terminal
from oam.shell.terminal import PIECE, TYPED_AHEAD, Terminal, patiently


async def at_once() -> None:
    pass


def made(sent: list[bytes] | None = None) -> Terminal:
    return Terminal((sent if sent is not None else []).append, at_once)


@pytest.mark.parametrize(
    "chunks",
    [
        (b"a\rb\r",),
        (b"a\nb\n",),
        (b"a\r\nb\r\n",),
        (b"a\r\0b\r\0",),
        (b"a\r", b"\nb\r", b"\n"),
        (b"a\r", b"\0b\r", b"\0"),
        (b"\0a", b"\0\r", b"b\0", b"\r"),
    ],
)
@played
async def test_every_line_end_is_one(chunks: tuple[bytes, ...]) -> None:
    line = made()
    for chunk in chunks:
        line.received(chunk)
    assert bytes(await line.read()) == b"a\rb\r"


@played
async def test_two_line_ends_stay_two() -> None:
    line = made()
    for chunk in (b"\n", b"\n", b"\r", b"\r\n", b"\n"):
        line.received(chunk)
    assert line.peek() == b"\r\r\r\r\r"


@played
async def test_interrupt_drops_what_was_typed_ahead_while_a_command_runs() -> None:
    line = made()
    stopped: list[bool] = []
    line.received(b"kept\x03")
    line.on_interrupt = lambda: stopped.append(True)
    line.received(b"dropped")
    assert stopped == []
    line.received(b"this too\x03next")
    assert stopped == [True]
    assert line.peek() == b"next"


@played
async def test_a_full_buffer_holds_the_transport_until_half_is_taken() -> None:
    line = made()
    line.received(b"x" * TYPED_AHEAD)
    waiting = asyncio.create_task(line.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    line.take(TYPED_AHEAD // 2 + 1)
    await waiting


@played
async def test_hang_up_frees_everybody() -> None:
    line = made()
    called: list[bool] = []
    line.on_hang_up = lambda: called.append(True)
    reading = asyncio.create_task(line.read())
    await asyncio.sleep(0)
    line.hang_up()
    assert not await reading
    assert called == [True]
    await line.more(100)


@played
async def test_a_size_of_nothing_is_80_by_24() -> None:
    line = made()
    line.resized(0, 0)
    assert (line.columns, line.rows) == (80, 24)
    line.resized(132, 50)
    assert (line.columns, line.rows) == (132, 50)
    line.resized(10**6, 10**6)
    assert (line.columns, line.rows) == (1000, 1000)


@played
async def test_nothing_is_sent_after_the_hang_up() -> None:
    sent: list[bytes] = []
    line = made(sent)
    line.write("é")
    line.hang_up()
    line.write("late")
    assert sent == ["é".encode()]


@played
async def test_a_peer_that_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "STALL_S", 0.01)
    line = Terminal([].append, asyncio.Event().wait)  # type: ignore[arg-type]
    await line.flush()
    assert line.hung_up
    with pytest.raises(TimeoutError):
        await patiently(asyncio.Event().wait)  # type: ignore[arg-type]


@given(st.binary(max_size=200), st.data())
def test_chunks_change_nothing_but_a_split_line_end(octets: bytes, data: st.DataObject) -> None:
    async def both() -> None:
        whole, cut = made(), made()
        whole.received(octets)
        at = 0
        while at < len(octets):
            size = data.draw(st.integers(1, 20))
            cut.received(octets[at : at + size])
            at += size
        assert bytes(cut.peek()) == bytes(whole.peek())
        assert not set(cut.peek()) & {0, 10}

    asyncio.run(both())


@played
async def test_a_greeting_goes_out_with_what_follows() -> None:
    sent: list[bytes] = []
    line = made(sent)
    line.write_ahead("Hello\r\n")
    assert sent == []
    line.write("sip1#")
    line.write("x")
    assert sent == [b"Hello\r\nsip1#", b"x"]


@played
async def test_a_key_is_waited_for_and_left() -> None:
    line = made()
    assert not await line.pressed(0.01)
    line.received(b"q")
    assert await line.pressed(10)
    assert bytes(line.peek()) == b"q"


@played
async def test_typing_is_told_and_keepalives_are_none() -> None:
    line = made()
    told: list[None] = []
    line.on_typed = lambda: told.append(None)
    line.received(b"\0")
    line.received(b"\0\0")
    assert told == []
    line.received(b"a")
    assert len(told) == 1


@pytest.mark.parametrize(("size", "sized"), [((80, 24), True), ((0, 0), False), ((132, 0), False)])
def test_whether_a_size_was_said(size: tuple[int, int], sized: bool) -> None:
    line = made()
    line.resized(*size)
    assert line.sized is sized


@played
async def test_what_answers_a_paste_goes_out_in_larger_pieces() -> None:
    sent: list[bytes] = []
    terminal = Terminal(sent.append, at_once)
    terminal.received(b"one\rtwo\rthree")
    for _ in range(2):
        terminal.take(4)
        terminal.write("echo\r\n")
        await terminal.flush()
    assert sent == [b"echo\r\necho\r\n"]


@played
async def test_what_answers_a_paste_does_not_wait_for_its_end() -> None:
    arrived = asyncio.Event()
    terminal = Terminal(lambda _octets: arrived.set(), at_once)
    terminal.received(b"one\rtwo\r")
    terminal.write("echo\r\n")
    await asyncio.wait_for(arrived.wait(), 5)


@played
async def test_no_more_than_a_piece_is_kept_back() -> None:
    sent: list[bytes] = []
    terminal = Terminal(sent.append, at_once)
    terminal.received(b"one\rtwo\r")
    terminal.write("x" * PIECE)
    assert sent == [b"x" * PIECE]
