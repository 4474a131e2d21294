"""The ranking of states on a cluster: the same rows and counts as in one process."""

import asyncio
import itertools
import os
import signal
import time
from functools import partial

import dask.array as da
import numpy as np
import pytest
from distributed.comm.tcp import TCP

from lstmvis_widget import StateExplorer, rank_matches
from lstmvis_widget.distributed import chunk_tasks, cluster_build
from lstmvis_widget.matching.ranking import rank_index
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states.index import begin_index
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import CancelledError

RNG = np.random.default_rng(1)
VALUES = np.cumsum(RNG.normal(size=(3000, 70)), axis=0).astype(np.float32) % 4 - 2


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(cluster_build, "PART_STEPS", 500)


def chunked(rows=170):
    return da.from_array(VALUES, chunks=(rows, 70))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"off_before": 1},
        {"off_after": 2, "min_length": 3},
        {"off_before": 1, "off_after": 1, "sequences": [700, 300, 1, 1999]},
        {"length_filter": 4, "k": 7, "sequences": [10] * 300},
    ],
)
def test_matches_and_counts_are_those_of_one_process(client, options):
    cells = [0, 3, 9, 40, 66, 69]
    here = rank_matches(VALUES, cells, 0.5, **options)
    there = rank_matches(chunked(), cells, 0.5, client=client, **options)
    for column in ("start", "stop", "overlap", "union"):
        assert there[column].tolist() == here[column].tolist()
    assert there.n_candidates == here.n_candidates
    assert there.length_histogram.tolist() == here.length_histogram.tolist()
    assert there.full_overlap_length_histogram.tolist() == here.full_overlap_length_histogram.tolist()


def test_a_threshold_is_that_of_the_transformed_states(client):
    options = {"transform": "tanh", "mirror": True}
    here = rank_matches(States(VALUES, **options), [0, 75, 80], 0.4)
    there = rank_matches(States(chunked(), client=client, **options), [0, 75, 80], 0.4)
    assert there.to_pandas().equals(here.to_pandas())


def test_states_that_the_cluster_holds_are_ranked_where_they_are(client):
    held = client.persist(chunked(17))
    there = rank_matches(held, [1, 2], 0.5, client=client)
    assert there.to_pandas().equals(rank_matches(VALUES, [1, 2], 0.5).to_pandas())


def dies_once(parts, *, flag, **_):
    if not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return [(part.start, part.stop, int(part.bits.words.sum(dtype=np.uint64))) for part in parts]


def test_a_worker_that_is_killed_while_it_works_changes_no_answer(client, tmp_path):
    index = begin_index(States(chunked(), client=client), 0.5).run()
    flag = tmp_path / "died"
    flag.touch()
    asked = partial(dies_once, flag=flag)
    before = sorted(itertools.chain(*index._holder.ask(asked)))
    flag.unlink()
    assert sorted(itertools.chain(*index._holder.ask(asked))) == before
    assert flag.exists()
    there = rank_index(index, [1, 2], pattern=Pattern(0.5), sequences=Sequences.of(None, 3000))
    assert there.to_pandas().equals(rank_matches(VALUES, [1, 2], 0.5).to_pandas())


def test_an_index_whose_parts_the_cluster_forgot_is_built_again(client):
    index = begin_index(States(chunked(), client=client), 0.5).run()
    client.cancel(index._holder._there.futures)
    there = rank_index(index, [1, 2], pattern=Pattern(0.5), sequences=Sequences.of(None, 3000))
    assert there.to_pandas().equals(rank_matches(VALUES, [1, 2], 0.5).to_pandas())


def test_little_is_sent_for_an_array_of_many_chunks(client, monkeypatch):
    sent = messages_counted(monkeypatch)
    begin_index(States(da.zeros((100_000, 4), chunks=(100, 4)), client=client), 0.5).run()
    monkeypatch.setattr(chunk_tasks, "MANY", 10**6)
    begin_index(States(da.zeros((10_000, 4), chunks=(100, 4)), client=client), 0.5).run()
    assert sum(sent) < 10**6


def works_until_unwanted(_, *, begun, ended, check, **__):
    begun.touch()
    end = time.monotonic() + 30
    try:
        while time.monotonic() < end:
            check()
    finally:
        ended.touch()


def test_a_question_that_is_cancelled_ends_on_the_worker_too(client, tmp_path):
    index = begin_index(States(chunked(), client=client), 0.5).run()
    begun, ended = tmp_path / "begun", tmp_path / "ended"

    def check():
        if begun.exists():
            raise CancelledError

    with pytest.raises(CancelledError):
        index._holder.ask(partial(works_until_unwanted, begun=begun, ended=ended), check=check)
    assert rank_index(index, [1], pattern=Pattern(0.5), sequences=Sequences.of(None, 3000)).n_selected == 1
    assert ended.exists()  # each worker has one thread, which is free again


def messages_counted(monkeypatch):
    """Bytes of the messages that bring tasks to the scheduler, and results back."""
    sent, write = [], TCP.write

    async def counted(self, message, *args, **options):
        size = await write(self, message, *args, **options)
        asks = isinstance(message, list) and any(each.get("op") == "update-graph" for each in message)
        if asks or (isinstance(message, dict) and message.get("data")):
            sent.append(size)
        return size

    monkeypatch.setattr(TCP, "write", counted)
    return sent


def test_a_query_is_one_small_task_a_worker_and_moves_no_states(client, cluster, monkeypatch):
    index = begin_index(States(chunked(), client=client), 0.5).run()
    sequences = Sequences.of([10] * 300, 3000)
    rank_index(index, [1], pattern=Pattern(0.5), sequences=sequences)  # the sequences go there once
    before = len(cluster.scheduler.transition_log)
    sent = messages_counted(monkeypatch)
    rank_index(index, list(range(70)), pattern=Pattern(0.5, 1, 1), sequences=sequences)
    log = list(cluster.scheduler.transition_log)[before:]
    assert len({entry[0] for entry in log if entry[2] == "processing"}) <= 2
    assert sum(sent) <= 2000 * 2 + 1000


def test_an_explorer_shows_the_same_of_states_on_a_cluster(client):
    options = {"selection": (1200, 1204), "threshold": 0.5, "context_width": 3, "background": False}
    here, there = StateExplorer(VALUES, **options), StateExplorer(chunked(), client=client, **options)
    for threshold in (0.5, 0.75):
        here.threshold = there.threshold = threshold
        assert there.selected_cells.tolist() == here.selected_cells.tolist()
        assert there.matches.to_pandas().equals(here.matches.to_pandas())
        assert there.matches.n_candidates == here.matches.n_candidates
    assert {**there._match_context, "seconds": 0} == {**here._match_context, "seconds": 0}
    here.close()
    there.close()
    client.sync(asyncio.sleep, 0)  # what was released goes on the client's own loop
    assert not client.futures
