"""SIP: identity, listeners, registrations, calls, subscribers."""

from __future__ import annotations

from typing import Final

SIP: Final = {
    "A tenth of them is kept for requests within calls. Each call leaves four behind for half a minute.": (
        "其中十分之一留给呼叫内的请求。每个呼叫结束后有四个事务再保留半分钟。"
    ),
    "Digest authentication of subscribers.": "用户的摘要认证。",
    "Digest authentication of subscribers": "用户的摘要认证",
    "Name the realm; without it, it is the first `sip domain`.": "指定认证域；未指定时为第一个 `sip domain`。",
    "Stored credentials are made for one realm: after a change every subscriber needs its secret set again.": (
        "存储的凭据只对一个认证域有效：更改后每个用户都需要重新设置密码。"
    ),
    "Protection domain named in challenges": "质询中给出的保护域",
    "Name of a protection domain": "保护域的名称",
    "Offer a digest algorithm, after those offered already; `no` withdraws it.": (
        "在已提供的摘要算法之后再提供一种；`no` 则撤回。"
    ),
    "By default SHA-256 is offered first and MD5 second.": "默认先提供 SHA-256，再提供 MD5。",
    "Digest algorithm to offer": "提供的摘要算法",
    "SHA-256 (RFC 7616)": "SHA-256 算法（RFC 7616）",
    "MD5, for old phones": "MD5，用于旧话机",
    "Ask for credentials on REGISTER.": "对 REGISTER 要求凭据。",
    "Requests that need credentials": "需要凭据的请求",
    "REGISTER": "REGISTER 请求",
    "Ask for credentials on an INVITE outside a dialog.": "对对话外的 INVITE 要求凭据。",
    "INVITE outside a dialog": "对话外的 INVITE",
    "Ask for credentials on any other request outside a dialog.": "对对话外的任何其他请求要求凭据。",
    "Any other request outside a dialog": "对话外的任何其他请求",
    "How long a nonce is accepted, in seconds; then the phone is challenged again with `stale=true`.": (
        "随机数（nonce）的有效时间，以秒计；过期后以 `stale=true` 重新质询话机。"
    ),
    "Challenge nonces": "质询用的随机数（nonce）",
    "How long one is good for, in seconds": "单个随机数的有效时间，以秒计",
    "Calls in progress, early and answered.": "进行中的呼叫，包括未应答和已应答的。",
    "Calls, early and answered": "呼叫，包括未应答和已应答的",
    "Only those with this text in caller, callee or Call-ID": "仅限主叫、被叫或 Call-ID 中含有此文本的呼叫",
    "Part of caller, callee or Call-ID": "主叫、被叫或 Call-ID 的一部分",
    "Calls in progress with all that is known of each.": "进行中的呼叫及每个呼叫的全部已知信息。",
    "All that is known of each": "每一项的全部已知信息",
    "Add or change subscribers from a CSV file, all or none.": "从 CSV 文件增加或更改用户，要么全部，要么一个也不。",
    (
        "The first line names the columns: name, and any of number, display_name, enabled, group, secret, or realm, "
        "ha1_sha_256 and ha1_md5 in place of secret. Columns that the file does not have stay as they are for those "
        "who exist already. A fault anywhere in the file leaves everything unchanged; faults are shown with "
        "their line numbers."
    ): (
        "第一行给出列名：name，以及 number、display_name、enabled、group、secret 中的任意几项，或用 realm、ha1_sha_256 "
        "和 ha1_md5 代替 secret。文件中没有的列，对已存在的用户保持不变。文件中任何一处有错都不作任何更改；错误连"
        "同行号显示。"
    ),
    "Subscribers of this server": "本服务器的用户",
    "Write all subscribers to a CSV file that `import subscribers` reads.": (
        "将所有用户写入 CSV 文件，可由 `import subscribers` 读取。"
    ),
    "Instead of secrets it holds their HA1 values: keep it as safe as the secrets.": (
        "其中不含密码而含其 HA1 值：应像密码一样妥善保管。"
    ),
    "SIP sockets, their state and traffic.": "SIP 套接字及其状态和流量。",
    "SIP sockets of this server": "本服务器的 SIP 套接字",
    "Processes of this server: state, restarts, what they use.": "本服务器的进程：状态、重启次数、资源占用。",
    "Processes of this server": "本服务器的进程",
    "Registration intervals and bounds.": "注册周期和上限。",
    "Shortest interval accepted, in seconds; a shorter one is answered with 423 (RFC 3261 §10.3 step 7).": (
        "接受的最短周期，以秒计；更短的以 423 应答（RFC 3261 §10.3 step 7）。"
    ),
    "Registration interval, in seconds": "注册周期，以秒计",
    "Lower bound": "下限",
    "Interval given to a contact that asks for none, in seconds.": "给予未要求周期的联系地址的周期，以秒计。",
    "Set a command to its default": "将命令恢复为默认值",
    "Longest interval given, in seconds; a longer wish is shortened.": "给予的最长周期，以秒计；更长的要求被缩短。",
    "Contacts of one address-of-record.": "一个记录地址（AOR）的联系地址数。",
    "Contacts of one address-of-record": "一个记录地址（AOR）的联系地址",
    "Contacts of all addresses-of-record together; above it REGISTER is answered with 503.": (
        "所有记录地址（AOR）的联系地址总数；超出时以 503 应答 REGISTER。"
    ),
    "Contacts of all addresses-of-record together": "所有记录地址（AOR）的联系地址总数",
    "Contacts now registered, with what is left of each.": "当前注册的联系地址，以及各自的剩余时间。",
    "Contacts now registered": "当前注册的联系地址",
    "Subscriber, or address-of-record": "用户，或记录地址（AOR）",
    "Remove the contacts of everybody; phones register again when their time has run out.": (
        "删除所有人的联系地址；话机在注册到期时会重新注册。"
    ),
    "Registered contacts": "已注册的联系地址",
    "Everything": "全部",
    "Remove the contacts of one address-of-record.": "删除一个记录地址（AOR）的联系地址。",
    "SIP identity, listeners, timers and bounds.": "SIP 身份、监听、定时器和上限。",
    "Serve a domain, besides the addresses of the listeners.": "除监听地址外，再服务于一个域。",
    "Requests for other domains are refused unless a `relay` says where they go.": (
        "对其他域的请求被拒绝，除非有 `relay` 指明其去向。"
    ),
    "Domain name": "域名",
    "Domain that this server is responsible for": "由本服务器负责的域",
    "Listen on a local address and port; the default port of SIP is 5060.": (
        "在本地地址和端口上监听；SIP 的默认端口是 5060。"
    ),
    "A wildcard address (0.0.0.0, ::) needs `advertise`.": "通配地址（0.0.0.0、::）需要 `advertise`。",
    "Local socket that takes SIP messages": "接收 SIP 消息的本地套接字",
    "Over UDP": "经 UDP",
    "Over TCP": "经 TCP",
    "Port number": "端口号",
    "Host to put into Via and Record-Route in place of the address": "写入 Via 和 Record-Route 以代替地址的主机",
    "Host that others can reach": "其他系统可以到达的主机",
    "Send requests for a foreign domain to a next hop; without one they are refused.": (
        "将对外部域的请求发往下一跳；没有下一跳时拒绝。"
    ),
    "Send requests for a foreign domain onwards": "向前转发对外部域的请求",
    "Foreign domain": "外部域",
    "Where to": "去向",
    "SIP URI, as sip:host:port;transport=udp": "SIP URI，如 sip:host:port;transport=udp",
    "T1: estimate of the round-trip time, in milliseconds (RFC 3261 §17.1.1.1).": (
        "T1：往返时间的估计值，以毫秒计（RFC 3261 §17.1.1.1）。"
    ),
    "SIP timers (RFC 3261 table 4)": "SIP 定时器（RFC 3261 table 4）",
    "Round-trip time estimate, in milliseconds": "往返时间的估计值，以毫秒计",
    "T2: longest interval between retransmissions of a response or non-INVITE request, in milliseconds.": (
        "T2：响应或非 INVITE 请求的最长重传间隔，以毫秒计。"
    ),
    "Longest retransmission interval, in milliseconds": "最长重传间隔，以毫秒计",
    "T4: longest time a message stays in the network, in milliseconds.": "T4：消息在网络中停留的最长时间，以毫秒计。",
    "How long a message stays in the network, in milliseconds": "消息在网络中停留的时间，以毫秒计",
    "Timer C: how long a call may ring without an answer, in seconds (RFC 3261 §16.6 step 11).": (
        "定时器 C：呼叫无应答时可以振铃多长时间，以秒计（RFC 3261 §16.6 step 11）。"
    ),
    "How long a call may ring without an answer, in seconds": "呼叫无应答时可以振铃多长时间，以秒计",
    "Put this server into the route of the dialogs it sets up (RFC 3261 §16.6 step 4).": (
        "将本服务器放入其所建立对话的路由中（RFC 3261 §16.6 step 4）。"
    ),
    "Stay in the path of answered calls": "留在已应答呼叫的路径中",
    "Transactions at one time; above it new requests are answered with 503.": (
        "同时存在的事务数；超出时以 503 应答新请求。"
    ),
    "Transactions at one time": "同时存在的事务",
    "Calls at one time, early and answered; above it new INVITEs are answered with 503.": (
        "同时存在的呼叫数，包括未应答和已应答的；超出时以 503 应答新的 INVITE。"
    ),
    "TCP connections at one time, in both directions; above it new ones are closed.": (
        "同时存在的 TCP 连接数，包括两个方向；超出时关闭新连接。"
    ),
    "TCP connections, both directions": "TCP 连接，包括两个方向",
    "Octets of incomplete messages held for all TCP connections together.": (
        "所有 TCP 连接中未完整的消息合计保留的八位组数。"
    ),
    "Octets of incomplete messages on all TCP connections": "所有 TCP 连接上未完整的消息的八位组数",
    "Octets of one message; a longer one is refused with 513 or closes its connection.": (
        "一条消息的八位组数；更长的以 513 拒绝或关闭其连接。"
    ),
    "Octets of one message": "一条消息的八位组数",
    "Octets of one header field, folded lines included.": "一个头字段的八位组数，含折行。",
    "Octets of one header field": "一个头字段的八位组数",
    "Header fields of one message.": "一条消息的头字段数。",
    "Header fields of one message": "一条消息的头字段",
    "Branches of one forked request; targets beyond it are not tried.": "一个分叉请求的分支数；超出的目标不再尝试。",
    "Targets of one forked request": "一个分叉请求的目标",
    (
        "How long datagrams may wait to be taken together while more than 500 a second come, in milliseconds; 0 "
        "is never."
    ): ("每秒超过 500 个数据报时，数据报可以等待多长时间以便一起读取，以毫秒计；0 表示从不等待。"),
    "It saves CPU, a fifth of a call's here, and adds about as much to the delay of each message.": (
        "可以节省 CPU，约为一个呼叫的五分之一，同时给每条消息增加大致相当的时延。"
    ),
    "How long datagrams may wait under load to be taken together, in milliseconds": (
        "负荷下数据报可以等待多长时间以便一起读取，以毫秒计"
    ),
    "How long a stopping server goes on with what is in flight, in seconds.": (
        "停止中的服务器继续处理进行中的事务多长时间，以秒计。"
    ),
    "How long a stopping server finishes what is in flight, in seconds": (
        "停止中的服务器用多长时间完成进行中的事务，以秒计"
    ),
    "Messages, registrations and calls counted since `clear counters`.": (
        "自 `clear counters` 以来统计的消息、注册和呼叫。"
    ),
    "What SIP does": "SIP 的运行情况",
    "What has been counted": "统计结果",
    "Count from zero again.": "重新从零开始计数。",
    "Counters of signalling": "信令计数器",
    "Edit a subscriber, made if there is none; every line is committed to the store at once.": (
        "编辑用户，不存在则创建；每一行立即提交到存储。"
    ),
    "One subscriber": "一个用户",
    "Name of a subscriber": "用户的名称",
    "Remove a subscriber and the contacts registered for it.": "删除用户及其注册的联系地址。",
    "Negate a command or restore its default": "取消命令或恢复其默认值",
    "Set the secret, for the realm in force; only its digest values are kept.": (
        "为当前认证域设置密码；只保留其摘要值。"
    ),
    "What the phone proves to know": "话机须证明自己知道的密码",
    "The secret itself follows; it is stored as digest values": "其后是明文密码；以摘要值保存",
    "Set the digest values of a secret, for the realm they were made for.": "设置密码的摘要值，用于计算时的认证域。",
    "Digest values follow, as 'show subscriber NAME config' shows them": (
        "其后是摘要值，见 'show subscriber NAME config'"
    ),
    "Digest values as shown by 'show subscriber NAME config'": "摘要值，见 'show subscriber NAME config'",
    "Remove the secret: the subscriber can no longer authenticate.": "删除密码：用户不再能够通过认证。",
    "Name the subscriber for people.": "设置供人阅读的用户名称。",
    "Name of the subscriber as people read it": "供人阅读的用户名称",
    "Name, up to the end of the line": "名称，直到行尾",
    "Give the subscriber a number: another user part by which it is called; no two have the same.": (
        "为用户设置号码：另一个可供呼叫的用户部分；不得重复。"
    ),
    "Number that means this subscriber": "代表此用户的号码",
    "Number: another user part": "号码：另一个用户部分",
    "Let the subscriber register and call.": "允许用户注册和呼叫。",
    "The subscriber may register and call": "用户可以注册和呼叫",
    "Show a subscriber as configuration lines, which may be pasted into another server.": (
        "以配置行显示用户，可以粘贴到另一台服务器。"
    ),
    "All subscribers in the order of their names.": "所有用户，按名称排序。",
    "One subscriber, by name or number.": "一个用户，按名称或号码查找。",
    "Make a real call between two subscribers and show each step with its delay.": (
        "在两个用户之间进行一次真实呼叫，并显示每一步及其时延。"
    ),
    (
        "Two user agents inside the server take the subscribers' parts over UDP: the callee registers, the "
        "caller calls, the callee rings and answers, the caller hangs up, the callee's registration is removed. "
        "It takes 10 seconds at most."
    ): (
        "服务器内部的两个用户代理经 UDP 扮演双方用户：被叫注册，主叫呼叫，被叫振铃并应答，主叫挂断，最后删除被叫"
        "的注册。最长需要 10 秒。"
    ),
    "Call through this server": "通过本服务器进行呼叫",
    "Subscriber who calls": "主叫用户",
    "Subscriber who is called": "被叫用户",
    "Even if the callee's phones are registered; they ring too": "即使被叫的话机已注册；它们也会振铃",
    "SIP transactions in progress (RFC 3261 §17).": "进行中的 SIP 事务（RFC 3261 §17）。",
    "SIP transactions in progress": "进行中的 SIP 事务",
}
