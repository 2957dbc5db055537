"""All files for NMSs, by their paths in the project; `python -m oam.reference --write` writes them."""

from __future__ import annotations

from typing import Final

from oam.snmp.nms import alerts, exporter, grafana, librenms, opennms, telegraf, zabbix

FOLDER: Final = "mib/nms"


def pages() -> dict[str, str]:
    """Return the text of every file."""
    found = {
        "librenms/resources/definitions/os_detection/sipctl.yaml": librenms.detection_yaml(),
        "librenms/resources/definitions/os_discovery/sipctl.yaml": librenms.discovery_yaml(),
        "zabbix/sipctl_by_snmp.yaml": zabbix.template_yaml(),
        "prometheus/generator.yml": exporter.generator_yml(),
        "prometheus/snmp.yml": exporter.snmp_yml(),
        "prometheus/alerts.yml": alerts.alerts_yml(),
        "opennms/events/sipctl.events.xml": opennms.events(),
        "opennms/datacollection/sipctl.xml": opennms.collection(),
        "grafana/sipctl.json": grafana.dashboard_json(),
        "telegraf/sipctl.conf": telegraf.telegraf_conf(),
    }
    return {f"{FOLDER}/{name}": text for name, text in found.items()}
