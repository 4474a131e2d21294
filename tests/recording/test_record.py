import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader, TensorDataset

import lstmvis_widget
from lstmvis_widget import Recording, StateExplorer, record_states

torch.set_num_threads(1)  # models this small are faster so

WORDS = ["the", "little", "prince", "said", "nothing", "."]


class LanguageModel(nn.Module):
    def __init__(self, kind=nn.LSTM, **options):
        super().__init__()
        torch.manual_seed(3)
        self.embedding = nn.Embedding(len(WORDS), 4)
        self.dropout = nn.Dropout(0.5)
        self.lstm = kind(4, 5, **options)
        self.decoder = nn.Linear(5 * (2 if options.get("bidirectional") else 1), len(WORDS))

    def forward(self, ids):
        output, _ = self.lstm(self.dropout(self.embedding(ids)))
        return self.decoder(output)


def text(steps, seed=0):
    return np.random.default_rng(seed).integers(0, len(WORDS), steps)


def hidden_of(model, ids):
    """Hidden states and scores of one text, from the model's own modules."""
    with torch.no_grad():
        output, _ = model.lstm(model.embedding(torch.as_tensor(ids)))
        return output.numpy(), model.decoder(output).numpy()


def close(a, b, atol=1e-6):
    np.testing.assert_allclose(a, b, rtol=0, atol=atol)


# ------------------------------------------------------------ the plain call


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("form", [np.asarray, list, torch.tensor, np.uint16, pd.Series])
def test_a_model_and_ids_are_enough(kind, batch_first, form):
    model, ids = LanguageModel(kind, batch_first=batch_first), text(12)
    recording = record_states(model, form(ids))
    assert list(recording.states) == ["lstm.layer1.hidden"]
    close(recording.states["lstm.layer1.hidden"], hidden_of(model, ids)[0])
    assert recording.tokens.tolist() == ids.tolist()
    assert recording.sequences == [12]
    assert recording.tracks == {}


def test_the_explorer_takes_a_recording_as_it_is():
    ids = text(12)
    recording = record_states(LanguageModel(num_layers=2), ids, vocabulary=WORDS, top_k=2)
    explorer = StateExplorer(**recording)
    assert explorer.layers == ("lstm.layer1.hidden", "lstm.layer2.hidden")
    assert list(explorer.tokens) == [WORDS[i] for i in ids]
    assert list(explorer.tracks) == ["next"]
    explorer.close()


def test_without_a_vocabulary_ids_are_shown_as_numbers():
    explorer = StateExplorer(**record_states(LanguageModel(), [4, 0, 4], top_k=1))
    assert list(explorer.tokens) == ["4", "0", "4"]
    assert set(explorer.tracks["next"].labels.ravel()) <= set("012345")
    explorer.close()


def test_a_recording_is_a_mapping_that_says_what_it_holds():
    recording = record_states(LanguageModel(), text(12), top_k=2)
    assert isinstance(recording, Recording)
    assert set(recording) == {"states", "tokens", "tracks", "sequences", "vocabulary"}
    assert len(recording) == 5
    assert repr(recording) == "Recording: 12 steps in 1 sequence; states lstm.layer1.hidden (12, 5); tracks next"
    with pytest.raises(KeyError, match="a recording has the keys states, tokens, tracks, sequences, vocabulary"):
        recording["colour"]


def test_feature_vectors_have_no_tokens():
    features = np.random.default_rng(0).normal(size=(9, 4))  # float64, while the model is float32
    recording = record_states(nn.LSTM(4, 5), features, layers=["layer1.cell"])
    assert recording.tokens is None
    assert recording.vocabulary is None
    assert recording.states["layer1.cell"].shape == (9, 5)
    StateExplorer(**recording).close()


# -------------------------------------------------------------------- layers


def test_layers_are_chosen_by_name_by_pattern_and_under_other_names():
    model, ids = LanguageModel(num_layers=2), text(12)
    everything = record_states(model, ids, layers=["*"]).states
    chosen = record_states(model, ids, layers=["lstm.layer2.cell", "lstm.layer1.*_gate", "decoder"]).states
    assert list(chosen) == [
        "lstm.layer2.cell",
        "lstm.layer1.input_gate",
        "lstm.layer1.forget_gate",
        "lstm.layer1.cell_gate",
        "lstm.layer1.output_gate",
        "decoder",
    ]
    renamed = record_states(model, ids, layers={"memory": "lstm.layer2.cell"}).states
    assert list(renamed) == ["memory"]
    close(renamed["memory"], everything["lstm.layer2.cell"])
    assert list(record_states(model, ids, layers="decoder").states) == ["decoder"]


