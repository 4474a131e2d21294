"""What is wrong with a Dask array is said at the door: what was given, and what to do instead. Nothing is computed."""

import dask
import dask.array as da
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from lstmvis_widget import StateExplorer, cell_alignment, rank_matches, select_cells
from lstmvis_widget.distributed.embedded import check_not_embedded, embedded_bytes
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.sources import States
from tests.strategies import sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
DOORS = {
    "StateExplorer": StateExplorer,
    "a layer": lambda states: StateExplorer({"first": STATES, "second": states}),
    "a list": lambda states: StateExplorer([STATES[:7], states]),
    "the first of a list": lambda states: StateExplorer([states, STATES[:7]]),
    "States": States,
    "select_cells": lambda states: select_cells(states, 0, 2, 0.1),
    "rank_matches": lambda states: rank_matches(states, [0], 0.1),
    "cell_alignment": lambda states: cell_alignment(states, ["a", "b"] * 30),
}
at_every_door = pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)


def never():
    raise AssertionError("it was computed")


def of_delayed(*shape, dtype=np.float32, make=never):
    return da.from_delayed(dask.delayed(make)(), shape, dtype)


@at_every_door
@pytest.mark.parametrize("axes", [2, 3])
def test_chunks_of_unknown_sizes_are_refused(door, axes):
    array = of_delayed(*[np.nan, 5, 10][-axes:][:axes]) if axes == 3 else of_delayed(np.nan, 10)
    with pytest.raises(ValueError, match=r"aren't known.*compute_chunk_sizes\(\)"):
        door(array)


@at_every_door
def test_other_collections_of_dask_are_refused_with_what_to_do(door):
    bag = pytest.importorskip("dask.bag").from_sequence([1, 2])
    for given, hint in [(dask.delayed(never)(), "from_delayed"), (bag, "from_delayed")]:
        with pytest.raises(TypeError, match=hint):
            door(given)


def test_a_table_of_dask_is_refused_with_what_to_do():
    tables = pytest.importorskip("dask.dataframe")
    table = tables.from_pandas(pd.DataFrame(STATES), npartitions=3)
    with pytest.raises(TypeError, match=r"to_dask_array\(lengths=True\)"):
        StateExplorer(table)
    assert np.array_equal(States(table.to_dask_array(lengths=True)), STATES)


@at_every_door
@pytest.mark.parametrize("dtype", ["complex64", "object", "U3", "datetime64[s]"])
def test_what_is_no_real_number_is_refused(door, dtype):
    with pytest.raises(TypeError, match="real numbers"):
        door(of_delayed(60, 10, dtype=np.dtype(dtype)))


@pytest.mark.parametrize("shape", [(60,), (), (2, 3, 4, 5)])
def test_other_numbers_of_axes_are_refused(shape):
    with pytest.raises(ValueError, match="must be 2-D"):
        StateExplorer(of_delayed(*shape))


@pytest.mark.parametrize("shape", [(0, 10), (60, 0)])
def test_an_empty_array_is_refused_by_the_explorer_alone(shape):
    array = da.zeros(shape, dtype="f4")
    with pytest.raises(ValueError, match="at least one time step and one cell"):
        StateExplorer(array)
    assert States(array).read(0, shape[0]).shape == shape


# ------------------------------------------------------------- chunks


def test_chunks_that_cannot_be_computed_are_named_with_their_rows(tmp_path):
    paths = [tmp_path / f"{number}.npy" for number in range(6)]
    for number, path in enumerate(paths):
        np.save(path, STATES[10 * number : 10 * number + 10])
    load = dask.delayed(np.load)
    array = da.concatenate([da.from_delayed(load(path), (10, 10), np.float32) for path in paths])
    assert np.array_equal(States(array), STATES)
    paths[3].unlink()
    lost = r"chunk 3, rows 30 to 40.*No such file.*3\.npy"
    with pytest.raises(OSError, match=lost):
        States(array).read(0, 60)
    with pytest.raises(OSError, match=lost):
        StateExplorer(array)


def test_the_file_of_a_chunk_that_cannot_be_computed_is_named(tmp_path):
    paths = [str(tmp_path / f"{number}.npy") for number in range(2)]
    for path in paths:
        np.save(path, STATES[:30])
    load = dask.delayed(np.load)
    states = States(da.concatenate([da.from_delayed(load(path), (30, 10), np.float32) for path in paths]))
    content = (tmp_path / "1.npy").read_bytes()
    (tmp_path / "1.npy").write_bytes(content[:-100])
    with pytest.raises(OSError, match=r"chunk 1, rows 30 to 60, of '.*1\.npy', which is the task"):
        states.read(0, 60)


