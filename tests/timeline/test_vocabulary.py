import gzip
from contextlib import closing

import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, StateWriter, read_vocabulary, save_states
from lstmvis_widget.files import read_file
from lstmvis_widget.timeline.vocabulary import as_vocabulary


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


# ------------------------------------------------------------- in every form

EXPECTED = {0: "the", 1: "été", 5: "fox"}
DENSE = ["the", "été", "fox"]


@pytest.mark.parametrize(
    "given",
    [
        EXPECTED,
        {0: "the", 1: "été".encode(), np.int64(5): np.str_("fox")},
        {"the": 0, "été": 1, "fox": 5},
        {b"the": 0, "été": np.uint8(1), "fox": 5},
        {"0": "the", "1": "été", "5": "fox"},
        pd.Series(["the", "été", "fox"], index=[0, 1, 5]),
        pd.Series([0, 1, 5], index=["the", "été", "fox"]),
        pd.Series(["the", "été", "fox"], index=[0, 1, 5], dtype="category"),
    ],
    ids=["ids", "bytes", "strings", "strings of bytes", "JSON", "series", "series of ids", "series of categories"],
)
def test_a_mapping_either_way_is_a_vocabulary(given):
    assert as_vocabulary(given) == EXPECTED


@pytest.mark.parametrize(
    "given",
    [
        DENSE,
        tuple(DENSE),
        iter(DENSE),
        np.array(DENSE),
        np.array([word.encode() for word in DENSE]),
        pd.Series(DENSE),
        pl.Series(DENSE),
        pa.array(DENSE),
        pd.Index(DENSE),
    ],
    ids=lambda given: f"{type(given).__module__}.{type(given).__name__}",
)
def test_a_list_of_strings_is_a_vocabulary_from_0(given):
    assert as_vocabulary(given) == dict(enumerate(DENSE))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"a": "b"}, TypeError, "integer ids to strings, or strings to ids; got 'a': 'b'"),
        ({1: 2}, TypeError, "got 1: 2"),
        ({1: "a", "b": 2}, TypeError, "got 'b': 2"),
        ({1.5: "a"}, TypeError, "got 1.5"),
        ({True: "a"}, TypeError, "got True"),
        ({"a": True}, TypeError, "got 'a': True"),
        (["a", None], TypeError, "got 1: None"),
        (["a", 3], TypeError, "got 1: 3"),
        ({"a", "b"}, TypeError, "got set"),
        ("words", TypeError, "got str, 'words'"),
        (3, TypeError, "got int"),
        (pd.DataFrame({"id": [1], "token": ["a"]}), TypeError, r"dict\(zip\("),
        ({"a": 1, "b": 1}, ValueError, "id 1 of the vocabulary stands for two strings, 'a' and 'b'"),
        (pd.Series(["a", "b"], index=[7, 7]), ValueError, "id 7 .*'a' and 'b'"),
        ({"1": "a", "01": "b"}, ValueError, "id 1"),
    ],
)
def test_what_is_no_vocabulary_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        as_vocabulary(given)


def test_every_door_takes_the_same_vocabularies(tmp_path):
    states, words = np.ones((3, 1)), ["fox", "the", "été"]
    (tmp_path / "words.json").write_text('{"the": 0, "été": 1, "fox": 5}', "utf-8")
    for vocabulary in ({"the": 0, "été": 1, "fox": 5}, pd.Series(list(EXPECTED.values()), index=[0, 1, 5]),
                       tmp_path / "words.json"):  # fmt: skip
        with closing(StateExplorer(states, [5, 0, 1], vocabulary=vocabulary, background=False)) as explorer:
            assert list(explorer.tokens) == words
        save_states(tmp_path / "saved.h5", states, [5, 0, 1], vocabulary=vocabulary, overwrite=True)
        with StateWriter(tmp_path / "written.h5", vocabulary=vocabulary, overwrite=True) as writer:
            writer.append(states, [5, 0, 1])
        for name in ("saved.h5", "written.h5"):
            assert read_vocabulary(tmp_path / name) == EXPECTED
            contents = read_file(tmp_path / name)
            contents.file.close()
            assert contents.tokens.tolist() == [5, 0, 1]


def test_the_strings_of_a_dataset_are_a_vocabulary(tmp_path):
    with h5py.File(tmp_path / "words.h5", "w") as file:
        file["model/words"] = DENSE
    assert read_vocabulary(f"{tmp_path}/words.h5::model/words") == dict(enumerate(DENSE))
    with pytest.raises(ValueError, match=r"no dataset 'words' in .*words\.h5"):
        read_vocabulary(f"{tmp_path}/words.h5::words")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_may_be_packed_and_in_utf_16(written, encoding, packed):
    pack = gzip.compress if packed else lambda content: content
    ending = ".gz" if packed else ""
    marked = "\ufeff" if encoding == "utf-16-le" else ""
    assert read_vocabulary(written(f"words.txt{ending}", pack(f"{marked}the\nété\n".encode(encoding)))) == {
        0: "the",
        1: "été",
    }
    content = f'{marked}{{"the": 0, "été": 1}}'.encode(encoding)
    assert read_vocabulary(written(f"words.json{ending}", pack(content))) == {0: "the", 1: "été"}


def test_a_packed_file_that_is_damaged_is_named(written):
    packed = gzip.compress(b"the 0\n" * 1000)
    for content in (packed[:20], packed[:12] + b"\xff\xff\xff" + packed[15:], packed[:-3]):
        with pytest.raises(OSError, match=r"words\.dict\.gz"):
            read_vocabulary(written("words.dict.gz", content))
