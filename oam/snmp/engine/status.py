"""error-status: what a response says of its request (RFC 3416 §3), and what SNMPv1 says instead (RFC 3584 §4.4)."""

from __future__ import annotations

from typing import Final

NO_ERROR: Final = 0
TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
BAD_VALUE: Final = 3
GEN_ERR: Final = 5
NO_ACCESS: Final = 6
WRONG_TYPE: Final = 7
WRONG_LENGTH: Final = 8
WRONG_ENCODING: Final = 9
WRONG_VALUE: Final = 10
NO_CREATION: Final = 11
INCONSISTENT_VALUE: Final = 12
RESOURCE_UNAVAILABLE: Final = 13
COMMIT_FAILED: Final = 14
UNDO_FAILED: Final = 15
AUTHORIZATION_ERROR: Final = 16
NOT_WRITABLE: Final = 17
INCONSISTENT_NAME: Final = 18

IN_VERSION_1: Final = {
    **dict.fromkeys((WRONG_TYPE, WRONG_LENGTH, WRONG_ENCODING, WRONG_VALUE, INCONSISTENT_VALUE), BAD_VALUE),
    **dict.fromkeys((NO_ACCESS, NO_CREATION, AUTHORIZATION_ERROR, NOT_WRITABLE, INCONSISTENT_NAME), NO_SUCH_NAME),
    **dict.fromkeys((RESOURCE_UNAVAILABLE, COMMIT_FAILED, UNDO_FAILED), GEN_ERR),
}
"""What SNMPv1 knows no more of than this."""
