"""What the page gets of the matches: the words around them, their lengths, and which ones are folded away."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import Matches, StateExplorer, rank_matches
from lstmvis_widget.matching.matches import Counts
from lstmvis_widget.sent.matches import MOST_BARS, SINGLE_LENGTHS, length_bars
from tests import oracle
from tests.explorer.test_explorer import is_right
from tests.page import context_rows, recorded_pages, wait_until
from tests.strategies import sticky_states

SEQUENCES = [30, 1, 29]
STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
WORDS = [f"word {step % 7}" for step in range(60)]
FOLDING_CASES = json.loads((Path(__file__).parents[1] / "folding_cases.json").read_text())


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(page_of):  # noqa: ARG001  (starts recording first)
    with closing(StateExplorer(STATES, WORDS, sequences=SEQUENCES, threshold=0.1, selection=(10, 13))) as explorer:
        yield explorer


def peek(explorer, trait):
    return explorer.get_state([trait])[trait]


def widest(explorer):
    """The most steps of context sent for any match, on either side."""
    context = peek(explorer, "_match_context") or {"before": [], "after": []}
    return max((*context["before"], *context["after"]), default=None)


def is_shown_with(explorer, width):
    """Assert that the oracle's words of each match are sent, with ``width`` steps around it."""
    cells, matches = explorer.selected_cells, explorer.matches
    assert len(matches)
    wait_until(lambda: peek(explorer, "_n_candidates") is not None, "the counts, the last to come")
    context = peek(explorer, "_match_context")
    assert context["cells"] == len(cells)
    assert context["seconds"] > 0
    on = oracle.on_states(STATES, explorer.threshold)[:, cells].sum(axis=1)
    rows = context_rows(context, matches)
    assert len(rows) == len(matches)
    for row, match in zip(rows, matches, strict=True):
        [(first, end)] = [
            bounds for bounds in oracle.sequence_bounds(60, SEQUENCES) if bounds[0] <= match.start < bounds[1]
        ]
        around = range(max(first, match.start - width), min(end, match.stop + width))
        steps = [step for step in around if not match.start + 20 <= step < match.stop]
        assert row["steps"] == steps
        assert row["words"] == [WORDS[step] for step in steps]
        assert row["on"] == on[steps].tolist()


class TestTheWordsAround:
    @pytest.mark.parametrize("width", [0, 1, 3, 20])
    def test_they_are_as_many_as_is_wanted_within_the_sequence(self, explorer, width):
        explorer.context_width = width
        wait_until(lambda: widest(explorer) == width, "the words")
        is_shown_with(explorer, width)

    def test_more_of_them_ranks_nothing_anew(self, explorer, monkeypatch):
        before, seen = explorer.matches, []
        is_shown_with(explorer, 6)
        monkeypatch.setattr("lstmvis_widget.explorer.computation.rank_index", None)
        explorer.observe(seen.append, names=["matches", "selected_cells", "progress", "error"])
        explorer.context_width = 8
        wait_until(lambda: widest(explorer) == 8, "the words")
        is_shown_with(explorer, 8)
        assert explorer.matches is before
        assert seen == []
        is_right(explorer, STATES, SEQUENCES)

    def test_the_width_set_while_matches_are_looked_for_is_the_one_they_come_with(self, explorer):
        for width in (1, 5, 0, 7):
            explorer.threshold = 0.1 + width / 100
            explorer.context_width = width
            explorer.k = 10 + width
            is_right(explorer, STATES, SEQUENCES)
            wait_until(lambda: widest(explorer) == width, "the width")  # noqa: B023
            is_shown_with(explorer, width)

    def test_undo_takes_the_width_back(self, explorer):
        explorer.context_width = 8
        assert explorer.undo()
        assert explorer.context_width == 6
        wait_until(lambda: widest(explorer) == 6, "the words")
        is_shown_with(explorer, 6)

    def test_a_long_match_is_shown_by_its_first_20_steps(self):
        with closing(StateExplorer(np.ones((40, 2)), threshold=0.5, selection=(3, 5), sequences=[30, 10])) as explorer:
            assert explorer.matches.length[0] == 30
            wait_until(lambda: peek(explorer, "_match_context"), "the words around the matches")
            assert context_rows(explorer._match_context, explorer.matches)[0]["steps"] == list(range(20))

    def test_a_thousand_matches_are_sent_in_less_than_a_megabyte(self):
        states = sticky_states(6000, 8, seed=1, keep=0.8)
        words = [f"word {step % 997}" for step in range(6000)]
        with closing(StateExplorer(states, words, threshold=0.0, selection=(5, 8), k=1000)) as explorer:
            explorer.context_width = 20
            assert len(explorer.matches) == 1000
            wait_until(lambda: widest(explorer) == 20, "the words")
            sent = peek(explorer, "_match_context")
            size = sum(len(value) for value in sent.values() if isinstance(value, bytes))
            assert size + len(json.dumps(sent["vocabulary"])) < 1_000_000


