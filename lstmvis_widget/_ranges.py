"""AND over ranges of steps, and how far runs reach: with long stretches skipped by the summaries of the bits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .index import SUMMARY_STEPS, Bits, Words

Ints = NDArray[np.int64]

ALL_ONES = ~np.uint64(0)


def and_over_ranges(bits: Bits, start: Ints, stop: Ints) -> Words:
    """The cells that are on all through each range; shape (words, ranges).

    A range goes by single steps up to a whole block of the summaries, by blocks, and by steps again.
    """
    both = np.full((len(bits.words), len(start)), ALL_ONES)
    at = start.copy()
    left = np.arange(len(start))
    while len(left := left[at[left] < stop[left]]):
        here = at[left]
        words, width = _gather(bits, here, stop[left])
        both[:, left] &= words
        at[left] = here + width
    return both


def next_drop(bits: Bits, held: Words, at: Ints, end: Ints, check: Callable[[], None]) -> Ints:
    """For each column of ``held``, the first step from ``at`` on at which one of its cells is off, at most ``end``."""
    at = at.copy()
    left = np.arange(len(at))
    rounds = 0
    while len(left := left[at[left] < end[left]]):
        rounds += 1
        if rounds % 256 == 0:
            check()
        here, cells = at[left], held[:, left]
        words, width = _gather(bits, here, end[left])
        stays = ((cells & ~words) == 0).all(axis=0)
        # A block with a drop in it is gone through by its parts: the steps of the narrower widths.
        wide = ~stays & (width > 1)
        if wide.any():
            stays[wide], width[wide] = _narrower(bits, cells[:, wide], here[wide], width[wide])
        at[left] = here + np.where(stays, width, 0)
        left = left[stays]
    return at


def _narrower(bits: Bits, cells: Words, at: Ints, width: Ints) -> tuple[NDArray[np.bool_], Ints]:
    """Whether all cells stay on in a summary from ``at`` narrower than ``width``, and the width of the widest such."""
    stays = np.zeros(len(at), bool)
    widths = width.copy()
    for block, words in [*bits.summaries, (1, bits.words)]:
        open_ = ~stays & (block < width)
        held = ((cells[:, open_] & ~words[:, at[open_] // block]) == 0).all(axis=0)
        widths[open_] = np.where(held, block, widths[open_])
        stays[open_] = held
    return stays, widths


def _gather(bits: Bits, at: Ints, stop: Ints) -> tuple[Words, Ints]:
    """For each position the AND over the widest whole block that begins there and ends by ``stop``, and its width."""
    width = np.ones(len(at), np.int64)
    words = bits.words[:, at]
    if int((stop - at).max()) < _narrowest_block(bits):
        return words, width
    for block, summary in reversed(bits.summaries):
        whole = (at % block == 0) & (at + block <= stop)
        words[:, whole] = summary[:, at[whole] // block]
        width[whole] = block
    return words, width


def _narrowest_block(bits: Bits) -> int:
    return SUMMARY_STEPS if bits.steps >= SUMMARY_STEPS else bits.steps + 1
