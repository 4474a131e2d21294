"""Where else the selected cells switch on and off together: the exact match ranking.

For selected cells S1 and a range [a, b) inside one sequence, S2(a, b) are the cells that are on at every step of it,
off at the ``off_before`` steps before it and off at the ``off_after`` steps after it. A range with at least one cell in
S1 ∩ S2 is a candidate iff no longer such range that contains it has the same S1 ∩ S2. Candidates are ordered by
overlap |S1 ∩ S2| descending, union |S1 ∪ S2| ascending, length descending, start ascending.

The ranking is exact without looking at every range: `bounded` says how.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int, checked_ints
from lstmvis_widget.states.index import OnOffIndex, begin_index
from lstmvis_widget.states.sources import as_states
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, part
from lstmvis_widget.work.showing import Progress, shown

from .bit_search import BitSearch
from .engine import Engine, Ranked, Search
from .matches import Counts, Matches
from .ranking_arguments import RankingArguments
from .selection import Pattern

Ints = NDArray[np.int64]

Index = OnOffIndex | Engine
"""What can be ranked: packed bits here, or an engine that answers for others."""

INDEXING = 0.8
"""Share of the work that is reading the states."""

NO_CELLS = "No cell is selected."
NO_STEPS = "The states have no time steps."
NONE_MATCHES = "No other stretch matches. Lower the threshold, or shorten the pattern."
NONE_OF_THIS_LENGTH = "No stretch of this length matches."


def rank_matches(
    states: Any,
    cells: ArrayLike,
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    min_length: int = 1,
    k: int = 50,
    length_filter: int | None = None,
    sequences: ArrayLike | None = None,
    client: Any = None,
    progress: Progress = None,
) -> Matches:
    """The k ranges whose on cells are most like the selected cells, exactly, among all candidates of all steps.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes.
    cells : array_like of int
        S1, the selected cells, 0 ≤ c < D, in any order. Without any there are no matches.
    threshold : float
        A cell is on iff its value is ≥ threshold; NaN is off.
    off_before, off_after : int, default 0
        Limits: steps before and after a range at which its cells have to be off (0: no limit on that side). A range is
        no candidate if a limit step doesn't exist in its sequence.
    min_length : int, default 1
        Shorter ranges are no candidates.
    k : int, default 50
        Matches at most.
    length_filter : int, optional
        Keep only candidates of this length, before the first k are taken. The counts of the result stay those of all
        candidates.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T; no range crosses the end of a sequence. By default one sequence of all
        steps, or the sequences of states in many files, see `States`.
    client : distributed.Client, optional
        Of a Dask array: on whose cluster it is ranked, where its chunks are, see `States`.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    Matches
        Where there are none, ``reason`` says why.

    Raises
    ------
    TypeError, ValueError
        An argument is out of its range; the message says which, what was given and what is allowed.
    OSError
        The states can't be read.

    Examples
    --------
    Where else do the cells that are on over "( 4", the way into the deepest level of brackets, switch on together? At
    the same level:

    >>> import numpy as np
    >>> from lstmvis_widget import rank_matches, select_cells
    >>> from lstmvis_widget.datasets import load_parens
    >>> parens = load_parens()
    >>> states = np.tanh(parens.states["layer 2"])
    >>> start = next(t for t in range(10_000) if parens.tokens[t : t + 2] == ["(", "4"])
    >>> cells = select_cells(states, start, start + 2, 0.3, off_before=1)
    >>> matches = rank_matches(states, cells, 0.3, off_before=1, min_length=2, k=3).with_tokens(parens.tokens)
    >>> matches
    3 matches of 6 selected cells
        start     stop   length  overlap    union  text
         9956     9964        8        6        6  ( 4 4 4 4 4 4 4
         1072     1078        6        6        6  ( 4 4 4 4 4
         1738     1744        6        6        6  ( 4 4 4 4 4
    >>> [parens.tracks["level"][start] for start in matches["start"]]
    ['4', '4', '4']
    """
    opened = as_states(states, client)
    pattern = Pattern(threshold, off_before, off_after)
    within = Sequences.of(opened.sequences if sequences is None else sequences, len(opened))
    options: dict[str, Any] = {
        "min_length": checked_int("min_length", min_length, low=1),
        "k": checked_int("k", k, low=1),
        "length_filter": None if length_filter is None else checked_int("length_filter", length_filter, low=1),
    }
    cells = check_cells(cells, opened.shape[1])
    with shown(progress, "ranking matches") as report:
        index = begin_index(opened, threshold).run(progress=part(opened.prepare_first(report), 0, INDEXING))
        report(INDEXING)
        matches = rank_index(index, cells, pattern=pattern, sequences=within, **options)
    if matches.n_selected:
        matches.origin = RankingArguments(opened, cells, pattern, within, **options)
    return matches


def rank_index(
    index: Index,
    cells: ArrayLike,
    *,
    pattern: Pattern,
    sequences: Sequences,
    min_length: int = 1,
    k: int = 50,
    length_filter: int | None = None,
    check: Check = never_cancelled,
) -> Matches:
    """`rank_matches` on states indexed at ``pattern.threshold``; ``check`` may raise to end it."""
    selected = check_cells(cells, index.cells)
    k = checked_int("k", k, low=1)
    # No range is longer than the text: what is beyond it means the same as one step more, and doesn't wrap round.
    min_length = min(checked_int("min_length", min_length, low=1), index.steps + 1)
    if length_filter is not None:
        length_filter = min(checked_int("length_filter", length_filter, low=1), index.steps + 1)
    pattern = pattern.within(index.steps)
    if len(selected) == 0 or index.steps == 0:
        return Matches.empty(NO_CELLS if index.steps else NO_STEPS)
    search = search_in(index, selected, pattern, sequences)
    if length_filter is not None and length_filter < min_length:
        none = np.zeros(0, np.int64)
        found = Ranked(none, none, none, none)
    else:
        found = search.best(k, min_length=length_filter or min_length, max_length=length_filter, check=check).first(k)
    return Matches(
        found.start,
        found.stop,
        found.overlap,
        len(selected) + found.size - found.overlap,
        n_selected=len(selected),
        count=partial(_counts, search, min_length),
        reason=NONE_MATCHES if length_filter is None else NONE_OF_THIS_LENGTH,
    )


def check_cells(cells: ArrayLike, total: int) -> Ints:
    """``cells`` as sorted, distinct ints within 0…total − 1, or an error."""
    return np.unique(checked_ints("cells", cells, 0, total - 1))


def search_in(index: Index, selected: Ints, pattern: Pattern, sequences: Sequences) -> Search:
    """The search for the selected cells (sorted, at least one) among the steps of an index (at least one)."""
    if isinstance(index, OnOffIndex):
        return BitSearch(index, selected, pattern, sequences)
    return index.search(selected, pattern, sequences)


def count_candidates(origin: RankingArguments, check: Check, progress: Report) -> Counts:
    """The counts of all candidates of a ranking, from its states."""
    index = begin_index(origin.states, origin.pattern.threshold).run(check=check)
    pattern, min_length = origin.pattern.within(index.steps), min(origin.min_length, index.steps + 1)
    return _counts(search_in(index, origin.cells, pattern, origin.sequences), min_length, check, progress)


def _counts(search: Search, min_length: int, check: Check, progress: Report) -> Counts:
    """The number of all candidates, and their lengths."""
    counted = search.counts(min_length, check, progress)
    return Counts(int(counted.every.sum()), counted.every, counted.full)
