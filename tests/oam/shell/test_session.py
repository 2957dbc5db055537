"""A line in, text out: filters, formats, files and errors, whatever shell the line came from."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound.client import NorthboundError
from core.northbound.orders import ListListeners, Order, Row
from core.northbound.rows import ListenerRow
from oam.context import Session
from oam.shell import session as shell
from oam.shell.session import StopOutput

LISTENERS = [
    ListenerRow("udp:127.0.0.1:5060", "up", 0, 10, 20, 0),
    ListenerRow("tcp:127.0.0.1:5060", "down", 2, 3, 4, 0),
]


def operator(state: Path, privilege: int = 15) -> tuple[FakeManager, Session]:
    manager = FakeManager(state)
    manager.fake_worker.answers = {ListListeners: list(LISTENERS)}
    return manager, manager.session(privilege, batch=False)


async def typed(session: Session, line: str, *, as_json: bool = False) -> tuple[list[str], int, list[str]]:
    """Run a line; return what is shown, the exit code and the explanation."""
    shown: list[str] = []

    async def write(lines: list[str]) -> None:
        shown.extend(lines)

    result = await shell.run(session, line, write, as_json=as_json)
    return shown, result.code, shell.explain(result, 5)


@played
async def test_rows_as_a_table(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    shown, code, errors = await typed(session, "show listeners")
    assert (code, errors) == (0, [])
    assert shown[0].split() == ["Listener", "State", "Connections", "Received", "Sent", "Dropped", "Calls"]
    assert [line.split()[:2] for line in shown[2:]] == [["udp:127.0.0.1:5060", "up"], ["tcp:127.0.0.1:5060", "down"]]


@played
async def test_the_same_rows_as_json_and_csv(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    shown, _, _ = await typed(session, "show listeners | json")
    rows = json.loads("\n".join(shown))
    assert [row["listener"] for row in rows] == ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]
    assert rows == json.loads("\n".join((await typed(session, "show listeners", as_json=True))[0]))
    shown, _, _ = await typed(session, "show listeners | csv | include tcp")
    assert shown == ["tcp:127.0.0.1:5060,down,2,3,4,0,"]


@played
async def test_rows_before_a_failure_are_shown(tmp_path: Path) -> None:
    manager, session = operator(tmp_path)

    async def order(wanted: Order) -> AsyncGenerator[Row, None]:
        yield LISTENERS[0]
        raise NorthboundError("the signalling process ended")

    manager.fake_worker.order = order  # type: ignore[method-assign, assignment]
    shown, code, errors = await typed(session, "show listeners")
    assert (code, errors) == (1, ["% The signalling process ended"])
    assert shown[2].startswith("udp:127.0.0.1:5060")
    assert json.loads("\n".join((await typed(session, "show listeners | json"))[0]))[0]["state"] == "up"


@played
async def test_no_rows_are_an_empty_array(tmp_path: Path) -> None:
    manager, session = operator(tmp_path)
    manager.fake_worker.answers = {}
    assert (await typed(session, "show listeners | json"))[0] == ["[]"]


@played
async def test_chained_filters(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    shown, _, _ = await typed(session, "show listeners | exclude down | include udp|tcp | count")
    assert shown == ["Number of lines = 1"]


@played
async def test_text_as_json(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    shown, _, _ = await typed(session, "show privilege | json")
    assert json.loads("\n".join(shown)) == {"privilege": 15}
    assert (await typed(session, "show privilege | csv"))[2] == ["% this command gives no rows"]


@played
async def test_files(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    assert (await typed(session, "show listeners | include udp | redirect a.txt"))[:2] == ([], 0)
    assert (await typed(session, "show privilege | append a.txt"))[:2] == ([], 0)
    shown, _, _ = await typed(session, "show privilege | tee b.txt | count")
    assert shown == ["Number of lines = 1"]
    lines = (tmp_path / "files" / "a.txt").read_text().splitlines()
    assert lines[0].startswith("udp:127.0.0.1:5060")
    assert lines[1] == (tmp_path / "files" / "b.txt").read_text().strip() == "Current privilege level is 15"


@played
async def test_a_failed_command_writes_no_file(tmp_path: Path) -> None:
    manager, session = operator(tmp_path)
    await typed(session, "show listeners | redirect a.txt")
    before = (tmp_path / "files" / "a.txt").read_text()
    manager.fake_worker.answers = None
    assert (await typed(session, "show listeners | redirect a.txt"))[1] == 1
    assert (tmp_path / "files" / "a.txt").read_text() == before
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["a.txt"]


@played
async def test_a_check_leaves_files_alone(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    await typed(session, "show privilege | redirect a.txt")
    before = (tmp_path / "files" / "a.txt").read_text()
    session.check_only = True
    assert await typed(session, "show privilege | redirect a.txt") == ([], 0, [])
    assert await typed(session, "show privilege | tee b.txt") == ([], 0, [])
    assert (tmp_path / "files" / "a.txt").read_text() == before
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["a.txt"]


@played
async def test_a_file_written_is_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, session = operator(tmp_path)
    recorded: list[tuple[str, int]] = []
    monkeypatch.setattr(manager.audit, "record", lambda kind, *, command, code, **_: recorded.append((command, code)))
    await typed(session, "show privilege | include 15 | tee a.txt | append b.txt")
    (tmp_path / "files" / "c.txt").mkdir()
    assert (await typed(session, "show privilege | redirect c.txt"))[1] == 1
    await typed(session, "show lsteners | redirect d.txt")
    assert recorded == [
        ("show privilege", 0),
        ("tee a.txt", 0),
        ("append b.txt", 0),
        ("show privilege", 0),
        ("redirect c.txt", 1),
        ("show lsteners | redirect d.txt", 2),
    ]


@played
async def test_files_are_for_the_privileged(tmp_path: Path) -> None:
    _, session = operator(tmp_path, privilege=1)
    assert await typed(session, "show privilege | redirect a.txt") == ([], 3, ["% Access denied"])
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize(
    ("line", "code", "errors"),
    [
        ("show lsteners", 2, [" " * 10 + "^", "% Invalid input detected at '^' marker."]),
        ("show listeners | foo", 2, [" " * 22 + "^", "% Invalid input detected at '^' marker."]),
        ("show listeners | include", 2, ["% Incomplete command."]),
        ("show listeners | c", 2, ['% Ambiguous command:  "show listeners | c"']),
        (
            "show listeners | include a[",
            2,
            [" " * 31 + "^", "% Not a regular expression: missing ]", "% Invalid input detected at '^' marker."],
        ),
    ],
)
@played
async def test_errors_point_at_their_place(tmp_path: Path, line: str, code: int, errors: list[str]) -> None:
    _, session = operator(tmp_path)
    assert await typed(session, line) == ([], code, errors)


@played
async def test_the_caret_follows_a_wrapped_line(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    result = await shell.run(session, "show lsteners", _nowhere)
    assert shell.explain(result, 78, 80)[0] == "   ^"


async def _nowhere(lines: list[str]) -> None:
    pass


@played
async def test_leaving_early_is_no_error_and_closes_the_rows(tmp_path: Path) -> None:
    _, session = operator(tmp_path)

    async def write(lines: list[str]) -> None:
        raise StopOutput

    result = await shell.run(session, "show listeners", write)
    assert (result.code, result.errors) == (0, [])
    assert result.rows is not None
    assert [row async for row in result.rows] == []


@played
async def test_what_a_peer_sent_cannot_steer_the_terminal(tmp_path: Path) -> None:
    manager, session = operator(tmp_path)
    manager.fake_worker.answers = {ListListeners: [ListenerRow("\x1b[2J\x9b31m", "up", 0, 0, 0, 0)]}
    for line in ("show listeners", "show listeners | json", "show listeners | csv"):
        shown, _, _ = await typed(session, line)
        assert all(text.isprintable() for text in shown)


@played
async def test_help_and_completion_know_the_filters(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    assert [each.word for each in shell.help_for(session, "show listeners ")] == ["|", "<cr>"]
    assert [each.word for each in shell.help_for(session, "show listeners | e")] == ["exclude"]
    assert [each.word for each in shell.help_for(session, "exit ")] == ["<cr>"]
    assert shell.completions(session, "show listeners | e") == ["exclude"]
    assert shell.completions(session, "show lis") == ["listeners"]


@played
async def test_history_keeps_no_secret_and_no_repetition(tmp_path: Path) -> None:
    _, session = operator(tmp_path)
    for line in ("show clock", "show clock ", "", "foo secret 0 hunter2"):
        shell.remember(session, line)
    assert session.history[0] == "show clock"
    assert len(session.history) == 2
    assert "hunter2" not in session.history[1]
    for number in range(300):
        shell.remember(session, f"show {number}")
    assert len(session.history) == 256
