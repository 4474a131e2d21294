import numpy as np
import pytest

from lstmvis_widget import StateExplorer, select_cells
from tests.lstmvis.folders import MINIMAL, STATES, WORDS, write_folder, write_hdf5


@pytest.fixture
def folder(tmp_path):
    folder = write_folder(tmp_path / "project", MINIMAL + "meta:\n  mood: {file: train, path: mood}\n")
    write_hdf5(folder / "train.hdf5", mood=[0.1, 0.2, 0.3, 0.4, 0.5])
    return folder


def test_a_project_folder_is_explored(folder):
    explorer = StateExplorer.from_lstmvis(folder, selection=(0, 1), threshold=0.2)
    assert list(explorer.tokens) == WORDS
    assert explorer.layers == ("state 1", "output 2")
    assert explorer.tracks["mood"].value_range == (0.1, 0.5)
    assert "animals" in repr(explorer)
    assert explorer.selected_cells.tolist() == select_cells(np.tanh(STATES), 0, 1, 0.2).tolist() == []
    explorer.selection = (1, 2)
    assert explorer.selected_cells.tolist() == select_cells(np.tanh(STATES), 1, 2, 0.2).tolist() == [0, 1]
    explorer.close()


def test_each_layer_has_its_transform(folder):
    explorer = StateExplorer.from_lstmvis(folder)
    np.testing.assert_allclose(explorer.states[0:5], np.tanh(STATES))
    explorer.layer = "output 2"
    np.testing.assert_array_equal(explorer.states[0:5], np.tanh(STATES).astype("f4"))
    explorer.close()


def test_the_states_stay_on_disk_and_their_files_are_closed_in_the_end(folder):
    explorer = StateExplorer.from_lstmvis(folder)
    sources = [states.source for states in explorer._data.layers.values()]
    assert all(sources)
    explorer.close()
    assert not any(sources)
    (folder / "states.hdf5").unlink()


def test_keywords_come_before_what_the_folder_says(folder):
    explorer = StateExplorer.from_lstmvis(folder / "lstm.yml", name="mine", transform=None, layer="output 2")
    assert repr(explorer).startswith("StateExplorer(mine: output 2")
    explorer.layer = "state 1"
    np.testing.assert_array_equal(explorer.states[0:5], STATES)
    explorer.close()


def test_words_that_are_not_in_the_dictionary_are_shown_by_their_id(tmp_path):
    folder = write_folder(tmp_path / "project", dictionary="the 4\n")
    with pytest.warns(UserWarning, match="3 of 5 tokens have ids that aren't in the vocabulary") as told:
        explorer = StateExplorer.from_lstmvis(folder)
    assert len(told) == 1
    assert list(explorer.tokens) == ["the", "⟨id 5⟩", "⟨id 3⟩", "the", "⟨id 6⟩"]
    explorer.close()


def test_a_regular_expression_is_searched_for_without_an_index(folder):
    explorer = StateExplorer.from_lstmvis(folder)
    assert explorer.find("c.t", regex=True).tolist() == [[1, 2]]
    explorer.close()


def test_what_is_wrong_is_raised_before_there_is_an_explorer(folder):
    (folder / "states.hdf5").unlink()
    with pytest.raises(FileNotFoundError, match=r"states\.hdf5"):
        StateExplorer.from_lstmvis(folder)
