"""Chinese for call history, diagnostics, isolation and recovery."""

from __future__ import annotations

from typing import Final

CALLS: Final = {
    "Start a process anew": "重新启动一个进程",
    "The signalling process": "信令进程",
    "It finishes what is in flight first, as long as `drain` of `sip` says": (
        "先完成进行中的事务，时限由 `sip` 的 `drain` 规定"
    ),
    "It is killed at once; calls being set up are lost": "立即终止；正在建立的呼叫丢失",
    "Start the signalling process anew; established calls and registrations go on.": (
        "重新启动信令进程；已建立的呼叫和注册继续有效。"
    ),
    "Gracefully, unless `now` is said: new requests are refused with 503 until the next process is there, what is "
    "being set up is finished, as long as `drain` of `sip` permits. Its sockets stay open all the while. It counts "
    "neither as a failure nor for the back-off of the supervisor.": (
        "除非指定 `now`，重启是平滑的：新请求以 503 拒绝，直到新进程就绪；正在建立的呼叫在 `sip` 的 `drain` "
        "规定的时限内完成。套接字始终保持打开。这既不算故障，也不计入监管进程的退避。"
    ),
    "How long the signalling process may stand still, in seconds": "信令进程允许停顿的时间，以秒计",
    "How long the signalling process may stand still before it is killed and started again, in seconds; 0 is never.": (
        "信令进程停顿多久后被终止并重新启动，以秒计；0 表示从不。"
    ),
    "One that is busy, however much, is not meant: it would have to do nothing at all. Established calls go on.": (
        "繁忙的进程无论多忙都不在此列：只针对完全没有动作的进程。已建立的呼叫继续。"
    ),
    "Calls that are over": "已结束的呼叫",
    "Calls; 0: none": "呼叫数；0：不保留",
    "Calls that are remembered with all that became of them, and as many refused attempts; some 2 KB each.": (
        "连同其全过程一起保留的呼叫数，以及同样数量的被拒绝的尝试；每个约 2 KB。"
    ),
    "`show calls history` lists them; of older ones only their records are left.": (
        "用 `show calls history` 列出；更早的呼叫只剩话单。"
    ),
}