def test_an_unknown_layer_is_told_with_all_there_are():
    with pytest.raises(
        ValueError, match=r"no layer 'lstm.layer2.cell'; it has 'lstm.layer1.hidden', 'lstm.layer1.cell'"
    ):
        record_states(LanguageModel(), text(5), layers=["lstm.layer2.cell"])
    with pytest.raises(ValueError, match=r"at least one layer of 'lstm.layer1.hidden'"):
        record_states(LanguageModel(), text(5), layers=[])
    with pytest.raises(TypeError, match="layers must be names; got 3"):
        record_states(LanguageModel(), text(5), layers=[3])
    with pytest.raises(ValueError, match="'memory' can't stand for several layers"):
        record_states(LanguageModel(), text(5), layers={"memory": "lstm.*"})


def test_a_model_without_recurrent_modules_needs_layers():
    model = nn.Sequential(nn.Embedding(6, 4), nn.Linear(4, 3))
    with pytest.raises(ValueError, match="no recurrent module; say which layers to record: '0', '1', 'output'"):
        record_states(model, text(5))
    for name in ("1", "output"):
        close(record_states(model, text(5), layers=name).states[name], model(torch.tensor(text(5))).detach())


def test_what_any_module_puts_out_is_recorded():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.embedding = nn.Embedding(6, 8)
            self.block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
            self.mix = nn.Conv1d(8, 3, 3, padding=1)
            self.attention = nn.MultiheadAttention(8, 2)
            self.step = nn.Linear(8, 2)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, ids):
            x = self.block(self.embedding(ids))
            self.mix(x.transpose(1, 2))
            self.attention(*[x.transpose(0, 1)] * 3)
            for t in range(ids.shape[1]):
                self.relu(self.step(x[:, t]))
            return x

    model, ids = Model(), torch.tensor(np.stack([text(10, 1), text(10, 2)]))
    recording = record_states(model, ids, layers=["embedding", "block", "mix", "attention", "step"])
    model.eval()
    with torch.no_grad():
        x = model.block(model.embedding(ids))
        attended = model.attention(*[x.transpose(0, 1)] * 3)[0].transpose(0, 1)
        expected = {
            "embedding": model.embedding(ids),
            "block": x,
            "mix": model.mix(x.transpose(1, 2)).transpose(1, 2),
            "attention": attended,
            "step": model.step(x),
        }
    assert recording.sequences == [10, 10]
    for name, values in expected.items():
        close(recording.states[name], values.flatten(0, 1).numpy(), 1e-5)


def test_a_module_that_does_not_run_or_gives_no_states_is_refused():
    class Model(LanguageModel):
        def __init__(self):
            super().__init__()
            self.unused, self.mean = nn.Linear(5, 5), nn.Identity()

        def forward(self, ids):
            self.mean(self.embedding(ids).mean(0))
            self.embedding(ids)
            return super().forward(ids)

    with pytest.raises(ValueError, match="unused didn't run, so 'unused' can't be recorded"):
        record_states(Model(), text(7), layers="unused")
    with pytest.raises(ValueError, match="embedding ran 3 times in one pass"):
        record_states(Model(), text(7), layers="embedding")
    with pytest.raises(ValueError, match=r"mean puts out the shape \(1, 4\), which isn't"):
        record_states(Model(), text(7), layers="mean")


# ------------------------------------------------------- batches, sequences


def three_texts():
    return [text(4, 1), text(9, 2), text(6, 3)]


def expected_rows(model, texts):
    return np.concatenate([hidden_of(model, ids)[0] for ids in texts])


@pytest.mark.parametrize("batch_first", [False, True])
def test_padded_sequences_follow_one_after_the_other(batch_first):
    model, texts = LanguageModel(batch_first=batch_first), three_texts()
    batch = np.zeros((3, 9), int)
    for row, ids in zip(batch, texts, strict=True):
        row[: len(ids)] = ids
    recording = record_states(model, batch if batch_first else batch.T, lengths=[4, 9, 6])
    close(recording.states["lstm.layer1.hidden"], expected_rows(model, texts))
    assert recording.tokens.tolist() == np.concatenate(texts).tolist()
    assert recording.sequences == [4, 9, 6]


