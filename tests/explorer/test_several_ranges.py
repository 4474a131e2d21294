"""Several ranges as one selection."""

import json

import numpy as np
import pandas as pd
import pytest
import traitlets

from lstmvis_widget import StateExplorer, rank_matches, select_cells_at
from lstmvis_widget.explorer import computation, scenario, traits
from tests import oracle
from tests.explorer.test_explorer import is_right
from tests.page import recorded_pages
from tests.strategies import sticky_states

SEQUENCES = [30, 1, 29]
STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
WORDS = ("the old king and the " * 12).split()
TRACKS = {"pos": (["D", "A", "N", "C", "D"] * 12), "place": range(60)}
RANGES = ((3, 5), (10, 13), (40, 42))


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(page_of):  # noqa: ARG001  (starts recording first)
    made = StateExplorer(STATES, WORDS, TRACKS, sequences=SEQUENCES, threshold=0.1)
    yield made
    made.close()


def is_right_here(explorer):
    is_right(explorer, STATES, SEQUENCES)


@pytest.mark.parametrize("tolerance", [0, 1 / 3, 0.7])
@pytest.mark.parametrize("off_before", [0, 1])
@pytest.mark.parametrize("most_read", [32, 1])
def test_cells_and_matches_follow_all_ranges_whether_read_or_looked_up(
    explorer, monkeypatch, tolerance, off_before, most_read
):
    monkeypatch.setattr(computation, "MOST_READ", most_read)
    explorer.off_before = off_before
    explorer.select(RANGES, tolerance=tolerance)
    expected = oracle.select_cells_at(
        STATES, RANGES, 0.1, tolerance=tolerance, off_before=off_before, sequences=SEQUENCES
    )
    assert explorer.selected_cells.tolist() == expected
    is_right_here(explorer)
    explorer.threshold = -0.4
    is_right_here(explorer)


GIVEN = {
    "pairs": RANGES,
    "pairs out of order, one twice": [(10, 13), (40, 42), (3, 5), (10, 13)],
    "an array": np.array(RANGES),
    "slices and ranges": [slice(3, 5), range(10, 13), (40, 42)],
    "a table": pd.DataFrame({"start": [3, 10, 40], "stop": [5, 13, 42], "kind": ["a", "b", "c"]}),
    "a generator": (each for each in RANGES),
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_ranges_are_given_in_many_forms(explorer, given):
    explorer.select(given)
    assert explorer.selected_ranges == RANGES
    assert explorer.selection == (3, 5)


def test_hits_matches_and_the_ranges_of_a_label_are_selected(explorer):
    explorer.select(explorer.find("king and"), tolerance=0.8)
    assert explorer.selected_ranges == tuple((start, start + 2) for start in range(2, 60, 5) if start != 29)
    is_right_here(explorer)
    matches = explorer.matches
    explorer.select(matches)
    assert set(explorer.selected_ranges) == set(zip(matches.start.tolist(), matches.stop.tolist(), strict=True))
    explorer.select(("pos", "N"), tolerance=0.5)
    assert explorer.selected_ranges == tuple((step, step + 1) for step in range(2, 60, 5))
    is_right_here(explorer)


@pytest.mark.parametrize("one", [(3, 5), [(3, 5)], slice(3, 5), np.array([[3, 5]]), [(3, 5), (3, 5)]], ids=str)
def test_one_range_is_a_plain_selection(explorer, one):
    explorer.select(RANGES)
    explorer.select(one)
    assert (explorer.selection, explorer.selected_ranges) == ((3, 5), ())


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([], ValueError, "no range to select"),
        ("king", TypeError, r"select\(find\('king'\)\)"),
        (None, TypeError, "list of ranges; got None"),
        ([(3, 3)], ValueError, r"60; got \[3, 3\)"),
        ([(3, 5), (58, 61)], ValueError, r"60; got \[58, 61\)"),
        ([(3, 5), (28, 31)], traitlets.TraitError, r"\[28, 31\) crosses that of \[0, 30\)"),
        ([3, 5, 7], ValueError, "pairs"),
        (("place", "1"), ValueError, "'pos'; got 'place'"),
        (("pos", "X"), ValueError, "X"),
    ],
    ids=str,
)
def test_what_is_no_selection_is_refused_and_changes_nothing(explorer, given, error, message):
    explorer.select(RANGES)
    with pytest.raises(error, match=message):
        explorer.select(given)
    assert explorer.selected_ranges == RANGES


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("selected_ranges", [(5, 5)], r"selected_ranges.*\[5, 5\)"),
        ("selected_ranges", [(50, 61)], r"selected_ranges.*60.*\[50, 61\)"),
        ("selected_ranges", [(29, 32)], "selected_ranges.*sequence"),
        ("selected_ranges", 4, "selected_ranges.*4"),
        ("tolerance", 1, "tolerance.*below 1; got 1"),
        ("tolerance", "some", "tolerance.*some"),
    ],
)
def test_a_bad_value_is_refused(explorer, page_of, trait, value, message):
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(explorer, trait, value)
    page_of(explorer).set(**{trait: value})
    assert trait in explorer.error


