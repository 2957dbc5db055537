"""Classes of requests: what controls, limits and overload spare."""

from __future__ import annotations

from typing import Final

ORDINARY: Final = 0
PRIORITY: Final = 1
EMERGENCY: Final = 2
