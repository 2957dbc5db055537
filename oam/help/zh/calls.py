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
    "Gracefully, unless `now` is said: new requests are refused with 503 until the next process is there, what "
    "is being set up is finished, as long as `drain` of `sip` permits. Its sockets stay open all the while. It "
    "counts neither as a failure nor for the back-off of the supervisor.": (
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
    "Calls in progress and past and refused attempts, the newest first: 100 unless the line says how many.": (
        "进行中和已结束的呼叫以及被拒绝的尝试，最新的在前；未指定数量时为 100 个。"
    ),
    "Signalling remembers as many as `call-history maximum` says; of older ones, and of those before the "
    "signalling process was started, the call records are read. Attempts that were refused at once have no "
    "record. Who was only asked for credentials is not among them.": (
        "信令保留的数量由 `call-history maximum` 规定；更早的呼叫以及信令进程启动之前的呼叫从话单读取。立即被"
        "拒绝的尝试没有话单。仅被要求认证的请求不在其中。"
    ),
    "Calls that are over, too, and attempts that were refused": "也包括已结束的呼叫和被拒绝的尝试",
    "Whose caller or called number has these digits in it": "主叫或被叫号码含有这些数字的",
    "By one trunk, or tried by it": "经由某个中继的，或尝试过它的",
    "Whose Call-ID has this text in it": "Call-ID 含有此文本的",
    "Part of the Call-ID": "Call-ID 的一部分",
    "That were not answered": "未被应答的",
    "That began then or later": "在该时刻或之后开始的",
    "The newest ones": "最新的若干个",
    "One call: what it was, each attempt to reach somebody, when it rang, how it ended and why.": (
        "一个呼叫：基本情况、每一次接续尝试、何时振铃、如何结束及其原因。"
    ),
    "With `explain` each stage that it passed says what it found: the trunk it came by, its class, who proved "
    "to be the caller, the entry of a list, the prefix that decided, numbers before and after translation, "
    "controls that acted or let it pass, trunks passed over and chosen, timers. Times are since the INVITE "
    "came. All calls of a Call-ID are shown.": (
        "加上 `explain`，所经过的每个阶段都说明其结论：来自哪个中继、类别、主叫被认证为谁、名单中的哪一条、起"
        "决定作用的前缀、变换前后的号码、起作用或放行的控制、被跳过和被选中的中继、定时器。时间从收到 INVITE "
        "起算。显示同一 Call-ID 的所有呼叫。"
    ),
    "One call, in progress or past": "一个呼叫，进行中或已结束",
    "Id as in 'show calls history', or Call-ID": "'show calls history' 中的标识，或 Call-ID",
    "Stage by stage what was decided, and by what": "逐阶段说明作出了什么决定，依据什么",
    "Send OPTIONS through the server's own sockets and show each answer with its delay; at last loss and mean delay.": (
        "通过服务器自己的套接字发送 OPTIONS，显示每个应答及其时延；最后给出丢失率和平均时延。"
    ),
    "Any answer shows that somebody is there, whatever its status. After 4 seconds one counts as lost; over "
    "UDP it is sent again meanwhile (RFC 3261 §17.1.2.2), which is counted. Five are sent to each place unless "
    "`count` says otherwise. A contact behind NAT is reached the way its REGISTER came. Ctrl-C stops.": (
        "无论状态码如何，任何应答都表明对方存在。4 秒后算作丢失；其间在 UDP 上会重发（RFC 3261 "
        "§17.1.2.2），并计数。除非用 `count` 指定，否则向每处发送五个。NAT 之后的联系地址按其 REGISTER "
        "的来路到达。Ctrl-C 停止。"
    ),
    "Ask whether somebody answers": "询问对方是否应答",
    "Each address of a trunk": "中继的每个地址",
    "SIP URI, or host, as 192.0.2.9:5060 or gw.example.net": "SIP URI 或主机，如 192.0.2.9:5060 或 gw.example.net",
    "Time between two of them, in milliseconds": "两次之间的间隔，以毫秒计",
    "Transport, whatever the target says": "传输协议，不论目标如何写",
    "Look at a subscriber from all sides: record, group, secret, lists, contacts, and calls.": (
        "全面检查一个用户：记录、组、密码、名单、联系地址和呼叫。"
    ),
    "Each contact is sent an OPTIONS the way a call would go. The name or the number of the subscriber will do.": (
        "按呼叫的路径向每个联系地址发送 OPTIONS。可用用户的名称或号码。"
    ),
    "Take nothing new on a listener: new requests are answered with 503 and Retry-After; calls in progress go on.": (
        "监听端口不再接受新请求：新请求以 503 和 Retry-After 应答；进行中的呼叫继续。"
    ),
    "Its socket stays open, so `no listener ... shutdown` brings it back at once. Calls from here go by other "
    "listeners where there are some, and phones behind NAT that have registered by it are not called. `show "
    "listeners` says `draining` and how many calls are left, then `shutdown`.": (
        "其套接字保持打开，因此 `no listener ... shutdown` 可立即恢复。由此发出的呼叫在有其他监听端口时走其他"
        "端口，经它注册的 NAT 之后的话机不会被呼叫。`show listeners` 显示 `draining` 和剩余呼叫数，随后显示 "
        "`shutdown`。"
    ),
    "Take nothing new; calls in progress go on": "不接受新的；进行中的呼叫继续",
    "Refuse new requests of the subscriber and new calls to it, as `no enabled` does; calls in progress go on.": (
        "拒绝该用户的新请求和对它的新呼叫，与 `no enabled` 相同；进行中的呼叫继续。"
    ),
    "Its registrations stay until they expire and count again after `no shutdown`. `test subscriber` says how "
    "many calls are left.": ("其注册保留到过期，`no shutdown` 之后重新有效。`test subscriber` 显示剩余呼叫数。"),
    "Refuse what is new; calls in progress go on": "拒绝新的；进行中的呼叫继续",
    "Let the subscriber register and call again, as `enabled` does.": "允许该用户重新注册和呼叫，与 `enabled` 相同。",
    "Call a number by one trunk and give the call up as soon as it rings or is answered; show each step.": (
        "经一个中继呼叫一个号码，一旦振铃或被应答即放弃；显示每一步。"
    ),
    "The INVITE is written as for any call to the trunk: its translation, number formats, header rules and "
    "credentials count; it offers no media. One that rings is cancelled, one that is answered is ended at "
    "once: use a number that may be called. It goes to the trunk's first address, shut down or not, and is in "
    "no count and no record.": (
        "INVITE 的写法与发往该中继的任何呼叫相同：其变换、号码格式、头域规则和认证信息都有效；不提供媒体。振"
        "铃的被取消，应答的立即结束：请使用可以呼叫的号码。发往该中继的第一个地址，无论是否已停用，不计入任何"
        "统计和话单。"
    ),
    "By a call": "通过一次呼叫",
    "Number to call, as it is after number analysis": "要呼叫的号码，即号码分析之后的号码",
}
