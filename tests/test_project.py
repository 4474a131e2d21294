import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import lstmvis_widget

ROOT = Path(__file__).parents[1]
BASE = {"anywidget", "h5py", "ipywidgets", "numpy", "traitlets"}

# Prints the top-level modules, other than the standard library's, that modules of the package import.
WATCH_IMPORTS = """
import builtins, sys
asked, original = set(), builtins.__import__
def watching(name, globals=None, locals=None, fromlist=(), level=0):
    if level == 0 and globals and (globals.get("__name__") or "").startswith("lstmvis_widget"):
        asked.add(name.partition(".")[0])
    return original(name, globals, locals, fromlist, level)
builtins.__import__ = watching
import importlib, pkgutil
import lstmvis_widget
for module in pkgutil.walk_packages(lstmvis_widget.__path__, "lstmvis_widget."):
    importlib.import_module(module.name)
print(*sorted(asked - set(sys.stdlib_module_names) - {"lstmvis_widget"}))
"""


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=300, **options
    )


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(requirements):
    return {re.match(r"[\w-]+", requirement)[0] for requirement in requirements}


def test_the_base_dependencies_are_five(project):
    assert names(project["dependencies"]) == BASE


def test_the_extras_are_those_of_the_readme(project):
    assert set(project["optional-dependencies"]) == {"analysis", "distributed", "lstmvis", "torch", "demo", "test"}
    assert names(project["optional-dependencies"]["analysis"]) == {
        "matplotlib",
        "openTSNE",
        "pandas",
        "scikit-learn",
        "scipy",
    }


def test_importing_every_module_asks_for_the_base_dependencies_alone():
    asked = python("-W", "ignore", "-c", WATCH_IMPORTS)
    assert asked.returncode == 0, asked.stderr
    assert set(asked.stdout.split()) <= BASE


def test_every_public_name_is_there_and_documented():
    for name in lstmvis_widget.__all__:
        assert getattr(lstmvis_widget, name).__doc__, name


def test_the_package_says_it_has_types():
    assert (Path(lstmvis_widget.__file__).parent / "py.typed").exists()


RUN_PAGES = """
import os, sys, tempfile
import lstmvis_widget.sequences_view.mapping as mapping
mapping.MOST_STEPS = 1_000  # t-SNE of 10,000 steps takes longer than all other code of the pages together
for page, code in eval(sys.stdin.read()).items():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(compile(code, page, "exec"), {"__name__": page})
        finally:
            os.chdir(os.path.dirname(folder))
"""
"""Runs the code of each page by itself, in a folder of its own."""


def code_of(page):
    """The Python of a page: what it shows, and what the documentation runs when it is built."""
    blocks = re.findall(
        r"^```(?:python|\{run\}|\{live\})\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return "\n".join(re.sub(r"^:[\w-]+:.*\n", "", block, flags=re.MULTILINE) for block in blocks)


def test_the_code_of_the_readme_and_of_the_guides_runs_as_it_stands():
    docs = ROOT / "docs"
    pages = [ROOT / "README.md", docs / "index.md", docs / "start.md", *sorted((docs / "guides").glob("*.md"))]
    code = {str(page.relative_to(ROOT)): code_of(page) for page in pages}
    assert sum(map(bool, code.values())) >= 9
    environment = os.environ | {"PYTHONPATH": str(Path(lstmvis_widget.__file__).parents[1]), "MPLBACKEND": "agg"}
    ran = python("-c", RUN_PAGES, input=repr(code), env=environment)
    assert ran.returncode == 0, ran.stderr


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


def test_the_bundle_is_small_and_asks_for_nothing_from_elsewhere():
    static = Path(lstmvis_widget.__file__).parent / "static"
    sizes = {file.name: file.stat().st_size for file in static.iterdir()}
    assert {"widget.js", "widget.css"} <= set(sizes)
    with_webgl = {"sequences.js": 500_000}
    assert all(size < with_webgl.get(name, 250_000) for name, size in sizes.items()), sizes
    for file in static.iterdir():
        assert not re.search(r"""(?:import|fetch|url|src)\s*[(=]\s*["']?(?:https?:)?//""", file.read_text()), file.name


@pytest.mark.parametrize(
    ("name", "root"), [("widget", "lv-explorer"), ("sequences", "lv-sequences"), ("scatter", "lv-scatter")]
)
def test_the_style_sheet_of_a_widget_is_for_no_other_widget(name, root):
    css = (Path(lstmvis_widget.__file__).parent / "static" / f"{name}.css").read_text()
    assert css.count(".lstmvis") == css.count(f".lstmvis.{root}:not(#lstmvis)") > 0


def test_what_is_built_holds_the_bundle_and_the_sample_data(tmp_path):
    """The wheel is built from the source distribution, without Node and git."""
    (tmp_path / "no tools").mkdir()
    ran = python(
        "-c", "import hatchling.build as b, sys; print(b.build_sdist(sys.argv[1]))", str(tmp_path), cwd=ROOT,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    with tarfile.open(tmp_path / ran.stdout.split()[-1]) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    [source] = (tmp_path / "source").iterdir()
    ran = python(
        "-c", "import hatchling.build as b, sys; print(b.build_wheel(sys.argv[1]))", str(tmp_path),
        cwd=source, env={"PATH": str(tmp_path / "no tools")},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    with zipfile.ZipFile(tmp_path / ran.stdout.split()[-1]) as wheel:
        packed = set(wheel.namelist())
    package = Path(lstmvis_widget.__file__).parent
    committed = {
        f"lstmvis_widget/{file.relative_to(package)}"
        for folder in ("static", "data")
        for file in (package / folder).rglob("*")
        if file.is_file()
    }
    assert committed | {"lstmvis_widget/py.typed", "lstmvis_widget/__init__.py"} <= packed
    assert not {name for name in packed if name.startswith(("tests/", "js/", "notebooks/"))}
