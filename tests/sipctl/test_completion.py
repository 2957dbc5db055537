"""Completion of `sipctl` in bash: what the server answers, and what the script makes of it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.console import ServedConsole

from oam.shell.console import socket_path
from sipctl import completion
from sipctl.shell import main

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "completion" / "sipctl.bash"
BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedConsole]:
    with ServedConsole(tmp_path) as console:
        yield console


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The client as a program of this source tree."""
    path = tmp_path / "bin" / "sipctl"
    path.parent.mkdir()
    code = "import sys; from sipctl.shell import main; sys.exit(main())"
    path.write_text(
        f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -P -c '{code}' \"$@\"\n"
    )
    path.chmod(0o755)
    return path


def words(state: Path, *lines: str) -> list[str]:
    return completion.complete(str(socket_path(state)), [line.encode() for line in lines]).decode().split("\n")[:-1]


def replies(program: Path, *line: str) -> list[str]:
    """Return what the script offers for the last word of the command line."""
    script = (
        f"source {shlex.quote(str(SCRIPT))}; COMP_WORDS=({shlex.quote(str(program))} "
        f"{' '.join(shlex.quote(word) for word in line)}); COMP_CWORD={len(line)}; _sipctl; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return [each for each in done.stdout.split("\n") if each]


def test_the_server_knows_the_words(served: ServedConsole) -> None:
    assert words(served.state, "show runn") == ["running-config"]
    assert {"show", "copy"} <= set(words(served.state, ""))
    assert words(served.state, "show clock | inc") == ["include"]
    assert words(served.state, "bogus x") == []


def test_lines_before_are_followed_into_their_mode_and_not_run(served: ServedConsole) -> None:
    assert words(served.state, "configure terminal", "hostname other", "sip", "listener u") == ["udp"]
    assert served.call(lambda: served.manager.configuration.running.hostname) == "sipctl"
    assert words(served.state, "show clock", "bogus", "show runn") == ["running-config"]


def test_no_session_is_left_and_no_line_taken(served: ServedConsole) -> None:
    words(served.state, "sh")
    assert served.call(lambda: served.manager.lines.all()) == []


def test_without_a_server_there_is_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--complete", "--state", str(tmp_path), "-c", "sh"]) == 0
    socket_path(tmp_path).parent.mkdir()
    (tmp_path / "run" / "pid").write_text("1")
    assert main(["--complete", "--state", str(tmp_path), "-c", "sh"]) == 0
    assert capfd.readouterr() == ("", "")


@BASH
@pytest.mark.peer
def test_bash_is_offered_options(program: Path) -> None:
    assert replies(program, "--at") == ["--atomic"]
    assert {"-c", "-f", "--json", "--timeout"} <= set(replies(program, ""))
    assert "--complete" not in replies(program, "--c")


@BASH
@pytest.mark.peer
def test_bash_is_offered_files_behind_f(program: Path, tmp_path: Path) -> None:
    (tmp_path / "site.cfg").touch()
    assert replies(program, "-f", f"{tmp_path}/si") == [f"{tmp_path}/site.cfg"]


@BASH
@pytest.mark.peer
@pytest.mark.slow
def test_bash_is_offered_commands_behind_c(program: Path, served: ServedConsole) -> None:
    state = str(served.state)
    assert replies(program, "--state", state, "-c", "'sh") == ["show  ", "show "]
    assert set(replies(program, "--state", state, "-c", '"copy ')) == {"copy running-config", "copy startup-config"}
    assert replies(program, "--state", state, "-c", "show\\ runn") == ["show\\ running-config"]
    assert replies(program, "--state", state, "-c", "'configure terminal'", "-c", "'hostn")[0].strip() == "hostname"


@BASH
@pytest.mark.peer
def test_bash_is_offered_nothing_without_a_server(program: Path, tmp_path: Path) -> None:
    assert replies(program, "--state", str(tmp_path), "-c", "'sh") == []


@BASH
@pytest.mark.peer
@pytest.mark.slow
def test_tab_at_a_prompt_of_bash(program: Path, served: ServedConsole) -> None:
    environment = {"PATH": f"{program.parent}:/usr/bin:/bin", "TERM": "dumb", "PS1": "> ", "INPUTRC": "/dev/null"}
    bash = pexpect.spawn(
        "bash", ["--norc", "--noprofile", "-i"], env=environment, encoding="utf-8", timeout=10, dimensions=(24, 200)
    )
    try:
        bash.sendline(f"source {SCRIPT}; bind 'set enable-bracketed-paste off'; PS1='ready> '")
        bash.expect("ready> $")
        bash.send(f"sipctl --state {served.state} -c 'sh\t")
        bash.expect("ow $")
        bash.send("runn\t")
        bash.expect("ing-config $")
        bash.send("| count'\r")
        bash.expect(r"Number of lines = [1-9]")
    finally:
        bash.close(force=True)
