"""The mean and spread kept in a file are those that a pass finds; if they are missing or wrong, a pass is made."""

import h5py
import numpy as np
import pytest

from lstmvis_widget import StateExplorer, StateWriter, save_states
from lstmvis_widget.files import read_file
from lstmvis_widget.states.sources import States
from tests.strategies import sticky_states

STEPS = 1500
LAYERS = {
    "a/b": sticky_states(STEPS, 9, seed=1, values=np.random.default_rng(0).normal(5, 2, 300)).astype(np.float32),
    "second": np.where(np.arange(STEPS * 4).reshape(STEPS, 4) % 7, 0.1, np.nan),
}


class PassMadeError(Exception):
    """A pass over the states."""


@pytest.fixture
def no_pass(monkeypatch):
    def refuse(_):
        raise PassMadeError

    monkeypatch.setattr("lstmvis_widget.states.transforms.moments_of", refuse)


def saved(path, **options):
    save_states(path, LAYERS, **options)
    return path


def written(path, rows=137, **options):
    with StateWriter(path, **options) as writer:
        for start in range(0, STEPS, rows):
            writer.append({name: values[start : start + rows] for name, values in LAYERS.items()})
    return path


def standardised(path, layer):
    with States(f"{path}::states/{layer.replace('/', '%2F')}", "standardise") as states:
        return states.read(0, STEPS)


@pytest.mark.parametrize("compression", [None, "gzip"])
@pytest.mark.parametrize("make", [saved, written])
@pytest.mark.usefixtures("no_pass")
def test_a_finished_file_needs_no_pass_and_is_not_written_to(tmp_path, make, compression):
    path = make(tmp_path / "states.h5", compression=compression)
    before = path.read_bytes()
    for layer, values in LAYERS.items():
        assert standardised(path, layer).shape == values.shape
        with pytest.raises(PassMadeError):
            States(values, "standardise").read(0, 1)
    contents = read_file(path)
    explorer = StateExplorer(contents.states, transform="standardise")
    explorer.layer = "second"
    explorer.close()
    contents.file.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("make", [saved, written])
def test_what_is_kept_is_what_a_pass_finds(tmp_path, make):
    path = make(tmp_path / "states.h5")
    for layer, values in LAYERS.items():
        expected = States(values, "standardise").read(0, STEPS)
        assert np.array_equal(standardised(path, layer), expected, equal_nan=True)


def test_of_states_stored_in_another_precision_the_stored_ones_count(tmp_path):
    path = written(tmp_path / "states.h5", dtype="float16")
    expected = States(LAYERS["a/b"].astype(np.float16), "standardise").read(0, STEPS)
    assert np.array_equal(standardised(path, "a/b"), expected)


@pytest.mark.usefixtures("no_pass")
def test_a_file_without_statistics_is_looked_at(tmp_path):
    path = saved(tmp_path / "states.h5", statistics=False)
    with h5py.File(path) as file:
        assert "statistics" not in file
    with pytest.raises(PassMadeError):
        standardised(path, "second")


def test_an_unfinished_file_is_looked_at(tmp_path):
    path = tmp_path / "states.h5"
    writer = StateWriter(path)
    writer.append(LAYERS["a/b"])
    contents = read_file(path)
    states = States(contents.states["states"], "standardise")
    assert np.array_equal(states.read(0, STEPS), States(LAYERS["a/b"], "standardise").read(0, STEPS))
    contents.file.close()
    writer.close()


def damage(what):
    def change(file):
        group = file["statistics/second"]
        if what == "NaN":
            group["mean"][1] = np.nan
        elif what == "negative":
            group["spread"][0] = -1
        elif what == "steps":
            group["steps"][0] = STEPS - 1
        elif what == "longer states":
            file["states/second"].resize(STEPS + 1, axis=0)
        else:
            del group["spread"]
            if what == "shape":
                group["spread"] = np.ones(5)
            elif what == "text":
                group["spread"] = [b"a", b"b", b"c", b"d"]
            elif what == "link":
                group["spread"] = h5py.ExternalLink("elsewhere.h5", "spread")

    return change


@pytest.mark.parametrize("what", ["NaN", "negative", "steps", "longer states", "missing", "shape", "text", "link"])
@pytest.mark.usefixtures("no_pass")
def test_what_cannot_be_right_is_found_anew(tmp_path, what):
    path = saved(tmp_path / "states.h5")
    with h5py.File(path, "r+") as file:
        damage(what)(file)
    with pytest.raises(PassMadeError):
        standardised(path, "second")


def test_values_without_a_spread_in_double_precision_are_written_all_the_same(tmp_path):
    path = tmp_path / "states.h5"
    values = np.array([[-1e300, 1], [1e300, 2]])
    save_states(path, values)
    with States(path) as states:
        assert np.array_equal(states.read(0, 2), values)
    with pytest.raises(ValueError, match="spread of cell 0"):
        StateExplorer(path, transform="standardise")
