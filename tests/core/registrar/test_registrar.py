"""core.registrar.registrar: RFC 3261 §10.3 steps 6 to 8, a case a rule."""

from __future__ import annotations

import pytest

from core.effect import TCP, UDP, Flow
from core.northbound.counters import BINDINGS_REFUSED, CONTACTS_REFUSED
from core.northbound.settings import RegistrarSettings
from core.registrar.registrar import Outcome, register
from core.store.records import Binding
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

NOW = 1_700_000_000.0
FLOW = Flow(UDP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060))
SETTINGS = RegistrarSettings()
A, B = "sip:ann@192.0.2.1", "sip:ann@192.0.2.2"


def message(
    *contacts: str,
    expires: str = "",
    call_id: str = "c",
    cseq: int = 1,
    via: str = "SIP/2.0/UDP 192.0.2.1:5060",
    extra: tuple[str, ...] = (),
) -> Message:
    lines = [
        "REGISTER sip:example.com SIP/2.0",
        f"Via: {via};branch=z9hG4bKa",
        "From: <sip:ann@example.com>;tag=1",
        "To: <sip:ann@example.com>",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} REGISTER",
        *[f"Contact: {contact}" for contact in contacts],
        *([f"Expires: {expires}"] if expires else []),
        *extra,
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


def apply(
    request: Message,
    bindings: list[Binding] | None = None,
    settings: RegistrarSettings = SETTINGS,
    total: int = 0,
    flow: Flow = FLOW,
    now: float = NOW,
    user: str = "ann",
) -> Outcome:
    return register(request, user, "ann@example.com", bindings or [], settings, total, flow, "udp:h:5060", now)


def stored(*contacts: str, now: float = NOW, **more: object) -> list[Binding]:
    """Return what a first REGISTER of these contacts leaves behind."""
    outcome = apply(message(*[f"<{contact}>" for contact in contacts], **more), now=now)  # type: ignore[arg-type]
    assert outcome.bindings is not None
    return outcome.bindings


def contacts(outcome: Outcome) -> list[str]:
    assert {name for name, _ in outcome.headers} <= {"Contact"}
    return [value for _, value in outcome.headers]


def left(outcome: Outcome) -> list[str]:
    """Return the contact URIs stored from now on."""
    assert outcome.bindings is not None
    return [binding.contact for binding in outcome.bindings]


def refused(outcome: Outcome) -> tuple[int, list[tuple[str, str]], int]:
    assert outcome.status >= 400
    assert outcome.bindings is None
    return outcome.status, outcome.headers, outcome.counter


def test_a_new_binding_holds_all_that_is_known_of_it() -> None:
    outcome = apply(message(f"<{A};transport=udp>;q=0.5;expires=120", extra=("User-Agent: ua",)))
    assert (outcome.status, outcome.reason, outcome.counter) == (200, "OK", -1)
    assert contacts(outcome) == [f"<{A};transport=udp>;q=0.5;expires=120"]
    assert outcome.bindings == [
        Binding(
            contact=f"{A};transport=udp",
            q=0.5,
            expires_at=NOW + 120,
            call_id="c",
            cseq=1,
            user_agent="ua",
            registered_at=NOW,
            transport="udp",
            listener="udp:h:5060",
            host="192.0.2.1",
            port=5060,
            nat=False,
        )
    ]


def test_without_contact_the_bindings_are_told_and_unchanged() -> None:
    outcome = apply(message(), stored(A, B), now=NOW + 600)
    assert outcome.status == 200
    assert outcome.bindings is None
    assert contacts(outcome) == [f"<{A}>;expires=3000", f"<{B}>;expires=3000"]
    assert contacts(apply(message())) == []


def test_a_contact_is_added_to_the_others_updated_and_removed() -> None:
    bindings = stored(A)
    added = apply(message(f"<{B}>", cseq=2), bindings)
    assert left(added) == [A, B]
    updated = apply(message(f"<{A}>;expires=60", cseq=3), added.bindings, now=NOW + 10)
    assert contacts(updated) == [f"<{A}>;expires=60", f"<{B}>;expires=3590"]
    removed = apply(message(f"<{A}>;expires=0", cseq=4), updated.bindings, now=NOW + 10)
    assert contacts(removed) == [f"<{B}>;expires=3590"]
    assert left(removed) == [B]


def test_removing_what_is_not_there_is_no_error() -> None:
    assert left(apply(message(f"<{B}>;expires=0"), stored(A, call_id="d"))) == [A]
    assert left(apply(message(f"<{A}>", expires="0"))) == []


