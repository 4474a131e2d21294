"""The result of a ranking as a sequence, as columns, as tables, and why it is empty."""

import copy
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import Match, Matches, rank_matches
from lstmvis_widget.matching.matches import Counts
from lstmvis_widget.timeline.tokens import Tokens
from tests.strategies import sticky_states

PAGE = Path(__file__).parents[2] / "js" / "src"
STATES = sticky_states(160, 9, seed=2, keep=0.8)
COLUMNS = ["start", "stop", "length", "overlap", "union"]
WORDS = [f"w{step}" for step in range(160)]


@pytest.fixture
def matches():
    return rank_matches(STATES, [0, 2, 5], 0.1, min_length=2, k=30)


def rows(matches):
    return [tuple(match) for match in matches]


def same_counts(one, other):
    assert one.n_selected == other.n_selected
    assert one.n_candidates == other.n_candidates
    assert one.length_histogram.tolist() == other.length_histogram.tolist()
    assert one.full_overlap_length_histogram.tolist() == other.full_overlap_length_histogram.tolist()


class TestSequence:
    def test_it_is_one(self, matches):
        assert isinstance(matches, Sequence)
        assert len(matches) == 30
        assert rows(reversed(matches)) == rows(matches)[::-1]
        assert matches[3] in matches
        assert matches.index(matches[3]) == 3

    @pytest.mark.parametrize("as_index", [int, np.int64, np.uint8, np.intp])
    def test_an_int_gives_a_row(self, matches, as_index):
        expected = tuple(int(getattr(matches, name)[7]) for name in COLUMNS)
        row = matches[as_index(7)]
        assert isinstance(row, Match)
        assert row == expected
        assert all(type(value) is int for value in row)

    def test_a_negative_int_counts_from_the_end(self, matches):
        assert matches[-1] == matches[29]
        assert matches[np.int64(-30)] == matches[0]

    @pytest.mark.parametrize("row", [30, -31, np.int64(1000)])
    def test_a_row_that_is_not_there_is_refused(self, matches, row):
        with pytest.raises(IndexError, match=f"30 matches; got row {row}"):
            matches[row]

    @given(st.slices(30))
    def test_a_slice_gives_matches(self, part):
        matches = rank_matches(STATES, [0, 2, 5], 0.1, min_length=2, k=30).with_tokens(WORDS)
        found = matches[part]
        assert isinstance(found, Matches)
        assert rows(found) == rows(matches)[part]
        assert found.text == matches.text[part]
        assert found.origin is matches.origin
        same_counts(found, matches)

    def test_candidates_are_counted_once_for_all_parts(self):
        calls = []

        def count(*_):
            calls.append(None)
            return Counts(7, np.zeros(1, int), np.zeros(1, int))

        start = np.arange(5)
        matches = Matches(start, start + 2, start, start, n_selected=1, count=count)
        assert [part.n_candidates for part in (matches[:3], matches[2:][:1], matches.head(1), matches)] == [7] * 4
        assert len(calls) == 1

    def test_a_slice_knows_the_tracks(self, matches):
        track = np.where(STATES[:, 0] >= 0.1, "on", "off").tolist()
        table = matches[:4].enrichment(track, by="match")
        assert table["total"].tolist() == [4, 4]

    def test_the_head_are_the_first(self, matches):
        assert rows(matches.head()) == rows(matches)[:10]
        assert rows(matches.head(2)) == rows(matches)[:2]
        assert rows(matches.head(100)) == rows(matches)
        assert len(matches.head(0)) == 0
        with pytest.raises(ValueError, match="n must be at least 0; got -1"):
            matches.head(-1)

    @pytest.mark.parametrize("name", COLUMNS)
    def test_a_name_gives_a_column(self, matches, name):
        assert matches[name] is getattr(matches, name)
        assert matches[name].dtype == np.int64

    def test_a_wrong_name_is_answered_with_the_nearest(self, matches):
        with pytest.raises(KeyError, match="no column 'strat'; did you mean 'start'"):
            matches["strat"]
        with pytest.raises(KeyError, match="The columns: start, stop, length, overlap, union"):
            matches["zzz"]
        with pytest.raises(KeyError, match="'text', as these matches know no tokens"):
            matches["text"]
        with pytest.raises(KeyError, match="did you mean 'text'"):
            matches.with_tokens(WORDS)["texts"]

    @pytest.mark.parametrize("key", [1.0, None, True, np.True_, [0, 1], (0, 1), np.array([0, 1]), b"start"])
    def test_any_other_key_is_refused(self, matches, key):
        with pytest.raises(TypeError, match="by an int, a slice or the name of a column; got "):
            matches[key]

    def test_columns_cannot_be_changed(self, matches):
        with pytest.raises(ValueError, match="read-only"):
            matches["start"][0] = 1


