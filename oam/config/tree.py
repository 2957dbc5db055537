"""The configuration: today all of it is what the signalling plane is told."""

from __future__ import annotations

from core.northbound.settings import Settings, problems

Configuration = Settings

__all__ = ["Configuration", "problems"]
