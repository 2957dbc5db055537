"""DNS: name servers, names looked up."""

from __future__ import annotations

from typing import Final

DNS: Final = {
    "Ask this DNS server, after those configured already; without any, those of the system are asked.": (
        "在已配置的 DNS 服务器之后询问此服务器；未配置任何服务器时询问系统的服务器。"
    ),
    "A server that does not answer in time is asked last for half a minute.": (
        "未按时应答的服务器在半分钟内最后才被询问。"
    ),
    "DNS server": "DNS 服务器",
    "Address of the server": "服务器的地址",
    "Port of the server; 53 unless given": "服务器的端口；未指定时为 53",
    "How long one DNS server may take for a question, in seconds; then the next one is asked.": (
        "一台 DNS 服务器回答一个问题的时限，单位为秒；超时后询问下一台。"
    ),
    "How names are looked up": "名称如何解析",
    "How long a server is waited for": "等待一台服务器的时间",
    "Names whose answers are kept; beyond that the one not used for longest goes.": (
        "保留其应答的名称数；超出后最久未使用的先被删除。"
    ),
    "Answers of DNS that are kept": "保留的 DNS 应答",
    "Names of this system and its name servers; then names looked up, with their addresses and what is left of them.": (
        "本系统的名称及其域名服务器；随后是已解析的名称、其地址和剩余有效时间。"
    ),
    "A state of `expired` still serves while a new look-up fails. With SRV records each has its priority and weight.": (
        "状态 `expired` 表示在新的解析失败期间仍然使用。有 SRV 记录时，每一条都带有优先级和权重。"
    ),
    "Names: of this system, and those looked up": "名称：本系统的以及已解析的",
    "Part of a name": "名称的一部分",
    "Forget what DNS said of one name, or of all: the next call asks again.": (
        "忘记 DNS 对一个或所有名称的应答：下一个呼叫会重新询问。"
    ),
    "Names that were looked up": "已解析的名称",
    "Every name; so does *": "所有名称；* 亦同",
    "Name to forget": "要忘记的名称",
    "Ask the name servers anew where a name leads, as for a call there; what they say is kept.": (
        "像呼叫该处那样重新询问域名服务器某个名称指向何处；其应答会被保留。"
    ),
    "Look a name up as a call would": "像呼叫那样解析一个名称",
    "Name of a next hop": "下一跳的名称",
    "With a port only addresses are asked for (RFC 3263)": "指定端口时只询问地址（RFC 3263）",
    "Transport whose SRV records are asked for": "询问哪种传输的 SRV 记录",
}
