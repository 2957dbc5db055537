"""YAML as other programs read it. PyYAML comes with ansible, for tests alone; without it the tests are skipped."""

from __future__ import annotations

from typing import Any

import pytest

yaml = pytest.importorskip("yaml")


def parsed(text: str) -> Any:  # noqa: ANN401
    """Read a document, by the C library where it is there: the template of Zabbix has 9,000 lines."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
