"""What leaving a step out does to the output of a model, against a slow loop."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lstmvis_widget import StateExplorer, occlusion
from lstmvis_widget.recording import occlusion as module

from .test_outputs import IDS, TYPES, Attention, Classifier, Packing, of_last_hidden, of_last_row
from .tiny_models import WORDS, tokenizer

CLASSES = ["bad", "so-so", "good"]


def probabilities(model, ids, *more):
    model.eval()
    with torch.no_grad():
        return model(ids[None], *more)[0].softmax(dim=-1).double().numpy()


def slowly(model, ids, place, replaced=None):
    found = []
    for step in range(len(ids)):
        middle = ids[:0] if replaced is None else torch.full_like(ids[:1], replaced)
        variant = torch.cat([ids[:step], middle, ids[step + 1 :]])
        found.append(probabilities(model, variant)[place] - probabilities(model, ids)[place])
    return np.array(found)


MODELS = {
    "last state": lambda: Classifier(of_last_row),
    "both directions": lambda: Classifier(lambda m, read: m.head(read[0].mean(dim=1)), nn.GRU, bidirectional=True),
    "transformer": lambda: Attention(0, causal=False),
}


@settings(max_examples=10, deadline=None)
@given(
    ids=st.lists(st.integers(0, TYPES - 1), min_size=2, max_size=8),
    replaced=st.none() | st.integers(0, TYPES - 1),
    made=st.sampled_from(list(MODELS.values())),
    of=st.none() | st.integers(0, 2),
)
def test_each_change_is_that_of_a_run_without_the_step(ids, replaced, made, of):
    model, ids = made(), torch.tensor(ids)
    place = int(probabilities(model, ids).argmax()) if of is None else of
    model.train()
    found = occlusion(model, ids, replace=replaced, of=of)
    assert (found.dtype, found.shape, model.training) == (np.float64, (len(ids),), True)
    np.testing.assert_allclose(found, slowly(model, ids, place, replaced), rtol=0, atol=1e-6)


def test_variants_are_read_side_by_side_in_groups(monkeypatch):
    monkeypatch.setattr(module, "PIECE_STEPS", 21)
    seen = []
    model = Classifier(lambda model, read: seen.append(tuple(read[0].shape[:2])) or of_last_row(model, read))
    occlusion(model, IDS[0], replace="leave out")
    assert seen == [(1, 7), (3, 6), (3, 6), (1, 6)]


def test_a_step_alone_is_not_left_out_but_may_be_replaced():
    model = Classifier(of_last_row)
    alone = IDS[0, :1]
    assert np.isnan(occlusion(model, alone)).tolist() == [True]
    np.testing.assert_allclose(occlusion(model, alone, of=1, replace=2), slowly(model, alone, 1, 2), atol=1e-6)


def test_one_output_is_that_of_the_second_class():
    model = Classifier(lambda model, read: torch.sigmoid(of_last_row(model, read)).squeeze(-1), classes=1)
    good, bad = (occlusion(model, IDS[0], of=name, classes=["bad", "good"]) for name in ("good", "bad"))
    model.eval()
    without = torch.cat([IDS[0, :2], IDS[0, 3:]])
    with torch.no_grad():
        assert good[2] == pytest.approx(float(model(without[None]) - model(IDS[:1])), abs=1e-6)
    np.testing.assert_allclose(bad, -good, atol=1e-12)


def test_sequences_of_many_forms():
    model = Classifier(of_last_row)
    expected = slowly(model, IDS[0], 1)
    for form in (IDS[0], IDS[:1], IDS[0].tolist(), IDS[0].numpy(), [IDS[0]], {"ids": IDS[:1]}):
        np.testing.assert_allclose(occlusion(model, form, of=1), expected, atol=1e-6)
    packing = Packing(of_last_hidden)
    np.testing.assert_allclose(occlusion(packing, (IDS[:1], torch.tensor([7])), of=1), expected, atol=1e-6)
    run = occlusion(model, IDS[0], of=1, run=lambda model, ids: model(ids[None]))
    np.testing.assert_allclose(run, expected, atol=1e-6)

    class OfFeatures(Classifier):
        def forward(self, vectors):
            return of_last_row(self, self.reader(vectors))

    vectors = model.embedding(IDS[0]).detach()
    np.testing.assert_allclose(occlusion(OfFeatures(None), vectors, of=1), expected, atol=1e-6)
    zero = occlusion(OfFeatures(None), vectors.numpy(), of=1, replace=0.0)
    other = occlusion(OfFeatures(None), vectors, of=1, replace=[0.0, 0.0, 0.0])
    np.testing.assert_allclose(zero, other, atol=0)
    assert np.abs(zero - expected).max() > 1e-6


def test_a_text_with_a_tokenizer_as_a_track_of_an_explorer():
    class Words(nn.Module):
        def forward(self, ids):
            foxes = (ids == WORDS.index("fox")).float().mean(dim=1)
            return torch.stack([1 - foxes, foxes], dim=1)

    changes = occlusion(Words(), "the quick fox jumps", tokenizer=tokenizer, of=1)
    np.testing.assert_allclose(changes, [1 / 12, 1 / 12, -1 / 4, 1 / 12], atol=1e-7)
    explorer = StateExplorer(np.zeros((4, 2)), tracks={"occlusion": changes})
    assert explorer.tracks["occlusion"].kind == "continuous"
    explorer.close()


def test_check_ends_it_and_the_model_is_as_before():
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    model = Classifier(of_last_row)
    with pytest.raises(KeyboardInterrupt):
        occlusion(model, IDS[0], check=check)
    assert model.training
    assert not any(each._forward_hooks for each in model.modules())


@pytest.mark.parametrize(
    ("sequence", "options", "error", "message"),
    [
        (IDS, {}, ValueError, r"must be one sequence; got 4 in Tensor of shape \(4, 7\).*as \[0\]"),
        ([[1, 2], [3]], {}, ValueError, "must be one sequence; got 2"),
        ([], {}, ValueError, r"one sequence; got 0 in \[\]$"),
        ("a text", {}, TypeError, "tokenizer"),
        ([1, 2, 99], {}, ValueError, "the batch has the id 99.*0…8"),
        ([1, 2], {"replace": 99}, ValueError, "the id 99.*0…8"),
        ([1, 2], {"replace": -1}, ValueError, "a token id, which takes its place; got -1"),
        ([1, 2], {"replace": "[MASK]"}, ValueError, r"replace must be None or 'leave out', or a token id.*\[MASK\]"),
        ([1, 2], {"of": 3}, ValueError, r"of must be a column, 0…2, or a name, with classes=; got 3"),
        ([1, 2], {"of": "good"}, ValueError, "or a name, with classes=; got 'good'"),
        ([1, 2], {"of": "fine", "classes": CLASSES}, ValueError, r"or one of \['bad', 'so-so', 'good'\]; got 'fine'"),
        ([1, 2], {"classes": ["a", "b"]}, ValueError, "3 outputs, so classes must have 3 names; got 2"),
    ],
)
def test_bad_arguments_are_told_with_what_is_allowed(sequence, options, error, message):
    with pytest.raises(error, match=message):
        occlusion(Classifier(of_last_row), sequence, **options)


def test_models_that_say_nothing_of_classes_are_refused():
    with pytest.raises(ValueError, match="LSTM returns states, not scores"):
        occlusion(nn.LSTM(3, 4), torch.zeros(5, 3))
    with pytest.raises(TypeError, match=r"must be a torch\.nn\.Module; got str"):
        occlusion("model", [1, 2])
    with pytest.raises(ValueError, match="must return scores of classes"):
        occlusion(Classifier(lambda _, read: read[0].sum()), IDS[0])


def test_a_model_that_reads_texts_of_one_length_has_steps_replaced():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(TYPES, 3), nn.Flatten(1), nn.Linear(21, 2))
    with pytest.raises(ValueError, match=r"can't read a text of 6 steps like these; with a token .* \(replace=…\)"):
        occlusion(model, IDS[0])
    np.testing.assert_allclose(occlusion(model, IDS[0], replace=0, of=1), slowly(model, IDS[0], 1, 0), atol=1e-6)
