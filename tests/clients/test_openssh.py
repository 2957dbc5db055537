"""SSH as operators and their scripts use it: OpenSSH's `ssh`, `sftp` and `scp`, unmodified."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.remote import ADMINISTRATOR, PASSWORD, WATCHER, Remote
from support.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH's client is not installed"),
]


class Client:
    """OpenSSH's programs with settings of their own, and one key."""

    def __init__(self, remote: Remote, folder: Path) -> None:
        self.remote = remote
        self.known = folder / "known_hosts"
        self.key = folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", self.key], check=True)
        public = self.key.with_suffix(".pub").read_text().rpartition(" ")[0]
        remote.do("configure terminal", f"username {ADMINISTRATOR} ssh-key {public}")
        self.options = [
            *("-F", "none", "-o", "LogLevel=ERROR", "-o", "IdentityAgent=none"),
            *("-o", "StrictHostKeyChecking=accept-new", "-o", f"UserKnownHostsFile={self.known}"),
        ]
        self.by_key = [*self.options, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", str(self.key)]

    def arguments(self, *words: str, user: str = ADMINISTRATOR, options: list[str] | None = None) -> list[str]:
        """Return the command line of an `ssh`."""
        options = self.by_key if options is None else options
        return ["ssh", *options, "-p", str(self.remote.ssh), f"{user}@127.0.0.1", *words]

    def ssh(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `ssh` with the key."""
        return _run(self.arguments(*words), stdin)

    def with_password(self, *words: str, user: str, method: str) -> subprocess.CompletedProcess[str]:
        """Run `ssh` with the password of the account."""
        if shutil.which("sshpass") is None:
            pytest.skip("sshpass is not installed")
        options = [*self.options, "-o", f"PreferredAuthentications={method}"]
        command = ["sshpass", "-e", *self.arguments(*words, user=user, options=options)]
        return _run(command, None, os.environ | {"SSHPASS": PASSWORD})

    def sftp(self, *lines: str) -> subprocess.CompletedProcess[str]:
        """Run `sftp` with the key; the first line that fails ends it."""
        command = ["sftp", *self.by_key, "-b", "-", "-P", str(self.remote.ssh), f"{ADMINISTRATOR}@127.0.0.1"]
        return _run(command, "".join(f"{line}\n" for line in lines))


def _run(
    command: list[str], stdin: str | None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    server = Remote(tmp_path_factory.mktemp("openssh"))
    with server:
        yield server


@pytest.fixture(scope="module")
def client(remote: Remote, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(remote, tmp_path_factory.mktemp("client"))


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_password_and_question_let_in(client: Client, method: str) -> None:
    done = client.with_password("show privilege", user=WATCHER, method=method)
    assert (done.returncode, done.stdout) == (0, "Current privilege level is 1\n"), done.stderr


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("show clock", 0, ""),
        ("import subscribers nothing-there.csv", 1, "nothing-there.csv"),
        ("show nonsense", 2, "command:1: % Invalid input detected at '^' marker."),
    ],
)
def test_exit_status_is_the_commands(client: Client, command: str, code: int, said: str) -> None:
    done = client.ssh(command)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert ("UTC" in done.stdout) == (code == 0)


def test_what_is_not_allowed_is_exit_status_3(client: Client) -> None:
    done = client.with_password("configure terminal", user=WATCHER, method="password")
    assert done.returncode == 3
    assert "Command authorization failed." in done.stderr


def test_script_on_the_standard_input(client: Client) -> None:
    done = client.ssh(stdin="show clock\nshow nonsense\nshow version\n")
    assert done.returncode == 2
    assert "UTC" in done.stdout
    assert done.stderr.startswith("stdin:2: show nonsense")
    assert "Version" not in done.stdout
    assert client.ssh(stdin="configure terminal\nbanner motd ^C\nhello\n^C\nend\n").returncode == 0
    client.remote.do("configure terminal", "no banner motd")


def test_atomic_script_changes_all_or_nothing(client: Client) -> None:
    done = client.ssh("--atomic", stdin="configure terminal\nhostname sip9\nsip\ndomain -bad-\n")
    assert done.returncode != 0
    assert client.remote.do("show running-config | include ^hostname") == "hostname sip1\n"


def test_operator_at_a_terminal(client: Client) -> None:
    command = client.arguments()
    terminal = pexpect.spawn(
        command[0], command[1:], dimensions=(24, 80), timeout=20, env=os.environ | {"TERM": "xterm"}
    )
    seen = b""

    def wait(text: bytes) -> None:
        nonlocal seen
        terminal.expect_exact(text)
        seen += terminal.before + terminal.after

    long = b"show " + b"x" * 145
    wait(b"sip1#")
    terminal.send(long + b"\r")
    wait(long + b"\r\n")
    wait(b"marker.\r\n")
    wait(b"sip1#")
    terminal.send(b"show cl?")
    wait(b"clock")
    wait(b"sip1#show cl")
    terminal.send(b"\x15show ver\t")
    wait(b"sion")
    terminal.send(b"\r")
    wait(b"Version")
    wait(b"sip1#")
    terminal.send(b"conf t\rdo show users\r")
    wait(b"sip1(config)#")
    terminal.send(b"\x1a")
    wait(b"sip1#")
    terminal.send(b"exit\r")
    terminal.expect_exact(pexpect.EOF)
    terminal.close()
    assert b"\x1b" not in seen
    assert terminal.exitstatus == 0


def test_command_on_a_terminal_runs_and_ends(client: Client) -> None:
    command = client.arguments("-tt")
    at = command.index("-tt")
    done = _run([*command[: at - 1], "-tt", command[at - 1], "show clock"], None)
    assert done.returncode == 0
    assert "UTC" in done.stdout


def test_files_over_sftp(client: Client, tmp_path: Path) -> None:
    local = tmp_path / "local.cfg"
    local.write_text("hostname sip1\n")
    done = client.sftp(f"put {local} mine.cfg", "ls -l", f"get mine.cfg {tmp_path}/again", "rename mine.cfg other.cfg")
    assert done.returncode == 0, done.stderr
    assert "mine.cfg" in done.stdout
    assert (tmp_path / "again").read_text() == "hostname sip1\n"
    assert (client.remote.state / "files" / "other.cfg").read_text() == "hostname sip1\n"
    done = client.sftp("rm other.cfg", "ls")
    assert (done.returncode, "other.cfg" in done.stdout.partition("ls")[2]) == (0, False)


@pytest.mark.parametrize(
    "line",
    [
        "get ../startup-config {local}",
        "get /etc/passwd {local}",
        "get {state}/startup-config {local}",
        "put {source} ../startup-config",
        "put {source} ../run/settings",
        "ln -s {state}/startup-config link",
        "ln {state}/startup-config link",
        "rm ../startup-config",
        "rename ../startup-config mine",
        "mkdir folder",
        "ls ..",
    ],
)
def test_sftp_leads_nowhere_else(client: Client, tmp_path: Path, line: str) -> None:
    source = tmp_path / "source"
    source.write_text("stolen\n")
    before = client.remote.startup.read_text()
    local = tmp_path / "local"
    done = client.sftp(line.format(local=local, source=source, state=client.remote.state))
    assert done.returncode != 0 or line == "ls .."
    assert not local.exists()
    assert client.remote.startup.read_text() == before
    assert not [each for each in done.stdout.splitlines() if "startup-config" in each and not each.startswith("sftp>")]
    assert os.listdir(client.remote.state / "files") == []


@pytest.mark.parametrize("protocol", ["-s", "-O"])
def test_files_over_scp(client: Client, tmp_path: Path, protocol: str) -> None:
    local = tmp_path / "local.cfg"
    local.write_bytes(os.urandom(200_000))
    command = ["scp", "-q", protocol, *client.by_key, "-P", str(client.remote.ssh)]
    place = f"{ADMINISTRATOR}@127.0.0.1:copied.cfg"
    assert _run([*command, str(local), place], None).returncode == 0
    assert _run([*command, place, str(tmp_path / "again")], None).returncode == 0
    assert (tmp_path / "again").read_bytes() == local.read_bytes()
    (client.remote.state / "files" / "copied.cfg").unlink()


def test_wrong_passwords_are_counted(client: Client) -> None:
    options = [
        *client.options,
        "-o",
        "NumberOfPasswordPrompts=9",
        "-o",
        "PreferredAuthentications=keyboard-interactive",
    ]
    command = client.arguments(user="stranger", options=options)
    terminal = pexpect.spawn(command[0], command[1:], timeout=30)
    for _ in range(3):
        terminal.expect_exact(b"Password:")
        terminal.send(b"wrong\r")
    terminal.expect_exact(b"Too many authentication failures")
    terminal.expect_exact(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 255


def test_new_secret_is_asked_for_at_the_login(client: Client) -> None:
    old, new = "quiet green harbour", "windy yellow meadow"
    client.remote.do(
        "configure terminal", f"username walter privilege 1 secret 0 {old}", "username walter change-secret"
    )
    options = [*client.options, "-o", "PreferredAuthentications=keyboard-interactive"]
    command = client.arguments("show privilege", user="walter", options=options)
    terminal = pexpect.spawn(command[0], command[1:], timeout=30)
    for prompt, answer in (("Password: ", old), ("New ", new), ("(?i)(again|repeat|retype|confirm)", new)):
        terminal.expect(prompt)
        terminal.send(answer + "\r")
    terminal.expect_exact(b"Current privilege level is 1")
    terminal.expect_exact(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_strangers_are_bounded(client: Client) -> None:
    strangers = [socket.create_connection(("127.0.0.1", client.remote.ssh)) for _ in range(11)]
    try:
        strangers[-1].settimeout(10)
        assert strangers[-1].recv(100) == b""
        assert strangers[0].recv(100).startswith(b"SSH-2.0-")
        assert client.ssh("show clock").returncode == 255
    finally:
        for stranger in strangers:
            stranger.close()
    wait_until(lambda: client.ssh("show clock").returncode == 0, 10, "room for those who know the key")


def test_nothing_is_forwarded(client: Client) -> None:
    done = _run(client.arguments(options=[*client.by_key, "-W", f"127.0.0.1:{client.remote.port}"]), "")
    assert done.returncode == 255
    assert "forwarding failed" in done.stderr


def connections(client: Client) -> int:
    found = json.loads(client.remote.do("show ssh | json"))["connections"]
    assert isinstance(found, int)
    return found


def test_client_that_stands_still_holds_up_nobody(client: Client, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("show running-config\n" * 20_000)
    command = client.arguments()
    with (
        script.open("rb") as lines,
        subprocess.Popen(command, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as still,
    ):
        try:
            wait_until(lambda: connections(client) == 1, 20, "the session to begin")
            time.sleep(0.5)
            still.send_signal(signal.SIGSTOP)
            longest = 0.0
            for _ in range(5):
                started = time.monotonic()
                assert client.ssh("show clock").returncode == 0
                longest = max(longest, time.monotonic() - started)
            assert longest < 5
            oam = client.remote.process("oam.manager")
            assert oam is not None
            assert oam.memory_info().rss < 300_000_000
        finally:
            still.kill()
    wait_until(lambda: connections(client) == 0, 20, "the connection to be gone")


def test_host_key_outlives_the_process(client: Client) -> None:
    assert client.ssh("show clock").returncode == 0
    known = client.known.read_text()
    client.remote.kill("oam.manager")
    wait_until(lambda: client.ssh("show clock").returncode == 0, 30, "SSH to come back by itself")
    assert client.known.read_text() == known
    shown = client.remote.do("show crypto key")
    found = _run(["ssh-keygen", "-l", "-f", str(client.known)], None)
    assert found.stdout.split()[1] in shown
    # To be asked for changed keys is what OpenSSH does of itself: with other keys it would have refused.
    client.remote.do("crypto key generate")
    done = client.ssh("show clock")
    assert done.returncode == 255
    assert "HOST IDENTIFICATION HAS CHANGED" in done.stderr
