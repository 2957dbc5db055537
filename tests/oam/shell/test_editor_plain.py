"""The plain editor: what is typed is what is seen, on any terminal, and never an escape sequence."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.management import played

from oam.shell.editor import CHOICES, CLOSE, END, HELP, HUNG_UP, INTERRUPTED, LINE, MAX_LINE, TOO_LONG, Entry
from oam.shell.editor_plain import Keys, PlainEditor, ask
from oam.shell.terminal import Terminal

HISTORY = ("show version", "show calls")
UP, DOWN, LEFT, HOME, DELETE = "\x1b[A", "\x1bOB", "\x1b[D", "\x1b[1~", "\x1b[3~"


def words(text: str) -> list[str]:
    return [word for word in ("show", "shutdown", "sip") if word.startswith(text.split(" ")[-1])]


def typed(keys: str, *, echo: bool = True) -> tuple[Entry | None, str]:
    """Press `keys`; return the entry and what was emitted."""
    line = Keys("sip1#", HISTORY, words, echo)
    emitted = ""
    for key in keys:
        emitted += line.press(key)
        if line.entry:
            break
    return line.entry, emitted


def screen(emitted: str) -> list[str]:
    """What a terminal that knows nothing but CR, LF and backspace shows."""
    rows = [""]
    column = 0
    for sign in emitted:
        if sign == "\r":
            column = 0
        elif sign == "\n":
            rows.append("")
        elif sign == "\b":
            assert column > 0, "moved left of the line"
            column -= 1
        elif sign != "\a":
            rows[-1] = rows[-1][:column].ljust(column) + sign + rows[-1][column + 1 :]
            column += 1
    return rows


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("show version\r", "show version"),
        ("sow\x01\x06h\r", "show"),
        ("how\x01s\x05 me\r", "show me"),
        ("how" + HOME + "s\r", "show"),
        ("shxow\x02\x02\b\r", "show"),
        ("shxow" + LEFT * 3 + DELETE + "\r", "show"),
        ("show calls\x17version\r", "show version"),
        ("show calls  \x17x\r", "show x"),
        ("junk\x15show\r", "show"),
        ("show junk\x02\x02\x02\x02\x0b\r", "show "),
        ("\x10\r", "show calls"),
        ("\x10\x10\r", "show version"),
        (UP + UP + UP + DOWN + "\r", "show calls"),
        ("draft\x10\x0e!\r", "draft!"),
        ("sho\t\r", "show "),
        ("a\x07\x00\x1d\x9fb\r", "ab"),
        ("x" + LEFT + "中\r", "中x"),
        ("\x1b\rz", ""),
        ("ab" + "\x1bxc\r", "abc"),
        ("show calls now\x1bb\x1bbx\r", "show xcalls now"),
        ("show calls\x01\x1bfx\x1bFy\r", "showx callsy"),
        ("show calls now\x01\x1bf\x1bd\r", "show now"),
        ("hsow\x01\x06\x06\x14\r", "show"),
        ("\x12ver\r", "show version"),
        ("\x12show\x12\r", "show version"),
        ("\x12showx\x12\x12\r", "show version"),
        ("\x12calx\b\b\b\b\b\r", "show calls"),
        ("draft\x12cal\x07!\r", "draft!"),
        ("draft\x12cal\x03!\r", "draft!"),
        ("\x12ver\x01no \r", "no show version"),
        ("\x12ver" + LEFT + "x\r", "show versioxn"),
        ("\x12ver?\b\r", "show version"),
    ],
)
def test_editing(keys: str, line: str) -> None:
    entry, emitted = typed(keys)
    assert entry == Entry(LINE, line)
    if line.isascii():
        assert screen("sip1#" + emitted)[-2].rstrip() == f"sip1#{line}".rstrip()


@pytest.mark.parametrize(
    ("keys", "entry", "shown"),
    [
        ("show ?", Entry(HELP, "show ", 5), "show ?\r\n"),
        ("shx\x02?", Entry(HELP, "shx", 2), "shx\b?\r\n"),
        ("s\t", Entry(CHOICES, "s", 1), "s\r\n"),
        ("show\x03", Entry(INTERRUPTED), "show^C\r\n"),
        ("show\x1a", Entry(END, "show"), "show^Z\r\n"),
        ("\x04", Entry(CLOSE), "\r\n"),
        ("q\t", None, "q\a"),
        ("\x0e", None, "\a"),
    ],
)
def test_other_entries(keys: str, entry: Entry | None, shown: str) -> None:
    assert typed(keys) == (entry, shown)


def test_the_line_is_shown_again_on_ctrl_l() -> None:
    assert typed("sip\x02\x0c")[1] == "sip\b\r\nsip1#sip\b"


def test_what_is_searched_for_is_seen() -> None:
    _, emitted = typed("dra\x12cal")
    assert screen("sip1#" + emitted) == ["sip1#(search 'cal') show calls"]
    _, emitted = typed("dra\x12cal\x07")
    assert screen("sip1#" + emitted)[0].rstrip() == "sip1#dra"
    assert typed("\x12q") == (None, "(search '') \a")


def test_a_line_too_long_is_not_run_cut() -> None:
    entry, emitted = typed("x" * (MAX_LINE + 5) + "\r")
    assert entry is not None
    assert entry.kind == TOO_LONG
    assert emitted.count("\a") == 5


def test_a_long_line_is_echoed_and_nothing_else() -> None:
    line = "show registrations " + "x" * 300
    assert typed(line)[1] == line


def test_a_secret_is_not_shown() -> None:
    entry, emitted = typed("passwird\b\b\bord\x01\x05\r", echo=False)
    assert entry == Entry(LINE, "password")
    assert emitted == "\r\n"


@given(st.text(alphabet="ab ?\t\x01\x02\x04\x05\x06\x0b\x0e\x10\x14\x15\x17\x7f\x1b[ABCDdf3~中é", max_size=40))
def test_the_screen_always_shows_the_line(keys: str) -> None:
    line = Keys("sip1#", HISTORY, None)
    emitted = line.begin("", 0) + "".join(line.press(key) for key in keys if line.entry is None)
    assert re.fullmatch(r"[^\x00-\x06\x0b\x0c\x0e-\x1f\x7f]*", emitted)
    if line.entry is None and line._text.isascii() and emitted.isascii():
        assert screen(emitted)[-1].rstrip() == f"sip1#{line._text}".rstrip()


@given(st.text(alphabet="shov cal?\x12\b\x01\x07\x14\x1b\t", max_size=30))
def test_a_search_leaves_nothing_on_the_screen(keys: str) -> None:
    line = Keys("sip1#", HISTORY, lambda _text: [])
    emitted = line.begin("", 0)
    for key in keys.replace("?", ""):
        emitted += line.press(key)
    assert "\x1b" not in emitted
    shown = line._text if line._search is None else line._search.shown
    assert screen(emitted)[-1].rstrip() == f"sip1#{shown}".rstrip()


@given(st.binary(max_size=60))
def test_any_octets_are_lines_or_nothing(octets: bytes) -> None:
    line = Keys("sip1#", HISTORY, words)
    for sign in octets.decode("utf-8", "replace"):
        if line.entry is None:
            line.press(sign)
    assert line.entry is None or line.entry.text.isprintable()


async def at_once() -> None:
    pass


@played
async def test_what_is_typed_behind_the_line_stays() -> None:
    sent: list[bytes] = []
    terminal = Terminal(sent.append, at_once)
    editor = PlainEditor(terminal, HISTORY, words)
    terminal.received("show é\r\nnext?\x03".encode())
    assert await editor.read("sip1#") == Entry(LINE, "show é")
    assert await editor.read("sip1#") == Entry(HELP, "next", 4)
    assert await editor.read("sip1#", "next", 2) == Entry(INTERRUPTED)
    terminal.hang_up()
    assert await editor.read("sip1#") == Entry(HUNG_UP)
    assert b"".join(sent).decode() == "sip1#show é\r\nsip1#next?\r\nsip1#next\b\b^C\r\n"


@played
async def test_a_question() -> None:
    sent: list[bytes] = []
    terminal = Terminal(sent.append, at_once)
    terminal.received(b"geheim\r\0y\n")
    assert await ask(terminal, "Password: ", secret=True) == Entry(LINE, "geheim")
    assert await ask(terminal, "Sure? [confirm]", secret=False) == Entry(LINE, "y")
    assert b"".join(sent) == b"Password: \r\nSure? [confirm]y\r\n"


@played
async def test_lines_from_outside_stand_above_the_one_being_typed() -> None:
    sent: list[bytes] = []
    terminal = Terminal(sent.append, at_once)
    editor = PlainEditor(terminal, HISTORY, words)
    assert not editor.announce(["too early"])
    reading = asyncio.create_task(editor.read("sip1#"))
    terminal.received(b"show cals\x02")
    await asyncio.sleep(0.01)
    assert editor.announce(["one", "two"])
    terminal.received(b"l\r")
    assert await reading == Entry(LINE, "show calls")
    assert not editor.announce(["too late"])
    rows = screen(b"".join(sent).decode())
    assert [row.rstrip() for row in rows] == ["sip1#show cals", "one", "two", "sip1#show calls", ""]
