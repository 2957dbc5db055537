"""RANCID's `clogin`, unmodified, over telnet and over SSH."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.remote import Remote

from oam.security.secrets import hashed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("clogin") is None, reason="RANCID's clogin is not installed"),
]

# clogin strikes the spaces out of a password.
SECRET = "correcthorse"
ENABLE = "opensesame"


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    accounts = [
        f"enable secret 9 {hashed(ENABLE)}",
        f"username backup privilege 15 secret 9 {hashed(SECRET)}",
        f"username watch privilege 1 secret 9 {hashed(SECRET)}",
    ]
    server = Remote(tmp_path_factory.mktemp("rancid"), telnet=True, extra=accounts)
    with server:
        yield server


def clogin(home: Path, *settings: str, commands: str) -> subprocess.CompletedProcess[str]:
    """Run `clogin` with a `.cloginrc` of these settings."""
    path = home / ".cloginrc"
    path.write_text("".join(f"add {each}\n" for each in settings))
    path.chmod(0o600)
    return subprocess.run(
        ["clogin", "-c", commands, "127.0.0.1"],
        env={**os.environ, "HOME": str(home), "TERM": "network"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def method(remote: Remote, name: str, home: Path) -> list[str]:
    """Return the settings that reach the server over `name`."""
    if name == "telnet":
        return [f"method 127.0.0.1 {{telnet:{remote.telnet}}}"]
    if shutil.which("ssh") is None:
        pytest.skip("OpenSSH's client is not installed")
    # OpenSSH keeps known hosts in the home of the account, whatever HOME says; clogin's `sshcmd` takes no options.
    command = home / "ssh"
    options = "-F none -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=no"
    command.write_text(f'#!/bin/sh\nexec ssh {options} -o UserKnownHostsFile={home}/known_hosts "$@"\n')
    command.chmod(0o700)
    return [f"method 127.0.0.1 {{ssh:{remote.ssh}}}", f"sshcmd 127.0.0.1 {{{command}}}"]


@pytest.mark.parametrize("transport", ["telnet", "ssh"])
def test_an_operator_with_privilege_backs_up_the_configuration(remote: Remote, tmp_path: Path, transport: str) -> None:
    done = clogin(
        tmp_path,
        "user 127.0.0.1 {backup}",
        f"password 127.0.0.1 {{{SECRET}}} {{{ENABLE}}}",
        "autoenable 127.0.0.1 1",
        *method(remote, transport, tmp_path),
        commands="show version;show running-config",
    )
    assert done.returncode == 0, done.stdout
    assert "sip1 uptime is" in done.stdout
    assert "\nhostname sip1\n" in done.stdout
    assert "\nend\n" in done.stdout
    assert "sip1#exit" in done.stdout
    assert " --More-- " not in done.stdout


@pytest.mark.parametrize("transport", ["telnet", "ssh"])
def test_an_operator_without_privilege_enables(remote: Remote, tmp_path: Path, transport: str) -> None:
    done = clogin(
        tmp_path,
        "user 127.0.0.1 {watch}",
        f"password 127.0.0.1 {{{SECRET}}} {{{ENABLE}}}",
        *method(remote, transport, tmp_path),
        commands="show privilege;show running-config",
    )
    assert done.returncode == 0, done.stdout
    assert "sip1>enable" in done.stdout
    assert "Current privilege level is 15" in done.stdout
    assert "\nhostname sip1\n" in done.stdout


def test_a_wrong_password_is_understood(remote: Remote, tmp_path: Path) -> None:
    done = clogin(
        tmp_path,
        "user 127.0.0.1 {backup}",
        "password 127.0.0.1 {wrong} {wrong}",
        *method(remote, "telnet", tmp_path),
        commands="show version",
    )
    assert "Error: " in done.stdout
    assert "uptime" not in done.stdout
