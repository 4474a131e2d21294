"""Maps of states that lie elsewhere are those of the same array, but for rounding."""

import numpy as np
import pytest

from lstmvis_widget import project_states
from lstmvis_widget.projection import principal_axes
from tests.rows_elsewhere import ArrayElsewhere


@pytest.mark.parametrize("most_products", [2**35, 2**14])
@pytest.mark.parametrize("kind", ["float32", "float64", "huge"])
def test_principal_axes_are_those_of_the_array(monkeypatch, kind, most_products):
    monkeypatch.setattr(principal_axes, "MOST_PRODUCTS", most_products)
    monkeypatch.setattr(principal_axes, "SAMPLE_PRODUCTS", 2**14)
    monkeypatch.setattr(principal_axes, "FEWEST_STEPS", 500)
    source = np.random.default_rng(0)
    array = source.normal(size=(3000, 12)) * np.linspace(1, 4, 12)
    array[source.random(array.shape) < 0.001] = np.nan
    array = array * 1e250 if kind == "huge" else array.astype(kind)
    lying = ArrayElsewhere(array, chunks=9)
    here, there = (project_states(each, "pca", progress=False) for each in (array, lying))
    np.testing.assert_array_equal(there.steps, here.steps)
    scale = np.abs(here.coordinates).max()
    np.testing.assert_allclose(there.coordinates / scale, here.coordinates / scale, atol=1e-5)
    np.testing.assert_allclose(there.explained, here.explained, rtol=1e-5)
    assert lying.brought == 0
    if kind != "huge":
        assert there.neighbours(40, 6).tolist() == here.neighbours(40, 6).tolist()
        assert lying.brought == 1


def test_a_given_map_leaves_out_the_same_steps():
    array = np.random.default_rng(0).normal(size=(200, 3))
    array[::9, 1] = np.inf
    lying = ArrayElsewhere(array)
    positions = np.random.default_rng(1).normal(size=(200, 2))
    here, there = (project_states(each, positions, progress=False) for each in (array, lying))
    np.testing.assert_array_equal(there.steps, here.steps)
    assert lying.brought == 0
