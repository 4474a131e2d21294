import numpy as np

from lstmvis_widget import StateExplorer
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
