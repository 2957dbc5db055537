"""The service urn of emergencies, and what settings make of classes."""

from __future__ import annotations

import pytest

from core.northbound.routing_settings import NumberingSettings, SubscriberGroup, Trunk
from core.northbound.settings import Settings
from core.northbound.traffic_settings import ResourcePriority, TrafficSettings
from core.policy.classes import Classes, is_sos


@pytest.mark.parametrize("uri", ["urn:service:sos", "urn:service:sos.ambulance", "URN:SERVICE:SOS.Fire"])
def test_sos(uri: str) -> None:
    assert is_sos(uri)


@pytest.mark.parametrize("uri", ["urn:service:so", "urn:service:sos-x", "urn:service:help", "sip:urn:service:sos@x"])
def test_no_sos(uri: str) -> None:
    assert not is_sos(uri)


def test_settings_are_taken_and_left_again() -> None:
    classes = Classes()
    settings = Settings(
        numbering=NumberingSettings(emergency=("112",)), trunks=(Trunk("T", trusted=True), Trunk("U")),
        subscriber_groups=(SubscriberGroup("gold", priority=True),),
        traffic=TrafficSettings(priorities=(ResourcePriority("ets"),), emergency_unauthenticated=True),
    )  # fmt: skip
    for wanted in (settings, Settings()):
        classes.configure(wanted)
        is_on = wanted is settings
        assert classes.has_numbers is classes.is_emergency("112") is is_on
        assert classes.has_groups is classes.is_group_prior("gold") is is_on
        assert classes.trusts("T") is is_on
        assert classes.is_prior(["ets.0"]) is is_on
        assert classes.is_challenged is not is_on
    assert not classes.trusts("")
    assert not classes.is_prior(["", ".", "x.0"])
