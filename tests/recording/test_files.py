"""Recording into a file: the same states, in bounded memory, and never a lost file."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from torch import nn

import lstmvis_widget
from lstmvis_widget import StateExplorer, record_states

from .test_record import WORDS, LanguageModel, close, text, three_texts


@pytest.mark.parametrize("vocabulary", [None, WORDS])
def test_a_file_holds_what_would_be_in_memory(tmp_path, vocabulary):
    model = LanguageModel(num_layers=2, batch_first=True)
    batch = np.zeros((3, 9), int)
    for row, ids in zip(batch, three_texts(), strict=True):
        row[: len(ids)] = ids
    options = {
        "layers": "lstm.*",
        "lengths": [[4, 9, 6], [5]],
        "top_k": 2,
        "vocabulary": vocabulary,
        "steps_per_call": 4,
    }
    batches = [batch, text(5)]
    memory = record_states(model, batches, **options)
    with record_states(model, batches, path=tmp_path / "states.h5", **options) as recording:
        assert recording.sequences == memory.sequences == [4, 9, 6, 5]
        assert list(recording.states) == list(memory.states)
        for name, values in memory.states.items():
            close(np.asarray(recording.states[name]), values, 0)
        explorer = StateExplorer(**recording)
        in_memory = StateExplorer(**memory)
        assert list(explorer.tokens) == list(in_memory.tokens)
        assert explorer.tracks["next"].labels.tolist() == in_memory.tracks["next"].labels.tolist()
        explorer.close()
        in_memory.close()
    explorer = StateExplorer.open(tmp_path / "states.h5")
    assert explorer.layers == tuple(memory.states)
    explorer.close()


def test_features_are_written_without_tokens(tmp_path):
    with record_states(nn.LSTM(4, 5), np.zeros((6, 4)), path=tmp_path / "s.h5", vocabulary=WORDS) as recording:
        assert recording.tokens is None
        assert recording.states["layer1.hidden"].shape == (6, 5)


@pytest.mark.parametrize("to_file", [False, True])
def test_states_may_be_kept_in_another_precision(tmp_path, to_file):
    path = tmp_path / "states.h5" if to_file else None
    with record_states(LanguageModel(), text(9), dtype="float16", path=path) as recording:
        assert {values.dtype for values in recording.states.values()} == {np.dtype("float16")}
    with pytest.raises(TypeError, match="dtype must be float16, float32, float64 or None; got 'int8'"):
        record_states(LanguageModel(), text(9), dtype="int8", path=path, overwrite=True)


def test_a_file_that_is_there_is_kept_until_there_is_something_to_write(tmp_path):
    path = tmp_path / "states.h5"
    record_states(LanguageModel(), text(9), path=path).close()
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=True"):
        record_states(LanguageModel(), text(4), path=path)
    with pytest.raises(RuntimeError):  # the model doesn't run
        record_states(LanguageModel(), np.zeros((4, 3)), path=path, overwrite=True)
    assert path.read_bytes() == before
    with record_states(LanguageModel(), text(4), path=path, overwrite=True) as recording:
        assert recording.sequences == [4]


def test_what_was_read_before_an_interruption_is_in_the_file(tmp_path):
    def batches():
        yield text(9)
        yield text(5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record_states(LanguageModel(), batches(), path=tmp_path / "states.h5")
    explorer = StateExplorer.open(tmp_path / "states.h5")
    assert explorer.states.shape == (14, 5)
    explorer.close()


def test_streams_that_go_on_side_by_side_are_not_written_to_a_file(tmp_path):
    batches = [np.zeros((2, 3), int)] * 2
    with pytest.raises(
        ValueError, match="a batch of 2 sequences that go on in the next one can't be written to a file"
    ):
        record_states(LanguageModel(batch_first=True), batches, carry_state=True, path=tmp_path / "states.h5")


# Each has more states than are held at a time, and the second 80 MB more than the first.
MEASURE = """
import resource, sys
import torch
from lstmvis_widget import record_states
model = torch.nn.Embedding(9, 1024)
def batches(n):
    for _ in range(n):
        yield torch.randint(9, (1000,))
for n in (30, 50):
    record_states(model, batches(n), layers="output", path=f"{sys.argv[1]}/{n}.h5").close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.long
def test_memory_does_not_grow_with_the_text_when_writing_to_a_file(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(Path(lstmvis_widget.__file__).parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, tmp_path], capture_output=True, text=True, check=False, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    short, long = map(int, ran.stdout.split())
    assert (long - short) / 1024 < 40  # MB
