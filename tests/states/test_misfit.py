"""A transform that doesn't fit the states is told of, with one that fits; one that fits is not."""

import warnings

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.states.misfit import misfit
from lstmvis_widget.states.sources import States

RNG = np.random.default_rng(0)
STEPS, CELLS = 3000, 20
NORMAL = RNG.normal(size=(STEPS, CELLS))
CARRIED = np.cumsum(NORMAL, axis=0)  # as a cell state grows over a long text
SATURATED = np.sign(NORMAL) * (1 - 1e-4 * RNG.random((STEPS, CELLS)))
RECTIFIED = np.maximum(NORMAL, 0)
OUTLIERS = np.where(RNG.random((STEPS, CELLS)) < 0.002, 1e4, NORMAL)

FITS = [
    (NORMAL, "tanh"), (NORMAL, "abs"), (NORMAL, "split_signs"), (NORMAL, "standardise"), (NORMAL, "quantile"),
    (CARRIED, "quantile"), (CARRIED, "standardise"), (CARRIED, None), (SATURATED, None), (OUTLIERS, "quantile"),
    (RECTIFIED, "quantile"), (RECTIFIED, "standardise"), (np.tanh(NORMAL), "abs"),
]  # fmt: skip
FAILS = [
    (CARRIED, "tanh", r"tanh saturates: \d\d% .*quantile.* fits"),
    (CARRIED.astype(np.float16), "tanh", r"tanh saturates"),
    (NORMAL * 100, "tanh", r"tanh saturates"),
    (SATURATED, "abs", r"abs leaves little .*before their tanh.*quantile"),
    (SATURATED, "split_signs", r"split_signs leaves little"),
    (RECTIFIED, "split_signs", r"split_signs makes half .* no value is negative.*None fits"),
    (-RECTIFIED, "split_signs", r"no value is positive"),
    (RECTIFIED, "abs", r"abs changes nothing"),
    (OUTLIERS, "standardise", r"standardise is set by few extreme values.*quantile.* fits"),
    (np.round(np.tanh(NORMAL)), "quantile", r"quantile leaves 20 of 20 cells off everywhere at 0.9.*None"),
    (np.ones((STEPS, CELLS)), "quantile", r"quantile leaves 20 of 20 cells off"),
]


@pytest.mark.parametrize(("states", "transform"), FITS)
def test_nothing_is_said_of_a_transform_that_fits(states, transform):
    assert misfit(States(states, transform)) == ""


@pytest.mark.parametrize(("states", "transform", "said"), FAILS)
def test_a_transform_that_fails_is_told_of_with_one_that_fits(states, transform, said):
    with pytest.warns(UserWarning, match=said) as told:
        explorer = StateExplorer(states, transform=transform)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert explorer._misfit == str(told[0].message)
    assert explorer.error == ""
    explorer.close()


def test_missing_values_and_large_layers_are_judged_by_the_rest():
    states = np.where(RNG.random((STEPS, CELLS)) < 0.3, np.nan, CARRIED)
    states[:, 3], states[7] = np.nan, np.inf
    for transform in ("tanh", "abs", "split_signs", "standardise", "quantile"):
        assert ("saturates" in misfit(States(states, transform))) == (transform == "tanh")
    assert misfit(States(np.full((5, 3), np.nan), "tanh")) == misfit(States(np.zeros((0, 3)), "tanh")) == ""
    assert "saturates" in misfit(States(np.tile(CARRIED, (10, 1)), "tanh"))


def test_the_share_that_is_saturated_is_counted():
    states = np.zeros((100, 10))
    states[:64] = 3.0
    assert "64% of the values lie beyond ±0.99" in misfit(States(states, "tanh"))
    states[:] = 0
    states[:50] = 3.0
    assert misfit(States(states, "tanh")) == ""


def test_the_page_is_told_of_each_layer_as_it_is_shown():
    layers = {"small": NORMAL, "large": CARRIED}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explorer = StateExplorer(layers, transform="tanh")
    assert explorer._misfit == ""
    explorer.layer = "large"
    assert "saturates" in explorer._misfit
    explorer.layer = "small"
    assert explorer._misfit == ""
    explorer.close()
