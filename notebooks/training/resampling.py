"""Statistics of texts, with intervals from drawing the texts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = 1000


def interval(statistic: Callable[[np.ndarray], float], count: int, seed: int) -> tuple[float, float]:
    """95 % of a statistic of so many texts, if these are drawn again with replacement; NaN of no texts."""
    source = np.random.default_rng(seed)
    drawn = np.array([statistic(source.integers(0, count, count)) for _ in range(DRAWS)]) if count else np.array([])
    known = drawn[np.isfinite(drawn)]
    return tuple(np.quantile(known, [0.025, 0.975]).tolist()) if len(known) else (np.nan, np.nan)


def mean(values: np.ndarray) -> float:
    """The mean; NaN of nothing."""
    return float(np.mean(values)) if len(values) else np.nan


def with_interval(name: str, values: np.ndarray, seed: int) -> dict[str, float]:
    """The mean of one value a text, and 95 % of that of texts drawn again."""
    low, high = interval(lambda drawn: mean(values[drawn]), len(values), seed)
    return {name: mean(values), f"{name}, from": low, f"{name}, to": high}


def auc(values: np.ndarray, which: np.ndarray) -> float:
    """How often the value of one of `which` is higher than that of another; ties count half."""
    some, others = int(which.sum()), int((~which).sum())
    ranks = rankdata(values)
    return (ranks[which].sum() - some * (some + 1) / 2) / (some * others) if some and others else np.nan


def auc_within(values: np.ndarray, which: np.ndarray, groups: np.ndarray) -> float:
    """The same, where only those of one group are compared with each other."""
    pairs, wins = 0, 0.0
    for group in np.unique(groups):
        own = groups == group
        of_group = int(which[own].sum()) * int((~which[own]).sum())
        if of_group:
            pairs, wins = pairs + of_group, wins + of_group * auc(values[own], which[own])
    return wins / pairs if pairs else np.nan


def auc_of_wrong(name: str, values: np.ndarray, wrong: np.ndarray, labels: np.ndarray, seed: int) -> dict[str, float]:
    """The AUC of values for the wrong texts with its interval, and that among texts of the same class."""
    low, high = interval(lambda drawn: auc(values[drawn], wrong[drawn]), len(values), seed)
    return {
        name: auc(values, wrong), f"{name}, from": low, f"{name}, to": high,
        f"{name}, within classes": auc_within(values, wrong, labels),
    }  # fmt: skip


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's; NaN where one side has one value only."""
    ranks = [rankdata(each) for each in (first, second)]
    return float(np.corrcoef(ranks)[0, 1]) if all(np.ptp(each) for each in ranks) else np.nan
