"""The states thresholded and packed, one bit a value: what the match ranking works on."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .sources import as_states, is_on

WORD_BITS = 64

Words = NDArray[np.uint64]
Progress = Callable[[float], None]


class CancelledError(Exception):
    """The work was superseded by newer work and has stopped."""


def never_cancelled() -> None:
    """Check for cancellation that never raises."""


@dataclass(frozen=True)
class Bits:
    """On/off bits, word-major: bit c % 64 of ``words[c // 64, t]`` says whether cell c is on at step t.

    Parameters
    ----------
    words : ndarray of uint64, shape (ceil(D / 64), T)
    """

    words: Words

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return int(self.words.shape[1])

    def reversed(self) -> Bits:
        """The same with time running backwards, without a copy."""
        return Bits(self.words[:, ::-1])

    def rows(self, rows: NDArray[np.intp]) -> Bits:
        """Only some rows of words."""
        return Bits(self.words[rows])

    @cached_property
    def summaries(self) -> list[tuple[int, Words]]:
        """(n, words): the AND over each whole block of n steps, widest blocks first; what long runs are skipped by."""
        summaries: list[tuple[int, Words]] = []
        words, width = self.words, 1
        while words.shape[1] >= SUMMARY_STEPS:
            blocks = words.shape[1] // SUMMARY_STEPS
            grouped = words[:, : blocks * SUMMARY_STEPS].reshape(len(words), blocks, SUMMARY_STEPS)
            words, width = np.bitwise_and.reduce(grouped, axis=2), width * SUMMARY_STEPS
            summaries.insert(0, (width, words))
        return summaries


SUMMARY_STEPS = 64


class OnOffIndex:
    """Which cells are on at which steps, at one threshold.

    Parameters
    ----------
    bits : Bits
    cells : int
        D, the number of cells.
    threshold : float
        A cell is on iff its value is ≥ threshold; NaN is off.
    """

    def __init__(self, bits: Bits, cells: int, threshold: float) -> None:
        self.bits = bits
        self.cells = cells
        self.threshold = threshold

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return self.bits.steps

    @property
    def nbytes(self) -> int:
        """Memory that the bits take."""
        return self.bits.words.nbytes

    @classmethod
    def build(
        cls,
        states: Any,
        threshold: float,
        *,
        block_rows: int | None = None,
        threads: int | None = None,
        progress: Progress | None = None,
        check: Callable[[], None] = never_cancelled,
    ) -> OnOffIndex:
        """Threshold and pack the states, block by block.

        Parameters
        ----------
        states : array_like of shape (T, D)
            Or anything else that `States` takes.
        threshold : float
        block_rows : int, optional
            Rows a block; by default about 8 MB of states.
        threads : int, optional
            Blocks worked on at once; by default 2, or 1 for HDF5, which reads one block at a time anyway.
        progress : callable, optional
            Is told the share done, 0…1, after each block.
        check : callable, optional
            Is called before each block; what it raises (`CancelledError`) ends the build within one block.

        Raises
        ------
        OSError
            Rows can't be read.
        """
        states = as_states(states)
        steps, cells = states.shape
        words = np.zeros((-(-cells // WORD_BITS), steps), np.uint64)
        if threads is None:
            threads = 1 if isinstance(states.source, h5py.Dataset) else min(2, os.cpu_count() or 1)

        def pack(start: int, stop: int) -> int:
            check()
            words[:, start:stop] = pack_rows(is_on(states.read(start, stop), threshold)).T
            return stop - start

        done = 0
        for rows in _in_threads(pack, states.blocks(block_rows), threads):
            done += rows
            if progress is not None:
                progress(done / steps)
        return cls(Bits(words), cells, float(threshold))

    def mask(self, cells: ArrayLike) -> Words:
        """The given cells as words: shape (ceil(D / 64),)."""
        on = np.zeros((1, self.cells), bool)
        on[0, np.asarray(cells, np.intp)] = True
        mask: Words = pack_rows(on)[0]
        return mask

    def count_on(self, cells: ArrayLike, steps: ArrayLike) -> NDArray[np.int64]:
        """How many of ``cells`` are on at each of ``steps``."""
        selected = self.bits.words[:, np.asarray(steps, np.intp)] & self.mask(cells)[:, None]
        counts: NDArray[np.int64] = np.bitwise_count(selected).sum(axis=0, dtype=np.int64)
        return counts


def pack_rows(on: NDArray[np.bool_]) -> Words:
    """Booleans of shape (n, D) as words of shape (n, ceil(D / 64)); bit c % 64 of word c // 64 is cell c."""
    packed = np.packbits(on, axis=1, bitorder="little")
    width = -(-on.shape[1] // WORD_BITS) * (WORD_BITS // 8)
    if packed.shape[1] != width:
        packed = np.pad(packed, ((0, 0), (0, width - packed.shape[1])))
    return packed.view("<u8").astype(np.uint64, copy=False)


def _in_threads(work: Callable[[int, int], int], blocks: Any, threads: int) -> Any:
    """The results of ``work`` on each block, in the order they are done, with only a few blocks under way."""
    if threads <= 1:
        for block in blocks:
            yield work(*block)
        return
    with ThreadPoolExecutor(threads, "lstmvis-index") as pool:
        waiting: set[Future[int]] = set()
        try:
            for block in blocks:
                waiting.add(pool.submit(work, *block))
                if len(waiting) > threads:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in finished)
            yield from (future.result() for future in waiting)
        finally:
            for future in waiting:
                future.cancel()
