"""Destinations as a manager sees them: they come and go, and keep their index."""

from __future__ import annotations

from pathlib import Path

from support.managed import readable, served
from support.management import FakeManager, played
from support.statistics import Counts

from core.northbound.statistics import open_statistics
from oam.snmp.syntax import Start
from oam.snmp.tables import destinations


@played
async def test_a_prefix_that_comes_back_has_its_index_and_a_new_beginning(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    counts.add("destination", "0900", bids=3)
    counts.add("destination", "other", bids=1)
    first = await served(manager, destinations.SUMMARY, destinations.DESTINATIONS)
    assert first["sipctlDestinationName"] == {(1,): b"0900", (2,): b"other"}
    assert first["sipctlDestinationBids"] == {(1,): 3, (2,): 1}
    assert first["sipctlDestinationDiscontinuityTime"] == {(1,): 0, (2,): 0}
    assert first["sipctlDestinationsRows"] == {(0,): 1}
    assert first["sipctlDestinationsMaximum"] == {(0,): 100}
    assert first.keys() == readable(destinations.SUMMARY) | readable(destinations.DESTINATIONS)
    counts.give(0, "destination", "+49", born_ms=int(Start.at * 1000) + 1000)
    second = await served(manager, destinations.DESTINATIONS)
    assert second["sipctlDestinationName"] == {(2,): b"other", (3,): b"+49"}
    assert second["sipctlDestinationDiscontinuityTime"][3,] > 0  # type: ignore[operator]
    counts.give(0, "destination", "0900", born_ms=int(Start.at * 1000) + 9000)
    third = await served(manager, destinations.DESTINATIONS)
    assert third["sipctlDestinationBids"] == {(1,): 0, (2,): 1}
    assert 850 <= third["sipctlDestinationDiscontinuityTime"][1,] <= 950  # type: ignore[operator]
