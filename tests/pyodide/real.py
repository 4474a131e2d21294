"""Runs all that is public in Pyodide itself, in Node: `python -m tests.pyodide.real FOLDER`.

FOLDER is a distribution of Pyodide, as a release's ``pyodide-VERSION.tar.bz2`` unpacks to. The npm package is its
interpreter alone, and no registry has builds of numpy and h5py for it, so this isn't part of `make test`.
"""

import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]

BUILT = (
    "numpy", "h5py", "traitlets", "typing-extensions", "packaging", "pandas", "scipy", "scikit-learn", "matplotlib",
    "pyyaml",
)  # fmt: skip
"""Packages that Pyodide's own builds are taken of."""

PURE = ("anywidget", "ipywidgets", "pytest")
"""Packages that are taken from this environment, with what they need: their Python, without what is compiled."""

PLATFORM = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}


def copy_pure(site):
    """Copy the packages that are pure Python."""
    waiting, done = list(PURE), set(BUILT)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in done:
            continue
        done.add(name)
        distribution = metadata.distribution(name)
        needed = map(Requirement, distribution.requires or ())
        waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate(PLATFORM)]
        for file in distribution.files or ():
            if ".." not in file.parts and file.suffix not in (".pyc", ".so", ".pyd"):
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(distribution.locate_file(file), site / file)


def main():
    if len(sys.argv) != 2 or not (distribution := Path(sys.argv[1]).resolve() / "pyodide.mjs").is_file():
        sys.exit("Give the folder of a distribution of Pyodide: make pyodide PYODIDE=folder")
    with tempfile.TemporaryDirectory() as site:
        copy_pure(Path(site))
        command = ["node", HERE / "run.mjs", distribution.parent, site, REPOSITORY, *BUILT]
        sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
