"""core.northbound.locations: the rows of registrations, without the worker's help."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.northbound import locations
from core.northbound.locations import LocationReader, count, read_bindings
from core.store.location import LocationStore
from core.store.records import Binding


def binding(contact: str, expires_in: float = 100.0, nat: bool = False, host: str = "192.0.2.1") -> Binding:
    now = time.time()
    return Binding(contact, 0.5, now + expires_in, "c", 3, "ua", now, "udp", "udp:h:1", host, 5061, nat)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocationStore]:
    store = LocationStore(tmp_path / "location")
    yield store
    store.close()


def test_a_state_directory_without_registrations(tmp_path: Path) -> None:
    assert list(read_bindings(tmp_path)) == []
    assert count(tmp_path) == 0


def test_rows_of_one_and_of_all(store: LocationStore, tmp_path: Path) -> None:
    store.put_bindings("ann", [binding("sip:a@h"), binding("sip:b@h", nat=True, host="2001:db8::1")])
    store.put_bindings("bob", [binding("sip:c@h", nat=True), binding("sip:gone@h", expires_in=-1.0)])
    assert list(read_bindings(tmp_path)) == [], "not committed"
    store.commit()
    rows = list(read_bindings(tmp_path, domain="example.com"))
    assert [(row.aor, row.contact, row.received) for row in rows] == [
        ("ann@example.com", "sip:a@h", ""),
        ("ann@example.com", "sip:b@h", "udp:[2001:db8::1]:5061"),
        ("bob@example.com", "sip:c@h", "udp:192.0.2.1:5061"),
    ]
    assert 95 <= rows[0].expires_s <= 100
    assert (rows[0].q, rows[0].user_agent, rows[0].call_id, rows[0].cseq) == (0.5, "ua", "c", 3)
    assert [row.aor for row in read_bindings(tmp_path, "bob")] == ["bob"]
    assert list(read_bindings(tmp_path, "nobody")) == []
    assert count(tmp_path) == 4


def test_header_text_is_shown_as_what_its_octets_spell(store: LocationStore, tmp_path: Path) -> None:
    text = "phöne".encode().decode("latin-1")
    stored = msgspec.structs.replace(binding(f"sip:{text}@h"), user_agent=text, call_id=text)
    store.put_bindings("ann", [stored])
    store.commit()
    [row] = read_bindings(tmp_path)
    assert (row.contact, row.user_agent, row.call_id) == ("sip:phöne@h", "phöne", "phöne")


def test_a_listing_goes_on_over_changes(store: LocationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locations, "PAGE", 2)
    for i in range(5):
        store.put_bindings(f"u{i}", [binding("sip:a@h")])
    store.commit()
    rows = read_bindings(tmp_path)
    seen = [next(rows).aor]
    store.put_bindings("u1", [])
    store.put_bindings("u3", [])
    store.commit()
    seen += [row.aor for row in rows]
    assert seen == ["u0", "u1", "u2", "u4"]


def test_contacts_of_a_user_are_counted_while_they_live(store: LocationStore, tmp_path: Path) -> None:
    store.put_bindings("ann", [binding("sip:a@h"), binding("sip:gone@h", expires_in=-1.0)])
    store.commit()
    with LocationReader(tmp_path) as reader:
        assert [row.contact for row in reader.rows(page=1)] == ["sip:a@h"]
        assert (reader.contacts("ann"), reader.contacts("bob"), reader.count) == (1, 0, 2)
        store.put_bindings("bob", [binding("sip:a@h")])
        store.commit()
        assert (reader.contacts("bob"), reader.count) == (1, 3)
        assert reader.users == 2
        store.put_bindings("ann", [])
        store.commit()
        assert reader.users == 1


def test_live_bindings_of_everybody(store: LocationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        store.put_bindings(f"user{number}", [binding("sip:a@h"), binding("sip:gone@h", expires_in=-1.0)])
    store.put_bindings("gone", [binding("sip:b@h", expires_in=-1.0)])
    store.commit()
    monkeypatch.setattr(locations, "PAGE", 2)
    with LocationReader(tmp_path) as reader:
        found = [(user, [each.contact for each in bindings]) for user, bindings in reader.bindings()]
    assert found == [(f"user{number}", ["sip:a@h"]) for number in range(5)]
