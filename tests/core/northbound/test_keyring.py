"""Secrets that must be said again: one key, one server; nothing is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.northbound.keyring import KEY_FILE, Keyring, SecretError


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


def test_what_names_an_entry_is_always_the_same_word(tmp_path: Path) -> None:
    word = Keyring(tmp_path).sealed("public", "community")
    assert Keyring(tmp_path).sealed("public", "community") == word
    assert Keyring(tmp_path).decrypted(word) == "public"
    assert (
        len({word, Keyring(tmp_path).sealed("public", "host"), Keyring(tmp_path).sealed("private", "community")}) == 3
    )


@pytest.mark.parametrize("word", ["", "!!!", "AAAA", "é"])
def test_what_is_no_encrypted_word_is_refused(tmp_path: Path, word: str) -> None:
    keyring = Keyring(tmp_path)
    keyring.encrypted("x")
    with pytest.raises(SecretError):
        keyring.decrypted(word)


def test_nothing_is_loaded_before_it_is_needed() -> None:
    code = "import core.northbound.keyring, sys; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
