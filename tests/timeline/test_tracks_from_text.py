import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, tracks_from_text

POSITIONS = ("position in line", "position in sentence", "position in sequence")
WORDS = 'He said : " I ( we ) saw 12 of the 3rd ones . " Then it ended !'.split()  # noqa: SIM905  (as it reads)
BPE = ["He", "Ġsaid", ",", 'Ġ"', "Hi", "Ġthere", '."', "Ċ", "The", "Ġend", "."]


def values(tokens, name, **options):
    return tracks_from_text(tokens, [name], **options)[name].values.tolist()


def labels(tokens, name, **options):
    track = tracks_from_text(tokens, [name], **options)[name]
    return track[: len(track)]


def test_words_characters_and_pieces_are_in_the_same_quotes():
    words = ["He", "said", ",", '"', "Hi", "there", ".", '"', "Yes"]
    assert values(words, "in quotes") == [0, 0, 0, 1, 1, 1, 1, 0, 0]
    text = 'He said, "Hi there." Yes'
    opened, closed = text.index('"'), text.rindex('"')
    assert values(list(text), "in quotes") == [float(opened <= place < closed) for place in range(len(text))]
    assert values(BPE, "in quotes") == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("a(b[c]d)e", "012343210"),
        ("a)b(c", "00011"),
        ("(a[b)c", "112200"),
        ("((", "12"),
        ("", ""),
    ],
)
def test_brackets_nest_and_close_what_was_opened_since(text, depth):
    expected = {"a(b[c]d)e": "011221100"}.get(text, depth)
    assert values(list(text) or [], "in brackets") == list(map(float, expected))


def test_a_mark_that_opens_in_one_language_closes_in_another():
    assert values(list("„a“b“c”d"), "in quotes") == [1, 1, 0, 0, 1, 1, 0, 0]
    assert values(list("*a*b"), "in quotes", delimiters={"in quotes": "**"}) == [1, 1, 0, 0]
    assert values(list("<a>b"), "in tags", delimiters={"in tags": "<>"}) == [1, 1, 0, 0]


def test_nothing_is_open_where_a_sequence_begins():
    assert values(list('a"bc"d'), "in quotes", sequences=[3, 3]) == [0, 1, 1, 0, 1, 1]
    assert values(["(", "<s>", "a"], "in brackets", sequences=[1, 2]) == [1, 0, 0]


@given(st.lists(st.sampled_from("ab( )[]"), min_size=1, max_size=20), st.integers(0, 19))
def test_depth_is_that_of_a_stack(characters, cut):
    cut = min(cut, len(characters) - 1) or len(characters)
    lengths = [length for length in (cut, len(characters) - cut) if length]
    expected = []
    for start, stop in zip(np.cumsum([0, *lengths]), np.cumsum(lengths), strict=False):
        stack = []
        for character in characters[start:stop]:
            if character in "([":
                stack.append({"(": ")", "[": "]"}[character])
            elif character in stack:
                del stack[len(stack) - 1 - stack[::-1].index(character) :]
            expected.append(len(stack))
    assert values(characters, "in brackets", sequences=lengths) == expected


def test_positions_are_counted_in_lines_sentences_and_sequences():
    text = "Ab.\n\nC d! E"
    found = tracks_from_text(list(text), POSITIONS)
    line, sentence, sequence = (found[name].values.astype(int).tolist() for name in POSITIONS)
    assert line == [0, 1, 2, 3, 0, 0, 1, 2, 3, 4, 5]
    assert sentence == [0, 1, 2, 0, 1, 2, 3, 4, 5, 0, 1]
    assert sequence == list(range(11))
    assert values(list(text), "position in sequence", sequences=[4, 7]) == [*range(4), *range(7)]
    assert values(BPE, "position in line") == [*range(8), *range(3)]
    assert values(WORDS, "position in sentence")[-4:] == [0, 1, 2, 3]
    assert values(["No", "line", "here"], "position in line", sequences=[1, 2]) == [0, 0, 1]


def test_neighbours_are_those_of_the_sequence_as_they_read():
    assert labels(["a", "b", "c"], "next token", sequences=[2, 1]) == ["b", None, None]
    assert labels(["a", "b", "c"], "previous token", sequences=[2, 1]) == [None, "a", None]
    assert labels(BPE, "next token")[:2] == ["said", ","]


def test_tokens_have_a_class_a_length_and_a_count():
    words = ["The", "3rd", "the", "!?", "[CLS]", "it's", "the"]
    assert labels(words, "token class") == ["word", "number", "word", "punctuation", "special", "word", "word"]
    assert labels(list("a 1."), "token class") == ["word", "space", "number", "punctuation"]
    assert values(words, "token count") == [1, 1, 2, 1, 1, 1, 2]
    assert values(BPE, "token length")[:4] == [2, 4, 1, 1]


def test_an_expression_is_a_track_and_its_named_groups_are_labels():
    dates = {"date": r"(?P<month>May|June) (?P<day>\d+)", "digits": r"\d"}
    words = ["On", "May", "1", ",", "June", "x", "2"]
    found = tracks_from_text(words, [], patterns=dates)
    assert found["date"][:7] == [None, "month", "day", None, None, None, None]
    assert found["digits"].values.tolist() == [0, 0, 1, 0, 0, 0, 1]
    assert list(found) == ["date", "digits"]
    text = "On May 12"
    by_character = tracks_from_text(list(text), [], patterns=dates)["date"]
    assert by_character[:9] == [None] * 3 + ["month"] * 3 + [None] + ["day"] * 2
    inner = tracks_from_text(list("abc"), [], patterns={"x": "(?P<all>a(?P<one>b)c)"})["x"]
    assert inner[:3] == ["all", "one", "all"]


def test_an_expression_is_searched_for_in_each_sequence_by_itself():
    patterns = {"to the end": "a.*b", "begins": "^b", "named": "(?P<one>a)(?P<other>z)?.*(?P<last>b)$"}
    found = tracks_from_text(list("abcabab"), [], patterns=patterns, sequences=[2, 2, 1, 2])
    assert found["to the end"].values.tolist() == [1, 1, 0, 0, 0, 1, 1]
    assert found["begins"].values.tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert found["named"][:7] == ["one", "last", None, None, None, "one", "last"]
    words = tracks_from_text(["a", "x", "b"], [], patterns=patterns, sequences=[1, 2])
    assert words["to the end"].values.tolist() == [0, 0, 0]


def test_an_explorer_takes_the_tracks():
    tracks = tracks_from_text(WORDS)
    explorer = StateExplorer(np.zeros((len(WORDS), 2)), WORDS, tracks)
    assert list(explorer.tracks) == list(tracks)
    assert explorer.tracks["in quotes"].is_binary


def test_ids_are_read_by_their_vocabulary():
    assert values([1, 0, 1, 2], "in brackets", vocabulary={0: "(", 1: "a", 2: ")"}) == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"names": ["in quote"]}, "names must be among 'in quotes', 'in brackets', .*; got 'in quote'"),
        ({"patterns": {"x": "("}}, r"\("),
        ({"patterns": {"in quotes": "a"}}, "'in quotes' is the name of a track already"),
        ({"delimiters": {"x": "("}}, r"delimiters must be pairs of characters, such as '\(\)\[\]'; got '\('"),
        ({"delimiters": "()"}, "delimiters must be a mapping of a name to pairs"),
        ({"sequences": [1]}, "must sum to"),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        tracks_from_text(WORDS, **given)
