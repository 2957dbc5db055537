"""How operators and robots reach the server, and what is kept of what they did."""

from __future__ import annotations

from typing import Final

ACCESS: Final = {
    "Edit a list of networks that may or may not connect; what no line of it names is denied.": (
        "编辑允许或禁止连接的网络的列表；列表中未提及的一律拒绝。"
    ),
    "Internet protocol, both versions": "互联网协议，两种版本",
    "Networks that may or may not connect": "允许或禁止连接的网络",
    "Name of the list": "列表的名称",
    "Let a network connect or refuse it; the first line of the list that names the client decides.": (
        "允许或拒绝某一网络连接；由列表中第一条匹配客户端的行决定。"
    ),
    "Show access lists, line by line, and which listeners they are for; the first line that fits a client decides.": (
        "逐行显示访问列表及其所用于的监听；由第一条匹配客户端的行决定。"
    ),
    "Let these connect": "允许这些网络连接",
    "Refuse these": "拒绝这些网络",
    "Everybody": "所有人",
    "As on routers; all lists are": "与路由器写法相同；所有列表都是标准列表",
    "However the network was spelled, it is kept and shown as 192.0.2.0/24.": (
        "无论网络以何种写法输入，都按 192.0.2.0/24 的形式保存和显示。"
    ),
    "One address": "单个地址",
    "IPv4 or IPv6 address": "IPv4 或 IPv6 地址",
    "Address in a network whose wildcard mask follows": "网络中的一个地址，其后为通配符掩码",
    "Wildcard mask: its ones may be anything, as 0.0.0.255": "通配符掩码：为 1 的位可取任意值，如 0.0.0.255",
    "Network, as 192.0.2.0/24, or one address": "网络，如 192.0.2.0/24，或单个地址",
    "Audit records, oldest first: the newest 100 unless the line says since when or how many.": (
        "审计记录，最旧的在前：默认为最新的 100 条，除非命令行指明起始时间或条数。"
    ),
    "Times are UTC. The code is the command's exit code, 0 when all was well, 3 when it was denied.": (
        "时间为 UTC。代码是命令的退出码：0 表示成功，3 表示被拒绝。"
    ),
    "Who did what, from where, when, with what result": "谁在何处、何时做了什么，结果如何",
    "Records of one operator": "一名操作员的记录",
    "Records from then on": "自此之后的记录",
    "How far back, as 30m, 12h or 7d, or a time, as 2026-11-23T04:00 (UTC)": (
        "多久以前，如 30m、12h 或 7d；或时间，如 2026-11-23T04:00（UTC）"
    ),
    "What was refused or failed, and logins that did": "被拒绝或失败的操作和登录",
    "The newest records": "最新的记录",
    "Records whose command, or change, contains a text": "命令或更改中含有某一文本的记录",
    "Text, in either case": "文本，不区分大小写",
    "One audit record, with the lines of the configuration before and after a change.": (
        "一条审计记录，包括更改前后的配置行。"
    ),
    "One record with the lines changed": "一条记录及其更改的行",
    "Number of the record": "记录编号",
    "Syslog hosts that audit records and notices are sent to, and how that goes.": (
        "接收审计记录和通知的 syslog 主机及其发送情况。"
    ),
    "Syslog hosts and what they were sent": "syslog 主机及发送情况",
    "Records written and lost since management started, and whether the log can be written now.": (
        "自管理进程启动以来写入和丢失的记录数，以及当前能否写入日志。"
    ),
    "How the audit log does": "审计日志的状况",
    "Walk the chain of the audit log and name the first record that was changed, added or taken out.": (
        "逐条核对审计日志的哈希链，指出第一条被更改、增加或删除的记录。"
    ),
    "Ends with code 1 when the chain is broken.": "若链已断裂，以退出码 1 结束。",
    "Check that nothing was changed": "检查是否未被更改",
    "Write audit records to a file, one JSON object a line, with the lines changed.": (
        "将审计记录连同更改的行写入文件，每行一个 JSON 对象。"
    ),
    "Write data to a file": "将数据写入文件",
    "File in the folder 'files' of the state directory": "状态目录中 'files' 文件夹内的文件",
    "Send every audit record and notice to a syslog host (RFC 5424), besides keeping it here.": (
        "除保存在本机外，还将每条审计记录和通知发送到 syslog 主机（RFC 5424）。"
    ),
    "Syslog host that is sent every record and notice": "接收每条记录和通知的 syslog 主机",
    "Address of the host": "主机地址",
    "How it is reached; UDP unless given": "传输方式；未指定时为 UDP",
    "Datagrams (RFC 5426): may be lost unnoticed": "数据报（RFC 5426）：可能丢失而不被察觉",
    "Counted messages over TCP (RFC 6587)": "经 TCP 传输带长度计数的消息（RFC 6587）",
    "Counted messages over TLS (RFC 5425)": "经 TLS 传输带长度计数的消息（RFC 5425）",
    "Port; 514, over TLS 6514, unless given": "端口；未指定时为 514 ，TLS 时为 6514",
    "Port of the host": "主机的端口",
    "Who may sign the host's certificate": "谁可以签发主机的证书",
    "PEM file in the folder 'files'; without it what the system trusts": (
        "'files' 文件夹内的 PEM 文件；未指定时采用系统所信任的证书"
    ),
    "Keep so many audit records; the oldest go first, and the chain begins behind them.": (
        "保留这么多条审计记录；最旧的先删除，哈希链从其后开始。"
    ),
    "Records kept": "保留的记录",
    "Upper bound": "上限",
    "Records": "记录条数",
    "Network interfaces of the host and their addresses.": "主机的网络接口及其地址。",
    "Network interfaces of the host": "主机的网络接口",
    "One line an address": "每个地址一行",
    "Log this severity and what is more severe, in every area that has no level of its own.": (
        "在没有单独设置级别的各个区域，记录此严重级别及更严重的日志。"
    ),
    "Messages to the log": "写入日志的消息",
    "Lowest severity that is logged": "记录的最低严重级别",
    "System is unusable (0)": "系统不可用（0）",
    "Action must be taken at once (1)": "必须立即采取措施（1）",
    "Critical conditions (2)": "严重状况（2）",
    "Error conditions (3)": "错误状况（3）",
    "Warning conditions (4)": "警告状况（4）",
    "Normal but significant (5)": "正常但重要（5）",
    "Informational (6)": "一般信息（6）",
    "Debugging (7)": "调试（7）",
    "Log this severity and what is more severe in one area.": "在一个区域中记录此严重级别及更严重的日志。",
    "Start, stop and supervision of processes": "进程的启动、停止和监督",
    "Sockets and connections": "套接字和连接",
    "SIP identity, listeners, timers and bounds": "SIP 身份、监听、定时器和上限",
    "Registration intervals and bounds": "注册周期和上限",
    "Stored registrations and subscribers": "存储的注册和用户",
    "Commands, configuration and sessions": "命令、配置和会话",
    "Edit how operators reach the server over SSH.": "编辑操作员如何经 SSH 访问服务器。",
    "How operators reach this server": "操作员访问本服务器的方式",
    "Over SSH": "经 SSH",
    "Listen on one local address and port; each line is one more.": "在一个本地地址和端口上监听；每一行增加一个。",
    "Open a socket for operators": "为操作员打开套接字",
    "Local address, IPv4 or IPv6; 0.0.0.0 or :: is every one": "本地地址，IPv4 或 IPv6；0.0.0.0 或 :: 表示全部",
    "TCP port": "TCP 端口",
    "Let only those connect whom the access list permits; without it everybody may who can reach the socket.": (
        "只允许访问列表许可者连接；没有此行时，凡能到达该套接字者都可以连接。"
    ),
    "Who may connect": "谁可以连接",
    "Take no connection; sessions go on.": "不接受连接；已有会话继续。",
    "Close the sockets": "关闭套接字",
    "End connections that have not logged in by then.": "结束到时仍未登录的连接。",
    "How long a login may take": "登录可以花费多长时间",
    "Seconds from the connection to the end of the login": "从连接到登录结束的秒数",
    "End connections after so many failed attempts.": "失败这么多次后结束连接。",
    "Attempts to log in on one connection": "一个连接上的登录尝试",
    "Attempts": "尝试次数",
    "Find clients that are gone; the third question without answer ends the connection.": (
        "发现已消失的客户端；第三次询问仍无应答则结束连接。"
    ),
    "Ask silent clients whether they are there": "询问沉默的客户端是否仍在",
    "Seconds of silence before a client is asked; 0 never asks": "客户端沉默多少秒后询问；0 表示从不询问",
    "Refuse more connections that have not logged in.": "超出此数的未登录连接被拒绝。",
    "Connections that have not logged in": "尚未登录的连接",
    "Connections of all sources together": "所有来源的连接总数",
    "Refuse more connections of one source that have not logged in.": "同一来源超出此数的未登录连接被拒绝。",
    "Connections of one source that have not logged in": "同一来源尚未登录的连接",
    "Connections of one IPv4 address, or of one /64 of IPv6": "来自同一 IPv4 地址或同一 IPv6 /64 网段的连接数",
    "Let operators log in by password or keyboard-interactive; without it by public key alone.": (
        "允许操作员以密码或 keyboard-interactive 登录；没有此行时只能用公钥。"
    ),
    "Accept passwords, besides keys": "除密钥外也接受密码",
    "Let operators of privilege 15 fetch and store files of the server's file area.": (
        "允许权限级别 15 的操作员存取服务器文件区中的文件。"
    ),
    "Serve the file area over SFTP and SCP": "通过 SFTP 和 SCP 提供文件区",
    "SSH: whether it is on, its listeners, connections, and what was refused.": (
        "SSH：是否开启、监听、连接，以及被拒绝的情况。"
    ),
    "SSH listeners, connections and counters": "SSH 监听、连接和计数器",
    "Fingerprints of the SSH host keys, to compare with what a client shows.": (
        "SSH 主机密钥的指纹，用于与客户端显示的指纹比对。"
    ),
    "Keys of this server": "本服务器的密钥",
    "SSH host keys": "SSH 主机密钥",
    "Make new SSH host keys, for new connections; sessions go on.": "为新连接生成新的 SSH 主机密钥；已有会话继续。",
    "Clients that know the old keys refuse to connect until they are told the new ones.": (
        "知道旧密钥的客户端会拒绝连接，直到获知新密钥为止。"
    ),
    "Make new keys in the place of the old ones": "生成新密钥以取代旧密钥",
    "Operators over telnet: shows passwords to the network unless it runs over TLS.": (
        "经 telnet 的操作员：除非经 TLS，否则密码会暴露在网络上。"
    ),
    "Over telnet; off unless switched on": "经 telnet；默认关闭，须自行开启",
    "File of the certificate, and of those that vouch for it; read anew for each connection.": (
        "证书及为其担保的证书的文件；每次连接都重新读取。"
    ),
    "The private key may be in the same file.": "私钥可以在同一文件中。",
    "Encryption, from the first octet on": "从第一个八位组起加密",
    "Certificate that this server shows": "本服务器出示的证书",
    "PEM file of the file area": "文件区中的 PEM 文件",
    "File of the certificate's private key, without a pass phrase; by default the file of the certificate.": (
        "证书私钥的文件，不带口令；默认为证书文件。"
    ),
    "Private key of the certificate": "证书的私钥",
    "Listen on a local address and port, with `tls` for clients that encrypt from the first octet on.": (
        "在本地地址和端口上监听；`tls` 用于从第一个八位组起就加密的客户端。"
    ),
    "Local IPv4 or IPv6 address": "本地 IPv4 或 IPv6 地址",
    "Let those connect whom an access list permits; without one, only this host.": (
        "允许访问列表许可者连接；没有此行时只允许本机。"
    ),
    "Name of an `ip access-list`": "`ip access-list` 的名称",
    "How long logging in may take from the first prompt on, in seconds; TLS may take as long before it.": (
        "从第一个提示起登录可以花费多长时间，以秒计；此前 TLS 可以花费同样长的时间。"
    ),
    "How long logging in may take, in seconds": "登录可以花费多长时间，以秒计",
    "Attempts to log in on one connection; then it is closed.": "一个连接上的登录尝试次数；之后关闭连接。",
    "Connections that have not logged in, of all clients together; more are closed at once.": (
        "所有客户端尚未登录的连接总数；超出者立即关闭。"
    ),
    "Connections of one client's address that have not logged in; more are closed at once.": (
        "同一客户端地址尚未登录的连接数；超出者立即关闭。"
    ),
    "Connections of one address that have not logged in": "同一地址尚未登录的连接",
    "Listen no more; sessions go on. This is the default.": "不再监听；已有会话继续。这是默认设置。",
    "Listen no more; sessions go on": "不再监听；已有会话继续",
    "Telnet: whether it is on, its listeners and certificate, connections, and what was refused.": (
        "Telnet：是否开启、监听和证书、连接，以及被拒绝的情况。"
    ),
    "Telnet listeners, connections and counters": "Telnet 监听、连接和计数器",
}
