"""`sipctl` at a terminal: a real pseudo-terminal, every key relayed, the terminal put back in the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest
from support.console import ServedConsole
from support.waiting import wait_until

from oam.shell import frames
from sipctl.console_client import Lines, Link

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
    )
    child.expect_exact("sipctl#")
    return child


def test_a_session(shell: pexpect.spawn) -> None:
    shell.send("show privi\t\r")
    shell.expect_exact("level is 15")
    shell.expect_exact("sipctl#")
    shell.send("show ?")
    shell.expect("clock +Date")
    shell.expect_exact("sipctl#show")
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


@contextmanager
def answered(answer: Callable[[socket.socket], None], tmp_path: Path) -> Iterator[Link]:
    """Give a Link to a server that does `answer`."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    listening.listen()

    def serve() -> None:
        connection, _ = listening.accept()
        answer(connection)
        connection.close()
        listening.close()

    thread = threading.Thread(target=serve)
    thread.start()
    link = Link(str(tmp_path / "s"), {"mode": "script"})
    yield link
    link.close()
    thread.join()


def test_a_server_that_breaks_off_is_not_reachable(tmp_path: Path) -> None:
    with answered(lambda connection: None, tmp_path) as link:
        assert link.run() == 6


def test_frames_in_any_pieces(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    octets = (
        frames.encode(frames.OUTPUT, b"out") + frames.encode(frames.ERROR, b"err") + frames.encode(frames.EXIT, b"5")
    )

    def answer(connection: socket.socket) -> None:
        for octet in octets:
            connection.sendall(bytes((octet,)))

    with answered(answer, tmp_path) as link:
        assert link.run() == 5
    assert capfd.readouterr() == ("out", "err")


def test_lines_are_numbered_whatever_the_pieces(tmp_path: Path) -> None:
    with answered(lambda connection: None, tmp_path) as link:
        link._waiting.clear()
        lines = Lines(link, "f")
        for piece in (b"one\ntw", b"o\n\nfour", b""):
            lines.take(piece)
    assert frames.FrameReader().feed(bytes(link._waiting)) == [
        (frames.LINE, b"f:1\0one"),
        (frames.LINE, b"f:2\0two"),
        (frames.LINE, b"f:3\0"),
        (frames.LINE, b"f:4\0four"),
    ]
