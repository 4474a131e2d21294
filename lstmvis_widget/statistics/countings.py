"""Which counting answers a question: by the unit that is counted, among the steps that count for each label."""

from __future__ import annotations

from collections.abc import Mapping
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


def countings_of(
    track: Any, by: CountedUnit, sequences: ArrayLike | None, asked: Asked, tracks: Mapping[str, Any] | None
) -> list[tuple[tuple[str, ...], Counting]]:
    """The names that are asked for, each with its counting: one for all, or one for each if held against others.

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
    labels = as_labels(track)
    every = counting_of(labels, by, sequences, mask_of(asked.where, len(labels.codes), tracks))
    names, others = names_asked(every.names, asked.labels, asked.against)
    if others is None:
        return [(names, every)]
    held = [every.steps_of(together(name, others)) for name in names]
    return [((name,), counting_of(labels, by, sequences, mask)) for name, mask in zip(names, held, strict=True)]
