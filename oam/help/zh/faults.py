"""Chinese for alarms."""

from __future__ import annotations

from typing import Final

FAULTS: Final = {
    "An alarm was acknowledged, shelved or unshelved": "告警被确认、搁置或取消搁置",
    "The severity of an alarm has changed": "告警级别发生变化",
    "An alarm is over": "告警已结束",
    "An alarm has been raised": "产生了告警",
    "Edit what is other than in the catalogue for one alarm.": "编辑某个告警与告警目录不同之处。",
    "Critical conditions": "严重情况",
    "Alarms": "告警",
    "What is other than in the catalogue": "与告警目录不同之处",
    "Give the alarm this severity, whatever its source says.": "不论来源如何报告，都使告警具有此级别。",
    "How grave it is": "严重程度",
    "Service is gone: act at once": "业务中断：立即处理",
    "Service suffers: act soon": "业务受损：尽快处理",
    "Something is wrong that does not hurt yet": "有故障，但尚未影响业务",
    "Something may go wrong": "可能出现故障",
    "Not known how grave": "严重程度未知",
    "Raise the alarm when its condition has lasted so many seconds.": "条件持续这么多秒后才产生告警。",
    "How long it must last before it is raised": "产生告警前条件须持续的时间",
    "Clear the alarm when its condition has been gone for so many seconds.": "条件消失这么多秒后才清除告警。",
    "How long it must be gone before it is cleared": "清除告警前条件须消失的时间",
    "Never raise the alarm; one that is raised is cleared.": "从不产生此告警；已产生的则清除。",
    "Never raise it": "从不产生",
    "Keep so many events of alarms; the oldest go first.": "保留这么多条告警事件；最旧的先删除。",
    "Alarms that have been": "过去的告警",
    "Events": "事件",
    "Number or name of an alarm": "告警的编号或名称",
    "Every alarm there is: number, name, severity as its profile has it, and whether anything finds it out.": (
        "所有告警：编号、名称、配置文件所定的级别，以及是否有来源检测它。"
    ),
    "What an alarm means and what to do": "告警的含义和处理方法",
    "Say what an alarm means, whom it hurts, what to do about it, and when it is cleared.": (
        "说明告警的含义、影响对象、处理方法以及何时清除。"
    ),
    "What is wrong now: the gravest first, then the oldest; neither what is shelved nor what another one explains.": (
        "当前的故障：先显示最严重的，再显示最早的；不含被搁置的和可由其他告警解释的。"
    ),
    "`unknown`: nothing measures it now, it is as it was when last seen. `flapping`: it comes and goes, and stays "
    "raised until it is quiet for a minute.": (
        "`unknown`：当前没有测量，保持最后所见的状态。`flapping`：反复出现和消失，安静一分钟之前保持告警。"
    ),
    "What is wrong, and what was": "当前和过去的故障",
    "What is wrong now": "当前的故障",
    "Of one severity": "某一级别的",
    "About one object": "关于某个对象的",
    "Part of the object, in either case": "对象名称的一部分，不分大小写",
    "From then on": "从那时起",
    "The newest, or the gravest": "最新的，或最严重的",
    "What happened to alarms, oldest first: the newest 100 events unless the line says how many.": (
        "告警的事件，最旧的在前：除非指定数目，显示最新的 100 条。"
    ),
    "What has happened, oldest first": "发生过的事件，最旧的在前",
    "What was put aside: by whom, why, until when, and which alarms are raised and not shown for it.": (
        "被搁置的内容：由谁、为何、到何时，以及哪些已产生的告警因此不显示。"
    ),
    "What was put aside, until when and why": "被搁置的内容、到何时及原因",
    "Alarms that are raised and not shown because another one explains them.": (
        "已产生、但因可由其他告警解释而不显示的告警。"
    ),
    "What another alarm explains": "可由其他告警解释的",
    "How many alarms there are by severity and state, how many were refused a place, and whether history is kept.": (
        "各级别和状态的告警数目、因无位置而被拒绝的数目，以及历史是否被保存。"
    ),
    "The totals count from the start of management.": "总数从管理进程启动时起计。",
    "How many there are and were": "现有和曾有的数目",
    "All that is known of one active alarm: what it means, whom it hurts, what to do, what has happened to it.": (
        "关于一个活动告警的全部信息：含义、影响对象、处理方法、发生过的事件。"
    ),
    "ID of the alarm, as `show alarms` has it": "告警的 ID，如 `show alarms` 所示",
    "Say that you take care of an alarm, or of all that are shown; it stays until its cause is gone.": (
        "表明由您处理某个告警或所有显示的告警；原因消除之前告警仍在。"
    ),
    "An acknowledgement ends when the alarm gets graver.": "告警变得更严重时，确认失效。",
    "Act on alarms": "处理告警",
    "Say that you take care of it": "表明由您处理",
    "All that are shown": "所有显示的",
    "What is known or being done": "已知的情况或正在采取的措施",
    "Say that you do not take care of an alarm any more.": "表明您不再处理某个告警。",
    "Say that you do not any more": "表明您不再处理",
    "Do not hear of an alarm, of all of one kind, or of an object, for some minutes; it comes back by itself.": (
        "在若干分钟内不再收到某个告警、某一类告警或某个对象的告警；到时自动恢复。"
    ),
    "What is raised meanwhile is told of when the time is up, if it is still there.": (
        "其间产生的告警，到时若仍存在则予以通知。"
    ),
    "Do not hear of it for a while": "一段时间内不再收到",
    "All of one kind": "某一类的全部",
    "Number or name of the alarm": "告警的编号或名称",
    "Object, as `show alarms` has it, or its first word: all of that kind": (
        "对象，如 `show alarms` 所示；或其第一个词：该类的全部对象"
    ),
    "Its second word": "其第二个词",
    "Its third word": "其第三个词",
    "For so long; eight hours unless given": "持续时间；未指定时为八小时",
    "Hear of it again now: the same words as those it was shelved with.": "立即恢复通知：使用与搁置时相同的词。",
    "Hear of it again": "恢复通知",
    "Clear an alarm that tells of something that happened, or that nothing measures any more.": (
        "清除表示已发生事件的告警，或已不再被测量的告警。"
    ),
    "All others clear by themselves when their condition is over (`show alarms definition`).": (
        "其余告警在其条件消失时自行清除（`show alarms definition`）。"
    ),
    "End what nothing else would": "结束不会自行结束的告警",
    "Tell terminals, logs, syslog and SNMP hosts, and hooks of every active alarm again, with the number it has.": (
        "将每个活动告警以其原有编号再次通知终端、日志、syslog 主机、SNMP 主机和事件钩子。"
    ),
    "Tell of everything that is wrong once more": "再次通知所有故障",
}