def test_batches_may_have_lengths_each_as_a_list_or_by_a_function():
    model = LanguageModel(batch_first=True)
    texts = [text(4, 1), text(4, 2), text(3, 3), text(2, 4)]
    batches = [np.stack(texts[:2]), np.stack([texts[2], np.append(texts[3], 0)])]
    for lengths in (
        [[4, 4], [3, 2]],
        iter([torch.tensor([4, 4]), (3, 2)]),
        lambda batch: [batch.shape[1], 6 - batch.shape[1]],
    ):
        if callable(lengths):
            lengths = {4: [4, 4], 3: [3, 2]}.__getitem__  # noqa: PLW2901
            recording = record_states(model, batches, lengths=lambda batch, of=lengths: of(batch.shape[1]))
        else:
            recording = record_states(model, batches, lengths=lengths)
        assert recording.sequences == [4, 4, 3, 2]
        close(recording.states["lstm.layer1.hidden"], expected_rows(model, texts))


class PacksInside(LanguageModel):
    def forward(self, ids, lengths):
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        output, _ = self.lstm(packed)
        return self.decoder(pad_packed_sequence(output, batch_first=True)[0])


def test_lengths_are_those_that_the_model_packs():
    model, texts = PacksInside(batch_first=True), three_texts()
    batch = np.zeros((3, 12), int)  # padded further than the longest
    for row, ids in zip(batch, texts, strict=True):
        row[: len(ids)] = ids
    recording = record_states(
        model, [(batch, torch.tensor([4, 9, 6]))], layers=["lstm.layer1.hidden", "decoder"], top_k=1
    )
    close(recording.states["lstm.layer1.hidden"], expected_rows(model, texts))
    close(recording.states["decoder"], np.concatenate([hidden_of(model, ids)[1] for ids in texts]))
    assert recording.sequences == [4, 9, 6]
    assert recording.tokens.tolist() == np.concatenate(texts).tolist()
    with pytest.raises(ValueError, match=r"lengths of the sequences disagree: \[4, 9, 6\] and \[4, 9, 5\]"):
        record_states(model, [(batch, torch.tensor([4, 9, 6]))], lengths=[[4, 9, 5]])


def test_a_model_that_sorts_its_batch_is_told():
    class Sorts(PacksInside):
        def forward(self, ids, lengths):
            order = lengths.argsort(descending=True)
            return super().forward(ids[order], lengths[order])[order.argsort()]

    batch = np.zeros((3, 9), int)
    for row, ids in zip(batch, three_texts(), strict=True):
        row[: len(ids)] = ids
    with pytest.raises(
        ValueError, match=r"packs sequences of \[9, 6, 4\] steps, but what comes after .* isn't padding"
    ):
        record_states(Sorts(batch_first=True), [(batch, torch.tensor([4, 9, 6]))])


def test_attention_says_how_batches_lie():
    torch.manual_seed(0)
    for batch_first in (False, True):
        block = nn.TransformerEncoderLayer(4, 1, 8, batch_first=batch_first)
        model, ids = nn.Sequential(nn.Embedding(6, 4), block), text(7)
        recording = record_states(model, ids, layers="1")
        assert recording.sequences == [7]
        recorded = recording.states["1"]
        model.eval()
        with torch.no_grad():
            close(recorded, model(torch.tensor(ids)), 1e-5)


def test_a_packed_sequence_of_ids_is_a_batch():
    class Model(LanguageModel):
        def forward(self, packed):
            return self.lstm(packed._replace(data=self.embedding(packed.data)))[0]

    model, texts = Model(), three_texts()
    packed = nn.utils.rnn.pack_sequence([torch.tensor(ids) for ids in texts], enforce_sorted=False)
    recording = record_states(model, packed)
    close(recording.states["lstm.layer1.hidden"], expected_rows(model, texts))
    assert recording.tokens.tolist() == np.concatenate(texts).tolist()


def test_batches_are_any_iterable_of_arguments():
    model, texts = LanguageModel(), three_texts()
    loader = DataLoader(TensorDataset(torch.tensor(np.stack([text(5, n) for n in range(4)]))), batch_size=2)
    by_first = LanguageModel(batch_first=True)
    assert record_states(by_first, loader).sequences == [5] * 4
    for batches in (
        texts,
        iter(texts),
        [ids.tolist() for ids in texts],
        [{"ids": torch.tensor(ids)[:, None]} for ids in texts],
    ):
        recording = record_states(model, batches)
        close(recording.states["lstm.layer1.hidden"], expected_rows(model, texts))
        assert recording.sequences == [4, 9, 6]


