"""What a notice looks like to a web server and in a mail."""

from __future__ import annotations

import json

from oam.fault.event import RAISED, AlarmEvent
from oam.notices import ManagementNotice
from oam.notification.message import as_json, as_mail
from oam.settings.notification import Mail

ALARM = AlarmEvent(
    9, RAISED, 4, 2, "trunk-unreachable", "trunk PSTN", "major", "", "communications", 22, "no answer", 5.0
)
NOTICE = ManagementNotice("alarm-raised", "trunk PSTN: no answer", "critical", 5.0, alarm=ALARM)


def test_a_web_server_gets_every_fact_of_the_alarm() -> None:
    facts = json.loads(as_json(NOTICE, "sip1"))
    assert (facts["host"], facts["kind"], facts["at"]) == ("sip1", "alarm-raised", "1970-01-01T00:00:05.000Z")
    assert (facts["alarm"]["object"], facts["alarm"]["severity"], facts["alarm"]["cause"]) == (
        "trunk PSTN",
        "major",
        22,
    )


def test_a_notice_without_an_alarm_has_none() -> None:
    assert "alarm" not in json.loads(as_json(NOTICE._replace(alarm=None), "sip1"))


def test_a_mail_says_what_to_look_at_and_that_no_machine_should_answer_it() -> None:
    mail = as_mail(NOTICE, "sip1", Mail("mail", "sip1@example.com", "noc@example.com"))
    assert mail["Subject"] == "sip1: alarm-raised: trunk PSTN: no answer"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "show alarms detail 4" in mail.get_content()
