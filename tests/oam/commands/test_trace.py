"""`show trace`, `clear trace`, `export trace`, and the lines of mode `trace`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.traced import record, written

from core.trace.ring import Ring
from oam.settings.trace import HepHost
from oam.shell.format import for_people
from oam.trace.hep import HepSender
from oam.trace.message import host_port


def message(call_id: str, method: str = "INVITE", status: int = 0) -> str:
    start = f"SIP/2.0 {status} X" if status else f"{method} sip:b@h SIP/2.0"
    return f"{start}\nFrom: <sip:a@h>\nTo: <sip:b@h>\nCall-ID: {call_id}\nCSeq: 1 {method}\n\n"


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    """A manager with two calls in its ring."""
    manager = FakeManager(tmp_path)
    written(
        tmp_path,
        record(message("call-1"), at_us=1_700_000_000_000_000),
        record(message("call-2", "OPTIONS"), at_us=1_700_000_000_250_000, remote=("192.0.2.9", 5061)),
        record(message("call-1", status=486), at_us=1_700_000_001_000_000, sent=True),
    )
    return manager


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("show trace", [1, 2, 3]),
        ("show trace last 1", [3]),
        ("show trace method options", [2]),
        ("show trace method INVITE last 5", [1, 3]),
        ("show trace call call-1 messages", [1, 3]),
    ],
)
def test_messages_are_listed_as_asked_for(manager: FakeManager, line: str, numbers: list[int]) -> None:
    @played
    async def listed() -> None:
        rows, _ = await gathered(manager.session(), line)
        assert [row.number for row in rows] == numbers

    listed()


@played
async def test_a_line_says_when_who_and_what(tmp_path: Path, manager: FakeManager) -> None:
    rows, _ = await gathered(manager.session(), "show trace")
    last = rows[2]
    assert (last.time, last.diff_s, last.way, last.text) == ("22:13:21.000", 0.75, "out", "486 X")
    assert (last.local, last.peer) == ("192.0.2.10:5060", "192.0.2.1:5060")


@pytest.mark.parametrize("peer", [("192.0.2.1", 5060), ("203.0.113.129", 50_600), ("2001:db8::1", 5060)])
@pytest.mark.parametrize("line", ["show trace", "show trace calls"])
def test_a_list_fits_a_terminal_and_says_what_to_ask_next(tmp_path: Path, line: str, peer: tuple[str, int]) -> None:
    @played
    async def shown() -> None:
        manager = FakeManager(tmp_path)
        written(tmp_path, *[record(message("a84b4c76", status=486), remote=peer) for _ in range(2)])
        rows, result = await gathered(manager.session(), line)
        assert result.row is not None
        lines = for_people(result.row, 80).rows(rows)
        assert max(map(len, lines)) <= 80
        assert ("a84b4c76" if line.endswith("calls") else host_port(peer)) in lines[-1]
        assert ("Status" if line.endswith("calls") else "Text") in lines[0]

    shown()


@played
async def test_calls_are_listed_with_their_outcome(tmp_path: Path, manager: FakeManager) -> None:
    rows, _ = await gathered(manager.session(), "show trace calls")
    assert [(row.call_id, row.method, row.status, row.messages, row.duration_s) for row in rows] == [
        ("call-1", "INVITE", 486, 2, 1.0),
        ("call-2", "OPTIONS", None, 1, 0.0),
    ]
    assert [row.call_id for row in (await gathered(manager.session(), "show trace calls last 1"))[0]] == ["call-2"]


@played
async def test_a_call_is_drawn(tmp_path: Path, manager: FakeManager) -> None:
    lines = await done(manager.session(), ["show trace call call-1"])
    assert lines[0] == "Call-ID call-1"
    assert [line.split("|", 1)[1].strip("-|<>") for line in lines[-2:]] == ["INVITE", "486 X"]


@played
async def test_a_call_is_there_for_programs(tmp_path: Path, manager: FakeManager) -> None:
    facts = (await gathered(manager.session(), "show trace call call-1"))[1].json
    assert [each["status"] for each in facts] == [None, 486]
    assert facts[1]["diff_s"] == 1.0
    assert (await gathered(manager.session(), "show trace message 1"))[1].json["message"].startswith("INVITE ")


@played
async def test_messages_are_shown_whole(tmp_path: Path, manager: FakeManager) -> None:
    one = await done(manager.session(), ["show trace message 2"])
    assert one[0].startswith("Message 2, 2023-11-14T22:13:20.250000Z, received over udp, 192.0.2.9:5061 ->")
    assert "OPTIONS sip:b@h SIP/2.0" in one
    both = await done(manager.session(), ["show trace call call-1 detail"])
    assert [line for line in both if line.startswith("Message")][1].startswith("Message 3, ")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("show trace call call", "Several calls"),
        ("show trace call nobody", "No message"),
        ("show trace message 9", "There is no message 9"),
        ("export trace pcap ../x.pcap", "outside of"),
        ("export trace pcap x.pcap call nobody", "No message"),
    ],
)
def test_what_is_not_there_is_said(manager: FakeManager, line: str, reason: str) -> None:
    @played
    async def said() -> None:
        result = (await gathered(manager.session(origin="ssh"), line))[1]
        assert result.code != 0
        assert reason in str(result.errors)

    said()


@played
async def test_what_was_traced_is_forgotten(tmp_path: Path, manager: FakeManager) -> None:
    assert await done(manager.session(), ["clear trace"]) == ["Cleared up to message 3"]
    assert (await gathered(manager.session(), "show trace"))[0] == []
    ring = Ring(manager.traces.path)
    ring.write(b"OPTIONS sip:a SIP/2.0\r\n\r\n", 0, 0, 1, 0, ("192.0.2.10", 5060), ("192.0.2.1", 5060), 5)
    assert [row.number for row in (await gathered(manager.session(), "show trace"))[0]] == [4]


@played
async def test_nothing_traced_is_no_error(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    assert await done(session, ["clear trace", "show trace", "show trace calls"]) == ["Nothing was traced"]


@pytest.mark.parametrize(("line", "count"), [("export trace {} out", 3), ("export trace {} out call call-2", 1)])
def test_what_was_traced_is_exported(tmp_path: Path, manager: FakeManager, line: str, count: int) -> None:
    @played
    async def exported() -> None:
        printed = await done(manager.session(), [line.format("pcap"), line.format("text")])
        assert [each.partition(" octets")[0].partition(",")[0] for each in printed] == [f"{count} messages"] * 2
        text = (tmp_path / "files" / "out").read_text()
        assert text.count("Message ") == count

    exported()


@played
async def test_an_export_keeps_to_the_file_area(
    tmp_path: Path, manager: FakeManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oam.commands.trace.room", lambda folder: 100)
    result = (await gathered(manager.session(), "export trace pcap big.pcap"))[1]
    assert "no room in the file area" in str(result.errors)
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize("line", ["show trace", "show trace message 1", "clear trace", "export trace text x"])
def test_messages_are_for_the_privileged(manager: FakeManager, line: str) -> None:
    @played
    async def tried() -> None:
        assert (await gathered(manager.session(privilege=1), line))[1].code != 0

    tried()


@played
async def test_the_mode_holds_its_lines(tmp_path: Path, manager: FakeManager) -> None:
    session = manager.session(batch=False)
    await done(
        session,
        ["configure terminal", "trace", "buffer 32", "hep host 192.0.2.80 capture-id 7", "hep password secret", "end"],
    )
    settings = manager.configuration.running.trace
    assert (settings.buffer, settings.hep) == (32, HepHost("192.0.2.80", 9060, 7))
    assert manager.registry.keyring is not None
    assert manager.registry.keyring.decrypted(settings.hep_password) == "secret"
    text = "\n".join(await done(session, ["show running-config"]))
    assert " hep password 6 " in text
    assert "secret" not in text
    await done(session, ["configure terminal", "trace", "no hep host", "end"])
    assert manager.configuration.running.trace.hep == HepHost()


@played
async def test_the_capture_server_is_shown(tmp_path: Path, manager: FakeManager) -> None:
    assert (await gathered(manager.session(), "show trace hep"))[0] == []
    manager.live.hep = sender = HepSender(HepHost("192.0.2.80"), "")
    sender.dropped = 3
    rows, _ = await gathered(manager.session(), "show trace hep")
    assert [(row.address, row.port, row.sent, row.dropped) for row in rows] == [("192.0.2.80", 9060, 0, 3)]
