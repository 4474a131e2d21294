"""How the selected cells depend on the threshold, and which threshold to begin with."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.numbers import checked_float
from lstmvis_widget.matching.ranking import rank_matches
from lstmvis_widget.matching.selection import check_ranges, select_cells
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.labels import MISSING, Labels, as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown

from .counted_steps import counted_only, held_against, mask_of, named
from .countings import counting_of
from .enrichment import enrichment
from .explored import explored, is_explorer
from .rearranging import draws_of
from .shares import shares_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

SELECTING = 0.1
"""Share of the work that is selecting cells, where matches are ranked, too."""

STEPS = 41
"""Thresholds that are tried by default."""

SAME = 0.8
"""Two sets of cells count as about the same from this Jaccard index on (Jaccard 1901)."""

DRAWS = 99
"""How often labels are dealt anew for the width of an interval."""

FEWEST, MOST_SHARE = 3, 0.25
"""A suggested threshold selects at least 3 cells and at most a quarter of all, where some threshold does."""


@dataclass(frozen=True, eq=False)
class ThresholdProfile:
    """What each threshold selects, and a threshold to begin with.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for each threshold, ascending: ``threshold``; ``n_cells``, how many cells it selects; ``jaccard``, 0…1,
        the Jaccard index of these cells and the cells of the row before. With a track also ``share``, ``base_rate``,
        ``odds_ratio``, ``ci_low``, ``ci_high`` of ``label`` in the matches elsewhere (by step), all in the half of the
        text that the threshold was not chosen on. ``chosen_by`` is the lower limit of `enrichment` in the half that it
        was chosen on.
    suggested : float or None
        A threshold; None where none selects a cell.
    reason : str
        Why that threshold is suggested.
    label : str or None
        The label that the table is about; None without a track.
    per_cell : bool
        Whether thresholds are quantiles of each cell.

    Examples
    --------
    How fast does a set of cells change with the threshold?

    >>> from lstmvis_widget import StateExplorer, threshold_profile
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
    >>> profile = threshold_profile(explorer, thresholds=[0.1, 0.2, 0.3, 0.4])
    >>> profile.table.round(2)
       threshold  n_cells  jaccard
    0        0.1       29      NaN
    1        0.2       24     0.83
    2        0.3       16     0.67
    3        0.4       12     0.75
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
    selection: tuple[int, int] | None = None,
    *,
    off_before: int | None = None,
    off_after: int | None = None,
    thresholds: ArrayLike | None = None,
    per_cell: bool = False,
    track: Any = None,
    label: str | None = None,
    where: Any = None,
    against: Iterable[str] | None = None,
    k: int = 50,
    sequences: ArrayLike | None = None,
    progress: Progress = None,
) -> ThresholdProfile:
    """How the selected cells, and the labels of their matches, change with the threshold.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences.
    selection : (int, int), optional
        Half-open range [start, stop) of time steps. By default the one of the explorer.
    off_before, off_after : int, optional
        Limits in steps, as for `select_cells`. By default the explorer's, else 0.
    thresholds : array_like of float, optional
        By default 41, evenly from where the first cell is lost to where the last cell is lost.
    per_cell : bool, default False
        Take quantiles of each cell for thresholds, 0…1: 0.9 selects the cells that are in the top tenth of their own
        values at every step of the selection (the transform ``"quantile"``).
    track : Track, sequence of T labels, or str, optional
        Rank the matches at each threshold too, and tell how frequent a label is in those that don't overlap the
        selection. A name is that of a track of the explorer.
    label : str, optional
        The label; by default the most frequent one at the steps of the selection that count.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps at which the label is counted, as for `cell_alignment`; matches are ranked over all steps.
    against : str or iterable of str, optional
        Labels that the label is held against, as for `cell_alignment`: steps with any other label don't count then.
    k : int, default 50
        Matches to look at, in each half of the text.
    sequences : array_like of int, optional
        Lengths of the sequences. By default the lengths that the explorer has, else one sequence of all steps.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ThresholdProfile
        Its ``table`` has a row for each threshold; ``suggested`` is one to begin with, and ``reason`` says why.

    Raises
    ------
    ImportError
        pandas, or with a track scipy, isn't installed.
    ValueError
        There is no selection, it reaches beyond the steps, the track doesn't have the label, ``where`` or ``against``
        is given without a track, or a track with states on a cluster; else as for `select_cells` and `cell_alignment`.

    Notes
    -----
    Without a track, the suggestion is the middle of the longest stretch of thresholds over which the set of cells stays
    about the same (all sets have a Jaccard index of at least 0.8 with one of them), with at least 3 cells and at most a
    quarter of all, where there are such sets. A set that many thresholds select comes from the states and not from the
    choice of the threshold.

    With a track, it is the threshold with such a set whose odds ratio has the highest lower confidence limit, in the
    half of the text that holds the selection. There, the best of many odds ratios is high by chance alone (Cox 1975).
    So ``table`` and ``reason`` give the numbers of the other half, which had no part in the choice: an interval of 95 %
    there holds 1 in 95 % of cases if the label has nothing to do with the states. It is that of `enrichment`, made as
    wide as the share spreads with labels dealt anew (see `enrichment_null`), where neighbouring steps are alike. The
    text is halved between two sequences where two meet in the middle half of it, and matches are ranked in each part.

    References
    ----------
    D. R. Cox: A note on data-splitting for the evaluation of significance levels (1975).

    Examples
    --------
    Where to cut, for a phrase of three words?

    >>> import textwrap
    >>> from lstmvis_widget import StateExplorer, threshold_profile
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1681))
    >>> profile = threshold_profile(explorer)
    >>> round(profile.suggested, 2)
    0.43
    >>> print(textwrap.fill(profile.reason, 80))
    At 0.433 12 of 150 cells are selected, and about the same ones from 0.348 to
    0.517: the longest stretch of thresholds over which the set hardly changes.
    """
    pandas = import_extra("pandas", "analysis", "threshold_profile")
    given = states
    opened, track, sequences = explored("threshold_profile", states, track, sequences, mirrors=True)
    opened = _by_quantiles(opened) if per_cell else opened
    if selection is None and len(_of_explorer(given, "selected_ranges", None) or ()) > 1:
        raise ValueError("several ranges are selected, and one is needed here: give selection=explorer.selection")
    selection = _of_explorer(given, "selection", selection)
    if selection is None:
        raise ValueError("nothing is selected: give a selection, a range (start, stop) of time steps")
    [(start, stop)] = check_ranges([selection], len(opened)).tolist()
    limits: dict[str, Any] = {
        "off_before": _of_explorer(given, "off_before", off_before) or 0,
        "off_after": _of_explorer(given, "off_after", off_after) or 0,
    }
    given_thresholds = None if thresholds is None else np.unique(_checked(thresholds))
    if track is None and not (where is None and against is None):
        raise ValueError("where and against say at which steps the labels of a track count: give the track, too")
    labels = None
    if track is not None:
        _check_are_here(opened)
        mask = mask_of(where, len(opened), getattr(given, "tracks", None))
        labels = counted_only(as_labels(track, len(opened)), mask)
        others = () if against is None else named("against", against, labels.names)
        label = label or _label_of(labels, start, stop, others)
        if label not in labels.names:
            raise ValueError(f"the track has no label {label!r}; it has {', '.join(map(repr, labels.names))}")
        labels = labels if against is None else held_against(labels, label, others)
    within = Sequences.of(sequences, len(opened))
    with shown(progress, "trying thresholds") as report:
        trying = opened.prepare_first(report)
        tried = _tried(opened, start, stop) if given_thresholds is None else given_thresholds
        selecting = trying if labels is None else part(trying, 0, SELECTING)
        sets: list[Ints] = []
        for threshold in tried.tolist():
            selecting(len(sets) / len(tried))
            sets.append(select_cells(opened, start, stop, threshold, **limits, progress=False))
        table = pandas.DataFrame({"threshold": tried, "n_cells": [len(cells) for cells in sets]})
        table["jaccard"] = [np.nan, *(_jaccard(a, b) for a, b in itertools.pairwise(sets))]
        if labels is None or label is None:
            return ThresholdProfile(table, *_stable(tried, sets, opened.shape[1]), None, per_cell)
        chosen_on, judged_on = _halves(opened, labels, within, start)
        options = {"min_length": min(2, stop - start), **limits}
        rows: list[dict[str, float]] = []
        chosen_by: list[float] = []
        for threshold, cells in zip(tried.tolist(), sets, strict=True):
            part(trying, SELECTING, 1)(len(rows) / len(tried))
            asked = cells, threshold, k, (start, stop)
            rows.append(judged_on.counts_dealt(judged_on.matches_elsewhere(*asked, **options), label))
            chosen_by.append(chosen_on.counts(chosen_on.matches_elsewhere(*asked, **options), label)["ci_low"])
    table = table.join(pandas.DataFrame(rows))
    table["chosen_by"] = chosen_by
    return ThresholdProfile(table, *_enriched(table, label, opened.shape[1], judged_on), label, per_cell)


