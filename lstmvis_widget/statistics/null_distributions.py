"""Null distributions of the enrichment: the track rotated in time, and matches of random cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.matching.engine import Engine
from lstmvis_widget.matching.matches import CountedUnit, Matches
from lstmvis_widget.matching.ranking import check_cells, rank_index
from lstmvis_widget.matching.ranking_arguments import RankingArguments
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported
from lstmvis_widget.work.extras import import_extra

from .enrichment import Counting, Found, Steps, as_found, counting_of, without

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

SIMILAR_SHARE = 10
"""A random cell is drawn from that part of all cells (a tenth) whose on-rates are nearest to the given cell's."""

LEAST_SIMILAR = 10
"""A random cell is drawn from at least this many cells, where there are as many."""


def enrichment_null(
    matches: Any,
    track: Any,
    *,
    by: CountedUnit = "step",
    sequences: ArrayLike | None = None,
    exclude: tuple[int, int] | None = None,
    n: int = 200,
    seed: int = 0,
    random_matches: Callable[[np.random.Generator], Any] | None = None,
    check: Check = never_cancelled,
    progress: Report = not_reported,
) -> pd.DataFrame:
    """The share of each label in the matches, against its null distributions.

    There are two kinds of draws. ``"rotation"``: the track is rotated by a random number of steps, its end moving to
    its beginning. Its runs, the distances between them, and the matches stay the same; only where they meet is random.
    ``"cells"`` (with ``random_matches``): the matches are those of random cells. Labels that go with the matches of any
    cells are as frequent there.

    Parameters
    ----------
    matches, track, by, sequences, exclude
        As for `enrichment`.
    n : int, default 200
        Draws of each kind.
    seed : int, default 0
    random_matches : callable, optional
        Takes a numpy Generator and returns the matches of random cells, such as `rank_matches` of `random_cells`.
    check, progress : callable, optional
        Called now and then: ``check`` may raise to end the work, ``progress`` gets the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each label and kind: ``label, kind, share`` (observed), ``null_mean``, ``null_low`` and
        ``null_high`` (5 % and 95 % quantiles of the draws), ``p`` = (1 + draws with at least this share) / (1 + n), and
        ``n``.

    Raises
    ------
    ImportError
        pandas isn't installed.
    """
    pandas = import_extra("pandas", "analysis", "enrichment_null")
    n = checked_int("n", n, low=1)
    counting = counting_of(track, by, sequences)
    found = without(as_found(matches), exclude)
    counting.check(found)
    source = np.random.default_rng(seed)
    observed = _shares(counting, found)
    kinds = ["rotation"] + ["cells"] * (random_matches is not None)
    rows = []
    for number, kind in enumerate(kinds):
        draws = np.empty((n, len(counting.names)))
        for i in range(n):
            check()
            if random_matches is None or kind == "rotation":
                draws[i] = _rotated(counting, found, int(source.integers(1, max(2, counting.steps))))
            else:
                draws[i] = _shares(counting, without(as_found(random_matches(source)), exclude))
            progress((number + (i + 1) / n) / len(kinds))
        at_least = (draws >= observed - 1e-12).sum(0)
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        mean = draws.mean(0)
        rows += [
            (name, kind, observed[j], mean[j], low[j], high[j], (1 + at_least[j]) / (1 + n), n)
            for j, name in enumerate(counting.names)
        ]
    columns = ["label", "kind", "share", "null_mean", "null_low", "null_high", "p", "n"]
    return pandas.DataFrame(rows, columns=columns)


def _shares(counting: Counting, found: Found) -> NDArray[np.float64]:
    """For each label the share of the ranges' units that have it; 0 without units."""
    if len(found.start) == 0:
        return np.zeros(len(counting.names))
    return counting.hits(found) / counting.inside(found)


def _rotated(counting: Counting, found: Found, shift: int) -> NDArray[np.float64]:
    """The shares with the track rotated by ``shift``, found by moving the ranges instead."""
    if len(found.start) == 0:
        return np.zeros(len(counting.names))
    steps = counting.steps
    start = (found.start + shift) % steps
    stop = start + (found.stop - found.start)
    if isinstance(counting, Steps):
        wrapped = stop > steps
        moved = Found(
            np.concatenate([start, np.zeros(wrapped.sum(), np.int64)]),
            np.concatenate([np.minimum(stop, steps), stop[wrapped] - steps]),
        )
        return _shares(counting, moved)
    # A range that the rotation moved across the end of the text has no label.
    whole = stop <= steps
    return counting.hits(Found(start[whole], stop[whole])) / len(start)


def random_cells(rates: ArrayLike, cells: ArrayLike, source: np.random.Generator) -> Ints:
    """As many other cells, of about the same on-rates.

    Parameters
    ----------
    rates : array_like of float, shape (D,)
        Share of the steps at which each cell is on.
    cells : array_like of int
        The cells to replace; none of them is drawn.
    source : numpy Generator

    Returns
    -------
    ndarray of int64
        Sorted. For each given cell, in random order, one cell is drawn from those not yet drawn whose on-rates are
        nearest to its own: a tenth of all cells, at least 10. Fewer than given where there are too few other cells.
    """
    given = np.asarray(rates, np.float64)
    wanted = check_cells(cells, len(given))
    free = np.setdiff1d(np.arange(len(given)), wanted)
    similar = max(LEAST_SIMILAR, len(given) // SIMILAR_SHARE)
    drawn: list[int] = []
    for cell in source.permutation(wanted).tolist():
        if len(free) == 0:
            break
        nearest = free[np.argsort(np.abs(given[free] - given[cell]), kind="stable")[:similar]]
        drawn.append(int(source.choice(nearest)))
        free = free[free != drawn[-1]]
    return np.sort(np.array(drawn, np.int64))


def random_matches(
    origin: RankingArguments, index: OnOffIndex | Engine | None = None, *, check: Check = never_cancelled
) -> Callable[[np.random.Generator], Matches]:
    """A function that draws the matches of `random_cells`, for `enrichment_null`.

    Parameters
    ----------
    origin : RankingArguments
        Every draw uses these arguments, with random cells in place of the cells.
    index : OnOffIndex or Engine, optional
        The states of ``origin`` at its threshold. Without one the states are indexed here.
    check : callable, optional
        Called now and then, also by a draw; it may raise to end the work.

    Returns
    -------
    callable
        Takes a numpy Generator.
    """
    indexed = OnOffIndex.build(origin.states, origin.pattern.threshold, check=check) if index is None else index
    rates = indexed.on_rates()

    def draw(source: np.random.Generator) -> Matches:
        return rank_index(
            indexed,
            random_cells(rates, origin.cells, source),
            pattern=origin.pattern,
            sequences=origin.sequences,
            min_length=origin.min_length,
            k=origin.k,
            length_filter=origin.length_filter,
            check=check,
        )

    return draw
