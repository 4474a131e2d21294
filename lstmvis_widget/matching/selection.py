"""Which cells follow the on/off pattern at a range of time steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.numbers import checked_int, checked_number, checked_ranges
from lstmvis_widget.states.on_off import OnRule, is_on
from lstmvis_widget.states.sources import States, as_states
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part
from lstmvis_widget.work.showing import Progress, shown

from .following_elsewhere import following_elsewhere

MOST_READ = 8
"""Ranges that are read one by one where the states lie elsewhere: more are looked at there."""

Steps = TypeVar("Steps", int, NDArray[np.int64])
"""A time step, or many."""


@dataclass(frozen=True)
class Pattern:
    """On during a range, and off for some steps before it and after it (0: no limit on that side).

    Parameters
    ----------
    threshold : float
        A cell is on iff its value is ≥ threshold; NaN is off.
    off_before, off_after : int, default 0
        How many steps right before and right after the range the cell has to be off.
    """

    threshold: float
    off_before: int = 0
    off_after: int = 0

    def __post_init__(self) -> None:
        """Keep the numbers as those of Python, which are checked and don't wrap round."""
        object.__setattr__(self, "threshold", checked_number("threshold", self.threshold))
        for name in ("off_before", "off_after"):
            object.__setattr__(self, name, checked_int(name, getattr(self, name)))

    def reach(self, start: Steps, stop: Steps) -> tuple[Steps, Steps]:
        """The range [start, stop) with the limit steps before and after it; or of many ranges."""
        return start - self.off_before, stop + self.off_after

    def within(self, steps: int) -> Pattern:
        """The same for a text of so many steps: a limit of more of them is met by no range either way."""
        return replace(self, off_before=min(self.off_before, steps), off_after=min(self.off_after, steps))


