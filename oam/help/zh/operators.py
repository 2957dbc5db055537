"""Operators: accounts, roles, passwords, servers that decide about them."""

from __future__ import annotations

from typing import Final

OPERATORS: Final = {
    "Who is asked at a login, in this order; the next one only when the one before cannot be reached.": (
        "登录时依次询问的对象；只有前一个不可达时才询问下一个。"
    ),
    "A server that rejects ends the matter: nobody else is asked. The console is never subject to servers.": (
        "服务器一旦拒绝即为定论，不再询问其他对象。控制台从不受这些服务器约束。"
    ),
    "Authentication, authorization and accounting": "认证、授权与计费（AAA）",
    "Take the line that switches AAA on at a router; it changes nothing, for here it is always on.": (
        "接受在路由器上启用 AAA 的行；它不作任何更改，因为在本系统上 AAA 始终启用。"
    ),
    "As it always is here": "本系统上始终如此",
    "Who an operator is": "确认操作员的身份",
    "At a login": "登录时",
    "The list for everybody but the console": "适用于控制台以外所有人的方法列表",
    "Servers of one protocol": "使用同一协议的服务器",
    "The TACACS+ servers": "各 TACACS+ 服务器",
    "The RADIUS servers": "各 RADIUS 服务器",
    "The accounts and roles of this server": "本服务器的帐户和角色",
    "Nobody is asked: everybody passes": "不询问任何对象：人人通过",
    "Who is asked at the command 'enable', in this order; 'local' and 'enable' are the enable secret.": (
        "执行 'enable' 命令时依次询问的对象；'local' 和 'enable' 指 enable 密码。"
    ),
    "At the command 'enable'": "执行 'enable' 命令时",
    "Who says which privilege and role a session gets; without this line whoever authenticated it does.": (
        "由谁决定会话的权限级别和角色；没有此行时由完成认证的一方决定。"
    ),
    "What an operator may do": "操作员可以做什么",
    "Sessions": "会话",
    "Who is asked before each command of whatever privilege, besides this server's roles.": (
        "除本服务器的角色外，任何权限级别的每条命令执行前询问的对象。"
    ),
    "Commands": "命令",
    "Who is asked before each command of one privilege, in place of the list for all.": (
        "某一权限级别的每条命令执行前询问的对象，代替适用于全部级别的列表。"
    ),
    "Privilege that the commands need": "命令所需的权限级别",
    "Servers that are told when a session begins and when it ends; the next group when one cannot be reached.": (
        "会话开始和结束时通知的服务器；某一组不可达时通知下一组。"
    ),
    "What operators did is told to servers": "将操作员的操作告知服务器",
    "Tell of the beginning and of the end": "告知开始和结束",
    "Servers that are told of each command, when it has run or was refused.": (
        "每条命令执行完毕或被拒绝后通知的服务器。"
    ),
    "Servers that are told of each command of one privilege.": "某一权限级别的每条命令所通知的服务器。",
    "How long a server that did not answer is left alone; meanwhile the next method is asked at once.": (
        "未应答的服务器被搁置多长时间；在此期间立即询问下一种方法。"
    ),
    "How long a server that did not answer is left alone": "未应答的服务器被搁置多长时间",
    "Seconds; 0: it is asked every time": "秒数；0：每次都询问",
    "State and counters of the TACACS+ and RADIUS servers.": "TACACS+ 和 RADIUS 服务器的状态和计数器。",
    "State and counters of the servers": "各服务器的状态和计数器",
    "What was told to the servers, what waits, and what was lost.": "已告知服务器的内容、等待发送的内容和丢失的内容。",
    "Ask the servers of a group whether they let somebody in; nobody logs in by it.": (
        "询问某一组服务器是否允许某人进入；不会因此登录。"
    ),
    "Run a test on this server": "在本服务器上进行测试",
    "Name of the operator": "操作员的名称",
    "Secret of the operator": "操作员的密码",
    "As IOS spells it; makes no difference": "沿用 IOS 的写法；不起作用",
    "Make or change an operator's account; what the line does not name stays as it is.": (
        "创建或更改操作员帐户；本行未提及的内容保持不变。"
    ),
    (
        "An account has privilege 1 unless the line says otherwise, and privilege 15 when it has a role: then "
        "the role says what the operator may do. 'role none' takes the role away; 'no username NAME' removes the "
        "whole account. A plain secret is kept as its hash, and must satisfy the password policy when an "
        "operator types it."
    ): (
        "除非另行指定，帐户的权限级别为 1；有角色时为 15，此时由角色决定操作员可以做什么。'role none' 去掉角色；"
        "'no username NAME' 删除整个帐户。明文密码以哈希保存，由操作员键入时必须符合密码策略。"
    ),
    "Account of an operator": "操作员帐户",
    "Privilege that the account has": "帐户的权限级别",
    "Role that bounds what the account may do": "限制帐户操作范围的角色",
    "Name of the role, 'none' for no role": "角色名称，'none' 表示没有角色",
    "What the operator proves to know": "操作员须证明自己知道的密码",
    "The same as 'secret'": "与 'secret' 相同",
    "The secret itself follows; its hash is kept": "其后是明文密码；保存其哈希",
    "Secret, up to the end of the line": "密码，直到行尾",
    "A hash follows (PBKDF2-SHA256)": "其后是哈希（PBKDF2-SHA256）",
    "Hash of a secret, of type 8": "类型 8 的密码哈希",
    "A hash follows (scrypt)": "其后是哈希（scrypt）",
    "Hash of a secret, of type 9": "类型 9 的密码哈希",
    "Let the operator log in over SSH with the private part of this key.": "允许操作员用此密钥的私钥部分经 SSH 登录。",
    (
        "A key is enough by itself: no secret, no second factor; and logging in with it is possible while the "
        "account is locked for failed passwords."
    ): ("仅凭密钥即可登录：无需密码，也无需第二因素；帐户因密码错误被锁定时也能用密钥登录。"),
    "Public key that the account may log in with": "帐户可用来登录的公钥",
    "SSH public key, as ssh-ed25519 AAAA...": "SSH 公钥，如 ssh-ed25519 AAAA...",
    "How many sessions the operator may have at one time.": "操作员同时可以有多少个会话。",
    "Sessions at one time": "同时存在的会话",
    "Sessions; 0: as many as the lines take": "会话数；0：以线路容量为限",
    "Last day on which the operator may log in, in UTC.": "操作员可以登录的最后一天（UTC）。",
    "Last day of the account": "帐户有效的最后一天",
    "Last day, as 2026-12-31 (UTC)": "最后一天，如 2026-12-31（UTC）",
    ("Let nobody log in to the account, by secret or key. Sessions that are open go on: 'clear line' ends them."): (
        "任何人都不能用密码或密钥登录此帐户。已打开的会话继续：用 'clear line' 结束。"
    ),
    "Nobody logs in to the account": "任何人都不能登录此帐户",
    "Have the operator choose a new secret at the next login, in telnet or SSH's keyboard-interactive.": (
        "要求操作员下次登录时选择新密码，通过 telnet 或 SSH 的 keyboard-interactive。"
    ),
    "The secret must be changed at the next login": "下次登录时必须更改密码",
    "Ask the operator for a one-time password besides the secret (six digits, SHA-1, 30 seconds).": (
        "除密码外还要求操作员输入一次性密码（六位数字，SHA-1，30 秒）。"
    ),
    "It is asked for in telnet and in SSH's keyboard-interactive; SSH's plain password method lets nobody in.": (
        "在 telnet 和 SSH 的 keyboard-interactive 中询问；SSH 的普通密码方式不允许任何人以此登录。"
    ),
    "One-time passwords (RFC 6238), the second factor": "一次性密码（RFC 6238），第二因素",
    "The secret itself follows, in base32; it is kept encrypted": "其后是 base32 编码的密钥；加密保存",
    "Secret of one-time passwords, in base32": "一次性密码的密钥，base32 编码",
    "The secret follows as this server has encrypted it": "其后是由本服务器加密的密码",
    "Secret as this server has encrypted it": "由本服务器加密的密码",
    "Make a new secret of one-time passwords and show it as a URI for authenticator applications, this once.": (
        "生成新的一次性密码密钥，并以 URI 形式显示给验证器应用，仅此一次。"
    ),
    "Make a new one and show it, once": "生成新的密钥并显示一次",
    "Change your own secret; it is asked for, old and new, and saved at once.": (
        "更改自己的密码；询问旧密码和新密码，并立即保存。"
    ),
    "Of startup-config this account's secret changes and nothing else: what is not saved yet stays so.": (
        "startup-config 中只更改此帐户的密码；其余尚未保存的内容仍未保存。"
    ),
    "Change your own secret": "更改自己的密码",
    "Operators' accounts and their state.": "操作员帐户及其状态。",
    "Operators' accounts and their state": "操作员帐户及其状态",
    "Lock an account wherever the guesses come from, and an address whatever accounts they are for.": (
        "无论猜测来自何处都锁定帐户，无论针对哪些帐户都锁定地址。"
    ),
    "Nobody is told: logins fail as before. The console is never locked, and neither are public keys.": (
        "不告知任何人：登录照旧失败。控制台从不锁定，公钥登录也不锁定。"
    ),
    "Logins of operators": "操作员的登录",
    "Lock an account, or an address, that fails too often": "锁定失败过于频繁的帐户或地址",
    "For how long, seconds; 0: never": "锁定时长，秒数；0：从不锁定",
    "Failed logins until then": "锁定前的登录失败次数",
    "Failures": "失败次数",
    "In how much time": "在多长时间之内",
    "How long a failed login waits for its answer, seconds.": "登录失败后多久才给出应答，以秒计。",
    "What a failed login waits for its answer": "登录失败后应答的延迟",
    "Accounts and addresses of failed logins since the start, and for how long they are locked.": (
        "自启动以来登录失败的帐户和地址，以及锁定的时长。"
    ),
    "Accounts and addresses of failed logins": "登录失败的帐户和地址",
    "Unlock an account or an address, or all, and forget their failures.": (
        "解锁一个或全部帐户或地址，并清除其失败记录。"
    ),
    "Unlock what failed logins have locked": "解除因登录失败造成的锁定",
    "All accounts and addresses": "所有帐户和地址",
    "Account or address, as shown by 'show login failures'": "帐户或地址，见 'show login failures'",
    "Set what secrets operators may choose.": "设置操作员可以选择怎样的密码。",
    "What secrets operators may choose": "操作员可以选择怎样的密码",
    "Least number of characters of a secret.": "密码的最少字符数。",
    "Least number of characters": "最少字符数",
    "How many former secrets of an operator may not come again, besides the present one.": (
        "除当前密码外，操作员最近多少个旧密码不能再用。"
    ),
    "Former secrets that may not come again": "不能再用的旧密码",
    "Number of them; the present one never may": "旧密码的个数；当前密码始终不能再用",
    "Age, in days, at which a secret must be changed at the next login.": "密码使用多少天后，下次登录时必须更改。",
    "Age at which a secret must be changed": "必须更改密码的使用时间",
    "Days; 0: never": "天数；0：永不",
    "How many of lower case letters, upper case letters, digits and signs a secret must have.": (
        "密码必须包含小写字母、大写字母、数字和符号中的几类。"
    ),
    "NIST SP 800-63B advises against more than 1, 3GPP TS 33.117 wants 3.": (
        "NIST SP 800-63B 不建议大于 1，3GPP TS 33.117 要求 3。"
    ),
    "Lower case, upper case, digits, signs: how many of them": "小写、大写、数字、符号：需要其中几类",
    "File with secrets that may not be chosen, besides those everybody tries first, which never may.": (
        "列出不可选用的密码的文件；人人首先会猜的密码本来就不可选用。"
    ),
    "Secrets that may not be chosen": "不可选用的密码",
    "File of the file area, one secret a line": "文件区中的文件，每行一个密码",
    "Edit a TACACS+ server; the servers are asked in the order they are written here.": (
        "编辑一台 TACACS+ 服务器；按书写顺序依次询问各服务器。"
    ),
    "TACACS+ (RFC 8907)": "TACACS+ 协议（RFC 8907）",
    "One server": "一台服务器",
    "Name of the server": "服务器的名称",
    "Where the server is.": "服务器的位置。",
    "Where the server is": "服务器的位置",
    "IPv4 address": "IPv4 地址",
    "IPv6 address": "IPv6 地址",
    "TCP port of the server.": "服务器的 TCP 端口。",
    "Secret shared with the server; a server without one is not asked.": (
        "与服务器共享的密钥；没有密钥的服务器不被询问。"
    ),
    "Secret shared with the server": "与服务器共享的密钥",
    "The secret itself follows; it is kept encrypted": "其后是明文；加密保存",
    "How long one server may take, in seconds; all servers of the protocol share 5 seconds of a login.": (
        "一台服务器可以花费多长时间，以秒计；同一协议的所有服务器在一次登录中共用 5 秒。"
    ),
    "How long an answer is waited for": "等待应答的时间",
    "Keep one connection open for all requests, where the server agrees (RFC 8907 §4.3).": (
        "在服务器同意时，所有请求共用一个连接（RFC 8907 §4.3）。"
    ),
    "Keep one connection open for all requests": "所有请求共用一个连接",
    "How a login is asked about: as a dialog led by the server, or in one packet (RFC 8907 §5.4.2).": (
        "如何询问登录：由服务器主导的对话，或用一个报文（RFC 8907 §5.4.2）。"
    ),
    "How a login is asked about": "如何询问登录",
    "The server asks for what it needs": "服务器询问其所需的内容",
    "Name and secret in one packet": "名称和密码在一个报文中",
    "The TACACS+ servers: how they are reached, connections, exchanges.": (
        "各 TACACS+ 服务器：访问方式、连接、报文交换。"
    ),
    "Edit a RADIUS server; the servers are asked in the order they are written here.": (
        "编辑一台 RADIUS 服务器；按书写顺序依次询问各服务器。"
    ),
    "RADIUS (RFC 2865)": "RADIUS 协议（RFC 2865）",
    "Where the server is, and on which ports.": "服务器的位置和端口。",
    "UDP port for authentication": "用于认证的 UDP 端口",
    "UDP port for accounting": "用于计费的 UDP 端口",
    "How long one request waits, in seconds, before it is sent again; all servers share 5 seconds of a login.": (
        "请求等待多长时间后重发，以秒计；所有服务器在一次登录中共用 5 秒。"
    ),
    "How often a request without answer is sent again.": "没有应答的请求重发多少次。",
    "How often a request is sent again": "请求重发多少次",
    "Times": "次数",
    "Believe no answer without Message-Authenticator (CVE-2024-3596); requests always bear one.": (
        "不相信没有 Message-Authenticator 的应答（CVE-2024-3596）；请求总是带有该属性。"
    ),
    "Attribute that proves who has answered": "证明应答者身份的属性",
    "Answers without it are not believed": "不相信没有该属性的应答",
    "The RADIUS servers: how they are reached, what was sent and what came back.": (
        "各 RADIUS 服务器：访问方式、发送和收到的内容。"
    ),
    "Edit a role: what its operators see and may use; what no line of it permits is denied.": (
        "编辑角色：其操作员能看到和使用什么；没有任何一行许可的一律拒绝。"
    ),
    "What operators see and may use": "操作员能看到和使用什么",
    "Name of the role": "角色的名称",
    "What the role is for.": "角色的用途。",
    "Text of your own": "自拟的文本",
    (
        "Permit or deny the commands that begin so, with their 'no' and 'default'; of the lines that fit the "
        "last decides."
    ): ("许可或拒绝以此开头的命令及其 'no' 和 'default' 形式；有多行匹配时以最后一行为准。"),
    (
        "Commands are named by their full words, '*' is any one word; 'all' are all of the mode. The line that "
        "opens a mode belongs to the mode around it: who may edit 'sip' needs 'permit exec configure terminal', "
        "'permit config sip' and 'permit sip all'. A filter that writes a file ('redirect', 'append', 'tee') "
        "counts as the EXEC command of its name. What everybody needs, 'exit', 'end', 'enable', 'password', "
        "cannot be denied."
    ): (
        "命令以完整的词给出，'*' 代表任意一个词；'all' 代表该模式的全部命令。打开某一模式的行属于其外层模式：要编"
        "辑 'sip'，需要 'permit exec configure terminal'、'permit config sip' 和 'permit sip all'。写文件的过滤器"
        "（'redirect'、'append'、'tee'）视为同名的 EXEC 命令。人人都需要的 'exit'、'end'、'enable'、'password' 不"
        "能拒绝。"
    ),
    "Let the operator use these commands": "允许操作员使用这些命令",
    "Keep these commands from the operator": "禁止操作员使用这些命令",
    "Commands of EXEC mode": "EXEC 模式的命令",
    "Commands of every configuration mode": "所有配置模式的命令",
    "Commands of every mode": "所有模式的命令",
    "Commands that belong together, as 'calls'": "属于同一组的命令，如 'calls'",
    "Commands of one mode, as 'sip'": "某一模式的命令，如 'sip'",
    "Beginning of a command, in full words; 'all': every command": "命令的开头，用完整的词；'all'：所有命令",
    "Roles, configured and built in.": "已配置的和内置的角色。",
    "Roles, configured and built in": "已配置的和内置的角色",
    "Rules of one role, also of one that is built in: as they would be configured.": (
        "一个角色的规则，内置角色也可以：以配置行的形式显示。"
    ),
    "Rules of one role": "一个角色的规则",
}