@pytest.mark.parametrize(
    ("again", "same"),
    [
        ("<sip:ann@192.0.2.1:5070;ob>", True),
        ("sip:ann@192.0.2.1:5070", True),
        ("<sip:%61nn@192.0.2.1:5070>", True),
        ("<sip:ann@192.0.2.1>", False),
        ("<sip:ANN@192.0.2.1:5070>", False),
        ("<sip:ann@192.0.2.1:5070;transport=tcp>", False),
        ("<sips:ann@192.0.2.1:5070>", False),
    ],
)
def test_contacts_are_compared_as_uris(again: str, same: bool) -> None:
    outcome = apply(message(again, cseq=2), stored("sip:ann@192.0.2.1:5070"))
    assert outcome.bindings is not None
    assert len(outcome.bindings) == (1 if same else 2)


@pytest.mark.parametrize(
    ("parameter", "header", "granted"),
    [
        ("", "", 3600),
        ("", "120", 120),
        (";expires=90", "120", 90),
        (";expires=60", "", 60),
        (";expires=7200", "", 7200),
        (";expires=7201", "", 7200),
        (";expires=4294967295", "", 7200),
        (";expires=" + "9" * 5000, "", 7200),
        # §10.3 step 7: a malformed value is as good as none; §20.19 says the same of the header.
        (";expires=soon", "", 3600),
        (";expires=-1", "", 3600),
        (';expires="60"', "", 60),
        ("", "tomorrow", 3600),
    ],
)
def test_the_interval_granted(parameter: str, header: str, granted: int) -> None:
    assert contacts(apply(message(f"<{A}>{parameter}", expires=header))) == [f"<{A}>;expires={granted}"]


@pytest.mark.parametrize("asked", ["1", "59"])
def test_too_brief_an_interval_is_refused_whole(asked: str) -> None:
    outcome = apply(message(f"<{A}>", f"<{B}>;expires={asked}", cseq=2), stored(A))
    assert refused(outcome) == (423, [("Min-Expires", "60")], -1)


def test_an_interval_of_an_hour_is_never_too_brief() -> None:
    long = RegistrarSettings(expires_minimum_s=7000, expires_default_s=7100)
    assert apply(message(f"<{A}>;expires=3599"), settings=long).status == 423
    assert contacts(apply(message(f"<{A}>;expires=3600"), settings=long)) == [f"<{A}>;expires=3600"]


def test_the_wildcard_removes_everything() -> None:
    outcome = apply(message("*", expires="0", cseq=2), stored(A, B))
    assert (outcome.status, outcome.bindings, outcome.headers) == (200, [], [])


@pytest.mark.parametrize(
    ("values", "expires"),
    [(("*",), ""), (("*",), "60"), (("*", f"<{A}>"), "0"), (("*", "*"), "0"), (("*;expires=0",), "")],
)
def test_the_wildcard_stands_alone_with_expires_0(values: tuple[str, ...], expires: str) -> None:
    assert refused(apply(message(*values, expires=expires, cseq=2), stored(A)))[0] == 400


@pytest.mark.parametrize(("call_id", "cseq", "status"), [("c", 4, 400), ("c", 5, 400), ("c", 6, 200), ("d", 1, 200)])
def test_the_wildcard_must_be_newer_than_what_it_removes(call_id: str, cseq: int, status: int) -> None:
    outcome = apply(message("*", expires="0", call_id=call_id, cseq=cseq), stored(A, cseq=5))
    assert outcome.status == status


@pytest.mark.parametrize(("call_id", "cseq", "status"), [("c", 4, 400), ("c", 6, 200), ("d", 4, 200), ("d", 5, 200)])
@pytest.mark.parametrize("expires", ["0", "600"])
def test_requests_out_of_order_fail_whole(call_id: str, cseq: int, status: int, expires: str) -> None:
    bindings = stored(A, cseq=5)
    outcome = apply(message(f"<{B}>", f"<{A}>;expires={expires}", call_id=call_id, cseq=cseq), bindings)
    assert outcome.status == status
    assert (outcome.bindings is None) is (status != 200)


def test_a_repeated_request_is_a_retransmission_for_32_seconds() -> None:
    bindings = stored(A, cseq=5)
    again = apply(message(f"<{A}>", cseq=5), bindings, now=NOW + 31)
    assert (again.status, again.bindings) == (200, None)
    assert contacts(again) == [f"<{A}>;expires=3569"]
    assert refused(apply(message(f"<{A}>", cseq=5), bindings, now=NOW + 32))[0] == 400


def test_one_request_may_name_a_contact_twice() -> None:
    outcome = apply(message(f"<{A}>;expires=60", f"<{A}>;expires=90"))
    assert contacts(outcome) == [f"<{A}>;expires=90"]
    assert left(apply(message(f"<{A}>", f"<{A}>;expires=0"))) == []
    assert left(apply(message(f"<{A}>;expires=0", f"<{A}>", cseq=2), stored(A))) == [A]


def test_outlived_bindings_are_not_told_and_not_kept() -> None:
    bindings = stored(A)
    later = NOW + 3600
    assert contacts(apply(message(cseq=2), bindings, now=later)) == []
    assert left(apply(message(f"<{B}>", cseq=1), bindings, now=later)) == [B]
    assert contacts(apply(message(f"<{A}>", cseq=1), bindings, now=later)) == [f"<{A}>;expires=3600"]


