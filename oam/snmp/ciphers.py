"""The ciphers of SNMPv3, which cryptography has moved from one module to another."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:  # before 43
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES
try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # before 47
    from cryptography.hazmat.primitives.ciphers.modes import CFB


def des(key: bytes, salt: bytes) -> Cipher[Any]:
    """CBC-DES (RFC 3414 §8.1.1): one key three times is single DES."""
    initial = bytes(each ^ other for each, other in zip(key[8:16], salt, strict=True))
    return Cipher(TripleDES(key[:8] * 3), modes.CBC(initial))


def aes(key: bytes, initial: bytes) -> Cipher[Any]:
    """CFB128-AES (RFC 3826 §3.1.1) with a key of 128 or 256 bits."""
    return Cipher(algorithms.AES(key), CFB(initial))
