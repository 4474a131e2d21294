"""What has one entry a step, of any library: read as numbers or as labels. This module alone decides which it is."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from decimal import Decimal
from numbers import Complex, Real
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from .arrays import as_numpy
from .brief import brief
from .missing import is_missing
from .tables import columns_of, is_table

Array = NDArray[Any]
Floats = NDArray[np.float64]
Labels = list[str | None]

NESTED = ("List(", "Array(", "Struct(", "list<", "large_list<", "fixed_size_list<", "struct<", "map<")
"""How the names of dtypes begin whose entries hold several values."""

CATEGORICAL = ("category", "dictionary<", "dictionary[", "Categorical", "Enum")
"""How the names of dtypes begin whose values are labels, of pandas, pyarrow and polars, though they may be numbers."""


def numbers_or_labels(values: Any, what: str) -> Floats | Labels:
    """A column as numbers, NaN for missing ones, or as labels, None for missing ones.

    | given | read as |
    | --- | --- |
    | numbers of any dtype, with or without missing ones | numbers |
    | booleans, with or without missing ones | the numbers 0 and 1 |
    | Decimals, Fractions | numbers |
    | text | labels |
    | bytes | labels, read as UTF-8 |
    | categorical columns (pandas ``category``, polars ``Categorical`` and ``Enum``, pyarrow ``dictionary``), enumerations of HDF5 | labels, also where the categories are numbers |
    | members of an ``enum.Enum`` | labels, the names of the members |
    | text or bytes mixed with numbers | labels |
    | dates and times | labels, such as ``2021-05-01`` |
    | nothing but missing entries | numbers if the dtype is one of numbers, else labels |
    | any other objects | labels: their text |
    | complex numbers, durations, lists, tuples, mappings | refused |

    Missing are None, NaN, NaT, the NA of pandas, nulls of polars and pyarrow, and what a masked array masks. Axes of
    length 1 are left out.

    Parameters
    ----------
    values : iterable, array, tensor, column, h5py dataset, or table of one column
    what : str
        Its name in messages.

    Returns
    -------
    float64 array of shape (n,), or list of n str or None

    Raises
    ------
    TypeError
        It isn't a list of entries, or has several entries a step; the message says what to give instead.
    """  # noqa: E501  (a row of a table is one line)
    column = _only_column(values, what)
    entries = entries_of(column, what)
    if is_categorical(column):
        return _texts(entries)
    numbers = _numbers(entries, what)
    return _texts(entries) if numbers is None else numbers


def labels_of(values: Any, what: str) -> Labels:
    """The same, but always labels: whole numbers become text without a point, booleans ``True`` and ``False``."""
    column = _only_column(values, what)
    entries = entries_of(column, what)
    _numbers(entries, what)  # refuses what is neither
    if _is_boolean(column) and entries.dtype.kind == "f":  # floats because of missing ones
        return [None if math.isnan(each) else str(bool(each)) for each in entries.tolist()]
    return _texts(entries)


def numbers_of(values: Any, what: str) -> Floats:
    """The same, but always numbers; TypeError where an entry is no number."""
    entries = entries_of(values, what)
    numbers = _numbers(entries, what)
    if numbers is None:
        texts = _texts(entries)
        first = next((text for text in texts if text is not None), None)
        if first is None:
            return np.full(len(texts), np.nan)
        raise TypeError(f"{what} must be T real numbers; got labels such as {brief(first)}")
    return numbers


def is_categorical(values: Any) -> bool:
    """Whether the values are of a dtype for labels: its categories may be numbers."""
    dtype = _dtype_of(values)
    if isinstance(dtype, np.dtype):
        return h5py.check_enum_dtype(dtype) is not None
    return dtype is not None and str(dtype).startswith(CATEGORICAL)


def entries_of(values: Any, what: str) -> Array:
    """The entries of a column as an array of one axis: of numbers, of text or of objects.

    Raises
    ------
    TypeError
        It isn't a list of entries, or has several entries a step.
    """
    values = _only_column(values, what)
    check_listed(values, what)
    if str(_dtype_of(values)).startswith(NESTED):
        raise TypeError(f"{what} must have one entry a time step; got {INSTEAD['several']}")
    names = _names_of_numbers(values)
    array = as_numpy(values) if _is_array(values) else _of_list(list(values))
    array = _one_axis(array, values, what)
    if array.dtype.kind == "O":
        array = _unwrapped(array)
    return array if names is None else _named(array, names)


def check_listed(values: Any, what: str) -> None:
    """Raise TypeError where a value isn't a list of entries in an order."""
    unordered = isinstance(values, Mapping | AbstractSet) and not isinstance(values, type({}.keys()))
    if isinstance(values, str | bytes) or unordered or not (isinstance(values, Iterable) or _is_array(values)):
        raise TypeError(f"{what} must be a sequence with one entry a time step; got {described(values)}")
    if getattr(values, "shape", None) == ():
        raise TypeError(f"{what} must be a sequence with one entry a time step; got one value, {brief(values)}")


