"""Arrays and columns of every library as numpy arrays."""

import ml_dtypes
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
import torch
from numpy.testing import assert_array_equal

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.missing import is_missing

NUMBERS = [[1.5, -2.0], [0.0, 0.25]]


@pytest.mark.parametrize(
    "given",
    [
        NUMBERS,
        np.array(NUMBERS),
        np.array(NUMBERS, ml_dtypes.bfloat16),
        np.array(NUMBERS, ml_dtypes.float8_e4m3fn),
        np.ma.array(NUMBERS),
        torch.tensor(NUMBERS, requires_grad=True),
        torch.tensor(NUMBERS, dtype=torch.bfloat16),
        torch.tensor(NUMBERS).to(torch.float8_e5m2),
        torch.tensor(NUMBERS).to_sparse(),
        scipy.sparse.csr_matrix(NUMBERS),
        scipy.sparse.coo_array(NUMBERS),
        pd.DataFrame(NUMBERS),
        pl.DataFrame(NUMBERS, orient="row"),
    ],
    ids=lambda given: f"{type(given).__module__}.{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_states_of_every_library_are_the_same_numbers(given):
    found = as_numpy(given)
    assert type(found) is np.ndarray
    assert found.dtype.kind == "f"
    assert_array_equal(found, NUMBERS)


def test_values_of_cupy_are_brought_here_as_it_asks(monkeypatch):
    class OnDevice:
        """What of a CuPy array counts here: `numpy.asarray` is refused."""

        shape, ndim, dtype = (2, 2), 2, np.dtype(float)

        def __array__(self, *_, **__):
            raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`")

        def get(self):
            return np.array(NUMBERS)

    monkeypatch.setattr(OnDevice, "__module__", "cupy")
    assert_array_equal(as_numpy(OnDevice()), NUMBERS)


@pytest.mark.parametrize(
    "given",
    [
        np.ma.array([1, 0, 0], mask=[0, 1, 0]),
        np.ma.array([1.0, 5.0, 0.0], mask=[0, 1, 0]),
        np.ma.array([True, True, False], mask=[0, 1, 0]),
        pd.Series([1, None, 0], dtype="Int64"),
        pd.Series([True, None, False], dtype="boolean"),
        pd.Series([1, None, 0], dtype="Float32"),
        pd.Series([1, None, 0], dtype="int64[pyarrow]"),
        pl.Series([1, None, 0]),
        pl.Series([True, None, False]),
        pa.array([1, None, 0]),
        pa.array([True, None, False]),
        pa.chunked_array([[1.0], [None, 0.0]]),
    ],
    ids=lambda given: f"{type(given).__module__}.{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_missing_numbers_are_nan(given):
    assert_array_equal(as_numpy(given).astype(float), [1, np.nan, 0])


@pytest.mark.parametrize(
    "given",
    [
        np.ma.array(["a", "x", "b"], mask=[0, 1, 0]),
        pd.Series(["a", None, "b"]),
        pd.Series(["a", pd.NA, "b"], dtype="string"),
        pd.Series(["a", None, "b"], dtype="category"),
        pl.Series(["a", None, "b"]),
        pl.Series(["a", None, "b"], dtype=pl.Categorical),
        pa.array(["a", None, "b"]),
        pa.array(["a", None, "b"]).dictionary_encode(),
    ],
    ids=lambda given: f"{type(given).__module__}.{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_missing_labels_are_none(given):
    assert as_numpy(given).tolist() == ["a", None, "b"]


@pytest.mark.parametrize("given", [pd.Series([3, 1], dtype="Int8"), pl.Series([3, 1]), pa.array([3, 1])])
def test_integers_without_gaps_stay_integers(given):
    assert as_numpy(given).dtype.kind == "i"


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "longdouble", "complex128", "uint64"])
def test_dtypes_of_numpy_stay_as_they_are(dtype):
    values = np.array([0.1, 3], dtype)
    for given in (values, values.tolist() if dtype == "float64" else values, np.ma.array(values)):
        assert as_numpy(given).dtype == dtype
        assert_array_equal(as_numpy(given), values)


def test_sparse_columns_are_made_dense():
    assert_array_equal(as_numpy(pd.Series(pd.arrays.SparseArray([0, 3]))), [0, 3])


def test_what_is_no_array_is_named():
    with pytest.raises(TypeError, match="type Table"):
        as_numpy(pa.table({"a": [1]}))
    with pytest.raises(TypeError, match="type list"):
        as_numpy([[1], [1, 2]])


@pytest.mark.parametrize(
    "entry", [None, np.nan, float("nan"), pd.NA, pd.NaT, np.datetime64("NaT", "D"), np.ma.masked, pa.scalar(None)]
)
def test_missing_entries(entry):
    assert is_missing(entry)


@pytest.mark.parametrize("entry", [0, "", "nan", False, np.zeros(2), [], pa.scalar(0)])
def test_entries_that_are_there(entry):
    assert not is_missing(entry)
