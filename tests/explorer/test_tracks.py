"""Tracks in the explorer: which can be chosen, what is sent of them, and what adding and removing them changes."""

import re
from contextlib import closing

import numpy as np
import pytest
import traitlets

from lstmvis_widget import CategoricalTrack, ContinuousTrack, StateExplorer, TopKTrack
from tests.page import context_rows, recorded_pages, wait_until
from tests.strategies import sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
WORDS = [f"word {step}" for step in range(60)]
PARITY = ["even", "odd"] * 30
LENGTH = [step / 10 - 2 if step % 7 else float("nan") for step in range(60)]
QUOTED = [step % 3 == 0 for step in range(60)]
NEXT = TopKTrack([[f"word {step + 1}", "x" * 300] for step in range(60)], [[0.75, 0.25]] * 60)
TRACKS = {"parity": PARITY, "length": LENGTH, "quoted": QUOTED, "next": NEXT}


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(page_of):  # noqa: ARG001  (starts recording first)
    explorer = StateExplorer(STATES, WORDS, TRACKS, threshold=0.1)
    yield explorer
    explorer.close()


def window(explorer):
    return explorer.get_state(["_window"])["_window"]


def described(explorer):
    return {track["name"]: track for track in explorer.get_state(["_tracks"])["_tracks"]}


def rows_with(explorer, names):
    """Wait until exactly these tracks are sent with the matches, and return the rows."""

    def context():
        return explorer.get_state(["_match_context"])["_match_context"]

    def there():
        sent = context()
        return sent and len(sent["before"]) > 0 and set(sent["tracks"]) == set(names)

    wait_until(there, f"matches with the tracks {names}")
    return context_rows(context(), explorer.matches)


class TestWhatIsDescribed:
    def test_labels_come_with_their_counts_the_most_frequent_first(self, explorer):
        explorer.tracks["tag"] = ["b", "a", "c", "c"] * 15
        assert described(explorer)["tag"]["labels"] == ["c", "a", "b"]
        assert described(explorer)["tag"]["counts"] == [30, 15, 15]

    def test_numbers_come_with_their_finite_range(self, explorer):
        explorer.tracks["wild"] = [np.inf, -np.inf, np.nan, -2.5, *[7.0] * 56]
        assert described(explorer)["wild"]["range"] == [-2.5, 7.0]
        assert described(explorer)["length"]["range"] == pytest.approx([-1.9, 3.9])

    def test_numbers_without_a_value_have_no_range(self, explorer):
        explorer.tracks["nothing"] = [np.nan] * 60
        assert described(explorer)["nothing"]["range"] is None
        assert described(explorer)["nothing"]["binary"] is False

    @pytest.mark.parametrize(
        ("values", "binary"),
        [
            (QUOTED, True),
            ([0, 1] * 30, True),
            ([1.0] * 60, True),
            ([0.0, np.nan] * 30, True),
            ([0, 1, 2] * 20, False),
            ([0.0, 1.0, np.inf] * 20, False),
            ([0.0, 0.5] * 30, False),
        ],
        ids=["booleans", "zeros and ones", "ones", "zeros and gaps", "with a two", "with infinity", "with a half"],
    )
    def test_zeros_and_ones_are_told_from_other_numbers(self, explorer, values, binary):
        explorer.tracks["new"] = values
        assert described(explorer)["new"]["binary"] is binary

    def test_predictions_come_with_their_number_and_range(self, explorer):
        assert described(explorer)["next"] == {"name": "next", "kind": "top-k", "k": 2, "range": [0.25, 0.75]}


class TestWhatIsSentOfTheWindow:
    def test_each_kind_of_track_travels(self, explorer):
        sent = window(explorer)
        start, stop = sent["start"], sent["stop"]
        codes = np.frombuffer(sent["tracks"]["parity"]["codes"], "<i4")
        labels = described(explorer)["parity"]["labels"]
        assert [labels[code] for code in codes] == PARITY[start:stop]
        values = np.frombuffer(sent["tracks"]["length"]["values"], "<f4")
        assert np.array_equal(values, np.float32(LENGTH[start:stop]), equal_nan=True)
        scores = np.frombuffer(sent["tracks"]["next"]["scores"], "<f4")
        assert scores.tolist() == [0.75, 0.25] * (stop - start)
        shown = sent["tracks"]["next"]["labels"]
        assert [first for first, _ in shown] == [f"word {step + 1}" for step in range(start, stop)]
        assert {second for _, second in shown} == {"x" * 199 + "…"}

    def test_numbers_beyond_32_bits_become_infinite_without_a_warning(self, explorer):
        explorer.tracks["huge"] = [1e300, -1e300] * 30
        values = np.frombuffer(window(explorer)["tracks"]["huge"]["values"], "<f4")
        assert values[:2].tolist() == [np.inf, -np.inf]

    def test_only_visible_tracks_travel_and_one_that_is_shown_again_comes_at_once(self, page_of):
        with closing(StateExplorer(STATES, WORDS, TRACKS, visible_tracks=["length"])) as explorer:
            assert set(window(explorer)["tracks"]) == {"length"}
            page_of(explorer).set(visible_tracks=["length", "next"])
            assert set(window(explorer)["tracks"]) == {"length", "next"}
            assert len(page_of(explorer).sent("_window")) == 1

    def test_hiding_a_track_sends_nothing(self, explorer, page_of):
        explorer.visible_tracks = ["length"]
        assert page_of(explorer).sent("_window") == []


