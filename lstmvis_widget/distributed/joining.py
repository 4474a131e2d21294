"""Several Dask arrays, or members of arrays (B, T, D), as one array (T, D): one sequence after the other, lazily."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np

from lstmvis_widget.given.arrays import as_numpy

from .lazy_dask import Array, base, da, highlevelgraph

Part = tuple[Array, Any, int, int]
"""An array, which of its members (None: it has none), and rows of it [start, stop)."""

FEW = 64
"""Members that are sliced one by one: a task a member and chunk, and members may be long."""

Cut = tuple[int, int, int]
"""Member of a chunk (b, t, D), and rows of it [start, stop)."""


def joined(parts: Sequence[Part], dtype: np.dtype[Any]) -> Array:
    """One array of all these rows.

    Members of one array that follow each other are cut out chunk by chunk: one task a chunk, whatever it has of them.
    """
    found = []
    for (_, is_alone), run in groupby(parts, lambda part: (id(part[0]), part[1] is None)):
        some = list(run)
        if is_alone:
            found += [array[start:stop] for array, _, start, stop in some]
        elif len(some) <= FEW or hasattr(some[0][0], "expr"):  # Dask's new arrays have no layers of tasks
            found += [array[member, start:stop] for array, member, start, stop in some]
        else:
            found.append(_of_batch(some))
    return da.concatenate([each.astype(dtype) for each in found], axis=0)


def _of_batch(parts: Sequence[Part]) -> Array:
    """Some rows of members of one array (B, T, D)."""
    array = parts[0][0]
    if max(array.chunks[0], default=1) > 1:  # a chunk has rows of several members: they must be whole to be in order
        array = array.rechunk({1: -1})
    steps = np.cumsum((0, *array.chunks[1]))
    members = np.cumsum((0, *array.chunks[0]))
    places: list[tuple[int, int, list[Cut]]] = []  # chunk along B, chunk along T, what is cut out of it
    for _, member, start, stop in parts:
        chunk = int(np.searchsorted(members, member, side="right")) - 1
        for column in range(len(array.chunks[1])):
            begin, end = max(start, int(steps[column])), min(stop, int(steps[column + 1]))
            if begin >= end:
                continue
            if not places or places[-1][:2] != (chunk, column):
                places.append((chunk, column, []))
            places[-1][2].append((member - int(members[chunk]), begin - int(steps[column]), end - int(steps[column])))
    return _cut_out(array, places)


def _cut_out(array: Array, places: Sequence[tuple[int, int, list[Cut]]]) -> Array:
    if not places:
        return da.zeros((0, array.shape[2]), dtype=array.dtype)
    name = f"rows-of-members-{base.tokenize(array.name, places)}"
    graph = {
        (name, number, 0): (partial(_cut, cuts), (array.name, chunk, column, 0))
        for number, (chunk, column, cuts) in enumerate(places)
    }
    sizes = tuple(sum(stop - start for _, start, stop in cuts) for _, _, cuts in places)
    layered = highlevelgraph.HighLevelGraph.from_collections(name, graph, dependencies=[array])
    return da.Array(layered, name, (sizes, (array.shape[2],)), dtype=array.dtype)


def _cut(cuts: Sequence[Cut], chunk: Any) -> Any:
    values = as_numpy(chunk)
    return np.concatenate([values[member, start:stop] for member, start, stop in cuts])
