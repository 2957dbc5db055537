"""Secrets that must be said again, encrypted (type 6): AES-256-GCM under a key in the state directory.

The key lies outside of the configuration: a configuration that leaves the host gives nothing away. The
cryptography is loaded when the first secret is read or written; whoever has none does without.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE: Final = "secret.key"
_KEY_OCTETS: Final = 32
_NONCE_OCTETS: Final = 12


class SecretError(ValueError):
    """A secret cannot be encrypted or read; the text is for the operator."""


class Keyring:
    """The key of one server's reversible secrets, made when it is first needed."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._path = state / KEY_FILE
        self._cipher: AESGCM | None = None

    def encrypted(self, secret: str) -> str:
        """Return `secret` as one word of type 6. Raises SecretError."""
        return self._word(os.urandom(_NONCE_OCTETS), secret.encode("utf-8", "surrogatepass"))

    def sealed(self, secret: str, purpose: str) -> str:
        """As `encrypted`, but the same secret is always the same word of one `purpose`: it tells entries apart.

        The nonce is made of the secret, so no two secrets have the same one. Raises SecretError.
        """
        octets = secret.encode("utf-8", "surrogatepass")
        return self._word(hmac.digest(self.derived(f"nonce {purpose}"), octets, "sha256")[:_NONCE_OCTETS], octets)

    def decrypted(self, word: str) -> str:
        """Return the secret in a word of type 6; raises SecretError when it was made under another key."""
        from cryptography.exceptions import InvalidTag

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

    def _word(self, nonce: bytes, octets: bytes) -> str:
        sealed = self._opened(make=True).encrypt(nonce, octets, None)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def _opened(self, make: bool) -> AESGCM:
        if self._cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
