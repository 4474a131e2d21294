"""Which labels are more frequent among some steps than among all, against what chance gives."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.timeline.labels import MISSING, Labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report

from .countings import counting_of
from .ranges import Found
from .rearranging import ROUNDING, draws_of
from .shares import shares_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class LabelShare(NamedTuple):
    """How often a label occurs at the chosen steps: at a ``share`` of those with a label; and of all steps, ``base``.

    ``evidence``, in nats, is the logarithm of how much more likely ``times`` is with this share than with the base rate
    (half of the likelihood ratio of Dunning 1993): it is high for what is both frequent and over-represented.
    """

    code: int
    times: int
    share: float
    base: float
    evidence: float

    @property
    def ratio(self) -> float:
        """How many times as frequent it is."""
        return self.share / self.base


def over_represented(steps: Ints, labels: Labels, most: int, *, least: int = 1) -> list[LabelShare]:
    """The labels that are most clearly more frequent at these steps than at all, the one with most evidence first.

    Steps without a label aren't counted.

    Parameters
    ----------
    steps : ndarray of int64
        Ascending.
    labels : Labels
    most : int
        How many labels, at most.
    least : int, default 1
        How often a label has to be there.

    References
    ----------
    T. Dunning: Accurate methods for the statistics of surprise and coincidence (1993).
    """
    codes = labels.codes
    chosen = codes[steps]
    total, labelled = int((chosen != MISSING).sum()), int((codes != MISSING).sum())
    names = len(labels.names)
    counts = np.bincount(chosen[chosen >= 0], minlength=names)
    there = np.flatnonzero(counts >= max(1, least))
    if not len(there):
        return []
    base = np.bincount(codes[codes >= 0], minlength=names)[there] / labelled
    share = counts[there] / total
    evidence = _evidence(share, base, total)
    order = np.argsort(-evidence, kind="stable")[:most]
    return [
        LabelShare(int(there[i]), int(counts[there[i]]), float(share[i]), float(base[i]), float(evidence[i]))
        for i in order.tolist()
        if evidence[i] > 0
    ]


def _evidence(share: Floats, base: Floats, total: int) -> Floats:
    """The evidence for shares above the base rate, 0 for those that aren't."""
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - base)), 0.0)
        evidence = total * (share * np.log(share / base) + others)
    return np.where(share > base, evidence, 0.0)


def label_p_values(
    steps: Ints,
    labels: Labels,
    found: list[LabelShare],
    sequences: Sequences,
    *,
    n: int,
    seed: int,
    check: Check,
    progress: Report,
) -> list[float | None]:
    """The p of each label that `over_represented` found, adjusted for the number of labels.

    Labels are dealt anew as by `enrichment_null`: rotated within sequences, or swapped between these where each has one
    label. p = (1 + draws in which some label has at least this evidence) / (1 + draws). None where labels can't be
    dealt in another way.

    Parameters
    ----------
    steps : ndarray of int64
        Ascending.
    labels : Labels
    found : list of LabelShare
    sequences : Sequences
    n, seed : int
    check, progress : callable
    """
    if not found:
        return []
    every = Found(np.array([0]), np.array([len(labels.codes)]))
    counting = counting_of(labels, "step", sequences.lengths)
    shares = shares_of(counting, [_as_ranges(steps)])
    if shares.blocks.kind != "step":  # blocks of different lengths change how frequent labels are in all
        shares = shares_of(counting, [_as_ranges(steps), every])
    total = int((labels.codes[steps] != MISSING).sum())
    base, best = shares_of(counting, [every]).observed()[0], []
    for i, arrangement in enumerate(draws_of(shares.whole(), n, seed)):
        check()
        progress(min(1.0, (i + 1) / n))
        after = shares.after(arrangement)
        there = after[0] > 0
        best.append(_evidence(after[0][there], (after[1] if len(after) > 1 else base)[there], total).max(initial=0.0))
    if not best:
        return [None] * len(found)
    draws = np.array(best)
    return [(1 + int((draws >= each.evidence - _rounding(each.evidence)).sum())) / (1 + len(draws)) for each in found]


def _rounding(evidence: float) -> float:
    return ROUNDING * max(1.0, math.fabs(evidence))


def _as_ranges(steps: Ints) -> Found:
    """The runs of successive steps."""
    first = np.flatnonzero(np.diff(steps, prepend=-2) > 1)
    start = steps[first]
    stop = steps[np.append(first[1:], len(steps)) - 1] + 1
    return Found(start, stop)
