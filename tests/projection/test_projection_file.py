"""Maps in files: what comes back, what else is in the file, and files that are damaged."""

import contextlib
import json

import h5py
import numpy as np
import pytest

from lstmvis_widget import Projection, StateExplorer, project_states, save_states
from lstmvis_widget.files import read_file

STATES = np.random.default_rng(0).normal(size=(80, 5)).astype(np.float32)
OTHERS = np.random.default_rng(1).normal(size=(9, 5))
METHODS = ["pca", "tsne", STATES[:, 1:3]]
NAMES = ["pca", "tsne", "given"]


@pytest.fixture(scope="module")
def maps():
    return {
        name: project_states(STATES, method, perplexity=5, sequences=[40, 40], progress=False)
        for name, method in zip(NAMES, METHODS, strict=True)
    }


def facts(projection):
    names = ("method", "trust", "trust_beside", "axes_from", "perplexity", "total", "left_out", "notes")
    return {name: getattr(projection, name) for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_a_map_comes_back_as_it_was(name, maps, tmp_path):
    maps[name].save(tmp_path / "map.h5")
    found = Projection.load(tmp_path / "map.h5", STATES)
    assert facts(found) == facts(maps[name])
    for array in ("coordinates", "steps", "trust_steps"):
        assert np.array_equal(getattr(found, array), getattr(maps[name], array))
    assert (found.explained is None) == (name != "pca")
    assert found.place(OTHERS) == pytest.approx(maps[name].place(OTHERS), abs=1e-9)
    assert np.array_equal(found.neighbours(3), maps[name].neighbours(3))
    assert np.array_equal(found.point_trust(), maps[name].point_trust())


def test_maps_lie_beside_the_states_and_beside_each_other(maps, tmp_path):
    path = tmp_path / "states.h5"
    save_states(path, STATES, ["word"] * 80, sequences=[40, 40])
    for name in NAMES:
        maps[name].save(path)
    maps["pca"].save(f"{path}::first/look")
    with contextlib.closing(StateExplorer.open(path, background=False)) as explorer:
        assert np.array_equal(explorer.states[:], STATES)
        assert Projection.load(f"{path}::tsne", explorer).method == "tsne"
        with pytest.raises(OSError, match=r"Close the explorer"):
            maps["pca"].save(f"{path}::again")
    assert Projection.load(f"{path}::first/look").method == "pca"
    with pytest.raises(ValueError, match=r"no single map .* the maps in it: 'first/look', 'given', 'pca', 'tsne'"):
        Projection.load(path)
    with pytest.raises(ValueError, match="no map 'umap'"):
        Projection.load(f"{path}::umap")
    contents = read_file(path)
    contents.file.close()
    assert len(contents.tokens) == 80


@pytest.mark.parametrize("name", NAMES)
def test_a_map_of_states_at_a_path_is_kept_in_their_file(name, maps, tmp_path):
    path = str(tmp_path / "states.h5")
    save_states(path, STATES)
    method = METHODS[NAMES.index(name)]
    place = f"{path}::states/{layers_of(path)[0]}"
    made = project_states(place, method, perplexity=5, progress=False)
    made.save(path)
    found = Projection.load(path, place)
    found.save(f"{path}::again")
    for each in (made, found):
        assert np.array_equal(each.neighbours(3), maps[name].neighbours(3))
        assert np.isfinite(each.point_trust()).all()


def layers_of(path):
    with h5py.File(path) as file:
        return list(file["states"])


def test_a_map_replaces_another_only_when_told_to(maps, tmp_path):
    path = f"{tmp_path / 'maps.h5'}::one"
    maps["pca"].save(path)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        maps["given"].save(path)
    assert Projection.load(path).method == "pca"
    maps["given"].save(path, overwrite=True)
    assert Projection.load(path).method == "given"


def test_without_its_states_a_map_places_others_and_says_what_it_cannot(maps, tmp_path):
    maps["given"].save(tmp_path / "map.h5")
    found = Projection.load(tmp_path / "map.h5")
    assert found.place(OTHERS) == pytest.approx(maps["given"].place(OTHERS))
    for ask in (lambda: found.neighbours(3), found.point_trust):
        with pytest.raises(ValueError, match=r"Projection.load\(path, states\)"):
            ask()
    with pytest.raises(ValueError, match=r"of states of shape \(80, 5\); got states of shape \(79, 5\)"):
        Projection.load(tmp_path / "map.h5", STATES[1:])


def test_what_is_no_file_of_maps_is_said(maps, tmp_path):
    (tmp_path / "text.h5").write_text("text")
    with pytest.raises(OSError, match="isn't one"):
        maps["pca"].save(tmp_path / "text.h5")
    with pytest.raises(OSError, match="isn't one"):
        Projection.load(tmp_path / "text.h5")
    with pytest.raises(FileNotFoundError):
        Projection.load(tmp_path / "missing.h5")
    save_states(tmp_path / "states.h5", STATES)
    with pytest.raises(ValueError, match="the maps in it: none"):
        Projection.load(tmp_path / "states.h5")


def about_with(**changes):
    def change(group):
        about = json.loads(group["about"][()].tobytes())
        del group["about"]
        group["about"] = np.frombuffer(json.dumps(about | changes).encode(), np.uint8)

    return change


def with_array(name, values):
    def change(group):
        del group[name]
        group[name] = values

    return change


def without(name):
    def change(group):
        del group[name]

    return change


DAMAGE = {
    "no text": with_array("about", np.array([255, 0], np.uint8)),
    "a list": with_array("about", np.frombuffer(b"[1]", np.uint8)),
    "nested": with_array("about", np.frombuffer(b"[" * 100_000, np.uint8)),
    "another method": about_with(method="umap"),
    "no method": about_with(method=None),
    "a text as T": about_with(total="80"),
    "too few steps": about_with(total=3),
    "no trust": about_with(trust={}),
    "trust is no number": about_with(trust={name: {"trustworthiness": "x"} for name in ("map", "pca", "shuffled")}),
    "steps descend": with_array("steps", np.arange(80)[::-1]),
    "steps are fewer": with_array("steps", np.arange(79)),
    "positions of one axis": with_array("coordinates", np.zeros(80)),
    "NaN": with_array("coordinates", np.full((80, 2), np.nan)),
    "texts": with_array("coordinates", np.array([b"x"] * 80)),
    "no steps": without("steps"),
    "no placing": without("placing"),
    "no mean": without("placing/mean"),
    "another mean": with_array("placing/mean", np.zeros(4)),
    "no scale": with_array("placing/scale", np.zeros(1)),
    "rows of others": with_array("placing/rows", np.zeros((79, 5))),
    "a perplexity of 0": with_array("placing/perplexity", np.zeros(1)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_map_is_refused(damage, maps, tmp_path):
    maps["tsne"].save(tmp_path / "map.h5")
    with h5py.File(tmp_path / "map.h5", "r+") as file:
        damage(file["projections/tsne"])
    with pytest.raises((OSError, ValueError, TypeError), match=r"map\.h5"):
        Projection.load(tmp_path / "map.h5")


def test_links_out_of_the_file_are_not_followed(maps, tmp_path):
    maps["pca"].save(tmp_path / "map.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["projections"] = h5py.ExternalLink("map.h5", "/projections")
    with pytest.raises(OSError, match="link out of the file"):
        Projection.load(tmp_path / "other.h5")
    with pytest.raises(OSError, match="group of maps"):
        maps["pca"].save(tmp_path / "other.h5")