class TestTracksThatComeAndGo:
    def test_a_new_one_is_the_last_row_at_once(self, explorer, page_of):
        explorer.visible_tracks = ["next", "parity"]
        explorer.tracks["ner"] = ["PER", None] * 30
        assert explorer.visible_tracks == ("next", "parity", "ner")
        assert set(window(explorer)["tracks"]) == {"next", "parity", "ner"}
        assert len(page_of(explorer).sent("_window")) == 1

    def test_one_that_is_replaced_keeps_its_place_and_its_new_kind_is_sent(self, explorer):
        explorer.tracks["parity"] = range(60)
        assert explorer.visible_tracks == tuple(TRACKS)
        assert [track["name"] for track in explorer._tracks] == list(TRACKS)
        assert set(window(explorer)["tracks"]["parity"]) == {"values"}

    def test_one_that_is_replaced_while_hidden_stays_hidden(self, explorer):
        explorer.visible_tracks = ["length"]
        explorer.tracks["parity"] = ["other"] * 60
        assert explorer.visible_tracks == ("length",)

    def test_one_that_is_removed_is_dropped_wherever_it_was_chosen(self, explorer):
        explorer.match_tracks, explorer.color_by = ["length", "parity"], "parity"
        del explorer.tracks["parity"]
        assert explorer.visible_tracks == ("length", "quoted", "next")
        assert explorer.match_tracks == ("length",)
        assert explorer.color_by == "overlap"
        assert "parity" not in window(explorer)["tracks"]

    def test_one_that_becomes_top_k_leaves_the_match_view(self, explorer):
        explorer.match_tracks, explorer.color_by = ["length"], "length"
        explorer.tracks["length"] = NEXT
        assert explorer.match_tracks == ()
        assert explorer.color_by == "overlap"
        assert explorer.visible_tracks == tuple(TRACKS)


BAD_VALUES = [
    ("match_tracks", ["nothing"], r"'parity', 'length', 'quoted'; got 'nothing'"),
    ("match_tracks", ["next"], r"'parity', 'length', 'quoted'; got 'next'"),
    ("match_tracks", "length", r"names.*'length'"),
    ("match_tracks", ["length", "length"], r"once.*'length'"),
    ("color_by", "nothing", r"'overlap', 'parity', 'length', 'quoted'; got 'nothing'"),
    ("color_by", "next", r"got 'next'"),
    ("color_by", 3, r"name, or None; got 3"),
    ("dim_tracks", 1, r"True or False; got 1"),
    ("dim_tracks", None, r"True or False; got None"),
]


