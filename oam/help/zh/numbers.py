"""Numbers: numbering, translation, time tables, analysis tables, bulk prefixes."""

from __future__ import annotations

from typing import Final

NUMBERS: Final = {
    "Edit an analysis table: what becomes of calls by the first digits of the called number.": (
        "编辑分析表：按被叫号码的前几位数字决定呼叫如何处理。"
    ),
    "What becomes of a call by its numbers": "按号码决定呼叫如何处理",
    "Name of an analysis table; without one it is the default": "分析表的名称；不写则为默认表",
    (
        "What becomes of calls to numbers that begin so; of all entries that fit, those with the longest prefix decide."
    ): ("被叫号码以此开头的呼叫如何处理；在所有适用的条目中，以前缀最长者为准。"),
    (
        "Of entries of one prefix those with the most conditions decide. Several with the same conditions "
        "share the calls by `percent`, exactly and evenly; what they leave goes on to fewer conditions, then "
        "to shorter prefixes. Names and numbers of subscribers come before all tables. A redirection to a "
        "URI without user part keeps the number called."
    ): (
        "同一前缀的条目中，以条件最多者为准。条件相同的多个条目按 `percent` 精确而均匀地分担呼叫；余下的呼叫"
        "交给条件较少的条目，再交给较短的前缀。用户的名称和号码先于所有分析表。重定向到没有用户部分的 URI 时"
        "保留被叫号码。"
    ),
    "First digits of the called number": "被叫号码的前几位数字",
    "How many digits the whole number must have": "整个号码必须有多少位",
    "Fewest digits; a shorter number is incomplete (484)": "最少位数；更短的号码为不完整（484）",
    "Most digits; a longer number is refused (484)": "最多位数；更长的号码被拒绝（484）",
    "Only numbers of this nature": "只限此种性质的号码",
    "Nature: international, national or unknown": "性质：international、national 或 unknown",
    "Name of a subscriber group": "用户组的名称",
    "Only calls whose calling number begins so": "只限主叫号码以此开头的呼叫",
    "Only while a time table is in force": "只在时间表生效期间",
    "Name of a time table": "时间表的名称",
    "Only this share of the calls": "只限这一比例的呼叫",
    "Apply a translation rule first": "先应用一条号码变换规则",
    "Name of a translation rule": "号码变换规则的名称",
    "Send the call to a route group": "将呼叫送往路由组",
    "Name of a route group": "路由组的名称",
    "Analyse the number again in another table": "在另一张表中再次分析号码",
    "Name of an analysis table": "分析表的名称",
    "Tell the caller to call elsewhere (302)": "告知主叫改呼他处（302）",
    "SIP URI, as sip:user@host or sip:host": "SIP URI，如 sip:user@host 或 sip:host",
    "Refuse the call": "拒绝呼叫",
    "Status code of a refusal, 400 to 699": "拒绝的状态码，400 到 699",
    "Send the call to the subscriber of the number": "将呼叫送往该号码的用户",
    "Entries of the analysis tables, lines of the configuration before bulk prefixes.": (
        "分析表的条目，配置行在批量前缀之前。"
    ),
    ("With digits only entries that concern them: whose prefix they begin with, and those whose prefix begins so."): (
        "给出数字时只显示与其有关的条目：数字以其前缀开头的，以及前缀以这些数字开头的。"
    ),
    "Entries of the analysis tables": "分析表的条目",
    "A number, or its first digits: entries that fit it or begin so": "号码或其前几位数字：适用的或以此开头的条目",
    "Of one table": "一张表的",
    "Numbers: lengths, prefixes, emergency numbers.": "号码：长度、前缀、紧急号码。",
    "Numbers: lengths, prefixes, emergency numbers": "号码：长度、前缀、紧急号码",
    "Most digits of a calling number; a call with more is refused with 484.": (
        "主叫号码的最多位数；超过者以 484 拒绝。"
    ),
    "Number of the caller": "主叫号码",
    "Most digits of a called number; a call with more is refused with 484.": (
        "被叫号码的最多位数；超过者以 484 拒绝。"
    ),
    "Number that is called": "被叫号码",
    "Country code of this network; without one the number formats of trunks convert nothing.": (
        "本网络的国家码；没有时中继的号码格式不作任何转换。"
    ),
    "Digits that make a national number international": "使国内号码成为国际号码的数字",
    "Digits 0-9 * # A-D": "数字 0-9 * # A-D",
    "What is dialled before an international number.": "国际号码之前所拨的数字。",
    "What is dialled before an international number": "国际号码之前所拨的数字",
    "What is dialled before a national number.": "国内号码之前所拨的数字。",
    "What is dialled before a national number": "国内号码之前所拨的数字",
    "Number of an emergency service: no control, list or limit but the hard cap refuses calls to it.": (
        "紧急服务的号码：除硬上限外，任何控制、名单或限制都不拒绝对它的呼叫。"
    ),
    "The first one is what `urn:service:sos` (RFC 5031) means; number analysis says where it leads.": (
        "第一个号码即 `urn:service:sos`（RFC 5031）所指；它通往何处由号码分析决定。"
    ),
    "Number of an emergency service": "紧急服务的号码",
    "Add or change bulk prefixes from a CSV file, all or none; only what differs is written.": (
        "从 CSV 文件添加或更改批量前缀，全部成功或全部不做；只写入有差异的部分。"
    ),
    (
        "The first line names the columns: prefix, action, and any of table, target, minimum, maximum, "
        "nature, trunk, group, calling, time, percent, translate, as in the lines of `number-analysis`. A "
        "prefix that the file names has the entries of the file alone; lines of the configuration come "
        "before bulk prefixes of the same length. A fault anywhere in the file leaves everything unchanged; "
        "faults are shown with their line numbers."
    ): (
        "第一行为列名：prefix、action，以及 table、target、minimum、maximum、nature、trunk、group、calling、"
        "time、percent、translate 中的任意几个，含义同 `number-analysis` 中的行。文件中出现的前缀只保留文件中"
        "的条目；同样长度时，配置行先于批量前缀。文件中任何一处有错则一切不变；错误连同行号显示。"
    ),
    "Bulk prefixes of the analysis tables": "分析表的批量前缀",
    "Remove the bulk prefixes that the file does not name": "删除文件中没有的批量前缀",
    "Write all bulk prefixes to a CSV file that `import prefixes` reads.": (
        "将所有批量前缀写入 `import prefixes` 可读取的 CSV 文件。"
    ),
    "Remove the bulk prefixes of one table, or one of them; `default` is the table without a name.": (
        "删除一张表的批量前缀，或其中之一；`default` 即没有名称的表。"
    ),
    "This one alone; 'any': the one for every number": "只删除此前缀；'any'：适用于所有号码的那一个",
    "Put the subscriber into a group (`subscriber-group NAME`), whose table and bounds its calls have.": (
        "将用户放入一个组（`subscriber-group NAME`），其呼叫使用该组的分析表和限制。"
    ),
    "Subscriber group it is in": "所属的用户组",
    "Edit a group of subscribers: the analysis table of their calls, and the bounds of these.": (
        "编辑用户组：其呼叫所用的分析表，以及对这些呼叫的限制。"
    ),
    "What subscribers have in common": "一组用户的共同设置",
    "Name of the group": "组的名称",
    "Analysis table that begins the analysis of their calls; without one it is the default table.": (
        "分析其呼叫时首先使用的分析表；没有时为默认表。"
    ),
    "Analysis table of their calls": "其呼叫的分析表",
    "Calls of all of them together at one time; 0 is no bound.": "全组同时进行的呼叫数；0 为不限。",
    "Calls of all": "全组的呼叫",
    "New calls a second of all of them together; 0 is no bound.": "全组每秒的新呼叫数；0 为不限。",
    "New calls a second, of all of them together": "全组每秒的新呼叫数",
    "Calls that may come at once within the rate; 0 is as many as the rate.": (
        "在速率之内可同时到来的呼叫数；0 为与速率相同。"
    ),
    "Calls that may come at once within the rate": "在速率之内可同时到来的呼叫数",
    "Their calls are of the class `priority`.": "其呼叫属于 `priority` 级别。",
    "Their calls have priority": "其呼叫享有优先",
    (
        "Show step by step what signalling makes of a number: digits, translations, tables, entries, and the end of it."
    ): ("逐步显示信令如何处理一个号码：数字、变换、分析表、条目和最终结果。"),
    "Nothing is counted and no share of calls is used up.": "不计数，也不占用任何呼叫份额。",
    "What becomes of a number": "号码如何处理",
    "Number as it is dialled": "所拨的号码",
    "Apply one translation rule, and nothing else": "只应用一条号码变换规则",
    "As if the call came from somewhere": "如同呼叫来自某处",
    "By this trunk": "经此中继",
    "Edit a time table: when the lines that name it are in force.": "编辑时间表：引用它的行何时生效。",
    "Days and times": "日期和时间",
    "Time zone of the periods and dates.": "时段和日期所用的时区。",
    "Whose local time it is": "所用的当地时间",
    "Time zone, as Europe/Berlin": "时区，如 Europe/Berlin",
    "Days and times at which it is in force; one that ends before it begins goes on into the next day.": (
        "生效的日期和时间；结束早于开始的时段延续到次日。"
    ),
    "Days of the week and times of the day": "星期和时刻",
    "Days: daily, weekdays, weekend, or as mon,wed,sun": "日期：daily、weekdays、weekend，或如 mon,wed,sun",
    "From this time on": "从此时起",
    "Up to this time; 24:00 is midnight": "到此时为止；24:00 为午夜",
    "A day on which it is in force from midnight to midnight.": "从午夜到午夜全天生效的一天。",
    "A whole day": "一整天",
    "Date, as 2026-12-31": "日期，如 2026-12-31",
    "A day on which it is not in force, whatever its periods and dates say.": "不论时段和日期如何，均不生效的一天。",
    "A day on which it is not in force": "不生效的一天",
    "Time tables, and whether they are in force now.": "时间表，以及现在是否生效。",
    "Edit a translation rule: what is done to the numbers of a call, line by line.": (
        "编辑号码变换规则：逐行说明如何处理呼叫的号码。"
    ),
    "Digits inserted, deleted, replaced": "插入、删除、替换数字",
    "Name of the rule": "规则的名称",
    "What the rule is for.": "规则的用途。",
    "Take digits out of a number; those that are not there are left out.": "从号码中删除数字；不存在的位置忽略不计。",
    (
        "Steps are done in the order of their lines. Positions count from 0, with `from-end` from the last "
        "digit backwards. A call whose number is left without digits, or with more than 28, is refused with "
        "484."
    ): (
        "各步骤按行的顺序执行。位置从 0 起计，带 `from-end` 时从最后一位向前计。变换后没有数字或超过 28 位的"
        "呼叫以 484 拒绝。"
    ),
    "Number that redirected the call (Diversion)": "转移呼叫的号码（Diversion）",
    "Take digits out": "删除数字",
    "Count from the last digit backwards": "从最后一位向前计",
    "Position, the first digit is 0": "位置，第一位为 0",
    "How many digits": "多少位数字",
    "Put digits into a number; behind its end they are appended.": "在号码中插入数字；位置在末尾之后则附加在末尾。",
    "`+` before the digits, or alone, makes the number international.": (
        "数字之前的 `+`，或单独的 `+`，使号码成为国际号码。"
    ),
    "Put digits in": "插入数字",
    "Digits; '+' before them makes the number international": "数字；其前的 '+' 使号码成为国际号码",
    "Put digits in the place of others.": "用数字替换其他数字。",
    "Put digits in the place of others": "用数字替换其他数字",
    "Make something else of a number that is as a pattern says, as a whole.": "将整体符合模式的号码变为另一号码。",
    (
        "A pattern is digits, `.` for any one, `[2-57]` for one of several, `+` behind one of these for one "
        "or more of it, and brackets around what `\\1`, `\\2` repeat."
    ): (
        "模式由数字、表示任意一位的 `.`、表示几者之一的 `[2-57]`、跟在其后表示一个或多个的 `+`，以及括号组成"
        "；括号中的内容由 `\\1`、`\\2` 重复。"
    ),
    "Change a number that is as a pattern says; leave any other": "更改符合模式的号码；其他号码不变",
    "Digits, '.', '[2-57]', '+' for one or more of it, '(' and ')'": (
        "数字、'.'、'[2-57]'、表示一个或多个的 '+'、'(' 和 ')'"
    ),
    "What the whole number then is": "整个号码变为什么",
    "Digits, and \\1 for what the first bracket matched": "数字，以及表示第一个括号所匹配内容的 \\1",
    "Say what kind of number it is: international is with country code and without any prefix.": (
        "说明号码的性质：international 带国家码而没有任何前缀。"
    ),
    "Say what kind of number it is": "说明号码的性质",
    "Say whether the caller's number may be shown (RFC 3323).": "说明主叫号码可否显示（RFC 3323）。",
    "Say whether the caller's number may be shown": "说明主叫号码可否显示",
    "It may": "可以",
    "It may not (Privacy: id)": "不可以（Privacy: id）",
    "Name the caller (P-Asserted-Identity); From stays as the caller wrote it.": (
        "为主叫命名（P-Asserted-Identity）；From 保持主叫所写。"
    ),
    "Name the caller": "为主叫命名",
    "Go on with another rule, which takes what this one made.": "接着应用另一条规则，它处理本规则的结果。",
    "Go on with another rule": "接着应用另一条规则",
    "Translation rules, line by line, and what uses them.": "号码变换规则，逐行显示，以及何处使用。",
}
