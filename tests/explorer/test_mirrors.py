"""An explorer whose cells count by being low, too."""

import contextlib
import json

import numpy as np
import pytest
import traitlets

from lstmvis_widget import (
    SequenceExplorer,
    StateExplorer,
    cell_alignment,
    contrast_phrases,
    link,
    save_states,
    step_distances,
    threshold_profile,
)
from lstmvis_widget.states.sources import States
from tests.explorer.test_explorer import STATES, is_right
from tests.page import recorded_pages, wait_until
from tests.states.test_mirrors import mirrored_by_hand

CELLS = STATES.shape[1]
BOTH = np.concatenate([STATES, -STATES], axis=1)
LABELS = np.where(STATES[:, 2] < -0.2, "low", "other").tolist()
TRACKS = {"where": LABELS}


def alignment_of(explorer):
    wait_until(lambda: explorer._alignment is not None, "the alignment")
    return explorer._alignment


@pytest.fixture
def explorer(made):
    return made(STATES, tracks=TRACKS, mirror=True)


@pytest.mark.parametrize("transform", [None, "quantile"])
def test_results_are_those_of_the_oracle_with_mirrors_as_cells(made, transform):
    explorer = made(STATES, transform=transform, mirror=True)
    for threshold, selection, limits in [(0.1, (10, 13), 0), (0.25, (58, 59), 1)]:
        explorer.set_together({"threshold": threshold, "selection": selection, "off_before": limits})
        is_right(explorer, mirrored_by_hand(STATES, transform))
    explorer.off_before = 0
    assert explorer.selected_cells.max() >= CELLS


def test_the_page_gets_names_and_values_of_mirrors(explorer):
    names = tuple(map(str, range(CELLS)))
    assert explorer.cell_names == names + tuple("−" + name for name in names)
    assert tuple(explorer._cell_names) == explorer.cell_names
    assert explorer._layers == [{"name": "states", "cells": 2 * CELLS, "mirror": True}]
    assert explorer._value_range == [-1, 1]
    sent = explorer._window
    values = np.frombuffer(sent["values"], sent["dtype"]).reshape(-1, 2 * CELLS)
    assert np.array_equal(values, BOTH[sent["start"] : sent["stop"]])
    assert f"{CELLS} cells and their mirrors" in repr(explorer)


def test_names_follow_the_layer(made):
    explorer = made({"a": STATES, "b": STATES}, mirror={"b": True})
    assert (explorer.cell_names, explorer._cell_names) == (None, ())
    explorer.layer = "b"
    assert explorer.cell_names[CELLS] == explorer._cell_names[CELLS] == "−0"
    assert [layer["mirror"] for layer in explorer._layers] == [False, True]


def test_mirrors_are_pinned_taken_and_left_out(explorer):
    explorer.selection = (10, 13)
    explorer.pinned_cells = [2 * CELLS - 1]
    explorer.take_cells([1, CELLS + 2])
    assert explorer.selected_cells.tolist() == [1, CELLS + 2]
    expected = ((STATES[:, 1] >= 0.1) & (STATES[:, 2] <= -0.1)).nonzero()[0]
    found = [step for match in explorer.matches if match.overlap == 2 for step in range(match.start, match.stop)]
    assert set(found) <= set(expected.tolist())
    with pytest.raises(traitlets.TraitError, match=f"must lie in 0…{2 * CELLS - 1}"):
        explorer.added_cells = [2 * CELLS]


def test_the_counts_of_values_leave_mirrors_out(explorer):
    explorer.selection = (10, 13)
    explorer.wait_for_gestures()
    assert len(explorer.selected_cells) > 0
    wait_until(lambda: explorer._threshold_counts is not None, "the counts")
    counts = explorer._threshold_counts
    assert sum(counts["values"]) == (STATES[10:13] >= counts["thresholds"][0]).sum()
    at = counts["thresholds"].index(0.1)
    assert counts["cells"][at] == (BOTH[10:13] >= 0.1).all(axis=0).sum()


def test_a_cell_that_tells_by_being_low_is_listed_as_its_mirror(explorer):
    explorer.align_with = ("where", "low")
    sent = alignment_of(explorer)
    table = cell_alignment(STATES, LABELS, labels=["low"])
    assert table["sign"][2] == -1
    assert sent["best"][0] == CELLS + 2
    assert all((table["sign"][cell % CELLS] < 0) == (cell >= CELLS) for cell in sent["best"])
    f1, auc = (np.frombuffer(sent[name], "<f4") for name in ("f1", "auc"))
    signs = np.frombuffer(sent["sign"], "i1")
    assert (f1[CELLS + 2], auc[CELLS + 2], signs[CELLS + 2], signs[2]) == (1, 1, 1, -1)
    explorer.selection = (10, 13)
    explorer.take_cells(sent["best"])
    assert CELLS + 2 in explorer.selected_cells


