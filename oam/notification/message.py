"""What a notice looks like to a web server and in a mail."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import msgspec

from oam.times import iso

if TYPE_CHECKING:
    from oam.notices import ManagementNotice
    from oam.settings.notification import Mail


def as_json(notice: ManagementNotice, hostname: str) -> bytes:
    """Write a notice as a JSON object: host, kind, severity, text, at (RFC 3339); `alarm`, where it is about one."""
    facts: dict[str, object] = {
        "host": hostname,
        "kind": notice.kind,
        "severity": notice.severity,
        "text": notice.text,
        "at": iso(notice.at, 3),
    }
    if notice.alarm is not None:
        facts["alarm"] = {**notice.alarm._asdict(), "at": iso(notice.alarm.at, 3)}
    return msgspec.json.encode(facts)


def as_mail(notice: ManagementNotice, hostname: str, settings: Mail) -> EmailMessage:
    """Write a notice as a mail."""
    mail = EmailMessage()
    mail["From"] = settings.sender
    mail["To"] = settings.recipient
    mail["Subject"] = f"{hostname}: {notice.kind}: {notice.text}"[:200]
    mail["Date"] = datetime.fromtimestamp(notice.at, UTC)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it by machine
    lines = [f"{iso(notice.at, 3)} {hostname}", f"{notice.severity}: {notice.kind}: {notice.text}"]
    if notice.alarm is not None:
        alarm = notice.alarm
        lines += ["", f"alarm {alarm.id} ({alarm.number} {alarm.name}), {alarm.object}", f"severity {alarm.severity}"]
        lines += ["", f"show alarms detail {alarm.id}", f"show alarms definition {alarm.number}"]
    mail.set_content("\n".join(lines) + "\n")
    return mail
