"""A widget that draws many steps in few columns, computed on a worker of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.sent import pixel_columns as _page_columns
from lstmvis_widget.sent.pixel_columns import View, WantedColumns
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.sources import States
from lstmvis_widget.synced.traits import Count
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import CancelledError
from lstmvis_widget.work.worker import LatestWinsWorker

from .activity import ActivityWidget
from .computation import Computation, Results
from .tracks import TracksWidget
from .view import ViewWidget

DRAWING = "drawing"
"""Begins what is shown as the activity."""

KEPT_LAYERS = 2
"""Layers of which columns are kept in memory."""


class ColumnsWidget(TracksWidget, ViewWidget, ActivityWidget):
    """The columns of `StateExplorer`: what the page draws where steps are too narrow for words."""

    _columns = traitlets.Any(None).tag(sync=True)
    _envelopes = traitlets.Any(None).tag(sync=True)
    _stride = Count(None, least=1, most=2**40, allow_none=True).tag(sync=True)
    _visible_steps = Count(40, least=1, most=2**40).tag(sync=True)

    layer: Any
    threshold: Any
    deselected_cells: Any
    _tokens: Tokens
    _computation: Computation

    def __init__(self) -> None:
        super().__init__()
        self._columns_worker = LatestWinsWorker("lstmvis-columns")
        self._columns_wanted: WantedColumns | None = None
        self._layer_envelopes: dict[tuple[str, tuple[float, float]], Envelopes] = {}

    _states_by_layer: dict[str, States]

    def _layer_range(self) -> tuple[float, float]:
        """The range of the layer's values."""
        raise NotImplementedError

    @traitlets.validate("_stride")
    def _check_stride(self, proposal: dict[str, Any]) -> int | None:
        stride: int | None = proposal["value"]
        if stride is not None and stride & (stride - 1):
            msg = f"_stride must be a power of two, or None; got {stride}"
            raise traitlets.TraitError(msg)
        return stride

    @traitlets.observe("value_axis", "pinned_cells")
    def _drawn_cells_changed(self, _: Any) -> None:
        if self._complete:
            self._refresh_columns()

    def _publish(self, results: Results, *, wait: bool) -> None:
        super()._publish(results, wait=wait)
        with self._setting_within(-1 if wait else 0) as may_set:
            if may_set:
                self._refresh_columns()

    def _refresh_columns(self, *, anew: bool = False) -> None:
        """Have the columns around the position computed, unless they are under way or there."""
        if self._stride is None:
            return
        wanted = self._columns_wanted_now(anew=anew)
        if wanted != self._columns_wanted or anew:
            self._columns_wanted = wanted
            self._columns_worker.submit(lambda check: self._compute_columns(wanted, check))

    def _columns_wanted_now(self, *, anew: bool) -> WantedColumns:
        stride, steps = self._stride or 1, len(self._tokens)
        selected: NDArray[np.int64] = self._trait_values["selected_cells"]
        cells = {*selected.tolist(), *self.pinned_cells, *self.deselected_cells}
        before = self._columns_wanted
        view = View(self.position, min(self._visible_steps, steps, _page_columns.MOST_COLUMNS * stride), steps, stride)
        keep = not anew and before is not None and before.layer == self.layer and before.stride == stride
        span = _page_columns.span(view, len(cells))
        if keep and before is not None and _page_columns.covers((before.start, before.stop), view, len(cells)):
            span = before.start, before.stop
        return WantedColumns(
            layer=self.layer,
            stride=stride,
            start=span[0],
            stop=span[1],
            extent=self._counted_range(),
            axis=self.value_axis if isinstance(self.value_axis, tuple) else None,
            cells=tuple(sorted(cell for cell in cells if cell < self._states.shape[1])),
            selected=tuple(cell for cell in selected.tolist() if cell < self._states.shape[1]),
            index=self._computation.index_at(self.layer, self.threshold),
            tracks=tuple(self._there(self.visible_tracks).items()),
        )

    def _counted_range(self) -> tuple[float, float]:
        """The range whose bins values are counted in: the layer's, or a fixed one that is too small for its bins."""
        low, high = self._layer_range()
        axis = self.value_axis
        if isinstance(axis, tuple) and axis[1] - axis[0] < (high - low) / _page_columns.FINER:
            return axis
        return (low, high) if low < high else (low - max(0.5, abs(low) / 2), low + max(0.5, abs(low) / 2))

    def _compute_columns(self, wanted: WantedColumns, check: Callable[[], None]) -> None:
        """The worker's job."""
        try:
            columns = self._envelopes_of(wanted).columns(
                wanted.start,
                wanted.stop,
                wanted.stride,
                np.array(wanted.cells, np.int64),
                progress=self._reporter(f"{DRAWING} {wanted.layer}", lambda: wanted is self._columns_wanted),
                check=check,
            )
            check()
            cells = self._states_by_layer[wanted.layer].shape[1]
            drawn = _page_columns.drawn(wanted, columns, cells, self._sequences, self._tokens)
            envelopes = _page_columns.envelopes(wanted, columns)
            check()
            self._show_columns(wanted, drawn, envelopes)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown, and the worker lives on)
            self._show_columns(wanted, error=str(error) or type(error).__name__)

    def _envelopes_of(self, wanted: WantedColumns) -> Envelopes:
        """What is kept of a layer; only the worker asks for it."""
        key = wanted.layer, wanted.extent
        kept = self._layer_envelopes.pop(key, None) or Envelopes(self._states_by_layer[wanted.layer], wanted.extent)
        while len(self._layer_envelopes) >= KEPT_LAYERS:
            del self._layer_envelopes[next(iter(self._layer_envelopes))]
        self._layer_envelopes[key] = kept
        return kept

    def _show_columns(
        self,
        wanted: WantedColumns,
        drawn: dict[str, Any] | None = None,
        envelopes: dict[str, Any] | None = None,
        error: str = "",
    ) -> None:
        """Set the traits to what has been computed, unless something else is wanted by now."""
        with self._setting_within(-1), self.hold_sync():
            if wanted is not self._columns_wanted:
                return
            self._end_activity(DRAWING)
            if error:
                self._show_error(error)
                self._columns_wanted = None
                return
            if drawn != self._columns:
                self._columns = drawn
            if envelopes != self._envelopes:
                self._envelopes = envelopes

    def cancel(self) -> None:
        """End the computation under way.

        Results that it hasn't brought yet are empty until something is changed again, and `error` says so.
        """
        super().cancel()
        with self._setting():
            if self._columns_worker.cancel():
                self._columns_wanted = None
                self._end_activity(DRAWING)
                self._show_error("cancelled")

    def close(self) -> None:
        """Stop the workers; who waits for a result gets the one before."""
        self._columns_worker.close()
        super().close()
