"""How well each cell of a layer aligns with a label or with numbers, computed in the background."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
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
    states: States
    name: str
    track: Track
    label: str

    @property
    def text(self) -> str:
        """What the cells are aligned with, in a word."""
        return shortened(self.name if has_numbers(self.track) else self.label)


class LabelMeasures(NamedTuple):
    """The measures of `cell_alignment` for each cell of the layer, with a label.

    Those of a mirror are its cell's in the other direction: where a cell tells by being low, its mirror does by being
    high. Thresholds are those of cells without mirrors, at which ``f1`` is reached with ``sign``.
    """

    f1: Floats
    auc: Floats
    sign: NDArray[np.int8]
    threshold: Floats

    def sent(self) -> dict[str, Any]:
        """What the page is sent."""
        cells = len(self.threshold)
        best = _best(np.where(np.isnan(self.threshold), np.nan, self.f1[:cells]))
        rules: dict[str, NDArray[Any]] = {"cell": np.arange(cells), "threshold": self.threshold, "sign": self.sign}
        usable = [cell for cell in best if np.isfinite(self.threshold[cell])]
        return {
            "f1": _single(self.f1),
            "auc": _single(self.auc),
            "sign": self.sign.tobytes(),
            "best": _mirrored(best, self.sign, cells),
            "rules": {name: of[usable].tolist() for name, of in rules.items()},
        }


class NumberMeasures(NamedTuple):
    """The same with numbers.

    ``cells`` is the number of cells without mirrors; ``together`` is R² of all these, or None if there is none.
    """

    rho: Floats
    r2: Floats
    cells: int
    together: float | Literal["computing"] | None

    def sent(self) -> dict[str, Any]:
        """What the page is sent."""
        sign = np.where(self.rho < 0, -1, 1).astype(np.int8)
        return {
            "rho": _single(self.rho),
            "r2": _single(self.r2),
            "together": self.together,
            "sign": sign.tobytes(),
            "best": _mirrored(_best(np.abs(self.rho[: self.cells])), sign, self.cells),
        }


Measures = LabelMeasures | NumberMeasures
NONE = LabelMeasures(np.zeros(0), np.zeros(0), np.zeros(0, np.int8), np.zeros(0))


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
        layer = self._widget.peek("layer")
        return Aligned(layer, self._data.layers[layer], given[0], track, given[1])

    def pending(self, _: Aligned | None) -> None:
        """Clear the measures until the new ones are there."""
        self._widget.publish(_alignment=None)

    def answer(self, aligned: Aligned, work: Work[Measures]) -> Measures:
        """Measure each cell and, with numbers, all cells together."""
        if has_numbers(aligned.track):
            return self._with_numbers(aligned, finite_numbers(aligned.track), work)
        load_extras(("pandas",), "analysis", "aligning cells with a label", work.stage)
        table = cell_alignment(
            aligned.states,
            aligned.track,
            labels=[aligned.label],
            sequences=self._data.sequences.lengths,
            check=work.check,
            progress=work.stage(f"aligning cells with {aligned.text}"),
        )
        f1, auc, threshold = (table[name].to_numpy(np.float64) for name in ("f1", "auc", "threshold"))
        sign = table["sign"].to_numpy(np.int8)
        if aligned.states.mirror:
            f1, auc, sign = np.tile(f1, 2), np.append(auc, 1 - auc), np.append(sign, -sign)
        return LabelMeasures(f1, auc, sign, threshold)

    def _with_numbers(self, aligned: Aligned, values: Floats, work: Work[Measures]) -> Measures:
        states = aligned.states.without_mirrors()
        steps, cells = states.shape
        asked = NumbersAsked(states, np.arange(cells), values, self._data.sequences, steps, permutations=0, seed=0)
        report = states.prepare_first(work.stage(f"aligning cells with {aligned.text}"), work.check)
        found = number_measures(asked, work.check, report)
        rho, r2 = found["spearman"], found["r2"]
        if aligned.states.mirror:
            rho, r2 = np.append(rho, -rho), np.tile(r2, 2)
        measures = NumberMeasures(rho, r2, cells, "computing")
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
    """The cells that are worth most, the best first; of equal ones the lower number first. NaN isn't listed."""
    order = np.argsort(np.where(np.isnan(worth), np.inf, -worth), kind="stable")[:BEST]
    return [cell for cell in order.tolist() if not np.isnan(worth[cell])]


def _mirrored(best: list[int], sign: NDArray[np.int8], cells: int) -> list[int]:
    """The cells, or where they tell by being low, their mirrors if there are any. ``cells`` doesn't count mirrors."""
    return [cell + cells if sign[cell] < 0 and len(sign) > cells else cell for cell in best]
