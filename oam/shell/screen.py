"""A view that fills the screen of a terminal and follows what it shows: prompt-toolkit, fed by us key by key.

The toolkit keeps what is on the screen and sends what has changed. Every picture is waited for until the terminal has
taken it, so that a slow line has fewer pictures, not a longer queue.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
from typing import TYPE_CHECKING, Final, Protocol, TextIO, cast

from prompt_toolkit.application import Application, create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from oam.shell.editor_rich import FedInput, Writer
from oam.shell.terminal import Terminal

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent

KEYS: Final = {
    "quit": ("q", "Q", "c-c", "c-d", "c-z"),
    "pause": ("p", "P", " "),
    "next": ("tab", "right"),
    "previous": ("s-tab", "left"),
    "down": ("s", "down"),
    "up": ("S", "up"),
}
"""What keys mean to a view."""
STYLE: Final = Style.from_dict(
    {
        "head": "reverse",
        "title": "bold underline",
        "graph": "ansicyan",
        "dim": "ansibrightblack",
        "critical": "ansired bold",
        "major": "ansired",
        "minor": "ansiyellow",
        "warning": "ansicyan",
        "indeterminate": "",
    }
)


class View(Protocol):
    """What can be shown so."""

    interval_s: float
    """Seconds between two looks."""

    async def look(self) -> None:
        """Take new figures."""

    def lines(self, width: int, height: int) -> list[list[tuple[str, str]]]:
        """Return the screen: for each line spans of style and text."""

    def table(self, width: int, height: int) -> list[str]:
        """Return the same for a terminal that is not drawn on."""

    def plainly(self) -> None:
        """Use ASCII alone from now on."""

    def pressed(self, key: str) -> bool:
        """Take a key, one of KEYS; False ends it."""


async def show(terminal: Terminal, term: str, view: View) -> None:
    """Show `view` until it is quit or the terminal hangs up; whatever ends it, the screen is as it was before."""
    output = Vt100_Output(
        cast(TextIO, Writer(terminal)),
        lambda: Size(rows=terminal.rows, columns=terminal.columns),
        term=term,
        enable_cpr=False,
    )
    keys = FedInput()
    application = _application(terminal, view, keys, output)
    tasks: list[asyncio.Task[None]] = []

    def begin() -> None:
        tasks.append(asyncio.create_task(_follow(application, terminal, view)))
        tasks.append(asyncio.create_task(_feed(application, terminal, keys)))

    await view.look()
    terminal.on_resize = application._on_resize
    try:
        with create_app_session(input=keys, output=output):
            await application.run_async(pre_run=begin, handle_sigint=False, set_exception_handler=False)
    finally:
        terminal.on_resize = None
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        clear_typeahead(keys)
    for task in tasks:
        if not task.cancelled() and (fault := task.exception()) is not None:
            raise fault


def _application(terminal: Terminal, view: View, keys: FedInput, output: Vt100_Output) -> Application[None]:
    def text() -> StyleAndTextTuples:
        found: StyleAndTextTuples = []
        for line in view.lines(terminal.columns, terminal.rows):
            found += [(f"class:{style}" if style else "", part) for style, part in line]
            found.append(("", "\n"))
        return found[:-1]

    control = FormattedTextControl(text, focusable=True, show_cursor=False)
    application: Application[None] = Application(
        layout=Layout(Window(control, wrap_lines=False, always_hide_cursor=True)),
        key_bindings=_bindings(view),
        style=STYLE,
        full_screen=True,
        mouse_support=False,
        input=keys,
        output=output,
        include_default_pygments_style=False,
    )
    # The toolkit's own keys are those of an editor.
    application._default_bindings = KeyBindings()
    return application


def _bindings(view: View) -> KeyBindings:
    bindings = KeyBindings()

    def bind(key: str, meaning: str) -> None:
        @bindings.add(key)
        def _pressed(event: KeyPressEvent) -> None:
            if not view.pressed(meaning) and not event.app.is_done:
                event.app.exit()

    for meaning, names in KEYS.items():
        for name in names:
            bind(name, meaning)
    return bindings


async def _follow(application: Application[None], terminal: Terminal, view: View) -> None:
    """Draw again and again; a fault ends the view."""
    try:
        while not application.is_done:
            await asyncio.sleep(view.interval_s)
            await view.look()
            if application.is_running and not application.is_done:
                application._redraw()
                await terminal.flush()
    except Exception:
        _end(application)
        raise


async def _feed(application: Application[None], terminal: Terminal, keys: FedInput) -> None:
    """Give the view what is typed."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while not application.is_done:
        held = await terminal.read()
        if not held:
            _end(application)
            return
        keys.feed(decoder.decode(terminal.take(len(held))))
        await terminal.flush()


def _end(application: Application[None]) -> None:
    with contextlib.suppress(Exception):
        if not application.is_done:
            application.exit()
