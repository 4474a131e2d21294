"""What the steps of each column have of a track, stacked, as in the page (js/src/explorer/tracks/track_shares.ts)."""

from __future__ import annotations

import numpy as np

from .colors import Colors, mixed, rgb
from .shown import Floats, Sent, decoded, has_labels, ramp_range

ANY_ONE = 0.35
"""How much of the colour of 1 a column of a 0/1 track has, at least, if any step is 1."""

SCORE_ALPHA = 0.6
"""Opacity for the highest score."""

PIXELS = 48
"""Height of the picture of a stack."""


def is_stacked(sent: Sent) -> bool:
    """Whether columns have several steps, of which it is known how many have what."""
    return "counts" in sent or "quantiles" in sent or "shares" in sent


def score_strength(scores: Floats, extent: tuple[float, float] | None) -> Floats:
    """The strength of scores: themselves if all lie between 0 and 1, else their places in their range; 0 for NaN."""
    if extent is None:
        return np.zeros(np.shape(scores))
    low, high = extent
    places = scores if low >= 0 and high <= 1 else (scores / 2 - low / 2) / ((high / 2 - low / 2) or 1)
    strength: Floats = np.nan_to_num(np.clip(places, 0, 1))
    return strength


def stacked(described: Sent, sent: Sent, steps: Floats, colors: Colors) -> Floats:
    """The pixels (PIXELS, columns, 4) of a track's stacks, from the top; ``steps`` is how many each column has."""
    heights = (np.arange(PIXELS) + 0.5) / PIXELS
    if has_labels(described):
        return _labels(sent, steps, heights, colors)
    if "shares" in sent:
        ones = decoded(sent["shares"], "<f4").astype(np.float64)
        amount = np.where(ones > 0, ANY_ONE + (1 - ANY_ONE) * np.sqrt(np.nan_to_num(ones)), 0)
        pixels = mixed(colors.ramp, amount, colors.ramp_zero)
        return np.tile(_with_opacity(pixels, ~np.isnan(ones)), (PIXELS, 1, 1))
    known = decoded(sent["known"], "<f4").astype(np.float64)
    quantiles = decoded(sent["quantiles"], "<f4").astype(np.float64).reshape(len(known), -1)
    size = quantiles.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        place = (1 - heights[:, None] / known) * (size - 1)
    there = heights[:, None] < known
    place = np.where(there, place, 0.0)
    below = np.clip(np.floor(place).astype(int), 0, size - 2)
    columns = np.arange(len(known))
    share = place - below
    values = quantiles[columns, below] * (1 - share) + quantiles[columns, below + 1] * share
    if described["kind"] == "top-k":
        strength = SCORE_ALPHA * score_strength(values, ramp_range(described))
        return _with_opacity(mixed(colors.line, strength, colors.word), there)
    fills = colors.ramped(values, ramp_range(described))
    return _with_opacity(np.nan_to_num(fills), there & ~np.isnan(fills).any(axis=-1))


def _labels(sent: Sent, steps: Floats, heights: Floats, colors: Colors) -> Floats:
    counts = decoded(sent["counts"], "<i4").reshape(len(steps), -1)
    reached = np.cumsum(counts, axis=1) / steps[:, None]
    size = counts.shape[1]
    # The last number is that of all labels without a colour of their own.
    palette = [rgb(colors.label(code)) for code in range(size - 1)] + [rgb(colors.label_rest)]
    code = (heights[:, None, None] >= reached).sum(axis=-1)
    pixels = np.asarray([*palette, np.zeros(3)])[code]
    return _with_opacity(pixels, colors.label_strength * (code < size))


def _with_opacity(pixels: Floats, opacity: Floats | np.ndarray) -> Floats:
    return np.concatenate([pixels, np.asarray(opacity, np.float64)[..., None]], axis=-1)
