"""What a model expects after each step, against the model itself, run on every prefix one by one."""

from contextlib import closing

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lstmvis_widget import OutputTrack, StateExplorer, record_states, sequence_table
from lstmvis_widget.files import describe
from lstmvis_widget.recording import outputs as outputs_module
from lstmvis_widget.recording import pieces

torch.set_num_threads(1)

TYPES, HIDDEN, CLASSES = 9, 4, 3
IDS = torch.tensor(np.random.default_rng(0).integers(0, TYPES, (4, 7)))


class Classifier(nn.Module):
    """Embeds ids, reads them, and gives what its function of (model, what the reader returned) says."""

    def __init__(self, says, kind=nn.LSTM, classes=CLASSES, **options):
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(TYPES, 3)
        self.reader = kind(3, HIDDEN, batch_first=True, **options)
        width = HIDDEN * (2 if options.get("bidirectional") else 1)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(0.5)
        self.dense = nn.Linear(width, 5)
        self.out = nn.Linear(5, classes)
        self.says = says

    def forward(self, ids):
        return self.says(self, self.reader(self.embedding(ids)))

    def head(self, state):
        return self.out(torch.relu(self.dense(self.dropout(state))))


def of_last_hidden(model, read):
    return model.head(read[1][0][-1])


def of_last_row(model, read):
    return model.head(read[0][:, -1])


def scores_of(recording):
    """The scores as the model gave them, (T, C)."""
    track = recording.tracks["output"]
    assert isinstance(track, OutputTrack)
    probabilities = track.probabilities(0, len(track))
    return np.log(probabilities) if track.logits else probabilities


def normalised(logits):
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def by_prefix(model, texts, *more):
    """Log probabilities of each prefix, read alone: the slow way."""
    model.eval()
    with torch.no_grad():
        rows = [model(text[None, : step + 1], *more).reshape(1, -1)[0] for text in texts for step in range(len(text))]
    model.train()
    return normalised(np.stack([row.double().numpy() for row in rows]))


def same(found, expected, error=1e-5):
    np.testing.assert_allclose(found, expected, rtol=0, atol=error)


HEADS = {
    "the last hidden state": of_last_hidden,
    "the last output": of_last_row,
    "all hidden states, of one layer": lambda model, read: model.head(read[1][0]).squeeze(0),
    "a layer between": lambda model, read: model.head(model.norm(read[0])[:, -1]),
    "a slice of one step": lambda model, read: model.head(read[0][:, -1:]).squeeze(1),
    "two ways": lambda model, read: model.head(read[1][0][-1]) + model.out(model.dense(model.norm(read[0])[:, -1])),
    "changed in place": lambda model, read: model.out(nn.ReLU(inplace=True)(model.dense(read[1][0][-1]))),
    "log probabilities": lambda model, read: of_last_row(model, read).log_softmax(dim=-1),
    "in a dict": lambda model, read: {"logits": of_last_row(model, read), "states": read[0]},
}


@pytest.mark.parametrize("way", ["head", "prefix"])
@pytest.mark.parametrize("says", HEADS.values(), ids=HEADS)
def test_scores_are_those_of_the_model_on_each_prefix(says, way):
    model = Classifier(says)
    alone = Classifier(lambda model, read: found["logits"] if isinstance(found := says(model, read), dict) else found)
    recording = record_states(model, IDS, outputs=way)
    same(scores_of(recording), by_prefix(alone, IDS))
    assert recording.tracks["output"].classes == ("0", "1", "2")
    assert model.training


@settings(max_examples=15, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    kind=st.sampled_from([nn.LSTM, nn.GRU, nn.RNN]),
    layers=st.integers(1, 2),
    seed=st.integers(0, 9),
)
def test_head_and_prefix_agree_for_texts_of_any_lengths(lengths, kind, layers, seed):
    rng = np.random.default_rng(seed)
    texts = [torch.tensor(rng.integers(0, TYPES, length)) for length in lengths]
    model = Classifier(of_last_row, kind, num_layers=layers)
    expected = by_prefix(model, texts)
    for way in ("head", "prefix"):
        recording = record_states(model, texts, outputs=way)
        assert recording.sequences == lengths
        same(scores_of(recording), expected)


