"""Signalling trace: what runs, what was traced, where it goes."""

from __future__ import annotations

from typing import Final

TRACE: Final = {
    "Trace SIP messages; all that is given must fit, and without anything every message does.": (
        "跟踪 SIP 消息；给出的条件须全部满足，未给出条件时跟踪所有消息。"
    ),
    "A call of which one message fits is followed to its end, on both sides of the server. `show trace` shows what was "
    "traced, `terminal monitor` shows it as it comes. The trace stops after 10 minutes unless the line says otherwise, "
    "and at the latest after a day; at most 8 run at a time.": (
        "呼叫中有一条消息符合条件，即在服务器两侧跟踪该呼叫直到结束。`show trace` 显示已跟踪的消息，`terminal monitor` "
        "实时显示。除非命令另有说明，跟踪在 10 分钟后停止，最迟一天后停止；最多同时运行 8 个。"
    ),
    "Trace what goes on": "跟踪正在发生的事",
    "SIP messages, received and sent": "收到和发出的 SIP 消息",
    "Of one call": "一个呼叫的",
    "Call-ID": "呼叫标识 Call-ID",
    "From or to one number": "来自或发往一个号码的",
    "The whole number, without '+'": "完整号码，不带 '+'",
    "To and from a trunk": "与一个中继往来的",
    "To and from an address or network": "与一个地址或网络往来的",
    "Network, as 192.0.2.0/24": "网络，如 192.0.2.0/24",
    "Of one method": "一种方法的",
    "SIP method, as INVITE": "SIP 方法，如 INVITE",
    "When it stops by itself": "何时自动停止",
    "Minutes; 10 unless given": "分钟；未指定时为 10",
    "End one trace, or all of SIP. What was traced stays to be shown.": (
        "结束一个跟踪，或所有 SIP 跟踪。已跟踪的消息仍可显示。"
    ),
    "End traces": "结束跟踪",
    "Number of the trace": "跟踪的编号",
    "End every trace.": "结束所有跟踪。",
    "Every trace": "所有跟踪",
    "End one trace, or all of SIP; the same as `undebug sip`.": (
        "结束一个跟踪，或所有 SIP 跟踪；与 `undebug sip` 相同。"
    ),
    "End every trace; the same as `undebug all`.": "结束所有跟踪；与 `undebug all` 相同。",
    "Traces that run: what they take, how much they have, when they stop.": (
        "正在运行的跟踪：跟踪什么、已有多少、何时停止。"
    ),
    "Traces that run": "正在运行的跟踪",
    "A trace of signalling has ended": "一个信令跟踪已结束",
    "Signalling is traced": "正在跟踪信令",
    "Messages that were traced, oldest first: the newest 100 unless the line says how many.": (
        "已跟踪的消息，最早的在前：除非命令说明数量，显示最新的 100 条。"
    ),
    "Times are UTC. `debug sip` begins a trace. What was traced stays, also over a restart, until newer messages need "
    "the room or `clear trace` forgets it.": (
        "时间为 UTC。`debug sip` 开始跟踪。已跟踪的消息在重启后仍保留，直到被较新的消息覆盖或被 `clear trace` 清除。"
    ),
    "SIP messages that were traced": "已跟踪的 SIP 消息",
    "Requests of this method and their responses": "此方法的请求及其响应",
    "How many; 100 unless given": "数量；未指定时为 100",
    "Messages of one call, a line each.": "一个呼叫的消息，每条一行。",
    "One call, by its Call-ID or a part of it": "一个呼叫，按 Call-ID 或其一部分",
    "Call-ID, or a part of it": "Call-ID 或其一部分",
    "A line for each message": "每条消息一行",
    "One call as a ladder diagram: an arrow for each message, with its time and the time since the one before.": (
        "以梯形图显示一个呼叫：每条消息一个箭头，附时间及与前一条的间隔。"
    ),
    "SDP marks a message that brings an offer or answer, x2 one that is sent for the second time; `=` is TCP, "
    "`-` UDP.": ("SDP 表示带有提议或应答的消息，x2 表示第二次发送的消息；`=` 为 TCP，`-` 为 UDP。"),
    "Every message of one call with all its lines.": "一个呼叫的每条消息及其所有行。",
    "Every message with all its lines": "每条消息及其所有行",
    "Calls, registrations and other exchanges that were traced, oldest first; the newest 100 unless told otherwise.": (
        "已跟踪的呼叫、注册及其他交互，最早的在前；除非另有说明，显示最新的 100 个。"
    ),
    "One line for each call": "每个呼叫一行",
    "One message with all its lines; secrets in it are `x`, as they were never kept.": (
        "一条消息及其所有行；其中的秘密显示为 `x`，因为从未保存过。"
    ),
    "One message with all its lines": "一条消息及其所有行",
    "Number of the message, as in 'show trace'": "消息的编号，如 'show trace' 所示",
    "Forget what was traced; traces that run go on.": "清除已跟踪的消息；正在运行的跟踪继续。",
    "Write what was traced, or one call, to a file that Wireshark opens, or as text.": (
        "将已跟踪的消息或一个呼叫写入 Wireshark 可打开的文件，或写成文本。"
    ),
    "As Wireshark reads it": "Wireshark 可读的格式",
    "As lines of text": "文本行",
    "The capture server that is sent what is traced, and how that goes.": "接收跟踪消息的采集服务器及其发送情况。",
    "Capture server (Homer)": "采集服务器（Homer）",
    "How much of signalling is kept when it is traced, and who is sent it.": "跟踪信令时保留多少，以及发送给谁。",
    "Room for traced messages, in megabytes; 16 hold some 15,000. Another size is taken up when no trace runs.": (
        "跟踪消息的空间，单位为兆字节；16 约可容纳 15,000 条。无跟踪运行时才采用新的大小。"
    ),
    "Room for messages; the oldest go first": "消息的空间；最早的先被删除",
    "Megabytes": "兆字节",
    "Send what is traced to a capture server as well; `debug sip` says what that is.": (
        "同时将跟踪的消息发送到采集服务器；跟踪什么由 `debug sip` 决定。"
    ),
    "Capture server that takes HEP version 3 over UDP (Homer)": "通过 UDP 接收 HEP 第 3 版的采集服务器（Homer）",
    "Where it is": "它的位置",
    "Address of the capture server": "采集服务器的地址",
    "UDP port; 9060 unless given": "UDP 端口；未指定时为 9060",
    "By which it knows this server; 2001": "采集服务器据以识别本服务器；默认 2001",
    "Secret that the capture server asks for; kept encrypted, sent in clear as HEP has it.": (
        "采集服务器要求的密码；加密保存，按 HEP 规定以明文发送。"
    ),
    "Secret shared with the capture server": "与采集服务器共享的密码",
}
