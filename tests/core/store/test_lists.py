"""Lists in the store: shapes, all or none, order, bounds."""

from __future__ import annotations

import time
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.opened import OPENED

from core.store.error import StoreError, StoreFull
from core.store.lists import AUTOMATIC, BLACK, EXACT, WHITE, ListStore, key_of_entry, length_of, network_key
from core.store.records import ListEntry


@pytest.fixture
def store(tmp_path: Path) -> ListStore:
    made = ListStore(tmp_path / "lists")
    OPENED.append(made.close)
    return made


def entry(kind: str, value: str, expires_at: float = 0.0) -> ListEntry:
    return ListEntry(kind, value, 1.0, expires_at, "admin", "why")


def test_entries_come_back_by_colour_kind_and_value(store: ListStore) -> None:
    assert store.put_many(BLACK, [entry("calling", "123*"), entry("address", "192.0.2.0/24")]) == 2
    assert store.get(BLACK, "calling", "123*") == entry("calling", "123*")
    assert store.get(BLACK, "called", "123*") is None
    assert store.get(WHITE, "calling", "123*") is None
    assert [each.value for each in store.iterate(BLACK)] == ["192.0.2.0/24", "123*"]
    assert [each.value for each in store.iterate(BLACK, "calling")] == ["123*"]
    assert store.count(BLACK) == 2


def test_shape_follows_what_is_put_replaced_and_deleted(store: ListStore) -> None:
    store.put_many(BLACK, [entry("calling", "123*"), entry("calling", "+45*"), entry("calling", "123")])
    store.put_many(BLACK, [entry("calling", "123*", 9.0), entry("address", "2001:db8::/32")])
    assert store.shape(BLACK) == {"calling": {3: 1, 2: 1, EXACT: 1}, "address": {6 * 256 + 32: 1}}
    assert store.delete(BLACK, "calling", "123*")
    assert not store.delete(BLACK, "calling", "123*")
    assert store.delete(BLACK, "address", "2001:db8::/32")
    assert store.shape(BLACK) == {"calling": {2: 1, EXACT: 1}}
    store.put_many(BLACK, [entry("called", "9")], empty=True)
    assert store.shape(BLACK) == {"called": {EXACT: 1}}


def test_a_refused_write_changes_nothing(store: ListStore) -> None:
    store.put_many(BLACK, [entry("calling", "1")])
    store.most = 3
    with pytest.raises(StoreFull, match="room for 3"):
        store.put_many(BLACK, [entry("calling", str(number)) for number in range(9)])
    with pytest.raises(StoreError, match="octets"):
        store.put_many(BLACK, [entry("calling", "2"), entry("calling", "")])
    with pytest.raises(StoreError):
        store.put_many(BLACK, [entry("address", "nowhere")])
    store.most_user_agents = 1
    with pytest.raises(StoreFull, match="kind user-agent"):
        store.put_many(BLACK, [entry("user-agent", "a"), entry("user-agent", "b")])
    assert [each.value for each in store.iterate(BLACK)] == ["1"]
    assert store.shape(BLACK) == {"calling": {EXACT: 1}}


def test_generation_rises_with_black_and_white_not_with_automatic(store: ListStore) -> None:
    before = store.generation
    store.put_many(AUTOMATIC, [entry("address", "192.0.2.1")])
    assert store.generation == before
    store.put_many(WHITE, [entry("address", "192.0.2.1")])
    assert store.generation == before + 1


def test_what_has_run_out_is_purged_and_not_found(store: ListStore) -> None:
    store.put_many(BLACK, [entry("calling", "1", 50.0), entry("calling", "2", 60.0), entry("calling", "3")])
    wanted = [(BLACK, key_of_entry("calling", each)) for each in "13"]
    assert store.first_of(wanted, 49.0) == (BLACK, entry("calling", "1", 50.0))
    assert store.first_of(wanted, 50.0) == (BLACK, entry("calling", "3"))
    assert store.first_of(wanted[:1], 50.0) is None
    assert store.purge(BLACK, 55.0) == 1
    assert [each.value for each in store.iterate(BLACK)] == ["2", "3"]
    assert store.shape(BLACK) == {"calling": {EXACT: 2}}


def test_pages_go_through_everything_once(store: ListStore) -> None:
    entries = [entry("address", f"10.{a}.0.0/16") for a in range(40)]
    entries += [entry("address", f"10.{a}.{b}.0/24") for a in range(40) for b in range(40)]
    store.put_many(BLACK, entries)
    assert sorted(each.value for each in store.iterate(BLACK)) == sorted(each.value for each in entries)


def test_a_reader_writes_nothing(store: ListStore, tmp_path: Path) -> None:
    reader = ListStore(tmp_path / "lists", readonly=True)
    OPENED.append(reader.close)
    with pytest.raises(StoreError, match="read-only"):
        reader.put_many(BLACK, [entry("calling", "1")])


@pytest.mark.slow
def test_a_hundred_thousand_entries_are_put_in_seconds(store: ListStore) -> None:
    entries = [entry("calling", f"+4930{number:07d}") for number in range(100_000)]
    started = time.monotonic()
    assert store.put_many(BLACK, entries) == 100_000
    print(f"100,000 entries put in {time.monotonic() - started:.2f} s")
    assert store.get(BLACK, "calling", "+49300000007") is not None


@given(st.ip_addresses(), st.data())
def test_network_keys_are_those_of_the_network_an_address_is_in(address: object, data: st.DataObject) -> None:
    packed = ip_address(str(address)).packed
    length = data.draw(st.integers(0, len(packed) * 8))
    network = ip_network(f"{address}/{length}", strict=False)
    assert network_key(packed, length) == key_of_entry("address", str(network))
    assert length_of("address", str(network)) == network.version * 256 + length
