"""States in a column of a table: a vector a row, or a sequence of vectors a row, as in Hugging Face data sets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.memory import format_bytes, free_memory

from .row_order import RowOrder, order_of
from .table_files import (
    TableFile,
    as_os_error,
    fixed_length,
    flattened,
    lengths_of,
    levels,
    listed,
    open_table,
    plain,
    plain_type,
)

Array = NDArray[Any]
Ints = NDArray[np.int64]

SEQUENCE_COLUMNS = ("sequence", "sequence_id")
"""Columns that say of which sequence a row is, where a row is a step."""

POSITION_COLUMNS = ("position", "step")
"""Columns that say which step of its sequence a row is."""

TOKEN_COLUMNS = ("tokens", "input_ids", "token_ids", "words")
"""Columns of lists that are as long as the lists of states beside them, and quicker to read."""

TEXT_BYTES = 256
"""Memory of the text of an id, roughly."""

BATCH_BYTES = 2**24
"""Bytes of states that are unpacked at once, roughly."""


@dataclass(frozen=True)
class TableLayout:
    """Where the states of a table are.

    Parameters
    ----------
    column : str
    of_sequences : bool
        Whether a row is a sequence, a list of vectors; else a row is a step, a vector.
    cells : int
        D.
    dtype : numpy dtype
    ends : ndarray of int64, shape (groups + 1,)
        Group i of the rows has the steps [ends[i], ends[i + 1]).
    rows_at_once : int
        Rows of the table that have about `BATCH_BYTES`.
    """

    column: str
    of_sequences: bool
    cells: int
    dtype: np.dtype[Any]
    ends: Ints
    rows_at_once: int


class TableRows:
    """The states in a column of a table, read group by group, in batches of rows.

    Parameters
    ----------
    path : Path
    table : TableFile
    layout : TableLayout
    row_order : RowOrder, optional
        The sequences, where a row is one or columns of ids say them. A row of no steps is none.
    """

    def __init__(self, path: Path, table: TableFile, layout: TableLayout, row_order: RowOrder | None = None) -> None:
        self._path, self._table, self.layout, self.row_order = path, table, layout, row_order
        self.shape, self.dtype = (int(layout.ends[-1]), layout.cells), layout.dtype
        self.chunks = (tuple(np.diff(layout.ends).tolist()), (layout.cells,))
        self._reading, self._closed = threading.Lock(), False

    @classmethod
    def known(cls, path: Path, layout: TableLayout) -> TableRows:
        """The same table opened again, in which nothing is looked for."""
        return cls(path, open_table(path), layout)

    def __getitem__(self, rows: slice) -> Array:
        if self._closed:
            msg = f"the file {str(self._path)!r} has been closed; open it again"
            raise ValueError(msg)
        start, stop, _ = rows.indices(self.shape[0])
        found = np.empty((max(0, stop - start), self.layout.cells), self.dtype)
        ends = self.layout.ends
        first = int(np.searchsorted(ends, start, side="right")) - 1
        last = int(np.searchsorted(ends, stop, side="left"))
        with self._reading, as_os_error(self._path):
            for group in range(first, last if stop > start else first):
                at, end = int(ends[group]), int(ends[group + 1])
                for vectors in self._vectors(group):
                    low, high = max(start - at, 0), min(stop - at, len(vectors))
                    if low < high:
                        found[at + low - start : at + high - start] = vectors[low:high]
                    at += len(vectors)
                    if at >= stop:
                        break
                if at > end or (at < end and at < stop):
                    msg = f"group {group} of its rows doesn't hold the {end - int(ends[group]):,} steps that it should"
                    raise OSError(msg)
        return found

    def _vectors(self, group: int) -> Iterator[Array]:
        layout = self.layout
        for batch in self._table.batches(group, [layout.column], layout.rows_at_once):
            column = batch.column(0)
            yield _as_vectors(flattened(column) if layout.of_sequences else column, layout.cells)

    def close(self) -> None:
        """Close the file."""
        self._closed = True
        self._table.close()


def _as_vectors(column: Any, cells: int) -> Array:
    """An array of n lists of D numbers as one of shape (n, D)."""
    column = plain(column)
    if column.null_count:
        raise ValueError("the vector of a step is missing")
    lengths = lengths_of(column)
    wrong = np.flatnonzero(lengths != cells)
    if len(wrong):
        msg = f"the vectors of its steps differ in length: {cells:,} and {int(lengths[wrong[0]]):,} values"
        raise ValueError(msg)
    values: Array = flattened(column).to_numpy(zero_copy_only=False)
    return values.reshape(len(lengths), cells)


# ------------------------------------------------------------------- opening


def open_states_of_table(path: Path, name: str, layout: TableLayout | None = None) -> TableRows:
    """The states in the column of this name of a ``.parquet`` or ``.arrow`` file, or in its only column of float lists.

    A row that is a list of vectors is a sequence; one that is a vector is a step. To know how long its sequences are, a
    column of lists of different length is read once, or that of its tokens.

    Parameters
    ----------
    path : Path
    name : str
        Of the column, or "".
    layout : TableLayout, optional
        What is known of the file from an earlier time; then nothing is looked for.

    Raises
    ------
    OSError
        The file can't be read.
    TypeError
        The column doesn't hold vectors of numbers.
    ValueError
        There is no such column, there are several and no name, or its rows aren't in order.
    ImportError
        pyarrow isn't installed.
    """
    if layout is not None:
        return TableRows.known(path, layout)
    table = open_table(path)
    try:
        with as_os_error(path):
            return _looked_through(path, table, name)
    except BaseException:
        table.close()
        raise


def _looked_through(path: Path, table: TableFile, name: str) -> TableRows:
    column = _column(path, table, name)
    level, leaf = levels(table.schema.field(column).type)
    dtype = np.dtype(leaf.to_pandas_dtype())
    of_sequences = level == 2
    outer = plain_type(table.schema.field(column).type)
    steps_of_row = fixed_length(outer) if of_sequences else 1
    cells = fixed_length(outer.value_type if of_sequences else outer)
    if cells is None:
        cells = _first_length(table, column, of_sequences=of_sequences)
    row_bytes = max(1, cells * dtype.itemsize)
    _check_room(row_bytes * (steps_of_row or 1), f"a row of column {column!r} of {str(path)!r}")
    _check_room(8 * sum(table.rows), f"the lengths of the rows of {str(path)!r}")
    order: RowOrder | None
    if not of_sequences:
        counts: list[int] = list(table.rows)
        order = _order(table, str(path))
    elif steps_of_row is not None:
        counts = [rows * steps_of_row for rows in table.rows]
        order = RowOrder(np.full(sum(table.rows), steps_of_row, np.int64))
    else:
        lengths = _lengths(table, column, cells)
        counts = [int(each.sum()) for each in lengths]
        order = RowOrder(np.concatenate([np.empty(0, np.int64), *lengths]))
        steps_of_row = max(1, sum(counts) // max(1, sum(table.rows)))
    rows_at_once = max(1, BATCH_BYTES // (row_bytes * (steps_of_row or 1)))
    ends = np.cumsum([0, *counts], dtype=np.int64)
    return TableRows(path, table, TableLayout(column, of_sequences, cells, dtype, ends, rows_at_once), order)


def _column(path: Path, table: TableFile, name: str) -> str:
    kinds = {field.name: levels(field.type) for field in table.schema}
    if name:
        if name not in kinds:
            msg = f"no column {name!r} in {str(path)!r}; its columns: {listed(table.schema)}"
            raise ValueError(msg)
        if kinds[name][0] not in (1, 2) or not _is_number(kinds[name][1]):
            msg = (
                f"column {name!r} of {str(path)!r} must hold a vector of numbers a row, or a list of vectors; its type "
                f"is {table.schema.field(name).type}"
            )
            raise TypeError(msg)
        return name
    by_level = {
        wanted: [each for each, (level, leaf) in kinds.items() if level == wanted and _is_float(leaf)]
        for wanted in (1, 2)
    }
    fitting = by_level[2] or by_level[1]
    if len(fitting) != 1:
        what = "several columns hold vectors" if fitting else "no column holds vectors of floats"
        more = "" if fitting else "; of a column a cell: pandas.read_parquet(path).to_numpy()"
        msg = (
            f"say which column holds the states, as '{path}::column': {what}; the columns of {str(path)!r}: "
            f"{listed(table.schema)}{more}"
        )
        raise ValueError(msg)
    only: str = fitting[0]
    return only


def _is_float(leaf: Any) -> bool:
    return str(leaf) in ("halffloat", "float", "double")


def _is_number(leaf: Any) -> bool:
    return _is_float(leaf) or str(leaf).startswith(("int", "uint", "bool"))


def _check_room(size: int, what: str) -> None:
    room = free_memory() // 2
    if size > room:
        msg = f"{what} would take {format_bytes(size)} of memory, and may take {format_bytes(room)}"
        raise ValueError(msg)


def _first_length(table: TableFile, column: str, *, of_sequences: bool) -> int:
    """The length of the first vector; 0 if there is none."""
    for group in range(len(table.rows)):
        for batch in table.batches(group, [column], 1):
            vectors = flattened(batch.column(0)) if of_sequences else plain(batch.column(0))
            if len(vectors):
                return int(lengths_of(vectors)[0])
    return 0


def _lengths(table: TableFile, column: str, cells: int) -> list[Ints]:
    """How many steps each row of each group has: as long as its list of tokens, where all groups agree."""
    found = {each.name: levels(each.type)[0] for each in table.schema}
    for name in TOKEN_COLUMNS:
        if found.get(name) == 1:
            counted = [_list_lengths(table, group, name) for group in range(len(table.rows))]
            values = [table.values_in(group, column) for group in range(len(table.rows))]
            if [int(each.sum()) * cells for each in counted] == values:
                return counted
    return [_list_lengths(table, group, column) for group in range(len(table.rows))]


def _list_lengths(table: TableFile, group: int, column: str) -> Ints:
    parts = [lengths_of(batch.column(0)) for batch in table.batches(group, [column], 256)]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _order(table: TableFile, name: str) -> RowOrder | None:
    """The sequences that columns of ids say, where a row is a step."""
    sequence, position = (
        next((each for each in names if each in table.schema.names), None)
        for names in (SEQUENCE_COLUMNS, POSITION_COLUMNS)
    )
    columns = [each for each in (sequence, position) if each is not None]
    if not columns:
        return None
    found = {each: _ids(table, each, name) for each in columns}
    return order_of(found.get(sequence or ""), found.get(position or ""), repr(name))


def _ids(table: TableFile, column: str, name: str) -> Any:
    kind = str(table.schema.field(column).type)
    if not kind.startswith(("int", "uint", "string", "large_string")) or (
        column in POSITION_COLUMNS and "int" not in kind
    ):
        msg = (
            f"column {column!r} of {name!r} must hold ids of rows: integers, or texts of sequences; its type is {kind}"
        )
        raise TypeError(msg)
    texts = kind.endswith("string")
    _check_room(sum(table.rows) * (TEXT_BYTES if texts else 8), f"column {column!r} of {name!r}")
    parts = []
    for group in range(len(table.rows)):
        for batch in table.batches(group, [column], 2**16):
            values = plain(batch.column(0))
            if values.null_count:
                msg = f"column {column!r} of {name!r} lacks the ids of some rows"
                raise ValueError(msg)
            parts.append(values.to_numpy(zero_copy_only=False))
    if texts:
        return np.array([each for part in parts for each in part.tolist()], np.str_)
    return np.concatenate([np.empty(0, np.int64), *(part.astype(np.int64) for part in parts)])
