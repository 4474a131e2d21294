"""States that lie on a Dask cluster of two processes, beside the same states in memory."""

from contextlib import contextmanager
from time import perf_counter
from unittest import mock

import numpy as np

from lstmvis_widget import cell_alignment, rank_matches
from lstmvis_widget.states.index import OnOffIndex, begin_index
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled
from tests.benchmarks.data import THRESHOLD, Query
from tests.benchmarks.measure import Row, counted, ms, quantile, seconds, seconds_once, sized, timed, within
from tests.benchmarks.on_cluster import (
    TRIMMING,
    WORKERS,
    Counter,
    cluster,
    kill_the_next,
    processor_seconds,
    until_idle,
)
from tests.benchmarks.ranking import query_times, rank
from tests.benchmarks.stack import BUILDS, Stack, answer

MOMENTS = (0.3, 0.6)
"""The shares of the usual time after which work is cancelled."""

SEEN = 0.5
"""Seconds after which no worker may be at work on what was cancelled."""

GRAPH = 10**6
"""Bytes that the client may send for an index."""

KINDS = 12
PATIENCE = 5
WIDTH = 1e-3
"""How far measures of an alignment may differ where they come of bins, as of more than 100,000 steps."""

OF_A_WORKER, OF_ALL = 2000, 1000
"""Bytes that a query may cost for each worker, and beside these."""


def rows(setting):
    """In Dask's threads, then on two workers: an index, queries, what goes to and fro, and what goes wrong."""
    stack = Stack.of(setting)
    array = stack.dask_array()
    took = seconds(lambda: OnOffIndex.build(array, THRESHOLD), BUILDS)
    what = f"Dask, threads of this process, {stack}: index"
    yield timed(what, took, "numpy", stack.build_time)
    right = np.array_equal(OnOffIndex.build(array, THRESHOLD).bits.words, stack.index.bits.words)
    yield _yes(f"{what}, the same, bit for bit", right)
    _ = stack.times, stack.processor_time, stack.answers  # while no cluster runs
    with cluster(trimming=False) as client:
        yield _processor_row(stack, client, _index(stack, client), f"two workers without {TRIMMING}", 1.3)
    with cluster() as client:
        index = yield from _indexed(stack, client)
        yield _processor_row(stack, client, index, "two workers", 1.6)
        yield from _asked(stack, index)
        yield from _to_and_fro(stack, client, index)
        yield from _by_functions(stack, client)
        yield from _cancelled(stack, client, index)
        yield from _killed(stack, client, index)


def _yes(what, right):
    return Row(what, "yes" if right else "no", right=bool(right))


def _index(stack, client, check=never_cancelled):
    """An index that lies on the workers."""
    return begin_index(States(stack.dask_array(), client=client), THRESHOLD).run(check=check)


def _processor_row(stack, client, index, on, target):
    took = stack.processor_time_of(index, lambda: processor_seconds(client))
    what = f"Dask, {on}: {len(stack.asked)} queries, processor time of all workers"
    return timed(what, took, "in one process", stack.processor_time, target)


def _indexed(stack, client):
    """Rows on the index; gives it."""
    counter = Counter(client)
    with _rows_brought_here() as brought:
        index = _index(stack, client)
        sent = counter.so_far().sent
        for query in stack.asked:
            rank(index, query)
    took = seconds(lambda: _index(stack, client), BUILDS)
    yield timed("Dask, two workers: index", took, "numpy", stack.build_time, 3.0)
    yield sized("Dask, two workers: sent by the client for an index", sent, "at most", GRAPH)
    what = "Dask, two workers: rows of states that came to the client, for an index and queries"
    yield counted(what, sum(brought), "at most", 0)
    return index


@contextmanager
def _rows_brought_here():
    """Counts of the rows that are brought to this process, one a time, until the end of the block."""
    from lstmvis_widget.distributed.cluster_rows import ClusterRows

    counts, bring = [], ClusterRows.__getitem__

    def counted_bring(rows, key):
        brought = bring(rows, key)
        counts.append(len(brought))
        return brought

    with mock.patch.object(ClusterRows, "__getitem__", counted_bring):
        yield counts


