"""Models of the transformers library, made from a configuration: their weights are random."""

import numpy as np
import pytest
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from lstmvis_widget import StateExplorer, record_states

torch.set_num_threads(1)  # models this small are faster so

TEXT = "The little prince said: “naïve” 😀\n\nHe said nothing, nothing at all."


def trained(model, trainer, pre_tokenizer, decoder, **options):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer, decoder
    tokenizer.train_from_iterator([TEXT.replace("😀", "") * 3], trainer)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **options)


@pytest.fixture(scope="module")
def bytewise():
    """Like that of GPT-2."""
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return trained(models.BPE(), trainer, level, decoders.ByteLevel(), eos_token="<|endoftext|>")


@pytest.fixture(scope="module")
def gpt2(bytewise):
    torch.manual_seed(0)
    end = len(bytewise) - 1
    config = transformers.GPT2Config(
        vocab_size=len(bytewise), n_positions=64, n_embd=16, n_layer=3, n_head=2, bos_token_id=end, eos_token_id=end
    )
    return transformers.GPT2LMHeadModel(config)


def shown(recording):
    explorer = StateExplorer(**recording)
    tokens = list(explorer.tokens)
    explorer.close()
    return tokens


# -------------------------------------------------------------------- tokens


def test_byte_level_pieces_are_shown_as_text(bytewise, gpt2):
    tokens = shown(record_states(gpt2, TEXT, tokenizer=bytewise))
    assert tokens[:5] == ["The", "little", "prince", "said", ":"]
    assert "\n" in tokens
    assert any("naïve" in token for token in tokens)
    assert not any(mark in token for token in tokens for mark in "ĠĊÃâ")
    smile = [token for token in tokens if token.startswith("\\x")]
    assert "".join(smile).encode().decode("unicode_escape").encode("latin-1").decode() == "😀"


def test_pieces_with_marked_spaces_are_shown_without_the_marks():
    """Like that of Llama, which spells characters without a piece in bytes."""
    pieces = ["<s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *"Thelit", "▁T", "▁Th", "▁The", "▁l"]
    merges = [("▁", "T"), ("▁T", "h"), ("▁Th", "e"), ("▁", "l")]
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(pieces)}, merges, byte_fallback=True))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    wrapped = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>")
    config = transformers.GPT2Config(
        vocab_size=len(wrapped), n_embd=8, n_layer=1, n_head=1, bos_token_id=0, eos_token_id=0
    )
    tokens = shown(record_states(transformers.GPT2LMHeadModel(config), "The  little\né", tokenizer=wrapped))
    assert tokens == ["The", " ", "l", "i", "t", "t", "l", "e", "\n", "\\xc3", "\\xa9"]


def test_special_tokens_and_pieces_within_words_keep_their_names():
    trainer = trainers.WordPieceTrainer(vocab_size=40, special_tokens=["[UNK]", "[CLS]"], show_progress=False)
    pieces = trained(
        models.WordPiece(unk_token="[UNK]"),
        trainer,
        pre_tokenizers.BertPreTokenizer(),
        decoders.WordPiece(),
        unk_token="[UNK]",
        cls_token="[CLS]",
    )
    config = transformers.BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    tokens = shown(record_states(transformers.BertModel(config), "[CLS] little Q", tokenizer=pieces))
    assert tokens[0] == "[CLS]"
    assert tokens[1] == "l"
    assert all(token.startswith("##") for token in tokens[2:-1])
    assert tokens[-1] == "[UNK]"


# ------------------------------------------------------------- hidden states


def test_layers_are_what_the_model_calls_hidden_states(bytewise, gpt2):
    recording = record_states(gpt2, TEXT, tokenizer=bytewise, top_k=3)
    ids = bytewise(TEXT, return_tensors="pt")["input_ids"]
    gpt2.eval()
    with torch.no_grad():
        expected = gpt2(ids, output_hidden_states=True)
    assert list(recording.states) == ["embeddings", "layer1", "layer2", "layer3"]
    for values, layer in zip(recording.states.values(), expected.hidden_states, strict=True):
        np.testing.assert_allclose(values, layer[0].numpy(), rtol=0, atol=1e-6)
    assert recording.sequences == [ids.shape[1]]
    track = recording.tracks["next"]
    best = expected.logits[0].softmax(-1).topk(3)
    np.testing.assert_allclose(track.scores, best.values.numpy(), rtol=0, atol=1e-6)
    assert track.labels.tolist() == [[recording.vocabulary[i] for i in row] for row in best.indices.tolist()]


def test_modules_and_hidden_states_are_chosen_by_name(bytewise, gpt2):
    names = ["layer2", "transformer.h.1", "transformer.h.0.mlp.c_fc"]
    recording = record_states(gpt2, TEXT, tokenizer=bytewise, layers=names)
    assert list(recording.states) == names
    np.testing.assert_array_equal(recording.states["layer2"], recording.states["transformer.h.1"])
    assert recording.states["transformer.h.0.mlp.c_fc"].shape[1] == 64


def test_several_texts_are_sequences_and_so_are_the_pieces_of_a_long_one(bytewise, gpt2):
    texts = ["The little prince", "He said nothing"]
    recording = record_states(gpt2, texts, tokenizer=bytewise)
    assert recording.sequences == [len(bytewise(text)["input_ids"]) for text in texts]
    long = TEXT * 4
    count = len(bytewise(long)["input_ids"])
    with pytest.raises(
        ValueError, match=rf"a text has {count} tokens, and the model reads 64 at most: .*steps_per_call=64"
    ):
        record_states(gpt2, long, tokenizer=bytewise)
    pieces = record_states(gpt2, long, tokenizer=bytewise, steps_per_call=64)
    assert pieces.sequences == [64] * (count // 64) + [count % 64]


def test_a_padded_batch_of_the_tokenizer_is_read_by_its_attention_mask(bytewise, gpt2):
    bytewise.pad_token = bytewise.eos_token
    texts = ["The little prince", "He said nothing, nothing at all"]
    batch = bytewise(texts, padding=True, return_tensors="pt")
    padded = record_states(gpt2, batch, layers="layer*")
    alone = record_states(gpt2, texts, tokenizer=bytewise, layers="layer*")
    assert padded.sequences == alone.sequences
    assert padded.tokens.tolist() == alone.tokens.tolist()
    for name, values in alone.states.items():
        np.testing.assert_allclose(padded.states[name], values, rtol=0, atol=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_state_space_layer_is_recorded(bytewise):
    model = transformers.MambaForCausalLM(
        transformers.MambaConfig(vocab_size=len(bytewise), hidden_size=16, num_hidden_layers=2)
    )
    recording = record_states(model, TEXT, tokenizer=bytewise, layers=["layer1", "backbone.layers.0.mixer"])
    steps = len(recording.tokens)
    assert [values.shape for values in recording.states.values()] == [(steps, 16)] * 2


def test_texts_that_cannot_be_read_are_refused(bytewise, gpt2):
    with pytest.raises(ValueError, match="the text '' has no token"):
        record_states(gpt2, ["The", ""], tokenizer=bytewise)
    with pytest.raises(TypeError, match="texts need a tokenizer"):
        record_states(gpt2, "The little prince")
