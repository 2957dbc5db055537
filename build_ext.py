"""Builds: the list of compiled modules, and `.venv` with the package installed in the form asked for.

`SIPCTL_COMPILED=1` requires the compiled form (no compiler, or a failed compilation, is an
error), `0` asks for plain Python, unset compiles where a C compiler and Python's headers
are found and otherwise says loudly that it did not. setup.py takes the extensions from
here; `python3 build_ext.py` is what `make build` runs, on nothing but the standard library.
All intermediate files live in a temporary directory, never in the source tree.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from setuptools import Extension

ROOT = Path(__file__).resolve().parent

COMPILED = [
    "core/effect.py",
    "core/wire/*.py",
    "core/statistics/*.py",
    "core/transaction/*.py",
    "core/dialog/*.py",
    "core/proxy/*.py",
    "core/registrar/*.py",
    "core/auth/*.py",
    "core/policy/*.py",
    "core/routing/*.py",
    "core/store/*.py",
    "core/pipeline/*.py",
    "core/engine.py",
    "core/trace/*.py",
    "core/net/pump.py",
    "core/net/udp.py",
]
"""Compiled together by mypyc, so that calls between them are bound early. Package `__init__`s stay plain."""

_CLOSED = ("-fvisibility=hidden", "-fno-semantic-interposition")
"""Nothing outside calls into the library by name: calls within it need no table, and may be inlined."""

NOT_COMPILED: dict[str, str] = {
    "core/store/records.py": "msgspec makes its classes itself",
}
"""Exceptions to COMPILED: path -> reason."""

PACKAGES = ("core", "oam", "sipctl")
_BUILD_FILES = ("pyproject.toml", "setup.py", "build_ext.py", "README.md", "LICENSE")


class BuildError(Exception):
    """The form asked for cannot be had; the message is for the person at the keyboard."""


def compiled_sources(root: Path = ROOT) -> list[str]:
    """Return the paths of the modules to compile, relative to `root`, sorted."""
    found = {path.relative_to(root).as_posix() for pattern in COMPILED for path in root.glob(pattern)}
    return sorted(path for path in found if not path.endswith("__init__.py") and path not in NOT_COMPILED)


def wanted() -> str:
    """Return what `SIPCTL_COMPILED` asks for: `1`, `0` or `auto`."""
    value = os.environ.get("SIPCTL_COMPILED", "") or "auto"
    if value not in ("0", "1", "auto"):
        raise BuildError(f"SIPCTL_COMPILED is '{value}'; it must be 1, 0 or unset")
    return value


def obstacle() -> str:
    """Say why nothing can be compiled here; empty when it can."""
    words = os.environ.get("CC", "").split() or (sysconfig.get_config_var("CC") or "cc").split()
    if not shutil.which(words[0]):
        return f"no C compiler ('{words[0]}' not found)"
    header = Path(sysconfig.get_path("include"), "Python.h")
    return "" if header.exists() else f"Python's C headers are missing ({header})"


def extensions() -> list[Extension]:
    """Return what setuptools is to compile, all in one shared library; empty for the plain form."""
    from mypyc.build import mypycify

    options = ["--follow-imports=silent"]
    made = list(mypycify([*options, *compiled_sources()], group_name="sipctl", opt_level="2", debug_level="0"))
    for extension in made:
        extension.extra_compile_args = [*extension.extra_compile_args, *_CLOSED]
    return made


def _say(text: str) -> None:
    print(f"build: {text}", file=sys.stderr, flush=True)


def _digest(paths: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(path.as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _run(command: list[str], **environment: str) -> None:
    subprocess.run(command, check=True, env={**os.environ, **environment})


def requirements(extras: Iterable[str]) -> list[str]:
    """Return what pyproject.toml asks for: to build, to run, and for each of `extras`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    optional = project["project"]["optional-dependencies"]
    return [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(line for extra in extras for line in optional[extra]),
    ]


