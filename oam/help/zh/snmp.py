"""Management by SNMP."""

from __future__ import annotations

from typing import Final

_SERVER: Final = {
    "Answer managers on one local address and UDP port; each line is one more. Without one nothing is answered.": (
        "在一个本地地址和 UDP 端口上应答网管；每行增加一个。没有任何一行时不应答。"
    ),
    "Nobody gets an answer before a community or a user is configured.": "配置团体字或用户之前，任何人都得不到应答。",
    "Management by SNMP": "SNMP 管理",
    "Open a socket for managers": "为网管打开套接字",
    "UDP port; 161 unless given": "UDP 端口；默认 161",
    "Engine ID of this server; without this line one is made once and kept with the state of the server.": (
        "本服务器的引擎 ID；没有此行时生成一次，并随服务器状态保存。"
    ),
    "Keys of users are made for it: it cannot be changed while users of this engine exist.": (
        "用户密钥是针对它生成的：存在此引擎的用户时不能更改。"
    ),
    "Name of an SNMP engine among all others (RFC 3411)": "SNMP 引擎的唯一名称（RFC 3411）",
    "Of this server": "本服务器的",
    "Hexadecimal digits, 10 to 64 of them": "10 到 64 个十六进制数字",
    "Engine ID of a receiver of version 3 informs, for which the keys of its users are made.": (
        "版本 3 inform 接收方的引擎 ID，其用户密钥针对它生成。"
    ),
    "It cannot be changed while users of that engine exist.": "存在该引擎的用户时不能更改。",
    "Of a receiver of informs": "inform 接收方的",
    "Address of the receiver, as its `snmp-server host` line has it": "接收方地址，与 `snmp-server host` 行中的一致",
    "Put a subtree of the MIB into a view or take it out; of several that fit an object the longest decides.": (
        "把 MIB 的一个子树加入视图或从中排除；多个子树匹配同一对象时，以最长者为准。"
    ),
    "Part of the MIB": "MIB 的一部分",
    "Name of the view": "视图名称",
    "OID, as 1.3.6.1.2.1.1, or name, as sipctlTrunkTable": "OID（如 1.3.6.1.2.1.1）或名称（如 sipctlTrunkTable）",
    "It belongs to the view": "属于该视图",
    "It does not": "不属于该视图",
    "Let managers of version 1 and 2c in, by a community; kept encrypted, and shown so.": (
        "允许版本 1 和 2c 的网管凭团体字访问；加密保存，也以密文显示。"
    ),
    "Without an access list only this host is answered. 'rw' needs 'snmp-server write operator' before it.": (
        "未配置访问列表时只应答本机。'rw' 需要先配置 'snmp-server write operator'。"
    ),
    "Managers of version 1 and 2c, known by a word that everybody on the way can read": (
        "版本 1 和 2c 的网管，凭一个途中任何人都能读到的字识别"
    ),
    "The community itself follows; it is kept encrypted": "后面是团体字明文；将加密保存",
    "Community, without spaces": "团体字，不含空格",
    "The community follows as this server has encrypted it": "后面是本服务器加密后的团体字",
    "Name of the view that they see; without it everything": "可见视图的名称；不指定则可见全部",
    "They may read; the same as without it": "允许读取；与不指定相同",
    "They may read and set": "允许读取和设置",
    "Who may do so, by an access list": "由访问列表决定谁可以",
}
_USERS: Final = {
    "Rights of users of version 3, and the security level that they must use at least.": (
        "版本 3 用户的权限，以及他们至少须使用的安全级别。"
    ),
    "A view to write needs 'snmp-server write operator' before it. Without an access list, of the group or of the "
    "user, users with keys may ask from anywhere, and those without keys from this host alone.": (
        "写视图需要先配置 'snmp-server write operator'。组和用户都没有访问列表时，有密钥的用户可从任何地方访问，"
        "无密钥的用户只能从本机访问。"
    ),
    "Users of version 3 with the same rights": "权限相同的版本 3 用户",
    "Version 3, by users (RFC 3414)": "版本 3，基于用户（RFC 3414）",
    "Neither authentication nor privacy": "不认证也不加密",
    "Authentication": "认证",
    "Authentication and privacy": "认证并加密",
    "What they may read": "允许读取的内容",
    "Name of the view; without it everything": "视图名称；不指定则为全部",
    "What they may set": "允许设置的内容",
    "Name of the view; without it nothing": "视图名称；不指定则为无",
    "What notifications to them may carry": "发给他们的通知可携带的内容",
    "Let managers of version 3 in, as a user of a group.": "允许版本 3 的网管以某组用户的身份访问。",
    "A pass phrase becomes a key that serves one engine alone (RFC 3414): the line must be given again when the engine "
    "ID has changed. 'remote' makes a user of a receiver's engine, as informs to it need one. AES-256 extends short "
    "hashes as net-snmp does; with sha-256 or longer all managers agree. md5, sha (SHA-1) and des are for managers "
    "that know nothing better.": (
        "口令被转换为只用于一个引擎的密钥（RFC 3414）：引擎 ID 改变后须重新输入此行。'remote' 建立接收方引擎的用户，"
        "向其发送 inform 时需要。AES-256 按 net-snmp 的方式扩展较短的散列；使用 sha-256 或更长的散列时所有网管一致。"
        "md5、sha（SHA-1）和 des 只用于不支持更好算法的网管。"
    ),
    "Managers of version 3": "版本 3 的网管",
    "Name of the user": "用户名",
    "Name of the group that it belongs to": "所属组的名称",
    "For informs to a receiver, whose engine decides": "用于向接收方发送 inform，以其引擎为准",
    "Address of the receiver": "接收方地址",
    "How they prove who they are": "如何证明身份",
    "md5, sha, sha-224, sha-256, sha-384 or sha-512": "md5、sha、sha-224、sha-256、sha-384 或 sha-512",
    "The pass phrase itself follows; the key it is for this engine is kept encrypted": (
        "后面是口令明文；由它生成的该引擎密钥将加密保存"
    ),
    "Pass phrase of at least 8 characters, without spaces": "至少 8 个字符的口令，不含空格",
    "The key follows as this server has encrypted it": "后面是本服务器加密后的密钥",
    "How what they ask and are told is kept from others": "如何使请求和应答内容不为他人所知",
    "CBC-DES: broken, for old managers": "CBC-DES：已不安全，用于旧网管",
    "AES in CFB mode (RFC 3826)": "CFB 模式的 AES（RFC 3826）",
    "128 or 256 bits": "128 或 256 位",
    "Let managers set objects, with the rights of this operator: those of a 'rw' community or of a view to write.": (
        "允许 'rw' 团体字或写视图的网管以此操作员的权限设置对象。"
    ),
    "What they set is carried out as commands of that operator, refused where they would be, and recorded for audit.": (
        "设置操作作为该操作员的命令执行，命令会被拒绝时同样被拒绝，并记入审计日志。"
    ),
    "What managers set": "网管的设置操作",
    "As whom they set it": "以谁的身份设置",
    "Name of an operator's account (`username`)": "操作员账户名（`username`）",
    "Most octets of a response; 1472 fit into one packet of an Ethernet.": (
        "应答的最大字节数；1472 可放入一个以太网报文。"
    ),
    "Most octets of a response": "应答的最大字节数",
    "Octets": "字节",
    "Who looks after this server: sysContact.": "本服务器的联系人：sysContact。",
    "Whom to call": "联系人",
    "Where this server stands: sysLocation.": "本服务器的位置：sysLocation。",
    "Where it stands": "所在位置",
    "Let managers read the tables of subscribers and their contacts: large, and personal data.": (
        "允许网管读取用户及其联系地址的表：数据量大，且属个人数据。"
    ),
    "Tables of subscribers and their contacts": "用户及其联系地址的表",
}
_HOSTS: Final = {
    "Send notifications to a host; each address and port has one line. No listener is needed for it.": (
        "向一台主机发送通知；每个地址和端口一行。不需要监听端口。"
    ),
    "'show snmp host' tells how it fares, 'test snmp trap' tries it.": (
        "'show snmp host' 显示其状况，'test snmp trap' 进行试验。"
    ),
    "Who is told of alarms and other events": "接收告警和其他事件的主机",
    "Messages that nobody confirms": "无需确认的消息",
    "Messages that are sent again until they are confirmed": "未经确认则重发的消息",
    "Version of SNMP; 2c unless given": "SNMP 版本；默认 2c",
    "SNMPv1 (traps as RFC 3584 converts them)": "SNMPv1（trap 按 RFC 3584 转换）",
    "Version 2c": "版本 2c",
    "Version 3": "版本 3",
    "Name of the user; for informs one of the receiver (`snmp-server user … remote`)": (
        "用户名；inform 使用接收方的用户（`snmp-server user … remote`）"
    ),
    "UDP port of the host; 162 unless given": "主机的 UDP 端口；默认 162",
    "Send notifications. This is the default; 'no snmp-server enable traps' silences all kinds of them.": (
        "发送通知。这是默认设置；'no snmp-server enable traps' 关闭所有种类。"
    ),
    "Switch on": "开启",
    "Notifications, as traps or informs": "以 trap 或 inform 发送的通知",
    "Send sipctlAlarmRaised and sipctlAlarmCleared. This is the default.": (
        "发送 sipctlAlarmRaised 和 sipctlAlarmCleared。这是默认设置。"
    ),
    "Alarms raised, changed and cleared": "告警的产生、变化和清除",
    "Send for each alarm the notification of its type, besides or in place of the two generic ones.": (
        "对每个告警发送其类型专用的通知，与两种通用通知并用或取而代之。"
    ),
    "The same, with a notification of its own for each type of alarm": "同上，每种告警类型使用各自的通知",
    "Send coldStart and warmStart. This is the default.": "发送 coldStart 和 warmStart。这是默认设置。",
    "Starts of the agent: coldStart and warmStart": "代理的启动：coldStart 和 warmStart",
    "Send authenticationFailure. This is the default.": "发送 authenticationFailure。这是默认设置。",
    "Requests with a wrong community, user or key: authenticationFailure": (
        "团体字、用户或密钥错误的请求：authenticationFailure"
    ),
    "Have notifications come from this local address, or from that of this interface.": (
        "以此本地地址或此接口的地址作为通知的源地址。"
    ),
    "Many managers know a server by the address that its notifications come from.": (
        "许多网管按通知的源地址识别服务器。"
    ),
    "Where notifications come from": "通知的源",
    "Local address, or name of an interface": "本地地址或接口名",
    "How many notifications wait for one host; where there is no room the oldest is dropped and counted.": (
        "一台主机最多等待发送的通知数；没有空位时丢弃最旧的并计数。"
    ),
    "Ask a host for its engine ID": "查询主机的引擎 ID",
    "Ask a host for its engine ID, which informs of version 3 need before its users can be configured.": (
        "查询主机的引擎 ID；第 3 版 inform 在配置其用户之前需要它。"
    ),
    "Port that it takes notifications at, 162 unless given": "主机接收通知的端口，缺省为 162",
    "Notifications that wait for one host": "一台主机等待发送的通知",
    "Notifications": "通知数",
    "How long the confirmation of an inform is waited for, in seconds; twice as long each time, up to a minute.": (
        "等待 inform 确认的时间（秒）；每次重发加倍，最长一分钟。"
    ),
    "Messages that are confirmed": "需确认的消息",
    "Seconds until one is sent again": "重发前的秒数",
    "How often an inform that nobody confirms is sent again.": "未经确认的 inform 重发的次数。",
    "How often one is sent again": "重发次数",
    "How many notifications managers find in NOTIFICATION-LOG-MIB (RFC 3014); the oldest give way.": (
        "网管在 NOTIFICATION-LOG-MIB（RFC 3014）中可查到的通知数；最旧的先让出。"
    ),
    "Notifications kept for managers that missed them": "为错过通知的网管保存的通知",
    "Notifications; 0: none": "通知数；0：不保存",
}
_SHOWN: Final = {
    "SNMP: listeners, engine, contact, location, what came in and what went out, and whom it tells.": (
        "SNMP：监听端口、引擎、联系人、位置、收发统计以及通知的主机。"
    ),
    "Management by SNMP: the agent and whom it tells": "SNMP 管理：代理及其通知的主机",
    "Engine IDs: that of this server with its boots and time, and those configured of receivers of informs.": (
        "引擎 ID：本服务器的（含启动次数和时间），以及已配置的 inform 接收方的。"
    ),
    "Engine IDs, ours and those of receivers of informs": "引擎 ID，本机的和 inform 接收方的",
    "Users of version 3 and their algorithms; keys are not shown.": "版本 3 的用户及其算法；不显示密钥。",
    "Users of version 3": "版本 3 的用户",
    "Groups of users of version 3: level, views, access list; `*` is everything, `-` nothing.": (
        "版本 3 的用户组：级别、视图、访问列表；`*` 为全部，`-` 为无。"
    ),
    "Views: the subtrees of the MIB that are in them or not; of several that fit an object the longest decides.": (
        "视图：其中包含或排除的 MIB 子树；多个子树匹配同一对象时，以最长者为准。"
    ),
    "Parts of the MIB": "MIB 的各部分",
    "Communities and their rights, in the order of the configuration; the communities themselves are not shown.": (
        "团体字及其权限，按配置顺序；不显示团体字本身。"
    ),
    "`*` is everything; without an access list only this host is answered.": "`*` 为全部；没有访问列表时只应答本机。",
    "Rights of managers of version 1 and 2c": "版本 1 和 2c 网管的权限",
    "Hosts that are sent notifications: how they fare, what waits for them, what was lost.": (
        "接收通知的主机：其状况、等待发送的和丢失的通知。"
    ),
    "All that the agent counts, since management was started; SNMPv2-MIB and SNMP-USER-BASED-SM-MIB have the same.": (
        "代理自管理进程启动以来的全部计数；SNMPv2-MIB 和 SNMP-USER-BASED-SM-MIB 中也有。"
    ),
    "All that the agent counts": "代理的全部计数",
    "Every object that managers may find, with its OID, type and access.": (
        "网管可查到的所有对象及其 OID、类型和访问方式。"
    ),
    "Objects that are served": "提供的对象",
    "OID, or how the name of an object or table begins": "OID，或对象、表名称的开头",
    (
        "Send a test notification to the hosts, as traps or informs as they are configured, and show what became of "
        "each."
    ): "向各主机按其配置以 trap 或 inform 发送测试通知，并显示各自的结果。",
    (
        "An inform is acknowledged or it is not; of a trap nobody knows more than that it left, unless the host "
        "refuses it."
    ): "inform 有无确认可知；trap 只知道已发出，除非主机拒收。",
    "Send a notification that says it is a test": "发送一个标明为测试的通知",
    "Address of one host; without it all are sent it": "一台主机的地址；不指定则发给所有主机",
}
SNMP: Final = _SHOWN | _SERVER | _USERS | _HOSTS
