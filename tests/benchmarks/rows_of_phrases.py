"""Many phrases at once: cells selected by all of them, two sets held against each other, and pairs of cells."""

import numpy as np

from lstmvis_widget import cell_pairs, contrast_phrases, select_cells_at
from tests.benchmarks.data import THRESHOLD
from tests.benchmarks.explored import explored, until_matches
from tests.benchmarks.measure import seconds, timed

PHRASES = 2000
"""Phrases in a set: as many as the page keeps."""

TOLERANCE = 0.7
"""The share of the phrases at which a cell needn't be on, where any cell is on for a quarter of the steps."""

PAIRED_STEPS = 100_000
"""Steps of which all pairs of cells are counted."""

KINDS = 12
REPEATS = 3
PATIENCE = 5


def rows(setting):
    """Each beside a few lines of numpy that do the same."""
    ranges = _phrases(setting)
    yield from _selected(setting, ranges)
    yield from _contrasted(setting, ranges)
    yield from _paired(setting)


def _phrases(setting):
    """Ranges of 1, 2 or 3 steps all over the text, each apart from the next."""
    starts = np.linspace(0, setting.steps - 8, PHRASES).astype(int)
    return np.stack([starts, starts + 1 + np.arange(PHRASES) % 3], axis=1)


def _follows(states, ranges):
    """Which cells are on all through each phrase, as anyone would write it."""
    return np.array([(states[start:stop] >= THRESHOLD).all(axis=0) for start, stop in ranges.tolist()])


def _selected(setting, ranges):
    states = setting.states
    fewest = len(ranges) - int(TOLERANCE * len(ranges))
    plain = seconds(lambda: np.flatnonzero(_follows(states, ranges).sum(axis=0) >= fewest), REPEATS)
    took = seconds(lambda: select_cells_at(states, ranges, THRESHOLD, tolerance=TOLERANCE), REPEATS)
    cells = select_cells_at(states, ranges, THRESHOLD, tolerance=TOLERANCE)
    right = np.array_equal(cells, np.flatnonzero(_follows(states, ranges).sum(axis=0) >= fewest))
    yield timed(f"cells selected by {PHRASES:,} phrases", took, "numpy", plain, right=right)
    with explored(states, selection=tuple(ranges[0]), threshold=THRESHOLD, tolerance=TOLERANCE) as explorer:
        _ = explorer.matches
        explorer.finish()
        alone = until_matches(explorer, selection=tuple(ranges[PHRASES // 2]))
        explorer.finish()
        took = until_matches(explorer, selected_ranges=ranges)
        right = np.array_equal(explorer.selected_cells, cells)
    what = f"in memory: {PHRASES:,} phrases selected, until matches can be read"
    yield timed(what, took, "one phrase", alone, right=right)


def _contrasted(setting, ranges):
    sets = {"odd": ranges[1::2], "even": ranges[::2]}
    tables = []
    plain = seconds(
        lambda: [_follows(setting.states, phrases).mean(axis=0) for phrases in sets.values()], REPEATS, PATIENCE
    )
    took = seconds(lambda: tables.append(contrast_phrases(setting.states, sets, THRESHOLD)), REPEATS, PATIENCE)
    table = tables[-1].sort_values("cell")
    right = all(np.array_equal(table[name], _follows(setting.states, sets[name]).mean(axis=0)) for name in sets)
    yield timed(f"two sets of {PHRASES // 2:,} phrases contrasted", took, "numpy", plain, right=right)


def _paired(setting):
    states = setting.states[:PAIRED_STEPS]
    labels = np.random.default_rng(setting.seed).integers(0, KINDS, len(states)).astype(str)
    tables = []
    took = seconds(lambda: tables.append(cell_pairs(states, labels, THRESHOLD, labels=["3"], k=1)), REPEATS, PATIENCE)
    best = []
    plain = seconds(lambda: best.append(_best_pair(states, labels == "3")), REPEATS, PATIENCE)
    [found] = tables[-1]["f1"].tolist()
    what = f"the best of all pairs of {states.shape[1]:,} cells for a label, {len(states):,} steps"
    yield timed(what, took, "numpy", plain, right=bool(np.isclose(found, best[-1])))


def _best_pair(states, where):
    """The greatest F1 of any rule that joins two cells: all pairs counted by products of zeros and ones."""
    on = (states >= THRESHOLD).astype(np.float32)
    cells = np.triu_indices(on.shape[1], 1)
    best = 0.0
    stands = on[where]
    counts = []
    for of, steps in ((stands, len(stands)), (on, len(on))):
        both, each = (of.T @ of).astype(np.int64), of.sum(axis=0, dtype=np.int64)
        a, b = each[cells[0]], each[cells[1]]
        both = both[cells]
        counts.append([both, a - both, b - both, steps - a - b + both])
    for right, told in zip(*counts, strict=True):  # of one quarter, and of the other three
        for hits, positives in ((right, told), (len(stands) - right, len(on) - told)):
            best = max(best, float((2 * hits / (positives + len(stands))).max()))
    return best
