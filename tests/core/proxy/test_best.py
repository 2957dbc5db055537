"""Which failure goes back (RFC 3261 §16.7 steps 6 and 7)."""

from __future__ import annotations

from itertools import pairwise

from support.engine import flow, octets
from support.messages import request, response

from core.proxy.best import merge_challenges, rank
from core.wire.header import PROXY_AUTHENTICATE, WWW_AUTHENTICATE
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

FROM_BEST_TO_WORST = (
    (603, 600),
    (302, 300),
    (401, 407, 484, 420, 415),
    (486, 404, 480, 482),
    (408,),
    (500, 504),
    (503,),
)


def test_the_order_of_failures() -> None:
    for group in FROM_BEST_TO_WORST:
        assert len({rank(status) for status in group}) == 1
    for better, worse in pairwise(FROM_BEST_TO_WORST):
        assert rank(better[0]) < rank(worse[0])


def challenge(status: int, *headers: str) -> Message:
    sent = parse_message(octets(request("INVITE", "sip:b@c", flow("192.0.2.1"))), Limits())
    return parse_message(octets(response(sent, status, extra=headers)), Limits())


def test_all_challenges_go_back_once_each() -> None:
    one = challenge(407, "Proxy-Authenticate: Digest realm=a", "Proxy-Authenticate: Digest realm=b")
    two = challenge(401, "WWW-Authenticate: Digest realm=c", "X-Other: x")
    three = challenge(486, "WWW-Authenticate: Digest realm=d")
    merge_challenges(one, [one, two, three])
    again = parse_message(one.render(), Limits())
    assert again.all(PROXY_AUTHENTICATE) == ["Digest realm=a", "Digest realm=b"]
    assert again.all(WWW_AUTHENTICATE) == ["Digest realm=c"]
    assert b"X-Other" not in one.render()
