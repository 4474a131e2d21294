"""The matches of an explorer, with their words, or if there are none with the reason that the page gives."""

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from tests.explorer.test_explorer import STATES, WORDS

SEQUENCES = [30, 30]


@pytest.fixture
def explorer():
    explorer = StateExplorer(STATES, WORDS, threshold=0.1, sequences=SEQUENCES)
    yield explorer
    explorer.close()


def test_they_tell_their_words(explorer):
    explorer.selection = (10, 13)
    matches = explorer.matches
    assert matches["text"] == [" ".join(WORDS[match.start : match.stop]) for match in matches]
    assert matches["text"][0][:30] in repr(matches)
    assert matches.to_pandas()["text"].tolist() == matches["text"]
    assert matches[:2]["text"] == matches["text"][:2]


def test_without_tokens_they_have_no_words():
    explorer = StateExplorer(STATES, threshold=0.1, selection=(10, 13))
    assert explorer.matches.text is None
    assert "text" not in explorer.matches.to_pandas()
    explorer.close()


def test_tokens_are_no_markup():
    words = ["<img src=x onerror=alert(1)>"] * 60
    explorer = StateExplorer(STATES, words, threshold=0.1, selection=(10, 13))
    assert "<img" not in explorer.matches._repr_html_()
    explorer.close()


@pytest.mark.parametrize(
    ("traits", "reason"),
    [
        ({}, "Nothing is selected"),
        ({"selection": (0, 3), "off_before": 2}, "beyond the end of the sequence"),
        ({"selection": (10, 13), "threshold": 99.0}, "No cell is on at all steps of the selection"),
        ({"selection": (10, 13), "length_filter": 50}, "No stretch of this length matches"),
        ({"selection": (10, 13), "min_length": 55}, "No other stretch matches"),
        ({"selection": (10, 13), "deselected_cells": range(10)}, "deselected"),
    ],
    ids=str,
)
def test_none_say_why(explorer, traits, reason):
    for name, value in traits.items():
        setattr(explorer, name, value)
    matches = explorer.matches
    assert len(matches) == 0
    assert reason in matches.reason
    assert reason in repr(matches)
    assert reason in matches._repr_html_()


def test_none_after_an_error_say_what_it_was():
    broken = StateExplorer(_Broken(), threshold=0.1)
    broken.selection = (10, 13)
    with pytest.warns(RuntimeWarning, match="on fire"):
        assert "on fire" in broken.matches.reason
    broken.close()


class _Broken:
    shape, dtype = STATES.shape, STATES.dtype
    reads = 0

    def __getitem__(self, rows):
        self.reads += 1
        if self.reads > 3:
            raise RuntimeError("the disk is on fire")
        return np.asarray(STATES[rows])


def test_nobody_is_told_of_no_matches_twice(explorer):
    told = []
    explorer.observe(told.append, names="matches")
    for threshold in (0.2, 0.3, 0.4):
        explorer.threshold = threshold
        assert len(explorer.matches) == 0
    explorer.close()
    assert told == []
