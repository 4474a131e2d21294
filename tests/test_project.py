import email.policy
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import lstmvis_widget
from lstmvis_widget import datasets
from tests.publishing import versions

ROOT = Path(__file__).parents[1]
STATIC = Path(lstmvis_widget.__file__).parent / "static"
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
    assert set(project["optional-dependencies"]) == {"analysis", "distributed", "lstmvis", "torch"}
    assert names(project["optional-dependencies"]["analysis"]) == {
        "matplotlib",
        "openTSNE",
        "pandas",
        "scikit-learn",
        "scipy",
    }


def test_every_requirement_has_a_lowest_version_that_can_be_tested(project):
    extras = [line for extra in versions.EXTRAS for line in project["optional-dependencies"][extra]]
    lowest = dict(line.split("==") for line in versions.lowest().splitlines())
    assert lowest.keys() == names([*project["dependencies"], *extras])
    assert versions.pythons()[0] == project["requires-python"].removeprefix(">=")


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
    sizes = {file.name: file.stat().st_size for file in STATIC.iterdir()}
    assert {"widget.js", "widget.css", "THIRD_PARTY.txt"} <= set(sizes)
    with_webgl = {"sequences.js": 500_000}
    assert all(size < with_webgl.get(name, 250_000) for name, size in sizes.items()), sizes
    for file in STATIC.iterdir():
        assert not re.search(r"""(?:import|fetch|url|src)\s*[(=]\s*["']?(?:https?:)?//""", file.read_text()), file.name


@pytest.mark.parametrize(
    ("name", "root"), [("widget", "lv-explorer"), ("sequences", "lv-sequences"), ("scatter", "lv-scatter")]
)
def test_the_style_sheet_of_a_widget_is_for_no_other_widget(name, root):
    css = (STATIC / f"{name}.css").read_text()
    assert css.count(".lstmvis") == css.count(f".lstmvis.{root}:not(#lstmvis)") > 0


LINK = re.compile(r"""\]\(([^)]*)\)|(?:src|srcset|href)="([^"]*)\"""")


def built(kind, project, target, **options):
    """The distribution, an sdist or a wheel, that hatchling builds of a project."""
    code = f"import hatchling.build as b, sys; print(b.build_{kind}(sys.argv[1]))"
    ran = python("-c", code, str(target), cwd=project, **options)
    assert ran.returncode == 0, ran.stderr
    return target / ran.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names and metadata of a wheel that is built from the source distribution, without Node and git."""
    folder = tmp_path_factory.mktemp("built")
    with tarfile.open(built("sdist", ROOT, folder)) as archive:
        # The first releases of Python 3.11 have no filters.
        archive.extractall(folder / "source", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # noqa: S202
    [source] = (folder / "source").iterdir()
    (folder / "no tools").mkdir()
    return built("wheel", source, folder, env={"PATH": str(folder / "no tools")})


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name), policy=email.policy.default)


def test_the_wheel_holds_the_bundle_and_the_excerpts_and_is_small(wheel):
    assert wheel.stat().st_size < 3_000_000
    package = Path(lstmvis_widget.__file__).parent
    committed = {
        f"lstmvis_widget/{file.relative_to(package)}"
        for folder in ("static", "data")
        for file in (package / folder).rglob("*")
        if file.is_file()
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert committed | {"lstmvis_widget/py.typed", "lstmvis_widget/__init__.py"} <= packed
    assert {name.partition("/")[0] for name in packed} == {
        "lstmvis_widget",
        f"{'-'.join(wheel.name.split('-')[:2])}.dist-info",
    }
    assert sum(file.stat().st_size for file in (package / "data").iterdir()) <= 2_000_000


def test_the_data_are_a_distribution_of_their_own(tmp_path):
    with zipfile.ZipFile(built("wheel", ROOT / "data", tmp_path)) as archive:
        packed = set(archive.namelist())
    data = {file.name for file in (ROOT / "data" / "lstmvis_widget_data").glob("*.h5")}
    assert {f"lstmvis_widget_data/{name}" for name in data | {"__init__.py"}} <= packed
    assert {f"load_{Path(name).stem}" for name in data} == {name for name in dir(datasets) if name.startswith("load_")}
    licences = {name.partition("/licenses/")[2] for name in packed if "/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}
    assert (ROOT / "data" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_nothing_for_development_is_published(metadata, project):
    assert set(metadata.get_all("Provides-Extra")) == set(project["optional-dependencies"])


def test_the_links_of_the_description_lead_out_of_it(metadata, project):
    """A description on an index stands alone, where the README stands among the files that it points to."""
    here = [found[1] or found[2] for found in LINK.finditer((ROOT / "README.md").read_text())]
    there = [found[1] or found[2] for found in LINK.finditer(metadata.get_content())]
    assert len(here) == len(there) > 10
    source, version = project["urls"]["Source"], project["version"]
    for before, after in zip(here, there, strict=True):
        if before.startswith(("https:", "#")):
            assert after == before
        else:
            assert (ROOT / before.partition("#")[0]).exists(), before
            assert after in (f"{source}/blob/v{version}/{before}", f"{source}/raw/v{version}/{before}")
            assert after.startswith(f"{source}/raw/") == before.endswith(".png")


def test_the_version_is_the_same_everywhere(metadata, project):
    assert metadata["Version"] == project["version"]
    assert json.loads((ROOT / "js" / "package.json").read_text())["version"] == project["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == project["version"]
    assert lstmvis_widget.__version__ == importlib.metadata.version("lstmvis-widget")


def test_the_citation_names_both_papers():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {paper["doi"] for paper in citation["references"]} == {
        "10.1109/TVCG.2017.2744158",
        "10.1186/s42492-021-00090-0",
    }
    for named in (citation, *citation["references"]):
        assert named["title"]
        assert named["authors"]


@pytest.mark.parametrize("bundle", ["widget.js", "sequences.js", "scatter.js"])
def test_a_bundle_has_the_licences_of_what_is_in_it(bundle):
    """A bundle goes on into saved pages, where no other file goes with it."""
    notices = re.match(r"/\*!\n(.*?)\*/", (STATIC / bundle).read_text(), re.DOTALL)[1]
    assert "The above copyright notice and this permission notice shall be included in all copies" in notices
    assert "@preact/signals-core" in notices
    of_all = (STATIC / "THIRD_PARTY.txt").read_text()
    assert set(notices.splitlines()[2:]) <= set(of_all.splitlines())


def test_the_licences_of_what_is_bundled_are_those_of_the_wheel(metadata):
    packages = json.loads((ROOT / "js" / "package-lock.json").read_text())["packages"]
    named = re.findall(r"^(\S+) (\S+) \(([^)]+)\)$", (STATIC / "THIRD_PARTY.txt").read_text(), re.MULTILINE)
    assert {"@preact/signals-core", "d3-scale"} <= {name for name, _, _ in named}
    for name, version, licence in named:
        assert packages[f"node_modules/{name}"]["version"] == version
        assert packages[f"node_modules/{name}"]["license"] == licence
    assert set(metadata["License-Expression"].split(" AND ")) == {"BSD-3-Clause"} | {licence for _, _, licence in named}
    assert set(metadata.get_all("License-File")) == {"LICENSE", "lstmvis_widget/static/THIRD_PARTY.txt"}
