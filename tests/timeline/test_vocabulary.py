import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import read_vocabulary


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_line_of_a_dictionary_is_a_token_and_its_id(written):
    path = written("words.dict", "the 1\nlittle\t2\nNew York 3\n 4\n<eos> 0\n  5\r\n")
    assert read_vocabulary(path) == {1: "the", 2: "little", 3: "New York", 4: "", 0: "<eos>", 5: " "}


@pytest.mark.parametrize("ending", ["dict", "txt"])
def test_a_text_file_may_hold_pairs(written, ending):
    assert read_vocabulary(written(f"words.{ending}", "a 7\nb 8\n")) == {7: "a", 8: "b"}


def test_a_text_file_may_hold_a_token_a_line(written):
    assert read_vocabulary(written("words.txt", "the\n\nNew York\nchapter 1\n")) == {
        0: "the", 1: "", 2: "New York", 3: "chapter 1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "content", ['{"a": 3, "7": 4}', '{"3": "a", "4": "7"}', '[["a"]]'], ids=["tokens", "ids", "nested"]
)
def test_json_maps_either_way(written, content):
    path = written("words.json", content)
    if content.startswith("["):
        with pytest.raises(ValueError, match=r"words\.json"):
            read_vocabulary(path)
    else:
        assert read_vocabulary(path) == {3: "a", 4: "7"}


def test_a_json_list_counts_from_0(written):
    assert read_vocabulary(written("words.json", '["a", "b"]')) == {0: "a", 1: "b"}


def test_latin_1_is_read_with_a_warning_that_names_the_line(written):
    path = written("words.dict", "a 0\nn\u00e9 1\n".encode("latin-1"))
    with pytest.warns(UserWarning, match=r"line 2 of .*words\.dict.* isn't UTF-8"):
        assert read_vocabulary(path) == {0: "a", 1: "n\u00e9"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a 0\nb\n", r"line 2 of .*'token id'"),
        ("a 0\nb x\n", r"line 2 of .*'token id'"),
        ("a 0\n\nb 1\n", r"line 2 of .*'token id'"),
        ("a 0\nb 1\nc 0\n", r"line 3 of .*id 0 stands twice, for 'a' and for 'c'"),
        ("a 99999999999999999999\n", r"line 1"),
    ],
)
def test_what_is_wrong_in_a_dictionary_is_named_by_its_line(written, content, message):
    with pytest.raises(ValueError, match=message):
        read_vocabulary(written("words.dict", content))


@pytest.mark.parametrize("content", ["{", '{"a": 1.5}', '{"a": true}', "3", '{"a": 1, "b": 1}', "[" * 100_000])
def test_what_is_wrong_in_json_is_named(written, content):
    with pytest.raises(ValueError, match=r"words\.json"):
        read_vocabulary(written("words.json", content))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"words\.dict"):
        read_vocabulary(tmp_path / "words.dict")


@given(st.dictionaries(st.integers(-5, 10**6), st.text(st.characters(exclude_characters="\n\r", codec="utf-8"))))
def test_what_a_dictionary_is_written_from_is_read_again(tmp_path_factory, vocabulary):
    path = tmp_path_factory.mktemp("words") / "words.dict"
    path.write_text("".join(f"{token} {number}\n" for number, token in vocabulary.items()), "utf-8", newline="")
    if not vocabulary or not next(iter(vocabulary.values())).startswith("\ufeff"):
        assert read_vocabulary(path) == vocabulary
