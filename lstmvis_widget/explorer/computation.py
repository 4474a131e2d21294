"""From a request to its results: selected cells, then matches, then counts of all candidates."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.matching.ranking import Index, rank_index
from lstmvis_widget.matching.ranking_arguments import RankingArguments
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.matching.several_ranges import Places, count_missed, count_missed_in_index
from lstmvis_widget.matching.threshold_counts import ThresholdCounts
from lstmvis_widget.sent.matches import MatchContext, match_context
from lstmvis_widget.states.byte_codes import ThresholdGrid
from lstmvis_widget.states.elsewhere import BuildElsewhere
from lstmvis_widget.states.index import IndexBuild, begin_index
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import Check, Report, Stage, never_cancelled, not_staged
from lstmvis_widget.work.room import Shelf

from .layer_codes import LayerCodes

NO_CELLS = np.zeros(0, np.int64)
NO_CELLS.flags.writeable = False
NO_CONTEXT = MatchContext.empty()

MOST_RATED = 200
"""Of so many selected cells it is counted how often they are on in all data: of those that the page shows at first."""

PATIENCE = 0.05
"""Seconds to wait for an index that another thread builds before checking again whether it is still wanted."""

NO_SELECTION = "Nothing is selected: drag over words in the page, or set `selection`."
ALL_DESELECTED = "All cells that follow the pattern are deselected."
BEYOND_SEQUENCE = "The limits reach beyond the end of the sequence, so no cell follows the pattern."
BEYOND_SEQUENCES = (
    "At {beyond:,} of the {count:,} phrases the limits reach beyond the end of the sequence, so no cell follows the "
    "pattern there."
)

MOST_READ = 32
"""Ranges whose states are read to select cells; with more, these are looked up in the on/off index."""


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
    ranges: tuple[tuple[int, int], ...] = ()
    """What is selected, in the order of time; empty: nothing."""
    deselected_cells: tuple[int, ...] = ()
    added_cells: tuple[int, ...] = ()
    misses: int = 0
    """At how many of the ranges a selected cell needn't follow the pattern."""
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
    seconds: float = 0.0
    match_context: MatchContext | None = None
    on_rates: NDArray[np.float64] | None = None
    """The share of all steps at which each of the first selected cells is on."""


