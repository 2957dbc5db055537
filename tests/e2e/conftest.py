"""A running server for tests that need no other than an ordinary one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with subscribers 1001 and 1002, shared by one file's tests."""
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running
