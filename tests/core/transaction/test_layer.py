"""Matching (RFC 3261 §17.1.3, §17.2.3) and every timer's length, over both kinds of transport."""

from __future__ import annotations

import pytest
from support.engine import flow, octets
from support.messages import request, response

from core.effect import SEND, TCP, Flow
from core.northbound.counters import (
    ACK_RECEIVED,
    RESPONSES_RESENT,
    RETRANSMISSIONS_SENT,
    TIMEOUTS,
    TRANSACTIONS_OPENED,
)
from core.northbound.settings import SipSettings
from core.transaction import tables
from core.transaction.layer import TransactionLayer, cancel_request, client_key, failure_ack
from core.transaction.tables import ACCEPTED, CALLING, COMPLETED, CONFIRMED, PROCEEDING, TERMINATED, TRYING
from core.transaction.transaction import Transaction
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

UDP_PEER = flow("192.0.2.1")
TCP_PEER = flow("192.0.2.1", 5060, TCP)


def message(text: str) -> Message:
    return parse_message(octets(text), Limits())


class Bench:
    """A layer, its effects and time."""

    def __init__(self, settings: SipSettings | None = None) -> None:
        self.out: list[tuple[object, ...]] = []
        self.slots = memoryview(bytearray(8 * 256)).cast("q")
        self.layer = TransactionLayer(settings or SipSettings(), self.slots, self.out)
        self.now = 100.0

    def client(self, method: str, peer: Flow = UDP_PEER) -> Transaction:
        sent = message(request(method, "sip:bob@192.0.2.2", peer, branch="z9hG4bKours"))
        octets_ = sent.render()
        kept = sent if method == "INVITE" else None
        return self.layer.open_client(method, "z9hG4bKours", "call-1", octets_, kept, peer, None, self.now)

    def server(self, method: str, peer: Flow = UDP_PEER, **more: object) -> Transaction:
        received = message(request(method, "sip:bob@192.0.2.2", peer, **more))  # type: ignore[arg-type]
        return self.layer.open_server(received, received.via(), peer, self.now)

    def got(self, client: Transaction, status: int) -> None:
        sent = message(request(client.method, "sip:bob@192.0.2.2", client.flow, branch="z9hG4bKours"))
        self.layer.receive_response(client, message(response(sent, status)), self.now)

    def sends(self, until: float) -> list[float]:
        """Let time pass up to `until` seconds after 100; return when something was sent, to the tenth."""
        at: list[float] = []
        while self.layer.wheel.next_due() <= 100.0 + until:
            self.now = self.layer.wheel.next_due()
            before = len(self.out)
            self.layer.wheel.fire(self.now)
            at += [round(self.now - 100.0, 1)] * (len(self.out) - before)
        self.now = 100.0 + until
        return at


# Timers of the INVITE client: A, B, D, M.


def test_timer_a_doubles_until_timer_b_gives_up() -> None:
    bench = Bench()
    client = bench.client("INVITE")
    assert bench.sends(31.8) == pytest.approx([0.5, 1.5, 3.5, 7.5, 15.5, 31.5], abs=0.11)
    assert client.state == CALLING
    bench.sends(32.2)
    assert client.state == TERMINATED
    assert bench.layer.clients == {}
    assert bench.slots[TIMEOUTS] == 1


def test_no_timer_a_over_a_stream() -> None:
    bench = Bench()
    client = bench.client("INVITE", TCP_PEER)
    assert bench.sends(31.9) == []
    bench.sends(32.2)
    assert client.state == TERMINATED


def test_a_provisional_response_ends_retransmission_and_timer_b() -> None:
    bench = Bench()
    client = bench.client("INVITE")
    bench.got(client, 100)
    assert bench.sends(170) == []
    assert client.state == PROCEEDING


def test_timer_d_keeps_a_failed_invite_for_32_seconds_to_acknowledge_again() -> None:
    bench = Bench()
    client = bench.client("INVITE")
    bench.got(client, 486)
    ack = bench.out[-1]
    assert ack[2].startswith(b"ACK sip:bob@192.0.2.2 SIP/2.0\r\n")  # type: ignore[attr-defined]
    bench.sends(31.9)
    bench.got(client, 486)
    assert bench.out[-1][2] == ack[2]
    assert client.state == COMPLETED
    bench.sends(32.2)
    assert bench.layer.clients == {}


def test_timer_d_is_zero_over_a_stream() -> None:
    bench = Bench()
    bench.got(bench.client("INVITE", TCP_PEER), 486)
    assert bench.layer.clients == {}


