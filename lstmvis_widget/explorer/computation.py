"""From a request to its results: selected cells, then matches, then counts of all candidates."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.matching.ranking import rank_index
from lstmvis_widget.matching.ranking_arguments import RankingArguments
from lstmvis_widget.matching.selection import Pattern, select_cells
from lstmvis_widget.matching.threshold_counts import ThresholdCounts
from lstmvis_widget.sent.matches import MatchContext, match_context
from lstmvis_widget.states.byte_codes import ByteCodes, ThresholdGrid
from lstmvis_widget.states.index import IndexBuild, OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import Check, Stage, never_cancelled, not_staged

NO_CELLS = np.zeros(0, np.int64)
NO_CELLS.flags.writeable = False
NO_CONTEXT = MatchContext.empty()

MOST_RATED = 200
"""Of so many selected cells it is counted how often they are on in all data: of those that the page shows at first."""

NO_SELECTION = "Nothing is selected: brush some words, or set `selection`."
ALL_DESELECTED = "All cells that follow the pattern are deselected."
BEYOND_SEQUENCE = "The limits reach beyond the end of the sequence, so no cell follows the pattern."


@functools.cache
def no_matches(reason: str) -> Matches:
    """No matches, for this reason; always the same object, so that observers aren't notified twice."""
    return Matches.empty(reason)


@dataclass(frozen=True)
class Request:
    """All that the results depend on, and the width of the matches' context."""

    layer: str
    states: States
    grid: ThresholdGrid | None
    pattern: Pattern
    selection: tuple[int, int] | None
    deselected_cells: tuple[int, ...] = ()
    added_cells: tuple[int, ...] = ()
    k: int = 50
    min_length: int | None = None
    length_filter: int | None = None
    thresholds: tuple[float, ...] = ()
    """The thresholds that the page offers; the cells that each would select are counted."""
    context_width: int = 0


@dataclass(frozen=True, eq=False)
class Results:
    """What has been computed of a request so far; None where it is still to come."""

    following: NDArray[np.int64] | None = None
    """The cells that follow the pattern, before any is deselected or added by hand."""
    selected_cells: NDArray[np.int64] | None = None
    note: str = ""
    counted: bool = False
    """Whether ``profile`` has been computed; without a selection it is None."""
    profile: dict[str, list[Any]] | None = None
    matches: Matches | None = None
    index: OnOffIndex | None = None
    """The index in which the matches were found."""
    seconds: float = 0.0
    match_context: MatchContext | None = None
    on_rates: NDArray[np.float64] | None = None
    """The share of all steps at which each of the first selected cells is on."""


