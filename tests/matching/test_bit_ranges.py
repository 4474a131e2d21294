"""AND and OR over windows and ranges of steps, beside plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget.matching import bit_ranges
from lstmvis_widget.matching.bit_gathering import gathered
from lstmvis_widget.matching.bit_ranges import off_after, off_over_windows, on_over_ranges, over_windows
from lstmvis_widget.states.bits import Bits
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import never_cancelled
from tests.strategies import sequence_lengths

WORDS = st.sampled_from([0, 1, 2, 3, 2**63, 2**64 - 1, 2**64 - 2])


def words_of(*shape):
    return arrays(np.uint64, shape, elements=WORDS)


@given(words=st.integers(1, 40).flatmap(words_of), data=st.data())
def test_windows_of_any_size(words, data):
    size = data.draw(st.integers(1, len(words)))
    windows = [words[i : i + size] for i in range(len(words) - size + 1)]
    for reduce in (np.bitwise_and, np.bitwise_or):
        before = words.copy()
        assert over_windows(reduce, words, size).tolist() == [reduce.reduce(window) for window in windows]
        assert words.tolist() == before.tolist()


@given(words=words_of(2, 9), start=st.integers(-12, 12), size=st.integers(0, 30))
def test_a_stretch_may_reach_beyond_both_ends(words, start, size):
    expected = [[row[step] if 0 <= step < 9 else 0 for step in range(start, start + size)] for row in words]
    assert Bits(words).stretch(words, start, start + size).tolist() == expected


@given(words=st.integers(1, 300).flatmap(lambda steps: words_of(2, steps)), data=st.data())
def test_ranges_of_any_length(words, data):
    steps = st.integers(0, words.shape[1])
    ranges = data.draw(st.lists(st.tuples(steps, steps).map(sorted), min_size=1, max_size=5))
    start, stop = np.array(ranges).T
    on = on_over_ranges(Bits(words), start, stop, np.array([1]))
    for number, (first, end) in enumerate(ranges):
        assert on[0, number] == np.bitwise_and.reduce(words[1, first:end])


@pytest.mark.parametrize("looked_up", [0, 16, 10**6])
@given(words=st.integers(1, 300).flatmap(lambda steps: words_of(2, steps)), data=st.data())
def test_off_over_windows_of_any_size(looked_up, words, data):
    size = data.draw(st.integers(1, words.shape[1]))
    starts = np.array(data.draw(st.lists(st.integers(0, words.shape[1] - size), max_size=5)), np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bit_ranges, "LOOKED_UP", looked_up)
        patch.setattr(bit_ranges, "BLOCK_STEPS", 7)
        off = off_over_windows(Bits(words), starts, size)
    for number, start in enumerate(starts):
        assert off[:, number].tolist() == (~np.bitwise_or.reduce(words[:, start : start + size], axis=1)).tolist()


@given(words=words_of(2, 12), limit=st.integers(1, 12), data=st.data())
def test_off_after_a_range_that_stops_at_a_step(words, limit, data):
    sequences = Sequences.of(data.draw(sequence_lengths(12)), 12)
    found = off_after(Bits(words), words, limit, sequences, never_cancelled)
    for step in range(12):
        first, end = (int(bound[0]) for bound in sequences.around([step]))
        exists = first < step and step + limit <= end
        expected = ~np.bitwise_or.reduce(words[:, step : step + limit], axis=1) if exists else [0, 0]
        assert found[:, step].tolist() == list(expected)


@given(masks=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_selected_cells_are_gathered_in_as_few_words_as_hold_them(masks, seed):
    words = np.random.default_rng(seed).integers(0, 2**64 - 1, (len(masks), 7), np.uint64)
    mask = np.array(masks, np.uint64)
    rows = np.flatnonzero(mask)
    if len(rows):
        found, used = gathered(words, rows, mask[rows], never_cancelled)
        count = sum(each.bit_count() for each in masks)
        assert len(found) == len(used) == -(-count // 64)
        assert int(np.bitwise_count(used).sum()) == count
        columns = (bits_of(found & used[:, None]), bits_of(words & mask[:, None]))
        assert all(np.array_equal(*pair) for pair in zip(*columns, strict=True))


def bits_of(words):
    """How each cell that is ever on runs over the steps, the cells in an order of their own."""
    bits = np.unpackbits(words.view(np.uint8).reshape(*words.shape, 8), axis=2).transpose(1, 0, 2)
    cells = bits.reshape(bits.shape[0], -1).T
    cells = cells[cells.any(axis=1)]
    return cells[np.lexsort(cells.T)]
