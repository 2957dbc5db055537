"""The relay between a script or terminal and the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.console import ServedConsole
from support.waiting import wait_until

from oam.shell import frames
from sipctl import console_client
from sipctl.console_client import Lines, Link

PROGRAM = [sys.executable, "-c", "import sys; from sipctl.shell import main; sys.exit(main())"]


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


def test_a_server_that_is_being_restarted_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(tmp_path / "s"))
    monkeypatch.setattr(console_client, "RESTART_S", 0.0)
    with pytest.raises(ConnectionRefusedError):
        Link(str(tmp_path / "s"), {})
    monkeypatch.setattr(console_client, "RESTART_S", 30.0)
    with bound:
        coming = threading.Timer(0.05, bound.listen)
        coming.start()
        Link(str(tmp_path / "s"), {}).close()
        coming.join()


def test_a_server_that_runs_is_waited_for_though_its_socket_is_missing(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    pid.touch()
    with pytest.raises(FileNotFoundError):
        Link(str(tmp_path / "s"), {})
    pid.write_text("1\n")
    with socket.socket(socket.AF_UNIX) as listening:

        def come() -> None:
            listening.bind(str(tmp_path / "s"))
            listening.listen()

        coming = threading.Timer(0.05, come)
        coming.start()
        Link(str(tmp_path / "s"), {}).close()
        coming.join()


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


@pytest.mark.slow
@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_stops_the_command_and_again_leaves_at_once(tmp_path: Path, presses: int) -> None:
    with ServedConsole(tmp_path) as served:
        worker = served.manager.fake_worker
        worker.hangs = True
        child = subprocess.Popen(
            [*PROGRAM, "--state", str(tmp_path), "-c", "show calls", "-c", "show privilege"],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        wait_until(lambda: served.call(lambda: bool(worker.orders)), 10, "the command to run")
        for _ in range(presses):
            child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=10)[0] == b""
        assert child.returncode == 130
        wait_until(lambda: served.call(lambda: served.console.sessions) == 0, 5, "the session to be gone")