def test_measures_that_look_both_ways_and_distances_leave_mirrors_out(explorer):
    assert cell_alignment(explorer, "where").equals(cell_alignment(STATES, LABELS))
    assert np.array_equal(step_distances(explorer), step_distances(STATES), equal_nan=True)


def test_tables_of_what_is_on_have_rows_of_mirrors(explorer):
    phrases = {"a": [(3, 4), (20, 22)], "b": [(10, 13), (40, 41)]}
    table = contrast_phrases(explorer, phrases, 0.1)
    by_hand = contrast_phrases(BOTH, phrases, 0.1)
    assert table["name"].tolist() == [explorer.cell_names[cell] for cell in table["cell"]]
    assert table.drop(columns="name").equals(by_hand)
    profile = threshold_profile(explorer, selection=(10, 13), thresholds=[0.5, 0.75], per_cell=True)
    quantiles = mirrored_by_hand(STATES, "quantile")
    expected = [(quantiles[10:13] >= share).all(axis=0).sum() for share in (0.5, 0.75)]
    assert profile.table["n_cells"].tolist() == expected


def test_a_scenario_fits_states_with_the_same_mirrors(made, explorer):
    explorer.selection = (10, 13)
    explorer.pinned_cells = [CELLS + 1]
    scenario = json.loads(json.dumps(explorer.scenario()))
    assert scenario["mirror"] is True
    again = made(STATES, tracks=TRACKS, mirror=True)
    again.replay(scenario)
    assert again.scenario() == scenario
    plain = made(STATES, tracks=TRACKS)
    assert "mirror" not in plain.scenario()
    with pytest.raises(ValueError, match="mirror is True in the scenario and False in the data"):
        plain.replay(scenario)
    with pytest.raises(ValueError, match="mirror is False in the scenario and True in the data"):
        again.replay(plain.scenario())


def test_files_are_opened_with_mirrors_and_views_saved(tmp_path):
    save_states(tmp_path / "states.h5", STATES)
    explorer = StateExplorer.open(tmp_path / "states.h5", mirror=True, threshold=0.1, selection=(10, 13))
    is_right(explorer, BOTH)
    page = explorer.to_html(tmp_path / "view.html").read_text(encoding="utf-8")
    assert "−0" in page or "\\u22120" in page
    explorer.close()


def test_mirrors_in_vain_are_warned_of_and_shown():
    with pytest.warns(UserWarning, match="mirror=True adds cells that are off everywhere"):
        explorer = StateExplorer(np.abs(STATES), mirror=True)
    assert explorer._misfit.startswith("mirror=True adds cells")
    explorer.close()


@pytest.mark.parametrize("options", [{"mirror": True}, {"transform": "split_signs"}])
def test_transposed_states_are_recognised_though_their_cells_are_doubled(options):
    with pytest.raises(ValueError, match=r"the states seem to be transposed, give states\.T"):
        StateExplorer(STATES.T, ["word"] * len(STATES), **options)


# --------------------------------------------------------------- SequenceExplorer


@pytest.mark.parametrize("states", [STATES, States(STATES, mirror=True)], ids=["asked for", "given"])
def test_maps_and_jumps_are_those_without_mirrors(states):
    made = SequenceExplorer(states, sequences=[20, 40], mirror=isinstance(states, np.ndarray))
    with contextlib.closing(made) as mirrored:
        assert mirrored._layers == [{"name": "states", "cells": CELLS}]
        assert mirrored.states is not None
        assert np.asarray(mirrored.states).shape == STATES.shape


def test_cells_of_the_sequences_that_are_low_are_taken_as_mirrors():
    closing = contextlib.closing
    with recorded_pages() as page_of, closing(SequenceExplorer(STATES, sequences=[20, 40])) as sequences:
        for mirror, taken in ((True, [1, 3, CELLS + 4]), (False, [1, 3, 4])):
            made = StateExplorer(STATES, sequences=[20, 40], mirror=mirror, selection=(10, 13))
            with closing(made) as explorer:
                link(explorer, sequences)
                sequences.take_cells([4, 1, 3], low=[4])
                assert explorer.selected_cells.tolist() == taken
                explorer.undo()
                page_of(sequences).send({"take_cells": {"cells": [1, 3, 4], "low": [4]}})
                assert explorer.selected_cells.tolist() == taken
                assert sequences.error == ""
                if mirror:
                    with pytest.raises(traitlets.TraitError, match=f"cells must lie in 0…{CELLS - 1}"):
                        sequences.take_cells([CELLS])
