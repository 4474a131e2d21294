"""Numbers as the page writes them (js/src/shared/text.ts)."""

from __future__ import annotations

import math


def format_count(count: int) -> str:
    """18204: "18,204"."""
    return f"{count:,}"


def plural(count: int, noun: str) -> str:
    """A count and what is counted."""
    return f"{format_count(count)} {noun}{'' if count == 1 else 's'}"


def format_value(value: float) -> str:
    """A number with two decimals, or three significant digits where it is small or large."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    magnitude = abs(value)
    if magnitude != 0 and (magnitude < 0.005 or magnitude >= 1e5):
        return _with_minus(f"{value:.3g}")
    return _with_minus(f"{value:.2f}")


def format_short(value: float) -> str:
    """A number with four significant digits."""
    return _with_minus(f"{value:.4g}")


def format_share(share: float) -> str:
    """A share, 0…1, in percent, of which only nothing is "0 %" and only all is "100 %"."""
    percent = math.floor(100 * share + 0.5)
    if percent == 0 and share > 0:
        return "<1 %"
    return ">99 %" if percent == 100 and share < 1 else f"{percent} %"


def _with_minus(text: str) -> str:
    return text.replace("-", "−")
