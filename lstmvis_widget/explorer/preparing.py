"""Making what will be asked for once the matches are there: other thresholds, and a view of all steps."""

from __future__ import annotations

import time
from typing import NamedTuple

from lstmvis_widget.states.byte_codes import ThresholdGrid
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.background import Background, Work

from .computation import Computation
from .drawing import Drawing
from .ranking import Ranking
from .traits import ExplorerTraits

PAUSE = 0.02
"""Seconds between two looks whether other work has ended."""


class Prepared(NamedTuple):
    """The question: the layer to prepare. Another threshold asks again, if that was cancelled.

    Attributes
    ----------
    layer : str
    threshold : float
    states : States
    grid : ThresholdGrid or None
        The grid of its byte codes, if these are to be made, so that another threshold needs no read of the states.
    extent : (float, float) or None
        The range of values of its columns, if these are to be made, so that a view of all steps needs none either.
    """

    layer: str
    threshold: float
    states: States
    grid: ThresholdGrid | None
    extent: tuple[float, float] | None


class Preparing:
    """Reads a layer once more while the widget has nothing else to compute; nothing waits for it.

    It is read for byte codes, and then for columns, too. For columns alone only states in memory are looked through.

    Parameters
    ----------
    widget : ExplorerTraits
    computation : Computation
    ranking : Ranking
    drawing : Drawing
    background : bool
        Whether there is a background thread. Without one nothing is prepared.
    """

    def __init__(
        self,
        widget: ExplorerTraits,
        computation: Computation,
        ranking: Ranking,
        drawing: Drawing,
        *,
        background: bool,
    ) -> None:
        self._computation, self._ranking, self._drawing, self._widget = computation, ranking, drawing, widget
        self.task: Background[Prepared, None] = Background(
            widget, "lstmvis-preparing", self, background=background, aside=True
        )
        computation.codes.are_made_later = lambda: not ranking.task.is_inline

    # ---------------------------------------------------------- the task's part

    def question(self) -> Prepared | None:
        """What is missing of the layer of the matches."""
        ranked = self._ranking.ranked()
        if ranked is None or self._ranking.task.is_inline:
            return None
        request = ranked[0]
        layer, states, threshold = request.layer, request.states, request.pattern.threshold
        if states.elsewhere is not None:  # blocks aren't brought here for what may never be asked for
            return None
        grid = request.grid if self._computation.codes.are_missing(states, request.grid) else None
        wanted = Prepared(layer, threshold, states, grid, self._unseen(layer, states))
        before = self.task.question
        if grid is None and before is not None and before._replace(threshold=threshold, grid=None) == wanted:
            return before  # goes on with the columns once it has all codes
        return wanted if grid is not None or (states.in_memory and wanted.extent is not None) else None

    def _unseen(self, layer: str, states: States) -> tuple[float, float] | None:
        """The range of the columns of all steps, if these are missing; None if the page shows another layer."""
        if layer != self._widget.peek("layer"):
            return None
        extent = self._drawing.counted_range()
        return extent if self._drawing.envelopes_of(states, extent).would_be_filled else None

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
        codes, report = self._computation.codes, work.stage("preparing other thresholds and views")
        _, _, states, grid, extent = prepared
        if extent is not None:
            envelopes = self._drawing.envelopes_of(states, extent)
            also = None if grid is None else codes.filling(states, grid)
            envelopes.fill(also=also, progress=report, check=when_idle)
            self._drawing.keep(states, envelopes)
        if grid is not None:
            codes.fill(states, grid, when_idle, report)

    def show(self, prepared: Prepared, answer: None, error: str) -> None:
        """Show nothing, not even an error: whoever asks for another threshold reads the states, and is told."""
