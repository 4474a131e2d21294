"""What the rows are measured on, made once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lstmvis_widget.states.index import OnOffIndex
from tests.benchmarks.data import THRESHOLD, queries, read_once
from tests.benchmarks.measure import seconds
from tests.benchmarks.ranking import query_times


@dataclass(frozen=True)
class Setting:
    """The states, and a folder that lasts as long as the run.

    Parameters
    ----------
    states : ndarray of shape (T, D)
    folder : Path
    seed : int
    """

    states: np.ndarray
    folder: Path
    seed: int

    @cached_property
    def read(self):
        """R: seconds of one read of the states in one thread."""
        return seconds(lambda: read_once(self.states))

    @cached_property
    def index(self):
        """The index of the states."""
        return OnOffIndex.build(self.states, THRESHOLD)

    @cached_property
    def asked(self):
        """The queries."""
        return queries(self.tenth, self.seed)

    @property
    def tenth(self):
        """The first tenth of the states."""
        return self.states[: max(100, len(self.states) // 10)]

    @cached_property
    def build_time(self):
        """Seconds to build the index."""
        return seconds(lambda: OnOffIndex.build(self.states, THRESHOLD))

    @cached_property
    def match_times(self):
        """Seconds of each query."""
        return query_times(self.index, self.asked)
