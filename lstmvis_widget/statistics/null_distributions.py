"""Null distributions of the enrichment: the labels dealt anew, and matches of random cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.matching.engine import Engine
from lstmvis_widget.matching.matches import CountedUnit, Matches
from lstmvis_widget.matching.ranking import check_cells, rank_index
from lstmvis_widget.matching.ranking_arguments import RankingArguments
from lstmvis_widget.states.index import OnOffIndex, begin_index
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .countings import Asked, Countings
from .explored import matches_explored, tracks_known
from .ranges import Found, as_found
from .rearranging import draws_of, p_of
from .shares import Shares, shares_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SIMILAR_SHARE = 10
"""A random cell is drawn from that part of all cells (a tenth) whose on-rates are nearest to the given cell's."""

LEAST_SIMILAR = 10
"""A random cell is drawn from at least this many cells, where there are as many."""


def enrichment_null(
    matches: Any,
    track: Any,
    *,
    by: CountedUnit = "step",
    labels: Iterable[str] | None = None,
    where: Any = None,
    against: Iterable[str] | None = None,
    sequences: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    n: int = 200,
    seed: int = 0,
    random_matches: Callable[[np.random.Generator], Any] | None = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """The share of each label in the matches, against its null distributions.

    There are two kinds of draws. ``"rotation"``: the labels of each sequence are rotated by a random number of steps,
    the end moving to the beginning. Their runs, the distances between them, and the matches stay the same; only where
    they meet is random. Labels that are the same throughout each sequence are swapped between sequences instead, and
    labels that are the same throughout each span of labelled steps move from span to span. ``"cells"`` (with
    ``random_matches``): the matches are those of random cells. Labels that go with the matches of any cells are as
    frequent there.

    Parameters
    ----------
    matches : Matches, explorer, or array_like of int, shape (n, 2)
        Half-open ranges of time steps, the best first, as for `enrichment`.
    track : Track, sequence of T labels, or str
        Categorical, zeros and ones, or whole numbers; or the name of a track of the explorer.
    by : {"step", "match", "range", "overlap"}
        The unit that is counted, as for `enrichment`.
    labels : iterable of str, optional
        Labels to look at; by default all.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps that count, as for `cell_alignment`. Labels are dealt only to these.
    against : str or iterable of str, optional
        Labels that each label is held against, as for `cell_alignment`.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the sequences that the matches were ranked in, else one of
        all steps.
    exclude : (int, int), or array_like of int, shape (n, 2), optional
        Leave out matches that overlap this range, or one of these.
    n : int, default 200
        Draws of each kind: p can't go below 1 / (n + 1), 0.048 with 20 draws. If there are no more ways than that to
        deal the labels, each way is drawn once.
    seed : int, default 0
        Of the draws: the same seed gives the same table.
    random_matches : callable, optional
        Takes a numpy Generator and returns the matches of random cells, such as `rank_matches` of `random_cells`, best
        first. Of these, as many are taken as there are matches, without those that overlap ``exclude``; draws without
        any are left out.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each label and kind:

        - ``label``, ``kind``; ``share``, as observed (with ``"overlap"`` the mean overlap), NaN without matches;
          ``n``, the draws that were taken;
        - ``null_mean``, ``null_low`` and ``null_high`` (5 % and 95 % quantiles) of the draws;
        - ``p`` = (1 + draws with at least this share) / (1 + n). It is valid for labels that have nothing to do with
          the states, also where both are alike from step to step, or within a sequence.

        For ``"cells"``, a second p is computed, with the labels dealt anew as for ``"rotation"``, of the difference
        between the share and the mean of the draws; the larger p is given. The reason: cells were selected at one
        place, and their matches are spread otherwise than the matches of random cells.

    Raises
    ------
    ImportError
        pandas isn't installed.
    TypeError, ValueError
        As for `enrichment`.

    Notes
    -----
    A rotation leaves matches whole: one that would lie across the end of its sequence isn't drawn. Where ``where`` or
    ``against`` leave out steps here and there, a rotation counts the matches that it doesn't tear apart, and rotations
    that tear all of them are left out. Rotating joins the end of a sequence with its beginning, which were no
    neighbours. In sequences that are only a few times as long as states and labels stay the same, p is somewhat too low
    for that: about 0.08 in place of 0.05.

    References
    ----------
    B. Phipson, G. K. Smyth: Permutation p-values should never be zero (2010).
    J. Hemerik, J. Goeman: Exact testing with random permutations (2018), for the observed arrangement among the draws.
    A. M. Winkler, M. A. Webster, D. Vidaurre, T. E. Nichols, S. M. Smith: Multi-level block permutation (2015), for
    draws within blocks and of whole blocks.

    Examples
    --------
    Of the words right before "very", 22 % are auxiliaries such as "was". Would words as far apart be that by chance?

    >>> from lstmvis_widget import StateExplorer, enrichment_null
    >>> from lstmvis_widget.datasets import load_alice
    >>> alice = load_alice()
    >>> explorer = StateExplorer(**alice)
    >>> before = explorer.find("very") - 1
    >>> table = enrichment_null(before, alice.tracks["pos"], labels=["AUX"], sequences=alice.sequences, n=99)
    >>> table[["label", "share", "null_mean", "null_high", "p"]].round(2)
      label  share  null_mean  null_high     p
    0   AUX   0.22       0.06        0.1  0.01
    """
    pandas = import_extra("pandas", "analysis", "enrichment_null")
    n = checked_int("n", n, low=1)
    tracks = tracks_known(matches)
    matches, track, sequences = matches_explored(matches, track, sequences)
    countings = Countings(track, by, sequences, Asked(labels, where, against), tracks)
    kinds = ["rotation"] + ["cells"] * (random_matches is not None)

    columns = ["label", "kind", "share", "null_mean", "null_low", "null_high", "p", "n"]
    rows: list[tuple[Any, ...]] = []
    with shown(progress, "comparing labels with chance") as reported:

        def report(done: float) -> None:
            check()
            reported(done / len(kinds))

        for number, (names, counting) in enumerate(countings):
            share = part(report, number / len(countings), (number + 1) / len(countings))
            found = counting.found(matches, exclude)
            rows += _rotated(shares_of(counting, [found]), n, seed, share).rows(names, counting.names, "rotation")
        if random_matches is not None:
            source = np.random.default_rng(seed)
            drawn: list[Found] = []
            for i in range(n):
                report(1 + (i + 1) / n)
                drawn.append(as_found(random_matches(source)))
            for names, counting in countings:
                found = counting.found(matches, exclude)
                others = [counting.found(each, exclude).rows(slice(len(found.start))) for each in drawn]
                compared = _against_others(shares_of(counting, [found, *others]), n, seed, check)
                rows += compared.rows(names, counting.names, "cells")
    return pandas.DataFrame(rows, columns=columns)


class _Compared(NamedTuple):
    """Observed shares, shape (names,), the draws, shape (n, names), and p."""

    observed: Floats
    draws: Floats
    p: Floats

    def rows(self, wanted: Sequence[str], names: Sequence[str], kind: str) -> list[tuple[Any, ...]]:
        """A row for each of the names that is wanted."""
        n = len(self.draws)
        none = np.full(len(names), np.nan)
        low, high = np.quantile(self.draws, [0.05, 0.95], axis=0) if n else (none, none)
        mean = self.draws.mean(0) if n else none
        columns = (names, [kind] * len(names), self.observed, mean, low, high, self.p, [n] * len(names))
        return [row for row in zip(*columns, strict=True) if row[0] in wanted]


def _rotated(shares: Shares, n: int, seed: int, report: Report) -> _Compared:
    """The shares of one set of matches with the labels dealt anew."""
    observed, draws = shares.observed()[0], []
    if not np.isnan(observed).any():
        for i, arrangement in enumerate(draws_of(shares.whole(), n, seed)):
            report((i + 1) / n)
            draws.append(shares.after(arrangement)[0])
    dealt = np.array(draws).reshape(-1, len(observed))
    dealt = dealt[~np.isnan(dealt).any(1)]
    return _Compared(observed, dealt, p_of(observed, dealt))


def _against_others(shares: Shares, n: int, seed: int, check: Check) -> _Compared:
    """The shares of the first set of matches against those of the others."""
    every = shares.observed()
    observed, others = every[0], every[1:]
    others = others[~np.isnan(others).any(1)]
    p = p_of(observed, others)
    if len(others) and not np.isnan(observed).any():
        excess = []
        for arrangement in draws_of(shares.rearranging, n, seed):
            check()
            excess.append(_excess(shares.after(arrangement)))
        p = np.maximum(p, p_of(_excess(every), np.array(excess).reshape(-1, len(p))))
    return _Compared(observed, others, p)


def _excess(every: Floats) -> Floats:
    """By how much the shares of the first set exceed the mean of the others; infinite where there are none."""
    others = every[1:]
    others = others[~np.isnan(others).any(1)]
    return (
        every[0] - others.mean(0) if len(others) and not np.isnan(every[0]).any() else np.full(every.shape[1], np.inf)
    )


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
    origin: RankingArguments,
    index: OnOffIndex | Engine | None = None,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,
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
    progress : callable, optional
        Given the share of the indexing that is done, 0…1.

    Returns
    -------
    callable
        Takes a numpy Generator.
    """
    if index is None:
        index = begin_index(origin.states, origin.pattern.threshold).run(check=check, progress=progress)
    indexed = index
    # A cell without values is never on: it stands for no other one.
    known = np.union1d(origin.states.known_cells, origin.cells)
    rates, given = indexed.on_rates(known), np.searchsorted(known, origin.cells)

    def draw(source: np.random.Generator) -> Matches:
        return rank_index(
            indexed,
            known[random_cells(rates, given, source)],
            pattern=origin.pattern,
            sequences=origin.sequences,
            min_length=origin.min_length,
            k=origin.k,
            length_filter=origin.length_filter,
            check=check,
        )

    return draw
