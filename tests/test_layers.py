"""Imports run one way: a module imports from the packages below its own, and no two modules import each other."""

import ast
import functools
from pathlib import Path

import pytest

import lstmvis_widget

NAME = "lstmvis_widget"
ROOT = Path(lstmvis_widget.__file__).parent

NUMERIC = {"work", "given", "hdf5", "timeline", "states", "matching", "statistics"}
WIDGET = NUMERIC | {"projection", "files", "lstmvis", "sent", "synced"}
ALL = WIDGET | {"figures", "recording", "ablation", "datasets", "explorer", "sequences_view", "phrases"}

MAY_IMPORT = {
    "work": set(),
    "given": set(),
    "hdf5": {"work", "given"},
    "timeline": {"work", "given"},
    "states": {"work", "given", "hdf5", "timeline"},
    "matching": {"work", "given", "hdf5", "timeline", "states"},
    "statistics": {"work", "given", "hdf5", "timeline", "states", "matching"},
    "partitions": {"work", "given", "timeline", "states", "matching"},
    "distributed": NUMERIC | {"partitions"},
    "projection": NUMERIC,
    "files": {"work", "given", "hdf5", "timeline", "states"},
    "lstmvis": {"work", "given", "hdf5", "timeline", "states", "files"},
    "recording": {"work", "given", "hdf5", "timeline", "states", "files"},
    "ablation": NUMERIC | {"files", "recording"},
    "datasets": {"work", "given", "hdf5", "timeline", "states", "files"},
    "sent": NUMERIC | {"projection"},
    "figures": NUMERIC | {"projection", "sent"},
    "synced": {"work", "given"},
    "explorer": WIDGET | {"figures"},
    "sequences_view": WIDGET | {"explorer", "figures"},
    "phrases": WIDGET | {"explorer", "figures"},
    "cli": ALL,
    "__init__": ALL,
    "__main__": {"cli"},
}
"""The other packages that each package, and each module outside of one, may import."""

CONVENIENCE = {
    ("matching.matches", "statistics.enrichment"),
    ("matching.matches", "statistics.null_distributions"),
    ("phrases.phrase_map", "phrases.scatter"),
}
"""What a convenience method of a result, such as `Matches.enrichment`, imports when called or for its annotations."""


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def imports_of(module):
    """Yields (imported module of the package, whether the import is lazy or for type checking only)."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    at_once = {id(statement) for statement in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            folders = [NAME, *MODULES[module].relative_to(ROOT).parent.parts]
            above = folders[: len(folders) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = {f"{base}.{alias.name}" for alias in node.names}
            found = {name if name.removeprefix(f"{NAME}.") in MODULES else base for name in names}
        else:
            continue
        for name in found:
            if name.partition(".")[0] == NAME:
                yield name.removeprefix(NAME).removeprefix(".") or "__init__", id(node) not in at_once


@functools.cache
def imports_that_count():
    """All but those that a convenience method makes when it is called."""
    return {
        (module, name)
        for module in MODULES
        for name, later in imports_of(module)
        if not (later and (module, name) in CONVENIENCE)
    }


def package_of(module):
    return module.partition(".")[0]


def reached_from(module, imports):
    reached, waiting = set(), [module]
    while waiting:
        following = {name for by, name in imports if by == waiting[-1]} - reached
        waiting = [*waiting[:-1], *following]
        reached |= following
    return reached


def circles(imports):
    reached = {module: reached_from(module, imports) for module in {module for module, _ in imports}}
    return {
        frozenset(other for other in reached[module] if module in reached.get(other, ()))
        for module in reached
        if module in reached[module]
    }


def test_every_package_has_its_place_in_the_order():
    assert {package_of(module) for module in MODULES} == set(MAY_IMPORT)


def test_no_module_imports_from_a_package_above_its_own():
    allowed = {package: names | {package} for package, names in MAY_IMPORT.items()}
    assert not {pair for pair in imports_that_count() if package_of(pair[1]) not in allowed[package_of(pair[0])]}


def test_no_modules_need_each_other():
    assert not circles(imports_that_count())


def test_a_circle_is_found_however_long_it_is():
    chain = {("a", "b"), ("b", "c"), ("c", "d"), ("e", "a")}
    assert circles(chain) == set()
    assert circles(chain | {("d", "b")}) == {frozenset("bcd")}


@pytest.mark.parametrize(("module", "name"), sorted(CONVENIENCE))
def test_a_convenience_method_imports_late(module, name):
    assert (name, True) in set(imports_of(module))


def test_only_widgets_import_a_widget_library():
    libraries = ("anywidget", "ipywidgets", "traitlets")
    users = {
        package_of(module)
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
        if name.partition(".")[0] in libraries
    }
    assert users <= {"synced", "explorer", "sequences_view", "phrases"}
