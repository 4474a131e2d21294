"""How well each cell tells where each label stands: on all steps, on held-out steps, and against chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.matching.ranking import check_cells
from lstmvis_widget.states.sources import States, as_states
from lstmvis_widget.timeline.labels import Labels, as_labels
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported
from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCK_VALUES = 2**24
"""Values that are sorted at once. Four times as many are put into bins at once."""

MOST_SORTED = 100_000
"""With more steps than this, values are put into bins instead of sorted."""

BINS = 2**15
"""Bins that the values of a cell are put into; NaN has one more."""


def cell_alignment(
    states: Any,
    track: Any,
    *,
    labels: Iterable[str] | None = None,
    cells: ArrayLike | None = None,
    held_out: float = 0.0,
    permutations: int = 0,
    seed: int = 0,
    check: Check = never_cancelled,
    progress: Report = not_reported,
) -> pd.DataFrame:
    """How well each cell tells where each label stands.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes. Cells are read in groups of about 2**24 values, each group with one pass
        over the states. NaN counts as lower than any number.
    track : Track or sequence of T labels
        Categorical, or zeros and ones.
    labels : iterable of str, optional
        Labels to look at; by default all.
    cells : array_like of int, optional
        Cells to look at, 0 ≤ c < D; by default all.
    held_out : float, default 0
        Share of the steps to hold out, 0 ≤ share < 1, from the end: thresholds are found on the other steps, and
        ``f1_held_out`` and ``auc_held_out`` are measured on these.
    permutations : int, default 0
        Draws for the null distribution of the best cell. Each draw rotates the track by a random number of steps, which
        keeps its runs, and takes for each label the greatest |AUC − ½| of all cells.
    seed : int, default 0
    check, progress : callable, optional
        Called now and then: ``check`` may raise to end the work, ``progress`` gets the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each cell and label, sorted by cell, then by label (the most frequent first):

        - ``cell``, ``label``;
        - ``auc``, 0…1: the probability that the cell is higher at a step with the label than at a step without it, ties
          counting half (Mann and Whitney 1947); at ½ the cell tells nothing, below ½ it is low where the label stands;
        - ``f1``, 0…1: the best harmonic mean of precision and recall of the rule "the label stands where the cell is
          ≥ threshold", and that ``threshold``, a value of the cell (the highest of equally good ones);
        - ``mutual_information``, in bits, between "the cell is on at that threshold" and "the label stands there";
        - with ``held_out``: ``auc_held_out``, ``f1_held_out``;
        - with ``permutations``: ``p_max`` = (1 + draws whose best cell has at least this |AUC − ½|) / (1 + draws),
          adjusted for the number of cells, not for the number of labels.

        Measures are NaN where a label stands at every step or at none.

    Raises
    ------
    ImportError
        pandas or scipy isn't installed.
    TypeError, ValueError
        An argument is out of its range; the message says which, what was given and what is allowed.

    Notes
    -----
    No step is sampled away. Up to 100,000 steps, every value of a cell is tried as a threshold. With more steps, the
    values h of each cell are put into 32,768 bins of equal width in h / (|h| + median |h|). Then only the least value
    of a bin can be the threshold; F1 and mutual information at that threshold are exact; AUC counts values in the same
    bin as ties.
    """
    pandas = import_extra("pandas", "analysis", "cell_alignment")
    opened = as_states(states)
    steps, width = opened.shape
    chosen = _chosen(as_labels(track, steps), labels)
    numbers = np.arange(width) if cells is None else check_cells(cells, width)
    permutations = checked_int("permutations", permutations)
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out must be a share of the steps, 0 up to less than 1; got {held_out!r}")
    split = steps - round(steps * held_out)
    if split == 0:
        raise ValueError(f"held_out={held_out} leaves none of the {steps} steps to find thresholds on")
    shifts = np.random.default_rng(seed).integers(1, max(2, split), permutations)
    null = np.zeros((permutations, len(chosen.names)))
    parts: list[dict[str, Floats]] = []
    for done, values in _values_of(opened, numbers, check):
        fitted = _ordered(values[:split], chosen.codes[:split], len(chosen.names))
        part = fitted.measures()
        if split < steps:
            tested = _ordered(values[split:], chosen.codes[split:], len(chosen.names))
            part |= {"auc_held_out": tested.auc(), "f1_held_out": tested.f1_at(part["threshold"])}
        if permutations:
            np.maximum(null, fitted.greatest_of_rotated(shifts, check), out=null)
        parts.append(part)
        progress(done / len(numbers))
    table = {name: np.concatenate([part[name] for part in parts]) for name in (parts[0] if parts else ())}
    if permutations and parts:
        reached = null[:, None, :] >= np.abs(table["auc"] - 0.5)[None] - 1e-12
        table["p_max"] = np.where(np.isnan(table["auc"]), np.nan, (1 + reached.sum(0)) / (1 + permutations))
    columns = {"cell": np.repeat(numbers, len(chosen.names)), "label": np.tile(chosen.names, len(numbers))}
    return pandas.DataFrame(columns | {name: each.reshape(-1) for name, each in table.items()})


def _chosen(labels: Labels, names: Iterable[str] | None) -> Labels:
    if names is None:
        return labels
    wanted = tuple(names)
    unknown = [name for name in wanted if name not in labels.names]
    if unknown:
        raise ValueError(f"labels must be among {', '.join(map(repr, labels.names))}; got {unknown[0]!r}")
    place = np.full(len(labels.names) + 1, -1, np.int64)
    for new, name in enumerate(wanted):
        place[labels.names.index(name)] = new
    return Labels(wanted, place[labels.codes])


def _values_of(states: States, cells: Ints, check: Check) -> Iterator[tuple[int, NDArray[Any]]]:
    """Groups of cells: how many cells are done with this group, and its values, shape (T, cells of the group)."""
    room = BLOCK_VALUES if len(states) <= MOST_SORTED else 4 * BLOCK_VALUES
    at_once = max(1, room // max(1, len(states)))
    for first in range(0, len(cells), at_once):
        these = cells[first : first + at_once]
        values = np.empty((len(these), len(states)), states.dtype)
        for start, stop in states.blocks():
            check()
            values[:, start:stop] = states.read(start, stop)[:, these].T
        yield first + len(these), values.T


class _Counts(NamedTuple):
    """Counts of steps for cells and labels: on and labelled, on, labelled, and all."""

    hits: Floats
    on: Floats
    labelled: Floats
    total: int

    @property
    def f1(self) -> Floats:
        with np.errstate(invalid="ignore"):
            f1: Floats = 2 * self.hits / (self.on + self.labelled)
        return f1

    @property
    def information(self) -> Floats:
        """Mutual information between "on" and "labelled", in bits."""
        both = np.stack(
            [
                [self.hits, self.on - self.hits],
                [self.labelled - self.hits, self.total - self.on - self.labelled + self.hits],
            ]
        ) / max(self.total, 1)
        chance = both.sum(0, keepdims=True) * both.sum(1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(both > 0, both * np.log2(both / chance), 0.0)
        information: Floats = np.maximum(terms.sum((0, 1)), 0.0)
        return information


class _Ordered:
    """Some cells, with the labels sorted by the values of each cell; subclasses sort exactly or into bins."""

    def __init__(self, steps: int, cells: int, codes: Ints, names: int) -> None:
        self.steps, self.cells, self.names = steps, cells, names
        self.codes = codes
        self.labelled = np.bincount(codes[codes >= 0], minlength=names).astype(np.float64)

    def ranks(self) -> Floats:
        """The rank of each step, 1…T from the lowest value up, ties sharing their mean rank; shape (T, cells)."""
        raise NotImplementedError

    def rank_sums(self) -> Floats:
        """For each label the sum of the ranks of its steps; shape (names, cells)."""
        raise NotImplementedError

    def best(self, cell: int) -> Iterator[tuple[int, float, float, float]]:
        """For each label that stands at some step: its number, the best threshold, and hits and on steps at it."""
        raise NotImplementedError

    def at(self, cell: int, threshold: float) -> NDArray[np.bool_]:
        """Which steps are on at this threshold; shape (T,)."""
        raise NotImplementedError

    def auc(self) -> Floats:
        """AUC of each cell and label; shape (cells, names)."""
        return self._auc_of(self.rank_sums())

    def _auc_of(self, rank_sums: Floats) -> Floats:
        labelled = self.labelled[:, None]
        others = self.steps - labelled
        with np.errstate(divide="ignore", invalid="ignore"):
            auc: Floats = (rank_sums - labelled * (labelled + 1) / 2) / (labelled * others)
        return np.swapaxes(auc, -1, -2)

    def greatest_of_rotated(self, shifts: Ints, check: Check) -> Floats:
        """The greatest |AUC − ½| of all cells, for each rotation and label; shape (shifts, names)."""
        greatest = np.zeros((len(shifts), self.names))
        ranks = self.ranks()
        at_once = max(1, BLOCK_VALUES // max(1, self.steps))
        for first in range(0, len(shifts), at_once):
            check()
            some = shifts[first : first + at_once]
            rotated = np.stack([np.roll(self.codes, shift) for shift in some.tolist()])
            sums = np.stack([(rotated == name).astype(np.float64) @ ranks for name in range(self.names)], axis=1)
            greatest[first : first + at_once] = np.nan_to_num(np.abs(self._auc_of(sums) - 0.5)).max(1)
        return greatest

    def measures(self) -> dict[str, Floats]:
        """The measures by name, each of shape (cells, names)."""
        threshold = np.full((self.cells, self.names), np.nan)
        hits, on = np.zeros_like(threshold), np.zeros_like(threshold)
        for cell in range(self.cells):
            for name, value, found, steps_on in self.best(cell):
                threshold[cell, name], hits[cell, name], on[cell, name] = value, found, steps_on
        counts = _Counts(hits, on, self.labelled[None], self.steps)
        trivial = (self.labelled == 0) | (self.labelled == self.steps)
        measures = {
            "auc": self.auc(),
            "f1": counts.f1,
            "threshold": threshold,
            "mutual_information": counts.information,
        }
        return {name: np.where(trivial, np.nan, each) for name, each in measures.items()}

    def f1_at(self, thresholds: Floats) -> Floats:
        """F1 of each cell and label at these thresholds; both of shape (cells, names)."""
        hits, on = np.zeros_like(thresholds), np.zeros_like(thresholds)
        for cell, name in np.argwhere(~np.isnan(thresholds)).tolist():
            is_on = self.at(cell, thresholds[cell, name])
            on[cell, name], hits[cell, name] = is_on.sum(), (self.codes[is_on] == name).sum()
        f1 = _Counts(hits, on, self.labelled[None], self.steps).f1
        return np.where(np.isnan(thresholds), np.nan, f1)


class _Sorted(_Ordered):
    """Each cell's steps sorted from the highest value down; NaN comes last."""

    def __init__(self, values: NDArray[Any], codes: Ints, names: int) -> None:
        super().__init__(len(values), values.shape[1], codes, names)
        self._values = np.where(np.isnan(values), -np.inf, values) if values.dtype.kind == "f" else values
        self._order = np.argsort(self._values, axis=0, kind="stable")[::-1]
        ordered = np.take_along_axis(self._values, self._order, 0)
        # A threshold turns equal values on together: mark the last step of each run of them.
        self._last = np.ones(values.shape, bool)
        np.not_equal(ordered[:-1], ordered[1:], out=self._last[:-1])

    def ranks(self) -> Floats:
        stats = import_extra("scipy.stats", "analysis", "cell_alignment")
        ranks = np.empty((self.steps, self.cells))
        for cell in range(self.cells):  # one by one: with an axis, scipy is slower
            ranks[:, cell] = stats.rankdata(self._values[:, cell])
        return ranks

    def rank_sums(self) -> Floats:
        ranks = self.ranks()
        return np.stack([ranks[self.codes == name].sum(0) for name in range(self.names)])

    def best(self, cell: int) -> Iterator[tuple[int, float, float, float]]:
        order = self._order[:, cell]
        codes, ends = self.codes[order], np.flatnonzero(self._last[:, cell])
        end_of = np.repeat(ends, np.diff(ends, prepend=-1))
        for name in range(self.names):
            places = np.flatnonzero(codes == name)
            if len(places):
                # F1 is best at the value of a labelled step: a threshold between two of them only turns others on.
                end = end_of[places]
                found = np.searchsorted(places, end, side="right")
                i = int((found / (end + 1 + len(places))).argmax())
                yield name, float(self._values[order[end[i]], cell]), float(found[i]), float(end[i] + 1)

    def at(self, cell: int, threshold: float) -> NDArray[np.bool_]:
        on: NDArray[np.bool_] = self._values[:, cell] >= threshold
        return on


