"""`SequenceExplorer` where neither threads nor processes can start, as in Pyodide."""

import threading
from contextlib import closing

import numpy as np
import pytest

from lstmvis_widget import SequenceExplorer, StateExplorer, link
from tests.page import recorded_pages
from tests.sequences_view.conftest import LENGTHS, STATES, STEPS, WORDS, output
from tests.sequences_view.test_filters import plain_order
from tests.test_without_threads import nothing_starts

__all__ = ["nothing_starts"]


def test_each_statement_has_its_results_when_it_is_over(nothing_starts):  # noqa: ARG001
    with (
        recorded_pages() as page_of,
        closing(SequenceExplorer(STATES, WORDS, {"rating": output()}, sequences=LENGTHS)) as explorer,
    ):
        assert explorer._points["count"] == STEPS
        assert explorer._map["trust"] is not None
        explorer.sort_by, explorer.filters = "-confidence", {"text": "/c.t sat/", "length": (6, None)}
        expected = plain_order(explorer.table, WORDS, {"text": "cat sat", "length": [6, None]}, "-confidence")
        assert np.frombuffer(explorer._order, "<i4").tolist() == expected
        page_of(explorer).set(sequence=3)
        assert explorer._trajectories[0]["sequence"] == 3
        explorer.method = np.zeros((STEPS, 2))
        assert explorer._map["method"] == "given"
        with closing(StateExplorer(STATES, WORDS, sequences=LENGTHS, threshold=0.1)) as states:
            link(states, explorer)
            explorer.filters = {"matches": True}
            explorer.selection = (10, 13)
            assert len(np.frombuffer(explorer._order, "<i4"))
    assert not [thread for thread in threading.enumerate() if "lstmvis" in thread.name]


def test_tsne_runs_in_the_statement_that_asks():
    pytest.importorskip("openTSNE")
    with closing(SequenceExplorer(STATES, sequences=LENGTHS, background=False)) as explorer:
        explorer.method = "tsne"
        assert explorer._map["method"] == "tsne"
        assert explorer._map["settled"]
        assert explorer.progress is None
