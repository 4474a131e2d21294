import re
import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer
from lstmvis_widget.timeline import regex_process
from lstmvis_widget.timeline.tokens import Tokens
from tests.page import recorded_pages, wait_until

WORDS = st.sampled_from(["a", "A", "b", "ab", "aB", "ß", "SS", "", "a b", "\n"])
TEXTS = st.lists(WORDS, max_size=30)
HANGS = "(a+)+b"
LONG = ["a" * 60]


def tokens_of(words):
    return Tokens(words, len(words))


def same(word, other, ignore_case):
    return word.casefold() == other.casefold() if ignore_case else word == other


def naive_phrase(words, phrase, ignore_case):
    n = len(phrase)
    return [
        [at, at + n]
        for at in range(len(words) - n + 1)
        if all(same(words[at + i], phrase[i], ignore_case) for i in range(n))
    ]


def naive_expression(words, pattern, ignore_case):
    """Which tokens each match has a character of, by giving each character its token."""
    blank = "" if all(len(word) == 1 for word in words) else " "
    owners = []
    for step, word in enumerate(words):
        owners += ([None] * len(blank) if step else []) + [step] * len(word)
    ranges = []
    for match in re.finditer(pattern, blank.join(words), re.IGNORECASE if ignore_case else 0):
        touched = [step for step in owners[match.start() : match.end()] if step is not None]
        if touched and [touched[0], touched[-1] + 1] not in ranges:
            ranges.append([touched[0], touched[-1] + 1])
    return ranges


@given(TEXTS, st.lists(WORDS, min_size=1, max_size=4), st.booleans())
def test_a_phrase_is_found_wherever_it_stands(words, phrase, ignore_case):
    found = tokens_of(words).find(phrase, ignore_case=ignore_case)
    assert found.dtype == np.int64
    assert found.shape == (len(found), 2)
    assert found.tolist() == naive_phrase(words, phrase, ignore_case)


@settings(max_examples=25)  # each starts a process
@given(
    st.lists(st.sampled_from(["a", "A", "b", "ab", "a b", "\n"]), max_size=20),
    st.sampled_from(["a", "a b", "a+", "b?", "^a", "b$", "(?<=b) a", ".", "[^a]+", "\\s", "a|b a", "x"]),
    st.booleans(),
)
def test_an_expression_is_found_as_the_tokens_it_touches(words, pattern, ignore_case):
    found = tokens_of(words).find(pattern, regex=True, ignore_case=ignore_case)
    assert found.tolist() == naive_expression(words, pattern, ignore_case)


def test_a_match_that_ends_beside_an_empty_token_does_not_touch_it():
    assert tokens_of(["a", "", "b"]).find("a", regex=True).tolist() == [[0, 1]]
    assert tokens_of(["a", "", "b"]).find("a  b", regex=True).tolist() == [[0, 3]]


def test_a_string_is_parted_by_white_space():
    tokens = tokens_of(["the", "little", "prince", "said", "the", "little"])
    assert tokens.find(" the\tlittle ").tolist() == [[0, 2], [4, 6]]
    assert tokens.find("prince").tolist() == [[2, 3]]
    assert tokens.find("prin").tolist() == []
    assert tokens.find("THE little").tolist() == []


def test_hits_of_a_phrase_may_overlap():
    assert tokens_of(["a"] * 4).find("a a").tolist() == [[0, 2], [1, 3], [2, 4]]


def test_ids_and_positions_are_found_by_their_text():
    assert Tokens([0, 1, 2, 1], 4, ["x", "y", "x"]).find("x y").tolist() == [[0, 2], [2, 4]]
    assert Tokens(None, 20).find("7 8").tolist() == [[7, 9]]


@pytest.mark.parametrize("phrase", ["", "  ", []])
def test_an_empty_phrase_is_refused(phrase):
    with pytest.raises(ValueError, match="no token"):
        tokens_of(["a"]).find(phrase)


@pytest.mark.parametrize("phrase", [5, None, b"a", ["a", 5], [b"a"]])
def test_what_is_no_phrase_is_refused(phrase):
    with pytest.raises(TypeError, match="string"):
        tokens_of(["a"]).find(phrase)


