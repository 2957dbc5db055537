"""The four transaction machines of RFC 3261 §17, with RFC 6026 and RFC 4320, as tables.

Theory of operation. A table is a row of cells per state, one cell per event; a cell
is (action, next state). Everything that decides a transition is in this file; what an
action does is in `layer`. Timers are never stopped: a timer that fires in a state
that does not know it finds an IGNORE cell. `FAULT` marks what cannot happen; reaching
it is a bug of ours.
"""

from __future__ import annotations

from typing import Final

TRYING: Final = 0
CALLING: Final = 1
PROCEEDING: Final = 2
COMPLETED: Final = 3
CONFIRMED: Final = 4
ACCEPTED: Final = 5
TERMINATED: Final = 6
STATE_NAMES: Final = ("trying", "calling", "proceeding", "completed", "confirmed", "accepted", "terminated")

SERVER_INVITE: Final = 0
SERVER_OTHER: Final = 1
CLIENT_INVITE: Final = 2
CLIENT_OTHER: Final = 3

# Events of server transactions.
REQUEST: Final = 0
ACK: Final = 1
SEND_1XX: Final = 2
SEND_2XX: Final = 3
SEND_FAILURE: Final = 4
TIMER_G: Final = 5
TIMER_H: Final = 6
TIMER_I: Final = 7
TIMER_J: Final = 8
TIMER_L: Final = 9
# Events of client transactions.
GOT_1XX: Final = 0
GOT_2XX: Final = 1
GOT_FAILURE: Final = 2
TIMER_A: Final = 3
TIMER_B: Final = 4
TIMER_D: Final = 5
TIMER_E: Final = 6
TIMER_F: Final = 7
TIMER_K: Final = 8
TIMER_M: Final = 9
# Of both: the transport could not send (RFC 3261 §8.1.3.1, §17.1.4, §17.2.4).
TRANSPORT_ERROR: Final = 10

IGNORE: Final = 0
FAULT: Final = 1
RESEND: Final = 2
SEND: Final = 3
SEND_FINAL: Final = 4
CONFIRM: Final = 5
RESEND_G: Final = 6
RESEND_A: Final = 7
RESEND_E: Final = 8
RESEND_T2: Final = 9
END: Final = 10
TIMEOUT: Final = 11
PASS: Final = 12
PASS_FINAL: Final = 13
PASS_ACK: Final = 14
ERROR: Final = 15
ACTION_NAMES: Final = (
    "ignore", "fault", "resend", "send", "send-final", "confirm", "resend-g", "resend-a", "resend-e", "resend-t2",
    "end", "timeout", "pass", "pass-final", "pass-ack", "error",
)  # fmt: skip

Cell = tuple[int, int]
Row = tuple[Cell, ...]
Table = tuple[Row, ...]


def _row(state: int, cells: dict[int, Cell]) -> Row:
    """Fill a state's row: what is not named is ignored in that state."""
    return tuple([cells.get(event, (IGNORE, state)) for event in range(11)])


_NEVER: Final[Row] = tuple([(FAULT, TERMINATED) for _ in range(11)])
_OVER: Final[Row] = tuple([(IGNORE, TERMINATED) for _ in range(11)])

# RFC 3261 §17.2.1 as corrected by RFC 6026 §7.1: a transport error changes no state, Timer H tells nobody.
_SERVER_INVITE: Final[Table] = (
    _NEVER,
    _NEVER,
    _row(PROCEEDING, {
        REQUEST: (RESEND, PROCEEDING),  # "the most recent provisional response ... MUST be passed to the transport"
        SEND_1XX: (SEND, PROCEEDING),
        SEND_2XX: (SEND_FINAL, ACCEPTED),  # RFC 6026: Accepted, Timer L
        SEND_FAILURE: (SEND_FINAL, COMPLETED),  # Timers G and H
    }),
    _row(COMPLETED, {
        REQUEST: (RESEND, COMPLETED),
        ACK: (CONFIRM, CONFIRMED),  # Timer I
        TIMER_G: (RESEND_G, COMPLETED),
        TIMER_H: (END, TERMINATED),  # no ACK ever came
    }),
    _row(CONFIRMED, {TIMER_I: (END, TERMINATED)}),
    _row(ACCEPTED, {
        ACK: (PASS, ACCEPTED),  # RFC 6026: an ACK of the 2xx is the user's, whatever its branch says
        SEND_2XX: (SEND, ACCEPTED),  # retransmitted by the UAS, or another branch's
        TIMER_L: (END, TERMINATED),
    }),
    _OVER,
)  # fmt: skip

