"""Every engine, made of opened states and a threshold: each ranks the states of every source."""

from lstmvis_widget.states.index import OnOffIndex, begin_index
from tests.partitions.parted import Scattered, parted_index


def in_parts(states, threshold):
    """Parts of some steps each, in places of their own: all that they are asked and answer is pickled."""
    return parted_index(states, threshold, [0, 1, 20, 20, 45, len(states)], Scattered)


ENGINES = {
    "that of the source": lambda states, threshold: begin_index(states, threshold).run(),
    "packed bits": OnOffIndex.build,
    "in parts": in_parts,
}