def _make_venv(where: Path, extras: list[str]) -> Path:
    """Make the virtual environment with all requirements; return its interpreter."""
    python = where / "bin" / "python"
    if not python.exists():
        _say(f"making {where.name} with Python {sys.version.split()[0]}")
        try:
            venv.create(where, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, SystemExit) as error:
            shutil.rmtree(where, ignore_errors=True)
            raise BuildError("cannot make a virtual environment; on Debian: apt-get install python3-venv") from error
    lines = requirements(extras)
    stamp = where / f".requirements-{'-'.join(extras) or 'run'}"
    digest = _digest((), *lines)
    if not stamp.exists() or stamp.read_text() != digest:
        _say(f"installing what is needed to {', '.join(['build', 'run', *extras])}")
        _run([str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *lines])
        stamp.write_text(digest)
    return python


def _source_files() -> list[Path]:
    """Return every file that ends up in the package or decides how it is built."""
    files = [ROOT / name for name in _BUILD_FILES if (ROOT / name).exists()]
    for package in PACKAGES:
        files += (path for path in (ROOT / package).rglob("*") if path.suffix in (".py", ".typed"))
    return files


def _install(python: Path, form: str, log: Path) -> None:
    """Install the package into `python`'s environment from a copy of the sources; compiler output goes to `log`."""
    with tempfile.TemporaryDirectory(prefix="sipctl-build-") as scratch:
        for path in _source_files():
            target = Path(scratch, path.relative_to(ROOT))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "-v"]
        command += ["--no-deps", "--no-build-isolation", "--force-reinstall", scratch]
        with log.open("w") as out:
            environment = {**os.environ, "SIPCTL_COMPILED": form}
            environment.pop("PYTHONPATH", None)
            result = subprocess.run(command, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False)
    if result.returncode:
        raise BuildError(f"installing the package failed; the end of {log}:\n{_tail(log)}")


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join("  " + line for line in log.read_text(errors="replace").splitlines()[-lines:])


def _install_in_form(python: Path, form: str, log: Path) -> str:
    """Install the package as `form` asks; return the form that came of it, `compiled` or `plain`."""
    reason = obstacle() if form != "0" else "SIPCTL_COMPILED=0"
    if form == "1" and reason:
        raise BuildError(f"SIPCTL_COMPILED=1 but {reason}")
    if not reason:
        count = len(compiled_sources())
        _say(f"compiling {count} modules of the core (mypyc); about a minute")
        try:
            _install(python, "1", log)
            return "compiled"
        except BuildError as error:
            if form == "1":
                raise
            _say(str(error))
            reason = "the compilation failed"
    _install(python, "0", log)
    if form == "auto":
        _say(f"WARNING: {reason}; the server is installed as plain Python and will need more CPU per call")
    return "plain"


def build(where: Path, extras: list[str], with_package: bool = True) -> str:
    """Bring `where` up to date with the sources and `SIPCTL_COMPILED`; return `compiled`, `plain` or nothing built."""
    if sys.version_info < (3, 11):  # noqa: UP036  the Makefile runs this file with whatever python3 is
        raise BuildError(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}; use make PYTHON=...")
    form = wanted()
    python = _make_venv(where, extras)
    if not with_package:
        return ""
    stamp = where / ".built"
    digest = _digest(_source_files(), form, obstacle() if form == "auto" else "")
    if stamp.exists() and stamp.read_text().split()[:1] == [digest]:
        return stamp.read_text().split()[1]
    stamp.unlink(missing_ok=True)
    outcome = _install_in_form(python, form, where / "build.log")
    stamp.write_text(f"{digest} {outcome}\n")
    _say(f"installed in {where.name}, {outcome}")
    return outcome


def main() -> int:
    """Run `make build`; print the form on standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument("--extra", action="append", default=[], choices=["test", "check"])
    parser.add_argument("--print-form", action="store_true", help="print `compiled` or `plain` on standard output")
    parser.add_argument("--no-package", action="store_true", help="make the environment alone")
    arguments = parser.parse_args()
    try:
        outcome = build(arguments.venv.resolve(), sorted(arguments.extra), not arguments.no_package)
    except (BuildError, subprocess.CalledProcessError) as error:
        _say(f"ERROR: {error}")
        return 1
    if arguments.print_form:
        print(outcome)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
