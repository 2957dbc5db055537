"""The configuration: what signalling is told, and what concerns management alone.

One record, replaced whole and written to one file by the supervisor: a change that touches
both planes is in force in both or in neither. Signalling reads the part that it knows.
"""

from __future__ import annotations

from typing import Final

from core.northbound import settings as signalling
from core.northbound.settings import Settings
from oam.settings import (
    aaa,
    access,
    alarms,
    audit,
    automation,
    environment,
    lines,
    logs,
    measurement,
    notification,
    operators,
)
from oam.settings import snmp as snmp_settings
from oam.settings.aaa import Aaa, RadiusServer, TacacsServer
from oam.settings.access import AccessList, PrometheusSettings, SshSettings, TelnetSettings
from oam.settings.alarms import AlarmProfile, AlarmSettings
from oam.settings.archive import ArchiveSettings, EditingSettings
from oam.settings.audit import AuditSettings
from oam.settings.automation import EventHook, Schedule
from oam.settings.environment import EnvironmentSettings
from oam.settings.lines import Alias, Banners, ConsoleSettings, LineSettings
from oam.settings.logs import LogSettings
from oam.settings.measurement import MeasurementJob, Threshold
from oam.settings.notification import NotificationTarget
from oam.settings.operators import LoginSettings, Operator, PasswordPolicy, Role
from oam.settings.snmp import SnmpSettings
from oam.settings.trace import TraceSettings

MODULES: Final = (
    "hostname",
    "sip",
    "call_history",
    "registrar",
    "authentication",
    "dns",
    "logging",
    "notification",
    "password_policy",
    "login",
    "role",
    "username",
    "enable",
    "access_list",
    "management_ssh",
    "management_telnet",
    "prometheus",
    "snmp_server",
    "snmp_host",
    "line",
    "banner",
    "alias",
    "aaa",
    "tacacs",
    "radius",
    "archive",
    "configuration",
    "audit",
    "trace",
    "trunk",
    "route_group",
    "numbering",
    "time_table",
    "translation_rule",
    "subscriber_group",
    "number_analysis",
    "traffic_control",
    "protection",
    "overload",
    "statistics_settings",
    "schedule",
    "event",
    "alarm_profile",
    "measurement_job",
    "threshold",
    "environment",
)
"""Files of `oam.commands` that declare configuration lines: all that reading a configuration needs."""


class Configuration(Settings, frozen=True):
    """All that an operator configures."""

    logging: LogSettings = LogSettings()
    enable_secret: str = ""
    """Hash of what `enable` asks for; empty: `enable` is only for those whose privilege is 15."""
    password_policy: PasswordPolicy = PasswordPolicy()
    login: LoginSettings = LoginSettings()
    roles: tuple[Role, ...] = ()
    users: tuple[Operator, ...] = ()
    aaa: Aaa = Aaa()
    tacacs_servers: tuple[TacacsServer, ...] = ()
    radius_servers: tuple[RadiusServer, ...] = ()
    access_lists: tuple[AccessList, ...] = ()
    ssh: SshSettings = SshSettings()
    telnet: TelnetSettings = TelnetSettings()
    prometheus: PrometheusSettings = PrometheusSettings()
    snmp: SnmpSettings = SnmpSettings()
    console: ConsoleSettings = ConsoleSettings()
    vty: LineSettings = LineSettings()
    banners: Banners = Banners()
    aliases: tuple[Alias, ...] = ()
    editing: EditingSettings = EditingSettings()
    archive: ArchiveSettings = ArchiveSettings()
    audit: AuditSettings = AuditSettings()
    notification_targets: tuple[NotificationTarget, ...] = ()
    trace: TraceSettings = TraceSettings()
    schedules: tuple[Schedule, ...] = ()
    events: tuple[EventHook, ...] = ()
    measurement_jobs: tuple[MeasurementJob, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    alarms: AlarmSettings = AlarmSettings()
    alarm_profiles: tuple[AlarmProfile, ...] = ()
    environment: EnvironmentSettings = EnvironmentSettings()


ORDER: Final = (
    "hostname",
    "enable_secret",
    "password_policy",
    "login",
    "roles",
    "users",
    "aaa",
    "tacacs_servers",
    "radius_servers",
    "access_lists",
    "ssh",
    "telnet",
    "prometheus",
    "snmp",
    "console",
    "vty",
    "banners",
    "aliases",
    "editing",
    "archive",
    "audit",
    "logging",
    "notification_targets",
    "sip",
    "registrar",
    "authentication",
    "dns",
    "numbering",
    "time_tables",
    "translation_rules",
    "subscriber_groups",
    "trunks",
    "route_groups",
    "tables",
    "traffic",
    "protection",
    "call_history",
    "trace",
    "statistics",
    "measurement_jobs",
    "thresholds",
    "environment",
    "alarms",
    "alarm_profiles",
    "schedules",
    "events",
)
"""In which order the fields are written: operators, calls, what is measured of them, what follows from it."""


def problems(configuration: Configuration) -> list[str]:
    """Return what makes `configuration` unusable, one sentence each, in the operator's words."""
    return [
        *signalling.problems(configuration),
        *access.problems(configuration.access_lists, configuration.ssh, configuration.telnet, configuration.prometheus),
        *lines.problems(configuration.banners),
        *operators.problems(configuration.users, configuration.roles),
        *audit.problems(configuration.audit),
        *logs.problems(configuration.logging),
        *notification.problems(configuration.notification_targets),
        *alarms.problems(configuration.alarm_profiles),
        *automation.problems(configuration.schedules, configuration.events),
        *measurement.problems(configuration.measurement_jobs, configuration.thresholds),
        *environment.problems(configuration.environment),
        *snmp_settings.problems(
            configuration.snmp,
            {each.name for each in configuration.access_lists},
            {each.name for each in configuration.users},
        ),
        *aaa.problems(configuration.aaa, configuration.tacacs_servers, configuration.radius_servers),
    ]
