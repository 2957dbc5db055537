"""Emergency calls that came to nothing."""

from __future__ import annotations

import pytest

from core.dialog.emergencies import Emergencies
from core.effect import NOTICE, Effect
from core.northbound.counters import EMERGENCY_FAILED
from core.northbound.notices import EmergencyFailed


def make() -> tuple[Emergencies, memoryview, list[Effect]]:
    slots = memoryview(bytearray(8 * 256)).cast("q")
    out: list[Effect] = []
    return Emergencies(slots, out), slots, out


def test_all_are_counted_and_one_a_second_is_told() -> None:
    emergencies, slots, out = make()
    for now in (0.0, 0.5, 0.9, 1.0, 1.5):
        emergencies.failed("sip:112@example.com", 503, f"c{now}", now)
    assert slots[EMERGENCY_FAILED] == 5
    assert out == [(NOTICE, EmergencyFailed("112", 503, each)) for each in ("c0.0", "c1.0")]


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("sip:112@example.com;user=phone", "112"), ("tel:110;phone-context=+49", "110"),
        ("sip:example.com", "example.com"),
        ("urn:service:sos.fire", "urn:service:sos.fire"),
    ],
)  # fmt: skip
def test_who_was_called(uri: str, number: str) -> None:
    emergencies, _, out = make()
    emergencies.failed(uri, 404, "c", 0.0)
    assert out == [(NOTICE, EmergencyFailed(number, 404, "c"))]


def test_what_a_caller_wrote_is_bounded() -> None:
    emergencies, _, out = make()
    emergencies.failed("sip:" + "1" * 5000, 404, "c" * 5000, 0.0)
    notice = out[0][1]
    assert isinstance(notice, EmergencyFailed)
    assert (len(notice.number), len(notice.call_id)) == (256, 256)
