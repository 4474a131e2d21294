"""What chance makes of the same annotation: labels moved in time, and other cells selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.matching.engine import Engine
from lstmvis_widget.matching.matches import CountedUnit, Matches
from lstmvis_widget.matching.ranking import check_cells, rank_index
from lstmvis_widget.matching.ranking_arguments import RankingArguments
from lstmvis_widget.matching.selection import check_count
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.work.cancelling import never_cancelled
from lstmvis_widget.work.extras import import_extra

from .enrichment import Counting, Found, Steps, as_found, counting_of, without

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Progress = Callable[[float], None]

SIMILAR_SHARE = 10
"""A random cell is taken from the tenth of all cells whose on-rates are nearest to that of the one it stands for."""

LEAST_SIMILAR = 10


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
    check: Callable[[], None] = never_cancelled,
    progress: Progress = lambda _: None,
) -> pd.DataFrame:
    """The share of each label in the matches, among those that chance brings about.

    Two kinds of chance: in ``"rotation"`` the track is turned by a random number of steps, end to beginning, so that
    its runs and the distances between them, and the matches, stay as they are and only their coincidence is left to
    chance; in ``"cells"`` (with ``random_matches``) the matches are those of random cells, so that what any cells'
    switching on together would give counts as chance.

    Parameters
    ----------
    matches, track, by, sequences, exclude
        As for `enrichment`.
    n : int, default 200
        Draws of each kind.
    seed : int, default 0
    random_matches : callable, optional
        Gets a numpy Generator and gives the matches of random cells, as `random_cells` and `rank_matches` make them.
    check, progress : callable, optional
        Called on the way; ``check`` may raise to end the work, ``progress`` gets the share done.

    Returns
    -------
    pandas.DataFrame
        One row a label and kind: ``label, kind, share`` (observed), ``null_mean``, ``null_low`` and ``null_high`` (5 %
        and 95 % of the draws), ``p`` = (1 + draws with at least this share) / (1 + n), and ``n``.

    Raises
    ------
    ImportError
        pandas isn't installed.
    """
    pandas = import_extra("pandas", "analysis", "enrichment_null")
    check_count("n", n, least=1)
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
    """For each label the share of the units inside that have it; 0 where there are none."""
    if len(found.start) == 0:
        return np.zeros(len(counting.names))
    return counting.hits(found) / counting.inside(found)


def _rotated(counting: Counting, found: Found, shift: int) -> NDArray[np.float64]:
    """The shares with the track turned by ``shift``: the ranges are moved instead."""
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
    # A range that a turn has laid over the end of the text, or of a sequence, is no run and no phrase.
    whole = stop <= steps
    return counting.hits(Found(start[whole], stop[whole])) / len(start)


def random_cells(rates: ArrayLike, cells: ArrayLike, source: np.random.Generator) -> Ints:
    """As many other cells with about the same on-rates.

    Parameters
    ----------
    rates : array_like of float, shape (D,)
        Share of the steps at which each cell is on.
    cells : array_like of int
        The cells to stand for; none of them is drawn.
    source : numpy Generator

    Returns
    -------
    ndarray of int64
        Sorted. For each cell, in random order, one that hasn't been drawn yet among those, a tenth of all and at least
        10, whose on-rates are nearest to its own. Fewer where there aren't enough other cells.
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
    origin: RankingArguments, index: OnOffIndex | Engine | None = None, *, check: Callable[[], None] = never_cancelled
) -> Callable[[np.random.Generator], Matches]:
    """A function that draws matches of `random_cells`, for `enrichment_null`.

    Parameters
    ----------
    origin : RankingArguments
        All but the cells is used for every draw; the random cells are like its cells.
    index : OnOffIndex or Engine, optional
        The states of ``origin`` at its threshold. Without one the states are indexed here.
    check : callable, optional
        Called on the way; it may raise to end the work, also that of a draw.

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
