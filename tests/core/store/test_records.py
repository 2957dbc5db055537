"""core.store.records: what is written stays readable, what is secret stays unseen."""

from __future__ import annotations

import msgspec
import pytest

from core.store.records import Binding, StoredCall, Subscriber

BINDING = Binding("sip:a@192.0.2.1", 0.5, 10.0, "c", 7, "ua", 5.0, "udp", "udp:h:1", "192.0.2.1", 5060, True, ("x",))
CALL = StoredCall("c", "f", "t", "a", "b", "sip:b@h", "udp:1", "udp:2", 1.0, None, 2.5, 200, "r1")
SUBSCRIBER = Subscriber("1001", "2001", "Ann", False, {"md5": "00ff"}, "example.com")


@pytest.mark.parametrize("record", [BINDING, CALL, SUBSCRIBER], ids=lambda record: type(record).__name__)
def test_records_come_back_as_they_went(record: msgspec.Struct) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=type(record)) == record


def test_an_older_record_lacks_later_fields() -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(["1001"]), type=Subscriber) == Subscriber("1001")


def test_a_subscriber_shows_no_credential() -> None:
    assert "00ff" not in repr(SUBSCRIBER)
    assert "00ff" not in str([SUBSCRIBER])
    assert "1001" in repr(SUBSCRIBER)
