"""The jumps of a layer, and the table of sequences, computed in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.step_distances import step_distances
from lstmvis_widget.sent.sequences import columns_of, jump_spread
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.statistics.sequence_table import sequence_table
from lstmvis_widget.work.background import Background, Work
from lstmvis_widget.work.extras import load_extras

from .traits import SequenceTraits

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

KEPT = 8
"""How many answers are cached."""

MARKED = 0.99
"""By default jumps from this quantile on are marked."""


class Measured(NamedTuple):
    """The question: the jumps of ``layer``, by ``metric``."""

    layer: str
    metric: str


@dataclass(eq=False)
class Measures:
    """The jumps, and the table of sequences (None without an output track)."""

    distances: Floats
    table: pd.DataFrame | None
    columns: dict[str, Any]


class Measuring:
    """Measures the jumps of the active layer.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    output : OutputTrack or None
    background : bool
    """

    def __init__(
        self, widget: SequenceTraits, data: ExplorerData, output: OutputTrack | None, *, background: bool
    ) -> None:
        self._widget, self._data, self._output = widget, data, output
        self._followed: float | None = None  # the threshold that follows the data
        self.task: Background[Measured, Measures] = Background(
            widget, "lstmvis-jumps", self, background=background, kept=KEPT
        )

    # ---------------------------------------------------------- the task's part

    def question(self) -> Measured:
        """The active layer and the metric."""
        return Measured(self._widget.peek("layer"), self._widget.peek("metric"))

    def pending(self, _: Measured | None) -> None:
        """Clear the jumps until the new ones are there."""
        self._widget.publish(_jumps=None)

    def answer(self, measured: Measured, work: Work[Measures]) -> Measures:
        """Measure all jumps."""
        lengths = self._data.sequences.lengths
        distances = step_distances(
            self._data.layers[measured.layer],
            lengths,
            measured.metric,
            check=work.check,
            progress=work.stage("measuring jumps"),
        )
        table = None
        if self._output is not None:
            load_extras(("pandas",), "analysis", "the table of sequences", work.stage)
            table = sequence_table(self._output, lengths, distances=distances)
        return Measures(distances, table, columns_of(table, self._output, self._data.tokens, self._data.sequences))

    def show(self, _: Measured, answer: Measures | None, error: str) -> None:
        """Send the table of sequences and how the jumps are spread."""
        widget = self._widget
        if answer is not None:
            threshold = widget.peek("jump_threshold")
            if threshold == self._followed or self._followed is None:
                known = answer.distances[~np.isnan(answer.distances)]
                widget.jump_threshold = self._followed = float(np.quantile(known, MARKED)) if len(known) else 0.0
            widget.set_trait("table", answer.table)
            widget.publish(
                _jumps=jump_spread(answer.distances),
                _sequences=answer.columns,
            )
        if error:
            widget.say(error)

    def now(self) -> Measures | None:
        """What is measured so far."""
        return self.task.asked.answer
