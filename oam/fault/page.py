"""The catalogue of alarms as a page: docs/alarm-catalogue.md."""

from __future__ import annotations

from oam.fault.catalogue import ALARMS, CAUSES, EVENT_TYPES, Definition

_HEAD = """# Alarm catalogue

Written by `python -m oam.reference --write`; do not edit. What alarms are and how they live: [alarms.md](alarms.md).
`show alarms definition N` says the same on the server, with the delays that are in force there.
"""


def page() -> str:
    """Return the page, in Markdown."""
    rows = ["No. | Name | Severity | Cause | Cleared when", "---|---|---|---|---"]
    rows += [
        f"[{each.number}](#{each.number}-{each.name}) | {each.name} | {', '.join(each.severities)} | {each.cause} |"
        f" {each.clear}"
        for each in ALARMS.values()
    ]
    return "\n".join([_HEAD, *rows, "", *(_described(each) for each in ALARMS.values())])


def _described(each: Definition) -> str:
    delays = f"soak {each.soak_s:g} s, clear {each.clear_s:g} s"
    hidden = ", ".join(ALARMS[parent.number].name for parent in each.parents)
    lines = [
        f"## {each.number} {each.name}",
        "",
        f"{each.title}. {', '.join(each.severities)}; {EVENT_TYPES[each.event_type]}, "
        f"{CAUSES[each.cause]} ({each.cause}).",
        "",
        f"- Meaning: {each.meaning}",
        f"- Effect: {each.effect}",
        f"- What to do: {each.action}",
        f"- Cleared when: {each.clear} Delays: {delays}.{' An operator may clear it.' * each.manual_clear}",
        *([f"- Not told of while this explains it: {hidden}."] if hidden else []),
        f"- Found out by: {each.source or 'nothing in this version'}.",
        "",
    ]
    return "\n".join(lines)
