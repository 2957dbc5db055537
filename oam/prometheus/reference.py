"""docs/prometheus.md: how to fetch the figures, and what each is called."""

from __future__ import annotations

from typing import Final

from core.northbound.counters import COUNTERS
from core.northbound.statistics import COLUMNS, KINDS
from oam.prometheus.metrics import BY_OBJECT, DELAYS, METHOD, SERVER, STATE

_INTRODUCTION: Final = """\
# Prometheus

Written by `python -m oam.reference --write`; do not edit.

The server tells its figures at `http://ADDRESS:PORT/metrics`, in the text format 0.0.4. They are off by default:

    prometheus
     listen 192.0.2.10 port 9464
     access-list MONITORING
     no shutdown

Without an access list only this host may fetch them. Nobody logs in and nothing is encrypted: let the access list
name the hosts that fetch, or have a proxy on this host add what is missing. `show prometheus` tells what was fetched
and refused.

    scrape_configs:
      - job_name: sipctl
        static_configs: [{targets: ["192.0.2.10:9464"]}]

The figures are those of the shell, at the moment of the fetch. None of them is a mean or a share made by the server:
what only rises is a counter, and Prometheus makes of it the rate of any period. `clear counters` does not touch them.
A name follows from the name in the shell: `sipctl_` before it, `_` for `-`, the unit made the base unit (seconds,
bytes, ratio), `_total` behind what only rises.

    rate(sipctl_object_answers_total{kind="system"}[5m]) / rate(sipctl_object_seizures_total{kind="system"}[5m])
    histogram_quantile(0.95, rate(sipctl_object_setup_delay_seconds_bucket{kind="trunk-out"}[5m]))
"""


def page() -> str:
    """Write docs/prometheus.md."""
    counters = {each.slot: each.name for each in COUNTERS}
    columns = {each.slot: each.name for each in COLUMNS}
    kinds = ", ".join(f"`{kind}`" for kind in KINDS if kind != METHOD)
    lines = [_INTRODUCTION, "## The server", "", "`show sip statistics` has them.", "", *_HEAD]
    lines += [_row(each.family.name, each.family.kind, counters[each.slot], each.family.help) for each in SERVER]
    lines += ["", "## Objects", ""]
    lines += [f"Labels: `kind`, `name`. Kinds: {kinds}; the name of the system is empty.", ""]
    lines += ["A call is counted for each object it concerns: a sum over kinds counts it several times.", "", *_HEAD]
    lines += [_row(each.family.name, each.family.kind, columns[each.slot], each.family.help) for each in BY_OBJECT]
    lines += ["", "Histograms are there from the first observation on. Upper bounds in seconds:", ""]
    for each in DELAYS:
        bounds = ", ".join(f"{bound:g}" for bound in each.bounds)
        lines.append(f"- `{each.family.name}`: {each.family.help}. {bounds}")
    lines += ["", "## State", "", "| name | type | labels | what |", "|---|---|---|---|"]
    lines += [_row(described.name, described.kind, names, described.help) for described, names in STATE]
    return "\n".join(lines) + "\n"


_HEAD: Final = ("| name | type | in the shell | what |", "|---|---|---|---|")


def _row(*cells: str) -> str:
    name, kind, third, text = (cell.replace("|", "\\|") for cell in cells)
    return f"| `{name}` | {kind} | {third} | {text} |"
