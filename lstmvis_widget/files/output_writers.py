"""Writing output tracks: block by block, or all at once after the last step."""

from __future__ import annotations

import h5py
import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.hdf5.growing_dataset import GrowingDataset
from lstmvis_widget.states.output_track import UNKNOWN, OutputTrack
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.blocks import blocks_of

from .text_writer import TextWriter

LATE_CHUNK = (1024, 4)
"""Steps and classes in a chunk of scores whose number of classes isn't known when their dataset is made."""

LATE_BLOCK = 64 * LATE_CHUNK[0]
"""Steps that are written at once."""


class _OutputGroup:
    """What every output track has: classes, what is expected at each step, and targets if there are any."""

    def __init__(self, group: h5py.Group) -> None:
        self._names = TextWriter(group.create_group("classes"))
        self._expected = GrowingDataset(group, "expected", (), np.int32)
        self._confidence = GrowingDataset(group, "confidence", (), np.float32)
        self._targets = GrowingDataset(group, "targets", (), np.int32)

    def set_targets(self, targets: NDArray[np.int32]) -> None:
        """Write the targets of all sequences, or steps, after the last block."""
        self._targets.append(targets)

    def _append_expected(self, track: OutputTrack) -> None:
        self._expected.append(track.expected)
        self._confidence.append(track.confidence)

    def flush(self) -> None:
        """Write the appended entries to disk."""
        for part in (self._names, self._expected, self._confidence, self._targets):
            part.flush()


class OutputTrackWriter(_OutputGroup):
    """Writes an output track block by block: its classes once, and the scores as they are given."""

    kind = "output"

    def __init__(self, group: h5py.Group, first: Track) -> None:
        assert isinstance(first, OutputTrack)  # noqa: S101  (`track_writer` has chosen by the kind)
        super().__init__(group)
        self._classes, self._are_logits = first.classes, first.logits
        self._has_targets = first.targets is not None
        scores = first.scores(0, 1)
        self._scores = GrowingDataset(group, "logits" if first.logits else "scores", scores.shape[1:], scores.dtype)
        self._names.append(first.classes)

    def check(self, track: Track, name: str) -> None:
        """Raise ValueError where a block isn't like the first one."""
        check_kind(self.kind, track, name)
        assert isinstance(track, OutputTrack)  # noqa: S101  (the kinds are the same)
        first, there = self._scores.dataset, track.scores(0, 1)
        for what, before, now in (
            ("the classes", self._classes, track.classes),
            ("logits", self._are_logits, track.logits),
            ("columns", first.shape[1], there.shape[1]),
            ("scores of", str(first.dtype), str(there.dtype)),
        ):
            if before != now:
                msg = f"track {name!r} had {what} {brief(before)} in the first block; this one has {brief(now)}"
                raise ValueError(msg)
        if not self._has_targets and track.targets is not None:
            msg = f"track {name!r} had no targets in the first block; this one has some. Give None for unknown ones"
            raise ValueError(msg)

    def append(self, track: Track) -> None:
        """Add the scores of a block, and a target for each of its steps."""
        assert isinstance(track, OutputTrack)  # noqa: S101  (`check` has compared the kinds)
        self._scores.append(track.scores(0, len(track)))
        self._append_expected(track)
        if self._has_targets:
            targets = UNKNOWN if track.targets is None else track.targets
            self._targets.append(np.broadcast_to(np.asarray(targets, np.int32), (len(track),)))

    def flush(self) -> None:
        """Write the appended entries to disk."""
        super().flush()
        self._scores.flush()


class LateOutputTrackWriter(_OutputGroup):
    """Writes an output track at once, after the last step of the states.

    Its datasets are made before: others may read the file by then, and HDF5 allows no new ones. Neither the number of
    classes is known then, nor whether scores are probabilities or logits, so there is a dataset for each. The track is
    there as soon as one of them has a row for each step.
    """

    def __init__(self, group: h5py.Group, dtype: DTypeLike) -> None:
        super().__init__(group)
        self._scores, self._logits = (
            group.create_dataset(key, (0, 0), dtype, maxshape=(None, None), chunks=LATE_CHUNK)
            for key in ("scores", "logits")
        )

    def write(self, track: OutputTrack) -> None:
        """Write all of it, with its targets; the scores last."""
        self._names.append(track.classes)
        self._append_expected(track)
        if track.targets is not None:
            self.set_targets(track.targets)
        self.flush()
        there, steps = self._logits if track.logits else self._scores, len(track)
        columns = track.scores(0, min(1, steps)).shape[1]
        for start, stop in blocks_of(steps, LATE_BLOCK):
            there.resize((stop, columns))
            there[start:stop] = track.scores(start, stop)
        there.flush()


def check_kind(first: str, track: Track, name: str) -> None:
    """Raise ValueError where a block of a track is of another kind than the first."""
    if track.kind != first:
        msg = f"track {name!r} was {first} in the first block; this one is {track.kind}"
        raise ValueError(msg)
