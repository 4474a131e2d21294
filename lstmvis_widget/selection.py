"""Which cells follow the on/off pattern at a range of time steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .sources import States, as_states, is_on


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
        _check_threshold(self.threshold)
        for name in ("off_before", "off_after"):
            check_count(name, getattr(self, name))

    def reach(self, start: int, stop: int) -> tuple[int, int]:
        """The steps that the pattern looks at for the range [start, stop), limits included."""
        return start - self.off_before, stop + self.off_after


def _check_threshold(value: Any) -> None:
    msg = f"threshold must be a finite number; got {value!r}"
    if not isinstance(value, Real):
        raise TypeError(msg)
    if not np.isfinite(float(value)):
        raise ValueError(msg)


def select_cells(
    states: Any, start: int, stop: int, threshold: float, *, off_before: int = 0, off_after: int = 0
) -> NDArray[np.int64]:
    """Cells that follow the on/off pattern at one range of time steps.

    A cell follows it iff it is on (value ≥ threshold) at every step of [start, stop), off at each of the ``off_before``
    steps before and off at each of the ``off_after`` steps after. Where one of those limit steps doesn't exist, no cell
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
    """
    follows = on_off_patterns(states, [(start, stop)], threshold, off_before=off_before, off_after=off_after)
    return np.flatnonzero(follows[0])


def on_off_patterns(
    states: Any,
    ranges: ArrayLike | Iterable[tuple[int, int]],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
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

    Returns
    -------
    ndarray of bool, shape (n_ranges, D)
        Row i says which cells follow the pattern at ``ranges[i]``.

    Raises
    ------
    ValueError
        As for `select_cells`; the message names the range.
    """
    states = as_states(states)
    pattern = Pattern(threshold, off_before, off_after)
    checked = check_ranges(ranges, len(states))
    follows = np.zeros((len(checked), states.shape[1]), bool)
    for row, (start, stop) in enumerate(checked.tolist()):
        follows[row] = _follows(states, start, stop, pattern)
    return follows


def _follows(states: States, start: int, stop: int, pattern: Pattern) -> NDArray[np.bool_]:
    first, last = pattern.reach(start, stop)
    follows = np.ones(states.shape[1], bool)
    if first < 0 or last > len(states):
        return ~follows
    block_rows = next(iter(states.blocks()))[1]
    for block in range(first, last, block_rows):
        rows = np.arange(block, min(block + block_rows, last))
        on = is_on(states.read(block, int(rows[-1]) + 1), pattern.threshold)
        wanted = (rows >= start) & (rows < stop)
        follows &= (on == wanted[:, None]).all(axis=0)
        if not follows.any():
            break
    return follows


def check_ranges(ranges: ArrayLike | Iterable[tuple[int, int]], steps: int) -> NDArray[np.int64]:
    """``ranges`` as ints of shape (n, 2), each [start, stop) with 0 ≤ start < stop ≤ steps, or a ValueError."""
    given = np.asarray(ranges if isinstance(ranges, np.ndarray) else list(ranges))  # type: ignore[arg-type]
    if given.size == 0:
        return np.zeros((0, 2), np.int64)
    if given.ndim != 2 or given.shape[1] != 2 or given.dtype.kind not in "iu":
        msg = f"ranges must be pairs of integers (start, stop); got shape {given.shape}, dtype {given.dtype}"
        raise ValueError(msg)
    wrong = (given[:, 0] < 0) | (given[:, 0] >= given[:, 1]) | (given[:, 1] > steps)
    if wrong.any():
        start, stop = given[wrong.argmax()].tolist()
        msg = f"a range [start, stop) needs 0 <= start < stop <= {steps}; got [{start}, {stop})"
        raise ValueError(msg)
    return given.astype(np.int64)


def check_count(name: str, value: Any, least: int = 0) -> int:
    """``value`` as an int of at least ``least``, or an error that names it."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        msg = f"{name} must be an integer; got {value!r}"
        raise TypeError(msg)
    if value < least:
        msg = f"{name} must be at least {least}; got {value}"
        raise ValueError(msg)
    return int(value)
