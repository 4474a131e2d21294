"""Rows that lie elsewhere, in one process: what is asked of them is pickled, done block by block, joined as a tree."""

import pickle

import numpy as np

from lstmvis_widget.states.folding import clipped


def sent(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301  (our own)


class ArrayElsewhere:
    """An array that lies in several places, divided into chunks at random.

    Attributes
    ----------
    brought : int
        Rows that were brought here.
    asked : int
        Bytes of what was sent to the places.
    """

    def __init__(self, array, seed=0, chunks=5, places=3):
        source = np.random.default_rng(seed)
        self.array, self.shape, self.dtype = array, array.shape, array.dtype
        cuts = np.unique(source.integers(0, len(array) + 1, chunks - 1))
        self._bounds = [0, *[cut for cut in cuts.tolist() if 0 < cut < len(array)], len(array)]
        self._source, self._places = source, places
        self.client = None
        self.brought = self.asked = 0

    def __getitem__(self, rows):
        self.brought += len(self.array[rows])
        return self.array[rows]

    def begin_index(self, states, threshold):
        raise NotImplementedError

    def fold(self, of_block, join, *, beside, ranges, check, progress):
        chunks = zip(self._bounds, self._bounds[1:], strict=False)
        blocks = list(clipped(chunks, [(0, len(self.array))] if ranges is None else ranges))
        made = []
        for some in np.array_split(np.arange(len(blocks)), self._places):
            there = [blocks[place] for place in some]
            if there:
                given = [] if beside is None else [beside.within(there[0][0], there[-1][1])]
                check()
                made.append(self._at_one_place(of_block, join, there, given))
        progress(1.0)
        return self._tree(join, made)

    def _at_one_place(self, of_block, join, blocks, beside):
        self.asked += len(pickle.dumps((of_block, join, beside)))
        of_block, join, beside = sent((of_block, join, beside))
        made = [of_block(start, self._read_only(start, stop), *beside) for start, stop in blocks]
        return sent(self._tree(join, made))

    def _read_only(self, start, stop):
        rows = self.array[start:stop].copy()
        rows.flags.writeable = False
        return rows

    def _tree(self, join, made):
        """Neighbours are joined, in any order."""
        while len(made) > 1:
            place = int(self._source.integers(0, len(made) - 1))
            made[place : place + 2] = [join(*made[place : place + 2])]
        return made[0] if made else None
