"""Every kind of source keeps the contract. Another kind, such as a Dask array, is one more class here."""

import contextlib

import h5py
import numpy as np
import pytest
import zarr

from lstmvis_widget import StateWriter
from lstmvis_widget.files import read_file
from lstmvis_widget.states.sources import States

from .source_contract import SourceContract
from .sources import RowsOnly, hdf5_file, memory_map


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


class TestAnythingWithSlicesOfRows(SourceContract):
    @pytest.fixture
    def make(self):
        return RowsOnly


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
