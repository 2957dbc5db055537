"""What statistics are collected."""

from __future__ import annotations

from typing import Final

COLLECTION: Final = {
    "An emergency call was refused or failed": "紧急呼叫被拒绝或失败",
    "Statistics by object: what is counted.": "按对象统计：统计什么。",
    "Statistics by object: what is counted": "按对象统计：统计什么",
    "Count calls and messages by listener, trunk, route group, destination, subscriber group and method.": (
        "按监听、中继、路由组、目的地、用户组和方法统计呼叫和消息。"
    ),
    (
        "With `no` only the counters of the whole are kept (`show sip statistics`), and what was counted by object is "
        "forgotten after two minutes."
    ): "使用 `no` 时只保留总计数器（`show sip statistics`），按对象统计的内容两分钟后丢弃。",
    "What is counted": "统计什么",
    "Each listener, trunk, route group, destination and subscriber group by itself": (
        "每个监听、中继、路由组、目的地和用户组各自统计"
    ),
    "Destinations that are counted by themselves, those called most; the others are counted together, as `other`.": (
        "各自统计的目的地数，取呼叫最多者；其余的合并统计，称为 `other`。"
    ),
    "One that has not been called for a quarter of an hour gives way to one that is.": (
        "一刻钟内没有呼叫的目的地让位给有呼叫的目的地。"
    ),
    "Prefixes of called numbers, as number analysis finds them": "被叫号码的前缀，由号码分析得出",
}
