"""States in many files, as a Dask array, with what the same states take in memory."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lstmvis_widget.states.index import OnOffIndex
from tests.benchmarks.data import THRESHOLD, cell_states, queries
from tests.benchmarks.measure import seconds
from tests.benchmarks.ranking import QUERY_REPEATS, query_times, rank

SHARE, CELLS = 2, 256
"""The stack has so many times the steps of the other states, and so many cells."""

FILES = 32

ASKED = 12
"""Queries that are put to each engine."""

BUILDS = 3


@dataclass(frozen=True)
class Stack:
    """States in files of the same number of steps, and what an index in memory of them takes.

    Parameters
    ----------
    states : float32 array of shape (T, D)
    folder : Path
    seed : int
    """

    states: np.ndarray
    folder: Path
    seed: int

    @classmethod
    def of(cls, setting):
        """That of a setting, written to files."""
        states = cell_states(SHARE * setting.steps, CELLS, setting.seed)
        folder = setting.folder / "stack"
        folder.mkdir()
        for number, chunk in enumerate(np.array_split(states, FILES)):
            np.save(folder / f"{number}.npy", chunk)
        return cls(states, folder, setting.seed)

    def __str__(self):
        return "{:,} × {}".format(*self.states.shape)

    def dask_array(self):
        """A Dask array of the files, which are mapped into memory where they are read."""
        import dask
        import dask.array

        load = dask.delayed(np.load)
        chunks = [
            dask.array.from_delayed(load(self.folder / f"{number}.npy", mmap_mode="r"), chunk.shape, chunk.dtype)
            for number, chunk in enumerate(np.array_split(self.states, FILES))
        ]
        return dask.array.concatenate(chunks)

    @cached_property
    def index(self):
        """An index of the states in memory."""
        return OnOffIndex.build(self.states, THRESHOLD)

    @cached_property
    def build_time(self):
        """Seconds to build it."""
        return seconds(lambda: OnOffIndex.build(self.states, THRESHOLD), BUILDS)

    @cached_property
    def asked(self):
        """Some queries."""
        return queries(self.states[: len(self.states) // 10], self.seed)[:ASKED]

    @cached_property
    def times(self):
        """Seconds that each takes in memory."""
        return query_times(self.index, self.asked)

    @cached_property
    def processor_time(self):
        """Processor time that all queries take in memory, in seconds."""
        return self.processor_time_of(self.index, time.process_time)

    @cached_property
    def answers(self):
        """What each query finds in memory."""
        return self.answers_of(self.index)

    def processor_time_of(self, index, used):
        """Processor time that all queries take, the least of a few; ``used`` tells what has been used so far."""
        took = []
        for _ in range(QUERY_REPEATS):
            before = used()
            for query in self.asked:
                rank(index, query)
            took.append(used() - before)
        return min(took)

    def answers_of(self, index):
        """Rows and counts that an index has for each query, to be compared."""
        return [answer(index, query) for query in self.asked]


def answer(index, query):
    """Rows and counts of a query, to be compared."""
    matches = rank(index, query)
    rows = matches.start, matches.stop, matches.overlap, matches.union
    return [column.tolist() for column in (*rows, matches.length_histogram, matches.full_overlap_length_histogram)]
