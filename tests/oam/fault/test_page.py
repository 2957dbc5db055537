"""The catalogue as a page; whether the one in docs is stale is asked where all pages are."""

from __future__ import annotations

from oam.fault.catalogue import ALARMS
from oam.fault.page import page


def test_every_alarm_has_a_row_and_a_section() -> None:
    text = page()
    for each in ALARMS.values():
        assert f"\n[{each.number}](#{each.number}-{each.name}) | {each.name} | " in text
        assert f"\n## {each.number} {each.name}\n" in text
        assert f"- What to do: {each.action}\n" in text


def test_what_nothing_finds_out_is_admitted() -> None:
    assert page().count("Found out by: nothing in this version.") == sum(not each.source for each in ALARMS.values())
