"""What is remembered of names, how long, and the order in which places are tried."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.net.dns_cache import (
    FAILED,
    FAILURE_S,
    FOUND,
    NEGATIVE_S,
    NOT_FOUND,
    RECHECK_S,
    STALE_S,
    DnsCache,
    Found,
    Place,
    in_order,
)

KEY = ("gw.example", "udp")
HERE = Found(FOUND, (Place(0, 0, 0, ("192.0.2.1",)),), 60.0)
THERE = Found(FOUND, (Place(0, 0, 0, ("192.0.2.2",)),), 60.0)
NOWHERE = Found(FAILED)


def test_an_answer_stands_for_its_ttl() -> None:
    cache = DnsCache(10)
    assert cache.fresh(KEY, 0.0) is None
    assert cache.take(KEY, HERE, 0.0) is HERE
    assert cache.fresh(KEY, 59.9) is HERE
    assert cache.fresh(KEY, 60.0) is None


def test_ttls_are_bounded_both_ways() -> None:
    cache = DnsCache(10)
    cache.take(KEY, HERE._replace(ttl_s=0), 0.0)
    assert cache.fresh(KEY, 0.9) is not None
    assert cache.fresh(KEY, 1.0) is None
    cache.take(KEY, HERE._replace(ttl_s=2**31), 0.0)
    assert cache.fresh(KEY, 86_400.0) is None
    cache.take(KEY, Found(NOT_FOUND, (), 3600.0), 0.0)
    assert cache.fresh(KEY, NEGATIVE_S - 1) is not None
    assert cache.fresh(KEY, NEGATIVE_S) is None


def test_an_old_answer_serves_while_the_servers_fail() -> None:
    cache = DnsCache(10)
    cache.take(KEY, HERE, 0.0)
    assert cache.take(KEY, NOWHERE, 100.0) == HERE
    assert cache.fresh(KEY, 100.0 + RECHECK_S - 1) == HERE
    assert cache.fresh(KEY, 100.0 + RECHECK_S) is None
    assert cache.take(KEY, NOWHERE, 60.0 + STALE_S) == NOWHERE
    assert cache.fresh(KEY, 60.0 + STALE_S + FAILURE_S) is None


def test_a_name_that_is_gone_is_gone_at_once() -> None:
    cache = DnsCache(10)
    cache.take(KEY, HERE, 0.0)
    assert cache.take(KEY, Found(NOT_FOUND, (), 5.0), 61.0).places == ()
    assert cache.take(KEY, NOWHERE, 67.0).places == ()
    assert cache.take(KEY, THERE, 80.0) == THERE


def test_the_one_not_used_for_longest_makes_room() -> None:
    cache = DnsCache(2)
    for host in ("a", "b"):
        cache.take((host, ""), HERE, 0.0)
    cache.fresh(("a", ""), 1.0)
    cache.take(("c", ""), HERE, 2.0)
    assert [key[0] for key, _ in cache.entries()] == ["a", "c"]
    cache.bound(1)
    assert len(cache) == 1


def test_forgetting() -> None:
    cache = DnsCache(9)
    for key in (("a", "udp"), ("a", ""), ("b", "")):
        cache.take(key, HERE, 0.0)
    assert cache.forget("a") == 2
    assert cache.forget("a") == 0
    assert cache.forget("") == 1


def test_priorities_come_in_order_and_ports_from_where_they_are_said() -> None:
    places = (Place(20, 0, 5070, ("192.0.2.3",)), Place(10, 0, 5080, ("192.0.2.1", "2001:db8::1")))
    assert in_order(places, 0, Random(1)) == [("192.0.2.1", 5080), ("2001:db8::1", 5080), ("192.0.2.3", 5070)]
    assert in_order(HERE.places, 0, Random(1)) == [("192.0.2.1", 5060)]
    assert in_order(HERE.places, 5070, Random(1)) == [("192.0.2.1", 5070)]
    assert in_order((), 0, Random(1)) == []


def test_weights_share_the_first_place() -> None:
    """RFC 2782: 60, 30, 10 parts, and the smallest chance for weight 0."""
    random = Random(1)
    places = tuple(Place(0, weight, 5060, (f"192.0.2.{weight}",)) for weight in (60, 30, 10, 0))
    first = Counter(in_order(places, 0, random)[0][0] for _ in range(10_000))
    assert 5800 < first["192.0.2.60"] < 6200
    assert 2800 < first["192.0.2.30"] < 3200
    assert 850 < first["192.0.2.10"] < 1150
    assert 0 < first["192.0.2.0"] < 200


ADDRESS = st.tuples(st.ip_addresses().map(str))
PLACES = st.lists(
    st.builds(Place, st.integers(0, 3), st.integers(0, 65535), st.integers(1, 65535), ADDRESS),
    max_size=16,
).map(tuple)  # fmt: skip


@given(PLACES, st.integers(0, 99))
def test_every_place_comes_once_and_no_priority_too_soon(places: tuple[Place, ...], seed: int) -> None:
    ordered = in_order(places, 0, Random(seed))
    assert set(ordered) == {(place.addresses[0], place.port) for place in places}
    assert len(set(ordered)) == len(ordered)
    first: dict[int, int] = {}
    for place in places:
        at = ordered.index((place.addresses[0], place.port))
        first[at] = min(place.priority, first.get(at, 9))
    assert [first[at] for at in sorted(first)] == sorted(first.values())
