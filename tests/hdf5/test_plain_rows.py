"""Rows read past the HDF5 library, where that gives the same."""

import os
import threading

import h5py
import numpy as np
import pytest

from lstmvis_widget.hdf5.plain_rows import plain_rows
from lstmvis_widget.states.sources import States

VALUES = np.random.default_rng(0).normal(size=(50, 7))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "states.h5"


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f2", "i1", ">u2"])
def test_plain_rows_are_those_of_the_library(path, dtype):
    with h5py.File(path, "w") as file:
        file["before"] = np.arange(5)
        file["states"] = (np.abs(VALUES) * 10).astype(dtype)
    with h5py.File(path) as file:
        rows = plain_rows(file["states"])
        for start, stop in ((0, 50), (3, 4), (49, 50), (7, 7)):
            found = rows.read(start, stop)
            assert found.dtype == np.dtype(dtype)
            assert found.tobytes() == file["states"][start:stop].tobytes()


def test_others_are_left_to_the_library(path, tmp_path):
    with h5py.File(path, "w") as file:
        for name, options in {
            "chunks": {"chunks": (10, 7)},
            "packed": {"compression": "gzip"},
            "checked": {"fletcher32": True},
            "growing": {"maxshape": (None, 7)},
        }.items():
            file.create_dataset(name, data=VALUES, **options)
        file["on"] = VALUES > 0
        file["row"] = VALUES[0]
        file["complex"] = VALUES.astype(complex)
        file.create_dataset("nothing yet", (50, 7), "f8")
        file.create_dataset("elsewhere", data=VALUES, external=[(str(tmp_path / "raw"), 0, VALUES.nbytes)])
        file["plain"] = VALUES
        layout = h5py.VirtualLayout((50, 7), float)
        layout[:] = h5py.VirtualSource(file["plain"])
        file.create_virtual_dataset("virtual", layout)
        assert plain_rows(file["plain"]) is None  # it may still be written
    with h5py.File(path) as file:
        assert [name for name in file if plain_rows(file[name]) is not None] == ["plain"]
    with h5py.File(path, driver="core") as file:
        assert plain_rows(file["plain"]) is None
    assert plain_rows(VALUES) is None


def test_a_file_with_a_block_of_the_users_is_left_to_the_library(path):
    with h5py.File(path, "w", userblock_size=512) as file:
        file["states"] = VALUES
    with States(str(path)) as states:
        assert np.array_equal(states.read(2, 5), VALUES[2:5])


def test_a_file_that_was_replaced_is_not_read(path):
    with h5py.File(path, "w") as file:
        file["states"] = VALUES
    with h5py.File(path) as file:
        path.replace(path.with_name("old.h5"))
        with h5py.File(path, "w") as other:
            other["states"] = VALUES + 1
        assert plain_rows(file["states"]) is None


def test_a_file_that_is_cut_short_is_said_to_be(path):
    with h5py.File(path, "w") as file:
        file["states"] = VALUES
    with h5py.File(path) as file:
        rows = plain_rows(file["states"])
        os.truncate(path, path.stat().st_size - 8)
        with pytest.raises(OSError, match="ends before"):
            rows.read(49, 50)
        assert len(rows.read(0, 10)) == 10


def test_several_threads_read_at_once(path):
    values = np.repeat(VALUES, 2000, axis=0)
    with h5py.File(path, "w") as file:
        file["states"] = values
    found = {}
    with States(str(path)) as states:

        def read(at):
            found[at] = states.read(at, at + 2000)

        threads = [threading.Thread(target=read, args=(at,)) for at in range(0, 100_000, 5000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 20
    assert all(np.array_equal(rows, values[at : at + 2000]) for at, rows in found.items())
    with pytest.raises(OSError, match="has been closed"):
        states.read(0, 1)
