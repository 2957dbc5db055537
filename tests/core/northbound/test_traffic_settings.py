"""What is wrong with controls is said before they are in force."""

from __future__ import annotations

import pytest

from core.northbound.traffic_settings import CODE_KINDS, ROUTE_KINDS, Control, TrafficSettings, problems


def found(*controls: Control) -> list[str]:
    trunks = {"T1": 0, "T2": 10}
    return list(problems(TrafficSettings(controls), trunks, {"PSTN", "P2", "P3"}, {"gold"}, {"NIGHT"}))


GOOD = (
    Control("code-block", "0900", percent=50, trunk="T1", time="NIGHT"),
    Control("code-block", "", percent=50, group="gold"),
    Control("call-gap", "170", interval_ms=5000, calling="41"),
    Control("rate", "400", rate=10),
    Control("leaky-bucket", "400", rate=10),
    Control("cancel-to", "T1", percent=1),
    Control("cancel-from", "PSTN", percent=1),
    Control("skip", "T2", percent=1),
    Control("turn-down", "T2", percent=50),
    Control("reserve", "T2", which="idle", idle=5, group="gold"),
    Control("directional", "T2", which="in"),
    Control("reroute", "PSTN", target="P2", which="overflow"),
    Control("reroute", "P2", target="PSTN", which="overflow"),
)


def test_every_kind_can_be_good() -> None:
    assert found(*GOOD) == []
    assert {each.kind for each in GOOD} == {*CODE_KINDS, *ROUTE_KINDS}


BAD = (
    (Control("code-block", "0900"), "code-block 0900: there is no such control, or it lacks 'percent'"),
    (Control("call-gap", ""), "call-gap any: there is no such control, or it lacks 'interval'"),
    (Control("rate", "1"), "rate 1: there is no such control, or it lacks 'calls'"),
    (Control("leaky-bucket", "1"), "leaky-bucket 1: there is no such control, or it lacks 'calls'"),
    (Control("directional", "T1"), "directional T1: there is no such control, or it lacks 'in or out'"),
    (Control("reroute", "PSTN"), "reroute PSTN: there is no such control, or it lacks 'to'"),
    (Control("bogus", "1"), "bogus 1: there is no such control"),
    (Control("code-block", "1", percent=1, trunk="X"), "code-block 1: there is no trunk X"),
    (Control("code-block", "1", percent=1, group="X"), "code-block 1: there is no subscriber group X"),
    (Control("code-block", "1", percent=1, time="X"), "code-block 1: there is no time table X"),
    (Control("turn-down", "PSTN", percent=1), "turn-down PSTN: there is no trunk PSTN"),
    (
        Control("turn-down", "T1", percent=1),
        "turn-down T1: the trunk has no 'calls maximum' of which a share could be taken away",
    ),
    (
        Control("reserve", "T1", which="idle", idle=1),
        "reserve T1: the trunk has no 'calls maximum' of which circuits could be reserved",
    ),
    (Control("reserve", "PSTN", which="idle", idle=1), "reserve PSTN: there is no trunk PSTN"),
    (Control("cancel-to", "X", percent=1), "cancel-to X: there is no trunk or route group X"),
    (Control("reroute", "T1", target="PSTN", which="all"), "reroute T1: there is no route group T1"),
)


@pytest.mark.parametrize(("control", "text"), BAD)
def test_what_cannot_be_is_refused(control: Control, text: str) -> None:
    assert found(control) == [f"traffic-control: {text}"]


def test_reroutes_that_lead_back_are_refused() -> None:
    around = [Control("reroute", a, target=b, which="all") for a, b in (("PSTN", "P2"), ("P2", "P3"), ("P3", "PSTN"))]
    assert len(found(*around)) == 3
    assert found(*around[:2]) == []
    assert found(Control("reroute", "P2", target="P2", which="all"))
