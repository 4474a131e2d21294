"""The task that computes selected cells and matches in stages, and how readers wait for them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from lstmvis_widget.matching.matches import Counts, Matches
from lstmvis_widget.matching.ranking import Index, count_candidates
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.matching.several_ranges import misses_allowed
from lstmvis_widget.sent.matches import MatchContext, length_bars
from lstmvis_widget.sent.tracks import comparable
from lstmvis_widget.synced.tags import names_tagged
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.background import CANCELLED, Background, Work

from .computation import NO_CELLS, NO_CONTEXT, Computation, Request, Results, no_matches
from .data import ExplorerData
from .traits import OVERLAP, ExplorerTraits


class Ranking:
    """Keeps selected cells and matches up to date; the other tasks depend on these.

    Parameters
    ----------
    widget : ExplorerTraits
    data : ExplorerData
    computation : Computation
    background : bool
        Whether it computes on a background thread.
    """

    def __init__(
        self, widget: ExplorerTraits, data: ExplorerData, computation: Computation, *, background: bool
    ) -> None:
        self._widget, self._data, self._computation = widget, data, computation
        self._asked_with: tuple[dict[str, Any], Request] | None = None
        self._last: tuple[Request, Results] | None = None
        self._shown: tuple[MatchContext, tuple[tuple[str, Track], ...]] | None = None
        self.task: Background[Request, Results] = Background(widget, "lstmvis-explorer", self, background=background)

    # ---------------------------------------------------------- the task's part

    def question(self) -> Request:
        """The current request."""
        widget = self._widget
        values = {name: widget.peek(name) for name in (*names_tagged(ExplorerTraits, "request"), "context_width")}
        values["states"] = self._data.layers[values["layer"]]
        if self._asked_with is None or self._asked_with[0] != values:
            self._asked_with = values, self._request(dict(values))
        return self._asked_with[1]

    def _request(self, values: dict[str, Any]) -> Request:
        scale = self._data.scale_of(values["states"])
        pattern = Pattern(*(values.pop(name) for name in ("threshold", "off_before", "off_after")))
        selection, several, tolerance = (values.pop(name) for name in ("selection", "selected_ranges", "tolerance"))
        ranges = several or (() if selection is None else (selection,))
        return Request(
            **values,
            ranges=ranges,
            misses=misses_allowed(len(ranges), tolerance),
            grid=scale.grid,
            pattern=pattern,
            thresholds=scale.thresholds,
        )

    def pending(self, request: Request | None) -> None:
        """Keep the old results until there are new ones."""
        if request is None or self._last_without_context(request) is None:
            self._last = None

    def answer(self, request: Request, work: Work[Results]) -> Results:
        """Compute in stages: selected cells, counts for each threshold, matches, their words, counts of candidates."""
        computation = self._computation
        # An observer of one stage may read a later result, which computes the stages up to that (`work.so_far`).
        results = work.so_far or self._last_without_context(request)
        if results is None or results.selected_cells is None:
            work.stage("selecting cells")
            work.deliver(computation.select(request, work.check, work.stage))
            results = work.so_far or Results()
        if not computation.profile_takes_long(request):
            results = self._with_profile(request, results, work)
        if results.matches is None:
            work.deliver(computation.rank(request, results, work.check, work.stage))
            results = work.so_far or results
        if results.match_context is None:
            work.stage("looking up words")
            work.deliver(computation.compose(request, results, work.check), surely=True)
            results = work.so_far or results
        results = self._with_profile(request, results, work)
        self._last = request, results
        if results.matches is not None and results.matches.known_counts is None:
            results.matches.counts(work.check, work.stage("counting candidates"))
        if results.on_rates is None:
            work.stage("counting on-rates")
            results = computation.rate(request, results, work.check)
            self._last = request, results
        return results

    def _with_profile(self, request: Request, results: Results, work: Work[Results]) -> Results:
        """The results with how many cells each threshold would select."""
        if results.counted:
            return results
        work.stage("counting cells by threshold")
        profile = self._computation.profile(request, work.check)
        work.deliver(replace(work.so_far or results, profile=profile, counted=True))
        return work.so_far or results

    def release(self) -> None:
        """Hold the index no longer: it goes with matches whose candidates haven't been counted, as that was cancelled.

        Others who hold these matches can still count them.
        """
        asked, shown = self.task.asked, self._widget.peek("matches")
        found = shown if asked.answer is None else asked.answer.matches
        self._last = None
        if not asked.ended or found is None or found.known_counts is not None or found.origin is None:
            return
        counted_anew = found.counted_by(partial(count_candidates, found.origin))
        if asked.answer is not None:
            asked.answer = replace(asked.answer, matches=counted_anew)
        if shown is found:
            self._widget.exchange("matches", counted_anew)

    def _last_without_context(self, request: Request) -> Results | None:
        """The last results without the matches' context, if only its width has changed since."""
        last = self._last
        if last is None or replace(last[0], context_width=request.context_width) != request:
            return None
        return replace(last[1], match_context=None)

    def show(self, request: Request, answer: Results | None, error: str) -> None:
        """Set the traits to the results so far, or to empty results if it failed before there were matches."""
        results = _as_failed(answer, error) if error else answer or Results()
        rates = results.on_rates
        shown: dict[str, Any] = {"_note": results.note, "_on_rates": None if rates is None else rates.round(4).tolist()}
        if results.selected_cells is not None:
            shown["selected_cells"] = results.selected_cells
        if results.counted or results.matches is not None:
            shown["_threshold_counts"] = results.profile
        if results.matches is not None and results.match_context is not None:
            shown["matches"] = results.matches
            shown |= _shown_counts(results.matches.known_counts, request.length_filter)
        self._widget.publish(**shown)
        if results.match_context is not None:
            self.show_context(results.match_context)
        if error and not (error == CANCELLED and _has_matches(answer)):
            self._widget.say(error)

    # ------------------------------------------------------ words around matches

    @property
    def context_shown(self) -> MatchContext | None:
        """The words around the matches that were sent last."""
        return self._shown and self._shown[0]

    def show_context(self, context: MatchContext) -> None:
        """Send the words around the matches, with the tracks chosen now."""
        tracks = self._chosen_tracks()
        if self._shown is None or self._shown[0] is not context or self._shown[1] != tuple(tracks.items()):
            self._shown = context, tuple(tracks.items())
            self._widget.publish(_match_context=context.sent(tracks))

    def refresh_context(self) -> None:
        """Send the words around the matches again if other tracks are chosen now."""
        if self._shown is not None:
            self.show_context(self._shown[0])

    def _chosen_tracks(self) -> dict[str, Track]:
        color_by = self._widget.peek("color_by")
        colored = [] if color_by in (None, OVERLAP) else [color_by]
        names = dict.fromkeys((*self._widget.peek("match_tracks"), *colored))
        # While tracks change, a chosen one may have become a top-k track, which can't be shown there.
        allowed = set(comparable(self._data.tracks))
        return self._data.tracks_named(name for name in names if name in allowed)

    # ----------------------------------------------------------------- readers

    def read(self, name: str, value: Any) -> Any:
        """Wait for the result ``name`` of the newest request; ``value``, that of its trait, if none will come."""
        asked = self.task.wait(_has_matches if name == "error" else lambda results: getattr(results, name) is not None)
        failed = "" if _has_matches(asked.answer) else asked.error
        if name == "error":
            return failed or self._widget.peek("error")
        if failed:
            warnings.warn(f"{name} could not be computed: {failed}", RuntimeWarning, stacklevel=5)
            return getattr(_as_failed(asked.answer, failed), name)
        return value if asked.answer is None else getattr(asked.answer, name)

    def index_of(self, matches: Matches) -> Index | None:
        """The index in which these matches were found, if it is kept."""
        origin, question = matches.origin, self.task.question
        if origin is None or question is None or question.states is not origin.states:
            return None
        return self._computation.kept_index(question.states, origin.pattern.threshold)

    def ranked(self) -> tuple[Request, Results] | None:
        """The newest request with its results; None while there are no matches yet, or if it failed."""
        asked = self.task.asked
        if asked.question is None:
            return None
        answer = asked.answer or (None if asked.ended else self._last_without_context(asked.question))
        return None if answer is None or answer.matches is None else (asked.question, answer)

    def results(self, has: Callable[[Results], bool]) -> Results:
        """Wait until ``has(results)`` for the newest results, or until nothing more will come, and return them."""
        return self.task.wait(has).answer or Results()


def _has_matches(results: Results | None) -> bool:
    return results is not None and results.matches is not None


def _as_failed(results: Results | None, error: str) -> Results:
    """The results of a computation that failed: empty ones, unless it got as far as the matches."""
    if results is None or results.matches is None:
        none = no_matches(f"They could not be computed: {error}")
        return Results(NO_CELLS, NO_CELLS, matches=none, match_context=NO_CONTEXT)
    return replace(results, match_context=results.match_context or NO_CONTEXT)


def _shown_counts(counts: Counts | None, length: int | None) -> dict[str, Any]:
    if counts is None:
        return {"_n_candidates": None, "_length_histogram": None}
    return {"_n_candidates": counts.n_candidates, "_length_histogram": length_bars(counts, length)}
