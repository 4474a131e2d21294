"""The examples of all docstrings, run one after the other in this interpreter; each gives what it shows."""

import ast
import contextlib
import doctest
import functools
import inspect
import re
from importlib.util import find_spec

import numpy as np

from lstmvis_widget import datasets
from tests.public_objects import public_objects

NEED = {"SequenceExplorer.cancel": "openTSNE"}
"""What an example needs without importing it."""


class Checker(doctest.OutputChecker):
    """Leaves the size of integers out: an array says it where it isn't that of the platform."""

    def check_output(self, want, got, flags):
        want, got = (re.sub(r",\s+dtype=int(32|64)\)", ")", text) for text in (want, got))
        return super().check_output(want, got, flags)


def run_examples(folder):
    """Run all that can be, each in a folder of its own.

    Gives the names of those that ran, what those that failed said, and the names of those left out.
    """
    datasets._load = functools.cache(datasets._load)  # read once for all
    ran, failed, left_out = [], {}, []
    for number, (name, value) in enumerate(public_objects().items()):
        test = doctest.DocTestParser().get_doctest(inspect.getdoc(value), {"__name__": "example"}, name, None, 0)
        if not all(find_spec(module) for module in {*_imported(test), NEED.get(name, "numpy")}):
            left_out.append(name)
            continue
        ran.append(name)
        own = folder / str(number)
        own.mkdir()
        with contextlib.chdir(own):
            said = _failure(test)
        if said:
            failed[name] = said
    return ran, failed, left_out


def _imported(test):
    nodes = [node for example in test.examples for node in ast.walk(ast.parse(example.source))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def _failure(test):
    said = []
    with np.printoptions():
        doctest.DocTestRunner(Checker()).run(test, out=said.append, clear_globs=False)
    for value in test.globs.values():
        if not inspect.isclass(value) and callable(close := getattr(value, "close", None)):
            close()
    return "".join(said)
