"""Results read after any sequence of changes, by Python or by the page, are right."""

import json

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lstmvis_widget import StateExplorer
from tests.explorer.test_explorer import is_right
from tests.page import recorded_pages, wait_until
from tests.strategies import sticky_states

SEQUENCES = [14, 1, 13]
N_STEPS = sum(SEQUENCES)
LAYERS = {
    "lower": sticky_states(N_STEPS, 7, seed=1).astype(np.float32),
    "upper": sticky_states(N_STEPS, 4, seed=2),
}


@st.composite
def selections(draw):
    first, length = draw(st.sampled_from([(0, 14), (14, 1), (15, 13)]))
    start = draw(st.integers(first, first + length - 1))
    return start, draw(st.integers(start + 1, first + length))


@st.composite
def tables(draw):
    """Some cells of any layer, at thresholds among their values or between them."""
    cells = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True))
    rules = [draw(st.tuples(st.sampled_from([-0.25, 0.0, 0.1, 0.3]), st.sampled_from([1, -1]))) for _ in cells]
    threshold, sign = zip(*rules, strict=True)
    return {"cell": cells, "threshold": list(threshold), "sign": list(sign)}


def distances(states, table):
    """How far each cell of a table is beyond its threshold, by the definition; NaN for the others."""
    expected = np.full_like(states, np.nan)
    for cell, threshold, sign in zip(table["cell"], table["threshold"], table["sign"], strict=True):
        expected[:, cell] = (states[:, cell] - states.dtype.type(threshold)) * sign
    return expected


def divide_by_zero(_):
    return 1 / 0


