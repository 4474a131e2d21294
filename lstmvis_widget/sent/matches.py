"""The matches, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.matching.matches import Counts, Matches
from lstmvis_widget.matching.ranking import Index
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.cancelling import Check, never_cancelled

from . import tracks as _page_tracks

SHOWN_MATCH_STEPS = 20
"""Steps shown of a match; a longer one is shown by its first steps."""

STEPS_AT_ONCE = 2**14
"""Words looked up between two checks for cancellation."""

MOST_BANDS = 12
"""Of more selected cells, several share a band of the drawing that stands in for words."""

SINGLE_LENGTHS = 30
"""Of more than `MOST_BARS` lengths, so many of the shortest have a bar of their own."""

MOST_BARS = 40
"""Bars of the length histogram, at most; of more lengths the longest share bars. A chosen length may add two."""

Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class MatchContext:
    """The steps shown of each match with its context, their words, and how many selected cells are on at each.

    ``before``, ``shown`` and ``after`` have one number of steps for each match. ``steps``, ``words`` (numbers in
    ``vocabulary``) and ``on`` have one entry for each step shown, match after match. ``bands`` has a row for each: the
    share of the cells of each band that are on; None where there are words.
    """

    before: Ints
    shown: Ints
    after: Ints
    steps: Ints
    vocabulary: list[str]
    words: Ints
    on: Ints
    seconds: float
    cells: int
    bands: NDArray[np.float64] | None = None

    @classmethod
    def empty(cls, seconds: float = 0.0, cells: int = 0) -> MatchContext:
        """The context of no matches."""
        none = np.zeros(0, np.int64)
        return cls(none, none, none, none, [], none, none, seconds, cells)

    def sent(self, tracks: Mapping[str, Track]) -> dict[str, Any]:
        """As it is sent to the page, with the entries of ``tracks`` at each step."""
        return {
            **{name: getattr(self, name).astype("u1").tobytes() for name in ("before", "shown", "after")},
            "vocabulary": self.vocabulary,
            **{name: getattr(self, name).astype("<i4").tobytes() for name in ("words", "on")},
            "tracks": {name: _page_tracks.at(track, self.steps) for name, track in tracks.items()},
            "bands": None if self.bands is None else np.round(255 * self.bands).astype("u1").tobytes(),
            "seconds": self.seconds,
            "cells": self.cells,
        }


def match_context(
    matches: Matches,
    index: Index,
    selected: Any,
    tokens: Tokens,
    sequences: Sequences,
    *,
    width: int,
    seconds: float,
    check: Check = never_cancelled,
) -> MatchContext:
    """The matches with ``width`` steps of context on each side, or fewer at the ends of their sequence."""
    if len(matches) == 0:
        return MatchContext.empty(seconds, len(selected))
    first, end = sequences.around(matches.start)
    before = np.minimum(width, matches.start - first)
    after = np.minimum(width, end - matches.stop)
    shown = np.minimum(matches.length, SHOWN_MATCH_STEPS)
    steps = _steps_shown(matches, before, shown, after)
    distinct, places = np.unique(steps, return_inverse=True)
    codes, vocabulary, on = np.zeros(len(distinct), np.int64), dict[str, int](), np.zeros(len(distinct), np.int64)
    groups = [] if tokens.are_known else np.array_split(np.asarray(selected), min(len(selected), MOST_BANDS))
    bands = np.zeros((len(distinct), len(groups)))
    for start in range(0, len(distinct), STEPS_AT_ONCE):
        check()
        part = slice(start, start + STEPS_AT_ONCE)
        words = map(tokens.shown, distinct[part].tolist())
        codes[part] = [vocabulary.setdefault(word, len(vocabulary)) for word in words]
        on[part] = index.count_on(selected, distinct[part])
        for i, group in enumerate(groups):
            bands[part, i] = index.count_on(group, distinct[part]) / len(group)
    return MatchContext(
        before,
        shown,
        after,
        steps,
        list(vocabulary),
        codes[places],
        on[places],
        seconds,
        len(selected),
        bands[places] if groups else None,
    )


def _steps_shown(matches: Matches, before: Ints, shown: Ints, after: Ints) -> Ints:
    counts = before + shown + after
    place = np.arange(counts.sum()) - repeated(np.cumsum(counts) - counts, counts)
    follows = place >= repeated(before + shown, counts)
    left_out = np.where(follows, repeated(matches.length - shown, counts), 0)
    steps: Ints = repeated(matches.start - before, counts) + place + left_out
    return steps


def length_bars(counts: Counts, chosen: int | None = None) -> list[list[int]]:
    """The lengths of all candidates as bars ``[shortest, longest, candidates, those with all selected cells]``.

    The ``chosen`` length has a bar of its own if any candidate has it, so that its candidates are counted.
    """
    every, full = counts.length_histogram, counts.full_overlap_length_histogram
    lengths = np.flatnonzero(every)
    bounds = _bar_bounds(lengths)
    if chosen is not None and chosen in lengths:
        place = int(np.searchsorted(lengths, chosen))
        bounds = sorted({*bounds, place, place + 1})
    return [
        [
            int(lengths[start]),
            int(lengths[stop - 1]),
            int(every[lengths[start:stop]].sum()),
            int(full[lengths[start:stop]].sum()),
        ]
        for start, stop in itertools.pairwise(bounds)
    ]


def _bar_bounds(lengths: Ints) -> list[int]:
    """Where in ``lengths`` the bars begin and end: one for each, or for the long ones in ranges that grow evenly."""
    if len(lengths) <= MOST_BARS:
        return list(range(len(lengths) + 1))
    edges = np.geomspace(lengths[SINGLE_LENGTHS], lengths[-1] + 1, MOST_BARS - SINGLE_LENGTHS + 1)
    places = np.searchsorted(lengths, edges[1:-1]).tolist()
    return sorted({*range(SINGLE_LENGTHS + 1), *(max(place, SINGLE_LENGTHS) for place in places), len(lengths)})
