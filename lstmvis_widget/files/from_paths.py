"""What may be given to an explorer as a path: a whole file, or its tokens, vocabulary and tracks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MethodType
from typing import Any, overload

from lstmvis_widget.states.sources import States
from lstmvis_widget.work.memory import format_bytes, free_memory

from . import saving as files


def explore_file(kind: Callable[..., Any], path: str | os.PathLike[str], **options: Any) -> Any:
    """Explore what `save_states` or `StateWriter` has written, also while it is being written: what is complete then.

    Parameters
    ----------
    path : path
        Of the file; `lstmvis_widget.files` documents how it is laid out.
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
        It is laid out otherwise, holds no steps, or lengths in it disagree.
    TypeError, traitlets.TraitError
        A keyword is unknown, or a value isn't allowed.
    """
    contents = files.read_file(path)
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
    """Opens a file where it is asked of the class; of a widget, `open` is that of ipywidgets: the comm to the page."""

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


def is_path(value: Any) -> bool:
    """Whether a value stands for something in a file."""
    return isinstance(value, str | os.PathLike)


def given_tokens(tokens: Any, steps: int) -> Any:
    """Tokens as they are, or those of ``"file.h5::dataset"``."""
    return files.tokens_at(tokens, steps) if is_path(tokens) else tokens


def given_vocabulary(vocabulary: Any) -> Any:
    """A vocabulary as it is, or that of a file."""
    return files.read_vocabulary(vocabulary) if is_path(vocabulary) else vocabulary


def given_tracks(tracks: Any, steps: int) -> Any:
    """Tracks as they are, those given as ``"file.h5::dataset"`` read."""
    if not isinstance(tracks, Mapping):
        return tracks
    return {name: files.track_at(each, steps) if is_path(each) else each for name, each in tracks.items()}


def check_fits(layers: Mapping[str, States]) -> None:
    """Raise ValueError where a layer has more steps and cells than can be explored in the memory that is free.

    What a file says of its shape is not believed before: one bit a value is the least that exploring it takes.
    """
    free = free_memory()
    for name, states in layers.items():
        least = -(-states.shape[1] // 64) * 8 * states.shape[0]
        if least > free:
            msg = (
                f"layer {name!r} of shape {states.shape} can't be explored: which cells are on when would take "
                f"{format_bytes(least)} of memory, and {format_bytes(free)} are free"
            )
            raise ValueError(msg)
