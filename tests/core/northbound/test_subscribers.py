"""core.northbound.subscribers: what management sees of the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.northbound.subscribers import Subscriber, make_ha1, must_set_secret, open_subscribers


def test_the_store_of_a_state_directory(tmp_path: Path) -> None:
    store = open_subscribers(tmp_path)
    store.put(Subscriber("ann", ha1=make_ha1("ann", "r", "p"), realm="r"))
    store.close()
    assert (tmp_path / "subscribers" / "data.mdb").exists()
    store = open_subscribers(tmp_path)
    assert store.count == 1
    store.close()


@pytest.mark.parametrize(
    ("subscriber", "must"),
    [
        (Subscriber("ann"), True),
        (Subscriber("ann", ha1={"md5": "0"}, realm="old"), True),
        (Subscriber("ann", ha1={"md5": "0"}, realm="r"), False),
    ],
)
def test_a_secret_belongs_to_a_realm(subscriber: Subscriber, must: bool) -> None:
    assert must_set_secret(subscriber, "r") is must
