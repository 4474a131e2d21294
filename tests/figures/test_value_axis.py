"""The value axis of figures: round numbers, as in the page."""

import numpy as np
import pytest

from lstmvis_widget.figures.plot import spread
from lstmvis_widget.figures.value_axis import finite_extent, threshold_text, value_axis


@pytest.mark.parametrize(
    ("low", "high", "bounds", "texts"),
    [
        (-1, 1, (-1, 1), ("−1.0", "−0.5", "0.0", "0.5", "1.0")),
        (-0.93, 1.04, (-1, 1.5), ("−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5")),
        (0, 1, (0, 1), ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        (-3, 47, (-10, 50), ("−10", "0", "10", "20", "30", "40", "50")),
        (0, 2e7, (0, 2e7), ("0", "5e6", "1e7", "1.5e7", "2e7")),
        (5, 5, (4.4, 5.6), ("4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6")),
    ],
)
def test_an_axis_ends_on_round_numbers(low, high, bounds, texts):
    axis = value_axis("layer", (low, high), None)
    assert (round(axis.low, 9), round(axis.high, 9)) == bounds
    assert axis.texts == texts


def test_the_axis_of_a_layer_holds_what_is_drawn():
    assert value_axis("layer", (-1, 1), (0, 3)).high == 3
    axis = value_axis("view", (-1, 1), (0, 0.4))
    assert (axis.low, axis.high) == (0, 0.4)


def test_a_fixed_axis_has_just_its_range():
    axis = value_axis((-0.25, 0.7), (-1, 1), (0, 3))
    assert (axis.low, axis.high) == (-0.25, 0.7)
    assert axis.ticks == (-0.2, 0, 0.2, 0.4, 0.6)


@pytest.mark.parametrize("extent", [(-1.7e308, 1.7e308), (0, 5e-324), (np.inf, -np.inf), (1e-8, 2e-8)])
def test_an_axis_of_any_numbers_is_finite(extent):
    axis = value_axis("layer", extent, None)
    assert np.isfinite([axis.low, axis.high]).all()
    assert axis.low < axis.high


def test_the_extent_leaves_out_what_is_not_finite():
    assert finite_extent(np.array([1.0, np.nan, np.inf]), np.array([-2.0])) == (-2, 1)
    assert finite_extent(np.array([np.nan])) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.3, "0.30"),
        (-0.125, "−0.125"),
        (2.0, "2.00"),
        (1.21207123205, "1.212"),
        (np.nextafter(0, 1), "> 0"),
        (5.5, "↑ 5.50"),
        (-2.0, "↓ −2.00"),
    ],
)
def test_a_threshold_is_written_as_beside_the_plot_of_the_page(value, text):
    assert threshold_text(value, (-1, 5), least_above_zero=np.nextafter(0, 1)) == text


def test_names_of_cells_keep_their_distance_within_the_plot():
    assert spread([0.0, 0.1, 5.0], 1.0, -10, 10) == pytest.approx([-0.45, 0.55, 5.0])
    assert spread([9.9, 9.95], 1.0, -10, 10) == pytest.approx([9.0, 10.0])
    assert spread([], 1.0, 0, 1) == []
