"""Writing tokens and tracks block by block, one entry a time step."""

from __future__ import annotations

from collections.abc import Sequence

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.hdf5.growing_dataset import GrowingDataset
from lstmvis_widget.hdf5.texts import key_of
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track

from .output_writers import OutputTrackWriter, check_kind
from .text_writer import TextWriter


class IdWriter(GrowingDataset):
    """Writes tokens that are integer ids."""

    def __init__(self, group: h5py.Group) -> None:
        super().__init__(group, "tokens", (), np.int64)


class NumberTrackWriter:
    """Writes a continuous track."""

    kind = "continuous"

    def __init__(self, group: h5py.Group, _first: Track) -> None:
        self._values = GrowingDataset(group, "values", (), np.float64)

    def check(self, track: Track, name: str) -> None:
        """Raise ValueError where a block is of another kind than the first."""
        check_kind(self.kind, track, name)

    def append(self, track: Track) -> None:
        """Add the numbers of a block."""
        assert isinstance(track, ContinuousTrack)  # noqa: S101  (`check` has compared the kinds)
        self._values.append(track.values)

    def flush(self) -> None:
        """Write the appended entries to disk."""
        self._values.flush()


class LabelTrackWriter:
    """Writes a categorical or a top-k track: each label once, the codes of the steps, and the scores of the top k."""

    def __init__(self, group: h5py.Group, first: Track) -> None:
        self.kind = first.kind
        row_shape = first.labels.shape[1:] if isinstance(first, TopKTrack) else ()
        self._known: dict[str, int] = {}
        self._labels = TextWriter(group.create_group("labels"))
        self._codes = GrowingDataset(group, "codes", row_shape, np.int32)
        self._scores = GrowingDataset(group, "scores", row_shape, np.float64) if isinstance(first, TopKTrack) else None

    def check(self, track: Track, name: str) -> None:
        """Raise ValueError where a block is of another kind than the first, or has another number of labels a step."""
        check_kind(self.kind, track, name)
        if isinstance(track, TopKTrack) and track.labels.shape[1:] != self._codes.dataset.shape[1:]:
            first = self._codes.dataset.shape[1]
            msg = f"track {name!r} had {first} labels a step in the first block; this one has {track.labels.shape[1]}"
            raise ValueError(msg)

    def append(self, track: Track) -> None:
        """Add the labels of a block; those that are new go into the table of labels first."""
        before = len(self._known)
        if isinstance(track, TopKTrack):
            texts = [str(label) for label in track.labels.reshape(-1)]
            codes = self._coded(texts).reshape(track.labels.shape)
        else:
            assert isinstance(track, CategoricalTrack)  # noqa: S101  (`check` has compared the kinds)
            table = np.append(self._coded(track.labels), np.int32(-1))
            codes = table[track.codes]
        self._labels.append(list(self._known)[before:])
        self._codes.append(codes)
        if self._scores is not None and isinstance(track, TopKTrack):
            self._scores.append(track.scores)

    def _coded(self, texts: Sequence[str]) -> NDArray[np.int32]:
        known = self._known
        return np.fromiter((known.setdefault(text, len(known)) for text in texts), np.int32, len(texts))

    def flush(self) -> None:
        """Write the appended entries to disk."""
        for part in (self._labels, self._codes, self._scores):
            if part is not None:
                part.flush()


TrackWriter = NumberTrackWriter | LabelTrackWriter | OutputTrackWriter


def track_writer(tracks: h5py.Group, name: str, first: Track) -> TrackWriter:
    """Make the writer for a track, whose first block says of which kind it is."""
    group = tracks.create_group(key_of(name))
    if isinstance(first, OutputTrack):
        return OutputTrackWriter(group, first)
    return NumberTrackWriter(group, first) if isinstance(first, ContinuousTrack) else LabelTrackWriter(group, first)


def track_bytes(track: Track) -> int:
    """Bytes that a block of a track takes, at most."""
    if isinstance(track, OutputTrack):
        return (
            track.scores(0, 1).nbytes * len(track)
            + 3 * track.codes.nbytes
            + sum(4 * len(name) for name in track.classes)
        )
    if isinstance(track, ContinuousTrack):
        return track.values.nbytes
    if isinstance(track, CategoricalTrack):
        return track.codes.nbytes + sum(4 * len(label) + 8 for label in track.labels)
    return 12 * track.scores.size + sum(4 * len(str(label)) + 8 for label in track.labels.reshape(-1))
