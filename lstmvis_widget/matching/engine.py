"""What the ranking asks of an engine: the seam at which something other than packed bits in memory can stand in.

`OnOffIndex` with `BitSearch` is the engine of the package. Another engine, such as an index spread over machines, is a
class with the members of `Engine`; ``tests/conformance/engine_contract.py`` holds it to the definition of the ranking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.states.pixel_columns import ColumnEdges
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled

from .length_counts import LengthCounts
from .selection import Pattern

Ints = NDArray[np.int64]


@dataclass
class Candidates:
    """Ranges [start, stop) and the number of selected cells in each, |S1 ∩ S2|."""

    start: Ints
    stop: Ints
    overlap: Ints

    @staticmethod
    def joined(parts: Iterable[Candidates]) -> Candidates:
        """The candidates of all parts, one part after the other."""
        every = list(parts)
        columns = [[getattr(part, name) for part in every] for name in ("start", "stop", "overlap")]
        return Candidates(*(np.concatenate([np.zeros(0, np.int64), *column]) for column in columns))

    def where(self, keep: NDArray[np.bool_]) -> Candidates:
        """The candidates for which ``keep`` is true."""
        return Candidates(self.start[keep], self.stop[keep], self.overlap[keep])


class Ranked(NamedTuple):
    """Candidates with all that they are ranked by.

    Parameters
    ----------
    start, stop : ndarray of int64, shape (n,)
    overlap : ndarray of int64, shape (n,)
        |S1 ∩ S2|.
    size : ndarray of int64, shape (n,)
        |S2|: how many of all cells follow the pattern there.
    """

    start: Ints
    stop: Ints
    overlap: Ints
    size: Ints

    def first(self, k: int) -> Ranked:
        """The k best, or all if there are fewer, the best one first."""
        # Among those of one overlap the union grows with the size.
        order = np.lexsort((self.start, self.start - self.stop, self.size, -self.overlap))[:k]
        return Ranked(*(column[order] for column in self))


class Search(Protocol):
    """One query put to an engine: selected cells, a pattern and sequences.

    `bounded.best_of_bounded` makes `best` of what packed bits in memory can be asked.

    ``check`` is called now and then; what it raises ends the work.
    """

    def best(self, k: int, *, min_length: int, max_length: int | None, check: Check) -> Ranked:
        """The k best candidates of ``min_length`` to ``max_length`` steps, maybe with others, in any order."""

    def counts(self, min_length: int, check: Check, progress: Report) -> LengthCounts:
        """How many candidates of at least ``min_length`` steps there are; ``progress`` gets the share done, 0…1."""


class Engine(Protocol):
    """Which cells are on at which steps, at one threshold, in a form that can be searched."""

    @property
    def steps(self) -> int:
        """T, the number of time steps."""

    @property
    def cells(self) -> int:
        """D, the number of cells."""

    @property
    def threshold(self) -> float:
        """A cell is on iff its value is ≥ threshold; NaN is off."""

    def count_on(self, cells: ArrayLike, steps: ArrayLike) -> Ints:
        """How many of ``cells`` are on at each of ``steps``."""

    def mean_on(self, cells: ArrayLike, edges: ColumnEdges) -> NDArray[np.float32]:
        """How many of ``cells`` are on, on average over the steps of each column; ``edges`` as of `column_edges`."""

    def counts_on(self, cells: ArrayLike, edges: ColumnEdges, stride: int) -> Ints:
        """At how many steps of each column each of ``cells`` is on; shape (columns, cells).

        ``edges`` as of `column_edges` with this ``stride``.
        """

    def on_rates(self, cells: ArrayLike | None = None, check: Check = never_cancelled) -> NDArray[np.float64]:
        """The share of all steps at which each of ``cells`` (by default every cell) is on, 0…1; shape (n,)."""

    def missed(self, ranges: Ints, pattern: Pattern, check: Check = never_cancelled) -> Ints:
        """At how many of some ranges, of shape (n, 2), each cell fails to follow the pattern; shape (D,).

        The limit steps of all ranges exist.
        """

    def search(self, selected: Ints, pattern: Pattern, sequences: Sequences) -> Search:
        """A search for the selected cells (at least one; sorted), among at least one step."""
