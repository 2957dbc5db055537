"""Secrets at rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam.grammar.types import SECRET_HASH
from oam.security.secrets import KEY_FILE, Keyring, SecretError, hashed, verified


def test_a_hash_tells_its_secret_from_others() -> None:
    stored = hashed("correct horse")
    assert SECRET_HASH.fullmatch(stored)
    assert verified("correct horse", stored)
    assert not verified("correct horsf", stored)
    assert hashed("correct horse") != stored


def test_hashes_made_by_a_router_are_understood() -> None:
    # hashcat's published examples of types 8 and 9, both of "hashcat".
    assert verified("hashcat", "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk")
    assert verified("hashcat", "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6")


@pytest.mark.parametrize("stored", ["", "plain", "$9$short$x"])
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert not verified("", stored)
    assert not verified("plain", stored)


def test_what_is_encrypted_is_read_with_the_same_key_only(tmp_path: Path) -> None:
    word = Keyring(tmp_path).encrypted("sécret key")
    assert "cret" not in word
    assert Keyring(tmp_path).decrypted(word) == "sécret key"
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other"
    other.mkdir()
    Keyring(other).encrypted("x")
    with pytest.raises(SecretError, match="another key"):
        Keyring(other).decrypted(word)


@pytest.mark.parametrize("word", ["", "!!!", "AAAA", "é"])
def test_what_is_no_encrypted_word_is_refused(tmp_path: Path, word: str) -> None:
    keyring = Keyring(tmp_path)
    keyring.encrypted("x")
    with pytest.raises(SecretError):
        keyring.decrypted(word)
