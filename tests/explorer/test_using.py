"""Tables of cells with thresholds and signs of their own become layers: `StateExplorer.use`."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
import traitlets

from lstmvis_widget import (
    SequenceExplorer,
    StateExplorer,
    cell_alignment,
    cell_pairs,
    contrast_phrases,
    link,
    probe,
    project_states,
    rank_matches,
    select_cells,
    step_distances,
)
from lstmvis_widget.statistics import cell_alignment as alignment_module
from lstmvis_widget.statistics.null_distributions import random_matches
from lstmvis_widget.work.room import kept_bytes
from tests.explorer.test_explorer import is_right
from tests.page import recorded_pages, wait_until
from tests.states.sources import RowsOnly, hdf5_file
from tests.strategies import sticky_states

STEPS, CELLS = 54, 8
LABELS = ["quote" if step // 9 % 3 == 0 else "text" for step in range(STEPS)]
WORDS = [f"w{step}" for step in range(STEPS)]


def _states():
    """Cell 2 goes off in quotes, cell 5 on."""
    random = np.random.default_rng(3)
    states = sticky_states(STEPS, CELLS, seed=4, values=random.normal(0, 1, 40)).astype(np.float32)
    quoted = np.array(LABELS) == "quote"
    states[quoted, 2] -= 3
    states[quoted, 5] += 3
    return states


STATES = _states()
LAYERS = {"lower": STATES, "upper": 2 * STATES[:, ::-1]}
TABLE = {"cell": [5, 2, 0], "threshold": [1.0, -1.5, 0.25], "sign": [1, -1, 1]}
SELECTION = (28, 31)


def rules_of(table, states=STATES):
    """1 where a cell of the table follows its rule, −1 where it doesn't, NaN for other cells."""
    expected = np.full(states.shape, np.nan)
    for cell, threshold, sign in zip(table["cell"], table["threshold"], table["sign"], strict=True):
        on = states[:, cell] >= threshold if sign > 0 else states[:, cell] <= threshold
        expected[:, cell] = np.where(on, 1, -1)
    return expected


