"""One message of the log, as management keeps it, and its line in the file."""

from __future__ import annotations

import re
import time
from calendar import timegm
from typing import Final, NamedTuple

from core.northbound.logs import LogLine
from core.northbound.settings import SEVERITIES
from oam.notices import ManagementNotice

_LINE: Final = re.compile(
    r"(\d{1,18}): (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z "
    r"([^ \[\]]{1,32})\[(\d{1,10})\] ([a-z]{1,32}) ([a-z]{1,16}): (.*)"
)


class Entry(NamedTuple):
    """One message."""

    sequence: int
    """Rises by one with each message, also over restarts: who sees a gap has missed one."""
    line: LogLine
    notice: ManagementNotice | None = None
    """What it tells of, where it tells of a notice."""

    def written(self) -> str:
        """Return it as one line of text without its end; line ends within become ` / `."""
        line = self.line
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(line.at))
        text = " / ".join(line.text.splitlines())
        severity = SEVERITIES[line.severity]
        head = f"{self.sequence}: {moment}.{int(line.at % 1 * 1000):03d}Z {line.process}[{line.pid}]"
        return f"{head} {line.area} {severity}: {text}"


def read(text: str) -> Entry | None:
    """Return the message that `written` made `text` of; None where it is no such line."""
    found = _LINE.fullmatch(text)
    if found is None or found[7] not in SEVERITIES:
        return None
    try:
        at = timegm(time.strptime(found[2], "%Y-%m-%dT%H:%M:%S")) + int(found[3]) / 1000
    except ValueError:
        return None
    line = LogLine(found[4], int(found[5]), found[6], SEVERITIES.index(found[7]), at, found[8])
    return Entry(int(found[1]), line)
