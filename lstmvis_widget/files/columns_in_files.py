"""Values with one entry a time step that lie in many files, or in a column of a table: tokens, tracks."""

from __future__ import annotations

import glob
import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from lstmvis_widget.given.arrays import library_of
from lstmvis_widget.given.paths import AnyPath, is_path, part_of_file
from lstmvis_widget.states.array_files import open_npy, open_npz
from lstmvis_widget.states.many_files import paths_in
from lstmvis_widget.states.table_files import ARROW, PARQUET, column_of

ARRAYS = {".npy": open_npy, ".npz": open_npz}
TABLES = (*PARQUET, *ARROW)
HDF5_ENDINGS = (".h5", ".hdf5")

InHdf5 = Callable[[AnyPath], Any]


def column_at(given: Any, steps: int | None, column: str, in_hdf5: InHdf5) -> Any:
    """The values at a path, or at several, one file after the other; None where ``given`` is no such path.

    Parameters
    ----------
    given : object
        The path of a ``.npy``, ``.npz``, ``.parquet`` or ``.arrow`` file, with ``::name`` of what is in it; a pattern
        with wildcards, or a list of paths, of these or of HDF5. A list of texts is values itself, unless it hasn't
        ``steps`` entries, and each is a path to a file of these kinds.
    steps : int, optional
        T.
    column : str
        The column of a table that is read where none is named.
    in_hdf5 : callable
        Reads the values at ``"file.h5::dataset"``.

    Returns
    -------
    ndarray, column of pyarrow, list, or None

    Raises
    ------
    OSError
        A file can't be read.
    TypeError, ValueError
        What is in it isn't one entry a time step.
    """
    paths = _paths(given, steps)
    if paths is None:
        return None
    return _joined([_values_at(path, column, in_hdf5) for path in paths])


def _paths(given: Any, steps: int | None) -> Sequence[AnyPath] | None:
    if isinstance(given, list | tuple):
        if not given or (isinstance(given[0], str) and len(given) == steps) or not all(map(is_path, given)):
            return None
        are_paths = all(isinstance(each, os.PathLike) for each in given)
        return given if are_paths or (len(given) != steps and all(map(_is_known_file, given))) else None
    if not is_path(given):
        return None
    file, part = part_of_file(given)
    ending = file.suffix.lower()
    if ending in (*ARRAYS, *TABLES) or (glob.has_magic(str(file)) and (part or ending in HDF5_ENDINGS)):
        return paths_in(given) or (None if ending in HDF5_ENDINGS else [given])
    return None


def _is_known_file(path: AnyPath) -> bool:
    file = part_of_file(path).path
    try:
        return file.suffix.lower() in (*ARRAYS, *TABLES, *HDF5_ENDINGS) and file.is_file()
    except (OSError, ValueError):  # a long text isn't the name of a file
        return False


def _values_at(path: AnyPath, column: str, in_hdf5: InHdf5) -> Any:
    file, part = part_of_file(path)
    ending = file.suffix.lower()
    if ending not in (*ARRAYS, *TABLES):
        return in_hdf5(path)
    if not file.exists():
        msg = f"no such file: {str(file)!r}"
        raise FileNotFoundError(msg)
    if ending in TABLES:
        return column_of(file, part or column)
    values = np.asarray(ARRAYS[ending](file, part))
    if values.ndim != 1:
        msg = f"{str(path)!r} must hold one entry a time step; its shape is {values.shape}"
        raise ValueError(msg)
    return values


def _joined(parts: Sequence[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(each, np.ndarray) for each in parts):
        return np.concatenate(parts)
    if all(library_of(each) == "pyarrow" for each in parts):
        chunks = [chunk for each in parts for chunk in each.chunks]
        return importlib.import_module("pyarrow").chunked_array(chunks, type=parts[0].type)
    return list(chain.from_iterable(map(_listed, parts)))


def _listed(values: Any) -> Iterator[Any]:
    return iter(values.tolist() if hasattr(values, "tolist") else values)
