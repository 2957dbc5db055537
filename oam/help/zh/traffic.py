"""Traffic control: controls of codes and routes, hard-to-reach codes, priorities."""

from __future__ import annotations

from typing import Final

TRAFFIC: Final = {
    "Act on nothing": "不起作用",
    "Have a control act on nothing; it keeps its place and its counts, and `no … shutdown` puts it in force again.": (
        "使控制不起作用；其位置和计数保留，`no … shutdown` 使其重新生效。"
    ),
    "Controls that keep traffic within bounds (E.412), and how this server protects itself.": (
        "使话务保持在限度之内的控制（E.412），以及本服务器如何保护自己。"
    ),
    "Controls of traffic, and overload": "话务控制和过负荷",
    "Refuse a share of the calls whose called number begins so; exactly the share, evenly spread.": (
        "拒绝被叫号码以此开头的呼叫中的一部分；恰好为该比例，且均匀分布。"
    ),
    (
        "Of code blocks that fit a call the one with most digits decides, of these the one with a scope. What it lets "
        "pass comes to call gaps, rates and leaky buckets, in this order. `because`, `class`, `hard-to-reach`, "
        "`shutdown`, `time` "
        "and `until` are lines of their own, as `code-block 0900 until 2026-12-01T04:00`; `no code-block 0900` removes "
        "all of it."
    ): (
        "适用于一个呼叫的各 code-block 中，以位数最多者为准，位数相同时以带范围者为准。它放行的呼叫依次经过 call-gap、"
        "rate 和 leaky-bucket。`because`、`class`、`hard-to-reach`、`shutdown`、`time` 和 `until` 各占一行，如 "
        "`code-block 0900 until 2026-12-01T04:00`；`no code-block 0900` 全部删除。"
    ),
    "Refuse a share of the calls to a code": "拒绝到某号码段的一部分呼叫",
    "Digits that the called number begins with; 'any': every number": "被叫号码开头的数字；'any'：所有号码",
    "Only calls from somewhere": "只限来自某处的呼叫",
    "That came by this trunk": "经此中继而来",
    "Name of the trunk": "中继的名称",
    "Of subscribers of this group": "属于此用户组的用户",
    "Name of the subscriber group": "用户组的名称",
    "Whose calling number begins so": "主叫号码以此开头",
    "First digits of the calling number": "主叫号码开头的数字",
    "Share that is hit": "受影响的比例",
    "Per cent": "百分数",
    "Status code of the refusal, 503 unless it is said": "拒绝时的状态码，未写明时为 503",
    "SIP status code": "SIP 状态码",
    "Whose control it is; else whoever gives the line": "控制归谁所有；未写明时为输入此行者",
    "Name of an operator": "操作员的名称",
    "Let one call pass, then none for the interval, and so on (E.412): at most one call an interval.": (
        "放行一个呼叫，随后在间隔时间内不放行，如此反复（E.412）：每个间隔最多一个呼叫。"
    ),
    "After a call has passed, let none pass for a while": "放行一个呼叫后，一段时间内不再放行",
    "How long, in milliseconds": "时长，毫秒",
    "Let so many calls pass in a time (token bucket); after a quiet time as many as `burst` may come at once.": (
        "在一段时间内放行若干呼叫（令牌桶）；空闲之后可同时到来 `burst` 个。"
    ),
    "Bound the calls to a code in a time; what was not used may come at once": (
        "限制一段时间内到某号码段的呼叫；未用的额度可集中使用"
    ),
    "How many calls": "呼叫的数目",
    "In so many seconds, one unless it is said": "在这么多秒之内，未写明时为一秒",
    "How many may come at once": "可同时到来的数目",
    "Let calls pass evenly spaced (RFC 7415 §3.5.1); `burst` of them, one unless it is said, may come ahead of time.": (
        "使呼叫均匀间隔地通过（RFC 7415 §3.5.1）；可提前到来 `burst` 个，未写明时为一个。"
    ),
    "Bound the calls to a code in a time, evenly spaced": "限制一段时间内到某号码段的呼叫，均匀间隔",
    "Send calls of a route group to another: all of them, or those it could not take. A call is rerouted once.": (
        "将路由组的呼叫送往另一个路由组：全部，或该组无法接受的呼叫。一个呼叫只改道一次。"
    ),
    "Send calls of a route group to another one": "将路由组的呼叫送往另一个路由组",
    "Name of a trunk or route group": "中继或路由组的名称",
    "What the group could not take": "该组无法接受的呼叫",
    "All calls": "所有呼叫",
    "Name of the route group": "路由组的名称",
    "Keep a share of the calls from entering a trunk or route group; they go nowhere else and are refused.": (
        "使一部分呼叫不得进入中继或路由组；它们也不去别处，而是被拒绝。"
    ),
    "Keep a share of the calls from a trunk or route group": "使一部分呼叫不得进入中继或路由组",
    "Let a share of the calls pass over a trunk, or all trunks of a route group, on to the next choice.": (
        "使一部分呼叫跳过中继或路由组的所有中继，转向下一选择。"
    ),
    "Let a share of the calls pass a trunk over, on to the next choice": "使一部分呼叫跳过中继，转向下一选择",
    "Keep a share of the calls that a trunk or route group could not take from going on to the next choice.": (
        "使中继或路由组无法接受的呼叫中的一部分不得转向下一选择。"
    ),
    "Keep a share of what overflows from a trunk or route group from going on": (
        "使从中继或路由组溢出的呼叫中的一部分不得继续"
    ),
    "Make a trunk of both directions one that takes calls in one direction only; calls in progress go on.": (
        "使双向中继只接受一个方向的呼叫；进行中的呼叫继续。"
    ),
    "Let a trunk take calls in one direction only": "使中继只接受一个方向的呼叫",
    "Calls from it only": "只限来自它的呼叫",
    "Calls to it only": "只限去往它的呼叫",
    "Take a share of a trunk's `calls maximum` away; calls in progress go on.": (
        "减去中继 `calls maximum` 的一部分；进行中的呼叫继续。"
    ),
    "Keep ordinary calls, or a share of them, from a trunk when no more than so many calls are left of its maximum.": (
        "当中继容量的剩余呼叫数不超过此数时，使普通呼叫或其中一部分不得进入该中继。"
    ),
    "What is left is `calls maximum`, less what `turn-down` takes away, less the calls there are (selective circuit "
    "reservation). A trunk may have several thresholds: of the narrowest scope that acts on a call the lowest one that "
    "is reached decides. Calls that are kept back go on to the next choice.": (
        "剩余数为 `calls maximum` 减去 `turn-down` 所减部分，再减去现有呼叫数（选择性电路预留）。"
        "一条中继可有多个门限：在作用于该呼叫的最窄范围内，由已达到的最低门限决定。被阻止的呼叫转向下一选择。"
    ),
    "Keep calls from the last idle circuits of a trunk": "为中继保留最后的空闲电路",
    "While no more than so many of its calls are left": "当剩余呼叫数不超过此数时",
    "Take a share of a trunk's calls away": "减去中继容量的一部分",
    "Which calls a control acts on: ordinary ones unless it says otherwise; never on emergency calls.": (
        "控制作用于哪些呼叫：未写明时为普通呼叫；从不作用于紧急呼叫。"
    ),
    "Classes of calls that it acts on; emergency calls pass all controls": (
        "控制所作用的呼叫类别；紧急呼叫通过所有控制"
    ),
    "Calls without priority": "没有优先权的呼叫",
    "Calls of priority": "有优先权的呼叫",
    "Have a control act only on calls to codes that are marked hard to reach.": (
        "使控制只作用于到标记为难以到达的号码段的呼叫。"
    ),
    "Act only on codes marked hard to reach": "只作用于标记为难以到达的号码段",
    "Have a control act only while a time table is in force.": "使控制只在时间表有效期间起作用。",
    "Act only while a time table is in force": "只在时间表有效期间起作用",
    "Name of the time table": "时间表的名称",
    "Have a control act until then, in UTC; after that it stays to be seen, and does nothing.": (
        "使控制作用到此时刻为止，UTC；此后它仍可见，但不起作用。"
    ),
    "Act until then and no longer": "作用到此时刻为止",
    "Time, as 2026-12-01T04:00 (UTC)": "时刻，如 2026-12-01T04:00（UTC）",
    "Note why a control is there.": "注明设置控制的原因。",
    "Why it is there": "设置的原因",
    "Mark codes hard to reach by themselves: those whose calls are answered too seldom.": (
        "自动标记难以到达的号码段：其呼叫太少得到应答。"
    ),
    (
        "Calls that are over count: the ratio is answers to attempts of the window. A mark goes when the ratio is 5 "
        "above the bound again, or when the window holds fewer calls than the minimum. Controls with `hard-to-reach` "
        "act on marked codes only."
    ): (
        "只计已结束的呼叫：比率为窗口内应答数与试呼数之比。比率重新高出限度 5，或窗口内的呼叫少于最小数时，标记消除。"
        "带 `hard-to-reach` 的控制只作用于有标记的号码段。"
    ),
    "Mark codes whose calls are seldom answered": "标记其呼叫很少得到应答的号码段",
    "Mark below this answer-seizure ratio, per cent; unmark at 5 above it; 0: never": (
        "应答占用比低于此值（百分数）时标记，高出 5 时消除；0：从不标记"
    ),
    "Over so many seconds, 300 unless it is said": "统计这么多秒，未写明时为 300",
    "With at least so many calls in the window, 30 unless it is said": "窗口内至少有这么多呼叫，未写明时为 30",
    "A code is so many first digits, 4 unless it is said": "号码段为开头这么多位数字，未写明时为 4",
    "Take calls of a trusted trunk whose Resource-Priority has this namespace as calls of the class priority.": (
        "将可信中继的、Resource-Priority 含此命名空间的呼叫视为优先类呼叫。"
    ),
    "Resource-Priority that comes from anybody but a trunk with `trusted` is removed.": (
        "除带 `trusted` 的中继外，任何来源的 Resource-Priority 均被去除。"
    ),
    "Calls that trusted trunks mark so are of the class priority (RFC 4412)": (
        "可信中继如此标记的呼叫属于优先类（RFC 4412）"
    ),
    "Government Emergency Telecommunications Service": "政府应急通信服务（GETS）",
    "Wireless Priority Service": "无线优先服务（WPS）",
    "Multi-level precedence and preemption, ITU-T Q.735.3": "多级优先与强占，ITU-T Q.735.3",
    "Defense Switched Network": "国防交换网（DSN）",
    "Defense RED Switched Network": "国防红色交换网（DRSN）",
    "Emergency services network (RFC 7135)": "紧急服务网络（RFC 7135）",
    "Controls in the order in which they are asked, with the calls that each was offered and refused.": (
        "按询问顺序显示控制，以及提供给各控制的呼叫数和被其拒绝的呼叫数。"
    ),
    "Of each kind the first that acts on a call decides; what it lets pass comes to the next kind.": (
        "每一种类中由第一个作用于呼叫的控制决定；它放行的呼叫转到下一种类。"
    ),
    "Controls of traffic": "话务控制",
    "Controls that are in force now.": "当前有效的控制。",
    "Only those in force now": "只限当前有效者",
    "Controls of one code.": "一个号码段的控制。",
    "Controls of one trunk or route group.": "一个中继或路由组的控制。",
    "Of one trunk or route group": "一个中继或路由组的",
    "Codes that were called within the window, those marked hard to reach first, with their answer ratio.": (
        "窗口内被叫过的号码段及其应答比率，标记为难以到达的在前。"
    ),
    "Codes that were called lately, those hard to reach first": "最近被叫过的号码段，难以到达的在前",
    "Count the calls of all controls from 0 again; what they let pass does not change.": (
        "所有控制的呼叫数从 0 重新计起；它们放行什么不变。"
    ),
    "Calls offered and refused": "提供的和被拒绝的呼叫数",
    "Bound the new calls of each single address; addresses of trunks have the bounds of their trunk.": (
        "限制每个单独地址的新呼叫；中继的地址受其中继的限度约束。"
    ),
    "Emergency calls are not bounded. Where more than 10000 addresses call at a time, the others share what one may.": (
        "紧急呼叫不受限制。同时呼叫的地址超过 10000 个时，其余地址共用一个地址的限度。"
    ),
    "Bound the new calls of one address that is no trunk's": "限制一个不属于中继的地址的新呼叫",
    "Calls a second; 0: no bound": "每秒呼叫数；0：不限",
    "How many may come at once, as many as a second's unless it is said": "可同时到来的数目，未写明时与一秒之数相同",
    "Let emergency calls pass without credentials, also from phones that are nobody's.": (
        "紧急呼叫无需凭证即可通过，来自不属于任何人的话机亦然。"
    ),
    "Without it an emergency call is challenged like any other, and phones answer by themselves.": (
        "没有此行时，紧急呼叫与其他呼叫一样被要求认证，话机会自动应答。"
    ),
    "Emergency calls: to emergency numbers and urn:service:sos": "紧急呼叫：到紧急号码和 urn:service:sos",
    "Ask them for no credentials": "不要求凭证",
    "Controls with all that is known of each.": "控制及其全部已知信息。",
}
