"""Chinese for measurement jobs and thresholds."""

from __future__ import annotations

from typing import Final

MEASUREMENT: Final = {
    "Edit what is measured into files: which figures of which objects, when, and where the files go.": (
        "编辑测量到文件中的内容：哪些对象的哪些指标、何时测量以及文件送往何处。"
    ),
    "Figures measured into files": "测量到文件中的指标",
    "Name of the job": "任务名称",
    "What the job is for.": "该任务的用途。",
    "Measure an object, or all of a kind; there may be several such lines.": (
        "测量一个对象或某类的全部对象；可有多行。"
    ),
    "A trunk has one row of figures for each direction. Without such a line nothing is measured.": (
        "中继每个方向各有一行指标。没有此类行时什么都不测量。"
    ),
    "What is counted for": "统计的对象",
    "The whole server": "整个服务器",
    "A trunk, calls from it and to it each by themselves": "中继，来话和去话各自统计",
    "Calls from a trunk": "来自中继的呼叫",
    "Calls to a trunk": "去往中继的呼叫",
    "A listener, as udp:192.0.2.1:5060": "监听端口，如 udp:192.0.2.1:5060",
    "A route group": "路由组",
    "A destination: digits that numbers begin with": "目的地：号码开头的数字",
    "A subscriber group": "用户组",
    "A SIP method": "SIP 方法",
    "Name of the object; 'all', or nothing: every one of the kind": "对象名称；'all' 或省略：该类的全部对象",
    "Measure this figure; several in the order of their lines, without such a line a usual set.": (
        "测量此指标；多个时按行的顺序；没有此类行时测量常用的一组。"
    ),
    "Every row of `show statistics definitions` may be named; what objects of a kind do not have is left out for "
    "them.": ("可用 `show statistics definitions` 的每一行的名称；某类对象没有的指标对其省略。"),
    "Figure that is measured": "所测量的指标",
    "How long a period is, in minutes: 1, 5, 15, 30 or 60, beginning with the full hour.": (
        "周期长度，分钟：1、5、15、30 或 60，从整点开始。"
    ),
    "How long a period is, aligned to the clock": "周期长度，与时钟对齐",
    "Minutes: 1, 5, 15, 30 or 60": "分钟：1、5、15、30 或 60",
    "Measure at these times of the day only, in UTC; over midnight when the end is before the beginning.": (
        "仅在一天中的这段时间测量，UTC；结束早于开始时跨越午夜。"
    ),
    "A period that the window cuts is marked suspect.": "被时间窗截断的周期标记为可疑。",
    "At these times of the day only, in UTC": "仅在一天中的这段时间，UTC",
    "Beginning, as 08:00": "开始，如 08:00",
    "End, as 18:00; 24:00 at most": "结束，如 18:00；最晚 24:00",
    "Measure on these days only; a window over midnight belongs to the day on which it begins.": (
        "仅在这些日子测量；跨越午夜的时间窗属于其开始的那一天。"
    ),
    "On these days of the week only": "仅在一周中的这些日子",
    "Do not measure before this time, in UTC.": "在此时间之前不测量，UTC。",
    "Not before this time": "不早于此时间",
    "Do not measure from this time on, in UTC.": "从此时间起不再测量，UTC。",
    "Not from this time on": "从此时间起不再进行",
    "How files are written.": "文件的写法。",
    "How files are written": "文件的写法",
    "Lines with commas (RFC 4180)": "逗号分隔的行（RFC 4180）",
    "XML of 3GPP TS 32.435": "3GPP TS 32.435 的 XML",
    "How many files are kept here; the oldest make room, those too that could not be sent yet.": (
        "此处保留多少个文件；最旧的让位，包括尚未能发送的。"
    ),
    "Files that are kept here": "此处保留的文件",
    "So many at most": "最多这么多",
    "Files; all of a job together have at most 128 MiB": "文件数；一个任务的全部文件合计最多 128 MiB",
    "Send every file to a server; what cannot be sent now is sent later, in order.": (
        "将每个文件发送到服务器；现在不能发送的稍后按顺序发送。"
    ),
    "Files are written there under a name that ends in `.part` and renamed when they are whole.": (
        "文件在那里先以 `.part` 结尾的名称写入，完整后改名。"
    ),
    "Send the files to a server": "将文件发送到服务器",
    "By FTP, which shows the secret to the network": "经 FTP，密码会暴露在网络上",
    "Domain name or address": "域名或地址",
    "TCP port of the server": "服务器的 TCP 端口",
    "Name to log in with at the server.": "登录服务器所用的名称。",
    "Name to log in with": "登录所用的名称",
    "Name": "名称",
    "Secret to log in with at the server; kept encrypted.": "登录服务器所用的密码；加密保存。",
    "Secret to log in with": "登录所用的密码",
    "Folder at the server that takes the files; it must be there.": "服务器上接收文件的目录；必须已存在。",
    "Folder at the server": "服务器上的目录",
    "Path; without a leading / below the folder a login ends in": "路径；不以 / 开头时在登录后所在的目录之下",
    "Fingerprint of the SFTP server's host key; nothing is said to a server that has another.": (
        "SFTP 服务器主机密钥的指纹；对具有其他密钥的服务器什么都不发送。"
    ),
    "Without this line the file `known_hosts` of the file area decides, and a server that is not in it is refused.": (
        "没有此行时由文件区的文件 `known_hosts` 决定，不在其中的服务器被拒绝。"
    ),
    "Fingerprint of the server's host key": "服务器主机密钥的指纹",
    "Fingerprint of an SSH key, as SHA256:...": "SSH 密钥的指纹，如 SHA256:...",
    "Measure nothing; files that wait are still sent.": "什么都不测量；等待的文件仍会发送。",
    "Measure nothing; files that wait are still sent": "什么都不测量；等待的文件仍会发送",
    "Measurement jobs: what they do, their last file, what waits to be sent.": (
        "测量任务：各自的状态、最后的文件、等待发送的文件。"
    ),
    "`waiting`: for its window, day or start. `suspended`: it has no object, or no statistics come.": (
        "`waiting`：等待其时间窗、日期或开始时间。`suspended`：没有对象，或没有统计数据。"
    ),
    "Name of a measurement job": "测量任务的名称",
    "Files that measurement jobs have written, in the folder `measurements` of the state directory.": (
        "测量任务所写的文件，位于状态目录的 `measurements` 目录。"
    ),
    "Files of measurement jobs": "测量任务的文件",
    "Send a small file to the server of a job, and remove it there again; show how that went.": (
        "向任务的服务器发送一个小文件，再从那里删除；显示结果。"
    ),
    "Send a small file to its server now": "现在向其服务器发送一个小文件",
    "Remove all files of a measurement job, those too that wait to be sent.": (
        "删除一个测量任务的全部文件，包括等待发送的。"
    ),
    "Name of the job, configured or not": "任务名称，无论是否仍配置",
    "Edit a threshold: an alarm when an indicator of an object is beyond a bound.": (
        "编辑阈值：对象的指标越过界限时产生告警。"
    ),
    "Alarms on the figures of objects": "基于对象指标的告警",
    "Name of the threshold; that of a built-in one takes its place": "阈值名称；与内置阈值同名时取代它",
    "What the threshold is for.": "该阈值的用途。",
    "Watch an object, or all of a kind; there may be several such lines. Each object has an alarm of its own.": (
        "监视一个对象或某类的全部对象；可有多行。每个对象有各自的告警。"
    ),
    "Which figure is watched.": "监视哪个指标。",
    "Alarm 26 tells of failed registrations, 27 of answer and effectiveness ratios, 28 of set-up delays, 29 of "
    "retransmissions, 43 of everything else.": (
        "告警 26 报告失败的注册，27 报告应答率和有效率，28 报告建立时延，29 报告重传，43 报告其他一切。"
    ),
    "Figure that is watched": "所监视的指标",
    "Raise the alarm beyond this value; one line for each severity, all in one direction.": (
        "越过此值时产生告警；每个级别一行，方向须一致。"
    ),
    "Where the alarm is raised": "产生告警的界限",
    "When the value is greater": "值更大时",
    "When the value is less": "值更小时",
    "Bound, in the unit of the indicator": "界限，以指标的单位表示",
    "Severity of the alarm": "告警级别",
    "Let the alarm be over beyond this value; between here and there it stays as it is (hysteresis).": (
        "越过此值时告警结束；两者之间保持不变（滞后）。"
    ),
    "Without this line it is over where it would not be raised.": "没有此行时，在不会产生告警之处结束。",
    "Where the alarm is over": "告警结束的界限",
    "A period with fewer samples tells nothing: an alarm stays and is shown as unknown, none is raised or cleared.": (
        "样本更少的周期不说明问题：告警保持并显示为未知，既不产生也不清除。"
    ),
    "What a value is made of": "值由什么构成",
    "A period with fewer tells nothing": "样本更少的周期不说明问题",
    "Seizures, bids, messages: what the indicator divides by": "占用、试呼、消息：指标的分母",
    "So many periods in a row must say the same before an alarm is raised, changed or over.": (
        "连续这么多个周期结论一致，告警才产生、改变或结束。"
    ),
    "So many periods in a row must say the same": "连续这么多个周期结论须一致",
    "Periods": "周期数",
    "Watch nothing; alarms that were raised are over. This is also how a built-in threshold is turned off.": (
        "什么都不监视；已产生的告警结束。内置阈值也用此法关闭。"
    ),
    "Watch nothing": "什么都不监视",
    "Thresholds, built-in ones too: what they watch, where they raise an alarm, how many objects there are.": (
        "阈值，包括内置的：监视什么、在何处产生告警、有多少对象。"
    ),
    "The objects under one threshold: value and samples of the last period, and whether it is crossed.": (
        "一个阈值下的对象：上一周期的值和样本数，以及是否越过。"
    ),
    "`unknown`: there were too few samples to tell.": "`unknown`：样本太少，无法判断。",
    "Name of a threshold": "阈值名称",
}
