"""Long batches are read in pieces by themselves, where that changes nothing."""

import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest
import torch
from torch import nn

from lstmvis_widget import record_states
from lstmvis_widget.recording import pieces

STEPS = 1000


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_STEPS", 100)
    monkeypatch.setattr(pieces, "LONG_STEPS", 200)
    monkeypatch.setattr(pieces, "PROBED_STEPS", 16)


class Model(nn.Module):
    """Embeds ids, and reads them as a function of the model and the vectors (B, T, F) says."""

    def __init__(self, reads, **modules):
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(50, 6)
        for name, module in modules.items():
            setattr(self, name, module)
        self.reads = reads

    def forward(self, ids):
        shapes.append(tuple(ids.shape))
        return self.reads(self, self.embedding(ids))


shapes = []


def read_by(lstm):
    return Model(lambda model, vectors: model.lstm(vectors)[0], lstm=lstm)


def by_cell(model, vectors):
    state = None
    found = []
    for step in range(vectors.shape[1]):
        state = model.cell(vectors[:, step], state)
        found.append(state[0])
    return torch.stack(found, dim=1)


def ids(*shape):
    return torch.tensor(np.random.default_rng(3).integers(0, 50, shape))


def in_one_call(model, batches, monkeypatch, **options):
    with monkeypatch.context() as patch:
        patch.setattr(pieces, "LONG_STEPS", 10**9)
        return record_states(model, batches, **options)


def recorded(model, batches, **options):
    """The recording, and the shapes of calls of more steps than those that try a model out."""
    shapes.clear()
    recording = record_states(model, batches, **options)
    return recording, [shape for shape in shapes if shape[1] > 2 * pieces.PROBED_STEPS or len(shapes) == 1]


def assert_same(one, other):
    assert one.sequences == other.sequences
    assert np.array_equal(one.tokens, other.tokens)
    assert list(one.states) == list(other.states)
    for name, values in one.states.items():
        np.testing.assert_allclose(values[:], other.states[name][:], rtol=0, atol=1e-6)


RECURRENT = {
    "LSTM": lambda: read_by(nn.LSTM(6, 5, 2, batch_first=True)),
    "GRU": lambda: read_by(nn.GRU(6, 5, batch_first=True)),
    "RNN": lambda: read_by(nn.RNN(6, 5, batch_first=True)),
    "cell": lambda: Model(by_cell, cell=nn.LSTMCell(6, 5)),
    "no memory": lambda: Model(lambda model, vectors: model.linear(vectors), linear=nn.Linear(6, 5)),
}


@pytest.mark.parametrize("kind", RECURRENT)
def test_a_long_text_is_read_in_pieces_with_the_states_of_one_call(kind, monkeypatch, tmp_path):
    torch.manual_seed(0)
    model = RECURRENT[kind]()
    layers = ["linear"] if kind == "no memory" else None
    text = ids(STEPS)
    whole = in_one_call(model, text, monkeypatch, layers=layers)
    found, calls = recorded(model, text, layers=layers)
    assert_same(found, whole)
    assert calls == [(1, 100)] * 10
    with record_states(model, text, layers=layers, path=tmp_path / "states.h5") as written:
        assert_same_file(written, whole)


def assert_same_file(written, whole):
    assert written.sequences == whole.sequences
    for name, values in whole.states.items():
        np.testing.assert_allclose(written.states[name][:], values, rtol=0, atol=1e-6)


def test_gates_and_predictions_of_pieces_are_those_of_one_call(monkeypatch):
    torch.manual_seed(0)
    model = Model(
        lambda model, vectors: model.decoder(model.lstm(vectors)[0]),
        lstm=nn.LSTM(6, 5, batch_first=True),
        decoder=nn.Linear(5, 50),
    )
    options = {"layers": ["lstm.layer1.*", "decoder"], "top_k": 3}
    whole = in_one_call(model, ids(STEPS), monkeypatch, **options)
    found, calls = recorded(model, ids(STEPS), **options)
    assert_same(found, whole)
    assert len(calls) == 10
    np.testing.assert_allclose(found.tracks["next"].scores, whole.tracks["next"].scores, rtol=0, atol=1e-6)
    assert np.array_equal(found.tracks["next"].labels, whole.tracks["next"].labels)


