"""Cells with thresholds and signs of their own are on exactly where their rules say so, whatever comes before."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget import on_off_patterns
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.own_thresholds import CellRules, OwnThresholds
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import TRANSFORMS
from tests.states.sources import RowsOnly, hdf5_file
from tests.states.test_transforms import THRESHOLDS, arrays_of_states, shown_values
from tests.strategies import FLOATS, sticky_states

BEFORE = [None, *TRANSFORMS]
STATES = sticky_states(80, 6, seed=1, values=np.random.default_rng(2).normal(0, 1, 50)).astype(np.float32)


def rules(cell, threshold, sign):
    return CellRules(np.array(cell, np.int64), np.array(threshold, np.float64), np.array(sign, np.int8))


def on_by(table, values):
    """Which cells are on, rule by rule."""
    on = np.zeros(values.shape, bool)
    for cell, threshold, sign in zip(*table, strict=True):
        with np.errstate(over="ignore"):
            at = values.dtype.type(threshold) if values.dtype.kind == "f" else threshold
        on[:, cell] = values[:, cell] >= at if sign > 0 else values[:, cell] <= at
    return on


@st.composite
def tables(draw, states):
    """Rules of some cells, at values of theirs and elsewhere."""
    values = states.read(0, len(states))
    cells = sorted(draw(st.sets(st.integers(0, states.shape[1] - 1), min_size=1)))
    thresholds = []
    for cell in cells:
        known = values[np.isfinite(values[:, cell]), cell].tolist()
        thresholds.append(draw(st.one_of(st.floats(-1e6, 1e6), *([st.sampled_from(known)] if known else []))))
    return rules(cells, thresholds, [draw(st.sampled_from([1, -1])) for _ in cells])


@pytest.mark.parametrize("before", BEFORE)
@given(array=arrays_of_states(), data=st.data())
@settings(max_examples=15)
def test_at_zero_exactly_the_cells_are_on_that_follow_their_rules(before, array, data):
    states = States(array, before)
    table = data.draw(tables(states))
    own = states.with_own_thresholds(table)
    expected = on_by(table, states.read(0, len(states)))
    assert own.shape == states.shape
    with np.errstate(invalid="ignore"):
        assert np.array_equal(own.read(0, len(states)) >= 0, expected)
    assert np.array_equal(own.on_rule(0.0)(array, None), expected)


@pytest.mark.parametrize("before", BEFORE)
@given(array=arrays_of_states(), threshold=THRESHOLDS, data=st.data())
@settings(max_examples=15)
def test_at_any_threshold_what_is_drawn_selected_and_matched_is_on_alike(before, array, threshold, data):
    states = States(array, before)
    own = states.with_own_thresholds(data.draw(tables(states)))
    with np.errstate(invalid="ignore", over="ignore"):
        expected = own.read(0, len(own)) >= threshold
        shown, precision = shown_values(own)
        assert np.array_equal(shown >= precision.type(threshold), expected)
    assert np.array_equal(on_off_patterns(own, [(step, step + 1) for step in range(len(own))], threshold), expected)
    index, steps = OnOffIndex.build(own, threshold, block_rows=7), np.arange(len(own))
    matched = np.stack([index.count_on([cell], steps) for cell in range(own.shape[1])], axis=1)
    assert np.array_equal(matched, expected)


@pytest.mark.parametrize("dtype", FLOATS)
@given(data=st.data(), threshold=THRESHOLDS)
@settings(max_examples=25)
def test_values_next_to_a_moved_threshold_are_told_as_their_distances_are(dtype, data, threshold):
    width = np.dtype(dtype).itemsize * 8
    at = data.draw(arrays(dtype, 4, elements=st.floats(-100, 100, width=width)))
    own = OwnThresholds(rules(range(4), at, [1, -1, 1, -1]))
    with np.errstate(over="ignore"):
        beside = [at + np.array([1, -1, 1, -1], dtype) * np.dtype(dtype).type(threshold)]
    for towards in (-np.inf, np.inf):
        value = beside[0]
        for _ in range(20):
            with np.errstate(over="ignore"):
                value = np.nextafter(value, np.dtype(dtype).type(towards))
            beside.append(value)
    values = np.stack(beside)
    with np.errstate(over="ignore"):
        expected = own.apply(values) >= np.dtype(dtype).type(threshold)
    assert np.array_equal(own.on_rule(threshold, np.dtype(dtype), 4)(values, None), expected)


def test_a_cell_that_is_on_where_it_is_low_is_named_with_a_minus_sign():
    states = States(STATES)
    assert states.with_own_thresholds(rules([1, 4], [0, 0], [1, -1])).cell_names == ("0", "1", "2", "3", "−4", "5")
    assert states.with_own_thresholds(rules([1, 4], [0, 0], [1, 1])).cell_names is None


def test_cells_without_a_rule_are_nan_and_the_scale_has_the_threshold_zero():
    own = States(3 * STATES).with_own_thresholds(rules([1, 4], [-20.0, -30.0], [1, 1]))
    values = own.read(0, len(own))
    assert np.isnan(values[:, [0, 2, 3, 5]]).all()
    assert np.array_equal(values[:, 1], 3 * STATES[:, 1] + np.float32(20))
    scale = scale_of(own)
    assert (scale.low, scale.threshold) == (0, 0)
    assert scale.high == pytest.approx(values[:, [1, 4]].max())
    assert 0 in scale.thresholds


def test_the_transform_before_is_fitted_once_for_both():
    class Counted(RowsOnly):
        reads = 0

        def __getitem__(self, rows):
            self.reads += 1
            return super().__getitem__(rows)

    source = Counted(STATES)
    states = States(source, "quantile")
    own = states.with_own_thresholds(rules([0], [0.5], [-1]))
    own.prepare(progress=False)
    reads = source.reads
    assert reads
    states.prepare(progress=False)
    states.with_own_thresholds(rules([1], [0.5], [1])).prepare(progress=False)
    assert source.reads == reads
    assert np.array_equal(own.read(0, 80)[:, 0], np.float32(0.5) - States(STATES, "quantile").read(0, 80)[:, 0])


@pytest.mark.parametrize("before", BEFORE)
def test_it_can_be_pickled_with_states_of_a_file(before, tmp_path):
    with States(hdf5_file(tmp_path, states=STATES), before) as states:
        own = states.with_own_thresholds(rules([1, 4], [0.2, 0.1], [1, -1]))
        expected = own.read(0, 80)
        again = pickle.loads(pickle.dumps(own))  # noqa: S301  (our own)
    assert np.array_equal(again.read(0, 80), expected, equal_nan=True)
    again.close()


def test_other_rules_are_another_origin_and_equal_ones_the_same():
    states = States(STATES)
    assert len({States(STATES, before, mirror=mirror).origin for before in BEFORE for mirror in (False, True)}) == 12
    one, same, other, low = (
        states.with_own_thresholds(rules([1], [at], [sign])).origin for at, sign in ((0, 1), (0, 1), (1, 1), (0, -1))
    )
    assert one == same
    assert len({states.origin, one, other, low}) == 4


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("dtype", [*FLOATS, "int16"])
def test_a_cell_and_its_mirror_have_rules_of_their_own(before, dtype):
    array = (10 * STATES).astype(dtype)
    states = States(array, before, mirror=True)
    width, values = states.shape[1] // 2, states.read(0, 80)
    table = rules([1, 4, width + 1, width + 3], [values[9, 1], 0.3, values[7, width + 1], -0.2], [1, -1, 1, -1])
    own = states.with_own_thresholds(table)
    assert np.array_equal(own.on_rule(0.0)(array, None), on_by(table, values))
    for threshold in (0.0, 0.25):
        assert np.array_equal(own.on_rule(threshold)(array, None), own.read(0, 80) >= threshold)
    assert own.cell_names[4].endswith("−4")
    assert own.cell_names[width + 1] == states.cell_names[width + 1]
    assert (own.mirror, own.plain_cells) == (False, 2 * width)


def test_closing_it_leaves_the_file_open(tmp_path):
    with States(hdf5_file(tmp_path, states=STATES)) as states:
        own = states.with_own_thresholds(rules([1], [0], [1]))
        own.close()
        assert np.array_equal(states.read(0, 80), STATES)
