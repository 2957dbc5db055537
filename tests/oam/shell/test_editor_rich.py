"""The rich editor: search, recall, bracketed paste, nothing left behind; and only on request of its terminal."""

from __future__ import annotations

import asyncio

import pytest
from support.management import played

from oam.shell.editor import CHOICES, CLOSE, END, HELP, HUNG_UP, INTERRUPTED, LINE, MAX_LINE, TOO_LONG, Entry
from oam.shell.editor_rich import RichEditor
from oam.shell.terminal import Terminal

HISTORY = ["show version", "show calls", "configure terminal"]


async def turn() -> None:
    await asyncio.sleep(0)


def made() -> tuple[Terminal, RichEditor, bytearray]:
    sent = bytearray()
    terminal = Terminal(sent.extend, turn)
    return terminal, RichEditor(terminal, "xterm", HISTORY, words), sent


def words(text: str) -> list[str]:
    return [word for word in ("show", "shutdown", "sip") if word.startswith(text.split(" ")[-1])]


async def typed(*chunks: bytes) -> Entry:
    """Type, chunk by chunk; return the entry."""
    terminal, editor, _ = made()
    reading = asyncio.create_task(editor.read("sip1#"))
    for chunk in chunks:
        terminal.received(chunk)
        for _ in range(20):
            await turn()
    async with asyncio.timeout(5):
        return await reading


@pytest.mark.parametrize(
    ("chunks", "entry"),
    [
        ((b"show version\r",), Entry(LINE, "show version")),
        ((b"sh", b"ow", b"\r"), Entry(LINE, "show")),
        ((b"how\x01s\x05!\r",), Entry(LINE, "show!")),
        ((b"how\x1b[Hs\x1b[F!\r",), Entry(LINE, "show!")),
        ((b"one two\x17\x17x\r",), Entry(LINE, "x")),
        ((b"junk\x15show junk\x02\x02\x02\x02\x02\x0b\r",), Entry(LINE, "show")),
        ((b"\x1b[A\x1b[A\r",), Entry(LINE, "show calls")),
        ((b"\x10\x10\x0e\r",), Entry(LINE, "configure terminal")),
        ((b"\x12vers", b"\r", b"\r"), Entry(LINE, "show version")),
        ((b"sho\t\r",), Entry(LINE, "show ")),
        ((b"s\t",), Entry(CHOICES, "s", 1)),
        ((b"show x\x02?",), Entry(HELP, "show x", 5)),
        ((b"show\x0f",), Entry(LINE, "show")),
        ((b"\x12vers", b"\r", b"\x0f"), Entry(LINE, "show version")),
        ((b"show\x1b\r", b"\r"), Entry(LINE, "show")),
        ((b"show\n",), Entry(LINE, "show")),
        ((b"show\x03",), Entry(INTERRUPTED)),
        ((b"\x12ver\x03",), Entry(INTERRUPTED)),
        ((b"show\x1a",), Entry(END, "show")),
        ((b"\x04",), Entry(CLOSE)),
        ((b"ab\x02\x04\r",), Entry(LINE, "a")),
        (("中é".encode()[:2], "中é".encode()[2:], b"\r"), Entry(LINE, "中é")),
        ((b"\xff\xfe\r",), Entry(LINE, "\ufffd\ufffd")),
        ((b"a\x00\x1d\x1eb\r",), Entry(LINE, "ab")),
    ],
)
@played
async def test_entries(chunks: tuple[bytes, ...], entry: Entry) -> None:
    assert await typed(*chunks) == entry


@played
async def test_a_bracketed_paste_is_text_whatever_it_holds() -> None:
    terminal, editor, _ = made()
    terminal.received(b"\x1b[200~\tdomain a?\r\nlisten\ter\x1b[2J\r\nlast \x1b[201~word\r")
    assert [await editor.read("sip1#") for _ in range(3)] == [
        Entry(LINE, " domain a?"),
        Entry(LINE, "listen er[2J"),
        Entry(LINE, "last word"),
    ]