class TestWhatMayBeChosen:
    def test_the_matches_show_their_overlap_alone_at_first(self, explorer):
        assert (explorer.match_tracks, explorer.color_by, explorer.dim_tracks) == ((), "overlap", False)

    @pytest.mark.parametrize(
        ("trait", "value"),
        [("match_tracks", ("quoted", "parity")), ("color_by", "length"), ("color_by", None), ("dim_tracks", True)],
    )
    def test_it_is_set_from_python_by_a_keyword_and_by_the_page(self, page_of, trait, value):
        with (
            closing(StateExplorer(STATES, WORDS, TRACKS, **{trait: value})) as given,
            closing(StateExplorer(STATES, WORDS, TRACKS)) as explorer,
        ):
            assert getattr(given, trait) == value
            page_of(explorer).set(**{trait: list(value) if isinstance(value, tuple) else value})
            assert getattr(explorer, trait) == value
            assert explorer.error == ""

    @pytest.mark.parametrize(("trait", "value", "message"), BAD_VALUES, ids=str)
    def test_a_bad_value_raises_and_changes_nothing(self, explorer, trait, value, message):
        before = getattr(explorer, trait)
        with pytest.raises(traitlets.TraitError, match=rf"(?s){trait} must be.*{message}"):
            setattr(explorer, trait, value)
        assert getattr(explorer, trait) == before

    @pytest.mark.parametrize(("trait", "value", "message"), BAD_VALUES, ids=str)
    def test_a_bad_value_of_the_page_is_put_back_and_shown(self, explorer, page_of, trait, value, message):
        before = explorer.get_state([trait])[trait]
        page_of(explorer).set(**{trait: value})
        assert page_of(explorer).sent(trait)[-1] == before
        assert re.search(rf"(?s){trait} must be.*{message}", explorer.error)

    def test_a_good_value_after_a_bad_one_takes_the_remark_away(self, explorer, page_of):
        for trait, bad, good in [
            ("visible_tracks", ["nothing"], ["parity"]),
            ("match_tracks", ["next"], ["parity"]),
            ("color_by", "next", None),
            ("dim_tracks", 1, True),
        ]:
            page_of(explorer).set(**{trait: bad})
            assert trait in explorer.error
            page_of(explorer).set(**{trait: good})
            assert explorer.error == ""


class TestTheMatches:
    @pytest.fixture
    def explorer(self, explorer):
        explorer.selection = (10, 13)
        assert len(explorer.matches)
        return explorer

    def test_they_carry_what_the_chosen_tracks_have_at_each_step(self, explorer):
        explorer.match_tracks, explorer.color_by = ["length"], "parity"
        labels = described(explorer)["parity"]["labels"]
        for row in rows_with(explorer, ["length", "parity"]):
            assert [labels[code] for code in row["tracks"]["parity"]] == [PARITY[step] for step in row["steps"]]
            expected = np.float32([LENGTH[step] for step in row["steps"]])
            assert np.array_equal(row["tracks"]["length"], expected, equal_nan=True)

    def test_steps_without_a_label_have_the_code_minus_1(self, explorer):
        explorer.tracks["ner"] = [None] * 60
        explorer.match_tracks = ["ner"]
        for row in rows_with(explorer, ["ner"]):
            assert row["tracks"]["ner"] == [-1] * len(row["steps"])

    def test_infinite_numbers_stay_infinite(self, explorer):
        explorer.tracks["wild"] = [np.inf, -np.inf] * 30
        explorer.match_tracks = ["wild"]
        for row in rows_with(explorer, ["wild"]):
            assert row["tracks"]["wild"] == [-np.inf if step % 2 else np.inf for step in row["steps"]]

    def test_choosing_tracks_ranks_nothing_anew(self, explorer):
        seen, before = [], explorer.matches
        wait_until(
            lambda: explorer._trait_values["matches"] is before and explorer._n_candidates is not None, "the count"
        )
        explorer.observe(seen.append, names=["matches", "selected_cells", "progress"])
        explorer.match_tracks = ["parity", "length"]
        rows = rows_with(explorer, ["parity", "length"])
        explorer.match_tracks = []
        assert [row["steps"] for row in rows_with(explorer, [])] == [row["steps"] for row in rows]
        assert explorer.matches is before
        assert seen == []

    def test_those_of_the_next_selection_carry_them_too(self, explorer):
        explorer.match_tracks = ["quoted"]
        explorer.selection = (30, 33)
        assert len(explorer.matches)
        wait_until(
            lambda: explorer._ranking.context_shown is explorer._ranking.task.asked.answer.match_context,
            "the words around them",
        )
        for row in rows_with(explorer, ["quoted"]):
            assert row["tracks"]["quoted"] == [float(QUOTED[step]) for step in row["steps"]]

    def test_a_track_that_is_replaced_is_replaced_there_as_well(self, explorer):
        explorer.match_tracks = ["quoted"]
        explorer.tracks["quoted"] = ["same"] * 60
        for row in rows_with(explorer, ["quoted"]):
            assert row["tracks"]["quoted"] == [0] * len(row["steps"])

    def test_a_track_called_overlap_never_colours_the_words(self, explorer):
        explorer.tracks["overlap"] = ContinuousTrack(range(60))
        assert explorer.color_by == "overlap"
        assert rows_with(explorer, [])
        explorer.match_tracks = ["overlap"]
        assert rows_with(explorer, ["overlap"])


def test_a_track_is_shown_however_it_is_given(explorer):
    explorer.tracks["given"] = CategoricalTrack(["x" * 300] * 60)
    assert described(explorer)["given"]["labels"] == ["x" * 199 + "…"]
    assert explorer.tracks["given"].labels == ("x" * 300,)
