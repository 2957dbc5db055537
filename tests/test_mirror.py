"""Tests mirror the source: a module's tests are in the file of the same place and name, or ELSEWHERE says where."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

_RECORDS = "record declarations alone; this test sends or stores them"
_LINES = "configuration lines alone, no code; this test gives each to the dispatcher"

ELSEWHERE: dict[str, tuple[str, str]] = {
    "core/northbound/notices.py": ("tests/core/northbound/test_wirefmt.py", _RECORDS),
    "core/northbound/orders.py": ("tests/core/northbound/test_wirefmt.py", _RECORDS),
    "core/northbound/rows.py": ("tests/core/northbound/test_wirefmt.py", _RECORDS),
    "core/northbound/call_rows.py": ("tests/core/northbound/test_wirefmt.py", _RECORDS),
    "core/policy/facts.py": ("tests/core/policy/test_code_control.py", "the record that every call there is"),
    "core/policy/gate.py": ("tests/core/policy/test_share.py", "an interface; each kind of it has its tests"),
    "core/policy/priority.py": ("tests/core/policy/test_code_control.py", "three numbers, each used there"),
    "core/pipeline/figures.py": ("tests/core/pipeline/test_overload.py", "what `show overload` tells, told there"),
    "core/pipeline/trails.py": ("tests/flows/test_call_history.py", "the trail of every kind of call is told there"),
    "core/routing/options.py": ("tests/core/routing/test_ping.py", "what is sent there, and by the monitor"),
    "oam/commands/test_trunk_call.py": ("tests/core/routing/test_trial.py", "the call it shows, step by step"),
    "oam/commands/ping.py": ("tests/oam/diagnosis/test_ping.py", "given to the dispatcher there"),
    "oam/commands/test_subscriber.py": ("tests/oam/diagnosis/test_subscriber.py", "given to the dispatcher there"),
    "core/policy/window.py": ("tests/core/policy/test_code_control.py", "an interface, implemented there"),
    "core/wire/error.py": ("tests/torture/test_rfc4475.py", "one exception class, raised in every test of core/wire"),
    "core/wire/limits.py": ("tests/core/wire/test_framing.py", "one record of bounds; each is reached there"),
    "oam/selftest/row.py": ("tests/oam/selftest/test_checks.py", _RECORDS),
    "oam/snmp/engine/counters.py": ("tests/oam/snmp/engine/test_engine.py", "each of them is moved there"),
    "oam/snmp/engine/status.py": ("tests/oam/snmp/engine/test_responder.py", "numbers, each answered there"),
    "oam/snmp/engine/message.py": (
        "tests/oam/snmp/test_agent.py",
        "net-snmp reads and writes each kind of message there",
    ),
    "oam/snmp/convention.py": ("tests/oam/snmp/test_syntax.py", "a table of enumerations, each judged there"),
    "oam/snmp/tables/overload.py": ("tests/oam/snmp/tables/test_traffic_controls.py", "tables of the same area"),
    "oam/snmp/tables/screening.py": ("tests/oam/snmp/tables/test_traffic_controls.py", "tables of the same area"),
    "oam/snmp/rows/cleared.py": ("tests/oam/snmp/tables/test_traffic_controls.py", "names, each cleared there"),
    "oam/snmp/tables/alarm_rows.py": ("tests/oam/snmp/tables/test_alarms.py", "the rows of the tables read there"),
    "oam/snmp/tables/alarm_mib_rows.py": (
        "tests/oam/snmp/tables/test_alarm_mib.py",
        "the rows of the tables read there",
    ),
    "oam/snmp/tables/sip_common_rows.py": ("tests/oam/snmp/tables/test_sip_common.py", "rows of the tables read there"),
    "oam/snmp/engine/statistics.py": (
        "tests/oam/snmp/tables/test_standard_system.py",
        "each of its figures is shown there",
    ),
    "oam/snmp/nms/zabbix_common.py": ("tests/oam/snmp/nms/test_zabbix.py", "its identifiers are unique there"),
    "oam/snmp/object.py": ("tests/oam/snmp/test_mib.py", _RECORDS),
    "oam/settings/environment.py": ("tests/oam/commands/test_environment.py", "its lines, and what is refused, there"),
    "oam/settings/snmp.py": ("tests/oam/commands/test_snmp_server.py", "its lines, and what is refused, there"),
    "oam/commands/aaa.py": ("tests/oam/security/test_servers.py", "shows and tests the servers there"),
    "core/pipeline/counting.py": ("tests/flows/test_statistics.py", "restarts and changes of settings, from the wire"),
    "core/routing/route_count.py": ("tests/flows/test_statistics.py", "calls that fail over, from the wire"),
    "oam/commands/statistics_settings.py": ("tests/oam/commands/test_config.py", _LINES),
    "core/pipeline/routes.py": ("tests/core/routing/test_attempt.py", "every call there leaves by it"),
    "core/proxy/late.py": ("tests/core/routing/test_attempt.py", "an answer after the refusal, with who it comes from"),
    "core/proxy/route.py": (
        "tests/core/routing/test_attempt.py",
        "what the proxy asks; all is asked there",
    ),
    "oam/commands/route_group.py": ("tests/oam/commands/test_trunk.py", "its lines and rows, beside those of trunks"),
    "oam/commands/radius.py": ("tests/oam/settings/test_aaa.py", _LINES),
    "oam/commands/tacacs.py": ("tests/oam/settings/test_aaa.py", _LINES),
    "oam/security/members.py": ("tests/oam/security/test_servers.py", "the servers that are asked there"),
    "oam/security/server_state.py": ("tests/oam/security/test_servers.py", "what is remembered of each server there"),
    "oam/security/verdict.py": ("tests/oam/security/test_tacacs.py", "the record that every question there returns"),
    "oam/commands/numbering.py": ("tests/oam/commands/test_number_analysis.py", _LINES),
    "oam/commands/subscriber_group.py": ("tests/oam/commands/test_number_analysis.py", _LINES),
    "oam/commands/time_table.py": ("tests/oam/commands/test_number_analysis.py", "shown beside what uses it"),
    "oam/commands/translation_rule.py": ("tests/oam/commands/test_number_analysis.py", "shown beside what uses it"),
    "core/northbound/routing_settings.py": ("tests/core/northbound/test_number_checks.py", _RECORDS),
    "oam/commands/authentication.py": ("tests/oam/commands/test_config.py", _LINES),
    "oam/commands/backup.py": ("tests/oam/test_backup.py", "the way there and back, with the file itself"),
    "oam/commands/hostname.py": ("tests/oam/commands/test_config.py", _LINES),
    "oam/commands/line.py": ("tests/oam/config/test_text.py", _LINES),
    "oam/commands/show_logging.py": ("tests/oam/log/test_log.py", "shown there, what the log has taken"),
    "oam/commands/notification.py": ("tests/oam/notification/test_targets.py", "its lines and its order, used there"),
    "oam/commands/logging.py": ("tests/oam/commands/test_config.py", _LINES),
    "oam/commands/registrar.py": ("tests/oam/commands/test_config.py", _LINES),
    "oam/commands/protection.py": ("tests/oam/commands/test_blacklist.py", _LINES),
    "oam/commands/sip.py": ("tests/oam/commands/test_config.py", _LINES),
    "oam/commands/subscriber.py": ("tests/oam/commands/test_config_subscriber.py", "its mode, beside the other modes"),
    "oam/commands/call_history.py": ("tests/oam/commands/test_config.py", _LINES),
    "oam/commands/sockets.py": (
        "tests/oam/commands/test_management_telnet.py",
        "its lines and rows there",
    ),
    "oam/commands/vocabulary.py": ("tests/oam/test_reference.py", "a table of help texts; every command is read there"),
    "oam/config/files.py": ("tests/oam/config/test_store.py", "the store's files"),
    "oam/config/load.py": ("tests/oam/config/test_store.py", "what the supervisor reads the store's file with"),
    "oam/config/tree.py": ("tests/oam/config/test_edit.py", "the type that edits are made to"),
    "oam/context.py": ("tests/oam/test_dispatch.py", "what handlers are given, made for each test there"),
    "oam/commands/alarm.py": ("tests/oam/commands/test_alarms.py", "what operators do, beside what they then see"),
    "oam/commands/alarm_profile.py": ("tests/oam/commands/test_alarms.py", "its lines, beside what they are about"),
    "oam/fault/telling.py": ("tests/oam/fault/test_alarms.py", "what is published there"),
    "oam/fault/profiles.py": ("tests/oam/fault/test_alarms.py", "what each profile does to an alarm"),
    "oam/fault/explaining.py": ("tests/oam/fault/test_alarms.py", "alarms that explain others, at work"),
    "oam/fault/alarm.py": ("tests/oam/fault/test_alarms.py", "the record of an alarm, made there"),
    "oam/grammar/result.py": ("tests/oam/grammar/test_graph.py", "records that the walk returns"),
    **{
        f"oam/settings/{each}.py": ("tests/oam/config/test_text.py", "records that the configuration is made of")
        for each in (
            "alarms",
            "archive",
            "audit",
            "automation",
            "logs",
            "notification",
            "operators",
            "trace",
        )
    },
    **{
        f"oam/help/zh/{each}.py": ("tests/oam/help/test_catalogue.py", "tables of texts; each is checked there")
        for each in (
            "__init__",
            "access",
            "automation",
            "calls",
            "collection",
            "configuration",
            "dns",
            "environment",
            "faults",
            "graphs",
            "lists",
            "measurement",
            "logging",
            "numbers",
            "operators",
            "overload",
            "prometheus",
            "shell",
            "sip",
            "snmp",
            "trace",
            "statistics",
            "traffic",
            "trunks",
        )
    },
    "oam/snmp/nms/panels.py": ("tests/oam/snmp/nms/test_grafana.py", "a table of choices; each is shown there"),
    "oam/snmp/nms/sensors.py": ("tests/oam/snmp/nms/test_librenms.py", "a table of choices; each is a sensor there"),
    "oam/shell/printable.py": ("tests/oam/shell/test_format.py", "every cell goes through it there"),
    "oam/transfer.py": ("tests/oam/subscribers/test_transfer.py", "the way of every import and export, gone there"),
    "oam/result.py": ("tests/oam/test_dispatch.py", "the record that dispatch returns"),
}
"""Module -> where it is tested, and why there."""


def modules() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix()
        for package in ("core", "oam", "sipctl")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    )


def mirrored(module: str) -> Path:
    return (ROOT / "tests" / module).with_name(f"test_{Path(module).name}")


@pytest.mark.parametrize("module", modules())
def test_module_has_tests(module: str) -> None:
    place = ELSEWHERE.get(module)
    path = mirrored(module) if place is None else ROOT / place[0]
    assert path.exists(), f"{module} has no tests"


def test_every_exception_is_needed() -> None:
    assert [module for module in ELSEWHERE if not (ROOT / module).exists() or mirrored(module).exists()] == []
