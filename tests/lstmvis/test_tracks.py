import h5py
import numpy as np
import pytest

from lstmvis_widget.lstmvis.project import read_project
from tests.lstmvis.folders import IDS, MINIMAL, write_folder, write_hdf5

FILES = "  pos: pos.h5\n  pos_dict: pos.dict\n  train:"


@pytest.fixture
def track(tmp_path):
    """Reads the one track of a project whose meta entry and data are given."""

    def read(entry, **datasets):
        text = MINIMAL.replace("  train:", FILES, 1) + "meta:\n  tag:\n" + "".join(f"    {line}\n" for line in entry)
        folder = write_folder(tmp_path / "project", text)
        (folder / "pos.dict").write_text("DET 1\nNOUN 2\nEND 3\n")
        write_hdf5(folder / "pos.h5", **datasets)
        [(name, made)] = read_project(folder).tracks.items()
        assert name == "tag"
        return made

    return read


CATEGORICAL = ["file: pos", "path: pos", "dict: pos_dict", "vis: {type: discrete, range: dict}"]
SCALAR = ["file: pos", "path: mood"]


def test_general_with_a_dictionary_has_labels(track):
    made = track(CATEGORICAL, pos=[1, 2, 3, 1, 2])
    assert made.kind == "categorical"
    assert made[:] == ["DET", "NOUN", "END", "DET", "NOUN"]


def test_ids_of_labels_may_be_floats_and_missing_in_the_dictionary(track):
    assert track(CATEGORICAL, pos=[1.0, 0.0, 3.0, 1.0, 9.0])[:] == ["DET", "⟨id 0⟩", "END", "DET", "⟨id 9⟩"]


def test_general_without_a_dictionary_has_numbers(track):
    made = track([*SCALAR, "vis: {type: scalar}"], mood=[0.5, -1.0, np.nan, 2.0, 0.0])
    assert made.kind == "continuous"
    np.testing.assert_array_equal(made.values, [0.5, -1.0, np.nan, 2.0, 0.0])
    assert made.value_range == (-1.0, 2.0)


def test_an_enumeration_of_hdf5_has_its_names(track):
    tags = h5py.enum_dtype({"DET": 1, "NOUN": 2}, basetype="i1")
    made = track(SCALAR, mood=np.array([1, 2, 2, 1, 1], tags))
    assert made[:] == ["DET", "NOUN", "NOUN", "DET", "DET"]


def test_there_need_be_no_vis(track):
    assert track(SCALAR, mood=[0.5] * 5).kind == "continuous"


@pytest.mark.parametrize(
    ("written", "expected"), [("[0, 1]", (0.0, 1.0)), ("0...100", (0.0, 100.0)), ("[-1.5, 2]", (-1.5, 2.0))]
)
def test_the_range_of_a_scalar_is_that_of_its_colours(track, written, expected):
    made = track([*SCALAR, f"vis: {{type: scalar, range: {written}}}"], mood=[0.5, 3.0, 0.1, 0.2, 0.3])
    assert made.value_range == expected


@pytest.mark.parametrize("written", ["[1, 0]", "high", "[a, b]", "7", "[0, 1, 2]"])
def test_a_range_that_is_none_means_nothing_and_is_told(track, written):
    with pytest.warns(UserWarning, match=r"meta\.tag\.vis\.range: .* is no range"):
        made = track([*SCALAR, f"vis: {{type: scalar, range: {written}}}"], mood=[0.5, 3.0, 0.1, 0.2, 0.3])
    assert made.value_range == (0.1, 3.0)


def test_discrete_integers_without_a_dictionary_are_labels(track):
    made = track([*SCALAR, "vis: {type: discrete, range: 0...5}"], mood=[0, 4, 4, 1, 0])
    assert made[:] == ["0", "4", "4", "1", "0"]


def test_discrete_fractions_are_numbers(track):
    assert track([*SCALAR, "vis: {type: discrete}"], mood=[0.5] * 5).kind == "continuous"