def _asked(stack, index):
    """How long queries take, and what they find."""
    median = quantile(query_times(index, stack.asked), 0.5)
    what = "Dask, two workers: query, median"
    yield timed(what, median, "in memory, two threads", quantile(stack.times, 0.5), 2.0)
    what = f"Dask, two workers: rows and counts of {len(stack.asked)} queries are those of the states in memory"
    yield _yes(what, stack.answers_of(index) == stack.answers)


def _to_and_fro(stack, client, index):
    """What a query costs on the way, beside tasks that do nothing."""
    counter, asked = Counter(client), len(stack.asked)
    before = counter.so_far()
    for query in stack.asked:
        rank(index, query)
    of_queries = counter.so_far()
    for _ in range(asked):
        client.gather(client.map(abs, range(WORKERS), pure=False))
    of_nothing = (counter.so_far() - of_queries) / asked
    a_query = (of_queries - before) / asked
    most = WORKERS + 1
    yield Row("Dask, two workers: tasks of a query", f"{a_query.tasks:g}", f"at most {most}", a_query.tasks / most, 1.0)
    size, most = a_query.sent + a_query.results, OF_A_WORKER * WORKERS + OF_ALL
    figure = f"{a_query.sent:,.0f} B sent, {a_query.results:,.0f} B back"
    yield Row("Dask, two workers: bytes of a query", figure, f"at most {most:,} B", size / most, 1.0)
    what = "Dask, two workers: bytes of a query on the wire, counted at every hop"
    baseline = f"{WORKERS} tasks that do nothing {of_nothing.wire:,.0f} B"
    yield Row(what, f"{a_query.wire:,.0f} B", baseline, a_query.wire / of_nothing.wire)


def _by_functions(stack, client):
    """Public functions on the Dask array, beside the same on the array in memory."""
    query, array = stack.asked[0], stack.dask_array()
    options = {"off_before": query.off_before, "off_after": query.off_after, "min_length": query.min_length}
    labels = np.random.default_rng(stack.seed).integers(0, KINDS, len(stack.states)).astype(str)
    yield _beside(
        "rank_matches",
        lambda: rank_matches(array, query.cells, THRESHOLD, client=client, **options),
        lambda: rank_matches(stack.states, query.cells, THRESHOLD, **options),
        lambda one, other: list(one) == list(other),
    )
    yield _beside(
        "cell_alignment",
        lambda: cell_alignment(array, labels, labels=["3"], client=client)[["auc", "f1"]],
        lambda: cell_alignment(stack.states, labels, labels=["3"])[["auc", "f1"]],
        lambda one, other: np.allclose(one, other, atol=WIDTH),
    )


def _beside(name, on_workers, in_memory, same):
    """How long a function takes on the workers and in memory, and whether it gives the same."""
    found = []
    took, beside = (
        seconds(lambda function=function: found.append(function()), BUILDS, PATIENCE)
        for function in (on_workers, in_memory)
    )
    return timed(f"Dask, two workers: {name}", took, "in memory", beside, right=same(found[0], found[-1]))


def _cancelled(stack, client, index):
    """The longest time until a worker is free again, for an index and for the counts of a query of all cells."""
    every = Query(np.arange(stack.states.shape[1]), 0, 0, 1)

    def build(check):
        _index(stack, client, check)

    def count(check):
        rank(index, every, check=check).counts(check)

    for what, work in (("an index", build), ("a query of all cells, and its counts", count)):
        usual = seconds_once(lambda work=work: work(never_cancelled))
        ended = [_ended(client, work, moment * usual) for moment in MOMENTS]
        took = max(ended)
        yield within(f"Dask, two workers: {what} ({ms(usual)}) cancelled, until no worker is at work", took, SEEN)


def _ended(client, work, after):
    """Seconds from the end of ``after`` seconds, when the work is cancelled, until no worker is at it any more."""
    at = perf_counter() + after

    def check():
        if perf_counter() >= at:
            raise CancelledError

    try:
        work(check)
    except CancelledError:
        until_idle(client)
    return max(0.0, perf_counter() - at)


def _killed(stack, client, index):
    """A worker dies while it has a part of a query to do."""
    right = answer(index, stack.asked[0])
    killed, begun = kill_the_next(client), perf_counter()
    same = answer(index, stack.asked[0]) == right
    took = perf_counter() - begun
    what = "Dask, two workers: the same answer though a worker is killed meanwhile"
    yield Row(what, f"{'yes' if same else 'no'}, after {ms(took)}", right=same and bool(killed))