# RFC 3261 §17.2.2.
_SERVER_OTHER: Final[Table] = (
    _row(TRYING, {
        SEND_1XX: (SEND, PROCEEDING),
        SEND_2XX: (SEND_FINAL, COMPLETED),
        SEND_FAILURE: (SEND_FINAL, COMPLETED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _NEVER,
    _row(PROCEEDING, {
        REQUEST: (RESEND, PROCEEDING),
        SEND_1XX: (SEND, PROCEEDING),
        SEND_2XX: (SEND_FINAL, COMPLETED),
        SEND_FAILURE: (SEND_FINAL, COMPLETED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _row(COMPLETED, {
        REQUEST: (RESEND, COMPLETED),
        TIMER_J: (END, TERMINATED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _NEVER,
    _NEVER,
    _OVER,
)  # fmt: skip

# RFC 3261 §17.1.1 as corrected by RFC 6026 §7.2.
_CLIENT_INVITE: Final[Table] = (
    _NEVER,
    _row(CALLING, {
        GOT_1XX: (PASS, PROCEEDING),
        GOT_2XX: (PASS_FINAL, ACCEPTED),  # Timer M
        GOT_FAILURE: (PASS_ACK, COMPLETED),  # Timer D
        TIMER_A: (RESEND_A, CALLING),
        TIMER_B: (TIMEOUT, TERMINATED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _row(PROCEEDING, {
        GOT_1XX: (PASS, PROCEEDING),
        GOT_2XX: (PASS_FINAL, ACCEPTED),
        GOT_FAILURE: (PASS_ACK, COMPLETED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _row(COMPLETED, {
        GOT_FAILURE: (RESEND, COMPLETED),  # the ACK again
        TIMER_D: (END, TERMINATED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _NEVER,
    _row(ACCEPTED, {
        GOT_2XX: (PASS, ACCEPTED),
        TIMER_M: (END, TERMINATED),
    }),
    _OVER,
)  # fmt: skip

# RFC 3261 §17.1.2.
_CLIENT_OTHER: Final[Table] = (
    _row(TRYING, {
        GOT_1XX: (PASS, PROCEEDING),
        GOT_2XX: (PASS_FINAL, COMPLETED),
        GOT_FAILURE: (PASS_FINAL, COMPLETED),
        TIMER_E: (RESEND_E, TRYING),
        TIMER_F: (TIMEOUT, TERMINATED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _NEVER,
    _row(PROCEEDING, {
        GOT_1XX: (PASS, PROCEEDING),
        GOT_2XX: (PASS_FINAL, COMPLETED),
        GOT_FAILURE: (PASS_FINAL, COMPLETED),
        TIMER_E: (RESEND_T2, PROCEEDING),
        TIMER_F: (TIMEOUT, TERMINATED),
        TRANSPORT_ERROR: (ERROR, TERMINATED),
    }),
    _row(COMPLETED, {TIMER_K: (END, TERMINATED)}),
    _NEVER,
    _NEVER,
    _OVER,
)  # fmt: skip

TABLES: Final[tuple[Table, ...]] = (_SERVER_INVITE, _SERVER_OTHER, _CLIENT_INVITE, _CLIENT_OTHER)
FIRST_STATE: Final = (PROCEEDING, TRYING, CALLING, TRYING)
