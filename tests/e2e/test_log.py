"""The log of a running server: what every process says is in `show logging`, in the file and at a syslog host."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.house import House
from support.waiting import free_ports, wait_until

pytestmark = [pytest.mark.slow]


class Receiver:
    """A syslog server over UDP."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = int(self._socket.getsockname()[1])

    def has(self, part: str) -> list[str]:
        """Take what has come; return the messages with `part` in them."""
        try:
            while True:
                self.messages.append(self._socket.recv(65_536).decode())
        except BlockingIOError:
            return [message for message in self.messages if part in message]

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def house(tmp_path: Path, receiver: Receiver) -> Iterator[House]:
    lines = (
        f"logging host 127.0.0.1 port {receiver.port} level informational",
        "logging facility supervisor local5",
        "alarm profile process-exit", " clear-delay 0", "!",
    )  # fmt: skip
    with House(tmp_path, extra=lines, subscribers=()) as running:
        yield running


def _said(house: House, process: str, text: str) -> list[dict[str, Any]]:
    return [row for row in house.rows("show logging") if row["process"] == process and text in row["text"]]


def test_what_supervisor_and_signalling_say_reaches_whoever_is_told(house: House, receiver: Receiver) -> None:
    (port,) = free_ports(1)
    house.do("configure terminal", "sip", f"listener udp 127.0.0.1 port {port}", "end")
    wait_until(lambda: _said(house, "sip-1", "settings are in force, 3 listeners"), 10, "signalling to be heard")
    pid = house.kill("core.worker")
    wait_until(lambda: _said(house, "sipctld", "sip-1 answers calls"), 20, "the supervisor to be heard")
    (ended,) = _said(house, "sipctld", "sip-1 ended unasked: SIGKILL")
    assert (ended["area"], ended["severity"]) == ("supervisor", "errors")
    started = _said(house, "sipctld", "sip-1 started, pid")
    assert f"pid {pid}" not in started[-1]["text"]
    numbers = [row["sequence"] for row in house.rows("show logging")]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    (line,) = [each for each in _file(house) if "sip-1 ended unasked" in each]
    assert re.fullmatch(r"\d+: \S+Z sipctld\[\d+\] supervisor errors: sip-1 ended unasked: SIGKILL", line)
    wait_until(lambda: receiver.has("sip-1 ended unasked"), 10, "the syslog host to be told")
    (sent,) = receiver.has("sip-1 ended unasked")
    assert re.fullmatch(r'<171>1 \S+ sip1 sipctld \d+ supervisor \[meta sequenceId="\d+"\] .*', sent)  # local5, error


def test_a_syslog_host_has_each_event_of_an_alarm_once(house: House, receiver: Receiver) -> None:
    house.kill("core.worker")
    wait_until(lambda: receiver.has('what="cleared"'), 60, "the new worker to have lived for a while")
    heard = [message for message in receiver.has("[alarm resource=") if 'resource="worker sip-1"' in message]
    assert [re.findall(r'what="([a-z]+)"', message) for message in heard] == [["raised"], ["cleared"]]
    assert 'probableCause="softwareProgramAbnormallyTerminated" perceivedSeverity="major"' in heard[0]
    assert not [message for message in receiver.messages if "alarm-raised" in message and "[alarm " not in message]


def test_levels_hold_in_every_process(house: House) -> None:
    house.do("configure terminal", "logging level supervisor errors", "logging level sip errors", "end")
    last = house.rows("show logging last 1")[0]["sequence"]
    house.kill("core.worker")
    wait_until(lambda: _said(house, "sipctld", "sip-1 ended unasked"), 10, "the supervisor to be heard")
    wait_until(house.is_ready, 20, "the new worker to answer")
    wait_until(lambda: _started(house) == 2, 10, "the new worker to be known")
    since = [row for row in house.rows("show logging") if row["sequence"] > last]
    assert {row["severity"] for row in since if row["area"] in ("supervisor", "sip")} == {"errors"}


def _started(house: House) -> int:
    return [row["kind"] for row in house.rows("show notices")].count("worker-started")


def _file(house: House) -> list[str]:
    return (house.state / "logs" / "sipctl.log").read_text().splitlines()
