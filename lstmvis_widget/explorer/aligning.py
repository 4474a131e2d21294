"""Which cells go with a label: every cell of the layer against it, in the background."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.statistics.cell_alignment import cell_alignment
from lstmvis_widget.timeline.labels import as_labels, has_labels
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.background import CANCELLED, Background, Work

from .data import ExplorerData
from .traits import ExplorerTraits

BEST = 10
"""So many of the cells that go best with the label are listed."""

KEPT = 16
"""Answers that are kept."""


class Aligned(NamedTuple):
    """What cells are aligned with: the steps of ``track`` that have ``label``."""

    layer: str
    name: str
    track: Track
    label: str


class Measures(NamedTuple):
    """Of each cell of the layer, what `cell_alignment` says."""

    f1: NDArray[np.float64]
    auc: NDArray[np.float64]


class Aligning:
    """How well each cell tells where the label of `align_with` stands.

    Parameters are those of `Ranking`.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self.task: Background[Aligned, Measures] = Background(
            widget, "lstmvis-alignment", self, background=background, kept=KEPT
        )

    def label_may_go(self) -> None:
        """Align with nothing once the label is gone: tracks have changed."""
        given = self._widget.peek("align_with")
        track = None if given is None else self._data.tracks.get(given[0])
        if given is not None and not (track is not None and has_labels(track) and given[1] in as_labels(track).names):
            self._widget.align_with = None

    # ------------------------------------------------------ what the task asks

    def question(self) -> Aligned | None:
        """The label that is chosen, in the active layer."""
        given = self._widget.peek("align_with")
        track = None if given is None else self._data.tracks.get(given[0])
        if given is None or track is None or not has_labels(track):
            return None
        return Aligned(self._widget.peek("layer"), given[0], track, given[1])

    def pending(self, _: Aligned | None) -> None:
        """Show no cells meanwhile."""
        self._widget.publish(_alignment=None)

    def activity(self, aligned: Aligned) -> str:
        """What takes long."""
        return f"aligning cells with {shortened(aligned.label)}"

    def answer(self, aligned: Aligned, work: Work[Measures]) -> Measures:
        """Judge each cell."""
        table = cell_alignment(
            self._data.layers[aligned.layer],
            aligned.track,
            labels=[aligned.label],
            check=work.check,
            progress=work.report,
        )
        return Measures(table["f1"].to_numpy(np.float64), table["auc"].to_numpy(np.float64))

    def show(self, aligned: Aligned, answer: Measures | None, error: str) -> None:
        """Send what the cells are worth."""
        f1, auc = answer or Measures(np.zeros(0), np.zeros(0))
        shown = {
            "layer": aligned.layer,
            "track": aligned.name,
            "label": shortened(aligned.label),
            "f1": f1.astype("<f4").tobytes(),
            "auc": auc.astype("<f4").tobytes(),
            "best": _best(f1),
            "error": error,
        }
        self._widget.publish(_alignment=shown)
        if error == CANCELLED:
            self._widget.say(error)


def _best(f1: NDArray[np.float64]) -> list[int]:
    """The cells that go best with the label, the best first; the earlier ones of equals."""
    order = np.argsort(np.where(np.isnan(f1), np.inf, -f1), kind="stable")[:BEST]
    return [cell for cell in order.tolist() if not np.isnan(f1[cell])]
