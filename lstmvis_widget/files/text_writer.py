"""Writing texts block by block."""

from __future__ import annotations

from collections.abc import Sequence

import h5py
import numpy as np

from lstmvis_widget.hdf5.growing_dataset import GrowingDataset
from lstmvis_widget.hdf5.texts import ENDS, UTF8, encode_texts


class TextWriter:
    """Writes texts into a group, as `encode_texts` describes it."""

    def __init__(self, group: h5py.Group) -> None:
        self._parts = GrowingDataset(group, UTF8, (), np.uint8), GrowingDataset(group, ENDS, (), np.int64)

    def append(self, texts: Sequence[str | bytes]) -> None:
        """Add texts at the end."""
        utf8, lengths = encode_texts(texts)
        utf8_rows, ends = self._parts
        ends_now = utf8_rows.rows + np.cumsum(lengths)
        utf8_rows.append(utf8)
        ends.append(ends_now)

    def flush(self) -> None:
        """Write the appended entries to disk."""
        for part in self._parts:
            part.flush()
