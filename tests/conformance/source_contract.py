"""What holds for every source of states, as tests. A kind of source is a subclass that says how it is made.

`ReadingContract` holds for whatever is read here, block by block. `AskingContract` is all that is asked of states, and
`ExploredContract` what the explorer makes of it: these also hold for states that lie elsewhere, as on a cluster.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from lstmvis_widget import (
    StateExplorer,
    cell_alignment,
    count_selected,
    on_off_patterns,
    rank_matches,
    select_cells,
    select_cells_at,
)
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.index import OnOffIndex, begin_index
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import TRANSFORMS
from lstmvis_widget.work.cancelling import CancelledError
from tests import oracle
from tests.conformance.engine_contract import ranked_by
from tests.conformance.engines import ENGINES
from tests.explorer.test_explorer import SEQUENCES, STATES, is_right
from tests.matching.test_ranking import assert_ranked

DTYPES = ("bool", "int8", "uint16", "int64", "float16", "float32", "float64")
RANGES = [(0, 60), (0, 1), (7, 7), (13, 41), (59, 60)]


class Sources:
    """Give a subclass a fixture ``make`` that returns a function: an array → a source that holds it.

    For each call ``new_folder()`` makes an empty folder.
    """

    @pytest.fixture
    def new_folder(self, tmp_path):
        def new():
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            folder.mkdir()
            return folder

        return new

    @pytest.fixture
    def make(self, new_folder):
        raise NotImplementedError

    @pytest.fixture
    def states(self, make):
        with States(make(STATES)) as states:
            yield states


class ReadingContract(Sources):
    """What is read of a source, and which of its values are on."""

    def test_it_has_the_shape_and_dtype_of_what_it_holds(self, states):
        assert states.shape == STATES.shape
        assert states.dtype == STATES.dtype
        assert len(states) == len(STATES)
        assert states.ndim == 2

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_values_of_any_real_dtype_are_read_as_they_are(self, make, dtype):
        array = (10 * np.abs(STATES)).astype(dtype)
        with States(make(array)) as states:
            for start, stop in RANGES:
                assert np.array_equal(states.read(start, stop), array[start:stop])
            values = states.read(0, 1)
        assert values.dtype == states.dtype == (np.uint8 if dtype == "bool" else np.dtype(dtype))

    def test_nan_and_infinity_are_read_as_they_are(self, make):
        array = STATES.copy()
        array[3, :3] = np.nan, np.inf, -np.inf
        with States(make(array)) as states:
            assert np.array_equal(states.read(0, 10), array[:10], equal_nan=True)

    def test_blocks_cover_every_row_once(self, states):
        blocks = list(states.blocks(7))
        assert [step for start, stop in blocks for step in range(start, stop)] == list(range(len(STATES)))
        assert np.array_equal(np.concatenate([states.read(*block) for block in blocks]), STATES)

    def test_it_is_indexed_like_an_array(self, states):
        for key in (5, -1, slice(2, 9), slice(None, None, 11), [3, 1], (slice(4, 8), 2), (7, slice(1, 3))):
            assert np.array_equal(states[key], STATES[key])
        assert np.array_equal(np.asarray(states), STATES)

    def test_several_threads_read_at_once(self, states):
        with ThreadPoolExecutor(4) as pool:
            read = list(pool.map(lambda start: states.read(start, start + 5), range(50)))
        for start, rows in enumerate(read):
            assert np.array_equal(rows, STATES[start : start + 5])

    def test_closing_twice_is_fine(self, make):
        states = States(make(STATES))
        states.close()
        states.close()

    @pytest.mark.parametrize("array", [np.zeros(3), np.zeros((2, 2), complex)], ids=["1-D", "complex"])
    def test_what_cannot_be_states_is_refused(self, make, array):
        with pytest.raises((TypeError, ValueError)):
            States(make(array))

    @pytest.mark.parametrize(
        ("transform", "mirror"), [*((name, False) for name in (None, *TRANSFORMS)), (None, True), ("quantile", True)]
    )
    def test_transforms_and_what_is_on_are_those_of_the_array(self, make, transform, mirror):
        expected = States(STATES, transform, mirror=mirror)
        with States(make(STATES), transform, mirror=mirror) as states:
            assert states.shape == expected.shape
            assert np.array_equal(states.read(10, 40), expected.read(10, 40))
            for threshold in (-0.2, 0.1, 0.9):
                on = states.on_rule(threshold)(states.read_source(10, 40), None)
                assert np.array_equal(on, expected.read(10, 40) >= threshold)
                index = OnOffIndex.build(states, threshold, block_rows=7)
                assert np.array_equal(index.bits.words, OnOffIndex.build(expected, threshold).bits.words)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_a_cell_is_on_as_numpy_compares(self, make, dtype):
        array = (10 * np.abs(STATES)).astype(dtype)
        assert select_cells(make(array), 20, 21, 0.7).tolist() == np.flatnonzero(array[20] >= 0.7).tolist()


class AskingContract(Sources):
    """What is asked of states: the answers are those that the definition gives for the array."""

    def test_patterns_are_those_of_the_oracle(self, make):
        ranges = [(0, 60), (0, 1), (13, 41), (59, 60)]
        for limits in ({}, {"off_before": 1, "off_after": 2}):
            found = on_off_patterns(make(STATES), ranges, 0.1, **limits)
            assert found.tolist() == oracle.on_off_patterns(STATES, ranges, 0.1, **limits).tolist()

    def test_cells_are_counted_at_many_thresholds(self, make):
        thresholds = [-0.3, 0.1, 0.2, 1.0]
        expected = [len(oracle.select_cells(STATES, 10, 12, each, off_after=1)) for each in thresholds]
        assert count_selected(make(STATES), 10, 12, thresholds, off_after=1).tolist() == expected

    def test_cells_at_several_ranges_are_those_of_the_oracle(self, make):
        ranges, options = [(3, 5), (20, 22), (40, 43)], {"tolerance": 0.4, "off_before": 1}
        expected = oracle.select_cells_at(STATES, ranges, 0.1, **options)
        assert select_cells_at(make(STATES), ranges, 0.1, **options).tolist() == expected

    @pytest.mark.parametrize(
        "options",
        [
            {"min_length": 2},
            {"off_before": 1, "off_after": 2, "sequences": SEQUENCES},
            {"k": 3, "length_filter": 2, "sequences": SEQUENCES},
        ],
        ids=["plain", "limits", "length"],
    )
    def test_the_ranking_is_that_of_the_oracle(self, make, options):
        array = STATES.copy()
        array[::7, 3] = np.nan
        cells = oracle.select_cells(array, 10, 13, 0.1)
        found = rank_matches(make(array), cells, 0.1, **options)
        assert_ranked(found, oracle.rank_matches(array, cells, 0.1, **{"k": 50} | options))

    @pytest.mark.parametrize("transform", ["standardise", "split_signs"])
    def test_a_transform_is_that_of_the_array(self, make, transform):
        expected = States(STATES, transform)
        with States(make(STATES), transform) as states:
            assert states.read(10, 40) == pytest.approx(expected.read(10, 40), abs=1e-6)
            on = expected.read(0, 60) >= 0.3
            assert np.array_equal(begin_index(states, 0.3).run().on_rates(), on.mean(axis=0))

    def test_windows_and_columns_are_those_of_the_array(self, make):
        with States(make(STATES)) as states:
            assert np.array_equal(states[20:41, [3, 1]], STATES[20:41, [3, 1]])
            for memory in (0, 2**20):
                found, expected = (
                    Envelopes(each, (-1.0, 1.0), memory).columns(8, 56, 8, np.array([0, 4]))
                    for each in (states, States(STATES))
                )
                for part in ("low", "high", "lowest", "highest", "counts"):
                    assert getattr(found, part).tolist() == getattr(expected, part).tolist()

    def test_the_alignment_with_labels_is_that_of_the_array(self, make):
        labels = ["even" if step % 4 < 2 else "odd" for step in range(60)]
        found, expected = (cell_alignment(states, labels, sequences=SEQUENCES) for states in (make(STATES), STATES))
        pd.testing.assert_frame_equal(found, expected)

    @pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
    def test_every_engine_ranks_it(self, make, engine):
        cells = oracle.select_cells(STATES, 10, 13, 0.1)
        options = {"off_before": 1, "min_length": 2, "k": 20, "sequences": SEQUENCES}
        with States(make(STATES)) as states:
            assert_ranked(
                ranked_by(engine(states, 0.1), cells, **options), oracle.rank_matches(STATES, cells, 0.1, **options)
            )

    def test_the_build_of_its_index_is_cancelled_and_done_again(self, make):
        def cancelled():
            raise CancelledError

        with States(make(STATES)) as states:
            build = begin_index(states, 0.1)
            with pytest.raises(CancelledError):
                build.run(check=cancelled)
            assert not build.broken
            shares = []
            index = build.run(progress=shares.append)
        assert shares == sorted(shares)
        assert all(0 <= share <= 1 for share in shares)
        assert np.array_equal(index.on_rates(), (STATES >= 0.1).mean(axis=0))


class ExploredContract(Sources):
    """The explorer over a source, at the thresholds of the page and at others."""

    @pytest.mark.parametrize(("transform", "memory_limit"), [(None, 10**6), ("abs", 0)], ids=["codes", "streamed"])
    def test_it_is_explored_with_the_results_of_the_oracle(self, make, transform, memory_limit):
        explorer = StateExplorer(make(STATES), transform=transform, memory_limit=memory_limit)
        try:
            for threshold, selection in [(0.1, (10, 13)), (0.29, (58, 60)), (0.12345, (0, 2))]:
                explorer.threshold, explorer.selection = threshold, selection
                is_right(explorer, np.abs(STATES) if transform else STATES)
        finally:
            explorer.close()


class SourceContract(ReadingContract, AskingContract, ExploredContract):
    """All of it."""


class UnreadableContract:
    """Give a subclass a fixture ``make_unreadable``: an array, and the rows of it that can't be read → a source."""

    @pytest.fixture
    def make_unreadable(self):
        raise NotImplementedError

    def test_rows_that_cannot_be_read_are_named(self, make_unreadable):
        source = make_unreadable(STATES, 40, 50)
        with pytest.raises(OSError, match=r"rows \d+ to \d+.*can't be read"):
            rank_matches(source, [1, 2], 0.1)

    def test_the_explorer_says_what_cannot_be_read(self, make_unreadable):
        with pytest.raises(OSError, match=r"rows \d+ to \d+.*can't be read"):
            StateExplorer(make_unreadable(STATES, 40, 50), background=False)
