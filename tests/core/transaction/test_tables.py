"""Every state and event of the four machines, with the line of the RFC that decides it.

A cell that is not listed is one that nothing may come of: IGNORE in a state that
exists, FAULT in one that does not.
"""

from __future__ import annotations

import pytest

from core.transaction import tables
from core.transaction.tables import (
    ACCEPTED,
    ACTION_NAMES,
    CALLING,
    CLIENT_INVITE,
    CLIENT_OTHER,
    COMPLETED,
    CONFIRMED,
    FIRST_STATE,
    PROCEEDING,
    SERVER_INVITE,
    SERVER_OTHER,
    STATE_NAMES,
    TABLES,
    TERMINATED,
    TRYING,
)

EVENTS = 11
SERVER_EVENTS = (
    "REQUEST", "ACK", "SEND_1XX", "SEND_2XX", "SEND_FAILURE", "TIMER_G", "TIMER_H", "TIMER_I", "TIMER_J", "TIMER_L",
    "TRANSPORT_ERROR",
)  # fmt: skip
CLIENT_EVENTS = (
    "GOT_1XX", "GOT_2XX", "GOT_FAILURE", "TIMER_A", "TIMER_B", "TIMER_D", "TIMER_E", "TIMER_F", "TIMER_K", "TIMER_M",
    "TRANSPORT_ERROR",
)  # fmt: skip

Row = tuple[int, str, str, int]
"""State, event, action, next state."""

