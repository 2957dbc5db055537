"""`sipctl` in a real terminal emulator, on a running server, typed as an operator types."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.house import House
from support.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Screen:
    """One tmux session of its own server."""

    def __init__(self, where: Path, state: Path) -> None:
        self._tmux = ["tmux", "-S", str(where / "tmux"), "-f", "/dev/null"]
        shell = f"{sys.executable} -c 'import sys; from sipctl.shell import main; sys.exit(main())' --state {state}"
        self._run("new-session", "-d", "-x", "80", "-y", "24", f"TERM=screen {shell}; echo status $?; cat")

    def _run(self, *arguments: str) -> str:
        return subprocess.run(
            [*self._tmux, *arguments], capture_output=True, check=True, text=True, env=os.environ
        ).stdout

    def type(self, *keys: str) -> None:
        """Type text literally; `^X` alone is a control key, `Enter`, `Tab`, `Up` are those keys."""
        for key in keys:
            if key.startswith("^") and len(key) == 2:
                self._run("send-keys", f"C-{key[1].lower()}")
            elif key in ("Enter", "Tab", "Up"):
                self._run("send-keys", key)
            else:
                self._run("send-keys", "-l", key)

    def paste(self, text: str) -> None:
        subprocess.run([*self._tmux, "load-buffer", "-"], input=text, text=True, check=True)
        self._run("paste-buffer", "-p")

    @property
    def lines(self) -> list[str]:
        """What is to be seen, empty lines at the end left out."""
        return self._run("capture-pane", "-p").rstrip().split("\n")

    def until(self, last: str, having: str = "") -> list[str]:
        """Wait until the last line is `last` and some line has `having`; return the screen."""
        seen: list[str] = []

        def arrived() -> bool:
            seen[:] = [line.rstrip() for line in self.lines]
            return seen[-1] == last and any(having in line for line in seen)

        wait_until(arrived, 10, f"{having!r} with {last!r} at the bottom; the screen:\n" + "\n".join(seen))
        return seen

    def resize(self, columns: int, rows: int) -> None:
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def screen(tmp_path: Path, house: House) -> Iterator[Screen]:
    opened = Screen(tmp_path, house.state)
    try:
        opened.until("sip1#")
        yield opened
    finally:
        opened.close()


def test_help_completion_and_abbreviation(screen: Screen) -> None:
    screen.type("sh", "Tab", "lis", "Tab", "Enter")
    seen = screen.until("sip1#", "udp:")
    assert seen[0] == "sip1#show listeners"
    assert seen[1].split()[:2] == ["Listener", "State"]
    screen.type("^L", "show tr?")
    seen = screen.until("sip1#show tr")
    assert seen[0] == "sip1#show tr?"
    words = [line.split()[0] for line in seen[1:] if line.startswith("  ")]
    assert words == ["trace", "traffic-control", "transactions", "translation-rule", "trunk"]
    screen.type("^U", "sh pri", "Enter")
    screen.until("sip1#", "Current privilege level is 15")


def test_wrong_commands_have_their_caret(screen: Screen) -> None:
    screen.type("show lsteners", "Enter")
    assert screen.until("sip1#", "%")[:3] == [
        "sip1#show lsteners",
        "          ^",
        "% Invalid input detected at '^' marker.",
    ]
    screen.type("^L", "e", "Enter", "show", "Enter")
    assert screen.until("sip1#", "Incomplete")[:4] == [
        "sip1#e",
        '% Ambiguous command:  "e"',
        "sip1#show",
        "% Incomplete command.",
    ]


def test_configuring_and_ctrl_z(screen: Screen, house: House) -> None:
    screen.type("conf t", "Enter", "registrar", "Enter", "contacts maximum 7", "Enter")
    screen.until("sip1(config-registrar)#", "contacts maximum 7")
    screen.type("^Z")
    screen.until("sip1#", "^Z")
    screen.type("^L", "show running-config | section registrar", "Enter")
    assert screen.until("sip1#", " contacts")[1:3] == ["registrar", " contacts maximum 7"]
    screen.type("conf t", "Enter", "registrar", "Enter", "default contacts maximum", "Enter", "^Z")
    screen.until("sip1#", "default contacts maximum")


def test_paging_searching_and_leaving(screen: Screen) -> None:
    screen.type("show sip statistics", "Enter")
    assert len(screen.until(" --More--")) == 24
    screen.type("/calls-peak", "Enter")
    screen.until(" --More--", "calls-peak")
    screen.type("/trunks-down", "Enter")
    screen.until("sip1#", "trunks-down")
    screen.type("^L", "show sip statistics", "Enter")
    screen.until(" --More--")
    screen.type("q")
    screen.until("sip1#")
    screen.type("exit", "Enter")
    screen.until("status 0")


def test_recall_and_search(screen: Screen) -> None:
    screen.type("show clock", "Enter", "show privilege", "Enter")
    screen.until("sip1#", "Current privilege")
    screen.type("Up", "Up")
    screen.until("sip1#show clock")
    screen.type("^C", "^R", "priv")
    screen.until("(reverse-i-search)`priv': show privilege")
    screen.type("Enter")
    screen.until("sip1#show privilege")
    screen.type("^C")
    screen.until("sip1#", "show privilege^C")


def test_a_paste_is_taken_as_it_stands_and_a_small_window_pages(screen: Screen, house: House) -> None:
    screen.type("conf t", "Enter", "sip", "Enter")
    screen.until("sip1(config-sip)#")
    screen.paste("".join(f"\tdomain p{number}.example.com\n" for number in range(300)) + "end\n")
    screen.until("sip1#", "p299")
    assert house.do("show running-config | count domain p").strip().endswith("= 300")
    screen.resize(60, 10)
    screen.type("show running-config", "Enter")
    assert len(screen.until(" --More--")) == 10
    screen.type("q")
    screen.until("sip1#")


def test_monitor_fills_the_screen_follows_its_size_and_gives_it_back(screen: Screen) -> None:
    screen.type("monitor", "Enter")
    keys = "q quit  p pause  tab page  s sort"
    assert "overview" in screen.until(keys, "sip-1")[0]
    screen.type("Tab")
    screen.until(keys, "sip1  trunks")
    screen.resize(132, 43)
    wait_until(lambda: len(screen.lines) == 43, 10, "a screen of 43 lines")
    screen.resize(40, 12)
    screen.type("Tab", "Tab", "Tab")
    assert len(screen.until(keys, "sip1  processes")) == 12
    screen.type("q")
    screen.resize(80, 24)
    assert screen.until("sip1#", "sip1#monitor")[0] == "sip1#monitor"
    screen.type("monitor", "Enter")
    screen.until(keys, "sip-1")
    screen.type("^C", "show privilege", "Enter")
    screen.until("sip1#", "Current privilege level is 15")
