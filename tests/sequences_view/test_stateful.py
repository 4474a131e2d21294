"""Whatever is set, in whatever order, from Python or the page: the next statement reads what the definitions say."""

import numpy as np
import pandas as pd
import pytest
import traitlets
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lstmvis_widget import SequenceExplorer, project_states, sequence_table, step_distances
from tests.page import recorded_pages
from tests.sequences_view.conftest import LENGTHS, OTHER, STATES, STEPS, WORDS, output
from tests.sequences_view.test_filters import FILTERS, SORTS, plain_order

LAYERS = {"a": STATES, "b": OTHER}
POSITIONS = np.random.default_rng(5).normal(size=(STEPS, 2))
TABLES = {
    (layer, metric): sequence_table(output(), LENGTHS, distances=step_distances(states, LENGTHS, metric))
    for layer, states in LAYERS.items()
    for metric in ("euclidean", "cosine")
}
MAPS = {layer: project_states(states, sequences=LENGTHS).coordinates for layer, states in LAYERS.items()}


class Exploring(RuleBasedStateMachine):
    """Sets traits as a statement or as a gesture, and reads results now and then."""

    @initialize(background=st.booleans())
    def make(self, background):
        self._recording = recorded_pages()
        page_of = self._recording.__enter__()
        self.explorer = SequenceExplorer(
            LAYERS, WORDS, {"rating": output()}, sequences=LENGTHS, background=None if background else False
        )
        self.page = page_of(self.explorer)
        self.values = {"layer": "a", "metric": "euclidean", "filters": {}, "sort_by": "sequence", "method": "pca"}
        self.values["selected_steps"] = []
        self.history = []

    def teardown(self):
        if "explorer" in vars(self):
            self.explorer.close()
            self._recording.__exit__(None, None, None)

    def change(self, name, value, by_page):
        before = dict(self.values)
        if by_page:
            self.page.set(**{name: value})
            self.page.send({"settle": {name: value}})
        else:
            setattr(self.explorer, name, value)
        self.values[name] = sorted(set(value)) if name == "selected_steps" else value
        if self.values != before:
            self.history.append(before)

    @rule(layer=st.sampled_from("ab"), by_page=st.booleans())
    def set_layer(self, layer, by_page):
        self.change("layer", layer, by_page)

    @rule(metric=st.sampled_from(["euclidean", "cosine"]), by_page=st.booleans())
    def set_metric(self, metric, by_page):
        self.change("metric", metric, by_page)

    @rule(filters=FILTERS, by_page=st.booleans())
    def set_filters(self, filters, by_page):
        kept = {key: value for key, value in filters.items() if value != [None, None]}
        order = {key: kept[key] for key in self.explorer.filters | kept if key in kept}
        for key in ("target", "prediction"):
            if key in order:
                order[key] = [name for name in output().classes if name in order[key]]
        self.change("filters", order, by_page)

    @rule(sort_by=SORTS, by_page=st.booleans())
    def set_order(self, sort_by, by_page):
        self.change("sort_by", sort_by, by_page)

    @rule(steps=st.lists(st.integers(0, STEPS - 1), max_size=4))
    def select_steps(self, steps):
        self.change("selected_steps", steps, by_page=False)

    @rule()
    def give_positions(self):
        self.explorer.method = POSITIONS
        if self.values["method"] != "given":
            self.history.append(dict(self.values))
        self.values["method"] = "given"

    @rule()
    def use_principal_axes(self):
        self.change("method", "pca", by_page=False)

    @rule(name=st.sampled_from(["layer", "metric", "filters", "sort_by", "method"]))
    def a_wrong_value_changes_nothing(self, name):
        with pytest.raises(traitlets.TraitError):
            setattr(self.explorer, name, "wrong")

    @precondition(lambda self: self.history)
    @rule()
    def undo(self):
        assert self.explorer.undo()
        self.values = self.history.pop()

    @rule()
    def read_the_table(self):
        expected = TABLES[self.values["layer"], self.values["metric"]]
        pd.testing.assert_frame_equal(self.explorer.table, expected)

    @rule()
    def read_the_map(self):
        found = self.explorer.projection
        expected = POSITIONS if self.values["method"] == "given" else MAPS[self.values["layer"]]
        np.testing.assert_allclose(found.coordinates, expected)
        assert found.cells == LAYERS[self.values["layer"]].shape[1]

    @rule()
    def read_the_sequences(self):
        values = self.values
        table = TABLES[values["layer"], values["metric"]]
        expected = plain_order(table, WORDS, values["filters"], values["sort_by"], values["selected_steps"])
        assert self.explorer.shown_sequences.tolist() == expected

    @rule()
    def what_the_page_shows_in_the_end_is_the_same(self):
        explorer, values = self.explorer, self.values
        explorer.finish()
        assert np.frombuffer(explorer._order, "<i4").tolist() == explorer.shown_sequences.tolist()
        np.testing.assert_allclose(
            np.frombuffer(explorer._points["coordinates"], "<f4").reshape(-1, 2),
            explorer.projection.coordinates,
            rtol=1e-4,
            atol=1e-4,
        )
        table = TABLES[values["layer"], values["metric"]]
        jumps = np.frombuffer(explorer._sequences["largest_jump"], "<f4")
        np.testing.assert_allclose(jumps, table["largest_jump"], rtol=1e-5)
        assert explorer._map["settled"]
        distances = step_distances(LAYERS[values["layer"]], LENGTHS, values["metric"])
        assert explorer.jump_threshold == pytest.approx(np.nanquantile(distances, 0.99))

    @invariant()
    def traits_are_as_set(self):
        if "explorer" not in vars(self):
            return
        for name, value in self.values.items():
            found = getattr(self.explorer, name)
            assert (found.tolist() if name == "selected_steps" else found) == value


Exploring.TestCase.settings = settings(max_examples=30, stateful_step_count=25)
TestExploring = Exploring.TestCase
