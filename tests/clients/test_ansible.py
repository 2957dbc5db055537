"""Ansible's cisco.ios collection over network_cli, unmodified: ios_command, ios_config, ios_facts."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.remote import ENABLE, PASSWORD, WATCHER, Remote

PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not PLAYBOOK.exists(), reason="Ansible is not installed"),
    pytest.mark.skipif(
        importlib.util.find_spec("ansible_collections") is None, reason="Ansible's collections are not installed"
    ),
]

INVENTORY = """\
[sip]
sip1 ansible_host=127.0.0.1 ansible_port={port}
[sip:vars]
ansible_connection=ansible.netcommon.network_cli
ansible_network_os=cisco.ios.ios
ansible_user={user}
ansible_password={password}
ansible_become=yes
ansible_become_method=enable
ansible_become_password={enable}
ansible_host_key_checking=no
"""

PLAY = """\
- hosts: sip
  gather_facts: false
  tasks:
    - name: commands
      cisco.ios.ios_command:
        commands: [show version, show running-config, show privilege]
      register: commands
    - name: configure
      cisco.ios.ios_config: &lines
        parents: [sip]
        lines: [timer t1 700, domain ansible.example.com]
      register: first
    - name: configure again
      cisco.ios.ios_config: *lines
      register: second
    - name: nested lists
      cisco.ios.ios_config: &list
        parents: [ip access-list ANSIBLE]
        lines: [permit 192.0.2.0/24, deny any]
      register: list_first
    - name: nested lists again
      cisco.ios.ios_config: *list
      register: list_second
    - name: refused
      cisco.ios.ios_config:
        parents: [sip]
        lines: [timer t1 5]
      register: refused
      ignore_errors: true
    - name: save
      cisco.ios.ios_config:
        save_when: modified
      register: saved
    - name: facts
      cisco.ios.ios_facts:
        gather_subset: [min]
      register: facts
    - name: back
      cisco.ios.ios_config:
        parents: [sip]
        lines: [no domain ansible.example.com]
      register: back
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Remote]]:
    """What each task of the play gave, by name, and the server it was played on."""
    where = tmp_path_factory.mktemp("ansible")
    with Remote(where) as remote:
        (where / "hosts").write_text(
            INVENTORY.format(port=remote.ssh, user=WATCHER, password=PASSWORD, enable=ENABLE)
            .replace(PASSWORD, f"'{PASSWORD}'")
            .replace(ENABLE, f"'{ENABLE}'")
        )
        (where / "play.yml").write_text(PLAY)
        environment = {
            **os.environ,
            "HOME": str(where),
            "ANSIBLE_HOME": str(where / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(where / "tmp"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_DEPRECATION_WARNINGS": "0",
            "ANSIBLE_HOST_KEY_CHECKING": "0",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "LC_ALL": "C.UTF-8",
        }
        played = subprocess.run(
            [str(PLAYBOOK), "-i", "hosts", "play.yml"],
            cwd=where,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        start = played.stdout.find("{")
        assert start >= 0, played.stdout + played.stderr
        tasks = json.loads(played.stdout[start:])["plays"][0]["tasks"]
        found = {task["task"]["name"]: task["hosts"]["sip1"] for task in tasks}
        assert "back" in found, played.stdout[-4000:] + played.stderr[-2000:]
        yield found, remote


def test_commands_are_answered_at_privilege_15(results: tuple[dict[str, Any], Remote]) -> None:
    version, running, privilege = results[0]["commands"]["stdout"]
    assert "uptime is" in version
    assert running.splitlines()[-1] == "end"
    assert privilege == "Current privilege level is 15"


@pytest.mark.parametrize(
    ("first", "second"), [("configure", "configure again"), ("nested lists", "nested lists again")]
)
def test_a_second_run_changes_nothing(results: tuple[dict[str, Any], Remote], first: str, second: str) -> None:
    assert results[0][first]["changed"] is True
    assert results[0][second]["changed"] is False


def test_a_refused_line_fails_its_task(results: tuple[dict[str, Any], Remote]) -> None:
    refused = results[0]["refused"]
    assert refused["failed"] is True
    assert "Not in the range" in json.dumps(refused)


def test_the_configuration_is_saved(results: tuple[dict[str, Any], Remote]) -> None:
    found, remote = results
    assert found["save"]["changed"] is True
    assert " timer t1 700" in remote.startup.read_text()
    assert found["back"]["changed"] is True


def test_facts(results: tuple[dict[str, Any], Remote]) -> None:
    assert results[0]["facts"]["ansible_facts"]["ansible_net_hostname"] == "sip1"
