"""Phrases with a label each, as they are given: a mapping of label to ranges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.matching.selection import check_ranges


def phrases_in_order(phrases: Mapping[str, ArrayLike], steps: int) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    """The phrases in the order of the text, with their labels; one that a label has more than once counts once.

    Parameters
    ----------
    phrases : mapping of label to array_like of int, shape (n, 2)
        Half-open ranges.
    steps : int
        T.

    Returns
    -------
    ranges : ndarray of int64, shape (n, 2)
    labels : ndarray of str, shape (n,)

    Raises
    ------
    TypeError, ValueError
        It is no mapping, the ranges don't fit the steps, or one has two labels.
    """
    if not isinstance(phrases, Mapping):
        raise TypeError(f"phrases must be a mapping of each label to its ranges; got {brief(phrases)}")
    checked = {str(label): check_ranges(ranges, steps) for label, ranges in phrases.items()}
    ranges = np.concatenate([*checked.values(), np.zeros((0, 2), np.int64)])
    labels = np.repeat([*checked, ""], [*(len(each) for each in checked.values()), 0])
    order = np.lexsort((ranges[:, 1], ranges[:, 0]))
    ranges, labels = ranges[order], labels[order]
    same = np.zeros(len(ranges), bool)
    same[1:] = (ranges[1:] == ranges[:-1]).all(1)
    for row in np.flatnonzero(same).tolist():
        if labels[row] != labels[row - 1]:
            start, stop = ranges[row].tolist()
            raise ValueError(
                f"the range [{start}, {stop}) is given under both {str(labels[row - 1])!r} and {str(labels[row])!r}; "
                "a phrase has one label. Leave it out of one of them"
            )
    return ranges[~same], labels[~same]
