"""Scripts: the first error ends them, every error names its place, and a configuration goes in quickly."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from support.management import FakeManager, played

from oam.config.candidate import Candidate
from oam.config.tree import Configuration
from oam.dispatch import Result
from oam.shell.script import Options, Script, report

REFUSED = "% Invalid input detected at '^' marker."


class Played:
    """One script, run."""

    def __init__(
        self,
        manager: FakeManager,
        *,
        check: bool = False,
        as_json: bool = False,
        go_on: bool = False,
        atomic: bool = False,
    ) -> None:
        self.session = manager.session()
        self.session.check_only = check
        self.session.atomic, self.session.candidate = atomic, Candidate() if atomic else None
        self.out = bytearray()
        self.error = bytearray()
        self.script = Script(
            self.session, self.out.extend, self.error.extend, _at_once, Options(as_json, check, go_on or check)
        )

    async def run(self, *lines: str | bytes) -> int:
        running = asyncio.create_task(self.script.run())
        for number, line in enumerate(lines, 1):
            adding = asyncio.create_task(
                self.script.add(f"f:{number}", line if isinstance(line, bytes) else line.encode())
            )
            await asyncio.wait([running, adding], return_when=asyncio.FIRST_COMPLETED)
            adding.cancel()
        ending = asyncio.create_task(self.script.end())
        await asyncio.wait([running])
        ending.cancel()
        return running.result()


async def _at_once() -> None:
    pass


@played
async def test_output_and_nothing_else(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path))
    assert await script.run("! comment", "", "show privilege", "configure terminal", "hostname sip9", "end") == 0
    assert script.out == b"Current privilege level is 15\n"
    assert script.error == b""
    assert script.session.manager.configuration.running.hostname == "sip9"


@played
async def test_the_first_error_ends_it(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path))
    assert await script.run("configure terminal", "hostname sip9", "hostnaem x", "hostname sip8") == 2
    assert script.error.decode().splitlines() == [
        "f:3: hostnaem x",
        "     ^",
        f"f:3: {REFUSED}",
    ]
    assert script.session.manager.configuration.running.hostname == "sip9"


@played
async def test_going_on_keeps_the_first_code(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = None
    script = Played(manager, go_on=True)
    assert await script.run("show listeners", "nonsense", "show privilege") == 1
    assert script.out == b"Current privilege level is 15\n"
    assert script.error.decode().count("nonsense") == 1


@played
async def test_a_refused_change_names_its_line_though_it_was_applied_later(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path), go_on=True)
    code = await script.run(
        "configure terminal", "registrar", "expires minimum 600", "expires maximum 500", "expires default 700", "end"
    )
    assert code == 1
    assert script.error.decode().splitlines()[0] == "f:4: expires maximum 500"
    running = script.session.manager.configuration.running.registrar
    assert (running.expires_minimum_s, running.expires_default_s) == (600, 700)


@played
async def test_what_follows_a_refused_change_is_not_applied(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path))
    assert await script.run("configure terminal", "registrar", "expires maximum 5", "exit", "hostname late") == 1
    assert script.session.manager.configuration.running.hostname == "sipctl"


@played
async def test_checking_reports_everything_and_changes_nothing(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path), check=True)
    code = await script.run(
        "configure terminal", "hostname sip9", "foo", "registrar", "expires maximum 1", "show clock", "end", "reload"
    )
    assert code == 2
    named = {line.split(" ", 1)[0] for line in script.error.decode().splitlines() if line.startswith("f:")}
    assert named == {"f:3:", "f:5:", "f:6:"}
    manager = script.session.manager
    assert isinstance(manager, FakeManager)
    assert manager.configuration.running.hostname == "sipctl"
    assert manager.fake_supervisor.reloads == 0
    assert script.out == b""


@played
async def test_json(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path), as_json=True)
    assert await script.run("show listeners", "show privilege") == 0
    assert script.out == b'[]\n{\n  "privilege": 15\n}\n'


@played
async def test_secrets_are_not_repeated_in_errors(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path), go_on=True)
    await script.run("secret 0 hunter2", "subscriber 1 secret hunter2 x", "show | secret hunter2")
    assert b"hunter2" not in script.error


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"show \xff", "% Not UTF-8"),
        (b"show " + b"x" * 5000, "% Line too long: at most 4096 characters"),
    ],
)
@played
async def test_lines_that_are_none(tmp_path: Path, line: bytes, reason: str) -> None:
    script = Played(FakeManager(tmp_path))
    assert await script.run(line) == 2
    assert script.error.decode().splitlines()[-1] == f"f:1: {reason}"


@played
async def test_a_line_that_is_wrong_steers_no_terminal(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path))
    assert await script.run("configure terminal", "hostname a\x1b[2J\u202eb") == 2
    assert script.error.decode().splitlines()[0] == "f:2: hostname a\\u001b[2J\\u202eb"
    assert script.error.decode().splitlines()[1] == " " * len("f:2: hostname ") + "^"


@played
async def test_leaving_ends_it(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path))
    assert await script.run("exit", "show privilege") == 0
    assert script.out == b""


def test_an_error_without_a_line_of_its_own() -> None:
    result = Result(code=1)
    result.errors = ["% one\ntwo"]
    assert report(result, "f:1", "") == ["f:1: % one", "f:1: two"]


@pytest.mark.slow
@played
async def test_ten_thousand_lines_take_less_than_two_seconds(tmp_path: Path) -> None:
    script = Played(FakeManager(tmp_path))
    lines = ["configure terminal", "sip", *(f" domain d{number}.example.com" for number in range(10_000)), "end"]
    started = time.process_time()
    assert await script.run(*lines) == 0
    assert time.process_time() - started < 4
    assert len(script.session.manager.configuration.running.sip.domains) == 10_000


def test_flags_are_those_of_the_client() -> None:
    assert Options.parse(["--atomic", "--timeout", "2.5", "show", "--json"]) == (
        Options(atomic=True, timeout_s=2.5),
        ["show", "--json"],
    )
    assert Options.parse(["--check", "--json", "--timeout=3"]) == (Options(True, True, True, timeout_s=3.0), [])
    assert Options.parse(["--continue", "--", "--json"]) == (Options(go_on=True), ["--json"])
    assert Options.parse([]) == (Options(), [])


@pytest.mark.parametrize(
    "words", ["--no", "--json=1", "--timeout", "--timeout x", "--timeout 0", "--timeout nan", "--="]
)
def test_flags_that_are_none(words: str) -> None:
    with pytest.raises(ValueError, match=r"unknown flag|seconds"):
        Options.parse(words.split())


@played
async def test_an_atomic_script_is_in_force_at_its_end(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    script = Played(manager, atomic=True)
    assert await script.run("configure terminal", "hostname sip9", "do show privilege", "sip", "domain a.b") == 0
    assert script.out == b"Current privilege level is 15\n"
    assert script.error == b""
    assert manager.configuration.running.hostname == "sip9"
    assert len(manager.fake_supervisor.applied) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hostnaem x", ["f:3: hostnaem x", "     ^", f"f:3: {REFUSED}"]),
        ("do write memory", ["f:3: do write memory", "f:3: % An atomic script has only configuration lines and show"]),
        ("subscriber 1001", ["f:3: subscriber 1001", "f:3: % An atomic script has only configuration lines and show"]),
    ],
)
@pytest.mark.parametrize("go_on", [False, True])
@played
async def test_an_atomic_script_with_one_error_changes_nothing(
    tmp_path: Path, line: str, said: list[str], go_on: bool
) -> None:
    manager = FakeManager(tmp_path)
    script = Played(manager, atomic=True, go_on=go_on)
    assert await script.run("configure terminal", "hostname sip9", line, "sip", "domain a.b", "end") == 5
    lines = script.error.decode().splitlines()
    for number, text in enumerate(said):
        assert lines[number].startswith(text)
    assert lines[-1] == "% The script is atomic: nothing was changed."
    assert manager.configuration.running == Configuration()
    assert list(manager.subscribers) == []


@pytest.mark.parametrize("check", [False, True])
@played
async def test_an_atomic_script_that_contradicts_itself_names_the_line(tmp_path: Path, check: bool) -> None:
    manager = FakeManager(tmp_path)
    script = Played(manager, atomic=True, check=check)
    lines = ("configure terminal", "hostname sip9", "registrar", "expires minimum 7000", "sip", "domain a.b")
    assert await script.run(*lines) == 5
    assert script.error.decode().splitlines()[0] == "f:4: expires minimum 7000"
    assert manager.configuration.running == Configuration()


@played
async def test_an_atomic_script_that_is_refused_as_a_whole_changes_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.problems = ["port 5060 is in use"]
    script = Played(manager, atomic=True)
    assert await script.run("configure terminal", "sip", "listener udp 127.0.0.1 port 5060") == 5
    assert "f:3: % port 5060 is in use" in script.error.decode()
    assert manager.configuration.running == Configuration()
    assert manager.configuration.archive.versions() == {}


@played
async def test_an_atomic_script_whose_client_is_gone_changes_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    script = Played(manager, atomic=True)
    running = asyncio.create_task(script.script.run())
    for number, line in enumerate((b"configure terminal", b"hostname sip9"), 1):
        await script.script.add(f"f:{number}", line)
    while not script.session.candidate:
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    assert manager.configuration.running == Configuration()


@played
async def test_a_checked_atomic_script_changes_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    script = Played(manager, atomic=True, check=True)
    assert await script.run("configure terminal", "hostname sip9", "end") == 0
    assert manager.configuration.running == Configuration()
