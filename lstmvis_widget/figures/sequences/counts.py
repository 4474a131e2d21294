"""Sequences counted by their true class and by the class that was said of them, as in the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .sent_view import SequenceTable, SequenceView

Ints = NDArray[np.int64]

MOST_CLASSES = 12
"""Of more classes than these and one, the least frequent ones share a row and a column."""


class Accuracy(NamedTuple):
    """How often the model is right, beside what is right without looking.

    Attributes
    ----------
    known, right, shown_known, shown_right : int
        Sequences whose true class is known, and those predicted correctly; of all, and of those that pass the filters.
    by_class : float
        The mean over true classes of the share of its sequences that are predicted correctly.
    commonest : int
        The commonest true class.
    commonest_share : float
    """

    known: int
    right: int
    shown_known: int
    shown_right: int
    by_class: float
    commonest: int
    commonest_share: float


@dataclass(frozen=True)
class ClassCounts:
    """Counts by true class (rows) and class said (columns).

    Attributes
    ----------
    entries : list of list of int
        The places of the classes of each row and column, from the top; one, but for those that share the last.
    counts, passing : ndarray of shape (n, n)
        All sequences, and those that pass the filters.
    right, wrong : ndarray of shape (n,)
        Of each row; wrong also where the class said has no column.
    said : ndarray of shape (n,)
        Of each column, also sequences without a true class.
    accuracy : Accuracy or None
        None: no true class is known.
    """

    entries: list[list[int]]
    counts: Ints
    passing: Ints
    right: Ints
    wrong: Ints
    said: Ints
    accuracy: Accuracy | None


def counts_of(view: SequenceView) -> ClassCounts | None:
    """The counts; None without classes."""
    table = view.table
    if table is None or table.prediction is None or view.output is None:
        return None
    said_of = table.prediction.astype(np.int64)
    true_of = np.full(len(table), -1, np.int64) if table.target is None else table.target.astype(np.int64)
    passes = np.zeros(len(table), bool)
    passes[view.order] = True
    is_said = said_of >= 0
    target, said, passes = true_of[is_said], said_of[is_said], passes[is_said]
    entries = _entries(view, target, said)
    count = len(entries)
    entry_of = {place: i for i, places in enumerate(entries) for place in places}
    rows = np.array([entry_of.get(place, -1) for place in target.tolist()], np.int64)
    columns = np.array([entry_of.get(place, -1) for place in said.tolist()], np.int64)
    counts, passing = np.zeros((count, count), np.int64), np.zeros((count, count), np.int64)
    both = (rows >= 0) & (columns >= 0)
    np.add.at(counts, (rows[both], columns[both]), 1)
    np.add.at(passing, (rows[both & passes], columns[both & passes]), 1)
    right, wrong, said_counts = (np.zeros(count, np.int64) for _ in range(3))
    is_right = target == said
    np.add.at(right, rows[(rows >= 0) & is_right], 1)
    np.add.at(wrong, rows[(rows >= 0) & ~is_right], 1)
    np.add.at(said_counts, columns[columns >= 0], 1)
    return ClassCounts(entries, counts, passing, right, wrong, said_counts, _accuracy(target, said, passes))


def _entries(view: SequenceView, target: Ints, said: Ints) -> list[list[int]]:
    """The rows and columns, from the top; of many classes the most frequent have one of their own, and asked ones."""
    output: Mapping[str, Any] = view.output or {}
    if "rows" in output:
        return [[int(place)] for place in output["rows"]]
    frequent = _by_frequency(target, said)
    if len(frequent) <= MOST_CLASSES + 1:
        return [[place] for place in frequent]
    wanted = {name for key in ("target", "prediction") for name in _names(view.traits["filters"].get(key))}
    asked = [place for place in frequent if view.class_name(place) in wanted][:MOST_CLASSES]
    others = [place for place in frequent if place not in asked][: MOST_CLASSES - len(asked)]
    shown = {*asked, *others}
    rest = [place for place in frequent if place not in shown]
    return [*([place] for place in frequent if place in shown), rest]


def _names(condition: Any) -> tuple[str, ...]:
    if condition is None:
        return ()
    return (condition,) if isinstance(condition, str) else tuple(map(str, condition))


def _by_frequency(target: Ints, said: Ints) -> list[int]:
    """The classes that occur, the true classes of the most sequences first, then those said most often."""
    known = target[target >= 0]
    places = np.unique(np.concatenate([known, said]))
    most = int(places.max(initial=-1)) + 1
    of_target, of_said = (np.bincount(of, minlength=most)[places] for of in (known, said))
    return [int(place) for place in places[np.lexsort((places, -of_said, -of_target))]]


def _accuracy(target: Ints, said: Ints, passes: NDArray[np.bool_]) -> Accuracy | None:
    known = target >= 0
    if not known.any():
        return None
    right = known & (target == said)
    places, codes = np.unique(target[known], return_inverse=True)
    of_class = np.bincount(codes)
    recalls = np.bincount(codes, weights=right[known]) / of_class
    commonest = _by_frequency(target, said)[0]
    return Accuracy(
        known=int(known.sum()),
        right=int(right.sum()),
        shown_known=int((known & passes).sum()),
        shown_right=int((right & passes).sum()),
        by_class=float(recalls.mean()),
        commonest=commonest,
        commonest_share=float(of_class[places == commonest][0] / known.sum()),
    )


def is_right(table: SequenceTable, sequence: int) -> bool | None:
    """Whether the class that was said of a sequence is the true one; None: that isn't known."""
    target, said = table.target_of(sequence), table.prediction_of(sequence)
    return None if target < 0 or said < 0 else target == said
