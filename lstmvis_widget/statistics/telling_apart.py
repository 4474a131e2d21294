"""Which cells tell some steps from all others, against what chance gives."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int, checked_ints
from lstmvis_widget.given.places import repeated
from lstmvis_widget.timeline.labels import OTHER
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .aligning import greatest
from .explored import explored
from .rank_sums import Ranks, ranks_of
from .rearranging import Blocks, blocks_of, draws_of, p_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_DRAWN_VALUES = 2**26
"""Values that the draws take into account; of a draw with more, evenly spread steps stand for all."""

LEAST_DRAWN_STEPS = 1000
"""But at least so many steps of a draw are taken."""

DRAWS_AT_ONCE = 25
"""Draws that are made in one pass over the states."""


def tell_apart(
    states: Any,
    steps: ArrayLike,
    *,
    sequences: ArrayLike | None = None,
    permutations: int = 0,
    seed: int = 0,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """How well each cell tells some steps from all others.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences. NaN counts as
        lower than any number.
    steps : array_like of int
        Numbers of time steps, 0 ≤ step < T, such as ``explorer.selected_steps``.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T; for ``permutations``. By default the lengths that the explorer has,
        else one sequence of all steps.
    permutations : int, default 0
        Draws for the null distribution of the best cell. Each draw rotates the steps within each sequence by a random
        number of steps, which keeps their runs; where they are whole sequences, it takes as many others.
    seed : int, default 0
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each cell, the best first:

        - ``cell``;
        - ``auc``, 0…1: the probability that the cell is higher at one of the steps than at another step, ties counting
          half, as of `cell_alignment`; NaN where these are all steps, or none;
        - ``sign``: 1 where the cell is higher at the steps (auc ≥ ½), or −1 where it is lower;
        - with ``permutations``: ``p_max`` = (1 + draws whose best cell has at least this |auc − ½|) / (1 + draws),
          adjusted for the number of cells.

    Raises
    ------
    ImportError
        pandas isn't installed.
    TypeError, ValueError
        These are no steps, or the lengths of the sequences don't fit.
    OSError
        The states can't be read.

    Notes
    -----
    Up to 100,000 steps with up to 33 million values the AUC is exact. With more, values are put into bins (up to 8,192
    a cell), and those in the same bin count as ties; and of draws of many steps (over 1,000 with 650 cells and 100
    draws) so many stand for all, evenly spread. That makes chance a little greater than it is: by n of them, the AUC of
    a draw varies by 0.29 / √n more.

    Examples
    --------
    >>> from lstmvis_widget.statistics.telling_apart import tell_apart
    >>> tell_apart([[0.1, 3.0], [0.9, 1.0], [0.8, 2.0], [0.2, 2.5]], [1, 2])
       cell  auc  sign
    0     0  1.0     1
    1     1  0.0    -1
    """
    pandas = import_extra("pandas", "analysis", "tell_apart")
    opened, _, sequences = explored("tell_apart", states, None, sequences)
    within = Sequences.of(sequences, len(opened))
    chosen = np.unique(checked_ints("steps", steps, high=len(opened) - 1))
    permutations = checked_int("permutations", permutations)
    upto = 0.3 if permutations else 1.0
    with shown(progress, "telling steps apart") as shares:
        report = opened.prepare_first(shares, check)
        ranks = ranks_of(opened, check, part(report, 0, 0.7 * upto))
        auc = auc_of_steps(ranks, chosen, check, part(report, 0.7 * upto, upto))
        columns = {"cell": np.arange(ranks.cells), "auc": auc, "sign": signs_of(auc)}
        if permutations:
            rest = part(report, upto, 1.0)
            drawn = best_by_chance(ranks, chosen, within, n=permutations, seed=seed, check=check, progress=rest)
            p = p_of(np.abs(auc - 0.5), drawn.best[:, None])
            columns["p_max"] = np.where(np.isnan(auc), np.nan, p)
    return pandas.DataFrame(columns).iloc[best_first(auc)].reset_index(drop=True)


def auc_of_steps(ranks: Ranks, steps: Ints, check: Check, progress: Report) -> Floats:
    """The AUC of each cell as a sign of these steps, which ascend; NaN where they are all or none."""
    if not 0 < len(steps) < ranks.steps:
        return np.full(ranks.cells, np.nan)
    means = ranks.sums([steps], check, progress)[0] / len(steps)
    return _auc(means, len(steps), ranks.steps)


def _auc(mean_ranks: Floats, count: Any, steps: int) -> Floats:
    auc: Floats = (mean_ranks - (count + 1) / 2) / (steps - count)
    return auc


def signs_of(auc: Floats) -> Ints:
    """1 for cells that are higher at the steps, −1 for those that are lower."""
    return np.where(auc < 0.5, -1, 1)


def best_first(auc: Floats) -> Ints:
    """The cells in the order of |AUC − ½|, the greatest first; of equal ones the lower number first, NaN last."""
    return np.argsort(np.where(np.isnan(auc), np.inf, -np.abs(auc - 0.5)), kind="stable")


class ByChance(NamedTuple):
    """The greatest |AUC − ½| of all cells in each draw, of shape (draws,), and what the draws are.

    ``kind`` is "within" where steps are rotated within their sequences, "among" where they are whole sequences, whose
    places other ones take.
    """

    best: Floats
    kind: str


def best_by_chance(
    ranks: Ranks, steps: Ints, sequences: Sequences, *, n: int, seed: int, check: Check, progress: Report
) -> ByChance:
    """How well the best cell tells steps that chance might have chosen as well as these.

    Parameters
    ----------
    ranks : Ranks
    steps : ndarray of int64
        Ascending. Of all steps, or none, there are no draws.
    sequences : Sequences
    n, seed : int
        How many draws there are, at most: all if there are no more.
    check, progress : callable
    """
    if not 0 < len(steps) < ranks.steps:
        return ByChance(np.zeros(0), "within")
    blocks = _chosen_blocks(steps, sequences)
    most = max(LEAST_DRAWN_STEPS, MOST_DRAWN_VALUES // (n * max(1, ranks.cells)))
    drawn, best = _drawn_steps(blocks, n, seed), [np.zeros(0)]
    while sets := list(itertools.islice(drawn, DRAWS_AT_ONCE)):
        check()
        done = sum(map(len, best))
        share = part(progress, min(1.0, done / n), min(1.0, (done + len(sets)) / n))
        counts = np.array([len(each) for each in sets], np.float64)[:, None]
        taken = [evenly_spread(each, most) for each in sets]
        means = ranks.sums(taken, check, share) / np.array([len(each) for each in taken])[:, None]
        best.append(greatest(_auc(means, counts, ranks.steps)[:, :, None])[:, 0])
    return ByChance(np.concatenate(best), "within" if blocks.kind == "step" else "among")


def _chosen_blocks(steps: Ints, sequences: Sequences) -> Blocks:
    """All steps in blocks; those of code 0 are the chosen ones."""
    codes = np.full(int(sequences.bounds[-1]), OTHER)
    codes[steps] = 0
    return blocks_of(codes, sequences)


def _drawn_steps(blocks: Blocks, n: int, seed: int) -> Iterator[Ints]:
    """The steps of each draw, ascending."""
    places = np.flatnonzero(blocks.codes == 0)
    for arrangement in draws_of(blocks.rearranging, n, seed):
        moved = np.sort(blocks.rearranging.moved(places, arrangement))
        if blocks.kind == "step":
            yield moved
        else:
            sizes = blocks.bounds[moved + 1] - blocks.bounds[moved]
            ends = np.cumsum(sizes)
            yield repeated(blocks.bounds[moved] - (ends - sizes), sizes) + np.arange(int(ends[-1]))


def evenly_spread(steps: Ints, most: int) -> Ints:
    """At most so many of the steps."""
    if len(steps) <= most:
        return steps
    return steps[np.arange(most) * len(steps) // most]
