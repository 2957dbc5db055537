"""Black and white lists, automatic bans."""

from __future__ import annotations

from typing import Final

LISTS: Final = {
    "List a number, user, network, User-Agent or subscriber, for ever or for a time; in force at once.": (
        "永久或在一段时间内把号码、用户、网络、User-Agent 或用户名列入名单；立即生效。"
    ),
    (
        "What a black list names is refused with 403, messages of a network are dropped unread, calls in progress "
        "included. What a white list names passes the black list of its kind; a network is never banned by itself. "
        "The most specific entry decides: the longest prefix or network, a whole number before a prefix; of two alike "
        "the white one. Numbers with + are international ones only; without it, all that begin so. A User-Agent is "
        "named by any part of it, or with * at the end by its beginning; case does not count. Emergency calls pass."
    ): (
        "黑名单所列者以 403 拒绝；来自所列网络的消息不经解析即丢弃，进行中的呼叫也不例外。白名单所列者不受同类"
        "黑名单限制；所列网络从不自动封禁。最具体的条目起决定作用：最长的前缀或网络，完整号码先于前缀；两者相同时"
        "以白名单为准。带 + 的号码只指国际号码；不带则指所有以此开头的号码。User-Agent 以其任意部分指定，末尾为 * "
        "时以其开头指定；不区分大小写。紧急呼叫总是放行。"
    ),
    "Who is refused": "被拒绝者",
    "Who is not refused, and never banned": "不被拒绝且从不封禁者",
    "Number or user that calls": "主叫号码或用户",
    "Number or user that is called": "被叫号码或用户",
    "Network that messages come from": "消息来自的网络",
    "What phones and programs call themselves": "话机和程序的自称",
    "Number, * at its end: all that begin so; network; part of a User-Agent; subscriber": (
        "号码，末尾为 * 表示所有以此开头者；网络；User-Agent 的一部分；用户"
    ),
    "For so long": "持续这么久",
    "Hours": "小时",
    "Days": "天",
    "Until a time": "直到某一时间",
    "Time in UTC, as 2026-12-31T18:00": "UTC 时间，如 2026-12-31T18:00",
    "Remove an entry from a list; in force at once.": "从名单中删除一个条目；立即生效。",
    "Show the entries of a list, those of a kind, or one of them: who put it there, why, until when, its hits.": (
        "显示名单的全部条目、某一类条目或其中一个：由谁、为何、到何时列入，以及命中次数。"
    ),
    "Show the addresses that are banned by themselves now, and what for.": "显示当前被自动封禁的地址及原因。",
    "Addresses banned by themselves": "被自动封禁的地址",
    "Say whether lists and bans refuse a value, and which entry decides; nothing is counted.": (
        "说明名单和封禁是否拒绝某个值，以及由哪个条目决定；不计数。"
    ),
    "Number, address, User-Agent or subscriber": "号码、地址、User-Agent 或用户",
    "Add entries from a CSV file to a list, all or none.": "从 CSV 文件向名单添加条目，全部或全不。",
    (
        "The first line names the columns: kind and value, and any of until, reason, owner and added. A fault "
        "anywhere in the file leaves everything unchanged; faults are shown with their line numbers."
    ): (
        "第一行为列名：kind 和 value，以及 until、reason、owner、added 中的任意几个。文件中任何错误都使一切保持不变；"
        "错误连同行号一起显示。"
    ),
    "Nothing else stays in the list": "名单中不保留其他条目",
    "Write a list to a CSV file that `import` reads.": "把名单写入 `import` 可读的 CSV 文件。",
    "Count the hits of a list from 0 again.": "名单的命中次数重新从 0 计数。",
    "How often entries were hit": "条目命中的次数",
    "Remove the entries that have run out, which count for nothing and go by themselves within an hour or so.": (
        "删除已过期的条目；它们不再起作用，约一小时内也会自动删除。"
    ),
    "Entries that have run out": "已过期的条目",
    "Remove every entry that operators have put into a list; addresses banned by themselves stay so.": (
        "删除操作员列入名单的所有条目；自动封禁的地址保持不变。"
    ),
    "Every entry": "所有条目",
    "Lift the ban of one address, or of all that are banned by themselves; they are heard again at once.": (
        "解除一个地址或所有自动封禁地址的封禁；立即重新接收其消息。"
    ),
    "The one address; else all of them": "这一个地址；否则为全部",
    "An address is banned by itself": "一个地址被自动封禁",
    "The ban of an address is over": "一个地址的封禁已结束",
    "Addresses banned by themselves, and white lists that are required.": "自动封禁的地址，以及必须符合的白名单。",
    "Addresses banned by themselves, and white lists that are required": "自动封禁的地址，以及必须符合的白名单",
    "Ban an address whose credentials are wrong too often; `no` bans nobody for that.": (
        "封禁凭据错误过于频繁的地址；`no` 则不因此封禁。"
    ),
    (
        "What it sends is dropped unread, calls in progress included. An address that is banned again within a day is "
        "banned for twice the time, a day at most. A ban ends when its time is over and the address is quiet, or after "
        "twice its time. The server's own addresses, trunks, exempt networks and white-listed ones are never banned. "
        "Phones behind one address are banned together, and the source of a datagram can be forged: mind both. "
        "By default 20 in 60 seconds ban for 600."
    ): (
        "其发送的内容不经解析即丢弃，进行中的呼叫也不例外。一天之内再次被封禁的地址封禁时间加倍，最长一天。封禁在时间"
        "已到且该地址安静时结束，最迟在两倍时间后结束。服务器自身的地址、中继、豁免网络和白名单地址从不封禁。同一地址后"
        "的话机会一起被封禁，而数据报的源地址可以伪造：请留意这两点。默认 60 秒内 20 次则封禁 600 秒。"
    ),
    "Ban an address by itself": "自动封禁地址",
    "Wrong credentials": "错误的凭据",
    "How many of them …": "多少次……",
    "… in so many seconds …": "……在多少秒之内……",
    "… ban it for so many seconds": "……则封禁多少秒",
    "Ban an address that sends what is no SIP message too often; by default 50 in 60 seconds, for 600.": (
        "封禁过于频繁发送非 SIP 消息的地址；默认 60 秒内 50 次，封禁 600 秒。"
    ),
    "What is no SIP message": "非 SIP 消息的内容",
    "Ban an address that looks for users; by default 50 attempts in 60 seconds, for 600.": (
        "封禁探测用户的地址；默认 60 秒内 50 次尝试，封禁 600 秒。"
    ),
    (
        "An attempt is a request of or to a user who does not exist, or to a domain that is not served. What "
        "subscribers who have authenticated dial, and what comes by a trunk, is none."
    ): "一次尝试是来自或发往不存在的用户、或发往不服务的域的请求。已认证用户的拨号和来自中继的请求不算。",
    "Requests of and to users who do not exist, or to domains that are not served": (
        "来自或发往不存在的用户、或发往不服务的域的请求"
    ),
    "Ban an address too many of whose requests are refused for load; by default nobody is.": (
        "封禁因负载被拒绝的请求过多的地址；默认不封禁。"
    ),
    "Requests refused because they are too many": "因过多而被拒绝的请求",
    "Never ban the addresses of a network by themselves; a black list may name them all the same.": (
        "从不自动封禁某网络的地址；黑名单仍可列入它们。"
    ),
    "Never banned by themselves": "从不自动封禁",
    "Addresses banned by themselves at one time; beyond it none is banned, and none is released for another.": (
        "同时被自动封禁的地址数；超过后不再封禁新地址，也不为其他地址解除封禁。"
    ),
    "Addresses banned by themselves at one time": "同时被自动封禁的地址数",
    "Refuse whatever is not on the white list of a kind; emergency calls and requests within calls pass.": (
        "拒绝不在某类白名单上的一切；紧急呼叫和呼叫内的请求放行。"
    ),
    "Only what is on it may pass": "只有其上所列者可以通过",
}
