"""One layer of states in any form: opened, and its rows found. `lstmvis_widget.states.given` has the table of forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy, library_of
from lstmvis_widget.given.paths import AnyPath, is_path
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.file_watch import FileWatch

from .elsewhere import check_elsewhere, client_of_files, files_elsewhere, opened_elsewhere
from .file_rows import closing
from .many_files import name_of, opened_files, paths_in, sequences_of, stretches_of
from .paths import Closable, open_path
from .row_order import joined_lengths
from .rows import Stretch, joined_rows, simplified

Run = tuple[int, int]
"""Rows [start, stop) of a member."""


@dataclass(frozen=True)
class OpenedSource:
    """A layer as it was given, and its members: one array (T, D), or several that follow each other.

    Parameters
    ----------
    given : object
        What was given, or the array at the path.
    members : tuple of Stretch
        One for an array (T, D), B for one of shape (B, T, D), and one for each array of a list.
    name : str
        What messages call it.
    file : Closable, optional
        What has to be closed.
    watch : FileWatch, optional
        Says whether the file has changed.
    sequences : ndarray of int64, optional
        The lengths of the sequences where files say them: the members are their rows, however they are divided into
        files. None: each member is a sequence.
    """

    given: Any
    members: tuple[Stretch, ...]
    name: str
    file: Closable | None = None
    watch: FileWatch | None = None
    sequences: NDArray[np.int64] | None = None

    @property
    def lengths(self) -> tuple[int, ...]:
        """The number of rows of each sequence, padding included."""
        return tuple(map(len, self.members) if self.sequences is None else self.sequences.tolist() or [0])

    @property
    def rows(self) -> Any:
        """All rows of all members, in a form with a shape, a dtype and slices of rows."""
        if len(self.members) == 1 and self.members[0].is_whole:
            return self.members[0].source
        return joined_rows(self.members)

    def of_one_sequence(self) -> OpenedSource:
        """The same, if it is one sequence, or files say which; else a ValueError with what to write instead."""
        if len(self.members) == 1 or self.sequences is not None:
            return self
        shape = getattr(self.given, "shape", None)
        said = f"shape {tuple(shape)}" if shape is not None else f"{len(self.members)} arrays"
        msg = (
            f"states must be 2-D, (time steps, cells), here: one sequence; {self.name} has {said}. Join its sequences: "
            f"np.concatenate(list(states)), with sequences={brief_lengths(self.lengths)} where that is an argument"
        )
        raise ValueError(msg)

    def keeping(self, runs: Sequence[Sequence[Run]]) -> OpenedSource:
        """With only these rows of each member."""
        kept = tuple(
            each.part(start, stop) for each, some in zip(self.members, runs, strict=True) for start, stop in some
        )
        return replace(self, members=kept)

    def close(self) -> None:
        """Close what was opened here."""
        if self.file is not None:
            self.file.close()


def opened_source(given: Any, name: str | None = None) -> OpenedSource:
    """Open one layer. Messages call it ``name``, by default by its file or its type.

    Raises
    ------
    TypeError
        It isn't an array, nor a list of these.
    ValueError
        Its shape can't be that of states.
    OSError
        It is a path, and can't be opened.
    """
    if isinstance(given, OpenedSource):
        return given
    client = client_of_files()
    paths = paths_in(given)
    if paths is None and is_path(given) and client is not None:
        paths = [given]
    if paths is not None:
        return _of_files(given, paths, name, client)
    if is_path(given):
        opened = open_path(given)
        try:
            members = _members_of(simplified(opened.array), opened.name)
        except BaseException:
            if opened.file is not None:
                opened.file.close()
            raise
        order = getattr(opened.array, "row_order", None)
        sequences = None if order is None else joined_lengths([order], [opened.name])
        return OpenedSource(opened.array, members, name or opened.name, opened.file, opened.watch, sequences)
    name = name or _describe(given)
    watch = FileWatch(given.file) if isinstance(given, h5py.Dataset) else None
    return OpenedSource(given, _in_list(given, name) or _members_of(_array_of(given), name), name, watch=watch)


def _of_files(given: Any, paths: Sequence[AnyPath], name: str | None, client: Any) -> OpenedSource:
    """Many files, read here, or on the cluster of a client."""
    files = opened_files(paths)
    name, sequences, members = name or name_of(files), sequences_of(files), stretches_of(files)
    if client is not None:
        rows = files_elsewhere(members, client)
        for each in files:
            each.let_go()
        return OpenedSource(given, (Stretch(rows, 0, rows.shape[0]),), name, sequences=sequences)
    opened = OpenedSource(given, members, name, sequences=sequences)
    return replace(opened, file=closing(opened.rows))


def _array_of(given: Any) -> Any:
    elsewhere = opened_elsewhere(given)
    if elsewhere is not None:
        return elsewhere
    try:
        if isinstance(given, Mapping | set | frozenset | Iterator) and not hasattr(given, "shape"):
            raise TypeError("give an array, or a list of its rows, list(states)")  # noqa: TRY301
        if hasattr(given, "states") and not hasattr(given, "shape"):
            raise TypeError("give its states, as in explorer.states")  # noqa: TRY301
        if isinstance(given, list | tuple) and given and depth(given[0]) == 1 and hasattr(given[0], "shape"):
            return np.stack([as_numpy(each) for each in given])  # a list of state vectors
        return simplified(given)
    except (TypeError, ValueError) as error:
        msg = f"states must be an array of shape (time steps, cells) or a path; got {type(given).__name__}: {error}"
        raise TypeError(msg) from error


def _members_of(array: Any, name: str) -> tuple[Stretch, ...]:
    shape = tuple(array.shape)
    if len(shape) == 2:
        return (Stretch(array, 0, int(shape[0])),)
    if len(shape) == 3 and shape[0]:
        # Of an array in memory, a member is a view; one of a file is found again through the file.
        in_memory = library_of(array) == "torch" or (isinstance(array, np.ndarray) and not isinstance(array, np.memmap))
        views = (Stretch(array[at], 0, shape[1]) if in_memory else None for at in range(shape[0]))
        return tuple(view or Stretch(array, 0, int(shape[1]), at) for at, view in enumerate(views))
    hint = "; for one cell: states.reshape(-1, 1)" if len(shape) == 1 and shape[0] else ""
    msg = f"{name} must be 2-D, (time steps, cells); its shape is {shape}{hint}"
    raise ValueError(msg)


def _in_list(given: Any, name: str) -> tuple[Stretch, ...] | None:
    """The members of a list of arrays (n, D) or (1, n, D); None of anything else, such as a list of rows."""
    if library_of(given) == "torch" and getattr(given, "is_nested", False):
        given = list(given.unbind())
    if not isinstance(given, list | tuple) or depth(given) < 3:
        return None
    if type(given).__name__ == "PackedSequence":
        msg = (
            "states are packed; unpack them: "
            "states, sequences = torch.nn.utils.rnn.pad_packed_sequence(states, batch_first=True)"
        )
        raise TypeError(msg)
    if {depth(each) for each in given} - {2, 3}:
        msg = f"{name} is a {type(given).__name__} with more than arrays of states in it: give one of them, states[0]"
        raise TypeError(msg)
    if isinstance(given, tuple):
        msg = (
            f"{name} is a tuple of {len(given)} arrays, which models return of layers and outputs: give one of them, "
            "states[0]; of sequences give a list, list(states); of layers a mapping, {'layer1': states[0], …}"
        )
        raise TypeError(msg)
    found: list[Stretch] = []
    for place, each in enumerate(given):
        array = _array_of(each)
        members = _members_of(array, f"array {place} of {name}")
        if len(members) != 1:
            msg = (
                f"array {place} of {name} has shape {tuple(array.shape)}, and a list holds one sequence each. "
                "Of layers give a tuple or a mapping, {'layer1': states[0], …}; batches join: "
                "[sequence for batch in states for sequence in batch]"
            )
            raise ValueError(msg)
        found += members
    if len({each.cells for each in found}) != 1:
        msg = (
            f"the arrays of {name} have different numbers of cells: {brief_lengths(each.cells for each in found)}. "
            "Give layers by name: {'layer1': states[0], 'layer2': states[1], …}"
        )
        raise ValueError(msg)
    if len(found) > 1 and all(len(each) == 1 for each in found):  # state vectors, one a step
        rows = joined_rows(found)
        return (Stretch(rows, 0, rows.shape[0]),)
    return tuple(found)


def depth(value: Any) -> int:
    """The number of axes of an array, or of nested lists of numbers or arrays; that of anything else is 0."""
    check_elsewhere(value)
    if hasattr(value, "shape"):
        return len(value.shape)
    if isinstance(value, list | tuple) and value:
        return 1 + depth(value[0])
    return int(isinstance(value, list | tuple))


def brief_lengths(lengths: Iterable[int]) -> str:
    """A list of numbers, for a message."""
    numbers = [str(each) for each in lengths]
    return f"[{', '.join(numbers[:6])}{', …' if len(numbers) > 6 else ''}]"


def _describe(given: Any) -> str:
    if isinstance(given, h5py.Dataset):
        return untrusted.name_in_file(given)
    return f"the {type(given).__name__} given as states"
