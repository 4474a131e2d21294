from contextlib import closing

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.matching.selection import select_cells
from lstmvis_widget.states.own_thresholds import CellRules
from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics.threshold_profile import threshold_profile

RNG = np.random.default_rng(3)
STATES = np.tanh(RNG.normal(size=(200, 40)))


def test_each_row_counts_the_cells_that_its_threshold_selects():
    table = threshold_profile(STATES, (20, 22), off_after=1).table
    for row in table.itertuples():
        assert row.n_cells == len(select_cells(STATES, 20, 22, row.threshold, off_after=1))


def test_jaccard_is_what_two_neighbouring_sets_share_of_their_union():
    thresholds = [0.0, 0.3]
    table = threshold_profile(STATES, (20, 22), thresholds=thresholds).table
    a, b = (set(select_cells(STATES, 20, 22, threshold).tolist()) for threshold in thresholds)
    assert np.isnan(table["jaccard"][0])
    assert table["jaccard"][1] == pytest.approx(len(a & b) / len(a | b))


def test_the_suggested_threshold_lies_in_the_widest_gap_between_cells():
    states = np.zeros((10, 20))
    states[4:6, :4] = [0.85, 0.86, 0.87, 0.9]
    states[4:6, 4:8] = [0.02, 0.05, 0.08, 0.11]
    profile = threshold_profile(states, (4, 6))
    assert 0.11 < profile.suggested < 0.85
    assert "4 of 20 cells" in profile.reason
    assert profile.suggested == pytest.approx(0.48, abs=0.1)


def test_without_any_cell_nothing_is_suggested():
    profile = threshold_profile(np.full((5, 3), np.nan), (1, 3))
    assert profile.suggested is None
    assert "No threshold selects a cell" in profile.reason


def test_a_track_says_what_the_matches_of_each_threshold_are():
    on = np.zeros(120, bool)
    on[np.add.outer(np.arange(0, 120, 12), np.arange(3)).ravel()] = True
    states = np.where(on[:, None], 0.6, 0.1) + 0.05 * np.random.default_rng(0).random((120, 6))
    labels = np.where(on, "yes", "no").tolist()
    profile = threshold_profile(states, (12, 15), thresholds=[0.05, 0.4], track=labels, k=5)
    assert profile.label == "yes"
    assert profile.suggested == 0.4
    assert profile.table["share"].tolist()[1] == 1
    assert "100% of the steps of their matches are yes, against 25% of all" in profile.reason


def test_per_cell_the_threshold_is_a_quantile_of_each_cell():
    scaled = STATES * np.logspace(-3, 3, 40)
    one, other = (threshold_profile(states, (20, 22), per_cell=True).table for states in (STATES, scaled))
    assert one.equals(other)
    share = (STATES[20:22].min(0) >= STATES).mean(0)
    at_half = threshold_profile(STATES, (20, 22), thresholds=[0.5], per_cell=True).table
    assert at_half["n_cells"].tolist() == [int((share >= 0.5).sum())]
    rules = CellRules(np.array([3]), np.array([0.5]), np.array([-1], np.int8))
    assert threshold_profile(States(STATES, "quantile"), (20, 22), per_cell=True).table.equals(one)
    for states in (States(STATES, "tanh"), States(STATES).with_own_thresholds(rules)):
        with pytest.raises(ValueError, match=r"no transform.*these have '(tanh|own thresholds)'"):
            threshold_profile(states, (20, 22), per_cell=True)


def test_a_selection_beyond_the_steps_is_refused():
    with pytest.raises(ValueError, match="200"):
        threshold_profile(STATES, (190, 210))


def test_a_label_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no label 'ADV'"):
        threshold_profile(STATES, (20, 22), track=["NOUN"] * 200, label="ADV")


def repeated_phrases():
    """Ten phrases of three steps, at which six cells are on, and the labels of the steps."""
    on = np.zeros(120, bool)
    on[np.add.outer(np.arange(0, 120, 12), np.arange(3)).ravel()] = True
    states = np.where(on[:, None], 0.6, 0.1) + 0.05 * np.random.default_rng(0).random((120, 6))
    return states, np.where(on, "yes", "no").tolist()


