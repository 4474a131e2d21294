"""Regular expressions where no process can be started: the same hits, or a refusal, and never a hang."""

import re
import subprocess
import sys
import threading
import time
import warnings

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lstmvis_widget.timeline import regex_bounded, regex_cost, regex_process
from lstmvis_widget.timeline.regex_cost import Text, cost_of
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled

PROSE = ("the little prince said that he had seen it all , twice , on the 24th of May 1944 .\n" * 30).split(" ")
ORDINARY = [
    "prince", "pr.nce", r"\w+ing", r"\bs\w+\b", "(?i)THE", "the|all", "the little", r"(\w+) said", r"\d{1,2}(th|nd)",
    r"\d+", "[^ ]+ [^ ]+", r"(?:\w+ ){2,5}all", r"(\w+ )+twice", r"(\w)\1", r"(\w+) , \w+ , on", "said .*? seen",
    "^the", r"\.$", r"(?m)\.$", "(?<=little )prince", "it(?= all)", r"the(?! little) \w+", "said.+May",
    "(?s)1944.*?the", "x*", "a*", "|a", "(?>t+)h", "l++e", "(t)?h(?(1)e|a)", r"(?P<word>\w+) (?P=word)", "", "zzz",
    "tw?i?c?e", r"\s\S\s", "seen|se",
    "[^a-t ]+", r"[^\w ]", "(?!)|ing",
]  # fmt: skip
ENDLESS = [
    "(a+)+$", "(a+)+b", "(a*)*b", "((a+)+)+b", "(a|a)*b", "(a|aa)+b", "(a|a?)+b", "(?:a+)*?b", "(a+a+)+b", "(.*a){12}b",
    "(a?){30}a{30}", r"(\w+\s*)+$", r"([a-z]+[0-9]*)*!", "(a|(?:a|a))*b", "(|){40}b", "(?=(a+)+b)a",
    "((a+){2,9}){2,9}b", r"(a+)(?:\1|a)*b", r"((a|b)\2?)*c", "(?i:(A|a)*)b",
]  # fmt: skip


def cannot_start(*_, **__):
    raise OSError(138, "emscripten does not support processes.")


