"""What has one entry a step, of any library: read as numbers or as labels. This module alone decides which it is.

Entries are converted and checked by their distinct values and types, not one by one, so that a million take a tenth of
a second.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from numbers import Complex, Real
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from .arrays import as_numpy, categories_of
from .brief import brief
from .coded import CodedLabels, counted, distinct_numbers, distinct_objects, distinct_rows
from .missing import is_missing
from .tables import columns_of, is_table

Array = NDArray[Any]
Floats = NDArray[np.float64]
Labels = list[str | None]

NESTED = ("List(", "Array(", "Struct(", "list<", "large_list<", "fixed_size_list<", "struct<", "map<")
"""How the names of dtypes begin whose entries hold several values."""

CATEGORICAL = ("category", "dictionary<", "dictionary[", "Categorical", "Enum")
"""How the names of dtypes begin whose values are labels, of pandas, pyarrow and polars, though they may be numbers."""


class Entries:
    """The entries of a column, one a step: an array of one axis, or the rows of a list of objects.

    Parameters
    ----------
    values : ndarray, list or CodedLabels
        An array of numbers, times, text or objects; a list of anything but numbers; or texts that are coded already.
    is_categorical : bool
        Whether the column has a dtype for labels: its categories may be numbers.
    is_boolean : bool
        Whether the column has a dtype of booleans; with missing ones its entries are floats.
    """

    def __init__(
        self, values: Array | list[Any] | CodedLabels, *, is_categorical: bool = False, is_boolean: bool = False
    ) -> None:
        self.is_categorical, self.is_boolean = is_categorical, is_boolean
        self.coded = values if isinstance(values, CodedLabels) else None
        self._values = values.texts() if isinstance(values, CodedLabels) else values

    def __len__(self) -> int:
        return len(self._values)

    @property
    def kind(self) -> str:
        """The kind of their numpy dtype: ``"O"`` for objects."""
        return "O" if isinstance(self._values, list) else self._values.dtype.kind

    @cached_property
    def array(self) -> Array:
        """The entries as an array of one axis."""
        given = self._values
        return np.fromiter(given, object, len(given)) if isinstance(given, list) else given

    @cached_property
    def rows(self) -> list[Any]:
        """The entries one by one: texts and whole numbers are Python's own."""
        if isinstance(self._values, list):
            return self._values
        return self._values.tolist() if self.kind in "OUSTiub" else list(self._values)

    @cached_property
    def kinds(self) -> set[type]:
        """The types of `rows`."""
        return set(map(type, self.rows))


def numbers_or_labels(values: Any, what: str) -> Floats | CodedLabels:
    """A column as numbers, NaN for missing ones, or as labels.

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
    float64 array of shape (n,), or CodedLabels

    Raises
    ------
    TypeError
        It isn't a list of entries, or has several entries a step; the message says what to give instead.
    """  # noqa: E501  (a row of a table is one line)
    entries = entries_of(values, what)
    if entries.is_categorical:
        return _coded(entries)
    numbers = _numbers(entries, what)
    return _coded(entries) if numbers is None else numbers


def coded_labels(values: Any, what: str) -> CodedLabels:
    """The same, but always labels: whole numbers become text without a point, booleans ``True`` and ``False``.

    `CodedLabels` are returned as they are.
    """
    if isinstance(values, CodedLabels):
        return values
    entries = entries_of(values, what)
    _numbers(entries, what)  # refuses what is neither
    return _coded(entries)


def labels_of(values: Any, what: str) -> Labels:
    """The same as a list of n texts, None for missing ones."""
    found: Labels = coded_labels(values, what).texts().tolist()
    return found


def numbers_of(values: Any, what: str) -> Floats:
    """The same, but always numbers; TypeError where an entry is no number."""
    entries = entries_of(values, what)
    numbers = _numbers(entries, what)
    if numbers is None:
        labels = _coded(entries)
        if not labels.names:
            return np.full(len(labels), np.nan)
        raise TypeError(f"{what} must be T real numbers; got labels such as {brief(labels.names[0])}")
    return numbers


def is_categorical(values: Any) -> bool:
    """Whether the values are of a dtype for labels: its categories may be numbers."""
    dtype = _dtype_of(values)
    if isinstance(dtype, np.dtype):
        return h5py.check_enum_dtype(dtype) is not None
    return dtype is not None and str(dtype).startswith(CATEGORICAL)


def entries_of(values: Any, what: str) -> Entries:
    """The entries of a column.

    Raises
    ------
    TypeError
        It isn't a list of entries, or has several entries a step.
    """
    if isinstance(values, Entries):
        return values
    values = _only_column(values, what)
    check_listed(values, what)
    if str(_dtype_of(values)).startswith(NESTED):
        raise TypeError(f"{what} must have one entry a time step; got {INSTEAD['several']}")
    names = _names_of_numbers(values)
    coded = categories_of(values)
    if coded is not None:
        return Entries(coded, is_categorical=True)
    found = as_numpy(values) if _is_array(values) else _of_list(list(values))
    if isinstance(found, np.ndarray):
        found = _one_axis(found, values, what)
        if found.dtype.kind == "O":
            found = _unwrapped(found.tolist())
        elif names is not None:
            found = _named(found, names)
    return Entries(found, is_categorical=is_categorical(values), is_boolean=_is_boolean(values))


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


