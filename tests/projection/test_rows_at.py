"""Samples of steps, and their rows."""

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.projection.rows_at import rows_at, sampled_steps
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import never_cancelled


@given(lengths=st.lists(st.integers(1, 40), min_size=1, max_size=30), most=st.integers(1, 300), seed=st.integers(0, 99))
def test_a_sample_has_most_of_what_is_allowed_in_runs_of_one_sequence(lengths, most, seed):
    sequences = Sequences.of(lengths, sum(lengths))
    steps, note = sampled_steps(sequences, most, seed)
    assert (np.diff(steps) > 0).all()
    longest = max(1, most // 10)
    if sum(lengths) <= most:
        assert steps.tolist() == list(range(sum(lengths)))
        assert not note
        return
    assert most - longest < len(steps) <= most
    assert f"{len(steps):,} of {sum(lengths):,} steps" in note
    for start, stop in zip(sequences.bounds[:-1], sequences.bounds[1:], strict=True):
        inside = np.count_nonzero((steps >= start) & (steps < stop))
        if stop - start <= longest:
            assert inside in (0, stop - start)


@given(data=st.data(), block=st.sampled_from([10, 100, 10_000]))
def test_rows_of_some_steps_are_those_of_the_array(data, block):
    states = np.arange(600.0).reshape(200, 3)
    steps = np.array(sorted(data.draw(st.sets(st.integers(0, 199)))), np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", block)
        assert np.array_equal(rows_at(States(states), steps, never_cancelled), states[steps])


def test_rows_come_from_a_file(tmp_path):
    states = np.arange(600.0).reshape(200, 3)
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file.create_dataset("states", data=states, chunks=(20, 3))
    with States(tmp_path / "states.h5") as opened:
        assert np.array_equal(rows_at(opened, np.array([3, 4, 150]), never_cancelled), states[[3, 4, 150]])
