"""Models of the transformers library of all kinds: precisions, padding, encoder-decoders, tuples, wrappers, limits."""

import numpy as np
import pytest
import torch
import transformers
from torch import nn

from lstmvis_widget import StateExplorer, record_states
from lstmvis_widget.recording import pieces
from lstmvis_widget.recording.pieces import as_before

from .tiny_models import WORDS, Reader, gpt2, ids_of, made, t5, tokenizer

TEXTS = ["a fox", "the quick brown fox"]
SMALL = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}
SPECIAL = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 1}

KINDS = {
    "gpt2": gpt2,
    "llama": lambda: made(transformers.LlamaForCausalLM, max_position_embeddings=32, **SMALL, **SPECIAL),
    "bert": lambda: made(transformers.BertModel, max_position_embeddings=32, **SMALL),
    "mamba": lambda: made(transformers.MambaForCausalLM, hidden_size=8, num_hidden_layers=2, **SPECIAL),
}

pytestmark = pytest.mark.filterwarnings("ignore:.*mamba.*:UserWarning")


def hidden_states(model, ids, **arguments):
    with torch.no_grad():
        return model(torch.tensor([ids]), output_hidden_states=True, **arguments).hidden_states


def shown(recording):
    explorer = StateExplorer(**recording)
    tokens = list(explorer.tokens)
    explorer.close()
    return tokens


def padded(side, texts=TEXTS):
    return tokenizer(texts, padding=True, padding_side=side, return_tensors="pt")


def test_hidden_states_are_the_same_after_runs_that_are_undone():
    model, ids = gpt2(), ids_of(TEXTS[1])
    with as_before(model):
        hidden_states(model, ids)
    assert len(hidden_states(model, ids)) == 3


