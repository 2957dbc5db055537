"""What this installation is: version, and whether its core is the compiled one."""

from __future__ import annotations

import importlib.util
from typing import Final

PRODUCT: Final = "sipctl"
VERSION: Final = "0.1.0"
"""As pyproject.toml has it."""


def is_compiled() -> bool:
    """Tell whether a worker started from here runs the compiled core; imports none of it."""
    spec = importlib.util.find_spec("core.wire.message")
    return spec is not None and (spec.origin or "").endswith(".so")
