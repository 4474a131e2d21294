"""Each engine, and each way to make one, held to the contract."""

import itertools

import numpy as np
import pytest

from lstmvis_widget.matching import bit_counts, bit_gathering, bit_ranges, bit_search
from lstmvis_widget.matching.engine import Ranked
from lstmvis_widget.matching.length_counts import LengthCounts
from lstmvis_widget.partitions.search import PartsSearch
from lstmvis_widget.states import bits, index
from lstmvis_widget.states.byte_codes import ByteCodes, ThresholdGrid
from lstmvis_widget.states.index import IndexBuild, OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import CancelledError
from tests import oracle, plain
from tests.conformance.engine_contract import BoundedContract, EngineContract
from tests.partitions.parted import parted_index, parts_of


class TestPackedBits(EngineContract, BoundedContract):
    def engine(self, array, threshold):
        return OnOffIndex.build(array, threshold)


class TestPackedBitsInSmallBlocks(EngineContract, BoundedContract):
    """Blocks and summaries so small that runs and limits reach over the edges of many."""

    @pytest.fixture(autouse=True)
    def settle(self, monkeypatch):
        monkeypatch.setattr(bits, "SUMMARY_STEPS", 3)
        monkeypatch.setattr(index, "COUNTED_STEPS", 5)
        monkeypatch.setattr(bit_ranges, "SUMMARY_STEPS", 3)
        monkeypatch.setattr(bit_search, "BLOCK_STEPS", 5)
        monkeypatch.setattr(bit_search, "STARTS_AT_ONCE", 7)
        monkeypatch.setattr(bit_gathering, "BLOCK_STEPS", 5)
        monkeypatch.setattr(bit_counts, "BLOCK_WORDS", 6)
        monkeypatch.setattr(bit_counts, "FEW_STARTS", 0.4)
        monkeypatch.setattr(bit_counts, "SPELLED_STARTS", 4)
        monkeypatch.setattr(bit_counts, "CHECKED_LENGTHS", 1)

    def engine(self, array, threshold):
        return OnOffIndex.build(array, threshold, block_rows=7)


class TestPackedBitsOfByteCodes(EngineContract, BoundedContract):
    def engine(self, array, threshold):
        grid = ThresholdGrid(threshold + 0.125 * np.arange(-12, 13), array.dtype)
        codes = ByteCodes(array.shape, grid)
        for start, stop in States(array).blocks(999):
            codes.put(start, array[start:stop])
        return OnOffIndex.build(codes.codes, grid.level(threshold)).with_threshold(threshold)


class TestPackedBitsResumed(EngineContract, BoundedContract):
    """The build is cancelled before every second block, and resumed."""

    def engine(self, array, threshold):
        build = IndexBuild(States(array), threshold, block_rows=max(5, len(array) // 20))
        ends = itertools.cycle([False, True])

        def check():
            if next(ends):
                raise CancelledError

        while True:
            try:
                return build.run(threads=1, check=check)
            except CancelledError:
                continue


def cuts_of(steps, seed):
    """Bounds of parts: some of one step, some longer; an empty one here and there."""
    source = np.random.default_rng(seed)
    lengths = source.choice([0, 1, 1, 2, 5, 1 + steps // 3], size=steps + 1)
    inner = np.cumsum(lengths)
    return [0, *inner[inner < steps].tolist(), steps]


class TestPartsInOneProcess(EngineContract, BoundedContract):
    def engine(self, array, threshold):
        return parted_index(array, threshold, cuts_of(*array.shape))

    def bounded_search(self, array, selected, pattern, sequences):
        return PartsSearch(parts_of(array, pattern.threshold, cuts_of(*array.shape)), selected, pattern, sequences)


class Runs:
    """An engine without bits: all candidates from the runs of each cell, in plain Python."""

    def __init__(self, array, threshold):
        self.on, self.threshold = oracle.on_states(array, threshold), threshold
        self.steps, self.cells = array.shape

    def count_on(self, cells, steps):
        return self.on[np.asarray(steps, int)][:, np.asarray(cells, int)].sum(axis=1)

    def mean_on(self, cells, edges):
        counts = self.count_on(cells, np.arange(edges[0], edges[-1]))
        parts = np.split(counts, edges[1:-1] - edges[0])
        return np.array([part.mean() for part in parts], np.float32)

    def counts_on(self, cells, edges, stride):  # noqa: ARG002  (any edges will do here)
        columns = itertools.pairwise(edges.tolist())
        return np.array([self.on[first:end][:, np.asarray(cells, int)].sum(axis=0) for first, end in columns])

    def on_rates(self, cells=None, check=None):  # noqa: ARG002
        return self.on[:, slice(None) if cells is None else cells].mean(axis=0)

    def missed(self, ranges, pattern, check=None):  # noqa: ARG002
        missed = np.full(self.cells, len(ranges))
        for start, stop in ranges.tolist():
            missed[list(oracle.pattern_cells(self.on, start, stop, pattern.off_before, pattern.off_after))] -= 1
        return missed

    def search(self, selected, pattern, sequences):
        return RunsSearch(self, selected, pattern, sequences)


class RunsSearch:
    def __init__(self, runs, selected, pattern, sequences):
        self.on, self.pattern, self.n_selected = runs.on, pattern, len(selected)
        bounds = oracle.sequence_bounds(runs.steps, sequences.lengths.tolist())
        runs_by_cell = [plain.runs_of(self.on[:, cell], bounds) for cell in selected.tolist()]
        found = plain.overlaps(runs_by_cell, pattern.off_before, pattern.off_after)
        self.every = [(start, stop, overlap) for (start, stop), overlap in found.items()]

    def best(self, k, *, min_length, max_length, check):  # noqa: ARG002  (it gives all)
        check()
        limits = self.pattern.off_before, self.pattern.off_after
        found = [
            (start, stop, overlap, len(oracle.pattern_cells(self.on, start, stop, *limits)))
            for start, stop, overlap in self.every
            if min_length <= stop - start <= (max_length or stop)
        ]
        return Ranked(*np.array(found, np.int64).reshape(-1, 4).T)

    def counts(self, min_length, check, progress):
        check()
        progress(0.5)
        long = [(stop - start, overlap) for start, stop, overlap in self.every if stop - start >= min_length]
        every = np.bincount(np.array([length for length, _ in long], int), minlength=1)
        full = [length for length, overlap in long if overlap == self.n_selected]
        return LengthCounts(every, np.bincount(np.array(full, int), minlength=len(every)))


class TestRunsInPlainPython(EngineContract):
    """The ranking needs no bits: anything with the members of `Engine` will do."""

    def engine(self, array, threshold):
        return Runs(array, threshold)
