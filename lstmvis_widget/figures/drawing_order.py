"""The order in which many points are drawn over each other, as in the page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def drawing_order(count: int) -> NDArray[np.int64]:
    """The order in which points are drawn, which spreads the points of a sequence over it."""
    golden = (np.sqrt(5) - 1) / 2
    stride = max(1, int(np.floor(count * golden + 0.5)))
    while np.gcd(stride, count) > 1:
        stride += 1
    return np.arange(count, dtype=np.int64) * stride % max(1, count)
