"""The error carries what an answer needs and nothing of what was received."""

from __future__ import annotations

from core.wire.error import WireError


def test_error_carries_status_and_reason() -> None:
    error = WireError(413, "Too Large")
    assert (error.status, error.reason, str(error)) == (413, "Too Large", "Too Large")
    assert error.message is None
