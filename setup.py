"""Hands setuptools the compiled modules that build_ext.py lists; everything else is in pyproject.toml."""

from __future__ import annotations

import shutil
import sys
import warnings
from pathlib import Path

from setuptools import setup
from setuptools.command.build_ext import build_ext as setuptools_build_ext

sys.path.insert(0, str(Path(__file__).resolve().parent))

import build_ext

FORM = build_ext.wanted()
OBSTACLE = build_ext.obstacle()


class BuildExtensions(setuptools_build_ext):
    """Compiles, and where it may fall back leaves no half of the shared library behind."""

    def run(self) -> None:
        """Compile all or nothing; never into the source tree."""
        if self.inplace or getattr(self, "editable_mode", False):
            if FORM == "1":
                raise build_ext.BuildError("an editable install is plain Python: .so files never go into the tree")
            return
        try:
            super().run()
        except Exception as error:
            if FORM == "1":
                raise
            warnings.warn(f"compilation failed ({error}): installing plain Python", stacklevel=1)
            shutil.rmtree(self.build_temp, ignore_errors=True)
            for shared in Path(self.build_lib).rglob("*.so"):
                shared.unlink()


if FORM == "1" and OBSTACLE:
    raise build_ext.BuildError(f"SIPCTL_COMPILED=1 but {OBSTACLE}")
if FORM == "auto" and OBSTACLE:
    warnings.warn(f"{OBSTACLE}: installing plain Python", stacklevel=1)
asked = {"bdist_wheel", "build", "build_ext", "install"} & set(sys.argv)
setup(
    ext_modules=build_ext.extensions() if asked and FORM != "0" and not OBSTACLE else [],
    cmdclass={"build_ext": BuildExtensions},
)
