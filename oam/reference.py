"""The command reference, written from the command tree: `python -m oam.reference --write|--check|--missing`.

docs/commands.md, docs/prometheus.md, docs/statistics.md, the manual pages in man/, the MIB and the files for NMSs;
`--missing` lists the help texts that have no translation.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from oam.commands.registry import Registry, load
from oam.config.schema import schema_text
from oam.fault.page import page
from oam.help import man
from oam.help.catalogue import missing
from oam.help.language import CATALOGUES
from oam.help.markdown import markdown
from oam.prometheus import reference as prometheus
from oam.snmp import manual, mib_text
from oam.snmp.nms import files as nms
from oam.statistics import reference as statistics


def pages(registry: Registry) -> dict[str, str]:
    """Return every file of the reference by its path in the project."""
    return {
        "docs/commands.md": markdown(registry),
        "docs/alarm-catalogue.md": page(),
        "docs/configuration.schema.json": schema_text(registry),
        "docs/prometheus.md": prometheus.page(),
        "docs/statistics.md": statistics.page(),
        "mib/SIPCTL-MIB.txt": mib_text.module_text(),
        "man/sipctl.1": man.shell(),
        "man/sipctl-config.5": man.configuration(registry),
        "man/sipctl-commands.7": man.commands(registry),
        "man/sipctl-mib.7": manual.manual(),
        "man/sipctld.8": man.server(),
        **nms.pages(),
    }


def stale(root: Path, registry: Registry) -> list[str]:
    """Return the files under `root` that are not as the command tree has them."""
    return [
        name
        for name, text in pages(registry).items()
        if not (root / name).exists() or (root / name).read_text(encoding="utf-8") != text
    ]


def _missing(registry: Registry) -> int:
    found = [f"{language}: {text!r}" for language in CATALOGUES for text in missing(registry, language)]
    print("".join(each + "\n" for each in found), end="")
    return 1 if found else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reference, or say which files of it are stale."""
    parser = argparse.ArgumentParser(prog="python -m oam.reference", description="Write the command reference.")
    parser.add_argument("--root", type=Path, default=Path(), help="root of the project (default: here)")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="write what is stale")
    action.add_argument("--check", action="store_true", help="fail when something is stale")
    action.add_argument("--missing", action="store_true", help="list help texts without a translation")
    options = parser.parse_args(arguments)
    registry = load()
    if options.missing:
        return _missing(registry)
    found = stale(options.root, registry)
    written = pages(registry) if found and options.write else {}
    for name in found:
        if options.write:
            path = options.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written[name], encoding="utf-8")
        print(f"{name} {'written' if options.write else 'is stale; run: python -m oam.reference --write'}")
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
