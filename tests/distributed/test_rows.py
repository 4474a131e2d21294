"""Dask arrays as states, computed in this process: they are read, joined and explored as the array that they hold."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import dask
import dask.array as da
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.index import OnOffIndex
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


def test_many_sequences_of_a_padded_batch_are_a_task_a_chunk():
    random = np.random.default_rng(0)
    batch, lengths = random.normal(size=(100, 6, 3)), random.integers(1, 7, size=100)
    for chunks in ((10, 6, 3), (7, 4, 2), (1, 4, 3)):
        layer = given_states(da.from_array(batch, chunks=chunks), sequences=lengths.tolist()).layers["states"]
        assert np.array_equal(layer, np.concatenate([member[:n] for member, n in zip(batch, lengths, strict=True)]))
    assert (
        given_states(da.from_array(batch, chunks=10), sequences=lengths).layers["states"]._rows.array.npartitions == 10
    )


def test_layers_in_one_array_are_cut_along_its_chunks():
    array = np.random.default_rng(0).normal(size=(3, 40, 2))
    layers = given_states(da.from_array(array, chunks=(3, 7, 2)), tokens=list(range(40)), sequences=None).layers
    assert np.array_equal(layers["layer2"], array[1])
    assert layers["layer2"]._rows.chunks[0] == (7, 7, 7, 7, 7, 5)


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


class Counted:
    """Makes the chunks of an array (T, D), a task each, and counts how often."""

    def __init__(self, array, lengths):
        self.array, self.made = array, []
        bounds = np.cumsum([0, *lengths]).tolist()
        self.chunks = [(start, stop) for start, stop in itertools.pairwise(bounds)]

    def make(self, start, stop):
        self.made.append((start, stop))
        return self.array[start:stop]

    def as_dask(self):
        make = dask.delayed(self.make, pure=False)
        parts = [
            da.from_delayed(make(*each), (each[1] - each[0], self.array.shape[1]), self.array.dtype)
            for each in self.chunks
        ]
        return da.concatenate(parts)


@pytest.mark.parametrize("lengths", [[60], [1] * 60, [7] * 8 + [4], [0, 30, 0, 30, 0]])
def test_a_pass_over_all_rows_computes_each_chunk_once(lengths):
    counted = Counted(STATES, lengths)
    states = States(counted.as_dask())
    for _ in range(2):
        counted.made.clear()
        states.close()  # keeps nothing
        index = OnOffIndex.build(states, 0.1)
        assert sorted(counted.made) == [each for each in counted.chunks if each[1] > each[0]]
    assert np.array_equal(index.bits.words, OnOffIndex.build(STATES, 0.1).bits.words)


def test_chunks_that_lie_apart_are_not_computed(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.chunks.FINE", 0)
    counted = Counted(STATES, [10] * 6)
    States(counted.as_dask()).read(25, 35)
    assert sorted(counted.made) == [(20, 30), (30, 40)]


def test_many_small_chunks_are_few_tasks(monkeypatch):
    array = np.arange(8_000, dtype=np.float32).reshape(-1, 2)
    states = States(da.from_array(array, chunks=(2, 1)))
    submitted = []
    get = dask.base.get_scheduler(scheduler="threads")
    monkeypatch.setattr(
        dask.base, "get_scheduler", lambda **_: lambda graph, keys: submitted.append(graph) or get(graph, keys)
    )
    assert np.array_equal(np.concatenate([states.read(*block) for block in states.blocks()]), array)
    assert sum(map(len, submitted)) == 1


def test_what_all_chunks_need_is_computed_once():
    counted = Counted(STATES.astype(np.float64), [5] * 12)
    array = counted.as_dask()
    states = States((array - array.mean(axis=0)) / array.std(axis=0))
    counted.made.clear()
    for start in range(0, 60, 5):
        rows = states.read(start, start + 5)
        expected = (STATES.astype(np.float64) - STATES.mean(axis=0, dtype=float)) / STATES.std(axis=0, dtype=float)
        assert rows == pytest.approx(expected[start : start + 5])
    assert sorted(counted.made) == sorted(2 * counted.chunks)


def test_files_that_are_cut_into_small_chunks_are_loaded_once_in_a_pass(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.chunks.FINE", 0)
    counted = Counted(STATES, [20, 40])
    states = States(counted.as_dask().rechunk((3, 4)))
    assert np.array_equal(np.concatenate([states.read(*block) for block in states.blocks(7)]), STATES)
    assert sorted(counted.made) == counted.chunks


def test_a_chunk_that_needs_its_neighbours_computes_them_once_in_a_pass(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.chunks.FINE", 0)
    counted = Counted(STATES, [10] * 6)
    summed = da.map_overlap(
        lambda rows: rows + np.roll(rows, 1, axis=0), counted.as_dask(), depth={0: (1, 0)}, boundary="none"
    )
    counted.made.clear()  # a part of it, to see what it is of
    states = States(summed)
    found = np.concatenate([states.read(*block) for block in states.blocks(10)])
    assert np.array_equal(found[1:], STATES[1:] + STATES[:-1])
    assert sorted(counted.made) == counted.chunks


def test_what_is_kept_for_the_next_chunk_has_a_limit(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.chunks.FINE", 0)
    monkeypatch.setattr("lstmvis_widget.distributed.shared_tasks.free_memory", lambda: 0)
    counted = Counted(STATES, [20, 40])
    states = States(counted.as_dask().rechunk((3, 4)))
    assert np.array_equal(np.concatenate([states.read(*block) for block in states.blocks(7)]), STATES)
    assert len(counted.made) > len(counted.chunks)


@pytest.mark.parametrize("scheduler", ["threads", "sync", "processes", None])
def test_the_scheduler_is_the_one_that_dask_is_set_to(scheduler):
    with dask.config.set(scheduler=scheduler):
        assert np.array_equal(States(da.from_array(STATES, chunks=7)), STATES)


def test_no_cluster_reads_where_none_is_asked():
    with dask.config.set(scheduler="dask.distributed"):
        assert np.array_equal(States(da.from_array(STATES, chunks=7)), STATES)


def test_no_threads_are_needed(monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with ThreadPoolExecutor() as pool, dask.config.set(pool=pool):  # Dask's own may have threads
        assert np.array_equal(States(da.from_array(STATES, chunks=7)), STATES)
