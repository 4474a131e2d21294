import h5py
import numpy as np
import pytest

from lstmvis_widget import select_cells
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.sources import States

from .sources import hdf5_file

VALUES = np.array([[-1, 0, 2], [1, -2, 0], [0, 1, -1], [2, 2, 1]])


def test_truth_values_are_states_of_0_and_1():
    assert select_cells(VALUES > 0, 3, 4, 0.5).tolist() == [0, 1, 2]


def test_lists_are_read_as_an_array():
    assert np.array_equal(States(VALUES.tolist()).read(0, 4), VALUES)


def test_the_file_of_a_dataset_stays_open_when_the_states_are_closed(tmp_path):
    with h5py.File(hdf5_file(tmp_path, states=VALUES)) as file:
        States(file["states"]).close()
        assert file["states"][0, 2] == 2


@pytest.mark.parametrize("as_path", [str, lambda path: path], ids=["str", "Path"])
def test_a_path_with_one_dataset_is_enough(tmp_path, as_path):
    path = hdf5_file(tmp_path, group__states=VALUES)
    with States(as_path(path)) as states:
        assert np.array_equal(states.read(0, 4), VALUES)


def test_a_dataset_of_several_is_named_after_two_colons(tmp_path):
    path = hdf5_file(tmp_path, lstm__one=VALUES, lstm__two=VALUES + 1)
    with States(f"{path}::lstm/two") as states:
        assert np.array_equal(states.read(0, 4), VALUES + 1)


def test_a_path_with_several_datasets_asks_for_one_and_lists_them(tmp_path):
    path = hdf5_file(tmp_path, lstm__one=VALUES, lstm__two=VALUES)
    with pytest.raises(ValueError, match=r"(?s)lstm/one.*lstm/two"):
        States(path)


def test_a_dataset_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    path = hdf5_file(tmp_path, lstm__one=VALUES)
    with pytest.raises((ValueError, KeyError), match=r"(?s)lstm/three.*lstm/one"):
        States(f"{path}::lstm/three")


def test_a_file_of_another_dataset_closes_what_it_opened(tmp_path):
    path = hdf5_file(tmp_path, vector=np.zeros(3))
    with pytest.raises(ValueError, match="vector"):
        States(path)
    with h5py.File(path, "r+") as file:  # would fail if it were still open for reading
        file["more"] = 1


def test_a_closed_file_can_be_written_again(tmp_path):
    path = hdf5_file(tmp_path, states=VALUES)
    states = States(path)
    states.close()
    states.close()
    with h5py.File(path, "r+") as file:
        file["more"] = 1


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.h5"):
        States(tmp_path / "nowhere.h5")


def test_a_file_that_is_not_hdf5_is_named(tmp_path):
    (tmp_path / "text.h5").write_text("not HDF5")
    with pytest.raises(OSError, match=r"text\.h5"):
        States(tmp_path / "text.h5")


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (np.zeros(3), ValueError, r"2-D.*\(3,\)"),
        (np.zeros((2, 2, 2)), ValueError, r"2-D.*\(2, 2, 2\)"),
        (np.zeros((2, 2), dtype=complex), TypeError, "complex128"),
        (np.zeros((2, 2), dtype=object), TypeError, "object"),
        (np.array([["a", "b"]]), TypeError, "U1"),
        (np.zeros((2, 2), dtype="datetime64[s]"), TypeError, "datetime64"),
        (3.0, ValueError, "2-D"),
        ([[1.0, 2.0], [3.0]], (TypeError, ValueError), "states"),
        (None, (TypeError, ValueError), "states"),
    ],
    ids=["1-D", "3-D", "complex", "object", "text", "dates", "number", "ragged", "None"],
)
def test_what_cannot_be_states_is_refused_with_the_reason(source, error, message):
    with pytest.raises(error, match=message):
        States(source)


def test_transforms_apply_to_what_is_read():
    array = VALUES.astype(np.float32)
    assert np.array_equal(States(array, None).read(0, 4), array)
    assert np.allclose(States(array, "tanh").read(1, 3), np.tanh(array[1:3]))
    assert np.array_equal(States(array, "abs").read(0, 4), np.abs(array))


def test_split_signs_makes_two_cells_of_one():
    states = States(VALUES.astype(np.float32), "split_signs")
    assert states.shape == (4, 6)
    assert np.array_equal(states.read(0, 1), [[0, 0, 2, 1, 0, 0]])
    assert np.array_equal(states.read(1, 2), [[1, 0, 0, 0, 2, 0]])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("transform", ["tanh", "abs", "split_signs"])
def test_a_transform_keeps_the_precision_of_floats(dtype, transform):
    states = States(VALUES.astype(dtype), transform)
    assert states.dtype == states.read(0, 2).dtype == np.dtype(dtype)


@pytest.mark.parametrize("transform", ["abs", "split_signs"])
def test_the_least_integer_has_a_magnitude(transform):
    states = States(np.array([[-128]], dtype=np.int8), transform)
    assert states.read(0, 1).max() == 128


def test_an_unknown_transform_is_refused_with_those_that_are_known():
    with pytest.raises(ValueError, match=r"sigmoid|'tanh'.*'abs'.*'split_signs'"):
        States(VALUES, "sigmoid")


def test_layers_have_names_and_the_same_steps():
    layers = given_states({"first": VALUES, "second": VALUES[:, :2]}, None).layers
    assert {name: states.shape for name, states in layers.items()} == {"first": (4, 3), "second": (4, 2)}
    with pytest.raises(ValueError, match=r"4.*3"):
        given_states({"first": VALUES, "second": VALUES[:3]}, None)
    with pytest.raises(ValueError, match="layer"):
        given_states({}, None)


def test_a_file_closed_under_our_feet_is_reported(tmp_path):
    path = hdf5_file(tmp_path, states=VALUES)
    states = States(path)
    states._own_file.close()
    with pytest.raises(OSError, match=r"states\.h5"):
        states.read(0, 2)
