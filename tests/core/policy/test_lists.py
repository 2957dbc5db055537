"""Which entry decides."""

from __future__ import annotations

import tempfile
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.opened import OPENED

from core.policy.lists import KINDS, Lists, normal, normal_user
from core.routing.number import number_of
from core.store.lists import BLACK, WHITE, ListStore
from core.store.records import ListEntry
from core.wire.uri import known_uri


@pytest.fixture
def store(tmp_path: Path) -> ListStore:
    made = ListStore(tmp_path / "lists")
    OPENED.append(made.close)
    return made


def put(store: ListStore, *words: str, until: float = 0.0) -> None:
    """Enter `COLOUR KIND VALUE` each."""
    for each in words:
        colour, kind, value = each.split(" ", 2)
        store.put_many(colour, [ListEntry(kind, normal(kind, value), 1.0, until)])


def decided(store: ListStore, kind: str, text: str, wall: float = 1.0) -> str:
    verdict = Lists(store).verdict(kind, text, wall)
    value = "" if verdict.entry is None else verdict.entry.value
    return f"{verdict.colour} {value}".strip()


NUMBERS = [
    ("4930123", "black 4930123"),
    ("49301234", "black 4930*"),
    ("493099", "white 493099*"),
    ("4930991", "white 493099*"),
    ("49309977", "black 49309977*"),
    ("+493055", "white +493055*"),
    ("493055", "black 4930*"),
    ("+4930", "black 4930*"),
    ("+497", "black +497*"),
    ("497", ""),
    ("alice", "black alice"),
    ("alicent", ""),
    ("bobby", "black bob*"),
    ("", ""),
    ("1" * 500, ""),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_the_most_specific_entry_decides(store: ListStore, text: str, expected: str) -> None:
    put(
        store, "black calling 4930123", "black calling 4930*", "white calling 49 3099*", "black calling 49309977*",
        "white calling +493055*", "black calling +497*", "black calling alice", "black calling bob*",
    )  # fmt: skip
    assert decided(store, "calling", text) == expected
    assert decided(store, "called", text) == ""


def test_of_two_alike_the_white_one_decides(store: ListStore) -> None:
    put(store, "black called 12*", "white called 12*", "black address 192.0.2.0/24", "white address 192.0.2.0/24")
    assert decided(store, "called", "123") == "white 12*"
    assert decided(store, "address", "192.0.2.9") == "white 192.0.2.0/24"


AGENTS = [
    ("friendly-scanner", "black friendly"),
    ("sipcli/v1.8", "black sipcli*"),
    ("my sipcli", ""),
    ("A Friendly Phone", "white friendly phone"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), AGENTS)
def test_user_agents_are_compared_by_part_or_beginning(store: ListStore, text: str, expected: str) -> None:
    put(store, "black user-agent FRIENDLY", "black user-agent sipcli*", "white user-agent friendly phone")
    assert decided(store, "user-agent", text) == expected


def test_verdicts_are_remembered_until_an_entry_runs_out_or_the_lists_change(store: ListStore) -> None:
    put(store, "black calling 12*", until=50.0)
    put(store, "black calling 1*")
    asked = Lists(store)
    assert asked.active
    assert not asked.addresses
    assert asked.verdict("calling", "123", 49.0) is asked.verdict("calling", "123", 49.5)
    assert asked.verdict("calling", "123", 50.0).entry == store.get(BLACK, "calling", "1*")
    put(store, "white calling 123")
    assert asked.verdict("calling", "123", 51.0).refused
    assert asked.refresh(51.0)
    assert not asked.refresh(51.0)
    assert not asked.verdict("calling", "123", 51.0).refused


def test_an_entry_that_runs_out_is_found_by_refresh(store: ListStore) -> None:
    put(store, "black address 192.0.2.1", until=50.0)
    asked = Lists(store)
    assert asked.verdict("address", "192.0.2.1", 40.0).refused
    assert not asked.refresh(49.0)
    assert asked.refresh(50.0)
    assert not asked.verdict("address", "192.0.2.1", 50.0).refused


def test_lists_that_are_emptied_cost_nothing_any_more(store: ListStore) -> None:
    put(store, "black calling 1")
    asked = Lists(store)
    store.put_many(BLACK, [], empty=True)
    asked.refresh(1.0)
    assert not asked.active
    assert not Lists(None).active
    assert not Lists(None).refuses("calling", "1", 1.0)


def test_required_white_lists_refuse_what_is_on_none(store: ListStore) -> None:
    put(store, "white called 12*")
    asked = Lists(store)
    asked.require(("called", "subscriber"))
    assert asked.active
    assert asked.refuses("called", "13", 1.0)
    assert asked.refuses("subscriber", "alice", 1.0)
    assert not asked.refuses("called", "123", 1.0)
    assert not asked.refuses("calling", "13", 1.0)


def test_hits_are_counted_for_the_entry_that_decides(store: ListStore) -> None:
    put(store, "black calling 1*", "white calling 12", "black calling 3")
    asked = Lists(store)
    asked.most_hit = 2
    for number in ("1", "13", "12", "3", "1"):
        asked.refuses("calling", number, 1.0)
    asked.verdict("calling", "1", 1.0)
    assert {(row.colour, row.value): row.hits for row in asked.rows()} == {(BLACK, "1*"): 3, (WHITE, "12"): 1}
    assert asked.clear_hits(BLACK) == 1
    assert [row.colour for row in asked.rows()] == [WHITE]


def test_verdicts_remembered_are_bounded(store: ListStore) -> None:
    put(store, "black calling 1*")
    asked = Lists(store)
    asked.most_known = 3
    assert [asked.refuses("calling", str(number), 1.0) for number in range(20)].count(True) == 11
    assert len(asked._known) <= 3


FORMS = [
    ("calling", "+49 (30) 1-2.3*", "+493012 3*".replace(" ", "")),
    ("called", "00a1b", "00A1B"),
    ("called", "Alice-Smith", "Alice-Smith"),
    ("called", "*", "*"),
    ("address", "[2001:DB8::1]", "2001:db8::1/128"),
    ("address", "192.0.2.1", "192.0.2.1/32"),
    ("user-agent", "Friendly Scanner", "friendly scanner"),
    ("subscriber", "1001", "1001"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), FORMS)
def test_values_have_one_form(kind: str, value: str, expected: str) -> None:
    assert normal(kind, value) == expected
    assert normal(kind, expected) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", "192.0.2.1/24"), ("address", "host"), ("calling", ""), ("called", "1\n"), ("user-agent", "*"),
     ("subscriber", "x" * 201)],
)  # fmt: skip
def test_values_that_cannot_be_listed_are_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        normal(kind, value)


