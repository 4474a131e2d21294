"""Which cells matter: against random ones, by label, one by one; and what is refused."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from lstmvis_widget import ablation_effect, ablation_effects, record_states
from lstmvis_widget.ablation import runs

from .slow_models import TYPES, LanguageModel

IDS = torch.randint(0, TYPES, (4, 9), generator=torch.Generator().manual_seed(7))
LAYER = "reader.layer1.hidden"


class OneCell(nn.Module):
    """Says what the last bit was, which cell 3 of its 12 knows; the others know it, too, but nobody reads them."""

    def __init__(self, cells=12):
        super().__init__()
        torch.manual_seed(0)
        self.rnn = nn.RNN(1, cells, batch_first=True, nonlinearity="relu")
        self.out = nn.Linear(cells, 2)
        with torch.no_grad():
            for values in (*self.rnn.parameters(), *self.out.parameters()):
                values.zero_()
            self.rnn.weight_ih_l0[:] = torch.rand(cells, 1)
            self.rnn.weight_ih_l0[3] = 1.0
            self.out.weight[1, 3], self.out.bias[1] = 8.0, -4.0

    def forward(self, bits):
        return self.out(self.rnn(bits)[0])


BITS = torch.randint(0, 2, (5, 20, 1), generator=torch.Generator().manual_seed(1)).float()


def test_exactly_the_one_cell_matters():
    model, more = OneCell(), {"targets": BITS.flatten().long().tolist()}
    table = ablation_effects(model, BITS, "rnn.layer1.hidden", **more)
    assert table["cell"].tolist() == [3, *(cell for cell in range(12) if cell != 3)]
    assert table["change"][0] > 0.5
    assert (table["low"][0] < table["change"][0]) & (table["change"][0] < table["high"][0])
    assert not table["change"][1:].any()
    assert table["accuracy"].tolist() == [1.0] * 12
    share = float(BITS.mean())
    assert table["accuracy_change"][0] == pytest.approx(max(share, 1 - share) - 1)
    effect = ablation_effect(model, BITS, "rnn.layer1.hidden", [3], against_random=19, threshold=0.5, **more)
    assert effect.p == 1 / 12  # there are 11 others
    assert not effect.random_changes.any()
    assert ablation_effect(model, BITS, "rnn.layer1.hidden", [5], against_random=19, **more).p == 1.0


def test_each_cell_is_that_which_is_held_alone():
    model = LanguageModel(layers=2)
    where = np.arange(36) % 3 > 0
    table = ablation_effects(model, IDS, "reader.layer2.cell", [4, 0, 2], "zero", where=where).set_index("cell")
    for cell in (4, 0, 2):
        alone = ablation_effect(model, IDS, "reader.layer2.cell", cell, "zero")
        counted = np.isfinite(alone) & where
        row = table.loc[cell]
        assert row["n"] == counted.sum()
        assert row["loss"] == pytest.approx(alone.before[counted].mean(), abs=1e-6)
        assert row["change"] == pytest.approx(alone.change[counted].mean(), abs=1e-6)
        right = alone.correct_after[counted].mean() - alone.correct_before[counted].mean()
        assert row["accuracy_change"] == pytest.approx(right, abs=1e-9)
    assert table["change"].abs().is_monotonic_decreasing
    assert set(ablation_effects(model, IDS, "reader.layer2.cell")["cell"]) == set(range(5))


@pytest.mark.parametrize("size", [1, 11_000, 2**27])
def test_sets_are_the_same_side_by_side_and_in_pieces(monkeypatch, size):
    monkeypatch.setattr(runs, "SIDE_BY_SIDE_BYTES", size)
    monkeypatch.setattr(runs, "LEAST_STEPS", 2)
    monkeypatch.setattr("lstmvis_widget.recording.pieces.LONG_STEPS", 2**15 if size > 1 else 1)
    model, calls = LanguageModel(layers=2), []
    hook = model.decoder.register_forward_hook(lambda _, args, __: calls.append(tuple(args[0].shape[:2])))
    together = ablation_effect(model, IDS, "reader.layer1.cell", [1], against_random=4, seed=2)
    hook.remove()
    monkeypatch.undo()
    alone = [ablation_effect(model, IDS, "reader.layer1.cell", cells) for cells in together.random_cells]
    np.testing.assert_allclose(together.random_changes, [each.change for each in alone], atol=1e-5)
    assert max(calls) == {1: (4, 9), 11_000: (12, 2), 2**27: (16, 9)}[size]


def test_random_cells_are_on_about_as_often_or_vary_as_much():
    model = LanguageModel(cells=40)
    states = record_states(model, IDS).states[LAYER]
    for threshold, rates in ((0.3, (states >= 0.3).mean(0)), (None, states.var(0))):
        effect = ablation_effect(model, IDS, LAYER, [3, 17], against_random=30, threshold=threshold)
        group = np.argsort(np.argsort(rates, kind="stable"), kind="stable") // 10
        assert len(np.unique(effect.random_cells, axis=0)) == 30
        for cells in effect.random_cells:
            assert set(cells) != {3, 17}
            assert sorted(group[cells]) == sorted(group[[3, 17]])
        observed = abs(effect.mean_change)
        others = np.abs(np.nanmean(effect.random_changes, axis=1))
        assert effect.p == (1 + (others >= observed - 1e-7).sum()) / 31


def test_where_there_are_few_other_sets_all_are_held():
    effect = ablation_effect(LanguageModel(), IDS, LAYER, [4, 0], against_random=30)
    every = {frozenset(pair) for pair in itertools.combinations(range(5), 2)} - {frozenset({0, 4})}
    assert len(effect.random_cells) == 9
    assert set(map(frozenset, effect.random_cells.tolist())) == every


def test_values_of_random_cells_lie_as_many_deviations_away():
    model = LanguageModel(cells=8)
    states = record_states(model, IDS).states[LAYER].astype(np.float64)
    value = states[:, 2].mean() + 1.5 * states[:, 2].std()
    effect = ablation_effect(model, IDS, LAYER, [2], [value], against_random=3)
    for cells, change in zip(effect.random_cells, effect.random_changes, strict=True):
        own = states[:, cells[0]].mean() + 1.5 * states[:, cells[0]].std()
        np.testing.assert_allclose(change, ablation_effect(model, IDS, LAYER, cells, own).change, atol=1e-5)


def test_a_table_by_label():
    model = LanguageModel(cells=12)
    effect = ablation_effect(model, IDS, LAYER, [1, 2], against_random=9)
    track = np.random.default_rng(0).choice(["a", "b", None], 36, p=[0.5, 0.3, 0.2]).tolist()
    table = effect.by_label(track)
    assert table["label"].tolist() == ["a", "b"]
    for _, row in table.iterrows():
        has = np.array([label == row["label"] for label in track]) & np.isfinite(effect)
        assert row["n"] == has.sum()
        assert row["loss"] == pytest.approx(effect.before[has].mean())
        assert row["change"] == pytest.approx(effect.change[has].mean())
        assert row["low"] <= row["change"] <= row["high"]
        assert row["accuracy"] == effect.correct_before[has].mean()
        random = effect.random_changes[:, has].mean(1)
        assert row["random"] == pytest.approx(random.mean(), abs=1e-6)
        assert row["p"] == (1 + (np.abs(random) >= abs(row["change"]) - 1e-7).sum()) / 10
    every = effect.by_label()
    assert every["label"].tolist() == ["all"]
    assert every["change"][0] == pytest.approx(effect.mean_change)
    assert every["p"][0] == effect.p
    only = effect.by_label(where=(track, "b")).drop(columns="label")
    np.testing.assert_allclose(only, table.iloc[[1]].drop(columns="label"))
    assert effect.by_label([None] * 36).empty
    with pytest.raises(ValueError, match="a label for each of 36 time steps; it has 2"):
        effect.by_label(["a", "b"])


def test_it_reads_as_an_array_and_as_a_sentence():
    effect = ablation_effect(LanguageModel(cells=12), IDS, LAYER, [1, 2], against_random=4)
    assert (effect.shape, effect.ndim, effect.dtype, len(effect)) == ((36,), 1, np.float64, 36)
    np.testing.assert_array_equal(np.asarray(effect), effect.change)
    np.testing.assert_array_equal(effect[3:5], effect.change[3:5])
    text = repr(effect)
    assert text.startswith(f"AblationEffect: cells 1, 2 of '{LAYER}' held at mean: loss ")
    assert "32 steps); accuracy " in text
    assert "; 4 random sets " in text


def test_a_model_that_is_called_in_another_way_is_read_set_by_set():
    model, seen = LanguageModel(cells=12), []

    def run(model, ids):
        seen.append(tuple(ids[0].shape))
        return model(ids[0])

    own = ablation_effect(model, [(IDS,)], LAYER, [1], against_random=3, run=run)
    same = ablation_effect(model, IDS, LAYER, [1], against_random=3)
    np.testing.assert_allclose(own.random_changes, same.random_changes, atol=1e-5)
    assert set(seen) == {(4, 9)}


class Mixing(LanguageModel):
    """Says of each sequence how it differs from the others of its batch."""

    def forward(self, ids):
        logits = super().forward(ids)
        return logits - logits.mean(dim=0)


def test_a_model_that_mixes_the_sequences_of_a_batch_is_read_set_by_set():
    model = Mixing(cells=12)
    effect = ablation_effect(model, IDS, LAYER, [1], against_random=3)
    for cells, change in zip(effect.random_cells, effect.random_changes, strict=True):
        np.testing.assert_allclose(change, ablation_effect(model, IDS, LAYER, cells).change, atol=1e-6)


class Remembering(LanguageModel):
    """Keeps a state of its own from call to call."""

    def __init__(self):
        super().__init__(cells=12)
        self.state = None

    def forward(self, ids):
        states, self.state = self.reader(input=self.embedding(ids), hx=self.state)
        return self.decoder(states)


def test_a_state_that_a_model_keeps_goes_on_and_is_put_back():
    model = Remembering()
    whole = ablation_effect(LanguageModel(cells=12), IDS.reshape(1, -1), LAYER, [1], against_random=2)
    effect = ablation_effect(model, list(IDS[:, None]), LAYER, [1], against_random=2)
    inside = np.isfinite(effect)
    np.testing.assert_allclose(effect.change[inside], whole.change[inside], atol=1e-6)
    np.testing.assert_allclose(effect.random_changes[:, inside], whole.random_changes[:, inside], atol=1e-5)
    assert model.state is None


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_the_model_is_as_before_also_where_it_ends_early(at):
    model, calls = LanguageModel(cells=12), []
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}

    def check():
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ablation_effect(model, IDS, LAYER, [1], against_random=2, check=check)
    for module in model.modules():
        assert module.training
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert "forward" not in vars(module)
    assert torch.get_num_threads() == 1
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(value.requires_grad and value.grad is None for value in model.parameters())


class Untrue(nn.Module):
    """Says that it is an LSTM's language model, but its reader's state isn't what its equations say."""

    def __init__(self):
        super().__init__()
        self.inner = LanguageModel()
        self.inner.reader.register_forward_hook(lambda _, __, output: (output[0] * 1.1, output[1]))

    def forward(self, ids):
        return self.inner(ids)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (
            ("reader.layr1.hidden", [0]),
            {},
            ValueError,
            "no layer 'reader.layr1.hidden'.*did you mean 'reader.layer1",
        ),
        (("reader.*", [0]), {}, ValueError, "cells are those of one layer; 'reader.*' fits 'reader.layer1.hidden', "),
        ((LAYER, [5]), {}, ValueError, "has the cells 0…4; got 5. .*split_signs"),
        ((LAYER, [-1]), {}, ValueError, "cells must be at least 0; got -1"),
        ((LAYER, [1, 1]), {}, ValueError, "given once; 1 is there more than once"),
        ((LAYER, "all"), {}, TypeError, "cells must be a list of integers; got 'all'"),
        ((LAYER, [0], "median"), {}, ValueError, "value must be 'mean', 'zero', 'resample', a number.*got 'median'"),
        ((LAYER, [0], np.nan), {}, ValueError, "finite numbers; got nan"),
        ((LAYER, [0, 1], [0.5]), {}, ValueError, r"for each of the cells; got \[0.5\] for 2 cells"),
        ((LAYER, [0], [np.inf]), {}, ValueError, "finite numbers; got inf"),
        ((LAYER, [0]), {"ranges": [(3, 99)]}, ValueError, r"stop <= 36; got \[3, 99\)"),
        ((LAYER, range(5)), {"against_random": 2}, ValueError, "no other set of 5 cells among the 5 of the layer"),
        ((LAYER, [0]), {"against_random": -1}, ValueError, "against_random must be at least 0"),
        ((LAYER, [0]), {"threshold": "high"}, TypeError, "threshold must be a finite number"),
        ((LAYER, [0]), {"progress": "bar"}, TypeError, "progress must be"),
    ],
)
def test_what_is_refused_is_told_with_what_is_allowed(arguments, options, error, message):
    with pytest.raises(error, match=f"(?s){message}"):
        ablation_effect(LanguageModel(), IDS, *arguments, **options)


