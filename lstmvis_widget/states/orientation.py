"""Recognising states that were given as (cells, time steps) instead of (time steps, cells)."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .sources import States

FAR_MORE = 10
"""So many times as many cells as time steps are suspicious."""

MANY_CELLS = 200
"""Fewer cells than this never are."""


@contextlib.contextmanager
def explaining_transposed(
    layers: Mapping[str, States], tokens: Any, tracks: Any, sequences: Any, *, stacklevel: int
) -> Iterator[None]:
    """Say so where the data along time, whose lengths are checked in here, fit the states only if these are transposed.

    Parameters
    ----------
    layers : mapping of str to States
    tokens, tracks, sequences
        As `StateExplorer` takes them.
    stacklevel : int
        As of `warnings.warn`, counted from the caller.

    Raises
    ------
    ValueError
        As raised in here; if there are as many tokens, labels of a track, or steps in all sequences as a layer has
        cells, the message says what to write.

    Warns
    -----
    UserWarning
        No length tells the number of time steps, and a layer has far more cells than steps.
    """
    try:
        yield
    except ValueError as error:
        for name, states in layers.items():
            steps, cells = len(states), states.source_cells
            for what, count in _counts(tokens, tracks, sequences):
                if count == cells != steps:
                    msg = f"{error}; {_fits_transposed(name, layers, steps, cells, what)}"
                    raise type(error)(msg) from error
        raise
    if tokens is None and sequences is None and (tracks is None or len(tracks) == 0):
        for name, states in layers.items():
            steps, cells = len(states), states.source_cells
            if cells >= max(MANY_CELLS, FAR_MORE * steps):
                msg = (
                    f"{_named(name, layers)} {steps:,} time steps and {cells:,} cells; if it is the other way round, "
                    f"give {_transposed(name, layers)}"
                )
                warnings.warn(msg, UserWarning, stacklevel=stacklevel + 2)


def _counts(tokens: Any, tracks: Any, sequences: Any) -> list[tuple[str, int]]:
    """What was given along time, in words, and for how many steps."""
    counts = [("tokens", len(tokens))] if hasattr(tokens, "__len__") and not isinstance(tokens, str | bytes) else []
    if isinstance(tracks, Mapping):
        counts += [
            (f"entries of track {name!r}", len(track))
            for name, track in tracks.items()
            if hasattr(track, "__len__") and not isinstance(track, str | bytes)
        ]
    elif hasattr(tracks, "__len__"):
        counts.append(("rows of tracks", len(tracks)))
    with contextlib.suppress(TypeError, ValueError):
        counts += [] if sequences is None else [("steps in the sequences", int(np.sum(sequences)))]
    return counts


def _fits_transposed(name: str, layers: Mapping[str, States], steps: int, cells: int, what: str) -> str:
    return (
        f"{_named(name, layers)} the shape ({steps}, {cells}), and there are {cells} {what}: the states seem to be "
        f"transposed, give {_transposed(name, layers)}"
    )


def _named(name: str, layers: Mapping[str, States]) -> str:
    return "the states have" if len(layers) == 1 else f"layer {name!r} has"


def _transposed(name: str, layers: Mapping[str, States]) -> str:
    return "states.T" if len(layers) == 1 else f"{{{name!r}: states.T, …}}"
