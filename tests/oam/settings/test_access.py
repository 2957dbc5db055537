"""What makes access lists and listeners unusable together."""

from __future__ import annotations

from oam.settings.access import AccessList, ManagementListener, SshSettings, TelnetSettings, problems

PLACE = ManagementListener("127.0.0.1", 2222)


def test_defaults_go_together() -> None:
    assert problems((), SshSettings(), TelnetSettings()) == []


def test_access_list_must_be_there() -> None:
    lists = (AccessList("OFFICE"),)
    assert problems(lists, SshSettings(access_list="OFFICE"), TelnetSettings()) == []
    assert problems(lists, SshSettings(), TelnetSettings(access_list="HOME")) == [
        "management telnet: access-list HOME does not exist"
    ]


def test_one_socket_is_of_one_transport() -> None:
    assert problems((), SshSettings(listeners=(PLACE,)), TelnetSettings(listeners=(PLACE,))) == [
        "127.0.0.1 port 2222 cannot be both SSH's and telnet's"
    ]


def test_tls_needs_a_certificate() -> None:
    listeners = (ManagementListener("127.0.0.1", 2323, "tls"),)
    found = problems((), SshSettings(), TelnetSettings(listeners=listeners))
    assert len(found) == 1
    assert "certificate" in found[0]
    assert problems((), SshSettings(), TelnetSettings(listeners=listeners, certificate="server.pem")) == []
