import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.statistics.countings import counting_of
from lstmvis_widget.statistics.ranges import Found
from lstmvis_widget.statistics.rearranging import Permuting, Rotating, blocks_of, draws_of, p_of
from lstmvis_widget.statistics.shares import shares_of
from lstmvis_widget.timeline.labels import MISSING, as_labels
from lstmvis_widget.timeline.sequences import Sequences

LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=4)


def arrangement_of(blocks, draw):
    return blocks.codes[blocks.rearranging.moved(np.arange(len(blocks.codes)), draw)]


@given(LENGTHS, st.data())
@settings(max_examples=60, deadline=None)
def test_steps_are_rotated_within_their_sequence(lengths, data):
    codes = np.array(data.draw(st.lists(st.integers(0, 2), min_size=sum(lengths), max_size=sum(lengths))))
    blocks = blocks_of(codes, Sequences.of(lengths, len(codes)))
    if blocks.kind != "step":
        return
    ends = np.cumsum(lengths)
    parts = [codes[end - length : end].tolist() for end, length in zip(ends, lengths, strict=True)]
    turned = [[part[shift:] + part[:shift] for shift in range(len(part))] for part in parts]
    expected = sorted(list(itertools.chain(*each)) for each in itertools.product(*turned))
    assert sorted(arrangement_of(blocks, each).tolist() for each in blocks.rearranging.every()) == expected
    assert math.exp(blocks.rearranging.log_size) == pytest.approx(len(expected))