@pytest.mark.parametrize("cut", range(1, 32))
@played
async def test_a_paste_may_come_in_any_two_pieces(cut: int) -> None:
    octets = b"x\x1b[200~ab?\rcd\x1b[201~ef\rgh\r"
    terminal, editor, _ = made()

    async def lines() -> list[str]:
        return [(await editor.read("sip1#")).text for _ in range(3)]

    reading = asyncio.create_task(lines())
    terminal.received(octets[:cut])
    for _ in range(20):
        await turn()
    terminal.received(octets[cut:])
    async with asyncio.timeout(5):
        assert await reading == ["xab?", "cdef", "gh"]


@played
async def test_lines_typed_ahead_are_taken_one_by_one() -> None:
    terminal, editor, sent = made()
    sent.clear()
    terminal.received(b"one\rtwo\rthr")
    assert [(await editor.read("sip1#")).text for _ in range(2)] == ["one", "two"]
    assert bytes(sent) == b"sip1#one\r\nsip1#two\r\n"
    reading = asyncio.create_task(editor.read("sip1#"))
    await turn()
    terminal.received(b"ee\r")
    assert (await reading).text == "three"


@played
async def test_lines_too_long_are_not_run_cut() -> None:
    terminal, editor, _ = made()
    terminal.received(b"x" * (MAX_LINE + 1) + b"\r")
    assert (await editor.read("sip1#")).kind == TOO_LONG
    terminal.received(b"\x1b[200~" + b"x" * 200_000 + b"\r\x1b[201~")
    assert (await editor.read("sip1#")).kind == TOO_LONG
    terminal.received(b"next\r")
    assert await editor.read("sip1#") == Entry(LINE, "next")


@played
async def test_editing_goes_on_where_it_was_left() -> None:
    terminal, editor, _ = made()
    reading = asyncio.create_task(editor.read("sip1#", "show me", 4))
    await turn()
    terminal.received(b"n\r")
    assert await reading == Entry(LINE, "shown me")


@pytest.mark.parametrize("octets", [b"", b"half", b"\x1b[2", b"\x1b[200~half", b"x\x1b[200~half\x1b[20", b"\xe4\xb8"])
@pytest.mark.parametrize("early", [False, True])
@played
async def test_hang_up(octets: bytes, early: bool) -> None:
    terminal, editor, _ = made()
    reading = asyncio.create_task(editor.read("sip1#"))
    await turn()
    terminal.received(octets)
    for _ in range(0 if early else 20):
        await turn()
    terminal.hang_up()
    async with asyncio.timeout(5):
        assert await reading == Entry(HUNG_UP)


@pytest.mark.parametrize("leaving", [b"\x12ver\x03", b"\x12ver\x1b[200~x\r\x1b[201~"])
@played
async def test_the_line_after_a_search_that_was_left_is_a_line_again(leaving: bytes) -> None:
    terminal, editor, _ = made()
    for octets in (leaving, b"show\x01\x05 calls\r"):
        reading = asyncio.create_task(editor.read("sip1#"))
        for _ in range(20):
            await turn()
        terminal.received(octets)
        async with asyncio.timeout(5):
            entry = await reading
    assert entry == Entry(LINE, "show calls")


@played
async def test_a_cancelled_editor_leaves_no_task() -> None:
    _, editor, _ = made()
    before = asyncio.all_tasks()
    reading = asyncio.create_task(editor.read("sip1#"))
    for _ in range(20):
        await turn()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asyncio.all_tasks() == before


@played
async def test_a_resized_terminal_is_drawn_anew() -> None:
    terminal, editor, sent = made()
    reading = asyncio.create_task(editor.read("sip1#"))
    terminal.received(b"show")
    for _ in range(20):
        await turn()
    sent.clear()
    terminal.resized(40, 10)
    for _ in range(20):
        await turn()
    assert b"show" in sent
    terminal.received(b"\r")
    await reading