class TestTheLengths:
    def test_there_is_a_bar_for_each_length(self, explorer):
        wait_until(lambda: peek(explorer, "_length_histogram"), "the lengths")
        expected = oracle.rank_matches(
            STATES, explorer.selected_cells, 0.1, min_length=2, sequences=SEQUENCES
        )  # fmt: skip
        bars = [
            [length, length, count, expected.full_overlap_length_histogram[length]]
            for length, count in enumerate(expected.length_histogram)
            if count
        ]
        assert peek(explorer, "_length_histogram") == bars

    @pytest.mark.parametrize("change", [{"length_filter": 3}, {"k": 7}], ids=str)
    def test_those_of_all_candidates_stay_when_only_some_are_kept(self, explorer, page_of, change):
        wait_until(lambda: peek(explorer, "_length_histogram"), "the lengths")
        before = peek(explorer, "_length_histogram")
        for trait, value in change.items():
            setattr(explorer, trait, value)
        is_right(explorer, STATES, SEQUENCES)
        assert peek(explorer, "_length_histogram") == before
        assert None not in page_of(explorer).sent("_length_histogram")

    def test_a_long_one_that_is_kept_is_counted_by_itself(self, page_of):
        states = sticky_states(3000, 8, seed=1, keep=0.97)
        with closing(StateExplorer(states, threshold=0.0, selection=(5, 8), min_length=1)) as explorer:
            wait_until(lambda: peek(explorer, "_length_histogram"), "the lengths")
            shared = next(bar for bar in peek(explorer, "_length_histogram") if bar[0] < bar[1])
            explorer.length_filter = shared[0]
            count = explorer.matches.n_candidates_of_length(shared[0])
            assert 0 < count == explorer.matches.length_histogram[shared[0]]
            wait_until(
                lambda: [shared[0], shared[0], count] in [b[:3] for b in peek(explorer, "_length_histogram")], "it"
            )
            assert None not in page_of(explorer).sent("_length_histogram")

    def test_they_are_counted_anew_for_other_cells(self, explorer):
        for changes in [{"threshold": 0.4}, {"off_before": 1}, {"min_length": 1}, {"selection": (11, 13)}]:
            for trait, value in changes.items():
                setattr(explorer, trait, value)
            is_right(explorer, STATES, SEQUENCES)

    def test_there_are_none_without_a_selection(self, explorer):
        explorer.selection = None
        wait_until(lambda: peek(explorer, "_length_histogram") == [], "no lengths")

    @given(st.dictionaries(st.integers(1, 5000), st.tuples(st.integers(1, 10**6), st.integers(0, 5)), max_size=200))
    def test_long_ones_share_bars_that_hold_every_candidate(self, counts):
        longest = max(counts, default=0)
        every = np.array([counts.get(length, (0, 0))[0] for length in range(longest + 1)])
        full = np.array([min(counts.get(length, (0, 0))) for length in range(longest + 1)])
        bars = length_bars(Counts(int(every.sum()), every, full))
        lengths = sorted(counts)
        assert len(bars) <= MOST_BARS
        assert len(bars) == len(lengths) or len(lengths) > MOST_BARS
        assert all(first == last for first, last, *_ in bars[:SINGLE_LENGTHS])
        for first, last, count, of_full in bars:
            inside = [length for length in lengths if first <= length <= last]
            assert (inside[0], inside[-1]) == (first, last)
            assert count == sum(counts[length][0] for length in inside)
            assert of_full == sum(min(counts[length]) for length in inside)
        assert sum(count for *_, count, _ in bars) == every.sum()
        assert [bar[0] for bar in bars] == sorted({bar[0] for bar in bars})

    @given(st.dictionaries(st.integers(1, 5000), st.integers(1, 9), min_size=1, max_size=200), st.data())
    def test_the_length_that_is_kept_has_a_bar_of_its_own(self, counts, data):
        every = np.array([counts.get(length, 0) for length in range(max(counts) + 1)])
        kept = data.draw(st.one_of(st.sampled_from(sorted(counts)), st.integers(1, 6000)))
        bars = length_bars(Counts(int(every.sum()), every, every), kept)
        of_length = [bar for bar in bars if bar[0] <= kept <= bar[1]]
        assert kept not in counts or of_length == [[kept, kept, counts[kept], counts[kept]]]
        assert sum(bar[2] for bar in bars) == every.sum()


