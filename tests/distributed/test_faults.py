"""What goes wrong on a cluster is said in a line: what, why, and what to do."""

import os
import signal

import dask
import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster

from lstmvis_widget import StateExplorer, cell_alignment, rank_matches, select_cells
from lstmvis_widget.distributed import chunk_tasks, cluster_build
from lstmvis_widget.distributed import client as clients
from lstmvis_widget.distributed.faults import ClusterError
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import never_cancelled, not_reported

VALUES = np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)


def chunked(rows=100):
    return da.from_array(VALUES, chunks=(rows, 6))


def of_pieces(piece):
    return da.concatenate([da.from_delayed(dask.delayed(piece)(number), (100, 6), np.float32) for number in range(3)])


def test_only_a_client_is_a_client(client):
    with pytest.raises(TypeError, match=r"client must be a Dask client, distributed.Client\(…\); got str"):
        rank_matches(chunked(), [0], 0.5, client="tcp://127.0.0.1:8786")
    with pytest.raises(ValueError, match="client is for states that are Dask arrays or lie in files, and isn't used"):
        select_cells(VALUES, 0, 2, 0.5, client=client)
    opened = States(VALUES)
    with pytest.raises(ValueError, match="keep the client that they were opened with"):
        cell_alignment(opened, ["a", "b"] * 150, client=client)


def test_an_asynchronous_client_is_refused(client, monkeypatch):
    monkeypatch.setattr(Client, "asynchronous", True)
    with pytest.raises(TypeError, match="is asynchronous, and results are waited for here"):
        States(chunked(), client=client)


def test_quantiles_cannot_be_had_on_a_cluster(client):
    for options in ({}, {"mirror": True}):
        with pytest.raises(ValueError, match=r"'quantile' sorts all values of each cell, .* use 'standardise'"):
            States(chunked(), "quantile", client=client, **options)


def test_a_closed_client_is_told_in_the_page_too(cluster):
    client = Client(cluster, set_as_default=False)
    explorer = StateExplorer(chunked(), client=client, selection=(3, 5), background=False)
    client.close()
    explorer.threshold = 0.1
    with pytest.warns(RuntimeWarning, match=r"is closed, .* so the states on its cluster can't be reached"):
        assert not len(explorer.matches)
    assert "connect a new client" in explorer.error
    explorer.close()
    with pytest.raises(ClusterError, match="is closed"):
        States(chunked(), client=client)


def small_cluster(workers):
    """In this process."""
    options = {"protocol": "tcp", "host": "127.0.0.1", "dashboard_address": ":0"}
    return LocalCluster(n_workers=workers, processes=False, **options)


def test_a_scheduler_that_is_gone_is_told(monkeypatch):
    monkeypatch.setattr(clients, "WORKERS_AWAITED", 0.2)
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        small_cluster(1) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        states = States(chunked(), client=client)
        assert states.read(0, 1).shape == (1, 6)
        cluster.close()
        with pytest.raises(OSError, match=r"scheduler .* can't be reached|is closed|no longer has what"):
            states.read(0, 1)


def test_a_cluster_without_workers_is_told(monkeypatch):
    monkeypatch.setattr(clients, "WORKERS_AWAITED", 0.2)
    with (
        small_cluster(0) as cluster,
        Client(cluster, set_as_default=False) as client,
        pytest.raises(OSError, match=r"has no workers, and none has come in 0 seconds: start some \(cluster.scale"),
    ):
        rank_matches(chunked(), [0], 0.5, client=client)


def test_a_worker_with_another_version_is_told(client, monkeypatch):
    told = client.get_versions(packages=["lstmvis_widget"])
    *_, last = told["workers"].values()
    for theirs, said in (("0.0.9", "has lstmvis_widget 0.0.9"), (None, "can't import lstmvis_widget")):
        last["packages"]["lstmvis_widget"] = theirs
        monkeypatch.setattr(client, "get_versions", lambda packages: told if "lstmvis_widget" in packages else {})
        with pytest.raises(OSError, match=rf"the Dask worker tcp://\S+ {said}; this process has \S+, and all have to"):
            rank_matches(chunked(), [0], 0.5, client=client)


def test_bits_that_do_not_fit_are_refused_before_anything_is_read(client, monkeypatch):
    monkeypatch.setattr(cluster_build, "MOST_MEMORY", 1e-9)
    with pytest.raises(OSError, match=r"bits of the states take 2\.4 kB, and 0% of the memory .* is \d+ bytes"):
        rank_matches(chunked(), [0], 0.5, client=client)


def test_a_large_numpy_array_is_not_sent_to_a_cluster(client):
    large = np.zeros((50_000, 60), np.float32)
    with pytest.raises(ValueError, match=r"holds 12\.0 MB of numpy arrays, .* Give the numpy array itself"):
        States(da.from_array(large, chunks=(1000, 60)), client=client)


def unreadable(number):
    if number == 1:
        raise ValueError("no such shard")
    return VALUES[:100]


def missing(number):
    return np.load(f"/nowhere/{number}.npy") if number == 1 else VALUES[:100]


@pytest.mark.parametrize(
    ("piece", "reason"),
    [
        (unreadable, "ValueError: no such shard"),
        (missing, "a worker of the cluster can't find '/nowhere/1.npy': put the file where all workers see it"),
    ],
)
def test_rows_that_cannot_be_read_are_named(client, piece, reason):
    states = States(of_pieces(piece), client=client, name="shards")
    rows = states.elsewhere
    with pytest.raises(OSError, match=f"rows 100 to 200 of shards can't be read: {reason}"):
        rank_matches(states, [0], 0.5)
    with pytest.raises(OSError, match=f"rows 100 to 200 of the states can't be read: {reason}"):
        rows.fold(lambda first, _: first, max, beside=None, ranges=None, check=never_cancelled, progress=not_reported)
    with pytest.raises(OSError, match=f"rows 150 to 160 of shards can't be read: .*{reason}"):
        states.read(150, 160)


def test_one_of_many_small_chunks_that_cannot_be_read_is_told(client, monkeypatch):
    monkeypatch.setattr(chunk_tasks, "MANY", 1)
    with pytest.raises(OSError, match=r"rows 0 to 300 of .*: chunk 2 of these 3 can't be read: ValueError: no such"):
        rank_matches(of_pieces(unreadable), [0], 0.5, client=client)


def deadly(number):
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return VALUES[:100]


def test_chunks_that_kill_their_workers_are_named(client, cluster, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with pytest.raises(OSError, match=r"rows \d+ to \d+ of .* the worker tcp://\S+ died while .* smaller chunks"):
        rank_matches(of_pieces(deadly), [0], 0.5, client=client)
