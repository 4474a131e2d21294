"""Arrays and columns of any library as numpy arrays: the one place that knows how each library stores its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coded import MISSING, CodedLabels

Array = NDArray[Any]

SMALL_FLOATS = ("bfloat16", "float8_", "float6_", "float4_")
"""How the names of dtypes begin that numpy lacks, and that float32 holds exactly."""

TEXTS_OF_PYARROW = ("string", "large_string")
"""Names of the dtypes of texts."""


def as_numpy(values: Any) -> Array:
    """The values as a numpy array.

    | given | result |
    | --- | --- |
    | numpy array, or what ``np.asarray`` reads | as it is |
    | masked array | masked numbers and booleans as NaN, other masked values as None |
    | PyTorch tensor, on any device, sparse, or one that requires grad | its values |
    | CuPy array | its values |
    | bfloat16, float8 and the like, of PyTorch or ml_dtypes | float32, which holds them exactly |
    | scipy.sparse matrix or array | made dense |
    | column of pandas, polars or pyarrow | missing numbers and booleans as NaN, other missing values as None |

    Parameters
    ----------
    values : array_like, tensor, or column

    Returns
    -------
    ndarray
        Of any dtype. Integers and booleans with missing values become float64, which holds integers up to 2**53.

    Raises
    ------
    TypeError
        The values can't be made a numpy array; the message says what they are.
    """
    try:
        return _without_small_floats(_converted(values))
    except (TypeError, ValueError, RuntimeError, AttributeError) as error:
        msg = f"values of type {type(values).__name__} can't be made a numpy array: {error}"
        raise TypeError(msg) from error


def categories_of(values: Any) -> CodedLabels | None:
    """The texts of a categorical column of pandas or pyarrow, as it holds them; None of any other values."""
    if library_of(values) == "pandas" and str(getattr(values, "dtype", "")) == "category":
        column = getattr(values, "cat", values)
        texts, codes = column.categories.tolist(), np.asarray(column.codes)
    elif library_of(values) == "pyarrow" and str(getattr(values, "type", "")).startswith("dictionary"):
        texts, codes = [], np.empty(0, np.int64)
        for chunk in getattr(values, "chunks", [values]):
            places = as_numpy(chunk.indices).astype(np.float64)  # NaN where there is none
            own = np.where(np.isnan(places), MISSING, places + len(texts)).astype(np.int64)
            texts, codes = [*texts, *chunk.dictionary.to_pylist()], np.concatenate([codes, own])
    else:
        return None
    return CodedLabels.of(texts, codes) if set(map(type, texts)) == {str} else None


def library_of(values: Any) -> str:
    """The top package that defines the type of the values, such as ``"torch"``."""
    return type(values).__module__.partition(".")[0]


def is_small_float(dtype: Any) -> bool:
    """Whether this dtype, of PyTorch, ml_dtypes or another library, is a float of 16 bits or less that numpy lacks."""
    return str(dtype).removeprefix("torch.").startswith(SMALL_FLOATS)


def filled(masked: np.ma.MaskedArray[Any, Any]) -> Array:
    """A masked array without its mask: masked numbers are NaN, other masked values None."""
    data, mask = np.asarray(masked.data), np.ma.getmaskarray(masked)
    if not mask.any():
        return data
    if data.dtype.kind in "iub":
        data = data.astype(np.float64)
    elif data.dtype.kind not in "fc" and not is_small_float(data.dtype):
        data = data.astype(object)
    return np.where(mask, np.array(np.nan if data.dtype != object else None, data.dtype), data)


def _converted(values: Any) -> Array:
    if isinstance(values, np.ma.MaskedArray):
        return filled(values)
    convert = _CONVERTERS.get(library_of(values), np.asarray)
    return np.asarray(convert(values))


def _of_tensor(tensor: Any) -> Array:
    tensor = tensor.detach()
    if str(tensor.layout) != "torch.strided":
        tensor = tensor.to_dense()
    if is_small_float(tensor.dtype):
        tensor = tensor.float()
    return np.asarray(tensor.cpu().resolve_conj().resolve_neg().numpy())


def _of_pandas(column: Any) -> Array:
    if column.ndim != 1:
        return np.asarray(column)
    dtype, missing = column.dtype, np.asarray(column.isna())
    if getattr(dtype, "kind", "O") in "fiub":
        plain = np.dtype(
            np.float64 if missing.any() else getattr(dtype, "numpy_dtype", getattr(dtype, "subtype", dtype))
        )
        return np.asarray(column.to_numpy(dtype=plain, na_value=np.nan) if missing.any() else column.to_numpy(plain))
    if not missing.any():
        return np.asarray(column)
    found = np.array(column, dtype=object)
    found[missing] = None
    return found


def _of_polars(column: Any) -> Array:
    if not hasattr(column, "dtype") or not column.null_count():  # a frame, or a column without gaps
        return np.asarray(column.to_numpy())
    if column.dtype.is_numeric() or str(column.dtype) == "Boolean":
        return np.asarray(column.cast(float).to_numpy())
    return _as_objects(column.to_list())


def _of_pyarrow(column: Any) -> Array:
    if not hasattr(column, "null_count"):
        raise TypeError("give a column of it")
    kind = str(column.type)
    if kind.startswith("dictionary"):
        column = column.cast(column.type.value_type)
    if kind == "bool" and column.null_count:
        return np.array([np.nan if each is None else each for each in column.to_pylist()], np.float64)
    if kind.startswith(("int", "uint", "float", "double", "halffloat", "bool")) or kind in TEXTS_OF_PYARROW:
        return np.asarray(column.to_numpy(zero_copy_only=False))
    return _as_objects(column.to_pylist())


def _as_objects(values: list[Any]) -> Array:
    found = np.empty(len(values), object)
    found[:] = values
    return found


def _of_scipy(matrix: Any) -> Array:
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix)


def _without_small_floats(array: Array) -> Array:
    return array.astype(np.float32) if is_small_float(array.dtype) else array


_CONVERTERS: dict[str, Callable[[Any], Array]] = {
    "torch": _of_tensor,
    "cupy": lambda array: array.get(),  # which it asks for, where jax copies unasked
    "scipy": _of_scipy,
    "pandas": _of_pandas,
    "polars": _of_polars,
    "pyarrow": _of_pyarrow,
}
