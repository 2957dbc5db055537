"""Where the standard MIB modules are: they cannot be given with the server, so they stand beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_PLACES = (Path(os.environ.get("SIPCTL_MIBS", "/nonexistent")), Path(__file__).parents[3] / "shared" / "mibs")
STANDARD = next((path for path in _PLACES if (path / "SNMPv2-SMI").exists()), None)
"""Their directory; None: they are not here."""

needs_standard = pytest.mark.skipif(
    STANDARD is None, reason="no standard MIB modules: set SIPCTL_MIBS to their directory"
)
