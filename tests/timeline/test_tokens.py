from contextlib import closing

import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers

from lstmvis_widget import StateExplorer
from lstmvis_widget.files.token_files import save_text
from lstmvis_widget.timeline.tokens import SHOWN_CHARACTERS, Tokens


@pytest.mark.parametrize(
    "given",
    [
        ["the", "little", "prince"],
        ("the", "little", "prince"),
        np.array(["the", "little", "prince"]),
        np.array(["the", "little", "prince"], dtype=object),
        np.array([b"the", b"little", b"prince"]),
        iter(["the", "little", "prince"]),
        [b"the", "little", b"prince"],
        np.array([["the", "little", "prince"]]),
        np.array([["the"], ["little"], ["prince"]], object),
        np.ma.array(["the", "little", "prince"]),
        pd.Series(["the", "little", "prince"], dtype="category"),
        pd.Index(["the", "little", "prince"]),
        pl.Series(["the", "little", "prince"]),
        pl.Series(["the", "little", "prince"], dtype=pl.Categorical),
        pa.array(["the", "little", "prince"]),
        pa.array(["the", "little", "prince"]).dictionary_encode(),
        pa.chunked_array([["the"], ["little", "prince"]]),
        Tokens(["the", "little", "prince"], 3),
    ],
    ids=lambda given: f"{type(given).__module__}.{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_strings_are_tokens(given):
    tokens = Tokens(given, 3)
    assert len(tokens) == 3
    assert list(tokens) == ["the", "little", "prince"]
    assert tokens[1] == "little"
    assert tokens[-1] == "prince"
    assert tokens[1:] == ["little", "prince"]


def test_a_series_of_any_index_gives_tokens_in_its_order():
    assert list(Tokens(pd.Series(["a", "b"], index=[7, 3]), 2)) == ["a", "b"]


def test_a_text_dataset_of_an_hdf5_file_gives_tokens(tmp_path):
    with h5py.File(tmp_path / "tokens.h5", "w") as file:
        file["tokens"] = ["été", "naïve"]
        assert list(Tokens(file["tokens"], 2)) == ["été", "naïve"]
        assert list(Tokens(file["tokens"].asstr(), 2)) == ["été", "naïve"]


def test_an_enumeration_of_an_hdf5_file_gives_its_names(tmp_path):
    with h5py.File(tmp_path / "tokens.h5", "w") as file:
        names = h5py.enum_dtype({"A": 0, "C": 1, "G": 2, "T": 3}, basetype="u1")
        file.create_dataset("bases", data=np.array([2, 0, 3], "u1"), dtype=names)
        assert list(Tokens(file["bases"], 3)) == ["G", "A", "T"]
        assert list(Tokens(file["bases"][:], 3)) == ["G", "A", "T"]
    made = StateExplorer(np.ones((3, 1)), f"{tmp_path}/tokens.h5::bases", background=False)
    with closing(made) as explorer:
        assert list(explorer.tokens) == ["G", "A", "T"]


WORDS = ["[UNK]", "the", "fox"]


@pytest.fixture(scope="module")
def tokenizer():
    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


@pytest.mark.parametrize(
    "ids",
    [
        (1, 2, 1),
        range(3),
        np.array([[1, 2, 1]], np.uint8),
        np.array([[1], [2], [1]]),
        np.array([1, 2, 1], object),
        np.ma.array([1, 2, 1]),
        torch.tensor([1, 2, 1]),
        torch.tensor([[1, 2, 1]], dtype=torch.int32),
        list(torch.tensor([1, 2, 1])),
        pd.Series([1, 2, 1], dtype="Int64"),
        pl.Series([1, 2, 1]),
        pa.array([1, 2, 1]),
        pa.chunked_array([[1], [2, 1]]),
        {"input_ids": [1, 2, 1], "attention_mask": [1, 1, 1]},
    ],
    ids=lambda given: f"{type(given).__module__}.{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_ids_in_every_form_are_looked_up(ids):
    expected = WORDS if isinstance(ids, range) else ["the", "fox", "the"]
    assert list(Tokens(ids, 3, WORDS)) == expected


def test_what_a_tokenizer_returns_is_ids_and_the_tokenizer_is_their_vocabulary(tokenizer):
    wrapped = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]")
    for tokens in (
        wrapped("the fox the"),
        wrapped("the fox the", return_tensors="pt"),
        wrapped("the fox the", return_tensors="np"),
        tokenizer.encode("the fox the"),
    ):
        for vocabulary in (wrapped, tokenizer, tokenizer.get_vocab()):
            assert list(Tokens(tokens, 3, vocabulary)) == ["the", "fox", "the"]
    assert list(Tokens(tokenizer.encode("the fox the"), 3)) == ["the", "fox", "the"]


@pytest.mark.parametrize(
    ("given", "vocabulary"),
    [
        (["a", None, "c"], None),
        (["a", float("nan"), "c"], None),
        (pd.Series(["a", None, "c"]), None),
        (np.ma.array(["a", "b", "c"], mask=[0, 1, 0]), None),
        (np.ma.array([0, 1, 2], mask=[0, 1, 0]), ["a", "b", "c"]),
        (pl.Series([0, None, 2]), ["a", "b", "c"]),
        (pa.array(["a", None, "c"]).dictionary_encode(), None),
    ],
)
def test_a_missing_token_is_refused_with_its_place_and_why_it_may_be_missing(given, vocabulary):
    with pytest.raises(TypeError, match=r"token 1 is missing.*keep_default_na=False"):
        Tokens(given, 3, vocabulary)


def test_a_text_instead_of_its_tokens_is_refused_with_the_line_to_write(tmp_path):
    text = "the little prince said that he would draw a sheep, and so he did"
    for make in (
        lambda: Tokens(text, 12),
        lambda: StateExplorer(np.ones((12, 2)), text),
        lambda: save_text(tmp_path / "text.h5", text),
    ):
        with pytest.raises(TypeError) as refused:
            make()
        assert "'the little prince said that he would d…" in str(refused.value)
        assert "text.split()" in str(refused.value)
        assert "read_tokens(path)" in str(refused.value)
    (tmp_path / "text.txt").write_text(text)
    with pytest.raises(TypeError, match=r"read_tokens\('.*text\.txt'\)"):
        StateExplorer(np.ones((12, 2)), tmp_path / "text.txt")


@pytest.mark.parametrize("vocabulary", [["<pad>", "a", "b"], {0: "<pad>", 1: "a", 2: "b"}], ids=["list", "mapping"])
@pytest.mark.parametrize("ids", [[1, 2, 1], np.array([1, 2, 1], dtype=np.uint16)], ids=["list", "array"])
def test_integers_are_looked_up_in_the_vocabulary(ids, vocabulary):
    assert list(Tokens(ids, 3, vocabulary)) == ["a", "b", "a"]


def test_an_integer_that_is_not_in_the_vocabulary_is_shown_as_such():
    with pytest.warns(UserWarning, match=r"2 of 3 tokens .* \(1 ids: 17\)"):
        tokens = Tokens([17, 0, 17], 3, ["a"])
    assert tokens[:] == ["⟨id 17⟩", "a", "⟨id 17⟩"]


def test_no_tokens_are_the_positions():
    tokens = Tokens(None, 12)
    assert len(tokens) == 12
    assert tokens[9:] == ["9", "10", "11"]


@pytest.mark.parametrize("step", [3, -4])
def test_a_step_beyond_the_end_is_an_index_error(step):
    with pytest.raises(IndexError):
        Tokens(["a", "b", "c"], 3)[step]


def test_bytes_that_are_not_utf_8_are_shown_all_the_same():
    assert Tokens([b"\xff"], 1)[0] == "\N{REPLACEMENT CHARACTER}"


def test_a_very_long_token_is_whole_and_shown_short():
    tokens = Tokens(["x" * 1000], 1)
    assert len(tokens[0]) == 1000
    assert len(tokens.shown(0)) == SHOWN_CHARACTERS == 200


@pytest.mark.parametrize(
    ("given", "vocabulary", "error", "message"),
    [
        (["a", "b"], None, ValueError, r"3.*2"),
        (["a", "b", "c", "d"], None, ValueError, r"3.*4"),
        ([1, 2, 3], None, TypeError, "vocabulary"),
        (["a", "b", "c"], ["a"], TypeError, "vocabulary"),
        (["a", 2, "c"], None, TypeError, r"int.*str"),
        ([1.0, 2.0, 3.0], ["a"], TypeError, "float"),
        ([True, False, True], ["a", "b"], TypeError, "bool"),
        ("abc", None, TypeError, "str"),
        (3, None, TypeError, "int"),
        ({"a", "b", "c"}, None, TypeError, "set"),
        ({"a": 1, "b": 2, "c": 3}, None, TypeError, "dict"),
        (np.array(["a", "b", "c"] * 2).reshape(3, 2), None, TypeError, r"shape \(3, 2\)"),
        (np.array([1, 2, 3], float), ["a"], TypeError, "float"),
        (torch.tensor([True, False, True]), ["a"], TypeError, "bool"),
        (np.array([1, 2, 3], "M8[D]"), ["a"], TypeError, "datetime"),
        ([1, 2, 2**70], ["a"], ValueError, "at most"),
        ([["a", "b"]] * 3, None, TypeError, "several values|list"),
        ([1, 2, 3], {"a": "b"}, TypeError, "vocabulary"),
    ],
)
def test_what_cannot_be_tokens_is_refused_with_the_reason(given, vocabulary, error, message):
    with pytest.raises(error, match=message):
        Tokens(given, 3, vocabulary)
