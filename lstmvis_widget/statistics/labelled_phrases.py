"""Phrases with a label each, as they are given: a mapping of label to ranges, or the sets that an explorer keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.places import repeated
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
    labels = repeated([*checked, ""], [*(len(each) for each in checked.values()), 0])
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


def compared_pair(names: Sequence[str], chosen: tuple[str, str] | None) -> tuple[str, str] | None:
    """The two sets of phrases that are compared: those chosen, or else those kept last; None if there is only one."""
    if chosen is not None and set(chosen) <= set(names):
        return chosen
    return (names[-2], names[-1]) if len(names) > 1 else None


def phrases_explored(function: str, states: Any) -> dict[str, Any]:
    """The two sets of phrases that an explorer compares.

    Raises
    ------
    TypeError
        There is no explorer.
    ValueError
        It keeps fewer than two sets.
    """
    if not hasattr(states, "phrase_sets"):
        raise TypeError(
            f"{function} needs phrases, a mapping of two labels to ranges, unless an explorer is given that keeps "
            f"some; got {type(states).__name__} as the states"
        )
    kept = states.phrase_sets
    pair = compared_pair(tuple(kept), states.contrast_with)
    if pair is None:
        listed = ", ".join(map(repr, kept)) or "none"
        raise ValueError(
            f"two sets of phrases are compared; the explorer keeps {listed}. Keep another, as in "
            'explorer.phrase_sets["dogs"] = explorer.find("dogs")'
        )
    return {name: kept[name] for name in pair}
