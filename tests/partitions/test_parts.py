"""Parts and queries on their way between processes."""

import itertools
import pickle
import sys

import numpy as np
import pytest

from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.partitions.parts import packed_part
from lstmvis_widget.partitions.questions import Query, best_of, counts_of, joined_best, joined_counts
from lstmvis_widget.states.on_off import on_rule
from lstmvis_widget.timeline.sequences import Sequences
from tests.partitions.parted import parted_index, parts_of, sent
from tests.strategies import sticky_states


def test_a_part_tells_its_size_and_leaves_behind_what_can_be_made_again():
    array = sticky_states(5000, 130, seed=0)
    [part] = parts_of(array, 0.1, [0, 5000])
    of_bits = 3 * 8 * 5000
    before = len(pickle.dumps(part))
    assert of_bits < before < 1.1 * of_bits + 4000
    _ = part.bits.levels_on, part.bits.levels_off, part.bits.backwards.levels_on, part.index
    assert len(pickle.dumps(part)) == before
    assert of_bits < part.nbytes < sys.getsizeof(part) < 1.2 * of_bits


def test_a_query_is_small_however_many_cells_are_selected():
    query = Query(np.arange(1, 1000, 2), Pattern(0.3, 2, 1), 3, None, 50)
    assert len(pickle.dumps(query)) < 300
    arrived = sent(query)
    assert arrived.selected.tolist() == query.selected.tolist()
    assert arrived.selected.dtype == np.int64
    assert (arrived.pattern, arrived.min_length, arrived.max_length, arrived.k) == (query.pattern, 3, None, 50)


@pytest.mark.parametrize("rows", [[3, 3], [4, 4]])
def test_a_part_has_as_many_rows_as_it_says(rows):
    blocks = [np.zeros((count, 2)) for count in rows]
    with pytest.raises(ValueError, match=r"a part of 7 steps must have as many rows; got [68]"):
        packed_part(blocks, on_rule(0.5), first=0, steps=7, cells=2)


def test_one_long_run_makes_no_long_array():
    array = np.zeros((400_000, 1), np.int8)
    array[5:, 0] = 1
    parts, query = parts_of(array, 1, [0, 10, 400_000]), Query(np.array([0]), Pattern(1), 1, None, 5)
    whole = Sequences.of(None, len(array))
    counted = joined_counts(sent(counts_of([part], query, whole)) for part in parts)
    assert [column.tolist() for column in counted] == [[399_995], [1], [1]]
    best = joined_best([sent(best_of([part], query, whole)) for part in parts], 5)
    assert [column.tolist() for column in best] == [[5], [400_000], [1], [1]]
    dense = counted.dense()
    assert (len(dense.every), dense.every.sum(), dense.full[-1]) == (399_996, 1, 1)


def test_parts_may_be_missing():
    array = sticky_states(60, 5, seed=3)
    parts, query = parts_of(array, 0.1, [0, 20, 20, 41, 60]), Query(np.array([1, 3]), Pattern(0.1, 1), 1, None, 1000)
    whole = Sequences.of([30, 30], 60)
    every = best_of(parts, query, whole)
    apart = joined_best([best_of(parts[3:], query, whole), best_of(parts[:3], query, whole)], 1000)
    assert [column.tolist() for column in every] == [column.tolist() for column in apart]
    assert len(best_of([], query, whole).start) == len(best_of(parts[1:2], query, whole).start) == 0


def test_an_index_of_parts_has_a_column_for_steps_of_several_parts():
    array = sticky_states(50, 5, seed=1)
    engine, on = parted_index(array, 0.1, [0, 7, 8, 30, 50]), array >= 0.1
    edges = np.array([3, 8, 16, 24, 32, 40, 45])
    expected = [on[first:end].sum(axis=0).tolist() for first, end in itertools.pairwise(edges)]
    assert engine.counts_on(np.arange(5), edges, 8).tolist() == expected


def test_states_may_have_no_cells():
    index = parted_index(np.zeros((7, 0)), 0.5, [0, 3, 7])
    assert index.on_rates().tolist() == []
    assert index.count_on([], [0, 6]).tolist() == [0, 0]
