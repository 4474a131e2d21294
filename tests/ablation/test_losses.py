"""Which loss a step has: that of the next token, of a target, or of a function."""

import numpy as np
import pytest
import torch
from torch import nn

from lstmvis_widget import CategoricalTrack, ContinuousTrack, ablation_effect, record_states

from .slow_models import TYPES, LanguageModel

IDS = torch.randint(0, TYPES, (4, 6), generator=torch.Generator().manual_seed(5))
TARGETS = [2, 0, None, 1]


class Classifier(LanguageModel):
    """Says one of three classes after the last step, or what its function makes of the states (B, T, H)."""

    def __init__(self, says=lambda model, states: model.out(states[:, -1]), classes=3):
        super().__init__()
        self.out = nn.Linear(5, classes)
        self.says = says

    def forward(self, ids):
        return self.says(self, self.reader(self.embedding(ids))[0])


def cross_entropy(scores, targets):
    return nn.functional.cross_entropy(scores, torch.tensor(targets), reduction="none").double().numpy()


def before_of(model, **options):
    return ablation_effect(model, IDS, "reader.layer1.hidden", [1], against_random=2, **options)


def test_the_target_of_a_sequence_is_that_of_its_last_step():
    model = Classifier()
    effect = before_of(model, targets=TARGETS)
    with torch.no_grad():
        scores = model(IDS)
    there = [0, 1, 3]
    assert np.flatnonzero(np.isfinite(effect)).tolist() == [5, 11, 23]
    np.testing.assert_allclose(effect.before[[5, 11, 23]], cross_entropy(scores[there], [2, 0, 1]), atol=1e-6)
    right = scores.argmax(1).numpy()[there] == [2, 0, 1]
    assert effect.correct_before[[5, 11, 23]].tolist() == right.tolist()
    assert effect.accuracy_before == pytest.approx(right.mean())
    named = before_of(model, targets=["c", "a", None, "b"], classes=["a", "b", "c"])
    np.testing.assert_array_equal(named.change, effect.change)
    track = before_of(model, targets=CategoricalTrack(["c", "a", None, "b"]), classes=["a", "b", "c"])
    np.testing.assert_array_equal(track.change, effect.change)
    by_step = Classifier(lambda model, states: model.out(states))
    np.testing.assert_allclose(before_of(by_step, targets=TARGETS).change, effect.change, atol=1e-6)


def test_targets_of_steps_are_those_of_these_steps():
    model = Classifier(lambda model, states: model.out(states))
    targets = np.random.default_rng(0).choice([0, 1, 2, np.nan], 24)
    effect = before_of(model, targets=targets)
    with torch.no_grad():
        scores = model(IDS).reshape(24, 3)
    known = np.isfinite(targets)
    np.testing.assert_array_equal(np.isfinite(effect), known)
    np.testing.assert_allclose(
        effect.before[known], cross_entropy(scores[known], targets[known].astype(int)), atol=1e-6
    )
    labels = CategoricalTrack([None if np.isnan(each) else int(each) for each in targets])
    for track in (ContinuousTrack(targets), labels, labels[:]):
        np.testing.assert_array_equal(before_of(model, targets=track).change, effect.change)


ONE_COLUMN = {
    "logits of each step": (lambda model, states: model.out(states), 24),
    "logits without an axis": (lambda model, states: model.out(states)[..., 0], 24),
    "probabilities": (lambda model, states: model.out(states).sigmoid(), 24),
    "logits of each sequence": (lambda model, states: model.out(states[:, -1]), 4),
    "logits of sequences without an axis": (lambda model, states: model.out(states[:, -1])[:, 0], 4),
}


@pytest.mark.parametrize("form", ONE_COLUMN)
def test_one_score_is_that_of_the_second_of_two_classes(form):
    says, count = ONE_COLUMN[form]
    targets = np.random.default_rng(1).integers(0, 2, count).tolist()
    model = Classifier(says, classes=1)
    effect = before_of(model, targets=targets)
    with torch.no_grad():
        scores = model(IDS).reshape(-1).double()
    logits = torch.logit(scores) if form == "probabilities" else scores
    expected = nn.functional.binary_cross_entropy_with_logits(
        logits, torch.tensor(targets).double(), reduction="none"
    ).numpy()
    known = np.isfinite(effect.before)
    np.testing.assert_allclose(effect.before[known], expected, atol=1e-5)
    assert effect.accuracy_before == pytest.approx(((logits.numpy() > 0) == targets).mean())


@pytest.mark.parametrize("says", [lambda scores: scores.softmax(-1), lambda scores: scores.log_softmax(-1)])
def test_probabilities_and_their_logarithms_are_told_from_logits(says):
    model = LanguageModel()
    other = Classifier(lambda model, states: says(model.decoder(states)))
    np.testing.assert_allclose(before_of(other).change, before_of(model).change, atol=1e-5)


def test_scores_come_from_a_head():
    model = LanguageModel()
    expected = before_of(model)
    other = Classifier(lambda model, states: (states, model.decoder(states))[0])
    for head in (model.decoder, lambda states: nn.functional.linear(states, model.decoder.weight, model.decoder.bias)):
        np.testing.assert_allclose(before_of(other, head=head).change, expected.change, atol=1e-6)
    both = Classifier(lambda model, states: model.out(states) + 0 * model.decoder(states).sum())
    np.testing.assert_allclose(before_of(both, head="decoder").change, expected.change, atol=1e-6)
    bare = ablation_effect(
        model.reader, model.embedding(IDS).detach(), "layer1.hidden", [1], head=model.decoder, targets=next_of(IDS)
    )
    np.testing.assert_allclose(bare.change, expected.change, atol=1e-6)