def test_a_new_model_gives_the_same_hidden_states_in_pieces(monkeypatch):
    ids = torch.tensor([ids_of(TEXTS[1])] * 4)
    whole = record_states(gpt2(), ids).states
    monkeypatch.setattr(pieces, "LONG_STEPS", 8)
    monkeypatch.setattr(pieces, "PIECE_STEPS", 8)
    for name, values in record_states(gpt2(), ids).states.items():
        np.testing.assert_allclose(values, whole[name], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_models_of_half_precision_are_recorded(kind, dtype):
    model = KINDS[kind]().to(dtype)
    recording = record_states(model, TEXTS[1], tokenizer=tokenizer, **({} if kind == "bert" else {"top_k": 2}))
    expected = hidden_states(model, ids_of(TEXTS[1]))
    assert list(recording.states) == ["embeddings", "layer1", "layer2"]
    for values, own in zip(recording.states.values(), expected, strict=True):
        assert values.dtype in (np.float16, np.float32)
        np.testing.assert_array_equal(values.astype("f4"), own[0].float().numpy())
    assert shown(recording) == TEXTS[1].split()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_lstms_of_half_precision_are_recorded_with_their_gates(dtype):
    model = Reader().to(dtype)
    recording = record_states(model, ids_of(TEXTS[1]), layers=["lstm.*"])
    with torch.no_grad():
        own = model.lstm(model.embedding(torch.tensor([ids_of(TEXTS[1])])))[0][0]
    np.testing.assert_array_equal(recording.states["lstm.layer1.hidden"].astype("f4"), own.float().numpy())


@pytest.mark.parametrize("kind", KINDS)
def test_batches_padded_on_either_side_have_the_states_of_each_text_alone(kind):
    model = KINDS[kind]()
    alone = record_states(model, TEXTS, tokenizer=tokenizer)
    for side in ("left", "right"):
        recording = record_states(model, padded(side), tokenizer=tokenizer)
        assert recording.sequences == [2, 4]
        assert recording.tokens.tolist() == alone.tokens.tolist()
        for name, values in alone.states.items():
            np.testing.assert_allclose(recording.states[name], values, rtol=0, atol=1e-5)


def test_what_goes_with_the_ids_is_moved_with_them():
    model = KINDS["bert"]()
    types = {"input_ids": [[1, 1, 2, 3]], "attention_mask": [[0, 0, 1, 1]], "token_type_ids": [[1, 1, 0, 1]]}
    recording = record_states(model, types)
    expected = hidden_states(model, [2, 3], token_type_ids=torch.tensor([[0, 1]]))
    np.testing.assert_allclose(recording.states["layer2"], expected[2][0].numpy(), rtol=0, atol=1e-6)
    by_run = record_states(model, types, run=lambda model, batch: model(**batch, output_hidden_states=True))
    np.testing.assert_array_equal(by_run.states["layer2"], recording.states["layer2"])


def test_a_padded_batch_is_cut_into_pieces():
    recording = record_states(gpt2(), padded("left"), tokenizer=tokenizer, steps_per_call=3)
    assert recording.sequences == [2, 3, 1]
    assert shown(recording) == " ".join(TEXTS).split()


# ------------------------------------------------------------ how much is read


@pytest.mark.parametrize("given", ["fox " * 17, [[3] * 17], torch.full((1, 17), 3), {"input_ids": [3] * 17}])
def test_more_steps_than_the_model_reads_are_told_with_what_to_do(given):
    with pytest.raises(
        ValueError, match=r"a text has 17 tokens, and the model reads 16 at most: with steps_per_call=16"
    ):
        record_states(gpt2(), given, tokenizer=tokenizer)
    assert record_states(gpt2(), given, tokenizer=tokenizer, steps_per_call=16).sequences == [16, 1]


def test_a_model_that_counts_positions_after_that_of_padding_reads_fewer_steps():
    model = made(transformers.RobertaModel, max_position_embeddings=10, pad_token_id=1, **SMALL)
    assert record_states(model, [[3] * 8]).sequences == [8]
    with pytest.raises(ValueError, match="a text has 9 tokens, and the model reads 8 at most"):
        record_states(model, [[3] * 9])


# ------------------------------------------------------------ encoder-decoders

DECODER = {
    "ids": {"decoder_input_ids": [[0, 3, 4], [0, 6, 7]], "decoder_attention_mask": [[1, 1, 0], [1, 1, 1]]},
    "ids padded on the left": {
        "decoder_input_ids": [[1, 0, 3], [0, 6, 7]],
        "decoder_attention_mask": [[0, 1, 1], [1, 1, 1]],
    },
    "labels": {"labels": [[3, 4, -100], [6, 7, 8]]},
}


def test_a_text_is_read_by_the_encoder_alone():
    model = t5()
    recording = record_states(model, TEXTS, tokenizer=tokenizer)
    assert list(recording.states) == ["encoder.embeddings", "encoder.layer1", "encoder.layer2"]
    for name, own in zip(recording.states, hidden_states(model.encoder, ids_of(TEXTS[1])), strict=True):
        np.testing.assert_allclose(recording.states[name][2:], own[0].numpy(), rtol=0, atol=1e-6)
    assert shown(recording) == " ".join(TEXTS).split()
    batch = record_states(model, dict(padded("left")) | DECODER["labels"], tokenizer=tokenizer, layers="encoder.*")
    np.testing.assert_allclose(batch.states["encoder.layer2"], recording.states["encoder.layer2"], rtol=0, atol=1e-5)
    assert record_states(model, "a fox " * 20, tokenizer=tokenizer, steps_per_call=30).sequences == [30, 10]


@pytest.mark.parametrize("how", DECODER)
def test_rows_of_the_decoder_stand_beside_what_the_decoder_reads(how):
    model = t5()
    recording = record_states(
        model,
        dict(padded("right")) | DECODER[how],
        tokenizer=tokenizer,
        layers=["decoder.*", "decoder.block.0"],
        top_k=2,
    )
    assert list(recording.states) == [
        "decoder.embeddings", "decoder.layer1", "decoder.layer2", "decoder.layer3", "decoder.block.0",
    ]  # fmt: skip
    assert recording.sequences == [2, 3]
    assert recording.tokens.tolist() == [0, 3, 0, 6, 7]
    for row, (text, ids) in enumerate(zip(TEXTS, ([0, 3], [0, 6, 7]), strict=True)):
        with torch.no_grad():
            own = model(torch.tensor([ids_of(text)]), decoder_input_ids=torch.tensor([ids]), output_hidden_states=True)
        rows = slice(0, 2) if row == 0 else slice(2, 5)
        for name, expected in zip(recording.states, own.decoder_hidden_states, strict=False):
            np.testing.assert_allclose(recording.states[name][rows], expected[0].numpy(), rtol=0, atol=1e-5)
    assert shown(recording) == [WORDS[number] for number in (0, 3, 0, 6, 7)]


def test_halves_of_an_encoder_decoder_are_not_mixed_up():
    both = dict(padded("right")) | DECODER["labels"]
    for options in ({"layers": ["encoder.layer1", "decoder.layer1"]}, {"layers": "encoder.*", "top_k": 2}):
        with pytest.raises(ValueError, match="encoder and decoder read different tokens"):
            record_states(t5(), both, tokenizer=tokenizer, **options)
    for batch in (TEXTS, padded("right")):
        with pytest.raises(ValueError, match=r"layers of the decoder need .* decoder_input_ids \(or labels\)"):
            record_states(t5(), batch, tokenizer=tokenizer, layers="decoder.*")


def test_other_encoder_decoders_are_named_in_the_same_way():
    heads = {"encoder_attention_heads": 2, "decoder_attention_heads": 2}
    sizes = {"d_model": 8, "encoder_ffn_dim": 8, "decoder_ffn_dim": 8, "max_position_embeddings": 32}
    numbers = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 2}
    options = {"encoder_layers": 2, "decoder_layers": 1, "forced_eos_token_id": 2}
    bart = made(transformers.BartForConditionalGeneration, **heads, **sizes, **numbers, **options)
    assert list(record_states(bart, "a fox", tokenizer=tokenizer).states) == [
        "encoder.embeddings", "encoder.layer1", "encoder.layer2",
    ]  # fmt: skip
    decoded = record_states(bart, dict(padded("right")) | DECODER["labels"], layers="decoder.*")
    assert list(decoded.states) == ["decoder.embeddings", "decoder.layer1"]
    assert decoded.tokens.tolist() == [2, 3, 2, 6, 7]


