"""`line console`, `line vty`: how long sessions last, how many there may be, how they begin."""

from __future__ import annotations

from typing import Final

from oam.commands.registry import config, section
from oam.settings.lines import NEVER

_LINE: Final = {
    "line": "Sessions of one kind",
    "console": "At the host itself",
    "vty": "Over SSH and telnet",
}
CONSOLE: Final = section(
    "console",
    "Set how sessions at the host itself behave.",
    syntax="line console [(0-0)$first]",
    prompt="config-line",
    words=_LINE,
)
VTY: Final = section(
    "vty",
    "Set how sessions over SSH and telnet behave; there is one set for all of them.",
    syntax="line vty [(0-255)$first [(0-255)$last]]",
    prompt="config-line",
    words=_LINE,
)

for _mode in (CONSOLE, VTY):

    @config(
        "exec-timeout (0-35791)$minutes [(0-59)$seconds]",
        mode=_mode,
        field="exec_timeout",
        without=NEVER,
        words={"exec-timeout": "How long a session may stand idle"},
        arguments={"minutes": "Minutes; 0 0 is for ever", "seconds": "Seconds, besides"},
    )
    def exec_timeout() -> None:
        """Set how long nothing may be typed; a running command is not idle, one that waits for a key is.

        `no exec-timeout` is for ever, as on a router; `default exec-timeout` is not.

        Example: exec-timeout 30
        """

    @config(
        "absolute-timeout (0-10000)$minutes",
        mode=_mode,
        field="absolute_timeout_min",
        words={"absolute-timeout": "How long a session may last at all"},
        arguments={"minutes": "Minutes; 0 is for ever"},
    )
    def absolute_timeout() -> None:
        """Set how long a session may last, busy or not; it is told a minute before."""

    @config(
        "session-limit (1-256)$sessions",
        mode=_mode,
        field="session_limit",
        words={"session-limit": "Sessions at one time"},
    )
    def session_limit() -> None:
        """Set how many sessions there may be at one time."""

    @config(
        "operator-limit (0-256)$sessions",
        mode=_mode,
        field="operator_limit",
        words={"operator-limit": "Sessions of one operator at one time"},
        arguments={"sessions": "Sessions; 0 is as many as the line takes"},
    )
    def operator_limit() -> None:
        """Set how many sessions of one operator there may be at one time."""

    @config(
        "length (0-512)$lines",
        mode=_mode,
        field="length",
        words={"length": "Lines of a screenful"},
        arguments={"lines": "Lines; 0 shows everything without a pause"},
    )
    def length() -> None:
        """Set the screenful that sessions begin with, in place of what the terminal says."""

    @config(
        "width (0-512)$columns",
        mode=_mode,
        field="width",
        words={"width": "Columns of a line"},
        arguments={"columns": "Columns; 0 is without bound"},
    )
    def width() -> None:
        """Set the width that sessions begin with, in place of what the terminal says."""

    @config(
        "editor <plain|rich>$editor",
        mode=_mode,
        field="editor",
        words={
            "editor": "How lines are typed",
            "plain": "Echo alone, which every terminal and robot takes",
            "rich": "Drawn on the terminal",
        },
    )
    def editor() -> None:
        """Set the editor that sessions begin with, where terminal and client can take it."""

    @config(
        "history size (1-1000)$lines",
        mode=_mode,
        field="history",
        words={"history": "Lines entered in this session", "size": "How many"},
    )
    def history_size() -> None:
        """Set how many lines of history sessions keep."""
