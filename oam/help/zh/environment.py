"""Chinese for the environment and the self-test."""

from __future__ import annotations

from typing import Final

ENVIRONMENT: Final = {
    "From where on what is measured of the host and of this server is an alarm.": (
        "对主机和本服务器的测量值达到多少时产生告警。"
    ),
    "What the host has left, and from where on that is an alarm": "主机的剩余资源，以及达到多少时产生告警",
    "Bounds of processor time, mean of 30 seconds: for the host of all processors, for signalling of one.": (
        "处理器时间的门限：主机按全部处理器计，信令进程按一个处理器计；取 30 秒平均值。"
    ),
    "Processor time": "处理器时间",
    "Bound of a minor alarm": "次要告警的门限",
    "Bound of a major alarm": "重要告警的门限",
    "Bound of a critical alarm": "紧急告警的门限",
    "Per cent; 0: no alarm of this severity": "百分比；0 表示不产生此级别的告警",
    "Bounds of the host's memory in use, per cent; what the system can free at once does not count as used.": (
        "主机已用内存的门限，百分比；系统可立即释放的内存不计为已用。"
    ),
    "Memory of the host": "主机的内存",
    "Bound of one process's memory, MiB: one that grows for days is found before the host has none left.": (
        "单个进程内存的门限，单位 MiB：持续增长的进程在主机内存耗尽之前即被发现。"
    ),
    "One process of this server": "本服务器的一个进程",
    "Its resident memory": "其常驻内存",
    "MiB; 0: no bound": "MiB；0 表示无门限",
    "Bounds of the space, and of the inodes, in use on each volume that holds state, per cent.": (
        "存放状态的每个卷上已用空间和已用 inode 的门限，百分比。"
    ),
    "Volumes that hold state": "存放状态的卷",
    "Bounds of the descriptors a process has open, per cent of what it may have.": (
        "进程已打开描述符的门限，占其允许数量的百分比。"
    ),
    "Open descriptors": "已打开的描述符",
    "Bounds of the calls in progress, per cent of `maximum calls`.": (
        "进行中呼叫数的门限，占 `maximum calls` 的百分比。"
    ),
    "Calls now": "当前呼叫",
    "Bounds of how full the receive buffer of the fullest SIP socket is, per cent.": (
        "最满的 SIP 套接字接收缓冲区占用率的门限，百分比。"
    ),
    "Datagrams that wait to be read": "等待读取的数据报",
    "How far below its bound a value must fall for the alarm to clear, so that it does not come and go.": (
        "测量值须低于门限多少告警才清除，以免告警反复出现和消失。"
    ),
    "How far below its bound an alarm clears": "低于门限多少时告警清除",
    "Points of a per cent": "百分点",
    "How late the loop of a process may be woken before it counts as stalled, milliseconds.": (
        "进程的事件循环被唤醒最多可迟多少毫秒，超过即视为停滞。"
    ),
    "Loop that does the work of a process": "完成进程工作的循环",
    "How late it is woken": "被唤醒迟了多少",
    "Milliseconds; 0: no alarm": "毫秒；0 表示不产生告警",
    "How far the clock may be off by the kernel's own estimate, milliseconds.": (
        "按内核自身估计，时钟最多可偏差多少毫秒。"
    ),
    "Clock of the host": "主机的时钟",
    "How far it is off": "偏差多少",
    "Milliseconds": "毫秒",
    "How many days before a certificate ends there is an alarm; one that has ended is critical in any case.": (
        "证书到期前多少天产生告警；已到期的证书始终为紧急告警。"
    ),
    "Certificates that end": "即将到期的证书",
    "Days that are left; 0: no such alarm": "剩余天数；0 表示没有此告警",
    "After how many hours a traffic control that is in force is an alarm: it may have been forgotten.": (
        "业务量控制生效多少小时后产生告警：它可能已被遗忘。"
    ),
    "Traffic controls in force": "生效中的业务量控制",
    "For how long": "多长时间",
    "Hours; 0: for ever": "小时；0 表示永不",
    "After how many minutes a configuration that runs and is not in startup-config is an alarm.": (
        "正在运行但未存入 startup-config 的配置在多少分钟后产生告警。"
    ),
    "A configuration that runs and is not saved": "正在运行但未保存的配置",
    "Minutes; 0: for ever": "分钟；0 表示永不",
    "How many requests with wrong credentials, or messages that are no SIP, in one minute are an attack.": (
        "一分钟内多少个凭据错误的请求或非 SIP 消息视为攻击。"
    ),
    "Every automatic ban is one as well.": "每一次自动封禁也视为攻击。",
    "What counts as an attack, whoever it comes from": "什么算作攻击，无论来自何处",
    "Requests with wrong credentials": "凭据错误的请求",
    "In a minute; 0: no number": "每分钟；0 表示不限",
    "Messages that are no SIP": "不是 SIP 的消息",
    "How many calls of one subscriber group that its bounds refuse within five minutes make fraud probable.": (
        "一个用户组在五分钟内被其限制拒绝多少个呼叫时视为可能存在盗打。"
    ),
    "Calls beyond the bounds of their subscriber group": "超出所属用户组限制的呼叫",
    "In five minutes; 0: no number": "五分钟内；0 表示不限",
    "Processor time, memory, disks, loops and clock of this host, with their bounds; read every five seconds.": (
        "本主机的处理器时间、内存、磁盘、事件循环和时钟及其门限；每五秒读取一次。"
    ),
    "Processor time, memory, threads and descriptors of each process.": "每个进程的处理器时间、内存、线程和描述符。",
    "What each process uses": "每个进程的占用",
    "Volumes that hold state: what lies on each, its size, what is free.": (
        "存放状态的卷：每个卷上存放的内容、其大小和剩余空间。"
    ),
    "Write a small file in each folder of the state, bring it to the disk, read it back; how long each took.": (
        "在状态目录的每个文件夹中写入一个小文件、落盘并读回；显示每一步的耗时。"
    ),
    "Write, bring to the disk and read back a small file in each folder of the state": (
        "在状态目录的每个文件夹中写入、落盘并读回一个小文件"
    ),
    "Test processes, databases, configuration, disks, clock, listeners, certificates, audit log and program.": (
        "测试进程、数据库、配置、磁盘、时钟、监听端口、证书、审计日志和程序。"
    ),
    (
        "Nothing is changed and no call is touched. What fails raises alarm 49, which the next run that passes clears. "
        "The same is done five seconds after management has started."
    ): ("不改变任何内容，也不影响任何呼叫。失败的项目产生告警 49，下一次通过时清除。管理进程启动五秒后也会自动执行。"),
    "Whether this server is whole": "本服务器是否完好",
    "Result of the last self-test; nothing before the first one has ended.": "上一次自检的结果；首次自检结束前为空。",
}
