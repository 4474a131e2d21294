"""What the rows are measured on, made once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import h5py

from lstmvis_widget.states.index import OnOffIndex
from tests.benchmarks.data import THRESHOLD, cell_states, queries, read_dataset_once, read_once, write_file
from tests.benchmarks.measure import REPEATS, seconds
from tests.benchmarks.ranking import query_times


@dataclass(frozen=True)
class Stored:
    """A file of states.

    Parameters
    ----------
    path : Path
    """

    path: Path

    @cached_property
    def read(self):
        """R of the file: seconds of one read of it in one thread."""
        with h5py.File(self.path) as file:
            return seconds(lambda: read_dataset_once(file["states"]), REPEATS, patience=5)


@dataclass(frozen=True)
class Setting:
    """What is measured on; each is made when a row first needs it.

    Parameters
    ----------
    shape : (int, int)
        (T, D).
    folder : Path
        Lasts as long as the run.
    seed : int
    """

    shape: tuple[int, int]
    folder: Path
    seed: int

    @cached_property
    def states(self):
        """The states, (T, D) float32."""
        return cell_states(*self.shape, self.seed)

    @property
    def steps(self):
        """T."""
        return self.shape[0]

    @cached_property
    def read(self):
        """R: seconds of one read of the states in one thread."""
        return seconds(lambda: read_once(self.states))

    @cached_property
    def file(self):
        """An uncompressed HDF5 file of the states."""
        return Stored(write_file(self.folder / "states.h5", self.states, None))

    @cached_property
    def file_of_tenth(self):
        """A compressed HDF5 file of the first tenth, in chunks of 256 rows."""
        return Stored(write_file(self.folder / "tenth.h5", self.tenth))

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
