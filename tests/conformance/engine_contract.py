"""What every engine of the ranking has to do: subclass `EngineContract`, say how an engine is made, and run it."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstmvis_widget.matching.engine import Candidates
from lstmvis_widget.matching.ranking import rank_index, search_in
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.matching.several_ranges import Places, count_missed_in_index
from lstmvis_widget.states.pixel_columns import column_edges
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled
from tests import oracle, plain
from tests.matching.test_ranking import assert_ranked, queries
from tests.strategies import THRESHOLDS, sequence_lengths, states, sticky_states

LIMIT = st.one_of(st.integers(0, 3), st.integers(4, 40))

# One test runs in several subclasses.
inherited = settings(suppress_health_check=[HealthCheck.differing_executors])


def ranked_by(engine, cells, *, off_before=0, off_after=0, sequences=None, **options):
    return rank_index(
        engine,
        cells,
        pattern=Pattern(engine.threshold, off_before, off_after),
        sequences=Sequences.of(sequences, engine.steps),
        **options,
    )


class EngineContract:
    """The tests. They are collected in subclasses, whose names begin with Test."""

    @pytest.fixture(autouse=True)
    def settle(self, monkeypatch):
        """Change what the engine is made with, such as the sizes of its blocks."""

    def engine(self, array, threshold):
        """The engine for states of shape (T, D), T ≥ 1, of any dtype of `tests.strategies`."""
        raise NotImplementedError

    @given(query=queries(min_steps=1, max_steps=30), off_before=LIMIT, off_after=LIMIT)
    @settings(inherited, max_examples=200)
    def test_it_ranks_as_the_definition_says(self, query, off_before, off_after):
        array, cells, threshold, options = query
        options |= {"off_before": off_before, "off_after": off_after}
        ranked = ranked_by(self.engine(array, threshold), cells, **options)
        assert_ranked(ranked, oracle.rank_matches(array, cells, threshold, **options))

    @given(query=queries(min_steps=1, max_steps=30), off_before=LIMIT, off_after=LIMIT, data=st.data())
    @settings(inherited, max_examples=60)
    def test_it_counts_the_ranges_at_which_a_cell_misses_the_pattern(self, query, off_before, off_after, data):
        array, _, threshold, options = query
        bounds = oracle.sequence_bounds(len(array), options["sequences"])
        first, end = data.draw(st.sampled_from(bounds), "sequence")
        steps = st.lists(st.integers(first, end), min_size=2, max_size=2, unique=True).map(sorted).map(tuple)
        ranges = data.draw(st.sets(steps, min_size=1, max_size=6), "ranges")
        pattern = Pattern(threshold, off_before, off_after)
        places = Places.of(sorted(ranges), pattern, Sequences.of(options["sequences"], len(array)))
        on = oracle.on_states(array, threshold)
        missed = np.full(array.shape[1], len(ranges))
        for start, stop in ranges:
            if first <= start - off_before and stop + off_after <= end:
                missed[list(oracle.pattern_cells(on, start, stop, off_before, off_after))] -= 1
        assert count_missed_in_index(self.engine(array, threshold), places, pattern).tolist() == missed.tolist()

    @pytest.mark.parametrize("limits", [(0, 0), (1, 0), (0, 1), (2, 1)])
    @pytest.mark.parametrize("n_cells", [1, 8, 63, 64, 65, 129, 200])
    def test_there_may_be_any_number_of_cells(self, limits, n_cells):
        array = sticky_states(60, n_cells, seed=n_cells, keep=0.9)
        cells = np.flatnonzero((array[10:14] >= 0.1).all(axis=0)).tolist() or [0]
        options = {"off_before": limits[0], "off_after": limits[1], "min_length": 2, "sequences": [20, 1, 39]}
        ranked = ranked_by(self.engine(array, 0.1), cells, **options)
        assert_ranked(ranked, plain.rank_matches(array, cells, 0.1, **options))

    @pytest.mark.parametrize("limits", [(0, 0), (1, 0), (0, 2), (2, 1)])
    def test_there_may_be_many_sequences(self, limits):
        lengths = np.random.default_rng(0).integers(1, 16, size=400)
        array = sticky_states(int(lengths.sum()), 9, seed=1, keep=0.7).astype(np.float32)
        options = {"off_before": limits[0], "off_after": limits[1], "k": 300, "sequences": lengths.tolist()}
        ranked = ranked_by(self.engine(array, 0.0), [0, 2, 3, 7], **options)
        assert_ranked(ranked, plain.rank_matches(array, [0, 2, 3, 7], 0.0, **options))

    @pytest.mark.parametrize("limits", [(0, 0), (1, 0), (0, 1), (2, 2)])
    def test_runs_may_be_long(self, limits):
        repeats = np.random.default_rng(1).integers(1, 60, 60)
        array = np.repeat(sticky_states(60, 9, seed=11, keep=0.7), repeats, axis=0)
        options = {"off_before": limits[0], "off_after": limits[1], "min_length": 3, "k": 30}
        ranked = ranked_by(self.engine(array, 0.1), [0, 2, 5, 8], **options)
        assert_ranked(ranked, plain.rank_matches(array, [0, 2, 5, 8], 0.1, **options))

    @given(array=states(min_steps=1), threshold=THRESHOLDS, data=st.data())
    @settings(inherited, max_examples=60)
    def test_it_says_how_many_cells_are_on(self, array, threshold, data):
        engine, on = self.engine(array, threshold), oracle.on_states(array, threshold)
        assert (engine.steps, engine.cells, engine.threshold) == (*array.shape, threshold)
        cells = data.draw(st.sets(st.integers(0, array.shape[1] - 1)).map(sorted), "cells")
        steps = data.draw(st.lists(st.integers(0, len(array) - 1), max_size=8), "steps")
        assert engine.count_on(cells, steps).tolist() == [int(on[step, cells].sum()) for step in steps]
        assert engine.on_rates().tolist() == pytest.approx(on.mean(axis=0).tolist())
        assert engine.on_rates(cells).tolist() == pytest.approx(on[:, cells].mean(axis=0).tolist())

        start = data.draw(st.integers(0, len(array) - 1), "start")
        stop, stride = data.draw(st.integers(start + 1, len(array)), "stop"), data.draw(st.sampled_from([1, 2, 8]))
        edges = column_edges(start, stop, stride)
        means = [on[first:end, cells].sum(axis=1).mean() for first, end in itertools.pairwise(edges)]
        assert engine.mean_on(cells, edges).tolist() == pytest.approx(means)
        counts = [on[first:end, cells].sum(axis=0).tolist() for first, end in itertools.pairwise(edges)]
        assert engine.counts_on(cells, edges, stride).tolist() == counts

    def test_it_counts_on_cells_over_many_steps(self):
        array = np.random.default_rng(0).normal(size=(70_000, 70)).astype(np.float32)
        engine, on = self.engine(array, 0.2), array >= np.float32(0.2)
        assert engine.on_rates() == pytest.approx(on.mean(axis=0))
        assert engine.on_rates([69, 0, 64]) == pytest.approx(on[:, [69, 0, 64]].mean(axis=0))
        edges = column_edges(3, 69_999, 2**15)
        cells = [0, 63, 64, 69]
        means = [on[first:end, cells].sum(axis=1).mean() for first, end in itertools.pairwise(edges)]
        assert engine.mean_on(cells, edges).tolist() == pytest.approx(means)
        for stride in (2, 2**10, 2**15, 2**17):
            edges = column_edges(3, 69_999, stride)
            counts = [on[first:end, cells].sum(axis=0).tolist() for first, end in itertools.pairwise(edges)]
            assert engine.counts_on(cells, edges, stride).tolist() == counts

    @given(array=states(min_steps=1), off_before=LIMIT, off_after=LIMIT, data=st.data())
    @settings(inherited, max_examples=40)
    def test_it_can_be_ended_at_any_check(self, array, off_before, off_after, data):
        engine, cells = self.engine(array, 0.0), list(range(array.shape[1]))
        options = {
            "off_before": off_before, "off_after": off_after, "sequences": data.draw(sequence_lengths(len(array))),
        }  # fmt: skip
        calls = []
        ranked_by(engine, cells, check=lambda: calls.append(None), **options)
        assert calls, "the work is never checked"
        end_at = data.draw(st.integers(1, len(calls)), "end_at")

        def check():
            calls.append(None)
            if len(calls) == end_at:
                raise CancelledError

        calls.clear()
        with pytest.raises(CancelledError):
            ranked_by(engine, cells, check=check, **options)

    @given(array=states(min_steps=1), off_before=LIMIT, off_after=LIMIT, data=st.data())
    @settings(inherited, max_examples=40)
    def test_counting_says_how_far_it_is_and_can_be_ended_at_any_check(self, array, off_before, off_after, data):
        options = {"off_before": off_before, "off_after": off_after, "min_length": data.draw(st.integers(1, 3))}
        ranked = ranked_by(self.engine(array, 0.0), list(range(array.shape[1])), **options)
        calls, shares = [], []
        end_at = data.draw(st.integers(1, 5), "end_at")

        def check():
            calls.append(None)
            if len(calls) == end_at:
                raise CancelledError

        try:
            ranked.counts(check, shares.append)
        except CancelledError:
            assert ranked.known_counts is None
        else:
            assert 1 <= len(calls) < end_at
        assert all(0 <= share <= 1 for share in shares)
        assert shares == sorted(shares)
        expected = oracle.rank_matches(array, range(array.shape[1]), 0.0, **options)
        assert ranked.n_candidates == expected.n_candidates


class BoundedContract:
    """What the searches have to do, too, that `bounded.best_of_bounded` makes use of."""

    def bounded_search(self, array, selected, pattern, sequences):
        """The search in an engine as of `EngineContract`."""
        return search_in(self.engine(array, pattern.threshold), selected, pattern, sequences)

    @given(query=queries(min_steps=1, max_steps=25), off_before=LIMIT, off_after=LIMIT, data=st.data())
    @settings(inherited, max_examples=80)
    def test_its_bounds_hold_and_it_spells_out_each_candidate_once(self, query, off_before, off_after, data):
        array, cells, threshold, options = query
        expected = oracle.rank_matches(
            array, cells, threshold, k=10**6, off_before=off_before, off_after=off_after,
            min_length=options["min_length"], sequences=options["sequences"],
        )  # fmt: skip
        min_length, least = options["min_length"], data.draw(st.integers(1, len(cells)), "least")
        max_length = data.draw(st.one_of(st.none(), st.integers(min_length, min_length + 3)), "max_length")
        search = self.bounded_search(
            array,
            np.array(cells),
            Pattern(threshold, off_before, off_after),
            Sequences.of(options["sequences"], len(array)),
        )
        bounds = search.bounds(min_length, never_cancelled)
        assert bounds.shape == (len(array),)
        found = Candidates.joined(
            search.candidates(
                np.flatnonzero(bounds >= least),
                min_length=min_length, max_length=max_length, least=least, check=never_cancelled,
            )
        )  # fmt: skip
        sizes = search.sizes(found, never_cancelled)
        rows = zip(*(column.tolist() for column in (found.start, found.stop, found.overlap, sizes)), strict=True)
        assert sorted(rows) == sorted(
            (start, stop, overlap, union - len(cells) + overlap)
            for start, stop, length, overlap, union in expected.rows
            if overlap >= least and (max_length is None or length <= max_length)
        )
