"""Tests of explorers with each array in memory given as a Dask array, in chunks of random lengths."""

import dask.array as da
import numpy as np

from lstmvis_widget.explorer import data

MOST_CHUNKS = 7

SOME = ("test_explorer.py::TestResults",)
"""Tests that run with Dask arrays in every run, too: how their names begin."""

SAME = "explorer.states is the array that was given: here, the Dask array"
IN_MEMORY = "it is about arrays in memory, which need no reading: they are shown at once, and no byte codes are kept"
OTHER = {
    "test_explorer.py::TestArguments::test_it_says_what_it_was_given": SAME,
    "test_explorer.py::TestArguments::test_layers_are_named_and_chosen": SAME,
    "test_memory.py::test_a_cell_that_is_run_again_and_again_takes_no_more_memory[array]": IN_MEMORY,
    "test_preparing.py::TestColumns::test_in_memory_too": IN_MEMORY,
    "test_switching.py::test_states_in_memory_are_shown_at_once": IN_MEMORY,
    "test_thresholds.py::test_the_page_switches_layers_as_python_does": IN_MEMORY,
}
"""Tests that don't apply to Dask arrays, by how their names begin, and why."""

SORTED = "no machine of a cluster has all values of a cell, as the transform quantile needs them; an error says so"
EMBEDDED = "so large an array isn't sent to a cluster within a graph; an error says so"
ELSEWHERE = "it looks for bits and byte codes in this process: those of a cluster lie on its workers"
NOT_ON_A_CLUSTER = {
    "test_columns.py::test_the_columns_say_whether_their_density_is_that_of_a_sample": EMBEDDED,
    "test_memory.py::test_a_page_that_is_loaded_again_counts_its_own_views_only": ELSEWHERE,
    "test_memory.py::test_candidates_that_were_not_counted_before_close_can_be_counted": ELSEWHERE,
    "test_memory.py::test_close_frees_memory_while_the_explorer_is_held": ELSEWHERE,
    "test_memory.py::test_memory_is_freed_when_the_last_view_goes_and_made_again": ELSEWHERE,
    "test_memory.py::test_who_never_shows_an_explorer_keeps_memory": ELSEWHERE,
    "test_mirrors.py::test_results_are_those_of_the_oracle_with_mirrors_as_cells[quantile]": SORTED,
    "test_mirrors.py::test_tables_of_what_is_on_have_rows_of_mirrors": SORTED,
    **{
        f"test_using.py::test_f1_of_on_is_that_of_the_table_to_the_last_bit[{how}-quantile": SORTED
        for how in ("in bins", "sorted")
    },
}
"""The same of Dask arrays on a cluster."""


def reason_to_skip(name, given):
    """Why a test doesn't apply to states that are given as ``given``; None where it does."""
    known = OTHER if given == "dask" else OTHER | NOT_ON_A_CLUSTER
    return next((why for begin, why in known.items() if name.startswith(begin)), None)


def in_chunks(array):
    """The array as a Dask array: along each axis at most so many chunks, some of which may be empty."""
    source = np.random.default_rng(array.shape)
    chunks = []
    for length in array.shape:
        inner = source.integers(0, length + 1, size=source.integers(0, min(MOST_CHUNKS, length + 1)))
        chunks.append(tuple(np.diff([0, *sorted(inner.tolist()), length]).tolist()))
    return da.from_array(array, chunks=tuple(chunks))


class AsDask:
    """What is given as states, with Dask arrays for arrays of numpy: of the same array, the same one."""

    def __init__(self):
        self._made = {}

    def __call__(self, states):
        if type(states) is np.ndarray and states.ndim in (2, 3) and states.dtype.kind in "fiub":
            if id(states) not in self._made:
                self._made[id(states)] = states, in_chunks(states)
            return self._made[id(states)][1]
        if type(states) is dict:
            return {name: self(each) for name, each in states.items()}
        if type(states) in (list, tuple) and all(isinstance(each, np.ndarray) for each in states):
            return type(states)(map(self, states))
        return states


def give_as_dask(monkeypatch):
    """From now on explorers get Dask arrays for arrays."""
    opened, as_dask = data.given_states, AsDask()

    def given_states(states, *rest, **options):
        return opened(as_dask(states), *rest, **options)

    monkeypatch.setattr(data, "given_states", given_states)