@given(lengths=st.lists(st.integers(1, 5), min_size=1, max_size=300), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("by", ["step", "span", "sequence"])
def test_blocks_that_are_sent_elsewhere_tell_the_same(by, lengths, seed):
    source, total = np.random.default_rng(seed), sum(lengths)
    codes = source.integers(0, 3, total)
    if by == "sequence":
        codes = np.repeat(source.integers(0, 3, len(lengths)), lengths)
    if by == "span":
        codes = np.repeat(codes[: -(-total // 3)], 3)[:total]
        codes[::4] = MISSING
    blocks = blocks_of(codes, Sequences.of(lengths, total))
    if not len(blocks.codes):
        return
    sent, steps = blocks.to_send(), int(blocks.bounds[-1])
    for draw in draws_of(blocks.rearranging, 3, seed):
        np.testing.assert_array_equal(arrangement_of(sent, draw), arrangement_of(blocks, draw))
    first, end = np.sort(source.integers(0, steps + 1, 2)).tolist()
    if first < end:
        values = source.normal(size=(end - first, 2))
        both = (each.summed(slice(first, end), values) for each in (sent, blocks))
        for found, expected in zip(*both, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_labels_that_belong_to_sequences_are_swapped_whole():
    codes = np.repeat([0, 1, 0], [2, 3, 1])
    blocks = blocks_of(codes, Sequences.of([2, 3, 1], 6))
    assert (blocks.kind, blocks.codes.tolist(), blocks.bounds.tolist()) == ("sequence", [0, 1, 0], [0, 2, 5, 6])
    dealt = [arrangement_of(blocks, each).tolist() for each in blocks.rearranging.every()]
    assert sorted(dealt) == sorted(
        [0, 1, 0] if swap is None else swap for swap in [[0, 1, 0], [1, 0, 0], [0, 0, 1]] * 2
    )


def test_a_step_without_a_label_does_not_make_a_sequence_mixed():
    codes = np.array([MISSING, 0, 0, 1, MISSING, 1, MISSING])
    blocks = blocks_of(codes, Sequences.of([3, 3, 1], 7))
    assert (blocks.kind, blocks.codes.tolist(), blocks.bounds.tolist()) == ("sequence", [0, 1], [0, 2, 4])


def test_labels_of_spans_move_from_span_to_span():
    codes = np.array([0, 0, MISSING, 1, 1, 1, MISSING, 1, 0, MISSING, 1])
    blocks = blocks_of(codes, Sequences.of([8, 3], 11))
    assert (blocks.kind, blocks.codes.tolist(), blocks.bounds.tolist()) == ("span", [0, 1, 1, 0, 1], [0, 2, 5, 6, 7, 8])
    dealt = {tuple(arrangement_of(blocks, each).tolist()) for each in blocks.rearranging.every()}
    assert dealt == {a + b for a in [(0, 1, 1), (1, 1, 0), (1, 0, 1)] for b in [(0, 1), (1, 0)]}


@given(st.integers(2, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_a_range_is_moved_as_a_whole(steps, data):
    start = data.draw(st.integers(0, steps - 1))
    stop = data.draw(st.integers(start + 1, steps))
    rotating = Rotating(np.array([0, steps])).keeping_whole(np.array([start]), np.array([stop]))
    shifts = sorted(int(each[0]) for each in rotating.every())
    assert shifts == [each for each in range(steps) if (start + each) % steps + stop - start <= steps]


def test_sequences_without_a_range_stay_as_they_are():
    rotating = Rotating(np.array([0, 3, 7])).keeping_whole(np.array([4]), np.array([5]))
    assert [each.tolist() for each in rotating.every()] == [[0, shift] for shift in range(4)]


@pytest.mark.parametrize("rearranging", [Rotating(np.array([0, 2, 5])), Permuting(3)])
@pytest.mark.parametrize("n", [1, 4, 5, 6, 1000])
def test_every_draw_differs_from_what_was_observed_and_from_the_others(rearranging, n):
    first, *others = (tuple(each.tolist()) for each in rearranging.every())
    drawn = [tuple(each.tolist()) for each in draws_of(rearranging, n, seed=3)]
    assert len(drawn) == len(set(drawn)) == min(n, 5)
    assert set(drawn) <= set(others)
    assert first not in drawn
    assert drawn == [tuple(each.tolist()) for each in draws_of(rearranging, n, seed=3)]


def test_p_counts_what_was_observed_among_the_draws():
    assert p_of(np.array([2.0, 3.0]), np.array([[1.0, 3.0], [2.0, 4.0], [3.0, 2.0]])).tolist() == [3 / 4, 3 / 4]
    assert p_of(np.array([2.0]), np.zeros((0, 1))).tolist() == [1]


@given(LENGTHS, st.data())
@settings(max_examples=80, deadline=None)
@pytest.mark.parametrize("by", ["step", "match", "range", "overlap"])
def test_shares_are_those_of_a_track_that_is_dealt_anew(by, lengths, data):
    steps = sum(lengths)
    track = data.draw(st.lists(st.sampled_from(["A", "B", None]), min_size=steps, max_size=steps))
    if by in ("range", "overlap") or data.draw(st.booleans()):  # one label a sequence
        track = np.repeat(track[: len(lengths)], lengths).tolist()
    bounds = np.cumsum([0, *lengths])
    ranges = [
        (a, b) for low, high in itertools.pairwise(bounds) for a in range(low, high) for b in range(a + 1, high + 1)
    ]
    chosen = data.draw(st.lists(st.sampled_from(ranges), min_size=1, max_size=4, unique=True))
    counting = counting_of(track, by, lengths)
    found = Found(*np.array(chosen).T)
    shares = shares_of(counting, [found])
    np.testing.assert_allclose(shares.observed()[0], share_of(counting, found))
    for draw in itertools.islice(shares.whole().every(), 30):
        codes = counting.labels.codes.copy()
        there = np.flatnonzero(codes != MISSING) if by == "step" else np.arange(steps)
        dealt = arrangement_of(shares.blocks, draw)
        codes[there] = np.repeat(dealt, np.diff(shares.blocks.bounds))
        anew = [counting.labels.names[code] if code >= 0 else None for code in codes]
        again = counting_of(as_labels(anew), by, lengths)
        expected = dict(zip(again.names, share_of(again, found), strict=True))
        found_now = dict(zip(counting.names, shares.after(draw)[0], strict=True))
        for name, share in found_now.items():
            assert share == pytest.approx(expected.get(name, 0.0), nan_ok=True)


def share_of(counting, found):
    with np.errstate(invalid="ignore"):
        return counting.hits(found) / np.float64(counting.inside(found))