def _of_explorer(states: Any, name: str, given: Any) -> Any:
    """What was given, or else what the explorer has."""
    return getattr(states, name, None) if given is None and is_explorer(states) else given


@dataclass(frozen=True)
class _Half:
    """The steps [start, stop) of states, read as states of their own, with their labels and sequences."""

    states: States
    labels: Labels
    sequences: Ints
    start: int
    stop: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.stop - self.start, self.states.shape[1]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.states.dtype

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        first, end, _ = rows.indices(self.stop - self.start)
        return self.states.read(self.start + first, self.start + end)

    def matches_elsewhere(
        self, cells: Ints, threshold: float, k: int, selection: tuple[int, int], **options: Any
    ) -> NDArray[np.int64]:
        """The k best matches that don't overlap the selection, counted from the start of the half; shape (n, 2)."""
        first, end = (step - self.start for step in selection)
        matches = rank_matches(self, cells, threshold, k=k + 1, sequences=self.sequences, progress=False, **options)
        elsewhere = (matches.stop <= first) | (matches.start >= end)
        return np.stack([matches.start[elsewhere], matches.stop[elsewhere]], axis=1)[:k]

    def counts(self, ranges: NDArray[np.int64], label: str) -> dict[str, float]:
        """The enrichment of a label in these ranges."""
        found: dict[str, float] = (
            enrichment(ranges, self.labels, progress=False).set_index("label").loc[label].to_dict()
        )
        return found

    def counts_dealt(self, ranges: NDArray[np.int64], label: str) -> dict[str, float]:
        """The same, with an interval as wide as labels dealt anew make it."""
        found = self.counts(ranges, label)
        wider = self._wider(ranges, label, int(found["total"]), found["base_rate"])
        for limit in ("ci_low", "ci_high"):
            found[limit] = found["odds_ratio"] * (found[limit] / found["odds_ratio"]) ** wider
        return {name: found[name] for name in ("share", "base_rate", "odds_ratio", "ci_low", "ci_high")}

    def _wider(self, ranges: NDArray[np.int64], label: str, total: int, base: float) -> float:
        """How much wider the share spreads with labels dealt anew than with labels dealt to each step by itself."""
        counting = counting_of(self.labels, "step", self.sequences)
        steps = int((self.labels.codes != MISSING).sum())
        alone = base * (1 - base) / max(total, 1) * (steps - total) / max(steps - 1, 1)
        if not alone > 0:
            return 1.0
        shares = shares_of(counting, [counting.found(ranges, None)])
        place = counting.names.index(label)
        dealt = [shares.after(each)[0, place] - base for each in draws_of(shares.whole(), DRAWS, seed=0)]
        return max(1.0, float(np.sqrt(np.mean(np.square(dealt)) / alone))) if dealt else 1.0