def test_what_is_no_model_or_has_hooks_of_its_own_is_refused():
    with pytest.raises(TypeError, match=r"model must be a torch\.nn\.Module; got str"):
        ablation_effect("model", IDS, LAYER, [0])
    with pytest.raises(ValueError, match="with hooks, which isn't supported"):
        ablation_effect(Untrue(), IDS, "inner.reader.layer1.hidden", [0])
    with pytest.raises(ValueError, match="there is no batch"):
        ablation_effect(LanguageModel(), [], LAYER, [0])
    with pytest.raises(ValueError, match="none of the steps that count has a loss"):
        ablation_effects(LanguageModel(), IDS, LAYER, where=np.zeros(36, bool))
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        ablation_effects(LanguageModel(), IDS, LAYER, confidence=1)


def test_steps_that_differ_from_the_module_are_told(monkeypatch):
    from lstmvis_widget.ablation import stepping

    def wrong(layer, of_input, state, hold):
        return [each * 1.01 for each in stepping._lstm(layer, of_input, state, hold)]

    monkeypatch.setitem(stepping.STEPS, "LSTM", wrong)
    with pytest.raises(RuntimeError, match="differ from its own by"):
        ablation_effect(LanguageModel(), IDS, LAYER, [0])


def test_a_batch_generator_is_gone_through_once():
    model = LanguageModel()
    once = ablation_effect(model, (ids for ids in IDS), LAYER, [0], against_random=1)
    np.testing.assert_allclose(once.change, ablation_effect(model, list(IDS), LAYER, [0]).change, atol=1e-6)
