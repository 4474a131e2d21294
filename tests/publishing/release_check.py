"""Builds what is published and tries it: `make release-check`.

The distributions are built into dist/, checked, and installed from these files into new environments that have neither
Node nor the repository, where the first lines of the README run. pip brings what they depend on from its index.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
LARGEST = {
    "lstmvis_widget-*.whl": 3_000_000,
    "lstmvis_widget-*.tar.gz": 20_000_000,
    "lstmvis_widget_data-*": 28_000_000,
}
"""Bytes; an index takes 100 MB, and a reader waits for each of them."""

NEVER = re.compile(r"(^|/)(node_modules|__pycache__|\.ci|\.git|\.github|\.venv|dist)/|\.(pyc|whl|map)$")
"""What no distribution holds."""

EXCERPTS = """
import warnings
from lstmvis_widget import datasets
warnings.simplefilter("error")
assert datasets.load_alice(excerpt=True).sequences == [2576]
try:
    datasets.load_globin()
except ModuleNotFoundError as error:
    assert "pip install lstmvis-widget-data" in str(error), error
else:
    raise AssertionError("the sample data came from somewhere")
"""

ALL_DATA = """
import warnings
from lstmvis_widget import datasets
warnings.simplefilter("error")
for name in ("addresses", "alice", "chorales", "globin", "parens", "quotes"):
    print(name, len(getattr(datasets, f"load_{name}")().tokens))
"""

INSTALLED = """
import sys, lstmvis_widget
assert lstmvis_widget.__file__.startswith(sys.prefix), lstmvis_widget.__file__
assert lstmvis_widget.__version__ == {version!r}, lstmvis_widget.__version__
assert explorer.selected_cells.size and len(explorer.matches) > 1 and not explorer.error
from pathlib import Path
explorer.to_html("page.html")
assert "Copyright" in Path("page.html").read_text("utf-8")
"""


def run(*command, **options):
    """Run a command; what it prints is shown, and a failure ends everything."""
    print("  $", *(str(part) if len(str(part)) < 100 else "…" for part in command), flush=True)
    subprocess.run([*map(str, command)], check=True, **options)


def build():
    """Source distribution and wheel of the package and of its data, each wheel from the source distribution."""
    shutil.rmtree(DIST, ignore_errors=True)
    for project in (ROOT, ROOT / "data"):
        run(sys.executable, "-m", "build", "--outdir", DIST, project, stdout=subprocess.DEVNULL)
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted(DIST.iterdir()))


def only(pattern):
    [file] = DIST.glob(pattern)
    return file


def contents(file):
    if file.suffix == ".whl":
        return set(zipfile.ZipFile(file).namelist())
    with tarfile.open(file) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers()}


def check_contents():
    """Nothing too large, nothing that isn't to be published, nothing that is missing."""
    for pattern, largest in LARGEST.items():
        for file in DIST.glob(pattern):
            size = file.stat().st_size
            print(f"  {file.name}: {size / 1e6:.2f} MB")
            assert size <= largest, f"{file.name} has {size} bytes, more than {largest}"
            wrong = sorted(name for name in contents(file) if NEVER.search(name))
            assert not wrong, f"{file.name} holds {', '.join(wrong[:5])}"
    listed = subprocess.run([shutil.which("git"), "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = listed.stdout.splitlines()
    packages = {
        folder: {name for name in tracked if name.startswith(f"{folder}/")} for folder in ("lstmvis_widget", "js")
    }
    wheel, source = contents(only("lstmvis_widget-*.whl")), contents(only("lstmvis_widget-*.tar.gz"))
    assert {name for name in wheel if ".dist-info/" not in name} == packages["lstmvis_widget"]
    assert source <= {*tracked, "PKG-INFO"}, f"the source distribution holds {source - {*tracked}}"
    assert packages["lstmvis_widget"] | packages["js"] | {"CHANGELOG.md", "LICENSE", "CITATION.cff"} <= source
    data = {name.removeprefix("data/") for name in tracked if name.startswith("data/lstmvis_widget_data/")}
    assert {name for name in contents(only("lstmvis_widget_data-*.whl")) if ".dist-info/" not in name} == data


def first_lines():
    """The first Python that the README shows."""
    return re.search(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)[1]


def try_installed(*files, then):
    """Install files into a new environment, and run the first lines of the README and something else there."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder) / "environment", with_pip=True)
        programs = Path(folder) / "environment" / ("Scripts" if os.name == "nt" else "bin")
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
            "PATH": str(programs)
        }
        python = programs / "python"
        run(python, "-m", "pip", "install", "--quiet", *files, cwd=folder, env=environment)
        version = only("lstmvis_widget-*.whl").name.split("-")[1]
        code = first_lines() + INSTALLED.format(version=version)
        run(python, "-c", code, cwd=folder, env=environment)
        run(python, "-c", then, cwd=folder, env=environment)
        run(python, "-m", "lstmvis_widget", "--help", cwd=folder, env=environment, stdout=subprocess.DEVNULL)


def main():
    print("Building.")
    build()
    print("What is in them.")
    check_contents()
    print("The wheel alone.")
    try_installed(only("lstmvis_widget-*.whl"), then=EXCERPTS)
    print("The wheel and that of the data.")
    try_installed(only("lstmvis_widget-*.whl"), only("lstmvis_widget_data-*.whl"), then=ALL_DATA)
    print("The source distributions.")
    try_installed(only("lstmvis_widget-*.tar.gz"), only("lstmvis_widget_data-*.tar.gz"), then=ALL_DATA)
    print(f"All is well with {', '.join(file.name for file in sorted(DIST.iterdir()))}.")


if __name__ == "__main__":
    main()
