"""Chinese for the log, where it goes, and notices to web and mail servers."""

from __future__ import annotations

from typing import Final

LOGGING: Final = {
    "A web or mail server, or an SNMP host, does not take notices": "Web 或邮件服务器或 SNMP 主机不接收通知",
    "Let one area of one process write so many messages a second; how many were kept back is told with the next one.": (
        "允许一个进程的一个区域每秒写这么多条消息；被压下的条数随下一条消息告知。"
    ),
    "One text that repeats itself is written three times in a minute and then only counted.": (
        "同一文本一分钟内写三次，此后只计数。"
    ),
    "How much one area may write": "一个区域可以写多少",
    "Messages a second of one area of one process; 0: no bound": "一个进程的一个区域每秒的消息数；0：不限",
    "Keep so many messages in memory for `show logging`.": "在内存中为 `show logging` 保留这么多条消息。",
    "Messages kept in memory": "保留在内存中的消息",
    "How much": "多少",
    "Messages": "消息数",
    "Keep in memory this severity and what is more severe, of what is logged at all.": (
        "在所记录的消息中，将此级别及更严重的保留在内存中。"
    ),
    "Lowest severity that goes there": "送往该处的最低级别",
    "Show this severity and what is more severe on terminals that monitor (`terminal monitor`).": (
        "在监视终端（`terminal monitor`）上显示此级别及更严重的通知。"
    ),
    "Notices on terminals that monitor": "监视终端上的通知",
    "Write messages to logs/sipctl.log in the state directory, besides stderr.": (
        "除标准错误外，还将消息写入状态目录中的 logs/sipctl.log。"
    ),
    "Messages written to files": "写入文件的消息",
    "Write to the file this severity and what is more severe, of what is logged at all.": (
        "在所记录的消息中，将此级别及更严重的写入文件。"
    ),
    "Set a log file aside when it has grown so large, and begin another.": "日志文件达到此大小时另存，并开始新文件。",
    "Mebibytes": "兆字节",
    "Keep so many log files that were set aside; older ones are removed.": "保留这么多个另存的日志文件；更旧的被删除。",
    "Files set aside that are kept": "保留的另存文件",
    "Files": "文件数",
    "Send messages of the log, notices and alarms to a syslog host (RFC 5424, alarms as RFC 5674 has them).": (
        "将日志消息、通知和告警发送到 syslog 主机（RFC 5424，告警按 RFC 5674）。"
    ),
    "Audit records go to `audit host`. `show logging destinations` tells how it fares.": (
        "审计记录送往 `audit host`。`show logging destinations` 显示其状况。"
    ),
    "Syslog host that is sent messages and notices": "接收消息和通知的 syslog 主机",
    "Give messages sent to syslog hosts this facility, in every area that has none of its own.": (
        "为发往 syslog 主机的消息指定此设施，适用于没有单独设施的各区域。"
    ),
    "Facility of messages sent to syslog hosts": "发往 syslog 主机的消息的设施",
    "Give the messages of one area this facility.": "为一个区域的消息指定此设施。",
    **{f"Facility {number} (RFC 5424 §6.2.1)": f"设施 {number}（RFC 5424 §6.2.1）" for number in range(24)},
    "Edit a web or mail server that notices can be sent to.": "编辑可接收通知的 Web 或邮件服务器。",
    "Web or mail server that notices can be sent to": "可接收通知的 Web 或邮件服务器",
    "Name of the target": "目标名称",
    "Post each notice as a JSON object: host, kind, severity, text, at, and alarm where it is about one.": (
        "将每个通知作为 JSON 对象发送：host、kind、severity、text、at，涉及告警时还有 alarm。"
    ),
    "Post a JSON object to a web server": "向 Web 服务器发送 JSON 对象",
    "Web address, as https://host/path": "Web 地址，如 https://host/path",
    "Send this secret to the web server as a bearer token (RFC 6750); kept encrypted.": (
        "将此密钥作为持有者令牌（RFC 6750）发送给 Web 服务器；加密保存。"
    ),
    "Secret that the web server asks for": "Web 服务器要求的密钥",
    "Who may sign the certificate of the web or mail server.": "谁可以签发 Web 或邮件服务器的证书。",
    "Who may sign the server's certificate": "谁可以签发服务器的证书",
    "Send each notice as a mail (RFC 5321).": "将每个通知作为邮件发送（RFC 5321）。",
    "Send a mail": "发送邮件",
    "Mail server that takes it": "接收邮件的服务器",
    "Name or address of the server": "服务器的名称或地址",
    "Port of the mail server; 25 unless given": "邮件服务器端口；未指定时为 25",
    "Mail address of the sender": "发件人地址",
    "Mail address, as noc@example.com": "邮件地址，如 noc@example.com",
    "Mail address of the receiver": "收件人地址",
    "Send mail only where the server offers TLS and shows a certificate that is right (RFC 3207).": (
        "仅当服务器提供 TLS 且证书正确时才发送邮件（RFC 3207）。"
    ),
    "Insist on TLS towards the mail server": "要求邮件服务器使用 TLS",
    "Send nothing to it.": "不向其发送任何内容。",
    "Send nothing": "不发送",
    "Send to a web or mail server: on an event's command list the notices the event is about, by hand a text.": (
        "发送到 Web 或邮件服务器：在事件的命令列表中发送该事件的通知，手动时发送一段文本。"
    ),
    "It is queued and sent beside all else; `show logging destinations` tells how it went.": (
        "先排队，再与其他工作并行发送；`show logging destinations` 显示结果。"
    ),
    "Send a notice to a web or mail server": "向 Web 或邮件服务器发送通知",
    "Name of a notification-target": "通知目标的名称",
    "Text; without it the notices that the event is about": "文本；不给则为该事件的通知",
    "Messages kept in memory, oldest first: of every process, numbered; a gap in the numbers is a message lost.": (
        "保留在内存中的消息，最旧的在前：包括每个进程，带编号；编号有缺口表示丢失了消息。"
    ),
    "This severity and what is more severe": "此级别及更严重的",
    "Messages of one area": "一个区域的消息",
    "Messages from then on": "从该时刻起的消息",
    "Where messages and notices go: each with its queue, its bound, and what it had no room for.": (
        "消息和通知送往何处：各自的队列、上限以及容纳不下的数量。"
    ),
    "Where messages and notices go, and what was lost on the way": "消息和通知送往何处，以及途中丢失的数量",
    "Forget the messages kept in memory; files stay.": "清除保留在内存中的消息；文件保留。",
}
