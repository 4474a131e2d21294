"""Whether a label is more frequent inside some ranges than outside: odds ratio and exact test over strata."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.extras import import_extra

ROUNDING = 1e-9
"""A difference of counts below this is one of rounding: of units that are labelled in part."""


class Stratum(NamedTuple):
    """Counts of units: in all, labelled, inside, and both labelled and inside (``hits``).

    A unit that is labelled in part counts in part; not for an exact test.
    """

    hits: float
    inside: int
    labelled: float
    total: int


class OddsRatio(NamedTuple):
    """An odds ratio and its confidence interval."""

    value: float
    low: float
    high: float


def odds_ratio(strata: Sequence[Stratum], confidence: float = 0.95) -> OddsRatio:
    """The odds of the label inside, divided by the odds outside, pooled over strata.

    The estimate of Mantel and Haenszel (1959), with the variance of its logarithm by Robins, Breslow and Greenland
    (1986). With one stratum it is the sample odds ratio with Woolf's interval. Where a sum of products is zero, 1/2
    divided by the number of strata is added to each count (Haldane 1956, Anscombe 1956). NaN where all units or none
    are labelled, or all or none are inside.
    """
    a, b, c, d = _tables(strata)
    if not all(margin.sum() for margin in (a + b, c + d, a + c, b + d)):
        return OddsRatio(math.nan, math.nan, math.nan)
    if not (a * d).sum() or not (b * c).sum():
        a, b, c, d = (count + 0.5 / len(a) for count in (a, b, c, d))
    n = a + b + c + d
    r, s = a * d / n, b * c / n
    p, q = (a + d) / n, (b + c) / n
    value = r.sum() / s.sum()
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    reach = _normal_quantile((1 + confidence) / 2) * math.sqrt(variance)
    return OddsRatio(float(value), float(value * math.exp(-reach)), float(value * math.exp(reach)))


@functools.cache
def _normal_quantile(p: float) -> float:
    return float(import_extra("scipy.stats", "analysis", "an odds ratio").norm.ppf(p))


def _tables(strata: Sequence[Stratum]) -> tuple[NDArray[np.float64], ...]:
    """Counts of each stratum with units: labelled inside, others inside, labelled outside, others outside."""
    counts = np.array([stratum for stratum in strata if stratum.total], np.float64).reshape(-1, 4)
    hits, inside, labelled, total = counts.T
    tables = hits, inside - hits, labelled - hits, total - inside - labelled + hits
    return tuple(np.where(np.abs(each) < ROUNDING, 0.0, each) for each in tables)


def fisher_p(strata: Sequence[Stratum]) -> float:
    """The probability of at least as many hits if labels were dealt at random within each stratum; one-sided.

    With one stratum it is Fisher's exact test. With several it is the exact conditional test of a common odds ratio of
    1 (Birch 1964): the number of hits is a sum of independent hypergeometric numbers.
    """
    if not any(stratum.hits for stratum in strata):
        return 1.0
    stats = import_extra("scipy.stats", "analysis", "an exact test")
    strata = [stratum for stratum in strata if stratum.inside]
    if len(strata) == 1:
        [(hits, inside, labelled, total)] = strata
        return min(1.0, float(stats.hypergeom.sf(hits - 1, total, labelled, inside)))
    chances = np.ones(1)
    for _, inside, labelled, total in strata:
        chances = np.convolve(chances, stats.hypergeom.pmf(np.arange(inside + 1), total, labelled, inside))
    hits = sum(stratum.hits for stratum in strata)
    return min(1.0, float(chances[int(hits) :].sum()))
