"""States cut into parts, as a cluster would hold them."""

import itertools
import pickle

import pytest

from lstmvis_widget.partitions import borders as borders_module
from lstmvis_widget.partitions.parted_index import PartedIndex
from lstmvis_widget.partitions.parts import Part, packed_part
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import never_cancelled, not_reported


def sent(message):
    """What arrives of a message elsewhere."""
    return pickle.loads(pickle.dumps(message))  # noqa: S301


def words_of_parts(array, threshold, cuts):
    """The bits of each part of states (T, D); ``cuts`` are the bounds of the parts, from 0 to T."""
    states = States(array)
    rule = states.on_rule(threshold)
    return [
        packed_part(
            [states.read_source(start, stop)] if start < stop else [],
            rule, first=start, steps=stop - start, cells=states.shape[1],
        )
        for start, stop in itertools.pairwise(cuts)
    ]  # fmt: skip


def parts_of(array, threshold, cuts, single_steps=1):
    """The parts of states, each of which came out of a pickle."""
    words = words_of_parts(array, threshold, cuts)
    around = borders_module.borders([each.lead() for each in words])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(borders_module, "SINGLE_STEPS", single_steps)
        return [sent(Part(*each)) for each in zip(words, around, strict=True)]


class PartsHere:
    """Holds all parts in this process, as a worker holds its own."""

    def __init__(self, parts):
        self._parts = parts

    @property
    def nbytes(self):
        return sum(each.nbytes for each in self._parts)

    def ask(self, question, *, sequences=None, check=never_cancelled, progress=not_reported):
        given = {} if sequences is None else {"sequences": sequences}
        return [question(self._parts, check=check, progress=progress, **given)]


def parted_index(array, threshold, cuts, holder=PartsHere, single_steps=1):
    """An engine over the parts of states."""
    steps, cells = array.shape
    return PartedIndex(
        holder(parts_of(array, threshold, cuts, single_steps)), steps=steps, cells=cells, threshold=threshold
    )


class Scattered:
    """A holder that keeps each part in a place of its own, and sends all messages pickled."""

    def __init__(self, parts):
        self.places = [[part] for part in parts]

    def ask(self, question, *, sequences=None, check=never_cancelled, progress=not_reported):  # noqa: ARG002
        given = {} if sequences is None else {"sequences": sequences}
        return [sent(sent(question)(place, check=check, **sent(given))) for place in self.places]
