"""Logging of every process: one logger an area (LOG_AREAS), to stderr, at the severity configured.

Under systemd each line begins with its severity as `<N>`, elsewhere with the time.
"""

from __future__ import annotations

import logging
import os
import time
from typing import Final

from core.northbound.settings import LOG_AREAS, SEVERITIES, LoggingSettings

NOTICE: Final = 25
"""Level of `notifications`."""
_LEVELS: Final = dict(zip(SEVERITIES, (70, 60, 50, 40, 30, NOTICE, 20, 10), strict=True))


class _Formatter(logging.Formatter):
    """`2026-11-22T21:34:04.123Z sipctl-oam[123] management warnings: text`."""

    def __init__(self, process: str, journal: bool) -> None:
        super().__init__()
        self._process = f"{process}[{os.getpid()}]"
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        severity = next((i for i, name in enumerate(SEVERITIES) if record.levelno >= _LEVELS[name]), 7)
        text = f"{record.name} {SEVERITIES[severity]}: {record.getMessage()}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        if self._journal:
            return "\n".join(f"<{severity}>{line}" for line in text.splitlines())
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{moment}.{int(record.msecs):03d}Z {self._process} {text}"


def set_up(process: str) -> None:
    """Send this process's log to stderr; `process` names it in every line. Call once, at the start."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter(process, "JOURNAL_STREAM" in os.environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    set_levels(LoggingSettings())


def set_levels(settings: LoggingSettings) -> None:
    """Put the configured severities in force."""
    chosen = dict(settings.areas)
    for area in LOG_AREAS:
        logging.getLogger(area).setLevel(_LEVELS[chosen.get(area, settings.level)])
