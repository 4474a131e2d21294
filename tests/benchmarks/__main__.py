"""Times of the numeric side, side by side with one read of the states: `python -m tests.benchmarks --help`."""

import argparse
import os
import platform
from pathlib import Path
from time import perf_counter

import numpy as np

from lstmvis_widget.index import OnOffIndex
from lstmvis_widget.matching import rank_index
from lstmvis_widget.selection import Pattern
from lstmvis_widget.sequences import Sequences

THRESHOLD = 0.3
LIMITS = ((0, 0), (1, 0), (0, 1), (1, 1))
SELECTIONS = 12
REPEATS = 5
BLOCK_BYTES = 8 * 2**20


def cell_states(n_steps, n_cells, seed):
    """(T, D) float32: each cell a first-order autoregression through tanh, so that it stays on or off for a while."""
    random = np.random.default_rng(seed)
    memory = random.uniform(0.8, 0.98, n_cells).astype(np.float32)
    noise = np.sqrt(1 - memory**2)
    states = np.empty((n_steps, n_cells), dtype=np.float32)
    now = random.standard_normal(n_cells, dtype=np.float32)
    for step in range(n_steps):
        states[step] = now = memory * now + noise * random.standard_normal(n_cells, dtype=np.float32)
    return np.tanh(states, out=states)


def read_once(states):
    """One read of all states in one thread: the largest value, block by block."""
    rows = max(1, BLOCK_BYTES // states[:1].nbytes)
    return max(states[start : start + rows].max() for start in range(0, len(states), rows))


def seconds(work):
    """The least time of a few runs, which the rest of the machine disturbs least."""
    times = []
    for _ in range(REPEATS):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return min(times)


def query_times(index, states, seed):
    """Seconds of each match query: some selections of 2 to 8 steps that have on cells, with every pattern."""
    random = np.random.default_rng(seed)
    sequences = Sequences.of(None, len(states))
    times, counting = [], []
    for _ in range(SELECTIONS):
        start = int(random.integers(1, len(states) - 10))
        stop = start + int(random.integers(2, 9))
        on = (states[start - 1 : stop + 1] >= THRESHOLD).astype(bool)
        for before, after in LIMITS:
            off = np.zeros(on.shape[1], dtype=bool)
            off |= on[0] if before else False
            off |= on[-1] if after else False
            cells = np.flatnonzero(on[1:-1].all(axis=0) & ~off)
            if len(cells) == 0:
                continue
            begun = perf_counter()
            matches = rank_index(
                index, cells, pattern=Pattern(THRESHOLD, before, after), sequences=sequences, min_length=2
            )
            ranked = perf_counter()
            matches.counts()
            times.append(ranked - begun)
            counting.append(perf_counter() - begun)
    return times, counting


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000, help="time steps T (default: %(default)s)")
    parser.add_argument("--cells", type=int, default=650, help="cells D (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    sizes = parser.parse_args()

    states = cell_states(sizes.steps, sizes.cells, sizes.seed)
    read = seconds(lambda: read_once(states))
    build = seconds(lambda: OnOffIndex.build(states, THRESHOLD))
    index = OnOffIndex.build(states, THRESHOLD)
    ranking, counting = query_times(index, states, sizes.seed)

    print(f"{processor()}, {os.cpu_count()} cores, numpy {np.__version__}, Python {platform.python_version()}")
    print(f"T = {sizes.steps:,}, D = {sizes.cells}, float32, {states.nbytes / 2**20:,.0f} MiB; "
          f"{len(ranking)} match queries, {SELECTIONS} selections with {len(LIMITS)} patterns each\n")  # fmt: skip
    print("| what | ms | × R |\n| --- | ---: | ---: |")
    rows = {
        "R: one read of the states (max, one thread)": read,
        "on/off index": build,
        "first 50 matches, median": np.median(ranking),
        "first 50 matches, 95 %": np.quantile(ranking, 0.95),
        "with the counts of all candidates, median": np.median(counting),
        "with the counts of all candidates, 95 %": np.quantile(counting, 0.95),
    }
    for what, took in rows.items():
        print(f"| {what} | {took * 1e3:.1f} | {took / read:.2f} |")


if __name__ == "__main__":
    main()
