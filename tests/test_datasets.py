import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch

from lstmvis_widget import (
    OutputTrack,
    StateExplorer,
    datasets,
    jump_contributions,
    rank_matches,
    sequence_table,
    step_distances,
)
from lstmvis_widget.files import describe
from tests import oracle
from tests.kept_out import module_of_training
from tests.matching.test_ranking import LIMITS, assert_ranked

ALL = [
    datasets.load_parens,
    datasets.load_alice,
    datasets.load_globin,
    datasets.load_chorales,
    datasets.load_addresses,
    datasets.load_quotes,
]

EXCERPTS = [datasets.load_parens, datasets.load_alice]
DATA = Path(str(files("lstmvis_widget_data")))


@pytest.fixture
def data_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "lstmvis_widget_data", None)


@pytest.mark.parametrize("load", EXCERPTS)
def test_an_excerpt_is_the_beginning_of_its_data_set(load):
    full, excerpt = load(), load(excerpt=True)
    steps = len(excerpt.tokens)
    assert excerpt.tokens == full.tokens[:steps]
    assert list(excerpt.states) == list(full.states)
    for name, states in excerpt.states.items():
        assert (states == full.states[name][:steps]).all()
    assert list(excerpt.tracks) == list(full.tracks)
    for name, track in excerpt.tracks.items():
        assert all(track[step] == full.tracks[name][step] for step in range(steps))
    assert sum(excerpt.sequences) == steps
    assert excerpt.sequences in (full.sequences[:1], [steps])
    assert excerpt.about == full.about | {"excerpt": f"the first {steps:,} of {len(full.tokens):,} steps"}
    assert f"{steps:,} steps" in load.__doc__


@pytest.mark.usefixtures("data_not_installed")
@pytest.mark.parametrize("load", EXCERPTS)
def test_where_the_data_are_not_installed_an_excerpt_comes_with_a_warning(load):
    with pytest.warns(UserWarning, match="for all of it: pip install lstmvis-widget-data") as warned:
        data = load()
    assert [warning.filename for warning in warned] == [__file__]
    assert data.tokens == load(excerpt=True).tokens


@pytest.mark.usefixtures("data_not_installed")
@pytest.mark.parametrize("load", [load for load in ALL if load not in EXCERPTS])
def test_data_that_are_not_installed_are_asked_for_by_name(load):
    with pytest.raises(ModuleNotFoundError, match=f"{load.__name__} needs .*: pip install lstmvis-widget-data"):
        load()


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


@pytest.fixture(scope="module")
def addresses():
    return datasets.load_addresses()


def test_the_stated_accuracy_of_the_addresses_is_that_of_their_track(addresses):
    table = sequence_table(addresses.tracks["era"], addresses.sequences)
    about = addresses.about
    assert len(table) == 400
    assert table["correct"].mean() == pytest.approx(about["accuracy on the paragraphs shown"], abs=1e-9)
    model, words, largest = (
        about[f"held-out accuracy{of}"] for of in ("", " of a linear bag of words", " of the largest class")
    )
    assert model >= 0.7
    assert model > words > largest
    text = " ".join(datasets.load_addresses.__doc__.split())
    assert f"tells the era of {model:.0%}".replace("%", " %") in text
    assert f"has {largest:.0%}, and a linear bag of words {words:.0%}".replace("%", " %") in text
    readme = (Path(__file__).parents[1] / "notebooks" / "training" / "README.md").read_text()
    assert f"accuracy {model:.3f}" in readme
    assert f"{words:.3f} (linear bag of words), {largest:.3f} (always the era" in readme


def test_the_expectations_of_the_addresses_are_the_output_layer_on_hidden_states(addresses):
    output, hidden = addresses.tracks["era"], addresses.states["hidden"]
    assert isinstance(output, OutputTrack)
    assert output.logits
    logits = hidden @ addresses.output_weights.T + addresses.output_bias
    np.testing.assert_allclose(logits, output.scores(0, len(output)), rtol=0, atol=5e-3)  # states in half precision
    era = output.classes[output.expected[30]]
    table = jump_contributions(hidden, 29, weights=addresses.output_weights, of=era, classes=output.classes)
    change = output.scores(29, 31)[:, output.classes.index(era)]
    assert table["contribution"].sum() == pytest.approx(change[1] - change[0], abs=5e-3)


