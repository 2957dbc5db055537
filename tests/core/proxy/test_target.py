"""Targets from bindings, and the groups they are tried in (RFC 3261 §16.5, §16.6)."""

from __future__ import annotations

import pytest

from core.effect import TCP, UDP
from core.northbound.settings import Listener, SipSettings
from core.proxy.domain import Domain
from core.proxy.target import Target, group_by_q, target_of
from core.store.records import Binding

LISTENERS = {1: Listener("udp", "192.0.2.10", 5060), 2: Listener("tcp", "192.0.2.10", 5060)}
DOMAIN = Domain(SipSettings(), LISTENERS, b"k" * 32)


def binding(
    contact: str = "sip:bob@10.0.0.1", nat: bool = False, transport: str = "udp", listener: str = ""
) -> Binding:
    name = listener or f"{transport}:192.0.2.10:5060"
    return Binding(contact, 0.7, 0.0, "c", 1, "", 0.0, transport, name, "203.0.113.1", 40000, nat)


def test_a_contact_is_taken_at_its_word() -> None:
    target = target_of(binding(), DOMAIN)
    assert (target.uri, target.q, target.flow) == ("sip:bob@10.0.0.1", 0.7, None)


@pytest.mark.parametrize(("transport", "number", "listener"), [("udp", UDP, 1), ("tcp", TCP, 2)])
@pytest.mark.parametrize("name", ["", "udp:192.0.2.99:5060"])
def test_one_behind_nat_is_reached_by_its_flow(transport: str, number: int, listener: int, name: str) -> None:
    """Also when the listener of then is gone: by another of its transport."""
    flow = target_of(binding(nat=True, transport=transport, listener=name), DOMAIN).flow
    assert flow is not None
    assert (flow.transport, flow.listener, flow.host, flow.port) == (number, listener, "203.0.113.1", 40000)


def test_without_any_listener_of_the_kind_the_contact_must_do() -> None:
    domain = Domain(SipSettings(), {1: LISTENERS[1]}, b"k" * 32)
    assert target_of(binding(nat=True, transport="tcp"), domain).flow is None


@pytest.mark.parametrize(
    ("contact", "uri"),
    [
        ("sip:b@h?Subject=x", "sip:b@h"),
        ("sip:b@h;method=INVITE", "sip:b@h"),
        ("sip:b@h;a=b;method=INVITE;c=d?x=y", "sip:b@h;a=b;c=d"),
        ("sip:b?c@h", "sip:b?c@h"),
        ("sip:b;method=x@h", "sip:b;method=x@h"),
    ],
)
def test_a_contact_without_what_a_request_uri_may_not_have(contact: str, uri: str) -> None:
    assert target_of(binding(contact), DOMAIN).uri == uri


def test_groups_fall_in_q_and_keep_the_order_within() -> None:
    targets = [Target(name, q, None) for name, q in (("a", 0.5), ("b", 1.0), ("c", 0.5), ("d", 0.0), ("e", 1.0))]
    assert [[target.uri for target in group] for group in group_by_q(targets)] == [["b", "e"], ["a", "c"], ["d"]]
    assert group_by_q(targets[:1]) == [targets[:1]]