@pytest.mark.parametrize("batch_first", [True, False])
def test_many_sequences_are_read_one_after_the_other(batch_first, monkeypatch):
    torch.manual_seed(0)
    model = read_by(nn.LSTM(6, 5, batch_first=batch_first))
    batch = ids(7, 150) if batch_first else ids(150, 7)
    lengths = [150, 1, 99, 100, 101, 150, 37]
    whole = in_one_call(model, batch, monkeypatch, lengths=lengths)
    found, _ = recorded(model, batch, lengths=lengths)
    assert_same(found, whole)
    steps = {shape[:: 1 if batch_first else -1] for shape in shapes}
    assert max(streams * count for streams, count in steps) <= 100


def test_short_sequences_stay_together_as_far_as_they_fit(monkeypatch):
    torch.manual_seed(0)
    model = read_by(nn.GRU(6, 5, batch_first=True))
    whole = in_one_call(model, ids(30, 40), monkeypatch)
    found, calls = recorded(model, ids(30, 40))
    assert_same(found, whole)
    assert calls == [(2, 40)] * 15


def test_a_bidirectional_module_is_given_whole_sequences_one_by_one(monkeypatch):
    torch.manual_seed(0)
    model = read_by(nn.LSTM(6, 5, batch_first=True, bidirectional=True))
    whole = in_one_call(model, ids(3, 400), monkeypatch)
    found, calls = recorded(model, ids(3, 400))
    assert_same(found, whole)
    assert calls == [(1, 400)] * 3


def test_carried_sequences_of_a_batch_stay_together(monkeypatch):
    torch.manual_seed(0)
    model = read_by(nn.LSTM(6, 5, batch_first=True))
    batches = [ids(2, 300), ids(2, 120), ids(2, 250)]
    whole = in_one_call(model, batches, monkeypatch, carry_state=True)
    found, calls = recorded(model, batches, carry_state=True)
    assert_same(found, whole)
    assert calls == [(2, 50)] * 13  # and one of 20 steps


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(2000, 6)

    def forward(self, vectors):
        return vectors + self.embedding(torch.arange(vectors.shape[1]))


def looks_back(model, vectors):
    before = torch.nn.functional.pad(vectors, (0, 0, 3, 0))[:, : vectors.shape[1]]
    return model.lstm(vectors + before)[0]


NOT_TO_BE_CUT = {
    "bidirectional": lambda: read_by(nn.LSTM(6, 5, batch_first=True, bidirectional=True)),
    "positions": lambda: Model(
        lambda model, vectors: model.lstm(model.positions(vectors))[0],
        lstm=nn.LSTM(6, 5, batch_first=True),
        positions=Positions(),
    ),
    "attention": lambda: Model(
        lambda model, vectors: model.lstm(model.attention(vectors, vectors, vectors)[0])[0],
        attention=nn.MultiheadAttention(6, 2, batch_first=True),
        lstm=nn.LSTM(6, 5, batch_first=True),
    ),
    "a mean over the text": lambda: Model(
        lambda model, vectors: model.lstm(vectors - vectors.mean(dim=1, keepdim=True))[0],
        lstm=nn.LSTM(6, 5, batch_first=True),
    ),
    "steps before": lambda: Model(looks_back, lstm=nn.LSTM(6, 5, batch_first=True)),
    "a state of its own": lambda: Model(
        lambda model, vectors: model.lstm(vectors, (torch.ones(1, 1, 5), torch.ones(1, 1, 5)))[0],
        lstm=nn.LSTM(6, 5, batch_first=True),
    ),
}


@pytest.mark.parametrize("kind", NOT_TO_BE_CUT)
def test_a_model_whose_states_pieces_would_change_reads_the_text_in_one_call(kind, monkeypatch):
    torch.manual_seed(0)
    model = NOT_TO_BE_CUT[kind]()
    whole = in_one_call(model, ids(STEPS), monkeypatch)
    found, calls = recorded(model, ids(STEPS))
    assert calls == [(1, STEPS)]
    for name, values in whole.states.items():
        assert np.array_equal(found.states[name], values)


