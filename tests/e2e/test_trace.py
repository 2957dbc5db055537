"""Signalling traced on a running server: sipp calls through it, tshark reads the file, processes are killed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.agent import options_answered, register
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines
from support.waiting import free_ports, wait_until

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPP is None, reason="sipp is not installed")]

CALLS = 20


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server that does not challenge calls; each test's own."""
    with House(tmp_path, extra=(*UNCHALLENGED_CALLS, "trace", " buffer 1", "!"), subscribers=["1001", "1002"]) as made:
        yield made


def call(house: House, where: Path, callee: str = "1001", calls: int = CALLS) -> None:
    """Make calls that are answered and end."""
    server = ("127.0.0.1", house.port)
    callee_port, caller_port = free_ports(2)
    register(server, [callee], callee_port)
    uas = Sipp(where, "uas", server, callee_port, name=f"uas-{callee_port}")
    uac = Sipp(where, "uac", server, caller_port, calls=calls, rate=50, hold_ms=50, users=caller_lines([callee]))
    try:
        outcome = uac.wait(60)
        assert (outcome.successful, outcome.failed) == (calls, 0), uac.complaint()
    finally:
        uac.end()
        uas.end()


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_wireshark_finds_in_the_file_what_the_list_shows(house: House, tmp_path: Path) -> None:
    house.do("debug sip method INVITE for 5 minutes")
    call(house, tmp_path)
    listed = house.rows("show trace last 100000")
    assert len(house.rows("show trace calls")) == CALLS
    assert f"{len(listed)} messages" in house.do("export trace pcap calls.pcap")
    fields = [word for name in ("sip.Call-ID", "sip.Method", "sip.Status-Code") for word in ("-e", name)]
    result = subprocess.run(
        ["tshark", "-n", "-r", str(house.state / "files" / "calls.pcap"), "-Y", "sip", "-T", "fields", *fields],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    seen = Counter(tuple(line.split("\t")) for line in result.stdout.splitlines())
    shown: Counter[tuple[str, ...]] = Counter()
    for row in listed:
        words = row["text"].split()
        status = words[0] if words[0].isdigit() else ""
        shown[row["call_id"], "" if status else words[0], status] += 1
    assert seen == shown
    # INVITE, its answers, ACK, BYE and 200, on two legs.
    assert set(Counter(row["call_id"] for row in listed).values()) >= {13}


def test_only_who_is_asked_for_is_traced_and_both_legs_of_it(house: House, tmp_path: Path) -> None:
    house.do("debug sip subscriber 1002 method INVITE")
    call(house, tmp_path, "1001", 3)
    assert house.rows("show trace") == []
    call(house, tmp_path, "1002", 1)
    rows = house.rows("show trace")
    assert len({row["call_id"] for row in rows}) == 1
    assert {row["way"] for row in rows if row["text"].startswith(("INVITE", "BYE"))} == {"in", "out"}
    ladder = house.do(f"show trace call {rows[0]['call_id']}")
    assert ladder.count("INVITE SDP") == 2
    assert ladder.count("BYE") == 4


def test_a_trace_outlives_the_worker_and_management_and_ends_by_itself(house: House, tmp_path: Path) -> None:
    house.do("debug sip for 40 messages")
    assert options_answered("127.0.0.1", house.port)
    before = house.rows("show trace")
    assert len(before) >= 2
    house.kill("core.worker")
    wait_until(lambda: options_answered("127.0.0.1", house.port), 15, "a new worker")
    wait_until(lambda: [row["trace"] for row in house.rows("show debug")] == [1], 10, "the trace to be begun again")
    assert house.rows("show trace")[: len(before)] == [*before]
    house.kill("oam.manager")
    wait_until(lambda: house.command("show debug").returncode == 0, 15, "new management")
    (row,) = house.rows("show debug")
    assert (row["trace"], row["filter"]) == (1, "everything")
    call(house, tmp_path, calls=5)
    wait_until(lambda: house.rows("show debug") == [], 10, "the trace to end")
    wait_until(lambda: "trace-ended" in {row["kind"] for row in house.rows("show notices")}, 10, "word of it")
    assert house.counters()["traces-running"] == 0


def test_the_capture_server_gets_each_message(house: House, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_194_304)
        server.settimeout(10)
        port = server.getsockname()[1]
        house.do("configure terminal", "trace", f"hep host 127.0.0.1 port {port} capture-id 7", "end", "debug sip")
        call(house, tmp_path, calls=3)
        traced = [row["text"].encode() for row in house.rows("show trace")]
        got = [server.recv(65_535) for _ in traced]
    assert all(packet.startswith(b"HEP3") for packet in got)
    assert [text for text, packet in zip(traced, got, strict=True) if text not in packet] == []
    assert house.rows("show trace hep")[0]["sent"] == len(traced)


def test_a_stream_is_traced_message_by_message(house: House) -> None:
    house.do("debug sip method OPTIONS")
    request = (
        "OPTIONS sip:127.0.0.1:{0} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bK{1}\r\n"
        "From: <sip:x@y>;tag=1\r\nTo: <sip:127.0.0.1:{0}>\r\nCall-ID: tcp-{1}\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", house.port), timeout=5) as client:
        client.sendall("".join(request.format(house.port, number) for number in range(2)).encode())
        while client.recv(65_536).count(b"SIP/2.0 200") == 0:
            pass
        own = f"127.0.0.1:{client.getsockname()[1]}"
        wait_until(lambda: len(house.rows("show trace")) == 4, 5, "four messages")
    rows = house.rows("show trace")
    came = [row for row in rows if row["way"] == "in"]
    assert [(row["transport"], row["peer"], row["call_id"]) for row in came] == [
        ("tcp", own, "tcp-0"), ("tcp", own, "tcp-1"),
    ]  # fmt: skip
    assert {row["peer"] for row in rows if row["way"] == "out"} == {own}
    assert {row["local"] for row in rows if row["way"] == "out"} == {f"127.0.0.1:{house.port}"}


def test_who_monitors_sees_messages_as_they_come(house: House) -> None:
    program = [sys.executable, "-P", "-c", "import sys; from sipctl.shell import main; sys.exit(main())"]
    shell = pexpect.spawn(
        program[0], [*program[1:], "--state", str(house.state)], env=house.environment, cwd=str(house.state),
        encoding="utf-8", timeout=15, dimensions=(24, 160),
    )  # fmt: skip
    try:
        shell.expect_exact("sip1#")
        shell.send("terminal monitor\r")
        shell.send("debug sip method OPTIONS\r")
        shell.expect_exact("Trace 1 runs")
        assert options_answered("127.0.0.1", house.port)
        shell.expect(r"sip trace 1: 1: 127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+: OPTIONS sip:")
        shell.expect(r"sip trace 1: 2: .*SIP/2\.0 200")
    finally:
        shell.close(force=True)
