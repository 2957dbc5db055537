"""Configuration management: archive, candidate, commit, lock, files."""

from __future__ import annotations

from typing import Final

CONFIGURATION: Final = {
    "Versions of the configuration that are kept.": "保留的配置版本。",
    "Versions of the configuration": "配置的版本",
    "Keep so many versions; the oldest goes first, and no number comes again.": (
        "保留这么多个版本；最旧的先删除，编号不再重复使用。"
    ),
    "Versions that are kept": "保留的版本",
    "Keep a version whenever the running configuration is saved and differs from the newest version.": (
        "每次保存运行配置时，若与最新版本不同，就保留一个版本。"
    ),
    "A version at every write memory": "每次 write memory 保留一个版本",
    "Show the versions of the configuration that are kept: number, time, author, comment.": (
        "显示保留的配置版本：编号、时间、作者、注释。"
    ),
    "Show one version of the configuration.": "显示配置的一个版本。",
    "The configuration": "配置",
    "Number of the version": "版本编号",
    "Show what makes the second configuration of the first: lines that go with `-`, lines that come with `+`.": (
        "显示如何从第一份配置得到第二份配置：以 `-` 标记删去的行，以 `+` 标记增加的行。"
    ),
    (
        "A configuration is a version number, running-config, startup-config or a file. With one named it is "
        "compared with what is running, with none the startup configuration is."
    ): (
        "配置可以是版本编号、running-config、startup-config 或文件。只指定一份时与运行配置比较，一份也不指定时比"
        "较启动配置与运行配置。"
    ),
    "What two configurations differ in": "两份配置的差异",
    "Configuration in force": "当前生效的配置",
    "Configuration that the server starts with": "服务器启动时使用的配置",
    "Version number or file": "版本编号或文件",
    "Show the lines that copying a file to the running configuration would add or change.": (
        "显示将文件复制到运行配置时会增加或更改的行。"
    ),
    "What a file would change": "文件会更改的内容",
    "Name of a file, as backup.cfg or flash:backup.cfg": "文件名，如 backup.cfg 或 flash:backup.cfg",
    "Taken for routers' sake; case counts": "为兼容路由器而接受；区分大小写",
    "Show what comes back unless it is confirmed, and when.": "显示若不确认将恢复的内容及恢复时间。",
    "What comes back by itself": "自动恢复的内容",
    "When it comes back": "何时恢复",
    "Put the running configuration into the archive.": "将运行配置放入归档。",
    "Why": "原因",
    "Any text": "任意文本",
    "Replace the running configuration by a version of the archive: all of it, or nothing.": (
        "用归档中的一个版本替换运行配置：要么全部替换，要么不作更改。"
    ),
    "What replaces is a new version itself, so nothing is lost on the way back.": (
        "替换上去的内容本身也成为新版本，因此回退过程中不会丢失任何内容。"
    ),
    "Go back to a version of the archive": "回退到归档中的一个版本",
    "Number of the version, as in show archive": "版本编号，见 show archive",
    "Write running-config, startup-config, the archive, subscribers, bulk prefixes and lists to one tar file.": (
        "将 running-config、startup-config、归档、用户、批量前缀和名单条目写入一个 tar 文件。"
    ),
    (
        "It can be fetched over SFTP and read by `restore`. The key of reversible secrets (`secret.key`) and the "
        "SSH host keys are not in it: on another server secrets of type 6 must be given anew."
    ): (
        "可以经 SFTP 取走，并由 `restore` 读取。可逆密码的密钥（`secret.key`）和 SSH 主机密钥不在其中：在另一台服"
        "务器上，类型 6 的密码必须重新给出。"
    ),
    "Write all that is configured to one file": "将所有配置写入一个文件",
    "File of the file area": "文件区中的文件",
    "Files of the file area": "文件区中的文件列表",
    "List the files of the file area: size, time of the last change in UTC, name; and the room that is left.": (
        "列出文件区中的文件：大小、最后更改时间（UTC）、名称；以及剩余空间。"
    ),
    "Show a file": "显示一个文件",
    "Show a file of the file area, whatever wrote it: a command, a schedule, an SFTP client.": (
        "显示文件区中的一个文件，无论由命令、定时任务还是 SFTP 客户端写入。"
    ),
    "Remove a file of the file area": "删除文件区中的一个文件",
    "Remove a file of the file area; it does not come back.": "删除文件区中的一个文件；无法恢复。",
    ("Read back a backup: everything in it is checked first, then put in force; a fault anywhere changes nothing."): (
        "读回备份：先检查其全部内容，再使之生效；任何一处有错都不作任何更改。"
    ),
    (
        "The configuration and startup-config are replaced. Subscribers, bulk prefixes and list entries of the backup "
        "are added or replaced, others stay. Versions of its archive are taken over where their numbers are still to "
        "come."
    ): (
        "替换运行配置和 startup-config。备份中的用户、批量前缀和名单条目被增加或替换，其余保留。"
        "其归档中编号尚未用到的版本被接收。"
    ),
    "Read back what backup has written": "读回 backup 所写的内容",
    "Put the candidate in force on top of what is running now: all of it, or nothing.": (
        "使候选配置在当前运行配置之上生效：要么全部生效，要么不作更改。"
    ),
    (
        "The result is a version of the archive. With `confirmed` what is running now comes back after so many "
        "minutes unless a second `commit`, or `configure confirm`, comes before; the time may also stand at the "
        "end of the comment. Without changes in the candidate `commit` confirms."
    ): (
        "结果成为归档中的一个版本。使用 `confirmed` 时，若在给定的分钟数内没有第二次 `commit` 或 `configure "
        "confirm`，则恢复到当前运行的配置；时间也可以写在注释末尾。候选配置没有更改时，`commit` 表示确认。"
    ),
    "Put the candidate in force, all of it or nothing": "使候选配置生效，要么全部生效，要么不作更改",
    "It comes back unless it is confirmed in time": "若未及时确认则恢复",
    "Minutes": "分钟数",
    "Why, up to the end of the line": "原因，直到行尾",
    "Any text; its last words may be 'confirmed MINUTES'": "任意文本；末尾可以是 'confirmed MINUTES'",
    ("Say what `commit` would object to, and change nothing; whether sockets can be had only `commit` finds out."): (
        "说明 `commit` 会反对什么，不作任何更改；套接字能否取得，只有 `commit` 时才知道。"
    ),
    "Only say what is wrong": "只说明有何错误",
    "Forget the candidate and leave configuration mode.": "放弃候选配置并离开配置模式。",
    "Forget the candidate": "放弃候选配置",
    "Show what the configuration would be after `commit`; with `diff` only what that changes.": (
        "显示 `commit` 之后的配置；使用 `diff` 则只显示更改的部分。"
    ),
    "What configure candidate has gathered": "configure candidate 已收集的内容",
    "What it changes": "更改的内容",
    "Let a change wait so long while another operator has the configuration locked.": (
        "当其他操作员锁定配置时，更改最多等待这么长时间。"
    ),
    "`configure terminal lock wait` sets it for one visit to configuration mode.": (
        "`configure terminal lock wait` 只对一次配置过程设置。"
    ),
    "How the configuration is changed": "配置的更改方式",
    "Its exclusive lock": "配置的独占锁",
    "Wait instead of being refused": "等待而不是被拒绝",
    "Seconds; 0: refused at once": "秒数；0：立即拒绝",
    "Say whether `copy` asks for its destination; robots want it quiet.": (
        "指定 `copy` 是否询问目的文件；机器人需要其保持安静。"
    ),
    "What is done with files": "文件操作",
    "When copy asks": "copy 何时询问",
    "It asks for the destination": "询问目的文件",
    "It never asks": "从不询问",
    "Show who has the configuration locked and how many wait for it.": "显示谁锁定了配置，以及有多少人在等待。",
    "Take the exclusive lock from whoever has it; his session goes on without.": (
        "从持有者手中夺取独占锁；其会话继续，但不再持有锁。"
    ),
    "Reset what has been gathered": "清除已收集的数据",
    "Show the JSON Schema of what `show running-config | json` and `export configuration` write.": (
        "显示 `show running-config | json` 和 `export configuration` 所写内容的 JSON Schema。"
    ),
    "JSON Schema of the configuration": "配置的 JSON Schema",
    "Enter configuration mode; every line takes effect at once.": "进入配置模式；每一行立即生效。",
    "Enter configuration mode; asked where lines come from, Enter means from this terminal.": (
        "进入配置模式；询问配置行的来源时，按回车表示来自本终端。"
    ),
    (
        "With `lock wait` the changes made until its end wait so long while another operator has the "
        "configuration locked."
    ): ("使用 `lock wait` 时，在离开之前所作的更改会在其他操作员锁定配置期间等待这么长时间。"),
    "Enter configuration mode": "进入配置模式",
    "This terminal": "本终端",
    "While another operator has the configuration locked": "当其他操作员锁定配置时",
    "Seconds that a change waits": "更改等待的秒数",
    "Enter configuration mode; what is changed comes back after so many minutes unless it is confirmed.": (
        "进入配置模式；若未确认，所作的更改在给定的分钟数后恢复。"
    ),
    "Come back to what is running now": "恢复到当前运行的配置",
    "Unless it is confirmed in time": "若未及时确认",
    ("Enter configuration mode and lock it: what others change is refused until its end, or waits if they said so."): (
        "进入配置模式并锁定配置：在离开之前，他人的更改被拒绝，或按其要求等待。"
    ),
    "Alone: what others change is refused meanwhile": "独占：在此期间他人的更改被拒绝",
    "Enter configuration mode; lines are gathered in a private candidate until `commit`.": (
        "进入配置模式；各行先收集在私有的候选配置中，直到 `commit`。"
    ),
    (
        "The candidate is kept over `end` and lost with the session. At `commit` it is applied on what runs then:"
        " all of it, or nothing."
    ): (
        "候选配置在 `end` 之后保留，随会话结束而丢失。`commit` 时应用于当时运行的配置之上：要么全部生效，要么不作更改。"
    ),
    "Lines take effect together, by commit": "各行通过 commit 一起生效",
    "Keep what a commit or a revert timer would take back.": "保留 commit 或恢复定时器将要撤回的更改。",
    "Keep what would come back": "保留将要恢复的更改",
    "Bring back at once what an unconfirmed change began with.": "立即恢复到未确认的更改之前的配置。",
    "Come back before it is confirmed": "在确认之前恢复",
    "At once": "立即",
    "Set the time anew in which an unconfirmed change must be confirmed.": "重新设置未确认的更改须在多长时间内确认。",
    "In so many minutes from now": "从现在起的分钟数之内",
    "Replace the running configuration by a whole one, all of it or nothing.": (
        "用一份完整的配置替换运行配置，要么全部替换，要么不作更改。"
    ),
    (
        "It is a version of the archive, startup-config or a file. With a timer what is running now comes back "
        "after so many minutes unless `configure confirm` is given."
    ): (
        "可以是归档中的一个版本、startup-config 或文件。使用定时器时，若未执行 `configure confirm`，则在给定的分"
        "钟数后恢复到当前运行的配置。"
    ),
    "Replace what is running by a whole configuration": "用一份完整的配置替换运行配置",
    "Version of the archive, or a file": "归档中的版本，或文件",
    "Show what is changed": "显示更改的内容",
    "Do not ask": "不询问",
    "When something happens": "当某事发生时",
    "When a line is refused: always so, for nothing is changed then": "有一行被拒绝时：总是如此，因为此时不作任何更改",
    "Leave this configuration mode for the one around it.": "离开本配置模式，回到外层模式。",
    "Leave this mode, or the session": "离开本模式，或结束会话",
    "Leave configuration mode.": "离开配置模式。",
    "Leave configuration mode": "离开配置模式",
    "Take the version line of a pasted configuration; it changes nothing.": (
        "接受粘贴的配置中的 version 行；不作任何更改。"
    ),
    "Release, build and uptime": "版本、构建和运行时间",
    "Text, up to the end of the line": "文本，直到行尾",
    "Show the configuration that the server starts with.": "显示服务器启动时使用的配置。",
    "Save the running configuration: from now on the server starts with it.": "保存运行配置：从此服务器以它启动。",
    "Refused while a commit awaits its confirmation: the server must not start with what may go.": (
        "有提交等待确认时被拒绝：服务器不应以可能撤回的内容启动。"
    ),
    "Save the running configuration": "保存运行配置",
    "To the startup configuration": "保存到启动配置",
    "Remove the startup configuration; its text is kept as a version of the archive.": (
        "删除启动配置；其内容作为归档中的一个版本保留。"
    ),
    "Remove the startup configuration": "删除启动配置",
    "Remove the saved one": "删除已保存的配置",
    "Copy from one configuration to another": "从一份配置复制到另一份",
    "Merge the startup configuration into the running one, all of it or nothing.": (
        "将启动配置合并到运行配置，要么全部合并，要么不作更改。"
    ),
    "As on a router, what the startup configuration does not mention stays as it is.": (
        "与路由器相同，启动配置中未提及的内容保持不变。"
    ),
    "Merge a file into the running configuration, all of it or nothing.": (
        "将文件合并到运行配置，要么全部合并，要么不作更改。"
    ),
    "What the file does not mention stays as it is; one wrong line and nothing is changed.": (
        "文件中未提及的内容保持不变；只要有一行错误就不作任何更改。"
    ),
    "Make a file the startup configuration; it is checked first, as the server would at its start.": (
        "使文件成为启动配置；先像服务器启动时那样进行检查。"
    ),
    "Write the running configuration to a file.": "将运行配置写入文件。",
    "Write the startup configuration to a file.": "将启动配置写入文件。",
    "Write the running configuration to a file that `import configuration` reads, as JSON by default.": (
        "将运行配置写入文件，可由 `import configuration` 读取，默认为 JSON。"
    ),
    (
        "The JSON is complete, whether settings are at their default or not, and is described by `show "
        "configuration schema`. Secrets are in it as they are kept: hashed, or encrypted under this server's key."
    ): (
        "JSON 是完整的，无论设置是否取默认值，其结构由 `show configuration schema` 描述。密码按其保存的形式写出："
        "哈希，或以本服务器的密钥加密。"
    ),
    "All that is configured": "全部配置",
    "How it is written": "书写格式",
    "As its JSON Schema says": "按其 JSON Schema 的规定",
    "As configuration lines": "以配置行显示",
    "Replace the running configuration by that of a file, JSON or text: all of it, or nothing.": (
        "用文件中的配置替换运行配置，文件可以是 JSON 或文本：要么全部替换，要么不作更改。"
    ),
    (
        "What the file does not mention is at its default then. With `candidate` it becomes the session's "
        "candidate, for `show candidate diff` and `commit`."
    ): (
        "文件中未提及的内容取默认值。使用 `candidate` 时成为本会话的候选配置，供 `show candidate diff` 和 "
        "`commit` 使用。"
    ),
    "Read data from a file": "从文件读取数据",
    "Into the candidate, to be looked at and committed": "放入候选配置，以供查看和提交",
    "Name this system: what the prompt shows and what other systems see.": (
        "为本系统命名：显示在提示符中，也为其他系统所见。"
    ),
    "Name of this system, shown in the prompt": "本系统的名称，显示在提示符中",
    "Name of this system": "本系统的名称",
    "Restart the server on its startup-config; established calls go on.": (
        "以 startup-config 重启服务器；已建立的呼叫继续。"
    ),
    (
        "An operator is asked whether to save what was changed, then to confirm; a batch is not asked, and what "
        "it has not saved by `write memory` is lost. A startup-config with a fault in it is refused and nothing "
        "is restarted."
    ): (
        "会询问操作员是否保存所作的更改，再要求确认；批处理不询问，未用 `write memory` 保存的内容将丢失。"
        "startup-config 有错时拒绝执行，不重启任何进程。"
    ),
    "Restart the server": "重启服务器",
    "Show the configuration in force, without what is at its default.": "显示当前生效的配置，不含取默认值的部分。",
    "With `all` every setting is written out; with `section` only the sections whose lines begin so.": (
        "使用 `all` 时写出每项设置；使用 `section` 时只写出以此开头的部分。"
    ),
    "One section only": "只显示一个部分",
    "What its lines begin with, as sip or management ssh": "其各行的开头，如 sip 或 management ssh",
}
