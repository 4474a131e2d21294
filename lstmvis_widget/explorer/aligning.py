"""How well each cell of a layer aligns with a label or with numbers, computed in the background."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.statistics.cell_alignment import cell_alignment, number_measures
from lstmvis_widget.statistics.number_alignment import NumbersAsked
from lstmvis_widget.statistics.ridge_fits import all_cells
from lstmvis_widget.timeline.labels import as_labels, finite_numbers, has_labels, has_numbers
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.background import CANCELLED, Background, Work
from lstmvis_widget.work.extras import load_extras

from .data import ExplorerData
from .traits import ExplorerTraits

Floats = NDArray[np.float64]

BEST = 10
"""How many of the best aligned cells are listed."""

KEPT = 16
"""How many answers are cached."""


class Aligned(NamedTuple):
    """The question: the cells of ``layer``, and ``label`` of ``track``, or its numbers."""

    layer: str
    name: str
    track: Track
    label: str

    @property
    def text(self) -> str:
        """What the cells are aligned with, in a word."""
        return shortened(self.name if has_numbers(self.track) else self.label)


class LabelMeasures(NamedTuple):
    """The measures of `cell_alignment` for each cell of the layer, with a label."""

    f1: Floats
    auc: Floats
    sign: NDArray[np.int8]

    def sent(self) -> dict[str, Any]:
        """What the page is sent."""
        return {
            "f1": _single(self.f1),
            "auc": _single(self.auc),
            "sign": self.sign.tobytes(),
            "best": _best(self.f1),
        }


class NumberMeasures(NamedTuple):
    """The same with numbers; ``together`` is R² of all cells, or None if there is none."""

    rho: Floats
    r2: Floats
    together: float | Literal["computing"] | None

    def sent(self) -> dict[str, Any]:
        """What the page is sent."""
        return {
            "rho": _single(self.rho),
            "r2": _single(self.r2),
            "together": self.together,
            "sign": np.where(self.rho < 0, -1, 1).astype(np.int8).tobytes(),
            "best": _best(np.abs(self.rho)),
        }


Measures = LabelMeasures | NumberMeasures
NONE = LabelMeasures(np.zeros(0), np.zeros(0), np.zeros(0, np.int8))


class Aligning:
    """Measures how well each cell predicts the steps that have the label of `align_with`, or follows its numbers.

    Parameters are those of `Ranking`.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self.task: Background[Aligned, Measures] = Background(
            widget, "lstmvis-alignment", self, background=background, kept=KEPT
        )

    def drop_missing_label(self) -> None:
        """Reset `align_with` if tracks have changed and what it names no longer exists."""
        given = self._widget.peek("align_with")
        track = None if given is None else self._data.tracks.get(given[0])
        if given is not None and not (_are_numbers(track, given[1]) or _has_label(track, given[1])):
            self._widget.align_with = None

    # ---------------------------------------------------------- the task's part

    def question(self) -> Aligned | None:
        """The chosen label or track of numbers, and the active layer; None without any."""
        given = self._widget.peek("align_with")
        track = None if given is None else self._data.tracks.get(given[0])
        if given is None or track is None or not (_are_numbers(track, given[1]) or has_labels(track)):
            return None
        return Aligned(self._widget.peek("layer"), given[0], track, given[1])

    def pending(self, _: Aligned | None) -> None:
        """Clear the measures until the new ones are there."""
        self._widget.publish(_alignment=None)

    def answer(self, aligned: Aligned, work: Work[Measures]) -> Measures:
        """Measure each cell and, with numbers, all cells together."""
        if has_numbers(aligned.track):
            return self._with_numbers(aligned, finite_numbers(aligned.track), work)
        load_extras(("pandas",), "analysis", "aligning cells with a label", work.stage)
        table = cell_alignment(
            self._data.layers[aligned.layer],
            aligned.track,
            labels=[aligned.label],
            sequences=self._data.sequences.lengths,
            check=work.check,
            progress=work.stage(f"aligning cells with {aligned.text}"),
        )
        measures = (table["f1"].to_numpy(np.float64), table["auc"].to_numpy(np.float64))
        return LabelMeasures(*measures, table["sign"].to_numpy(np.int8))

    def _with_numbers(self, aligned: Aligned, values: Floats, work: Work[Measures]) -> Measures:
        states = self._data.layers[aligned.layer]
        steps, cells = states.shape
        asked = NumbersAsked(states, np.arange(cells), values, self._data.sequences, steps, permutations=0, seed=0)
        report = states.prepare_first(work.stage(f"aligning cells with {aligned.text}"), work.check)
        found = number_measures(asked, work.check, report)
        measures = NumberMeasures(found["spearman"], found["r2"], "computing")
        work.deliver(measures)
        together = all_cells(asked, work.check, work.stage(f"fitting all cells to {aligned.text}")).r2
        return measures._replace(together=None if np.isnan(together) else together)

    def show(self, aligned: Aligned, answer: Measures | None, error: str) -> None:
        """Send the measures and the best cells."""
        shown = {
            "layer": aligned.layer,
            "track": aligned.name,
            "label": shortened(aligned.label),
            **(answer or NONE).sent(),
            "error": error,
        }
        self._widget.publish(_alignment=shown)
        if error == CANCELLED:
            self._widget.say(error)


def _are_numbers(track: Track | None, label: str) -> bool:
    return has_numbers(track) and label == ""


def _has_label(track: Track | None, label: str) -> bool:
    return has_labels(track) and label in as_labels(track).names


def _single(values: Floats) -> bytes:
    return values.astype("<f4").tobytes()


def _best(worth: Floats) -> list[int]:
    """The cells that are worth most, the best first; of equal ones the lower number first."""
    order = np.argsort(np.where(np.isnan(worth), np.inf, -worth), kind="stable")[:BEST]
    return [cell for cell in order.tolist() if not np.isnan(worth[cell])]
