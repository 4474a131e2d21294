"""States that lie in many files: a list of paths, a pattern with wildcards, a folder of a Hugging Face data set."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.paths import PART, AnyPath, is_path, part_of_file

from .file_rows import FileRows
from .row_order import RowOrder, joined_lengths
from .rows import Stretch

STATE_OF_DATASET = "state.json"
"""What a Hugging Face data set writes beside its files: their names in order."""

MOST_STATE = 2**24
"""Bytes of that file, at most."""


def paths_in(given: Any) -> list[AnyPath] | None:
    """The paths that are given as a list, as a pattern, or as the folder of a data set; None of anything else.

    Parameters
    ----------
    given : object
        A list or tuple of paths; a path with ``*``, ``?`` or ``[…]`` in it, also with ``::name`` behind, that is no
        file itself; or a folder that ``Dataset.save_to_disk`` wrote.

    Returns
    -------
    list of path, or None
        Those of a pattern in natural order: ``shard2`` comes before ``shard10``.

    Raises
    ------
    FileNotFoundError
        No file fits the pattern.
    OSError
        The folder's list of files can't be read.
    TypeError
        Only some entries of the list are paths.
    """
    if isinstance(given, list | tuple):
        return _in_list(given)
    if not is_path(given):
        return None
    file, part = part_of_file(given)
    behind = f"{PART}{part}" if part else ""
    if (file / STATE_OF_DATASET).is_file():
        return [f"{each}{behind}" for each in _of_dataset(file)]
    if not glob.has_magic(str(file)) or file.exists():
        return None
    found = sorted(glob.glob(str(file), recursive=True), key=natural_order)  # noqa: PTH207  (the pattern may be absolute)
    if not found:
        msg = f"no file fits {str(file)!r}"
        raise FileNotFoundError(msg)
    return [f"{each}{behind}" for each in found]


def natural_order(name: str) -> list[tuple[int, int | str]]:
    """A key that sorts names by the numbers in them: ``shard2`` before ``shard10``."""
    return [(0, int(each)) if each.isdecimal() else (1, each) for each in re.split(r"(\d+)", name) if each]


def _in_list(given: Sequence[Any]) -> list[AnyPath] | None:
    if not given or not is_path(given[0]):
        return None
    are_paths = [is_path(each) for each in given]
    if not all(are_paths):
        other = given[are_paths.index(False)]
        msg = f"a list of states holds either paths or arrays; got a path and {brief(other)} ({type(other).__name__})"
        raise TypeError(msg)
    return list(given)


def _of_dataset(folder: Path) -> list[str]:
    """The files of a folder that ``Dataset.save_to_disk`` wrote."""
    file = folder / STATE_OF_DATASET
    try:
        with file.open("rb") as content:
            state = json.loads(content.read(MOST_STATE))
        names = [str(each["filename"]) for each in state["_data_files"]]
        shuffled = bool(state.get("_indices_data_files"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = f"{str(file)!r} isn't the list of files of a data set: {error!r}"
        raise OSError(msg) from error
    if shuffled:
        msg = f"the rows of {str(folder)!r} are shuffled or chosen by indices: dataset.flatten_indices() first"
        raise OSError(msg)
    if any(Path(name).name != name for name in names):
        msg = f"{str(file)!r} names files of other folders, which aren't read: {brief(names)}"
        raise OSError(msg)
    return [str(folder / name) for name in names]


def opened_files(paths: Sequence[AnyPath]) -> list[FileRows]:
    """The rows of the files, which have the same dtype, as many cells each, and are (n, D) or (1, n, D).

    Raises
    ------
    FileNotFoundError, OSError, ImportError
        As of `FileRows`.
    TypeError, ValueError
        The list is empty, or a file doesn't fit; the message names it.
    """
    if not paths:
        raise ValueError("states must be at least one file; got an empty list of paths")
    files = list(map(FileRows, paths))
    for each in files:
        shape = each.shape
        if len(shape) not in (2, 3) or (len(shape) == 3 and shape[0] != 1):
            how = f"; join its {shape[0]} sequences, or write a file each" * (len(shape) == 3)
            msg = f"{each.path!r} must be 2-D, (time steps, cells); its shape is {shape}{how}"
            raise ValueError(msg)
        first = files[0]
        for what, own, others in (
            ("cells", shape[-1], first.shape[-1]),
            ("dtype", each.dtype, first.dtype),
        ):
            if own != others:
                msg = (
                    f"the files of one layer have the same number of cells and the same dtype: {each.path!r} has "
                    f"{_said(what, own)}, and {first.path!r} has {_said(what, others)}. Give layers by name: "
                    "{'layer1': paths, 'layer2': other_paths}"
                )
                raise ValueError(msg)
    return files


def _said(what: str, value: Any) -> str:
    return f"{value:,} cells" if what == "cells" else f"dtype {value}"


def stretches_of(files: Sequence[FileRows]) -> tuple[Stretch, ...]:
    """All rows of the files, a stretch each."""
    return tuple(Stretch(each, 0, each.shape[-2], 0 if len(each.shape) == 3 else None) for each in files)


def sequences_of(files: Sequence[FileRows]) -> NDArray[np.int64]:
    """The lengths of the sequences: those that a file says it holds, else one a file. A file without steps adds none.

    Raises
    ------
    ValueError
        The files aren't in the order of the ids in them.
    """
    orders = [each.row_order or RowOrder(np.array([each.shape[-2]], np.int64)) for each in files]
    return joined_lengths(orders, [repr(each.path) for each in files])


def name_of(files: Sequence[FileRows]) -> str:
    """What messages call all the files."""
    others = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    return f"{files[0].path}{others}"