def _of_list(rows: list[Any]) -> Array | list[Any]:
    """A list as it is, but numbers as an array; without numpy's conversion of mixed entries to text."""
    kinds = set(map(type, rows))
    if kinds and kinds <= {float, int, bool}:
        return np.array(rows)
    if kinds and all(_holds_several(kind) for kind in kinds) and {_shape(row) for row in rows} == {(1,)}:
        return _of_list([row[0] for row in rows])
    return _unwrapped(rows, kinds)


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
            "TopKTrack(labels, scores) for k scored labels a step, or OutputTrack(scores, classes) for scores of all "
            "classes"
        )
    return array.reshape(-1)


def _unwrapped(rows: list[Any], kinds: set[type] | None = None) -> list[Any]:
    """Objects that hold one value, such as scalars of pyarrow and tensors without axes, as that value."""
    kinds = set(map(type, rows)) if kinds is None else kinds
    wrapped = {kind for kind in kinds if hasattr(kind, "as_py") or hasattr(kind, "item")}
    wrapped -= {kind for kind in wrapped if issubclass(kind, np.generic | np.ma.core.MaskedConstant)}
    return [_value(row) if type(row) in wrapped else row for row in rows] if wrapped else rows


def _value(entry: Any) -> Any:
    if hasattr(entry, "as_py"):
        return entry.as_py()
    return entry.item() if getattr(entry, "shape", None) == () else entry


def _names_of_numbers(values: Any) -> dict[int, str] | None:
    """The names of an HDF5 enumeration; None for anything else."""
    dtype = getattr(values, "dtype", None)
    names = h5py.check_enum_dtype(dtype) if isinstance(dtype, np.dtype) else None
    return None if names is None else {int(number): str(name) for name, number in names.items()}


def _named(numbers: Array, names: Mapping[int, str]) -> list[str]:
    distinct, places, _ = counted(numbers)
    texts = np.array([names.get(number, str(number)) for number in distinct.tolist()], object)
    found: list[str] = texts[places].tolist()
    return found


# ------------------------------------------------------- numbers, labels, or neither


def _numbers(entries: Entries, what: str) -> Floats | None:
    """The entries as numbers; None if they are labels.

    Raises
    ------
    TypeError
        They are neither.
    """
    kind = entries.kind
    if kind in "fiub":
        return entries.array.astype(np.float64)
    if kind in "cm":
        _refuse(entries.array[:1].tolist()[0] if len(entries) else 0, kind, what)
    if kind != "O":
        return None
    rows, kinds = entries.rows, entries.kinds
    if any(issubclass(each, str) for each in kinds):
        _check_each(rows, kinds, what)
        return None
    numeric = {each for each in kinds if _is_numeric(each)}
    others = {each for each in kinds - numeric if each.__name__ not in MISSING}
    _check_each(rows, others, what)
    if others:
        return None
    try:
        if kinds <= {int, float, bool, type(None)}:
            numbers = entries.array.astype(np.float64)  # None becomes NaN
        else:
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
    "several": "several values a step: give a track a column, TopKTrack(labels, scores) for k scored labels a step, "
    "or OutputTrack(scores, classes) for scores of all classes",
}


def _refuse(entry: Any, kind: str, what: str) -> None:
    raise TypeError(f"{what} must have one number or one label a time step; got {brief(entry)}, {INSTEAD[kind]}")


def _dtype_of(values: Any) -> Any:
    return None if isinstance(values, type) else getattr(values, "dtype", getattr(values, "type", None))


def _is_boolean(values: Any) -> bool:
    return str(_dtype_of(values)).lower().removeprefix("torch.").startswith("bool")


def _coded(entries: Entries) -> CodedLabels:
    """The entries as labels: the texts of the distinct ones."""
    if entries.coded is not None:
        return entries.coded
    if entries.kind == "M":
        times, codes = distinct_numbers(entries.array)
        return CodedLabels.of(_texts_of_times(times), codes)
    if entries.kind not in "OUST":
        numbers, codes = distinct_numbers(entries.array)
        if entries.is_boolean and entries.kind == "f":  # floats because of missing ones
            return CodedLabels.of([None if math.isnan(each) else str(bool(each)) for each in numbers.tolist()], codes)
        return CodedLabels.of(_texts(Entries(numbers)), codes)
    if entries.kinds <= {float, type(None)}:  # of which equal ones may differ as texts: 0.0 and −0.0
        return _coded(Entries(entries.array.astype(np.float64)))
    distinct, places = (distinct_rows if _told_by_value(entries.kinds) else distinct_objects)(entries.rows)
    return CodedLabels.of(_texts(Entries(distinct)), places)


def _told_by_value(kinds: set[type]) -> bool:
    """Whether equal objects of these types always have the same text."""
    others = {each for each in kinds if each not in {bytes, type(None)} and not _is_plain_text(each)}
    return not others or (len(others) == 1 and others <= {int, bool, np.bool_})


def _is_plain_text(kind: type) -> bool:
    own = ("__str__", "__eq__", "__hash__")
    return kind is np.str_ or (issubclass(kind, str) and all(getattr(kind, name) is getattr(str, name) for name in own))


def _texts(entries: Entries) -> Labels:
    rows, kinds = entries.rows, entries.kinds
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
