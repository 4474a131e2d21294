"""What the ranking asks of an engine: the seam at which something other than packed bits in memory can stand in.

`OnOffIndex` with `BitSearch` is the engine of the package. Another engine, such as an index spread over machines, is a
class with the members of `Engine`; ``tests/matching/engine_contract.py`` holds it to the definition of the ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.states.pixel_columns import ColumnEdges
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled

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


class LengthCounts(NamedTuple):
    """Entry L of ``every`` counts the candidates of L steps, of ``full`` those with all selected cells.

    Both have the shape (longest + 1,); (1,) without candidates.
    """

    every: Ints
    full: Ints


class Search(Protocol):
    """One query put to an engine: selected cells, a pattern and sequences.

    Each candidate has one *anchor*, a number 0…T − 1: the step it starts at or, where the engine searches with
    time reversed, the number of steps after it. The ranking bounds all anchors and spells out the candidates of few.

    ``check`` is called now and then; what it raises ends the work.
    """

    def bounds(self, min_length: int, check: Check) -> NDArray[Any]:
        """For each anchor a number that no candidate of at least ``min_length`` steps exceeds in overlap.

        Unsigned integers of shape (T,). An anchor of bound 0 has no candidates. The closer the bounds, the less is
        spelled out.
        """

    def candidates(
        self, anchors: Ints, *, min_length: int, max_length: int | None, least: int, check: Check
    ) -> Iterator[Candidates]:
        """All candidates of these anchors with ``min_length`` to ``max_length`` steps and an overlap ≥ ``least``.

        ``least`` is at least 1, and the bound of each anchor is at least ``least``. Candidates come a few at a time, in
        any order, so that neither the engine nor the caller has to hold all of them.
        """

    def counts(self, min_length: int, check: Check, progress: Report) -> LengthCounts:
        """How many candidates of at least ``min_length`` steps there are; ``progress`` gets the share done, 0…1."""

    def sizes(self, found: Candidates, check: Check) -> Ints:
        """|S2| of each candidate: how many of all cells follow the pattern there."""


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

    def search(self, selected: Ints, pattern: Pattern, sequences: Sequences) -> Search:
        """A search for the selected cells (at least one; sorted), among at least one step."""
