"""The loggers of this process, left as they were found."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from core.northbound.settings import LOG_AREAS


@contextmanager
def loggers_as_before() -> Iterator[None]:
    """Give back handlers and levels, whatever is done to them inside."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {area: logging.getLogger(area).level for area in LOG_AREAS}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for area, before in levels.items():
            logging.getLogger(area).setLevel(before)
