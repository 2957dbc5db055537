"""What is looked at: `monitor` and `show graph`."""

from __future__ import annotations

from typing import Final

GRAPHS: Final = {
    "Watch the server on the whole screen: calls, rates, indicators, trunks, causes, alarms, processes.": (
        "全屏监视服务器：呼叫、速率、指标、中继、原因、告警、进程。"
    ),
    "Calls and rates are of this second, the small charts go a minute back; shares, delays and causes are of the last "
    "five minutes, those of trunks of the last one. Tab and the arrows left and right change the page, up and down how "
    "it is sorted, `p` pauses, `q` or Ctrl-C ends it. With the plain editor the same comes as a table, again and again "
    "until a key is pressed.": (
        "呼叫和速率为当前这一秒的值，小图回溯一分钟；比率、时延和原因取最近五分钟，中继取最近一分钟。"
        "Tab 和左右方向键切换页面，上下方向键切换排序，`p` 暂停，`q` 或 Ctrl-C 结束。"
        "使用 plain 编辑器时，相同内容以表格形式反复显示，直到按下任意键。"
    ),
    "Watch the server on the whole screen": "全屏监视服务器",
    "A little of everything: the default": "总览：默认页面",
    "Trunks with most calls": "呼叫最多的中继",
    "Why calls were not answered": "呼叫未应答的原因",
    "Active alarms, the gravest first": "活动告警，最严重的在前",
    "Processor time, memory and lag of the processes": "各进程的处理器时间、内存和延迟",
    "Time between two looks": "两次刷新之间的时间",
    "Seconds; 1 where the screen is drawn on, else 5": "秒；可绘制的屏幕上为 1，否则为 5",
    "An indicator over the last hour, minute by minute, or over the last day, by quarter-hours.": (
        "最近一小时（逐分钟）或最近一天（逐刻钟）的一项指标。"
    ),
    "What was not measured, and a ratio or delay of nothing, is a gap: the axis is open below it. Without `in` or "
    "`out` of a trunk the calls to it. Times are UTC. A terminal that shows no more than ASCII gets no more.": (
        "未测量的部分以及没有样本的比率或时延为空缺：其下方的坐标轴断开。中继不带 `in` 或 `out` 时为去往该中继的呼叫。"
        "时间为 UTC。只能显示 ASCII 的终端只会收到 ASCII。"
    ),
    "Figures over time, or by size, drawn": "按时间或大小绘制的图形",
    "Calls offered a second": "每秒到达的呼叫",
    "Most calls at one time": "同时呼叫的最大数",
    "Calls answered a second": "每秒应答的呼叫",
    "Answer-seizure ratio": "应答占用比（ASR）",
    "Network effectiveness ratio": "网络有效率（NER）",
    "From INVITE to the first of 18x and 2xx": "从 INVITE 到第一个 18x 或 2xx",
    "From the arrival of a message to all that followed being sent": "从消息到达到由其引起的全部消息发出",
    "Traffic carried, in erlang": "承载的话务量，单位爱尔兰",
    "How far back": "回溯多久",
    "Sixty minutes: the default": "六十分钟：默认",
    "Ninety-six quarter-hours": "九十六个刻钟",
    "The load of the signalling process over the last hour, minute by minute, or the last day, by quarter-hours.": (
        "信令进程最近一小时（逐分钟）或最近一天（逐刻钟）的负荷。"
    ),
    "Of each minute or quarter-hour the greatest value is drawn, looked at once a second. It is a gap where the "
    "process did not run. A new start of management begins anew. `show environment` has the bounds of the alarms.": (
        "绘制每分钟或每刻钟内的最大值，每秒采样一次。进程未运行处为空缺。管理进程重新启动后重新开始。"
        "告警门限见 `show environment`。"
    ),
    "Processor time of the signalling process": "信令进程的处理器时间",
    "How late the signalling loop was woken": "信令循环被唤醒的延迟",
    "How full the fullest UDP socket was": "最满的 UDP 套接字的占用程度",
    "How many calls or messages of the last hour or day had which delay.": (
        "最近一小时或一天中，各时延区间的呼叫或消息数量。"
    ),
    "Each line counts those above the bound before it and up to its own.": (
        "每行统计大于上一界限且不超过本行界限的数量。"
    ),
    "How often which delay was": "各时延出现的次数",
}
