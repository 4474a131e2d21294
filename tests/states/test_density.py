import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.states.density import (
    BINS,
    ENOUGH_VALUES,
    FEWEST_VALUES,
    MOST_EVERY,
    add_counts,
    is_enough,
    mark,
    sampled_every,
)
from lstmvis_widget.states.envelopes import Envelopes, shades, summarise
from lstmvis_widget.states.sources import States

EXTENT = (-1.0, 1.0)
CELLS = 48
STEPS, STRIDE = 5000, 1024


def plain_counts(values):
    counts = [0] * BINS
    for value in np.asarray(values, np.float32).ravel():
        if -1 <= value <= 1:
            counts[min(int((value + np.float32(1)) * np.float32(BINS / 2)), BINS - 1)] += 1
    return np.array(counts)


@pytest.fixture(scope="module")
def noise():
    states = np.tanh(np.random.default_rng(0).normal(size=(STEPS, CELLS)) * 0.45).astype(np.float32)
    return states, summarise(States(states), 0, STEPS, STRIDE, EXTENT)


@given(stride=st.integers(0, 24).map(lambda power: 2**power), cells=st.integers(1, 5000))
def test_enough_values_of_a_column_are_counted_or_all(stride, cells):
    every = sampled_every(stride, cells)
    assert every.bit_count() == 1
    assert every <= MOST_EVERY
    assert every == 1 or stride * cells // every >= ENOUGH_VALUES
    assert is_enough(every, stride, cells)
    assert is_enough(every, stride // 2, cells) == (every == 1 or stride // 2 * cells >= FEWEST_VALUES * every)


def test_a_sample_counts_as_many_values_as_there_are(noise):
    _, columns = noise
    assert columns.every == 8
    assert columns.counts.sum(axis=1) == pytest.approx(np.diff(columns.edges) * CELLS, rel=0.02)


def test_a_sample_tells_how_dense_values_are(noise):
    states, columns = noise
    for i in range(len(columns)):
        part = states[columns.edges[i] : columns.edges[i + 1]]
        found, exact = (counts.reshape(-1, 8).sum(axis=1) for counts in (columns.counts[i], plain_counts(part)))
        spread = np.sqrt(8 * np.maximum(exact, 8))  # of a count in which each counted value counts 8 times
        assert np.abs(found - exact).max() < 5 * spread[np.abs(found - exact).argmax()] + 2 * 8


PERIODIC = {
    "in time": lambda t, _c: t % 16,
    "in time, slowly": lambda t, _c: t // 16 % 16,
    "over cells": lambda _t, c: c % 16,
    "over both": lambda t, c: (t + c) % 16,
}


@pytest.mark.parametrize("name", PERIODIC)
def test_periodic_values_are_sampled_alike(name):
    t, c = np.indices((8192, 64))
    states = (PERIODIC[name](t, c) / 8 - 0.97).astype(np.float32)
    columns = summarise(States(states), 0, 8192, 1024, EXTENT)
    assert columns.every == 16
    found = columns.counts.reshape(8, 16, -1).sum(axis=2) / (1024 * 64)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=0.02)
    assert np.abs(found - 1 / 16).max() < 5 * math.sqrt(1 / 16 / ENOUGH_VALUES)


def test_extremes_of_every_cell_stay_exact_and_are_seen(noise):
    states = noise[0].copy()
    states[700, 5] = 0.996
    states[2500, 7] = -0.996
    columns = summarise(States(states), 0, STEPS, STRIDE, EXTENT)
    assert columns.every > 1
    drawn = shades(columns, CELLS, range(BINS))
    for i in range(len(columns)):
        part = states[columns.edges[i] : columns.edges[i + 1]]
        assert columns.low[i].tolist() == part.min(axis=0).tolist()
        assert columns.high[i].tolist() == part.max(axis=0).tolist()
        ends = np.concatenate([part.min(axis=0), part.max(axis=0)])
        assert drawn[i][plain_counts(ends) > 0].all()
        assert not drawn[i][plain_counts(part) == 0].any()


def test_a_sample_depends_on_the_step_alone(noise):
    states, columns = noise
    later = summarise(States(states), 2048, 4096, STRIDE, EXTENT)
    np.testing.assert_array_equal(later.counts, columns.counts[2:4])
    again = summarise(States(states), 0, STEPS, STRIDE, EXTENT)
    np.testing.assert_array_equal(again.counts, columns.counts)


@pytest.mark.parametrize("outside", [math.nan, math.inf, -math.inf, 7.0])
def test_values_outside_are_not_counted_in_a_sample(noise, outside):
    states = noise[0].copy()
    states[::3] = outside
    columns = summarise(States(states), 0, 1024, STRIDE, EXTENT)
    assert columns.counts.sum() == pytest.approx(1024 * CELLS * 2 / 3, rel=0.05)
    drawn = shades(columns, CELLS, range(BINS))
    assert not drawn[0][plain_counts(states[:1024]) == 0].any()


def test_zooming_into_few_steps_counts_all_their_values(noise):
    states = np.concatenate([noise[0]] * 4)
    drawn = Envelopes(States(states), EXTENT, memory=2_000_000)
    whole = drawn.columns(0, len(states), 4096, np.array([0]))
    assert whole.every == 16
    nearer = drawn.columns(0, 4096, 256, np.array([0]))
    assert nearer.every < whole.every
    near = drawn.columns(0, 512, 64, np.array([0]))
    assert near.every == 1
    for i, start in enumerate(range(0, 512, 64)):
        assert near.counts[i].tolist() == plain_counts(states[start : start + 64]).tolist()


@given(
    rows=st.integers(1, 40),
    size=st.sampled_from([1, 2, 4, 8, 16]),
    every=st.sampled_from([1, 2, 4]),
    at=st.integers(0, 9),
)
def test_counts_of_parts_are_those_of_looking_at_each_value(rows, size, every, at):
    """Where the values of a run are all the same, any of them tells what the others are."""
    cells = 4
    values = np.random.default_rng(rows).uniform(-1, 1, (rows, 1)).astype(np.float32).repeat(cells, axis=1)
    counts = np.zeros((-(-rows // size), BINS), np.uint32)
    add_counts(counts, values, size, EXTENT, every=every, at=at * size, inside=True)
    for i in range(len(counts)):
        assert counts[i].tolist() == plain_counts(values[i * size : (i + 1) * size]).tolist()


def test_a_mark_leaves_what_is_counted():
    counts = np.array([[0] * BINS, [3] * BINS], np.uint32)
    mark(counts, np.array([[-1.0, 1.0, math.nan], [-1.0, 2.0, 0.0]]), EXTENT, inside=False)
    assert np.flatnonzero(counts[0]).tolist() == [0, BINS - 1]
    assert counts[0].max() == 1
    assert counts[1].tolist() == [3] * BINS