@pytest.fixture
def made():
    explorers = []

    def make(states=LAYERS, **options):
        explorers.append(StateExplorer(states, WORDS, {"where": LABELS}, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


@pytest.fixture
def explorer(made):
    return made(selection=SELECTION)


# ----------------------------------------------------------------- what is on


def test_the_cells_are_on_where_they_follow_their_own_rules(explorer):
    explorer.use(TABLE)
    assert (explorer.layer, explorer.threshold) == ("lower · own thresholds", 0)
    assert explorer.selected_cells.tolist() == [2, 5]
    is_right(explorer, rules_of(TABLE))
    explorer.off_before, explorer.selection = 1, (2, 5)
    is_right(explorer, rules_of(TABLE))
    assert explorer.cell_names == ("0", "1", "−2", "3", "4", "5", "6", "7")


def test_the_values_are_distances_from_the_thresholds(explorer):
    explorer.use(TABLE)
    expected = np.full(STATES.shape, np.nan, np.float32)
    expected[:, 0], expected[:, 5] = STATES[:, 0] - np.float32(0.25), STATES[:, 5] - np.float32(1)
    expected[:, 2] = np.float32(-1.5) - STATES[:, 2]
    assert np.array_equal(explorer.states[:], expected, equal_nan=True)
    explorer.threshold = 0.5
    is_right(explorer, expected)


@pytest.mark.filterwarnings("ignore:tanh saturates")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
@pytest.mark.parametrize("transform", [None, "tanh", "split_signs", "standardise", "quantile"])
@pytest.mark.parametrize("most_sorted", [10**5, 0], ids=["sorted", "in bins"])
def test_f1_of_on_is_that_of_the_table_to_the_last_bit(made, monkeypatch, dtype, transform, most_sorted):
    monkeypatch.setattr(alignment_module, "MOST_SORTED", most_sorted)
    states = (10 * STATES).astype(dtype)
    if dtype != "int8":
        states[::7, 3] = np.nan
    explorer = made(states, transform=transform)
    table = cell_alignment(explorer, "where", labels=["quote"]).dropna(subset=["threshold"])
    assert set(table["sign"]) == {1, -1}
    explorer.use(table)
    assert explorer.layer == "states · quote"
    values, quoted = explorer.states[:], np.array(LABELS) == "quote"
    for row in table.itertuples():
        on = values[:, row.cell] >= 0
        assert 2 * (on & quoted).sum() / (on.sum() + quoted.sum()) == row.f1


def test_states_in_a_file_are_matched_as_those_in_memory(made, tmp_path):
    path = hdf5_file(tmp_path, **LAYERS)
    explorer = made({name: f"{path}::{name}" for name in LAYERS}, selection=SELECTION)
    for threshold in (0.0, 0.5, -0.25):
        explorer.use(TABLE, "mine")
        explorer.threshold = threshold
        explorer.finish()
        wait_until(lambda: explorer._preparing.task.asked.ended, "byte codes")
        distances = explorer.states[:]
        is_right(explorer, distances)


def test_another_table_takes_the_place_of_one_of_the_same_name(explorer):
    other = {"cell": [2, 6], "threshold": [0.5, -0.5], "sign": [-1, 1]}
    for stride in (None, 2):
        explorer._stride = stride
        for table in (TABLE, other):
            explorer.use(table, "mine")
            explorer.finish()
            assert explorer.layers == ("lower", "upper", "mine")
            assert explorer.used["cell"].tolist() == sorted(table["cell"])
            is_right(explorer, rules_of(table))
            values = explorer.states[:]
            if stride is None:
                shown = np.frombuffer(explorer._window["values"], "<f4").reshape(-1, CELLS)
                start, stop = explorer._window["start"], explorer._window["stop"]
                assert np.array_equal(shown, values[start:stop], equal_nan=True)
            else:
                highest = np.frombuffer(explorer._columns["highest"], "<f8")
                assert highest.tolist() == np.nanmax(values.reshape(-1, stride * CELLS), axis=1).tolist()


def test_it_begins_at_the_threshold_zero_whatever_was_set_for_another_table_of_the_name(explorer):
    explorer.use(TABLE, "mine")
    explorer.threshold = 0.75
    assert explorer.thresholds["mine"] == 0.75
    explorer.use(TABLE, "mine")
    assert explorer.threshold == 0


# ---------------------------------------------------------------- there and back


def test_it_goes_back_to_the_layer_it_came_from(explorer):
    explorer.layer = "upper"
    explorer.threshold = 0.5
    explorer.use({"cell": [1], "threshold": [0.5]})
    assert (explorer.layer, explorer.used.layer) == ("upper · own thresholds", "upper")
    explorer.use(None)
    assert (explorer.layer, explorer.threshold, explorer.used) == ("upper", 0.5, None)
    explorer.use(None)
    assert explorer.layer == "upper"
    explorer.layer = "upper · own thresholds"
    assert explorer.threshold == 0


def test_in_a_layer_of_a_table_another_table_is_about_the_layer_of_the_states(explorer):
    explorer.use(TABLE, "first")
    explorer.use({"cell": [5], "threshold": [0.5], "sign": [1]}, "second")
    assert explorer.used.layer == "lower"
    is_right(explorer, rules_of({"cell": [5], "threshold": [0.5], "sign": [1]}))


def test_using_and_its_undoing_are_one_change(explorer):
    explorer.threshold = 0.75
    before = explorer.scenario()
    explorer.use(TABLE)
    after = explorer.scenario()
    assert explorer.undo()
    assert explorer.scenario() == before
    assert explorer.layers == ("lower", "upper")
    assert explorer.redo()
    assert explorer.scenario() == after
    is_right(explorer, rules_of(TABLE))
    explorer.use({"cell": [5], "threshold": [0.5], "sign": [1]})
    assert explorer.undo()
    is_right(explorer, rules_of(TABLE))


def test_a_scenario_makes_the_layer_anew(made, explorer):
    explorer.use(TABLE)
    explorer.threshold = 0.125
    explorer.take_cells([2, 5])
    explorer.pinned_cells = [2]
    scenario = json.loads(json.dumps(explorer.scenario()))
    other = made()
    other.replay(scenario)
    assert other.scenario() == scenario
    assert (other.layer, other.selected_cells.tolist()) == (explorer.layer, [2, 5])
    assert list(other.matches) == list(explorer.matches)
    assert other.used == explorer.used
    assert other.undo()
    assert other.layers == ("lower", "upper")


def test_scenarios_of_before_leave_the_layers_as_they_are(explorer):
    scenario = explorer.scenario()
    del scenario["view"]["used_tables"]
    explorer.use(TABLE)
    explorer.replay(scenario)
    assert (explorer.layer, explorer.layers[-1]) == ("lower", "lower · own thresholds")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"layer": "nowhere", **TABLE}, "of one of the layers 'lower', 'upper'; got 'nowhere'"),
        ({"layer": "upper", "cell": [1]}, "no column 'threshold'"),
        ({"layer": "upper", "cell": [8], "threshold": [0]}, r"0…7.*got 8"),
        (5, "got 5|got None"),
    ],
)
def test_a_scenario_with_another_table_changes_nothing(explorer, table, message):
    before = explorer.scenario()
    spoilt = {**before, "view": {**before["view"], "used_tables": {"mine": table}, "layer": "mine"}}
    with pytest.raises(ValueError, match=message):
        explorer.replay(spoilt)
    assert explorer.scenario() == before