def test_a_tuple_of_batches_is_refused_since_it_may_mean_two_things():
    with pytest.raises(TypeError, match=r"batches must not be a tuple.*list\(batches\)"):
        record_states(LanguageModel(), torch.tensor(text(9)).split(3))
    with pytest.raises(TypeError, match="batches must be token ids, features, or an iterable of batches; got int"):
        record_states(LanguageModel(), 3)
    with pytest.raises(ValueError, match="there is no batch"):
        record_states(LanguageModel(), [])


def test_run_calls_a_model_in_its_own_way():
    class Model(LanguageModel):
        def forward(self, lookup, ids):
            return super().forward(lookup[ids])

    model, ids, lookup = Model(), text(8), torch.tensor([5, 4, 3, 2, 1, 0])
    recording = record_states(model, torch.tensor(ids), run=lambda model, ids: model(lookup, ids))
    close(recording.states["lstm.layer1.hidden"], hidden_of(model, 5 - ids)[0])
    assert recording.tokens.tolist() == ids.tolist()


def test_a_square_batch_is_refused_until_it_is_said_how_it_lies():
    model, batch = LanguageModel(batch_first=True), np.stack([text(3, n) for n in range(3)])
    with pytest.raises(ValueError, match=r"batch 0: of the shape \(3, 3\) .* batch_first=True or batch_first=False"):
        record_states(model, batch)
    expected = expected_rows(model, batch)
    close(record_states(model, batch, batch_first=True).states["lstm.layer1.hidden"], expected)
    shown = record_states(model, [text(4)[None], batch])  # the first one shows it
    close(shown.states["lstm.layer1.hidden"][4:], expected)


def test_a_batch_taken_the_wrong_way_round_is_told():
    class Transposes(LanguageModel):
        def forward(self, ids):
            return super().forward(ids.T)

    with pytest.raises(ValueError, match=r"lstm has read 12 × 1 \(sequences × steps\).* say batch_first=True"):
        record_states(Transposes(), text(12))
    model = Transposes()
    close(record_states(model, text(12), batch_first=True).states["lstm.layer1.hidden"], hidden_of(model, text(12))[0])


@pytest.mark.parametrize("lengths", [[4, 9], [0, 9, 6], [4, 10, 6]])
def test_lengths_that_do_not_fit_are_refused(lengths):
    with pytest.raises(ValueError, match="a length for each of the 3 sequences, from 1 to 9 steps; got"):
        record_states(LanguageModel(batch_first=True), np.zeros((3, 9), int), lengths=lengths)


# ------------------------------------------------------------- carried state


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_carried_state_makes_one_text_of_the_batches(kind, layers):
    model, ids = LanguageModel(kind, num_layers=layers), text(20)
    pieces = [ids[:7], ids[7:8], ids[8:]]
    whole = record_states(model, ids, layers="lstm.*")
    carried = record_states(model, pieces, layers="lstm.*", carry_state=True)
    assert carried.sequences == [20]
    for name, values in whole.states.items():
        close(carried.states[name], values)
    anew = record_states(model, pieces)
    assert anew.sequences == [7, 1, 12]
    close(anew.states[f"lstm.layer{layers}.hidden"], np.concatenate([hidden_of(model, piece)[0] for piece in pieces]))


@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_a_carried_state_begins_loops_over_cells(kind):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.embedding, self.cell = nn.Embedding(6, 4), kind(4, 5)

        def forward(self, ids):
            zeros = torch.zeros(len(ids), 5)
            state = (zeros, zeros) if kind is nn.LSTMCell else zeros
            for step in self.embedding(ids).unbind(1):
                state = self.cell(step, state)

    model, ids = Model(), text(20)
    whole = record_states(model, ids, layers="cell.*")
    carried = record_states(model, [ids[:7], ids[7:]], layers="cell.*", carry_state=True)
    for name, values in whole.states.items():
        close(carried.states[name], values)


def test_a_state_is_carried_under_autocast():
    model, ids = LanguageModel(num_layers=2), text(20)
    with torch.autocast("cpu", torch.bfloat16):
        carried = record_states(model, [ids[:7], ids[7:]], layers="lstm.*", carry_state=True)
    for name, values in record_states(model, ids, layers="lstm.*").states.items():
        close(carried.states[name], values, 0.02)