def test_what_is_no_expression_is_refused():
    with pytest.raises(TypeError, match="a regular expression is a string; got list"):
        tokens_of(["a"]).find(["a"], regex=True)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(a", "unterminated subpattern"), ("*", "nothing to repeat"), ("a{99999999999999}", "too large"), ("[", "set")],
)
def test_the_reason_why_an_expression_is_bad_is_told(pattern, reason):
    with pytest.raises(ValueError, match=re.escape(f"/{pattern}/ is no regular expression: ") + f".*{reason}"):
        tokens_of(["a"]).find(pattern, regex=True)


@pytest.mark.parametrize("has_processes", [True, False])
@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_expression_is_found_in_each_sequence_as_in_a_text_by_itself(has_processes, data, monkeypatch):
    if not has_processes:
        monkeypatch.setattr(regex_process.sys, "executable", "")
    words = data.draw(st.lists(st.sampled_from(["the", "cat", "sat", "."]), min_size=1, max_size=12))
    cuts = data.draw(st.sets(st.integers(0, len(words) - 1)))
    pattern = data.draw(st.sampled_from(["the.*sat", "^cat", "sat$", "[^c]*", "a", "(the|cat) sat"]))
    found = tokens_of(words).index_with_breaks(sorted(cuts)).find(pattern, regex=True, by_sequence=True)
    expected = []
    for start, stop in pairwise(sorted({0, *cuts, len(words)})):
        expected += (tokens_of(words[start:stop]).find(pattern, regex=True) + start).tolist()
    assert found.tolist() == expected


def test_an_expression_that_would_take_for_ever_is_ended(monkeypatch):
    monkeypatch.setattr(regex_process, "SECONDS", 0.3)
    with pytest.raises(ValueError, match=re.escape(f"the search for /{HANGS}/ takes longer than 0.3 s")):
        tokens_of(LONG).find(HANGS, regex=True)


def test_a_text_that_takes_its_time_to_be_handed_over_is_searched(monkeypatch):
    monkeypatch.setattr(regex_process, "INTERVAL", 0.0001)  # the process has hardly begun by then
    words = ["the", "cat", "sat"] * 100_000  # more than a pipe holds
    assert len(tokens_of(words).find("c.t", regex=True)) == 100_000


@pytest.mark.parametrize("phrase", ["cat", "/c.t/"])
def test_a_search_says_how_much_of_the_text_it_has_passed(monkeypatch, phrase):
    monkeypatch.setattr(regex_process, "INTERVAL", 0.0001)
    shares = []
    words = ["the", "cat", "sat"] * 100_000
    is_expression = phrase.startswith("/")
    found = tokens_of(words).lookup.find(phrase.strip("/"), regex=is_expression, progress=shares.append)
    assert len(found) == 100_000
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert is_expression or len(shares) == 100


@pytest.mark.parametrize("vocabulary", [["the", " cat", "##s"], {7: "the", 300: "cat", -2: "the"}])
def test_ids_are_found_as_their_tokens_are(vocabulary):
    texts = vocabulary if isinstance(vocabulary, dict) else dict(enumerate(vocabulary))
    ids = [*texts, *reversed(texts)] * 5
    by_id, by_text = Tokens(ids, None, vocabulary), Tokens([texts[each] for each in ids], None)
    for phrase in (["the"], ["cat", "the"], [" cat"], ["the", "the"]):
        assert by_id.find(phrase).tolist() == by_text.find(phrase).tolist()


def test_any_character_survives_the_way():
    words = ["\ud800", "\x00", "é", "😀", "\r\n"]
    assert tokens_of(words).find("\ud800 .", regex=True).tolist() == [[0, 2]]
    assert tokens_of(words).find("😀", regex=True).tolist() == [[3, 4]]


def test_many_tokens_are_found():
    words = ["the", "cat", "sat"] * 100_000
    tokens = tokens_of(words)
    assert len(tokens.find("cat sat the")) == 99_999
    assert len(tokens.find("c.t sat", regex=True)) == 100_000
    assert tokens.find("CAT", ignore_case=True)[-1].tolist() == [299_998, 299_999]


STATES = np.zeros((1200, 3))
TEXT = ["The", "cat", "sat", "on"] * 300


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(page_of):  # noqa: ARG001  (starts recording first)
    explorer = StateExplorer(STATES, TEXT, sequences=[6, 1194])
    yield explorer
    explorer.close()


def hits_of(explorer, text):
    wait_until(lambda: explorer._find_hits is not None and explorer._find_hits["text"] == text, f"the hits of {text}")
    return explorer._find_hits


class TestExplorer:
    def test_it_finds_what_the_tokens_find_within_sequences(self, explorer):
        assert explorer.find("cat sat").tolist() == [[at, at + 2] for at in range(1, 1200, 4) if at != 5]
        assert len(explorer.find("c.t", regex=True)) == 300
        assert len(explorer.find("the", ignore_case=True)) == 300
        for hit in explorer.find("sat on")[:3]:
            explorer.selection = hit

    def test_what_is_typed_is_found_in_the_background_for_the_page(self, explorer, page_of):
        explorer.position = 700
        page_of(explorer).set(find_text="the CAT")
        hits = hits_of(explorer, "the CAT")
        assert (hits["count"], hits["next"], hits["error"]) == (300, 175, "")
        at = hits["next"] - hits["first"]
        assert hits["ranges"][at] == [700, 702]
        assert len(hits["ranges"]) == 200

    def test_the_page_gets_the_hits_around_the_one_it_shows(self, explorer, page_of):
        page_of(explorer).set(find_text="cat")
        hits_of(explorer, "cat")
        page_of(explorer).set(_find_hit=299)
        hits = explorer._find_hits
        assert hits["ranges"][299 - hits["first"]] == [1197, 1198]
        page_of(explorer).set(_find_hit=0)
        assert explorer._find_hits["ranges"][0] == [1, 2]

    def test_each_hit_comes_with_the_text_around_it_within_its_sequence(self, explorer):
        explorer.find_text = "sat on"
        hits = hits_of(explorer, "sat on")
        for (start, stop), line in zip(hits["ranges"], hits["lines"], strict=True):
            first, end = (0, 6) if start < 6 else (6, 1200)
            before = " ".join(TEXT[max(first, start - 12) : start])
            after = " ".join(TEXT[stop : min(end, stop + 12)])
            assert line == [before, " ".join(TEXT[start:stop]), after]

    def test_what_stands_around_a_hit_is_shortened(self, page_of):  # noqa: ARG002
        explorer = StateExplorer(np.zeros((50, 2)), ["a" * 30, "b"] * 25, find_text="b")
        before, hit, after = hits_of(explorer, "b")["lines"][12]
        explorer.close()
        assert before.startswith("…")
        assert after.endswith("…")
        assert hit == "b"
        assert max(len(before), len(after)) <= 60

    def test_the_hits_in_view_are_marked_wherever_one_looks(self, explorer, page_of):
        explorer.find_text = "cat"
        hits_of(explorer, "cat")
        for position in (0, 600, 1150):
            page_of(explorer).set(position=position, _visible_steps=40)
            marked = [tuple(each) for each in explorer._found_in_view]
            expected = [(at, at + 1) for at in range(1, 1200, 4)]
            for hit in expected:
                if hit[1] > position and hit[0] < position + 40:
                    assert hit in marked
            assert set(marked) <= set(expected)
        explorer.find_text = ""
        assert list(explorer._found_in_view) == []

    def test_case_is_told_apart_on_demand(self, explorer):
        explorer.find_match_case = True
        explorer.find_text = "the"
        assert hits_of(explorer, "the")["count"] == 0
        explorer.find_match_case = False
        wait_until(lambda: explorer._find_hits is not None and explorer._find_hits["count"] == 300)

    def test_between_slashes_stands_an_expression(self, explorer):
        explorer.find_text = "/c.t/"
        assert hits_of(explorer, "/c.t/")["count"] == 300

    def test_a_bad_expression_is_shown_as_error(self, explorer):
        explorer.find_text = "/(/"
        assert "unterminated" in hits_of(explorer, "/(/")["error"]
        assert "unterminated" in explorer.error
        explorer.find_text = ""
        assert explorer.error == ""
        assert explorer._find_hits is None

    def test_what_is_looked_for_next_ends_a_search_that_hangs(self, page_of):  # noqa: ARG002
        explorer = StateExplorer(STATES[:1], LONG)
        explorer.find_text = f"/{HANGS}/"
        begun = time.monotonic()
        explorer.find_text = "a" * 60
        assert hits_of(explorer, "a" * 60)["count"] == 1
        explorer.find_text = f"/{HANGS}/"
        explorer.close()
        assert time.monotonic() - begun < regex_process.SECONDS
        assert not [thread for thread in threading.enumerate() if thread.name == "lstmvis-find"]

    @pytest.mark.parametrize(
        "cancel", [lambda explorer, _: explorer.cancel(), lambda _, page: page.send({"cancel": True})]
    )
    def test_a_search_can_be_cancelled(self, page_of, cancel):
        explorer = StateExplorer(STATES[:1], LONG)
        begun = time.monotonic()
        explorer.find_text = f"/{HANGS}/"
        cancel(explorer, page_of(explorer))
        assert (explorer.error, explorer._find_hits["error"]) == ("cancelled", "cancelled")
        explorer.find_text = "a" * 60
        assert hits_of(explorer, "a" * 60)["count"] == 1
        explorer.close()
        assert time.monotonic() - begun < regex_process.SECONDS

    def test_a_long_search_is_named(self, page_of):  # noqa: ARG002
        explorer = StateExplorer(STATES[:1], LONG, find_text=f"/{HANGS}/")
        wait_until(lambda: explorer._activity == f"finding {HANGS}", "the name of what is under way")
        assert explorer.progress == 0
        explorer.find_text = ""
        wait_until(lambda: explorer.progress is None, "its end")
        explorer.close()

    def test_a_text_to_find_may_be_given_from_the_start(self):
        explorer = StateExplorer(STATES, TEXT, find_text="cat")
        assert hits_of(explorer, "cat")["count"] == 300
        explorer.close()

    def test_hits_are_no_change_to_undo(self, explorer):
        explorer.find_text = "cat"
        hits_of(explorer, "cat")
        assert explorer.undo() is False
