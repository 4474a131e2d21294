"""States as one byte a value, exact at a grid of thresholds, so that moving the threshold needs no second read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import THREADS

MOST_LEVELS = 255
"""Thresholds of a grid, at most: a byte also has a code for the values below all of them."""

PART_BITS = 15
"""Numbers from 256 to 512 have so many bits of single precision after the point: the parts of a step."""

ROUNDING = 1e-3
"""In steps; more than the error of multiplying by the reciprocal of the step."""

MOST_NEAR = 0.25
"""In steps: where rounding may move a threshold further, all values are searched for."""

VALUES_AT_ONCE = 2**16
"""Values encoded at once: the intermediate arrays then fit in the processor's cache."""

TRIED_BLOCKS = 4
"""After so many blocks it is decided whether encoding goes on, and after as many again."""

LEAST_BETWEEN = 2
"""Encoding is for nothing if a thread waits for its blocks so many times as long as it encodes them."""


class ThresholdGrid:
    """Thresholds at equal steps, for states of one dtype.

    Parameters
    ----------
    thresholds : sequence of float
        At most 255, ascending at equal steps, all different in the precision of the states.
    dtype : numpy dtype
        Of the states.
    """

    def __init__(self, thresholds: Any, dtype: np.dtype[Any]) -> None:
        self._compared_in = dtype if dtype.kind == "f" else np.dtype(np.float64)
        self.values: NDArray[Any] = np.asarray(thresholds, np.float64).astype(self._compared_in)
        if not 2 <= len(self.values) <= MOST_LEVELS or not (self.values[1:] > self.values[:-1]).all():
            msg = f"a grid needs 2 to {MOST_LEVELS} thresholds, ascending in {self._compared_in}"
            raise ValueError(msg)
        worked_in = np.float64 if self._compared_in == np.float64 else np.float32
        if float(self.values[-1]) - float(self.values[0]) > float(np.finfo(worked_in).max):
            msg = f"a grid can't reach further than the greatest number of {np.dtype(worked_in)}"
            raise ValueError(msg)
        low, step = float(self.values[0]), (float(self.values[-1]) - float(self.values[0])) / (len(self.values) - 1)
        places = (self.values.astype(np.float64) - low) / step
        self._is_far = abs(low) / step > MOST_LEVELS  # from zero: then the lowest threshold is subtracted first
        self._near = float(np.abs(places - np.arange(len(places))).max()) + ROUNDING
        if 1 / step > float(np.finfo(worked_in).max):
            self._near = np.inf
        self._low, self._steps_a_unit = worked_in(low), worked_in(1 / step if np.isfinite(self._near) else 0)
        self._first = np.float32(257 + min(self._near, 1) - (0 if self._is_far else low / step))
        self._table = self._of_all_halves() if dtype == np.float16 else None

    def _of_all_halves(self) -> NDArray[np.uint8]:
        """The codes of all 65,536 values of half precision, by their bits."""
        halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
        return np.where(np.isnan(halves), 0, np.searchsorted(self.values, halves, side="right")).astype(np.uint8)

    def level(self, threshold: float) -> int | None:
        """The least code, 1…255, of the values that are on at this threshold; None if it isn't on the grid."""
        at = int(np.searchsorted(self.values, self._compared_in.type(threshold)))
        return at + 1 if at < len(self.values) and self.values[at] == self._compared_in.type(threshold) else None

    def encode(self, values: NDArray[Any], codes: NDArray[np.uint8]) -> None:
        """Write into ``codes`` how many thresholds are ≤ each value, so that value ≥ values[i] ⇔ code > i; 0 for NaN.

        These are the results of ``searchsorted(side="right")``, found by multiplying. Only values so near a threshold
        that rounding could put them on its other side are searched for.
        """
        rows = max(1, VALUES_AT_ONCE // values.shape[1])
        room = np.empty((min(rows, len(values)), values.shape[1]), np.float32)
        for start in range(0, len(values), rows):
            part, found = values[start : start + rows], codes[start : start + rows]
            if self._table is not None:  # all its indices exist, so "clip" only spares numpy a buffer
                np.take(self._table, np.ascontiguousarray(part).view(np.uint16), out=found, mode="clip")
            elif self._near > MOST_NEAR:
                found[:] = self._searched(part)
            else:
                self._encode_some(part, found, room[: len(part)])

    def _searched(self, values: NDArray[Any]) -> NDArray[Any]:
        exact = values.astype(self._compared_in, copy=False)
        return np.where(np.isnan(exact), 0, np.searchsorted(self.values, exact, side="right"))

    def _encode_some(self, values: NDArray[Any], codes: NDArray[np.uint8], places: NDArray[np.float32]) -> None:
        """Encode some rows; ``places`` is room to work in.

        The place of a value is how many steps it lies above the lowest threshold. 257 is added, and how far near values
        may lie below a threshold. The number's bits then have the code above those after the point, and what is near a
        threshold has few of the latter. What lies beyond the grid is put half a step beyond it, NaN at either end.
        """
        # A huge value becomes infinite, which is beyond the grid too; NaN may be of the kind that signals.
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            from_low = np.subtract(values, self._low, dtype=self._low.dtype) if self._is_far else values
            np.multiply(from_low, self._steps_a_unit, out=places, casting="same_kind")
            places += self._first
        bits, last = places.view(np.int32), len(self.values)
        np.clip(bits, _bits_of(256.5), _bits_of(256.5 + last), out=bits)
        np.right_shift(bits, PART_BITS, out=codes, casting="unsafe")  # the lowest byte of the result
        bits &= (1 << PART_BITS) - 1
        flat, found = values.reshape(-1), codes.reshape(-1)
        near = np.flatnonzero(bits.reshape(-1) <= int(2 * self._near * (1 << PART_BITS)) + 2)
        found[near] = self._searched(flat[near])
        highest = np.flatnonzero(found == last)
        found[highest[np.isnan(flat[highest])]] = 0


def _bits_of(number: float) -> np.int32:
    return np.float32(number).view(np.int32)


class ByteCodes:
    """The codes of all values of a layer, filled block by block, in any order and from several threads.

    Parameters
    ----------
    shape : (int, int)
        (T, D).
    grid : ThresholdGrid
    """

    def __init__(self, shape: tuple[int, int], grid: ThresholdGrid) -> None:
        self.grid = grid
        self.codes: NDArray[np.uint8] = np.empty(shape, np.uint8)
        self._known = np.zeros(shape[0], bool)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the codes take once all are filled in."""
        return self.codes.nbytes

    @property
    def are_complete(self) -> bool:
        """Whether all rows are there."""
        return self.have(0, len(self._known))

    def have(self, start: int, stop: int) -> bool:
        """Whether these rows are there."""
        return bool(self._known[start:stop].all())

    def put(self, start: int, values: NDArray[Any]) -> None:
        """Encode the rows from ``start`` on, unless they are there."""
        stop = start + len(values)
        if not self.have(start, stop):
            self.grid.encode(values, self.codes[start:stop])
            self._known[start:stop] = True


class OnTheWay:
    """Fills byte codes with the blocks that an index is built from, as long as that takes no longer than without.

    Two threads read blocks in turn. While one reads, the other encodes its last block: for nothing, if reading takes
    longer, as it does from compressed files.

    Parameters
    ----------
    codes : ByteCodes
    always : bool
        Whether to go on in any case.
    clock : callable
        Seconds.
    """

    def __init__(
        self, codes: ByteCodes, *, always: bool = False, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._codes, self._always, self._clock = codes, always, clock
        self._ended: dict[int, float] = {}  # by thread, when it had encoded its last block
        self._tried = self._between = self._encoding = 0.0
        self._counting = threading.Lock()
        self.goes_on = always or THREADS > 1

    def put(self, start: int, values: NDArray[Any]) -> None:
        """Encode a block, and measure how long that took and how long it took to get the block."""
        if not self.goes_on:
            return
        thread, begun = threading.get_ident(), self._clock()
        self._codes.put(start, values)
        ended = self._clock()
        with self._counting:
            if thread in self._ended and not self._always:
                self._judge(begun - self._ended[thread], ended - begun)
            self._ended[thread] = ended

    def _judge(self, between: float, encoding: float) -> None:
        self._tried, self._between, self._encoding = self._tried + 1, self._between + between, self._encoding + encoding
        if self._tried == TRIED_BLOCKS:
            self.goes_on = self._between >= LEAST_BETWEEN * self._encoding
            self._tried = self._between = self._encoding = 0.0
