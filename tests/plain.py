"""The ranking again, for many steps: from the runs of each cell, in plain Python, independent of the package.

A run is a maximal stretch of steps of one sequence at which a cell is on. A candidate begins where a selected cell
switches on and ends where one switches off, so candidates are found from the runs.
"""

from collections import Counter, defaultdict

import numpy as np

from tests.oracle import Ranking, sequence_bounds


def runs_of(on, bounds):
    """`(start, stop, first, end)` of each run of one cell, with the bounds of its sequence."""
    steps = np.flatnonzero(on)
    if len(steps) == 0:
        return []
    starts_sequence = np.zeros(len(on), dtype=bool)
    starts_sequence[[first for first, _ in bounds]] = True
    begins = np.append(True, (np.diff(steps) > 1) | starts_sequence[steps[1:]])
    starts = steps[begins]
    stops = steps[np.append(np.flatnonzero(begins[1:]), len(steps) - 1)] + 1
    firsts = np.array([first for first, _ in bounds])
    sequence = np.searchsorted(firsts, starts, side="right") - 1
    ends = np.array([end for _, end in bounds])
    return list(zip(*(column.tolist() for column in (starts, stops, firsts[sequence], ends[sequence])), strict=True))


def with_limits(runs, off_before, off_after):
    """`(start, stop, may start, may end)` of each run: whether the cell is off for long enough around it."""
    marked = []
    for number, (start, stop, first, end) in enumerate(runs):
        before = runs[number - 1][1] if number and runs[number - 1][2] == first else first - 1
        after = runs[number + 1][0] if number + 1 < len(runs) and runs[number + 1][2] == first else end + off_after
        may_start = start - off_before >= max(first, before)
        may_end = stop + off_after <= min(end, after)
        marked.append((start, stop, may_start, may_end))
    return marked


def overlaps(runs_by_cell, off_before, off_after):
    """The overlap of each candidate range of any length, by `(start, stop)`."""
    runs = [run for runs in runs_by_cell for run in with_limits(runs, off_before, off_after)]
    if off_before and off_after:
        return Counter((start, stop) for start, stop, may_start, may_end in runs if may_start and may_end)
    if off_before:
        return _nested((start, stop) for start, stop, may_start, _ in runs if may_start)
    if off_after:
        mirrored = _nested((-stop, -start) for start, stop, _, may_end in runs if may_end)
        return {(-stop, -start): overlap for (start, stop), overlap in mirrored.items()}
    return _crossing([(start, stop) for start, stop, _, _ in runs])


def _nested(runs):
    """The overlap of each range that begins where a run begins: how many runs begin there and reach its end."""
    stops_at = defaultdict(list)
    for start, stop in runs:
        stops_at[start].append(stop)
    return {
        (start, stop): sum(other >= stop for other in stops) for start, stops in stops_at.items() for stop in set(stops)
    }


def _crossing(runs):
    """The overlap of each range that begins where one run begins, ends where one ends, and lies within both."""
    begin_at = defaultdict(list)
    for start, stop in runs:
        begin_at[start].append(stop)
    found, going_on = {}, []
    for start in sorted(begin_at):
        going_on = [stop for stop in going_on if stop > start] + begin_at[start]
        longest_new = max(begin_at[start])
        count = 0
        for stop, ending in sorted(Counter(going_on).items(), reverse=True):
            count += ending
            if stop <= longest_new:
                found[start, stop] = count
    return found


def rank_matches(
    states,
    cells,
    threshold,
    *,
    off_before=0,
    off_after=0,
    min_length=1,
    k=50,
    length_filter=None,
    sequences=None,
):
    """The same as `tests.oracle.rank_matches`, which it is tested against."""
    with np.errstate(invalid="ignore"):
        on = np.asarray(states) >= threshold
    bounds = sequence_bounds(len(on), sequences)
    selected = sorted({int(cell) for cell in cells})
    found = overlaps([runs_of(on[:, cell], bounds) for cell in selected], off_before, off_after)
    found = {span: overlap for span, overlap in found.items() if span[1] - span[0] >= min_length}
    lengths = Counter(stop - start for start, stop in found)
    full_lengths = Counter(stop - start for (start, stop), overlap in found.items() if overlap == len(selected))
    longest = max(lengths, default=0)

    kept = {span: overlap for span, overlap in found.items() if length_filter in (None, span[1] - span[0])}
    least = sorted(kept.values(), reverse=True)[:k][-1] if kept else 0
    rows = []
    for (start, stop), overlap in kept.items():
        if overlap >= least:
            inside = on[start:stop].all(axis=0)
            inside &= ~on[start - off_before : start].any(axis=0) & ~on[stop : stop + off_after].any(axis=0)
            rows.append((start, stop, stop - start, overlap, len(selected) + int(inside.sum()) - overlap))
    rows.sort(key=lambda row: (-row[3], row[4], -row[2], row[0]))
    histograms = [[counts[length] for length in range(longest + 1)] for counts in (lengths, full_lengths)]
    return Ranking(rows[:k], len(found), *histograms)
