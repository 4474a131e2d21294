"""How the selected cells depend on the threshold, and which threshold to begin with."""

from __future__ import annotations

import html
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.numbers import checked_float
from lstmvis_widget.matching.ranking import rank_matches
from lstmvis_widget.matching.selection import check_ranges, select_cells
from lstmvis_widget.states.sources import States, as_states
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.work.extras import import_extra

from .enrichment import enrichment

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

STEPS = 41
"""Thresholds that are tried by default."""

SAME = 0.8
"""Two sets of cells count as about the same from this Jaccard index on (Jaccard 1901)."""

FEWEST, MOST_SHARE = 3, 0.25
"""A suggested threshold selects at least 3 cells and at most a quarter of all, where some threshold does."""


@dataclass(frozen=True, eq=False)
class ThresholdProfile:
    """What each threshold selects, and a threshold to begin with.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for each threshold, ascending: ``threshold``; ``n_cells``, how many cells it selects; ``jaccard``, 0…1,
        the Jaccard index of these cells and those of the row before; with a track also ``share``, ``base_rate``,
        ``odds_ratio``, ``ci_low``, ``ci_high`` of ``label`` in the matches elsewhere (by step).
    suggested : float or None
        A threshold; None where none selects a cell.
    reason : str
        Why that threshold is suggested.
    label : str or None
        The label that the table is about; None without a track.
    per_cell : bool
        Whether thresholds are quantiles of each cell.
    """

    table: pd.DataFrame
    suggested: float | None
    reason: str
    label: str | None
    per_cell: bool

    def __repr__(self) -> str:
        return f"ThresholdProfile: {self.reason}\n{self.table.to_string(index=False, max_rows=12)}"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.reason)}</p>{self.table.to_html(index=False, max_rows=12)}"


def threshold_profile(
    states: Any,
    selection: tuple[int, int],
    *,
    off_before: int = 0,
    off_after: int = 0,
    thresholds: ArrayLike | None = None,
    per_cell: bool = False,
    track: Any = None,
    label: str | None = None,
    k: int = 50,
    sequences: ArrayLike | None = None,
) -> ThresholdProfile:
    """How the selected cells, and the labels of their matches, change with the threshold.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes.
    selection : (int, int)
        Half-open range [start, stop) of time steps.
    off_before, off_after : int, default 0
        Limits in steps, as for `select_cells`.
    thresholds : array_like of float, optional
        By default 41, evenly from where the first cell is lost to where the last cell is lost.
    per_cell : bool, default False
        Take quantiles of each cell for thresholds, 0…1: 0.9 selects the cells that are in the top tenth of their own
        values at every step of the selection (the transform ``"quantile"``).
    track : Track or sequence of T labels, optional
        Rank the matches at each threshold too, and tell how frequent a label is in those that don't overlap the
        selection.
    label : str, optional
        The label; by default the one that most steps of the selection have.
    k : int, default 50
        Matches to look at.
    sequences : array_like of int, optional
        Lengths of the sequences.

    Returns
    -------
    ThresholdProfile

    Notes
    -----
    Without a track, the suggestion is the middle of the longest stretch of thresholds over which the set of cells stays
    about the same (all sets have a Jaccard index of at least 0.8 with one of them), with at least 3 cells and at most a
    quarter of all, where there are such sets. A set that many thresholds select comes from the states and not from the
    choice of the threshold. With a track, it is the threshold with such a set whose odds ratio has the highest lower
    confidence limit.

    Raises
    ------
    ImportError
        pandas, or with a track scipy, isn't installed.
    ValueError
        The selection reaches beyond the steps, or the track doesn't have the label; else as for `select_cells`.
    """
    pandas = import_extra("pandas", "analysis", "threshold_profile")
    opened = States(as_states(states), "quantile") if per_cell else as_states(states)
    [(start, stop)] = check_ranges([selection], len(opened)).tolist()
    limits = {"off_before": off_before, "off_after": off_after}
    tried = _tried(opened, start, stop) if thresholds is None else np.unique(_checked(thresholds))
    sets = [select_cells(opened, start, stop, float(threshold), **limits) for threshold in tried]
    table = pandas.DataFrame({"threshold": tried, "n_cells": [len(cells) for cells in sets]})
    table["jaccard"] = [np.nan, *(_jaccard(a, b) for a, b in itertools.pairwise(sets))]
    if track is None:
        return ThresholdProfile(table, *_stable(tried, sets, opened.shape[1]), None, per_cell)
    label = label or _label_of(track, len(opened), start, stop)
    rows = []
    for threshold, cells in zip(tried.tolist(), sets, strict=True):
        least = min(2, stop - start)
        matches = rank_matches(opened, cells, threshold, min_length=least, k=k + 1, sequences=sequences, **limits)
        found = enrichment(matches, track, exclude=(start, stop)).set_index("label")
        if label not in found.index:
            raise ValueError(f"the track has no label {label!r}; it has {', '.join(map(repr, found.index))}")
        rows.append(found.loc[label, ["share", "base_rate", "odds_ratio", "ci_low", "ci_high"]])
    table = table.join(pandas.DataFrame(rows).reset_index(drop=True))
    return ThresholdProfile(table, *_enriched(table, label, opened.shape[1]), label, per_cell)


