"""What one test of the self-test found."""

from __future__ import annotations

from typing import Final

import msgspec

PASSED: Final = "ok"
WARNING: Final = "warning"
FAILED: Final = "failed"


class SelfTestRow(msgspec.Struct, frozen=True):
    """A row of `self-test` and `show self-test`."""

    test: str
    object: str
    outcome: str
    """PASSED, WARNING, FAILED."""
    result: str
