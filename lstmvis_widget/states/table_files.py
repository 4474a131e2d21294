"""Tables in files, ``.parquet`` and ``.arrow``, as other programs write them: groups of rows, read column by column.

pyarrow is imported when a table is opened. Nothing is unpickled, and what a file says of itself is checked where it is
read: pyarrow trusts the offsets in an Arrow file, and these decide which memory is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lstmvis_widget.given.brief import brief
from lstmvis_widget.work.memory import format_bytes, free_memory

PARQUET, ARROW = (".parquet", ".pq"), (".arrow", ".feather")
"""Endings of files that are tables."""

LEAST_VERSION = 14, 0, 1
"""Older pyarrow may unpickle what a file tells it to (CVE-2023-47248)."""

ARROW_FILE = b"ARROW1"
"""How the file format of Arrow begins; its stream format has no such mark."""

MOST_LISTED = 20
"""Columns listed in a message, at most."""


class TableFile(Protocol):
    """A table of groups of rows."""

    schema: Any
    rows: tuple[int, ...]
    """Of each group."""

    def batches(self, group: int, columns: list[str], rows_at_once: int) -> Iterator[Any]:
        """These columns of the rows of a group, as record batches of pyarrow."""

    def values_in(self, group: int, column: str) -> int | None:
        """How many single values a column has in a group, nulls and empty lists counted as one; None if unknown."""

    def close(self) -> None:
        """Close the file."""


def open_table(path: Path) -> TableFile:
    """Open a table by its ending.

    Raises
    ------
    OSError
        The file is damaged, or of another kind.
    ImportError
        pyarrow isn't installed, or is too old.
    """
    pyarrow = _pyarrow(path)
    with as_os_error(path):
        kind = _ParquetTable if path.suffix.lower() in PARQUET else _ArrowTable
        return kind(path, pyarrow)


def _pyarrow(path: Path) -> Any:
    try:
        found = importlib.import_module("pyarrow")
    except ImportError as error:
        msg = f"{str(path)!r} needs pyarrow: pip install pyarrow"
        raise ImportError(msg) from error
    version = tuple(int(each) for each in found.__version__.split(".")[:3] if each.isdecimal())
    if version < LEAST_VERSION:
        msg = f"{str(path)!r} needs pyarrow 14.0.1 or newer, which unpickles nothing; {found.__version__} is installed"
        raise ImportError(msg)
    return found


@contextmanager
def as_os_error(path: Path) -> Iterator[None]:
    """Raise an OSError that names the file for whatever pyarrow raises because a table is damaged."""
    try:
        yield
    except (MemoryError, ImportError):
        raise
    except Exception as error:
        if type(error) in (OSError, ValueError, TypeError) and str(path) in str(error):  # one of ours
            raise
        msg = f"{str(path)!r} can't be read as a table: {error}"
        raise OSError(msg) from error


class _ParquetTable:
    def __init__(self, path: Path, _: Any) -> None:
        self._file = importlib.import_module("pyarrow.parquet").ParquetFile(path)
        self.schema = self._file.schema_arrow
        groups = self._file.metadata
        self.rows = tuple(groups.row_group(number).num_rows for number in range(groups.num_row_groups))
        if min(self.rows, default=0) < 0:
            raise OSError("a group of rows has a negative number of them")

    def batches(self, group: int, columns: list[str], rows_at_once: int) -> Iterator[Any]:
        return iter(self._file.iter_batches(rows_at_once, row_groups=[group], columns=columns))

    def values_in(self, group: int, column: str) -> int | None:
        of_group = self._file.metadata.row_group(group)
        found = [of_group.column(number) for number in range(of_group.num_columns)]
        counts = [each.num_values for each in found if each.path_in_schema.split(".")[0] == column]
        return counts[0] if len(counts) == 1 else None

    def close(self) -> None:
        self._file.close()


class _ArrowTable:
    """The record batches of a file or a stream, mapped to memory where they aren't packed."""

    def __init__(self, path: Path, pyarrow: Any) -> None:
        self._mapped = pyarrow.memory_map(str(path))
        with path.open("rb") as file:
            opens = pyarrow.ipc.open_file if file.read(len(ARROW_FILE)) == ARROW_FILE else pyarrow.ipc.open_stream
        reader = opens(self._mapped)
        self.schema = reader.schema
        if hasattr(reader, "get_batch"):
            batches = map(reader.get_batch, range(reader.num_record_batches))
        else:
            batches = iter(reader)
        self._batches = list(_fitting(batches, path))
        self.rows = tuple(each.num_rows for each in self._batches)

    def batches(self, group: int, columns: list[str], rows_at_once: int) -> Iterator[Any]:
        batch = self._batches[group].select(columns)
        for start in range(0, batch.num_rows, rows_at_once):
            part = batch.slice(start, rows_at_once)
            part.validate(full=True)  # its offsets come from the file
            yield part

    def values_in(self, group: int, column: str) -> int | None:
        del group, column
        return None

    def close(self) -> None:
        self._batches = []  # who still reads one keeps the file mapped