def _check_are_here(states: States) -> None:
    """Refuse states that matches can't be ranked in at many thresholds without bringing them here each time."""
    if states.elsewhere is not None:
        raise ValueError(
            "with a track, matches are ranked in each half of the text at every threshold, for which all states would "
            f"have to come here from where {states.name} lies. Without a track only those of the selection do; or give "
            "a stretch of the states that fits into memory, such as states[:1_000_000].compute()"
        )


def _by_quantiles(states: States) -> States:
    """The states as the shares of steps at which each cell is lower."""
    plain = states.without_mirrors()
    if plain.transform not in (None, "quantile"):
        raise ValueError(
            "per_cell=True looks at the quantiles of each cell, so it takes states that have no transform, or "
            f'"quantile"; these have {plain.transform!r}'
        )
    return states if plain.transform else States(plain, "quantile", mirror=states.mirror)


def _halves(states: States, labels: Labels, sequences: Sequences, step: int) -> tuple[_Half, _Half]:
    """The two halves of the text, the one that holds ``step`` first; halved between sequences where it can be."""
    steps = len(states)
    ends = sequences.bounds[np.abs(sequences.bounds - steps / 2) <= steps / 4]
    middle = int(ends[np.abs(ends - steps / 2).argmin()]) if len(ends) else steps // 2
    halves = [
        _Half(
            states,
            Labels(labels.names, labels.codes[start:stop]),
            np.diff(np.unique(np.clip(sequences.bounds, start, stop))).astype(np.int64),
            start,
            stop,
        )
        for start, stop in ((0, middle), (middle, steps))
    ]
    return (halves[0], halves[1]) if step < middle else (halves[1], halves[0])


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


