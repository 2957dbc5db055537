"""What keeps the server from starting: one clear line each and exit code 1."""

from __future__ import annotations

import fcntl
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sipctl import daemon


@pytest.fixture(autouse=True)
def _keep_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "set_up", lambda process: None)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with an empty configuration."""
    made = tmp_path / "state"
    made.mkdir()
    return made


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Start a server that must not start; return the lines it says."""
    assert daemon.main(list(arguments)) == 1
    return capsys.readouterr().err.splitlines()


def test_a_port_in_use(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (state / "startup-config").write_text(f"sip\n listener udp 127.0.0.1 port {port}\nend\n")
        assert refused(capsys, "--state", str(state)) == [
            f"sipctld: sip: listener udp:127.0.0.1:{port}: Address already in use (another program uses it)"
        ]


def test_a_configuration_line_that_is_wrong(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "startup-config").write_text("hostname x\nsip\n listener udp nowhere\nend\n")
    (line,) = refused(capsys, "--state", str(state))
    assert line.startswith(f"sipctld: {state}/startup-config:3: ")


def test_a_configuration_that_contradicts_itself(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "startup-config").write_text("sip\n listener udp 0.0.0.0 port 5060\nend\n")
    (line,) = refused(capsys, "--state", str(state))
    assert "wildcard address" in line


def test_many_wrong_lines_are_not_all_named(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "startup-config").write_text("nonsense\n" * 50)
    lines = refused(capsys, "--state", str(state))
    assert len(lines) == 21
    assert lines[-1] == f"sipctld: {state}/startup-config: and 30 problems more"


def test_a_configuration_named_that_is_not_there(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "--state", str(state), "--config", "/nonexistent/file") == [
        "sipctld: /nonexistent/file: no such file"
    ]


def test_a_state_directory_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    state = tmp_path / "file" / "state"
    assert refused(capsys, "--state", str(state)) == [f"sipctld: state directory {state}: Not a directory"]


@pytest.mark.parametrize("number", [13, 30, 28])
def test_a_state_directory_that_cannot_be_written(
    state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    # Root may write everywhere, so the refusal itself is made up.
    monkeypatch.setattr(os, "open", refuse)
    assert refused(capsys, "--state", str(state)) == [f"sipctld: state directory {state}: {os.strerror(number)}"]


def test_a_second_server_on_one_state_directory(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "run").mkdir()
    with (state / "run" / "pid").open("w") as first:
        first.write("4711\n")
        first.flush()
        fcntl.flock(first, fcntl.LOCK_EX)
        assert refused(capsys, "--state", str(state)) == [
            f"sipctld: state directory {state}: another sipctld uses it, pid 4711"
        ]


def test_the_state_directory_is_made_for_owner_and_group(tmp_path: Path) -> None:
    state = tmp_path / "a" / "state"
    os.close(daemon.prepare_state(state))
    assert (state.stat().st_mode & 0o777, (state / "run").stat().st_mode & 0o777) == (0o750, 0o750)
    assert (state / "run" / "pid").read_text() == f"{os.getpid()}\n"


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        daemon.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "sipctl 0.1.0\n"


def test_the_limit_of_open_files_is_raised_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    limits = (1024, 4096)
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: asked.append(wanted))
    daemon.raise_limits()
    limits = (1024, resource.RLIM_INFINITY)
    daemon.raise_limits()
    limits = (100_000, 100_000)
    daemon.raise_limits()
    assert asked == [(4096, 4096), (65_536, resource.RLIM_INFINITY)]


def test_reading_a_configuration_takes_no_library_of_the_shell() -> None:
    code = (
        "import sys, sipctl.daemon; from oam.commands.registry import load; load(configuration_only=True); "
        "print(*{'asyncssh', 'prompt_toolkit', 'pyrad', 'tabulate', 'telnetlib3'}.intersection(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
