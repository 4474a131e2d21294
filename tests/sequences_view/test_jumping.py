"""What the chosen jump was made of, as it is sent."""

import threading

import numpy as np
import pytest
import traitlets

from lstmvis_widget import jump_contributions, step_distances
from lstmvis_widget.sequences_view import measuring
from tests.page import wait_until

from .small_data import (
    CLASSES,
    EXPECTED,
    LENGTHS,
    OCCLUSION,
    SCORES,
    STARTS,
    STATES,
    STEPS,
    WEIGHTS,
    WORDS,
    class_place,
    make,
)

DISTANCES = step_distances(STATES, LENGTHS)


@pytest.fixture
def made():
    explorers = []

    def make_one(*args, **options):
        explorers.append(make(*args, **options))
        return explorers[-1]

    yield make_one
    for explorer in explorers:
        explorer.close()


def cause(explorer, step):
    explorer.jump = step
    explorer.finish()
    return explorer._cause


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_distance_and_quantile_are_those_of_all_jumps(made, metric):
    explorer = made(metric=metric)
    distances = step_distances(STATES, LENGTHS, metric)
    for step in (0, 6, 22):
        found = cause(explorer, step)
        assert found["step"] == step
        assert found["words"] == [WORDS[step], WORDS[step + 1]]
        assert found["distance"] == pytest.approx(distances[step])
        others = distances[~np.isnan(distances)]
        assert found["quantile"] == pytest.approx(np.mean([each < distances[step] for each in others]))


def test_classes_and_probabilities_are_those_before_and_after(made):
    explorer = made()
    for step in (0, 1, 13):
        found = cause(explorer, step)
        before, after = EXPECTED[step], EXPECTED[step + 1]
        assert found["classes"] == [class_place(explorer, CLASSES[before]), class_place(explorer, CLASSES[after])]
        assert found["of"] == class_place(explorer, CLASSES[after])
        assert found["probabilities"] == pytest.approx(SCORES[step : step + 2, after].tolist())


def test_with_weights_cells_have_their_effect_on_the_class_after_the_jump(made):
    explorer = made(weights=WEIGHTS)
    for step in (2, 20):
        found = cause(explorer, step)
        table = jump_contributions(STATES, step, weights=WEIGHTS, of=int(EXPECTED[step + 1]), sequences=LENGTHS)
        assert [row["cell"] for row in found["cells"]] == table["cell"][:8].tolist()
        for name, column in (("effect", "contribution"), ("change", "change"), ("share", "share")):
            assert [row[name] for row in found["cells"]] == pytest.approx(table[column][:8].tolist())
        assert found["rest"]["cells"] == 4
        assert found["rest"]["effect"] == pytest.approx(table["contribution"][8:].sum())
        logits = STATES[step : step + 2].astype(float) @ WEIGHTS[EXPECTED[step + 1]]
        total = sum(row["effect"] for row in found["cells"]) + found["rest"]["effect"]
        assert total == pytest.approx(logits[1] - logits[0])


def test_without_weights_cells_have_their_share_of_the_distance(made):
    found = cause(made(), 2)
    table = jump_contributions(STATES, 2, sequences=LENGTHS)
    assert [row["cell"] for row in found["cells"]] == table["cell"][:8].tolist()
    assert [row["share"] for row in found["cells"]] == pytest.approx(table["share"][:8].tolist())
    assert {row["effect"] for row in found["cells"]} == {found["rest"]["effect"]} == {None}
    assert sum(row["share"] for row in found["cells"]) + found["rest"]["share"] == pytest.approx(1)


def test_weights_of_one_logit_speak_against_the_first_class(made):
    from lstmvis_widget import OutputTrack

    second = np.linspace(0.1, 0.9, STEPS)
    explorer = made(tracks={"y": OutputTrack(second, ["no", "yes"])}, weights=WEIGHTS[0])
    for step, sign in ((1, -1), (20, 1)):
        found = cause(explorer, step)
        change = STATES[step + 1].astype(float) - STATES[step]
        for row in found["cells"]:
            assert row["effect"] == pytest.approx(sign * change[row["cell"]] * WEIGHTS[0, row["cell"]])