def described(value: Any) -> str:
    """The type of a value, and the value in short."""
    return f"{type(value).__name__}, {brief(value)}"


def _only_column(values: Any, what: str) -> Any:
    """The column of a table of one column; anything else itself."""
    if not is_table(values):
        return values
    columns = columns_of(values)
    if len(columns) != 1:
        raise TypeError(
            f"{what} must have one entry a time step; got a table of {len(columns)} columns: give one of them, or "
            "tracks=table for all of them"
        )
    return next(iter(columns.values()))


def _is_array(values: Any) -> bool:
    """Whether numpy, or the library of the values, knows how to read them."""
    return hasattr(values, "__array__") or hasattr(values, "dtype") or hasattr(values, "type")


def _of_list(rows: list[Any]) -> Array:
    """A list as an array, without numpy's conversion of mixed entries to text."""
    kinds = set(map(type, rows))
    if kinds and kinds <= {float, int, bool}:
        return np.array(rows)
    if kinds and all(_holds_several(kind) for kind in kinds) and {_shape(row) for row in rows} == {(1,)}:
        return _of_list([row[0] for row in rows])
    return np.fromiter(rows, object, len(rows))


def _holds_several(kind: type) -> bool:
    return issubclass(kind, list | tuple) or (hasattr(kind, "__array__") and not issubclass(kind, np.generic))


def _shape(row: Any) -> tuple[int, ...]:
    return tuple(row.shape) if hasattr(row, "shape") else (len(row),)


def _one_axis(array: Array, values: Any, what: str) -> Array:
    if array.dtype.kind == "V":
        raise TypeError(f"{what} must have one entry a time step; got {brief(values)}: give one of its fields")
    if sum(length != 1 for length in array.shape) > 1:
        raise TypeError(
            f"{what} must have one entry a time step; got {brief(values)}: give a track a column, as in values[:, 0], "
            "or TopKTrack(labels, scores) for k scored labels a step"
        )
    return array.reshape(-1)


def _unwrapped(array: Array) -> Array:
    """Objects that hold one value, such as scalars of pyarrow and tensors without axes, as that value."""
    rows = array.tolist()
    wrapped = {kind for kind in set(map(type, rows)) if hasattr(kind, "as_py") or hasattr(kind, "item")}
    wrapped -= {kind for kind in wrapped if issubclass(kind, np.generic | np.ma.core.MaskedConstant)}
    if not wrapped:
        return array
    return np.fromiter((_value(row) if type(row) in wrapped else row for row in rows), object, len(rows))


def _value(entry: Any) -> Any:
    if hasattr(entry, "as_py"):
        return entry.as_py()
    return entry.item() if getattr(entry, "shape", None) == () else entry


def _names_of_numbers(values: Any) -> dict[int, str] | None:
    """The names of an HDF5 enumeration; None for anything else."""
    dtype = getattr(values, "dtype", None)
    names = h5py.check_enum_dtype(dtype) if isinstance(dtype, np.dtype) else None
    return None if names is None else {int(number): str(name) for name, number in names.items()}


def _named(numbers: Array, names: Mapping[int, str]) -> Array:
    distinct, places = np.unique(numbers, return_inverse=True)
    texts = np.array([names.get(number, str(number)) for number in distinct.tolist()], object)
    found: Array = texts[places.reshape(-1)]
    return found