def _checked(thresholds: ArrayLike) -> NDArray[np.float64]:
    given = as_numpy(thresholds)
    if given.ndim != 1:
        raise ValueError(f"thresholds must be a list of numbers; got shape {given.shape}")
    return np.array([checked_float("threshold", threshold) for threshold in given.tolist()])


def _tried(states: States, start: int, stop: int) -> NDArray[np.float64]:
    """Thresholds from where the first cell is lost to where the last cell is lost."""
    least = states.read(start, stop).astype(np.float64).min(0)
    finite = least[np.isfinite(least)]
    if not len(finite):
        return np.zeros(1)
    # Of halves, as the range may be wider than the greatest float; halving and doubling are exact.
    return np.unique(2 * np.linspace(finite.min() / 2, finite.max() / 2, STEPS))


def _jaccard(one: Ints, other: Ints) -> float:
    union = len(np.union1d(one, other))
    return len(np.intersect1d(one, other)) / union if union else np.nan


def _fitting(sizes: NDArray[np.int64], cells: int) -> NDArray[np.bool_]:
    """Which sets are neither tiny nor most of the cells; if none is, which aren't empty."""
    fits = (sizes >= FEWEST) & (sizes <= max(FEWEST, MOST_SHARE * cells))
    return fits if fits.any() else sizes > 0


def _stable(tried: NDArray[np.float64], sets: list[Ints], cells: int) -> tuple[float | None, str]:
    sizes = np.array([len(each) for each in sets])
    fits = _fitting(sizes, cells)
    if not fits.any():
        return None, "No threshold selects a cell: none is on at all steps of the selection and off at its limits."
    reaches = {}
    for middle in np.flatnonzero(fits).tolist():
        same = [_jaccard(sets[middle], other) >= SAME for other in sets]
        low = next((i + 1 for i in range(middle, -1, -1) if not same[i]), 0)
        high = next((i for i in range(middle, len(sets)) if not same[i]), len(sets))
        if fits[(low + high - 1) // 2]:
            reaches[middle] = (high - low, -abs(2 * middle - low - high + 1), low, high - 1)
    _, _, low, high = max(reaches.values())
    best = (low + high) // 2
    return float(tried[best]), (
        f"At {tried[best]:.3g} {_cells(sizes[best], cells)} are selected, and about the same ones from "
        f"{tried[low]:.3g} to {tried[high]:.3g}: the longest stretch of thresholds over which the set hardly changes."
    )


def _enriched(table: pd.DataFrame, label: str, cells: int) -> tuple[float | None, str]:
    fits = _fitting(table["n_cells"].to_numpy(), cells) & table["ci_low"].notna().to_numpy()
    if not fits.any():
        return None, "No threshold selects cells that have matches elsewhere."
    best = table.loc[table["ci_low"].where(fits).idxmax()]
    return float(best["threshold"]), (
        f"At {best['threshold']:.3g} {_cells(int(best['n_cells']), cells)} are selected; {best['share']:.0%} of the "
        f"steps of their matches are {label}, against {best['base_rate']:.0%} of all "
        f"(odds ratio {best['odds_ratio']:.2g}, 95 % from {best['ci_low']:.2g} to {best['ci_high']:.2g}): the highest "
        "lower limit of all thresholds tried. It was chosen for that, so that other text should confirm it."
    )


def _cells(count: int, cells: int) -> str:
    return f"{count} of {cells} cells"


def _label_of(track: Any, steps: int, start: int, stop: int) -> str:
    labels = as_labels(track, steps)
    codes = labels.codes[start:stop]
    if not (codes >= 0).any():
        raise ValueError(f"no step of the selection [{start}, {stop}) has a label; say which one is meant")
    return labels.names[int(np.bincount(codes[codes >= 0]).argmax())]