def test_layers_of_tables_can_be_removed(explorer):
    explorer.use(TABLE, "one")
    explorer.threshold, explorer.pinned_cells = 0.5, [2]
    explorer.use(TABLE, "two")
    explorer.used_tables = {"two": explorer.used_tables["two"]}
    assert explorer.layers == ("lower", "upper", "two")
    assert (explorer.layer, dict(explorer.thresholds)["two"]) == ("two", 0)
    explorer.used_tables = {}
    assert (explorer.layer, explorer.layers) == ("lower", ("lower", "upper"))
    assert explorer.undo()
    assert explorer.undo()
    explorer.layer = "one"
    assert (explorer.threshold, list(explorer.pinned_cells)) == (0.5, [2])


def test_the_mapping_of_tables_is_changed_only_as_a_whole(explorer):
    explorer.use(TABLE, "one")
    with pytest.raises(TypeError):
        explorer.used_tables["two"] = TABLE
    with pytest.raises(traitlets.TraitError, match="'upper' is a layer of the states"):
        explorer.used_tables = {"upper": explorer.used_tables["one"]}
    with pytest.raises(traitlets.TraitError, match="used_tables must be a mapping"):
        explorer.used_tables = [TABLE]
    with explorer.hold_trait_notifications():
        explorer.used_tables = {"other": explorer.used_tables["one"]}
        explorer.layer = "other"
    is_right(explorer, rules_of(TABLE))


# -------------------------------------------------------------- what is given


@pytest.mark.parametrize(
    "make",
    [
        pd.DataFrame,
        pl.DataFrame,
        lambda table: pd.DataFrame(table).astype({"sign": float}),
        lambda table: pd.DataFrame(table, index=[7, 7, 7]).assign(label="a", f1=0.5),
        lambda table: {name: np.array(column) for name, column in table.items()},
        lambda table: np.array(
            list(zip(*table.values(), strict=True)), [("cell", "i2"), ("threshold", "f8"), ("sign", "i1")]
        ),
    ],
    ids=["pandas", "polars", "floats", "other columns", "arrays", "structured"],
)
def test_tables_of_any_library_are_taken(explorer, make):
    explorer.use(make(TABLE), "mine")
    used = explorer.used
    assert (used.cell.tolist(), used.threshold.tolist(), used.sign.tolist()) == ([0, 2, 5], [0.25, -1.5, 1], [1, -1, 1])
    pd.testing.assert_frame_equal(
        used.to_pandas(), pd.DataFrame(TABLE).sort_values("cell", ignore_index=True).astype({"sign": np.int8})
    )


def test_a_table_that_was_used_is_used_again_in_the_layer_that_it_is_about(explorer):
    explorer.use(TABLE)
    used = explorer.used
    explorer.layer = "upper"
    explorer.use(used, "again")
    assert (explorer.used, explorer.used.layer) == (used, "lower")
    assert len(used) == 3
    assert repr(used) == "UsedTable(3 cells of layer 'lower')"
    with pytest.raises(ValueError, match="read-only"):
        used.cell[0] = 1


