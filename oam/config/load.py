"""What the supervisor needs of the configuration: a file read and judged."""

from __future__ import annotations

from pathlib import Path

from oam.commands.registry import load
from oam.config import files
from oam.config.text import parse
from oam.config.tree import Configuration


def load_file(path: Path) -> tuple[Configuration, list[str]]:
    """Read the configuration file `path`; the problems name `path` and line, and are empty when all is well.

    A file that does not exist is an empty configuration.
    """
    try:
        lines = files.read(path)
    except FileNotFoundError:
        return Configuration(), []
    except (OSError, ValueError) as error:
        return Configuration(), [f"{path}: {error}"]
    settings, problems = parse(load(configuration_only=True), lines)
    return settings, [f"{path}:{problem.line}: {problem.text}" for problem in problems]
