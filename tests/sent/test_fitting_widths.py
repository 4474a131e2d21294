"""The room that tokens need in the page."""

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.datasets import load_alice
from lstmvis_widget.sent.fitting_widths import text_width, widths_that_fit
from lstmvis_widget.timeline.tokens import Tokens


def fitting(words):
    return widths_that_fit(Tokens(words, len(words)))


def test_nine_of_ten_words_fit():
    words = load_alice().tokens
    width = fitting(words).word_width
    fit = np.mean([text_width(word) <= width - 8 for word in words])
    assert 0.88 <= fit < 0.97


@pytest.mark.parametrize(
    ("words", "widths"),
    [
        (list("ACGT" * 10), (17, 20)),
        (list("道可道非常道" * 5), (21, 20)),
        (["i"] * 30, (16, 20)),
        (["x" * 200] * 30, (120, 6)),
        (["", " ", "\n"] * 10, (16, 20)),
        (["e\u0301" * 4] * 10, (38, 6)),
    ],
)
def test_widths_follow_the_characters(words, widths):
    assert fitting(words) == widths


def test_a_few_long_words_change_nothing():
    words = ["word"] * 95 + ["internationalization"] * 5
    assert fitting(words) == fitting(["word"] * 100)


def test_without_tokens_the_numbers_of_steps_fit():
    width, context = widths_that_fit(Tokens(None, 1_000_000))
    assert width == 59
    assert context == 6


def test_an_explorer_begins_with_them_unless_others_are_given():
    states = np.zeros((40, 3))
    explorer = StateExplorer(states, list("ACGT" * 10))
    assert (explorer.word_width, explorer.context_width) == (17, 20)
    explorer.close()
    explorer = StateExplorer(states, list("ACGT" * 10), word_width=33, context_width=2)
    assert (explorer.word_width, explorer.context_width) == (33, 2)
    explorer.close()
