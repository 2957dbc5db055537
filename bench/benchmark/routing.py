"""What numbers and controls cost: look-ups by size in either form, and calls under a thousand controls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmark import controls, load
from benchmark.numbers import SIZES
from benchmark.servers import ROOT, Ours
from benchmark.table import Line

_MEASURE = "import json; from benchmark.numbers import measure; print(json.dumps(measure()._asdict()))"


def lookups(forms: Iterable[str]) -> list[Line]:
    """Measure look-ups and the store of prefixes in each of `forms`, in a process of their own."""
    found = {form: _figures(form) for form in forms}

    def line(what: str, unit: str, value: Callable[[dict[str, Any]], float], bound: float | None = None) -> Line:
        values = {form: value(figures) for form, figures in found.items()}
        return Line(what, unit, None, values.get("compiled"), values.get("plain"), bound, bound)

    few, most = str(SIZES[0]), str(SIZES[-1])

    def ratio(field: str) -> Callable[[dict[str, Any]], float]:
        return lambda figures: float(figures[field][most]) / float(figures[field][few])

    return [
        *(line(f"look-up among {size} prefixes", "µs", _of("lookup_us", str(size))) for size in SIZES),
        line("the last to the first", "times", ratio("lookup_us"), 1.5),
        *(line(f"number analysis of a call, {size} prefixes", "µs", _of("stage_us", str(size))) for size in SIZES),
        line("the last to the first", "times", ratio("stage_us"), 1.5),
        line("store, octets per prefix", "octets", lambda f: float(f["prefix_octets"])),
        line("loading a million prefixes from CSV", "s", lambda f: float(f["load_s"])),
        line("one changed prefix among a million", "ms", lambda f: float(f["change_ms"])),
    ]


def _of(field: str, size: str) -> Callable[[dict[str, Any]], float]:
    return lambda figures: float(figures[field][size])


def _figures(form: str) -> dict[str, Any]:
    path = [str(ROOT / "bench"), str(ROOT / "tests"), *([str(ROOT)] if form == "plain" else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    result = subprocess.run(
        [sys.executable, "-P", "-c", _MEASURE], env=environment, capture_output=True, text=True, check=True
    )
    figures = json.loads(result.stdout)
    assert isinstance(figures, dict)
    return figures


def controlled(
    where: Path, servers: Iterable[Ours], users: Sequence[str], rounds: int, seconds: float, say: Callable[[str], None]
) -> Line:
    """Measure calls with and without a thousand controls in turn; the line is the ratio of their CPU, 1.05 at most."""
    ratios: dict[str, float] = {}
    script = where / "controls.cfg"
    script.write_text("\n".join(["configure terminal", *controls.lines(), "end", ""]))
    for server in servers:
        found = []
        for number in range(rounds):
            free = load.calls(where, server, users, 500, seconds)
            result = server.house.sipctl("-f", str(script))
            assert result.returncode == 0, result.stdout[-500:] + result.stderr[-500:]
            held = load.calls(where, server, users, 500, seconds)
            server.house.do("configure terminal", "no traffic-control", "end")
            found.append(held.cpu_us / free.cpu_us)
            say(
                f"  controls round {number + 1} {server.name}: {free.cpu_us:.0f} µs a call without, "
                f"{held.cpu_us:.0f} with, {held.failed} failed"
            )
        ratios[server.name.rpartition(" ")[2]] = median(found)
    return Line(
        "CPU per call with 1,000 controls to one without", "times", None, ratios.get("compiled"), ratios.get("plain"),
        1.05, 1.05,
    )  # fmt: skip
