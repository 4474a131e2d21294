"""The scale of a layer: the range of its values, a threshold to begin with, and the thresholds that the page offers."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .byte_codes import MOST_LEVELS, ThresholdGrid
from .samples import LayerSample, sample_of
from .sources import States

MOST_STEPS = 200
"""Steps of the threshold over the range of a layer, at most."""

RECTIFIED_ZEROS = 0.4
"""Share of exact zeros from which on non-negative states are taken for those of a ReLU, half of which are zeros."""

HUGE = np.finfo(np.float64).max / 4
"""Numbers beyond ±this may be further apart than the greatest float."""


class Scale(NamedTuple):
    """The range of a layer's values, a default threshold, and the thresholds that the page offers, with their step.

    ``grid`` is ``thresholds`` in the precision of the states, or None if they aren't all different in it.
    """

    low: float
    high: float
    threshold: float
    step: float
    thresholds: tuple[float, ...]
    grid: ThresholdGrid | None


def scale_of(states: States, sample: LayerSample | None = None) -> Scale:
    """Find the scale of a layer from all its values if they are few, else from a sample, unless one is given.

    If the values fit [−1, 1], the range is [0, 1] or [−1, 1], and the threshold 0.3. Else the range is that of the
    values, and the threshold their 0.9 quantile, unless most values reach that, such as the zeros of sparse states:
    then it is above that value. Of sparse, non-negative states, as of a ReLU, on is above 0. Some transforms have a
    scale of their own, or a threshold, which the range then contains.
    """
    low, high, threshold = states.usual_scale or _scale_of_sample((sample or sample_of(states)).values, states)
    if (usual := states.usual_threshold) is not None:
        low, high, threshold = min(low, usual), max(high, usual), usual
    states.prepare()  # an error is raised now
    step = _step_between(low, high)
    thresholds = _multiples(low, high, step, _greatest(states.dtype))
    return Scale(low, high, threshold, step, thresholds, _grid(thresholds, states))


def _scale_of_sample(sample: NDArray[Any], states: States) -> tuple[float, float, float]:
    """The lowest and the highest finite value, and the threshold."""
    sample = sample[np.isfinite(sample)]
    low, high = (float(sample.min()), float(sample.max())) if sample.size else (0.0, 0.0)
    if low >= -1 and high <= 1:
        return (0.0 if low >= 0 else -1.0), 1.0, 0.3
    top = _quantile(sample, 0.9)
    is_rectified = low == 0 and states.transform is None and np.mean(sample == 0) >= RECTIFIED_ZEROS
    if not is_rectified and np.mean(sample >= top) <= 0.5:
        return low, high, top
    if is_rectified or top == 0:
        return low, high, states.least_above_zero or 1.0
    above = sample[sample > top]
    if above.size:
        return low, high, float(above.min())
    most = _greatest(states.dtype)
    next_one = np.nextafter(np.array(high, states.dtype if states.dtype.kind == "f" else np.float64), most)
    return low, high, min(max(high + 1.0 / MOST_STEPS, float(next_one)), most)


def _quantile(sample: NDArray[Any], share: float) -> float:
    """The quantile of finite values, also between two that are further apart than the greatest float."""
    factor = 0.25 if np.abs(sample).max() > HUGE else 1.0
    return float(np.quantile(sample * np.float64(factor), share)) / factor


def _step_between(low: float, high: float) -> float:
    """The step of a threshold in this range: so long that all multiples of it differ."""
    width = high / MOST_STEPS - low / MOST_STEPS if high > HUGE or low < -HUGE else (high - low) / MOST_STEPS
    return _nice_step(max(width or 1.0 / MOST_STEPS, 4 * math.ulp(max(-low, high, 1.0))))


def _greatest(dtype: np.dtype[Any]) -> float:
    """The greatest number in the precision in which states are compared."""
    return float(np.finfo(dtype if dtype.kind == "f" else np.float64).max)


def _nice_step(least: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is at least ``least``."""
    power = math.floor(math.log10(least))
    step = next(factor * 10.0**power for factor in (1, 2, 5, 10) if factor * 10.0**power >= least * (1 - 1e-9))
    return float(f"{step:.0e}")


def _multiples(low: float, high: float, step: float, most: float) -> tuple[float, ...]:
    """Multiples of ``step`` over the range, and as far beyond it on both sides as a byte can count, up to ±``most``."""
    first, last = math.floor(low / step), math.ceil(high / step)
    spare = MOST_LEVELS - (last - first + 1)
    digits = max(0, -math.floor(math.log10(step)))
    multiples = (round(i * step, digits) for i in range(first - spare // 2, last + spare // 2 + 1))
    return tuple(multiple for multiple in multiples if abs(multiple) <= most)


def _grid(thresholds: tuple[float, ...], states: States) -> ThresholdGrid | None:
    try:
        return ThresholdGrid(thresholds, states.dtype)
    except ValueError:  # too fine for the states' precision
        return None