def test_the_file_of_the_addresses_is_explored_and_described_as_one_of_our_own(addresses):
    path = DATA / "addresses.h5"
    explorer = StateExplorer.open(path)
    try:
        track = explorer.tracks["era"]
        assert isinstance(track, OutputTrack)
        assert track.expected.tolist() == addresses.tracks["era"].expected.tolist()
        assert track.targets.tolist() == addresses.tracks["era"].targets.tolist()
        assert explorer.layers == ("hidden", "cell")
    finally:
        explorer.close()
    found = {item.path: item for item in describe(path).items}
    assert found["tracks/era"].shape == (36720, 5)
    assert not any(name.startswith("tracks/era/") for name in found)


def test_a_paragraph_of_the_addresses_is_of_one_year_in_its_era(addresses):
    output, years = addresses.tracks["era"], addresses.tracks["year"].values
    starts = np.cumsum(addresses.sequences) - addresses.sequences
    assert (np.repeat(years[starts], addresses.sequences) == years).all()
    assert (np.diff(years[starts]) >= 0).all()
    for start, target in zip(starts, output.targets, strict=True):
        first, last = (int(year) for year in output.classes[target].split("-"))
        assert first <= years[start] <= last
        assert addresses.tracks["address"][int(start)].startswith(f"{years[start]:.0f}-")
        assert addresses.tracks["address"][int(start)].split("-")[1] in addresses.tracks["president"][int(start)]
    assert min(addresses.sequences) >= 40
    assert max(addresses.sequences) <= 200


def test_a_word_of_the_addresses_that_matters_moves_the_state(addresses):
    occlusion = addresses.tracks["occlusion"].values
    assert np.abs(occlusion).max() <= 1
    jumps = np.roll(step_distances(addresses.states["hidden"], addresses.sequences), 1)  # the jump to each word
    matters = np.abs(occlusion) > 0.1
    assert np.nanmean(jumps[matters]) > 1.2 * np.nanmean(jumps[~matters])
    unknown = addresses.tracks["unknown"].values
    assert set(np.unique(unknown)) == {0, 1}
    assert f"{unknown.mean():.1%}" in addresses.about["shown"]


def test_all_sample_data_take_less_than_28_megabytes():
    assert sum(file.stat().st_size for file in DATA.glob("*.h5")) < 28_000_000
    assert (DATA / "quotes.h5").stat().st_size < 3_000_000


def test_the_weights_of_the_quotes_make_the_states_and_probabilities_that_are_shown():
    common, data = module_of_training("common"), datasets.load_quotes()
    model = common.LanguageModel.from_weights(data.weights)
    ids = torch.tensor([data.vocabulary.index(token) for token in data.tokens[:500]])
    states, log_probabilities = common.unroll(model, ids)
    np.testing.assert_allclose(states["layer 1"], data.states["cell"][:500], rtol=1e-3, atol=1e-3)
    of_next = log_probabilities[:-1].exp().numpy()[np.arange(499), ids[1:]]
    np.testing.assert_allclose(of_next, data.tracks["p(next)"].values[:499], rtol=0, atol=1e-4)


def test_the_stated_loss_of_the_quotes_is_that_of_their_track():
    data = datasets.load_quotes()
    loss = -np.log(data.tracks["p(next)"].values[:-1]).mean()
    assert loss == pytest.approx(data.about["held-out loss (nats a character)"], abs=1e-4)
    others = data.about["held-out loss of unigrams"]
    assert loss < others
    text = " ".join(datasets.load_quotes.__doc__.split())
    assert f"is {loss:.2f} nats a character, against {others:.2f} for" in text
    readme = (Path(__file__).parents[1] / "notebooks" / "training" / "README.md").read_text()
    assert f"{loss:.2f} nats a character" in readme


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
@pytest.mark.parametrize("load", [datasets.load_parens, datasets.load_alice])
def test_ranking_is_that_of_the_definition_on_states_of_a_trained_model(load, off_before, off_after):
    states = next(iter(load().states.values()))[1000:1250]
    options = {"off_before": off_before, "off_after": off_after, "min_length": 2, "sequences": [25] * 10}
    cells = np.flatnonzero((states[7:10] >= 0.3).all(axis=0))
    assert len(cells)
    assert_ranked(rank_matches(states, cells, 0.3, **options), oracle.rank_matches(states, cells, 0.3, **options))
