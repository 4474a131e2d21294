"""What can be given as a path: a whole file, or its tokens, vocabulary and tracks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MethodType
from typing import Any, overload

import h5py

from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.timeline.vocabulary import read_vocabulary_text
from lstmvis_widget.work.memory import format_bytes, free_memory

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
    """
    contents = read_file(path)
    try:
        title = contents.about.get("title")
        name = title if isinstance(title, str) else Path(path).stem
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


def is_path(value: Any) -> bool:
    """Whether a value names a part of a file, rather than being the part."""
    return isinstance(value, str | os.PathLike)


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

    Raises
    ------
    OSError
        The file can't be opened or read.
    TypeError, ValueError
        There is no such dataset, it holds no track, or not of T steps.
    """
    with _item_at(path, "a track") as item:
        return track_in(item, steps)


@contextmanager
def _item_at(path: str | os.PathLike[str], what: str) -> Iterator[h5py.Group | h5py.Dataset]:
    file_path, _, name = os.fspath(path).partition("::")
    if not name:
        msg = f"say which dataset holds {what}, as '{file_path}::dataset'; describe({file_path!r}) lists them"
        raise ValueError(msg)
    with untrusted.open_to_read(file_path) as file, untrusted.damage_as_os_error(file_path):
        item = untrusted.find_if_there(file, name)
        if item is None:
            msg = f"no dataset {name!r} in {file_path!r}; describe({file_path!r}) lists them"
            raise ValueError(msg)
        yield item


def read_vocabulary(path: str | os.PathLike[str]) -> dict[int, str]:
    """Read which token each id stands for.

    Parameters
    ----------
    path : path
        - ``.dict``, or any ending that isn't below: LSTMVis's dictionary, a line ``token id`` for each token, split at
          the last tab or space; the token may hold spaces, or be empty.
        - ``.txt``: the same where each line ends with an integer after a space or tab, and no integer stands twice;
          else one token a line, the first line being that of id 0.
        - ``.h5``, ``.hdf5``: the vocabulary of a file that `save_states` or the command ``text`` has written.
        - ``.json``: an object of tokens to ids, or of ids to tokens, or a list of tokens, the first one that of id 0.

        Text is UTF-8; any other text is read as Latin-1, with a warning.

    Returns
    -------
    dict of int to str

    Raises
    ------
    OSError
        The file can't be read.
    ValueError
        A line or entry has no id, or an id stands twice; the message names the line.
    """
    path = Path(path)
    return vocabulary_in(path) if path.suffix.lower() in (".h5", ".hdf5") else read_vocabulary_text(path)


def given_tokens(tokens: Any, steps: int | None = None) -> Any:
    """Tokens as they are given, or read from ``"file.h5::dataset"``."""
    return tokens_at(tokens, steps) if is_path(tokens) else tokens


def given_vocabulary(vocabulary: Any) -> Any:
    """A vocabulary as it is given, or read from a file."""
    return read_vocabulary(vocabulary) if is_path(vocabulary) else vocabulary


def given_tracks(tracks: Any, steps: int) -> Any:
    """Tracks as they are given, or each read from ``"file.h5::dataset"``."""
    if not isinstance(tracks, Mapping):
        return tracks
    return {name: track_at(each, steps) if is_path(each) else each for name, each in tracks.items()}