REFUSED = {
    "mean": lambda model, read: model.head(read[0].mean(dim=1)),
    "maximum": lambda model, read: model.head(read[0].amax(dim=1)),
    "attention": lambda model, read: model.head(
        (torch.softmax((read[0] * read[0][:, -1:]).sum(dim=-1), dim=1)[..., None] * read[0]).sum(dim=1)
    ),
    "first state": lambda model, read: model.head(read[0][:, 0]),
    "last and mean": lambda model, read: model.head(read[0][:, -1]) + model.out(model.dense(read[0].mean(dim=1))),
}


@pytest.mark.parametrize("says", REFUSED.values(), ids=REFUSED)
def test_a_head_that_reads_more_than_the_last_state_is_refused_and_prefixes_are_exact(says):
    model = Classifier(says)
    with pytest.raises(ValueError, match=r"doesn't compute its output from the state of the last step.*\"prefix\""):
        record_states(model, IDS, outputs="head")
    same(scores_of(record_states(model, IDS, outputs="prefix")), by_prefix(model, IDS))


class Padded(Classifier):
    """Takes the state at the end of each text, whose length it is given."""

    def forward(self, ids, lengths):
        read, _ = self.reader(self.embedding(ids))
        return self.head(read[torch.arange(len(ids)), lengths - 1])


def test_where_texts_are_padded_the_refusal_asks_for_their_lengths():
    lengths = torch.tensor([7, 3, 5, 6])
    model, batch = Padded(None), {"ids": IDS, "lengths": lengths}
    with pytest.raises(ValueError, match=r"of all 7 \(if the texts are padded, say how long each is: lengths="):
        record_states(model, batch, outputs="head")
    recording = record_states(model, batch, outputs="head", lengths=lambda batch: batch["lengths"].tolist())
    assert recording.sequences == lengths.tolist()
    alone = [by_prefix(Classifier(of_last_row), ids[None, :length]) for ids, length in zip(IDS, lengths, strict=True)]
    same(scores_of(recording), np.concatenate(alone))


@pytest.mark.parametrize("says", [of_last_hidden, of_last_row, lambda model, read: model.head(read[0])])
def test_a_bidirectional_module_is_refused_and_prefixes_are_exact(says):
    bidirectional = says if says is not of_last_hidden else lambda model, read: model.head(torch.cat(list(read[1]), 1))
    model = Classifier(bidirectional, nn.GRU, bidirectional=True)
    with pytest.raises(ValueError, match=r"reader is bidirectional.*outputs=\"prefix\""):
        record_states(model, IDS, outputs="head")
    last = (
        (lambda model, read: bidirectional(model, read)[:, -1]) if says not in {of_last_hidden, of_last_row} else None
    )
    alone = Classifier(last or bidirectional, nn.GRU, bidirectional=True)
    same(scores_of(record_states(model, IDS, outputs="prefix")), by_prefix(alone, IDS))


class Attention(nn.Module):
    """A small transformer, which says something at one place."""

    def __init__(self, place, *, causal):
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(TYPES, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.out = nn.Linear(8, CLASSES)
        self.place, self.causal = place, causal

    def forward(self, ids):
        mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1]) if self.causal else None
        return self.out(self.encoder(self.embedding(ids), mask=mask, is_causal=self.causal)[:, self.place])


@pytest.mark.parametrize(
    ("place", "causal", "why"), [(-1, False, "looks ahead"), (0, False, "last step"), (-1, True, "")]
)
def test_a_transformer_has_a_head_where_it_reads_in_order(place, causal, why):
    model = Attention(place, causal=causal)
    options = {"layers": "encoder"}
    same(scores_of(record_states(model, IDS, outputs="prefix", **options)), by_prefix(model, IDS))
    if why:
        with pytest.raises(ValueError, match=why):
            record_states(model, IDS, outputs="head", **options)
    else:
        same(scores_of(record_states(model, IDS, outputs="head", **options)), by_prefix(model, IDS))


