"""The value axis: its range, and round numbers on it, as in the page (js/src/explorer/time/scale.ts)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .colors import Extent
from .numerals import format_short

TICKS = 5
"""About so many."""

MOST = float(np.finfo(np.float64).max)
HUGE, HUGE_UNIT = MOST / 8, 1e300
"""Values beyond the first are drawn in units of the second, so that their differences are numbers."""

LONG = 1e7

BADGE_LENGTH = 7
"""How many characters of a threshold fit beside the plot."""

LEAST_STEP = 1e-300
"""On an axis with ticks closer than this no number can be told from the next."""


@dataclass(frozen=True)
class ValueAxis:
    """A range of values, with ticks. ``unit`` is what values are divided by where they are drawn."""

    low: float
    high: float
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    unit: float


def value_axis(chosen: str | Extent, layer: Extent, shown: Extent | None) -> ValueAxis:
    """The axis that ``value_axis`` asks for: of the layer, of the values in view, or a fixed range.

    ``shown`` is the extent of the values that are drawn, None if there is none.
    """
    if not isinstance(chosen, str):
        return _with_ticks(*chosen, nice=False)
    low, high = (layer if shown is None else shown) if chosen == "view" else layer
    if chosen == "layer" and shown is not None:
        low, high = min(low, shown[0]), max(high, shown[1])
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = -1.0, 1.0
    if low == high:
        margin = max(0.5, abs(low) / 10)
        low, high = max(low - margin, -MOST), min(high + margin, MOST)
    return _with_ticks(low, high, nice=True)


def finite_extent(*arrays: NDArray[np.floating]) -> Extent | None:
    """The least and the greatest finite value, or None where there is none."""
    finite = [values[np.isfinite(values)] for values in arrays]
    found = [(float(values.min()), float(values.max())) for values in finite if values.size]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def _with_ticks(low: float, high: float, *, nice: bool) -> ValueAxis:
    unit = HUGE_UNIT if max(-low, high) > HUGE else 1.0
    begin, end = low / unit, high / unit
    step = _step(begin, end)
    if step < LEAST_STEP:
        return ValueAxis(low, high, (), (), unit)
    if nice:
        for _ in range(2):  # a wider range may have wider steps
            begin, end = math.floor(begin / step) * step, math.ceil(end / step) * step
            step = _step(begin, end)
    first, last = math.ceil(begin / step - 1e-9), math.floor(end / step + 1e-9)
    # A multiple, or a quotient of a whole number, is the nearest number to the round one.
    ticks = [number / round(1 / step) if step < 1 else number * step for number in range(first, last + 1)]
    ticks = [tick for tick in ticks if abs(tick) <= MOST / unit]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    texts = [_text(tick * unit, decimals) for tick in ticks]
    short = [_short(tick * unit) for tick in ticks]
    if any(abs(tick * unit) >= LONG for tick in ticks) or decimals > 6:
        texts = short
    bounds = [min(max(bound * unit, -MOST), MOST) for bound in (begin, end)]
    return ValueAxis(bounds[0], bounds[1], tuple(tick * unit for tick in ticks), tuple(texts), unit)


def _step(low: float, high: float) -> float:
    """The distance of ticks: 1, 2 or 5 times a power of ten."""
    rough = (high - low) / TICKS
    if rough <= 0 or not math.isfinite(rough):
        return 0.0
    power = 10.0 ** math.floor(math.log10(rough))
    share = rough / power
    factor = 10 if share >= math.sqrt(50) else 5 if share >= math.sqrt(10) else 2 if share >= math.sqrt(2) else 1
    return factor * power


def _text(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return ("0" + text[2:] if text.startswith("-0") and not float(text.replace(",", "")) else text).replace("-", "−")


def _short(value: float) -> str:
    if value == 0:
        return "0"
    digits, _, power = f"{value:.3e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(power)}".replace("-", "−")


def threshold_text(value: float, axis: Extent, least_above_zero: float | None = None) -> str:
    """A threshold as the page writes it beside the plot (js/src/explorer/plot/threshold.ts).

    At least two decimals, and as many as it needs, or four digits where that is long; "> 0" for ``least_above_zero``.
    An arrow says that it lies outside of the axis.
    """
    arrow = "↑ " if value > axis[1] else "↓ " if value < axis[0] else ""
    text = "> 0" if value == least_above_zero else _in_full(value)
    return arrow + (text if len(text) <= BADGE_LENGTH else format_short(value))


def _in_full(value: float) -> str:
    for decimals in range(2, 9):
        text = f"{value:.{decimals}f}"
        if abs(value) < 1e9 and abs(float(text) - value) <= abs(value) * 1e-9:
            return text.replace("-", "−")
    return f"{value:.7g}".replace("-", "−")
