"""Every kind of source keeps the contract. Another kind is one more class here."""

import contextlib
import itertools
import os

import dask.array as da
import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.sparse
import zarr

from lstmvis_widget import StateWriter
from lstmvis_widget.files import read_file
from lstmvis_widget.states.sources import States
from tests.conformance.source_contract import AskingContract, ExploredContract, SourceContract, UnreadableContract
from tests.states.sources import RowsOnly, hdf5_file, memory_map


class TestArray(SourceContract):
    @pytest.fixture
    def make(self):
        return lambda array: array


class TestArrayInColumnOrder(SourceContract):
    @pytest.fixture
    def make(self):
        return np.asfortranarray


class TestArrayOfTheOtherByteOrder(SourceContract):
    @pytest.fixture
    def make(self):
        return lambda array: array.astype(array.dtype.newbyteorder(">"))


class TestStatesAlreadyOpen(SourceContract):
    @pytest.fixture
    def make(self):
        return States


class TestMemoryMap(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        return lambda array: memory_map(array, new_folder())


class TestAnythingWithSlicesOfRows(SourceContract, UnreadableContract):
    @pytest.fixture
    def make(self):
        return RowsOnly

    @pytest.fixture
    def make_unreadable(self):
        class Damaged(RowsOnly):
            def __init__(self, array, start, stop):
                super().__init__(array)
                self.damaged = start, stop

            def __getitem__(self, rows):
                start, stop = self.damaged
                if rows.start < stop and start < rows.stop:
                    raise OSError("damaged")
                return super().__getitem__(rows)

        return Damaged


class TestZarrArray(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        def make(array):
            stored = zarr.create_array(new_folder(), shape=array.shape, dtype=array.dtype, chunks=(7, 4)[: array.ndim])
            stored[:] = array
            return stored

        return make


class TestPathOfAnHdf5File(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        return lambda array: hdf5_file(new_folder(), states=array)


class TestOpenHdf5Dataset(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        with contextlib.ExitStack() as opened:
            yield lambda array: opened.enter_context(h5py.File(hdf5_file(new_folder(), states=array)))["states"]


class TestMaskedArrayWithoutAMask(SourceContract):
    @pytest.fixture
    def make(self):
        return lambda array: np.ma.array(array, mask=np.ma.nomask)


class TestTensor(SourceContract):
    @pytest.fixture
    def make(self):
        torch = pytest.importorskip("torch")

        def make(array):
            tensor = torch.tensor(array)
            return tensor.requires_grad_() if tensor.is_floating_point() else tensor

        return make


class TestSparseMatrix(SourceContract):
    """Scipy has no matrices of half precision."""

    @pytest.fixture
    def make(self):
        def make(array):
            if array.dtype == np.float16 or array.ndim != 2:
                return array
            return scipy.sparse.csc_array(array)

        return make


class TestSparseTensor(SourceContract):
    @pytest.fixture
    def make(self):
        torch = pytest.importorskip("torch")
        return lambda array: torch.tensor(array).to_sparse() if array.dtype != np.uint16 else torch.tensor(array)


class TestOneSequenceOfABatch(SourceContract):
    @pytest.fixture
    def make(self):
        return lambda array: array[None] if array.ndim == 2 else array


class TestOneSequenceOfABatchInAFile(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        return lambda array: hdf5_file(new_folder(), states=array[None] if array.ndim == 2 else array)


class TestListOfStateVectors(SourceContract):
    @pytest.fixture
    def make(self):
        return lambda array: [row[None] for row in array] if array.ndim == 2 and len(array) > 2 else array


class TestPathOfANumpyFile(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        def make(array):
            np.save(path := new_folder() / "states.npy", np.asfortranarray(array))
            return path

        return make


class TestPathOfANumpyArchive(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        def make(array):
            np.savez(path := new_folder() / "states.npz", other=np.zeros(3), states=array)
            return f"{path}::states"

        return make


class TestPathOfACompressedNumpyArchive(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        def make(array):
            np.savez_compressed(path := new_folder() / "states.npz", array)
            return str(path)

        return make


class TestPathOfASafetensorsFile(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        save_file = pytest.importorskip("safetensors.numpy").save_file

        def make(array):
            if array.dtype.kind == "c":
                return array
            save_file({"other": np.zeros(3), "states": array}, path := new_folder() / "states.safetensors")
            return f"{path}::states"

        return make


class TestFilesOfSeveralKinds(SourceContract, UnreadableContract):
    """Their borders lie within a block, within a match, and at the ends of an empty file."""

    BOUNDS = (0, 11, 12, 12, 41, 60)

    @pytest.fixture
    def make(self, new_folder, monkeypatch):
        monkeypatch.setattr("lstmvis_widget.states.file_rows.MOST_OPEN", 2)

        def make(array):
            folder = new_folder()
            parts = [array[start:stop] for start, stop in itertools.pairwise(self.BOUNDS)]
            if array.ndim == 2 and array.dtype.kind != "c":
                column = pa.FixedSizeListArray.from_arrays(pa.array(parts[0].reshape(-1)), array.shape[1])
                pq.write_table(pa.table({"states": column}), folder / "0.parquet", row_group_size=4)
            else:
                np.save(folder / "0.npy", parts[0])
            np.save(folder / "1.npy", parts[1])
            np.save(folder / "2.npy", parts[2])
            hdf5_file(folder, states=parts[3])
            (folder / "states.h5").rename(folder / "3.h5")
            chunks = (7, 4)[: array.ndim]
            stored = zarr.create_array(folder / "4.zarr", shape=parts[4].shape, dtype=array.dtype, chunks=chunks)
            stored[:] = parts[4]
            named = {".parquet": "::states"}  # integers are taken for states only if they are named
            states = States([f"{path}{named.get(path.suffix, '')}" for path in sorted(folder.iterdir())])
            states.sequences = None  # one text, as in the other sources
            return states

        return make

    @pytest.fixture
    def make_unreadable(self, new_folder):
        def make(array, start, stop):
            folder = new_folder()
            for number, part in enumerate(np.split(array, [start, stop])):
                np.save(folder / f"{number}.npy", part)
            states = States(f"{folder}/*.npy")
            os.truncate(folder / "1.npy", 200)
            return states

        return make


class TestPathOfAZarrFolder(SourceContract):
    @pytest.fixture
    def make(self, new_folder):
        def make(array):
            group = zarr.open_group(folder := new_folder(), mode="w")
            group.create_array("lstm/states", shape=array.shape, dtype=array.dtype, chunks=(7, 4)[: array.ndim])[:] = (
                array
            )
            return f"{folder}::lstm/states"

        return make


class TestCompressedFileThatIsBeingWritten(SourceContract):
    """Its last rows wait in a dataset of their own until their chunk is full."""

    @pytest.fixture
    def make(self, new_folder, monkeypatch):
        monkeypatch.setattr("lstmvis_widget.hdf5.growing_dataset.CHUNK_BYTES", 512)
        with contextlib.ExitStack() as opened:

            def make(array):
                path = new_folder() / "states.h5"
                opened.enter_context(StateWriter(path, compression="gzip")).append(array)
                return opened.enter_context(contextlib.closing(read_file(path).states["states"]))

            yield make


def dask_array(array):
    return da.from_array(array, chunks=(7, 4)[: array.ndim])


def unreadable_dask_array(array, start, stop):
    def damage(chunk):
        raise OSError(f"{len(chunk)} rows are damaged")

    damaged = da.map_blocks(damage, dask_array(array[start:stop]), meta=array[:0])
    return da.concatenate([dask_array(array[:start]), damaged, dask_array(array[stop:])])


class TestDaskArray(SourceContract, UnreadableContract):
    """Without a client: its chunks are computed here."""

    @pytest.fixture
    def make(self):
        return dask_array

    @pytest.fixture
    def make_unreadable(self):
        return unreadable_dask_array


class TestDaskArrayOnACluster(AskingContract, ExploredContract, UnreadableContract):
    @pytest.fixture
    def make(self, client):
        with client.as_current():
            yield dask_array

    @pytest.fixture
    def make_unreadable(self, client):
        with client.as_current():
            yield unreadable_dask_array


class TestFilesOnACluster(AskingContract):
    """Its workers open the files where they are; from then on they are as Dask arrays."""

    @pytest.fixture
    def make(self, client, new_folder):
        def make(array):
            folder = new_folder()
            for number, part in enumerate(np.split(array, [11, 12, 41])):
                np.save(folder / f"{number}.npy", part)
            states = States(f"{folder}/*.npy", client=client)
            states.sequences = None  # one text, as in the other sources
            return states

        return make
