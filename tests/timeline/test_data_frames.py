import numpy as np
import pandas as pd
import polars as pl
import pytest

from lstmvis_widget.timeline.data_frames import tracks_from_frame

TOKENS = ["the", "little", "prince"]
COLUMNS = {
    "token": TOKENS,
    "pos": ["DET", None, "NOUN"],
    "frequency": [10, 2, 1],
    "probability": [0.5, None, 0.25],
    "capital": [False, False, True],
}


@pytest.fixture(params=[pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def frame_of(request):
    return request.param


def test_columns_become_the_tracks_that_fit(frame_of):
    tracks = tracks_from_frame(frame_of(COLUMNS), TOKENS)
    assert {name: track.kind for name, track in tracks.items()} == {
        "pos": "categorical",
        "frequency": "continuous",
        "probability": "continuous",
        "capital": "continuous",
    }
    assert tracks["pos"][:] == ["DET", None, "NOUN"]
    assert list(tracks["frequency"]) == [10, 2, 1]
    np.testing.assert_array_equal(tracks["probability"].values, [0.5, np.nan, 0.25])
    assert tracks["capital"].is_binary


def test_only_the_columns_wanted_are_taken_in_their_order(frame_of):
    assert list(tracks_from_frame(frame_of(COLUMNS), TOKENS, ["frequency", "pos"])) == ["frequency", "pos"]
    assert list(tracks_from_frame(frame_of(COLUMNS), TOKENS, "pos")) == ["pos"]


def test_integers_and_booleans_may_be_missing():
    missing = {"n": [1, None, 3], "b": [True, None, False]}
    frames = [
        pd.DataFrame({"n": pd.array(missing["n"], "Int64"), "b": pd.array(missing["b"], "boolean")}),
        pl.DataFrame(missing),
    ]
    for frame in frames:
        tracks = tracks_from_frame(frame)
        np.testing.assert_array_equal(tracks["n"].values, [1, np.nan, 3])
        np.testing.assert_array_equal(tracks["b"].values, [1, np.nan, 0])


def test_categories_are_labels_even_where_they_are_numbers():
    frame = pd.DataFrame({"level": pd.Categorical([2, 1, 2])})
    assert tracks_from_frame(frame)["level"].labels == ("2", "1")
    frame = pl.DataFrame({"level": ["2", "1", "2"]}, schema={"level": pl.Categorical})
    assert tracks_from_frame(frame)["level"].labels == ("2", "1")


def test_the_index_of_a_frame_says_nothing():
    frame = pd.DataFrame({"token": TOKENS, "n": [1, 2, 3]}, index=[7, 7, 3])
    assert list(tracks_from_frame(frame, TOKENS)["n"]) == [1, 2, 3]


def test_a_mapping_of_columns_is_a_table_too():
    tracks = tracks_from_frame({"word": TOKENS, "n": np.array([1, 2, 3])}, TOKENS, token_column="word")
    assert list(tracks["n"]) == [1, 2, 3]


def test_without_tokens_nothing_is_compared(frame_of):
    tracks = tracks_from_frame(frame_of(COLUMNS))
    assert "token" not in tracks
    assert len(tracks) == 4


def test_a_misalignment_says_at_which_token_and_shows_both_sides(frame_of):
    frame = frame_of({"token": ["once", "the", "little", "Prince", "said", "he"]})
    with pytest.raises(ValueError) as refused:
        tracks_from_frame(frame, ["once", "the", "little", "prince", "said", "he"])
    assert str(refused.value).splitlines() == [
        "the table and the tokens part at token 3:",
        "  tokens     once the little ['prince'] said he",
        "  the table  once the little ['Prince'] said he",
    ]


def test_a_table_that_is_too_short_ends_where_the_tokens_go_on(frame_of):
    with pytest.raises(ValueError) as refused:
        tracks_from_frame(frame_of({"token": ["a", "b"]}), ["a", "b", "c", "\n", "e", "f", "g", "h"])
    assert str(refused.value).splitlines() == [
        "the table and the tokens part at token 2; 8 tokens against 2 in the table:",
        "  tokens     a b ['c'] '\\n' e f g …",
        "  the table  a b [end]",
    ]


def test_a_token_that_is_left_out_is_where_the_two_part(frame_of):
    with pytest.raises(ValueError, match=r"part at token 1; 3 tokens against 2"):
        tracks_from_frame(frame_of({"token": ["the", "prince"]}), TOKENS)


def test_a_column_that_is_not_there_is_named_with_those_that_are(frame_of):
    with pytest.raises(KeyError, match=r"no column 'tag'.*'token', 'pos'"):
        tracks_from_frame(frame_of(COLUMNS), TOKENS, ["tag"])
    with pytest.raises(KeyError, match=r"no column 'word'"):
        tracks_from_frame(frame_of(COLUMNS), TOKENS, token_column="word")


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=["n", "n"])
    with pytest.raises(KeyError, match="several columns 'n'"):
        tracks_from_frame(frame)


def test_what_is_no_table_is_refused():
    with pytest.raises(TypeError, match="LazyFrame has no rows yet"):
        tracks_from_frame(pl.LazyFrame({"n": [1]}))
    with pytest.raises(TypeError, match="list"):
        tracks_from_frame([1, 2])


def test_a_million_rows_become_tracks(frame_of):
    tokens = [f"w{i % 5000}" for i in range(1_000_000)]
    labels = [f"t{i % 40}" for i in range(1_000_000)]
    frame = frame_of({"token": tokens, "pos": labels, "p": np.linspace(0, 1, 1_000_000)})
    tracks = tracks_from_frame(frame, tokens)
    assert tracks["pos"][41] == "t1"
