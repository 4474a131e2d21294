"""Which cells go with a label: every cell of the layer against it, in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import traitlets
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics.cell_alignment import cell_alignment
from lstmvis_widget.synced.traits import TrackLabel, brief
from lstmvis_widget.timeline.labels import as_labels, has_labels
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.cancelling import CancelledError
from lstmvis_widget.work.worker import LatestWinsWorker

from .activity import ActivityWidget
from .tracks import TracksWidget

ALIGNING = "aligning cells with"
"""Begins what is shown as the activity."""

BEST = 10
"""So many of the cells that go best with the label are listed."""

KEPT = 16
"""Alignments that are kept."""


class Aligned(NamedTuple):
    """What cells are aligned with: the steps of ``track`` that have ``label``."""

    layer: str
    name: str
    track: Track
    label: str

    def same(self, other: Aligned | None) -> bool:
        """Whether that is the same question."""
        return other is not None and self.track is other.track and self[:2] == other[:2] and self.label == other.label


class Measures(NamedTuple):
    """Of each cell of the layer, what `cell_alignment` says."""

    f1: NDArray[np.float64]
    auc: NDArray[np.float64]


class AlignmentWidget(TracksWidget, ActivityWidget):
    """The label that the cells of `StateExplorer` are aligned with."""

    align_with = TrackLabel(None, allow_none=True).tag(sync=True)
    """The name of a track and one of its labels; the page sorts the cells by how well they tell where it stands.

    Each cell is judged by the F1 of its own best threshold over all steps, as `cell_alignment` has it. None: by none.
    """
    _alignment = traitlets.Any(None).tag(sync=True)

    layer: Any
    _states_by_layer: dict[str, States]

    def __init__(self) -> None:
        super().__init__()
        self._alignment_worker = LatestWinsWorker("lstmvis-alignment")
        self._aligned: Aligned | None = None
        self._alignments: list[tuple[Aligned, Measures]] = []

    @traitlets.validate("align_with")
    def _check_align_with(self, proposal: dict[str, Any]) -> tuple[str, str] | None:
        given: tuple[str, str] | None = proposal["value"]
        if given is None:
            return None
        name, text = given
        names = [each for each, track in self._annotations.items() if has_labels(track)]
        if name not in names:
            listed = ", ".join(map(repr, names)) or "none, as no track has labels"
            raise traitlets.TraitError(f"align_with must name a track with labels: {listed}; got {brief(name)}")
        label = _label_of(self._annotations[name], text)
        if label is None:
            raise traitlets.TraitError(f"align_with must name a label of track {name!r}; got {brief(text)}")
        return name, label

    @traitlets.observe("align_with", "layer")
    def _align_with_changed(self, change: dict[str, Any]) -> None:
        if self._complete:
            if change["name"] == "align_with":
                self._show_error("")
            self._refresh_alignment()

    def _begin(self, layout: Any) -> None:
        super()._begin(layout)
        self._refresh_alignment()

    def _tracks_changed(self) -> None:
        super()._tracks_changed()
        with self._setting():
            if self.align_with is not None:
                name, label = self.align_with
                track = self._annotations.get(name)
                if track is None or not has_labels(track) or label not in as_labels(track).names:
                    self.align_with = None
            self._refresh_alignment()

    # ---------------------------------------------------- what is computed

    def _refresh_alignment(self) -> None:
        """Have the cells aligned with the label, unless that is under way or there."""
        with self._setting():
            wanted, before = self._aligned_now(), self._aligned
            if wanted is before or (wanted is not None and wanted.same(before)):
                return
            self._aligned = wanted
            self._end_activity(ALIGNING)
            self._alignment = None
            kept = None if wanted is None else self._kept(wanted)
            if wanted is None:
                self._alignment_worker.cancel()
            elif kept is not None:
                self._alignment_worker.cancel()
                self._show_alignment(wanted, kept)
            else:
                self._alignment_worker.submit(lambda check: self._align(wanted, check))

    def _aligned_now(self) -> Aligned | None:
        given: tuple[str, str] | None = self._trait_values.get("align_with")
        track = None if given is None else self._annotations.get(given[0])
        if given is None or track is None or not has_labels(track):
            return None
        return Aligned(self._trait_values["layer"], given[0], track, given[1])

    def _kept(self, wanted: Aligned) -> Measures | None:
        return next((measures for aligned, measures in self._alignments if wanted.same(aligned)), None)

    def _align(self, wanted: Aligned, check: Callable[[], None]) -> None:
        """The worker's job."""
        layer, _, track, label = wanted
        try:
            table = cell_alignment(
                self._states_by_layer[layer],
                track,
                labels=[label],
                check=check,
                progress=self._reporter(f"{ALIGNING} {shortened(label)}", lambda: wanted is self._aligned),
            )
            check()
            measures = Measures(table["f1"].to_numpy(np.float64), table["auc"].to_numpy(np.float64))
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown, and the worker lives on)
            self._show_alignment(wanted, None, str(error) or type(error).__name__)
            return
        self._show_alignment(wanted, measures)

    def _show_alignment(self, wanted: Aligned, measures: Measures | None, error: str = "") -> None:
        """Send what the cells are worth, unless something else is wanted by now."""
        none = np.zeros(0)
        f1, auc = (none, none) if measures is None else measures
        with self._setting_within(-1), self.hold_sync():
            if wanted is not self._aligned:
                return
            if measures is not None and self._kept(wanted) is None:
                self._alignments = [*self._alignments[1 - KEPT :], (wanted, measures)]
            self._end_activity(ALIGNING)
            self._alignment = {
                "layer": wanted.layer,
                "track": wanted.name,
                "label": shortened(wanted.label),
                "f1": f1.astype("<f4").tobytes(),
                "auc": auc.astype("<f4").tobytes(),
                "best": _best(f1),
                "error": error,
            }

    def cancel(self) -> None:
        """End the computation under way.

        Results that it hasn't brought yet are empty until something is changed again, and `error` says so.
        """
        super().cancel()
        with self._setting():
            if self._aligned is None or not self._alignment_worker.cancel():
                return
            aligned = self._aligned
            self._show_alignment(aligned, None, "cancelled")
            self._show_error("cancelled")

    def close(self) -> None:
        """Stop the workers; who waits for a result gets the one before."""
        self._alignment_worker.close()
        super().close()


def _label_of(track: Track, text: str) -> str | None:
    """The label of this text; the page knows only the beginning of a long one."""
    names = as_labels(track).names
    return text if text in names else next((name for name in names if shortened(name) == text), None)


def _best(f1: NDArray[np.float64]) -> list[int]:
    """The cells that go best with the label, the best first; the earlier ones of equals."""
    order = np.argsort(np.where(np.isnan(f1), np.inf, -f1), kind="stable")[:BEST]
    return [cell for cell in order.tolist() if not np.isnan(f1[cell])]
