"""Chinese for alarms."""

from __future__ import annotations

from typing import Final

FAULTS: Final = {
    "An alarm was acknowledged, shelved or unshelved": "告警被确认、搁置或取消搁置",
    "The severity of an alarm has changed": "告警级别发生变化",
    "An alarm is over": "告警已结束",
    "An alarm has been raised": "产生了告警",
}
