"""Each layer has a threshold of its own, and sparse states are on above zero."""

import json

import ml_dtypes
import numpy as np
import pytest
import traitlets
import zarr

from lstmvis_widget import StateExplorer, save_states
from tests import oracle
from tests.explorer.test_explorer import is_right
from tests.page import recorded_pages
from tests.strategies import sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
LAYERS = {"lower": STATES, "upper": 4 * STATES, "top": STATES[:, :6] * 0.5}
UPPER = float(np.quantile((4 * STATES).astype(float), 0.9))


@pytest.fixture
def made():
    explorers = []

    def make(states=LAYERS, *arguments, **options):
        explorers.append(StateExplorer(states, *arguments, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


# --------------------------------------------------------- a threshold a layer


def test_each_layer_has_its_own_default_until_it_is_set(made):
    explorer = made()
    assert explorer.thresholds == {"lower": 0.3, "upper": UPPER, "top": 0.3}
    explorer.threshold = 0.7
    explorer.layer = "upper"
    assert explorer.threshold == UPPER
    explorer.threshold = 2
    explorer.layer = "lower"
    assert explorer.threshold == 0.7
    explorer.layer = "upper"
    assert explorer.threshold == 2
    assert explorer.thresholds == {"lower": 0.7, "upper": 2, "top": 0.3}
    explorer.selection = (10, 13)
    is_right(explorer, LAYERS["upper"])


def test_the_thresholds_of_all_layers_can_be_read_and_set(made):
    explorer = made(thresholds={"top": 0.1, "lower": 0.2}, threshold=0.4)
    assert (explorer.threshold, dict(explorer.thresholds)) == (0.4, {"lower": 0.4, "upper": UPPER, "top": 0.1})
    explorer.thresholds["upper"] = 3
    explorer.thresholds["lower"] = 0.5
    assert explorer.threshold == 0.5
    explorer.layer = "upper"
    assert explorer.threshold == 3
    del explorer.thresholds["upper"]
    assert explorer.threshold == UPPER
    explorer.thresholds = {"top": 0.9}
    assert explorer.thresholds == {"lower": 0.3, "upper": UPPER, "top": 0.9}
    assert list(explorer.thresholds) == list(explorer.layers)
    assert repr(explorer.thresholds) == repr(dict(explorer.thresholds))
    explorer.thresholds.update(lower=1, upper=1)
    assert (explorer.threshold, explorer.thresholds["lower"]) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"other": 1}, "'lower', 'upper', 'top'; got 'other'"),
        ({"upper": np.nan}, "finite numbers.*nan"),
        ({"upper": "1"}, "finite numbers.*'1'"),
        ({3: 1.0}, "mapping of layer names"),
        ([0.3], "mapping of layer names"),
        (0.3, "mapping of layer names"),
    ],
)
def test_wrong_thresholds_change_nothing(made, wrong, message):
    explorer = made(thresholds={"upper": 2})
    with pytest.raises(traitlets.TraitError, match=message):
        explorer.thresholds = wrong
    assert explorer.thresholds == {"lower": 0.3, "upper": 2, "top": 0.3}
    with pytest.raises(traitlets.TraitError, match=message):
        made(thresholds=wrong)
    with pytest.raises(KeyError, match="the layers: 'lower'"):
        explorer.thresholds["other"]


@pytest.mark.parametrize("hold", ["hold_sync", "hold_trait_notifications"])
@pytest.mark.parametrize("threshold", [0.3, 1.5, 99])  # 0.3: that of the layer before, too
def test_a_threshold_that_is_set_with_a_layer_is_that_of_the_layer(made, hold, threshold):
    explorer = made(selection=(10, 13))
    with getattr(explorer, hold)():
        explorer.layer = "upper"
        explorer.threshold = threshold
    assert (explorer.layer, explorer.threshold) == ("upper", threshold)
    assert explorer.thresholds == {"lower": 0.3, "upper": threshold, "top": 0.3}
    is_right(explorer, LAYERS["upper"])
    explorer.undo()
    assert (explorer.layer, explorer.threshold, dict(explorer.thresholds)["upper"]) == ("lower", 0.3, UPPER)
    explorer.redo()
    assert (explorer.layer, explorer.threshold) == ("upper", threshold)


