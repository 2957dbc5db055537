"""What `show overload` tells."""

from __future__ import annotations

from typing import Final

from core.northbound.rows import OverloadPeerRow, OverloadRow
from core.pipeline.inbound import Services
from core.policy.overload import CALL

_UNITS: Final = {"cpu": "%", "lag": "ms", "queue": "%", "memory": "MiB", "calls": "%", "rate": "%"}
_LEVELS: Final = ("nothing is refused", "calls", "calls, registrations", "calls, registrations, priority calls")


def overload_rows(services: Services, now: float) -> list[OverloadRow]:
    """Tell the level, what comes, what is let in, and each indicator."""
    control = services.overload
    state = _LEVELS[control.level]
    if control.level:
        state = f"{state} ({control.cause}, {now - control.since:.0f} s)"
    elif not services.settings.traffic.overload.enabled:
        state = "off"
    rows = [
        OverloadRow("level", control.level, "", None, None, state),
        OverloadRow("offered", round(control.offered[CALL], 1), "calls/s", None, None, ""),
        OverloadRow("carried", round(control.carried[CALL], 1), "calls/s", None, None, ""),
        OverloadRow("limit", round(control.limit(), 1), "calls/s", None, None, ""),
        OverloadRow("refused", control.percent(), "%", None, None, ""),
        OverloadRow("told", services.feedback.percent(), "%", None, None, ""),
    ]
    rows += [
        OverloadRow(
            each.name,
            round(each.value, 1),
            _UNITS[each.name],
            each.high,
            each.low,
            "high" if each.is_over else "normal",
        )
        for each in control.indicators
    ]
    return rows


def peer_rows(services: Services, now: float) -> list[OverloadPeerRow]:
    """Tell whom we told how much to send, and who told us."""
    percent = services.feedback.percent()
    rows = [
        OverloadPeerRow(peer, "upstream", "loss", percent, round(rate, 1), round(offered, 1), None, None)
        for peer, rate, offered in services.feedback.peers()
    ]
    rows += [
        OverloadPeerRow(peer, "downstream", algorithm, value, None, None, round(left, 3), refused)
        for peer, algorithm, value, left, refused in services.trunks.throttles.rows(now)
    ]
    return rows
