"""Statistics: what objects did, what is kept, what indicators mean."""

from __future__ import annotations

from typing import Final

STATISTICS: Final = {
    "Indicators of all calls together, in the quarter-hour that is being filled and in the one before.": (
        "全部呼叫合计的指标：正在统计的一刻钟和前一个一刻钟。"
    ),
    (
        "Quarter-hours begin with the clock. What was not counted has no value: a ratio of nothing is `-`. `suspect` "
        "says in which of both something may be missing. `show statistics definitions` has the formula of each."
    ): (
        "一刻钟与时钟对齐。没有计数就没有值：没有样本的比率为 `-`。`suspect` 说明两者中哪一个可能有缺失。"
        "`show statistics definitions` 给出每个指标的公式。"
    ),
    "How the history is written": "历史的写入状况",
    "Minutes written since management started, and whether the history can be written now.": (
        "管理进程启动以来写入的分钟数，以及历史现在能否写入。"
    ),
    "What waits and what was lost are quarter-hours and days; `damaged` files were set aside.": (
        "等待的和丢失的以一刻钟和天计；`damaged` 为已移开保存的损坏文件数。"
    ),
    "What objects of signalling did": "信令各对象的统计",
    "All calls together": "全部呼叫合计",
    "Every indicator, also those that are nought": "所有指标，包括为零的",
    "Indicators of one object, in the quarter-hour that is being filled and in the one before.": (
        "一个对象的指标：正在统计的一刻钟和前一个一刻钟。"
    ),
    "Without `in` or `out` of a trunk both directions.": "中继不写 `in` 或 `out` 时为两个方向。",
    "Calls and messages by where they came in": "按接收的监听地址统计呼叫和消息",
    "Name of the listener": "监听地址的名称",
    "Calls by trunk, in each direction": "按中继和方向统计呼叫",
    "Calls from it": "来自该中继的呼叫",
    "Calls to it": "去往该中继的呼叫",
    "Calls by route group": "按路由组统计呼叫",
    "Calls by the beginning of the called number": "按被叫号码的开头统计呼叫",
    "Digits, 'any', or 'other'": "数字、'any' 或 'other'",
    "Calls by the group of the caller": "按主叫所属的组统计呼叫",
    "All objects of a kind, a row each, in the quarter-hour that is being filled or in the one before.": (
        "一类的全部对象，每个一行：正在统计的一刻钟或前一个一刻钟。"
    ),
    (
        "ASR and NER are per cent, `erlang` is traffic, `calls` how many there are now and `calls-peak` the most there "
        "were; ninety-five of a hundred calls had a set-up delay of at most `setup-p95`."
    ): (
        "ASR 和 NER 为百分比，`erlang` 为话务量，`calls` 为当前呼叫数，`calls-peak` 为最大呼叫数；"
        "百分之九十五的呼叫其接续时延不超过 `setup-p95`。"
    ),
    "In the quarter-hour before": "前一个一刻钟",
    "What is kept of all calls together: 96 quarter-hours, or 30 days, and the one that is being filled.": (
        "全部呼叫合计所保存的统计：96 个一刻钟或 30 天，以及正在统计的一个。"
    ),
    "Times and days are UTC. `busy-hour` marks the four quarter-hours in a row with most bids. Of a day `bhca` is "
    "their sum, and `busy` when they began.": (
        "时刻和日期为 UTC。`busy-hour` 标出试呼最多的连续四个一刻钟。对于一天，`bhca` 为其总和，`busy` 为其开始时刻。"
    ),
    "What is kept, oldest first": "所保存的统计，最早的在前",
    "Quarter-hours of the last day": "最近一天的各一刻钟",
    "Days of the last month": "最近一个月的各天",
    "What is kept of one object: 96 quarter-hours, or 30 days, and the one that is being filled.": (
        "一个对象所保存的统计：96 个一刻钟或 30 天，以及正在统计的一个。"
    ),
    "Without `in` or `out` of a trunk the calls to it. `busy-hour` marks the four quarter-hours in a row with most "
    "bids.": "中继不写 `in` 或 `out` 时为去往它的呼叫。`busy-hour` 标出试呼最多的连续四个一刻钟。",
    "Responses received and sent since `clear statistics`, by method of the request and status.": (
        "自 `clear statistics` 以来收到和发送的响应，按请求方法和状态码。"
    ),
    "Responses by method and status": "按方法和状态码统计响应",
    "Requests received and sent since `clear statistics`, by method; `again` are retransmissions.": (
        "自 `clear statistics` 以来收到和发送的请求，按方法；`again` 为重传。"
    ),
    "Requests by method": "按方法统计请求",
    "What each indicator is: unit, formula, what is counted, and the clause of the standard.": (
        "每个指标的含义：单位、公式、所计内容以及标准的条款。"
    ),
    "What each indicator is": "每个指标的含义",
    "Name of an indicator, as asr": "指标名称，如 asr",
    "Count methods and responses from zero again; quarter-hours and days stay as they are.": (
        "方法和响应重新从零计数；一刻钟和天的统计不变。"
    ),
}
