"""Which sequences the rows of a file are: where it holds several, or says by columns of ids which row is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

Place = tuple[int | str | None, int | None]
"""The id of a sequence, and the position of a step in it; None where no column says it."""

FIRST_POSITIONS = (0, 1)
"""The positions of the first step of a sequence."""

HOW_TO_SORT = (
    "sort them before they are written, dataset.sort(['sequence', 'position']) or "
    "table.sort_by([('sequence', 'ascending'), ('position', 'ascending')]), or leave these columns out"
)


@dataclass(frozen=True)
class RowOrder:
    """The sequences of a file, in the order of its rows.

    Parameters
    ----------
    lengths : ndarray of int64
        Of the sequences; they sum to the number of steps of the file.
    first, last : (int or str or None, int or None), optional
        Sequence and position of the first and the last step, where columns say so: then a sequence may go on in the
        next file.
    """

    lengths: Ints
    first: Place = (None, None)
    last: Place = (None, None)


def order_of(sequence: NDArray[Any] | None, position: Ints | None, name: str) -> RowOrder:
    """The order of rows that are a step each, as their ids say it.

    Parameters
    ----------
    sequence : ndarray of int64 or str, shape (T,), optional
        The id of the sequence of each row. All rows of a sequence follow each other.
    position : ndarray of int64, shape (T,), optional
        The number of each step, one more than that before it; a sequence begins with any of `FIRST_POSITIONS`, or goes
        on counting.
    name : str
        What messages call the file.

    Raises
    ------
    ValueError
        The rows aren't in the order of their ids.
    """
    ids = position if sequence is None else sequence
    if ids is None or not len(ids):
        return RowOrder(np.empty(0, np.int64))
    begins = np.ones(len(ids), bool)
    begins[1:] = False if sequence is None else sequence[1:] != sequence[:-1]
    if position is not None:
        follows = position[1:] == position[:-1] + 1
        begins[1:] |= ~follows
        wrong = np.flatnonzero(~follows & ~np.isin(position[1:], FIRST_POSITIONS))
        if len(wrong):
            at = int(wrong[0]) + 1
            msg = (
                f"the rows of {name} are shuffled, or some are missing: position {position[at - 1]} in row {at - 1} is "
                f"followed by {position[at]}; {HOW_TO_SORT}"
            )
            raise ValueError(msg)
    starts = np.flatnonzero(begins)
    if sequence is not None:
        _check_together(sequence[starts], starts, name)
    first, last = (
        (None if sequence is None else sequence[at].item(), None if position is None else int(position[at]))
        for at in (0, -1)
    )
    return RowOrder(np.diff(np.append(starts, len(ids))).astype(np.int64), first, last)


def _check_together(ids: NDArray[Any], starts: Ints, name: str) -> None:
    found, times = np.unique(ids, return_counts=True)
    if len(found) < len(ids):
        again = found[np.argmax(times > 1)].item()
        rows = starts[ids == again][:2].tolist()
        msg = (
            f"the rows of {name} are shuffled: sequence {again!r} begins in row {rows[0]}, and again in row {rows[1]}; "
            f"{HOW_TO_SORT}"
        )
        raise ValueError(msg)


def joined_lengths(orders: Sequence[RowOrder], names: Sequence[str]) -> Ints:
    """The lengths of the sequences of successive files, of which one may go on in the next file.

    A file without steps adds none.

    Parameters
    ----------
    orders : sequence of RowOrder
    names : sequence of str
        What messages call the files.

    Raises
    ------
    ValueError
        The files aren't in the order of their ids.
    """
    lengths: list[int] = []
    before: tuple[RowOrder, str] | None = None
    for order, name in zip(orders, names, strict=True):
        own = order.lengths[order.lengths > 0].tolist()
        if not own:
            continue
        if before is not None and _goes_on(before[0].last, order.first, before[1], name):
            lengths[-1] += own.pop(0)
        lengths += own
        before = order, name
    return np.array(lengths, np.int64)


def _goes_on(last: Place, first: Place, before: str, name: str) -> bool:
    """Whether the first step of a file is in the sequence of the last step of the file before."""
    has_ids, has_positions = None not in (last[0], first[0]), None not in (last[1], first[1])
    same = last[0] == first[0]
    if last[1] is None or first[1] is None or not has_positions:
        return has_ids and same
    if first[1] == last[1] + 1:
        return same or not has_ids
    if first[1] not in FIRST_POSITIONS:
        msg = (
            f"the files aren't in the order of their ids: {before} ends with position {last[1]}, and {name} begins "
            f"with position {first[1]}. Give them as a list in their order"
        )
        raise ValueError(msg)
    return False
