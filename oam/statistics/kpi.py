"""All indicators, in one table: every column as it was counted, and what the standards compute of them.

ITU-T E.411 and E.425 speak of bids and seizures, RFC 6076 of INVITEs; both are counted here in calls: an INVITE that
is challenged and its retry are one, and a call that is forked is one for its caller's side, one seizure for each
trunk that it is sent to (docs/statistics.md). Values are of events within the stretch: the answer of a call counts
when it comes, which may be in the stretch after the one of its seizure.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from core.northbound import statistics as layout
from core.northbound.statistics import (
    ABANDONED_RINGING,
    ABANDONED_SILENT,
    ANSWER_MS,
    ANSWERS,
    BIDS,
    COMPLETED,
    DISCONNECT_COUNT,
    DISCONNECT_MS,
    END_3XX,
    END_408,
    END_480,
    END_486,
    END_500,
    END_503,
    END_504,
    END_600,
    END_603,
    ENDED,
    FAILED_COUNT,
    FAILED_MS,
    MESSAGES,
    OVERFLOW,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    PROCESSING_US,
    RANG_OUT,
    REDIRECTED,
    REFUSED_AUTHENTICATION,
    REFUSED_CONTROL,
    REFUSED_FULL,
    REFUSED_LIMIT,
    REFUSED_LIST,
    REFUSED_NUMBER,
    REFUSED_OTHER,
    REFUSED_OVERLOAD,
    REFUSED_ROUTE,
    REFUSED_TARGET,
    REGISTER_US,
    REGISTRATIONS,
    REGISTRATIONS_FAILED,
    REQUESTS,
    RETRANSMISSIONS,
    SEIZURES,
    SETUP_BOUNDS_MS,
    SETUP_COUNT,
    SETUP_HISTOGRAM,
    SETUP_MS,
    SHORT,
    SILENT,
    TALK_MS,
    USAGE_MS,
)
from oam.statistics.indicator import Indicator, column, mean, quantile, rate, seconds_of, share

REFUSED: Final = (
    REFUSED_OVERLOAD, REFUSED_FULL, REFUSED_AUTHENTICATION, REFUSED_LIST, REFUSED_LIMIT, REFUSED_CONTROL,
    REFUSED_NUMBER, REFUSED_ROUTE, REFUSED_TARGET, REFUSED_OTHER,
)  # fmt: skip
"""All that a bid may be refused for."""
BUSY: Final = (END_486, END_600)
NO_ANSWER: Final = (RANG_OUT, ABANDONED_RINGING)
EFFECTIVE: Final = (ANSWERS, *BUSY, *NO_ANSWER, END_480, END_603)
"""Ends of a seizure for which the network has done its part (E.425): answer, user busy, ring no answer, terminal
rejection or unavailability."""
INEFFECTIVE: Final = (
    END_408, SILENT, END_500, END_503, END_504, REFUSED_OVERLOAD, REFUSED_FULL, REFUSED_LIMIT, REFUSED_ROUTE,
)  # fmt: skip
"""Ends of a bid that a caller sees as 408, 500, 503 or 504 (RFC 6076 §4.8)."""
SESSIONS_LESS: Final = (END_3XX, REDIRECTED)
"""What RFC 6076 §4.6 and §4.7 take off the INVITEs."""
REGISTERS: Final = (REGISTRATIONS, REGISTRATIONS_FAILED)

_KPIS: Final = (
    share("asr", (ANSWERS,), (SEIZURES,), "Answer-seizure ratio (E.411, E.425): seizures that were answered"),
    share("abr", (ANSWERS,), (BIDS,), "Answer-bid ratio (E.411, E.425): bids that were answered"),
    share("connection-rate", (ANSWERS,), (BIDS,), "Connected calls of all attempts: abr under another name"),
    share(
        "ner", EFFECTIVE, (SEIZURES,),
        "Network effectiveness ratio (E.425): seizures that were answered, found the user busy, rang without answer or "
        "were rejected by the terminal or for its absence; callers who hang up before it rings count against it",
    ),
    share("busy", BUSY, (SEIZURES,), "Seizures that found the user busy: 486, 600"),
    share("no-answer", NO_ANSWER, (SEIZURES,), "Seizures that rang and were not answered, given up or rung out"),
    share(
        "abandoned", (ABANDONED_SILENT, ABANDONED_RINGING), (SEIZURES,),
        "Seizures that their callers gave up, before they rang or while they did",
    ),
    share("refused", REFUSED, (BIDS,), "Bids that this server refused, for whatever reason", formula=(
        "100 x (all columns refused-*) / bids")),
    share("overflow-share", (OVERFLOW,), (BIDS,), "Bids that overflowed to another trunk, or had none left (E.411)"),
    share("short-share", (SHORT,), (ENDED,), "Ended calls that lasted less than ten seconds"),
    mean(
        "mhts", "s", USAGE_MS, (SEIZURES,),
        "Mean holding time per seizure (E.411): time for which places were taken, set-up included, by seizure",
        divisor=1000.0,
    ),
    mean("mht", "s", TALK_MS, (ENDED,), "Mean holding time of answered calls: from answer to end", divisor=1000.0),
    rate(
        "erlang", "erlang", USAGE_MS, "Traffic carried (E.600): places taken, on average over the stretch", factor=0.001
    ),
    rate("bids-per-second", "1/s", BIDS, "Bids, mean over the stretch; the peak of one second is rate-peak"),
    rate("seizures-per-second", "1/s", SEIZURES, "Seizures, mean over the stretch"),
    rate("answers-per-second", "1/s", ANSWERS, "Answers, mean over the stretch"),
    rate(
        "bids-per-hour", "1/h", BIDS,
        "Bids of an hour like this stretch; what the busiest hour really had is bhca", factor=3600.0,
    ),
    share(
        "ser", (ANSWERS,), (BIDS,), "Session establishment ratio (RFC 6076 §4.6): INVITEs that led to 200, of all that "
        "were not redirected", less=SESSIONS_LESS,
    ),
    share(
        "seer", (ANSWERS, END_480, END_486, END_600, END_603, RANG_OUT), (BIDS,),
        "Session establishment effectiveness ratio (RFC 6076 §4.7): INVITEs that led to 200, 480, 486, 600 or 603, of "
        "all that were not redirected; 408 and 487 after ringing count as 480", less=SESSIONS_LESS,
    ),
    share(
        "isa", INEFFECTIVE, (BIDS,),
        "Ineffective session attempts (RFC 6076 §4.8): INVITEs that led to 408, 500, 503, 504 or to no answer at all, "
        "ours included",
    ),
    share(
        "scr", (COMPLETED,), (BIDS,),
        "Session completion ratio (RFC 6076 §4.9): calls that were answered, ended by one side and confirmed by the "
        "other",
    ),
    share(
        "ira", (REGISTRATIONS_FAILED,), REGISTERS,
        "Ineffective registration attempts (RFC 6076 §4.2): registrations refused; challenges are none",
    ),
    share("register-failures", (REGISTRATIONS_FAILED,), REGISTERS, "Registrations refused: ira under another name"),
    mean(
        "rrd", "ms", REGISTER_US, REGISTERS,
        "Registration request delay (RFC 6076 §4.1): from REGISTER to its final response", divisor=1000.0,
    ),
    mean(
        "srd", "ms", SETUP_MS, (SETUP_COUNT,),
        "Successful session request delay (RFC 6076 §4.3.1): from INVITE to the first of 18x and 2xx",
    ),
    mean(
        "srd-failed", "ms", FAILED_MS, (FAILED_COUNT,),
        "Failed session request delay (RFC 6076 §4.3.2): from INVITE to its refusal by the far end",
    ),
    mean(
        "sdd", "ms", DISCONNECT_MS, (DISCONNECT_COUNT,),
        "Session disconnect delay (RFC 6076 §4.4): from BYE to its answer",
    ),
    mean(
        "sdt", "s", TALK_MS, (ENDED,), "Session duration time (RFC 6076 §4.5): from 200 to BYE, or to the end of the "
        "session timer", divisor=1000.0,
    ),
    mean("answer-delay", "ms", ANSWER_MS, (ANSWERS,), "From INVITE to 2xx: the set-up delay and the time it rang"),
    *(
        quantile(
            f"setup-p{each}", SETUP_HISTOGRAM, SETUP_BOUNDS_MS, each, "the set-up delays",
            f"Set-up delay (srd) that {each} of a hundred calls keep to; by its histogram",
            1.0,
        )
        for each in (50, 95, 99)
    ),
    mean(
        "processing-delay", "ms", PROCESSING_US, (MESSAGES,),
        "From the arrival of a message to all that followed being sent, mean of every message", divisor=1000.0,
    ),
    *(
        quantile(
            f"processing-p{each}", PROCESSING_HISTOGRAM, PROCESSING_BOUNDS_US, each, "the processing delays",
            f"Processing delay that {each} of a hundred messages keep to; by its histogram", 1000.0,
        )
        for each in (50, 99)
    ),
    share(
        "retransmission-share", (RETRANSMISSIONS,), (REQUESTS, RETRANSMISSIONS),
        "Requests of its calls that were sent again, of all that were sent",
    ),
)  # fmt: skip


def _histogram(prefix: str, first: int, bounds: tuple[int, ...], unit: str, text: str) -> list[Indicator]:
    """Return the columns of a histogram as indicators."""
    found = []
    low = 0
    for place, bound in enumerate(bounds):
        name = f"{prefix}-to-{bound}{unit}"
        found.append(column(first + place, name, f"{text} above {low} and up to {bound} {unit}", unit=""))
        low = bound
    found.append(column(first + len(bounds), f"{prefix}-over-{low}{unit}", f"{text} above {low} {unit}", unit=""))
    return found


HISTOGRAMS: Final = (
    *_histogram("setup", SETUP_HISTOGRAM, SETUP_BOUNDS_MS, "ms", "Calls with a set-up delay"),
    *_histogram("processing", PROCESSING_HISTOGRAM, PROCESSING_BOUNDS_US, "us", "Messages with a processing delay"),
)
SECONDS: Final = Indicator(
    "seconds", "s", "seconds", "How long it was measured", lambda figures: figures.seconds, seconds_of
)
INDICATORS: Final = {
    each.name: each
    for each in (
        *_KPIS,
        SECONDS,
        *(column(each.slot, each.name, each.help, gauge=each.gauge) for each in layout.COLUMNS),
        *HISTOGRAMS,
    )
}
"""Indicators of everything that calls are counted for, by name: KPIs, then columns."""
METHOD_INDICATORS: Final = {
    each.name: each
    for each in (
        column(layout.RECEIVED, "received", "Requests received, retransmissions apart"),
        column(layout.SENT, "sent", "Requests sent, retransmissions apart"),
        column(layout.RECEIVED_AGAIN, "received-again", "Retransmissions received"),
        column(layout.SENT_AGAIN, "sent-again", "Requests sent again"),
    )
}
"""Indicators of the objects of the kind `method`, by name."""


class Definition(NamedTuple):
    """What an indicator is that needs more than one stretch of time to say."""

    name: str
    unit: str
    formula: str
    help: str


BHCA: Final = Definition(
    "bhca",
    "1/h",
    "largest sum of bids of four quarter-hours that follow each other",
    "Busy hour call attempts: the busiest 60 minutes of the last day, which begin with any quarter-hour",
)
OCCUPANCY: Final = Definition(
    "occupancy",
    "%",
    "100 x erlang / maximum calls",
    "Traffic carried per place, of trunks whose calls are bounded; both directions of a trunk share its places",
)


def indicators_of(kind: str) -> dict[str, Indicator]:
    """Return the indicators of objects of a kind (`core.northbound.statistics.KINDS`)."""
    return METHOD_INDICATORS if kind == layout.KINDS[layout.METHOD] else INDICATORS
