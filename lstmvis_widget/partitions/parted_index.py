"""An engine of the ranking over parts of the steps, wherever these are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.matching.engine import Ranked
from lstmvis_widget.matching.length_counts import LengthCounts
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states.pixel_columns import ColumnEdges
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from . import questions

Ints = NDArray[np.int64]

Question = Callable[..., Any]
"""One of `questions` without the parts, ``sequences``, ``check`` and ``progress``; it can be pickled."""


class Holder(Protocol):
    """Holds all parts, in one or several places."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory that they take in this process."""

    def ask(
        self,
        question: Question,
        *,
        sequences: Sequences | None = None,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> list[Any]:
        """The answers of all places to ``question(parts, check=, progress=)``, at least one, in any order.

        With ``sequences`` the question is given those, too, by this name: they are the same for many questions.
        """


class PartedIndex:
    """An `Engine` over parts that cover all steps.

    Parameters
    ----------
    holder : Holder
        Of the parts.
    steps, cells : int
        T and D.
    threshold : float
        The one at which the parts were packed.
    """

    def __init__(self, holder: Holder, *, steps: int, cells: int, threshold: float) -> None:
        self._holder = holder
        self.steps, self.cells, self.threshold = steps, cells, threshold

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the parts take in this process."""
        return self._holder.nbytes

    def _sum(self, question: Question, check: Check = never_cancelled) -> Ints:
        answers: list[Ints] = self._holder.ask(question, check=check)
        total: Ints = sum(answers[1:], answers[0])
        return total

    def count_on(self, cells: ArrayLike, steps: ArrayLike) -> Ints:
        """How many of ``cells`` are on at each of ``steps``."""
        return self._sum(partial(questions.count_on, cells=_ints(cells), steps=_ints(steps)))

    def mean_on(self, cells: ArrayLike, edges: ColumnEdges) -> NDArray[np.float32]:
        """How many of ``cells`` are on, on average over the steps of each column; ``edges`` as of `column_edges`."""
        sums = self._sum(partial(questions.sum_on, cells=_ints(cells), edges=edges))
        return (sums / np.diff(edges)).astype(np.float32)

    def counts_on(self, cells: ArrayLike, edges: ColumnEdges, stride: int) -> Ints:
        """At how many steps of each column each of ``cells`` is on; shape (columns, cells)."""
        return self._sum(partial(questions.counts_on, cells=_ints(cells), edges=edges, stride=stride))

    def on_rates(self, cells: ArrayLike | None = None, check: Check = never_cancelled) -> NDArray[np.float64]:
        """The share of all steps at which each of ``cells`` (by default every cell) is on, 0…1; shape (n,)."""
        wanted = None if cells is None else _ints(cells)
        return self._sum(partial(questions.steps_on, cells=wanted), check) / max(1, self.steps)

    def missed(self, ranges: Ints, pattern: Pattern, check: Check = never_cancelled) -> Ints:
        """At how many of some ranges, of shape (n, 2), each cell fails to follow the pattern; shape (D,)."""
        followed = self._sum(partial(questions.following, ranges=ranges, pattern=pattern), check)
        return np.full(self.cells, len(ranges)) - followed

    def search(self, selected: Ints, pattern: Pattern, sequences: Sequences) -> PartedSearch:
        """A search for the selected cells (at least one; sorted), among at least one step."""
        return PartedSearch(self._holder, selected, pattern, sequences)


class PartedSearch:
    """The `Search` in a `PartedIndex`: one question a query."""

    def __init__(self, holder: Holder, selected: Ints, pattern: Pattern, sequences: Sequences) -> None:
        self._holder, self._selected, self._pattern, self._sequences = holder, selected, pattern, sequences

    def best(self, k: int, *, min_length: int, max_length: int | None, check: Check) -> Ranked:
        """The k best candidates of ``min_length`` to ``max_length`` steps, the best one first."""
        query = questions.Query(self._selected, self._pattern, min_length, max_length, k)
        asked = partial(questions.best_of, query=query)
        return questions.joined_best(self._holder.ask(asked, sequences=self._sequences, check=check), k)

    def counts(self, min_length: int, check: Check, progress: Report) -> LengthCounts:
        """How many candidates of at least ``min_length`` steps there are; ``progress`` gets the share done, 0…1."""
        asked = partial(questions.counts_of, query=questions.Query(self._selected, self._pattern, min_length))
        answers = self._holder.ask(asked, sequences=self._sequences, check=check, progress=progress)
        return questions.joined_counts(answers).dense()


def _ints(numbers: ArrayLike) -> Ints:
    return np.asarray(numbers, np.int64)
