"""Registered contacts as management reads them: straight from the store, without asking a worker.

Reading is in pages; between pages no snapshot is held, so a slow reader does not keep the
worker's file from being reused. A listing is therefore no single moment's picture.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.northbound.rows import BindingRow
from core.store.location import LocationStore
from core.store.records import Binding
from core.wire.text import readable

PAGE: Final = 1000
"""Users read at a time."""


class LocationReader:
    """The bindings of a state directory; never writes. A context manager."""

    def __init__(self, state_dir: Path) -> None:
        self._store = LocationStore(state_dir / "location", mapped=False)

    def __enter__(self) -> LocationReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def rows(self, user: str = "", domain: str = "", page: int = 0) -> Iterator[BindingRow]:
        """Go through the live bindings of `user`, or of everybody; `domain` completes the address-of-record.

        `page`: users read at a time; 0: as many as a listing does well with.
        """
        if user:
            yield from _rows(user, self._store.bindings(user), domain)
            return
        after = ""
        while found := self._store.page(after, page or PAGE):
            for name, bindings in found:
                yield from _rows(name, bindings, domain)
            after = found[-1][0]

    def bindings(self) -> Iterator[tuple[str, list[Binding]]]:
        """Go through the live bindings of everybody, user by user."""
        after = ""
        while page := self._store.page(after, PAGE):
            now = time.time()
            for name, bindings in page:
                if live := [each for each in bindings if each.expires_at > now]:
                    yield name, live
            after = page[-1][0]

    def contacts(self, user: str) -> int:
        """Count the live bindings of `user`."""
        now = time.time()
        return sum(binding.expires_at > now for binding in self._store.bindings(user))

    @property
    def count(self) -> int:
        """Bindings of everybody as last committed, outlived ones not yet removed included."""
        return self._store.stored_count()

    @property
    def users(self) -> int:
        """Users with bindings as last committed, outlived ones not yet removed included."""
        return self._store.stored_users()


def read_bindings(state_dir: Path, user: str = "", domain: str = "") -> Iterator[BindingRow]:
    """Go through the live bindings of `user`, or of everybody, as `LocationReader.rows`."""
    with LocationReader(state_dir) as reader:
        yield from reader.rows(user, domain)


def count(state_dir: Path) -> int:
    """Return how many bindings are stored."""
    with LocationReader(state_dir) as reader:
        return reader.count


def _rows(user: str, bindings: list[Binding], domain: str) -> Iterator[BindingRow]:
    now = time.time()
    aor = f"{user}@{domain}" if domain else user
    for binding in bindings:
        if binding.expires_at > now:
            yield _row(aor, binding, now)


def _row(aor: str, binding: Binding, now: float) -> BindingRow:
    host = f"[{binding.host}]" if ":" in binding.host else binding.host
    return BindingRow(
        aor=aor,
        contact=readable(binding.contact),
        received=f"{binding.transport}:{host}:{binding.port}" if binding.nat else "",
        q=binding.q,
        expires_s=int(binding.expires_at - now),
        user_agent=readable(binding.user_agent),
        call_id=readable(binding.call_id),
        cseq=binding.cseq,
        registered_at=binding.registered_at,
    )