# ------------------------------------------------- tuples, generate, wrappers


def test_models_that_return_tuples_are_recorded():
    ids, expected = ids_of(TEXTS[1]), record_states(gpt2(), TEXTS[1], tokenizer=tokenizer)
    model = gpt2()
    model.config.return_dict = False
    by_config = record_states(model, TEXTS[1], tokenizer=tokenizer)
    assert model.config.return_dict is False
    options = {"output_hidden_states": True, "return_dict": False}
    by_run = record_states(gpt2(), torch.tensor([ids]), run=lambda model, ids: model(ids, **options))
    for name, values in expected.states.items():
        np.testing.assert_array_equal(by_config.states[name], values)
        np.testing.assert_array_equal(by_run.states[name], values)
    both = dict(padded("right")) | DECODER["ids"]
    plain = record_states(t5(), both, layers="decoder.*")
    tuples = record_states(t5(), both, layers="decoder.*", run=lambda model, batch: model(**batch, **options))
    np.testing.assert_array_equal(tuples.states["decoder.layer3"], plain.states["decoder.layer3"])


def test_what_generate_returns_is_read_again():
    model = gpt2()
    options = {"max_new_tokens": 3, "min_new_tokens": 3, "pad_token_id": 1, "do_sample": False}
    options |= {"return_dict_in_generate": True, "output_hidden_states": True}
    output = model.generate(torch.tensor([[2, 3]]), **options)
    recording = record_states(model, output.sequences, tokenizer=tokenizer)
    assert recording.sequences == [5]
    np.testing.assert_allclose(recording.states["layer1"][:2], output.hidden_states[0][1][0].numpy(), rtol=0, atol=1e-5)
    with pytest.raises(TypeError, match=r"GenerateDecoderOnlyOutput.* record_states\(model, batches.sequences"):
        record_states(model, output, tokenizer=tokenizer)
    with pytest.raises(TypeError, match=r"CausalLMOutput.* which a model has returned"):
        record_states(model, model(torch.tensor([[2, 3]])))
    with pytest.raises(ValueError, match=r"record_states\(model, model.generate\(ids\)"):
        record_states(model, torch.tensor([[2, 3]]), run=lambda model, ids: model.generate(ids, **options))


def test_a_module_with_two_names_is_recorded_by_either():
    class Tied(Reader):
        def __init__(self):
            super().__init__()
            self.same = self.embedding
            self.decoder = nn.Linear(4, len(WORDS), bias=False)
            self.decoder.weight = self.embedding.weight

    first, second = (record_states(Tied(), [2, 3], layers=name).states for name in ("embedding", "same"))
    assert (list(first), list(second)) == (["embedding"], ["same"])
    np.testing.assert_array_equal(first["embedding"], second["same"])
    tied = record_states(gpt2(), [2, 3], layers=["transformer.wte", "lm_head"])
    assert [values.shape for values in tied.states.values()] == [(2, 8), (2, len(WORDS))]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_wrapped_model_is_unwrapped_and_a_compiled_one_is_refused():
    expected = record_states(Reader(), [2, 3, 4], layers="lstm.layer1.hidden").states["lstm.layer1.hidden"]
    in_place = Reader()
    in_place.compile()
    for model in (nn.DataParallel(Reader()), in_place):
        recording = record_states(model, [2, 3, 4], layers="lstm.layer1.hidden")
        np.testing.assert_array_equal(recording.states["lstm.layer1.hidden"], expected)
    assert in_place._compiled_call_impl is not None
    partly = Reader()
    partly.lstm = torch.compile(partly.lstm)
    with pytest.raises(TypeError, match="a compiled model can't be watched; its module 'lstm' is compiled"):
        record_states(partly, [2, 3], layers="decoder")
