"""Trunks and route groups."""

from __future__ import annotations

from typing import Final

TRUNKS: Final = {
    "A trunk does not answer and takes no calls": "中继无应答，不再承接呼叫",
    "A trunk answers again": "中继恢复应答",
    "Edit a route group: trunks that lead to the same numbers.": "编辑路由组：通往相同号码的中继。",
    "Trunks that lead to the same numbers": "通往相同号码的中继",
    "What the route group is for.": "路由组的用途。",
    ("A trunk of the group: those of a lower preference are tried first, those of one preference share the calls."): (
        "组中的一条中继：优先级数值小者先试，同一优先级者分担呼叫。"
    ),
    "A trunk of the group": "组中的一条中继",
    "Name of a trunk": "中继的名称",
    "Which are tried first: those of the lowest": "先试哪些：数值最小者",
    "1 is tried first": "1 最先试",
    "Share among those of one preference": "同一优先级内的份额",
    "Parts, or per cent where calls are shared by percentage": "份数；按百分比分担时为百分数",
    ("How trunks of one preference share the calls; weights and percentages are kept exactly, call by call."): (
        "同一优先级的中继如何分担呼叫；权重和百分比逐个呼叫精确保持。"
    ),
    "How trunks of one preference share the calls": "同一优先级的中继如何分担呼叫",
    "By weight, among those that can take a call": "按权重，在能承接呼叫的中继之间",
    "To the one with the smallest part of its calls in use": "给已用呼叫数比例最小的中继",
    "By per cent of all calls; what is left of 100 goes to the next preference": (
        "按全部呼叫的百分比；不足 100 的部分归下一优先级"
    ),
    "To the first that can take a call": "给第一条能承接呼叫的中继",
    "Final responses after which the next trunk is tried; a trunk that says nothing has failed with 408.": (
        "收到哪些最终响应后改试下一条中继；毫无回应的中继按 408 失败处理。"
    ),
    (
        "A trunk that has rung may still fail over, one that has answered never. A response of 600 or more "
        "ends the call."
    ): ("已振铃的中继仍可改试下一条，已应答的不可。600 及以上的响应结束呼叫。"),
    "After which responses the next trunk is tried": "收到哪些响应后改试下一条中继",
    "Status code or range of them, as 503 or 500-599": "状态码或其范围，如 503 或 500-599",
    "Most trunks tried for one call.": "一个呼叫最多试用的中继数。",
    "Trunks tried for one call": "一个呼叫试用的中继",
    "How long a trunk may say nothing at all, in milliseconds, before another is tried, if there is one.": (
        "中继可以毫无回应多久（毫秒），之后若有其他中继则改试。"
    ),
    ("Should it answer later all the same, the caller gets its answer, and whatever was tried since is cancelled."): (
        "若它后来仍然应答，主叫得到其应答，其后所试的一律取消。"
    ),
    "How long a trunk may say nothing at all, in milliseconds": "中继可以毫无回应多久，毫秒",
    "Route groups: their trunks, and in which order a call that came now would try them (`turn`).": (
        "路由组：其中的中继，以及此刻到来的呼叫会按何顺序试用（`turn`）。"
    ),
    "Route groups and their trunks": "路由组及其中继",
    "Edit a trunk: another network, reached at some addresses and known by some.": (
        "编辑中继：另一个网络，经若干地址到达，凭若干地址识别。"
    ),
    "Another network": "另一个网络",
    "What the trunk is for.": "中继的用途。",
    "Where calls to it are sent; several are tried in the order of their lines.": (
        "发往它的呼叫送到哪里；有多个时按行的顺序试用。"
    ),
    (
        "A name without a port stands for all that SRV records, A and AAAA say of it (RFC 3263); its "
        "addresses are tried one after another when one does not answer, cannot be reached, or answers 503."
    ): (
        "不带端口的名称代表 SRV、A 和 AAAA 记录所指的全部地址（RFC 3263）；某个地址无应答"
        "、不可达或应答 503 时依次试下一个。"
    ),
    "Where calls to it are sent": "发往它的呼叫送到哪里",
    "SIP URI, as sip:192.0.2.9:5060;transport=udp or sip:gw.example.net": (
        "SIP URI，如 sip:192.0.2.9:5060;transport=udp 或 sip:gw.example.net"
    ),
    "In which direction calls go.": "呼叫的方向。",
    "In which direction calls go": "呼叫的方向",
    "Calls from it and to it": "来自它和发往它的呼叫",
    ("Take no new calls in either direction; those in progress go on (`show trunk` says how many are left)."): (
        "两个方向都不承接新呼叫；进行中的继续（`show trunk` 显示还剩多少）。"
    ),
    "Take no new calls; those in progress go on": "不承接新呼叫；进行中的继续",
    "Send OPTIONS so often; without this line the trunk is taken for one that works.": (
        "以此间隔发送 OPTIONS；没有此行时视中继为正常。"
    ),
    (
        "Any answer but 408 and 503 shows that it does. A call to which nothing came back counts as one that "
        "was not answered, too. While it is out of service it takes no calls from here."
    ): ("除 408 和 503 外的任何应答都表明它正常。毫无回应的呼叫也算一次无应答。停止服务期间它不承接由此发出的呼叫。"),
    "Find out whether it works": "查明它是否正常",
    "By OPTIONS requests": "用 OPTIONS 请求",
    "Seconds between two of them; 0: none are sent": "两次之间的秒数；0：不发送",
    "So many OPTIONS in a row that are not answered as by one that works take the trunk out of service.": (
        "连续这么多次 OPTIONS 没有得到正常应答，中继即停止服务。"
    ),
    "So many in a row without an answer, or with 408 or 503, take it out of service": (
        "连续这么多次无应答，或应答 408、503，即停止服务"
    ),
    "So many answers in a row bring the trunk back into service.": "连续这么多次应答使中继恢复服务。",
    "So many answers in a row bring it back": "连续这么多次应答使其恢复",
    ("Most calls at one time, both directions together; calls of the class emergency are not counted against it."): (
        "同时的最大呼叫数，两个方向合计；紧急类呼叫不受此限。"
    ),
    "Calls at one time": "同时的呼叫",
    "Most calls, both directions together; 0: no bound": "最大呼叫数，两个方向合计；0：不限",
    ("Places below the maximum that ordinary calls to it may not take: selective circuit reservation (E.412)."): (
        "最大数以内普通呼叫不得占用的位置：选择性电路预留（E.412）。"
    ),
    "Places kept for calls of priority": "为优先呼叫保留的位置",
    "New calls a second, to it and from it, each direction for itself.": "每秒的新呼叫，发往它和来自它各自计算。",
    "New calls a second, each direction for itself": "每秒的新呼叫，每个方向各自计算",
    "Calls a second": "每秒呼叫数",
    "How many of them may come at once": "其中可同时到来的数目",
    "Calls; without this as many as in a second": "呼叫数；未写明时与每秒数相同",
    ("Network whose requests are the trunk's: they need no subscriber's credentials; of several the longest counts."): (
        "该网络的请求属于此中继：无需用户凭证；有多个时以最长的为准。"
    ),
    "A REGISTER is never taken for a trunk's.": "REGISTER 从不视为中继的请求。",
    "Network that its requests come from": "其请求来自的网络",
    "Network, as 192.0.2.0/28, or one address": "网络，如 192.0.2.0/28，或一个地址",
    "Table of the number analysis that calls from the trunk begin in; without this line it is `default`.": (
        "来自中继的呼叫从哪张号码分析表开始；没有此行时为 `default`。"
    ),
    "Table of the number analysis for calls from it": "来自它的呼叫所用的号码分析表",
    "Name of the table": "表的名称",
    "Translation rule for calls from the trunk, before number analysis.": "来自中继的呼叫在号码分析之前的变换规则。",
    "Change the numbers of its calls": "改变其呼叫的号码",
    "Of calls from it, before number analysis": "来自它的呼叫，在号码分析之前",
    "Name of the translation rule": "变换规则的名称",
    "Translation rule for calls to the trunk, after all others.": "发往中继的呼叫的变换规则，在所有其他规则之后。",
    "Of calls to it, after all others": "发往它的呼叫，在所有其他规则之后",
    "How called numbers are written to the trunk; without this line as they are.": (
        "向中继如何书写被叫号码；没有此行时保持原样。"
    ),
    "How numbers are written to it": "向它如何书写号码",
    "Called numbers, in the Request-URI": "被叫号码，在 Request-URI 中",
    "With + and country code": "带 + 和国家码",
    "With the prefix that is dialled before international numbers": "带国际号码前所拨的前缀",
    "As dialled within the country": "与国内拨号相同",
    "How calling and redirecting numbers are written to the trunk; without this line as they are.": (
        "向中继如何书写主叫和改发号码；没有此行时保持原样。"
    ),
    "Calling and redirecting numbers, in P-Asserted-Identity and Diversion": (
        "主叫和改发号码，在 P-Asserted-Identity 和 Diversion 中"
    ),
    "Who we say we are when the trunk challenges us (RFC 3261 §22, RFC 8760).": (
        "中继质询我们时我们自称是谁（RFC 3261 §22、RFC 8760）。"
    ),
    "Digest credentials": "摘要认证的凭证",
    "Ours, when it challenges us": "我们的凭证，用于它质询我们时",
    "Name in the credentials": "凭证中的名称",
    "Word": "词",
    "Secret with which we answer the trunk's challenges; kept encrypted.": "我们回答中继质询所用的密钥；加密保存。",
    "Secret in the credentials": "凭证中的密钥",
    "Who the trunk must prove to be when we challenge it; without this line its source is enough.": (
        "我们质询中继时它须证明自己是谁；没有此行时凭其来源即可。"
    ),
    ("A trunk that has a user here and no source is known by its credentials alone, wherever it sends from."): (
        "在此有用户名而无来源的中继只凭凭证识别，无论从何处发送。"
    ),
    "Its own, when we challenge it": "它的凭证，用于我们质询它时",
    "Secret with which the trunk answers our challenges; kept encrypted.": "中继回答我们质询所用的密钥；加密保存。",
    "Change header fields of requests from the trunk or to it; the lines are carried out in their order.": (
        "改变来自或发往中继的请求的头域；各行按其顺序执行。"
    ),
    "Fields that SIP itself depends on cannot be changed.": "SIP 本身所依赖的头域不能改变。",
    "Change header fields of requests": "改变请求的头域",
    "Of requests from it": "来自它的请求",
    "Of requests to it": "发往它的请求",
    "Add a field, whether there is one or not": "添加一个头域，不论是否已有",
    "Put a field in place of all of its name": "用一个头域代替所有同名者",
    "Name of the header field": "头域的名称",
    "Value": "值",
    "Remove all fields of a name": "删除某名称的所有头域",
    "Put the values of another field in place": "放入另一个头域的值",
    "The field copied from": "复制的来源头域",
    "Codecs left in offers to the trunk and from it; with such lines all others are taken out.": (
        "在发往和来自中继的提议中保留的编解码；有此类行时其余一律去除。"
    ),
    "An offer of which nothing is left is refused with 488; one in a response passes as it is. Telephone events and "
    "comfort noise are no codecs.": (
        "过滤后一无所剩的提议以 488 拒绝；响应中的提议则原样通过。电话事件和舒适噪声不算编解码。"
    ),
    "Which codecs are offered": "提议哪些编解码",
    "Leave these, and no others": "只保留这些",
    "Name, as PCMA": "名称，如 PCMA",
    "Codecs taken out of offers to the trunk and from it.": "从发往和来自中继的提议中去除的编解码。",
    "Take these out": "去除这些",
    "Name, as G729": "名称，如 G729",
    "See a failure of the trunk as another; whether the next trunk is tried is decided by what came.": (
        "把中继的一种失败看作另一种；是否改试下一条中继以收到的为准。"
    ),
    "Failures without a Q.850 cause get the usual one (RFC 3398).": (
        "没有 Q.850 原因的失败获得通常的原因（RFC 3398）。"
    ),
    "See a failure of its as another": "把它的一种失败看作另一种",
    "Status code that came": "收到的状态码",
    "Status code passed on": "转发的状态码",
    "Status code": "状态码",
    "Q.850 cause put into Reason": "写入 Reason 的 Q.850 原因",
    "Q.850 cause": "Q.850 原因",
    "By the Q.850 cause in its Reason": "按其 Reason 中的 Q.850 原因",
    "Status code passed on; else the usual one (RFC 3398)": "转发的状态码；否则为通常的状态码（RFC 3398）",
    "Q.850 cause that came": "收到的 Q.850 原因",
    "See a failure of the trunk with this Q.850 cause in Reason as another; a line for its status counts before.": (
        "将该中继在 Reason 中带此 Q.850 原因的失败视为另一种失败；针对其状态码的行优先。"
    ),
    "Believe its asserted identities and Resource-Priority, and tell it ours (RFC 3325, RFC 4412).": (
        "相信它断言的身份和 Resource-Priority，并告知它我们的（RFC 3325、RFC 4412）。"
    ),
    "Believe what it says of callers and priority": "相信它关于主叫和优先级的说法",
    "Ask the trunk for overload feedback and obey it (RFC 7339, RFC 7415).": (
        "请求中继的过负荷反馈并遵从（RFC 7339、RFC 7415）。"
    ),
    "Ask for its overload feedback and obey it": "请求其过负荷反馈并遵从",
    "Trunks: whether they take calls, how many they have, how calls to them went.": (
        "中继：是否承接呼叫、有多少呼叫、发往它们的呼叫结果如何。"
    ),
    "`draining`: shut down, with calls left. ASR is the answer-seizure ratio, per cent.": (
        "`draining`：已关闭，尚有呼叫。ASR 为应答占用比，百分数。"
    ),
    "Trunks: state, calls, statistics": "中继：状态、呼叫、统计",
    "Trunks with all that is known of each.": "各中继已知的全部情况。",
    "Send OPTIONS to a trunk now and show how it was answered, and how fast.": (
        "立即向中继发送 OPTIONS，显示应答如何、多快。"
    ),
    (
        "Any answer but 408 and 503 shows a trunk that works. It is probed whether it is monitored or not; of"
        " one that is monitored the outcome counts as any other."
    ): ("除 408 和 503 外的任何应答都表明中继正常。不论是否受监视都会探测；受监视者的结果照常计入。"),
    "Set what was counted of the calls of trunks, or of one, to nought; calls in progress stay counted.": (
        "把中继（或其中一条）的呼叫统计清零；进行中的呼叫仍计在内。"
    ),
    "Trunks": "中继",
    "What was counted of their calls": "其呼叫的统计",
    "Show step by step what would become of a call: lists, number analysis, translations, controls, trunks.": (
        "逐步显示一个呼叫会被如何处理：名单、号码分析、号码变换、话务控制、中继。"
    ),
    "The server decides as it would about the call itself, with the loads, shares and states of this moment, and"
    " changes none of them. Trunks are listed in the order in which they would be tried. Without `from` nobody's lists,"
    " group and trunk count; digest authentication is not part of it.": (
        "服务器按当前的负荷、分配份额和状态，像处理真实呼叫一样作出判断，但不改变其中任何一项。"
        "中继按将被尝试的顺序列出。不带 `from` 时，不考虑任何人的名单、用户组和中继；摘要认证不包括在内。"
    ),
    "Way of a call, without making one": "呼叫的路由，不发起呼叫",
    "Number or name that calls": "主叫号码或名称",
    "Number or name that is called, or urn:service:sos": "被叫号码或名称，或 urn:service:sos",
    "Where the call comes from": "呼叫从何处来",
    "It comes by a trunk": "由一条中继呼入",
    "Trunk, else subscriber, of that name": "该名称的中继，否则为该名称的用户",
    "At another time than now": "在现在以外的时间",
}
