"""`make run`: the demo server with and without a terminal, and a second time on the same state."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from support.waiting import wait_until

DEMO = Path(__file__).resolve().parents[2] / "tools" / "demo.py"
INSTALLED = (Path(sys.executable).parent / "sipctld").exists()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not INSTALLED, reason="the programs are not installed: make build")]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "SIPCTL_DEMO": str(tmp_path / "demo"), "TERM": "xterm"}


def foreground(environment: dict[str, str], log: Path) -> list[tuple[str, str]]:
    """Run the demo without a terminal until it says how to connect, end it; return the passwords it printed."""
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "-P", str(DEMO)], env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: "stop with Ctrl-C" in log.read_text() or demo.poll() is not None, 30, "the demo to start")
        polled(log.read_text())
    finally:
        demo.send_signal(signal.SIGTERM)
        code = demo.wait(20)
    text = log.read_text()
    assert code == 0, text
    assert "--state" in text
    return re.findall(r"subscriber (\d+), password (\w+)", text)


def polled(text: str) -> None:
    """Run the command that the demo prints for a management station."""
    command = next(line.split() for line in text.splitlines() if "snmpwalk" in line)
    if shutil.which(command[0]):
        walk = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
        assert walk.stdout.count("\n") > 100


def test_without_a_terminal_it_stays_in_the_foreground_twice(environment: dict[str, str], tmp_path: Path) -> None:
    first = foreground(environment, tmp_path / "first")
    second = foreground(environment, tmp_path / "second")
    assert [name for name, _ in first] == ["1001", "1002"]
    assert first == second


def test_on_a_terminal_the_shell_opens_and_the_server_ends_with_it(environment: dict[str, str]) -> None:
    demo = pexpect.spawn(
        sys.executable,
        ["-P", str(DEMO)],
        env=environment,
        timeout=30,
        encoding="utf-8",
        dimensions=(30, 100),
        use_poll=True,
    )
    try:
        demo.expect("subscriber 1002")
        demo.expect("demo#")
        demo.send("show subscribers\r")
        demo.expect("1001.*1002.*demo#")
        demo.send("exit\r")
        demo.expect(pexpect.EOF)
    finally:
        demo.close(force=True)
    assert demo.exitstatus == 0
    state = Path(environment["SIPCTL_DEMO"])
    assert "listener" in (state / "startup-config").read_text()
    assert not _answers(environment, state)


def _answers(environment: dict[str, str], state: Path) -> bool:
    sipctl = Path(sys.executable).parent / "sipctl"
    command = [str(sipctl), "--state", str(state), "-c", "show version"]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
