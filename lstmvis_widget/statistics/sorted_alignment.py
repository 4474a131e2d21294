"""The alignment of cells with labels, exactly: the values of each cell are sorted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import reduced_at, repeated
from lstmvis_widget.states.picked_rows import picked_rows
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, part

from .aligning import SIGNS, Alignment, Counts, Dealing, Floats, Ints, Measures, Rules, auc_of, greatest, measures_of

KEPT_BYTES = 2**30
"""Values that are kept at once, in bytes, where reading them again takes time."""

KEPT_BYTES_IN_MEMORY = 2**27
"""The same for states in memory."""

READING = 0.1
"""Share of the work that is reading."""


def portions_of(asked: Alignment) -> list[tuple[int, int]] | None:
    """Portions of the cells whose values are kept at once; None where a file would be read more than twice."""
    in_memory = asked.states.in_memory
    room = KEPT_BYTES_IN_MEMORY if in_memory else KEPT_BYTES
    size = asked.states.dtype.itemsize * max(1, len(asked.counted))
    portions = list(blocks_of(len(asked.cells), max(1, room // size)))
    return portions if in_memory or len(portions) <= 2 else None


def sorted_alignment(
    asked: Alignment, portions: list[tuple[int, int]], sorted_at_once: int, check: Check, progress: Report
) -> Measures:
    """The measures of all cells, each with all its values: of shape (cells, names).

    With permutations, ``greatest`` is the greatest |AUC − ½| of each draw and label, of shape (draws, names).

    Parameters
    ----------
    asked : Alignment
    portions : list of (int, int)
        Cells whose values are read at once, as `portions_of` gives them.
    sorted_at_once : int
        Values whose ranks are held at once for the draws.
    check : callable
        Called before each block is read and before each cell.
    progress : callable
    """
    parts: list[Measures] = []
    best: list[Floats] = []
    for first, end in portions:
        values = read_cells(asked, asked.cells[first:end], check, part(progress, *_share(asked, first, end, READING)))
        for begin, stop in blocks_of(end - first, max(1, sorted_at_once // max(1, len(asked.counted)))):
            cells = _Cells(asked, values[begin:stop])
            reached = first + READING * (end - first) + (1 - READING) * begin
            share = reached, reached + (1 - READING) * (stop - begin)
            parts.append(cells.measures(check, part(progress, *_share(asked, *share))))
            if asked.dealing is not None:
                best.append(cells.greatest_dealt(asked.dealing, sorted_at_once, check))
    names = parts[0] if parts else ()
    measures = {name: np.concatenate([each[name] for each in parts]) for name in names}
    return measures | ({"greatest": np.max(best, axis=0)} if best else {})


def _share(asked: Alignment, start: float, stop: float, upto: float = 1.0) -> tuple[float, float]:
    cells = len(asked.cells)
    return start / cells, (start + upto * (stop - start)) / cells


def read_cells(asked: Alignment, cells: Ints, check: Check, progress: Report) -> NDArray[Any]:
    """The values of some cells at the counted steps, shape (cells, counted)."""
    values = np.empty((len(cells), len(asked.counted)), asked.states.dtype)
    for places, rows in picked_rows(asked.states, asked.counted, cells, check=check, progress=progress):
        values[:, places] = rows.T
    return values


class _Cells:
    """Some cells, with their values at the counted steps, shape (cells, counted)."""

    def __init__(self, asked: Alignment, values: NDArray[Any]) -> None:
        self._asked, self._values = asked, values
        self._fitted, self._tested = slice(0, asked.fitted), slice(asked.fitted, None)
        self._ranks = np.empty((asked.fitted, len(values))) if asked.dealing is not None else None

    def measures(self, check: Check, progress: Report) -> Measures:
        """The measures by name, each of shape (cells, names)."""
        asked, cells = self._asked, len(self._values)
        auc, rules = np.empty((cells, asked.names)), Rules.none(cells, asked.names)
        labelled = asked.labelled(self._fitted)
        done = 0

        def before_each() -> None:
            nonlocal done
            check()
            progress(min(1.0, done / max(1, cells)))
            done += 1

        blocks = SharedBlocks(blocks_of(cells, 1), before_each)

        def work() -> None:
            for cell, _ in blocks:
                fitted = _Sorted(self._values[cell, self._fitted], asked.codes[self._fitted])
                ranks = fitted.ranks()
                auc[cell] = self._auc(ranks, labelled, asked.codes[self._fitted])
                fitted.find_best(rules, cell, labelled)
                if self._ranks is not None:
                    self._ranks[:, cell] = ranks

        in_threads(work)
        measures = measures_of(auc, rules, labelled, asked.fitted)
        return measures | (self._judged(rules, check) if asked.held_out else {})

    def _auc(self, ranks: Floats, labelled: Floats, codes: Ints) -> Floats:
        sums = np.array([ranks[codes == name].sum() for name in range(self._asked.names)])
        auc: Floats = auc_of(sums[:, None], labelled, len(codes))[0]
        return auc

    def _judged(self, rules: Rules, check: Check) -> Measures:
        """AUC on the held-out steps, and F1 there by these rules."""
        asked = self._asked
        codes, labelled = asked.codes[self._tested], asked.labelled(self._tested)
        thresholds, fitted = rules.threshold, asked.labelled(self._fitted)
        auc, hits, on = np.empty_like(thresholds), np.zeros_like(thresholds), np.zeros_like(thresholds)
        for cell, values in enumerate(self._values[:, self._tested]):
            check()
            auc[cell] = self._auc(_Sorted(values, codes).ranks(), labelled, codes)
            for name in np.flatnonzero(~np.isnan(thresholds[cell])).tolist():
                at_least = rules.sign[cell, name] > 0
                is_on = values >= thresholds[cell, name] if at_least else values <= thresholds[cell, name]
                on[cell, name], hits[cell, name] = is_on.sum(), (codes[is_on] == name).sum()
        f1 = Counts(hits, on, labelled[None], len(codes)).f1
        return {"auc_held_out": auc, "f1_held_out": np.where((fitted == 0) | (fitted == asked.fitted), np.nan, f1)}

    def greatest_dealt(self, dealing: Dealing, at_once: int, check: Check) -> Floats:
        """The greatest |AUC − ½| of these cells with labels dealt anew, for each draw and label; (draws, names)."""
        asked, ranks = self._asked, self._ranks
        if ranks is None:
            raise ValueError("no draws were asked for")
        sizes = np.diff(dealing.blocks.bounds).astype(np.float64)
        if len(sizes) < asked.fitted:
            ranks = reduced_at(np.add, ranks, dealing.blocks.bounds[:-1], axis=0)
        every = np.arange(len(sizes))
        best = [np.zeros((0, asked.names))]
        draws, together = dealing.draws(), max(1, at_once // max(1, len(sizes) * asked.names))
        while arrangements := list(itertools.islice(draws, together)):
            check()
            has = dealing.dealt(arrangements, every)
            best.append(greatest(auc_of(has @ ranks, has @ sizes, asked.fitted)))
        return np.concatenate(best)


class _Sorted:
    """The steps of one cell, sorted from the highest value down; NaN, which is never on, comes last with −∞."""

    def __init__(self, values: NDArray[Any], codes: Ints) -> None:
        self._codes, known = codes, None
        if values.dtype.kind == "f" and np.isnan(values).any():
            known = ~np.isnan(values)
            values = np.where(known, values, -np.inf)
        self._values = values
        self._order = np.argsort(values, kind="stable")[::-1]
        ordered = values[self._order]
        # A threshold turns equal values on together: the last step of each run of them.
        self._ends = np.flatnonzero(np.append(ordered[:-1] != ordered[1:], True)[: len(values)])
        self._known = self._order if known is None else self._order[known[self._order]]

    def ranks(self) -> Floats:
        """The rank of each step, 1…T from the lowest value up; equal values share their mean rank."""
        lengths = np.diff(self._ends, prepend=-1)
        ranks = np.empty(len(self._values))
        ranks[self._order] = repeated(len(self._values) - self._ends + (lengths - 1) / 2, lengths)
        return ranks

    def find_best(self, rules: Rules, cell: int, labelled: Floats) -> None:
        """Find the best rule for each label that stands at some step."""
        for sign in SIGNS:
            order = self._known[::sign]
            values, codes = self._values[order], self._codes[order]
            ends = np.flatnonzero(np.append(values[:-1] != values[1:], True)[: len(values)])
            end_of = repeated(ends, np.diff(ends, prepend=-1))
            for name, places in _places(codes, len(labelled)):
                # F1 is best at the value of a labelled step: a threshold between two of them only turns others on.
                end = end_of[places]
                found = np.searchsorted(places, end, side="right")
                i = int((found / (end + 1 + labelled[name])).argmax())
                rules.take_better(
                    cell,
                    name,
                    labelled=labelled[name],
                    sign=sign,
                    threshold=float(values[end[i]]),
                    hits=int(found[i]),
                    on=int(end[i]) + 1,
                )


def _places(codes: Ints, names: int) -> Iterator[tuple[int, Ints]]:
    """Each label that stands at some step, and where."""
    for name in range(names):
        places = np.flatnonzero(codes == name)
        if len(places):
            yield name, places