def test_an_index_gives_each_step_the_row_of_its_id(track):
    made = track([*SCALAR, "index: word_sequence"], mood=[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert IDS == [4, 5, 3, 4, 6]
    assert list(made) == [0.4, 0.5, 0.3, 0.4, 0.6]


def test_an_index_goes_with_a_dictionary(track):
    entry = [*CATEGORICAL[:3], "index: word_sequence"]
    assert track(entry, pos=[0, 0, 0, 3, 1, 2, 2])[:] == ["DET", "NOUN", "END", "DET", "NOUN"]


def test_ids_beyond_the_rows_are_refused_with_both(track):
    with pytest.raises(ValueError, match=r"meta\.tag has 6 rows, 0 to 5, .*word_sequence, whose ids are 3 to 6"):
        track([*SCALAR, "index: word_sequence"], mood=[0.0] * 6)


def test_an_index_is_a_section_that_says_where_ids_lie(track):
    with pytest.raises(ValueError, match=r"meta\.tag\.index: 'words' must be self, or a section"):
        track([*SCALAR, "index: words"], mood=[0.0] * 6)


def test_word_vectors_are_scored_labels(track):
    entry = ["type: wordvec", "file: pos", "path: top", "weights_path: p", "dict: pos_dict", "vis: {type: wordvec}"]
    scores = np.array([[0.7, 0.2], [0.5, 0.4], [0.9, 0.1], [0.6, 0.3], [0.8, 0.1]])
    made = track(entry, top=[[1, 2], [2, 3], [3, 1], [1, 7], [2, 1]], p=scores)
    assert made.kind == "top-k"
    assert made[0] == [("DET", 0.7), ("NOUN", 0.2)]
    assert made[3] == [("DET", 0.6), ("⟨id 7⟩", 0.3)]


def test_word_vectors_need_no_weights_and_no_dictionary(track):
    made = track(["type: wordvec", "file: pos", "path: top"], top=np.ones((5, 3), "f4"))
    assert made.labels.tolist() == [["1"] * 3] * 5
    assert np.isnan(made.scores).all()
    assert made.score_range is None


def test_what_is_longer_than_the_states_is_cut_off_with_a_warning(track):
    with pytest.warns(UserWarning, match=r"meta\.tag has 8 entries, 3 more than the states"):
        assert len(track(SCALAR, mood=[0.5] * 8)) == 5


@pytest.mark.parametrize(
    ("entry", "datasets", "message"),
    [
        (SCALAR, {"mood": [0.5] * 3}, r"meta\.tag has 3 entries.*5 time steps: 2 are missing"),
        (SCALAR, {"mood": np.zeros((5, 3))}, r"meta\.tag: 'mood' must hold numbers of shape \(time steps,\).*\(5, 3\)"),
        (SCALAR, {"mood": np.array([b"a"] * 5)}, r"meta\.tag: 'mood' must hold numbers"),
        (CATEGORICAL, {"pos": [0.5] * 5}, r"meta\.tag has a dictionary, so its values must be ids"),
        ([*SCALAR, "type: special"], {"mood": [1] * 5}, r"meta\.tag\.type must be general or wordvec; got 'special'"),
        (["type: wordvec", *SCALAR], {"mood": [1] * 5}, r"must hold numbers of shape \(time steps, k\)"),
        (
            ["type: wordvec", *SCALAR, "weights_path: p"],
            {"mood": np.ones((5, 2)), "p": np.ones((5, 3))},
            r"meta\.tag\.weights_path has 3 weights a step, and meta\.tag 2 words",
        ),
        ([*SCALAR, "dict: words2"], {"mood": [1] * 5}, r"meta\.tag\.dict: 'words2' isn't among the files"),
        (["file: pos"], {"mood": [1] * 5}, r"meta\.tag\.path is missing"),
    ],
)
def test_what_is_wrong_is_refused_with_key_and_numbers(track, entry, datasets, message):
    with pytest.raises(ValueError, match=message):
        track(entry, **datasets)


def test_what_means_nothing_is_told(track):
    with pytest.warns(UserWarning, match=r"meta\.tag\.vis\.type: 'sparkline' .*meta\.tag\.colour"):
        track([*SCALAR, "vis: {type: sparkline}", "colour: red"], mood=[0.5] * 5)


def test_an_empty_meta_section_has_no_tracks(tmp_path):
    assert read_project(write_folder(tmp_path / "project", MINIMAL + "meta:\n")).tracks == {}


def test_a_million_steps_are_read(tmp_path):
    steps = 1_000_000
    numbers = np.random.default_rng(0)
    text = MINIMAL.replace("  train:", FILES, 1) + (
        "meta:\n  tag: {file: pos, path: pos, dict: pos_dict}\n"
        "  next: {type: wordvec, file: pos, path: top, weights_path: p, dict: words}\n"
    )
    ids = numbers.integers(3, 7, steps)
    folder = write_folder(tmp_path / "project", text, ids=ids, states=np.zeros((steps, 2), "f4"))
    (folder / "pos.dict").write_text("DET 1\nNOUN 2\n")
    top = numbers.integers(3, 7, (steps, 5))
    write_hdf5(folder / "pos.h5", pos=numbers.integers(1, 3, steps), top=top, p=numbers.random((steps, 5)))
    assert len(read_project(folder).tracks) == 2
