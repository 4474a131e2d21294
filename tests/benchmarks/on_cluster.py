"""A Dask cluster of two processes on this machine, and what is counted of it."""

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest import mock

WORKERS = 2

TRIMMING = "MALLOC_TRIM_THRESHOLD_"
"""Nannies set it, so that workers give memory back at once: then a large temporary array is new pages each time."""

LOOK = 0.005

LOOPBACK = "127.0.0.1:0"


@contextmanager
def cluster(*, trimming=True):
    """A client of two worker processes of one thread each.

    Parameters
    ----------
    trimming : bool
        Whether they have memory given back at once, as by default.
    """
    import dask
    from distributed import Client, LocalCluster

    setting = "distributed.nanny.pre-spawn-environ"
    variables = {name: value for name, value in dask.config.get(setting).items() if trimming or name != TRIMMING}
    # Nannies of a local cluster are in this process, and leave what they set for their workers in its environment.
    with mock.patch.dict(os.environ), dask.config.set({setting: variables}):
        if not trimming:
            os.environ.pop(TRIMMING, None)
        with (
            LocalCluster(WORKERS, threads_per_worker=1, dashboard_address=LOOPBACK, silence_logs="ERROR") as started,
            Client(started) as client,
        ):
            yield client


def processor_seconds(client):
    """Processor time that all workers have used so far."""
    return sum(client.run(time.process_time).values())


def until_idle(client):
    """Wait until no worker runs a function."""
    while any(client.run(_running).values()):
        time.sleep(LOOK)


def _running(dask_worker):
    return len(dask_worker.active_threads)


@dataclass
class Counts:
    """What was counted on a cluster.

    Attributes
    ----------
    tasks : int
        That workers have done.
    results : int
        Bytes of what these gave, as the workers tell.
    sent : int
        Bytes that the client wrote to the scheduler.
    wire : int
        Bytes that client, scheduler and workers wrote to each other.
    """

    tasks: int = 0
    results: int = 0
    sent: int = 0
    wire: int = 0

    def __sub__(self, other):
        return replace(self, **{name: value - getattr(other, name) for name, value in vars(self).items()})

    def __truediv__(self, times):
        return replace(self, **{name: value / times for name, value in vars(self).items()})


class Counter:
    """Counts what happens on a cluster from now on.

    Parameters
    ----------
    client : distributed.Client
        Of a cluster whose scheduler is in this process.
    """

    def __init__(self, client):
        self._client, self._done = client, Counts()
        _add_plugin(client, on_transition=self._count)
        self._before = self._now()

    def so_far(self):
        """The counts until now. That they are asked for is among them."""
        return self._now() - self._before

    def _count(self, _, start, finish, nbytes):
        if (start, finish) == ("processing", "memory"):
            self._done.tasks += 1
            self._done.results += nbytes

    def _now(self):
        here, elsewhere = written(), self._client.run(written).values()
        sent = here.get(id(self._client.scheduler_comm.comm), 0)
        return replace(self._done, sent=sent, wire=sum(sum(each.values()) for each in (here, *elsewhere)))


_WRITTEN = {}


def written():
    """Bytes that this process has written to others of the cluster, by connection, since it was first asked."""
    if not _WRITTEN:
        from distributed.comm.tcp import TCP

        _WRITTEN[0], write = 0, TCP.write

        async def counted_write(comm, *given, **options):
            count = await write(comm, *given, **options)
            _WRITTEN[id(comm)] = _WRITTEN.get(id(comm), 0) + count
            return count

        TCP.write = counted_write
    return dict(_WRITTEN)


def kill_the_next(client):
    """Kill the first worker that is given a task from now on, as the system does where memory ends."""
    processes, killed = client.run(os.getpid), []

    def kill(worker, _, finish, __):
        if finish == "processing" and not killed:
            killed.append(worker)
            os.kill(processes[worker], signal.SIGKILL)

    _add_plugin(client, on_transition=kill)
    return killed


def _add_plugin(client, on_transition):
    """Have a function called with the worker of each task, its old and its new state, and the bytes of its result."""
    from distributed.diagnostics.plugin import SchedulerPlugin

    scheduler = client.cluster.scheduler

    class Plugin(SchedulerPlugin):
        def transition(self, key, start, finish, *_, nbytes=0, **__):
            at = scheduler.tasks[key].processing_on if key in scheduler.tasks else None
            on_transition(at and at.address, start, finish, nbytes or 0)

    async def add():
        scheduler.add_plugin(Plugin(), name=f"bench {id(on_transition)}")

    client.sync(add)