def test_the_explorer_goes_on_after_a_chunk_could_not_be_computed(tmp_path, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.chunks.FINE", 0)
    np.save(tmp_path / "rest.npy", STATES[20:])
    rest = da.from_delayed(dask.delayed(np.load)(tmp_path / "rest.npy"), (40, 10), np.float32)
    array = da.concatenate([da.from_array(STATES[:20], chunks=5), rest])
    explorer = StateExplorer(array, threshold=0.1, memory_limit=0)
    try:
        explorer.selection = (3, 5)
        assert len(explorer.matches)
        explorer._data.layers["states"].close()  # keeps no chunk
        (tmp_path / "rest.npy").unlink()
        explorer.threshold, explorer.selection = 0.3, (5, 7)
        with pytest.warns(RuntimeWarning, match="rows 20 to 60"):
            assert len(explorer.matches) == 0
        assert "rows 20 to 60" in explorer.error
        np.save(tmp_path / "rest.npy", STATES[20:])
        explorer.selection = (6, 8)
        assert len(explorer.matches)
    finally:
        explorer.close()


def test_a_chunk_of_another_shape_than_it_says_is_named():
    parts = [of_delayed(20, 10, make=lambda: STATES[:20]), of_delayed(20, 10, make=lambda: STATES[20:39])]
    with pytest.raises(OSError, match=r"chunk 1, rows 20 to 40.*shape \(19, 10\).*\(20, 10\)"):
        States(da.concatenate(parts)).read(0, 40)


def test_chunks_may_be_masked():
    mask = np.random.default_rng(0).random(STATES.shape) < 0.2
    for values in (STATES, (10 * STATES).astype(np.int32)):
        masked = np.ma.array(values, mask=mask)
        states = States(da.from_array(masked, chunks=(7, 4)))
        expected = np.where(mask, np.nan, values)
        assert np.array_equal(states, expected, equal_nan=True)
        assert states.dtype == States(masked).dtype


def test_integers_that_are_masked_unannounced_are_refused_when_they_are_read():
    masked = np.ma.array(np.ones((10, 3), int), mask=np.eye(10, 3, dtype=bool))
    with pytest.raises(OSError, match="masked in part: give the states as floats"):
        States(of_delayed(10, 3, dtype=int, make=lambda: masked)).read(0, 10)


def test_sparse_chunks_are_made_dense_one_by_one():
    array = np.where(STATES > 0, STATES, 0)
    chunks = [
        da.from_delayed(dask.delayed(scipy.sparse.csr_matrix)(array[start : start + 20]), (20, 10), np.float32)
        for start in (0, 20, 40)
    ]
    assert np.array_equal(States(da.concatenate(chunks)), array)
    told = da.from_array(array, chunks=(20, 10)).map_blocks(scipy.sparse.csr_matrix)
    assert np.array_equal(States(told), array)


def test_chunks_along_the_cells_are_joined_by_themselves():
    array = da.from_array(STATES, chunks=(20, 3))
    assert np.array_equal(States(array), STATES)
    assert given_states({"one": array}).layers["one"].chunks.bounds[-1] == 60


def test_chunks_too_long_for_the_memory_are_told_of(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.chunks.LEAST_ROOM", 400)
    monkeypatch.setattr("lstmvis_widget.states.chunks.free_memory", lambda: 0)
    with pytest.warns(UserWarning, match=r"unpacked 6 times.*from_zarr\(path\)"):
        StateExplorer(da.from_array(STATES, chunks=(60, 3)), threshold=0.1, background=False).close()


# ------------------------------------------------------------- arrays in the graph


def test_arrays_in_the_graph_are_counted_once_and_nothing_else_is(tmp_path):
    array = np.zeros((1000, 10))
    np.save(tmp_path / "states.npy", array)
    held = da.from_array(array, chunks=(100, 10))
    mapped = da.from_array(np.load(tmp_path / "states.npy", mmap_mode="r"), chunks=(100, 10))
    doubled = da.map_blocks(np.add, da.zeros((1000, 10), chunks=(100, 10)), array, dtype=float)
    for each in (held, held[5:] * 2, da.concatenate([held, held]), mapped, held.rechunk((1000, 1)), doubled):
        assert embedded_bytes(each) == array.nbytes
    held.to_zarr(tmp_path / "states.zarr")
    assert embedded_bytes(da.from_zarr(tmp_path / "states.zarr")) < 1000
    assert embedded_bytes(da.random.normal(size=(1000, 10))) < 100_000


def test_an_array_with_much_data_in_its_graph_is_refused_for_a_cluster(monkeypatch):
    held = da.from_array(np.zeros((1000, 10)), chunks=(100, 10))
    check_not_embedded(held)
    monkeypatch.setattr("lstmvis_widget.distributed.embedded.MOST_EMBEDDED", 50_000)
    with pytest.raises(ValueError, match=r"holds 80\.0 kB of numpy arrays.*Give the numpy array itself.*from_zarr"):
        check_not_embedded(held)
    assert States(held).shape == (1000, 10)