def test_held_scores_are_those_that_count():
    model = LanguageModel()
    for head in (None, "decoder"):
        effect = ablation_effect(model, IDS, "decoder", range(TYPES), "zero", head=head)
        np.testing.assert_allclose(effect.after[np.isfinite(effect)], np.log(TYPES), atol=1e-6)


def next_of(ids):
    return [token for row in ids.tolist() for token in (*row[1:], None)]


def cut(logits, ids):
    return nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")


LOSSES = {
    "(B, T − 1)": cut,
    "(T − 1, B)": lambda logits, ids: cut(logits, ids).T,
    "flat": lambda logits, ids: cut(logits, ids).flatten(),
    "(B, T)": lambda logits, ids: torch.cat([cut(logits, ids), torch.full((len(ids), 1), torch.nan)], dim=1),
}


@pytest.mark.parametrize("form", LOSSES)
def test_a_function_computes_the_loss(form):
    model = LanguageModel()
    effect = before_of(model, loss=LOSSES[form])
    np.testing.assert_allclose(effect.change, before_of(model).change, atol=1e-6)
    assert effect.correct_before is None
    assert np.isnan(effect.accuracy_after)
    assert "accuracy" not in effect.by_label()


def test_a_loss_of_sequences_is_that_of_their_last_steps_also_in_padding():
    model = Classifier(lambda model, states: model.out(states[torch.arange(4), torch.tensor([2, 5, 0, 3])]))
    lengths = [3, 6, 1, 4]
    more = {"lengths": lengths, "batch_first": True}
    whole = ablation_effect(model, IDS, "reader.layer1.hidden", [1], targets=[0, 1, 2, 0], **more)
    own = ablation_effect(
        model, IDS, "reader.layer1.hidden", [1],
        loss=lambda output, _: -output.log_softmax(-1)[range(4), [0, 1, 2, 0]], **more,
    )  # fmt: skip
    assert np.flatnonzero(np.isfinite(own)).tolist() == [2, 8, 9, 13]
    np.testing.assert_allclose(own.change, whole.change, atol=1e-6)
    language = LanguageModel()
    ours = ablation_effect(language, IDS, "reader.layer1.hidden", [1], **more)
    theirs = ablation_effect(language, IDS, "reader.layer1.hidden", [1], loss=cut, **more)
    np.testing.assert_allclose(ours.change, theirs.change, atol=1e-6)
    assert ours.sequences == record_states(language, IDS, lengths=lengths).sequences == lengths


VECTORS = torch.randn(2, 5, 4)


class OfVectors(LanguageModel):
    def forward(self, vectors):
        return self.decoder(self.reader(vectors)[0])


LAYER = "reader.layer1.hidden"


@pytest.mark.parametrize(
    ("model", "batches", "options", "error", "message"),
    [
        (OfVectors(), VECTORS, {}, ValueError, "vectors, so no loss of the next token.*give targets=.*or loss="),
        (Classifier(), IDS, {}, ValueError, r"one output of shape \(4, 3\) for a sequence.*give targets="),
        (Classifier(lambda m, s: m.out(s)), IDS, {}, ValueError, "3 outputs at a step, and the next token.*head="),
        (LanguageModel(), IDS, {"loss": "mse"}, ValueError, "loss must be 'next', 'targets', or a function; got 'mse'"),
        (LanguageModel(), IDS, {"loss": "targets"}, TypeError, "needs the true classes: targets="),
        (LanguageModel(), IDS, {"loss": "next", "targets": [1] * 4}, TypeError, "leave targets out"),
        (LanguageModel(), IDS, {"loss": cut, "head": "decoder"}, TypeError, "computes the loss, so head"),
        (LanguageModel(), IDS, {"classes": ["a"]}, TypeError, "names that targets have"),
        (LanguageModel(), IDS, {"head": "decode"}, ValueError, r"no module 'decode' for a head; it has \['embedding'"),
        (LanguageModel(), IDS, {"loss": lambda o, b: cut(o, b).mean()}, ValueError, r"\(4, 6\).*reduction=\"none\""),
        (LanguageModel(), IDS, {"loss": lambda *_: 1.0}, TypeError, "must return a tensor with a loss for each step"),
        (
            Classifier(),
            IDS,
            {"targets": [0, 1]},
            ValueError,
            "one for each of the 4 sequences.*24 time steps; there are 2",
        ),
        (Classifier(), IDS, {"targets": [0, 1, 2, 3]}, ValueError, "places 0…2; target 3 is 3"),
        (
            Classifier(),
            IDS,
            {"targets": ["a"] * 4, "classes": ["a", "b"]},
            ValueError,
            "classes must have 3 names; got 2",
        ),
    ],
)
def test_what_has_no_loss_is_told_with_what_to_give(model, batches, options, error, message):
    with pytest.raises(error, match=f"(?s){message}"):
        ablation_effect(model, batches, LAYER, [0], **options)
