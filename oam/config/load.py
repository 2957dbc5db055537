"""What the supervisor needs of the configuration: a file read and judged."""

from __future__ import annotations

from pathlib import Path

from core.northbound.keyring import Keyring
from oam.commands.registry import load
from oam.config import files
from oam.config.text import parse
from oam.config.tree import Configuration


def load_file(path: Path, keyring: Keyring | None = None) -> tuple[Configuration, list[str]]:
    """Read the configuration file `path`, plain secrets in it kept as `keyring` has them.

    The problems name `path` and line, none when all is well. A file that does not exist is an empty configuration.
    """
    try:
        lines = files.read(path)
    except FileNotFoundError:
        return Configuration(), []
    except (OSError, ValueError) as error:
        return Configuration(), [f"{path}: {error}"]
    registry = load(configuration_only=True)
    registry.keyring = keyring or registry.keyring
    settings, problems = parse(registry, lines)
    return settings, [f"{path}:{problem.line}: {problem.text}" for problem in problems]