def select_cells(
    states: Any,
    start: int,
    stop: int,
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    client: Any = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> NDArray[np.int64]:
    """Cells that follow the on/off pattern at one range of time steps.

    A cell follows it iff it is on (value ≥ threshold) at every step of [start, stop), off at each of the ``off_before``
    steps before and off at each of the ``off_after`` steps after. Where one of these limit steps doesn't exist, no cell
    follows the pattern.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes.
    start, stop : int
        Half-open range, 0 ≤ start < stop ≤ T.
    threshold : float
        In units of the states.
    off_before, off_after : int, default 0
        Limits in steps.
    client : distributed.Client, optional
        Of a Dask array: whose cluster reads it, see `States`.
    check : callable, optional
        Called before each block of states is read; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ndarray of int64
        Sorted numbers of the cells (S1 of the match ranking).

    Raises
    ------
    ValueError
        The range is empty, reversed or outside the states, a limit is negative, or the threshold isn't finite.

    References
    ----------
    Strobelt, Gehrmann, Pfister, Rush: LSTMVis (2018), section 4.

    Examples
    --------
    Which cells of a language model are on all through "a little bottle", and off right before it?

    >>> import numpy as np
    >>> from lstmvis_widget import select_cells
    >>> from lstmvis_widget.datasets import load_alice
    >>> alice = load_alice()
    >>> alice.tokens[1678:1681]
    ['a', 'little', 'bottle']
    >>> states = np.tanh(alice.states["layer 1"])
    >>> select_cells(states, 1678, 1681, 0.3)
    array([  6,  16,  33,  47,  49,  50,  51,  55,  71,  90, 101, 110, 121,
           127, 133, 139])
    >>> select_cells(states, 1678, 1681, 0.3, off_before=1)
    array([  6,  33,  47,  50, 101, 110, 139])
    """
    follows = on_off_patterns(
        states,
        [(start, stop)],
        threshold,
        off_before=off_before,
        off_after=off_after,
        client=client,
        check=check,
        progress=progress,
    )
    return np.flatnonzero(follows[0]).astype(np.int64, copy=False)


def on_off_patterns(
    states: Any,
    ranges: ArrayLike | Iterable[tuple[int, int]],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    client: Any = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> NDArray[np.bool_]:
    """For many ranges at once, which cells follow the on/off pattern.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes.
    ranges : array_like of int, shape (n_ranges, 2)
        Half-open ranges [start, stop), 0 ≤ start < stop ≤ T, in any order.
    threshold : float
        In units of the states.
    off_before, off_after : int, default 0
        Limits in steps, as for `select_cells`.
    client : distributed.Client, optional
        Of a Dask array: whose cluster reads it, see `States`.
    check : callable, optional
        Called before each block of states is read; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ndarray of bool, shape (n_ranges, D)
        Row i says which cells follow the pattern at ``ranges[i]``.

    Raises
    ------
    ValueError
        As for `select_cells`; the message names the range.

    Examples
    --------
    How many cells are on all through each of three phrases, and through two of them? The two that say who speaks share
    most of theirs:

    >>> import numpy as np
    >>> from lstmvis_widget import on_off_patterns
    >>> from lstmvis_widget.datasets import load_alice
    >>> alice = load_alice()
    >>> phrases = [(5470, 5473), (5554, 5557), (1678, 1681)]
    >>> [" ".join(alice.tokens[start:stop]) for start, stop in phrases]
    ['said the Mouse', 'said the Lory', 'a little bottle']
    >>> patterns = on_off_patterns(np.tanh(alice.states["layer 1"]), phrases, 0.3)
    >>> patterns.shape
    (3, 150)
    >>> patterns.astype(int) @ patterns.T
    array([[24, 20,  4],
           [20, 24,  4],
           [ 4,  4, 16]])
    """
    states = as_states(states, client)
    pattern = Pattern(threshold, off_before, off_after)
    checked = check_ranges(ranges, len(states))
    follows = np.zeros((len(checked), states.shape[1]), bool)
    reach = pattern.within(len(states))
    first, last = checked[:, 0] - reach.off_before, checked[:, 1] + reach.off_after
    exists = (first >= 0) & (last <= len(states))
    before = np.cumsum(np.where(exists, last - first, 0)) - (last - first)  # steps of earlier ranges
    total = int((last - first)[exists].sum())
    with shown(progress, "looking for the cells that follow the pattern") as report:
        reading = states.prepare_first(report, check)
        if states.elsewhere is not None and len(checked) > MOST_READ and exists.any():
            reaches, at = np.stack([first, last], axis=1)[exists], pattern.threshold
            follows[exists] = following_elsewhere(states, checked[exists], reaches, at, check=check, progress=reading)
            return follows
        rule = states.on_rule(pattern.threshold)
        for row in np.flatnonzero(exists).tolist():
            start, stop = checked[row].tolist()
            report_row = part(reading, int(before[row]) / total, int(before[row] + last[row] - first[row]) / total)
            follows[row] = follows_at(states, start, stop, pattern, rule=rule, check=check, progress=report_row)
    return follows


def follows_at(
    states: States,
    start: int,
    stop: int,
    pattern: Pattern,
    *,
    rule: OnRule,
    check: Check,
    progress: Report,
) -> NDArray[np.bool_]:
    """Which cells follow the pattern at [start, stop), whose limit steps exist."""
    first, last = pattern.reach(start, stop)
    follows = np.ones(states.shape[1], bool)
    block_rows = states.block_rows
    for block in range(first, last, block_rows):
        check()
        progress((block - first) / (last - first))
        rows = np.arange(block, min(block + block_rows, last))
        on = rule(states.read_source(block, int(rows[-1]) + 1), None)
        wanted = (rows >= start) & (rows < stop)
        follows &= (on == wanted[:, None]).all(axis=0)
        if not follows.any():
            break
    return follows


def count_selected(
    states: Any,
    start: int,
    stop: int,
    thresholds: ArrayLike,
    *,
    off_before: int = 0,
    off_after: int = 0,
    progress: Progress = None,
) -> NDArray[np.int64]:
    """How many cells each of many thresholds would select at one range.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes.
    start, stop : int
        Half-open range, 0 ≤ start < stop ≤ T.
    thresholds : array_like of float, shape (n,)
        Finite, in units of the states, in any order.
    off_before, off_after : int, default 0
        Limits in steps, as for `select_cells`.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ndarray of int64, shape (n,)
        Element i is ``len(select_cells(states, start, stop, thresholds[i], …))``. The states are read once for all.

    Raises
    ------
    ValueError
        As for `select_cells`.

    Examples
    --------
    The higher the threshold, the fewer cells are on all through a phrase:

    >>> import numpy as np
    >>> from lstmvis_widget import count_selected
    >>> from lstmvis_widget.datasets import load_alice
    >>> states = np.tanh(load_alice().states["layer 1"])
    >>> count_selected(states, 1678, 1681, [0.1, 0.2, 0.3, 0.4, 0.5])
    array([29, 24, 16, 12, 11])
    """
    states = as_states(states)
    wanted = as_numpy(thresholds)
    if wanted.ndim != 1:
        msg = f"thresholds must be a list of numbers; got shape {wanted.shape}"
        raise ValueError(msg)
    numbers = [checked_number("threshold", threshold) for threshold in wanted.tolist()]
    [(start, stop)] = check_ranges([(start, stop)], len(states)).tolist()
    pattern = Pattern(0.0, off_before, off_after)
    with shown(progress, "counting the cells that follow the pattern") as report:
        extremes = extremes_at(states, start, stop, pattern, progress=states.prepare_first(report))
    return np.zeros(len(numbers), np.int64) if extremes is None else extremes.count(numbers)


@dataclass(frozen=True)
class Extremes:
    """Between which values of each cell a threshold selects it at a range: above ``off`` and up to ``on``.

    Parameters
    ----------
    on : ndarray of shape (D,)
        The least value over the range; NaN if one of the values is NaN.
    off : ndarray of shape (D,), optional
        The greatest value at the limit steps, NaN left out; None where the pattern has no limits.
    """

    on: NDArray[Any]
    off: NDArray[Any] | None

    def count(self, thresholds: Iterable[float]) -> NDArray[np.int64]:
        """How many cells each threshold selects."""
        return np.array([np.count_nonzero(self._selected(threshold)) for threshold in thresholds], np.int64)

    def _selected(self, threshold: float) -> NDArray[np.bool_]:
        selected = is_on(self.on, threshold)
        return selected if self.off is None else selected & ~is_on(self.off, threshold)


def extremes_at(
    states: States,
    start: int,
    stop: int,
    pattern: Pattern,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,
    see: Callable[[NDArray[Any]], None] = lambda _: None,
) -> Extremes | None:
    """The extremes at the range [start, stop), read block by block; None where a limit step doesn't exist.

    ``check`` is called before each block and may raise to end the reading; ``progress`` gets the share done, 0…1;
    ``see`` gets the rows of the range, block by block.
    """
    first, last = pattern.reach(start, stop)
    if first < 0 or last > len(states):
        return None
    on: NDArray[Any] | None = None
    off: NDArray[Any] | None = None
    block_rows = states.block_rows
    for block in range(first, last, block_rows):
        check()
        progress((block - first) / (last - first))
        values = states.read(block, min(block + block_rows, last))
        begin, end = max(0, start - block), max(0, stop - block)
        inside = values[begin:end]
        if len(inside):
            see(inside)
            least = inside.min(axis=0)
            on = least if on is None else np.minimum(on, least)
        for outside in (values[:begin], values[end:]):
            if len(outside):
                greatest = np.fmax.reduce(outside, axis=0)
                off = greatest if off is None else np.fmax(off, greatest)
    return None if on is None else Extremes(on, off)


def check_ranges(ranges: ArrayLike | Iterable[tuple[int, int]], steps: int) -> NDArray[np.int64]:
    """``ranges`` as ints of shape (n, 2), each [start, stop) with 0 ≤ start < stop ≤ steps, or a ValueError."""
    return checked_ranges("ranges", ranges, steps)
