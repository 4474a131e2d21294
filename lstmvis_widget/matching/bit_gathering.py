"""The bits of selected cells gathered in as few words as hold them, for work that goes over all steps many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.bits import WORD_BITS, Words
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check

BLOCK_STEPS = 2**14
"""Steps gathered at once: their words stay in the processor's cache."""

ALL_BITS: int = 2**WORD_BITS - 1


class Move(NamedTuple):
    """The bits ``piece`` of a row of words go to the row ``target``, rotated to the left by ``by``."""

    row: int
    piece: int
    by: int
    target: int


def gathered(words: Words, rows: NDArray[np.intp], mask: Words, check: Check) -> tuple[Words, Words]:
    """The bits of the selected cells, in any order, in ceil(n / 64) words; and which of their bits are used.

    Parameters
    ----------
    words : ndarray of uint64, shape (all rows, T)
    rows : ndarray of int, shape (n,)
        The rows that hold selected cells.
    mask : ndarray of uint64, shape (n,)
        The selected cells in each of these rows.
    check : callable
        Called before each block.

    Returns
    -------
    (ndarray of uint64, shape (m, T), ndarray of uint64, shape (m,))
        Bits that aren't used may be anything if they are no fewer words than before; a view if these are all rows.
    """
    fewest = -(-int(np.bitwise_count(mask).sum()) // WORD_BITS)
    if fewest == len(words):
        return words, mask
    if fewest == len(rows):
        return words[rows], mask
    moves = list(_moves(mask.tolist(), fewest))
    found = np.zeros((fewest, words.shape[1]), np.uint64)
    blocks = SharedBlocks(blocks_of(words.shape[1], BLOCK_STEPS), check)

    def gather_blocks() -> None:
        for start, stop in blocks:
            for move in moves:
                found[move.target, start:stop] |= _moved(words[rows[move.row], start:stop], move)

    in_threads(gather_blocks, blocks=count_of_blocks(words.shape[1], BLOCK_STEPS))
    used = np.zeros(fewest, np.uint64)
    for move in moves:
        used[move.target] |= np.uint64(_rotated(move.piece, move.by))
    return found, used


def _moved(words: Words, move: Move) -> Words:
    piece = words & np.uint64(move.piece)
    if move.by == 0:
        return piece
    turned: Words = piece << np.uint64(move.by)
    turned |= piece >> np.uint64(WORD_BITS - move.by)
    return turned


def _moves(masks: Sequence[int], targets: int) -> Iterator[Move]:
    """Few moves that bring all bits to the targets: of each row, always the rotation for whose bits there is most room.

    There is room for all bits, so at least one fits each time.
    """
    free = [ALL_BITS] * targets
    for row, left in enumerate(masks):
        while left:
            by, target = _roomiest(left, free)
            there = _rotated(left, by) & free[target]
            piece = _rotated(there, WORD_BITS - by)
            free[target] &= ~there
            left &= ~piece  # noqa: PLW2901
            yield Move(row, piece, by, target)


def _roomiest(bits: int, free: Sequence[int]) -> tuple[int, int]:
    """The rotation and the target for which most of the bits fit."""
    most, best = 0, (0, 0)
    for target, room in enumerate(free):
        for by in range(WORD_BITS):
            fitting = (_rotated(bits, by) & room).bit_count()
            if fitting > most:
                most, best = fitting, (by, target)
                if most == bits.bit_count():
                    return best
    return best


def _rotated(bits: int, by: int) -> int:
    return (bits << by) & ALL_BITS | bits >> (WORD_BITS - by)