def test_occlusion_is_that_of_the_word_which_the_jump_reads(made):
    explorer = made(occlusion=OCCLUSION)
    found = cause(explorer, 6)["occlusion"]
    last = STARTS[2] - 1
    assert found["effect"] == pytest.approx(OCCLUSION[7])
    assert found["final"] == pytest.approx(SCORES[last].max())
    assert found["of"] == class_place(explorer, CLASSES[EXPECTED[last]])


def test_without_occlusion_or_an_output_these_are_unknown(made):
    assert cause(made(), 6)["occlusion"] is None
    found = cause(made(tracks={}, occlusion=OCCLUSION), 6)
    assert found["occlusion"] is None
    assert found["classes"] is None
    assert found["of"] is None
    assert found["distance"] == pytest.approx(DISTANCES[6])


def test_where_the_effect_of_leaving_it_out_is_not_known_nothing_is_said(made):
    unknown = OCCLUSION.copy()
    unknown[7] = np.nan
    assert cause(made(occlusion=unknown), 6)["occlusion"] is None


def test_a_jump_between_states_that_are_not_finite_has_no_length(made):
    states = STATES.copy()
    states[7, 3] = np.nan
    found = cause(made(states), 6)
    assert found["distance"] is None
    assert found["quantile"] is None
    assert 3 not in [row["cell"] for row in found["cells"]]


def test_a_jump_that_is_none_has_no_shares(made):
    states = STATES.copy()
    states[7] = states[6]
    found = cause(made(states), 6)
    assert found["distance"] == 0
    assert found["quantile"] == 0
    assert {row["share"] for row in found["cells"]} == {None}


def test_without_a_jump_nothing_is_said(made):
    explorer = made()
    cause(explorer, 6)
    explorer.jump = None
    assert explorer._cause is None


def test_the_last_step_of_a_sequence_is_refused(made):
    with pytest.raises(traitlets.TraitError, match="another of its sequence follows"):
        made().jump = 4


def test_it_is_there_before_all_jumps_are_measured_and_then_has_its_quantile(made, monkeypatch):
    measured = threading.Event()
    distances = measuring.step_distances
    monkeypatch.setattr(measuring, "step_distances", lambda *a, **k: (measured.wait(60), distances(*a, **k))[1])
    explorer = made(jump=6)
    wait_until(lambda: explorer._cause is not None, "the cause")
    first = explorer._cause
    assert first["quantile"] is None
    measured.set()
    wait_until(lambda: explorer._cause["quantile"] is not None, "its quantile")
    assert explorer._cause == first | {"quantile": explorer._cause["quantile"]}


@pytest.mark.parametrize("tracks", [{}, None])
def test_the_quantile_comes_also_where_there_is_no_table(made, tracks):
    explorer = made(np.zeros_like(STATES), tracks=tracks, jump=6, jump_threshold=0.5)
    explorer.finish()
    wait_until(lambda: explorer._cause and explorer._cause["quantile"] == 0, "the quantile")


def test_another_metric_is_measured_anew(made):
    explorer = made()
    first = cause(explorer, 6)
    explorer.metric = "cosine"
    explorer.finish()
    assert explorer._cause["metric"] == "cosine"
    assert explorer._cause["distance"] == pytest.approx(step_distances(STATES, LENGTHS, "cosine")[6])
    explorer.metric = "euclidean"
    explorer.finish()
    assert explorer._cause == first


def test_the_layers_have_weights_of_their_own(made):
    layers = {"one": STATES, "two": STATES[:, :5].copy()}
    explorer = made(layers, weights={"two": WEIGHTS[:, :5]})
    assert cause(explorer, 6)["cells"][0]["effect"] is None
    explorer.layer = "two"
    explorer.finish()
    assert explorer._cause["cells"][0]["effect"] is not None
    assert explorer._cause["rest"] == {"cells": 0, "effect": 0, "share": 0}


def test_only_the_two_states_are_read(made, monkeypatch):
    explorer = made()
    explorer.finish()
    states, read = explorer._data.layers[explorer.layer], []
    whole = type(states).read

    def recording(self, start, stop):
        if self is states:
            read.append((start, stop))
        return whole(self, start, stop)

    monkeypatch.setattr(type(states), "read", recording)
    assert cause(explorer, 9)["step"] == 9
    assert read == [(9, 11)]
