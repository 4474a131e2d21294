"""Drawing many steps in few columns of pixels, where steps are too narrow for words."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.matching.ranking import Index
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.sent import pixel_columns
from lstmvis_widget.sent.pixel_columns import View, WantedColumns
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.background import Background, Work
from lstmvis_widget.work.cancelling import Check, Stage, never_cancelled

from .computation import Computation, Request
from .data import ExplorerData
from .traits import ExplorerTraits

NARROWEST = 1e-35
"""Half of the width of the narrowest axis whose values are counted in bins of its own, in single precision."""

MOST_PINS = 200
"""The page draws the first so many pinned cells (js/src/explorer/cells/pins.ts)."""

KEPT_LAYERS = 2
"""How many layers have their columns kept in memory."""


class Drawn(NamedTuple):
    """What is sent: columns of all cells, and envelopes of some cells."""

    columns: dict[str, Any]
    envelopes: dict[str, Any]


class Drawing:
    """Sends the columns around the position while the page shows columns.

    Parameters are those of `Ranking`.
    """

    def __init__(
        self, widget: ExplorerTraits, data: ExplorerData, computation: Computation, *, background: bool
    ) -> None:
        self._widget, self._data, self._computation = widget, data, computation
        self._kept: list[tuple[str, Hashable, tuple[float, float]]] = []  # names of envelopes, the newest last
        self._keeping = threading.Lock()
        self._place: tuple[int, View] | None = None  # the position, and what is in view there
        self._failed_at: tuple[int, View] | None = None
        self.task: Background[WantedColumns, Drawn] = Background(widget, "lstmvis-columns", self, background=background)

    # ---------------------------------------------------------- the task's part

    def question(self) -> WantedColumns | None:
        """The columns around those in view: the same steps as before, while these still cover the view."""
        widget, steps = self._widget, self._data.steps
        stride, states = widget.peek("_stride"), self._data.layers[widget.peek("layer")]
        if stride is None:
            return self.task.question  # keeps the drawing for when the page returns to columns
        visible = min(widget.peek("_visible_steps"), steps, pixel_columns.MOST_COLUMNS * stride)
        view = View(widget.first_shown(), visible, steps, stride)
        self._place = widget.peek("position"), view
        cells = self._cells()
        start, stop = self._span(view, states, len(cells))
        return self._wanted((start, stop), stride, cells)

    def _cells(self) -> set[int]:
        """The cells that are drawn one by one."""
        widget = self._widget
        pinned = sorted(widget.peek("pinned_cells"))[:MOST_PINS]
        return {*widget.peek("selected_cells").tolist(), *pinned, *widget.peek("deselected_cells")}

    def _wanted(self, steps: tuple[int, int], stride: int, cells: set[int]) -> WantedColumns:
        widget = self._widget
        layer, axis, threshold = (widget.peek(name) for name in ("layer", "value_axis", "threshold"))
        states, total = self._data.layers[layer], widget.cells_in_layer()
        selected: NDArray[np.int64] = widget.peek("selected_cells")
        return WantedColumns(
            layer=layer,
            states=states,
            stride=stride,
            start=steps[0],
            stop=steps[1],
            extent=self.counted_range(),
            axis=axis if isinstance(axis, tuple) else None,
            cells=tuple(sorted(cell for cell in cells if cell < total)),
            selected=tuple(cell for cell in selected.tolist() if cell < total),
            indexed_at=threshold if self._computation.is_indexed(states, threshold) else None,
            tracks=tuple(self._data.tracks_named(widget.peek("visible_tracks")).items()),
        )

    def _span(self, view: View, states: States, cells: int) -> tuple[int, int]:
        before = self.task.question
        if self._failed_at not in (None, self._place):  # the view has moved: try again what failed or was cancelled
            self.task.forget()
        elif before is not None and (before.states, before.stride) == (states, view.stride):
            span = before.start, before.stop
            if self._failed_at is not None or pixel_columns.covers(span, view, cells):
                return span
        return pixel_columns.span(view, cells)

    def counted_range(self) -> tuple[float, float]:
        """The range of the bins that values are counted in: the layer's, or a fixed axis too narrow for those bins."""
        scale, axis = self._data.scale(self._widget.peek("layer")), self._widget.peek("value_axis")
        low, high = scale.low, scale.high
        if isinstance(axis, tuple):
            half = axis[1] / 2 - axis[0] / 2  # the whole may be more than the greatest float
            if NARROWEST <= half < (high / 2 - low / 2) / pixel_columns.FINER:
                return axis
        if low < high:
            return low, high
        margin, most = max(0.5, abs(low) / 2), float(np.finfo(np.float64).max)
        return max(low - margin, -most), min(high + margin, most)

    def pending(self, _: WantedColumns | None) -> None:
        """Keep the old drawing until there is a new one."""
        self._failed_at = None

    def answer(self, wanted: WantedColumns, work: Work[Drawn]) -> Drawn:
        """Compute extremes and densities of the columns."""
        return self._drawn(wanted, work.check, work.stage)

    def drawn_between(self, steps: tuple[int, int], stride: int, cells: set[int], stage: Stage) -> Drawn:
        """The columns of the steps, with ``cells`` drawn one by one besides those that the page draws."""
        return self._drawn(self._wanted(steps, stride, self._cells() | cells), never_cancelled, stage)

    def _drawn(self, wanted: WantedColumns, check: Check, stage: Stage) -> Drawn:
        envelopes = self.envelopes_of(wanted.states, wanted.extent)
        columns = envelopes.columns(
            wanted.start,
            wanted.stop,
            wanted.stride,
            np.array(wanted.cells, np.int64),
            progress=stage(f"drawing {wanted.layer}"),
            check=check,
        )
        self.keep(wanted.states, envelopes)
        check()
        cells = wanted.states.plain_cells
        drawn = pixel_columns.drawn(wanted, columns, cells, self._data.sequences, self._data.tokens, check=check)
        return Drawn(drawn, pixel_columns.envelopes(wanted, columns, self._index_of(wanted, check, stage)))

    def _index_of(self, wanted: WantedColumns, check: Check, stage: Stage) -> Index | None:
        """The index, built again if it was dropped; None if there is a newer one, which is about to be asked for."""
        states, threshold = wanted.states, wanted.indexed_at
        if threshold is None or not self._computation.is_indexed(states, threshold):
            return None
        grid = self._data.scale_of(states).grid
        request = Request(layer=wanted.layer, states=states, grid=grid, pattern=Pattern(threshold))
        return self._computation.index(request, check, stage)

    def envelopes_of(self, states: States, extent: tuple[float, float]) -> Envelopes:
        """The envelopes of a layer, kept or new."""
        kept: Envelopes | None = self._computation.shelf.get(("envelopes", states.origin, extent))
        return kept or Envelopes(states, extent)

    def keep(self, states: States, envelopes: Envelopes) -> None:
        """Keep the envelopes of the newest layers; from any thread."""
        name = "envelopes", states.origin, envelopes.extent
        with self._keeping:
            self._kept = [*(each for each in self._kept if each != name), name]
            for each in self._kept[:-KEPT_LAYERS]:
                self._computation.shelf.drop(each)
            self._kept = self._kept[-KEPT_LAYERS:]
        self._computation.shelf.put(name, envelopes, about=name)

    def release(self) -> None:
        """Drop what was drawn, which no page shows."""
        self.task.asked.answer = None
        for name in ("_columns", "_envelopes"):
            self._widget.exchange(name, None)

    def show(self, _: WantedColumns, answer: Drawn | None, error: str) -> None:
        """Send the new drawing."""
        if answer is not None:
            self._widget.publish(_columns=answer.columns, _envelopes=answer.envelopes)
        if error:
            self._failed_at = self._place
            self._widget.say(error)
