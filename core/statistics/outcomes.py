"""How a seizure ended that was not answered: one column for each (ITU-T E.425 §3, RFC 6076 §4)."""

from __future__ import annotations

from typing import Final

from core.northbound.statistics import (
    ABANDONED_RINGING,
    ABANDONED_SILENT,
    END_3XX,
    END_4XX,
    END_5XX,
    END_6XX,
    END_404,
    END_408,
    END_480,
    END_484,
    END_486,
    END_500,
    END_503,
    END_504,
    END_600,
    END_603,
    RANG_OUT,
    SILENT,
)

_BY_STATUS: Final = {
    404: END_404, 408: END_408, 480: END_480, 484: END_484, 486: END_486, 500: END_500, 503: END_503, 504: END_504,
    600: END_600, 603: END_603,
}  # fmt: skip
_BY_CLASS: Final = {3: END_3XX, 4: END_4XX, 5: END_5XX, 6: END_6XX}
_NO_ANSWER: Final = (408, 480, 487)


def outcome(status: int, heard: bool, rang: bool, abandoned: bool) -> int:
    """Return the column of a seizure that ended with `status`.

    `heard`: something came back for it, be it a 100. `abandoned`: the caller gave up first.
    """
    if abandoned:
        return ABANDONED_RINGING if rang else ABANDONED_SILENT
    if not heard:
        return SILENT
    if rang and status in _NO_ANSWER:
        return RANG_OUT
    return _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, END_500)
