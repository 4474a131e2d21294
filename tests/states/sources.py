"""Sources of states to test with."""

import h5py
import numpy as np


class RowsOnly:
    """The least that a source of states has to be: a shape, a dtype, and slices of rows."""

    def __init__(self, array):
        self._array, self.shape, self.dtype = array, array.shape, array.dtype

    def __getitem__(self, rows):
        assert isinstance(rows, slice)
        return self._array[rows]


def memory_map(array, folder):
    mapped = np.memmap(folder / "states.bin", dtype=array.dtype, mode="w+", shape=array.shape)
    mapped[:] = array
    return mapped


def hdf5_file(folder, **datasets):
    path = folder / "states.h5"
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[name.replace("__", "/")] = values
    return path
