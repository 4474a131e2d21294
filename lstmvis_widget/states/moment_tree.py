"""Mean and spread of each cell, from rows that arrive in any portions, or lie in several places.

Each `LEAF_ROWS` rows, counted from the first step, are summed up by themselves, and then merged two by two, always the
same two, as in Chan, Golub and LeVeque (1983). So the result depends on the values alone, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Doubles = NDArray[np.float64]

LEAF_ROWS = 256
"""Rows summed up before they are merged with others."""


class Sums(NamedTuple):
    """What is known of the finite values of each cell in some rows, of shape (D,).

    Attributes
    ----------
    number : ndarray of float64
        How many there are.
    first : ndarray of float64
        The first one; undefined where there is none. Others are taken relative to it, so that the spread of a cell
        that never changes is exactly 0.
    mean : ndarray of float64
        Their mean, less ``first``.
    squares : ndarray of float64
        The sum of the squares about the mean.
    """

    number: Doubles
    first: Doubles
    mean: Doubles
    squares: Doubles

    @classmethod
    def of(cls, rows: Array) -> Sums:
        """Of some rows, at least one."""
        values = rows.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            finite = np.isfinite(values)
            if finite.all():
                first = values[0].copy()
                values -= first
                mean = values.sum(axis=0) / len(values)
                values -= mean
                number = np.full(values.shape[1], float(len(values)))
            else:
                first = values[finite.argmax(axis=0), np.arange(values.shape[1])]
                first = np.where(finite.any(axis=0), first, 0.0)
                values = np.where(finite, values - first, 0.0)
                number = finite.sum(axis=0).astype(np.float64)
                mean = values.sum(axis=0) / np.maximum(number, 1)
                values = np.where(finite, values - mean, 0.0)
            return cls(number, first, mean, np.einsum("tc,tc->c", values, values))

    def and_after_them(self, other: Sums) -> Sums:
        """Those of these rows and of the rows after them."""
        with np.errstate(over="ignore", invalid="ignore"):
            number = self.number + other.number
            share = other.number / np.maximum(number, 1)
            apart = (other.first - self.first) + (other.mean - self.mean)
            mean = self.mean + apart * share
            squares = (self.squares + other.squares) + apart**2 * (self.number * share)
        some, more = self.number > 0, other.number > 0
        if some.all() and more.all():
            return Sums(number, self.first, mean, squares)
        both = some & more
        return Sums(
            number,
            np.where(some, self.first, other.first),
            np.where(both, mean, np.where(some, self.mean, other.mean)),
            np.where(both, squares, np.where(some, self.squares, other.squares)),
        )


@dataclass(frozen=True)
class MomentTree:
    """What is known of the values in some successive rows.

    Attributes
    ----------
    nodes : dict of (int, int) to Sums
        Node (level, i) has the leaves i · 2^level … (i + 1) · 2^level − 1. Two that make one of the next level are
        merged.
    loose : dict of int to ndarray
        For leaves that these rows fill in part, the first and the last one: their rows, as far as they are there.
    """

    nodes: dict[tuple[int, int], Sums]
    loose: dict[int, Array]

    @classmethod
    def nothing(cls) -> MomentTree:
        """Of no rows."""
        return cls({}, {})

    @classmethod
    def of(cls, first: int, rows: Array) -> MomentTree:
        """Of the rows from step ``first`` on."""
        nodes: dict[tuple[int, int], Sums] = {}
        loose: dict[int, Array] = {}
        for leaf in range(first // LEAF_ROWS, -(-(first + len(rows)) // LEAF_ROWS)):
            start = leaf * LEAF_ROWS - first
            some = rows[max(start, 0) : start + LEAF_ROWS]
            if len(some) == LEAF_ROWS:
                _put(nodes, (0, leaf), Sums.of(some))
            else:
                loose[leaf] = some.copy()
        return cls(nodes, loose)

    def joined(self, other: MomentTree) -> MomentTree:
        """Of these rows and of those right after them."""
        nodes, loose = dict(self.nodes), dict(self.loose)
        for place, sums in sorted(other.nodes.items(), key=_first_leaf):
            _put(nodes, place, sums)
        for leaf, rows in other.loose.items():
            every = np.concatenate([loose.pop(leaf), rows]) if leaf in loose else rows
            if len(every) == LEAF_ROWS:
                _put(nodes, (0, leaf), Sums.of(every))
            else:
                loose[leaf] = every
        return replace(self, nodes=nodes, loose=loose)

    def whole(self) -> Sums | None:
        """The sums of all rows, from the first step on; None if there are none."""
        nodes = dict(self.nodes)
        for leaf, rows in self.loose.items():
            nodes[0, leaf] = Sums.of(rows)
        found = None
        for _, sums in sorted(nodes.items(), key=_first_leaf, reverse=True):
            found = sums if found is None else sums.and_after_them(found)
        return found


def _first_leaf(item: tuple[tuple[int, int], Sums]) -> int:
    (level, number), _ = item
    return number << level


def _put(nodes: dict[tuple[int, int], Sums], place: tuple[int, int], sums: Sums) -> None:
    """Add a node, and merge it with its neighbour as often as that makes one of the next level."""
    while (neighbour := nodes.pop((place[0], place[1] ^ 1), None)) is not None:
        is_later = bool(place[1] & 1)
        sums = neighbour.and_after_them(sums) if is_later else sums.and_after_them(neighbour)
        place = place[0] + 1, place[1] >> 1
    nodes[place] = sums
