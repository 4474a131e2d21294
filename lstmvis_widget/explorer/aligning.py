"""How well each cell of a layer aligns with a label, computed in the background."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics.cell_alignment import cell_alignment
from lstmvis_widget.timeline.labels import as_labels, has_labels
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.background import CANCELLED, Background, Work
from lstmvis_widget.work.extras import load_extras

from .data import ExplorerData
from .traits import ExplorerTraits

BEST = 10
"""How many of the best aligned cells are listed."""

KEPT = 16
"""How many answers are cached."""


class Aligned(NamedTuple):
    """The question: the cells of ``layer``, and the steps at which ``track`` has ``label``."""

    layer: str
    states: States
    name: str
    track: Track
    label: str


class Measures(NamedTuple):
    """The measures of `cell_alignment` for each cell of the layer."""

    f1: NDArray[np.float64]
    auc: NDArray[np.float64]
    sign: NDArray[np.int8]
    threshold: NDArray[np.float64]


class Aligning:
    """Measures how well each cell predicts the steps that have the label of `align_with`.

    Parameters are those of `Ranking`.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self.task: Background[Aligned, Measures] = Background(
            widget, "lstmvis-alignment", self, background=background, kept=KEPT
        )

    def drop_missing_label(self) -> None:
        """Reset `align_with` if tracks have changed and its label no longer exists."""
        given = self._widget.peek("align_with")
        track = None if given is None else self._data.tracks.get(given[0])
        if given is not None and not (track is not None and has_labels(track) and given[1] in as_labels(track).names):
            self._widget.align_with = None

    # ---------------------------------------------------------- the task's part

    def question(self) -> Aligned | None:
        """The chosen label and the active layer; None without a label."""
        given = self._widget.peek("align_with")
        track = None if given is None else self._data.tracks.get(given[0])
        if given is None or track is None or not has_labels(track):
            return None
        layer = self._widget.peek("layer")
        return Aligned(layer, self._data.layers[layer], given[0], track, given[1])

    def pending(self, _: Aligned | None) -> None:
        """Clear the measures until the new ones are there."""
        self._widget.publish(_alignment=None)

    def answer(self, aligned: Aligned, work: Work[Measures]) -> Measures:
        """Measure each cell."""
        load_extras(("pandas",), "analysis", "aligning cells with a label", work.stage)
        table = cell_alignment(
            aligned.states,
            aligned.track,
            labels=[aligned.label],
            sequences=self._data.sequences.lengths,
            check=work.check,
            progress=work.stage(f"aligning cells with {shortened(aligned.label)}"),
        )
        f1, auc, threshold = (table[name].to_numpy(np.float64) for name in ("f1", "auc", "threshold"))
        return Measures(f1, auc, table["sign"].to_numpy(np.int8), threshold)

    def show(self, aligned: Aligned, answer: Measures | None, error: str) -> None:
        """Send the measures and the best cells."""
        f1, auc, sign, threshold = answer or Measures(np.zeros(0), np.zeros(0), np.zeros(0, np.int8), np.zeros(0))
        shown = {
            "layer": aligned.layer,
            "track": aligned.name,
            "label": shortened(aligned.label),
            "f1": f1.astype("<f4").tobytes(),
            "auc": auc.astype("<f4").tobytes(),
            "sign": sign.tobytes(),
            "threshold": threshold.astype("<f8").tobytes(),
            "best": _best(np.where(np.isnan(threshold), np.nan, f1)),
            "error": error,
        }
        self._widget.publish(_alignment=shown)
        if error == CANCELLED:
            self._widget.say(error)


def _best(f1: NDArray[np.float64]) -> list[int]:
    """The cells of highest F1, the best first; of equal ones the lower number first. NaN isn't listed."""
    order = np.argsort(np.where(np.isnan(f1), np.inf, -f1), kind="stable")[:BEST]
    return [cell for cell in order.tolist() if not np.isnan(f1[cell])]
