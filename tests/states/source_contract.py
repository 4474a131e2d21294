"""What holds for every source of states, as tests. A kind of source is a subclass that says how it is made."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, rank_matches, select_cells
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import TRANSFORMS
from tests import oracle
from tests.explorer.test_explorer import STATES, is_right

DTYPES = ("bool", "int8", "uint16", "int64", "float16", "float32", "float64")
RANGES = [(0, 60), (0, 1), (7, 7), (13, 41), (59, 60)]


class SourceContract:
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

    # ------------------------------------------------------------- reading

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

    # ------------------------------------------------------- what is on

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

    def test_the_ranking_is_that_of_the_oracle(self, make):
        cells = oracle.select_cells(STATES, 10, 13, 0.1)
        matches = rank_matches(make(STATES), cells, 0.1, min_length=2)
        expected = oracle.rank_matches(STATES, cells, 0.1, min_length=2, k=50)
        columns = (matches.start, matches.stop, matches.length, matches.overlap, matches.union)
        assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected.rows
        assert matches.n_candidates == expected.n_candidates

    @pytest.mark.parametrize(("transform", "memory_limit"), [(None, 10**6), ("abs", 0)], ids=["codes", "streamed"])
    def test_it_is_explored_with_the_results_of_the_oracle(self, make, transform, memory_limit):
        explorer = StateExplorer(make(STATES), transform=transform, memory_limit=memory_limit)
        try:
            for threshold, selection in [(0.1, (10, 13)), (0.29, (58, 60)), (0.12345, (0, 2))]:
                explorer.threshold, explorer.selection = threshold, selection
                is_right(explorer, np.abs(STATES) if transform else STATES)
        finally:
            explorer.close()