def test_it_is_named_for_its_layer_and_its_label(made):
    explorer = made({"a": STATES, "a · quote": STATES})
    for label, name in [
        (["quote"] * 3, "a · quote (2)"),
        (["b" * 100] * 3, f"a · {'b' * 39}…"),
        ([None] * 3, "a · own thresholds"),
        (["quote", "text", "text"], "a · own thresholds"),
    ]:
        explorer.use({**TABLE, "label": label})
        assert explorer.layer == name
    explorer.use({**TABLE, "label": ["quote"] * 3}, name="mine")
    assert explorer.layer == "mine"


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (5, TypeError, "use takes a table.*got 5"),
        ("cells", TypeError, "got 'cells'"),
        ({"cell": [1]}, ValueError, "no column 'threshold'; its columns are 'cell'"),
        (pd.DataFrame({"threshold": [1.0]}), ValueError, "no column 'cell'"),
        ({"cell": [], "threshold": []}, ValueError, "no rows"),
        ({"cell": [1, 2], "threshold": [0]}, ValueError, "equally long.*'cell': 2, 'threshold': 1"),
        ({"cell": [1, 1], "threshold": [0, 1]}, ValueError, "cell 1 is in the table more than once"),
        (
            {"cell": [1, 1], "threshold": [0, 1], "label": ["a", "b"]},
            ValueError,
            r"about 2 labels, 'a', 'b'. Choose one, table\[table\['label'\] == 'a'\]",
        ),
        ({"cell": [8], "threshold": [0]}, ValueError, "0…7.*got 8"),
        ({"cell": [-1], "threshold": [0]}, ValueError, "0…7.*got -1"),
        ({"cell": [1.5], "threshold": [0]}, TypeError, "numbers of cells; got 1.5"),
        ({"cell": [True], "threshold": [0]}, TypeError, "numbers of cells; got True"),
        ({"cell": [1], "threshold": [np.nan]}, ValueError, r"cell 1 is NaN.*dropna"),
        ({"cell": [1], "threshold": [None]}, ValueError, r"cell 1 is NaN"),
        ({"cell": [1], "threshold": [np.inf]}, ValueError, "finite: leave cell 1 out"),
        ({"cell": [1], "threshold": ["high"]}, TypeError, "threshold must hold numbers; got 'high' for cell 1"),
        ({"cell": [1], "threshold": [0], "sign": [0]}, ValueError, "sign must be 1 .* got 0 for cell 1"),
        ({"cell": [1], "threshold": [0], "sign": ["low"]}, ValueError, "sign must be 1 .* got 'low'"),
    ],
)
def test_other_tables_are_refused_and_change_nothing(explorer, table, error, message):
    before = explorer.scenario()
    with pytest.raises(error, match=message):
        explorer.use(table)
    assert explorer.scenario() == before
    assert not explorer.undo()


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [("upper", ValueError, "is a layer of the states"), ("", TypeError, "a text"), (3, TypeError, "a text; got 3")],
)
def test_other_names_are_refused(explorer, name, error, message):
    with pytest.raises(error, match=message):
        explorer.use(TABLE, name)
    with pytest.raises(TypeError, match="goes back, and takes no name"):
        explorer.use(None, "upper")


# --------------------------------------------------- the page, links and files


def test_pinned_cells_stay_pinned_if_they_are_in_the_table(explorer):
    explorer.pinned_cells = {2: "#009e73", 3: "#cc79a7"}
    explorer.use(TABLE)
    assert explorer.pinned_cells == {2: "#009e73"}
    explorer.pinned_cells = [5]
    explorer.use(None)
    assert explorer.pinned_cells == {2: "#009e73", 3: "#cc79a7"}
    explorer.use(TABLE)
    assert set(explorer.pinned_cells) == {2, 5}


def test_random_cells_are_drawn_among_those_of_the_table(explorer):
    explorer.use(TABLE)
    assert explorer.selected_cells.tolist() == [2, 5]
    draw = random_matches(explorer.matches.origin)
    drawn = draw(np.random.default_rng(0))
    assert drawn.origin is None or drawn.origin.cells.tolist() == [0]
    values = rules_of(TABLE)
    assert drawn.n_candidates == rank_matches(values, [0], 0, min_length=2).n_candidates > 0


def test_the_page_is_told_of_the_layer_and_the_names_of_its_cells(made):
    with recorded_pages() as page_of:
        explorer = made()
        page = page_of(explorer)
        explorer.use(TABLE)
        assert page.sent("_layers")[-1] == [
            {"name": "lower", "cells": CELLS, "mirror": False},
            {"name": "upper", "cells": CELLS, "mirror": False},
            {"name": "lower · own thresholds", "cells": CELLS, "mirror": False, "of": "lower"},
        ]
        assert list(page.sent("_cell_names")[-1]) == ["0", "1", "−2", "3", "4", "5", "6", "7"]
        low, high = page.sent("_value_range")[-1]
        assert low <= 0 <= high


