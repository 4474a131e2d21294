"""The change of a model's loss where cells are held, against a loop that overwrites the state."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from lstmvis_widget import StateExplorer, ablation_effect, record_states

from .slow_models import TYPES, LanguageModel, logits_of, next_losses

GENERATOR = torch.Generator().manual_seed(3)
IDS = torch.randint(0, TYPES, (3, 12), generator=GENERATOR)


def slowly(model, texts, layer, quantity, *, cells, value="mean", steps=None):
    """Losses without and with cells held, one text after the other."""
    with torch.no_grad():
        whole = [logits_of(model, ids, layer, quantity) for ids in texts]
        means = torch.cat([states for _, states in whole]).mean(0)
        values = [means[cell] if value == "mean" else value for cell in cells]
        held = dict(zip(cells, values, strict=True))
        before = [next_losses(logits, ids) for (logits, _), ids in zip(whole, texts, strict=True)]
        after, start = [], 0
        for ids in texts:
            own = None if steps is None else {step - start for step in steps}
            after.append(next_losses(logits_of(model, ids, layer, quantity, held=held, steps=own)[0], ids))
            start += len(ids)
    return np.concatenate(before), np.concatenate(after)


def assert_same(effect, expected, atol=1e-5):
    before, after = expected
    np.testing.assert_allclose(effect.before, before, rtol=0, atol=atol)
    np.testing.assert_allclose(effect.after, after, rtol=0, atol=atol)
    np.testing.assert_allclose(np.asarray(effect), after - before, rtol=0, atol=2 * atol)


@settings(max_examples=20, deadline=None)
@given(
    kind=st.sampled_from([nn.LSTM, nn.GRU, nn.RNN]),
    quantity=st.sampled_from(["hidden", "cell"]),
    layers=st.integers(1, 3),
    batch_first=st.booleans(),
    cells=st.lists(st.integers(0, 4), unique=True, max_size=4),
    value=st.sampled_from(["mean", "zero", 0.6]),
    ranges=st.none() | st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=3),
    data=st.data(),
)
def test_it_is_that_of_a_loop_that_overwrites_the_state(
    *, kind, quantity, layers, batch_first, cells, value, ranges, data
):
    quantity = quantity if kind is nn.LSTM else "hidden"
    layer = data.draw(st.integers(0, layers - 1))
    model = LanguageModel(kind, layers=layers, batch_first=batch_first)
    ranges = None if ranges is None else [(start, start + length) for start, length in ranges]
    steps = None if ranges is None else {step for start, stop in ranges for step in range(start, stop)}
    batch = IDS if batch_first else IDS.T
    effect = ablation_effect(model, batch, f"reader.layer{layer + 1}.{quantity}", cells, value, ranges=ranges)
    assert_same(
        effect, slowly(model, IDS, layer, quantity, cells=cells, value=0.0 if value == "zero" else value, steps=steps)
    )
    unheld = np.isfinite(effect.change) & (np.arange(36) < min(steps or [36 if steps is not None else 0]))
    assert not effect.change[unheld].any()


def test_holding_nothing_or_its_own_value_changes_nothing():
    model = LanguageModel(layers=2)
    assert not np.nan_to_num(ablation_effect(model, IDS, "reader.layer1.cell", []).change).any()
    model.reader.weight_ih_l1.data[[2, 7, 12, 17]] = 0  # cell 2 of the second layer is 0 everywhere
    model.reader.weight_hh_l1.data[[2, 7, 12, 17]] = 0
    model.reader.bias_ih_l1.data[12] = model.reader.bias_hh_l1.data[12] = 0
    for value in ("mean", 0.0, "resample"):
        for quantity in ("hidden", "cell"):
            found = ablation_effect(model, IDS, f"reader.layer2.{quantity}", [2], value)
            np.testing.assert_allclose(np.nan_to_num(found.change), 0, atol=1e-6)


def test_rows_are_those_of_the_recording():
    texts = [IDS[0, :7], IDS[1, :3], IDS[2], IDS[0, :1]]
    model = LanguageModel()
    recording = record_states(model, texts)
    effect = ablation_effect(model, texts, "reader.layer1.hidden", [1, 4])
    assert_same(effect, slowly(model, texts, 0, "hidden", cells=[1, 4]))
    assert effect.sequences == recording.sequences == [7, 3, 12, 1]
    ends = np.cumsum(effect.sequences) - 1
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(effect)), ends)
    explorer = StateExplorer(**recording, background=False)
    explorer.tracks["ablation"] = effect
    np.testing.assert_array_equal(explorer.tracks["ablation"].values, effect.change)
    explorer.close()


class Packing(LanguageModel):
    """Leaves the padding out of what its layers read."""

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        return self.decoder(pad_packed_sequence(self.reader(packed)[0], batch_first=True)[0])


@pytest.mark.parametrize("quantity", ["hidden", "cell"])
def test_padding_has_no_loss_and_no_part_in_the_mean(quantity):
    lengths = [5, 9, 2]
    texts = [ids[:length] for ids, length in zip(IDS, lengths, strict=True)]
    model, packing = LanguageModel(layers=2), Packing(layers=2)
    expected = slowly(model, texts, 0, quantity, cells=[0, 3])
    layer, options = f"reader.layer1.{quantity}", {"against_random": 2}
    padded = pad_sequence(texts, batch_first=True)
    assert_same(ablation_effect(packing, [(padded, torch.tensor(lengths))], layer, [0, 3], **options), expected)
    assert_same(ablation_effect(model, IDS, layer, [0, 3], lengths=lengths, **options), expected)


def test_a_text_that_goes_on_in_the_next_batch_is_one_sequence():
    model = LanguageModel()
    whole = slowly(model, IDS.reshape(1, -1), 0, "cell", cells=[1])
    for batches, options in (
        ([IDS[:1], IDS[1:2], IDS[2:]], {"carry_state": True}),
        (IDS.reshape(1, -1), {"steps_per_call": 5}),
        (IDS.reshape(-1), {}),
    ):
        effect = ablation_effect(model, batches, "reader.layer1.cell", [1], **options)
        assert_same(effect, whole)
        assert effect.sequences == [36]


def test_every_gate_can_be_held():
    model = LanguageModel()
    recording = record_states(model, IDS, layers="*_gate")
    for name, states in recording.states.items():
        held = ablation_effect(model, IDS, name, range(5), 0.5)
        assert np.nanmax(np.abs(held.change)) > 1e-3, name
        assert states.shape == (36, 5)
    with torch.no_grad():
        logits = model.decoder(torch.zeros(12, 5))
    shut = ablation_effect(model, IDS, "reader.layer1.output_gate", range(5), "zero")
    np.testing.assert_allclose(shut.after[:12], next_losses(logits, IDS[0]), atol=1e-6)


def test_a_gate_held_in_a_gru_lets_its_state_stay():
    model = LanguageModel(nn.GRU)
    stays = ablation_effect(model, IDS, "reader.layer1.update_gate", range(5), 1.0)
    zero = ablation_effect(model, IDS, "reader.layer1.hidden", range(5), 0.0)
    np.testing.assert_allclose(stays.after, zero.after, atol=1e-6)


class Stepping(nn.Module):
    """Steps a cell by itself."""

    def __init__(self, kind):
        super().__init__()
        torch.manual_seed(0)
        self.embedding, self.cell, self.decoder = nn.Embedding(TYPES, 4), kind(4, 5), nn.Linear(5, TYPES)

    def forward(self, ids):
        state, found = None, []
        for column in ids.T:
            state = self.cell(self.embedding(column), state)
            found.append(self.decoder(state[0] if isinstance(state, tuple) else state))
        return torch.stack(found, dim=1)


@pytest.mark.parametrize(("one", "whole"), [(nn.LSTMCell, nn.LSTM), (nn.GRUCell, nn.GRU), (nn.RNNCell, nn.RNN)])
def test_a_model_that_steps_its_cell_itself_is_that_with_a_layer(one, whole):
    stepping, model = Stepping(one), LanguageModel(whole)
    model.embedding, model.decoder = stepping.embedding, stepping.decoder
    for name, value in stepping.cell.named_parameters():
        getattr(model.reader, f"{name}_l0").data = value.data
    for quantity in ("hidden", "cell")[: 2 if one is nn.LSTMCell else 1]:
        found = ablation_effect(stepping, IDS, f"cell.{quantity}", [0, 2], ranges=[(3, 20)])
        same = ablation_effect(model, IDS, f"reader.layer1.{quantity}", [0, 2], ranges=[(3, 20)])
        np.testing.assert_allclose(found.change, same.change, atol=2e-6)
        assert np.nanmax(np.abs(found.change)) > 1e-3


class InParts(LanguageModel):
    """Calls its layers twice, and hands the state on itself."""

    def forward(self, ids):
        first, state = self.reader(self.embedding(ids[:, :5]))
        second, _ = self.reader(self.embedding(ids[:, 5:]), hx=state)
        return self.decoder(torch.cat([first, second], dim=1))


def test_a_model_that_calls_its_layers_in_parts_goes_on_from_one_to_the_next():
    found = ablation_effect(InParts(layers=2), IDS, "reader.layer1.hidden", [1], ranges=[(2, 7), (17, 20)])
    whole = ablation_effect(LanguageModel(layers=2), IDS, "reader.layer1.hidden", [1], ranges=[(2, 7), (17, 20)])
    np.testing.assert_allclose(found.change, whole.change, atol=1e-6)


@pytest.mark.parametrize(("dtype", "error"), [(torch.float64, 1e-6), (torch.bfloat16, 0.2)])
def test_models_of_other_precisions(dtype, error):
    expected = ablation_effect(LanguageModel(), IDS, "reader.layer1.cell", [1])
    found = ablation_effect(LanguageModel().to(dtype), IDS, "reader.layer1.cell", [1])
    np.testing.assert_allclose(found.change, expected.change, atol=error)


class Automatic(LanguageModel):
    def forward(self, ids):
        with torch.autocast("cpu", torch.bfloat16):
            return super().forward(ids)


def test_a_model_of_mixed_precision():
    expected = ablation_effect(LanguageModel(), IDS, "reader.layer1.cell", [1])
    found = ablation_effect(Automatic(), IDS, "reader.layer1.cell", [1], against_random=1)
    np.testing.assert_allclose(found.change, expected.change, atol=0.2)


class BothWays(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        torch.manual_seed(0)
        self.reader = kind(3, 4, 2, bidirectional=True, **options)

    def forward(self, vectors):
        return self.reader(vectors)[0]


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize(("kind", "options"), [(nn.LSTM, {"proj_size": 2}), (nn.LSTM, {}), (nn.GRU, {})])
def test_cells_of_both_directions_are_held_in_their_own(kind, options):
    model = BothWays(kind, **options)
    width = options.get("proj_size", 4)
    vectors = torch.randn(6, 2, 3, generator=GENERATOR)
    targets = torch.randint(0, 2 * width, (12,), generator=GENERATOR).tolist()
    more = {"targets": targets, "batch_first": False}
    own = record_states(model, vectors, layers="reader.layer2.hidden").states["reader.layer2.hidden"]
    for name, cells in (("", [1, width]), ("backward.", [0]), ("forward.", [1])):
        found = ablation_effect(model, vectors, f"reader.layer2.{name}hidden", cells, 9.0, **more)
        scores = torch.from_numpy(own)
        untouched = np.isfinite(found.change)
        with torch.no_grad():
            np.testing.assert_allclose(
                found.before, -scores.log_softmax(1)[torch.arange(12), targets].double(), atol=1e-5
            )
        assert untouched.all()
        assert (found.after[np.isin(targets, np.array(cells) + (width if name == "backward." else 0))] < 1).all()
    # What a direction doesn't know, it can't change: the first step of the text for the forward one.
    ahead = ablation_effect(model, vectors, "reader.layer1.forward.hidden", [0], 5.0, ranges=[(5, 6)], **more)
    behind = ablation_effect(model, vectors, "reader.layer1.backward.hidden", [0], 5.0, ranges=[(5, 6)], **more)
    assert ahead.change[5] != 0
    assert behind.change[:5].all()


def test_a_mean_that_is_given_by_hand_is_the_mean():
    model = LanguageModel()
    states = record_states(model, IDS, layers="reader.layer1.hidden").states["reader.layer1.hidden"]
    by_hand = ablation_effect(model, IDS, "reader.layer1.hidden", [4, 0], states.mean(0)[[4, 0]])
    np.testing.assert_allclose(
        by_hand.change, ablation_effect(model, IDS, "reader.layer1.hidden", [0, 4]).change, atol=1e-6
    )


def test_resampled_cells_have_values_of_one_other_step():
    model = LanguageModel(nn.RNN, cells=3)
    model.reader.weight_hh_l0.data[:] = 0  # a state depends on its own token alone
    effect = ablation_effect(model, IDS, "reader.layer1.hidden", range(3), "resample", seed=1)
    with torch.no_grad():
        every = model(torch.arange(TYPES)[:, None])[:, 0].log_softmax(-1)
    ids = IDS.flatten().numpy()
    losses = -every.double().numpy()
    for step in np.flatnonzero(np.isfinite(effect.change)):
        allowed = losses[np.unique(ids), ids[step + 1]]
        assert np.abs(allowed - effect.after[step]).min() < 1e-5
    again = ablation_effect(model, IDS, "reader.layer1.hidden", range(3), "resample", seed=1)
    np.testing.assert_array_equal(again.after, effect.after)