def test_streams_that_go_on_side_by_side_are_sequences_one_after_the_other():
    model, texts = LanguageModel(batch_first=True), [text(12, n) for n in range(3)]
    batch = np.stack(texts)
    carried = record_states(model, [batch[:, :5], batch[:, 5:]], carry_state=True)
    close(carried.states["lstm.layer1.hidden"], expected_rows(model, texts))
    assert carried.tokens.tolist() == batch.ravel().tolist()
    assert carried.sequences == [12, 12, 12]


def test_long_batches_are_read_in_pieces():
    model, texts = LanguageModel(batch_first=True), three_texts()
    batch = np.zeros((3, 9), int)
    for row, ids in zip(batch, texts, strict=True):
        row[: len(ids)] = ids
    longest = []
    recording = record_states(
        model, [batch, texts[1]], lengths=[[4, 9, 6], [9]], steps_per_call=2,
        run=lambda model, ids: (longest.append(ids.shape[-1]), model(ids))[1],
    )  # fmt: skip
    assert max(longest) == 2
    close(recording.states["lstm.layer1.hidden"], expected_rows(model, [*texts, texts[1]]))
    assert recording.sequences == [4, 9, 6, 9]
    assert recording.tokens.tolist() == np.concatenate([*texts, texts[1]]).tolist()


def test_pieces_of_a_model_without_recurrence_are_sequences():
    model = nn.Sequential(nn.Embedding(6, 4))
    assert record_states(model, text(8), layers="0", steps_per_call=3).sequences == [3, 3, 2]


def test_carrying_that_would_be_wrong_is_refused():
    with pytest.raises(ValueError, match="a bidirectional module reads each batch from its end too"):
        record_states(LanguageModel(bidirectional=True), text(8), carry_state=True)
    with pytest.raises(ValueError, match="a bidirectional module"):
        record_states(LanguageModel(bidirectional=True), text(8), steps_per_call=3)
    with pytest.raises(
        ValueError, match="carry_state=True hands the state of recurrent modules on; the model has none"
    ):
        record_states(nn.Embedding(6, 4), text(8), layers="output", carry_state=True)
    model = LanguageModel(batch_first=True)
    with pytest.raises(ValueError, match="as many sequences in every batch; lstm has read 2, and is now given 1"):
        record_states(model, [np.zeros((2, 5), int), np.zeros((1, 5), int)], carry_state=True)
    batches = [np.zeros((2, 5), int)] * 2
    with pytest.raises(ValueError, match=r"batch 1: carry_state=True can't go on after the padding .*: \[5, 3\]"):
        record_states(model, batches, lengths=[[5, 3], [5, 5]], carry_state=True)


def test_a_state_that_the_model_gives_itself_is_not_replaced():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(4, 5)

        def forward(self, x):
            return self.lstm(x, (torch.ones(1, 1, 5), torch.ones(1, 1, 5)))

    xs = torch.randn(6, 4)
    record_states(Model(), [xs, xs])
    with pytest.raises(ValueError, match="the model gives lstm a state of its own"):
        record_states(Model(), [xs, xs], carry_state=True)


# --------------------------------------------------------------- predictions


@pytest.mark.parametrize("head", [None, "decoder"])
def test_predictions_are_the_likeliest_next_words(head):
    model, ids = LanguageModel(), text(12)
    track = record_states(model, ids, vocabulary=WORDS, top_k=3, head=head).tracks["next"]
    scores = hidden_of(model, ids)[1].astype(float)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    order = np.argsort(-probabilities, axis=1)[:, :3]
    assert track.labels.tolist() == [[WORDS[i] for i in row] for row in order]
    close(track.scores, np.take_along_axis(probabilities, order, axis=1))


def test_a_head_may_be_a_function_of_what_the_model_returns():
    model, ids = LanguageModel(), text(12)
    expected = record_states(model, ids, top_k=2).tracks["next"]
    features = model.embedding(torch.tensor(ids)).detach()
    track = record_states(model.lstm, features, top_k=2, head=model.decoder).tracks["next"]
    assert (track.labels == expected.labels).all()
    probable = record_states(model.lstm, features, top_k=2, head=lambda h: model.decoder(h).softmax(-1)).tracks["next"]
    close(probable.scores, expected.scores)
    logarithms = record_states(model.lstm, features, top_k=2, head=lambda h: model.decoder(h).log_softmax(-1))
    close(logarithms.tracks["next"].scores, expected.scores)


