"""Chinese for alarms."""

from __future__ import annotations

from typing import Final

FAULTS: Final = {
    "An alarm was acknowledged, shelved or unshelved": "告警被确认、搁置或取消搁置",
    "The severity of an alarm has changed": "告警级别发生变化",
    "An alarm is over": "告警已结束",
    "An alarm has been raised": "产生了告警",
    "Edit what is other than in the catalogue for one alarm.": "编辑某个告警与告警目录不同之处。",
    "Critical conditions": "严重情况",
    "Alarms": "告警",
    "What is other than in the catalogue": "与告警目录不同之处",
    "Number of the alarm (`show alarm definition`)": "告警编号（`show alarm definition`）",
    "Give the alarm this severity, whatever its source says.": "不论来源如何报告，都使告警具有此级别。",
    "How grave it is": "严重程度",
    "Service is gone: act at once": "业务中断：立即处理",
    "Service suffers: act soon": "业务受损：尽快处理",
    "Something is wrong that does not hurt yet": "有故障，但尚未影响业务",
    "Something may go wrong": "可能出现故障",
    "Not known how grave": "严重程度未知",
    "Raise the alarm when its condition has lasted so many seconds.": "条件持续这么多秒后才产生告警。",
    "How long it must last before it is raised": "产生告警前条件须持续的时间",
    "Clear the alarm when its condition has been gone for so many seconds.": "条件消失这么多秒后才清除告警。",
    "How long it must be gone before it is cleared": "清除告警前条件须消失的时间",
    "Never raise the alarm; one that is raised is cleared.": "从不产生此告警；已产生的则清除。",
    "Never raise it": "从不产生",
    "Keep so many events of alarms; the oldest go first.": "保留这么多条告警事件；最旧的先删除。",
    "Alarms that have been": "过去的告警",
    "Events": "事件",
}
