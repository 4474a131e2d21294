"""Counts and places of 64 bits where numpy's own type for them may have 32, as it has in Pyodide."""

import ast
from pathlib import Path

import numpy as np

import lstmvis_widget
from lstmvis_widget.given.places import reduced_at, repeated

ROOT = Path(lstmvis_widget.__file__).parent
PARTICULAR = {"repeat", "reduceat", "put", "choose"}
"""Functions of numpy that take places or counts of its own type alone, and say "Cannot cast array data" to others."""


def test_each_value_is_repeated_as_often_as_its_count_says():
    for kind in (np.int32, np.int64, np.uint8):
        assert repeated(["a", "b", "c"], np.array([2, 0, 1], kind)).tolist() == ["a", "a", "c"]
    assert repeated(np.arange(2), [1, 2]).tolist() == [0, 1, 1]


def test_values_are_reduced_from_each_start_to_the_next():
    values = np.array([[1, 2], [3, 4], [5, 6]])
    for kind in (np.int32, np.int64):
        assert reduced_at(np.add, values, np.array([0, 2], kind)).tolist() == [[4, 6], [5, 6]]
    assert reduced_at(np.add, values > 2, np.array([0]), dtype=np.int64, axis=1).tolist() == [[0], [2], [2]]


def test_no_other_module_calls_what_takes_one_type_of_places_only():
    def calls(path):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and (
                node.attr == "reduceat"
                or (node.attr in PARTICULAR and isinstance(node.value, ast.Name) and node.value.id == "np")
            ):
                yield path.relative_to(ROOT).as_posix(), node.attr

    found = {call for path in ROOT.rglob("*.py") for call in calls(path)}
    assert found == {("given/places.py", "repeat"), ("given/places.py", "reduceat")}