def matches_at(ranges):
    start, stop = np.array(ranges, np.int64).reshape(-1, 2).T
    ones = np.ones(len(ranges), np.int64)
    return Matches(start, stop, ones, ones, n_selected=1, count=lambda *_: Counts(7, ones, ones))


RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair))), max_size=30)


class TestFolding:
    @given(RANGES)
    def test_each_match_is_folded_into_the_best_kept_one_it_overlaps(self, ranges):
        assert matches_at(ranges).folded_into().tolist() == oracle.folded_into(ranges)

    @given(RANGES)
    def test_what_is_kept_is_in_the_order_of_the_ranking_and_overlaps_nothing(self, ranges):
        folded = matches_at(ranges).folded()
        kept = [pair for row, pair in enumerate(ranges) if oracle.folded_into(ranges)[row] == row]
        assert [(match.start, match.stop) for match in folded] == kept
        assert max(Counter(step for start, stop in kept for step in range(start, stop)).values(), default=1) == 1
        assert (folded.n_candidates, folded.n_selected) == (7, 1)

    @pytest.mark.parametrize("case", FOLDING_CASES, ids=lambda case: f"{len(case['start'])} matches")
    def test_the_page_folds_by_the_same_rule(self, case):
        ranges = list(zip(case["start"], case["stop"], strict=True))
        assert oracle.folded_into(ranges) == case["into"]
        assert matches_at(ranges).folded_into().tolist() == case["into"]

    def test_by_hand(self):
        ranges = [(10, 14), (20, 24), (13, 21), (24, 26), (9, 11), (25, 30), (26, 27)]
        assert matches_at(ranges).folded_into().tolist() == [0, 1, 0, 3, 0, 3, 6]

    def test_nothing_is_folded_of_nothing(self):
        assert len(Matches.empty().folded()) == 0
        assert Matches.empty().folded().n_candidates == 0

    def test_twenty_thousand_are_folded(self):
        states = sticky_states(80_000, 6, seed=2, keep=0.7)
        matches = rank_matches(states, [0, 1, 2], 0.0, k=20_000)
        assert len(matches) == 20_000
        folded = matches.folded()
        order = np.argsort(folded.start)
        assert (folded.stop[order][:-1] <= folded.start[order][1:]).all()
        assert folded.n_candidates == matches.n_candidates

    def test_the_explorer_keeps_all_matches(self, explorer):
        before = explorer.matches
        explorer.fold_matches = True
        assert explorer.matches is before
        is_right(explorer, STATES, SEQUENCES)


def test_without_tokens_the_page_gets_which_selected_cells_are_on_at_each_step():
    rng = np.random.default_rng(5)
    states = np.repeat(rng.normal(size=(200, 30)), 2, axis=0)
    with closing(StateExplorer(states, selection=(20, 22), threshold=0.0, background=False)) as explorer:
        cells, context = explorer.selected_cells, explorer._match_context
        steps = [step for row in context_rows(context, explorer.matches) for step in row["steps"]]
    groups = np.array_split(cells, min(len(cells), 12))
    expected = [[round(255 * (states[step, group] >= 0).mean()) for group in groups] for step in steps]
    assert np.frombuffer(context["bands"], "u1").reshape(-1, len(groups)).tolist() == expected
    with closing(StateExplorer(states, ["w"] * 400, selection=(20, 22), threshold=0.0, background=False)) as explorer:
        assert explorer._match_context["bands"] is None
