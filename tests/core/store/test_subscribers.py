"""core.store.subscribers: names and numbers lead to one subscriber, imports are all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.store.error import StoreConflict, StoreError, StoreFull
from core.store.records import Subscriber
from core.store.subscribers import SubscriberStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SubscriberStore]:
    store = SubscriberStore(tmp_path / "subscribers")
    yield store
    store.close()


def test_found_by_name_then_by_number(store: SubscriberStore) -> None:
    ann, bob = Subscriber("ann", "1001", ha1={"md5": "aa"}, realm="r"), Subscriber("bob")
    store.put(ann)
    store.put(bob)
    assert store.get("ann") == ann
    assert store.get("1001") is None
    assert store.find("ann") == store.find("1001") == ann
    assert store.find("bob") == bob
    for user in ("", "nobody", "x" * 300):
        assert store.get(user) is None
        assert store.find(user) is None
    assert store.count == 2


def test_a_replaced_subscriber_gives_its_old_number_free(store: SubscriberStore) -> None:
    store.put(Subscriber("ann", "1001"))
    store.put(Subscriber("ann", "1002"))
    assert store.find("1001") is None
    assert store.find("1002") == Subscriber("ann", "1002")
    store.put(Subscriber("bob", "1001"))
    assert store.find("1001") == Subscriber("bob", "1001")


def test_a_deleted_subscriber_takes_the_number_along(store: SubscriberStore) -> None:
    store.put(Subscriber("ann", "1001"))
    assert store.delete("ann") is True
    assert store.delete("ann") is False
    assert store.delete("") is False
    assert store.find("1001") is None
    assert store.count == 0


@pytest.mark.parametrize(
    ("new", "word", "holder"),
    [
        (Subscriber("bob", "1001"), "1001", "ann"),
        (Subscriber("bob", "ann"), "ann", "ann"),
        (Subscriber("1001"), "1001", "ann"),
    ],
    ids=["number twice", "number is a name", "name is a number"],
)
def test_one_word_never_means_two(store: SubscriberStore, new: Subscriber, word: str, holder: str) -> None:
    store.put(Subscriber("ann", "1001"))
    with pytest.raises(StoreConflict) as caught:
        store.put(new)
    assert (caught.value.word, caught.value.holder) == (word, holder)
    assert list(store) == [Subscriber("ann", "1001")]


def test_name_and_number_of_one_subscriber_may_be_the_same(store: SubscriberStore) -> None:
    store.put(Subscriber("1001", "1001"))
    store.put(Subscriber("1001", "1001"))
    assert store.find("1001") == Subscriber("1001", "1001")


def test_many_are_stored_all_or_none(store: SubscriberStore) -> None:
    store.put(Subscriber("ann", "1001"))
    with pytest.raises(StoreConflict):
        store.put_many([Subscriber("bob", "1002"), Subscriber("cid", "1002")])
    with pytest.raises(StoreError):
        store.put_many([Subscriber("bob", "1002"), Subscriber("")])
    assert list(store) == [Subscriber("ann", "1001")]
    assert store.find("1002") is None
    assert store.put_many([Subscriber("cid"), Subscriber("bob", "1002")]) == 2
    assert [subscriber.name for subscriber in store] == ["ann", "bob", "cid"]


def test_many_may_swap_their_numbers(store: SubscriberStore) -> None:
    store.put_many([Subscriber("ann", "1"), Subscriber("bob", "2")])
    store.put_many([Subscriber("ann", "2"), Subscriber("bob", "1")])
    assert store.find("2") == Subscriber("ann", "2")
    assert store.find("1") == Subscriber("bob", "1")


def test_replacing_all_leaves_nobody_else(store: SubscriberStore) -> None:
    store.put_many([Subscriber("ann", "1"), Subscriber("bob", "2")])
    with pytest.raises(StoreConflict):
        store.replace_many([Subscriber("cid", "3"), Subscriber("3")])
    assert store.count == 2
    assert store.replace_many(Subscriber(name) for name in ("cid", "ann")) == 2
    assert list(store) == [Subscriber("ann"), Subscriber("cid")]
    assert store.find("1") is None
    assert store.find("2") is None


def test_pages_and_the_whole(store: SubscriberStore) -> None:
    names = sorted(f"u{i}" for i in range(2001))
    store.put_many(Subscriber(name) for name in names)
    assert [subscriber.name for subscriber in store] == names
    assert [subscriber.name for subscriber in store.iterate(names[4], 2)] == names[5:7]
    assert store.iterate(names[-1]) == []


def test_only_management_writes(store: SubscriberStore, tmp_path: Path) -> None:
    reader = SubscriberStore(tmp_path / "subscribers", readonly=True)
    store.put(Subscriber("ann"))
    assert reader.get("ann") == Subscriber("ann")
    for write in (lambda: reader.put(Subscriber("bob")), lambda: reader.delete("ann")):
        with pytest.raises(StoreError):
            write()
    reader.close()
    assert store.count == 1


def test_a_full_store_says_so_and_stays_usable(tmp_path: Path) -> None:
    store = SubscriberStore(tmp_path / "small", max_octets=128 * 1024)
    store.put(Subscriber("ann", "1001"))
    with pytest.raises(StoreFull):
        store.put_many(Subscriber(f"{i:05}", display_name="x" * 500) for i in range(1000))
    assert list(store) == [Subscriber("ann", "1001")]
    store.put(Subscriber("bob"))
    assert store.count == 2
    store.close()


WORDS = st.sampled_from(["a", "b", "c", "1", "2"])
BATCHES = st.lists(st.lists(st.builds(Subscriber, WORDS, st.one_of(WORDS, st.just(""))), max_size=3), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_every_word_has_one_meaning_whatever_is_tried(store: SubscriberStore, batches: list[list[Subscriber]]) -> None:
    store.replace_many([])
    model: dict[str, Subscriber] = {}
    for batch in batches:
        wanted = model | {subscriber.name: subscriber for subscriber in batch}
        numbers = [subscriber.number for subscriber in wanted.values() if subscriber.number]
        own = all(s.number not in wanted or s.number == s.name for s in wanted.values())
        if len(set(numbers)) == len(numbers) and own:
            store.put_many(batch)
            model = wanted
        else:
            with pytest.raises(StoreConflict):
                store.put_many(batch)
        assert {subscriber.name: subscriber for subscriber in store} == model
        for word in ("a", "b", "c", "1", "2"):
            meant = model.get(word) or next((s for s in model.values() if s.number == word), None)
            assert store.find(word) == meant


def test_a_reader_sees_every_change_though_it_remembers(tmp_path: Path) -> None:
    writer = SubscriberStore(tmp_path / "s")
    reader = SubscriberStore(tmp_path / "s", readonly=True)
    assert reader.find("1001") is None
    writer.put(Subscriber("1001", "555"))
    assert reader.get("1001") == Subscriber("1001", "555")
    assert reader.find("555") == Subscriber("1001", "555")
    assert reader.get("555") is None, "a number is no name"
    writer.put(Subscriber("1001", "556", enabled=False))
    assert reader.find("555") is None
    assert reader.get("1001") == Subscriber("1001", "556", enabled=False)
    writer.delete("1001")
    assert reader.find("556") is None


def test_a_new_writer_makes_readers_look_again(tmp_path: Path) -> None:
    """The one before may have been killed between its commit and the notice."""
    writer = SubscriberStore(tmp_path / "s")
    writer.put(Subscriber("1001"))
    reader = SubscriberStore(tmp_path / "s", readonly=True)
    reader.get("1001")
    before = reader._generation[0]
    SubscriberStore(tmp_path / "s")
    assert reader._generation[0] > before
