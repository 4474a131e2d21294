"""What can be given as a path: a whole file, or its tokens, vocabulary and tracks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MethodType
from typing import Any, overload

import h5py

from lstmvis_widget.given.paths import as_path, is_path, part_of_file
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.data_frames import without_tokens
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.timeline.vocabulary import read_vocabulary_text
from lstmvis_widget.work.memory import format_bytes, free_memory

from .columns_in_files import HDF5_ENDINGS, column_at
from .reading import read_file, vocabulary_in
from .track_readers import tokens_in, track_in

# -------------------------------------------------------------- a whole file


def explore_file(kind: Callable[..., Any], path: str | os.PathLike[str], **options: Any) -> Any:
    """Explore a file that `save_states` or `StateWriter` has written, or is writing: then its complete steps.

    Parameters
    ----------
    path : path
        Of the file; `lstmvis_widget.files` documents its layout.
    **options
        Any keyword of `StateExplorer`, which comes before what the file says.

    Returns
    -------
    StateExplorer
        Its `close` closes the file.

    Raises
    ------
    OSError
        The file can't be opened or read, isn't HDF5, or is damaged.
    ValueError
        The file has another layout, holds no steps, or has lengths that disagree.
    TypeError, traitlets.TraitError
        A keyword is unknown, or a value isn't allowed.

    Examples
    --------
    The states stay on disk, and are read as they are needed:

    >>> import numpy as np
    >>> from lstmvis_widget import StateExplorer, save_states
    >>> states = np.tanh(np.arange(12.0).reshape(4, 3) - 6)
    >>> _ = save_states("small.h5", states, ["we", "were", "there", "."])
    >>> with_file = StateExplorer.open("small.h5", selection=(2, 4))
    >>> with_file
    StateExplorer(small: states, 4 steps × 3 cells, threshold 0.3)
    >>> with_file.selected_cells
    array([1, 2])
    >>> with_file.close()
    """
    contents = read_file(path)
    try:
        title = contents.about.get("title")
        name = title if isinstance(title, str) else as_path(path).stem
        explorer = kind(**{"name": name, **contents.arguments(), **options})
        explorer.closes(contents.file.close)
    except BaseException:
        contents.file.close()
        raise
    return explorer


class OpensFiles:
    """Gives a widget class an `open` that opens a file. On an instance `open` stays that of ipywidgets: the comm."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner

    @overload
    def __get__(self, widget: None, kind: type) -> Callable[..., Any]: ...
    @overload
    def __get__(self, widget: object, kind: type) -> Callable[[], None]: ...
    def __get__(self, widget: object | None, kind: type) -> Callable[..., Any]:
        if widget is None:
            return MethodType(explore_file, kind)
        open_comm: Callable[[], None] = super(self._owner, widget).open  # type: ignore[arg-type]
        return open_comm


def check_fits(layers: Mapping[str, States]) -> None:
    """Raise ValueError where a layer is too large to be explored in the free memory.

    The shape that a file claims isn't trusted. Exploring takes at least one bit for each value.
    """
    free = free_memory()
    for name, states in layers.items():
        least = OnOffIndex.bytes_for(*states.shape)
        if least > free:
            msg = (
                f"layer {name!r} of shape {states.shape} can't be explored: which cells are on when would take "
                f"{format_bytes(least)} of memory, and {format_bytes(free)} are free"
            )
            raise ValueError(msg)


# ----------------------------------------------------------- parts of a file


def tokens_at(path: str | os.PathLike[str], steps: int | None = None) -> Any:
    """Read T strings or T ids from ``"file.h5::dataset"``.

    Raises
    ------
    OSError
        The file can't be opened or read.
    TypeError, ValueError
        There is no such dataset, it holds no tokens, or not T of them.
    """
    with _item_at(path, "tokens") as item:
        return tokens_in(item, steps)


def track_at(path: str | os.PathLike[str], steps: int | None = None) -> Track:
    """Read a track from ``"file.h5::dataset"``: T numbers or T strings, or a group as `save_states` writes it.

    An `OutputTrack` keeps the file open, and reads its scores as needed; its `close` closes the file.

    Raises
    ------
    OSError
        The file can't be opened or read.
    TypeError, ValueError
        There is no such dataset, it holds no track, or not of T steps.
    """
    with _item_at(path, "a track") as item:
        return track_in(item, steps, file=os.fspath(part_of_file(path)[0]))


