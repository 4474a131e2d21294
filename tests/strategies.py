"""Hypothesis strategies for states, their thresholds and their sequences."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

# Few distinct values make ties everywhere. 0.1 and 0.3 differ in every precision; the thresholds hit them.
FINITE = (-1.0, -0.3, 0.0, 0.1, 0.3, 1.0)
NOT_FINITE = (float("nan"), float("inf"), float("-inf"))
FLOATS = ("float16", "float32", "float64")
DTYPES = (*FLOATS, "int64")
THRESHOLDS = st.sampled_from([*FINITE, -0.5, 0.2, 0.30001, 2.0])


def _values(dtype):
    return FINITE + NOT_FINITE if dtype in FLOATS else (-1, 0, 1)


@st.composite
def states(draw, min_steps=0, max_steps=40, max_cells=12):
    """Arrays (T, D) of every dtype: drawn value by value, or runs of equal values from a seeded generator."""
    dtype = draw(st.sampled_from(DTYPES))
    n_steps = draw(st.one_of(st.integers(min_steps, max_steps), st.integers(max_steps // 2, max_steps)))
    shape = n_steps, draw(st.integers(1, max_cells))
    values = _values(dtype)
    if draw(st.booleans()):
        return draw(arrays(dtype, shape, elements=st.sampled_from(values)))
    return sticky_states(
        *shape, seed=draw(st.integers(0, 2**32 - 1)), keep=draw(st.sampled_from([0.5, 0.8, 0.95])), values=values
    ).astype(dtype)


def sticky_states(n_steps, n_cells, *, seed, keep=0.8, values=FINITE):
    """States (T, D) in which each cell keeps its value from one step to the next with probability `keep`."""
    random = np.random.default_rng(seed)
    drawn = random.choice(np.array(values), size=(n_steps, n_cells))
    kept = random.random((n_steps, n_cells)) < keep
    for step in range(1, n_steps):
        drawn[step] = np.where(kept[step], drawn[step - 1], drawn[step])
    return drawn


def cells_of(array):
    """Non-empty sets of columns, sorted."""
    return st.sets(st.integers(0, array.shape[1] - 1), min_size=1).map(sorted)


@st.composite
def sequence_lengths(draw, n_steps):
    """None, or lengths ≥ 1 that sum to the number of steps; sequences of length 1 are frequent."""
    if n_steps == 0 or draw(st.booleans()):
        return None
    lengths = []
    while sum(lengths) < n_steps:
        left = n_steps - sum(lengths)
        lengths.append(min(left, draw(st.one_of(st.just(1), st.integers(1, n_steps)))))
    return lengths