def test_predictions_follow_the_sequences():
    model, texts = LanguageModel(batch_first=True), three_texts()
    batch = np.zeros((3, 9), int)
    for row, ids in zip(batch, texts, strict=True):
        row[: len(ids)] = ids
    together = record_states(model, batch, lengths=[4, 9, 6], top_k=2).tracks["next"]
    alone = [record_states(model, ids, top_k=2).tracks["next"] for ids in texts]
    assert together.labels.tolist() == np.concatenate([track.labels for track in alone]).tolist()


def test_a_head_that_cannot_be_one_is_refused():
    model = LanguageModel()
    with pytest.raises(ValueError, match=r"no module 'head' for a head; it has 'embedding', 'dropout', 'decoder'"):
        record_states(model, text(5), top_k=1, head="head")
    with pytest.raises(ValueError, match="top_k needs a head: LSTM returns states"):
        record_states(nn.LSTM(4, 5), torch.randn(6, 4), top_k=1)
    with pytest.raises(ValueError, match="top_k must be an integer of at least 1; got 0"):
        record_states(model, text(5), top_k=0)
    with pytest.raises(TypeError, match="say with top_k how many to keep"):
        record_states(model, text(5), head="decoder")
    with pytest.raises(ValueError, match="the head has 6 scores a step, fewer than the 7 entries of the vocabulary"):
        record_states(model, text(5), top_k=1, vocabulary=[*WORDS, "more"])


# --------------------------------------------- the model is left as it was


def fingerprint(model):
    return (
        {name: module.training for name, module in model.named_modules()},
        {name: (len(m._forward_hooks), len(m._forward_pre_hooks)) for name, m in model.named_modules()},
        {name: (p.data_ptr(), p.requires_grad, p.device, None if p.grad is None else p.grad.clone().tolist())
         for name, p in model.named_parameters()},
        torch.is_grad_enabled(),
        torch.get_rng_state().tolist(),
    )  # fmt: skip


def prepared():
    model = LanguageModel(num_layers=2).train()
    model.decoder.eval()
    model.embedding.weight.requires_grad_(False)
    model(torch.tensor(text(5))[:, None]).sum().backward()
    return model


@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
def test_the_model_is_left_as_it_was_whatever_happens(error):
    model = prepared()
    before = fingerprint(model)

    def run(model, ids):
        assert not any(module.training for module in model.modules())
        assert not torch.is_grad_enabled()
        if error is not None and len(ids) == 3:
            raise error
        return model(ids)

    def recorded():
        return record_states(model, [torch.tensor(text(5)), torch.tensor(text(3))], layers="*", run=run, top_k=1)

    if error is None:
        recorded()
    else:
        with pytest.raises(error):
            recorded()
    assert fingerprint(model) == before


def test_an_error_of_the_iterable_leaves_the_model_as_it_was():
    model = prepared()
    before = fingerprint(model)

    def batches():
        yield text(5)
        raise OSError

    with pytest.raises(OSError):
        record_states(model, batches())
    with pytest.raises(ValueError, match="no layer"):
        record_states(model, text(5), layers="nothing")
    assert fingerprint(model) == before


def test_dropout_is_off():
    model, ids = LanguageModel().train(), text(50)
    close(record_states(model, ids).states["lstm.layer1.hidden"], hidden_of(model, ids)[0])


def test_nothing_of_the_run_is_kept():
    kept = []

    class Model(LanguageModel):
        def forward(self, ids):
            output = super().forward(ids)
            kept.append(weakref.ref(output))
            return output

    recording = record_states(Model(), text(12), layers="*", top_k=1)
    gc.collect()
    assert kept[0]() is None
    assert all(type(values) is np.ndarray for values in recording.states.values())


def test_a_model_runs_on_the_device_asked_for_and_goes_back():
    model = LanguageModel()
    seen = []
    record_states(model, text(5), device="cpu", run=lambda m, b: (seen.append(m.decoder.weight.device), m(b))[1])
    assert seen == [torch.device("cpu")]
    with pytest.raises((NotImplementedError, RuntimeError)):  # whose weights have no values
        record_states(model, text(5), device="meta")