@pytest.mark.parametrize("peer", [UDP_PEER, TCP_PEER])
def test_timer_m_keeps_an_accepted_invite_for_64_t1_on_every_transport(peer: Flow) -> None:
    bench = Bench()
    client = bench.client("INVITE", peer)
    bench.got(client, 200)
    assert client.last == b""
    bench.sends(31.9)
    assert client.state == ACCEPTED
    bench.sends(32.2)
    assert bench.layer.clients == {}


# Timers of the other client: E, F, K.


def test_timer_e_doubles_to_t2_until_timer_f_gives_up() -> None:
    bench = Bench()
    client = bench.client("BYE")
    assert bench.sends(31.8) == pytest.approx([0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], abs=0.11)
    bench.sends(32.2)
    assert client.state == TERMINATED
    assert bench.slots[TIMEOUTS] == 1
    assert bench.slots[RETRANSMISSIONS_SENT] == 10


def test_timer_e_is_t2_once_a_provisional_response_has_come() -> None:
    bench = Bench()
    client = bench.client("BYE")
    bench.got(client, 100)
    assert bench.sends(20) == pytest.approx([0.5, 4.5, 8.5, 12.5, 16.5], abs=0.11)
    bench.sends(32.2)
    assert client.state == TERMINATED


def test_no_timer_e_over_a_stream() -> None:
    bench = Bench()
    client = bench.client("BYE", TCP_PEER)
    assert bench.sends(31.9) == []
    bench.sends(32.2)
    assert client.state == TERMINATED


def test_timer_k_is_t4() -> None:
    bench = Bench()
    client = bench.client("BYE")
    bench.got(client, 200)
    bench.sends(4.9)
    assert client.state == COMPLETED
    bench.sends(5.2)
    assert bench.layer.clients == {}


def test_timer_k_is_zero_over_a_stream() -> None:
    bench = Bench()
    bench.got(bench.client("BYE", TCP_PEER), 200)
    assert bench.layer.clients == {}


# Timers of the INVITE server: G, H, I, L.


def test_timer_g_sends_a_failure_again_up_to_t2_until_timer_h() -> None:
    bench = Bench()
    server = bench.server("INVITE")
    bench.layer.respond(server, 486, b"486", bench.now)
    assert bench.sends(31.8) == pytest.approx([0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], abs=0.11)
    bench.sends(32.2)
    assert server.state == TERMINATED
    assert bench.layer.servers == {}
    assert bench.slots[TIMEOUTS] == 0


def test_no_timer_g_over_a_stream_but_timer_h() -> None:
    bench = Bench()
    server = bench.server("INVITE", TCP_PEER)
    bench.layer.respond(server, 486, b"486", bench.now)
    assert bench.sends(31.9) == []
    assert server.state == COMPLETED
    bench.sends(32.2)
    assert bench.layer.servers == {}


def test_timer_i_absorbs_acks_for_t4() -> None:
    bench = Bench()
    server = bench.server("INVITE")
    bench.layer.respond(server, 486, b"486", bench.now)
    ack = message(request("ACK", "sip:bob@192.0.2.2", UDP_PEER))
    assert bench.layer.find_server(ack, ack.via()) is server
    assert not bench.layer.receive_request(server, ack, bench.now)
    assert server.state == CONFIRMED
    assert bench.sends(4.9) == []
    bench.layer.receive_request(server, ack, bench.now)
    assert server.state == CONFIRMED
    bench.sends(5.2)
    assert bench.layer.servers == {}


def test_timer_i_is_zero_over_a_stream() -> None:
    bench = Bench()
    server = bench.server("INVITE", TCP_PEER)
    bench.layer.respond(server, 486, b"486", bench.now)
    bench.layer.receive_request(server, message(request("ACK", "sip:bob@192.0.2.2", TCP_PEER)), bench.now)
    assert bench.layer.servers == {}


@pytest.mark.parametrize("peer", [UDP_PEER, TCP_PEER])
def test_timer_l_absorbs_invites_and_passes_acks_for_64_t1(peer: Flow) -> None:
    bench = Bench()
    server = bench.server("INVITE", peer)
    bench.layer.respond(server, 200, b"200", bench.now)
    bench.out.clear()
    bench.layer.receive_request(server, message(request("INVITE", "sip:bob@192.0.2.2", peer)), bench.now)
    assert bench.out == []
    assert bench.layer.receive_request(server, message(request("ACK", "sip:bob@192.0.2.2", peer)), bench.now)
    bench.layer.respond(server, 200, b"another 200", bench.now)
    assert [effect[2] for effect in bench.out] == [b"another 200"]
    assert server.last == b""
    bench.sends(31.9)
    assert server.state == ACCEPTED
    bench.sends(32.2)
    assert bench.layer.servers == {}


