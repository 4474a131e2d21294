import ast
import json

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.explorer.scenario import fingerprint
from tests.explorer.test_explorer import is_right
from tests.strategies import sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)
LAYERS = {"lower": STATES, "upper": STATES[:, :6] * 0.5}
WORDS = [f"word {step}" for step in range(60)]
PARITY = {"parity": ["even", "odd"] * 30}


@pytest.fixture
def made():
    explorers = []

    def make(states=LAYERS, tokens=WORDS, tracks=PARITY, **options):
        explorers.append(StateExplorer(states, tokens, tracks, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


@pytest.fixture
def scenario(made):
    explorer = made(layer="upper", threshold=0.05)
    explorer.selection = (10, 13)
    explorer.deselected_cells = explorer.selected_cells[:1]
    explorer.off_after = 1
    explorer.visible_tracks = []
    explorer.position = 7
    return explorer.scenario()


def test_another_explorer_over_the_same_data_shows_the_same(made, scenario):
    explorer = made()
    explorer.replay(json.loads(json.dumps(scenario)))
    assert explorer.scenario() == scenario
    assert (explorer.layer, explorer.selection, explorer.position) == ("upper", (10, 13), 7)
    assert len(explorer.deselected_cells) == 1
    is_right(explorer, LAYERS["upper"])


def test_a_replay_is_one_change(made, scenario):
    explorer = made()
    before = explorer.scenario()
    explorer.replay(scenario)
    assert explorer.undo()
    assert explorer.scenario() == before
    assert not explorer.undo()
    explorer.redo()
    assert explorer.scenario() == scenario


def test_it_is_small(scenario):
    assert len(json.dumps(scenario)) < 1000


def test_the_line_for_the_clipboard_is_one_statement_of_plain_values(made):
    explorer = made({"a\n'b": STATES}, layer="a\n'b")
    explorer.selection = (3, 5)
    assert len(explorer._scenario_line.splitlines()) == 1
    call = ast.parse(explorer._scenario_line, mode="eval").body
    assert ast.unparse(call.func) == "explorer.replay"
    assert ast.literal_eval(call.args[0]) == explorer.scenario()


def changed(scenario, **changes):
    return {**scenario, **changes}


def seen_as(scenario, **changes):
    return changed(scenario, view={**scenario["view"], **changes})


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"states": {name: states[:50] for name, states in LAYERS.items()}, "tokens": WORDS[:50]}, "steps is 60 .* 50"),
        ({"states": {"lower": STATES, "upper": STATES}}, "layer 'upper' has 6 cells in the scenario and 10"),
        ({"states": {"lower": STATES}}, "no layer 'upper', but 'lower'"),
        ({"tokens": [*WORDS[:-1], "other"]}, "tokens is"),
        ({"tokens": None}, "tokens is"),
        ({"transform": "tanh"}, "transform is None in the scenario and 'tanh'"),
        ({"sequences": [30, 30]}, "sequences is 1 in the scenario and 2"),
    ],
)
def test_other_data_are_told_apart(made, scenario, data, named):
    explorer = made(**{"tracks": None if "states" in data else PARITY, **data})
    before = explorer.scenario()
    with pytest.raises(ValueError, match=named):
        explorer.replay(scenario)
    assert explorer.scenario() == before


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda _: "explorer.replay({})", "got str"),
        (lambda _: None, "got NoneType"),
        (lambda _: {}, "lacks 'version'"),
        (lambda s: changed(s, version=2), "version 2"),
        (lambda s: changed(s, version=[]), "version"),
        (lambda s: changed(s, tokens=5), "tokens is 5"),
        (lambda s: changed(s, steps=60.0), "steps is 60.0"),
        (lambda s: changed(s, steps=True), "steps is True"),
        (lambda s: changed(s, surprise=1), "unknown keys: 'surprise'"),
        (lambda s: changed(s, layers=["upper"]), "its layers must be a dict, got list"),
        (lambda s: changed(s, view=3), "its view must be a dict, got int"),
        (lambda s: changed(s, view={}), "its view lacks 'layer'"),
        (lambda s: seen_as(s, __class__="x"), "its view has unknown keys: '__class__'"),
        (lambda s: seen_as(s, selection=[5, 500]), "selection must lie within the 60 time steps"),
        (lambda s: seen_as(s, selection={"a": 1}), "selection must be"),
        (lambda s: seen_as(s, threshold="0.3"), "threshold must be"),
        (lambda s: seen_as(s, threshold=float("nan")), "threshold must be"),
        (lambda s: seen_as(s, layer=["upper"]), "layer must be"),
        (lambda s: seen_as(s, deselected_cells=[6]), "deselected_cells must lie in 0…5"),
        (lambda s: seen_as(s, visible_tracks=[[]]), "visible_tracks must be"),
        (lambda s: seen_as(s, position="1"), "position must be"),
    ],
)
def test_what_is_no_scenario_changes_nothing_and_is_named(made, scenario, spoil, named):
    explorer = made(selection=(20, 22))
    before = explorer.scenario()
    with pytest.raises(ValueError, match=named):
        explorer.replay(spoil(scenario))
    assert explorer.scenario() == before
    assert not explorer.undo()


def test_all_that_differs_is_named_at_once(made, scenario):
    with pytest.raises(ValueError, match=r"surprise.*steps.*tokens"):
        made().replay(changed(scenario, surprise=1, steps=3, tokens=""))


def test_the_fingerprint_tells_tokens_and_their_order_apart():
    prints = [fingerprint(tokens) for tokens in (["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""], ["", "ab"], [])]
    assert len(set(prints)) == len(prints)
    assert fingerprint(("a", "b")) == prints[0]
    assert fingerprint(["\ud800"])


def test_a_fingerprint_of_many_tokens_looks_at_few():
    class Counting(list):
        looked = 0

        def __getitem__(self, step):
            self.looked += 1
            return super().__getitem__(step)

    tokens = Counting(["w"] * 1_000_000)
    assert fingerprint(tokens) != fingerprint(tokens[:-1])
    assert tokens.looked <= 4100
