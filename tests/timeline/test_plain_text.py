import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import read_conll
from lstmvis_widget.timeline.plain_text import read_text, read_tokens


@pytest.fixture
def text(tmp_path):
    def written(content, encoding="utf-8"):
        path = tmp_path / "text.txt"
        path.write_bytes(content.encode(encoding))
        return path

    return written


def test_words_are_what_stands_between_white_space(text):
    path = text("The  little\tprince said :\n\n« Draw me a sheep ! »\n")
    assert read_tokens(path) == ["The", "little", "prince", "said", ":", "«", "Draw", "me", "a", "sheep", "!", "»"]


def test_characters_are_all_of_them_line_ends_included(text):
    assert read_tokens(text("a b\n\né"), by="characters") == ["a", " ", "b", "\n", "\n", "é"]


def test_the_line_ends_of_any_system_are_one_character(text):
    assert read_tokens(text("a\r\nb\rc\n"), by="characters") == ["a", "\n", "b", "\n", "c", "\n"]


def test_lines_can_have_a_token_at_their_end(text):
    assert read_tokens(text("a b\n\nc"), line_end="</s>") == ["a", "b", "</s>", "</s>", "c", "</s>"]


def test_a_byte_order_mark_is_no_part_of_the_first_word(text):
    assert read_tokens(text("\ufeffa b", "utf-8")) == ["a", "b"]


def test_a_text_in_latin_1_is_read_as_such(text):
    path = text("été naïve\n", "latin-1")
    assert read_tokens(path, encoding="latin-1") == ["été", "naïve"]
    with pytest.raises(ValueError, match=r"text\.txt isn't in utf-8.*0xe9.*latin-1"):
        read_tokens(path)


@pytest.mark.parametrize(
    ("sequences", "expected"), [(None, [5]), ("lines", [2, 1, 2]), ("paragraphs", [3, 2])], ids=str
)
def test_what_belongs_together_is_all_a_line_or_what_stands_between_blank_lines(text, sequences, expected):
    read = read_text(text("\na b\nc\n \n\nd e\n\n"), sequences=sequences)
    assert read.tokens == ["a", "b", "c", "d", "e"]
    assert read.sequences == expected


def test_blank_lines_belong_to_what_comes_before_them(text):
    read = read_text(text("\na\n\nb"), by="characters", sequences="paragraphs")
    assert read.tokens == ["\n", "a", "\n", "\n", "b"]
    assert read.sequences == [4, 1]


@given(content=st.text(st.sampled_from("ab \n"), min_size=1), sequences=st.sampled_from([None, "lines", "paragraphs"]))
def test_the_characters_of_a_text_are_the_text_and_its_sequences_add_up(content, sequences, tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text(content)
    read = read_text(path, by="characters", sequences=sequences)
    assert "".join(read.tokens) == content
    assert sum(read.sequences) == len(content)
    assert min(read.sequences) > 0


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("a", {"by": "letters"}, "'words', 'characters'.*'letters'"),
        ("a", {"by": "characters", "line_end": "</s>"}, "line_end goes with words"),
        (" \n", {}, "no token in"),
        ("a", {"encoding": "latin1000"}, "one that Python knows.*'latin1000'"),
    ],
    ids=["by", "line_end", "empty", "encoding"],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text, content, options, message):
    with pytest.raises(ValueError, match=message):
        read_tokens(text(content), **options)


def test_sequences_are_lines_or_paragraphs(text):
    with pytest.raises(ValueError, match=r"'lines', 'paragraphs'.*'pages'"):
        read_text(text("a"), sequences="pages")


def test_it_is_told_how_far_the_reading_is(text):
    told = []
    path = text("a b\n" * 10_000)
    read_text(path, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_tokens(tmp_path / "nowhere.txt")


def test_a_million_words_are_read(text):
    path = text("the little prince said draw me a sheep \n" * 125_000)
    assert len(read_tokens(path)) == 1_000_000


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
LINES = "the little prince said :\nété , naïve .\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_text_is_read_in_the_encoding_that_it_shows(tmp_path, encoding, packed):
    path = tmp_path / "text"  # no ending says that it is packed
    content = LINES.encode(encoding)
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read_tokens(path) == LINES.split()
    assert "".join(read_tokens(path, "characters")) == LINES
    conll = "\n".join(f"{word} {len(word)}" for word in LINES.split()).encode(encoding)
    path.write_bytes(gzip.compress(conll) if packed else conll)
    assert read_conll(path).tokens == LINES.split()


def test_an_encoding_that_is_given_counts(text):
    path = text("ÿþ été", "latin-1")
    assert read_tokens(path, encoding="latin-1") == ["ÿþ", "été"]
    assert read_tokens(text(LINES, "utf-16-le"), encoding="utf-16-le") == LINES.split()


def test_zeros_in_a_text_are_characters_of_it(text):
    assert read_tokens(text("a\0b c\0\0d and so on to the end of the line\n"))[:2] == ["a\0b", "c\0\0d"]


def test_a_packed_text_that_is_damaged_is_named(tmp_path):
    path = tmp_path / "text.txt.gz"
    packed = gzip.compress(LINES.encode() * 1000)
    for content in (packed[:20], packed[: len(packed) // 2], packed[:12] + b"\xff\xff\xff" + packed[15:]):
        path.write_bytes(content)
        with pytest.raises(OSError, match=r"text\.txt\.gz"):
            read_tokens(path)


def test_a_packed_table_that_is_damaged_is_named(tmp_path):
    path = tmp_path / "table.conll.gz"
    path.write_bytes(gzip.compress(b"the DET\n" * 10_000)[:-20])
    with pytest.raises(OSError, match=r"table\.conll\.gz"):
        read_conll(path)


def test_it_is_told_how_much_of_a_packed_file_is_read(tmp_path):
    told, path = [], tmp_path / "text.txt.gz"
    path.write_bytes(gzip.compress("".join(f"{i} " * 9 + "\n" for i in range(20_000)).encode()))
    read_text(path, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size
