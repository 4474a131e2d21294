"""A row never stands beside a token that it wasn't read at."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence

from lstmvis_widget import record_states
from lstmvis_widget.recording.orders import MIXED, REVERSED, SHIFTED, SORTED, is_translation, order_of

from .tiny_models import WORDS, Reader, gpt2

IDS = torch.tensor([[2, 3, 4, 5, 6, 2, 3, 9], [9, 8, 2, 2, 5, 6, 7, 3]])
ORDER = torch.tensor([3, 1, 0, 2, 7, 5, 6, 4])


def start(ids):
    return ids.new_zeros(len(ids), 1)


def loop(feed):
    """Reads one step after the other; ``feed`` says what comes next."""

    def reads(self, ids):
        state, scores, token = None, [], ids[:, 0]
        for step in range(1, ids.shape[1] + 1):
            state = self.cell(self.embedding(token), state)
            scores.append(self.decoder(state[0]))
            token = feed(ids, step, scores[-1])
        return torch.stack(scores, 1)

    return reads


def backwards(self, ids):
    state, vectors = None, self.embedding(ids)
    for step in reversed(range(ids.shape[1])):
        state = self.cell(vectors[:, step], state)


def encoder_and_decoder(self, ids):
    self.lstm(self.embedding(ids))
    return loop(lambda _, __, scores: scores.argmax(-1))(self, start(ids).expand_as(ids))


def sorts(self, ids):
    order = torch.tensor([1, 0])
    return self.lstm(pack_padded_sequence(self.embedding(ids)[order], [8, 8], batch_first=True))[0]


READS_OTHERWISE = {
    "flipped ids": ("lstm", lambda self, ids: self.lstm(self.embedding(ids.flip(1)))[0], REVERSED),
    "flipped vectors": ("lstm", lambda self, ids: self.lstm(self.embedding(ids).flip(1))[0], REVERSED),
    "flipped, and changed": ("lstm", lambda self, ids: self.lstm(self.embedding(ids.flip(1)) * 2)[0], REVERSED),
    "second layer flipped": (
        "second",
        lambda self, ids: self.second(self.lstm(self.embedding(ids))[0].flip(1))[0],
        REVERSED,
    ),
    "flipped copy": (
        "lstm",
        lambda self, ids: self.lstm(self.embedding(ids.flip(1)) + 0 * self.embedding(ids)),
        REVERSED,
    ),
    "loop from the end": ("cell", backwards, REVERSED),
    "shifted ids": (
        "lstm",
        lambda self, ids: self.lstm(self.embedding(torch.cat([start(ids), ids[:, :-1]], 1))),
        SHIFTED,
    ),
    "shifted vectors": (
        "lstm",
        lambda self, ids: self.lstm(torch.cat([torch.zeros(len(ids), 1, 4), self.embedding(ids)[:, :-1]], 1)),
        SHIFTED,
    ),
    "ahead": ("lstm", lambda self, ids: self.lstm(self.embedding(torch.cat([ids[:, 1:], start(ids)], 1))), SHIFTED),
    "teacher forcing in a loop": (
        "cell",
        loop(lambda ids, step, _: ids[:, step - 2] if step > 1 else ids[:, 0]),
        "other|shifted",
    ),
    "own predictions": ("cell", loop(lambda _, __, scores: scores.argmax(-1)), "other ids than those of the batch"),
    "encoder and decoder": ("cell", encoder_and_decoder, "other ids than those of the batch"),
    "another order": ("lstm", lambda self, ids: self.lstm(self.embedding(ids[:, ORDER])), MIXED),
    "sequences turned": ("lstm", lambda self, ids: self.lstm(self.embedding(ids.flip(0))), SORTED),
    "sorted and packed": ("lstm", sorts, SORTED),
}


@pytest.mark.parametrize("how", READS_OTHERWISE)
def test_a_recurrent_module_that_reads_otherwise_is_refused(how):
    name, reads, message = READS_OTHERWISE[how]
    layer = "cell.hidden" if name == "cell" else f"{name}.layer1.hidden"
    with pytest.raises(ValueError, match=message):
        record_states(Reader(reads), IDS, layers=layer)


READS_THE_BATCH = {
    "as it is": ("lstm", lambda self, ids: self.lstm(self.embedding(ids))[0]),
    "with positions": ("lstm", lambda self, ids: self.lstm(self.embedding(ids) + self.positions(torch.arange(8)))),
    "changed": ("lstm", lambda self, ids: self.lstm(self.embedding(ids) * 2)),
    "in a loop": ("cell", loop(lambda ids, step, _: ids[:, min(step, 7)])),
    "two layers": ("second", lambda self, ids: self.second(self.lstm(self.embedding(ids))[0])),
    "translated": ("lstm", lambda self, ids: self.lstm(self.embedding((ids + 5) % len(WORDS)))),
    "rare ids are unknown": ("lstm", lambda self, ids: self.lstm(self.embedding(ids.masked_fill(ids > 7, 0)))),
    "one-hot vectors": (
        "lstm",
        lambda self, ids: self.lstm(functional.one_hot(ids, 12).float() @ self.embedding.weight),
    ),
    "the half in its order": ("lstm", lambda self, ids: (self.lstm(self.embedding(ids)), self.embedding(ids.flip(1)))),
    "padding turned": ("lstm", lambda self, ids: self.lstm(self.embedding(ids).flip(1).flip(1))),
    "the encoder of two": ("lstm", encoder_and_decoder),
}


@pytest.mark.parametrize("how", READS_THE_BATCH)
def test_a_module_that_reads_the_batch_in_its_order_is_recorded(how):
    name, reads = READS_THE_BATCH[how]
    layer = "cell.hidden" if name == "cell" else f"{name}.layer1.hidden"
    recording = record_states(Reader(reads), IDS, layers=layer)
    assert recording.sequences == [8, 8]
    assert recording.tokens.tolist() == IDS.flatten().tolist()


def test_other_layers_warn_unless_the_batch_was_read_in_its_order_too():
    for how, message in (("flipped ids", "embedding was called with"), ("flipped vectors", "lstm has read")):
        with pytest.warns(UserWarning, match=f"{message} the steps in reverse order"):
            record_states(Reader(READS_OTHERWISE[how][1]), IDS, layers="output")
    with pytest.warns(UserWarning, match="other ids than those of the batch"):
        record_states(Reader(READS_OTHERWISE["own predictions"][1]), IDS, layers="decoder")

    def both_ways(self, ids):
        forward, backward = self.lstm(self.embedding(ids))[0], self.lstm(self.embedding(ids.flip(1)))[0]
        return torch.cat([forward, backward.flip(1)], -1)

    assert record_states(Reader(both_ways), IDS, layers="output").states["output"].shape == (16, 10)


def test_features_are_compared_too():
    features = torch.randn(2, 7, 4, generator=torch.Generator().manual_seed(0))
    with pytest.raises(ValueError, match=f"lstm has read {REVERSED}"):
        record_states(Reader(lambda self, x: self.lstm(x.flip(1))), features, layers="lstm.*")
    assert record_states(Reader(lambda self, x: self.lstm(x)), features, layers="lstm.layer1.hidden").sequences == [
        7,
        7,
    ]


def test_padding_does_not_count():
    lengths = [5, 8]
    padding = torch.arange(8) >= torch.tensor(lengths)[:, None]
    masks = Reader(lambda self, ids: self.lstm(self.embedding(ids.masked_fill(padding, 1))))
    assert record_states(masks, IDS, layers="lstm.layer1.hidden", lengths=lengths).sequences == lengths

    def flips_each(self, ids):
        rows = zip(self.embedding(ids), lengths, strict=True)
        return self.lstm(torch.stack([torch.cat([row[:n].flip(0), row[n:]]) for row, n in rows]))

    with pytest.raises(ValueError, match=REVERSED):
        record_states(Reader(flips_each), IDS, layers="lstm.*", lengths=lengths)


def test_an_id_or_a_position_beyond_an_embedding_is_told_with_what_to_do():
    model = Reader(lambda self, ids: self.lstm(self.embedding(ids) + self.positions(torch.arange(ids.shape[1]))))
    with pytest.raises(ValueError, match=r"the batch has the id 13, and embedding has the ids 0…11 only"):
        record_states(model, [2, 13], layers="lstm.*")
    with pytest.raises(ValueError, match=r"positions was asked for number 21, and has 20.*steps_per_call=20"):
        record_states(model, [2] * 22, layers="lstm.*")
    with pytest.raises(ValueError, match=r"transformer.wpe was asked for number 19, and has 16.*steps_per_call=16"):
        record_states(gpt2(), [[2] * 20], run=lambda model, ids: model(ids[None], output_hidden_states=True))


def plain_order(read, own):
    """The same decisions for one sequence, by lists."""
    if read == own:
        return None
    if read == own[::-1]:
        return REVERSED
    if read[1:] == own[:-1] or read[:-1] == own[1:]:
        return SHIFTED
    return MIXED if sorted(read) == sorted(own) else None


@settings(max_examples=60)
@given(st.data())
def test_orders_are_those_of_a_plain_comparison(data):
    own = data.draw(st.lists(st.integers(0, 4), min_size=3, max_size=7))
    read = data.draw(
        st.one_of(st.permutations(own), st.just(own[::-1]), st.just([9, *own[:-1]]), st.just([7] * len(own)))
    )
    if read == own:
        return
    columns = torch.tensor(read)[:, None], torch.tensor(own)[:, None]
    valid = torch.ones(len(own), 1, dtype=torch.bool)
    assert order_of(*columns, valid) == plain_order(read, own)
    vectors = torch.randn(10, 3, generator=torch.Generator().manual_seed(0))
    assert order_of(vectors[columns[0]], vectors[columns[1]], valid) == plain_order(read, own)


def test_what_a_model_predicts_is_no_translation():
    ids = torch.tensor([5, 3, 3, 1, 1, 0])
    for read, whole, by_steps in (
        ([6, 4, 4, 2, 2, 1], True, True),  # one to one
        ([5, 3, 3, 0, 0, 0], True, True),  # some are unknown
        ([9, 4, 4, 4, 4, 4], True, False),
        ([5, 4, 9, 4, 4, 4], False, False),
    ):
        assert is_translation(ids, torch.tensor(read), by_steps=False) == whole
        assert is_translation(ids, torch.tensor(read), by_steps=True) == by_steps
    assert not is_translation(torch.arange(4), torch.arange(4) + 1, by_steps=True)  # nothing shows that it is one
