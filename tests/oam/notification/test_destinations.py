"""`show logging destinations`: every queue with its bound and what it lost."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, gathered, played

from oam.config.tree import Configuration
from oam.security.syslog import WAITING
from oam.settings.audit import AuditSettings, SyslogHost
from oam.settings.logs import LogHost, LogSettings
from oam.settings.notification import NotificationTarget


@played
async def test_every_destination_is_shown_with_its_bound(tmp_path: Path) -> None:
    settings = Configuration(
        audit=AuditSettings(hosts=(SyslogHost("127.0.0.1", port=9),)),
        logging=LogSettings(hosts=(LogHost("127.0.0.2", "tcp", 9, level="errors"),)),
        notification_targets=(NotificationTarget("NOC", webhook="http://127.0.0.1:9/"),),
    )
    manager = FakeManager(tmp_path, settings)
    manager.log.start()
    manager.log.malformed = 2
    manager.syslog.start()
    manager.targets.start()
    rows, _ = await gathered(manager.session(), "show logging destinations")
    await manager.targets.close()
    await manager.syslog.close()
    manager.log.close()
    assert [(row.destination, row.name, row.level) for row in rows] == [
        ("buffer", "", "debugging"),
        ("file", "logs/sipctl.log", "informational"),
        ("audit-syslog", "127.0.0.1 port 9", ""),
        ("syslog", "127.0.0.2 port 9", "errors"),
        ("target", "NOC", ""),
    ]
    assert rows[0].error == "2 datagrams were no messages"
    assert rows[3].room == WAITING