def test_in_place_changes_after_a_module_do_not_reach_what_is_recorded():
    model = nn.Sequential(nn.Embedding(6, 4), nn.Linear(4, 3), nn.ReLU(inplace=True))
    states = record_states(model, text(30), layers=["1", "2"]).states
    assert states["1"].min() < 0
    close(states["2"], np.maximum(states["1"], 0))


# ------------------------------------------------------------------- refused


def weight_norm(model):
    nn.utils.parametrizations.weight_norm(model.lstm, "weight_hh_l0")


def old_weight_norm(model):
    import torch.nn.utils.weight_norm as module  # noqa: F401

    nn.utils.weight_norm(model.lstm, "weight_hh_l0")


def pruned(model):
    import torch.nn.utils.prune

    torch.nn.utils.prune.l1_unstructured(model.lstm, "weight_ih_l0", 0.5)


def hook(model):
    model.lstm.register_forward_hook(lambda *_: None)


def pre_hook(model):
    model.lstm.register_forward_pre_hook(lambda *_: None)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (weight_norm, "parametrizations"),
        (old_weight_norm, "weights that aren't its parameters"),
        (pruned, "weights that aren't its parameters"),
        (hook, "hooks"),
        (pre_hook, "hooks"),
    ],
)
def test_recurrent_modules_that_do_not_compute_from_their_weights_are_refused(change, reason):
    model = LanguageModel()
    change(model)
    before = fingerprint(model)
    with pytest.raises(ValueError, match=f"lstm is a .*LSTM with {reason}.*, which isn't supported"):
        record_states(model, text(5))
    assert fingerprint(model) == before
    assert list(record_states(model, text(5), layers="decoder").states) == ["decoder"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_no_module_is_refused():
    with pytest.raises(TypeError, match=r"model must be a torch.nn.Module; got function"):
        record_states(lambda ids: ids, text(5))
    with pytest.raises(TypeError, match="a compiled model can't be watched"):
        record_states(torch.compile(LanguageModel()), text(5))


def test_a_vocabulary_from_words_to_ids_is_turned_round():
    recording = record_states(LanguageModel(), text(5), vocabulary={word: i for i, word in enumerate(WORDS)})
    assert recording.vocabulary == dict(enumerate(WORDS))
    with pytest.raises(TypeError, match="vocabulary must map integer ids to strings, or strings to ids; got 'a': 'b'"):
        record_states(LanguageModel(), text(5), vocabulary={"a": "b"})


# ------------------------------------------------------------------ progress


def test_progress_is_told_by_batches():
    told = []
    record_states(LanguageModel(), three_texts(), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
    told.clear()
    record_states(LanguageModel(), iter(three_texts()), progress=lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {None}


def test_a_bar_is_written_where_it_is_asked_for(capsys):
    record_states(LanguageModel(), text(5))
    assert capsys.readouterr().err == ""
    record_states(LanguageModel(), three_texts(), progress=True)
    assert "recording states: batch 1 of 3, 4 steps" in capsys.readouterr().err


IN_A_NOTEBOOK = """
import torch
from lstmvis_widget import record_states
record_states(torch.nn.RNN(2, 3), [torch.zeros(4, 2)] * 3, progress=True).sequences
"""


def test_in_a_notebook_the_bar_is_drawn_in_the_output_and_is_gone_at_the_end(monkeypatch):
    import nbclient
    import nbformat

    said = []

    class Listening(nbclient.NotebookClient):
        def process_message(self, msg, cell, cell_index):
            if msg["msg_type"] in {"display_data", "update_display_data"}:
                said.append(msg["content"]["data"])
            return super().process_message(msg, cell, cell_index)

    monkeypatch.setenv("PYTHONPATH", str(Path(lstmvis_widget.__file__).parents[1]))
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IN_A_NOTEBOOK)])
    Listening(document, timeout=120, kernel_name="python3").execute()
    first, *_, last = said
    assert first["text/plain"] == "recording states: batch 1 of 3, 4 steps"
    assert first["text/html"].startswith('<progress value="1" max="3">')
    assert last["text/html"] == ""


# --------------------------------------------------------------- without it

WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None  # as if it weren't installed
from lstmvis_widget import record_states
try:
    record_states(None, [1, 2, 3])
except ImportError as error:
    print(error)
"""


def test_without_pytorch_the_error_says_how_to_get_it():
    environment = os.environ | {"PYTHONPATH": str(Path(lstmvis_widget.__file__).parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, check=False, env=environment
    )
    assert "pip install 'lstmvis-widget[torch]'" in ran.stdout, ran.stderr