class Exploring(RuleBasedStateMachine):
    @initialize(
        sequences=st.booleans(),
        mirror=st.booleans(),
        background=st.booleans(),
        observer=st.sampled_from(["none", "reads", "raises"]),
    )
    def begin(self, sequences, mirror, background, observer):
        self.recording = recorded_pages()
        page_of = self.recording.__enter__()
        self.sequences = SEQUENCES if sequences else None
        self.options = {"sequences": self.sequences, "mirror": {"upper": mirror}, "threshold": 0.1}
        upper = LAYERS["upper"]
        self.layers = LAYERS | ({"upper": np.concatenate([upper, -upper], axis=1)} if mirror else {})
        self.tables = {}
        self.explorer = StateExplorer(LAYERS, background=background, **self.options)
        self.read_wrongly = False
        if observer != "none":
            act = self.read if observer == "reads" else divide_by_zero
            self.explorer.observe(act, names=["selected_cells", "matches", "_note", "_threshold_counts"])
        self.page = page_of(self.explorer)

    def read(self, _):
        """Read results where one is told of them, on whatever thread that is."""
        cells, matches = self.explorer.selected_cells, self.explorer.matches
        self.read_wrongly |= len(matches) > 0 and matches.n_selected != len(cells)

    def put(self, by_page, **values):
        if by_page:
            self.page.set(**values)
        else:
            for trait, value in values.items():
                setattr(self.explorer, trait, value)

    @rule(by_page=st.booleans(), selection=st.one_of(st.none(), selections(), selections()))
    def select(self, by_page, selection):
        is_new = selection not in (self.explorer.selection, *self.explorer.selected_ranges)
        self.put(by_page, selection=selection and list(selection))
        assert self.explorer.selection == selection
        if is_new:
            assert len(self.explorer.deselected_cells) == 0

    @rule(by_page=st.booleans(), ranges=st.lists(selections(), max_size=4), tolerance=st.sampled_from([0.0, 0.25, 0.5]))
    def select_several(self, by_page, ranges, tolerance):
        before = self.explorer.selection
        self.put(by_page, tolerance=tolerance, selected_ranges=[list(each) for each in ranges])
        there = tuple(sorted(set(ranges)))
        assert self.explorer.selected_ranges == there
        assert self.explorer.selection == before if before in there or not there else self.explorer.selection in there

    @precondition(lambda self: self.explorer.selected_ranges)
    @rule(by_page=st.booleans(), data=st.data())
    def go_to_one_of_several(self, by_page, data):
        there, deselected = self.explorer.selected_ranges, self.explorer.deselected_cells
        one = data.draw(st.sampled_from(there))
        self.put(by_page, selection=list(one))
        assert (self.explorer.selected_ranges, self.explorer.deselected_cells) == (there, deselected)

    @rule(new=selections(), remove=st.booleans())
    def change_the_ranges_by_the_page(self, new, remove):
        there = {*self.explorer.selected_ranges, self.explorer.selection} - {None}
        self.page.send({"select": {"remove" if remove else "add": list(new)}})
        wanted = tuple(sorted(there - {new} if remove else there | {new}))
        assert self.explorer.selected_ranges == (wanted if len(wanted) > 1 else ())
        assert self.explorer.selection in wanted if wanted else self.explorer.selection is None

    @rule(by_page=st.booleans(), threshold=st.sampled_from([-0.3, 0.0, 0.1, 0.2, 0.3, 1.0]))
    def move_threshold(self, by_page, threshold):
        self.put(by_page, threshold=threshold)

    @rule(by_page=st.booleans(), before=st.integers(0, 2), after=st.integers(0, 2))
    def limit(self, by_page, before, after):
        self.put(by_page, off_before=before, off_after=after)

    @rule(
        by_page=st.booleans(), selection=selections(), threshold=st.sampled_from([0.0, 0.3]), before=st.integers(0, 1)
    )
    def change_several_at_once(self, by_page, selection, threshold, before):
        self.put(by_page, off_before=before, selection=list(selection), threshold=threshold)

    @precondition(lambda self: len(self.explorer.selected_cells))
    @rule(by_page=st.booleans(), data=st.data())
    def deselect(self, by_page, data):
        cells = self.explorer.selected_cells.tolist()
        gone = data.draw(st.sampled_from(cells))
        self.put(by_page, deselected_cells=[*self.explorer.deselected_cells, gone])
        assert gone not in self.explorer.selected_cells

    @rule(by_page=st.booleans(), data=st.data())
    def change_layer(self, by_page, data):
        layer = data.draw(st.sampled_from(self.explorer.layers))
        self.put(by_page, layer=layer)
        wait_until(lambda: self.explorer.layer == layer)  # one that isn't in memory is read before it is shown

    @rule(by_page=st.booleans(), table=tables())
    def use(self, by_page, table):
        source = self.explorer.used.layer if self.explorer.used else self.explorer.layer
        if by_page and not self.explorer.used:
            self.page.send({"use": {"layer": self.explorer.layer, **table}})
        else:
            self.explorer.use(table)
        assert self.explorer.layer == f"{source} · own thresholds"
        self.tables = self.tables | {self.explorer.layer: distances(self.layers[source], table)}

    @rule()
    def go_back(self):
        self.explorer.use(None)
        assert self.explorer.layer in self.layers

    @precondition(lambda self: len(self.explorer.used_tables))
    @rule()
    def remove_the_tables(self):
        self.explorer.used_tables = {}
        assert self.explorer.layers == tuple(self.layers)

    @rule()
    def undo_and_redo(self):
        before = self.explorer.scenario()
        if self.explorer.undo():
            assert self.explorer.redo()
            after = self.explorer.scenario()
            # Which steps are shown, and which of several ranges is the current one, is no change that is undone.
            for view in (before["view"], after["view"]):
                view["position"] = 0
                view["selection"] = view["selected_ranges"] or view["selection"]
            assert after == before

    @rule(background=st.booleans())
    def replay_elsewhere(self, background):
        scenario = json.loads(json.dumps(self.explorer.scenario()))
        other = StateExplorer(LAYERS, background=background, **self.options)
        other.replay(scenario)
        assert other.scenario() == scenario
        assert np.array_equal(other.selected_cells, self.explorer.selected_cells)
        assert list(other.matches) == list(self.explorer.matches)
        other.close()

    def values(self):
        """Those of the active layer, by hand."""
        layer = self.explorer.layer
        return self.layers[layer] if layer in self.layers else self.tables[layer]

    @rule(
        by_page=st.booleans(),
        k=st.integers(1, 60),
        min_length=st.one_of(st.none(), st.integers(1, 4)),
        length_filter=st.one_of(st.none(), st.integers(1, 6)),
    )
    def choose_matches(self, by_page, k, min_length, length_filter):
        self.put(by_page, k=k, min_length=min_length, length_filter=length_filter)

    @rule(position=st.integers(0, N_STEPS - 1), visible=st.integers(1, 40))
    def move(self, position, visible):
        self.page.set(position=position, _visible_steps=visible)
        window = self.explorer.get_state(["_window"])["_window"]
        assert window["layer"] == self.explorer.layer
        assert window["start"] <= position
        assert window["stop"] >= min(position + visible, N_STEPS)

    @rule(bad=st.sampled_from([{"selection": [5, 5]}, {"threshold": None}, {"k": 0}, {"layer": "third"}]))
    def send_a_bad_value(self, bad):
        [trait] = bad
        before = getattr(self.explorer, trait)
        self.page.set(**bad)
        assert getattr(self.explorer, trait) == before
        assert trait in self.explorer.error

    @invariant()
    def results_are_right(self):
        if hasattr(self, "explorer"):
            is_right(self.explorer, self.values(), self.sequences)
            assert not self.read_wrongly

    def teardown(self):
        self.explorer.close()
        self.recording.__exit__(None, None, None)


TestExploring = pytest.mark.long(Exploring.TestCase)
TestExploring.settings = settings(max_examples=100, stateful_step_count=30)