@given(st.text("+0123456789*#abcdxy-.()", min_size=1, max_size=12))
def test_a_user_has_the_form_that_its_number_has(user: str) -> None:
    number = number_of(known_uri(f"sip:{user}@example.com"))
    if number is not None:
        assert normal_user(user) == repr(number)
    else:
        assert normal_user(user) == user


NETWORKS = st.one_of(
    st.builds(lambda a, n: IPv4Network((int(a) >> 24 << 24 | int(a) & 0xFFFF, n), strict=False),
              st.ip_addresses(v=4), st.integers(0, 32)),
    st.builds(lambda a, n: IPv6Network((int(a) & 0xFFFF, n), strict=False), st.ip_addresses(v=6), st.integers(0, 128)),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(NETWORKS, st.sampled_from((BLACK, WHITE)), max_size=12),
    st.lists(st.one_of(st.integers(0, 0xFFFF).map(IPv4Address), st.integers(0, 0xFFFF).map(IPv6Address)), max_size=8),
)
def test_the_longest_network_decides(
    networks: dict[IPv4Network | IPv6Network, str], addresses: list[IPv4Address | IPv6Address]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = ListStore(Path(folder) / "lists")
        for network, colour in networks.items():
            put(store, f"{colour} address {network}")
        for address in addresses:
            holding = [each for each in networks if each.version == address.version and address in each]
            longest = max(holding, key=lambda each: each.prefixlen, default=None)
            expected = "" if longest is None else f"{networks[longest]} {longest}"
            assert decided(store, "address", str(address)) == expected
        store.close()


def test_an_ipv4_address_within_ipv6_is_the_ipv4_one(store: ListStore) -> None:
    put(store, "black address 192.0.2.0/24")
    assert decided(store, "address", "::ffff:192.0.2.1") == "black 192.0.2.0/24"
    assert ip_address("192.0.2.1") in ip_network("192.0.2.0/24")


def test_every_kind_is_wanted_when_it_is_listed(store: ListStore) -> None:
    for kind, value in zip(KINDS, ("192.0.2.1", "1", "2", "x", "3"), strict=True):
        put(store, f"black {kind} {value}")
    asked = Lists(store)
    assert all(asked.wants(kind) for kind in KINDS)
    assert asked.addresses
