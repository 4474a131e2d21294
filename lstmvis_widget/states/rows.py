"""Arrays of other libraries and forms as rows that can be read block by block: the parts that `States` reads from.

Each has a shape (T, D), a dtype and slices of rows, as an array has. None copies an array in memory as a whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy, is_small_float, library_of
from lstmvis_widget.given.places import repeated

from .chunks import starts_along
from .paths import picklable
from .small_floats import least_above_zero

Array = NDArray[Any]


def simplified(source: Any) -> Any:
    """The same values in a form whose rows can be read: a plain array where that needs no copy.

    Raises
    ------
    TypeError
        The source can't be read as an array; the message says what it is.
    """
    if isinstance(source, np.ma.MaskedArray):
        return source if np.ma.is_masked(source) else np.asarray(source.data)
    if library_of(source) == "torch":
        return _of_tensor(source)
    if library_of(source) == "scipy" and hasattr(source, "tocsr"):
        return SparseRows.of_scipy(source) if source.ndim == 2 else as_numpy(source)
    if hasattr(source, "shape") and hasattr(source, "dtype") and hasattr(source, "__getitem__"):
        return source
    return _of_frame(source) if hasattr(source, "columns") else as_numpy(source)


def _of_frame(frame: Any) -> Array:
    """A table of pandas, polars or pyarrow, a cell a column: column by column where numpy would make objects of it."""
    if library_of(frame) == "pyarrow":
        return np.column_stack([as_numpy(column) for column in frame.columns])
    values = np.asarray(frame) if library_of(frame) != "polars" else as_numpy(frame)
    if values.dtype == object and library_of(frame) == "pandas":
        return np.column_stack([as_numpy(frame.iloc[:, place]) for place in range(frame.shape[1])])
    return values


def _of_tensor(tensor: Any) -> Any:
    if str(tensor.layout) != "torch.strided":
        return SparseRows.of_torch(tensor) if tensor.ndim == 2 else as_numpy(tensor)
    on_this_device = tensor.device.type == "cpu" and not is_small_float(tensor.dtype)
    return as_numpy(tensor) if on_this_device and not tensor.is_complex() else tensor.detach()


def dtype_of(source: Any) -> np.dtype[Any]:
    """The dtype of what `block` reads of a source.

    Integers of a source whose slices are masked are read as float64, since a masked one is NaN.

    Raises
    ------
    TypeError
        The source has a dtype of another library that can't be converted.
    """
    try:
        dtype: np.dtype[Any] | None = np.dtype(source.dtype)
    except TypeError:
        dtype = None
    if dtype is not None:
        if is_small_float(dtype):
            return np.dtype(np.float32)
        if dtype.kind not in "iub" or isinstance(source, h5py.Dataset) or type(source) is np.ndarray:
            return dtype
        with contextlib.suppress(Exception):  # an exception of a foreign type: reading will say what it is
            return np.dtype(np.float64) if isinstance(source[:0], np.ma.MaskedArray) else dtype
        return dtype
    try:
        found: np.dtype[Any] = as_numpy(source[:0]).dtype
    except Exception as error:
        msg = f"states of dtype {source.dtype} can't be converted to numpy: {error}"
        raise TypeError(msg) from error
    return found


def block(source: Any, rows: Any) -> Array:
    """``source[rows]`` as numpy has it, with NaN where it is masked."""
    part = source[rows]
    return part if type(part) is np.ndarray and part.dtype.kind != "V" else as_numpy(part)


def is_in_memory(source: Any) -> bool:
    """Whether rows of a source can be compared with a threshold as they lie in memory."""
    return (type(source) is np.ndarray and source.dtype.kind != "V") or bool(getattr(source, "in_memory", False))


class Stretch:
    """Some successive rows of an array (T, D), or of one member of an array (B, T, D).

    Parameters
    ----------
    source : array_like
    start, stop : int
        The rows.
    member : int, optional
        Which of the B.
    """

    def __init__(self, source: Any, start: int, stop: int, member: int | None = None) -> None:
        self.source, self.start, self.stop, self.member = source, start, stop, member

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def cells(self) -> int:
        """D."""
        return int(self.source.shape[-1])

    @property
    def is_whole(self) -> bool:
        """Whether it is all of an array (T, D)."""
        return self.member is None and (self.start, self.stop) == (0, self.source.shape[0])

    def part(self, start: int, stop: int) -> Stretch:
        """Some rows of the stretch, counted from its start."""
        return Stretch(self.source, self.start + start, self.start + stop, self.member)

    def clipped(self, start: int, stop: int) -> Stretch:
        """Those of its rows that lie in [start, stop), counted from its start."""
        return self.part(max(start, 0), min(stop, len(self)))

    def read(self, start: int, stop: int) -> Array:
        """Rows of the stretch, counted from its start."""
        rows = slice(self.start + start, self.start + stop)
        return block(self.source, rows if self.member is None else (self.member, rows))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"source": picklable(self.source)}


class JoinedRows:
    """Stretches of rows, one after the other, without a copy of them.

    Parameters
    ----------
    stretches : sequence of Stretch
        Of the same number of cells.
    cells : int
        D.
    dtype : numpy dtype
        Of what is read.

    Attributes
    ----------
    stretches : tuple of Stretch
    """

    def __init__(self, stretches: Sequence[Stretch], cells: int, dtype: np.dtype[Any]) -> None:
        self.stretches = tuple(stretches)
        self._ends = np.cumsum([0, *map(len, self.stretches)])
        self.shape = (int(self._ends[-1]), cells)
        self.dtype = dtype
        self.least_above_zero = min(least_above_zero(each.source) for each in self.stretches)
        self.in_memory = all(is_in_memory(each.source) and each.source.dtype == dtype for each in self.stretches)
        self._chunks = _ChunksOfArrays()
        self._runs = self._chunks.runs(self.stretches)

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.shape[0])
        first = int(np.searchsorted(self._ends, start, side="right")) - 1
        last = int(np.searchsorted(self._ends, stop, side="left"))
        wanted = [
            stretch.part(max(start - begin, 0), min(stop - begin, len(stretch)))
            for stretch, begin in zip(self.stretches[first:last], self._ends[first:last].tolist(), strict=True)
        ]
        parts = []
        for _, run in groupby(zip(wanted, self._runs[first:last], strict=True), lambda each: each[1]):
            parts += _read_together([stretch for stretch, _ in run])
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts, dtype=self.dtype) if parts else np.empty((0, self.shape[1]), self.dtype)

    def chunk_starts(self) -> Array | None:
        """Where the chunks of all stretches begin; None if no array has any."""
        found, previous = [np.zeros(1, np.int64)], -1
        for stretch, begin, run in zip(self.stretches, self._ends[:-1].tolist(), self._runs, strict=True):
            if run != previous:
                found.append(self._chunks.starts_in(stretch) + begin)
            previous = run
        return np.unique(np.concatenate(found)) if self._chunks.are_there else None


def joined_rows(stretches: Sequence[Stretch]) -> Any:
    """Stretches of rows of the same number of cells, one after the other, without a copy of them.

    Sources of one kind may have their own way to join them, ``joined``.

    Raises
    ------
    TypeError
        One of them isn't of real numbers.
    """
    dtypes = {dtype_of(each.source) for each in stretches}
    other = next((each for each in dtypes if each.kind not in "fiub"), None)
    if other is not None:
        msg = f"states must be real numbers (float, integer or bool dtype); one of these arrays has dtype {other}"
        raise TypeError(msg)
    first, dtype = stretches[0], np.result_type(*dtypes)
    if hasattr(first.source, "joined") and len({type(each.source) for each in stretches}) == 1:
        return first.source.joined(stretches, dtype)
    return JoinedRows(stretches, first.cells, dtype)


class _ChunksOfArrays:
    """The chunks of the arrays that stretches of rows lie in."""

    def __init__(self) -> None:
        self._starts: dict[tuple[int, int], Array | None] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _ChunksOfArrays, ()  # the arrays that a pickle makes are others

    def _along(self, source: Any, axis: int) -> Array | None:
        key = id(source), axis
        if key not in self._starts:
            self._starts[key] = starts_along(source, axis)
        return self._starts[key]

    @property
    def are_there(self) -> bool:
        """Whether one of the arrays that were asked for is read by whole chunks."""
        return any(starts is not None for starts in self._starts.values())

    def runs(self, stretches: Sequence[Stretch]) -> list[int]:
        """For each stretch the number of its run: those of a run are members of one array that share chunks."""
        numbers: list[int] = []
        previous = None
        for place, stretch in enumerate(stretches):
            chunk = self._shared(stretch)
            numbers.append(numbers[-1] if chunk is not None and chunk == previous else place)
            previous = chunk
        return numbers

    def _shared(self, stretch: Stretch) -> tuple[int, int] | None:
        """The array and the number of the chunk that a stretch shares with other members, if there is one."""
        if stretch.member is None:
            return None
        starts = self._along(stretch.source, 0)
        if starts is None or len(starts) == stretch.source.shape[0]:
            return None
        return id(stretch.source), int(np.searchsorted(starts, stretch.member, side="right"))

    def starts_in(self, stretch: Stretch) -> Array:
        """Where chunks begin in a stretch, counted from its start, which counts as one."""
        inner = None if self._shared(stretch) else self._along(stretch.source, 0 if stretch.member is None else 1)
        if inner is None:
            return np.zeros(1, np.int64)
        return np.append(0, inner[(inner > stretch.start) & (inner < stretch.stop)] - stretch.start)


def _read_together(stretches: Sequence[Stretch]) -> list[Array]:
    """The rows of a stretch; or of several, which are members of one array, by one read of these members."""
    if len(stretches) == 1:
        return [stretches[0].read(0, len(stretches[0]))]
    start, stop = min(each.start for each in stretches), max(each.stop for each in stretches)
    places = np.array([each.member for each in stretches])
    first = int(places.min())
    values = block(stretches[0].source, (slice(first, int(places.max()) + 1), slice(start, stop)))
    return [
        values[place - first, each.start - start : each.stop - start]
        for place, each in zip(places.tolist(), stretches, strict=True)
    ]


class SparseRows:
    """A sparse matrix by rows (CSR); the rows that are read are made dense.

    Parameters
    ----------
    ends : ndarray of int, shape (T + 1,)
        Row t has the entries ``ends[t]`` up to ``ends[t + 1]``.
    columns, values : ndarray, shape (n,)
        Cell and value of each entry; no cell occurs twice in a row.
    cells : int
        D.
    """

    def __init__(self, ends: Array, columns: Array, values: Array, cells: int) -> None:
        self._ends, self._columns, self._values = ends, columns, values
        self.shape, self.dtype = (len(ends) - 1, cells), values.dtype

    @classmethod
    def of_scipy(cls, matrix: Any) -> SparseRows:
        """Of a matrix or array of scipy in any format; CSR isn't copied, unless an entry occurs twice."""
        rows = matrix.tocsr()
        if not rows.has_canonical_format:
            rows = rows.copy()
            rows.sum_duplicates()
        return cls(rows.indptr, rows.indices, np.asarray(rows.data), rows.shape[1])

    @classmethod
    def of_torch(cls, tensor: Any) -> SparseRows:
        """Of a sparse tensor of PyTorch in any layout."""
        by_row = (tensor if str(tensor.layout) == "torch.sparse_coo" else tensor.to_sparse()).detach().coalesce()
        rows, columns = as_numpy(by_row.indices())
        ends = np.searchsorted(rows, np.arange(tensor.shape[0] + 1))
        return cls(ends, columns, as_numpy(by_row.values()), tensor.shape[1])

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.shape[0])
        ends = self._ends[start : stop + 1]
        entries = slice(int(ends[0]), int(ends[-1]))
        dense = np.zeros((stop - start, self.shape[1]), self.dtype)
        dense[repeated(np.arange(stop - start), np.diff(ends)), self._columns[entries]] = self._values[entries]
        return dense
