"""Time steps as part of a question: equal where they are the same steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class SameSteps:
    """Some steps, which ascend; compared by their numbers.

    Parameters
    ----------
    steps : ndarray of int64
        Not changed later.
    """

    def __init__(self, steps: NDArray[np.int64]) -> None:
        self.steps = steps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameSteps) and (
            self.steps is other.steps or np.array_equal(self.steps, other.steps)  # mostly the same array
        )

    def __hash__(self) -> int:
        return hash((len(self.steps), *self.steps[:1].tolist(), *self.steps[-1:].tolist()))
