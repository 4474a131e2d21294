"""The ranges of a label in a track: its runs, or the phrases that chunk labels such as ``B-NP`` mark."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .labels import Labels, as_labels
from .sequences import Sequences
from .tracks import as_track

OUTSIDE, BEGIN, INSIDE, END, SINGLE = range(5)

PREFIXES = {"B": BEGIN, "I": INSIDE, "E": END, "L": END, "S": SINGLE, "U": SINGLE}
"""Prefixes of chunk labels, before the hyphen, in BIO (IOB1, IOB2), IOBES and BILOU."""


def ranges_of(track: Any, label: str, *, sequences: ArrayLike | None = None) -> NDArray[np.int64]:
    """Find the ranges of time steps that have a label.

    Parameters
    ----------
    track : CategoricalTrack or sequence of T labels
        Or what else `as_labels` takes.
    label : str
        A label of the track gives its runs. A kind of chunk gives its phrases: ``"NP"`` the ranges that ``B-NP`` and
        ``I-NP`` mark (in IOB1, IOB2, IOBES or BILOU). A chunk without a proper begin, such as ``I-NP`` after ``O``,
        counts all the same. If the text is both a label and a kind of chunk, it is taken as the label.
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T. No range crosses the end of a sequence.

    Returns
    -------
    int64 array of shape (n, 2)
        Half-open ranges [start, stop) in the order of time, without overlaps. They can be selections of an explorer,
        or ranges for `on_off_patterns`.

    Raises
    ------
    TypeError
        The track has no labels.
    ValueError
        The label isn't in the track (the message names the nearest one), or the lengths don't sum to T.

    References
    ----------
    L. A. Ramshaw, M. P. Marcus: Text chunking using transformation-based learning. Third Workshop on Very Large
    Corpora (1995). Prefixes for the end of a chunk and for a chunk of one step came later.

    Examples
    --------
    The noun phrases of a sentence, and the places of one label:

    >>> from lstmvis_widget import ranges_of
    >>> chunks = ["B-NP", "I-NP", "B-VP", "B-NP", "O"]
    >>> ranges_of(chunks, "NP")
    array([[0, 2],
           [3, 4]])
    >>> ranges_of(chunks, "O")
    array([[4, 5]])
    """
    column = as_track(track)
    try:
        labelled = as_labels(column)
    except TypeError as error:
        raise TypeError(f"ranges_of takes a track of labels; got a {column.kind} track: {error}") from error
    bounds = Sequences.of(sequences, len(labelled.codes)).bounds
    return _ranges(_roles(labelled, str(label)), bounds[:-1])


def _roles(track: Labels, label: str) -> NDArray[np.int8]:
    """For each step whether it is outside, or begins, continues, ends or is by itself a chunk of this label."""
    if label in track.names:
        by_label = [INSIDE if each == label else OUTSIDE for each in track.names]
    else:
        parted = (each.partition("-") for each in track.names)
        by_label = [PREFIXES.get(prefix, OUTSIDE) if rest == label else OUTSIDE for prefix, _, rest in parted]
        if not any(by_label):
            raise ValueError(_not_found(track.names, label))
    return np.array([*by_label, OUTSIDE], np.int8)[np.maximum(track.codes, -1)]  # without a label: the last entry


def _ranges(roles: NDArray[np.int8], sequence_starts: NDArray[np.int64]) -> NDArray[np.int64]:
    before = np.concatenate([[OUTSIDE], roles[:-1]])
    continues = ((roles == INSIDE) | (roles == END)) & ((before == BEGIN) | (before == INSIDE))
    continues[sequence_starts[sequence_starts < len(roles)]] = False
    inside = roles != OUTSIDE
    goes_on = np.append(continues[1:], False)
    starts, stops = np.flatnonzero(inside & ~continues), np.flatnonzero(inside & ~goes_on) + 1
    return np.stack([starts, stops], axis=1).astype(np.int64)


def _not_found(labels: Iterable[str], label: str) -> str:
    chunks = (each.partition("-")[2] for each in labels if each.partition("-")[0] in PREFIXES)
    known = list(dict.fromkeys([*(chunk for chunk in chunks if chunk), *labels]))
    near = difflib.get_close_matches(label, known, n=1)
    listed = ", ".join(map(repr, known[:12])) + (" and so on" if len(known) > 12 else "")
    meant = f"; did you mean {near[0]!r}?" if near else "."
    return f"the track has no label {label!r}{meant} It has {listed or 'none'}"