def test_a_layer_and_its_thresholds_may_be_set_together_in_any_order(made):
    explorer = made()
    with explorer.hold_trait_notifications():
        explorer.threshold = 0.6
        explorer.layer = "upper"
    assert explorer.thresholds == {"lower": 0.3, "upper": 0.6, "top": 0.3}
    with explorer.hold_trait_notifications():
        explorer.layer = "top"
        explorer.thresholds = {"top": 0.25}
    assert (explorer.threshold, explorer.thresholds["upper"]) == (0.25, UPPER)
    made_together = made(layer="upper", threshold=5, thresholds={"upper": 7, "top": 0.1})
    assert made_together.thresholds == {"lower": 0.3, "upper": 5, "top": 0.1}


def test_undo_and_redo_bring_back_the_thresholds_of_all_layers(made):
    explorer = made()
    seen = []
    for change in ({"threshold": 0.7}, {"layer": "upper"}, {"threshold": 3.0}, {"layer": "lower"}, {"thresholds": {}}):
        seen.append((explorer.layer, explorer.threshold, dict(explorer.thresholds)))
        for name, value in change.items():
            setattr(explorer, name, value)
    last = (explorer.layer, explorer.threshold, dict(explorer.thresholds))
    assert last == ("lower", 0.3, {"lower": 0.3, "upper": UPPER, "top": 0.3})
    for state in reversed(seen):
        assert explorer.undo()
        assert (explorer.layer, explorer.threshold, dict(explorer.thresholds)) == state
    assert not explorer.undo()
    for state in [*seen[1:], last]:
        assert explorer.redo()
        assert (explorer.layer, explorer.threshold, dict(explorer.thresholds)) == state


def test_a_replayed_scenario_has_the_thresholds_of_all_layers(made):
    explorer = made(thresholds={"top": 0.1, "upper": 2.5}, layer="upper")
    scenario = json.loads(json.dumps(explorer.scenario()))
    other = made(threshold=0.9)
    other.replay(scenario)
    assert other.scenario() == scenario
    assert other.thresholds == {"lower": 0.3, "upper": 2.5, "top": 0.1}
    assert other.undo()
    assert (other.threshold, other.thresholds["top"]) == (0.9, 0.3)


def test_a_scenario_from_before_there_were_thresholds_sets_that_of_its_layer(made):
    scenario = made(layer="upper", threshold=2.5).scenario()
    del scenario["view"]["thresholds"]
    other = made(thresholds={"top": 0.1})
    other.replay(scenario)
    assert (other.layer, other.threshold, other.thresholds["top"]) == ("upper", 2.5, 0.1)


def test_the_page_switches_layers_as_python_does(made):
    with recorded_pages() as page_of:
        explorer = made()
        page = page_of(explorer)
        page.set(threshold=0.7)
        page.set(layer="upper")
        assert page.sent("threshold")[-1] == explorer.threshold == UPPER
        page.set(threshold=2)
        page.set(layer="lower")
        assert page.sent("threshold")[-1] == explorer.threshold == 0.7
        assert page.sent("thresholds")[-1] == {"lower": 0.7, "upper": 2}
        page.set(layer="upper", threshold=3.5)
        assert explorer.thresholds == {"lower": 0.7, "upper": 3.5, "top": 0.3}


def test_saved_state_has_those_that_were_set_and_reads_no_layer_for_it(made):
    class Unread:
        shape, dtype = STATES.shape, STATES.dtype
        reads = 0

        def __getitem__(self, rows):
            Unread.reads += 1
            return STATES[rows]

    explorer = made({"lower": STATES, "unread": Unread()}, threshold=0.6)
    explorer.scenario()
    assert explorer.get_state(["thresholds"])["thresholds"] == {"lower": 0.6}
    assert Unread.reads == 0
    assert explorer.thresholds["unread"] == 0.3


# ------------------------------------------------------------ on is above zero


def rectified(dtype, zeros, seed=0):
    values = np.random.default_rng(seed).normal(size=(200, 12)) * 3
    values[np.random.default_rng(seed + 1).random(values.shape) < zeros] = 0
    array = np.maximum(values, 0).astype(dtype)
    array[3, :4] = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).smallest_normal, -0.0, 5
    return array


@pytest.mark.parametrize("zeros", [0, 0.5, 0.97])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_sparse_states_are_on_exactly_above_zero(made, dtype, zeros):
    array = rectified(dtype, zeros)
    explorer = made(array, selection=(10, 11))
    assert np.array_equal(array >= explorer.threshold, array > 0)
    assert explorer.selected_cells.tolist() == np.flatnonzero(array[10] > 0).tolist()
    is_right(explorer, array)
    assert "threshold > 0" in repr(explorer)


