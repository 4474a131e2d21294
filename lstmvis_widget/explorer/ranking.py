"""Results that a widget computes in the background, and that are never stale when they are read."""

from __future__ import annotations

import math
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import traitlets

from lstmvis_widget.matching.matches import Counts, Matches
from lstmvis_widget.sent.matches import MatchContext, length_bars
from lstmvis_widget.synced.traits import Awaited
from lstmvis_widget.synced.widget import PageWidget
from lstmvis_widget.work.cancelling import CancelledError
from lstmvis_widget.work.worker import LatestWinsWorker

from .computation import NO_CELLS, NO_CONTEXT, NO_MATCHES, Computation, Request, Results

PROGRESS_INTERVAL = 0.1
"""Least time between two values of ``progress``, in seconds."""


class ResultsWidget(PageWidget):
    """The results of `StateExplorer`: what asks for them, computes them, sets their traits, and waits for them."""

    selected_cells = Awaited(NO_CELLS, read_only=True).tag(sync=True, to_json=lambda cells, _: cells.tolist())
    """Sorted numbers of the cells that follow the pattern at the selection, less `deselected_cells`, and of
    `added_cells` (read only)."""
    matches = Awaited(NO_MATCHES, read_only=True).tag(sync=True, to_json=lambda matches, _: _matches_to_json(matches))
    """The `Matches` of the selected cells, best first (read only)."""
    progress = traitlets.Float(None, allow_none=True, read_only=True).tag(sync=True)
    """Share done of what is being computed, 0…1; None when idle (read only)."""
    error = Awaited("", read_only=True).tag(sync=True)
    """What went wrong last, or "" (read only)."""
    _match_context = traitlets.Any(None).tag(sync=True)
    _n_candidates = traitlets.Any(None).tag(sync=True)
    _length_histogram = traitlets.Any(None).tag(sync=True)
    _note = traitlets.Any("").tag(sync=True)
    _threshold_profile = traitlets.Any(None).tag(sync=True)
    _activity = traitlets.Any("").tag(sync=True)

    _computation: Computation
    context_width: Any

    def __init__(self) -> None:
        super().__init__()
        self._ready = threading.Condition()
        self._worker = LatestWinsWorker("lstmvis-explorer")
        self._results: Results | None = None
        self._context_on_show: MatchContext | None = None
        self._shown_error = ""

    def _show_error(self, text: str) -> None:
        self._shown_error = text
        self.set_trait("error", text)

    def _shown_context(self, context: MatchContext) -> dict[str, Any]:
        """The words around the matches as they are sent."""
        return context.sent({})

    def _request_now(self) -> Request:
        """What is to be computed for the traits as they are now."""
        raise NotImplementedError

    def _request(self) -> None:
        """Have selected cells and matches computed for the traits as they are now."""
        with self._setting():
            request = self._request_now()
            results = Results(request, self._ready, self._trait_values["context_width"])
            with self._ready:
                self._results = results
                self._ready.notify_all()
            self._show_error("")
            if not self._worker.submit(lambda check: self._compute(results, check)):
                results.fail("the explorer is closed")

    def _compose_anew(self) -> None:
        """Have the words around the matches composed for the context width as it is now, and nothing else."""
        with self._setting():
            results = self._results
            if results is None:
                return
            results.context_width = self._trait_values["context_width"]
            if results.index is not None:  # else the work under way comes to it
                self._worker.submit(lambda check: self._compute(results, check))

    def _compute(self, results: Results, check: Callable[[], None]) -> None:
        """The worker's job."""
        try:
            if results.selected_cells is None:
                self._computation.select(results)
                self._publish(results, wait=False)
            if results.profile is None:
                self._computation.profile(results, check)
                self._publish(results, wait=False)
            self._computation.complete(results, check, self._progress_reporter(results, check))
            self._computation.compose(results, check)
            self._publish(results, wait=True)
            if results.matches is not None and results.matches.known_counts is None:
                results.matches.counts(check)
                self._publish(results, wait=True)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown, and the worker lives on)
            text = str(error) or type(error).__name__
            if results.matches is None:
                results.fail(text)
            elif results.match_context is None:
                results.deliver(match_context=NO_CONTEXT)
            self._publish(results, wait=True)
            with self._traits_lock:  # also where the matches are right, and only what comes after couldn't be had
                if results is self._results:
                    self._show_error(text)

    def _publish(self, results: Results, *, wait: bool) -> None:
        """Set the traits to the results so far, unless they are superseded.

        Without ``wait`` that is left for later when another thread is setting traits: it may be waiting for this one.
        """
        if not self._traits_lock.acquire(blocking=wait):
            return
        try:
            if results is not self._results:
                return
            with self.hold_sync():
                self._note = results.note
                if self._trait_values.get("selected_cells") is not results.selected_cells:  # arrays can't be compared
                    self.set_trait("selected_cells", results.selected_cells)
                if results.profile is not None or results.matches is not None:
                    self._threshold_profile = results.profile
                if results.matches is not None and results.match_context is not None:
                    self._activity = ""
                    self.set_trait("progress", None)
                    self.set_trait("matches", results.matches)
                    self._show_context(results.match_context)
                    self._show_counts(results.matches.known_counts)
                if results.error:
                    self._show_error(results.error)
        finally:
            self._traits_lock.release()

    def _show_context(self, context: MatchContext) -> None:
        if context is not self._context_on_show:
            self._context_on_show = context
            self._match_context = self._shown_context(context)

    def _show_counts(self, counts: Counts | None) -> None:
        self._n_candidates = None if counts is None else counts.n_candidates
        self._length_histogram = None if counts is None else length_bars(counts)

    def _progress_reporter(self, results: Results, check: Callable[[], None]) -> Callable[[float], None]:
        last = -math.inf
        activity = f"indexing {results.request.layer}"

        def report(done: float) -> None:
            nonlocal last
            check()
            now = time.monotonic()
            if now - last >= PROGRESS_INTERVAL and self._traits_lock.acquire(blocking=False):
                last = now
                try:
                    if results is self._results:
                        with self.hold_sync():
                            self._activity = activity
                            self.set_trait("progress", done)
                finally:
                    self._traits_lock.release()

        return report

    def await_result(self, name: str, value: Any) -> Any:
        """The result called ``name`` of the computation under way; ``value``, its trait's, when there is none."""
        if getattr(self._here, "as_it_is", False):
            return value
        if self._worker.on_worker():
            self._compute_here()
        results = self._newest(name)
        if results is None:
            return value
        if name == "error":
            return results.error or self._shown_error
        if results.error:
            msg = f"{name} could not be computed: {results.error}"
            warnings.warn(msg, RuntimeWarning, stacklevel=4)
        return getattr(results, name)

    def _newest(self, name: str) -> Results | None:
        """The newest results, once they have the one called ``name``; None when there are none."""
        while True:
            with self._traits_lock:  # whoever sets a trait has also asked for its results by then
                results = self._results
            with self._ready:
                self._ready.wait_for(lambda: results is not self._results or results is None or results.has(name))  # noqa: B023
                if results is self._results:
                    return results

    def _compute_here(self) -> None:
        """On the worker's own thread, where an observer asks for a result, there is nobody else to wait for."""
        results = self._results
        if results is None or results.matches is not None:
            return
        try:
            self._computation.complete(results)
        except Exception as error:  # noqa: BLE001  (as in _compute)
            results.fail(str(error) or type(error).__name__)

    def cancel(self) -> None:
        """End the computation under way.

        Results that it hasn't brought yet are empty until something is changed again, and `error` says so.
        """
        with self._setting():
            results = self._results
            if not self._worker.cancel() or results is None:
                return
            if results.matches is None:
                results.fail("cancelled")
            elif results.match_context is None:
                results.deliver(match_context=NO_CONTEXT)
            self._publish(results, wait=True)

    def _take_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Take in a message of the page: the end of a gesture, or that it cancels."""
        super()._take_message(widget, content, buffers)
        if isinstance(content, dict) and content.get("cancel") is True:
            self.cancel()

    def close(self) -> None:
        """Stop the worker; who waits for a result gets the one before."""
        self._worker.close()
        with self._ready:
            self._results = None
            self._ready.notify_all()
        super().close()


def _matches_to_json(matches: Matches) -> dict[str, list[int]]:
    return {name: getattr(matches, name).tolist() for name in ("start", "stop", "overlap", "union")}
