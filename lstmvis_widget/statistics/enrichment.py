"""How frequent labels are in the matches, against their base rates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from lstmvis_widget.matching.matches import CountedUnit
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .contingency import Stratum, odds_ratio
from .countings import Asked, Countings
from .explored import matches_explored, tracks_known

if TYPE_CHECKING:
    import pandas as pd


def enrichment(
    matches: Any,
    track: Any,
    *,
    by: CountedUnit = "step",
    labels: Iterable[str] | None = None,
    where: Any = None,
    against: Iterable[str] | None = None,
    sequences: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    confidence: float = 0.95,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """How often each label occurs in the matches, against its base rate.

    Parameters
    ----------
    matches : Matches, explorer, or array_like of int, shape (n, 2)
        Half-open ranges of time steps, the best first. A range that is given more than once counts once. Matches know
        the sequences that they were ranked in, an explorer stands for its matches.
    track : Track, sequence of T labels, or str
        Categorical, zeros and ones, or whole numbers. A name is that of a track of the explorer, or of the explorer
        that the matches are from.
    by : {"step", "match", "range", "overlap"}
        The unit that is counted. ``"step"``: the distinct steps in the matches; steps without a label, None in the
        track, aren't counted. ``"match"``: whole matches; one has a label if all its steps have it. ``"range"``: whole
        matches; one has a label if it is exactly one of the label's ranges (`ranges_of`), such as a noun phrase from
        its first to its last word. ``"overlap"``: whole matches; one has a label as far as it overlaps the one of the
        label's ranges that it overlaps best: the steps of both divided by the steps of either, 0…1 (1: exactly this
        range). With BIO labels the rows of ``"range"`` and ``"overlap"`` are the kinds of phrase.
    labels : iterable of str, optional
        Labels to look at; by default all.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps that count, as for `cell_alignment`: in the matches, and in all that they are compared with. A whole
        match counts if all its steps do, and ranges of a label end where the steps that count end.
    against : str or iterable of str, optional
        Labels that each label is held against, as for `cell_alignment`: for a label only the steps with it or with one
        of these count.
    sequences : array_like of int, optional
        Lengths of the sequences. Needed for whole matches only: their base rate is taken over all ranges within a
        sequence that are as long as the matches.
    exclude : (int, int), or array_like of int, shape (n, 2), optional
        Leave out matches that overlap this range, or one of these, such as the selection, which was chosen, not found.
    confidence : float, default 0.95
        Level of the confidence interval of the odds ratio, between 0 and 1.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each label, the smallest p first:

        - ``label``;
        - ``share``, 0…1: the share of the steps or matches that have the label; ``count`` of ``total``; with
          ``"overlap"`` their mean and summed overlap;
        - ``base_rate``, 0…1: the same share of all steps, or of all ranges with the lengths of the matches (in the same
          mixture);
        - ``odds_ratio``, with ``ci_low`` and ``ci_high``: the odds of the label in the matches divided by the odds
          outside, by Mantel and Haenszel over the lengths;
        - ``p``: one-sided, by Fisher's exact test (its stratified form over several lengths). With ``"overlap"``: the
          probability that as many ranges of these lengths, each drawn at random, overlap as far in sum (exact up to
          rounding each overlap to percent; never given as less than 1e-12);
        - ``p_adjusted``: adjusted for the number of labels, after Benjamini and Hochberg.

        Matches that share steps share their labels, so that several tell little more than one. Hence the odds ratio of
        whole matches and its interval are computed from the matches that don't overlap a better one (as
        `Matches.folded` keeps them), and p is never below their p; ``share`` and ``count`` are of all. With
        ``"overlap"``, overlaps from 0 to 1 take the place of 0 or 1 in the odds; the interval is then too wide rather
        than too narrow.

        p takes labels as dealt to steps at random. It says little where neighbouring steps are alike, or a sequence has
        its label throughout. `enrichment_null` keeps that, and gives a p that holds.

    Raises
    ------
    ImportError
        pandas or scipy isn't installed.
    TypeError, ValueError
        The track has no labels, or not these, or the matches aren't ranges of its steps; one of whole matches crosses
        the end of a sequence; ``where`` or ``against`` is refused as by `cell_alignment`.

    References
    ----------
    R. A. Fisher: Statistical methods for research workers (1934), section 21.02.
    N. Mantel, W. Haenszel: Statistical aspects of the analysis of data from retrospective studies of disease (1959).
    Y. Benjamini, Y. Hochberg: Controlling the false discovery rate (1995).
    P. Jaccard: Étude comparative de la distribution florale (1901), for the overlap.

    Examples
    --------
    >>> from lstmvis_widget import enrichment
    >>> chunks = ["B-NP", "I-NP", "I-NP", "O", "B-VP", "O", "O", "O", "O", "O"]
    >>> table = enrichment([(1, 3), (4, 5)], chunks, by="overlap")
    >>> table[["label", "share", "count", "total"]].round(2)
      label  share  count  total
    0    VP   0.50   1.00      2
    1    NP   0.33   0.67      2

    Which parts of speech are frequent in the matches of "said the"?

    >>> from lstmvis_widget import StateExplorer, enrichment
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(5470, 5472))
    >>> table = enrichment(explorer, "pos", exclude=explorer.selection)
    >>> table[["label", "share", "base_rate"]].head(2).round(2)
      label  share  base_rate
    0  VERB   0.47       0.13
    1   DET   0.32       0.07
    """
    pandas = import_extra("pandas", "analysis", "enrichment")
    stats = import_extra("scipy.stats", "analysis", "enrichment")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, such as 0.95; got {confidence!r}")
    tracks = tracks_known(matches)
    matches, track, sequences = matches_explored(matches, track, sequences)
    rows: list[tuple[Any, ...]] = []
    with shown(progress, "counting labels") as report:
        countings = Countings(track, by, sequences, Asked(labels, where, against), tracks)
        for names, counting in countings:
            found = counting.found(matches, exclude)
            independent = counting.independent(found)
            alone = counting.strata(independent)
            for (label, strata), (_, fewer) in zip(counting.strata(found), alone, strict=True):
                if label not in names:
                    continue
                check()
                report(len(rows) / len(countings.names))
                p = max(counting.p(label, strata, found), counting.p(label, fewer, independent))
                rows.append((label, *_counted(strata, fewer, p, confidence)))
    columns = ["label", "share", "base_rate", "odds_ratio", "ci_low", "ci_high", "p", "count", "total"]
    table = pandas.DataFrame(rows, columns=columns)
    adjusted = stats.false_discovery_control(table["p"]) if len(table) else table["p"]
    table.insert(7, "p_adjusted", adjusted)
    return table.sort_values(["p", "odds_ratio", "label"], ascending=[True, False, True], ignore_index=True)


def _counted(strata: list[Stratum], independent: list[Stratum], p: float, confidence: float) -> tuple[float, ...]:
    """The numbers of a label's row, from its counts in all matches and in those that don't overlap a better one."""
    count, total = sum(each.hits for each in strata), sum(each.inside for each in strata)
    weights = sum(each.inside * each.labelled / each.total for each in strata if each.total)
    share, base = (count / total, weights / total) if total else (np.nan, np.nan)
    ratio = odds_ratio(independent, confidence) if total else (np.nan,) * 3
    return share, base, *ratio, p if total else 1.0, count, total
