import h5py
import numpy as np
import pytest

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
    ],
    ids=["list", "tuple", "array", "object array", "bytes array", "iterator"],
)
def test_strings_are_tokens(given):
    tokens = Tokens(given, 3)
    assert len(tokens) == 3
    assert list(tokens) == ["the", "little", "prince"]
    assert tokens[1] == "little"
    assert tokens[-1] == "prince"
    assert tokens[1:] == ["little", "prince"]


def test_a_series_of_any_index_gives_tokens_in_its_order():
    import pandas as pd

    assert list(Tokens(pd.Series(["a", "b"], index=[7, 3]), 2)) == ["a", "b"]


def test_a_text_dataset_of_an_hdf5_file_gives_tokens(tmp_path):
    with h5py.File(tmp_path / "tokens.h5", "w") as file:
        file["tokens"] = ["été", "naïve"]
        assert list(Tokens(file["tokens"], 2)) == ["été", "naïve"]


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
        ([1, 2, 3], {"a": "b"}, TypeError, "vocabulary"),
    ],
)
def test_what_cannot_be_tokens_is_refused_with_the_reason(given, vocabulary, error, message):
    with pytest.raises(error, match=message):
        Tokens(given, 3, vocabulary)
