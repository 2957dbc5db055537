"""Versions of the configuration that are kept."""

from __future__ import annotations

import msgspec


class ArchiveSettings(msgspec.Struct, frozen=True):
    """Mode `archive`."""

    maximum: int = 50
    """Versions kept; the oldest goes first."""
