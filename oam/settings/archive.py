"""Versions of the configuration that are kept, and how several operators change it."""

from __future__ import annotations

import msgspec


class ArchiveSettings(msgspec.Struct, frozen=True):
    """Mode `archive`."""

    maximum: int = 50
    """Versions kept; the oldest goes first."""
    write_memory: bool = True
    """`write memory` keeps a version."""


class EditingSettings(msgspec.Struct, frozen=True):
    """`configuration …`, `file prompt`."""

    lock_wait_s: int = 0
    """How long a change waits while another operator has the configuration locked; 0: it is refused at once."""
    file_prompt: str = "alert"
    """When `copy` asks: `alert`, `noisy` (both: always) or `quiet` (never)."""
