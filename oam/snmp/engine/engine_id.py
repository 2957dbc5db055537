"""The engine ID of this server (RFC 3411 §5): as configured, or made once and kept in the state directory.

Keys of users are localized for it, and managers remember it with the boots of the engine; so it must not change.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from oam.snmp.oids import ENTERPRISE

if TYPE_CHECKING:
    from oam.settings.snmp import SnmpSettings

FILE: Final = "engine-id"
LEAST: Final = 5
MOST: Final = 32
"""Octets of an engine ID."""
_OWN_FORMAT: Final = 0x80000000
"""Set in the enterprise number: a format octet follows (RFC 3411 §5)."""
_OCTETS_FORMAT: Final = 5
"""Format octet of what an administrator, here this server, has chosen."""
_RANDOM: Final = 8


class EngineIdError(ValueError):
    """The engine ID cannot be read or made; the text is for the operator."""


def parse(text: str) -> bytes:
    """Return the octets of a hexadecimal engine ID. Raises EngineIdError."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        raise EngineIdError("an engine ID is written in pairs of hexadecimal digits") from None
    if not LEAST <= len(octets) <= MOST:
        raise EngineIdError(f"an engine ID has {LEAST} to {MOST} octets, this one {len(octets)}")
    if set(octets) in ({0x00}, {0xFF}):
        raise EngineIdError("an engine ID of nothing but 00 or ff is none (RFC 3411)")
    return octets


def local(settings: SnmpSettings, state: Path) -> bytes:
    """Return the engine ID of the server whose state directory is `state`. Raises EngineIdError."""
    return parse(settings.engine_id) if settings.engine_id else kept(state)


def kept(state: Path) -> bytes:
    """Return the engine ID that is kept, made when there is none. Raises EngineIdError."""
    path = state / "snmp" / FILE
    try:
        return parse(path.read_text("ascii").strip())
    except FileNotFoundError:
        return _made(path)
    except (OSError, ValueError) as error:
        # A new one would make every key of every user useless, unnoticed.
        raise EngineIdError(f"{path}: {error}") from error


def _made(path: Path) -> bytes:
    """Make an engine ID and keep it; where another process is as fast, the first one's counts."""
    octets = (_OWN_FORMAT | ENTERPRISE).to_bytes(4, "big") + bytes((_OCTETS_FORMAT,)) + os.urandom(_RANDOM)
    temporary = path.with_name(f".{FILE}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o750, exist_ok=True)
        with open(temporary, "w", encoding="ascii") as file:
            file.write(octets.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return kept(path.parent.parent)
    except OSError as error:
        raise EngineIdError(f"{path}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return octets