def test_the_best_cells_of_an_alignment_are_used_by_a_message(made):
    with recorded_pages() as page_of:
        explorer = made(align_with=("where", "quote"), selection=SELECTION)
        page = page_of(explorer)
        wait_until(lambda: explorer._alignment is not None, "the alignment")
        sent = explorer._alignment
        best = sent["best"]
        table = cell_alignment(STATES, LABELS, labels=["quote"]).set_index("cell")
        assert sent["rules"]["cell"] == best
        for name in ("threshold", "sign"):
            assert sent["rules"][name] == table.loc[best, name].tolist()
        message = {"layer": "lower", "label": "quote", **sent["rules"]}
        page.send({"use": json.loads(json.dumps(message))})
        assert explorer.error == ""
        assert explorer.layer == "lower · quote"
        is_right(explorer, rules_of(table.loc[best].reset_index()))
        wait_until(lambda: explorer._alignment and explorer._alignment["layer"] == explorer.layer, "the alignment")
        assert explorer._alignment["best"] == best  # of equal F1, and no cell that isn't in the table
        used = explorer.used
        page.send({"use": {"layer": explorer.layer, "label": "quote", **explorer._alignment["rules"]}})
        assert "go back to 'lower' first" in explorer.error
        assert explorer.used == used
        page.send({"undo": True})
        assert explorer.layers == ("lower", "upper")
        explorer.layer = "upper"
        for wrong in ({"use": message}, {"use": 5}):
            page.send(wrong)
            assert "of another layer" in explorer.error
            assert explorer.layers == ("lower", "upper")
        page.send({"use": {"layer": "upper", "cell": [99], "threshold": [0]}})
        assert "0…7" in explorer.error


def test_of_mirrored_states_the_best_cells_are_used_by_their_own_thresholds(made):
    with recorded_pages() as page_of:
        explorer = made(STATES, mirror=True, align_with=("where", "quote"), selection=SELECTION)
        page = page_of(explorer)
        wait_until(lambda: explorer._alignment is not None, "the alignment")
        sent = explorer._alignment
        assert {5, CELLS + 2} < set(sent["best"])
        rules = dict(zip(sent["rules"]["cell"], sent["rules"]["sign"], strict=True))
        assert (rules[5], rules[2]) == (1, -1)
        assert [cell % CELLS for cell in sent["best"]] == list(rules)
        page.send({"use": {"layer": "states", "label": "quote", **sent["rules"]}})
        expected = np.hstack([rules_of(sent["rules"]), np.full(STATES.shape, np.nan)])
        is_right(explorer, expected)
        assert explorer.cell_names[2] == explorer.cell_names[CELLS + 2] == "−2"


def test_a_layer_and_the_same_one_with_mirrors_are_told_apart(made):
    explorer = made({"plain": STATES, "mirrored": STATES}, mirror={"mirrored": True}, selection=SELECTION)
    for layer, values in (("plain", STATES), ("mirrored", np.hstack([STATES, -STATES]))):
        explorer.layer, explorer.threshold = layer, 0.25
        is_right(explorer, values)


def test_a_layer_that_the_page_asks_for_is_read_in_the_background(made):
    with recorded_pages() as page_of:
        explorer = made({"lower": RowsOnly(STATES), "upper": RowsOnly(LAYERS["upper"])}, selection=SELECTION)
        page = page_of(explorer)
        table = explorer.used_tables | {"mine": {"layer": "lower", **TABLE}}
        explorer.used_tables = table
        page.set(layer="mine")
        wait_until(lambda: explorer.layer == "mine", "the layer")
        explorer.finish()
        assert explorer.threshold == 0
        is_right(explorer, rules_of(TABLE))


def test_a_saved_page_shows_it(explorer, tmp_path):
    explorer.use(TABLE)
    html = explorer.to_html(tmp_path / "view.html").read_text("utf-8")
    assert "lower · own thresholds" in html
    assert "−2" in html
    embedded = explorer.get_state()
    assert embedded["layer"] == "lower · own thresholds"


def test_linked_explorers_keep_their_own_layers(made, explorer):
    other = made(selection=(1, 3))
    linked = link(explorer, other)
    sequences = SequenceExplorer(LAYERS, WORDS)
    link(explorer, sequences)
    explorer.use(TABLE)
    sequences.take_cells([2, 5])
    assert explorer.selected_cells.tolist() == [2, 5]
    explorer.selection = (2, 5)
    assert (other.layer, other.layers, other.selection) == ("lower", ("lower", "upper"), (2, 5))
    linked.unlink()
    sequences.close()