def test_a_failure_after_the_2xx_is_not_sent() -> None:
    bench = Bench()
    server = bench.server("INVITE")
    bench.layer.respond(server, 200, b"200", bench.now)
    bench.layer.respond(server, 486, b"486", bench.now)
    bench.layer.respond(server, 180, b"180", bench.now)
    assert [effect[2] for effect in bench.out] == [b"200"]


# Timers of the other server: J.


def test_timer_j_answers_retransmissions_for_64_t1() -> None:
    bench = Bench()
    server = bench.server("BYE")
    again = message(request("BYE", "sip:bob@192.0.2.2", UDP_PEER))
    bench.layer.receive_request(server, again, bench.now)
    assert server.state == TRYING
    assert bench.out == []  # §17.2.2: discarded in Trying
    bench.layer.respond(server, 200, b"200", bench.now)
    bench.sends(31.9)
    bench.layer.receive_request(server, again, bench.now)
    assert [effect[2] for effect in bench.out] == [b"200", b"200"]
    bench.sends(32.2)
    assert bench.layer.servers == {}


def test_timer_j_is_zero_over_a_stream() -> None:
    bench = Bench()
    bench.layer.respond(bench.server("BYE", TCP_PEER), 200, b"200", bench.now)
    assert bench.layer.servers == {}


def test_proceeding_repeats_the_last_provisional_response() -> None:
    bench = Bench()
    server = bench.server("INVITE")
    for status in (100, 180, 183):
        bench.layer.respond(server, status, b"%d" % status, bench.now)
    bench.layer.receive_request(server, message(request("INVITE", "sip:bob@192.0.2.2", UDP_PEER)), bench.now)
    assert [effect[2] for effect in bench.out] == [b"100", b"180", b"183", b"183"]


def test_responses_sent_again_are_told_from_requests() -> None:
    bench = Bench()
    bench.client("INVITE")
    server = bench.server("INVITE")
    bench.layer.respond(server, 180, b"180", bench.now)
    bench.layer.receive_request(server, message(request("INVITE", "sip:bob@192.0.2.2", UDP_PEER)), bench.now)
    assert bench.slots[RESPONSES_RESENT] == 1
    bench.layer.respond(server, 486, b"486", bench.now)
    assert bench.sends(0.7) == pytest.approx([0.5, 0.5], abs=0.11)
    assert (bench.slots[RETRANSMISSIONS_SENT], bench.slots[RESPONSES_RESENT]) == (3, 2)


def test_the_ack_of_a_refusal_is_counted_as_any_other() -> None:
    bench = Bench()
    server = bench.server("INVITE")
    bench.layer.respond(server, 486, b"486", bench.now)
    ack = message(request("ACK", "sip:bob@192.0.2.2", UDP_PEER))
    bench.layer.receive_request(server, ack, bench.now)
    assert bench.slots[ACK_RECEIVED] == 1


@pytest.mark.parametrize("peer", [UDP_PEER, TCP_PEER])
@pytest.mark.parametrize("method", ["INVITE", "BYE"])
@pytest.mark.parametrize("status", [200, 486, 0])
def test_a_transaction_waits_until_its_final_response(method: str, peer: Flow, status: int) -> None:
    bench = Bench()
    client, server = bench.client(method, peer), bench.server(method, peer)
    assert (bench.layer.pending, bench.slots[TRANSACTIONS_OPENED]) == (2, 2)
    bench.got(client, 100)
    bench.layer.respond(server, 100, b"100", bench.now)
    assert bench.layer.pending == 2
    if status:
        bench.got(client, status)
        assert bench.layer.pending == 1
        bench.layer.respond(server, status, b"final", bench.now)
    else:
        bench.layer.abandon(client)
        bench.layer.abandon(server)
    assert bench.layer.pending == 0
    bench.sends(100)
    assert (bench.layer.pending, bench.layer.count(), bench.slots[TRANSACTIONS_OPENED]) == (0, 0, 2)


