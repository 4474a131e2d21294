"""Every path of the package may begin with ``~``, as text or by pathlib."""

from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

import lstmvis_widget as lw
from lstmvis_widget.cli.main import main
from lstmvis_widget.files.token_files import save_text
from tests.lstmvis.folders import write_folder

STATES, WORDS = np.eye(3), ["the", "fox", "ran"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path.parent)  # a folder named ~ would be made here
    yield tmp_path
    assert not Path("~").exists()


@pytest.fixture(params=[str, Path], ids=["text", "pathlib"])
def at(request):
    return request.param


def test_files_are_written_described_and_opened(home, at):
    lw.save_states(at("~/saved.h5"), STATES, WORDS, {"pos": WORDS})
    with lw.StateWriter(at("~/written.h5")) as writer:
        writer.append(STATES, WORDS)
    assert (home / "saved.h5").is_file()
    assert (home / "written.h5").is_file()
    with pytest.raises(FileExistsError, match=r"saved\.h5"):
        lw.save_states(at("~/saved.h5"), STATES)
    assert lw.describe(at("~/saved.h5")).contents["steps"] == 3
    with closing(lw.StateExplorer.open(at("~/saved.h5"), background=False)) as explorer:
        assert list(explorer.tokens) == WORDS
        assert explorer.to_html(at("~/page.html")) == home / "page.html"
    assert (home / "page.html").is_file()


def test_states_tokens_tracks_and_vocabularies_are_read(home, at):
    with h5py.File(home / "data.h5", "w") as file:
        file["states"], file["ids"], file["pos"] = STATES, [2, 0, 1], WORDS
    (home / "words.txt").write_text("fox\nran\nthe\n")
    explorer = lw.StateExplorer(
        at("~/data.h5::states"),
        at("~/data.h5::ids"),
        {"pos": at("~/data.h5::pos")},
        vocabulary=at("~/words.txt"),
        background=False,
    )
    with closing(explorer):
        assert list(explorer.tokens) == WORDS
        assert explorer.tracks["pos"][:] == WORDS
    assert lw.read_vocabulary(at("~/words.txt")) == {0: "fox", 1: "ran", 2: "the"}


def test_texts_are_read_and_written(home, at):
    (home / "text.txt").write_text("the fox ran\n")
    (home / "text.conll").write_text("the DET\nfox NOUN\n")
    assert lw.read_tokens(at("~/text.txt")) == WORDS
    assert lw.read_conll(at("~/text.conll")).tokens == WORDS[:2]
    save_text(at("~/text.h5"), WORDS)
    assert (home / "text.h5").is_file()


def test_a_project_of_lstmvis_is_read(home, at):
    pytest.importorskip("yaml")
    write_folder(home / "project")
    with closing(lw.StateExplorer.from_lstmvis(at("~/project"), background=False)) as explorer:
        assert len(explorer.tokens)


def test_the_command_line_reads_and_writes(home, capsys):
    (home / "text.txt").write_text("the fox ran\n")
    assert main(["text", "~/text.txt", "~/text.h5"]) == 0
    assert main(["describe", "~/text.h5"]) == 0
    assert main(["text", "~/text.txt", "~/text.h5"]) == 1
    assert "--overwrite" in capsys.readouterr().err
    pytest.importorskip("yaml")
    write_folder(home / "project")
    assert main(["convert", "~/project", "~/project.h5"]) == 0
    assert (home / "project.h5").is_file()


def test_a_recording_is_written(home, at):
    torch = pytest.importorskip("torch")
    model = torch.nn.Embedding(3, 2)
    with closing(lw.record_states(model, torch.tensor([0, 1, 2]), layers="output", path=at("~/r.h5"))):
        assert (home / "r.h5").is_file()
