"""Bulk prefixes in a running server: imported, called, changed one by one, kept when management is killed."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.house import House
from support.waiting import wait_until

pytestmark = pytest.mark.slow

LINES = (
    "authentication", " no challenge invite", "!",
    "translation-rule DROP-9", " called delete 0 1", "!",
    "number-analysis", " prefix 9 translate DROP-9 table OTHER", "!",
    "number-analysis OTHER", " prefix any reject 604", "!",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("numbers"), extra=LINES, subscribers=()) as running:
        (running.state / "files").mkdir(exist_ok=True)
        yield running


class Caller:
    """Calls numbers over UDP and says what was answered."""

    def __init__(self, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(5)
        self.sock.connect(("127.0.0.1", port))
        self.own = self.sock.getsockname()[1]
        self.count = 0

    def call(self, number: str) -> str:
        """Return the status line's code, and the Contact or Reason behind it."""
        self.count += 1
        shared = (
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.own};branch=z9hG4bKn{self.own}x{self.count}\r\n"
            f"From: <sip:caller@example.com>;tag=t{self.count}\r\nTo: <sip:{number}@example.com>{{tag}}\r\n"
            f"Call-ID: n{self.own}-{self.count}\r\nMax-Forwards: 70\r\n"
        )
        uri = f"sip:{number}@example.com"
        self.sock.send(
            f"INVITE {uri} SIP/2.0\r\n{shared.format(tag='')}CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n".encode()
        )
        while True:
            answer = self.sock.recv(4096).decode()
            if not answer.startswith("SIP/2.0 1") and f"Call-ID: n{self.own}-{self.count}\r\n" in answer:
                break
        tag = ";tag=" + answer.partition("\r\nTo: ")[2].partition("\r\n")[0].partition(";tag=")[2]
        self.sock.send(
            f"ACK {uri} SIP/2.0\r\n{shared.format(tag=tag)}CSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n".encode()
        )
        told = [line for line in answer.split("\r\n") if line.startswith(("Contact:", "Reason:"))]
        return f"{answer[8:11]} {told[0]}" if told else answer[8:11]


@pytest.fixture
def caller(house: House) -> Iterator[Caller]:
    made = Caller(house.port)
    yield made
    made.sock.close()


def write(house: House, name: str, lines: Iterator[str] | list[str]) -> None:
    with (house.state / "files" / name).open("w") as file:
        file.write("prefix,action,target\n")
        file.writelines(f"{line}\n" for line in lines)


def test_prefixes_are_called_as_they_were_imported_and_changed(house: House, caller: Caller) -> None:
    assert caller.call("4930") == '404 Reason: Q.850;cause=1;text="Unallocated (unassigned) number"'
    write(house, "many.csv", (f"49{n:05},redirect,sip:gw{n % 7}.example.net" for n in range(30_000)))
    done = house.command("import prefixes many.csv")
    assert "30000 added, 0 changed, 0 removed" in done.stdout
    assert caller.call("4900003555") == "302 Contact: <sip:4900003555@gw3.example.net>"
    write(house, "one.csv", ["4900003,reject,486"])
    assert "0 added, 1 changed, 0 removed" in house.command("import prefixes one.csv").stdout
    assert caller.call("4900003555") == '486 Reason: Q.850;cause=17;text="User busy"'
    assert "1 bulk prefix removed" in house.command("clear prefixes default 4900004").stdout
    assert caller.call("4900004555").startswith("404 ")
    shown = house.command("show number-analysis 4900003")
    assert "bulk" in shown.stdout
    assert caller.call("94900003").startswith("604 ")
    tested = house.command("test number 94900003")
    assert "called 94900003 -> 4900003" in tested.stdout
    assert "604" in tested.stdout
    assert [line.split()[-1] for line in house.command("show number-analysis 9").stdout.splitlines()[-1:]] == ["1"]


def test_management_killed_during_an_import_leaves_the_old_prefixes(house: House, caller: Caller) -> None:
    write(house, "old.csv", ["35,reject,480"])
    assert house.command("import prefixes old.csv replace").returncode == 0
    write(house, "new.csv", (f"{n},reject,403" for n in range(1_000_000, 2_000_000)))
    importing = subprocess.Popen(
        [sys.executable, "-P", "-c", "import sys; from sipctl.shell import main; sys.exit(main())",
         "--state", str(house.state), "-c", "import prefixes new.csv replace"],
        env=house.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    management = house.process("oam.manager")
    assert management is not None
    wait_until(
        lambda: any(file.path.endswith("/new.csv") for file in management.open_files()), 30, "the import to begin"
    )
    management.kill()
    importing.wait(timeout=30)
    assert caller.call("351").startswith("480 ")
    wait_until(lambda: house.process("oam.manager") is not None and house.is_ready(), 30, "management to be back")
    assert caller.call("1000001").startswith("404 ")
    assert "0 added, 0 changed, 0 removed" in house.command("import prefixes old.csv replace").stdout