class Computation:
    """Computes requests over one set of tokens and sequences.

    Parameters
    ----------
    tokens : Tokens
    sequences : Sequences
    memory_limit : int
        Most bytes for what is kept since it takes time to make: the newest on/off index, byte codes of layers…
    tracks : mapping, optional
        What tracks of the matches are looked up in by name.
    """

    def __init__(
        self, tokens: Tokens, sequences: Sequences, memory_limit: int, tracks: Mapping[str, Any] | None = None
    ) -> None:
        self.tokens = tokens
        self.tracks = tracks
        self.sequences = sequences
        self.shelf = Shelf(memory_limit)
        self.codes = LayerCodes(self.shelf)
        self._newest: tuple[Hashable, float] | None = None  # origin of the layer, and threshold, of the newest index
        self._indexing = threading.RLock()
        self._profile: tuple[object, ThresholdCounts] | None = None
        self._counted: tuple[Any, Matches] | None = None

    def select(self, request: Request, check: Check = never_cancelled, stage: Stage = not_staged) -> Results:
        """The selected cells: those that follow the pattern, without the deselected, plus the added ones."""
        if not request.ranges:
            return Results(following=NO_CELLS, selected_cells=NO_CELLS)
        places = self._places(request)
        following = np.flatnonzero(self._missed(request, places, check, stage) <= request.misses)
        selected = np.union1d(
            np.setdiff1d(following, request.deselected_cells), np.array(request.added_cells, np.int64)
        )
        selected.flags.writeable = False
        return Results(
            following=following, selected_cells=selected, note="" if len(following) else why_none(request, places)
        )

    def _places(self, request: Request) -> Places:
        return Places.of(request.ranges, request.pattern, self.sequences)

    def _missed(self, request: Request, places: Places, check: Check, stage: Stage) -> NDArray[np.int64]:
        """At how many of the ranges each cell doesn't follow the pattern: of many, in the index, which serves later."""
        pattern, misses = request.pattern, request.misses
        if len(places.usable) > MOST_READ and np.count_nonzero(~places.complete) <= misses:
            return count_missed_in_index(self.index(request, check, stage), places, pattern, check=check)
        return count_missed(request.states, places, pattern, most=misses, check=check)

    def profile(self, request: Request, check: Check = never_cancelled) -> dict[str, list[Any]] | None:
        """How many cells each threshold of the page would select; a change of the threshold alone reads no states."""
        if not request.ranges or not request.thresholds:
            return None
        key = _profile_key(request)
        if self._profile is None or self._profile[0] != key:
            places, thresholds = self._places(request), request.thresholds
            profile = ThresholdCounts(request.states, places, request.pattern, thresholds=thresholds, check=check)
            self._profile = (key, profile)
        return self._profile[1].shown(request.misses, request.deselected_cells, request.added_cells)

    def profile_takes_long(self, request: Request) -> bool:
        """Whether so much has to be read for `profile` that the matches had better come first."""
        kept = self._profile is not None and self._profile[0] == _profile_key(request)
        return len(request.ranges) > MOST_READ and not kept

    def rank(
        self,
        request: Request,
        results: Results,
        check: Check = never_cancelled,
        stage: Stage = not_staged,
    ) -> Results:
        """The results with the matches of their selected cells."""
        selected = results.selected_cells
        if selected is None or len(selected) == 0 or not request.ranges:
            reason = results.note or ALL_DESELECTED if request.ranges else NO_SELECTION
            return replace(results, matches=no_matches(reason), match_context=NO_CONTEXT)
        begun = time.perf_counter()
        index = self.index(request, check, stage)
        stage("finding matches")
        shortest = min(stop - start for start, stop in request.ranges)
        options: dict[str, Any] = {
            "min_length": min(2, shortest) if request.min_length is None else request.min_length,
            "k": request.k,
            "length_filter": request.length_filter,
        }
        ranked = {"pattern": request.pattern, "sequences": self.sequences, **options}
        matches = rank_index(index, selected, check=check, **ranked)
        candidates = request.states.origin, selected.tobytes(), request.pattern, options["min_length"]
        matches = self._counted_once(matches, candidates)
        if matches.n_selected:
            matches.origin = RankingArguments(request.states, selected, tracks=self.tracks, **ranked)
        if self.tokens.are_known:
            matches = matches.with_tokens(self.tokens)
        return replace(results, matches=matches, seconds=time.perf_counter() - begun)

    def _counted_once(self, matches: Matches, candidates: tuple[Any, ...]) -> Matches:
        """The matches, with the counts of earlier matches if these had the same candidates."""
        if self._counted is not None and self._counted[0] == candidates:
            return matches.with_counts_of(self._counted[1])
        self._counted = (candidates, matches)
        return matches

    def rate(self, request: Request, results: Results, check: Check = never_cancelled) -> Results:
        """The results with how often the first selected cells are on in all data."""
        if results.matches is None or results.matches.origin is None:
            return results
        selected = results.matches.origin.cells[:MOST_RATED]
        return replace(results, on_rates=self.index(request, check).on_rates(selected, check))

    def compose(self, request: Request, results: Results, check: Check = never_cancelled) -> Results:
        """The results with the words around their matches."""
        matches = results.matches
        if matches is None or matches.origin is None:
            return replace(results, match_context=NO_CONTEXT)
        context = match_context(
            matches,
            self.index(request, check),
            matches.origin.cells,
            self.tokens,
            self.sequences,
            width=request.context_width,
            seconds=results.seconds,
            check=check,
        )
        check()
        return replace(results, match_context=context)

    def is_indexed(self, states: States, threshold: float) -> bool:
        """Whether the newest index is that of these states and this threshold, kept or not."""
        return self._newest == (states.origin, threshold)

    def kept_index(self, states: States, threshold: float) -> Index | None:
        """The index of states at a threshold, if it is kept."""
        index: Index | None = self.shelf.get("index", (states.origin, threshold))
        return index

    def index(self, request: Request, check: Check = never_cancelled, stage: Stage = not_staged) -> Index:
        """The index of a layer at a threshold: the one that is kept, or one built now; any thread may ask.

        A cancelled build continues where it stopped.
        """
        states, threshold = request.states, request.pattern.threshold
        while not self._indexing.acquire(timeout=PATIENCE):
            check()
        try:
            index = self.kept_index(states, threshold)
            if index is None:
                index = self._build((states.origin, threshold), request, check, stage(f"indexing {request.layer}"))
            return index
        finally:
            self._indexing.release()

    def _build(self, key: tuple[Hashable, float], request: Request, check: Check, progress: Report) -> Index:
        build: IndexBuild | BuildElsewhere | None = self.shelf.get("build", key)
        if build is None:
            self.shelf.drop("build")
            build = self._begin_build(request)
            self.shelf.put("build", build, key=key)
        try:
            index = build.run(progress=progress, check=check)
        finally:
            if build.broken:
                self.shelf.drop("build")
        if index.threshold != request.pattern.threshold:  # of byte codes, it is a code
            index = index.with_threshold(request.pattern.threshold)
        self.shelf.drop("build")
        self.shelf.put("index", index, key=key, about=("index", request.states.origin))
        self._newest = key
        return index

    def _begin_build(self, request: Request) -> IndexBuild | BuildElsewhere:
        """Build from the byte codes if the threshold is on their grid, else from the states."""
        states, threshold = request.states, request.pattern.threshold
        if (found := self.codes.at(states, threshold)) is not None:
            codes, level = found
            return IndexBuild(States(codes.codes), level, known_as=threshold)
        on_the_way = self.codes.on_the_way(states, request.grid)
        return begin_index(states, threshold, also=None if on_the_way is None else on_the_way.put)

    def release(self) -> None:
        """Drop all that can be made again."""
        self.shelf.clear()
        self.codes.forget()
        self._profile = self._counted = None


def _profile_key(request: Request) -> tuple[Any, ...]:
    return request.states.origin, request.ranges, request.pattern.off_before, request.pattern.off_after


def why_none(request: Request, places: Places) -> str:
    """Why no cell follows the pattern at enough of the ranges."""
    count, beyond = len(places.ranges), int(np.count_nonzero(~places.complete))
    if beyond > request.misses:
        return BEYOND_SEQUENCE if count == 1 else BEYOND_SEQUENCES.format(beyond=beyond, count=count)
    limits = request.pattern.off_before or request.pattern.off_after
    off = " and off at its limits" if limits else ""
    if count == 1:
        return f"No cell is on at all steps of the selection{off} at this threshold."
    least = count - request.misses
    phrases = f"all {count:,} phrases" if least == count else f"at least {least:,} of the {count:,} phrases"
    return f"No cell is on all through{off} in {phrases} at this threshold."
