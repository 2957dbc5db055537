"""Configuration text: how it looks, and what is said about a bad one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.northbound.keyring import Keyring
from core.northbound.settings import AuthenticationSettings, Listener, Relay, SipSettings
from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import ORDER, Configuration
from oam.security.secrets import verified
from oam.settings.access import AccessList, AccessRule
from oam.settings.logs import LogSettings

REGISTRY = load()

EXAMPLE = """\
version 1.0
!
hostname sip1
!
logging level errors
logging level net debugging
!
sip
 domain example.com
 listener udp 127.0.0.1 port 5060
 listener tcp :: port 5060 advertise sip.example.com
 relay domain example.org next-hop sip:192.0.2.1:5080;transport=udp
 timer t1 600
 no record-route
!
authentication
 realm Example.com
 no algorithm md5
 no challenge other
!
end"""
SETTINGS = Configuration(
    hostname="sip1",
    sip=SipSettings(
        domains=("example.com",),
        listeners=(Listener("udp", "127.0.0.1", 5060), Listener("tcp", "::", 5060, "sip.example.com")),
        relays=(Relay("example.org", "sip:192.0.2.1:5080;transport=udp"),),
        timer_t1_ms=600,
        record_route=False,
    ),
    authentication=AuthenticationSettings(realm="Example.com", algorithms=("sha-256",), challenge_other=False),
    logging=LogSettings("errors", (("net", "debugging"),)),
)


def test_the_text_reads_as_on_a_router() -> None:
    assert "\n".join(render(REGISTRY, SETTINGS)) == EXAMPLE


def test_it_parses_to_what_it_was() -> None:
    assert parse(REGISTRY, EXAMPLE.splitlines()) == (SETTINGS, [])


def test_defaults_are_left_out_but_the_hostname() -> None:
    assert render(REGISTRY, Configuration()) == ["version 1.0", "!", "hostname sipctl", "!", "end"]


def test_everything_shows_defaults_too() -> None:
    lines = render(REGISTRY, Configuration(), everything=True)
    assert " timer t1 500" in lines
    assert " record-route" in lines
    assert " no realm" in lines
    assert [line for line in lines if "algorithm" in line] == [" algorithm sha-256", " algorithm md5"]
    assert "logging level informational" in lines


def test_one_section() -> None:
    assert render(REGISTRY, SETTINGS, fields=("authentication",))[0] == "authentication"
    assert render(REGISTRY, SETTINGS, fields=("logging",)) == ["logging level errors", "logging level net debugging"]
    assert render(REGISTRY, Configuration(), fields=("sip",)) == []
    assert set(ORDER) == set(Configuration.__struct_fields__)


@pytest.mark.parametrize(
    ("algorithms", "lines"),
    [
        (("md5",), [" no algorithm sha-256"]),
        (("md5", "sha-256"), [" no algorithm sha-256", " algorithm sha-256"]),
        ((), [" no algorithm sha-256", " no algorithm md5"]),
    ],
)
def test_a_list_with_a_default_is_written_as_the_way_from_it(algorithms: tuple[str, ...], lines: list[str]) -> None:
    settings = Configuration(authentication=AuthenticationSettings(algorithms=algorithms))
    assert render(REGISTRY, settings, fields=("authentication",)) == ["authentication", *lines]


def test_sections_need_no_exit_between_them() -> None:
    found, problems = parse(REGISTRY, ["sip", " domain a.b", "registrar", "contacts maximum 3", "hostname x"])
    assert problems == []
    assert (found.sip.domains, found.registrar.contacts_maximum, found.hostname) == (("a.b",), 3, "x")


def test_exit_and_abbreviations_work_as_typed() -> None:
    found, problems = parse(REGISTRY, ["reg", "cont max 3", "exit", "host x", "! comment", "", "end", "rubbish"])
    assert problems == []
    assert found.registrar.contacts_maximum == 3


def test_what_show_running_config_prints_can_be_read_back() -> None:
    header = ["Building configuration...", "", "Current configuration : 9 bytes", "!"]
    assert parse(REGISTRY, [*header, *EXAMPLE.splitlines()]) == (SETTINGS, [])


def test_every_problem_is_named_with_its_line() -> None:
    lines = [
        "hostname a_b",
        "sip",
        " domain",
        " timer t 5",
        "registrar",
        " expires minimum 9000",
        "reload",
        "foo",
    ]
    _, problems = parse(REGISTRY, lines)
    assert [str(each) for each in problems] == [
        "line 1: invalid input at 'a_b': letters, digits, '.' and '-' only, at most 63 (in 'hostname a_b')",
        "line 3: incomplete command (in 'domain')",
        "line 4: ambiguous command: t1 or t2 or t4 (in 'timer t 5')",
        "line 7: invalid input at 'reload' (in 'reload')",
        "line 8: invalid input at 'foo' (in 'foo')",
        "line 6: registrar: expires minimum, default and maximum must be in rising order (9000, 3600, 7200)",
    ]


def test_subscribers_are_no_configuration() -> None:
    _, problems = parse(REGISTRY, ["subscriber 1001", "secret 0 swordfish", "sip", "secret 0 swordfish"])
    assert [each.line for each in problems] == [1, 2, 4]
    assert "swordfish" not in str(problems)


def test_merging_keeps_what_the_text_does_not_mention() -> None:
    found, _ = parse(REGISTRY, ["sip", "domain c.d"], SETTINGS)
    assert found.sip.domains == ("example.com", "c.d")
    assert found.logging == SETTINGS.logging


ENTRIES = """\
username noc privilege 5
username noc ssh-key ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==
!
ip access-list A
 permit 192.0.2.0/24
 deny any