class Computation:
    """Computes requests over one set of tokens and sequences, and keeps the newest on/off index."""

    def __init__(
        self, tokens: Tokens, sequences: Sequences, memory_limit: int, tracks: Mapping[str, Any] | None = None
    ) -> None:
        self.tokens = tokens
        self.tracks = tracks
        self.sequences = sequences
        self.memory_limit = memory_limit
        self._index: tuple[tuple[str, float], OnOffIndex] | None = None
        self._build: tuple[tuple[str, float], IndexBuild, ByteCodes | None] | None = None
        self._codes: dict[str, ByteCodes] = {}
        self._profile: tuple[object, ThresholdCounts] | None = None
        self._counted: tuple[Any, Matches] | None = None

    def select(self, request: Request) -> Results:
        """The selected cells: those that follow the pattern, without the deselected, plus the added ones."""
        if request.selection is None:
            return Results(following=NO_CELLS, selected_cells=NO_CELLS)
        start, stop = request.selection
        beyond, pattern = self._beyond_sequence(request, start, stop), request.pattern
        following = (
            NO_CELLS
            if beyond
            else select_cells(
                request.states,
                start,
                stop,
                pattern.threshold,
                off_before=pattern.off_before,
                off_after=pattern.off_after,
            )
        )
        selected = np.union1d(
            np.setdiff1d(following, request.deselected_cells), np.array(request.added_cells, np.int64)
        )
        selected.flags.writeable = False
        why_none = BEYOND_SEQUENCE if beyond else _why_none(request)
        return Results(following=following, selected_cells=selected, note="" if len(following) else why_none)

    def _beyond_sequence(self, request: Request, start: int, stop: int) -> bool:
        first, last = request.pattern.reach(start, stop)
        low, high = (int(bound[0]) for bound in self.sequences.around([start]))
        return first < low or last > high

    def profile(self, request: Request, check: Check = never_cancelled) -> dict[str, list[Any]] | None:
        """How many cells each threshold of the page would select; a change of the threshold alone reads no states."""
        if request.selection is None or not request.thresholds:
            return None
        key = (request.layer, request.selection, request.pattern.off_before, request.pattern.off_after)
        if self._profile is None or self._profile[0] != key:
            start, stop = request.selection
            beyond = self._beyond_sequence(request, start, stop)
            profile = ThresholdCounts(
                request.states,
                start,
                stop,
                request.pattern,
                thresholds=request.thresholds,
                beyond=beyond,
                check=check,
            )
            self._profile = (key, profile)
        return self._profile[1].shown(request.deselected_cells, request.added_cells)

    def rank(
        self,
        request: Request,
        results: Results,
        check: Check = never_cancelled,
        stage: Stage = not_staged,
    ) -> Results:
        """The results with the matches of their selected cells."""
        selected = results.selected_cells
        if selected is None or len(selected) == 0 or request.selection is None:
            reason = NO_SELECTION if request.selection is None else results.note or ALL_DESELECTED
            return replace(results, matches=no_matches(reason), match_context=NO_CONTEXT)
        begun = time.perf_counter()
        index = self._indexed(request, check, stage)
        stage("finding matches")
        start, stop = request.selection
        options: dict[str, Any] = {
            "min_length": min(2, stop - start) if request.min_length is None else request.min_length,
            "k": request.k,
            "length_filter": request.length_filter,
        }
        ranked = {"pattern": request.pattern, "sequences": self.sequences, **options}
        matches = rank_index(index, selected, check=check, **ranked)
        matches = self._counted_once(matches, (selected.tobytes(), request.pattern, options["min_length"]))
        if matches.n_selected:
            matches.origin = RankingArguments(request.states, selected, tracks=self.tracks, **ranked)
        if self.tokens.are_known:
            matches = matches.with_tokens(self.tokens)
        return replace(results, matches=matches, index=index, seconds=time.perf_counter() - begun)

    def _counted_once(self, matches: Matches, candidates: tuple[Any, ...]) -> Matches:
        """The matches, with the counts of earlier matches if these had the same candidates."""
        if self._counted is not None and self._counted[0] == candidates:
            return matches.with_counts_of(self._counted[1])
        self._counted = (candidates, matches)
        return matches

    def rate(self, results: Results, check: Check = never_cancelled) -> Results:
        """The results with how often the first selected cells are on in all data."""
        if results.index is None or results.selected_cells is None:
            return results
        return replace(results, on_rates=results.index.on_rates(results.selected_cells[:MOST_RATED], check))

    def compose(self, request: Request, results: Results, check: Check = never_cancelled) -> Results:
        """The results with the words around their matches."""
        matches, selected, index = results.matches, results.selected_cells, results.index
        if matches is None or selected is None or index is None:
            return replace(results, match_context=NO_CONTEXT)
        context = match_context(
            matches,
            index,
            selected,
            self.tokens,
            self.sequences,
            width=request.context_width,
            seconds=results.seconds,
            check=check,
        )
        check()
        return replace(results, match_context=context)

    def index_at(self, layer: str, threshold: float) -> OnOffIndex | None:
        """The newest index if it is that of this layer and threshold, else None."""
        newest = self._index
        return newest[1] if newest is not None and newest[0] == (layer, threshold) else None

    def _indexed(self, request: Request, check: Check, stage: Stage) -> OnOffIndex:
        """The index at the request's threshold; a cancelled build continues where it stopped."""
        key = (request.layer, request.pattern.threshold)
        if self._index is None or self._index[0] != key:
            if self._build is None or self._build[0] != key:
                self._build = (key, *self._begin_build(request))
            _, build, making = self._build
            try:
                index = build.run(progress=stage(f"indexing {request.layer}"), check=check)
            finally:
                if build.broken:
                    self._build = None
            self._build = None
            if making is not None:
                self._codes[request.layer] = making
            self._counted = None
            self._index = (key, index.with_threshold(request.pattern.threshold))
        return self._index[1]

    def _begin_build(self, request: Request) -> tuple[IndexBuild, ByteCodes | None]:
        """Build from the byte codes if the threshold is on their grid, else from the states, which fills the codes."""
        self._build = None
        codes = self._codes.get(request.layer)
        level = codes.grid.level(request.pattern.threshold) if codes else None
        if codes is not None and level is not None:
            return IndexBuild(States(codes.codes), level), None
        making = None if codes or request.states.in_memory else self._room_for_codes(request)
        also = making.put if making else None
        return IndexBuild(request.states, request.pattern.threshold, also=also), making

    def _room_for_codes(self, request: Request) -> ByteCodes | None:
        """Empty byte codes to fill, after dropping older ones of other layers; None if they exceed the memory limit."""
        steps, cells = request.states.shape
        if request.grid is None or steps * cells > self.memory_limit:
            return None
        while sum(codes.codes.nbytes for codes in self._codes.values()) + steps * cells > self.memory_limit:
            del self._codes[next(iter(self._codes))]
        return ByteCodes(request.states.shape, request.grid)


def _why_none(request: Request) -> str:
    limits = request.pattern.off_before or request.pattern.off_after
    off = " and off at its limits" if limits else ""
    return f"No cell is on at all steps of the selection{off} at this threshold."
