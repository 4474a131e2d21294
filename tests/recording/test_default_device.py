"""Models that are recorded and ablated while PyTorch's default device is another one, as in notebooks on a GPU.

The other one is here ``meta``, whose tensors have no values and can't be mixed with any others.
"""

import numpy as np
import pytest
import torch

from lstmvis_widget import ablation_effect, occlusion, record_states

from .test_outputs import IDS, Classifier, Packing, of_last_hidden, of_last_row
from .tiny_models import Reader, gpt2, ids_of, tokenizer

TEXTS = ["a fox said the dog", "the quick brown fox"]
LENGTHS = [7, 3, 5, 2]
FEATURES = np.linspace(0, 1, 24, dtype=np.float32).reshape(1, 6, 4)


def scores_of_reader():
    return Reader(lambda model, ids: model.decoder(model.lstm(model.embedding(ids))[0]))


def recorded(*arguments, **options):
    recording = record_states(*arguments, **options)
    values = dict(recording.states)
    if "output" in recording.tracks:
        values["output"] = recording.tracks["output"].probabilities(0, len(recording.tokens))
    return values


ASKED = {
    "ids in a list": lambda: recorded(scores_of_reader(), [ids_of(text) for text in TEXTS], layers="lstm*", top_k=2),
    "text": lambda: recorded(scores_of_reader(), TEXTS, layers="lstm*", tokenizer=tokenizer),
    "cells and gates": lambda: recorded(scores_of_reader(), [ids_of(TEXTS[0])], layers=["lstm.layer*"]),
    "transformer": lambda: recorded(gpt2(), TEXTS, tokenizer=tokenizer),
    "features": lambda: recorded(torch.nn.LSTM(4, 5, batch_first=True), FEATURES),
    "outputs of the head": lambda: recorded(Classifier(of_last_row), IDS, outputs="head"),
    "outputs of prefixes": lambda: recorded(Classifier(of_last_row), IDS, outputs="prefix"),
    "packed": lambda: recorded(Packing(of_last_hidden), [(IDS, torch.tensor(LENGTHS))], lengths=[LENGTHS]),
    "occlusion": lambda: {"change": occlusion(Classifier(of_last_row), IDS[0], replace=1)},
    "ablation": lambda: ablation(scores_of_reader(), "lstm.layer1.hidden"),
    "ablation of a transformer": lambda: ablation(gpt2(), "layer1"),
}


def ablation(model, layer):
    effect = ablation_effect(model, TEXTS, layer, [1, 3], tokenizer=tokenizer)
    return {"before": effect.before, "after": effect.after}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_results_do_not_depend_on_the_default_device(ask, monkeypatch):
    torch.manual_seed(4)
    expected = ask()
    for module in ("record_states", "ablation_effect", "occlusion"):
        monkeypatch.setitem(globals(), module, elsewhere(globals()[module]))
    torch.manual_seed(4)
    found = ask()
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


def elsewhere(function):
    """The function, called while ``meta`` is the default device."""

    def call(*arguments, **options):
        with torch.device("meta"):
            assert torch.zeros(1).is_meta
            return function(*arguments, **options)

    return call