!
ip access-list B"""


def test_a_list_whose_entries_have_lines_of_their_own_reads_as_on_a_router() -> None:
    found, problems = parse(REGISTRY, ENTRIES.splitlines())
    assert problems == []
    assert found.access_lists == (
        AccessList("A", (AccessRule("permit", "192.0.2.0/24"), AccessRule("deny", "any"))),
        AccessList("B"),
    )
    assert "\n".join(render(REGISTRY, found)[4:-2]) == ENTRIES
    assert parse(REGISTRY, render(REGISTRY, found, everything=True)) == (found, [])


def test_a_line_that_names_some_fields_of_an_entry_leaves_the_others() -> None:
    base, _ = parse(REGISTRY, ENTRIES.splitlines())
    found, problems = parse(REGISTRY, ["username noc role auditor"], base)
    assert problems == []
    assert found.users == (msgspec.structs.replace(base.users[0], role="auditor"),)


def test_an_entry_goes_with_its_lines() -> None:
    base, _ = parse(REGISTRY, ENTRIES.splitlines())
    found, problems = parse(REGISTRY, ["no ip access-list A", "no username noc"], base)
    assert problems == []
    assert (found.access_lists, found.users) == ((AccessList("B"),), ())


def test_a_line_of_an_entry_changes_that_entry_alone() -> None:
    base, _ = parse(REGISTRY, ENTRIES.splitlines())
    found, problems = parse(REGISTRY, ["ip access-list A", " no permit any", "ip access-list B", " permit any"], base)
    assert problems == []
    assert found.access_lists[0].rules == (AccessRule("permit", "192.0.2.0/24"),)
    assert found.access_lists[1].rules == (AccessRule("permit", "any"),)


def test_a_plain_secret_is_kept_as_its_hash(tmp_path: Path) -> None:
    REGISTRY.keyring = Keyring(tmp_path)
    found, problems = parse(REGISTRY, ["username noc secret 0 correct horse"])
    assert problems == []
    assert verified("correct horse", found.users[0].secret)
    lines = render(REGISTRY, found)
    assert "correct" not in "\n".join(lines)
    assert parse(REGISTRY, lines) == (found, [])
