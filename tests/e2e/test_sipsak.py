"""sipsak, a peer that is not ours, asks OPTIONS and registers with digest."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from support.house import MD5_ALONE, SECRET, House
from support.waiting import free_ports

SIPSAK = shutil.which("sipsak")
pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPSAK is None, reason="sipsak is not installed")]


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server as sipsak 0.9.8 needs it.

    A port of four digits, for it cuts longer ones in the URIs it writes; MD5, which is all it knows.
    """
    with House(tmp_path_factory.mktemp("house"), port=free_ports(lowest=6000)[0], extra=MD5_ALONE) as running:
        yield running


def sipsak(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert SIPSAK is not None
    return subprocess.run([SIPSAK, *arguments], capture_output=True, text=True, timeout=40, check=False)


def test_options_to_the_server_is_answered(near: House) -> None:
    result = sipsak("-v", "-s", f"sip:127.0.0.1:{near.port}")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "SIP/2.0 200" in result.stdout


def test_register_with_the_right_password_makes_a_binding(near: House) -> None:
    result = _register(near, "1001", SECRET)
    assert result.returncode == 0, result.stdout + result.stderr
    rows = near.rows("show registrations 1001")
    assert [row["contact"] for row in rows] == ["sip:1001@127.0.0.1:7777"]
    assert rows[0]["aor"] == "1001@example.com"
    assert 590 <= rows[0]["expires_s"] <= 600


def test_register_with_a_wrong_password_is_refused(near: House) -> None:
    before = near.counters()["authentications-refused"]
    assert _register(near, "1002", "wrong").returncode != 0
    assert near.counters()["authentications-refused"] == before + 1
    assert near.rows("show registrations 1002") == []


def _register(house: House, user: str, secret: str) -> subprocess.CompletedProcess[str]:
    return sipsak(
        *("-U", "-C", f"sip:{user}@127.0.0.1:7777", "-x", "600"),
        *("--auth-username", user, "-a", secret, "-s", f"sip:{user}@127.0.0.1:{house.port}"),
    )
