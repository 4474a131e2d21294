"""Which steps a statistic of labels counts, and which labels it holds a label against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.timeline.labels import MISSING, Labels, as_labels

from .explored import track_named

Mask = NDArray[np.bool_]

ALLOWED = "where must be a mask of T booleans, or (track, label), such as ('pos', 'NOUN'), with one label or several"


def mask_of(where: Any, steps: int, tracks: Mapping[str, Any] | None = None) -> Mask | None:
    """The steps that ``where`` names, as a mask of shape (T,); None for None, all steps.

    Parameters
    ----------
    where : array_like of bool, shape (T,), or (track, label)
        A track is a name among ``tracks``, or anything that `as_labels` takes; a label is one or several.
    steps : int
        T.
    tracks : mapping, optional
        Those of an explorer.

    Raises
    ------
    TypeError, ValueError
        It is neither, has another length, or there is no such track or label.
    """
    if where is None:
        return None
    if isinstance(where, tuple) and len(where) == 2:
        track, wanted = where
        if isinstance(track, str):
            if tracks is None:
                raise TypeError(
                    f"where names the track {track!r}, and names need an explorer; with arrays give its labels: "
                    "where=(labels, 'NOUN')"
                )
            track = track_named(track, tracks)
        known = as_labels(track, steps)
        return np.isin(known.codes, [known.names.index(name) for name in named("where", wanted, known.names)])
    mask = as_numpy(where)
    if mask.dtype != np.bool_:
        raise TypeError(f"{ALLOWED}; got {brief(where)}")
    if mask.shape != (steps,):
        raise ValueError(f"where must have one boolean for each of {steps} time steps; got shape {mask.shape}")
    return np.asarray(mask)


def named(argument: str, given: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that an argument names, one or several.

    Raises
    ------
    ValueError
        One isn't among ``names``.
    """
    wanted = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    wanted = tuple(str(name) for name in wanted)
    unknown = [name for name in wanted if name not in names]
    if unknown:
        listed = ", ".join(map(repr, names)) or "no label"
        raise ValueError(f"{argument} must be among {listed}; got {unknown[0]!r}")
    return wanted


def counted_only(labels: Labels, mask: Mask | None) -> Labels:
    """The labels with those outside of a mask missing, which aren't counted."""
    if mask is None:
        return labels
    return labels._replace(codes=np.where(mask, labels.codes, MISSING))


def names_asked(known: tuple[str, ...], labels: Any, against: Any) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """The labels to look at, and those that each is held against, None for all others.

    Parameters
    ----------
    known : tuple of str
        All labels.
    labels : iterable of str, or None
        None for all, or for all that aren't among ``against``.
    against : str, iterable of str, or None

    Raises
    ------
    ValueError
        There is no such label.
    """
    names = known if labels is None else named("labels", labels, known)
    if against is None:
        return names, None
    others = named("against", against, known)
    return names if labels is not None else tuple(name for name in names if name not in others), others


def together(name: str, against: tuple[str, ...]) -> tuple[str, ...]:
    """A label and those that it is held against.

    Raises
    ------
    ValueError
        The label is among those.
    """
    if name in against:
        raise ValueError(f"a label can't be held against itself: {name!r} is both among labels and among against")
    return (name, *against)


def held_against(labels: Labels, name: str, against: tuple[str, ...]) -> Labels:
    """The labels with all but one, and those that it is held against, missing.

    Raises
    ------
    ValueError
        The label is among those.
    """
    kept = [labels.names.index(each) for each in together(name, against)]
    return counted_only(labels, np.isin(labels.codes, kept))
