"""`sipctl` at a terminal: a real pseudo-terminal, every key relayed, the terminal put back in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.console import ServedConsole
from support.waiting import wait_until

PROGRAM = "import sys; from sipctl.shell import main; sys.exit(main())"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with ServedConsole(tmp_path_factory.mktemp("state")) as console:
        yield console


@pytest.fixture(params=["dumb", "xterm"])
def shell(request: pytest.FixtureRequest, served: ServedConsole) -> Iterator[pexpect.spawn]:
    child = opened(served, request.param)
    yield child
    child.close(force=True)
    wait_until(lambda: served.call(lambda: served.console.sessions) == 0, 5, "the session to be gone")


def opened(served: ServedConsole, term: str, rows: int = 24, columns: int = 80) -> pexpect.spawn:
    child = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM, "--state", str(served.state)],
        env=ENVIRONMENT | {"TERM": term},
        dimensions=(rows, columns),
        timeout=10,
        encoding="utf-8",
        use_poll=True,
    )
    child.expect_exact("sipctl#")
    return child


def test_a_session(shell: pexpect.spawn) -> None:
    shell.send("show privi\t\r")
    shell.expect_exact("level is 15")
    shell.expect_exact("sipctl#")
    shell.send("show cl?")
    shell.expect("clock +Date")
    shell.expect_exact("sipctl#show cl")
    shell.send("\x15exit\r")
    shell.expect(pexpect.EOF)
    shell.wait()
    assert shell.exitstatus == 0


def test_the_window_is_followed(shell: pexpect.spawn, served: ServedConsole) -> None:
    shell.setwinsize(5, 100)
    shell.send("show ?")
    shell.expect_exact("--More--")
    shell.send("q")
    shell.expect_exact("sipctl#")


def test_the_terminal_is_put_back(served: ServedConsole) -> None:
    parent, terminal = os.openpty()
    before = termios.tcgetattr(terminal)
    for ending in (b"exit\r", b"\x1c", b""):
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "--state", str(served.state)],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=ENVIRONMENT | {"TERM": "dumb"},
        )
        read_until(parent, b"sipctl#")
        assert termios.tcgetattr(terminal)[3] & termios.ICANON == 0
        if ending:
            os.write(parent, ending)
        else:
            child.send_signal(signal.SIGTERM)
        assert child.wait(10) == (0 if ending == b"exit\r" else 130)
        assert termios.tcgetattr(terminal) == before
    os.close(parent)
    os.close(terminal)


def read_until(descriptor: int, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        seen += os.read(descriptor, 4096)
    return seen


def test_a_killed_client_leaves_no_session(served: ServedConsole) -> None:
    child = opened(served, "xterm")
    child.send("conf t\r")
    child.expect_exact("(config)#")
    child.kill(signal.SIGKILL)
    wait_until(lambda: served.call(lambda: served.console.sessions) == 0, 5, "the session to be gone")
    child.close()
