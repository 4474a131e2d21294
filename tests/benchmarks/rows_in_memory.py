"""States in memory: how fast, how much memory, and how both grow."""

import numpy as np

from lstmvis_widget.states.index import WORD_BITS, OnOffIndex
from lstmvis_widget.timeline.sequences import Sequences
from tests.benchmarks.data import THRESHOLD, sequence_lengths
from tests.benchmarks.measure import MIB, Row, mib, ms, quantile, seconds, sized, timed
from tests.benchmarks.memory import can_measure, extra_peak
from tests.benchmarks.ranking import count_times, query_times, rank


def rows(setting):
    """All rows on states in memory."""
    yield Row("R: one read of the states (max, one thread)", ms(setting.read))
    yield timed("threshold changed: index built anew", setting.build_time, "R", setting.read, 1.5)
    yield from _matches(setting)
    yield _index_size(setting)
    yield from _peaks(setting)
    yield from _growth(setting)
    yield _sequences(setting)


def _matches(setting):
    index = OnOffIndex.build(setting.states, THRESHOLD)
    first = seconds(lambda: rank(index, setting.asked[0]), 1)
    yield timed("the first match in a new index, summaries made on the way", first, "R", setting.read)
    times, read = setting.match_times, setting.read
    yield timed(f"match, median of {len(times)} queries", quantile(times, 0.5), "R", read, 0.35)
    yield timed("match, 95th percentile", quantile(times, 0.95), "R", read, 1.0)
    counts = count_times(setting.index, setting.asked)
    yield timed("counts of all candidates, median", quantile(counts, 0.5), "R", read, 2.0)
    yield timed("counts of all candidates, 95th percentile", quantile(counts, 0.95), "R", read, 5.0)


def _index_size(setting):
    for query in setting.asked:  # makes all that is kept with the bits
        rank(setting.index, query)
    bits, cells = setting.index.bits, setting.states.shape[1]
    kept = [bits.words, *(words for of in (bits, bits.backwards) for _, words in of.levels_on[1:])]
    least = len(setting.states) * -(-cells // WORD_BITS) * 8
    return sized("memory of the index, with what matching keeps", _distinct_bytes(kept), "bits", least, 1.05)


def _distinct_bytes(arrays):
    """Bytes of all arrays, where a view of another counts once."""
    owners = {}
    for array in arrays:
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        owners[id(owner)] = owner
    return sum(owner.nbytes for owner in owners.values())


def _peaks(setting):
    if not can_measure():
        yield Row("extra memory at its peak", "not told by this system")
        return
    path = setting.folder / "states.npy"
    np.save(path, setting.states)
    for what, most in (("build", 64), ("match", 300)):
        peak = extra_peak(what, path, setting.seed)
        name = "building" if what == "build" else "matching"
        yield Row(f"extra memory at its peak while {name}", mib(peak), f"{most} MiB", peak / MIB / most, 1.0)
    path.unlink()


def _growth(setting):
    tenth = seconds(lambda: OnOffIndex.build(setting.tenth, THRESHOLD))
    yield timed("index, T against T / 10", setting.build_time, "T / 10", tenth, 12)
    times = query_times(OnOffIndex.build(setting.tenth, THRESHOLD), setting.asked)
    for share, name in ((0.5, "median"), (0.95, "95th percentile")):
        yield timed(
            f"match, T against T / 10, {name}", quantile(setting.match_times, share), "T / 10",
            quantile(times, share), 12,
        )  # fmt: skip


def _sequences(setting):
    lengths = sequence_lengths(len(setting.states), max(1, len(setting.states) // 10), setting.seed)
    sequences = Sequences.of(lengths, len(setting.states))
    times = query_times(setting.index, setting.asked, sequences)
    return timed(
        f"match in {len(lengths):,} sequences, median", quantile(times, 0.5),
        "one sequence", quantile(setting.match_times, 0.5), 1.5,
    )  # fmt: skip
