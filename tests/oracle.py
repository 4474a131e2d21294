"""The definitions of selection, pattern and ranking again: slow, obvious, and independent of the package.

A cell is *on* at a time step where its state is at or above the threshold, in the precision of the states, and *off*
everywhere else; NaN is off. All ranges are half-open, all positions are absolute time steps.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Ranking:
    """The first k matches, each as `(start, stop, length, overlap, union)`, and the counts over all candidates."""

    rows: list[tuple[int, int, int, int, int]]
    n_candidates: int
    length_histogram: list[int]
    full_overlap_length_histogram: list[int]


def on_states(states: ArrayLike, threshold: float) -> NDArray[np.bool_]:
    """(T, D): whether each cell is on at each time step."""
    with np.errstate(invalid="ignore"):
        return np.asarray(states) >= threshold


def sequence_bounds(n_steps: int, sequences: Sequence[int] | None) -> list[tuple[int, int]]:
    """`(first, end)` of each sequence; all steps are one sequence where none are given."""
    if sequences is None:
        return [(0, n_steps)]
    bounds, first = [], 0
    for length in sequences:
        bounds.append((first, first + length))
        first += length
    return bounds


def pattern_cells(on: NDArray[np.bool_], start: int, stop: int, off_before: int, off_after: int) -> set[int]:
    """The cells on at every step of [start, stop), and off at the steps before and after it."""
    cells = set()
    for cell in range(on.shape[1]):
        is_on = all(on[step, cell] for step in range(start, stop))
        was_on = any(on[step, cell] for step in range(start - off_before, start))
        stays_on = any(on[step, cell] for step in range(stop, stop + off_after))
        if is_on and not was_on and not stays_on:
            cells.add(cell)
    return cells


def select_cells(
    states: ArrayLike, start: int, stop: int, threshold: float, *, off_before: int = 0, off_after: int = 0
) -> list[int]:
    """Numbers of the cells that follow the pattern at [start, stop), sorted; the states are one sequence."""
    on = on_states(states, threshold)
    if start - off_before < 0 or stop + off_after > len(on):
        return []  # a limit step doesn't exist, so no cell follows the pattern
    return sorted(pattern_cells(on, start, stop, off_before, off_after))


def select_cells_at(
    states: ArrayLike,
    ranges: Sequence[tuple[int, int]],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    tolerance: Fraction | float = 0,
    sequences: Sequence[int] | None = None,
) -> list[int]:
    """Numbers of the cells that follow the pattern at each distinct range but ``tolerance`` of them, rounded down."""
    on = on_states(states, threshold)
    distinct = {(int(start), int(stop)) for start, stop in ranges}
    cells = []
    for cell in range(on.shape[1]):
        misses = 0
        for start, stop in distinct:
            [(first, end)] = [each for each in sequence_bounds(len(on), sequences) if each[0] <= start < each[1]]
            exists = start - off_before >= first and stop + off_after <= end
            follows = exists and cell in pattern_cells(on, start, stop, off_before, off_after)
            misses += not follows
        if misses <= int(tolerance * len(distinct)):
            cells.append(cell)
    return cells


def on_off_patterns(
    states: ArrayLike,
    ranges: Sequence[tuple[int, int]],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
) -> NDArray[np.bool_]:
    """(n_ranges, D): whether each cell follows the pattern at each range."""
    patterns = np.zeros((len(ranges), np.asarray(states).shape[1]), dtype=bool)
    for row, (start, stop) in enumerate(ranges):
        patterns[row, select_cells(states, start, stop, threshold, off_before=off_before, off_after=off_after)] = True
    return patterns


def valid_ranges(first: int, end: int, off_before: int, off_after: int) -> Iterator[tuple[int, int]]:
    """Every range of a sequence whose limit steps exist in that sequence."""
    for start in range(first, end):
        for stop in range(start + 1, end + 1):
            if start - off_before >= first and stop + off_after <= end:
                yield start, stop


@functools.lru_cache(maxsize=1000)
def candidates_of(
    on_bytes: bytes,
    n_cells: int,
    selected: frozenset[int],
    bounds: tuple[tuple[int, int], ...],
    *,
    off_before: int,
    off_after: int,
    min_length: int,
) -> tuple[tuple[int, int, int, int, int], ...]:
    """The candidates, by comparing every range of every sequence with every range that contains it.

    Answers are kept: hundreds of tests ask for those of the same states.
    """
    on = np.frombuffer(on_bytes, bool).reshape(-1, n_cells)
    candidates = []
    for first, end in bounds:
        in_pattern = {
            (start, stop): pattern_cells(on, start, stop, off_before, off_after)
            for start, stop in valid_ranges(first, end, off_before, off_after)
        }
        shared_at = {where: selected & found for where, found in in_pattern.items()}
        for (start, stop), shared in shared_at.items():
            length = stop - start
            if not shared or length < min_length:
                continue
            dominated = any(
                shared_at.get((outer_start, outer_stop)) == shared
                for outer_start in range(start, first - 1, -1)
                for outer_stop in range(stop, end + 1)
                if (outer_start, outer_stop) != (start, stop)
            )
            if not dominated:
                union = len(selected | in_pattern[start, stop])
                candidates.append((start, stop, length, len(shared), union))
    return tuple(candidates)


def rank_matches(
    states: ArrayLike,
    cells: Sequence[int],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    min_length: int = 1,
    k: int = 50,
    length_filter: int | None = None,
    sequences: Sequence[int] | None = None,
) -> Ranking:
    """Rank all candidates, and count them."""
    on = on_states(states, threshold)
    selected, bounds = frozenset(map(int, cells)), tuple(sequence_bounds(len(on), sequences))
    candidates = candidates_of(
        on.tobytes(), on.shape[1], selected, bounds, off_before=off_before, off_after=off_after, min_length=min_length
    )

    longest = max((length for _, _, length, _, _ in candidates), default=0)
    lengths, full_overlap_lengths = [0] * (longest + 1), [0] * (longest + 1)
    for _, _, length, overlap, _ in candidates:
        lengths[length] += 1
        if overlap == len(selected):
            full_overlap_lengths[length] += 1

    kept = [row for row in candidates if length_filter is None or row[2] == length_filter]
    kept.sort(key=lambda row: (-row[3], row[4], -row[2], row[0]))
    return Ranking(kept[:k], len(candidates), lengths, full_overlap_lengths)


def folded_into(ranges: Sequence[tuple[int, int]]) -> list[int]:
    """For each range, best first: the best kept range that shares a step with it, or itself if there is none."""
    into: list[int] = []
    for row, (start, stop) in enumerate(ranges):
        better = row
        for other in reversed(range(row)):
            shared = set(range(start, stop)) & set(range(*ranges[other]))
            if into[other] == other and shared:
                better = other
        into.append(better)
    return into
