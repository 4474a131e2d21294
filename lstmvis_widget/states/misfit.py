"""Whether a transform fits the states: what is lost where it doesn't, and which one fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .samples import LayerSample, sample_of
from .sources import States
from .transforms import Quantile

SAMPLE_VALUES = 400_000
"""Values of a layer that are looked at."""

NEAR_LIMIT = 0.99
"""Magnitudes beyond this share of the limit are saturated."""

USUAL_THRESHOLD = 0.3
"""The threshold that goes with tanh, also in LSTMVis."""

IDLE = 0.05
"""Cells that are on, or off, at a lower share of the steps than this tell no places apart."""

MOST_SATURATED = 0.5
"""A transform saturates if more than this share of the values is saturated."""

NARROW = 0.5
"""Standard deviations within which nine tenths of a cell's values lie if a few extreme ones set its scale."""

AFFECTED = 0.5, 0.1
"""Shares of cells from which on narrow ones, and those that are never on, are told of."""

LEAST_STEPS = 100
"""Steps from which on the values of a single cell tell how they are distributed."""

Rows = NDArray[Any]


def misfit(states: States, sample: LayerSample | None = None, threshold: float = 0.0) -> str:
    """Why the transform of these states fits them badly, with what fits; empty if it doesn't seem so.

    This is judged from some values of the sample that is given, or else is read:

    - ``tanh``: over half of the results lie beyond ±0.99. ``abs`` and ``split_signs``: over half of the magnitudes lie
      within a hundredth of the greatest.
    - ``split_signs``, ``abs``: no value is negative, or with ``split_signs`` none is positive.
    - ``standardise``: for half of the cells, nine tenths of the values lie within half a standard deviation.
    - ``quantile``: a tenth of the cells are never on at 0.9, as over a tenth of the steps have their greatest value.

    The last two are judged from 100 steps on.

    Mirrors are in vain if none of them reaches ``threshold``, the one that the layer has by default.
    """
    judge = _JUDGES.get(states.transform or "")
    if (judge is None and not states.mirror) or not all(states.shape):
        return ""
    some = (sample or sample_of(states)).thinned(SAMPLE_VALUES)
    rows, mirrors = np.split(_finite(some.values), [states.plain_cells], axis=1)
    if np.isnan(rows).all():
        return ""
    remarks = [judge(rows, some) if judge else "", _of_mirrors(rows, mirrors, threshold) if states.mirror else ""]
    return " ".join(filter(None, remarks))


def _of_mirrors(rows: Rows, mirrors: Rows, threshold: float) -> str:
    greatest = np.nanmax(mirrors)
    if greatest >= threshold:
        return ""
    why = "no value is negative" if np.nanmin(rows) >= 0 else f"no value is {-threshold:g} or less"
    return (
        f"mirror=True adds cells that are off everywhere at {threshold:g}: {why}. Without it the rest is the same; "
        'with transform="quantile" a cell also counts by being lower than it usually is.'
    )


def _of_tanh(rows: Rows, _: LayerSample) -> str:
    share = _saturated(np.abs(rows), 1.0)
    if share <= MOST_SATURATED:
        return ""
    rates = (rows >= USUAL_THRESHOLD).mean(axis=0)
    idle = int(((rates < IDLE) | (rates > 1 - IDLE)).sum())
    return (
        f"tanh saturates: {share:.0%} of the values lie beyond ±{NEAR_LIMIT}, where no threshold tells them apart, and "
        f"{idle:,} of {rows.shape[1]:,} cells hardly ever cross {USUAL_THRESHOLD}. "
        'transform="quantile" fits, with a threshold such as 0.8.'
    )


def _of_abs(rows: Rows, sample: LayerSample) -> str:
    if np.nanmin(_finite(sample.source)) >= 0:
        return "abs changes nothing: no value is negative. transform=None is the same."
    return _of_magnitudes("abs", rows)


def _of_split_signs(rows: Rows, _: LayerSample) -> str:
    cells = rows.shape[1] // 2
    for sign, half in (("negative", rows[:, cells:]), ("positive", rows[:, :cells])):
        if not np.nansum(half):
            return f"split_signs makes half of the cells 0 everywhere: no value is {sign}. transform=None fits."
    return _of_magnitudes("split_signs", np.maximum(rows[:, :cells], rows[:, cells:]))


def _of_magnitudes(name: str, magnitudes: Rows) -> str:
    share = _saturated(magnitudes, float(np.nanmax(magnitudes)))
    if share <= MOST_SATURATED:
        return ""
    return (
        f"{name} leaves little to tell apart: the magnitudes of {share:.0%} of the values are the greatest there is. "
        "The states are saturated already: take them before their tanh (such as the cell state of an LSTM), with "
        'transform="quantile".'
    )


def _of_standardise(rows: Rows, _: LayerSample) -> str:
    known = rows[:, ~np.isnan(rows).all(axis=0)]
    low, high = np.nanquantile(known, [0.05, 0.95], axis=0)
    narrow = high - low < NARROW
    if narrow.mean() < AFFECTED[0] or len(rows) < LEAST_STEPS:
        return ""
    return (
        f"standardise is set by few extreme values: of {narrow.sum():,} of {rows.shape[1]:,} cells, nine tenths of the "
        f'values lie within {NARROW:g} standard deviations. transform="quantile" fits.'
    )


def _of_quantile(rows: Rows, _: LayerSample) -> str:
    threshold = Quantile.scale[2]
    known = rows[:, ~np.isnan(rows).all(axis=0)]
    never_on = np.nanmax(known, axis=0) < threshold
    if never_on.mean() < AFFECTED[1] or len(rows) < LEAST_STEPS:
        return ""
    return (
        f"quantile leaves {never_on.sum():,} of {rows.shape[1]:,} cells off everywhere at {threshold:g}: more than a "
        "tenth of their values are equal to their greatest. transform=None, or a lower threshold, fits."
    )


def _saturated(magnitudes: Rows, limit: float) -> float:
    """The share of values near the limit."""
    known = ~np.isnan(magnitudes)
    return float((magnitudes[known] >= NEAR_LIMIT * limit).mean()) if limit > 0 else 0.0


def _finite(rows: Rows) -> Rows:
    """The values as doubles, NaN for those that aren't finite."""
    return np.where(np.isfinite(rows), rows, np.nan).astype(np.float64)


_JUDGES: dict[str, Callable[[Rows, LayerSample], str]] = {
    "tanh": _of_tanh,
    "abs": _of_abs,
    "split_signs": _of_split_signs,
    "standardise": _of_standardise,
    "quantile": _of_quantile,
}