def _fitting(batches: Iterator[Any], path: Path) -> Iterator[Any]:
    """The batches, as long as those that are packed, and so unpacked into memory, fit there."""
    room, on_disk, taken = free_memory() // 2, path.stat().st_size, 0
    for batch in batches:
        taken += batch.get_total_buffer_size()
        if taken > on_disk and taken > room:
            msg = (
                f"{str(path)!r} is packed, and would take more than {format_bytes(room)} of memory: write it as parquet"
            )
            raise ValueError(msg)
        yield batch


# ------------------------------------------------------------------- columns


def plain(column: Any) -> Any:
    """An array of pyarrow without its extension type; tensors of several axes as lists of lists."""
    axes, values = _axes_of_tensor(column.type), getattr(column, "storage", column)
    if not axes:
        return values
    lists, values = type(values).from_arrays, values.flatten()
    for size in reversed(axes):
        values = lists(values, size)
    return values


def plain_type(kind: Any) -> Any:
    """The type of such an array."""
    axes, plain_kind = _axes_of_tensor(kind), getattr(kind, "storage_type", kind)
    if not axes:
        return plain_kind
    plain_kind = plain_kind.value_type
    for size in reversed(axes):
        plain_kind = importlib.import_module("pyarrow").list_(plain_kind, size)
    return plain_kind


def _axes_of_tensor(kind: Any) -> tuple[int, ...]:
    """The sizes of the axes of tensors of a fixed shape, which are stored as one list each; () of anything else."""
    if getattr(kind, "extension_name", "") != "arrow.fixed_shape_tensor":
        return ()
    axes = tuple(int(each) for each in kind.shape)
    if kind.permutation not in (None, list(range(len(axes)))):
        msg = f"its tensors have their axes in another order than in memory: {kind}"
        raise ValueError(msg)
    return axes


def levels(kind: Any) -> tuple[int, Any]:
    """How many lists lie within each other in a type of pyarrow, and the type of what is in them."""
    kind, level = plain_type(kind), 0
    while str(kind).startswith(("list<", "large_list<", "fixed_size_list<")):
        kind, level = plain_type(kind.value_type), level + 1
    return level, kind


def flattened(column: Any) -> Any:
    """The entries of all lists of an array of lists, without that level; a null has none."""
    return plain(plain(column).flatten())


def fixed_length(kind: Any) -> int | None:
    """The length of all lists of a type; None where they may differ."""
    kind = plain_type(kind)
    return int(kind.list_size) if str(kind).startswith("fixed_size_list<") else None


def lengths_of(column: Any) -> Any:
    """The length of each list of an array of lists, 0 of a null, as int64."""
    counted = importlib.import_module("pyarrow.compute").list_value_length(plain(column))
    return np.asarray(counted.fill_null(0).to_numpy(zero_copy_only=False), np.int64)


def listed(schema: Any) -> str:
    """The columns of a table, for messages."""
    names = [f"{field.name} ({brief(str(field.type)).strip(chr(39))})" for field in schema]
    return ", ".join(names[:MOST_LISTED]) + ", …" * (len(names) > MOST_LISTED) or "none"


def column_of(path: Path, name: str) -> Any:
    """A column of single values, or of one list a row, one after the other: tokens, for instance.

    Returns
    -------
    ndarray, or list of str

    Raises
    ------
    OSError
        The file can't be read.
    ValueError
        There is no such column, it has lists in lists, or doesn't fit into memory.
    """
    table = open_table(path)
    try:
        with as_os_error(path):
            if name not in table.schema.names:
                msg = f"no column {name!r} in {str(path)!r}; its columns: {listed(table.schema)}"
                raise ValueError(msg)
            level = levels(table.schema.field(name).type)[0]
            if level > 1:
                msg = f"column {name!r} of {str(path)!r} has lists in lists, not one value a time step"
                raise ValueError(msg)
            parts, taken, room = [], 0, free_memory() // 2
            for group in range(len(table.rows)):
                for batch in table.batches(group, [name], 2**16):
                    values = plain(batch.column(0))
                    values = flattened(values) if level else values
                    taken += values.nbytes
                    if taken > room:
                        msg = f"column {name!r} of {str(path)!r} takes more than {format_bytes(room)} of memory"
                        raise ValueError(msg)
                    parts.append(values)
            return importlib.import_module("pyarrow").chunked_array(
                parts, type=parts[0].type if parts else table.schema.field(name).type
            )
    finally:
        table.close()