class Remembering(nn.Module):
    """Goes on from call to call by itself."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embedding, self.lstm = nn.Embedding(50, 6), nn.LSTM(6, 5, batch_first=True)
        self.state, self.calls, self.seen = None, [], {}
        self.register_buffer("count", torch.zeros(()))

    def forward(self, words):
        output, self.state = self.lstm(self.embedding(words), self.state)
        self.calls.append(words.shape[1])
        self.seen[words.shape[1]] = True
        self.count += 1
        self.last = words
        return output


def test_trying_a_model_out_leaves_no_trace_in_it(monkeypatch):
    expected = in_one_call(Remembering(), ids(STEPS), monkeypatch)
    model = Remembering()
    torch.manual_seed(7)
    found = record_states(model, ids(STEPS))
    assert np.array_equal(found.states["lstm.layer1.hidden"], expected.states["lstm.layer1.hidden"])
    assert (model.calls, model.seen, float(model.count)) == ([STEPS], {STEPS: True}, 1.0)
    drawn = torch.rand(3)
    torch.manual_seed(7)
    assert torch.equal(drawn, torch.rand(3))


def test_what_the_user_runs_is_called_once():
    calls = []
    model = read_by(nn.LSTM(6, 5, batch_first=True))
    record_states(model, ids(1, STEPS), run=lambda model, batch: calls.append(batch.shape) or model(batch))
    assert calls == [(1, STEPS)]


def test_progress_of_a_batch_in_pieces_tells_whole_batches():
    done = []
    model = read_by(nn.LSTM(6, 5, batch_first=True))
    record_states(model, [ids(STEPS), ids(STEPS)], progress=lambda batches, total: done.append((batches, total)))
    assert done[-1] == (2, 2)
    assert done == sorted(done)
    assert done.count((2, 2)) == 1


# ------------------------------------------------------------ before memory is gone


def test_states_that_do_not_fit_into_memory_are_refused_before_the_text_is_read(monkeypatch):
    monkeypatch.setattr(pieces, "free_memory", lambda: 10_000)
    with pytest.raises(
        ValueError, match=r'1,000 steps take 20\.0 kB, and 10\.0 kB of memory are free.*path="states\.h5"'
    ):
        recorded(read_by(nn.LSTM(6, 5, batch_first=True)), ids(STEPS))
    assert max(shape[1] for shape in shapes) <= 2 * pieces.PROBED_STEPS


def test_to_a_file_they_are_written(monkeypatch, tmp_path):
    monkeypatch.setattr(pieces, "free_memory", lambda: 10_000)
    record_states(read_by(nn.LSTM(6, 5, batch_first=True)), ids(STEPS), path=tmp_path / "states.h5").close()


@pytest.mark.parametrize("options", [{}, {"run": lambda model, batch: model(batch)}])
def test_a_call_that_cannot_be_cut_and_does_not_fit_is_refused(monkeypatch, tmp_path, options):
    monkeypatch.setattr(pieces, "free_memory", lambda: 30_000)
    model = read_by(nn.LSTM(6, 5, batch_first=True, bidirectional=not options))
    with pytest.raises(ValueError, match=r"1,000 steps in one call.*give shorter texts.*ids\[at : at \+ 10_000\]"):
        record_states(model, ids(1, STEPS), path=tmp_path / "states.h5", **options)


def test_one_that_may_not_fit_warns(monkeypatch):
    monkeypatch.setattr(pieces, "free_memory", lambda: 250_000)
    with pytest.warns(UserWarning, match=r"about 200 kB, and 250 kB are free: give shorter texts"):
        record_states(read_by(nn.LSTM(6, 5, batch_first=True, bidirectional=True)), ids(STEPS))


@pytest.mark.skipif(sys.platform != "linux", reason="the most memory that a process has used is read as on Linux")
@pytest.mark.long
@pytest.mark.parametrize("path", ["None", "folder + '/states.h5'"])
def test_a_long_text_takes_little_more_memory_than_its_states(tmp_path, path):
    script = f"""
        import sys
        from pathlib import Path
        import torch
        from torch import nn
        from lstmvis_widget import record_states

        torch.set_num_threads(1)
        folder = sys.argv[1]

        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding, self.lstm = nn.Embedding(50, 32), nn.LSTM(32, 100, batch_first=True)

            def forward(self, ids):
                return self.lstm(self.embedding(ids))[0]

        def most():
            lines = Path("/proc/self/status").read_text().splitlines()
            return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024

        model, ids = Model(), torch.randint(0, 50, (200_000,))
        record_states(model, ids[:1000])
        before = most()
        record_states(model, ids, path={path}, dtype="float16").close()
        print(most() - before)
    """
    command = [sys.executable, "-c", dedent(script), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    states = 200_000 * 100 * 2
    # In pieces it is 100 MB and the states, in one call over 500 MB.
    assert int(result.stdout) < 250e6 + (states if path == "None" else 0)