@pytest.fixture
def no_process(monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", cannot_start)


def is_the_naive(pattern, text, flags=0):
    """Assert that the spans are those of `re`, without the empty ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = [match.span() for match in re.finditer(pattern, text, flags) if match.start() < match.end()]
    assert regex_bounded.find_all(pattern, flags, text, never_cancelled) == expected
    return expected


class TestHits:
    @pytest.mark.parametrize("pattern", ["THE", r"(\w+) SAID", "said .*? seen", "x*"])
    def test_they_are_those_of_the_process(self, pattern, monkeypatch):
        tokens = Tokens(PROSE, len(PROSE))
        expected = tokens.find(pattern, regex=True, ignore_case=True)
        monkeypatch.setattr(subprocess, "Popen", cannot_start)
        assert tokens.find(pattern, regex=True, ignore_case=True).tolist() == expected.tolist()

    @pytest.mark.parametrize("pattern", ORDINARY)
    def test_they_are_those_of_re(self, pattern):
        is_the_naive(pattern, " ".join(PROSE))

    @pytest.mark.usefixtures("no_process")
    @pytest.mark.parametrize("words", [[], [""], ["", ""], ["\ud800", "\x00", "é", "😀", "\r\n"]])
    def test_any_text_will_do(self, words):
        assert Tokens(words, len(words)).find("😀", regex=True).tolist() == [[3, 4]] * ("😀" in words)

    @pytest.mark.usefixtures("no_process")
    def test_what_is_slow_elsewhere_is_found_where_it_is_fast(self):
        tokens = Tokens(["the", "cat", "sat"], 3)
        assert tokens.find("(a+)+t", regex=True).tolist() == [[1, 2], [2, 3]]

    @pytest.mark.usefixtures("no_process")
    def test_many_tokens_are_found(self):
        tokens = Tokens(["the", "cat", "sat", "."] * 50_000, 200_000)
        assert len(tokens.find("c.t sat", regex=True)) == 50_000
        assert len(tokens.find("cat .*? the", regex=True)) == 49_999


ATOMS = st.sampled_from(["a", "b", "a", "ab", ".", "[ab]", "[^b]", r"\w", r"\b", "^", "$", "", " "])
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?", "??", "*+", "++", "{2,}?"])
TEXTS = st.one_of(
    st.text(alphabet="aab \n", max_size=40),
    st.lists(st.sampled_from(["aaaa", "ab", "b", "aba"]), max_size=12).map(" ".join),
)


def _longer(patterns):
    """Sequences, alternatives and groups of patterns."""
    groups = st.sampled_from(["({})", "(?:{})", "(?={})", "(?!{})", "(?>{})", "(?i:{})", r"({})b\1", "(?<=a)(?:{})"])
    repeated = st.tuples(groups, patterns, QUANTIFIERS).map(lambda each: each[0].replace("{}", each[1]) + each[2])
    return st.one_of(
        repeated, st.lists(repeated, min_size=2, max_size=3).map("".join), st.tuples(patterns, patterns).map("|".join)
    )


PATTERNS = st.recursive(st.tuples(ATOMS, QUANTIFIERS).map("".join), _longer, max_leaves=6)


def _is_expression(pattern):
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


@given(pattern=PATTERNS.filter(_is_expression), text=TEXTS, data=st.data())
@settings(max_examples=400)
def test_hits_of_any_expression_in_any_pieces_are_those_of_re(pattern, text, data):
    cost = cost_of(pattern, 0, Text(text))
    assume(cost.work < 1e5)
    with pytest.MonkeyPatch.context() as patched:
        # Pieces of one start and of many, and then too few steps for stretches, so that starts are tried one by one.
        starts = data.draw(st.integers(0, 50), "starts")
        patched.setattr(regex_bounded, "STEPS", cost.work * (cost.reach + starts + 1))
        is_the_naive(pattern, text)
        patched.setattr(regex_bounded, "STEPS", cost.work)
        if not cost.empty:
            is_the_naive(pattern, text)


@given(
    pattern=PATTERNS.filter(_is_expression),
    words=st.lists(st.sampled_from(["a", "ab", "b", "aaa", "", "a b", "\n"]), max_size=20),
    ignore_case=st.booleans(),
)
@settings(max_examples=40)  # each starts a process
def test_both_ways_find_the_same(pattern, words, ignore_case):
    tokens = Tokens(words, len(words))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(subprocess, "Popen", cannot_start)
        try:
            found = tokens.find(pattern, regex=True, ignore_case=ignore_case)
        except ValueError as error:
            assume("could take too long" not in str(error))
            raise
    assert found.tolist() == tokens.find(pattern, regex=True, ignore_case=ignore_case).tolist()


@pytest.mark.usefixtures("no_process")
class TestBound:
    @pytest.mark.parametrize("pattern", ENDLESS)
    @pytest.mark.parametrize("words", [["a" * 60], ["a"] * 60, ["a" * 3000, "aa " * 40]], ids=["word", "words", "long"])
    def test_nothing_hangs(self, pattern, words, monkeypatch):
        monkeypatch.setattr(regex_process, "SECONDS", 0.3)
        begun = time.monotonic()
        try:
            Tokens(words, len(words)).find(pattern, regex=True)
        except ValueError as error:
            assert re.search("could take too long|takes longer than 0.3 s", str(error))  # noqa: PT017
        assert time.monotonic() - begun < 10

    @pytest.mark.parametrize("pattern", ["(a+)+$", "(a+)+b", "(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*a){12}b"])
    def test_what_grows_exponentially_is_refused_with_what_to_do(self, pattern):
        with pytest.raises(
            ValueError, match=re.escape(f"/{pattern}/ is not searched for: it could take too long")
        ) as told:
            Tokens(["a" * 60], 1).find(pattern, regex=True)
        assert "limit its repeats" in str(told.value)
        assert "repeat no group that can match the same text in several ways" in str(told.value)

    def test_a_search_is_ended_when_its_time_is_up(self, monkeypatch):
        monkeypatch.setattr(regex_process, "SECONDS", 0.3)
        begun = time.monotonic()
        with pytest.raises(ValueError, match=re.escape("/a+b/ takes longer than 0.3 s and was ended")):
            Tokens(["a" * 300_000], 1).find("a+b", regex=True)
        assert time.monotonic() - begun < 10

    def test_a_search_can_be_cancelled(self):
        calls = []

        def check():
            calls.append(None)
            if len(calls) == 4:
                raise CancelledError

        with pytest.raises(CancelledError):
            Tokens(["a" * 300_000], 1).lookup.find("a+b", regex=True, check=check)

    @pytest.mark.parametrize(
        ("pattern", "reason"), [("(a", "unterminated"), ("*", "nothing to repeat"), ("a{99999999999999}", "too large")]
    )
    def test_the_reason_why_an_expression_is_bad_is_told(self, pattern, reason):
        with pytest.raises(ValueError, match=re.escape(f"/{pattern}/ is no regular expression: ") + f".*{reason}"):
            Tokens(["a"], 1).find(pattern, regex=True)

    def test_an_expression_of_a_later_python_is_refused(self, monkeypatch):
        def moved(_):
            raise ImportError

        monkeypatch.setattr(regex_cost.importlib, "import_module", moved)
        with pytest.raises(ValueError, match="could take too long"):
            Tokens(["a"], 1).find("a", regex=True)

    @pytest.mark.parametrize("depth", [50, 200])
    @pytest.mark.parametrize("parts", [("(", ")*"), ("(", ")?"), ("(?=", "b)b"), ("(a|", ")"), ("(?:a?", ")+")])
    def test_deep_expressions_are_judged_soon(self, parts, depth):
        begun = time.monotonic()
        try:
            Tokens(["a" * 100], 1).find(parts[0] * depth + "a" + parts[1] * depth, regex=True)
        except ValueError as error:
            assert re.search("could take too long|is no regular expression", str(error))  # noqa: PT017
        assert time.monotonic() - begun < 10


class TestWhereThereIsNoProcess:
    @pytest.mark.parametrize("error", [OSError(138, "no"), PermissionError(), BlockingIOError(), NotImplementedError()])
    def test_whatever_says_so_is_understood(self, monkeypatch, error):
        def refuse(*_, **__):
            raise error

        monkeypatch.setattr(subprocess, "Popen", refuse)
        assert Tokens(["a", "b"], 2).find("b", regex=True).tolist() == [[1, 2]]

    @pytest.mark.parametrize("executable", [None, ""])
    def test_python_may_not_know_where_it_is(self, monkeypatch, executable):
        monkeypatch.setattr(sys, "executable", executable)
        assert Tokens(["a", "b"], 2).find("b", regex=True).tolist() == [[1, 2]]

    def test_a_process_may_need_threads_that_cannot_start(self, monkeypatch):
        def communicate(*_, **__):
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
        assert Tokens(["a", "b"], 2).find("b", regex=True).tolist() == [[1, 2]]

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows talks to a process in threads")
    def test_a_process_needs_no_thread(self, monkeypatch):
        def start(_):
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", start)
        monkeypatch.setattr(regex_process, "_here", None)
        assert Tokens(["a", "b"], 2).find("b", regex=True).tolist() == [[1, 2]]
