"""The shell itself: `?`, the guide, filters, the terminal, sessions."""

from __future__ import annotations

from typing import Final

SHELL: Final = {
    "Execute the command": "执行命令",
    "Filter the output": "过滤输出",
    "Regular expression": "正则表达式",
    "Name of a file in the server's directory of files": "服务器文件目录中的文件名",
    "Filter the output further": "进一步过滤输出",
    "Add the output to a file": "将输出追加到文件",
    "Begin with the line that matches": "从匹配的行开始显示",
    "Count lines, or those that match": "统计行数，或统计匹配的行数",
    "Rows as comma-separated values": "以逗号分隔值（CSV）输出各行",
    "Leave out lines that match": "去掉匹配的行",
    "Only lines that match": "只显示匹配的行",
    "Rows as JSON": "以 JSON 输出各行",
    "Write the output to a file": "将输出写入文件",
    "Only lines that match and what is indented below them": "只显示匹配的行及其下方缩进的行",
    "Write the output to a file and show it": "将输出写入文件并同时显示",
    "Configuration mode ({}).": "配置模式（{}）。",
    "Words:": "关键字和参数：",
    "Lines:": "配置行：",
    "Examples:": "示例：",
    "Enters mode {}.": "进入 {} 模式。",
    "Default: {}.": "默认值：{}。",
    "Default: none.": "默认值：无。",
    "Default: on.": "默认值：开启。",
    "Default: off.": "默认值：关闭。",
    "May be given several times.": "可以多次给出。",
    "Privilege {}.": "权限级别 {}。",
    "For everybody.": "人人可用。",
    "Asks for confirmation, except in scripts.": "执行前要求确认，脚本除外。",
    "Filters, behind a 'show', each preceded by '|':": "过滤器，跟在 'show' 之后，每个前面加 '|'：",
    "Help": "帮助",
    (
        "Help is there at any point of a command: type a question mark. Where nothing fits, step back until '?' "
        "shows what may be typed."
    ): ("在命令的任何位置都可以获得帮助：键入问号即可。如果没有匹配项，就往回退，直到 '?' 显示出可以键入的内容。"),
    "What may come next, each word with its help": "接下来可以键入的内容，每个词都附有说明",
    "Commands that begin so": "以此开头的命令",
    "The reference page of a command, or of all that begin so": "一条命令的参考页，或所有以此开头的命令的参考页",
    "Language of all help: en or zh": "所有帮助的语言：en 或 zh",
    "Typing": "键入",
    "A word may be abbreviated as long as it stays unambiguous: 'sh run' is 'show running-config'.": (
        "只要不产生歧义，关键字都可以缩写：'sh run' 就是 'show running-config'。"
    ),
    "Complete the word; where several fit, list them": "补全关键字；若有多个匹配，则列出它们",
    "To the beginning, to the end of the line": "移到行首、行尾",
    "One sign back, one forward; so do the arrow keys": "后退、前进一个字符；方向键亦可",
    "The line before, the line after in the history; so do the arrow keys": "历史记录中的上一行、下一行；方向键亦可",
    "Erase the word before the cursor": "删除光标前的词",
    "Erase to the beginning, to the end of the line": "删除到行首、行尾",
    "Erase the sign under the cursor; on an empty line, leave": "删除光标处的字符；在空行上则退出",
    "Swap the sign before the cursor and the one under it": "交换光标前的字符与光标处的字符",
    "Search the history for what is typed next; again for an older line": (
        "在历史记录中查找随后键入的内容；再按则查找更早的行"
    ),
    "Show the line again": "重新显示本行",
    "Stop the command, or drop the line": "停止命令，或放弃本行",
    "Run the line and leave configuration mode": "执行本行并离开配置模式",
    "Modes": "模式",
    (
        "The prompt tells the mode: 'name>' is for looking, 'name#' for every command after 'enable', 'name("
        "config)#' for configuration after 'configure terminal'."
    ): (
        "提示符表明所处的模式：'name>' 用于查看，'name#' 在 'enable' 之后可使用全部命令，'name(config)#' 在 "
        "'configure terminal' 之后用于配置。"
    ),
    (
        "In configuration mode a line takes effect at once; 'no LINE' removes what it set, 'do COMMAND' runs a "
        "command from outside. 'exit' leaves one mode, 'end' all of them. 'write memory' keeps the configuration "
        "over a restart."
    ): (
        "在配置模式中，每一行立即生效；'no LINE' 撤销该行的设置，'do COMMAND' 执行配置模式之外的命令。'exit' 离开"
        "一层模式，'end' 离开全部模式。'write memory' 使配置在重启后保留。"
    ),
    (
        "'configure candidate' gathers lines until 'commit'; 'commit confirmed 5' takes them back after five "
        "minutes unless they are confirmed. 'show archive' lists former versions, 'rollback N' brings one back."
    ): (
        "'configure candidate' 收集各行，直到 'commit'；'commit confirmed 5' 在五分钟后将其撤回，除非得到确认。"
        "'show archive' 列出以前的版本，'rollback N' 恢复其中一个。"
    ),
    "Output": "输出",
    (
        "Space shows the next screenful, Enter the next line, '/' searches, 'q' ends the output. Behind a 'show' "
        "stand filters, each preceded by '|', chained at will:"
    ): (
        "空格键显示下一屏，回车键显示下一行，'/' 查找，'q' 结束输出。'show' 命令之后可以跟过滤器，每个过滤器前加 "
        "'|'，可任意串接："
    ),
    "Number from {} to {}": "{} 至 {} 之间的数字",
    "Make a word stand for the beginning of a line.": "定义一个词，使其代表一行的开头。",
    "It is looked for at the beginning of a line in EXEC mode, and not in what it stands for.": (
        "只在 EXEC 模式的行首识别，在其所代表的内容中不再识别。"
    ),
    "Word of your own for a command": "为命令自定义的别名",
    "Used in EXEC mode": "在 EXEC 模式中使用",
    "The word": "别名",
    "What it stands for; what is typed behind the word follows it": "所代表的内容；别名之后键入的内容接在其后",
    "Words that stand for commands.": "代表命令的别名。",
    "Show what the server holds and does": "显示服务器的数据和运行情况",
    "Words of the operators' own": "操作员自定义的别名",
    "Set the message of the day.": "设置每日消息。",
    (
        "Robots read banners too: what they would take for a prompt, a question or a refused login is not "
        "allowed in one."
    ): ("机器人也会读取横幅：不允许出现会被其当作提示符、提问或登录被拒的文字。"),
    "Text shown to whoever comes": "向来访者显示的文本",
    "Shown before the login on telnet, behind it elsewhere": "telnet 在登录前显示，其他方式在登录后显示",
    "Any sign as delimiter; the text, over many lines; the delimiter again": (
        "以任意字符为定界符；随后是可跨多行的文本；最后再写定界符"
    ),
    "Set what is shown before somebody logs in.": "设置登录前显示的内容。",
    "Shown before the login": "登录前显示",
    "Set what is shown to those who have logged in.": "设置向已登录者显示的内容。",
    "Shown behind the login, before the first prompt": "登录后、第一个提示符之前显示",
    "Date and time of this server.": "本服务器的日期和时间。",
    "Date and time of this server": "本服务器的日期和时间",
    "Turn on privileged commands, for those who may.": "开启特权命令，供有权者使用。",
    (
        "Where an enable secret is configured (or 'aaa authentication enable') it is asked for, unless the "
        "privilege is there already; at the console, who has come in with a privilege gets it back unasked."
    ): (
        "配置了 enable 密码（或 'aaa authentication enable'）时会询问密码，除非已有该权限级别；在控制台上，以某一"
        "权限级别进入者可以不经询问恢复该级别。"
    ),
    "Turn on privileged commands": "开启特权命令",
    "Privilege": "权限级别",
    "Turn off privileged commands.": "关闭特权命令。",
    "Turn off privileged commands": "关闭特权命令",
    "Secret that 'enable' asks for; without one 'enable' is only for those whose account has the privilege.": (
        "'enable' 所询问的密码；没有密码时，'enable' 只对帐户本身具有该权限级别者有效。"
    ),
    "Privilege of this session, and the role that bounds it.": "本会话的权限级别，以及限制它的角色。",
    "Privilege of this session": "本会话的权限级别",
    "End the session.": "结束会话。",
    "End the session": "结束会话",
    "Show how the shell works, or the reference page of a command and of all that begin so.": (
        "显示命令行的用法，或一条命令及所有以此开头的命令的参考页。"
    ),
    (
        "Words may be abbreviated as in commands. Commands of every mode are found, those of the present mode "
        "first, then the filters behind a `|`."
    ): ("关键字可以像命令中那样缩写。可以找到所有模式的命令，当前模式的在前，其后是 `|` 之后的过滤器。"),
    "How the shell works, and what a command does": "命令行的用法，以及命令的作用",
    "Command, or how it begins": "命令，或命令的开头",
    "Lines entered in this session, oldest first.": "本会话中键入的行，最旧的在前。",
    "Lines entered in this session": "本会话中键入的行",
    "Set how sessions at the host itself behave.": "设置在主机本地的会话的行为。",
    "Sessions of one kind": "某一类会话",
    "At the host itself": "在主机本地",
    "Set how sessions over SSH and telnet behave; there is one set for all of them.": (
        "设置经 SSH 和 telnet 的会话的行为；所有这类会话共用一组设置。"
    ),
    "Over SSH and telnet": "经 SSH 和 telnet",
    "Set how long nothing may be typed; a running command is not idle, one that waits for a key is.": (
        "设置多长时间可以不键入任何内容；正在执行的命令不算空闲，等待按键的命令算空闲。"
    ),
    "`no exec-timeout` is for ever, as on a router; `default exec-timeout` is not.": (
        "`no exec-timeout` 表示永不超时，与路由器相同；`default exec-timeout` 则不然。"
    ),
    "How long a session may stand idle": "会话可以空闲多长时间",
    "Minutes; 0 0 is for ever": "分钟数；0 0 表示永不超时",
    "Seconds, besides": "另加的秒数",
    "Set how long a session may last, busy or not; it is told a minute before.": (
        "设置会话最长可以持续多久，无论忙闲；结束前一分钟会提示。"
    ),
    "How long a session may last at all": "会话最长可以持续多久",
    "Minutes; 0 is for ever": "分钟数；0 表示不限",
    "Set how many sessions there may be at one time.": "设置同时可以有多少个会话。",
    "Set how many sessions of one operator there may be at one time.": "设置一名操作员同时可以有多少个会话。",
    "Sessions of one operator at one time": "一名操作员同时存在的会话",
    "Sessions; 0 is as many as the line takes": "会话数；0 表示以线路容量为限",
    "Set the screenful that sessions begin with, in place of what the terminal says.": (
        "设置会话开始时的屏幕行数，代替终端所报告的值。"
    ),
    "Lines of a screenful": "一屏的行数",
    "Lines; 0 shows everything without a pause": "行数；0 表示不停顿地显示全部",
    "Set the width that sessions begin with, in place of what the terminal says.": (
        "设置会话开始时的宽度，代替终端所报告的值。"
    ),
    "Columns of a line": "一行的列数",
    "Columns; 0 is without bound": "列数；0 表示不限",
    "Set the editor that sessions begin with, where terminal and client can take it.": (
        "设置会话开始时使用的编辑器，前提是终端和客户端能够支持。"
    ),
    "How lines are typed": "行的键入方式",
    "Echo alone, which every terminal and robot takes": "仅回显，任何终端和机器人都能接受",
    "Drawn on the terminal": "在终端上绘制",
    "Set how many lines of history sessions keep.": "设置会话保留多少行历史记录。",
    "How many": "数量",
    "Set how many lines are shown before `--More--`.": "设置出现 `--More--` 之前显示多少行。",
    "Set how many columns tables may take.": "设置表格可以占用多少列。",
    "Set how many lines of history are kept.": "设置保留多少行历史记录。",
    "Choose the editor of the lines that follow.": "选择随后各行的编辑器。",
    "Choose the language of help texts; commands, errors and output stay as they are.": (
        "选择帮助文本的语言；命令、错误信息和输出保持不变。"
    ),
    "Language of help": "帮助的语言",
    "English": "英文",
    "Chinese": "中文",
    "Show notices on this terminal as they come, above the line being typed.": (
        "在本终端上即时显示通知，位于正在键入的行之上。"
    ),
    "Notices of the server, as they come": "服务器的通知，即时显示",
    "Show no more notices on this terminal.": "不再在本终端上显示通知。",
    "Show what this terminal is set to.": "显示本终端的设置。",
    "Show who is on; with `all` also the scripts that are running, and who moves files over SFTP.": (
        "显示在线者；使用 `all` 时还显示正在运行的脚本以及通过 SFTP 传输文件的操作员。"
    ),
    "Who is on": "在线者",
    "Scripts and file transfers too": "包括脚本和文件传输",
    "Show who is on.": "显示在线者。",
    "The lines in use": "正在使用的线路",
    "Show the lines in use, those of scripts and file transfers too.": (
        "显示正在使用的线路，包括脚本和文件传输所用的线路。"
    ),
    "Show the sessions of the operator who asks, scripts too.": "显示询问者本人的会话，包括脚本。",
    "Sessions of your own": "自己的会话",
    "End a session: what runs in it is stopped, what it holds is released. A number alone is that of a vty.": (
        "结束会话：停止其中正在执行的命令，释放其占有的资源。只给出编号时指 vty 线路。"
    ),
    "End a session": "结束会话",
    "Number of the line, as 'show users' shows it": "线路编号，见 'show users'",
    "Send a message to everybody who is on.": "向所有在线者发送消息。",
    "Send a message": "向其他操作员发送消息",
    "Everybody who is on": "所有在线者",
    "Everybody, as *": "所有人，写作 *",
    "The message": "消息内容",
    "Send a message to one session.": "向一个会话发送消息。",
    "Release, build and uptime of this server.": "本服务器的版本、构建和运行时间。",
    "Run a command again and again until a key is pressed.": "反复执行命令，直到按下任意键。",
    (
        "A terminal that is drawn on shows what fits on its screen; any other one shows everything, a line with "
        "the time between two runs. The command may have filters."
    ): ("可以绘制的终端只显示屏幕容纳得下的部分；其他终端显示全部，两次执行之间有一行时间。命令可以带过滤器。"),
    "Run a command again and again until a key is pressed": "反复执行命令，直到按下任意键",
    "Seconds between two runs": "两次执行之间的秒数",
    "Command, up to the end of the line": "命令，直到行尾",
    "Run a command several times; the first run that fails is the last.": "将命令执行若干次；首次失败即为最后一次。",
    "Run a command several times": "将命令执行若干次",
    "How often": "次数",
    "Wait between two runs": "两次执行之间等待",
    "Run an EXEC command from configuration mode": "从配置模式执行 EXEC 命令",
}
