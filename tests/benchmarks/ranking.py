"""Queries put to an index."""

from lstmvis_widget.matching.ranking import rank_index
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import never_cancelled
from tests import plain
from tests.benchmarks.data import THRESHOLD
from tests.benchmarks.measure import seconds

QUERY_REPEATS = 3


def rank(index, query, sequences=None, check=never_cancelled):
    """The first 50 matches of a query."""
    return rank_index(
        index,
        query.cells,
        pattern=Pattern(index.threshold, query.off_before, query.off_after),
        sequences=sequences or Sequences.of(None, index.steps),
        min_length=query.min_length,
        check=check,
    )


def query_times(index, asked, sequences=None):
    """Seconds that each query takes, without the counts of all candidates."""
    return [seconds(lambda query=query: rank(index, query, sequences), QUERY_REPEATS) for query in asked]


def count_times(index, asked):
    """Seconds that the counts of all candidates of each query take."""
    times = []
    for query in asked:
        matches = rank(index, query)
        times.append(seconds(matches.counts, 1))
    return times


def is_right(states, query, threshold=THRESHOLD, sequences=None):
    """Whether a query is answered as the plain ranking does."""
    ranked = rank(
        OnOffIndex.build(states, threshold), query, Sequences.of(sequences, len(states)) if sequences else None
    )
    expected = plain.rank_matches(
        states, query.cells, threshold, sequences=sequences,
        off_before=query.off_before, off_after=query.off_after, min_length=query.min_length,
    )  # fmt: skip
    columns = (ranked.start, ranked.stop, ranked.length, ranked.overlap, ranked.union)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return rows == expected.rows and ranked.n_candidates == expected.n_candidates
