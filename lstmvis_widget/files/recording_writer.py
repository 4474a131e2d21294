"""Writing a recording, whose output track is complete only after its last step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstmvis_widget.hdf5.texts import key_of
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.timeline.tracks import Track

from .output_writers import LateOutputTrackWriter, OutputTrackWriter
from .state_writer import StateWriter
from .track_writers import track_bytes


class RecordingWriter(StateWriter):
    """A `StateWriter` that takes an output track, or the targets of one, after the last step.

    Parameters
    ----------
    path : path
    late : str, optional
        Name of an output track that `write_output` writes. Until then the file doesn't have it.
    late_dtype : dtype, default float32
        Of its scores.
    **options
        Of `StateWriter`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        late: str | None = None,
        late_dtype: DTypeLike = np.float32,
        **options: Any,
    ) -> None:
        self._late_name, self._late_dtype = late, late_dtype
        self._late: LateOutputTrackWriter | None = None
        super().__init__(path, **options)

    def _begin_tracks(self, group: h5py.Group, tracks: Mapping[str, Track]) -> None:
        super()._begin_tracks(group, tracks)
        if self._late_name is not None:
            self._late = LateOutputTrackWriter(group.create_group(key_of(self._late_name)), self._late_dtype)

    def finish(self) -> None:
        """Say that no more steps come. The file is complete then, whatever happens to outputs."""
        self._check_open()
        self._finish()

    def write_output(self, track: OutputTrack) -> None:
        """Write the late output track.

        Raises
        ------
        OSError
            It can't be written.
        """
        assert self._late is not None  # noqa: S101  (there are steps)
        with self._writing():
            self._space.reserve(2 * track_bytes(track))
            self._late.write(track)

    def set_targets(self, name: str, targets: NDArray[np.int32]) -> None:
        """Write the targets of an output track, by sequence or by step.

        Raises
        ------
        OSError
            They can't be written.
        """
        writer = self._tracks[name]
        assert isinstance(writer, OutputTrackWriter)  # noqa: S101  (the name is that of an output track)
        with self._writing():
            self._space.reserve(2 * targets.nbytes)
            writer.set_targets(targets)
            writer.flush()