def test_the_selection_is_the_range_in_view_and_another_range_takes_the_place_of_all(explorer):
    explorer.position = 35
    explorer.select(RANGES)
    assert explorer.selection == (40, 42)
    explorer.deselected_cells = explorer.selected_cells[:1]
    explorer.selection = (10, 13)
    assert explorer.selected_ranges == RANGES
    assert len(explorer.deselected_cells) == 1
    explorer.selection = (11, 13)
    assert explorer.selected_ranges == ()
    assert explorer.deselected_cells == ()
    is_right_here(explorer)


def test_undo_goes_back_to_all_ranges_and_passing_from_one_to_another_is_no_step(explorer):
    explorer.select(RANGES)
    for selection in RANGES[::-1]:
        explorer.selection = selection
    explorer.selection = (20, 22)
    assert explorer.undo()
    assert (explorer.selection, explorer.selected_ranges) == ((3, 5), RANGES)
    is_right_here(explorer)
    assert explorer.undo()
    assert (explorer.selection, explorer.selected_ranges) == (None, ())
    assert not explorer.undo()
    explorer.redo()
    assert explorer.selected_ranges == RANGES


def test_a_scenario_keeps_them_and_an_older_one_has_none(explorer):
    explorer.select(RANGES, tolerance=0.4)
    explorer.selection = (10, 13)
    kept = json.loads(json.dumps(explorer.scenario()))
    older = {**kept, "view": {k: v for k, v in kept["view"].items() if k not in ("selected_ranges", "tolerance")}}
    explorer.selection = None
    explorer.replay(kept)
    assert (explorer.selection, explorer.selected_ranges, explorer.tolerance) == ((10, 13), RANGES, 0.4)
    explorer.replay(older)
    assert (explorer.selection, explorer.selected_ranges, explorer.tolerance) == ((10, 13), (), 0)


def test_a_line_of_many_ranges_is_not_sent(explorer, monkeypatch):
    monkeypatch.setattr(scenario, "MOST_IN_LINE", 2)
    explorer.select(RANGES)
    assert explorer._scenario_line == ""
    explorer.select(RANGES[:2])
    assert "selected_ranges" in explorer._scenario_line


def test_the_page_gets_as_many_as_it_can_draw_while_results_are_of_all(explorer, page_of, monkeypatch):
    assert traits.MOST_DRAWN == 10_000
    monkeypatch.setattr(traits, "MOST_DRAWN", 20)
    ranges = [[step, step + 1] for step in range(60)]
    explorer.select(ranges, tolerance=0.7)
    assert page_of(explorer).sent("selected_ranges")[-1] == ranges[:20]
    assert page_of(explorer).sent("_n_ranges")[-1] == 60
    is_right_here(explorer)
    page_of(explorer).send({"select": {"remove": [59, 60]}})
    assert len(explorer.selected_ranges) == 59


