"""Every finite float is a value like any other, however large, and so is every range of them."""

import json

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, select_cells, threshold_profile
from lstmvis_widget.states.envelopes import BINS
from tests.page import recorded_pages

MOST = float(np.finfo(np.float64).max)
MOST_SINGLE = np.finfo(np.float32).max
NORMAL = np.random.default_rng(0).normal(size=(400, 6))
SPIKES = np.where(NORMAL > 2, MOST, NORMAL)
LAYERS = {
    "±1e308": np.where(NORMAL > 0, 1e308, -1e308),
    "±the greatest": np.where(NORMAL > 0, MOST, -MOST),
    "spread over all": np.clip(NORMAL / 3, -1, 1) * MOST,
    "a few greatest": SPIKES,
    "the greatest alone": np.full((400, 6), MOST),
    "the least alone": np.full((400, 6), -MOST),
    "±the greatest of single precision": np.where(NORMAL > 0, MOST_SINGLE, -MOST_SINGLE),
    "the same": np.full((400, 6), 1e300),
    "close together, far out": 1e16 + np.round(NORMAL * 10),
}


@pytest.fixture(params=LAYERS.values(), ids=LAYERS)
def states(request):
    return request.param


def sendable(explorer):
    json.dumps(explorer.get_state(), default=lambda _: "", allow_nan=False)


def test_states_and_tracks_are_explored_at_any_threshold(states):
    explorer = StateExplorer(states, tracks={"x": states[:, 0]}, selection=(5, 7), background=False)
    assert np.isfinite(explorer.threshold)
    for threshold in (*np.unique(states)[:3].astype(float), 0.0, 1e308, -1e308, MOST, -MOST, 5e-324):
        explorer.threshold = threshold
        with np.errstate(over="ignore"):
            expected = np.flatnonzero((states[5:7] >= states.dtype.type(threshold)).all(0))
        assert explorer.selected_cells.tolist() == expected.tolist()
        assert select_cells(states, 5, 7, threshold).tolist() == expected.tolist()
        assert explorer.error == ""
        sendable(explorer)
    explorer.close()


def test_many_steps_are_drawn_on_any_value_axis(states):
    with recorded_pages() as page_of:
        explorer = StateExplorer(states, selection=(5, 7), background=False)
        page_of(explorer).set(word_width=1, _visible_steps=400, _stride=2)
        for axis in ("layer", "view", (-1e308, 1e308), (-MOST, MOST), (0.0, 5e-324), (0.0, 1.0)):
            explorer.value_axis = axis
            low, high = explorer.get_state()["_columns"]["density_range"]
            assert low <= high
            assert explorer.error == ""
            sendable(explorer)
        explorer.close()


def test_a_profile_and_a_saved_view_are_made(states, tmp_path):
    threshold_profile(states, (5, 7))
    with recorded_pages():
        explorer = StateExplorer(states, selection=(5, 7), background=False)
        assert explorer.to_html(tmp_path / "view.html").stat().st_size > 0
        explorer.close()


def test_the_density_over_the_widest_range_is_a_count_of_values():
    states = np.full((400, 6), -MOST)
    states[:, 3:] = MOST
    with recorded_pages() as page_of:
        explorer = StateExplorer(states, background=False)
        page_of(explorer).set(word_width=1, _visible_steps=400, _stride=2)
        columns = explorer.get_state()["_columns"]
        explorer.close()
    density = np.frombuffer(columns["density"], np.uint8).reshape(200, -1)
    assert columns["density_range"] == [-MOST, MOST]
    assert density.shape[1] <= BINS
    assert np.flatnonzero(density[0]).tolist() == [0, density.shape[1] - 1]
