"""Numbers as the page writes them (js/src/shared/text.ts)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal


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
    if magnitude == 0 or 0.005 <= magnitude < 1e5:
        return format_fixed(value, 2)
    rounded = _rounded(value, 3)
    exponent = rounded.adjusted()
    if -7 < exponent < 3:
        return _with_minus(f"{rounded:.{2 - exponent}f}")
    mantissa = rounded.scaleb(-exponent)
    return _with_minus(f"{mantissa:.2f}e{exponent:+d}")


def format_fixed(value: float, decimals: int) -> str:
    """A number with so many decimals; a half is rounded away from zero, as in JavaScript."""
    return _with_minus(str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)))


def format_short(value: float) -> str:
    """A number with at most four significant digits."""
    rounded = _rounded(value, 4).normalize()
    exponent = rounded.adjusted()
    if rounded == 0 or -7 < exponent < 21:
        return _with_minus(f"{rounded:f}")
    return _with_minus(f"{rounded.scaleb(-exponent):f}e{exponent:+d}")


def format_share(share: float) -> str:
    """A share, 0…1, in percent, of which only nothing is "0 %" and only all is "100 %"."""
    percent = math.floor(100 * share + 0.5)
    if percent == 0 and share > 0:
        return "<1 %"
    return ">99 %" if percent == 100 and share < 1 else f"{percent} %"


def _rounded(value: float, digits: int) -> Decimal:
    """A number with so many significant digits."""
    return Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))


def _with_minus(text: str) -> str:
    return text.replace("-", "−")
