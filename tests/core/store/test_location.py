"""core.store.location: bindings, their count and expiry, calls, secrets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.store import full_disk, no_room

from core.store.error import StoreError, StoreFull
from core.store.location import LocationStore
from core.store.records import Binding, StoredCall


def binding(contact: str = "sip:a@192.0.2.1", expires_at: float = 100.0, user_agent: str = "") -> Binding:
    return Binding(contact, 1.0, expires_at, "c", 1, user_agent, 0.0, "udp", "udp:h:1", "192.0.2.1", 5060, False)


def call(call_id: str) -> StoredCall:
    return StoredCall(call_id, "f", "t", "a", "b", "sip:b@h", "udp:1", "udp:2", 1.0, None, 2.5, 200, "r1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocationStore]:
    store = LocationStore(tmp_path / "location")
    yield store
    store.close()


def reopened(store: LocationStore, path: Path) -> LocationStore:
    store.close()
    return LocationStore(path / "location")


def test_the_turn_sees_its_own_writes_and_commit_ends_it(store: LocationStore) -> None:
    assert store.bindings("1001") == []
    dirty = [store.dirty]
    store.put_bindings("1001", [binding()])
    dirty.append(store.dirty)
    assert store.bindings("1001") == [binding()]
    store.commit()
    dirty.append(store.dirty)
    assert store.bindings("1001") == [binding()]
    store.commit()
    assert dirty == [False, True, False]


def test_what_was_committed_is_there_after_a_restart_and_nothing_else(tmp_path: Path) -> None:
    store = LocationStore(tmp_path / "location")
    store.put_bindings("1001", [binding(), binding("sip:b@192.0.2.2")])
    store.put_call(call("1"))
    store.commit()
    store.put_bindings("1002", [binding()])
    store = reopened(store, tmp_path)
    assert [b.contact for b in store.bindings("1001")] == ["sip:a@192.0.2.1", "sip:b@192.0.2.2"]
    assert store.bindings("1002") == []
    assert [c.call_id for c in store.calls()] == ["1"]
    assert store.count == 2
    store.close()


def test_the_count_follows_every_change(store: LocationStore) -> None:
    steps: list[tuple[str, list[Binding], int]] = [
        ("a", [binding()], 1),
        ("a", [binding(), binding("sip:b@h")], 2),
        ("b", [binding()], 3),
        ("a", [binding()], 2),
        ("c", [], 2),
        ("b", [], 1),
        ("a", [], 0),
    ]
    for user, bindings, count in steps:
        store.put_bindings(user, bindings)
        assert store.count == count
    store.commit()
    assert store.stored_count() == 0


@pytest.mark.parametrize("user", ["", "x" * 256])
def test_a_user_that_cannot_be_a_key_has_no_bindings(store: LocationStore, user: str) -> None:
    assert store.bindings(user) == []
    with pytest.raises(StoreError):
        store.put_bindings(user, [binding()])
    assert not store.dirty


def test_expiry_takes_what_is_outlived_and_no_more(store: LocationStore) -> None:
    store.put_bindings("a", [binding(expires_at=10.5), binding("sip:b@h", expires_at=20.0)])
    store.put_bindings("b", [binding(expires_at=10.0)])
    store.put_bindings("c", [binding(expires_at=30.0)])
    store.commit()
    assert store.expire(9.9, 100) == 0
    assert store.expire(12.0, 100) == 2
    store.commit()
    assert [b.contact for b in store.bindings("a")] == ["sip:b@h"]
    assert store.bindings("b") == []
    assert store.count == 2
    assert store.expire(1000.0, 100) == 2
    store.commit()
    assert store.count == 0
    assert store.expire(2000.0, 100) == 0
    assert not store.dirty


def test_expiry_looks_at_a_bounded_number_of_users(store: LocationStore) -> None:
    for i in range(25):
        store.put_bindings(f"u{i}", [binding(expires_at=float(i))])
    found = []
    while went := store.expire(100.0, 10):
        found.append(went)
    assert found == [10, 10, 5]


def test_a_refreshed_binding_outlives_its_first_expiry(store: LocationStore) -> None:
    store.put_bindings("a", [binding(expires_at=10.0)])
    store.put_bindings("a", [binding(expires_at=50.0)])
    assert store.expire(20.0, 10) == 0
    assert store.expire(49.0, 10) == 0
    assert store.bindings("a") == [binding(expires_at=50.0)]
    assert store.expire(51.0, 10) == 1
    assert store.count == 0


def test_a_shortened_binding_goes_in_time(store: LocationStore) -> None:
    store.put_bindings("a", [binding(expires_at=1000.0)])
    store.put_bindings("a", [binding(expires_at=10.0)])
    assert store.expire(11.0, 10) == 1


def test_pages_are_in_order_and_complete(store: LocationStore) -> None:
    for i in range(7):
        store.put_bindings(f"u{i}", [binding()])
    first = store.page("", 3)
    assert [user for user, _ in first] == ["u0", "u1", "u2"]
    assert first[0][1] == [binding()]
    store.commit()
    assert [user for user, _ in store.page("u2", 10)] == ["u3", "u4", "u5", "u6"]
    assert store.page("u6", 10) == []


def test_a_call_written_makes_the_store_dirty_until_committed(store: LocationStore) -> None:
    store.put_call(call("1"))
    dirty = store.dirty
    store.commit()
    assert (dirty, store.dirty) == (True, False)
    store.delete_call("r1")
    assert store.dirty
    assert list(store.calls()) == []


def test_a_secret_is_drawn_once(tmp_path: Path) -> None:
    store = LocationStore(tmp_path / "location")
    secret = store.secret("nonce")
    assert len(secret) == 32
    assert store.secret("nonce") == secret
    assert store.secret("other") != secret
    store = reopened(store, tmp_path)
    assert store.secret("nonce") == secret
    store.close()


def test_a_full_store_refuses_keeps_the_rest_of_the_turn_and_recovers(tmp_path: Path) -> None:
    store = LocationStore(tmp_path / "location", max_octets=256 * 1024)
    large = [binding(user_agent="x" * 10_000)]
    count = 0
    with contextlib.suppress(StoreFull):
        while count < 1000:
            store.put_bindings(f"u{count}", large)
            count += 1
    assert 5 < count < 30
    assert store.count == count
    assert store.bindings(f"u{count}") == []
    store.commit()
    store = reopened(store, tmp_path)
    assert store.count == count
    assert store.bindings(f"u{count - 1}") == large
    assert store.expire(1000.0, 1000) == count
    store.commit()
    store.put_bindings("again", large)
    store.commit()
    assert store.count == 1
    store.close()


def test_a_failed_commit_undoes_the_turn(store: LocationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_bindings("a", [binding()])
    store.put_bindings("c", [binding()])
    store.commit()
    store.put_bindings("b", [binding(), binding("sip:b@h")])
    store.put_bindings("c", [binding(expires_at=300.0)])
    store.put_bindings("a", [])
    assert store.bindings("a") == []

    no_room(store._turn, "commit")
    with monkeypatch.context() as patch:
        full_disk(patch)
        with pytest.raises(StoreFull):
            store.commit()
    assert (store.count, store.dirty) == (2, False)
    assert [store.bindings(user) for user in "abc"] == [[binding()], [], [binding()]]
    store.put_bindings("a", [])
    store.commit()
    assert store.count == 1


def test_a_refused_write_leaves_what_was_there(store: LocationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_bindings("a", [binding()])
    store.commit()
    store.put_bindings("b", [binding()])
    assert store.bindings("c") == []
    with monkeypatch.context() as patch:
        full_disk(patch)
        for user in "abc":
            no_room(store._turn, "put")
            with pytest.raises(StoreFull):
                store.put_bindings(user, [binding(), binding("sip:b@h")])
    assert [store.bindings(user) for user in "abc"] == [[binding()], [binding()], []]
    store.commit()
    assert store.page("", 9) == [("a", [binding()]), ("b", [binding()])]
    store.put_bindings("c", [binding()])
    assert store.count == 3


def test_a_reader_sees_every_commit(store: LocationStore, tmp_path: Path) -> None:
    reader = LocationStore(tmp_path / "location", mapped=False)
    for bindings in ([], [binding()], [binding(expires_at=200.0)], []):
        store.put_bindings("a", bindings)
        store.commit()
        assert reader.bindings("a") == bindings
    reader.close()


def test_memory_holds_a_bounded_number_of_users(store: LocationStore) -> None:
    store.most_known = 3
    users = [f"u{i}" for i in range(10)]
    for expires_at in (100.0, 50.0, 200.0):
        for user in users:
            store.bindings(user)
            store.put_bindings(user, [binding(expires_at=expires_at)])
            assert len(store._known) <= 3
        assert [store.bindings(user) for user in users] == [[binding(expires_at=expires_at)]] * 10
    assert store.count == 10
    assert store.expire(300.0, 10) == 10
    assert [store.bindings(user) for user in users] == [[]] * 10
    assert store._known == {}


def test_expiry_on_a_full_disk_leaves_the_rest_for_later(store: LocationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for user in "abc":
        store.put_bindings(user, [binding()])
    store.commit()
    store.put_bindings("d", [binding(expires_at=300.0)])
    no_room(store._turn, "delete", 2)  # the first user takes two
    with monkeypatch.context() as patch:
        full_disk(patch)
        assert store.expire(200.0, 10) == 1
    assert store.count == 3
    assert [store.bindings(user) for user in "abc"] == [[], [binding()], [binding()]]
    assert store.expire(200.0, 10) == 2
    store.commit()
    assert store.stored_count() == 1


def test_a_binding_takes_some_three_hundred_octets(store: LocationStore) -> None:
    contact, agent = "sip:100001@192.0.2.1:5060;transport=udp", "baresip v1.0.0 (x86_64/linux)"
    before = store.octets
    for i in range(2000):
        store.put_bindings(f"{100000 + i * 7919 % 2000}", [binding(contact, 1e9 + i, agent)])
    store.commit()
    assert 150 < (store.octets - before) / 2000 < 350


USERS = st.sampled_from(["a", "b", "c"])
EXPIRIES = st.lists(st.floats(1, 60), max_size=3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), USERS, EXPIRIES),
        st.tuples(st.just("expire"), st.floats(0, 70), st.integers(1, 3)),
        st.tuples(st.just("commit"), st.none(), st.none()),
        st.tuples(st.just("fail"), st.none(), st.none()),
    ),
    max_size=20,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_store_is_a_dictionary_with_expiry(store: LocationStore, steps: list[tuple[str, object, object]]) -> None:
    store.most_known = 2
    model: dict[str, list[Binding]] = {user: [] for user in "abc"}
    for user in model:
        store.put_bindings(user, [])
    store.commit()
    committed = dict(model)
    for what, first, second in steps:
        if what == "put":
            assert isinstance(first, str)
            assert isinstance(second, list)
            model[first] = [binding(f"sip:{i}@h", expires_at) for i, expires_at in enumerate(second)]
            store.put_bindings(first, model[first])
        elif what == "expire":
            assert isinstance(first, float)
            while store.expire(first, 2):
                pass
            # The index is in whole seconds: what ran out within the last one may stay for the next time.
            for user, bindings in model.items():
                kept = store.bindings(user)
                assert [b for b in bindings if b.expires_at > first] == [b for b in kept if b.expires_at > first]
                assert all(b.expires_at > first - 1 for b in kept)
                model[user] = kept
        elif what == "commit":
            store.commit()
            committed = dict(model)
        elif store.dirty:
            no_room(store._turn, "commit")
            with pytest.MonkeyPatch.context() as patch:
                full_disk(patch)
                with pytest.raises(StoreFull):
                    store.commit()
            model = dict(committed)
        assert dict(store.page("", 9)) == {user: bindings for user, bindings in model.items() if bindings}
        assert {user: store.bindings(user) for user in model} == model
        assert store.count == sum(len(bindings) for bindings in model.values())
