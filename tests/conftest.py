"""Hypothesis draws the same examples on every run, and no loaded machine makes a test fail by its slowness.

What a test opens is closed behind it: some of its peers use select(), which knows 1,024 descriptors.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from support.house import House
from support.opened import OPENED, close_behind

settings.register_profile("sipctl", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sipctl")


@pytest.fixture(autouse=True)
def _closed_behind() -> Iterator[None]:
    """Close the stores that the test has opened."""
    before = len(OPENED)
    yield
    close_behind(before)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running server with subscribers 1001 and 1002, shared by one file's tests."""
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running