def test_what_is_left_is_never_told_as_nothing() -> None:
    assert contacts(apply(message(), stored(A), now=NOW + 3599.9)) == [f"<{A}>;expires=1"]


def test_too_many_contacts_are_refused_but_a_refresh_is_not() -> None:
    two = RegistrarSettings(contacts_maximum=2)
    outcome = apply(message(f"<{A}>", f"<{B}>", "<sip:ann@192.0.2.3>"), settings=two)
    assert refused(outcome) == (403, [], CONTACTS_REFUSED)
    bindings = stored(A, B)
    outcome = apply(message("<sip:ann@192.0.2.3>", cseq=2), bindings, two)
    assert refused(outcome) == (403, [], CONTACTS_REFUSED)
    assert left(apply(message("<sip:ann@192.0.2.3>", f"<{A}>;expires=0", cseq=2), bindings, two)) == [
        B,
        "sip:ann@192.0.2.3",
    ]
    one = RegistrarSettings(contacts_maximum=1)
    assert left(apply(message(f"<{A}>", cseq=2), bindings, one)) == [A, B], "the bound was lowered since"
    assert left(apply(message(f"<{A}>;expires=0", cseq=2), bindings, one)) == [B]


def test_a_request_is_not_compared_without_end() -> None:
    outcome = apply(message(*[f"<sip:ann@192.0.2.1:{port}>;expires=0" for port in range(1000, 1011)]))
    assert refused(outcome) == (403, [], CONTACTS_REFUSED)


def test_a_full_location_service_refuses_growth_only() -> None:
    full = RegistrarSettings(bindings_maximum=5)
    outcome = apply(message(f"<{B}>", cseq=2), stored(A), full, total=5)
    assert refused(outcome) == (503, [("Retry-After", "60")], BINDINGS_REFUSED)
    assert apply(message(f"<{B}>", cseq=2), stored(A), full, total=4).status == 200
    assert apply(message(f"<{A}>", cseq=2), stored(A), full, total=5).status == 200
    assert left(apply(message(f"<{B}>", f"<{A}>;expires=0", cseq=2), stored(A), full, total=5)) == [B]
    assert apply(message("*", expires="0", cseq=2), stored(A), full, total=9).status == 200


@pytest.mark.parametrize(
    "contact", ["<sip:ann@>", "<sip:ann@192.0.2.1", f"<{A}>;q=2", f"<{A}>;q=high", "ann", "<>", f"<{A}>;expires=0;q=x"]
)
def test_a_contact_that_cannot_be_read_fails_whole(contact: str) -> None:
    assert refused(apply(message(f"<{B}>", contact, cseq=2), stored(A)))[0] == 400


def test_other_schemes_are_stored_as_they_came() -> None:
    outcome = apply(message("<tel:+49301234>;expires=60", "<mailto:ann@example.com>"))
    assert left(outcome) == ["tel:+49301234", "mailto:ann@example.com"]


def test_a_user_part_too_long_for_the_store_is_not_known() -> None:
    assert refused(apply(message(f"<{A}>"), user="x" * 256))[0] == 404
    assert apply(message(), user="x" * 256).status == 200


@pytest.mark.parametrize(
    ("via", "flow", "nat"),
    [
        ("SIP/2.0/UDP 192.0.2.1:5060;rport", FLOW, False),
        ("SIP/2.0/UDP 192.0.2.1;rport", FLOW, False),
        ("SIP/2.0/UDP 192.0.2.1:5070;rport", FLOW, True),
        ("SIP/2.0/UDP 10.0.0.1:5060;rport", FLOW, True),
        ("SIP/2.0/UDP 10.0.0.1:5060", FLOW, False),
        ("SIP/2.0/UDP phone.example.com;rport", FLOW, True),
        ("SIP/2.0/UDP [2001:DB8::0:1];rport", Flow(UDP, 0, "2001:db8::1", 5060, ("2001:db8::1", 5060, 0, 0)), False),
        ("SIP/2.0/TCP 192.0.2.1:5060", Flow(TCP, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060)), True),
    ],
)
def test_where_requests_go_back(via: str, flow: Flow, nat: bool) -> None:
    outcome = apply(message(f"<{A}>", via=via), flow=flow)
    assert outcome.bindings is not None
    binding = outcome.bindings[0]
    assert (binding.nat, binding.host, binding.port) == (nat, flow.host, flow.port)
    assert binding.transport == ("tcp" if flow.transport == TCP else "udp")


def test_a_long_user_agent_is_cut() -> None:
    outcome = apply(message(f"<{A}>", extra=("User-Agent: " + "x" * 1000,)))
    assert outcome.bindings is not None
    assert outcome.bindings[0].user_agent == "x" * 128