@pytest.mark.parametrize("memory_limit", [10**6, 0], ids=["byte codes", "streamed"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_so_they_are_from_a_file_at_this_threshold_and_back(made, tmp_path, dtype, memory_limit):
    array = rectified(dtype, 0.8)
    stored = zarr.create_array(tmp_path / "a.zarr", shape=array.shape, dtype=array.dtype, chunks=(50, 12))
    stored[:] = array
    explorer = made(stored, selection=(10, 11), memory_limit=memory_limit)
    above_zero = explorer.threshold
    for threshold in (above_zero, 0.0, 1.0, above_zero, -1.0, above_zero):
        explorer.threshold = threshold
        is_right(explorer, array)
        cells = np.flatnonzero(array[10] >= dtype(threshold)).tolist()
        assert explorer.selected_cells.tolist() == cells


def test_so_are_bfloat16_and_integers_and_booleans(made):
    array = rectified(np.float32, 0.9).astype(ml_dtypes.bfloat16)
    explorer = made(array)
    assert np.array_equal(array.astype(np.float32) >= explorer.threshold, array.astype(np.float32) > 0)
    assert array.dtype.type(explorer.threshold) > 0
    counts = np.random.default_rng(0).poisson(0.2, (50, 6))
    explorer = made(counts)
    assert explorer.threshold == 1
    assert np.array_equal(counts >= explorer.threshold, counts > 0)
    assert made(counts > 0).threshold == 0.3


def test_sparse_states_of_both_signs_are_on_above_zero_too(made):
    array = rectified(np.float32, 0.9) - rectified(np.float32, 0.9, seed=7)
    assert np.array_equal(array >= made(array).threshold, array > 0)


def test_a_saved_file_of_sparse_states_is_explored_alike(tmp_path):
    array = rectified(np.float32, 0.9)
    save_states(tmp_path / "a.h5", {"a": array, "b": 7 * array})
    explorer = StateExplorer.open(tmp_path / "a.h5", selection=(10, 11))
    assert explorer.threshold == explorer.thresholds["b"] == np.finfo(np.float32).smallest_subnormal
    is_right(explorer, array)
    explorer.close()


@pytest.mark.parametrize(
    ("array", "threshold"),
    [
        (np.zeros((9, 4)), 0.3),
        (np.full((9, 4), np.nan), 0.3),
        (np.full((9, 4), np.inf), 0.3),
        (np.zeros((9, 4), int), 0.3),
    ],
    ids=["zeros", "NaN", "infinite", "integer zeros"],
)
def test_layers_without_values_of_use_have_the_usual_threshold(made, array, threshold):
    assert made(array).threshold == threshold


@pytest.mark.parametrize(
    "array",
    [
        np.full((9, 4), 5.0),
        np.full((9, 4), -7.5, np.float32),
        np.full((9, 4), 6e4, np.float16),
        np.full((9, 4), 1e30),
        np.full((9, 4), 300),
        np.where(np.arange(400).reshape(100, 4) % 50 == 0, 30.0, -70.0),
        np.where(np.arange(400).reshape(100, 4) % 50 == 0, 8, 2),
    ],
)
def test_values_that_most_steps_have_are_off(made, array):
    on = array >= made(array).threshold
    assert np.array_equal(on, array > np.median(array))


def test_the_page_says_above_zero(made):
    explorer = made({"a": rectified(np.float32, 0.9), "b": np.arange(800).reshape(200, 4)})
    state = explorer.get_state(["threshold", "_least_above_zero"])
    assert state["threshold"] == state["_least_above_zero"] == 2.0**-149
    explorer.layer = "b"
    assert explorer.get_state(["_least_above_zero"])["_least_above_zero"] is None


def test_a_saved_page_has_the_same_cells_on(made, tmp_path):
    explorer = made(rectified(np.float32, 0.9), selection=(10, 11))
    assert explorer.to_html(tmp_path / "a.html").stat().st_size > 0
    state = explorer._saving.state(0)
    assert state["threshold"] == state["_least_above_zero"]


def test_the_oracle_agrees_on_what_above_zero_is():
    array = rectified(np.float32, 0.9)
    least = float(np.finfo(np.float32).smallest_subnormal)
    assert oracle.select_cells(array, 10, 11, least) == np.flatnonzero(array[10] > 0).tolist()
