"""States in a compressed file that are larger than the memory they may take."""

import h5py
import numpy as np

from lstmvis_widget.explorer.computation import Computation, Request
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import never_cancelled
from tests.benchmarks.data import THRESHOLD, read_dataset_once, read_once, write_file
from tests.benchmarks.measure import Row, counted, mib, quantile, seconds, timed

MOVES = 12
REPEATS = 3


class Counted:
    """A dataset that counts the rows that are read of it."""

    def __init__(self, dataset):
        self._dataset, self.shape, self.dtype = dataset, dataset.shape, dataset.dtype
        self.rows_read = 0

    def __getitem__(self, rows):
        values = self._dataset[rows]
        self.rows_read += len(values)
        return values


class Session:
    """Thresholds asked for one after the other, as an explorer does."""

    def __init__(self, dataset):
        self.source = Counted(dataset)
        self.states = States(self.source)
        steps, cells = dataset.shape
        limit = 2 * steps * cells  # codes fit twice, the states do not
        self.computation = Computation(Tokens(None, steps), Sequences.of(None, steps), limit)
        self.scale = scale_of(self.states)
        self.source.rows_read = 0

    def index_at(self, threshold):
        """The index at a threshold, as the computation makes it."""
        request = Request(
            layer="states", states=self.states, grid=self.scale.grid, pattern=Pattern(threshold), selection=(0, 1),
        )  # fmt: skip
        return self.computation._indexed(request, never_cancelled, lambda _: None)


def rows(setting):
    """All rows on states in a file: those of the first tenth."""
    states = setting.tenth
    path = write_file(setting.folder, states)
    with h5py.File(path) as file:
        dataset = file["states"]
        steps, cells = states.shape
        yield Row(
            f"HDF5 file, {steps:,} × {cells}, gzip-4, chunks of {dataset.chunks[0]} rows",
            f"{mib(path.stat().st_size)} on disk", f"{mib(states.nbytes)} of states",
        )  # fmt: skip
        read = seconds(lambda: read_dataset_once(dataset), REPEATS)
        sessions = [Session(dataset) for _ in range(REPEATS)]
        first = min(seconds(lambda new=new: new.index_at(THRESHOLD), 1) for new in sessions)
        yield timed("first index of the file, codes made on the way", first, "one read of the file", read, 1.15)
        yield from _moves(sessions[-1], states)
    path.unlink()


def _moves(session, states):
    first_read = session.source.rows_read
    thresholds = [round(THRESHOLD + move * session.scale.step, 6) for move in range(1, MOVES + 1)]
    times = [seconds(lambda threshold=threshold: session.index_at(threshold), 1) for threshold in thresholds]
    memory = seconds(lambda: read_once(states))
    yield timed("threshold moved by the page's steps, median", quantile(times, 0.5), "R of these states", memory, 2.0)
    right = np.array_equal(
        session.index_at(thresholds[-1]).bits.words, OnOffIndex.build(states, thresholds[-1]).bits.words
    )
    read_twice = session.source.rows_read - first_read
    yield counted("rows read from the file for that", read_twice, "at most", 0)
    yield Row("the index is that of the states, bit for bit", "yes" if right else "no", right=right)
