"""docs/statistics.md: what is counted and how, and every indicator with its formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from oam.statistics.indicator import KPI, Indicator
from oam.statistics.kpi import BHCA, HISTOGRAMS, INDICATORS, METHOD_INDICATORS, OCCUPANCY, Definition

_PAGE: Final = """\
# Statistics

Written by `python -m oam.reference --write`; do not edit.

The signalling process counts, for the system, each listener, each trunk in both directions, each route group, each
destination, each subscriber group and each method. Management reads the counts a second and a half after each whole
minute of the clock. What happened in a minute is the difference of two readings; quarter-hours and days are minutes
added up, so every call is in exactly one of each. 96 quarter-hours and 30 days are kept, in UTC, besides those being
filled, in `statistics/history.db` under the state directory.

    show statistics                         all calls together: this quarter-hour and the one before
    show statistics trunk                   all trunks, a row each
    show statistics trunk PSTN out          one trunk, all that says something; `detail`: everything
    show statistics trunk PSTN history      its quarter-hours; `history days`: its days
    show statistics responses               responses by method and status since `clear statistics`
    show statistics storage                 whether the history is written, and what was lost
    show statistics definitions ner         what an indicator is
    show graph asr trunk PSTN last day      drawn, by minutes of the last hour or quarter-hours of the last day
    show graph cpu                          the load of signalling itself; also `loop-lag` and `queue`

All of them take `| json` and `| csv`. An indicator without a sample has no value: `-`, in JSON `null`, never 0.

## One call, counted

| what happens | bids | seizures | |
|---|---|---|---|
| INVITE, 401 or 407 by us, the same call with credentials | 1 | 1 | a challenge is no attempt of its own |
| challenge by a trunk, answered by us | 1 | 1 | of the trunk as well |
| INVITE that is sent again | 1 | 1 | retransmissions are counted as such |
| call forked to three phones | 1 | 1 | one of them answers: one answer |
| call that fails over from trunk A to trunk B | 1 | 1 | A: 1 bid, 1 seizure, 1 overflow; B: 1 bid, 1 seizure |
| trunk A is full or down, trunk B takes the call | 1 | 1 | A: 1 bid, refused, 1 overflow; B: 1 bid, 1 seizure |
| call refused by us | 1 | 0 | in one column `refused-…`, by what refused it |
| call redirected by us | 1 | 0 | in `redirected` |
| request inside a call, re-INVITE | 0 | 0 | |

Whatever the caller sees as one attempt is one bid of the system, its listener, its trunk, its subscriber group and
its destination. Of a trunk that is called each attempt at it is a bid. A bid is counted when it is decided: refused,
or sent on; a seizure ends as exactly one of answered, `abandoned-…`, `rang-out`, `silent`, `failed-…`.

| end of a seizure | asr | ner | seer | isa |
|---|---|---|---|---|
| answered | yes | yes | yes | |
| busy: 486, 600 | | yes | yes | |
| rang, then 408, 480 or 487 (`rang-out`) | | yes | yes | |
| rang, given up by the caller (`abandoned-ringing`) | | yes | | |
| terminal absent: 480 before it rang | | yes | yes | |
| terminal rejects: 603 | | yes | yes | |
| given up before it rang | | | | |
| 408, nothing at all | | | | yes |
| 500, 503, 504 | | | | yes |
| any other | | | | |

`isa` counts bids that this server refuses with 503 as well: for overload, a full table, a bound, for want of a trunk.

An event counts in the stretch in which it happens: the answer of a call in the minute of the answer, which may be the
one after its seizure. So a ratio of a short stretch with few calls may exceed 100 %. Time is counted as it passes: a
call of an hour adds its erlangs to each of its quarter-hours, its holding time to the one in which it ends.

## Suspect

A stretch is suspect when something in it may be missing or does not belong: management began to read in it, a minute
was missed, the signalling process or management was started anew, the clock was set by more than three seconds, a
counter fell. What was counted is in it all the same, and `seconds` says how long it was measured. What calls did
while management was away is counted in the minute in which it stopped reading. A quarter-hour or day with a suspect
minute is suspect.

When the clock is set back, minutes are added to the quarter-hours that are there; set forward, a gap stays. History
goes by number, not by age, so a clock that is wrong for a while costs none of it.

A disk that is full holds nobody up: up to ten quarter-hours wait in memory, the alarm 47 tells of it, and day sums
are right as soon as a write succeeds. A damaged file is kept as `history.db.damaged`, and a new one begun.

## Bounds

1024 objects have a row of their own, 2048 one in a quarter-hour or day; what is beyond is counted together as
`other`. Destinations are the prefixes that number analysis found, those called most first. An hour of minutes is kept
in memory, and an hour and a day of the load of signalling, which no restart of management outlives.

## Indicators

`p50`, `p95`, `p99` come from histograms: values are taken for evenly spread within a column, and what is above the
last bound for that bound. Shares and means are computed of the sums of a stretch, not of the shares of its minutes.

{kpis}

Not of one stretch alone:

{others}

## Columns

As they were counted. `gauge`: no sum, of several stretches the greatest counts.

{columns}

Histograms of the set-up and the processing delay:

{histograms}

Methods have columns of their own:

{methods}
"""


def page() -> str:
    """Return the page."""
    columns = [each for each in INDICATORS.values() if each.kind != KPI and each not in HISTOGRAMS]
    return _PAGE.format(
        kpis=_table([each for each in INDICATORS.values() if each.kind == KPI]),
        others=_table([BHCA, OCCUPANCY]),
        columns=_list(columns),
        histograms=_list(HISTOGRAMS),
        methods=_list(METHOD_INDICATORS.values()),
    )


def _table(indicators: Iterable[Indicator | Definition]) -> str:
    rows = [f"| `{each.name}` | {each.unit} | {each.formula} | {each.help} |" for each in indicators]
    return "\n".join(["| name | unit | formula | what it says |", "|---|---|---|---|", *rows])


def _list(indicators: Iterable[Indicator]) -> str:
    rows = [f"| `{each.name}` | {each.kind} | {each.help} |" for each in indicators]
    return "\n".join(["| name | | what it counts |", "|---|---|---|", *rows])