# ------------------------------------------------------- numbers, labels, or neither


def _numbers(entries: Array, what: str) -> Floats | None:
    """The entries as numbers; None if they are labels.

    Raises
    ------
    TypeError
        They are neither.
    """
    kind = entries.dtype.kind
    if kind in "fiub":
        return entries.astype(np.float64)
    if kind in "cm":
        _refuse(entries[:1].tolist()[0] if len(entries) else 0, kind, what)
    if kind != "O":
        return None
    rows = entries.tolist()
    kinds = set(map(type, rows))
    if any(issubclass(each, str) for each in kinds):
        _check_each(rows, kinds, what)
        return None
    numeric = {each for each in kinds if _is_numeric(each)}
    others = {each for each in kinds - numeric if each.__name__ not in MISSING}
    _check_each(rows, others, what)
    if others:
        return None
    try:
        numbers = np.array([math.nan if is_missing(row) else float(row) for row in rows], np.float64)
    except OverflowError as error:
        raise TypeError(f"{what} has a number that is too large for a float") from error
    return None if np.isnan(numbers).all() else numbers


def _is_numeric(kind: type) -> bool:
    return issubclass(kind, Real | Decimal | np.bool_) and not issubclass(kind, enum.Enum | np.timedelta64)


def _check_each(rows: list[Any], kinds: set[type], what: str) -> None:
    """Refuse entries that are neither numbers nor labels."""
    for kind in kinds:
        if issubclass(kind, enum.Enum) or kind.__name__ in MISSING:
            continue
        wrong = None
        if issubclass(kind, timedelta | np.timedelta64):
            wrong = "m"
        elif issubclass(kind, Complex) and not issubclass(kind, Real):
            wrong = "c"
        elif _holds_several(kind) or issubclass(kind, Mapping | AbstractSet | np.void):
            wrong = "several"
        if wrong is not None:
            _refuse(next(row for row in rows if type(row) is kind), wrong, what)


MISSING = ("NoneType", "NAType", "NaTType", "MaskedConstant")
"""Names of the types whose only value means that there is none."""

INSTEAD = {
    "c": "complex numbers: give values.real or abs(values)",
    "m": "durations: give them in a unit, as in values / numpy.timedelta64(1, 's')",
    "several": "several values a step: give a track a column, or TopKTrack(labels, scores) for k scored labels a step",
}


def _refuse(entry: Any, kind: str, what: str) -> None:
    raise TypeError(f"{what} must have one number or one label a time step; got {brief(entry)}, {INSTEAD[kind]}")


def _dtype_of(values: Any) -> Any:
    return None if isinstance(values, type) else getattr(values, "dtype", getattr(values, "type", None))


def _is_boolean(values: Any) -> bool:
    return str(_dtype_of(values)).lower().removeprefix("torch.").startswith("bool")


def _texts(entries: Array) -> Labels:
    kind = entries.dtype.kind
    if kind == "M":
        return _texts_of_times(entries)
    rows = entries.tolist() if kind in "OUSTiub" else list(entries)
    kinds = set(map(type, rows))
    if kinds <= {str, type(None)}:
        return rows
    numeric = {each for each in kinds if issubclass(each, Real) and not issubclass(each, int | np.bool_ | enum.Enum)}
    whole = all(float(row).is_integer() for row in rows if type(row) in numeric and not is_missing(row))
    return [_text(row, whole=whole and type(row) in numeric) for row in rows]


def _text(entry: Any, *, whole: bool) -> str | None:
    if isinstance(entry, str):
        return str(entry)
    if is_missing(entry):
        return None
    if isinstance(entry, bytes | bytearray):
        return entry.decode("utf-8", "replace")
    if isinstance(entry, enum.Enum):
        return entry.name
    return str(int(entry)) if whole else str(entry)


def _texts_of_times(times: Array) -> Labels:
    unit = np.datetime_data(times.dtype)[0]
    if unit in ("generic", "Y", "M", "W"):
        texts = np.datetime_as_string(times).tolist()
        return [None if text == "NaT" else text for text in texts]
    rows = times.tolist() if unit == "D" else times.astype("M8[us]").tolist()
    return [None if row is None else str(row) for row in rows]
