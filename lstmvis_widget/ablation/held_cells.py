"""Which cells are held at what: the user's, and random ones like them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_number, checked_ints, is_finite

from .reading import Cells
from .runs import HeldSet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEAN, ZERO, RESAMPLE = "mean", "zero", "resample"

ALLOWED = f"value must be {MEAN!r}, {ZERO!r}, {RESAMPLE!r}, a number, or a number for each of the cells"

GROUPS, LEAST_GROUP = 10, 10
"""Cells are drawn from the tenth with the most similar on-rates, which has at least so many."""

Value = str | float | Floats


def checked_cells(cells: Any) -> Ints:
    """Cells in their order, each once.

    Raises
    ------
    TypeError, ValueError
        They are no numbers of cells, or one is there twice.
    """
    given = checked_ints("cells", [cells] if as_number(cells) is not None else cells)
    numbers, counts = np.unique(given, return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"each cell must be given once; {numbers[counts > 1][0]} is there more than once")
    return given


def check_there(cells: Ints, layer: str, count: int) -> None:
    """Raise ValueError where a layer has no such cell."""
    beyond = cells[cells >= count]
    if len(beyond):
        raise ValueError(
            f"{layer} has the cells 0…{count - 1}; got {beyond[0]}. Cells are those of the layer itself: a transform "
            "that doubles them, such as split_signs, and mirrors number others from there on"
        )


def checked_value(value: Any, cells: int | None) -> Value:
    """What cells are held at.

    Parameters
    ----------
    value : str, float, or array_like
    cells : int or None
        How many cells there are; None: numbers for each aren't allowed.

    Raises
    ------
    TypeError, ValueError
        It is nothing that cells can be held at.
    """
    if isinstance(value, str):
        if value not in {MEAN, ZERO, RESAMPLE}:
            raise ValueError(f"{ALLOWED}; got {value!r}")
        return 0.0 if value == ZERO else value
    number = as_number(value)
    if number is not None:
        if not is_finite(number):
            raise ValueError(f"cells are held at finite numbers; got {brief(value)}")
        return float(number)
    try:
        given = np.asarray(as_numpy(value), np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{ALLOWED}; got {brief(value)}") from error
    if cells is None or given.shape != (cells,):
        raise ValueError(f"{ALLOWED}; got {brief(value)}" + ("" if cells is None else f" for {cells} cells"))
    if not np.isfinite(given).all():
        raise ValueError(f"cells are held at finite numbers; got {given[~np.isfinite(given)][0]}")
    return given


def held_set(cells: Ints, value: Value, known: Cells) -> HeldSet:
    """Some cells with what they are held at.

    Raises
    ------
    ValueError
        They have no mean, since they are NaN or infinite at some step.
    """
    if isinstance(value, np.ndarray):
        return HeldSet(cells, value)
    if not isinstance(value, str):
        return HeldSet(cells, np.full(len(cells), float(value)))
    if value == RESAMPLE:
        return HeldSet(cells, None)
    means = known.mean[cells]
    wrong = cells[~np.isfinite(means)]
    if len(wrong):
        raise ValueError(f"cell {wrong[0]} has no mean, as it is NaN or infinite at some step: hold it at a number")
    return HeldSet(cells, means)


def random_sets(cells: Ints, value: Value, known: Cells, count: int, seed: int) -> list[HeldSet]:
    """Other sets of as many cells that are about as often on, or vary about as much.

    Where cells have a value each, each random one is as many standard deviations from its mean as that which it stands
    for, by the order of both.

    Raises
    ------
    ValueError
        There is no other set.
    """
    found = []
    for drawn in other_sets(known.similarity, cells, count, np.random.default_rng(seed)) if count else ():
        if not isinstance(value, np.ndarray):
            found.append(held_set(drawn, value, known))
            continue
        own = np.argsort(known.similarity[cells], kind="stable")
        ordered = drawn[np.argsort(known.similarity[drawn], kind="stable")]
        with np.errstate(invalid="ignore", divide="ignore"):
            away = np.nan_to_num((value - known.mean[cells]) / known.deviation[cells], posinf=0, neginf=0)[own]
        found.append(HeldSet(ordered, known.mean[ordered] + away * known.deviation[ordered]))
    return found


def other_sets(similarity: Floats, cells: Ints, count: int, source: np.random.Generator) -> list[Ints]:
    """Different random sets, none of them the given one, with as many cells of each group of similar ones.

    If the given cells were drawn without looking, from the same groups, any of these sets would have been as likely.
    So the given cells may be among them, and where there are fewer sets all of them are drawn.

    Parameters
    ----------
    similarity : ndarray of float64, shape (D,)
    cells : ndarray of int64, shape (k,)
    count : int
        How many sets.
    source : numpy Generator

    Raises
    ------
    ValueError
        There is no other set.
    """
    groups = np.array_split(np.argsort(similarity, kind="stable"), min(GROUPS, max(1, len(similarity) // LEAST_GROUP)))
    sizes = [int(np.isin(group, cells).sum()) for group in groups]
    own = tuple(np.sort(cells).tolist())
    others = math.prod(math.comb(len(group), size) for group, size in zip(groups, sizes, strict=True)) - 1
    if not others:
        raise ValueError(
            f"there is no other set of {len(cells)} cells among the {len(similarity)} of the layer: leave "
            "against_random out"
        )
    if others <= 2 * count:
        parts = [
            itertools.combinations(np.sort(group).tolist(), size) for group, size in zip(groups, sizes, strict=True)
        ]
        every = [tuple(sorted(itertools.chain(*each))) for each in itertools.product(*parts)]
        every.remove(own)
        chosen = source.permutation(len(every))[:count]
        return [np.array(every[place], np.int64) for place in chosen]
    found: dict[tuple[int, ...], None] = {}
    while len(found) < count:
        drawn = [source.choice(group, size, replace=False) for group, size in zip(groups, sizes, strict=True)]
        found[tuple(np.sort(np.concatenate(drawn)).tolist())] = None
        found.pop(own, None)
    return [np.array(each, np.int64) for each in found]