@contextmanager
def _item_at(path: str | os.PathLike[str], what: str) -> Iterator[h5py.Group | h5py.Dataset]:
    file_path, name = part_of_file(path)
    shown = os.fspath(file_path)
    if not name:
        msg = f"say which dataset holds {what}, as '{shown}::dataset'; describe({shown!r}) lists them"
        raise ValueError(msg)
    with untrusted.open_to_read(file_path) as file, untrusted.damage_as_os_error(file_path):
        item = untrusted.find_if_there(file, name)
        if item is None:
            msg = f"no dataset {name!r} in {shown!r}; describe({shown!r}) lists them"
            raise ValueError(msg)
        yield item


def read_vocabulary(path: str | os.PathLike[str]) -> dict[int, str]:
    r"""Read which token each id stands for.

    Parameters
    ----------
    path : path
        - ``.dict``, or any ending that isn't below: LSTMVis's dictionary, a line ``token id`` for each token, split at
          the last tab or space; the token may hold spaces, or be empty.
        - ``.txt``: the same where each line ends with an integer after a space or tab, and no integer stands twice;
          else one token a line, the first line being that of id 0.
        - ``.h5``, ``.hdf5``: the vocabulary of a file that `save_states` or the command ``text`` has written, or
          ``"file.h5::dataset"``, whose strings are those of the ids from 0.
        - ``.json``: an object of tokens to ids, or of ids to tokens, or a list of tokens, the first one that of id 0.

        Any of the text files may end in ``.gz`` besides, and be packed. Text is UTF-8, or UTF-16 or UTF-32 if it begins
        with a byte order mark; any other text is read as Latin-1, with a warning.

    Returns
    -------
    dict of int to str
        The token of each id.

    Raises
    ------
    OSError
        The file can't be read.
    ValueError
        A line or entry has no id, or an id stands twice; the message names the line.

    Examples
    --------
    A list of words, whose lines are the ids 0, 1 and so on:

    >>> from pathlib import Path
    >>> from lstmvis_widget import read_vocabulary
    >>> written = Path("words.txt").write_text("<unk>\nthe\ncat\n")
    >>> read_vocabulary("words.txt")
    {0: '<unk>', 1: 'the', 2: 'cat'}
    """
    file, part = part_of_file(path)
    if part or file.suffix.lower() in HDF5_ENDINGS:
        return vocabulary_in(file, part or "vocabulary")
    return read_vocabulary_text(file)


def given_tokens(tokens: Any, steps: int | None = None) -> Any:
    """Tokens as they are given, or read from ``"file.h5::dataset"``, or from one or many files as `column_at` says.

    Raises
    ------
    TypeError
        It is a text, or a text file, instead of its tokens; the message says how to split it.
    """
    found = column_at(tokens, steps, "tokens", tokens_at)
    if found is not None:
        return found
    if not is_path(tokens):
        return tokens
    file, part = part_of_file(tokens)
    if not part and file.suffix.lower() not in HDF5_ENDINGS:
        if _is_file(file):
            msg = f"tokens must be a sequence of strings or ids; those of a text file are read_tokens({str(file)!r})"
            raise TypeError(msg)
        if isinstance(tokens, str):
            return tokens  # a text: `Tokens` refuses it
    return tokens_at(tokens, steps)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a long text isn't the name of a file
        return False


def given_vocabulary(vocabulary: Any) -> Any:
    """A vocabulary as it is given, or read from a file."""
    return read_vocabulary(vocabulary) if is_path(vocabulary) else vocabulary


def given_tracks(tracks: Any, tokens: Tokens | None = None) -> Any:
    """Tracks as they are given; of a data frame the columns by name, without ``token``, which must equal ``tokens``."""
    return without_tokens(tracks, tokens if tokens is not None and tokens.are_known else None)


def _refuse_several(path: str | os.PathLike[str]) -> Any:
    msg = f"tracks of several HDF5 files aren't joined here: read each with track_at({os.fspath(path)!r})"
    raise ValueError(msg)


class OpenedTracks:
    """Reads tracks given as ``"file.h5::dataset"``, of T steps, and closes the files that stay open for them.

    So are those in other files, or in many, as `column_at` says.
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._open: list[OutputTrack] = []

    def __call__(self, values: Any) -> Any:
        """A track as it is given, or read from a path. A text that is no such path is no track either."""
        column = column_at(values, self._steps, "track", _refuse_several)
        if column is not None:
            return column
        if not is_path(values):
            return values
        file, part = part_of_file(values)
        if not part and file.suffix.lower() not in HDF5_ENDINGS:
            return values
        track = track_at(values, self._steps)
        if isinstance(track, OutputTrack):
            self._open.append(track)
        return track

    def close(self) -> None:
        """Close the files; a second time does nothing."""
        for track in self._open:
            track.close()