def _enriched(table: pd.DataFrame, label: str, cells: int, judged_on: _Half) -> tuple[float | None, str]:
    fits = _fitting(table["n_cells"].to_numpy(), cells) & table["chosen_by"].notna().to_numpy()
    if not fits.any():
        return None, "No threshold selects cells that have matches elsewhere."
    best = table.loc[table["chosen_by"].where(fits).idxmax()]
    chosen = f"At {best['threshold']:.3g} {_cells(int(best['n_cells']), cells)} are selected"
    other = f"steps {judged_on.start:,} to {judged_on.stop:,}"
    chosen_for = "The threshold was chosen for the highest lower limit of the odds ratio in the rest of the text."
    if not np.isfinite(best["odds_ratio"]):
        return float(
            best["threshold"]
        ), f"{chosen}; {other} can't say how often their matches are {label}. {chosen_for}"
    counted = " counted" if (judged_on.labels.codes == MISSING).any() else ""
    return float(best["threshold"]), (
        f"{chosen}; in {other} {best['share']:.0%} of the{counted} steps of their matches are {label}, "
        f"against {best['base_rate']:.0%} of all (odds ratio {best['odds_ratio']:.2g}, 95 % from "
        f"{best['ci_low']:.2g} to {best['ci_high']:.2g}). {chosen_for}"
    )


def _cells(count: int, cells: int) -> str:
    return f"{count} of {cells} cells"


def _label_of(labels: Labels, start: int, stop: int, against: tuple[str, ...]) -> str:
    """The most frequent label of the selection that isn't among those it would be held against."""
    codes = labels.codes[start:stop]
    codes = codes[(codes >= 0) & ~np.isin(codes, [labels.names.index(name) for name in against])]
    if not len(codes):
        which = " that counts, and isn't one it is held against" if against else " that counts"
        raise ValueError(f"no step of the selection [{start}, {stop}) has a label{which}; say which one is meant")
    return labels.names[int(np.bincount(codes).argmax())]
