"""What a model expects is kept in files: scores, classes and targets, which are read as needed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

import lstmvis_widget
from lstmvis_widget import CategoricalTrack, OutputTrack, StateExplorer, StateWriter, save_states
from lstmvis_widget.files import describe, saving, track_at

RANDOM = np.random.default_rng(0)
STEPS, CLASSES = 600, ("bad", "été", "<b>")
STATES = RANDOM.normal(size=(STEPS, 5)).astype(np.float32)
SEQUENCES = [100, 300, 200]
LOGITS = RANDOM.normal(size=(STEPS, 3)).astype(np.float32)
SCORES = (np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)).astype(np.float64)
BY_SEQUENCE = ["été", None, "bad"]
BY_STEP = RANDOM.integers(0, 3, STEPS).tolist()

TRACKS = {
    "scores, targets by sequence": OutputTrack(SCORES, CLASSES, BY_SEQUENCE),
    "logits, targets by step": OutputTrack(LOGITS, CLASSES, BY_STEP, logits=True),
    "one column in half precision": OutputTrack(SCORES[:, 0].astype(np.float16), ["no", "yes"]),
    "logits of one column": OutputTrack(LOGITS[:, 0], ["no", "yes"], logits=True),
}


def is_same(found, track):
    assert isinstance(found, OutputTrack)
    assert (found.classes, found.logits, found.labels, found.counts) == (
        track.classes,
        track.logits,
        track.labels,
        track.counts,
    )
    for name in ("expected", "confidence", "codes"):
        np.testing.assert_array_equal(getattr(found, name), getattr(track, name))
    np.testing.assert_array_equal(found.probabilities(0, len(track)), track.probabilities(0, len(track)))
    assert found.scores(0, 1).dtype == track.scores(0, 1).dtype
    if track.targets is None:
        assert found.targets is None
    else:
        np.testing.assert_array_equal(found.targets, track.targets)


def test_a_saved_file_holds_all_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(saving, "BLOCK_BYTES", 5000)  # so that there are several blocks
    path = tmp_path / "saved.h5"
    save_states(path, STATES, tracks=TRACKS, sequences=SEQUENCES)
    with closing(StateExplorer.open(path)) as explorer:
        assert list(explorer.tracks) == list(TRACKS)
        for name, track in TRACKS.items():
            is_same(explorer.tracks[name], track)


def test_a_file_is_opened_without_reading_all_scores(tmp_path, monkeypatch):
    path, read = tmp_path / "saved.h5", []
    track = TRACKS["scores, targets by sequence"]
    save_states(path, STATES, tracks={"model": track}, sequences=SEQUENCES)
    plainly = OutputTrack.probabilities
    monkeypatch.setattr(OutputTrack, "probabilities", lambda *given: read.append(given[1:]) or plainly(*given))
    with closing(StateExplorer.open(path, position=100)) as explorer:
        assert explorer.tracks["model"].counts == track.counts
        explorer.finish()
        assert all(stop - start < STEPS for start, stop in read)
        read.clear()
        opened = track_at(f"{path}::tracks/model")
        assert (opened.labels, read) == (track.labels, [(0, 256)])
        opened.close()


def test_a_file_that_was_opened_can_be_saved_again(tmp_path):
    save_states(tmp_path / "first.h5", STATES, tracks=TRACKS, sequences=SEQUENCES)
    places = {name: f"{tmp_path / 'first.h5'}::tracks/{name}" for name in TRACKS}
    save_states(tmp_path / "second.h5", STATES, tracks=places, sequences=SEQUENCES)
    with closing(StateExplorer.open(tmp_path / "second.h5")) as explorer:
        for name, track in TRACKS.items():
            is_same(explorer.tracks[name], track)


def test_scores_are_read_from_the_file_when_they_are_needed(tmp_path):
    save_states(tmp_path / "saved.h5", STATES, tracks={"model": TRACKS["logits, targets by step"]})
    explorer = StateExplorer(STATES, tracks={"model": f"{tmp_path / 'saved.h5'}::tracks/model"})
    track = explorer.tracks["model"]
    is_same(track, TRACKS["logits, targets by step"])
    explorer.close()
    with pytest.raises((OSError, ValueError, RuntimeError)):
        track.probabilities(0, 1)
    h5py.File(tmp_path / "saved.h5", "r+").close()  # nothing has it open


def test_a_track_of_the_user_stays_open_when_the_explorer_is_closed(tmp_path):
    save_states(tmp_path / "saved.h5", STATES, tracks={"model": OutputTrack(SCORES, CLASSES)})
    track = track_at(f"{tmp_path / 'saved.h5'}::tracks/model")
    StateExplorer(STATES, tracks={"model": track}).close()
    np.testing.assert_array_equal(track.probabilities(3, 5), SCORES[3:5])
    track.close()
    track.close()


def test_blocks_have_a_target_for_each_step_or_one_for_all_of_them(tmp_path):
    path = tmp_path / "states.h5"
    with StateWriter(path) as writer:
        for start, targets in ((0, ["été"]), (100, None), (200, BY_STEP[200:300])):
            rows = slice(start, start + 100)
            writer.append(STATES[rows], tracks={"model": OutputTrack(SCORES[rows], CLASSES, targets)})
            if start == 0:
                with closing(StateExplorer.open(path)) as explorer:  # while it is written
                    is_same(explorer.tracks["model"], OutputTrack(SCORES[:100], CLASSES, ["été"] * 100))
    with closing(StateExplorer.open(path)) as explorer:
        expected = OutputTrack(
            SCORES[:300], CLASSES, ["été"] * 100 + [None] * 100 + [CLASSES[i] for i in BY_STEP[200:300]]
        )
        is_same(explorer.tracks["model"], expected)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (OutputTrack(SCORES[:4], ["a", "b", "c"]), "had the classes"),
        (OutputTrack(LOGITS[:4], CLASSES, logits=True), "had logits False in the first block"),
        (OutputTrack(SCORES[:4].astype(np.float32), CLASSES), "had scores of 'float64'"),
        (OutputTrack(SCORES[:4], CLASSES, ["bad"]), "had no targets in the first block"),
        (CategoricalTrack(["a"] * 4), "was output in the first block; this one is categorical"),
    ],
)
def test_a_block_must_be_like_the_first(tmp_path, block, message):
    with StateWriter(tmp_path / "states.h5") as writer:
        writer.append(STATES[:4], tracks={"model": OutputTrack(SCORES[:4], CLASSES)})
        with pytest.raises(ValueError, match=message):
            writer.append(STATES[:4], tracks={"model": block})
        assert writer.steps == 4


def test_a_block_says_how_many_targets_it_may_have(tmp_path):
    with StateWriter(tmp_path / "states.h5") as writer:
        writer.append(STATES[:4], tracks={"model": OutputTrack(SCORES[:4], CLASSES, [0])})
        with pytest.raises(ValueError, match="one for each of the 4 time steps of the block, or one for all"):
            writer.append(STATES[:4], tracks={"model": OutputTrack(SCORES[:4], CLASSES, [0, 1])})


def test_the_first_block_says_how_many_targets_it_may_have(tmp_path):
    with StateWriter(tmp_path / "states.h5") as writer:
        with pytest.raises(ValueError, match="there are 2"):
            writer.append(STATES[:4], tracks={"model": OutputTrack(SCORES[:4], CLASSES, [0, 1])})
        assert writer.steps == 0


def test_a_file_is_described(tmp_path):
    save_states(
        tmp_path / "saved.h5", STATES, tracks={"model": TRACKS["scores, targets by sequence"]}, sequences=SEQUENCES
    )
    found = describe(tmp_path / "saved.h5")
    assert found.contents["tracks"] == ("model",)
    item = next(item for item in found.items if item.path == "tracks/model")
    assert (item.shape, item.dtype, item.could_be) == ((STEPS, 3), "float64", ("a track",))
    assert not any(item.path.startswith("tracks/model/") for item in found.items)


def spoil(name, value):
    def change(group):
        del group[name]
        if value is not None:
            group[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoil("scores", None), "must hold 'classes', and 'scores' or 'logits'"),
        (spoil("scores", np.full((STEPS, 3), 0.5)), "sum to 1 at each step; step 0"),
        (spoil("scores", np.eye(3)[np.arange(STEPS) % 3]), "'expected' must hold the column with the highest score"),
        (spoil("scores", np.ones((STEPS - 1, 3)) / 3), "599 entries for 600 time steps"),
        (spoil("scores", np.ones((STEPS, 4)) / 4), "a column for each of the 3 classes"),
        (spoil("expected", np.full(STEPS, 3)), "'expected' must hold 600 columns, 0…2"),
        (spoil("expected", np.zeros(STEPS)), "the expected of .* must be integers"),
        (spoil("confidence", np.full(STEPS, 1.5)), "'confidence' must hold 600 probabilities"),
        (spoil("targets", [0, 7, 1]), "target 1 is 7"),
        (spoil("targets", [0.5, 1, 1]), "must be integers"),
        (spoil("targets", [0, 1]), "there are 2"),
    ],
)
def test_what_a_file_holds_is_checked(tmp_path, change, message):
    path = tmp_path / "saved.h5"
    save_states(path, STATES, tracks={"model": TRACKS["scores, targets by sequence"]}, sequences=SEQUENCES)
    with h5py.File(path, "r+") as file:
        change(file["tracks/model"])
        del file["committed"]
    with pytest.raises(ValueError, match=message):
        StateExplorer.open(path)


def test_targets_of_another_number_of_sequences_are_not_saved(tmp_path):
    with pytest.raises(
        ValueError, match=r"track 'model': targets must be one for each of the 3 sequences.*there are 2"
    ):
        save_states(
            tmp_path / "x.h5", STATES, tracks={"model": OutputTrack(SCORES, CLASSES, [0, 1])}, sequences=SEQUENCES
        )
    assert list(tmp_path.iterdir()) == []


LATE_WRITER = """
import sys
import numpy as np
from lstmvis_widget import OutputTrack
from lstmvis_widget.files import output_writers
from lstmvis_widget.files.recording_writer import RecordingWriter
output_writers.LATE_BLOCK = 50
scores = np.random.default_rng(0).random((50_000, 1)).astype("float32")
track = OutputTrack(np.hstack([scores, 1 - scores]), ["no", "yes"], [1])
with RecordingWriter(sys.argv[1], late="output") as writer:
    writer.append(np.ones((50_000, 3), "float32"))
    writer.finish()
    print("begun", flush=True)
    writer.write_output(track)
    print("ended", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("seconds", [0.0, 0.02, None])
def test_a_file_holds_its_states_however_the_writing_of_late_outputs_ends(tmp_path, seconds):
    path = tmp_path / "states.h5"
    command = [sys.executable, "-c", LATE_WRITER, str(path)]
    environment = os.environ | {"PYTHONPATH": str(Path(lstmvis_widget.__file__).parents[1])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout.readline() == "begun\n"
        if seconds is None:
            assert process.stdout.readline() == "ended\n"
        else:
            time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    with closing(StateExplorer.open(path)) as explorer:
        assert (explorer.states[:] == 1).all()
        assert len(explorer.states) == 50_000
        assert seconds is not None or list(explorer.tracks) == ["output"]
        if explorer.tracks:
            track = explorer.tracks["output"]
            scores = np.random.default_rng(0).random((50_000, 1)).astype("float32")
            assert np.array_equal(track.scores(0, 50_000), np.hstack([scores, 1 - scores]))
            assert track.targets.tolist() == [1]
