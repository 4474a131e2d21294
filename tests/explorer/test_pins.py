from pathlib import Path

import numpy as np

from lstmvis_widget import StateExplorer
from lstmvis_widget.explorer.drawing import MOST_PINS
from tests.page import recorded_pages


def test_the_page_keeps_the_colour_that_was_chosen_for_a_cell_it_pins():
    with recorded_pages() as page_of:
        explorer = StateExplorer(np.zeros((20, 5)), threshold=0.5)
        page = page_of(explorer)
        for cells in (["3"], ["3", "1"]):
            pins = {cell: explorer.pinned_cells.get(int(cell)) for cell in cells}
            page.set(pinned_cells=pins)
            page.send({"settle": {"pinned_cells": pins}})
            assert list(explorer.pinned_cells) == [int(cell) for cell in cells]
            assert None not in explorer.pinned_cells.values()
            assert page.heard("pinned_cells")[-1] == explorer.pinned_cells
        assert explorer.undo()
        assert list(explorer.pinned_cells) == [3]
        explorer.close()


def test_pins_belong_to_a_layer():
    layers = {"lower": np.zeros((20, 5)), "upper": np.zeros((20, 8))}
    explorer = StateExplorer(layers, threshold=0.5, pinned_cells=[1, 3])
    explorer.layer = "upper"
    assert explorer.pinned_cells == {}
    explorer.pinned_cells = [7]
    explorer.layer = "lower"
    assert list(explorer.pinned_cells) == [1, 3]
    explorer.layer = "upper"
    assert list(explorer.pinned_cells) == [7]
    for expected in ([1, 3], [7], [], [1, 3]):
        assert explorer.undo()
        assert list(explorer.pinned_cells) == expected
    explorer.close()


def test_pins_set_together_with_a_layer_are_for_that_layer():
    explorer = StateExplorer({"lower": np.zeros((20, 5)), "upper": np.zeros((20, 8))}, pinned_cells=[1])
    there = explorer.scenario()
    explorer.layer = "upper"
    explorer.replay(there)
    assert (explorer.layer, list(explorer.pinned_cells)) == ("lower", [1])
    with explorer.hold_trait_notifications():
        explorer.layer = "upper"
        explorer.pinned_cells = [7]
    assert (explorer.layer, list(explorer.pinned_cells)) == ("upper", [7])
    explorer.close()


def test_the_page_is_sent_the_pins_that_it_draws_and_no_more():
    explorer = StateExplorer(np.zeros((400, 1000)), threshold=0.5, pinned_cells=range(999, -1, -1))
    with recorded_pages() as page_of:
        page_of(explorer).set(word_width=0.5, _stride=2, _visible_steps=400)
        explorer.finish()
    assert len(explorer.pinned_cells) == 1000
    assert explorer._envelopes["cells"] == list(range(200))
    explorer.close()
    script = (Path(__file__).parents[2] / "js/src/explorer/cells/pins.ts").read_text("utf-8")
    assert f"MOST_PINS = {MOST_PINS};" in script