def test_a_page_adds_removes_and_replaces_ranges(explorer, page_of):
    page = page_of(explorer)
    explorer.selection = (3, 5)
    page.send({"select": {"add": [40, 42]}})
    page.send({"select": {"add": [10, 12]}})
    page.send({"select": {"add": [10, 13], "instead": [10, 12]}})
    assert (explorer.selection, explorer.selected_ranges) == ((10, 13), RANGES)
    is_right_here(explorer)
    page.send({"select": {"remove": [10, 13]}})
    assert (explorer.selection, explorer.selected_ranges) == ((40, 42), ((3, 5), (40, 42)))
    page.send({"select": {"remove": [40, 42]}})
    assert (explorer.selection, explorer.selected_ranges) == ((3, 5), ())
    assert explorer.undo()
    assert explorer.selected_ranges == ((3, 5), (40, 42))
    for bad in ({"add": [5, 5]}, {"add": None}, {"add": [28, 31]}, {"remove": "all"}):
        page.send({"select": bad})
        assert explorer.error != ""
        assert explorer.selected_ranges == ((3, 5), (40, 42))
    page.send({"select": {"remove": [3, 5]}})
    page.send({"select": {"remove": [40, 42]}})
    assert (explorer.selection, explorer.selected_ranges) == (None, ())


def test_a_page_selects_all_hits(explorer, page_of):
    page = page_of(explorer)
    page.send({"select": "hits"})
    assert "no hits" in explorer.error
    explorer.find_text = "king"
    explorer.finish()
    explorer._find_hit = 3
    page.send({"select": "hits"})
    assert explorer.selected_ranges == tuple((step, step + 1) for step in range(2, 60, 5))
    assert explorer.selection == (17, 18)
    is_right_here(explorer)


def test_matches_of_all_ranges_are_left_out_of_the_table_of_labels(explorer):
    explorer.threshold = -0.4
    explorer.select(RANGES)
    explorer.match_tracks = ["pos"]
    explorer._label_table = "pos"
    explorer.finish()
    table, matches = explorer._enrichment, explorer.matches
    steps = {step for start, stop in RANGES for step in range(start, stop)}
    overlapping = sum(not steps.isdisjoint(range(match.start, match.stop)) for match in matches)
    assert table["excluded"] == overlapping > 0
    assert table["matches"] == len(matches) - overlapping
    assert {row["label"] for row in table["rows"] if row["selected"]} == {TRACKS["pos"][step] for step in steps}
    left = matches.enrichment(TRACKS["pos"], exclude=RANGES)
    assert left["total"].tolist() == [table["total"]] * len(left)


def test_what_no_cell_follows_says_so(explorer):
    explorer.select(RANGES, tolerance=0.4)
    explorer.threshold = 5
    assert explorer.matches.reason == "No cell is on all through in at least 2 of the 3 phrases at this threshold."
    explorer.select([(0, 2), (30, 31), (40, 42)])
    explorer.off_before = 1
    assert explorer.matches.reason.startswith("At 2 of the 3 phrases the limits reach beyond the end of the sequence")


def test_initial_ranges_are_keywords_and_results_those_of_the_functions():
    explorer = StateExplorer(STATES, selected_ranges=RANGES, tolerance=0.4, threshold=0.1, background=False)
    assert explorer.selection == (3, 5)
    cells = select_cells_at(STATES, explorer.selected_ranges, explorer.threshold, tolerance=explorer.tolerance)
    assert explorer.selected_cells.tolist() == cells.tolist()
    ranked = rank_matches(STATES, cells, 0.1, min_length=2)
    assert explorer.matches.start.tolist() == ranked.start.tolist()
    explorer.close()
