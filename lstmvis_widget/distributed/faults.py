"""What can go wrong on a cluster, each with a message: what, why, and what to do."""

from __future__ import annotations

import re
from typing import Any

from lstmvis_widget.work.memory import format_bytes


class ClusterError(OSError):
    """States on a cluster can't be worked on: the cluster is gone, too small, or not set up for it."""


def closed_client(client: Any) -> ClusterError:
    """The client was closed, or closed itself."""
    return ClusterError(
        f"the Dask client {client!r} is closed, by hand or since its scheduler was gone, so the states on its cluster "
        "can't be reached: connect a new client and open the states again, StateExplorer(states, client=Client(…))"
    )


def scheduler_gone(client: Any) -> ClusterError:
    """The scheduler doesn't answer."""
    return ClusterError(
        f"the Dask scheduler of {client!r} can't be reached: it was shut down, or the network to it is down. Start a "
        "cluster, connect a new client, and open the states again"
    )


def no_workers(client: Any, seconds: float) -> ClusterError:
    """There is nobody to do the work."""
    return ClusterError(
        f"the Dask cluster of {client!r} has no workers, and none has come in {seconds:.0f} seconds: start some "
        "(cluster.scale(4)), wait for them (client.wait_for_workers(1)), and try again"
    )


def too_little_memory(bits: int, memory: int, share: float, cells: int) -> ClusterError:
    """The bits of the index wouldn't fit into the memory of the workers."""
    return ClusterError(
        f"the on/off bits of the states take {format_bytes(bits)}, and {share:.0%} of the memory of the cluster's "
        f"workers is {format_bytes(share * memory)}: add workers (cluster.scale), or give fewer than the {cells:,} "
        "cells or fewer steps, states[:, cells] or states[:steps]"
    )


def other_packages(where: str, package: str, theirs: str | None, ours: str) -> ClusterError:
    """A process of the cluster lacks a package, or has another version of it."""
    has = f"has {package} {theirs}" if theirs else f"can't import {package}"
    name = package.replace("_", "-")
    return ClusterError(
        f"{where} {has}; this process has {ours}, and all have to work alike: run the cluster in the same environment, "
        f"or install it there, pip install {name}=={ours} (for workers that start later: a PipInstall plugin, "
        "client.register_plugin)"
    )


def lost_results(client: Any) -> ClusterError:
    """Somebody cancelled the tasks, or the scheduler forgot them."""
    return ClusterError(
        f"the cluster of {client!r} no longer has what was computed of these states: it was restarted, or another "
        "program cancelled the work. Try again"
    )


def unreadable(rows: str, error: BaseException) -> OSError:
    """Some rows can't be read where they are; ``rows`` says which rows of what."""
    return ClusterError(f"{rows} can't be read: {reason_of(error)}")


def unseen_file(path: str, worker: str) -> OSError:
    """A worker doesn't have a file that the client has."""
    return ClusterError(
        f"the Dask worker {worker} finds no file {path!r}, which was found where the states were opened: put it where "
        "all workers see it under the same path, such as a shared folder"
    )


def reason_of(error: BaseException) -> str:
    """Why a task failed, in the words of a fault that is known, or else of the error itself."""
    if isinstance(error, ClusterError):
        return str(error)
    kind = type(error).__name__
    if kind == "KilledWorker":
        return (
            f"{_lost_worker(error)} died while working on them, most often since their chunks don't fit into a "
            "worker's memory. Give workers more memory, or smaller chunks: states.rechunk((rows, -1))"
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return (
            f"a worker of the cluster can't find {error.filename or str(error)!r}: put the file where all workers see "
            "it under the same path, such as a shared folder or an object store"
        )
    if isinstance(error, ModuleNotFoundError):
        return f"a worker of the cluster can't import {error.name}: install it on all workers"
    if isinstance(error, MemoryError):
        return f"a worker of the cluster has too little memory ({error}): give workers more, or smaller chunks"
    return f"{kind}: {error}" if str(error) else kind


def failed(doing: str, error: BaseException) -> BaseException:
    """A task that failed on a worker, as what is raised here."""
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        return error
    if type(error).__name__ == "KilledWorker":
        return ClusterError(
            f"{doing} failed: {_lost_worker(error)} died meanwhile. Most often a worker runs out of memory: give "
            "workers more, or add some"
        )
    return ClusterError(f"{doing} failed on the cluster: {reason_of(error)}")


def _lost_worker(error: BaseException) -> str:
    """How many workers were lost, and which was the last."""
    times = getattr(error, "allowed_failures", None)
    found = re.search(r"\w+://[^\s'\"]+", str(getattr(error, "last_worker", error)))
    last = found.group().rstrip(",.>") if found else ""
    if isinstance(times, int) and times:
        return f"{times + 1} workers in a row{', the last one ' * bool(last)}{last}{',' * bool(last)}"
    return f"the worker {last}".rstrip()
