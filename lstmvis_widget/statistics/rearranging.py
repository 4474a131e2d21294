"""How labels may be dealt anew where they have nothing to do with the states: within sequences, or as wholes.

A test is valid if what it deals anew would have been as likely as what was observed (*exchangeable*), and if the
observed arrangement counts as one of the draws: p = (1 + b) / (1 + n), where b of the n draws are at least as extreme
(Phipson and Smyth 2010; Hemerik and Goeman 2018). So labels keep what makes them alike: a step is like its neighbours,
and like the other steps of its sequence. Restricting draws to such blocks goes back to Edgington (1980) and is set out
by Winkler et al. (2015).

References
----------
E. S. Edgington: Randomization tests (1980).
B. Phipson, G. K. Smyth: Permutation p-values should never be zero (2010).
A. M. Winkler, M. A. Webster, D. Vidaurre, T. E. Nichols, S. M. Smith: Multi-level block permutation (2015).
J. Hemerik, J. Goeman: Exact testing with random permutations (2018).
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import reduced_at, repeated
from lstmvis_widget.timeline.labels import MISSING
from lstmvis_widget.timeline.sequences import Sequences

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""A draw that is lower than what was observed by less than this is as high."""


class Rotating:
    """Each group of blocks is rotated by a number of blocks, its end moving to its beginning.

    Parameters
    ----------
    bounds : ndarray of int64, shape (groups + 1,)
        Group i is the blocks [bounds[i], bounds[i + 1]).
    allowed : ndarray of bool, shape (bounds[-1],), optional
        ``allowed[bounds[i] + s]`` says whether group i may be rotated by s; s = 0 always may. By default any s may.
    """

    def __init__(self, bounds: Ints, allowed: NDArray[np.bool_] | None = None) -> None:
        self.bounds = bounds
        self._lengths = np.diff(bounds)
        self._group: Ints = repeated(np.arange(len(self._lengths)), self._lengths)
        shifts = np.arange(bounds[-1]) - bounds[self._group]
        self._shifts = shifts if allowed is None else shifts[allowed]
        self._counts = np.bincount(self._group if allowed is None else self._group[allowed], minlength=len(bounds) - 1)
        self._firsts = np.cumsum(self._counts) - self._counts

    def to_send(self) -> Rotating:
        """The same in few bytes, with what `moved` needs: nothing can be drawn with it."""
        light = copy.copy(self)
        nothing = np.zeros(0, np.int64)
        group = self._group.astype(np.min_scalar_type(len(self._lengths)))
        vars(light).update(_shifts=nothing, _counts=nothing, _firsts=nothing, _group=group)
        return light

    @property
    def log_size(self) -> float:
        """The logarithm of the number of arrangements."""
        return float(np.log(self._counts).sum())

    def every(self) -> Iterator[Ints]:
        """Each arrangement, the observed one first."""
        parts = zip(self._firsts.tolist(), self._counts.tolist(), strict=True)
        options = [self._shifts[first : first + count].tolist() for first, count in parts]
        return (np.array(shifts, np.int64) for shifts in itertools.product(*options))

    def draw(self, source: np.random.Generator) -> Ints:
        """An arrangement: the number of blocks that each group is rotated by."""
        shifts: Ints = self._shifts[self._firsts + source.integers(0, self._counts)]
        return shifts.astype(np.int64, copy=False)  # as those of `every`; in Pyodide places may have 32 bits

    def moved(self, places: Ints, arrangement: Ints) -> Ints:
        """For each of these blocks, the block whose label stands there."""
        group = self._group[places]
        moved = places + arrangement[group]
        return np.where(moved >= self.bounds[group + 1], moved - self._lengths[group], moved)

    def keeping_whole(self, start: Ints, stop: Ints) -> Rotating:
        """The same, without rotations that move a range of blocks [start, stop) across the end of its group.

        A range that was found lies on one side of each end, so that one with the end in its middle isn't like it.
        Groups without ranges stay as they are.
        """
        group = self._group[start]
        # A range [a, b) of a group of n blocks crosses the end if the rotation is by n − b + 1 … n − a − 1.
        turned = self.bounds[group] + self.bounds[group + 1]
        change = np.zeros(self.bounds[-1] + 1, np.int64)
        np.add.at(change, turned - stop + 1, 1)
        np.add.at(change, turned - start, -1)
        moving = np.zeros(len(self._lengths), bool)
        moving[group] = True
        unmoved = np.arange(self.bounds[-1]) == self.bounds[self._group]
        return Rotating(self.bounds, (np.cumsum(change[:-1]) == 0) & moving[self._group] | unmoved)


