import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.lstmvis.convert import convert
from lstmvis_widget.lstmvis.project import read_project
from tests.lstmvis.folders import MINIMAL, STATES, WORDS, write_folder, write_hdf5


@pytest.fixture
def project(tmp_path):
    text = MINIMAL + "meta:\n  mood: {file: train, path: mood}\n  next: {type: wordvec, file: train, path: top}\n"
    folder = write_folder(tmp_path / "project", text)
    write_hdf5(folder / "train.hdf5", mood=[0.1, 0.2, 0.3, 0.4, 0.5], top=[[4, 5]] * 5)
    return read_project(folder)


def test_the_file_shows_the_same_as_the_project(project, tmp_path):
    told = []
    convert(project, tmp_path / "out.h5", progress=told.append)
    assert told[-1] == 5
    explorer = StateExplorer.open(tmp_path / "out.h5")
    assert "animals" in repr(explorer)
    assert list(explorer.tokens) == WORDS
    assert explorer.layers == ("state 1", "output 2")
    np.testing.assert_allclose(explorer.states[0:5], np.tanh(STATES))
    assert list(explorer.tracks["mood"]) == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert explorer.tracks["next"].labels[0].tolist() == ["4", "5"]
    explorer.close()


def test_states_can_be_written_as_they_are(project, tmp_path):
    convert(project, tmp_path / "out.h5", raw=True)
    explorer = StateExplorer.open(tmp_path / "out.h5", transform={"state 1": "tanh"})
    np.testing.assert_allclose(explorer.states[0:5], np.tanh(STATES))
    explorer.close()


def test_states_can_be_written_in_half_precision(project, tmp_path):
    rounding = convert(project, tmp_path / "out.h5", dtype="float16", compression="gzip")
    assert max(rounding.values()) < 0.00025


def test_a_file_that_is_there_is_replaced_only_on_demand(project, tmp_path):
    (tmp_path / "out.h5").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match=r"out\.h5"):
        convert(project, tmp_path / "out.h5")
    convert(project, tmp_path / "out.h5", overwrite=True)
