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
}
