"""/etc/hosts and its like."""

from __future__ import annotations

import os
from pathlib import Path

from core.net.hosts import HostsFile


def test_names_and_addresses(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("# all\n192.0.2.1 gw.example GW # the gateway\n2001:DB8::1 gw\n192.0.2.2 gw\nno address\n\n::1\n")
    hosts = HostsFile(path)
    assert hosts.find("gw.example", 0.0) == ("192.0.2.1",)
    assert hosts.find("gw", 0.0) == ("192.0.2.1", "2001:db8::1", "192.0.2.2")
    assert hosts.find("address", 0.0) == ()


def test_localhost_needs_no_file(tmp_path: Path) -> None:
    hosts = HostsFile(tmp_path / "none")
    assert hosts.find("localhost", 0.0) == hosts.find("a.localhost", 0.0) == ("127.0.0.1", "::1")
    assert hosts.find("gw", 0.0) == ()


def test_a_changed_file_is_read_again_and_a_broken_one_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("192.0.2.1 gw\n")
    hosts = HostsFile(path)
    assert hosts.find("gw", 0.0) == ("192.0.2.1",)
    path.write_text("192.0.2.22 gw\n")
    os.utime(path, (1, 1))
    assert hosts.find("gw", 0.5) == ("192.0.2.1",)
    assert hosts.find("gw", 1.5) == ("192.0.2.22",)
    path.write_bytes(b"\xff\xfe \x00 gw\n192.0.2.3 other\n")
    assert hosts.find("gw", 3.0) == ()
    assert hosts.find("other", 3.0) == ("192.0.2.3",)
    path.unlink()
    assert hosts.find("other", 5.0) == ()
