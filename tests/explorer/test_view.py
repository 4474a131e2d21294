"""What is in view: at first, in a saved page, and after undoing."""

import json
import re
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.sent import pixel_columns
from tests.page import recorded_pages

STRIDES = Path(__file__).parents[1] / "stride_cases.json"
STATES = np.random.default_rng(0).normal(size=(4000, 6)).astype(np.float32)


@pytest.mark.parametrize("word_width", [5, 30, 120, 200])
def test_a_selection_given_at_first_is_in_view_in_a_page_of_any_size(word_width):
    with closing(StateExplorer(STATES, selection=(1678, 1681), word_width=word_width)) as explorer:
        before = 1678 - explorer.position
        assert 0 <= before <= 3
        assert (before + 1) * word_width <= 400


def test_where_it_is_in_view_from_the_start_that_is_shown():
    for options, position in (({}, 0), ({"word_width": 80}, 9)):
        with closing(StateExplorer(STATES, selection=(10, 14), **options)) as explorer:
            assert explorer.position == position


def test_it_begins_within_its_sequence_and_gives_way_to_a_position_or_sequence():
    given = {"selection": (2001, 2004), "sequences": [2000, 2000]}
    for options, position in (({}, 2000), ({"position": 7}, 7), ({"position": 0}, 0), ({"sequence": 0}, 0)):
        with closing(StateExplorer(STATES, **given, **options)) as explorer:
            assert explorer.position == position


def test_so_it_is_in_a_saved_page(tmp_path):
    with closing(StateExplorer(STATES, selection=(3678, 3681))) as explorer:
        text = explorer.to_html(tmp_path / "view.html").read_text("utf-8")
    state = json.loads(re.search(r'<script[^>]*id="lstmvis-saved-view"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
    assert 3681 - 13 <= state["position"] <= 3678
    assert state["_window"]["start"] <= state["position"]
    assert state["_window"]["stop"] > 3681


@pytest.mark.parametrize("word_width", [3, 0.05])
def test_steps_too_narrow_for_words_are_drawn_in_a_saved_page_that_nobody_has_opened(tmp_path, word_width):
    with closing(StateExplorer(STATES, selection=(3678, 3681), word_width=word_width)) as explorer:
        text = explorer.to_html(tmp_path / "view.html").read_text("utf-8")
    state = json.loads(re.search(r'<script[^>]*id="lstmvis-saved-view"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
    columns = state["_columns"]
    assert columns["stride"] == state["_stride"] == pixel_columns.stride_at(word_width)
    assert columns["start"] <= state["position"]
    assert columns["stop"] >= min(4000, state["position"] + 1000 / word_width)


@pytest.mark.parametrize(("word_width", "stride"), json.loads(STRIDES.read_text("utf-8")))
def test_as_many_steps_share_a_column_as_in_the_page(word_width, stride):
    assert pixel_columns.stride_at(word_width) == stride


def test_undoing_the_selection_of_a_match_goes_back_to_where_the_old_selection_was_in_view():
    with recorded_pages() as page_of, closing(StateExplorer(STATES, selection=(100, 103))) as explorer:
        page = page_of(explorer)
        page.set(_visible_steps=20)
        explorer.position = 95
        explorer.position = 2000  # as a click on a match
        page.set(selection=[2003, 2006])
        page.send({"settle": {"selection": [2003, 2006]}})
        assert explorer.undo()
        assert (explorer.selection, explorer.position) == ((100, 103), 95)
        assert explorer.redo()
        assert (explorer.selection, explorer.position) == ((2003, 2006), 2000)
        explorer.threshold = 0.7
        explorer.position = 3000
        assert explorer.undo()
        assert explorer.position == 3000


def test_columns_cover_the_page_where_it_stays_full():
    with recorded_pages() as page_of, closing(StateExplorer(STATES, background=False)) as explorer:
        page_of(explorer).set(_stride=4, _visible_steps=4000, position=3990)
        assert (explorer._columns["start"], explorer._columns["stop"]) == (0, 4000)
        assert explorer.position == 3990