def test_cells_without_a_threshold_cannot_be_taken_as_they_are_never_on(explorer):
    explorer.use(TABLE)
    before = explorer.scenario()
    sequences = SequenceExplorer(LAYERS, WORDS)
    other = StateExplorer(LAYERS, selection=(1, 3))
    link(other, sequences)
    link(explorer, sequences)
    for take in (explorer.take_cells, sequences.take_cells):
        with pytest.raises(ValueError, match=r"cell 4 has no threshold in the layer 'lower · own thr.*to 'lower'"):
            take([2, 4])
    assert explorer.scenario() == before
    assert len(other.added_cells) == 0  # of linked ones either all take them or none
    for each in (sequences, other):
        each.close()


# -------------------------------------------------------------- its statistics

MIRRORED = pytest.mark.parametrize("mirror", [False, True])


@MIRRORED
def test_thresholds_of_an_explorer_are_those_of_the_layer_that_use_takes_them_for(made, mirror):
    explorer = made(STATES, mirror=mirror, selection=SELECTION)
    expected = cell_alignment(STATES, LABELS)
    pairs = cell_pairs(STATES, LABELS, expected)
    for label in ("quote", "text"):
        table = cell_alignment(explorer, "where")
        pd.testing.assert_frame_equal(table, expected)
        best = table[table["label"] == label].nlargest(3, "f1")
        explorer.use(best)
        on = np.asarray(explorer.states[:, best["cell"].tolist()]) >= 0
        stands = np.array(LABELS) == label
        f1 = 2 * (on & stands[:, None]).sum(axis=0) / (on.sum(axis=0) + stands.sum())
        assert f1.tolist() == pytest.approx(best["f1"].tolist())
        pd.testing.assert_frame_equal(cell_pairs(explorer, "where", table), pairs)


@MIRRORED
def test_statistics_are_about_the_cells_of_the_table(made, mirror):
    explorer = made(STATES, mirror=mirror, threshold=0.5, selection=SELECTION)
    assert cell_pairs(explorer, "where").equals(cell_pairs(STATES, LABELS, 0.5))
    explorer.use(TABLE)
    cells = sorted(TABLE["cell"])
    distances = rules_of(TABLE)[:, cells]
    phrases = {"one": [(0, 2), (20, 23)], "other": [(10, 11), (40, 41), (50, 52)]}
    table, by_hand = contrast_phrases(explorer, phrases, permutations=20), contrast_phrases(distances, phrases, 0)
    assert table["cell"].tolist() == [cells[cell] for cell in by_hand["cell"]]
    assert table["difference"].tolist() == by_hand["difference"].tolist()
    paired, by_hand = cell_pairs(explorer, "where"), cell_pairs(distances, LABELS, 0)
    assert set(paired["cell"]) | set(paired["other"]) <= set(cells)
    assert paired["f1"].tolist()[:5] == by_hand["f1"].tolist()[:5]
    assert probe(explorer, "where", tokens=WORDS).equals(probe(STATES[:, cells], LABELS, tokens=WORDS))


@pytest.mark.parametrize("ask", [lambda states: select_cells(states, 0, 1, 0.5), SequenceExplorer])
def test_where_states_are_needed_an_explorer_is_told_to_give_its_own(explorer, ask):
    with pytest.raises(TypeError, match=r"got StateExplorer: give its states, as in explorer\.states"):
        ask(explorer)


@pytest.mark.parametrize(
    "ask", [step_distances, project_states, lambda explorer: project_states(STATES).place(explorer)]
)
def test_maps_and_distances_need_all_cells(explorer, ask):
    explorer.use(TABLE)
    with pytest.raises(ValueError, match=r"all 8 cells together.*only 3 have values.*use\(None\)"):
        ask(explorer)
    explorer.use(None)
    ask(explorer)


def test_closing_frees_what_was_kept_of_it(made):
    explorer = made({"lower": RowsOnly(STATES)}, selection=SELECTION)
    explorer.use(TABLE)
    explorer.finish()
    assert explorer._computation.shelf.nbytes
    explorer.close()
    assert explorer._computation.shelf.nbytes == 0
    assert kept_bytes() == 0
    assert len(explorer.matches)
