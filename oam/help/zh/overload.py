"""Overload control: thresholds, bounds, feedback."""

from __future__ import annotations

from typing import Final

OVERLOAD: Final = {
    "New requests are refused because there are too many": "新请求过多，正在拒绝其中一部分",
    "Nothing is refused for overload any more": "不再因过负荷而拒绝任何请求",
    "When new requests are refused to keep the rest going: processor time, per cent of one; `no` minds it not.": (
        "何时拒绝新请求以保全其余：处理器时间，单个处理器的百分数；`no` 表示不理会此指标。"
    ),
    (
        "Overload begins once an indicator has reached `high` for most of a second. New calls are refused first (level "
        "1), then registrations, those of phones that have none before others (level 2), then calls of the class "
        "priority (level 3). How many are let in follows the indicators ten times a second. Requests within a dialog "
        "are never refused, emergency calls by the hard cap alone."
    ): (
        "某项指标在近一秒内一直达到 `high` 时过负荷开始。首先拒绝新呼叫（1 级），然后拒绝注册，尚无注册的电话先于其他"
        "电话（2 级），最后拒绝优先级呼叫（3 级）。放行的数量每秒十次随指标调整。对话内的请求从不拒绝，紧急呼叫只受"
        "硬上限限制。"
    ),
    "The same by how late the signalling process comes to its work, in milliseconds.": (
        "同上，按信令进程处理工作的延迟，毫秒。"
    ),
    "The same by the fill of the fullest socket's receive buffer, per cent.": (
        "同上，按最满的套接字接收缓冲区的占用，百分数。"
    ),
    "The same by the memory of the signalling process, in MiB; by default it is not minded.": (
        "同上，按信令进程的内存，MiB；默认不理会。"
    ),
    "The same by calls in progress, per cent of `maximum calls`; by default they are not minded.": (
        "同上，按进行中的呼叫数，占 `maximum calls` 的百分数；默认不理会。"
    ),
    "How this server protects itself": "本服务器如何保护自己",
    "Processor time of signalling, per cent of one processor": "信令进程占用的处理器时间，单个处理器的百分数",
    "How late the signalling process comes to its work, in milliseconds": "信令进程处理工作的延迟，毫秒",
    "Fill of the sockets' receive buffers, per cent": "套接字接收缓冲区的占用，百分数",
    "Memory of the signalling process, in MiB": "信令进程的内存，MiB",
    "Calls, per cent of 'maximum calls'": "呼叫数，占 'maximum calls' 的百分数",
    "Overload begins here": "达到此值即为过负荷",
    "Overload is over below": "低于此值过负荷结束",
    "Refuse new requests while there are too many; else only `overload rate-maximum` and `hard-cap` bound them.": (
        "新请求过多时予以拒绝；否则只受 `overload rate-maximum` 和 `hard-cap` 限制。"
    ),
    "Refuse new requests while there are too many": "新请求过多时予以拒绝",
    "How long nothing may be refused and no indicator be high before a level is left, in seconds.": (
        "离开某一级之前，须有多少秒未拒绝任何请求且各项指标均不高。"
    ),
    "How long all must be well before a level is left, in seconds": "离开某一级之前一切须正常多久，秒",
    "Have refusals say Retry-After, drawn between two bounds; 0 0: none is said.": (
        "拒绝时给出 Retry-After，其值在两个界限之间随机选取；0 0：不给出。"
    ),
    (
        "An element that is told so sends nothing at all for that long (RFC 3261 §21.5.4): for phones, not for other "
        "servers."
    ): "收到它的网元在此期间完全不再发送（RFC 3261 §21.5.4）：适用于电话，不适用于其他服务器。",
    "How long refused elements are told to wait, in seconds": "告知被拒绝者等待多久，秒",
    "Tell upstream elements that ask for it how much to keep back (RFC 7339), or how much to send (RFC 7415).": (
        "告知提出要求的上游网元应扣留多少（RFC 7339）或发送多少（RFC 7415）。"
    ),
    "Tell upstream elements that ask for it how much to send (RFC 7339, RFC 7415)": (
        "告知提出要求的上游网元应发送多少（RFC 7339、RFC 7415）"
    ),
    "How long what upstream elements are told holds, in milliseconds.": "告知上游网元的内容有效多久，毫秒。",
    "How long what they are told holds, in milliseconds": "告知的内容有效多久，毫秒",
    (
        "New calls a second that this server is engineered for, those of priority and emergency apart; 0: no such "
        "bound."
    ): "本服务器按设计每秒承受的新呼叫数，优先级和紧急呼叫除外；0：无此限制。",
    "New calls a second that this server is engineered for; 0: what its processor takes": (
        "本服务器按设计每秒承受的新呼叫数；0：以处理器能力为限"
    ),
    "New calls a second above which even emergency calls are refused; 0: 20 per cent above `rate-maximum`.": (
        "每秒新呼叫数超过此值时连紧急呼叫也拒绝；0：比 `rate-maximum` 高百分之二十。"
    ),
    (
        "Without either, emergency calls are bounded while there is overload only: by what was carried when it began, "
        "and 20 per cent more. Emergency messages count as calls."
    ): "两者均未配置时，紧急呼叫仅在过负荷期间受限：上限为过负荷开始时所承载的数量再加百分之二十。紧急消息按呼叫计数。",
    "New calls a second above which even emergency calls are refused": "每秒新呼叫数超过此值时连紧急呼叫也拒绝",
    "Overload level, what is let in, and the indicators with their thresholds.": (
        "过负荷等级、放行的数量，以及各项指标及其门限。"
    ),
    "Upstream elements that are told how much to send, and downstream elements that told us.": (
        "被告知发送多少的上游网元，以及告知我们的下游网元。"
    ),
    "Neighbours that exchange overload feedback with us": "与我们交换过负荷反馈的相邻网元",
}