class _Binned(_Ordered):
    """Each cell's values in bins; bin 0, the lowest, holds NaN."""

    def __init__(self, values: NDArray[Any], codes: Ints, names: int) -> None:
        super().__init__(len(values), values.shape[1], codes, names)
        self._values = values
        self._bins = np.empty((self.cells, self.steps), np.uint16)
        self._counts = np.empty((self.cells, BINS + 1, names + 1), np.int64)
        for cell in range(self.cells):
            self._bins[cell] = _bins_of(values[:, cell])
            place = self._bins[cell].astype(np.int64) * (names + 1) + (codes + 1)
            self._counts[cell] = np.bincount(place, minlength=(BINS + 1) * (names + 1)).reshape(BINS + 1, names + 1)

    def _bin_ranks(self, cell: int) -> Floats:
        sizes = self._counts[cell].sum(1)
        ranks: Floats = np.cumsum(sizes) - (sizes - 1) / 2
        return ranks

    def ranks(self) -> Floats:
        return np.stack([self._bin_ranks(cell)[self._bins[cell]] for cell in range(self.cells)], axis=1)

    def rank_sums(self) -> Floats:
        sums = [self._bin_ranks(cell) @ self._counts[cell, :, 1:] for cell in range(self.cells)]
        return np.stack(sums, axis=1)

    def best(self, cell: int) -> Iterator[tuple[int, float, float, float]]:
        from_above = self._counts[cell, ::-1].cumsum(0)
        on = from_above.sum(1)
        filled = np.flatnonzero(self._counts[cell, ::-1].sum(1))
        for name in np.flatnonzero(self.labelled).tolist():
            found = from_above[filled, name + 1]
            i = filled[int((found / (on[filled] + self.labelled[name])).argmax())]
            inside = self._values[self._bins[cell] == BINS - i, cell]
            value = float(inside.min()) if i < BINS else -np.inf
            yield name, value, float(from_above[i, name + 1]), float(on[i])

    def at(self, cell: int, threshold: float) -> NDArray[np.bool_]:
        values = self._values[:, cell]
        on: NDArray[np.bool_] = (values >= threshold) | np.isneginf(threshold)
        return on


def _bins_of(values: NDArray[Any]) -> NDArray[np.uint16]:
    """The bin of each value: 1…BINS from the lowest to the highest, narrow where values are dense; 0 for NaN."""
    numbers = values.astype(np.float64)
    finite = np.abs(numbers[np.isfinite(numbers)])
    usual = float(np.median(finite)) if len(finite) else 1.0
    with np.errstate(invalid="ignore"):
        squashed = numbers / (np.abs(numbers) + (usual or 1.0))  # from −1 to 1
    squashed[np.isposinf(numbers)], squashed[np.isneginf(numbers)] = 1.0, -1.0
    bounded = squashed[~np.isnan(squashed)]
    low, high = (float(bounded.min()), float(bounded.max())) if len(bounded) else (0.0, 0.0)
    bins = np.clip(np.floor((squashed - low) * (BINS / (high - low or 1.0))), 0, BINS - 1) + 1
    return np.where(np.isnan(bins), 0, bins).astype(np.uint16)


def _ordered(values: NDArray[Any], codes: Ints, names: int) -> _Ordered:
    return (_Sorted if len(values) <= MOST_SORTED else _Binned)(values, codes, names)
