"""Work that is superseded by newer work."""

import threading
from time import perf_counter

from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.work.blocks import THREADS
from lstmvis_widget.work.worker import LatestWinsWorker
from tests.benchmarks.data import THRESHOLD
from tests.benchmarks.measure import Row, counted, ms
from tests.benchmarks.ranking import rank

MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""The shares of the usual time after which newer work comes."""


class Superseding:
    """One job, superseded by another after some seconds."""

    def __init__(self, job, after):
        self.superseded, self.taken_over = threading.Event(), threading.Event()
        self.blocks_begun = self.blocks_ended = 0
        worker = LatestWinsWorker("superseded")
        begun = threading.Event()

        def work(check):
            begun.set()
            job(lambda: self._checked(check), self._ended)

        worker.submit(work)
        begun.wait()
        threading.Event().wait(after)
        self.superseded.set()
        at = perf_counter()
        worker.submit(lambda _: self.taken_over.set())
        self.taken_over.wait()
        self.seconds = perf_counter() - at
        worker.close()

    def _checked(self, check):
        check()
        self.blocks_begun += self.superseded.is_set()

    def _ended(self, *_):
        self.blocks_ended += self.superseded.is_set()


def rows(setting):
    """Building, and matching, at several moments of each."""
    built = [
        Superseding(
            lambda check, ended: OnOffIndex.build(setting.states, THRESHOLD, check=check, also=ended),
            moment * setting.build_time,
        )
        for moment in MOMENTS
    ]
    most = max(run.blocks_ended for run in built)
    yield counted("blocks that a superseded build still ends, most", most, "one in each thread:", THREADS)
    yield Row("newer work begins after a superseded build, latest", ms(max(run.seconds for run in built)))
    slowest = max(range(len(setting.asked)), key=setting.match_times.__getitem__)
    matched = [
        Superseding(
            lambda check, _: rank(setting.index, setting.asked[slowest], check=check),
            moment * setting.match_times[slowest],
        )
        for moment in MOMENTS
    ]
    most = max(run.blocks_begun for run in matched)
    yield counted("blocks that the slowest match still begins when superseded, most", most, "at most", THREADS - 1)
    yield Row("newer work begins after the slowest match is superseded, latest", ms(max(r.seconds for r in matched)))