SERVER_INVITE_CELLS: dict[Row, str] = {
    (PROCEEDING, "REQUEST", "resend", PROCEEDING): "3261 §17.2.1: the most recent provisional response is sent again",
    (PROCEEDING, "SEND_1XX", "send", PROCEEDING): "3261 §17.2.1: passed to the transport layer",
    (PROCEEDING, "SEND_2XX", "send-final", ACCEPTED): "6026 §7.1: 2xx, transition to Accepted",
    (PROCEEDING, "SEND_FAILURE", "send-final", COMPLETED): "3261 §17.2.1: 300 to 699, transition to Completed",
    (COMPLETED, "REQUEST", "resend", COMPLETED): "3261 §17.2.1: a retransmitted request, the response again",
    (COMPLETED, "ACK", "confirm", CONFIRMED): "3261 §17.2.1: an ACK, transition to Confirmed",
    (COMPLETED, "TIMER_G", "resend-g", COMPLETED): "3261 §17.2.1: if G fires, the response once more",
    (COMPLETED, "TIMER_H", "end", TERMINATED): "6026 §7.1, figure 5: H fires, nobody is told",
    (CONFIRMED, "TIMER_I", "end", TERMINATED): "3261 §17.2.1: once I fires, Terminated",
    (ACCEPTED, "ACK", "pass", ACCEPTED): "6026 §7.1: an ACK goes to the user",
    (ACCEPTED, "SEND_2XX", "send", ACCEPTED): "6026 §7.1: further 2xx of the user are sent",
    (ACCEPTED, "TIMER_L", "end", TERMINATED): "6026 §7.1: L fires, Terminated",
}
SERVER_OTHER_CELLS: dict[Row, str] = {
    (TRYING, "SEND_1XX", "send", PROCEEDING): "3261 §17.2.2: a provisional response, to Proceeding",
    (TRYING, "SEND_2XX", "send-final", COMPLETED): "3261 §17.2.2: a final response, to Completed",
    (TRYING, "SEND_FAILURE", "send-final", COMPLETED): "3261 §17.2.2: a final response, to Completed",
    (TRYING, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.2.4: informs the user, Terminated",
    (PROCEEDING, "REQUEST", "resend", PROCEEDING): "3261 §17.2.2: the most recent provisional response again",
    (PROCEEDING, "SEND_1XX", "send", PROCEEDING): "3261 §17.2.2: passed to the transport layer",
    (PROCEEDING, "SEND_2XX", "send-final", COMPLETED): "3261 §17.2.2: a final response, to Completed",
    (PROCEEDING, "SEND_FAILURE", "send-final", COMPLETED): "3261 §17.2.2: a final response, to Completed",
    (PROCEEDING, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.2.4: informs the user, Terminated",
    (COMPLETED, "REQUEST", "resend", COMPLETED): "3261 §17.2.2: the final response again",
    (COMPLETED, "TIMER_J", "end", TERMINATED): "3261 §17.2.2: J fires, Terminated",
    (COMPLETED, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.2.4: informs the user, Terminated",
}
CLIENT_INVITE_CELLS: dict[Row, str] = {
    (CALLING, "GOT_1XX", "pass", PROCEEDING): "3261 §17.1.1.2: a provisional response, to Proceeding",
    (CALLING, "GOT_2XX", "pass-final", ACCEPTED): "6026 §7.2: 2xx, to Accepted",
    (CALLING, "GOT_FAILURE", "pass-ack", COMPLETED): "3261 §17.1.1.2: 300 to 699, passed up and acknowledged",
    (CALLING, "TIMER_A", "resend-a", CALLING): "3261 §17.1.1.2: A fires, the request again, A doubled",
    (CALLING, "TIMER_B", "timeout", TERMINATED): "3261 §17.1.1.2: B fires in Calling, the user hears of a timeout",
    (CALLING, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.1.4: informs the user, Terminated",
    (PROCEEDING, "GOT_1XX", "pass", PROCEEDING): "3261 §17.1.1.2: further provisional responses are passed up",
    (PROCEEDING, "GOT_2XX", "pass-final", ACCEPTED): "6026 §7.2: 2xx, to Accepted",
    (PROCEEDING, "GOT_FAILURE", "pass-ack", COMPLETED): "3261 §17.1.1.2: 300 to 699, passed up and acknowledged",
    (PROCEEDING, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.1.4: informs the user, Terminated",
    (COMPLETED, "GOT_FAILURE", "resend", COMPLETED): "3261 §17.1.1.2: the ACK again, the response not passed up",
    (COMPLETED, "TIMER_D", "end", TERMINATED): "3261 §17.1.1.2: D fires, Terminated",
    (COMPLETED, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.1.1.2, figure 5: informs the user",
    (ACCEPTED, "GOT_2XX", "pass", ACCEPTED): "6026 §7.2: every 2xx is passed up",
    (ACCEPTED, "TIMER_M", "end", TERMINATED): "6026 §7.2: M fires, Terminated",
}
CLIENT_OTHER_CELLS: dict[Row, str] = {
    (TRYING, "GOT_1XX", "pass", PROCEEDING): "3261 §17.1.2.2: a provisional response, to Proceeding",
    (TRYING, "GOT_2XX", "pass-final", COMPLETED): "3261 §17.1.2.2: a final response, to Completed",
    (TRYING, "GOT_FAILURE", "pass-final", COMPLETED): "3261 §17.1.2.2: a final response, to Completed",
    (TRYING, "TIMER_E", "resend-e", TRYING): "3261 §17.1.2.2: E fires in Trying, reset to min(2*E, T2)",
    (TRYING, "TIMER_F", "timeout", TERMINATED): "3261 §17.1.2.2: F fires, the user hears of a timeout",
    (TRYING, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.1.4: informs the user, Terminated",
    (PROCEEDING, "GOT_1XX", "pass", PROCEEDING): "3261 §17.1.2.2, figure 6: passed up",
    (PROCEEDING, "GOT_2XX", "pass-final", COMPLETED): "3261 §17.1.2.2: a final response, to Completed",
    (PROCEEDING, "GOT_FAILURE", "pass-final", COMPLETED): "3261 §17.1.2.2: a final response, to Completed",
    (PROCEEDING, "TIMER_E", "resend-t2", PROCEEDING): "3261 §17.1.2.2: E fires in Proceeding, reset to T2",
    (PROCEEDING, "TIMER_F", "timeout", TERMINATED): "3261 §17.1.2.2: F fires, the user hears of a timeout",
    (PROCEEDING, "TRANSPORT_ERROR", "error", TERMINATED): "3261 §17.1.4: informs the user, Terminated",
    (COMPLETED, "TIMER_K", "end", TERMINATED): "3261 §17.1.2.2: K fires, Terminated",
}
MACHINES = (
    (SERVER_INVITE, SERVER_EVENTS, SERVER_INVITE_CELLS, (PROCEEDING, COMPLETED, CONFIRMED, ACCEPTED)),
    (SERVER_OTHER, SERVER_EVENTS, SERVER_OTHER_CELLS, (TRYING, PROCEEDING, COMPLETED)),
    (CLIENT_INVITE, CLIENT_EVENTS, CLIENT_INVITE_CELLS, (CALLING, PROCEEDING, COMPLETED, ACCEPTED)),
    (CLIENT_OTHER, CLIENT_EVENTS, CLIENT_OTHER_CELLS, (TRYING, PROCEEDING, COMPLETED)),
)


def expected(machine: int, state: int, event: str) -> tuple[str, int]:
    _, _, cells, states = MACHINES[machine]
    for listed_state, listed_event, action, after in cells:
        if (listed_state, listed_event) == (state, event):
            return action, after
    if state in states:
        return "ignore", state  # absorbed, or a timer nobody stopped
    return ("ignore" if state == TERMINATED else "fault"), TERMINATED


@pytest.mark.parametrize("state", range(len(STATE_NAMES)), ids=STATE_NAMES)
@pytest.mark.parametrize("machine", range(4), ids=["server-invite", "server-other", "client-invite", "client-other"])
def test_every_cell(machine: int, state: int) -> None:
    _, events, _, _ = MACHINES[machine]
    row = TABLES[machine][state]
    assert len(row) == EVENTS
    for name in events:
        action, after = row[getattr(tables, name)]
        assert (ACTION_NAMES[action], after) == expected(machine, state, name), name


def test_every_listed_cell_names_its_rfc() -> None:
    lines = [line for _, _, cells, _ in MACHINES for line in cells.values()]
    assert len(lines) == 52
    assert all(line.startswith(("3261 §17", "6026 §7")) for line in lines)


def test_event_numbers_are_distinct_within_a_role() -> None:
    assert sorted(getattr(tables, name) for name in SERVER_EVENTS) == list(range(EVENTS))
    assert sorted(getattr(tables, name) for name in CLIENT_EVENTS) == list(range(EVENTS))


def test_first_states() -> None:
    assert FIRST_STATE == (PROCEEDING, TRYING, CALLING, TRYING)
