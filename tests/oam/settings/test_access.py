"""What makes access lists and listeners unusable together."""

from __future__ import annotations

from oam.settings import access
from oam.settings.access import AccessList, ManagementListener, PrometheusSettings, SshSettings, TelnetSettings

PLACE = ManagementListener("127.0.0.1", 2222)
SSH, TELNET, PROMETHEUS = SshSettings(), TelnetSettings(), PrometheusSettings()


def problems(
    *lists: AccessList,
    ssh: SshSettings = SSH,
    telnet: TelnetSettings = TELNET,
    prometheus: PrometheusSettings = PROMETHEUS,
) -> list[str]:
    return access.problems(lists, ssh, telnet, prometheus)


def test_defaults_go_together() -> None:
    assert problems() == []


def test_access_list_must_be_there() -> None:
    office = AccessList("OFFICE")
    assert problems(office, ssh=SshSettings(access_list="OFFICE")) == []
    found = problems(office, telnet=TelnetSettings(access_list="HOME"), prometheus=PrometheusSettings(access_list="X"))
    assert found == ["management telnet: access-list HOME does not exist", "prometheus: access-list X does not exist"]


def test_one_socket_is_of_one_transport() -> None:
    assert problems(ssh=SshSettings(listeners=(PLACE,)), telnet=TelnetSettings(listeners=(PLACE,))) == [
        "127.0.0.1 port 2222 is both management ssh's and management telnet's"
    ]


def test_tls_needs_a_certificate() -> None:
    listeners = (ManagementListener("127.0.0.1", 2323, "tls"),)
    found = problems(telnet=TelnetSettings(listeners=listeners))
    assert len(found) == 1
    assert "certificate" in found[0]
    assert problems(telnet=TelnetSettings(listeners=listeners, certificate="server.pem")) == []