def test_a_threshold_is_chosen_on_the_half_of_the_selection_and_judged_on_the_other():
    states, labels = repeated_phrases()
    shuffled = [*labels[:60], *np.random.default_rng(1).permutation(labels[60:]).tolist()]
    first, second = (
        threshold_profile(states, selection, thresholds=[0.05, 0.4], track=shuffled, label="yes", k=5)
        for selection in ((12, 15), (72, 75))
    )
    # The first half knows the phrases: chosen on it, the threshold is judged where labels are shuffled.
    assert first.table["chosen_by"].max() > 1
    assert first.table["share"].tolist()[1] < 0.5
    assert second.table["share"].tolist()[1] == 1
    assert "in steps 60 to 120" in first.reason
    assert "in steps 0 to 60" in second.reason
    assert "chosen for the highest lower limit of the odds ratio in the rest of the text" in first.reason


def test_no_sequence_is_halved_where_two_meet_near_the_middle():
    states, labels = repeated_phrases()
    options = {"thresholds": [0.4], "track": labels, "k": 5}
    assert "in steps 72 to 120" in threshold_profile(states, (12, 15), sequences=[24, 48, 48], **options).reason
    assert "in steps 60 to 120" in threshold_profile(states, (12, 15), sequences=[118, 2], **options).reason


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_text_too_short_to_be_halved_says_so(steps):
    profile = threshold_profile(np.ones((steps, 4)), (0, 1), thresholds=[0.5], track=["A"] * steps)
    assert profile.suggested is None
    assert "No threshold selects cells that have matches elsewhere" in profile.reason


def test_an_explorer_knows_the_rest():
    states, labels = repeated_phrases()
    options = {"tracks": {"pos": labels}, "sequences": [60, 60], "selection": (12, 15), "off_after": 1}
    with closing(StateExplorer(states, threshold=0.4, **options)) as explorer:
        found = threshold_profile(explorer, track="pos", thresholds=[0.05, 0.4], k=5)
        explorer.select([(12, 15), (20, 22)])
        with pytest.raises(ValueError, match=r"several ranges are selected.*explorer.selection"):
            threshold_profile(explorer)
        explorer.selection = None
        with pytest.raises(ValueError, match="nothing is selected"):
            threshold_profile(explorer)
    expected = threshold_profile(
        states, (12, 15), off_after=1, track=labels, thresholds=[0.05, 0.4], k=5, sequences=[60, 60]
    )
    assert found.table.equals(expected.table)
    assert found.reason == expected.reason


def test_the_label_is_counted_at_the_steps_that_count():
    rng = np.random.default_rng(3)
    on = np.tile(np.repeat([True, False, False, False], 3), 20)
    states = np.where(on[:, None], 0.6, 0.1) + 0.05 * rng.random((240, 6))
    labels = np.where(on, "yes", rng.choice(["no", "maybe"], 240))
    pos = rng.choice(["NOUN", "VERB"], 240)
    options = {"selection": (12, 15), "thresholds": [0.05, 0.3]}
    nouns = pos == "NOUN"
    some = np.where(nouns & (labels != "maybe"), labels, None).tolist()
    expected = threshold_profile(states, track=some, label="yes", **options)
    given = {"where": nouns, "against": "no"}
    profile = threshold_profile(states, track=labels.tolist(), **given, **options)
    assert profile.table.equals(expected.table)
    assert "100% of the counted steps of their matches are yes, against" in profile.reason
    with closing(StateExplorer(states, tracks={"label": labels.tolist(), "pos": pos.tolist()})) as explorer:
        named = threshold_profile(explorer, track="label", where=("pos", "NOUN"), against="no", **options)
    assert named.table.equals(expected.table)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"where": [True] * 6}, "where and against say at which steps the labels of a track count: give the track"),
        ({"track": list("aabbaa"), "where": [True]}, "where must have one boolean for each of 6 time steps"),
        ({"track": list("aabbaa"), "against": "c"}, "against must be among 'a', 'b'; got 'c'"),
        ({"track": list("aabbaa"), "label": "b", "against": "b"}, "a label can't be held against itself: 'b'"),
        ({"track": list("aabbaa"), "against": "a"}, r"no step of the selection \[0, 2\) has a label that counts, and"),
        (
            {"track": list("aabbaa"), "where": [False] * 6},
            r"no step of the selection \[0, 2\) has a label that counts;",
        ),
    ],
)
def test_steps_that_can_not_count_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        threshold_profile(np.zeros((6, 2)), (0, 2), **options)
