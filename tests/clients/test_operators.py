"""Operators and their rights on a running server, over OpenSSH's client: what is asked, refused, locked, changed."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.remote import Remote

from oam.security import totp

pytestmark = [
    pytest.mark.slow,
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH's client is not installed"),
]
GOOD = "correct horse battery"
NEW = "staple of another kind"
OTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
WAIT_S = 20


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    with Remote(tmp_path_factory.mktemp("operators")) as server:
        server.do("configure terminal", "login delay 0")
        yield server


def ssh(remote: Remote, folder: Path, user: str, method: str = "keyboard-interactive") -> pexpect.spawn:
    """Start `ssh` as `user`."""
    options = (
        *("-F", "none", "-o", "LogLevel=ERROR", "-o", "StrictHostKeyChecking=accept-new"),
        *("-o", f"UserKnownHostsFile={folder / 'known'}", "-o", f"PreferredAuthentications={method}"),
        *("-o", "NumberOfPasswordPrompts=1", "-p", str(remote.ssh), f"{user}@127.0.0.1"),
    )
    return pexpect.spawn("ssh", list(options), timeout=WAIT_S, encoding="utf-8", dimensions=(24, 200), use_poll=True)


def dialog(client: pexpect.spawn, *steps: tuple[str, str]) -> None:
    """Answer every question as it comes."""
    for question, answer in steps:
        client.expect(question)
        client.sendline(answer)


def told(client: pexpect.spawn, line: str, prompt: str) -> str:
    """Give a line; return what it prints."""
    client.sendline(line)
    client.expect(re.escape(line) + r"\r\n")
    client.expect(re.escape(prompt) + "$")
    return str(client.before)


def test_an_operator_sees_and_does_what_the_role_permits(remote: Remote, tmp_path: Path) -> None:
    remote.do("configure terminal", f"username hand role operator secret 0 {GOOD}")
    client = ssh(remote, tmp_path, "hand")
    dialog(client, ("assword: ", GOOD))
    client.expect(r"sip1#$")
    assert "Current role is operator" in told(client, "show privilege", "sip1#")
    assert "uptime" in told(client, "show version", "sip1#")
    for line in ("configure terminal", "show running-config", "reload", "copy running-config startup-config"):
        assert "Command authorization failed." in told(client, line, "sip1#"), line
    client.send("?")
    client.expect("sip1#$")
    assert "configure" not in client.before
    assert "show" in client.before
    client.sendline("exit")
    client.expect(pexpect.EOF)


def test_enable_asks_for_its_secret(remote: Remote, tmp_path: Path) -> None:
    remote.do("configure terminal", f"enable secret 0 {NEW}", f"username low secret 0 {GOOD}")
    client = ssh(remote, tmp_path, "low")
    dialog(client, ("assword: ", GOOD), ("sip1>$", "enable"), (r"\r\nPassword: $", "wrong"), ("Password: $", NEW))
    client.expect(r"sip1#$")
    assert NEW not in client.before
    client.sendline("exit")
    client.expect(pexpect.EOF)


def test_a_second_factor_is_asked_for(remote: Remote, tmp_path: Path) -> None:
    remote.do("configure terminal", f"username two secret 0 {GOOD}", f"username two totp 0 {OTP}")
    client = ssh(remote, tmp_path, "two")
    dialog(client, ("assword: ", GOOD), ("Verification code: ", totp.code(OTP, int(time.time()) // totp.STEP_S)))
    client.expect(r"sip1>$")
    client.close()
    client = ssh(remote, tmp_path, "two", "password")
    dialog(client, ("assword: ", GOOD))
    client.expect("Permission denied")


def test_the_first_login_changes_the_secret_and_a_restart_keeps_it(remote: Remote, tmp_path: Path) -> None:
    remote.do("configure terminal", f"username new secret 0 {GOOD}", "username new change-secret", "end")
    remote.do("write memory")
    client = ssh(remote, tmp_path, "new")
    dialog(client, ("assword: ", GOOD), ("New password: ", "short"), ("Repeat new password: ", "short"))
    dialog(client, ("shorter than 12 characters. New password: ", NEW), ("Repeat new password: ", NEW))
    client.expect(r"sip1>$")
    dialog(client, ("", "password"), ("Old password: $", NEW), ("New password: $", GOOD + "!"))
    dialog(client, ("Repeat new password: $", GOOD + "!"))
    client.expect("Password changed")
    client.close()
    remote.stop()
    remote.start()
    client = ssh(remote, tmp_path, "new")
    dialog(client, ("assword: ", GOOD + "!"))
    client.expect(r"sip1>$")
    client.close()


def test_too_many_failures_lock_the_account_and_not_the_console(remote: Remote, tmp_path: Path) -> None:
    remote.do("configure terminal", "login delay 0", f"username eve secret 0 {GOOD}")
    remote.do("configure terminal", "login block-for 600 attempts 2 within 60", "end")
    try:
        for _ in range(2):
            client = ssh(remote, tmp_path, "eve")
            dialog(client, ("assword: ", "wrong"))
            client.expect("Permission denied")
        shown = remote.do("show login failures")
        assert re.search(r"account +eve +2 ", shown), shown
        client = ssh(remote, tmp_path, "eve")
        dialog(client, ("assword: ", GOOD))
        client.expect("Permission denied")
        remote.do("clear login lockout all")
        client = ssh(remote, tmp_path, "eve")
        dialog(client, ("assword: ", GOOD))
        client.expect(r"sip1>$")
        client.close()
    finally:
        remote.do("configure terminal", "no login block-for")
    log = remote.log.read_text()
    assert "login-locked" in log
    assert GOOD not in log