@pytest.mark.parametrize("method", ["INVITE", "BYE"])
def test_nobody_waits_for_what_was_never_answered(method: str) -> None:
    bench = Bench()
    bench.client(method)
    bench.sends(31)
    assert bench.layer.pending == 1
    bench.sends(33)
    assert bench.layer.pending == 0
    failed = bench.client(method)
    bench.layer.send_failed(failed.key, bench.now)
    assert bench.layer.pending == 0


def test_timers_follow_the_settings() -> None:
    bench = Bench(SipSettings(timer_t1_ms=200, timer_t2_ms=800, timer_t4_ms=1000))
    client = bench.client("BYE")
    assert bench.sends(3.1) == pytest.approx([0.2, 0.6, 1.4, 2.2, 3.0], abs=0.11)
    bench.sends(13.0)  # 64 * 200 ms
    assert client.state == TERMINATED


@pytest.mark.parametrize(("t1", "t2", "due"), [(500, 4000, 3.5), (500, 500, 0.0), (200, 1000, 1.4), (1000, 4000, 3.0)])
def test_when_a_100_is_due(t1: int, t2: int, due: float) -> None:
    """RFC 4320 §4.1: when Timer E is reset to T2."""
    assert Bench(SipSettings(timer_t1_ms=t1, timer_t2_ms=t2)).layer.trying == pytest.approx(due)


# Matching of requests, §17.2.3.


def found(bench: Bench, text: str) -> Transaction | None:
    received = message(text)
    return bench.layer.find_server(received, received.via())


def test_a_request_matches_by_branch_sent_by_and_method() -> None:
    bench = Bench()
    server = bench.server("BYE", branch="z9hG4bK1")
    uri = "sip:anything@else"
    assert found(bench, request("BYE", uri, UDP_PEER, branch="z9hG4bK1", call_id="x", from_tag="y")) is server
    assert found(bench, request("BYE", uri, UDP_PEER, branch="z9hG4bK2")) is None
    assert found(bench, request("INFO", uri, UDP_PEER, branch="z9hG4bK1")) is None
    assert found(bench, request("BYE", uri, UDP_PEER, branch="z9hG4bK1", sent_by="192.0.2.1:5062")) is None
    assert found(bench, request("BYE", uri, UDP_PEER, branch="z9hG4bK1", sent_by="192.0.2.9:5060")) is None


def test_sent_by_is_compared_without_regard_to_case() -> None:
    bench = Bench()
    server = bench.server("BYE", sent_by="Phone.Example.COM:5060")
    assert found(bench, request("BYE", "sip:b@c", UDP_PEER, sent_by="phone.example.com:5060")) is server


def test_an_ack_matches_its_invite_and_a_cancel_finds_it() -> None:
    bench = Bench()
    server = bench.server("INVITE", branch="z9hG4bK1")
    assert found(bench, request("ACK", "sip:b@c", UDP_PEER, branch="z9hG4bK1")) is server
    cancel = message(request("CANCEL", "sip:b@c", UDP_PEER, branch="z9hG4bK1"))
    assert bench.layer.find_server(cancel, cancel.via()) is None  # its own transaction
    assert bench.layer.find_invite(cancel, cancel.via()) is server


@pytest.mark.parametrize("branch", ["1", "z9hG4bK", "Z9HG4BKx1", "a.b"])
def test_an_rfc_2543_branch_matches_by_the_whole_request(branch: str) -> None:
    bench = Bench()
    same: dict[str, object] = {"branch": branch, "call_id": "c", "cseq": 7, "from_tag": "f"}
    uri = "sip:bob@192.0.2.2"
    server = bench.server("INVITE", **same)  # type: ignore[arg-type]
    assert found(bench, request("INVITE", uri, UDP_PEER, **same)) is server  # type: ignore[arg-type]
    for change in ({"call_id": "d"}, {"cseq": 8}, {"from_tag": "g"}, {"sent_by": "192.0.2.1:9"}, {"branch": "2"}):
        assert found(bench, request("INVITE", uri, UDP_PEER, **{**same, **change})) is None  # type: ignore[arg-type]
    assert found(bench, request("INVITE", "sip:carol@192.0.2.2", UDP_PEER, **same)) is None  # type: ignore[arg-type]


def test_an_rfc_2543_ack_matches_by_the_tag_we_answered_with() -> None:
    bench = Bench()
    server = bench.server("INVITE", branch="1")
    server.tag = "ours"
    uri = "sip:bob@192.0.2.2"
    assert found(bench, request("ACK", uri, UDP_PEER, branch="1", to_tag="ours")) is server
    assert found(bench, request("ACK", uri, UDP_PEER, branch="1", to_tag="other")) is None
    cancel = message(request("CANCEL", uri, UDP_PEER, branch="1"))
    assert bench.layer.find_invite(cancel, cancel.via()) is server


