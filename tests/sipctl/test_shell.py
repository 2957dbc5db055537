"""`sipctl` as a script runs it: options, order, output, exit status, speed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console import ServedConsole
from support.management import FakeManager

from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from sipctl.shell import Options, main

PROGRAM = [sys.executable, "-c", "import sys; from sipctl.shell import main; sys.exit(main())"]


def prepared(manager: FakeManager) -> None:
    manager.fake_worker.answers = {ListListeners: [ListenerRow("udp:127.0.0.1:5060", "up", 0, 1, 2, 3)]}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedConsole]:
    with ServedConsole(tmp_path_factory.mktemp("state"), prepared) as console:
        yield console


def sipctl(served: ServedConsole, *arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [*PROGRAM, "--state", str(served.state), *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=30,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_commands_files_and_their_order(served: ServedConsole, tmp_path: Path) -> None:
    (tmp_path / "script").write_bytes(b"show privilege\r\ndisable\r\n")
    code, out, error = sipctl(
        served, "-c", "show privilege", "-f", "script", "-c", "show privilege\nenable", "-f", "-",
        stdin=b"show privilege", cwd=tmp_path,
    )  # fmt: skip
    assert (code, error) == (0, "")
    assert [line[-2:].strip() for line in out.splitlines()] == ["15", "15", "1", "15"]


def test_standard_input_is_a_script(served: ServedConsole) -> None:
    assert sipctl(served, stdin=b"! hello\n\nshow privilege\n") == (0, "Current privilege level is 15\n", "")
    assert sipctl(served) == (0, "", "")


def test_errors_name_file_and_line(served: ServedConsole, tmp_path: Path) -> None:
    (tmp_path / "script").write_text("show privilege\n\n  show privlege\nshow clock\n")
    code, out, error = sipctl(served, "-f", "script", cwd=tmp_path)
    assert (code, out) == (2, "Current privilege level is 15\n")
    assert error == (
        "script:3:   show privlege\n" + " " * 17 + "^\n" + "script:3: % Invalid input detected at '^' marker.\n"
    )
    code, _, error = sipctl(served, "-c", "show privilege", "-c", "enable please")
    assert code == 2
    assert error.startswith("-c:2: enable please\n")
    assert sipctl(served, stdin=b"x")[2].startswith("stdin:1: x\n")


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        (["show privilege"], 0),
        (["import subscribers nothing.csv"], 1),
        (["show"], 2),
        (["disable", "reload"], 3),
    ],
)
def test_exit_status(served: ServedConsole, commands: list[str], code: int) -> None:
    assert sipctl(served, *(word for command in commands for word in ("-c", command)))[0] == code


def test_going_on(served: ServedConsole) -> None:
    code, out, _ = sipctl(served, "--continue", "-c", "nonsense", "-c", "show privilege")
    assert (code, out) == (2, "Current privilege level is 15\n")


def test_checking_changes_nothing(served: ServedConsole) -> None:
    code, out, error = sipctl(served, "--check", stdin=b"configure terminal\nhostname x\nfoo\nbar\nend\nreload\n")
    assert (code, out) == (2, "")
    assert [line.split()[0] for line in error.splitlines() if line.endswith(("foo", "bar"))] == ["stdin:3:", "stdin:4:"]
    assert served.call(lambda: served.manager.configuration.running.hostname) == "sipctl"


def test_json(served: ServedConsole) -> None:
    _, out, _ = sipctl(served, "--json", "-c", "show listeners")
    assert json.loads(out)[0]["listener"] == "udp:127.0.0.1:5060"


def test_a_script_of_many_lines_and_much_output(served: ServedConsole) -> None:
    code, out, _ = sipctl(served, stdin=b"show privilege\n" * 3000)
    assert (code, out.count("\n")) == (0, 3000)


def test_a_reader_that_leaves_ends_it_quietly(served: ServedConsole) -> None:
    command = (
        f"{sys.executable} -c 'import sys; from sipctl.shell import main; sys.exit(main())' --state {served.state}"
    )
    done = subprocess.run(
        ["sh", "-c", f"yes show privilege | head -n 5000 | {command} | head -n 1"],
        capture_output=True,
        check=True,
        timeout=30,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout == b"Current privilege level is 15\n"
    assert done.stderr == b""


def test_no_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state", str(tmp_path), "-c", "show version"]) == 6
    error = capsys.readouterr().err
    assert error == f"sipctl: server not reachable at {tmp_path}/run/console.sock: No such file or directory\n"


def test_a_server_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sipctl.console_client._connected", refuse)
    assert main(["--state", str(tmp_path), "-c", "show version"]) == 3


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--nonsense"], "unknown argument --nonsense"),
        (["--json=yes"], "unknown argument --json=yes"),
        (["operand"], "unknown argument operand"),
        (["-x"], "unknown argument -x"),
        (["-c"], "-c needs an argument"),
        (["--state"], "--state needs an argument"),
        (["-f", "/proc/none"], "/proc/none: No such file or directory"),
    ],
)
def test_arguments_that_are_none(capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("usage: sipctl ")
    assert error.endswith(f"sipctl: {complaint}\n")


def test_arguments() -> None:
    options = Options(["--state=/a b", "-cshow x", "-c", "--json", "--check", "--state", "/c", "--continue"])
    assert options.state == "/c"
    assert options.texts == [("-c", b"show x"), ("-c", b"--json")]
    assert options.flags == {"check", "continue"}


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_option(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert main([option]) == 0
    out = capsys.readouterr().out
    for each in ("--state", "-c", "-f", "--json", "--check", "--continue", "--version", "--help", "exit status"):
        assert each in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from core.northbound.build import VERSION

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sipctl {VERSION}\n"


def test_a_command_starts_fast() -> None:
    """What `sipctl -c` imports decides how fast it starts: nothing that pulls in `re` and `enum`."""
    done = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", "-c", "import sipctl.shell"],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {
        "asyncio",
        "msgspec",
        "json",
        "logging",
        "argparse",
        "socket",
        "signal",
        "typing",
        "re",
        "enum",
    }


def test_a_script_out_of_time(served: ServedConsole) -> None:
    code, out, error = sipctl(served, "--timeout", "0.2", "-c", "repeat 9 interval 60 show privilege")
    assert (code, out) == (1, "Current privilege level is 15\n")
    assert error == "-c:1: % Not done within 0.2 seconds; the script was stopped\n"


@pytest.mark.parametrize("value", ["", "0", "x", "nan", "1e9"])
def test_times_that_are_none(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--timeout", value]) == 2
    assert "--timeout needs seconds" in capsys.readouterr().err


def test_an_atomic_script_changes_nothing_when_a_line_is_wrong(served: ServedConsole) -> None:
    code, _, error = sipctl(served, "--atomic", stdin=b"configure terminal\nhostname other\nhostnaem x\nend\n")
    assert code == 5, error
    assert error.startswith("stdin:3: hostnaem x\n")
    assert served.manager.configuration.running.hostname == "sipctl"
