"""Method lists and servers as configuration: IOS's spelling, read back as written."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from core.northbound.keyring import Keyring
from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import Configuration
from oam.settings.aaa import Aaa, LevelMethods, Methods, RadiusAddress, RadiusServer, TacacsServer, problems

TEXT = """\
aaa authentication login default group tacacs+ group radius local
aaa authentication enable default group tacacs+ local
aaa authorization exec default group tacacs+ local
aaa authorization commands default group tacacs+ local
aaa authorization commands 1 default none
aaa accounting exec default start-stop group tacacs+ group radius
aaa accounting commands default start-stop group tacacs+
aaa accounting commands 15 default start-stop group tacacs+
aaa dead-time 10
!
tacacs server T1
 address ipv4 192.0.2.1
 port 4949
 key 6 KEY
 timeout 3
 single-connection
 authentication pap
!
tacacs server T2
 address ipv6 2001:db8::1
 key 6 KEY
!
radius server R1
 address ipv4 192.0.2.3 auth-port 1645 acct-port 1646
 key 6 KEY
 timeout 1
 retransmit 0
 no message-authenticator required
"""
READY = (TacacsServer("T1", "192.0.2.1", key="sealed"),)


def read(tmp_path: Path, lines: list[str]) -> tuple[Configuration, list[str]]:
    registry = load(configuration_only=True)
    registry.keyring = Keyring(tmp_path)
    settings, found = parse(registry, lines)
    return settings, [each.text for each in found]


@pytest.mark.parametrize("everything", [False, True])
def test_the_configuration_is_read_back_as_it_was_written(tmp_path: Path, everything: bool) -> None:
    text = TEXT.replace("KEY", Keyring(tmp_path).encrypted("shared")).splitlines()
    settings, found = read(tmp_path, text)
    assert found == []
    written = render(load(configuration_only=True), settings, everything)
    if not everything:
        assert "\n".join(text) in "\n".join(written)
    assert read(tmp_path, written) == (settings, [])


def test_defaults_are_written_and_read_back_too(tmp_path: Path) -> None:
    written = render(load(configuration_only=True), Configuration(), everything=True)
    assert "no aaa accounting exec default start-stop" in written
    assert read(tmp_path, written) == (Configuration(), [])


@pytest.mark.parametrize("line", ["key hello world", "key 0 hello world"])
def test_a_plain_key_is_kept_encrypted(tmp_path: Path, line: str) -> None:
    settings, found = read(tmp_path, ["tacacs server T1", f" {line}"])
    assert found == []
    assert "hello" not in settings.tacacs_servers[0].key
    assert Keyring(tmp_path).decrypted(settings.tacacs_servers[0].key) == "hello world"


def test_the_enable_method_of_ios_is_the_local_secret(tmp_path: Path) -> None:
    settings, _ = read(tmp_path, ["aaa authentication enable default enable none"])
    assert tuple(settings.aaa.enable) == ("local", "none")


@pytest.mark.parametrize(
    "line",
    [
        "tacacs server T1\n address ipv4 2001:db8::1",
        "tacacs server T1\n address ipv6 192.0.2.1",
        "tacacs server T1\n key 6 short",
        "radius server R1\n address ipv4 192.0.2.1 auth-port 0",
        "aaa authorization commands default group radius",
        "aaa authorization commands 16 default local",
        "aaa authentication login default",
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, line.splitlines())[1] != []


def test_a_group_needs_a_server_with_address_and_key() -> None:
    aaa = Aaa(login=Methods("tacacs+", "local"))
    wanted = ["aaa: authentication login: group tacacs+ has no server with address and key"]
    assert problems(aaa, (), ()) == wanted
    assert problems(aaa, (TacacsServer("T1", "192.0.2.1"),), ()) == wanted
    assert problems(aaa, (), (RadiusServer("R1", RadiusAddress("192.0.2.1"), "sealed"),)) == wanted
    assert problems(aaa, READY, ()) == []


def test_a_method_is_named_once_and_none_comes_last() -> None:
    assert problems(Aaa(login=Methods("tacacs+", "tacacs+")), READY, ()) == [
        "aaa: authentication login names a method twice"
    ]
    assert problems(Aaa(enable=Methods("none", "local")), READY, ()) == [
        "aaa: authentication enable: nothing is asked behind 'none'"
    ]


def test_commands_of_a_privilege_with_a_list_of_its_own_keep_to_it() -> None:
    aaa = Aaa(authorization=Methods("tacacs+", "local"), authorization_levels=(LevelMethods(1, "none"),))
    assert tuple(aaa.command_authorization(1)) == ("none",)
    assert tuple(aaa.command_authorization(15)) == ("tacacs+", "local")


@pytest.mark.parametrize("line", ["aaa new-model", "version 15.2"])
def test_lines_of_a_router_that_say_nothing_here_are_passed_over(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, [line]) == (Configuration(), [])


@played
async def test_they_may_be_typed_as_well(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    before = manager.configuration.running
    await done(manager.session(batch=False), ["configure terminal", "aaa new-model"])
    assert manager.configuration.running is before