def test_an_rfc_2543_request_in_a_dialog_matches_by_its_to_tag() -> None:
    bench = Bench()
    server = bench.server("BYE", branch="1", to_tag="t")
    uri = "sip:bob@192.0.2.2"
    assert found(bench, request("BYE", uri, UDP_PEER, branch="1", to_tag="t")) is server
    assert found(bench, request("BYE", uri, UDP_PEER, branch="1", to_tag="u")) is None


# Matching of responses, §17.1.3; what the transaction sends itself.


def test_a_response_matches_by_branch_and_cseq_method() -> None:
    bench = Bench()
    invite = bench.client("INVITE")
    cancel = bench.layer.open_client("CANCEL", "z9hG4bKours", "", b"", None, UDP_PEER, None, bench.now)
    assert bench.layer.clients[client_key("z9hG4bKours", "INVITE")] is invite
    assert bench.layer.clients[client_key("z9hG4bKours", "CANCEL")] is cancel
    assert client_key("z9hG4bKours", "BYE") not in bench.layer.clients


INVITE = """
INVITE sip:bob@192.0.2.2 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtheirs
Route: <sip:192.0.2.3;lr>
From: <sip:alice@example.com>;tag=a1
To: <sip:bob@example.com>
Call-ID: call-1
CSeq: 4711 INVITE
Route: <sip:192.0.2.4;lr>
Contact: <sip:alice@192.0.2.1>
Content-Length: 0

"""


def test_the_ack_of_a_failure() -> None:
    """§17.1.1.3: Request-URI, Call-ID, From, Route, the single top Via of the request; To of the response."""
    sent = message(INVITE)
    ack = parse_message(failure_ack(sent, message(response(sent, 486, to_tag="t"))), Limits())
    assert ack.start_line() == "ACK sip:bob@192.0.2.2 SIP/2.0"
    assert ack.lines == [
        "Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours",
        "From: <sip:alice@example.com>;tag=a1",
        "To: <sip:bob@example.com>;tag=t",
        "Call-ID: call-1",
        "Route: <sip:192.0.2.3;lr>",
        "Route: <sip:192.0.2.4;lr>",
        "CSeq: 4711 ACK",
        "Max-Forwards: 70",
        "Content-Length: 0",
    ]


def test_a_cancel() -> None:
    """§9.1: Request-URI, Call-ID, To, the number of CSeq and From are the request's, as are Route and the top Via."""
    cancel = parse_message(cancel_request(message(INVITE)), Limits())
    assert cancel.start_line() == "CANCEL sip:bob@192.0.2.2 SIP/2.0"
    assert cancel.lines[0] == "Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKours"
    assert "To: <sip:bob@example.com>" in cancel.lines
    assert "CSeq: 4711 CANCEL" in cancel.lines
    assert [line for line in cancel.lines if line.startswith("Route")] == [
        "Route: <sip:192.0.2.3;lr>",
        "Route: <sip:192.0.2.4;lr>",
    ]


# The table.


def test_the_table_is_full_at_its_maximum() -> None:
    bench = Bench(SipSettings(max_transactions=2))
    assert not bench.layer.full(2)
    bench.client("BYE")
    assert not bench.layer.full()
    assert bench.layer.full(2)
    bench.server("BYE")
    assert bench.layer.full()
    assert bench.layer.count() == 2


def test_a_send_effect_names_the_client_transaction_to_tell() -> None:
    bench = Bench()
    client = bench.client("BYE")
    assert bench.out == [(SEND, UDP_PEER, client.last, client.key)]
    bench.layer.send_failed(client.key, bench.now)
    assert bench.layer.clients == {}
    bench.layer.send_failed(client.key, bench.now)  # nobody's any more


def test_what_is_over_holds_nothing() -> None:
    bench = Bench()
    client = bench.client("INVITE")
    bench.got(client, 486)
    bench.layer.abandon(client)
    assert (client.user, client.request, client.last, client.state) == (None, None, b"", tables.TERMINATED)
    assert bench.sends(40) == []


def test_reaching_a_fault_cell_is_a_bug_that_shows() -> None:
    bench = Bench()
    client = bench.client("INVITE")
    client.state = CONFIRMED
    with pytest.raises(AssertionError):
        bench.layer.step(client, tables.TIMER_A, bench.now)
