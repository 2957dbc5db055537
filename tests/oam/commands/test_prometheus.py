"""`prometheus` and `show prometheus`."""

from __future__ import annotations

import json
from pathlib import Path

from support.management import FakeManager, done, gathered, played
from support.waiting import free_ports

from oam.config.tree import Configuration, problems
from oam.settings.access import ManagementListener, PrometheusSettings, SshSettings


@played
async def test_every_line_sets_its_field_and_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    lines = [" listen 127.0.0.1 port 9464", " access-list OFFICE", " no shutdown"]
    await done(
        manager.session(batch=False),
        ["configure terminal", "ip access-list OFFICE", "permit any", "exit", "prometheus", *lines],
    )
    assert manager.configuration.running.prometheus == PrometheusSettings(
        (ManagementListener("127.0.0.1", 9464),), "OFFICE", False
    )
    shown = manager.configuration.render()
    start = shown.index("prometheus") + 1
    assert sorted(shown[start : shown.index("!", start)]) == sorted(lines)


@played
async def test_a_port_that_is_taken_is_a_refused_line(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    async with manager.prometheus.served():
        (port,) = free_ports()
        session = manager.session(batch=False)
        await done(session, ["configure terminal", "prometheus", f"listen 127.0.0.1 port {port}", "no shutdown"])
        assert manager.prometheus.listening.listeners["127.0.0.1", port].socket is not None
        other = FakeManager(tmp_path / "other")
        async with other.prometheus.served():
            session = other.session(batch=False)
            await done(session, ["configure terminal", "prometheus", "no shutdown"])
            _, result = await gathered(session, f"listen 127.0.0.1 port {port}")
            assert result.code == 1
            assert f"prometheus: 127.0.0.1 port {port}: Address already in use" in "\n".join(result.errors)


def test_what_cannot_be_together_is_said() -> None:
    place = (ManagementListener("127.0.0.1", 9464),)
    found = problems(Configuration(prometheus=PrometheusSettings(place, "NOWHERE"), ssh=SshSettings(listeners=place)))
    assert "prometheus: access-list NOWHERE does not exist" in found
    assert "127.0.0.1 port 9464 is both management ssh's and prometheus's" in found


@played
async def test_off_by_default_and_shown_so(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    _, result = await gathered(session, "show prometheus")
    assert result.text.startswith("Prometheus is disabled")


@played
async def test_show_as_values(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.prometheus.counts.scrapes = 3
    _, result = await gathered(manager.session(), "show prometheus")
    assert json.loads(json.dumps(result.json))["counts"]["scrapes"] == 3
