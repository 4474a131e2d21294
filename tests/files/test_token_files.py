import h5py
import numpy as np
import pytest

from lstmvis_widget import StateExplorer, read_vocabulary
from lstmvis_widget.files.token_files import save_text

TOKENS = ["b", "a", "b", "c", "é", "a", "b"]


def test_tokens_become_ids_by_their_frequency(tmp_path):
    assert save_text(tmp_path / "text.h5", TOKENS, [3, 4], source="a test") == 4
    with h5py.File(tmp_path / "text.h5") as file:
        assert file["tokens"].dtype == np.int32
        assert file["tokens"][:].tolist() == [0, 1, 0, 2, 3, 1, 0]
        assert file["sequences"][:].tolist() == [3, 4]
        assert file.attrs["source"] == "a test"
    assert read_vocabulary(tmp_path / "text.h5") == {0: "b", 1: "a", 2: "c", 3: "é"}


def test_states_recorded_later_are_explored_beside_them(tmp_path):
    path = tmp_path / "text.h5"
    save_text(path, TOKENS)
    explorer = StateExplorer(np.zeros((7, 2)), f"{path}::tokens", vocabulary=path)
    assert list(explorer.tokens) == TOKENS
    explorer.close()


def test_a_file_that_is_there_is_replaced_only_on_demand(tmp_path):
    path = tmp_path / "text.h5"
    save_text(path, ["a"])
    with pytest.raises(FileExistsError, match=r"text\.h5"):
        save_text(path, ["b"])
    save_text(path, ["b"], overwrite=True)
    assert read_vocabulary(path) == {0: "b"}
    assert [each.name for each in tmp_path.iterdir()] == ["text.h5"]


@pytest.mark.parametrize(
    ("tokens", "sequences", "error"),
    [("abc", None, TypeError), ([1, 2], None, TypeError), ([], None, ValueError), (["a"], [2], ValueError)],
    ids=["text", "numbers", "empty", "lengths"],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path, tokens, sequences, error):
    with pytest.raises(error):
        save_text(tmp_path / "text.h5", tokens, sequences)
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_vocabulary_has_none(tmp_path):
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file["states"] = np.zeros((2, 2))
    with pytest.raises(ValueError, match=r"no vocabulary in .*states\.h5"):
        read_vocabulary(tmp_path / "states.h5")