class TestText:
    def test_it_is_the_words_of_each_match(self, matches):
        with_words = matches.with_tokens(WORDS)
        expected = [" ".join(WORDS[match.start : match.stop]) for match in matches]
        assert with_words.text == with_words["text"] == expected
        assert rows(with_words) == rows(matches)
        same_counts(with_words, matches)

    def test_without_tokens_there_is_none(self, matches):
        assert matches.text is None
        assert "text" not in matches.to_pandas()
        assert "text" not in repr(matches) + matches._repr_html_()

    def test_ids_are_told_by_their_words(self, matches):
        tokens = Tokens([0, 1] * 80, 160, ["no", "yes"])
        assert matches[:1].with_tokens(tokens).text == [" ".join(tokens[matches[0].start : matches[0].stop])]

    def test_it_is_folded_along(self, matches):
        folded = matches.with_tokens(WORDS).folded()
        assert folded.text == [" ".join(WORDS[match.start : match.stop]) for match in folded]

    def test_it_is_the_last_column_of_a_data_frame(self, matches):
        frame = matches.with_tokens(WORDS).to_pandas()
        assert list(frame.columns) == [*COLUMNS, "text"]
        assert frame["text"].tolist() == matches.with_tokens(WORDS).text
        assert frame["text"].dtype == object
        empty = Matches.empty().with_tokens(WORDS).to_pandas()
        assert list(empty.columns) == [*COLUMNS, "text"]

    def test_long_tokens_and_long_matches_are_shortened(self):
        matches = rank_matches(np.ones((150, 1)), [0], 0.5).with_tokens(["a" * 1000, *"b" * 149])
        [text] = matches.text
        assert text == "a" * 199 + "… " + "b " * 99 + "…"
        assert max(len(line) for line in repr(matches).splitlines()) < 120

    def test_too_few_tokens_are_refused(self, matches):
        with pytest.raises(ValueError, match=r"reach to step \d+; there are 3 tokens"):
            matches.with_tokens(WORDS[:3])


class TestTables:
    def test_plain_text_has_a_line_a_match(self, matches):
        title, head, *lines = repr(matches.with_tokens(WORDS)).splitlines()
        assert title == "30 matches of 3 selected cells, the first 10 shown"
        assert head.split() == [*COLUMNS, "text"]
        assert len(lines) == 10
        assert lines[0].split() == [*map(str, matches[0]), *WORDS[matches[0].start : matches[0].stop]]

    def test_one_is_no_plural(self):
        assert repr(rank_matches(np.ones((3, 1)), [0], 0.5)).startswith("1 match of 1 selected cell\n")

    def test_a_token_is_no_markup(self, matches):
        table = matches.with_tokens(["<b>&"] * 160)._repr_html_()
        assert "&lt;b&gt;&amp;" in table
        assert "<b>" not in table
        assert table.count("<tr>") == 11

    def test_a_token_does_not_break_the_lines_of_a_table(self, matches):
        tokens = ["\n", "\x1b[31m", "é", "\u202e"] * 40
        lines = repr(matches.with_tokens(tokens)).splitlines()
        assert len(lines) == 12
        assert all(line.isprintable() for line in lines)
        assert any("é" in line and "\\n" in line for line in lines)

    def test_the_names_of_columns_are_completed(self, matches):
        assert matches._ipython_key_completions_() == COLUMNS
        assert matches.with_tokens(WORDS)._ipython_key_completions_() == [*COLUMNS, "text"]


class TestReason:
    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"cells": []}, "No cell is selected."),
            ({"states": np.zeros((0, 9))}, "The states have no time steps."),
            ({"threshold": 99.0}, "No other stretch matches. Lower the threshold, or shorten the pattern."),
            ({"min_length": 161}, "No other stretch matches. Lower the threshold, or shorten the pattern."),
            ({"length_filter": 159}, "No stretch of this length matches."),
            ({"min_length": 3, "length_filter": 2}, "No stretch of this length matches."),
        ],
    )
    def test_no_matches_say_why(self, changed, reason):
        matches = rank_matches(**{"states": STATES, "cells": [0, 2], "threshold": 0.1} | changed)
        assert len(matches) == 0
        assert matches.reason == reason
        assert repr(matches).splitlines()[0].endswith(f"selected cells. {reason}")
        assert reason in matches._repr_html_()
        assert matches[:2].reason == matches.folded().reason == matches.with_tokens(WORDS).reason == reason

    @pytest.mark.parametrize("name", ["NONE_MATCHES", "NONE_OF_THIS_LENGTH"])
    def test_the_page_says_the_same(self, name):
        from lstmvis_widget.matching import ranking

        assert any(getattr(ranking, name) in file.read_text() for file in PAGE.rglob("*.ts"))

    def test_a_reason_may_be_given(self):
        matches = Matches.empty(reason="<i>Brush</i> some words")
        assert matches.reason == "<i>Brush</i> some words"
        assert repr(matches).startswith("0 matches of 0 selected cells. <i>Brush</i> some words\n")
        assert "&lt;i&gt;Brush" in matches._repr_html_()

    def test_matches_have_none(self, matches):
        assert matches.reason == ""
        assert matches[:0].reason == ""
        assert repr(matches[:0]).startswith("0 matches of 3 selected cells\n")


class TestCopies:
    def test_what_is_pickled_are_rows_words_and_counts(self, matches):
        with_words = matches.with_tokens(WORDS)
        again = pickle.loads(pickle.dumps(with_words))  # noqa: S301  (our own)
        assert rows(again) == rows(matches)
        assert again.text == with_words.text
        assert again[2:5].text == with_words[2:5].text
        assert again.origin is None
        assert again.to_pandas().equals(with_words.to_pandas())
        same_counts(again, matches)

    def test_why_there_are_none_is_pickled(self):
        again = pickle.loads(pickle.dumps(Matches.empty(reason="so")))  # noqa: S301  (our own)
        assert (again.reason, again.text, len(again)) == ("so", None, 0)

    def test_a_copy_keeps_all(self, matches):
        copied = copy.copy(matches.with_tokens(WORDS))
        assert copied.origin is matches.origin
        assert copied.text == matches.with_tokens(WORDS).text
        assert rows(copied) == rows(matches)


def test_pandas_takes_it_for_what_it_is(matches):
    assert pd.DataFrame(list(matches)).equals(matches.to_pandas())
