"""Null of a page, which Pyodide gives as an object of its own, is None."""

import sys
import types

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.synced.page_null import none_for_null
from tests.page import recorded_pages

NULL = object()


@pytest.fixture
def in_pyodide(monkeypatch):
    module = types.ModuleType("pyodide.ffi")
    module.jsnull = NULL
    monkeypatch.setitem(sys.modules, "pyodide.ffi", module)


def test_elsewhere_a_message_stays_what_it_is():
    message = {"state": {"selection": None, "names": ["a"]}}
    assert none_for_null(message) is message


@pytest.mark.usefixtures("in_pyodide")
def test_null_is_none_wherever_it_stands_in_a_message():
    message = {"a": NULL, "b": [1, NULL, {"c": NULL}], "d": b"", "e": "null"}
    assert none_for_null(message) == {"a": None, "b": [1, None, {"c": None}], "d": b"", "e": "null"}


@pytest.mark.usefixtures("in_pyodide")
def test_a_gesture_that_takes_something_back_does_so():
    with recorded_pages() as page_of:
        explorer = StateExplorer(np.eye(6, 4), threshold=0.5, selection=(1, 3), length_filter=2)
        page = page_of(explorer)
        page.set(selection=NULL, length_filter=NULL, _hovered_step=NULL, _stride=NULL)
        assert (explorer.selection, explorer.length_filter, explorer.error) == (None, None, "")
        page.send({"settle": {"color_by": NULL}})
        assert (explorer.color_by, explorer.error) == (None, "")
        explorer.close()
