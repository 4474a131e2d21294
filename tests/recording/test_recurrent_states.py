"""States and gates against the equations of PyTorch's documentation, in plain numpy."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

from lstmvis_widget import record_states

from .plain_recurrent import gru_step, lstm_step, read_stacked, rnn_step, weights_of

torch.set_num_threads(1)  # models this small are faster so

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")

LENGTHS = [5, 9, 1, 7]
ERROR = {torch.float32: 1e-5, torch.float64: 1e-10}
FLAGS = (False, True)


def features(seed=0, lengths=LENGTHS, size=3, dtype=torch.float32):
    """A sequence (T, F) of each length."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(length, size, generator=generator, dtype=torch.float64).to(dtype) for length in lengths]


def named(part):
    layer, way, quantity = part
    return ".".join(level for level in (f"layer{layer + 1}", way, quantity) if level)


def expected_of(module, sequences, first=lambda _: None):
    each = [read_stacked(module, xs.double().numpy(), first(number)) for number, xs in enumerate(sequences)]
    return {named(part): np.concatenate([found[part] for found in each]) for part in each[0]}


def assert_equal(recording, expected, error, options=""):
    assert set(recording.states) == set(expected), options
    for name, values in expected.items():
        recorded, said, atol = recording.states[name], f"{name} {options}", error * max(1, np.abs(values).max())
        assert recorded.shape == values.shape, said
        np.testing.assert_allclose(recorded, values, rtol=0, atol=atol, err_msg=said)


def made(kind, seed=1, **options):
    torch.manual_seed(seed)
    module = kind(3, 4, **options)
    for parameter in module.parameters():  # PyTorch's own are small: the gates would hardly leave 0.5
        nn.init.normal_(parameter, std=0.7)
    return module


def batch_of(sequences, *, batch_first, packed):
    padded = pad_sequence(sequences, batch_first=batch_first)
    if not packed:
        return padded
    return pack_padded_sequence(padded, [len(xs) for xs in sequences], batch_first, enforce_sorted=False)


def combined(**choices):
    """Every combination of the choices, as options by name."""
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


KINDS = [
    pytest.param(nn.LSTM, {}, id="LSTM"),
    pytest.param(nn.LSTM, {"proj_size": 2}, id="LSTM with projections"),
    pytest.param(nn.GRU, {}, id="GRU"),
    pytest.param(nn.RNN, {}, id="RNN"),
    pytest.param(nn.RNN, {"nonlinearity": "relu"}, id="RNN of relu"),
]


@pytest.mark.parametrize("packed", FLAGS, ids=["equal", "packed"])
@pytest.mark.parametrize(("kind", "extra"), KINDS)
def test_every_quantity_of_every_layer_is_that_of_the_equations(kind, extra, packed):
    for options in combined(num_layers=(1, 3), bias=FLAGS, bidirectional=FLAGS, batch_first=FLAGS, dtype=list(ERROR)):
        module = made(kind, **options, **extra)
        sequences = features(lengths=LENGTHS if packed else [6, 6], dtype=options["dtype"])
        batch = batch_of(sequences, batch_first=options["batch_first"], packed=packed)
        recording = record_states(module, batch, layers="*")
        assert_equal(recording, expected_of(module, sequences), ERROR[options["dtype"]], options)
        assert recording.sequences == [len(xs) for xs in sequences], options
        assert all(values.dtype == str(options["dtype"])[6:] for values in recording.states.values()), options


@given(
    lengths=st.lists(st.integers(1, 8), min_size=1, max_size=4),
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from([nn.LSTM, nn.GRU]),
    layers=st.integers(1, 2),
    both=st.booleans(),
)
def test_packed_sequences_of_any_lengths_are_those_of_the_equations(lengths, seed, kind, layers, both):
    module = made(kind, seed % 1000, num_layers=layers, bidirectional=both)
    sequences = features(seed, lengths)
    recording = record_states(module, batch_of(sequences, batch_first=False, packed=True), layers="*")
    assert_equal(recording, expected_of(module, sequences), 1e-5)


class GivenState(nn.Module):
    """Begins with states of its own, which aren't zeros."""

    def __init__(self, inner, state):
        super().__init__()
        self.inner, self.state = inner, state

    def forward(self, x):
        return self.inner(x, self.state)[0]


@pytest.mark.parametrize("packed", FLAGS, ids=["equal", "packed"])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_states_begin_with_what_the_model_gives(kind, packed):
    module = made(kind, num_layers=2, bidirectional=True)
    sequences = features(lengths=LENGTHS if packed else [6, 6])
    h, c = torch.randn(2, 4, len(sequences), 4)
    model = GivenState(module, (h, c) if kind is nn.LSTM else h)
    recording = record_states(model, batch_of(sequences, batch_first=False, packed=packed), layers="inner*")
    expected = expected_of(module, sequences, lambda n: (h[:, n].double().numpy(), c[:, n].double().numpy()))
    expected = {f"inner.{name}": values for name, values in expected.items()}
    recording.states.pop("inner", None)
    assert_equal(recording, expected, 1e-5)


