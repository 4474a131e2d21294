"""Cells of modules that aren't recurrent: what comes after them is given the held values."""

import numpy as np
import pytest
import torch
import transformers
from torch import nn

from lstmvis_widget import ablation_effect, record_states
from tests.recording.tiny_models import WORDS, gpt2, ids_of, made, t5, tokenizer

from .slow_models import TYPES, next_losses

IDS = torch.tensor([[4, 2, 5, 7, 3, 10], [6, 5, 2, 9, 9, 1]])


def with_held(model, module, cells, values, *, steps=None, of=lambda output: output):
    """Logits where a hook overwrites the output of a module, which is (B, T, D)."""

    def hook(_, __, output):
        held = of(output)  # in place
        for step in range(held.shape[1]) if steps is None else steps:
            held[:, step, cells] = values

    handle = dict(model.named_modules())[module].register_forward_hook(hook)
    with torch.no_grad():
        logits = model.eval()(IDS).logits
    handle.remove()
    return logits


def losses(logits):
    return np.concatenate([next_losses(each, ids) for each, ids in zip(logits, IDS, strict=True)])


def assert_held(effect, model, expected):
    with torch.no_grad():
        np.testing.assert_allclose(effect.before, losses(model(IDS).logits), atol=1e-5)
    np.testing.assert_allclose(effect.after, losses(expected), atol=1e-5)
    assert np.nanmax(np.abs(effect.change)) > 1e-4


@pytest.mark.parametrize("layer", ["transformer.h.0.mlp.act", "transformer.h.1.mlp", "transformer.h.0.attn.c_proj"])
def test_a_transformer_goes_on_with_the_held_values(layer):
    model = gpt2()
    mean = record_states(model, IDS, layers=layer).states[layer].mean(0)
    cells = [1, 6]
    effect = ablation_effect(model, IDS, layer, cells, against_random=3)
    assert_held(effect, model, with_held(model, layer, cells, torch.from_numpy(mean[cells])))
    some = ablation_effect(model, IDS, layer, cells, 3.0, ranges=[(2, 4), (8, 10)])
    assert_held(some, model, with_held(model, layer, cells, 3.0, steps=[2, 3]))
    assert not some.change[:1].any()


def test_the_first_tensor_of_a_tuple_is_held():
    model = gpt2()
    effect = ablation_effect(model, IDS, "transformer.h.0.attn", [3], 2.0)
    assert_held(effect, model, with_held(model, "transformer.h.0.attn", [3], 2.0, of=lambda output: output[0]))


@pytest.mark.parametrize(
    ("layer", "module"),
    [("embeddings", "transformer.drop"), ("layer1", "transformer.h.0"), ("layer2", "transformer.ln_f")],
)
def test_a_hidden_state_is_held_where_it_is_made(layer, module):
    def of(output):
        return output[0] if isinstance(output, tuple) else output

    model = gpt2()
    effect = ablation_effect(model, IDS, layer, [0, 7], "zero", against_random=2)
    assert_held(effect, model, with_held(model, module, [0, 7], 0.0, of=of))


def test_texts_of_a_tokenizer_and_padding():
    model, texts = gpt2(), ["a fox jumps", "the quick brown fox said"]
    apart = ablation_effect(model, texts, "transformer.h.0.mlp", [1], tokenizer=tokenizer)
    padded = tokenizer(texts, padding=True, return_tensors="pt")
    together = ablation_effect(model, padded, "transformer.h.0.mlp", [1], against_random=2)
    np.testing.assert_allclose(together.change, apart.change, atol=1e-5)
    assert together.sequences == [3, 5]
    assert np.flatnonzero(np.isnan(together)).tolist() == [2, 7]


def test_other_models_of_transformers():
    for model in (
        made(
            transformers.LlamaForCausalLM, hidden_size=8, intermediate_size=8, num_hidden_layers=2,
            num_attention_heads=2, bos_token_id=0, eos_token_id=0, pad_token_id=1,
        ),
        gpt2(return_dict=False),
    ):  # fmt: skip
        for layer in ("layer1", "layer2"):
            assert np.nanmax(np.abs(ablation_effect(model, IDS, layer, [2], 4.0).change)) > 1e-4


def test_the_decoder_of_an_encoder_decoder_has_the_loss():
    batch = {"input_ids": IDS, "decoder_input_ids": IDS[:, :4]}
    effect = ablation_effect(t5(), batch, "decoder.layer2", [0], against_random=2)
    assert len(effect) == 8
    assert np.flatnonzero(np.isnan(effect)).tolist() == [3, 7]
    assert np.nanmax(np.abs(effect.change)) > 1e-5
    with pytest.raises(ValueError, match="a layer of the encoder, whose steps are those of another text"):
        ablation_effect(t5(), batch, "encoder.layer1", [0])


class ByStep(nn.Module):
    """Calls a module once a step, and a convolution, whose output has the cells before the steps."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embedding, self.dense = nn.Embedding(TYPES, 4), nn.Linear(4, 5)
        self.convolution = nn.Conv1d(5, 7, 1)
        self.out = nn.Linear(7, TYPES)

    def forward(self, ids):
        rows = torch.stack([torch.tanh(self.dense(self.embedding(column))) for column in ids.T], dim=2)
        return self.out(self.convolution(rows).transpose(1, 2))


def test_modules_that_run_once_a_step_or_put_out_cells_first():
    model, ids = ByStep(), IDS % TYPES
    with torch.no_grad():
        dense = model.dense(model.embedding(ids))
        dense[:, 1:3, [0, 4]] = 1.5
        held = model.out(model.convolution(torch.tanh(dense).transpose(1, 2)).transpose(1, 2))
        values = model.convolution(torch.tanh(model.dense(model.embedding(ids))).transpose(1, 2))
        values[:, [2]] = -1.0
        convolved = model.out(values.transpose(1, 2))
    steps = [(1, 3), (7, 9)]
    effect = ablation_effect(model, ids, "dense", [0, 4], 1.5, ranges=steps, against_random=1)
    expected = [next_losses(each, own) for each, own in zip(held, ids, strict=True)]
    np.testing.assert_allclose(effect.after, np.concatenate(expected), atol=1e-5)
    effect = ablation_effect(model, ids, "convolution", [2], -1.0)
    expected = [next_losses(each, own) for each, own in zip(convolved, ids, strict=True)]
    np.testing.assert_allclose(effect.after, np.concatenate(expected), atol=1e-5)


def test_the_words_are_those_of_the_tokenizer():
    effect = ablation_effect(gpt2(), ["the fox"], "transformer.h.0.mlp", [0], tokenizer=tokenizer)
    with torch.no_grad():
        logits = gpt2()(torch.tensor([ids_of("the fox")])).logits[0, 0]
    assert effect.before[0] == pytest.approx(float(-logits.log_softmax(0)[WORDS.index("fox")]), abs=1e-5)