def test_classifiers_of_transformers():
    small = {"vocab_size": TYPES, "num_labels": CLASSES, "pad_token_id": 0}
    torch.manual_seed(0)
    gpt2 = transformers.GPT2ForSequenceClassification(
        transformers.GPT2Config(n_positions=16, n_embd=8, n_layer=1, n_head=2, **small)
    )
    bert = transformers.BertForSequenceClassification(
        transformers.BertConfig(
            hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, **small
        )
    )  # fmt: skip
    ids = IDS % (TYPES - 1) + 1
    alone = Classifier(None)
    for model, ways in ((gpt2, ("head", "prefix")), (bert, ("prefix",))):
        alone.forward = lambda ids, model=model: model.eval()(ids).logits
        expected = by_prefix(alone, ids)
        for way in ways:
            same(scores_of(record_states(model, ids, outputs=way)), expected)
    with pytest.raises(ValueError, match="last step"):
        record_states(bert, ids, outputs="head")
    t5 = transformers.T5ForConditionalGeneration(
        transformers.T5Config(vocab_size=TYPES, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    )
    with pytest.raises(ValueError, match="encoder-decoder says it of another text"):
        record_states(t5, ids, outputs="prefix")


class Packing(Classifier):
    def forward(self, ids, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        return self.says(self, self.reader(packed))


class Picking(Classifier):
    def forward(self, ids, lengths):
        states, _ = self.reader(self.embedding(ids))
        return self.head(states[torch.arange(len(ids)), lengths - 1])


LENGTHS = [3, 7, 5, 1]
TEXTS = [row[:length] for row, length in zip(IDS, LENGTHS, strict=True)]
PADDED = nn.utils.rnn.pad_sequence(TEXTS, batch_first=True)


@pytest.mark.parametrize("way", ["head", "prefix", "out"])
@pytest.mark.parametrize("kind", [Packing, Picking])
def test_padded_texts_with_their_lengths(kind, way):
    recording = record_states(kind(of_last_hidden), [(PADDED, torch.tensor(LENGTHS))], lengths=[LENGTHS], outputs=way)
    assert recording.sequences == LENGTHS
    same(scores_of(recording), by_prefix(Classifier(of_last_hidden), TEXTS))


@pytest.mark.parametrize("way", ["head", "prefix"])
@pytest.mark.parametrize(
    ("batches", "options", "texts"),
    [
        (PADDED, {"lengths": LENGTHS}, TEXTS),
        ((text for text in TEXTS), {}, TEXTS),
        (IDS[:1], {"steps_per_call": 3}, IDS[:1]),
        ([IDS[:, :3], IDS[:, 3:]], {"carry_state": True}, IDS),
        ([{"ids": IDS}], {}, IDS),
        (nn.utils.rnn.pack_sequence(TEXTS, enforce_sorted=False), {"run": "packed"}, TEXTS),
        ([IDS[0]], {"run": "one text"}, IDS[:1]),
    ],
    ids=["padding that is read", "texts", "pieces", "carried", "a dict", "packed", "without a batch"],
)
def test_batches_of_many_forms(batches, options, texts, way):
    model = Classifier(of_last_row)
    if isinstance(batches, nn.utils.rnn.PackedSequence):
        model = Classifier(of_last_hidden)
        options = {"run": lambda model, batch: model.says(model, model.reader(_embedded(model, batch)))}
    elif "run" in options:
        options = {"run": lambda model, ids: model.head(model.reader(model.embedding(ids))[0][-1])}
    if not isinstance(batches, list | torch.Tensor | nn.utils.rnn.PackedSequence):
        batches = list(TEXTS)
        batches = (text for text in batches)
    same(scores_of(record_states(model, batches, outputs=way, **options)), by_prefix(Classifier(of_last_row), texts))


def _embedded(model, packed):
    return packed._replace(data=model.embedding(packed.data))


@pytest.mark.parametrize("way", ["head", "prefix"])
def test_a_model_that_reads_steps_first(way):
    class StepsFirst(Classifier):
        def __init__(self):
            super().__init__(None)
            self.reader.batch_first = False

        def forward(self, ids):
            return self.head(self.reader(self.embedding(ids))[0][-1])

    same(scores_of(record_states(StepsFirst(), IDS.T, outputs=way)), by_prefix(Classifier(of_last_row), IDS))


def test_other_arguments_of_a_sequence_go_with_its_prefixes():
    class WithLabel(Classifier):
        def forward(self, ids, label, factor):
            states, _ = self.reader(self.embedding(ids))
            return self.head(states[:, -1]) * factor + label[:, None]

    batches = [
        {"ids": IDS[:1], "label": torch.tensor([7]), "factor": 2},
        {"ids": IDS[1:2], "label": torch.tensor([0]), "factor": 2},
    ]
    expected = Classifier(lambda model, read: of_last_row(model, read) * 2)
    recording = record_states(WithLabel(None), batches, outputs="prefix")
    same(scores_of(recording), by_prefix(expected, IDS[:2]))
    assert repr(recording).endswith("tracks output (logits of 3 classes)")


def test_cells_called_step_by_step_and_feature_vectors():
    class Stepping(Classifier):
        def __init__(self):
            super().__init__(None)
            self.cell = nn.LSTMCell(3, HIDDEN)

        def forward(self, vectors):
            state = None
            for step in range(vectors.shape[1]):
                state = self.cell(vectors[:, step], state)
            return self.head(state[0])

    vectors = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(0))
    expected = by_prefix(Stepping(), vectors)
    for way in ("head", "prefix", "out"):
        same(scores_of(record_states(Stepping(), vectors, layers="cell.hidden", outputs=way)), expected)


@pytest.mark.parametrize("way", ["head", "prefix", "out"])
def test_a_model_with_an_output_a_step_keeps_these(way):
    model = Classifier(lambda model, read: model.head(read[0]))
    same(scores_of(record_states(model, IDS, outputs=way)), by_prefix(Classifier(of_last_row), IDS))
    one = Classifier(lambda model, read: model.head(read[0]).squeeze(-1), classes=1)
    recording = record_states(one, IDS, outputs=way)
    logits = one.eval()(IDS).detach().numpy().reshape(-1)
    same(recording.tracks["output"].probabilities(0, 28)[:, 1], 1 / (1 + np.exp(-logits)))


def test_long_texts_are_cut_and_scored_piece_by_piece(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_STEPS", 20)
    monkeypatch.setattr(pieces, "LONG_STEPS", 40)
    monkeypatch.setattr(pieces, "PROBED_STEPS", 8)
    text = torch.tensor(np.random.default_rng(1).integers(0, TYPES, (1, 90)))
    seen = []
    model = Classifier(lambda model, read: seen.append(read[0].shape[1]) or of_last_row(model, read))
    found = scores_of(record_states(model, text, outputs="head"))
    assert max(seen) <= 20
    same(found, by_prefix(Classifier(of_last_row), text))


@pytest.mark.parametrize("way", ["head", "prefix"])
def test_a_file_and_an_explorer(tmp_path, way):
    names = {"classes": ["bad", "so-so", "good"], "targets": ["good", "bad", None, "so-so"]}
    model = Classifier(of_last_row)
    memory = record_states(model, IDS, outputs=way, **names)
    with record_states(model, IDS, outputs=way, path=tmp_path / "states.h5", **names) as recording:
        same(scores_of(recording), scores_of(memory), 0)
        track = recording.tracks["output"]
        assert track.targets.tolist() == [2, 0, -1, 1]
        table = sequence_table(track, recording.sequences)
        expected = by_prefix(model, IDS).reshape(4, 7, 3)[:, -1].argmax(axis=-1)
        assert table["prediction"].tolist() == [names["classes"][place] for place in expected]
        explorer = StateExplorer(**recording)
        explorer.color_by = "output"
        assert explorer.tracks["output"][:28] == track[:28]
        explorer.close()
        expected = memory.tracks["output"].expected.tolist()
    with closing(StateExplorer.open(tmp_path / "states.h5")) as explorer:
        track = explorer.tracks["output"]
        assert (track.classes, track.logits) == (tuple(names["classes"]), True)
        assert track.targets.tolist() == [2, 0, -1, 1]
        assert track.expected.tolist() == expected
        same(track.probabilities(0, 28), memory.tracks["output"].probabilities(0, 28), 0)


def test_targets_by_step_go_into_a_file(tmp_path):
    targets = (IDS.numpy().reshape(-1) % 3).tolist()
    for way in ("head", "prefix"):
        path = tmp_path / f"{way}.h5"
        record_states(Classifier(of_last_row), IDS, outputs=way, path=path, targets=targets).close()
        with closing(StateExplorer.open(path)) as explorer:
            assert explorer.tracks["output"].targets.tolist() == targets


def test_a_file_can_be_explored_while_prefixes_are_read_and_has_their_scores_at_the_end(tmp_path):
    path, there = tmp_path / "states.h5", []

    def look(_, total):
        if total == 7:  # of prefixes
            with closing(StateExplorer.open(path)) as explorer:
                there.append((len(explorer.states), explorer.sequences, list(explorer.tracks)))

    record_states(Classifier(of_last_row), IDS, outputs="prefix", path=path, progress=look).close()
    assert there == [(28, (7, 7, 7, 7), [])] * len(there) != []
    assert describe(path).contents["tracks"] == ("output",)


@pytest.mark.parametrize("classes", [1, 5])
def test_any_number_of_classes_fits_into_a_file_of_prefixes(tmp_path, classes):
    model = Classifier(of_last_row, classes=classes).double()
    memory = record_states(model, IDS, outputs="prefix")
    with record_states(model, IDS, outputs="prefix", path=tmp_path / "states.h5") as recording:
        track = recording.tracks["output"]
        assert track.scores(0, 28).dtype == np.float64
        same(track.scores(0, 28), memory.tracks["output"].scores(0, 28), 0)


# --------------------------------------------------------------- what scores are


def sigmoid_of(function):
    return lambda model, read: function(of_last_row(model, read)).squeeze(-1)


@pytest.mark.parametrize("way", ["head", "prefix"])
@pytest.mark.parametrize(
    ("says", "logits"),
    [
        (sigmoid_of(torch.sigmoid), False),
        (sigmoid_of(lambda values: torch.sigmoid(values).clamp(1e-6, 1 - 1e-6)), False),
        (sigmoid_of(lambda values: values), True),
        (sigmoid_of(lambda values: values.abs().clamp(0, 0.9)), True),
    ],
)
def test_one_output_is_a_probability_only_after_a_logistic_function(says, logits, way):
    model = Classifier(says, classes=1)
    track = record_states(model, IDS, outputs=way, classes=["bad", "good"]).tracks["output"]
    assert track.logits == logits
    model.eval()
    own = torch.stack([model(IDS[1:2, : step + 1]).reshape(()) for step in range(7)]).detach()
    same(track.probabilities(7, 14)[:, 1], own.sigmoid() if logits else own)


@pytest.mark.parametrize("way", ["head", "prefix"])
def test_rows_that_sum_to_one_are_probabilities(way):
    model = Classifier(lambda model, read: of_last_row(model, read).softmax(dim=-1))
    recording = record_states(model, IDS, outputs=way)
    assert not recording.tracks["output"].logits
    same(scores_of(recording), np.exp(by_prefix(Classifier(of_last_row), IDS)))


@pytest.mark.parametrize("way", ["head", "prefix"])
@pytest.mark.parametrize(
    ("function", "message"),
    [
        (torch.sigmoid, r"3 outputs come from a logistic function each.*run=lambda model, batch"),
        (nn.functional.logsigmoid, r"logarithms of a logistic function.*run=lambda model, batch"),
    ],
)
def test_logistic_units_aren_t_classes_that_exclude_each_other(function, message, way):
    model = Classifier(lambda model, read: function(of_last_row(model, read)))
    with pytest.raises(ValueError, match=message):
        record_states(model, IDS, outputs=way)


def test_half_precision_is_kept_as_float32():
    model = Classifier(of_last_row).bfloat16()
    track = record_states(model, IDS, outputs="head").tracks["output"]
    same(np.log(track.probabilities(0, 28)), by_prefix(model, IDS), 0.05)


# ------------------------------------------------------------------- prefixes


def test_prefixes_of_equal_length_are_read_side_by_side():
    seen = []
    model = Classifier(lambda model, read: seen.append(tuple(read[0].shape[:2])) or of_last_row(model, read))
    record_states(model, TEXTS, outputs="prefix")
    assert seen[len(TEXTS) :] == [(4, 1), (3, 2), (3, 3), (2, 4), (2, 5), (1, 6), (1, 7)]


def test_the_cost_is_said_before_it_is_paid(monkeypatch):
    monkeypatch.setattr(outputs_module, "COSTLY", 3.9)
    seen = []

    def says(model, read):
        seen.append(read)
        return of_last_row(model, read)

    with pytest.warns(UserWarning, match=r'reads 112 steps, 4 times those of the texts: about 0 s.*outputs="head"'):
        record_states(Classifier(says), IDS, outputs="prefix")
    monkeypatch.setattr(outputs_module, "COSTLY", 4)
    record_states(Classifier(says), IDS, outputs="prefix")  # no warning


def test_progress_of_prefixes_and_an_interruption(tmp_path):
    told = []
    record_states(Classifier(of_last_row), IDS, outputs="prefix", progress=lambda *each: told.append(each))
    assert told[-1] == (7, 7)

    def interrupt(_, total):
        if total == 7:
            raise KeyboardInterrupt

    model = Classifier(of_last_row)
    with pytest.raises(KeyboardInterrupt):
        record_states(model, IDS, outputs="prefix", progress=interrupt, path=tmp_path / "states.h5")
    assert model.training
    assert not any(module._forward_hooks for module in model.modules())
    with closing(StateExplorer.open(tmp_path / "states.h5")) as explorer:  # the states are there
        assert (len(explorer.states), list(explorer.tracks)) == (28, [])


def test_a_model_that_keeps_its_state_reads_each_prefix_from_the_first():
    class Keeping(Classifier):
        state = None

        def forward(self, ids):
            states, self.state = self.reader(self.embedding(ids), self.state)
            return self.head(states[:, -1])

    model = Keeping(None)
    same(scores_of(record_states(model, IDS, outputs="prefix")), by_prefix(Classifier(of_last_row), IDS))


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"outputs": "nope"}, ValueError, r"\"head\", \"prefix\", or one of the modules .*'out', 'unused'; got 'nope'"),
        ({"outputs": ""}, ValueError, "got ''"),
        ({"outputs": 3}, TypeError, 'must be "head", "prefix", or the name of a module; got 3'),
        ({"classes": ["a", "b", "c"]}, TypeError, 'say how that is found: outputs="head"'),
        ({"targets": [0]}, TypeError, 'say how that is found: outputs="head"'),
        ({"outputs": "head", "classes": ["a", "b"]}, ValueError, "3 outputs, so classes must have 3 names; got 2"),
        ({"outputs": "prefix", "classes": ["a", "b"]}, ValueError, "3 outputs, so classes must have 3 names; got 2"),
        ({"outputs": "head", "classes": ["a", "a", "b"]}, ValueError, "'a' is there more than once"),
        ({"outputs": "head", "classes": "abc"}, TypeError, "classes must be the names"),
        ({"outputs": "head", "classes": 3}, TypeError, "classes must be the names"),
        ({"outputs": "head", "classes": ["a"]}, ValueError, "at least two classes"),
        ({"outputs": "head", "targets": [0, 1]}, ValueError, r"each of the 4 sequences.*28 time steps; there are 2"),
        (
            {"outputs": "head", "classes": ["a", "b", "c"], "targets": ["d"] * 4},
            ValueError,
            r"among the classes.*target 0 is 'd'",
        ),
        ({"outputs": "unused"}, ValueError, "unused didn't run"),
        ({"outputs": "reader"}, ValueError, "reader is a LSTM, which puts out states; name the module"),
    ],
)
def test_bad_arguments_are_told_with_what_is_allowed(options, error, message):
    model = Classifier(of_last_row)
    model.unused = nn.Linear(HIDDEN, CLASSES)
    with pytest.raises(error, match=message):
        record_states(model, IDS, **options)


