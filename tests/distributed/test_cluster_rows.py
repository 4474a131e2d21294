"""Rows of a Dask array on a cluster: read, and folded where they are."""

import asyncio

import dask.array as da
import numpy as np
import pytest

from lstmvis_widget import on_off_patterns
from lstmvis_widget.distributed import chunk_tasks
from lstmvis_widget.distributed.cluster_rows import ClusterRows
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled, not_reported

VALUES = np.random.default_rng(0).normal(size=(1000, 5)).astype(np.float32)


def chunked(values=VALUES, rows=96):
    return da.from_array(values, chunks=(rows, values.shape[1]))


def first_and_sum(first, values):
    return [(first, float(values.sum(dtype=np.float64)))]


def one_after_the_other(some, others):
    return some + others


def test_the_active_client_is_used_and_none_without_one(client):
    assert States(chunked()).elsewhere is None
    with client.as_current():
        opened = States(chunked())
    assert isinstance(opened.elsewhere, ClusterRows)
    assert opened.elsewhere.client is client


def test_any_rows_are_read(client):
    states = States(chunked(), client=client)
    for start, stop in [(0, 1), (90, 300), (999, 1000), (0, 1000), (5, 5)]:
        assert np.array_equal(states.read(start, stop), VALUES[start:stop])


@pytest.mark.parametrize("many", [16, 1])
def test_a_fold_joins_the_parts_of_chunks_in_the_order_of_the_rows(client, monkeypatch, many):
    monkeypatch.setattr(chunk_tasks, "MANY", many)
    monkeypatch.setattr(chunk_tasks, "TOGETHER", 96 * 5 * 4 * 3)
    rows, shares = States(chunked(), client=client).elsewhere, []
    found = rows.fold(
        first_and_sum, one_after_the_other, beside=None, ranges=None, check=never_cancelled, progress=shares.append
    )
    step = 96 if many == 16 else 288
    assert [first for first, _ in found] == list(range(0, 1000, step))
    assert [total for _, total in found] == [
        pytest.approx(float(VALUES[at : at + step].sum(dtype=np.float64))) for at in range(0, 1000, step)
    ]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_fold_ends_when_it_is_cancelled(client):
    def check():
        raise CancelledError

    rows = States(chunked(), client=client).elsewhere
    with pytest.raises(CancelledError):
        rows.fold(first_and_sum, one_after_the_other, beside=None, ranges=None, check=check, progress=not_reported)
    client.sync(asyncio.sleep, 0)  # what was released goes on the client's own loop
    assert not client.futures


def test_small_chunks_are_put_together_where_they_share_little(client):
    groups = [(at, at + 5) for at in range(0, 50, 5)]
    plain = chunked(rows=20)
    assert chunk_tasks.can_be_grouped(plain, groups)
    assert chunk_tasks.can_be_grouped((plain * 2)[:, ::-1], groups)
    assert not chunk_tasks.can_be_grouped(plain - plain.mean(axis=0), groups)
    assert not chunk_tasks.can_be_grouped(plain.cumsum(axis=0), groups)
    assert not chunk_tasks.can_be_grouped(client.persist(plain), groups)


def test_patterns_at_many_ranges_are_found_without_bringing_states_here(client, monkeypatch):
    values = np.random.default_rng(2).integers(0, 2, (1000, 5)).astype(np.float32)
    starts = np.random.default_rng(3).integers(0, 900, 200)
    ranges = np.stack([starts, starts + np.random.default_rng(4).integers(1, 4, 200)], axis=1)
    ranges[:3] = [(0, 300), (998, 1000), (5, 6)]
    options = {"off_before": 1, "off_after": 2}
    expected = on_off_patterns(values, ranges, 0.5, **options)
    states = States(chunked(values, 70), client=client)
    monkeypatch.setattr(ClusterRows, "__getitem__", lambda *_: pytest.fail("rows are read"))
    assert on_off_patterns(states, ranges, 0.5, **options).tolist() == expected.tolist()
    assert expected.any()
    assert on_off_patterns(states, [(0, 1)] * 20, 0.5, off_before=1).sum() == 0
