"""What an audit record is, and what chains it to the one before. Pure.

A record's hash is SHA-256 over the previous record's hash and the record's canonical form; the ends
of the chain are sealed by an HMAC under a key that lies outside of it. Whoever changes, takes out or
adds a record without the key breaks the chain at that record.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, NamedTuple

import msgspec

KINDS: Final = {
    "login": "An operator came in",
    "logout": "A session ended",
    "login-failed": "Somebody was not let in",
    "enable": "An operator raised the privilege",
    "command": "A line was entered, carried out or refused (code)",
    "change": "The configuration changed, with the lines before and after",
    "rollback": "An older configuration was put in force",
    "job": "A command list ran by itself",
    "set": "A manager set objects by SNMP, carried out or refused (error-status)",
    "start": "Management started",
    "stop": "Management ended",
    "gap": "Records were lost",
    "broken": "What stood on the disk did not fit its seal",
}
"""Kind of record: help."""

GENESIS: Final = bytes(32)
"""What the first record's hash is chained to."""
MAX_FIELD: Final = 256
"""Longest user name, address or line kept, in characters."""
MAX_TEXT: Final = 8192
"""Longest command, and longest list of changed lines, kept."""


class Record(NamedTuple):
    """One thing that happened."""

    at_us: int
    """UTC, microseconds of the epoch."""
    kind: str
    user: str
    origin: str
    """Transport: `console`, `ssh`, `telnet`, or what ran it by itself."""
    address: str
    line: str
    command: str
    code: int
    """Exit code, 0 when all was well."""
    before: str
    after: str

    def size(self) -> int:
        """Return about how many octets it holds."""
        return 200 + len(self.user) + len(self.command) + len(self.before) + len(self.after)


def clean(text: str, longest: int) -> str:
    """Return `text` as it can be kept and shown: valid, bounded, no control characters but line ends."""
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    text = text.encode("utf-8", "replace").decode()
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text)


def link(previous: bytes, sequence: int, record: tuple[object, ...]) -> bytes:
    """Return the hash that chains `record`, number `sequence`, to the one whose hash is `previous`."""
    return hashlib.sha256(previous + msgspec.json.encode((sequence, *record))).digest()


def seal(key: bytes, *parts: bytes | int) -> bytes:
    """Return the HMAC-SHA256 of what stands at the chain's ends."""
    return hmac.digest(
        key, msgspec.json.encode([each if isinstance(each, int) else each.hex() for each in parts]), "sha256"
    )
