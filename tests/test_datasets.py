from pathlib import Path

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, datasets, rank_matches
from tests import oracle
from tests.matching.test_ranking import LIMITS, assert_ranked

ALL = [datasets.load_parens, datasets.load_alice, datasets.load_globin, datasets.load_chorales]


@pytest.mark.parametrize("load", ALL)
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


def test_the_splice_sites_of_globin_are_those_of_nearly_all_introns():
    data = datasets.load_globin()
    text, tracks = "".join(data.tokens), data.tracks
    for name, bases in (("donor", "GT"), ("acceptor", "AG")):
        starts = np.flatnonzero(np.diff(tracks[name].values) == 1) + 1
        assert [text[start : start + 2] for start in starts] == [bases] * 4
    parts = [tracks[name].values for name in ("intergenic", "exon", "intron")]
    assert (sum(parts) == 1).all()
    assert (tracks["coding"].values <= tracks["exon"].values).all()
    assert set(np.unique(tracks["predicted exon"].values)) == {0, 1}


def test_a_cadence_of_the_chorales_goes_from_the_dominant_to_the_tonic():
    data = datasets.load_chorales()
    labels = data.tracks["cadence"][:]
    ends = [step for step, label in enumerate(labels) if label == "E"]
    assert len(ends) > 200
    for end in ends:
        assert data.tokens[end] in ("C", "Cm")
        assert data.tokens[end - 1] in ("G", "G7")
        assert labels[end - 1] in ("B", "I")
    last = np.cumsum(data.sequences) - 1
    assert all(data.tokens[step].startswith("C") for step in last)
    assert np.isnan(data.tracks["p(next)"].values[last]).all()


def test_all_sample_data_take_less_than_25_megabytes():
    folder = Path(datasets.__file__).parent / "data"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 25_000_000


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
@pytest.mark.parametrize("load", [datasets.load_parens, datasets.load_alice])
def test_ranking_is_that_of_the_definition_on_states_of_a_trained_model(load, off_before, off_after):
    states = next(iter(load().states.values()))[1000:1250]
    options = {"off_before": off_before, "off_after": off_after, "min_length": 2, "sequences": [25] * 10}
    cells = np.flatnonzero((states[7:10] >= 0.3).all(axis=0))
    assert len(cells)
    assert_ranked(rank_matches(states, cells, 0.3, **options), oracle.rank_matches(states, cells, 0.3, **options))
