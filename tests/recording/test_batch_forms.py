"""What is taken as a batch: the same ids in any form are the same recording, and what makes no sense is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from tokenizers import Tokenizer
from torch import nn

from lstmvis_widget import record_states

from .tiny_models import WORDS, Reader, bare, gpt2, ids_of, tokenizer

TEXTS = ["a fox", "the quick brown fox"]
IDS = [ids_of(text) for text in TEXTS]

FORMS = {
    "texts": TEXTS,
    "tuple of texts": tuple(TEXTS),
    "array of texts": np.array(TEXTS),
    "column of texts": pd.Series(TEXTS),
    "generator of texts": TEXTS,
    "lists": IDS,
    "arrays": [np.array(ids, np.uint8) for ids in IDS],
    "tensors": [torch.tensor(ids) for ids in IDS],
    "columns": [pd.Series(ids, dtype="Int64") for ids in IDS],
    "array of lists": np.array(IDS, dtype=object),
    "texts and ids": [TEXTS[0], IDS[1]],
    "encoding of lists": tokenizer(TEXTS),
    "encoding of tensors": tokenizer(TEXTS, padding=True, return_tensors="pt"),
    "encoding of arrays": tokenizer(TEXTS, padding=True, return_tensors="np"),
    "encoding padded on the left": tokenizer(TEXTS, padding=True, padding_side="left", return_tensors="pt"),
    "an encoding each": [tokenizer(text) for text in TEXTS],
    "dict without a mask": {"input_ids": IDS},
    "encodings of tokenizers": bare.encode_batch(TEXTS),
}


@pytest.fixture(scope="module", params=["gpt2", "lstm", "lstm, steps first"])
def model(request):
    return gpt2() if request.param == "gpt2" else Reader(batch_first=request.param == "lstm")


def recorded(model, batches, **options):
    layers = "layer*" if hasattr(model, "config") else "lstm.layer1.hidden"
    return record_states(model, batches, layers=layers, **{"tokenizer": tokenizer} | options)


@pytest.fixture(scope="module")
def expected(model):
    found = [recorded(model, torch.tensor(ids)) for ids in IDS]
    return {name: np.concatenate([each.states[name] for each in found]) for name in found[0].states}


@pytest.mark.parametrize("form", FORMS)
def test_ids_and_texts_in_any_form_are_the_same_recording(model, expected, form):
    given = FORMS[form]
    recording = recorded(model, iter(given) if form.startswith("generator") else given)
    assert recording.sequences == [2, 4]
    for name, values in expected.items():
        np.testing.assert_allclose(recording.states[name], values, rtol=0, atol=1e-5)
    assert [recording.vocabulary[number] for number in recording.tokens] == " ".join(TEXTS).split()


@pytest.mark.parametrize("ids", [IDS[1], torch.tensor(IDS[1]), range(4, 8), bare.encode("the quick brown jumps")])
def test_one_text_of_ids_needs_no_list_around_it(ids):
    assert recorded(Reader(), ids).sequences == [4]


def test_nested_lists_of_floats_are_features():
    features = [[0.1, 0.2], [0.3, 1.0], [0.5, 0.0]]
    expected = record_states(nn.LSTM(2, 3), np.array(features)).states["layer1.hidden"]
    assert expected.shape == (3, 3)
    for given in (features, [torch.tensor(row) for row in features]):
        assert record_states(nn.LSTM(2, 3), given).sequences == [3]


def test_a_tensor_of_one_row_is_not_read_as_one_step_of_many_sequences():
    model = Reader(batch_first=False)
    with pytest.raises(
        ValueError, match=r"\(1, 4\) as 4 sequences of one step: if it is one sequence, give batch\[0\]"
    ):
        record_states(model, torch.tensor([IDS[1]]), layers="lstm.*")
    steps = record_states(model, torch.tensor([IDS[1]]), layers="lstm.layer1.hidden", batch_first=False)
    assert steps.sequences == [1] * 4


REFUSED = {
    "texts by name": ({"first": "a fox"}, TypeError, r"takes no 'first', but input_ids.*list\(batches.values\(\)\)"),
    "words": ({"input_ids": [2, 3], "text": "a fox"}, TypeError, "takes no 'text'"),
    "nothing": ({}, TypeError, "some of them tensors; it has nothing"),
    "set": ({2, 3}, TypeError, "got a set, which has no order. Give a list"),
    "keys": ({2: 3}.keys(), TypeError, "got a dict_keys, which has no order"),
    "frame": (pd.DataFrame({"text": TEXTS}), TypeError, r"got a DataFrame. Give one of its columns"),
    "polars": (pl.DataFrame({"text": TEXTS}), TypeError, r"got a DataFrame. Give one of its columns"),
    "bytes": (b"a fox", TypeError, r"got bytes. Decode a text, batches.decode\(\)"),
    "list of bytes": ([b"a fox"], TypeError, "batch 0: .* got bytes"),
    "number": (3, TypeError, "an iterable of batches; got int"),
    "None": (None, TypeError, "got NoneType"),
    "generator of ids": ((i for i in IDS[0]), TypeError, "batch 0: each entry must be a whole batch; got 2"),
    "generator of generators": ((iter(i) for i in IDS), TypeError, "got a list_iterator. Give list"),
    "ids and a text": ([2, "fox"], TypeError, "batch 0: each entry must be a whole batch; got 2"),
    "lists of texts": (
        [TEXTS],
        TypeError,
        "each entry must be one text; got a list of them. Give all texts in one flat",
    ),
    "tuple of ids": (
        [(2, 3)],
        TypeError,
        "a tuple holds the arguments of one call .* give the ids of a text as a list",
    ),
    "lists of lists": ([[[2, 3], [4]]], TypeError, "got lists of several lengths"),
    "floats": ([2.0, 3.0], TypeError, r"Ids must be integers: ids.astype\(int\)"),
    "missing": (pd.Series([2, None], dtype="Int64"), TypeError, "Ids must be integers"),
    "booleans": (np.array([True, False]), TypeError, "got a tensor of dtype bool"),
    "complex": (np.array([1j]), TypeError, "features are floats; got .*complex128"),
    "dates": (np.array(["2020-01-01"], "M8[D]"), TypeError, "got .*datetime64"),
    "too large": ([2**70], TypeError, "no int64 holds"),
    "wraps round": (np.array([2**63], np.uint64), TypeError, "9223372036854775808, which no int64 holds"),
    "negative": ([-1, 2], ValueError, r"the batch has the id -1, and transformer.wte has the ids 0…11 only"),
    "beyond the vocabulary": ([2, 50], ValueError, r"the batch has the id 50, and transformer.wte has the ids 0…11"),
    "empty": ([[]], ValueError, "at least one step"),
    "no token": ({"input_ids": []}, ValueError, "at least one step"),
    "tokenizer": (tokenizer, TypeError, r"record_states\(model, texts, tokenizer=tokenizer\)"),
    "data set": (
        torch.utils.data.TensorDataset(torch.zeros(2)),
        TypeError,
        "got TensorDataset; wrap it in a DataLoader",
    ),
    "holes": ({"input_ids": [[2, 3, 4]], "attention_mask": [[1, 0, 1]]}, ValueError, "sequence 0 has zeros between"),
    "all padding": ({"input_ids": [[2, 3]], "attention_mask": [[0, 0]]}, ValueError, r"from 1 to 2 steps; got \[0\]"),
    "additive mask": ({"input_ids": [[2, 3]], "attention_mask": [[0.0, -1e9]]}, ValueError, "must hold 1 for a step"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_batch_is_refused_with_what_to_give(what):
    given, kind, message = REFUSED[what]
    with pytest.raises(kind, match=message):
        record_states(gpt2(), given, tokenizer=tokenizer)


@pytest.mark.parametrize(
    ("lengths", "kind", "message"),
    [
        ({0: [5, 5]}, TypeError, r"got \{0: \[5, 5\]\}. Give a list of lists"),
        ({5}, TypeError, r"got \{5\}"),
        ("55", TypeError, "got '55'"),
        (pd.DataFrame({"a": [5, 5]}), TypeError, "lengths must be a list of integers for each batch"),
        (3.5, TypeError, "got 3.5"),
        ([True, True], TypeError, "got .*True"),
        (lambda _: {5: 5}, TypeError, r"got \{5: 5\}"),
        (lambda _: None, TypeError, "got None"),
        ([5, 2**70], ValueError, "lengths must be at most"),
    ],
)
def test_lengths_that_are_none_are_refused(lengths, kind, message):
    with pytest.raises(kind, match=message):
        record_states(Reader(), np.zeros((2, 5), int), layers="lstm.*", lengths=lengths)


def test_lengths_belong_to_batches():
    options = {"layers": "lstm.layer1.hidden"}
    assert record_states(Reader(), [[2, 3, 4], [5, 6]], lengths=[2, 1], **options).sequences == [2, 1]
    with pytest.raises(ValueError, match="it holds 2, and there was 1 batch"):
        record_states(Reader(), [[2, 3, 4]], lengths=[[3], [2]], **options)
    with pytest.raises(ValueError, match="lists of several lengths tell the lengths themselves"):
        record_states(Reader(), {"input_ids": IDS}, lengths=[2, 4], **options)


@pytest.mark.parametrize(
    ("layers", "kind", "message"),
    [
        (3, TypeError, "layers must be names; got 3"),
        (b"decoder", TypeError, "layers must be names; got b'decoder'"),
        ((number for number in [1]), TypeError, "layers must be names; got 1"),
        (pd.DataFrame({"decoder": [1]}), TypeError, "layers must be names"),
        ({"decoder": "memory"}, ValueError, r"a mapping gives your name → the layer: \{'memory': 'decoder'\}"),
    ],
)
def test_layers_that_are_no_names_are_refused(layers, kind, message):
    with pytest.raises(kind, match=message):
        record_states(Reader(), [2, 3], layers=layers)


def test_a_set_of_layers_has_the_order_of_the_model():
    names = ["lstm.layer1.cell", "lstm.layer1.forget_gate", "embedding", "decoder"]
    reads = lambda self, ids: self.decoder(self.lstm(self.embedding(ids))[0])  # noqa: E731
    assert list(record_states(Reader(reads), [2, 3], layers=set(names)).states) == names


@pytest.mark.parametrize(
    ("head", "kind", "message"),
    [
        (lambda output: output.argmax(-1), TypeError, r"scores must be floats.* gives int64 of shape \(1, 2\)"),
        (lambda output: output.sum(), TypeError, r"gives float32 of shape \(\)"),
        (lambda output: output.numpy(), TypeError, "head puts out no tensor, but ndarray"),
    ],
)
def test_a_head_that_gives_no_scores_is_refused(head, kind, message):
    with pytest.raises(kind, match=message):
        record_states(Reader(), [2, 3], layers="lstm.*", top_k=1, head=head)


@pytest.mark.parametrize(
    ("given", "options", "kind", "message"),
    [
        ("gpt2", {}, TypeError, r"got 'gpt2'; make one, such as AutoTokenizer.from_pretrained\('gpt2'\)"),
        (type(tokenizer), {}, TypeError, "tokenizer must be a tokenizer of transformers or tokenizers; got <class"),
        (ids_of, {}, TypeError, "a function doesn't tell the text of its ids: give vocabulary= too"),
        (str.split, {"vocabulary": WORDS}, TypeError, "list of integers; it gave .*'the'"),
    ],
)
def test_what_is_no_tokenizer_is_refused(given, options, kind, message):
    with pytest.raises(kind, match=message):
        recorded(Reader(), TEXTS[1], tokenizer=given, **options)


def test_a_tokenizer_may_be_a_function():
    recording = recorded(Reader(), TEXTS, tokenizer=ids_of, vocabulary=WORDS)
    assert recording.tokens.tolist() == [*IDS[0], *IDS[1]]


def test_a_tokenizer_that_cuts_texts_is_refused_and_one_that_pads_adds_nothing():
    cuts, pads = (Tokenizer.from_str(bare.to_str()) for _ in range(2))
    cuts.enable_truncation(2)
    pads.enable_padding(length=6, pad_id=1, pad_token="[PAD]")
    with pytest.raises(ValueError, match=r"cuts the text 'the quick brown fox': .*no_truncation\(\)"):
        recorded(Reader(), TEXTS, tokenizer=cuts)
    cutting = lambda text: tokenizer(text, truncation=True, max_length=2)  # noqa: E731
    with pytest.raises(ValueError, match="cuts the text"):
        recorded(Reader(), TEXTS, tokenizer=cutting, vocabulary=WORDS)
    assert recorded(Reader(), TEXTS, tokenizer=pads).sequences == [2, 4]


def test_batches_with_the_lengths_or_labels_first_have_the_tokens_that_the_model_reads():
    class Model(Reader):
        def forward(self, _, ids):
            return super().forward(ids)

    ids = torch.tensor([IDS[1], IDS[1][::-1]])
    for first in (torch.tensor([4, 4]), ids.flip(1) // 2):
        recording = record_states(Model(), [(first, ids)], layers="lstm.layer1.hidden")
        assert recording.tokens.tolist() == ids.flatten().tolist()


def test_numbers_of_steps_and_predictions_may_be_numpy_integers():
    recording = recorded(Reader(), [2, 3, 4], tokenizer=None, steps_per_call=np.int64(2), top_k=np.int64(2))
    assert recording.tracks["next"].labels.shape == (3, 2)
    with pytest.raises(ValueError, match="steps_per_call must be at least 1; got 0"):
        recorded(Reader(), [2], steps_per_call=0)
