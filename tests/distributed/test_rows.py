"""Dask arrays as states, computed in this process: they are read, joined and explored as the array that they hold."""

import dask.array as da
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.sources import States
from tests.strategies import states, sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)


@st.composite
def chunks_of(draw, length):
    """Lengths of chunks that sum to this one; some may be empty."""
    bounds = sorted(draw(st.lists(st.integers(0, length), max_size=6)))
    return tuple(np.diff([0, *bounds, length]).tolist())


@given(array=states(), data=st.data())
@settings(max_examples=100)
def test_any_rows_are_read_whatever_the_chunks(array, data):
    chunks = tuple(data.draw(chunks_of(length), "chunks") for length in array.shape)
    source = States(da.from_array(array, chunks=chunks))
    start = data.draw(st.integers(0, len(array)), "start")
    stop = data.draw(st.integers(start, len(array)), "stop")
    assert np.array_equal(source.read(start, stop), array[start:stop], equal_nan=True)
    assert source.shape == array.shape
    assert source.dtype == array.dtype


@given(data=st.data())
@settings(max_examples=100)
def test_sequences_of_a_padded_batch_are_joined_whatever_the_chunks(data):
    batch = np.random.default_rng(0).normal(size=data.draw(st.tuples(*[st.integers(1, 6)] * 3), "shape"))
    lengths = data.draw(st.lists(st.integers(1, batch.shape[1]), min_size=len(batch), max_size=len(batch)), "lengths")
    chunks = tuple(data.draw(chunks_of(length), "chunks") for length in batch.shape)
    given = given_states(da.from_array(batch, chunks=chunks), sequences=lengths)
    expected = np.concatenate([member[:length] for member, length in zip(batch, lengths, strict=True)])
    assert np.array_equal(given.layers["states"], expected)


def test_a_list_of_dask_arrays_is_one_array():
    parts = [STATES[:20], STATES[20:21].astype(np.float64), STATES[21:]]
    source = States([da.from_array(part, chunks=7)[None] for part in parts][:1])
    assert np.array_equal(source, STATES[:20])
    layers = given_states([da.from_array(part, chunks=(7, 3)) for part in parts]).layers
    assert np.array_equal(layers["states"], STATES)
    assert layers["states"].dtype == np.float64


def test_layers_may_be_dask_arrays():
    layers = given_states({"first": da.from_array(STATES, chunks=9), "second": STATES}).layers
    assert np.array_equal(layers["first"], layers["second"])
    pair = given_states(tuple(da.from_array(STATES[None] * number, chunks=9) for number in (1, 2, 3))).layers
    assert np.array_equal(pair["layer2"], 3 * STATES)


def test_an_explorer_gives_back_the_array_that_it_was_given():
    array = da.from_array(STATES, chunks=9)
    explorer = StateExplorer(array, threshold=0.1)
    try:
        assert explorer.states is array
    finally:
        explorer.close()
