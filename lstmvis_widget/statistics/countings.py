"""Which counting answers a question: by the unit that is counted, among the steps that count for each label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args

from numpy.typing import ArrayLike

from lstmvis_widget.matching.matches import CountedUnit
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.sequences import Sequences

from .counted_steps import Mask, mask_of, names_asked, together
from .counting import Counting, Steps, WholeMatches
from .counting_ranges import Overlaps, WholeRanges

COUNTED_UNITS = get_args(CountedUnit)


def counting_of(track: Any, by: CountedUnit, sequences: ArrayLike | None, mask: Mask | None = None) -> Counting:
    """The counting of the labels of ``track`` by step, match or range, among the steps of a mask."""
    if by not in COUNTED_UNITS:
        raise ValueError(f"by must be one of {', '.join(map(repr, COUNTED_UNITS))}; got {by!r}")
    labels = as_labels(track)
    lengths = Sequences.of(sequences, len(labels.codes))
    kinds: dict[str, type[Counting]] = {"match": WholeMatches, "range": WholeRanges, "overlap": Overlaps}
    return kinds.get(by, Steps)(labels, lengths, mask)


class Asked(NamedTuple):
    """Which labels are asked for, which steps count, and what labels are held against; as given by the caller."""

    labels: Any = None
    where: Any = None
    against: Any = None


class Countings:
    """The names that are asked for, each with its counting: one for all, or one for each if held against others.

    It is iterated over as often as needed: each counting is made when its turn comes, as it may hold a few numbers for
    each step.

    Parameters
    ----------
    track, by, sequences
        As for `counting_of`.
    asked : Asked
    tracks : mapping, optional
        Tracks that ``where`` may name.

    Raises
    ------
    TypeError, ValueError
        There is no such label or track, or a label is held against itself.
    """

    def __init__(
        self,
        track: Any,
        by: CountedUnit,
        sequences: ArrayLike | None,
        asked: Asked,
        tracks: Mapping[str, Any] | None = None,
    ) -> None:
        labels = as_labels(track)
        self._labels, self._by, self._sequences = labels, by, sequences
        self._every = counting_of(labels, by, sequences, mask_of(asked.where, len(labels.codes), tracks))
        self.names, others = names_asked(self._every.names, asked.labels, asked.against)
        self._groups = None if others is None else [together(name, others) for name in self.names]

    def __len__(self) -> int:
        return 1 if self._groups is None else len(self._groups)

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], Counting]]:
        if self._groups is None:
            yield self.names, self._every
            return
        for group in self._groups:
            mask = self._every.steps_of(group)
            yield group[:1], counting_of(self._labels, self._by, self._sequences, mask)
