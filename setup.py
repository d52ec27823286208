"""What pyproject.toml cannot say: a wheel carries the six shelves as `formwork/workspace`.

A checkout never does. There the shelves are read from the repository, so that no stale copy can be met.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHELVES = ("metadata", "objects", "layouts", "workflows", "plugins", "seed")


class BuildWithShelves(build_py):
    """The ordinary build, followed by the shelves."""

    def run(self) -> None:
        """Copy every file of the shelves into the build folder, unless the install is an editable one."""
        super().run()
        if self.editable_mode:
            return
        for shelf in SHELVES:
            for source in sorted(Path(shelf).rglob("*")):
                target = Path(self.build_lib) / "formwork/workspace" / source
                if source.is_file() and "__pycache__" not in source.parts:
                    self.mkpath(str(target.parent))
                    self.copy_file(str(source), str(target))


setup(cmdclass={"build_py": BuildWithShelves})
