import numpy as np
import pytest

from lstmvis_widget import StateExplorer, datasets, rank_matches
from tests import oracle
from tests.test_matching import LIMITS, assert_ranked


@pytest.mark.parametrize("load", [datasets.load_parens, datasets.load_alice])
def test_a_sample_data_set_is_explored_as_it_comes(load):
    data = load()
    explorer = StateExplorer(**data)
    try:
        steps = len(data.tokens)
        assert all(states.shape[0] == steps for states in data.states.values())
        assert sum(explorer.sequences) == steps
        explorer.selection = (20, 24)
        states = data.states[explorer.layer]
        assert explorer.selected_cells.tolist() == oracle.select_cells(states, 20, 24, explorer.threshold)
        assert explorer.error == ""
    finally:
        explorer.close()


def test_the_level_of_the_parentheses_is_their_nesting():
    data = datasets.load_parens()
    level = 0
    for token, shown in zip(data.tokens, data.tracks["level"], strict=True):
        level += (token == "(") - (token == ")")
        assert int(shown) == level


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
@pytest.mark.parametrize("load", [datasets.load_parens, datasets.load_alice])
def test_ranking_is_that_of_the_definition_on_states_of_a_trained_model(load, off_before, off_after):
    states = next(iter(load().states.values()))[1000:1250]
    options = {"off_before": off_before, "off_after": off_after, "min_length": 2, "sequences": [25] * 10}
    cells = np.flatnonzero((states[7:10] >= 0.3).all(axis=0))
    assert len(cells)
    assert_ranked(rank_matches(states, cells, 0.3, **options), oracle.rank_matches(states, cells, 0.3, **options))
