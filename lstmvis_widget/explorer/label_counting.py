"""How frequent labels are in the matches: a table for one track, and what chance makes of it, in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import traitlets

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.sent import label_table as _page_labels
from lstmvis_widget.statistics.enrichment import as_found, enrichment, without
from lstmvis_widget.statistics.null_distributions import enrichment_null, random_matches
from lstmvis_widget.synced.traits import Name, brief
from lstmvis_widget.timeline.labels import as_labels, has_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.cancelling import CancelledError
from lstmvis_widget.work.worker import LatestWinsWorker

from .activity import ActivityWidget
from .computation import Results
from .tracks import TracksWidget

DRAWS = 200
"""Random draws of each kind of chance."""

COMPARING = "comparing with chance"
"""What is shown as the activity."""


class Counted(NamedTuple):
    """What a table is about."""

    name: str
    track: Track
    results: Results
    matches: Matches


class LabelsWidget(TracksWidget, ActivityWidget):
    """The table of labels of `StateExplorer`, which the page opens for one of the `match_tracks`."""

    _label_table = Name(None, allow_none=True).tag(sync=True)
    _enrichment = traitlets.Any(None).tag(sync=True)

    _sequences: Sequences

    def __init__(self) -> None:
        super().__init__()
        self._labels_worker = LatestWinsWorker("lstmvis-labels")
        self._counted: Counted | None = None

    @traitlets.validate("_label_table")
    def _check_label_table(self, proposal: dict[str, Any]) -> str | None:
        name: str | None = proposal["value"]
        allowed = [track for track in self.match_tracks if self._can_be_counted(track)]
        if name is not None and name not in allowed:
            listed = ", ".join(map(repr, allowed)) or "none, as no track with labels has a heatmap"
            raise traitlets.TraitError(f"labels can be counted of {listed}; got {brief(name)}")
        return name

    @traitlets.observe("match_tracks")
    def _table_may_go(self, _: Any) -> None:
        if self._complete and self._label_table is not None and not self._can_be_counted(self._label_table):
            self._label_table = None

    def _can_be_counted(self, name: str) -> bool:
        return name in self.match_tracks and has_labels(self._annotations.get(name))

    @traitlets.observe("_label_table")
    def _label_table_changed(self, _: Any) -> None:
        if self._complete:
            self._refresh_labels()

    def _tracks_changed(self) -> None:
        super()._tracks_changed()
        with self._setting():
            self._table_may_go(None)
            self._refresh_labels()

    def _request(self) -> None:
        super()._request()
        with self._setting():
            self._refresh_labels()

    def _publish(self, results: Results, *, wait: bool) -> None:
        super()._publish(results, wait=wait)
        with self._setting_within(-1 if wait else 0) as may_set:
            if may_set:
                self._refresh_labels()

    # ------------------------------------------------------- what is counted

    def _refresh_labels(self) -> None:
        """Have the labels counted in the matches there are now, unless that is under way or there."""
        wanted, before = self._counted_now(), self._counted
        if wanted is None or before is None:
            same = wanted is before
        else:
            same = all(one is other for one, other in zip(wanted, before, strict=True))
        if same:
            return
        self._counted = wanted
        self._enrichment = None
        self._end_activity(COMPARING)
        if wanted is None:
            self._labels_worker.cancel()
        else:
            self._labels_worker.submit(lambda check: self._count_labels(wanted, check))

    def _counted_now(self) -> Counted | None:
        results = self._results
        name: str | None = self._trait_values.get("_label_table")
        track = None if name is None else self._annotations.get(name)
        if name is None or track is None or results is None or results.matches is None or results.error:
            return None
        if not len(results.matches):
            return None
        return Counted(name, track, results, results.matches)

    def _count_labels(self, counted: Counted, check: Callable[[], None]) -> None:
        """The worker's job."""
        name, track, results, matches = counted
        selection = results.request.selection
        shown: dict[str, Any] = {"track": name, "rows": [], "labels": 0, "total": 0, "excluded": 0, "matches": 0}
        shown |= {"chance": None, "draws": DRAWS, "error": ""}
        try:
            table = enrichment(matches, track, exclude=selection, sequences=self._sequences.lengths, check=check)
            kept = len(without(as_found(matches), selection).start)
            shown["rows"] = _page_labels.label_rows(table, _labels_at(track, selection))
            shown["labels"], shown["total"] = len(table), int(table["total"].max()) if len(table) else 0
            shown["matches"], shown["excluded"] = kept, len(matches) - kept
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown, and the worker lives on)
            shown["error"] = str(error) or type(error).__name__
        self._show_labels(counted, shown)

    def _show_labels(self, counted: Counted, shown: dict[str, Any]) -> None:
        """Send the table, unless another one is wanted by now."""
        with self._setting_within(-1), self.hold_sync():
            if counted is self._counted:
                self._end_activity(COMPARING)
                self._enrichment = shown

    # ---------------------------------------------------------------- chance

    def _compare_with_chance(self) -> None:
        """Have the shares on show compared with those that chance brings about."""
        with self._setting():
            counted, shown = self._counted, self._enrichment
            if counted is None or not shown or not shown["rows"] or shown["chance"] is not None:
                return
            self._enrichment = shown | {"chance": "computing"}
            self._labels_worker.submit(lambda check: self._draw(counted, shown, check))

    def _draw(self, counted: Counted, shown: dict[str, Any], check: Callable[[], None]) -> None:
        """The worker's job."""
        name, track, results, matches = counted
        report = self._reporter(COMPARING, lambda: counted is self._counted)
        try:
            table = enrichment_null(
                matches,
                track,
                exclude=results.request.selection,
                sequences=self._sequences.lengths,
                n=DRAWS,
                random_matches=None
                if matches.origin is None
                else random_matches(matches.origin, results.index, check=check),
                check=check,
                progress=report,
            )
            rows = _page_labels.chance_rows(table, [row["label"] for row in shown["rows"]])
            shown = shown | {"chance": rows}
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (as above)
            shown = shown | {"error": f"{name} could not be compared: {error}"}
        self._show_labels(counted, shown)

    def cancel(self) -> None:
        """End the computation under way.

        Results that it hasn't brought yet are empty until something is changed again, and `error` says so.
        """
        super().cancel()
        with self._setting():
            if not self._labels_worker.cancel():
                return
            self._end_activity(COMPARING)
            if self._enrichment is not None:
                self._enrichment = self._enrichment | {"chance": None}
            else:
                self._counted = None
            self._show_error("cancelled")

    def _take_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Take in a message of the page: the end of a gesture, or that chance is to be asked."""
        super()._take_message(widget, content, buffers)
        if isinstance(content, dict) and content.get("against_chance") is True:
            self._compare_with_chance()

    def close(self) -> None:
        """Stop the workers; who waits for a result gets the one before."""
        self._labels_worker.close()
        super().close()


def _labels_at(track: Track, selection: tuple[int, int] | None) -> list[str]:
    """The labels of the selection."""
    names, codes = as_labels(track)
    start, stop = selection or (0, 0)
    return [names[code] for code in np.unique(codes[start:stop]).tolist() if code >= 0]