def cell_steps(module, xs):
    weights = weights_of(module)
    h, c, found = np.zeros(4), np.zeros(4), []
    for x in xs:
        if isinstance(module, nn.LSTMCell):
            found.append(lstm_step(x, h, c, weights))
            c = found[-1]["cell"]
        elif isinstance(module, nn.GRUCell):
            found.append(gru_step(x, h, weights))
        else:
            found.append(rnn_step(x, h, weights, module.nonlinearity))
        h = found[-1]["hidden"]
    return {f"cell.{name}": np.stack([step[name] for step in found]) for name in found[0]}


class CellLoop(nn.Module):
    """Reads (B, T, F) step by step, its first step with or without a state."""

    def __init__(self, cell, *, zeros):
        super().__init__()
        self.cell, self.zeros = cell, zeros

    def forward(self, x):
        state = None
        if self.zeros:
            state = torch.zeros(len(x), 4, dtype=x.dtype)
            state = (state, state) if isinstance(self.cell, nn.LSTMCell) else state
        for step in range(x.shape[1]):
            state = self.cell(x[:, step], state)
        return x


@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_cells_that_are_run_step_by_step_give_the_same(kind):
    for options in combined(bias=FLAGS, dtype=list(ERROR), zeros=FLAGS):
        dtype = options["dtype"]
        module = made(kind, bias=options["bias"], dtype=dtype)
        sequences = features(lengths=[6, 6, 6], dtype=dtype)
        recording = record_states(CellLoop(module, zeros=options["zeros"]), torch.stack(sequences), layers="cell.*")
        each = [cell_steps(module, xs.double().numpy()) for xs in sequences]
        expected = {name: np.concatenate([found[name] for found in each]) for name in each[0]}
        assert_equal(recording, expected, ERROR[dtype], options)
        assert recording.sequences == [6, 6, 6], options


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_autocast_moves_states_by_no_more_than_its_precision(kind):
    module = made(kind, num_layers=2, bidirectional=True)
    sequences = features(lengths=[40, 40])
    with torch.autocast("cpu", torch.bfloat16):
        recording = record_states(module, batch_of(sequences, batch_first=False, packed=False), layers="*")
        assert torch.is_autocast_enabled("cpu")
    assert {values.dtype for values in recording.states.values()} == {np.dtype("float32")}
    assert_equal(recording, expected_of(module, sequences), 0.1)


def test_a_half_precision_model_is_recorded():
    module = made(nn.LSTM, num_layers=2).bfloat16()
    sequences = features(lengths=[12])
    recording = record_states(module, sequences[0].bfloat16(), layers="*")
    assert_equal(recording, expected_of(module, sequences), 0.1)


def test_no_error_grows_along_a_text_in_a_chaotic_network():
    """Two roundings of the same network drift apart within 200 steps; the gates are those of the network that ran."""
    torch.manual_seed(0)
    module = nn.LSTM(3, 64, num_layers=2)
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.7)
    [xs] = features(lengths=[300])
    recording = record_states(module, xs, layers="*")
    drifted = read_stacked(module, xs.double().numpy())
    for layer in (0, 1):
        states = {
            quantity: recording.states[f"layer{layer + 1}.{quantity}"] for quantity in ("hidden", "cell", "output_gate")
        }
        assert np.abs(states["hidden"] - drifted[layer, "", "hidden"]).max() > 0.1
        of_cell = states["output_gate"] * np.tanh(states["cell"])
        np.testing.assert_allclose(of_cell, states["hidden"], rtol=0, atol=1e-5)


def test_large_features_leave_larger_errors_that_are_allowed():
    module = made(nn.LSTM, num_layers=2)
    record_states(module, 1000 * features(lengths=[200])[0], layers="*")


def test_nan_is_recorded_as_nan():
    module = made(nn.LSTM)
    [xs] = features(lengths=[5])
    xs[3, 0] = np.nan
    recording = record_states(module, xs, layers="*")
    assert np.isfinite(recording.states["layer1.cell"][:3]).all()
    assert np.isnan(recording.states["layer1.cell"][3:]).all()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_module_that_runs_with_other_weights_than_it_shows_is_refused(kind, layers):
    module = made(kind, num_layers=layers)
    module._flat_weights = [weight * 1.01 for weight in module._flat_weights]
    with pytest.raises(RuntimeError, match=r"the model can't be recorded: its states, .* differ from its own by"):
        record_states(module, features(lengths=[6])[0], layers="*_gate")
