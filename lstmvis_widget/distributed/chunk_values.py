"""The values of a chunk, as they are read of states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.states.folding import native_numbers


def source_values(chunk: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The rows of a chunk as `States.read_source` gives them; ``dtype`` is that of the array."""
    values = native_numbers(chunk if type(chunk) is np.ndarray else as_numpy(chunk))
    return values.astype(native_numbers(np.empty(0, dtype)).dtype, copy=False)
