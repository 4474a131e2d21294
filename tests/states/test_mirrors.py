"""A mirror of a cell is on where the cell is low, to the last bit, whatever the transform."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget import StateExplorer, count_selected, on_off_patterns, rank_matches, select_cells
from lstmvis_widget.states import envelopes, on_off
from lstmvis_widget.states.byte_codes import ByteCodes
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.misfit import misfit
from lstmvis_widget.states.on_off import BothWays, moved_despite_rounding
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import TRANSFORMS
from tests import oracle
from tests.explorer.test_explorer import STATES
from tests.states.sources import RowsOnly
from tests.states.test_transforms import THRESHOLDS, arrays_of_states, jittery, quantiles, shown_values
from tests.strategies import FLOATS, sticky_states

NAMES = [None, *TRANSFORMS]


def mirrored_by_hand(array, name):
    """The values of the cells and then of their mirrors, by the definition."""
    with np.errstate(invalid="ignore", over="ignore"):
        plain = States(array, name).read(0, len(array))
        plain = plain if plain.dtype.kind == "f" else plain.astype(np.float64)
        mirrors = quantiles(-array.astype(np.float64)) if name == "quantile" else -plain
    return np.concatenate([plain, mirrors], axis=1)


# ------------------------------------------------------------------- what is on


@pytest.mark.parametrize("name", NAMES)
@given(array=arrays_of_states(), threshold=THRESHOLDS)
@settings(max_examples=20)
def test_what_is_drawn_selected_and_matched_is_on_where_the_cell_is_low(name, array, threshold):
    states = States(array, name, mirror=True)
    values = mirrored_by_hand(array, name)
    with np.errstate(invalid="ignore", over="ignore"):
        expected = values >= threshold
        shown, precision = shown_values(states)
        drawn = shown >= precision.type(threshold)
        assert np.array_equal(states.read(0, len(states)), values, equal_nan=True)
    assert states.shape == values.shape
    assert states.dtype == values.dtype
    assert np.array_equal(drawn, expected)
    assert np.array_equal(
        on_off_patterns(states, [(step, step + 1) for step in range(len(array))], threshold), expected
    )
    assert count_selected(states, 0, 1, [threshold]).tolist() == [expected[0].sum()]
    index = OnOffIndex.build(states, threshold, block_rows=7)
    steps = np.arange(len(array))
    matched = np.stack([index.count_on([cell], steps) for cell in range(states.shape[1])], axis=1)
    assert np.array_equal(matched, expected)


@pytest.mark.parametrize("name", [None, "tanh", "standardise", "quantile"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_half_of_the_range_is_told_right_both_ways(name, dtype):
    """All 65,536 values of half precision, in any precision, at thresholds from none to all."""
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    array = halves[np.isfinite(halves)].astype(dtype).reshape(-1, 16)
    states = States(array, name, mirror=True)
    results = states.read(0, len(array))
    for threshold in (-1.0, -0.3, -0.0, 1e-5, 0.9, 0.9999999, 1.0, 1e9):
        rule = states.on_rule(threshold)
        assert isinstance(rule, BothWays)
        with np.errstate(over="ignore"):
            assert np.array_equal(rule(array, None), results >= threshold)


@pytest.mark.parametrize("dtype", FLOATS)
def test_infinities_and_nan_are_told_right_both_ways(dtype):
    array = np.array([[np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0]], dtype)
    for threshold in (-1e30, -1.0, 0.0, 1.0, 1e30):
        with np.errstate(over="ignore"):
            expected = np.concatenate([array, -array], axis=1) >= threshold
        assert np.array_equal(States(array, mirror=True).on_rule(threshold)(array, None), expected)


@pytest.mark.parametrize("name", NAMES)
def test_values_beyond_double_precision_are_told_right_both_ways(name):
    array = STATES.astype(np.longdouble)
    states = States(array, name, mirror=True)
    assert np.array_equal(states.on_rule(0.3)(array, None), states.read(0, len(array)) >= 0.3)


@pytest.mark.parametrize("most_checked", [2**18, 10], ids=["looked at", "too many to look at"])
@given(threshold=st.floats(-0.9999, 0.9999), offset=st.integers(-3000, 3000))
@settings(max_examples=15)
def test_rounding_up_and_down_by_turns_is_told_right_for_negated_values(most_checked, threshold, offset):
    before, on_off.MOST_CHECKED = on_off.MOST_CHECKED, most_checked
    try:
        rule = moved_despite_rounding(jittery, threshold, np.dtype("float32"), 64)
    finally:
        on_off.MOST_CHECKED = before
    around = np.full(1, np.arctanh(threshold), "f4").view("i4") + np.arange(-300, 300, dtype="i4") + np.int32(offset)
    values = -around.view("f4").reshape(-1, 3)
    assert np.array_equal(rule.of_negated(values), jittery(-values) >= threshold)


@pytest.mark.parametrize("name", NAMES)
def test_the_codes_of_mirrored_states_are_exact_too(name):
    array = sticky_states(150, 7, seed=3, values=np.random.default_rng(4).normal(0, 2, 200)).astype("f4")
    states = States(RowsOnly(array), name, mirror=True)
    grid = scale_of(states).grid
    codes = ByteCodes(states.shape, grid)
    OnOffIndex.build(states, 0.0, block_rows=11, also=codes.put)
    for threshold in grid.values.tolist()[::40]:
        of_codes = OnOffIndex.build(codes.codes, grid.level(threshold)).bits.words
        assert np.array_equal(of_codes, OnOffIndex.build(states, threshold).bits.words)


def test_nothing_is_transformed_to_find_what_is_on(monkeypatch):
    array = np.random.default_rng(0).normal(0, 1, (5000, 100)).astype(np.float32)
    expected = OnOffIndex.build(np.concatenate([np.tanh(array), -np.tanh(array)], axis=1), 0.3).bits.words
    transformed, tanh = [], TRANSFORMS["tanh"]
    apply = tanh.apply
    monkeypatch.setattr(tanh, "apply", lambda self, values: transformed.append(values.size) or apply(self, values))
    assert np.array_equal(OnOffIndex.build(States(array, "tanh", mirror=True), 0.3).bits.words, expected)
    assert sum(transformed) < 20_000


# --------------------------------------------------------------- by hand, by oracle


def test_the_top_and_the_bottom_fifth_are_on_by_hand():
    column = np.array([5, 1, 4, 2, 3, 9, 7, 8, 6, 0], float)
    states = States(np.stack([column, np.full(10, 4.0)], axis=1), "quantile", mirror=True)
    on = states.read(0, 10) >= 0.8
    assert on[:, 0].nonzero()[0].tolist() == [5, 7]  # 9 and 8
    assert on[:, 2].nonzero()[0].tolist() == [1, 9]  # 1 and 0
    assert not on[:, [1, 3]].any()  # no step has a lower or a higher value


def test_matches_of_mirrors_are_those_of_the_oracle():
    states = States(STATES, mirror=True)
    both = np.concatenate([STATES, -STATES], axis=1)
    cells = oracle.select_cells(both, 10, 13, 0.1)
    assert max(cells) >= STATES.shape[1]
    assert select_cells(states, 10, 13, 0.1).tolist() == list(cells)
    matches = rank_matches(states, cells, 0.1, min_length=2, off_before=1)
    expected = oracle.rank_matches(both, cells, 0.1, min_length=2, off_before=1, k=50)
    columns = (matches.start, matches.stop, matches.length, matches.overlap, matches.union)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected.rows
    assert matches.n_candidates == expected.n_candidates


@given(array=arrays(np.float32, (23, 3), elements=st.floats(-2, 2, width=32)), stride=st.sampled_from([1, 4, 16]))
@settings(max_examples=15)
def test_mirrors_have_envelopes_of_their_own_and_no_part_in_the_density(array, stride):
    span = 0, 23, stride
    mirrored = envelopes.summarise(States(array, mirror=True), *span, (-2.0, 2.0))
    plain, both = (
        envelopes.summarise(States(each), *span, (-2.0, 2.0))
        for each in (array, np.concatenate([array, -array], axis=1))
    )
    assert np.array_equal(mirrored.low, both.low)
    assert np.array_equal(mirrored.high, both.high)
    for name in ("lowest", "highest", "counts"):
        assert np.array_equal(getattr(mirrored, name), getattr(plain, name))


# ------------------------------------------------------------------ names and scale


def test_mirrors_are_named_after_their_cells():
    assert States(STATES).cell_names is None
    assert States(STATES[:, :3], mirror=True).cell_names == ("0", "1", "2", "−0", "−1", "−2")
    assert States(STATES[:, :1], "split_signs", mirror=True).cell_names == ("0", "1", "−0", "−1")
    states = States(STATES, "quantile", mirror=True)
    assert (states.plain_cells, states.shape[1]) == (STATES.shape[1], 2 * STATES.shape[1])
    assert "mirror=True" in repr(states)


def test_states_keep_their_mirrors_when_taken_again_or_pickled():
    states = States(STATES, "quantile", mirror=True)
    expected = states.read(0, 60)
    for again in (States(states), States(states, mirror=True), pickle.loads(pickle.dumps(states))):  # noqa: S301
        assert np.array_equal(again.read(0, 60), expected)
        assert (again.transform, again.mirror) == ("quantile", True)
    plain = states.without_mirrors()
    assert np.array_equal(plain.read(0, 60), States(STATES, "quantile").read(0, 60))
    assert (plain.cell_names, plain.without_mirrors()) == (None, plain)


def test_states_get_mirrors_after_they_were_fitted():
    states = States(STATES, "quantile")
    states.prepare()
    assert np.array_equal(States(states, mirror=True).read(0, 60), mirrored_by_hand(STATES, "quantile"))


def test_layers_can_be_mirrored_one_by_one():
    layers = given_states({"a": STATES, "b": STATES}, mirror={"b": True}).layers
    assert [states.mirror for states in layers.values()] == [False, True]


@pytest.mark.parametrize(
    ("mirror", "kind", "said"),
    [
        ("yes", TypeError, "mirror must be True or False; got 'yes'"),
        ({"c": True}, ValueError, "mirror names the layer"),
    ],
)
def test_what_mirror_cannot_be_is_refused(mirror, kind, said):
    with pytest.raises(kind, match=said):
        StateExplorer(STATES, mirror=mirror)


def test_a_transform_is_not_given_to_states_with_mirrors():
    with pytest.raises(ValueError, match="already have mirrors"):
        States(States(STATES, mirror=True), "tanh")


@pytest.mark.parametrize("values", [STATES, 20 * STATES + 3, np.abs(STATES), -7 - np.abs(STATES)])
def test_mirrors_keep_the_threshold_and_widen_the_range_to_both_sides(values):
    plain, mirrored = scale_of(States(values)), scale_of(States(values, mirror=True))
    assert mirrored.threshold == plain.threshold
    assert (mirrored.low, mirrored.high) == (-mirrored.high, max(-plain.low, plain.high))


# ------------------------------------------------------------------------ in vain


@pytest.mark.parametrize(
    ("values", "transform", "said"),
    [
        (np.abs(STATES), None, "mirror=True adds cells that are off everywhere at 0.3: no value is negative"),
        (STATES, "abs", "mirror=True adds cells that are off everywhere"),
        (STATES.clip(-0.2), None, "no value is -0.3 or less"),
        (STATES, None, ""),
        (np.abs(STATES), "quantile", ""),
        (STATES, "standardise", ""),
    ],
)
def test_mirrors_that_can_never_be_on_are_told_of(values, transform, said):
    states = States(values, transform, mirror=True)
    remark = misfit(states, threshold=scale_of(states).threshold)
    assert (said in remark) if said else remark == ""