class Permuting:
    """Blocks swap their labels, whatever their lengths.

    Parameters
    ----------
    count : int
        How many blocks there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count

    def to_send(self) -> Permuting:
        """The same: there is nothing to leave out."""
        return self

    @property
    def log_size(self) -> float:
        """The logarithm of the number of arrangements."""
        return math.lgamma(self._count + 1)

    def every(self) -> Iterator[Ints]:
        """Each arrangement, the observed one first."""
        return (np.array(order, np.int64) for order in itertools.permutations(range(self._count)))

    def draw(self, source: np.random.Generator) -> Ints:
        """An arrangement: for each block the one whose label it gets."""
        return source.permutation(self._count).astype(np.int64, copy=False)

    def moved(self, places: Ints, arrangement: Ints) -> Ints:
        """For each of these blocks, the block whose label stands there."""
        return arrangement[places]


Rearranging = Rotating | Permuting


class Blocks(NamedTuple):
    """Counted steps in blocks that keep together, and how the labels of the blocks may be dealt anew.

    ``codes`` has the label of each block. Block i is the counted steps [bounds[i], bounds[i + 1]). ``kind`` is what a
    block is: a whole sequence, a span of counted steps with uncounted ones around it, or a step.
    """

    kind: str
    codes: Ints
    bounds: Ints
    rearranging: Rearranging

    def summed(self, numbers: slice, values: Floats) -> tuple[Ints, Floats, Floats]:
        """Values of some counted steps, of shape (steps, …), summed over the blocks that these lie in.

        Parameters
        ----------
        numbers : slice
            Which counted steps the values are of.
        values : ndarray of float64

        Returns
        -------
        places, sizes, sums : ndarray
            Which blocks these are, how many of the steps lie in each, and the sums, of shape (blocks, …).
        """
        if self.kind == "step":
            return np.arange(numbers.start, numbers.stop), np.ones(len(values)), values
        first = np.searchsorted(self.bounds, numbers.start, side="right") - 1
        places = np.arange(first, np.searchsorted(self.bounds, numbers.stop))
        starts = np.maximum(self.bounds[places], numbers.start) - numbers.start
        sizes = np.diff(starts, append=len(values)).astype(np.float64)
        return places, sizes, reduced_at(np.add, values, starts, axis=0) if len(places) < len(values) else values

    def to_send(self) -> Blocks:
        """The same in few bytes, with what `summed` and a look at ``codes`` need."""
        codes = self.codes.astype(np.result_type(*map(np.min_scalar_type, (self.codes.min(), self.codes.max()))))
        bounds = self.bounds[:0] if self.kind == "step" else self.bounds
        return self._replace(codes=codes, bounds=bounds, rearranging=self.rearranging.to_send())


def blocks_of(codes: Ints, sequences: Sequences) -> Blocks:
    """The blocks of a track.

    If the label is the same throughout each sequence, it belongs to the sequence: sequences swap their labels. Else
    labels stay in their sequence, in their order, and are rotated there: as spans, if the label is the same throughout
    each span of counted steps, or else step by step.

    Parameters
    ----------
    codes : ndarray of int64, shape (T,)
        Steps of code `MISSING` aren't counted.
    sequences : Sequences
    """
    counted = np.flatnonzero(codes != MISSING)
    kept = codes[counted]
    sequence = np.searchsorted(sequences.bounds, counted, side="right") - 1
    in_new_sequence = np.diff(sequence, prepend=-1) > 0
    in_new_span = in_new_sequence | (np.diff(counted, prepend=-1) > 1)
    changes = np.diff(kept, prepend=kept[:1]) != 0
    if in_new_sequence.sum() > 1 and not (changes & ~in_new_sequence).any():
        starts = np.flatnonzero(in_new_sequence)
        return Blocks("sequence", kept[starts], np.append(starts, len(kept)), Permuting(len(starts)))
    by_span = in_new_span.sum() > in_new_sequence.sum() and not (changes & ~in_new_span).any()
    starts = np.flatnonzero(in_new_span) if by_span else np.arange(len(kept))
    groups = np.append(np.flatnonzero(in_new_sequence[starts]), len(starts))
    kind = "span" if by_span else "step"
    return Blocks(kind, kept[starts], np.append(starts, len(kept)), Rotating(groups))


def draws_of(rearranging: Rearranging, n: int, seed: int) -> Iterator[Ints]:
    """Different arrangements other than the observed one: ``n`` at random, or all if there are no more.

    The same seed gives the same draws. As the observed arrangement is never drawn again, p = (1 + b) / (1 + n) is exact
    for n draws without replacement, and for all of them it is the share of the arrangements.
    """
    if rearranging.log_size <= math.log(n + 1) + ROUNDING:
        yield from itertools.islice(rearranging.every(), 1, None)
        return
    source = np.random.default_rng(seed)
    seen = {hash(next(rearranging.every()).tobytes())}
    while len(seen) <= n:
        arrangement = rearranging.draw(source)
        key = hash(arrangement.tobytes())
        if key not in seen:
            seen.add(key)
            yield arrangement


def p_of(observed: Floats, draws: Floats) -> Floats:
    """The p-value (1 + draws at least as high) / (1 + draws); ``draws`` has the shape (n, …)."""
    p: Floats = (1 + (draws >= observed - ROUNDING).sum(0)) / (1 + len(draws))
    return p
