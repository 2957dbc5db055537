"""The server's SSH host keys: made once, kept in STATE/ssh, the same until an operator makes new ones.

A robot that has seen another key refuses to connect, so keys are never replaced unasked: a file
that cannot be read is a fault to be looked at, not a reason to make another. All of this blocks.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final, NamedTuple

import asyncssh
import msgspec

FOLDER: Final = "ssh"
RSA_BITS: Final = 3072
"""Of clients that know no Ed25519; 128 bits of strength (NIST SP 800-57 part 1 §5.6.1)."""
FILES: Final = {"ssh-ed25519": "ssh_host_ed25519_key", "ssh-rsa": "ssh_host_rsa_key"}


class HostKeyError(Exception):
    """The host keys cannot be used; the text says which and why."""


class HostKeyRow(msgspec.Struct, frozen=True):
    """One host key, as operators compare it."""

    algorithm: str
    bits: int
    fingerprint: str
    """SHA-256 of the public key, as OpenSSH shows it (RFC 4648 base64, no padding)."""


class Loaded(NamedTuple):
    """The host keys that can be used."""

    keys: tuple[asyncssh.SSHKey, ...]
    faults: tuple[str, ...]
    """Which files cannot be used, and why: `ssh_host_rsa_key: not a private key`."""


def load(state: Path) -> Loaded:
    """Return the host keys, making those that there are none of yet. Raises HostKeyError if none can be used."""
    keys: list[asyncssh.SSHKey] = []
    faults: list[str] = []
    for algorithm, name in FILES.items():
        try:
            keys.append(_load(state / FOLDER / name, algorithm))
        except HostKeyError as error:
            faults.append(str(error))
    if not keys:
        raise HostKeyError("; ".join(faults))
    return Loaded(tuple(keys), tuple(faults))


def replace(state: Path) -> None:
    """Put new keys in the place of the old ones. Raises HostKeyError."""
    for algorithm, name in FILES.items():
        path = state / FOLDER / name
        made = _written(path, _made(algorithm))
        try:
            made.replace(path)
        except OSError as error:
            made.unlink(missing_ok=True)
            raise HostKeyError(f"{path.name}: {error.strerror}") from error
        _sync(path.parent)


def row(key: asyncssh.SSHKey) -> HostKeyRow:
    """Return what operators are shown of a key."""
    public = key.convert_to_public().pyca_key
    return HostKeyRow(key.get_algorithm(), getattr(public, "key_size", 256), key.get_fingerprint())


def _load(path: Path, algorithm: str) -> asyncssh.SSHKey:
    if not path.exists():
        _make(path, algorithm)
    try:
        return asyncssh.import_private_key(path.read_bytes())
    except OSError as error:
        raise HostKeyError(f"{path.name}: {error.strerror}") from error
    except asyncssh.KeyImportError:
        raise HostKeyError(f"{path.name}: not a private key") from None


def _made(algorithm: str) -> bytes:
    if algorithm == "ssh-rsa":
        return asyncssh.generate_private_key(algorithm, key_size=RSA_BITS).export_private_key()
    return asyncssh.generate_private_key(algorithm).export_private_key()


def _make(path: Path, algorithm: str) -> None:
    """Make a key where none is; where another process is as fast, the first one's counts."""
    made = _written(path, _made(algorithm))
    try:
        os.link(made, path)
        _sync(path.parent)
    except FileExistsError:
        return
    except OSError as error:
        raise HostKeyError(f"{path.name}: {error.strerror}") from error
    finally:
        made.unlink(missing_ok=True)


def _written(path: Path, octets: bytes) -> Path:
    """Write a key beside its place, on the disk and readable by the owner only; return where."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise HostKeyError(f"{path.name}: {error.strerror}") from error
    return temporary


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
