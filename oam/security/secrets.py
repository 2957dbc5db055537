"""Secrets at rest: one-way hashes of what operators log in with, encryption of what we must be able to say.

Hashes look as on routers: `$8$SALT$HASH` (PBKDF2-SHA256, 20,000 rounds) and `$9$SALT$HASH` (scrypt,
N=16384, r=1), salt of 14 signs, base64 in the order `./0-9A-Za-z`. Encryption (type 6) is
AES-256-GCM under a key that lies in the state directory, outside of the configuration: a
configuration that leaves the host gives nothing away.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oam.grammar.types import SECRET_HASH

KEY_FILE: Final = "secret.key"
_KEY_OCTETS: Final = 32
_NONCE_OCTETS: Final = 12
_SALT_SIGNS: Final = 14
_ALPHABET: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TO_ROUTER: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", _ALPHABET)
_NOBODY: Final = "$9$" + "." * _SALT_SIGNS + "$" + "." * 43


def hashed(secret: str) -> str:
    """Return the type 9 hash of `secret`; takes some 50 ms."""
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(_SALT_SIGNS))
    return f"$9${salt}${_digest('9', secret, salt)}"


def verified(secret: str, stored: str) -> bool:
    """Tell whether `secret` is the one that `stored` was made of; takes as long when `stored` is no hash at all."""
    found = SECRET_HASH.fullmatch(stored)
    _, kind, salt, wanted = (stored if found else _NOBODY).split("$")
    return hmac.compare_digest(_digest(kind, secret, salt), wanted) and found is not None


def _digest(kind: str, secret: str, salt: str) -> str:
    octets, seasoning = secret.encode("utf-8", "surrogatepass"), salt.encode()
    if kind == "8":
        made = hashlib.pbkdf2_hmac("sha256", octets, seasoning, 20_000, 32)
    else:
        made = hashlib.scrypt(octets, salt=seasoning, n=16_384, r=1, p=1, dklen=32)
    return base64.b64encode(made).decode().rstrip("=").translate(_TO_ROUTER)


class SecretError(ValueError):
    """A secret cannot be encrypted or read; the text is for the operator."""


class Keyring:
    """The key of one server's reversible secrets, made when it is first needed."""

    def __init__(self, state: Path) -> None:
        self._path = state / KEY_FILE
        self._cipher: AESGCM | None = None

    def encrypted(self, secret: str) -> str:
        """Return `secret` as one word of type 6. Raises SecretError."""
        nonce = os.urandom(_NONCE_OCTETS)
        sealed = self._opened(make=True).encrypt(nonce, secret.encode("utf-8", "surrogatepass"), None)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def decrypted(self, word: str) -> str:
        """Return the secret in a word of type 6; raises SecretError when it was made under another key."""
        try:
            octets = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            sealed = octets[_NONCE_OCTETS:]
            return (
                self._opened(make=False).decrypt(octets[:_NONCE_OCTETS], sealed, None).decode("utf-8", "surrogatepass")
            )
        except (InvalidTag, binascii.Error, ValueError):
            raise SecretError("the secret was encrypted under another key than this server's") from None

    def derived(self, purpose: str) -> bytes:
        """Return a key of its own for `purpose`, always the same on this server; raises SecretError."""
        return hmac.digest(self._read() if self._path.exists() else self._made(), purpose.encode(), "sha256")

    def _opened(self, make: bool) -> AESGCM:
        if self._cipher is None:
            self._cipher = AESGCM(self._read() if self._path.exists() or not make else self._made())
        return self._cipher

    def _read(self) -> bytes:
        try:
            key = self._path.read_bytes()
        except OSError as error:
            raise SecretError(f"{self._path.name}: {error.strerror}") from error
        if len(key) != _KEY_OCTETS:
            raise SecretError(f"{self._path.name}: not a key of {_KEY_OCTETS} octets")
        return key

    def _made(self) -> bytes:
        """Make the key; where another process is as fast, the first one's counts."""
        key = os.urandom(_KEY_OCTETS)
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(key)
                os.fsync(file.fileno())
            os.link(temporary, self._path)
        except FileExistsError:
            return self._read()
        except OSError as error:
            raise SecretError(f"{self._path.name}: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)
        return key
