"""Writing tokens and tracks block by block, one entry a time step."""

from __future__ import annotations

from collections.abc import Sequence

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.hdf5.growing_dataset import GrowingDataset
from lstmvis_widget.hdf5.texts import ENDS, UTF8, encode_texts, key_of
from lstmvis_widget.states.output_track import UNKNOWN, OutputTrack
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track


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
        _check_kind(self.kind, track, name)

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
        _check_kind(self.kind, track, name)
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


class OutputTrackWriter:
    """Writes an output track: its classes once, the scores as they are given, and the targets if there are any."""

    kind = "output"

    def __init__(self, group: h5py.Group, first: Track) -> None:
        assert isinstance(first, OutputTrack)  # noqa: S101  (`track_writer` has chosen by the kind)
        self._group, self._classes, self._are_logits = group, first.classes, first.logits
        scores = first.scores(0, 1)
        self._scores = GrowingDataset(group, "logits" if first.logits else "scores", scores.shape[1:], scores.dtype)
        self._targets = None if first.targets is None else GrowingDataset(group, "targets", (), np.int32)
        self._names = TextWriter(group.create_group("classes"))
        self._names.append(first.classes)

    def check(self, track: Track, name: str) -> None:
        """Raise ValueError where a block isn't like the first one."""
        _check_kind(self.kind, track, name)
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
        if self._targets is None and track.targets is not None:
            msg = f"track {name!r} had no targets in the first block; this one has some. Give None for unknown ones"
            raise ValueError(msg)

    def append(self, track: Track) -> None:
        """Add the scores of a block, and a target for each of its steps."""
        assert isinstance(track, OutputTrack)  # noqa: S101  (`check` has compared the kinds)
        self._scores.append(track.scores(0, len(track)))
        if self._targets is not None:
            targets = UNKNOWN if track.targets is None else track.targets
            self._targets.append(np.broadcast_to(np.asarray(targets, np.int32), (len(track),)))

    def set_targets(self, targets: NDArray[np.int32]) -> None:
        """Write the targets of all sequences, after the last block."""
        self._targets = GrowingDataset(self._group, "targets", (), np.int32)
        self._targets.append(targets)

    def flush(self) -> None:
        """Write the appended entries to disk."""
        for part in (self._names, self._scores, self._targets):
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
            track.scores(0, 1).nbytes * len(track) + track.codes.nbytes + sum(4 * len(name) for name in track.classes)
        )
    if isinstance(track, ContinuousTrack):
        return track.values.nbytes
    if isinstance(track, CategoricalTrack):
        return track.codes.nbytes + sum(4 * len(label) + 8 for label in track.labels)
    return 12 * track.scores.size + sum(4 * len(str(label)) + 8 for label in track.labels.reshape(-1))


def _check_kind(first: str, track: Track, name: str) -> None:
    if track.kind != first:
        msg = f"track {name!r} was {first} in the first block; this one is {track.kind}"
        raise ValueError(msg)
