"""What runs by itself: schedules, events, reports."""

from __future__ import annotations

from typing import Final

AUTOMATION: Final = {
    "Edit commands that run at a time.": "编辑定时执行的命令。",
    "Commands that run at a time": "定时执行的命令",
    "Run at a time in UTC: once (`2026-11-23 04:00`), `04:00 daily`, or `04:00 weekdays mon fri`.": (
        "在 UTC 时间执行：一次（`2026-11-23 04:00`）、`04:00 daily` 或 `04:00 weekdays mon fri`。"
    ),
    "What is missed while the server is down is not caught up.": "服务器停机期间错过的执行不再补做。",
    "Time of the day, or date and time, in UTC": "时刻，或日期和时刻，UTC",
    "As 2026-11-23 04:00, 04:00 daily, 04:00 weekdays mon fri": (
        "如 2026-11-23 04:00、04:00 daily、04:00 weekdays mon fri"
    ),
    "Run again and again, as `30 minutes`, `6 hours` or `2 days`, counted from midnight UTC of 1970-01-01.": (
        "反复执行，如 `30 minutes`、`6 hours` 或 `2 days`，从 1970-01-01 午夜（UTC）起计。"
    ),
    "Again and again": "反复执行",
    "As 30 minutes, 6 hours, or 2 days": "如 30 minutes、6 hours 或 2 days",
    "Put a command on the list; the first that fails ends the run.": "将命令放入列表；第一条失败的命令结束本次执行。",
    "Command of the list; they run in the order of their numbers": "列表中的命令；按编号顺序执行",
    "Place in the list": "在列表中的位置",
    "Command, as typed in EXEC mode or, behind 'configure terminal', in the modes": (
        "命令，按 EXEC 模式中的写法；在 'configure terminal' 之后则按各模式中的写法"
    ),
    "Run with the rights of this account; without one nothing runs.": "以此帐户的权限执行；没有此行时什么都不执行。",
    "Operator with whose rights the list runs": "以哪个操作员的权限执行列表",
    "Account of this server": "本服务器的帐户",
    "Write what each run shows to a file, in place of what the run before wrote.": (
        "将每次执行所显示的内容写入文件，取代上一次所写的内容。"
    ),
    "File that takes what the list shows": "接收列表所显示内容的文件",
    "Keep it from running at its times; `schedule run NAME now` still does.": (
        "使其到时不执行；`schedule run NAME now` 仍可执行。"
    ),
    "Keep it from running": "使其不执行",
    "Schedules: when each runs next, when it ran last, and how that went. Times are UTC.": (
        "定时任务：各自下次何时执行、上次何时执行以及结果如何。时间为 UTC。"
    ),
    "Run a schedule at once, whatever its times; `show schedule` tells how it went.": (
        "不论其时间，立即执行定时任务；`show schedule` 显示结果如何。"
    ),
    "Run a list out of turn": "在计划之外执行列表",
    "Edit commands that run when something happens.": "编辑某事发生时执行的命令。",
    "Commands that run when something happens": "某事发生时执行的命令",
    "Run when a notice of this kind is published (`show notices`).": "发布此类通知时执行（`show notices`）。",
    "What they wait for": "所等待的事件",
    "A version of the configuration could not be kept": "无法保留配置的一个版本",
    "The audit log cannot be written, or its chain is broken": "审计日志无法写入，或其哈希链已断裂",
    "The audit log is written again": "审计日志恢复写入",
    "A commit was not confirmed in time": "提交未及时确认",
    "The configuration was changed": "配置已更改",
    "The lock of the configuration was taken from its holder": "配置的锁已从其持有者手中夺走",
    "Notices for a command list on an event are dropped: too many wait for its next run": (
        "事件命令列表的通知被丢弃：等待其下次执行的太多"
    ),
    "An SSH host key cannot be used": "某个 SSH 主机密钥无法使用",
    "A fault in signalling": "信令中的故障",
    "A scheduled command list failed": "定时的命令列表执行失败",
    "Somebody failed to log in": "有人登录失败",
    "An account or an address is locked after failed logins": "帐户或地址因登录失败被锁定",
    "An older configuration was put in force": "较旧的配置已生效",
    "An AAA server does not answer": "AAA 服务器没有应答",
    "A syslog host cannot be reached": "无法到达 syslog 主机",
    "A table of signalling is full": "信令的一张表已满",
    "A table of signalling has room again": "信令的一张表又有空位",
    "Telnet, which shows passwords to the network, is enabled": "已启用会使密码暴露在网络上的 Telnet",
    "The signalling process has started": "信令进程已启动",
    "Run only when the notice's text matches a regular expression, as behind `| include`.": (
        "仅当通知的文本匹配正则表达式时执行，写法同 `| include` 之后。"
    ),
    "Only when the notice's text matches": "仅当通知的文本匹配时",
    "Put a command on the list. Nothing of the notice is put into it: its text comes from strangers.": (
        "将命令放入列表。通知的内容不会代入其中：其文本来自陌生人。"
    ),
    "Run at most once in so many seconds, and never more than 60 times an hour.": (
        "在这么多秒内最多执行一次，且每小时从不超过 60 次。"
    ),
    "What comes meanwhile waits, up to 100 notices, and the next run is about all of them.": (
        "其间到来的通知等待，最多 100 条，下次执行针对其全部。"
    ),
    "How often at most": "执行的最高频度",
    "Seconds": "秒数",
    "Keep it from running.": "使其不执行。",
    "Event hooks: how often each ran, what waits for its next run, and how the last run went.": (
        "事件挂钩：各自执行的次数、等待下次执行的通知，以及上次执行的结果。"
    ),
    "What happened that operators should hear of, oldest first; kept in memory, at most 500.": (
        "操作员应当知道的事件，最旧的在前；保存在内存中，最多 500 条。"
    ),
    "What operators should have heard of": "操作员应当知道的事件",
    "The newest": "最新的若干条",
    "State and configuration of this server for whoever helps with it: secrets and their hashes are masked.": (
        "本服务器的状态和配置，供协助者使用：密码及其哈希被遮盖。"
    ),
    (
        "Numbers and addresses of calls are not. Every part is bounded in lines and time, and one that fails "
        "does not keep the others; `| redirect FILE` writes it all to a file."
    ): (
        "呼叫的号码和地址不遮盖。每一部分的行数和时间都有上限，某一部分失败不影响其他部分；`| redirect FILE` 将全"
        "部内容写入文件。"
    ),
    "Everything that support asks for, without secrets": "技术支持所需的全部内容，不含密码",
}
