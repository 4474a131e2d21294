"""Whether two values of a trait are equal, also where they are arrays."""

from __future__ import annotations

from typing import Any

import numpy as np


def equal(one: Any, other: Any) -> bool:
    """Whether two values are equal; arrays are if they have the same shape and values."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    return bool(one == other)
