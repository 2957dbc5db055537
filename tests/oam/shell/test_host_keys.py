"""Host keys: made once, kept, replaced only when an operator says so."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from oam.shell import host_keys
from oam.shell.host_keys import HostKeyError


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_keys, "RSA_BITS", 1024)


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    first = [host_keys.row(each) for each in host_keys.load(tmp_path).keys]
    assert [each.algorithm for each in first] == ["ssh-ed25519", "ssh-rsa"]
    assert [host_keys.row(each) for each in host_keys.load(tmp_path).keys] == first
    folder = tmp_path / "ssh"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {
        "ssh_host_ed25519_key": 0o600,
        "ssh_host_rsa_key": 0o600,
    }


def test_fingerprint_is_the_one_that_clients_show(tmp_path: Path) -> None:
    for key in host_keys.load(tmp_path).keys:
        found = host_keys.row(key)
        assert found.fingerprint.startswith("SHA256:")
        assert found.bits == {"ssh-ed25519": 256, "ssh-rsa": 1024}[found.algorithm]


def test_new_keys_take_the_place_of_the_old(tmp_path: Path) -> None:
    old = [host_keys.row(each).fingerprint for each in host_keys.load(tmp_path).keys]
    host_keys.replace(tmp_path)
    new = [host_keys.row(each).fingerprint for each in host_keys.load(tmp_path).keys]
    assert not set(old) & set(new)
    assert len(list((tmp_path / "ssh").iterdir())) == 2


@pytest.mark.parametrize(
    ("damaged", "good"), [("ssh_host_rsa_key", "ssh-ed25519"), ("ssh_host_ed25519_key", "ssh-rsa")]
)
def test_key_that_cannot_be_read_is_named_and_not_replaced(tmp_path: Path, damaged: str, good: str) -> None:
    host_keys.load(tmp_path)
    path = tmp_path / "ssh" / damaged
    path.write_text("nonsense")
    keys, faults = host_keys.load(tmp_path)
    assert [each.get_algorithm() for each in keys] == [good]
    assert faults == (f"{damaged}: not a private key",)
    assert path.read_text() == "nonsense"


def test_no_key_that_can_be_read_is_an_error_that_names_all(tmp_path: Path) -> None:
    (tmp_path / "ssh").mkdir()
    for name in host_keys.FILES.values():
        (tmp_path / "ssh" / name).write_text("nonsense")
    with pytest.raises(
        HostKeyError, match="ssh_host_ed25519_key: not a private key; ssh_host_rsa_key: not a private key"
    ):
        host_keys.load(tmp_path)


def test_key_made_by_another_process_meanwhile_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = host_keys._made

    def late(algorithm: str) -> bytes:
        path = tmp_path / "ssh" / host_keys.FILES[algorithm]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(first[algorithm])
        return made(algorithm)

    first = {algorithm: made(algorithm) for algorithm in host_keys.FILES}
    monkeypatch.setattr(host_keys, "_made", late)
    assert [each.export_private_key() for each in host_keys.load(tmp_path).keys] != []
    for algorithm, name in host_keys.FILES.items():
        assert (tmp_path / "ssh" / name).read_bytes() == first[algorithm]


def test_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "ssh").write_text("in the way")
    with pytest.raises(HostKeyError, match="ssh_host_ed25519_key: "):
        host_keys.load(tmp_path)
