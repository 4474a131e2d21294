"""States in files on a cluster: chunks are parts of files, which the workers open by their paths."""

import copy
import os
import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zarr

from lstmvis_widget import StateExplorer, rank_matches
from lstmvis_widget.distributed import files
from lstmvis_widget.distributed.cluster_rows import ClusterRows
from lstmvis_widget.distributed.files import as_dask
from lstmvis_widget.states.file_rows import FileRows
from lstmvis_widget.states.rows import Stretch
from lstmvis_widget.states.sources import States
from tests.states.sources import hdf5_file
from tests.strategies import sticky_states

A = sticky_states(600, 5, seed=3, keep=0.8).astype(np.float32)


@pytest.fixture
def paths(tmp_path):
    """Files of every kind, one after the other."""
    np.save(tmp_path / "0.npy", A[:200])
    np.save(tmp_path / "1.npy", A[None, 200:210])
    np.save(tmp_path / "2.npy", A[:0])
    column = pa.FixedSizeListArray.from_arrays(pa.array(A[210:300].reshape(-1)), 5)
    pq.write_table(pa.table({"states": column}), tmp_path / "3.parquet", row_group_size=30)
    stored = zarr.create_array(tmp_path / "4.zarr", shape=(100, 5), dtype="f4", chunks=(40, 5))
    stored[:] = A[300:400]
    hdf5_file(tmp_path, states=A[400:])
    return [tmp_path / name for name in ("0.npy", "1.npy", "2.npy", "3.parquet", "4.zarr", "states.h5")]


def whole(path):
    rows = FileRows(path)
    return Stretch(rows, 0, rows.shape[-2], 0 if len(rows.shape) == 3 else None)


def test_chunks_are_files_or_parts_of_long_ones_along_their_own_chunks(paths, monkeypatch):
    array = as_dask([whole(path) for path in paths])
    assert array.chunks == ((200, 10, 0, 90, 100, 200), (5,))
    monkeypatch.setattr(files, "CHUNK_BYTES", (60 * 20, 60 * 20))
    monkeypatch.setattr("lstmvis_widget.states.chunks.FINE", 1)
    array = as_dask([whole(path) for path in paths])
    assert array.chunks[0] == (60, 60, 60, 20, 10, 0, 60, 30, 40, 60, 60, 60, 60, 20)
    assert array.dtype == np.float32
    assert np.array_equal(array.compute(scheduler="threads"), A)
    part = Stretch(FileRows(paths[0]), 30, 130)
    assert np.array_equal(as_dask([part]).compute(scheduler="threads"), A[30:130])


def test_a_file_that_is_written_again_is_another_array(paths):
    name = as_dask([whole(paths[0])]).name
    assert as_dask([whole(paths[0])]).name == name
    np.save(paths[0], A[:201])
    assert as_dask([whole(paths[0])]).name != name


def test_the_graph_of_thousands_of_files_is_small(paths, tmp_path):
    first, many = FileRows(paths[0]), []
    for number in range(5000):
        rows = copy.copy(first)
        rows.path = str(tmp_path / f"shard{number:05}.npy")
        os.link(paths[0], rows.path)
        many.append(Stretch(rows, 0, 200))
    assert len(pickle.dumps(dict(as_dask(many).__dask_graph__()))) < 1_000_000


def test_files_are_ranked_on_the_cluster_of_the_client_that_is_given(paths, client):
    lengths = [200, 10, 90, 100, 200]
    expected = rank_matches(A, [0, 1, 2], 0.1, sequences=lengths)
    found = rank_matches(paths, [0, 1, 2], 0.1, client=client)
    assert found.to_pandas().equals(expected.to_pandas())
    assert found.n_candidates == expected.n_candidates
    explorer = StateExplorer(paths, sequences=[600], client=client, threshold=0.1)
    assert isinstance(explorer.states.elsewhere, ClusterRows)
    explorer.selection = (195, 203)
    local = StateExplorer(A, threshold=0.1)
    local.selection = (195, 203)
    assert explorer.matches.to_pandas().equals(local.matches.to_pandas())
    explorer.close()
    local.close()


def test_one_file_goes_there_too_and_none_to_a_client_that_is_only_active(paths, client):
    with States(paths[-1], client=client) as states:
        assert isinstance(states.elsewhere, ClusterRows)
        assert np.array_equal(states.read(0, 200), A[400:])
    with client.as_current(), States(paths[0]) as states:
        assert isinstance(states.elsewhere, ClusterRows)
    with States(paths) as states:
        assert states.elsewhere is None


def test_a_file_that_a_worker_does_not_see_is_named_with_the_worker(paths, client):
    states = States(paths, client=client)
    paths[3].unlink()
    with pytest.raises(OSError, match=r"rows 210 to 300 .*the Dask worker tcp://.* finds no file .*3\.parquet.*shared"):
        states.read(210, 300)
    with pytest.raises(OSError, match=r"the Dask worker tcp://.* finds no file .*3\.parquet"):
        rank_matches(states, [0], 0.1)
