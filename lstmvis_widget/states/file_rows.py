"""Rows of an array in a file that is opened when they are read: of one of thousands of files, and in any process."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from contextlib import ExitStack
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.paths import AnyPath, absolute
from lstmvis_widget.work.memory import free_memory

from .chunks import starts_along
from .paths import OpenedFile, open_path, reopen
from .row_order import RowOrder
from .rows import JoinedRows, Stretch, block, dtype_of
from .small_floats import least_above_zero
from .table_rows import TableRows

MOST_OPEN = 64
"""Files that are open at once in this process, at most: those that were opened longest ago are closed for others."""


class FileRows:
    """The array at a path, whose file is opened when rows are read, and closed again where too many are open.

    It is pickled as its path, with what its header says, and opened in the other process when rows are read there.

    Parameters
    ----------
    path : path
        As `lstmvis_widget.states.paths.open_path` takes it.

    Raises
    ------
    FileNotFoundError, OSError, TypeError, ValueError, ImportError
        As of `open_path`: the header is read at once.

    Attributes
    ----------
    path : str
        Absolute.
    shape : tuple of int
        (T, D), or (B, T, D).
    dtype : numpy dtype
        Of what is read.
    chunks : tuple or None
        Which rows are read together, as `lstmvis_widget.states.chunks.starts_along` takes it.
    row_order : RowOrder or None
        The sequences that the file says its rows are; None where it says nothing.
    least_above_zero : float
        The least number above zero that it can hold.
    """

    in_memory = False

    def __init__(self, path: AnyPath) -> None:
        opened = open_path(path)
        array = opened.array
        self.path = absolute(path)
        self.shape, self.dtype = tuple(int(each) for each in array.shape), dtype_of(array)
        self._stored_as = np.dtype(array.dtype)
        self._layout = array.layout if isinstance(array, TableRows) else None
        self.row_order: RowOrder | None = getattr(array, "row_order", None)
        self.least_above_zero = least_above_zero(array) if self.dtype.kind in "fiub" else 0.0
        self.chunks = array.chunks if self.shape and starts_along(array, 0) is not None else None
        self._begin(opened)

    def _begin(self, opened: OpenedFile | None) -> None:
        self._closed = False
        self._opened: OpenedFile | None = None
        self._watch = None if opened is None else opened.watch
        if opened is not None:
            self._hold(opened)

    def _hold(self, opened: OpenedFile) -> None:
        self._opened = opened
        array = opened.array
        _open_files.last_is(self, array.nbytes if type(array) is np.ndarray else 0)  # not of a memory map

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        try:
            return block(self._array(), rows)
        except Exception as error:
            if self.path in str(error):
                raise
            msg = f"{self.path!r} can't be read: {error}"
            raise OSError(msg) from error

    def _array(self) -> Any:
        if self._closed:
            msg = f"the file {self.path!r} has been closed; open it again"
            raise ValueError(msg)
        opened = self._opened  # another thread may let go of it
        if opened is None:
            if self._watch is not None:
                self._watch.check()
            opened = reopen(self.path, self.shape, self._stored_as, self._layout)
            self._watch = self._watch or opened.watch
            self._hold(opened)
        elif self._watch is not None:
            self._watch.check()
        return opened.array

    def let_go(self) -> None:
        """Close the file until rows are read again. Who is reading has the array, and keeps it open until then."""
        self._opened = None

    def close(self) -> None:
        """Close the file, and don't open it again."""
        self._closed, self._opened = True, None

    def __getstate__(self) -> dict[str, Any]:
        """What is needed to read, without the sequences, which were asked for when it was opened first."""
        kept = ("path", "shape", "dtype", "chunks", "least_above_zero", "_stored_as", "_layout")
        return {name: self.__dict__[name] for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, row_order=None)
        self._begin(None)


def stretches_in(rows: Any) -> tuple[Stretch, ...] | None:
    """The stretches of files that rows consist of; None where some of them lie elsewhere."""
    stretches = rows.stretches if isinstance(rows, JoinedRows) else (Stretch(rows, 0, int(rows.shape[0])),)
    return tuple(stretches) if all(isinstance(each.source, FileRows) for each in stretches) else None


def closing(rows: Any) -> ExitStack:
    """What closes all the files that rows consist of."""
    closes = ExitStack()
    for source in {id(each.source): each.source for each in stretches_in(rows) or ()}.values():
        closes.callback(source.close)
    return closes


class _OpenFiles:
    """Those whose files are open: too many close the one that was opened longest ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[int, tuple[weakref.ref[FileRows], int]] = OrderedDict()

    def last_is(self, newest: FileRows, unpacked: int) -> None:
        """Close older files, so that few are open, and what is unpacked of them, ``unpacked`` bytes here, has room."""
        with self._lock:
            self._held.pop(id(newest), None)
            self._held[id(newest)] = weakref.ref(newest), unpacked
            room = free_memory() // 4 if unpacked else 0
            while len(self._held) > MOST_OPEN or (len(self._held) > 1 and unpacked and self._unpacked > room):
                rows = self._held.popitem(last=False)[1][0]()
                if rows is not None:
                    rows.let_go()

    @property
    def _unpacked(self) -> int:
        return sum(size for rows, size in self._held.values() if rows() is not None)


_open_files = _OpenFiles()
