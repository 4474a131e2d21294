"""The command line, as a shell sees it."""

import subprocess
import sys

import h5py
import numpy as np
import pytest

from lstmvis_widget import StateWriter, TopKTrack, describe, save_states
from lstmvis_widget.cli.main import COMMANDS, main

STATES = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "lstmvis_widget", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120, **options,
    )  # fmt: skip


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "states.h5"
    tracks = {"pos": list("NV") * 25, "k": TopKTrack([["a", "b"]] * 50, [[0.9, 0.1]] * 50)}
    save_states(
        path, {"layer 1": STATES}, list("abcde") * 10, tracks, sequences=[20, 30], dtype="float16", source="my model"
    )
    return path


@pytest.fixture
def foreign(tmp_path):
    path = tmp_path / "foreign.h5"
    with h5py.File(path, "w") as file:
        file["cell/layer1"] = STATES
        file["words"] = np.arange(50)
        file["types"] = ["the", "little", "prince"]
        file["p"] = np.linspace(0, 1, 50)
        file["cube"] = np.zeros((2, 3, 4))
        file["tags"] = np.zeros(50, h5py.enum_dtype({"NOUN": 0, "DET": 1, "VERB": 2, "ADJ": 3, "ADV": 4}, "u1"))
        file["out"] = h5py.ExternalLink("elsewhere.h5", "/a")
    return path


# ------------------------------------------------------------------ describe


def test_a_file_of_ours_is_described(saved):
    ran = run("describe", saved)
    assert ran.returncode == 0
    assert ran.stderr == ""
    for line in (
        "50 steps in 2 sequences; layers: layer 1 (4 cells)",
        "tracks: pos, k",
        "source: my model",
        "layer layer 1 is stored with an error of at most ",
        f"StateExplorer.open({str(saved)!r})",
    ):
        assert line in ran.stdout
    assert "not finished" not in ran.stdout


def test_an_unfinished_file_says_so(tmp_path):
    with StateWriter(tmp_path / "states.h5") as writer:
        writer.append(STATES)
        shown = str(describe(tmp_path / "states.h5"))
    assert "50 steps in 1 sequences" in shown
    assert "not finished" in shown


def test_of_any_other_file_it_is_said_what_could_be_what(foreign):
    could_be = {item.path: item.could_be for item in describe(foreign).items}
    assert could_be == {
        "cell/layer1": ("states",),
        "words": ("token ids", "a track"),
        "types": ("a vocabulary",),
        "p": ("a track",),
        "cube": (),
        "tags": ("tokens", "a track"),
        "out": (),
    }
    shown = run("describe", foreign).stdout
    assert f"StateExplorer('{foreign}::cell/layer1', tokens='{foreign}::words', vocabulary='words.dict')" in shown
    assert "link to another file, 'elsewhere.h5': not followed" in shown
    assert "2 × 3 × 4" in shown
    assert "names NOUN, DET, VERB, ADJ, …" in shown


def test_a_file_of_ours_that_is_damaged_says_what_is_wrong(saved):
    with h5py.File(saved, "r+") as file:
        del file["tracks/pos/labels"]
    described = describe(saved)
    assert described.contents == {}
    assert "'codes'" in described.problem
    assert "can't be opened as it is" in str(described)


@pytest.mark.parametrize(("arguments", "message"), [(["nothing.h5"], "no such file"), ([__file__], "isn't one")])
def test_what_is_wrong_with_a_file_is_one_line_and_exit_code_1(arguments, message):
    ran = run("describe", *arguments)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.startswith("error: ")
    assert message in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


# ---------------------------------------------------------- the command line


@pytest.mark.parametrize("arguments", [[], ["describe"], ["nonsense"], ["describe", "a", "b"], ["--nonsense"]])
def test_a_command_line_that_is_wrong_has_exit_code_2_and_shows_how(arguments):
    ran = run(*arguments)
    assert ran.returncode == 2
    assert "usage: python -m lstmvis_widget" in ran.stderr


def test_help_teaches():
    ran = run("--help")
    assert ran.returncode == 0
    names = [command.name for command in COMMANDS]
    for part in ("from lstmvis_widget import StateExplorer", "StateExplorer.open(", "exit codes:", *names):
        assert part in ran.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_of_each_command_has_an_example(command):
    ran = run(command.name, "--help")
    assert ran.returncode == 0
    assert "example" in ran.stdout
    assert f"python -m lstmvis_widget {command.name} " in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 120


def test_an_interruption_has_exit_code_130(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("lstmvis_widget.cli.describe.describe", interrupted)
    assert main(["describe", "a.h5"]) == 130
    assert capsys.readouterr().err == "error: interrupted\n"


def test_a_reader_that_has_read_enough_is_no_error(foreign):
    process = subprocess.Popen(
        [sys.executable, "-m", "lstmvis_widget", "describe", str(foreign)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(60) == 0