def test_a_reader_without_output_layer_is_refused():
    with pytest.raises(ValueError, match="LSTM returns states, not scores of classes"):
        record_states(nn.LSTM(3, 4), torch.zeros(5, 1, 3), outputs="head")
    config = transformers.GPT2Config(vocab_size=TYPES, n_positions=16, n_embd=8, n_layer=1, n_head=2)
    with pytest.raises(ValueError, match=r"GPT2Model returns .*no scores of classes \(logits\)"):
        record_states(transformers.GPT2Model(config), IDS, outputs="head")


def test_scores_that_are_nan_are_told():
    model = Classifier(lambda model, read: of_last_row(model, read) * torch.nan)
    with pytest.raises(ValueError, match="scores must be finite numbers; those of step 0 aren't"):
        record_states(model, IDS, outputs="head")


def test_a_model_that_reads_texts_of_one_length_has_no_prefixes():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(TYPES, 3), nn.Flatten(1), nn.Linear(21, 2))
    with pytest.raises(ValueError, match="can't read a text of 1 step like these; outputs='prefix' needs a model that"):
        record_states(model, IDS, layers="0", outputs="prefix")
    with pytest.raises(ValueError, match="last step"):
        record_states(model, IDS, layers="0", outputs="head")


def test_many_classes_are_warned_of():
    model = Classifier(of_last_row, classes=1001)
    with pytest.warns(UserWarning, match="1,001 outputs.*top_k=5"):
        record_states(model, IDS, outputs="head")
