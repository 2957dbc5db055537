"""docs/prometheus.md names every figure there is."""

from __future__ import annotations

from oam.prometheus.metrics import BY_OBJECT, DELAYS, SERVER, STATE
from oam.prometheus.reference import page


def test_every_name_is_documented_with_its_help() -> None:
    text = page()
    families = [
        *(each.family for each in (*SERVER, *BY_OBJECT)),
        *(each.family for each in DELAYS),
        *(described for described, _ in STATE),
    ]
    assert [each.name for each in families if f"`{each.name}`" not in text or each.help not in text] == []
