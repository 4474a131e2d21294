"""The Dask client that is worked through: which it is, whether it can be used, and what its workers are."""

from __future__ import annotations

import sys
import time
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstmvis_widget.work.cancelling import Check, never_cancelled

from . import faults

NAME = "lstmvis_widget"

WORKERS_AWAITED = 10.0
"""Seconds in which a worker has to come where there is none."""

PAUSE = 0.1
"""Seconds between two looks whether a worker has come."""

_like_ours: weakref.WeakSet[Any] = weakref.WeakSet()
"""Clients whose cluster has the packages of this process."""


@dataclass(frozen=True)
class Worker:
    """A worker of a cluster.

    Parameters
    ----------
    address : str
    threads : int
        Tasks that it runs at once.
    memory : int
        Bytes that it may use; 0: no limit is known.
    """

    address: str
    threads: int
    memory: int


def active_client() -> Any:
    """The client that Dask would use now; None where there is none."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        found = distributed.Client.current()
    except ValueError:
        return None
    return None if found.status in ("closed", "closing") else found


def given_client() -> Any:
    """The client of the block ``with client.as_current()`` that this runs in; None where there is none."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        return distributed.Client.current(allow_global=False)
    except ValueError:
        return None


def checked_client(given: Any) -> Any:
    """A client that can be worked through.

    Raises
    ------
    TypeError
        It isn't a client of ``distributed``, or it is asynchronous.
    OSError
        It is closed.
    """
    distributed = sys.modules.get("distributed")
    if distributed is None or not isinstance(given, distributed.Client):
        msg = (
            f"client must be a Dask client, distributed.Client(…); got {type(given).__name__}. Of a cluster: "
            "client=Client(cluster); of a scheduler's address: client=Client('tcp://…')"
        )
        raise TypeError(msg)
    if given.asynchronous:
        msg = (
            f"the Dask client {given!r} is asynchronous, and results are waited for here: make it without "
            "asynchronous=True"
        )
        raise TypeError(msg)
    check_open(given)
    return given


def check_open(client: Any) -> None:
    """Raise OSError where the client is closed."""
    if client.status in ("closed", "closing"):
        raise faults.closed_client(client)


def workers_of(client: Any) -> list[Worker]:
    """The workers that a client's cluster has now.

    Raises
    ------
    OSError
        The client is closed, or its scheduler doesn't answer.
    """
    check_open(client)
    try:
        try:
            told = client.scheduler_info(n_workers=-1)
        except TypeError:  # distributed before 2025.4, which tells of all
            told = client.scheduler_info()
    except OSError as error:
        raise faults.scheduler_gone(client) from error
    return [
        Worker(address, int(each["nthreads"]), int(each.get("memory_limit") or 0))
        for address, each in told.get("workers", {}).items()
    ]


def has_workers(client: Any) -> bool:
    """Whether a client's cluster has workers now; it raises as `workers_of`, and asks for less."""
    check_open(client)
    try:
        return bool(client.nthreads())
    except OSError as error:
        raise faults.scheduler_gone(client) from error


def check_ready(client: Any) -> None:
    """Raise OSError where a cluster can't be worked on; what takes a message is looked at once for each client."""
    check_open(client)
    if client not in _like_ours:
        ready_workers(client)


def ready_workers(client: Any, check: Check = never_cancelled, *, seconds: float | None = None) -> list[Worker]:
    """The workers of a cluster that has the packages of this process; waits a while for the first worker.

    Raises
    ------
    OSError
        No worker comes, or one can't work with this process; the message says why and what to do.
    """
    seconds = WORKERS_AWAITED if seconds is None else seconds
    end = time.monotonic() + seconds
    while not (workers := workers_of(client)):
        check()
        if time.monotonic() >= end:
            raise faults.no_workers(client, seconds)
        time.sleep(PAUSE)
    if client not in _like_ours:
        _check_packages(client)
        _like_ours.add(client)
    return workers


def _check_packages(client: Any) -> None:
    """Raise OSError where the scheduler or a worker lacks a package of this process, or has another version."""
    told = client.get_versions(packages=[NAME, "numpy"])
    ours = told["client"]["packages"]
    named = [("the Dask scheduler", told["scheduler"])]
    named += [(f"the Dask worker {address}", each) for address, each in told["workers"].items()]
    for where, of_process in named:
        theirs = (of_process or {}).get("packages", {})
        if theirs.get(NAME) != ours[NAME]:
            raise faults.other_packages(where, NAME, theirs.get(NAME), ours[NAME])
        if _series(theirs.get("numpy")) != _series(np.__version__):
            raise faults.other_packages(where, "numpy", theirs.get("numpy"), np.__version__)


def _series(version: str | None) -> list[str] | None:
    """Major and minor version, within which arrays and their arithmetic are the same."""
    return None if version is None else version.split(".")[:2]
