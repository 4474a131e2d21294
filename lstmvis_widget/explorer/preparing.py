"""Making byte codes of a layer once its matches are there, so that another threshold needs no read of the states."""

from __future__ import annotations

import time
from typing import NamedTuple

from lstmvis_widget.states.byte_codes import ThresholdGrid
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.background import Background, Work

from .computation import Computation
from .ranking import Ranking
from .traits import ExplorerTraits

PAUSE = 0.02
"""Seconds between two looks whether other work has ended."""


class Prepared(NamedTuple):
    """The question: the layer to make codes of. Another threshold asks again, if that was cancelled."""

    layer: str
    threshold: float
    states: States
    grid: ThresholdGrid


class Preparing:
    """Makes byte codes while the widget has nothing else to compute; nothing waits for it.

    Parameters
    ----------
    widget : ExplorerTraits
    computation : Computation
    ranking : Ranking
    background : bool
        Whether there is a background thread. Without one nothing is prepared.
    """

    def __init__(self, widget: ExplorerTraits, computation: Computation, ranking: Ranking, *, background: bool) -> None:
        self._computation, self._ranking, self._widget = computation, ranking, widget
        self.task: Background[Prepared, None] = Background(
            widget, "lstmvis-preparing", self, background=background, aside=True
        )
        computation.codes.are_made_later = lambda: not ranking.task.is_inline

    # ---------------------------------------------------------- the task's part

    def question(self) -> Prepared | None:
        """The layer of the matches, if its codes are missing and would help."""
        ranked = self._ranking.ranked()
        if ranked is None or self._ranking.task.is_inline:
            return None
        request = ranked[0]
        layer, grid = request.layer, request.grid
        if grid is None or not self._computation.codes.are_missing(layer, request.states, grid):
            return None
        return Prepared(layer, request.pattern.threshold, request.states, grid)

    def pending(self, _: Prepared | None) -> None:
        """Show nothing: what is prepared can't be seen."""

    def answer(self, prepared: Prepared, work: Work[None]) -> None:
        """Read the blocks one by one, each when nothing else is computed."""

        def when_idle() -> None:
            work.check()
            while self._widget.is_computing():
                time.sleep(PAUSE)
                work.check()

        when_idle()
        report = work.stage("preparing other thresholds")
        self._computation.codes.fill(prepared.layer, prepared.states, prepared.grid, when_idle, report)

    def show(self, prepared: Prepared, answer: None, error: str) -> None:
        """Show nothing, not even an error: whoever asks for another threshold reads the states, and is told."""
