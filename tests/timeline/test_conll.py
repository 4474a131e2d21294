import pytest

from lstmvis_widget.timeline.conll import read_conll

CONLL_2003 = """-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O

Peter NNP B-NP B-PER

-DOCSTART- -X- -X- O

# # B-NP O
"""

CONLL_U = """# newdoc id = one
# text = Vámonos al mar
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\t_\tMood=Imp\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\t_\t_\t1\tobj\t_\t_
2.1\tcorriendo\tcorrer\tVERB\t_\t_\t_\t_\t_\t_

# newdoc id = two
1\t_\t_\tPUNCT\t_\t_\t0\troot\t_\tSpaceAfter=No
"""


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "text.conll"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_the_columns_of_2003_are_token_pos_chunk_and_entity(written):
    table = read_conll(written(CONLL_2003))
    assert table.tokens == ["EU", "rejects", "Peter", "#"]
    assert table.tracks["pos"][:] == ["NNP", "VBZ", "NNP", "#"]
    assert table.tracks["chunk"][:] == ["B-NP", "B-VP", "B-NP", "B-NP"]
    assert table.tracks["entity"][:] == ["B-ORG", "O", "B-PER", "O"]
    assert table.sentences == [2, 1, 1]
    assert table.documents == [3, 1]


def test_the_columns_of_conll_u_are_those_of_the_format(written):
    table = read_conll(written(CONLL_U))
    assert table.tokens == ["Vamos", "nos", "_"]
    assert table.tracks["upos"][:] == ["VERB", "PRON", "PUNCT"]
    assert table.tracks["lemma"][:] == ["ir", "nosotros", None]
    assert table.tracks["feats"][:] == ["Mood=Imp", None, None]
    assert table.tracks["deprel"][:] == ["root", "obj", "root"]
    assert "xpos" not in table.tracks
    assert table.sentences == [2, 1]
    assert table.documents == [2, 1]


def test_the_columns_can_be_named_and_left_out(written):
    table = read_conll(written("0 the x\n1 cat y\n"), columns=[None, "token", "mark"])
    assert table.tokens == ["the", "cat"]
    assert table.tracks["mark"][:] == ["x", "y"]
    assert list(table.tracks) == ["mark"]


def test_tokens_between_tabs_may_hold_spaces(written):
    assert read_conll(written("New York\tPLACE\n \tSPACE\n")).tokens == ["New York", " "]


def test_sentences_can_have_a_token_at_their_end(written):
    table = read_conll(written("a X\n\n\nb Y"), sentence_end="</s>", tokens=["a", "</s>", "b", "</s>"])
    assert table.tokens == ["a", "</s>", "b", "</s>"]
    assert table.tracks["label"][:] == ["X", None, "Y", None]
    assert table.sentences == [2, 2]


def test_comments_are_left_out_where_one_says_how_they_begin(written):
    assert read_conll(written("a X\n;; hm\nb Y\n"), comment=";;").tokens == ["a", "b"]


def test_a_misalignment_says_token_and_line_and_shows_both_sides(written):
    with pytest.raises(ValueError) as refused:
        read_conll(written(CONLL_2003), tokens=["EU", "rejects", "Paul", "#"])
    assert str(refused.value).splitlines() == [
        "text.conll and the tokens part at token 2 (line 6):",
        "  tokens      EU rejects ['Paul'] #",
        "  text.conll  EU rejects ['Peter'] #",
    ]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a X\nb\n", {}, r"text\.conll, line 2: 1 columns, where the first one has 2"),
        ("a b c d e\n", {}, r"say what the 5 columns of text\.conll are"),
        ("a X\n", {"columns": ["token"]}, r"names 1 columns; text\.conll has 2"),
        ("a X\n", {"columns": ["word", "pos"]}, "one of them 'token'"),
        ("\n\n", {}, "no token"),
        ("-DOCSTART- X\n", {}, "no token"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(written, text, options, message):
    with pytest.raises(ValueError, match=message):
        read_conll(written(text), **options)


def test_a_file_in_latin_1_is_read_as_such(written):
    path = written("été N\n", "latin-1")
    assert read_conll(path, encoding="latin-1").tokens == ["été"]
    with pytest.raises(ValueError, match="latin-1"):
        read_conll(path)


def test_a_million_lines_are_read(written):
    path = written("the DT B-NP O\nlittle JJ I-NP O\nprince NN I-NP O\n\n" * 333_333)
    assert len(read_conll(path).tokens) == 999_999
