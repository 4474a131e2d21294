"""The jumps of a layer, and the table of sequences, computed in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.step_distances import step_distances
from lstmvis_widget.sent.sequences import jump_spread
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.statistics.sequence_table import facts_of, largest_jumps, table_of
from lstmvis_widget.work.background import Background, Work
from lstmvis_widget.work.extras import load_extras

from .same import Same
from .traits import SequenceTraits

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KEPT = 8
"""How many answers are cached."""

MARKED = 0.99
"""By default jumps from this quantile on are marked."""


class Measured(NamedTuple):
    """The question: the jumps of ``layer``, by ``metric``, and the table with what ``output`` says."""

    layer: str
    metric: str
    output: Same[OutputTrack | None]


@dataclass(eq=False)
class Measures:
    """The jumps, and the table of sequences.

    Attributes
    ----------
    distances : ndarray of float64, shape (T,)
    largest : (ndarray of float64, ndarray of int64), each of shape (N,)
        The largest jump of each sequence, and its step.
    marked : float
        The usual threshold.
    spread : dict
        As it is sent.
    table : DataFrame or None
    no_table : str
        Why there is no table.
    """

    distances: Floats
    largest: tuple[Floats, Ints]
    marked: float
    spread: dict[str, Any]
    table: pd.DataFrame | None
    no_table: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether the table is there, or it is known why not."""
        return self.table is not None or self.no_table != ""


class Measuring:
    """Measures the jumps of the active layer.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    has_own_threshold : bool
        Whether the threshold of jumps was given, so that it doesn't follow the data.
    background : bool
    """

    def __init__(
        self, widget: SequenceTraits, data: ExplorerData, *, has_own_threshold: bool, background: bool
    ) -> None:
        self._widget, self._data = widget, data
        # Thresholds that no one has set: while it is one of these, the threshold follows the layer and the metric.
        self._usual: set[float] = set() if has_own_threshold else {widget.peek("jump_threshold")}
        self._is_first = True
        self.task: Background[Measured, Measures] = Background(
            widget, "lstmvis-jumps", self, background=background, kept=KEPT
        )

    # ---------------------------------------------------------- the task's part

    def question(self) -> Measured:
        """The active layer, the metric, and the output track."""
        return Measured(self._widget.peek("layer"), self._widget.peek("metric"), Same(self._widget.output))

    def pending(self, _: Measured | None) -> None:
        """Clear the jumps until the new ones are there."""
        self._widget.publish(_jumps=None)

    def answer(self, measured: Measured, work: Work[Measures]) -> Measures:
        """Measure all jumps."""
        sequences, output = self._data.sequences, measured.output.value
        distances = step_distances(
            self._data.layers[measured.layer],
            sequences.lengths,
            measured.metric,
            check=work.check,
            progress=work.stage("measuring jumps"),
        )
        spread = jump_spread(distances)
        known = distances[~np.isnan(distances)]
        marked = float(np.quantile(known, MARKED)) if len(known) else 0.0
        found = Measures(distances, largest_jumps(distances, sequences), marked, spread, None)
        work.deliver(found)
        try:
            load_extras(("pandas",), "analysis", "the table of sequences", work.stage)
        except ImportError as error:  # only who reads the table needs it
            found.no_table = str(error)
            return found
        facts = None if output is None else facts_of(output, sequences)
        found.table = table_of(sequences, output, facts, distances)
        return found

    def show(self, _: Measured, answer: Measures | None, error: str) -> None:
        """Send how the jumps are spread, and have the threshold follow."""
        widget = self._widget
        if answer is not None:
            if widget.peek("_jumps") is not answer.spread:
                self._show_jumps(answer)
            if answer.has_ended:
                widget.set_trait("table", answer.table)
        if error:
            widget.publish(_jumps=None)
            widget.set_trait("table", None)
            widget.say(error)

    def _show_jumps(self, measures: Measures) -> None:
        widget, follows = self._widget, self._follows()
        if self._is_first:
            self._is_first = False
            self._usual.clear()
        self._usual.add(measures.marked)
        if follows:
            widget.adapt("jump_threshold", measures.marked, throughout=True)
        widget.publish(_jumps=measures.spread)
        widget.results_changed("jumps")

    def _follows(self) -> bool:
        return self._widget.peek("jump_threshold") in self._usual

    def threshold(self) -> float:
        """The threshold of jumps, once they are measured where it follows them."""
        measures = self.task.wait(lambda _: True).answer if self._follows() else None
        value: float = self._widget.peek("jump_threshold")
        return measures.marked if measures is not None and self._follows() else value

    def now(self) -> Measures | None:
        """What is measured so far."""
        return self.task.asked.answer
