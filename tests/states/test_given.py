"""What people hold is taken as layers of time steps, or refused with what to write."""

import pickle
from collections import OrderedDict, UserDict

import ml_dtypes
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer, StateWriter, map_phrases, rank_matches, save_states, select_cells
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.sources import States, as_states
from tests.strategies import sticky_states

STEPS, CELLS = 12, 5
A = sticky_states(STEPS, CELLS, seed=2, keep=0.7).astype(np.float32)
B = np.stack([A, A[::-1], 2 * A])
WORDS = [f"w{step}" for step in range(STEPS)]


def values(taken, layer="states"):
    return taken.layers[layer].read(0, len(taken.layers[layer]))


def explored(*arguments, **options):
    explorer = StateExplorer(*arguments, **options)
    explorer.close()
    return explorer


# ---------------------------------------------------------------- what is masked


def masked_sources():
    class MaskedRows:
        """Slices of it are masked, as those of netCDF4."""

        shape, dtype = (4, 3), np.dtype(int)

        def __getitem__(self, rows):
            return np.ma.masked_equal(np.arange(12).reshape(4, 3), 7)[rows]

    masked = np.ma.masked_equal(np.arange(12).reshape(4, 3), 7)
    torchless = [
        masked,
        masked.astype(np.float32),
        masked.astype(">f4"),
        MaskedRows(),
        masked[None],
        [masked[:1], masked[1:]],
        pd.DataFrame(masked.astype(float).filled(np.nan)).astype("Int64"),
        pl.DataFrame([[0, 3, 6, 9], [1, 4, None, 10], [2, 5, 8, 11]], schema=["a", "b", "c"]),
        pa.table({"a": [0, 3, 6, 9], "b": [1, 4, None, 10], "c": [2, 5, 8, 11]}),
    ]
    return {f"{number} {type(each).__name__}": each for number, each in enumerate(torchless)}


MASKED = masked_sources()
UNMASKED = np.where(np.arange(12) == 7, np.nan, np.arange(12)).reshape(4, 3)


@pytest.mark.parametrize("name", MASKED)
def test_what_is_masked_is_nan_and_off(name):
    source = MASKED[name]
    taken = given_states(source).layers["states"]
    assert taken.dtype.kind == "f"
    assert np.array_equal(taken.read(0, 4), UNMASKED, equal_nan=True)
    on = np.unpackbits(
        OnOffIndex.build(taken, -1.0).bits.words.astype("<u8").view(np.uint8).reshape(4, 8)[:, :1], axis=1
    )
    assert on[:, :5:-1].sum() + on[:, 5].sum() == 11
    assert taken.read(2, 3).dtype == taken.dtype


def test_masked_numbers_enter_no_statistic():
    masked = np.ma.masked_greater(A, 0.3)
    for transform in ("standardise", "quantile"):
        expected = States(masked.filled(np.nan), transform)
        assert np.array_equal(States(masked, transform).read(0, STEPS), expected.read(0, STEPS), equal_nan=True)
    assert select_cells(masked, 0, 1, -9.0).tolist() == np.flatnonzero(~masked.mask[0]).tolist()


def test_rows_masked_in_part_where_integers_were_promised_are_refused():
    class Masked:
        shape, dtype = (4, 3), np.dtype(int)

        def __getitem__(self, rows):
            part = np.arange(12).reshape(4, 3)[rows]
            return np.ma.masked_equal(part, 7) if (part == 7).any() else part

    with pytest.raises(OSError, match=r"rows 0 to 4 .* masked in part: give the states as floats"):
        States(Masked()).read(0, 4)


# ------------------------------------------------------------- dtypes and layouts


def small_floats():
    torch = pytest.importorskip("torch")
    tensor = torch.tensor(A)
    for dtype in (torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz):
        yield tensor.to(dtype), tensor.to(dtype).float().numpy()
    yield tensor.bfloat16().to_sparse(), tensor.bfloat16().float().numpy()
    yield tensor[None].bfloat16().requires_grad_(), tensor.bfloat16().float().numpy()
    for dtype in (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2):
        yield A.astype(dtype), A.astype(dtype).astype(np.float32)


def test_small_floats_are_read_as_the_single_precision_that_holds_them():
    for source, expected in small_floats():
        taken = as_states(source)
        assert (taken.shape, taken.dtype) == (A.shape, np.float32)
        assert np.array_equal(taken.read(2, 9), expected[2:9])
        assert select_cells(source, 3, 5, 0.1).tolist() == select_cells(expected, 3, 5, 0.1).tolist()


def test_the_least_number_above_zero_is_that_of_the_given_precision():
    for source, expected in small_floats():
        least = as_states(source).least_above_zero
        assert 0 < least <= expected[expected > 0].min()
        assert type(source).__module__ != "numpy" or source.dtype.type(least) == least != source.dtype.type(least / 2)
    for dtype in (np.float16, np.float32, np.float64):
        assert as_states(A.astype(dtype)).least_above_zero == np.finfo(dtype).smallest_subnormal
    assert as_states(np.arange(6).reshape(2, 3)).least_above_zero is None


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dok", "lil", "dia"])
@pytest.mark.parametrize("kind", ["array", "matrix"])
def test_sparse_arrays_of_any_format_are_made_dense_block_by_block(form, kind, monkeypatch):
    sparse = getattr(scipy.sparse, f"{form}_{kind}")(np.where(A > 0.2, A, 0))
    monkeypatch.setattr(scipy.sparse.csr_array, "toarray", None)
    monkeypatch.setattr(scipy.sparse.csr_matrix, "toarray", None)
    assert np.array_equal(as_states(sparse).read(0, STEPS), np.where(A > 0.2, A, 0))


def test_entries_of_a_sparse_array_that_stand_twice_are_added():
    sparse = scipy.sparse.coo_array(([1.0, 2.0, 4.0], ([0, 0, 1], [1, 1, 2])), shape=(2, 3))
    assert as_states(sparse).read(0, 2).tolist() == [[0, 3, 0], [0, 0, 4]]
    rows = scipy.sparse.csr_array(([1.0, 2.0], [1, 1], [0, 2]), shape=(1, 3))
    assert as_states(rows).read(0, 1).tolist() == [[0, 3, 0]]
    assert rows.nnz == 2  # what was given is as it was


def test_arrays_in_memory_are_not_copied():
    torch = pytest.importorskip("torch")
    for source, array in [
        (A, A),
        (A[None], A),
        (torch.from_numpy(A).requires_grad_(), A),
        (torch.from_numpy(A)[None], A),
        (np.ma.array(A), A),
    ]:
        taken = as_states(source)
        assert taken.in_memory
        assert np.shares_memory(taken.read(3, 5), array)
    taken = given_states(B, sequences=[12, 4, 7]).layers["states"]
    assert taken.in_memory
    assert np.shares_memory(taken.read(3, 5), B)


# --------------------------------------------------------------------- sequences


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_padded_batches_are_flattened_with_all_that_is_aligned(data):
    sizes = st.integers(1, STEPS)
    lengths = data.draw(st.lists(sizes, min_size=2, max_size=3))
    side = data.draw(st.sampled_from(["lengths", "left", "right", "holes"]))
    batch = B[: len(lengths)]
    mask = np.zeros(batch.shape[:2], bool)
    for row, length in enumerate(lengths):
        if side == "holes":
            mask[row, data.draw(st.permutations(range(STEPS)))[:length]] = True
        else:
            mask[row, STEPS - length if side == "left" else 0 : STEPS if side == "left" else length] = True
    said = lengths if side == "lengths" else data.draw(st.sampled_from([mask, mask.astype(int), mask.tolist()]))
    ids = np.arange(mask.size).reshape(mask.shape)
    cut = [row[on].tolist() for row, on in zip(ids, mask, strict=True)]
    tokens = data.draw(st.sampled_from([ids, ids.tolist(), cut, ids[mask]]))
    taken = given_states(batch, sequences=said, tokens=tokens, tracks={"p": ids, "q": cut, "r": ids[mask]})
    assert list(taken.sequences) == lengths
    assert np.array_equal(values(taken), batch[mask])
    for flat in (taken.tokens, *taken.tracks.values()):
        assert list(flat) == ids[mask].tolist()
    start = data.draw(st.integers(0, sum(lengths)))
    stop = data.draw(st.integers(start, sum(lengths)))
    assert np.array_equal(taken.layers["states"].read(start, stop), batch[mask][start:stop])


def test_tokens_as_lists_say_how_long_the_sequences_are():
    taken = given_states(B[:2], tokens=[["a", "b"], ["c", "d", "e"]])
    assert (taken.sequences, taken.tokens) == ([2, 3], ["a", "b", "c", "d", "e"])
    assert np.array_equal(values(taken), np.concatenate([B[0, :2], B[1, :3]]))
    taken = given_states(A, tokens=[WORDS[:4], WORDS[4:]])
    assert (taken.sequences, taken.tokens) == ([4, 8], WORDS)


@pytest.mark.parametrize("box", [dict, UserDict])
def test_a_tokenizers_output_says_what_is_padding(box):
    torch = pytest.importorskip("torch")
    mask = torch.ones(3, STEPS, dtype=torch.int64)
    mask[1, :5] = 0
    ids = torch.arange(3 * STEPS).reshape(3, STEPS)
    taken = given_states(torch.tensor(B), tokens=box(input_ids=ids, attention_mask=mask))
    assert taken.sequences == [12, 7, 12]
    assert taken.tokens.tolist() == ids[mask.bool()].tolist()


def test_a_list_of_arrays_of_several_lengths_is_a_sequence_each():
    for parts in ([A[:5], A[5:]], [A[None, :5], A[None, 5:]], [A[:5].tolist(), A[5:].tolist()], [A[:5], A[None, 5:]]):
        taken = given_states(parts, tokens=[WORDS[:5], WORDS[5:]])
        assert (taken.sequences, taken.tokens) == ([5, 7], WORDS)
        assert np.array_equal(values(taken), A)
    explorer = StateExplorer([A[:5], A[5:]], WORDS, threshold=0.1)
    assert explorer.sequences == (5, 7)
    explorer.selection = (3, 5)
    expected = rank_matches(A, explorer.selected_cells, 0.1, min_length=2, sequences=[5, 7])
    assert explorer.matches.start.tolist() == expected.start.tolist()
    assert np.array_equal(np.asarray(explorer.states), A)
    explorer.close()


def test_one_array_a_step_is_one_sequence():
    for vectors in (list(A), [row[None] for row in A], [row[None, None] for row in A]):
        taken = given_states(vectors, tokens=WORDS)
        assert taken.sequences is None
        assert np.array_equal(values(taken), A)


@pytest.mark.parametrize(
    ("states", "said", "layers"),
    [
        ([A, A], {"sequences": [12, 12]}, None),
        ([A, A], {"tokens": WORDS * 2}, None),
        ([A, A], {"tokens": [WORDS, WORDS]}, None),
        ((A, A), {"sequences": [12, 12]}, None),
        (B, {"tokens": WORDS * 3}, None),
        ([A, A], {"tokens": WORDS}, ["layer1", "layer2"]),
        ((A, A), {"sequences": [5, 7]}, ["layer1", "layer2"]),
        (B, {"tokens": WORDS}, ["layer1", "layer2", "layer3"]),
        ([A[None], A[None]], {"tokens": np.arange(12)}, ["layer1", "layer2"]),
    ],
)
def test_tokens_or_sequences_say_whether_equal_arrays_are_layers(states, said, layers):
    taken = given_states(states, **said)
    assert list(taken.layers) == (layers or ["states"])
    steps = {len(each) for each in taken.layers.values()}
    assert steps == {STEPS if layers else STEPS * len(states)}
    assert layers or list(taken.sequences) == [STEPS] * len(states)


# ------------------------------------------------------------------------ layers


def test_hidden_states_of_transformers_have_the_names_that_recording_gives():
    torch = pytest.importorskip("torch")
    outputs = pytest.importorskip("transformers.modeling_outputs")
    layers = tuple(torch.tensor(A)[None] * factor for factor in (1, 2, 3))
    output = outputs.BaseModelOutput(last_hidden_state=layers[-1], hidden_states=layers)
    for states in (layers, output, OrderedDict(hidden_states=layers, logits=layers[0])):
        taken = given_states(states)
        assert list(taken.layers) == ["embeddings", "layer1", "layer2"]
        assert np.array_equal(values(taken, "layer2"), 3 * A)
    padded = tuple(torch.tensor(B) * factor for factor in (1, 2))
    taken = given_states(padded, sequences=[12, 3, 2])
    assert list(taken.layers) == ["embeddings", "layer1"]
    assert np.array_equal(values(taken, "layer1"), 2 * np.concatenate([B[0], B[1, :3], B[2, :2]]))


def test_they_are_named_as_a_recording_names_them():
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from lstmvis_widget import record_states

    config = transformers.GPT2Config(vocab_size=11, n_positions=16, n_embd=8, n_layer=2, n_head=2)
    model = transformers.GPT2Model(config).eval()
    ids = torch.arange(10)[None]
    with torch.no_grad():
        output = model(ids, output_hidden_states=True)
    recorded = record_states(model, ids)
    taken = given_states(output, tokens=ids)
    assert list(taken.layers) == list(recorded.states)
    assert taken.tokens.tolist() == list(range(10))
    for name, states in recorded.states.items():
        assert np.allclose(values(taken, name), states, atol=1e-5)


def test_each_layer_of_a_mapping_may_have_a_form_of_its_own(tmp_path):
    np.save(tmp_path / "a.npy", A)
    taken = given_states({"a": tmp_path / "a.npy", "b": A[None], "c": scipy.sparse.csr_array(A), "d": States(A, "abs")})
    for name in "abc":
        assert np.array_equal(values(taken, name), A)
    assert np.array_equal(values(taken, "d"), np.abs(A))
    taken = given_states({"a": [A[:5], A[5:]], "b": [A[:5], A[5:]]})
    assert taken.sequences == [5, 7]


# ---------------------------------------------------------------------- refusals

LSTM_OUTPUT = (A[None], (A[None, :1], A[None, :1]))


@pytest.mark.parametrize(
    ("states", "options", "message"),
    [
        (B, {}, r"\(3, 12, 5\) are 3 sequences.*or layers.*sequences=\[n0, n1, …\].*mask of shape \(3, 12\)"),
        ((B, B), {}, r"3 sequences, perhaps padded"),
        ([A, A], {}, r"list of 2 arrays of the same shape.*sequences=\[12, 12\].*\{'layer1': states\[0\]"),
        ((A, A), {}, r"tuple of 2 arrays of the same shape"),
        (LSTM_OUTPUT, {}, r"states\[0\]"),
        ((A, A[:1]), {}, r"states\[0\].*list\(states\)"),
        ((A[None], A[None, :1]), {}, r"states\[0\]"),
        ([A, A[:, :2]], {}, r"\[5, 2\].*\{'layer1': states\[0\]"),
        ([B, B], {}, r"array 0 .*\(3, 12, 5\).*for batch in states"),
        (B[None], {}, r"2-D.*\(1, 3, 12, 5\)"),
        (B, {"sequences": [12, 13, 1]}, r"3 lengths, at most 12 each.*\[12, 13, 1\]"),
        (B, {"sequences": [12, 12, 0]}, r"3 lengths"),
        (B, {"sequences": [12.5, 12, 1]}, r"integers"),
        (B, {"sequences": np.ones((3, 11))}, r"\(3, 12\).*\(3, 11\)"),
        (B, {"sequences": np.full((3, 12), 2)}, r"1 for a time step and 0 for padding"),
        (B, {"sequences": np.zeros((3, 12), int)}, r"sequence 0 has no time step"),
        (B, {"sequences": "12"}, r"list of lengths.*str"),
        (B, {"sequences": [12, 3, 4], "tokens": [WORDS, WORDS[:2], WORDS]}, r"tokens of sequence 1 must be 3.*got 2"),
        (B, {"sequences": [12, 3, 4], "tokens": [WORDS, WORDS]}, r"tokens must be 3 lists.*got 2"),
        (B, {"sequences": [12, 3, 4], "tracks": {"pos": [WORDS, WORDS[:2], WORDS]}}, r"track 'pos' of sequence 1"),
        ([A[:5], A[5:]], {"sequences": [6, 6]}, r"\[5, 7\].*got \[6, 6\]"),
        ({"a": [A[:5], A[5:]], "b": A}, {}, r"same sequences"),
        ({"states": A, "tokens": WORDS}, {}, r"StateExplorer\(\*\*recording\)"),
        ({"input_ids": [[1]], "attention_mask": [[1]]}, {}, r"ids of a tokenizer.*record_states"),
        ({"last_hidden_state": A[None]}, {}, r"output_hidden_states=True.*output\.last_hidden_state"),
        ({"encoder_hidden_states": (A,), "decoder_hidden_states": (A,)}, {}, r"output\.decoder_hidden_states or"),
        ({"hidden_states": ((A[None],), (A[None],))}, {}, r"generate.*of one time step each after the first"),
        ({"hidden_states": ((A[None],),), "beam_indices": [0]}, {}, r"beam search.*record_states"),
        ({}, {}, r"at least one layer"),
        ({3: A}, {}, r"name must be text; got 3"),
        ({1.0, 2.0}, {}, r"got set"),
        ((row for row in A), {}, r"list\(states\)"),
        (A[0], {}, r"2-D.*\(5,\).*states\.reshape\(-1, 1\)"),
        (A[:0], {}, r"at least one time step"),
        ([], {}, r"2-D"),
    ],
)
def test_what_could_mean_two_things_is_refused_with_what_to_write(states, options, message):
    with pytest.raises((TypeError, ValueError), match=f"(?s){message}"):
        given_states(states, **options)
    with pytest.raises((TypeError, ValueError), match=f"(?s){message}"):
        StateExplorer(states, **options)


def test_packed_sequences_are_told_how_to_be_unpacked():
    torch = pytest.importorskip("torch")
    packed = torch.nn.utils.rnn.pack_sequence([torch.tensor(A), torch.tensor(A[:3])])
    with pytest.raises(TypeError, match=r"pad_packed_sequence\(states, batch_first=True\)"):
        StateExplorer(packed)
    unpacked, lengths = torch.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    assert explored(unpacked, sequences=lengths, threshold=0.1).sequences == (12, 3)


# ------------------------------------------------------------------- every door


def test_functions_take_what_is_one_layer_and_one_sequence(tmp_path):
    torch = pytest.importorskip("torch")
    np.save(tmp_path / "states.npy", A)
    cells = select_cells(A, 3, 5, 0.1)
    expected = rank_matches(A, cells, 0.1)
    for states in (A[None], torch.tensor(A), {"only": A}, [A], scipy.sparse.csr_array(A), tmp_path / "states.npy"):
        assert select_cells(states, 3, 5, 0.1).tolist() == cells.tolist()
        assert rank_matches(states, cells, 0.1).start.tolist() == expected.start.tolist()
    with pytest.raises(ValueError, match=r"one layer is needed here; got 2: 'a', 'b'. Give one, states\['a'\]"):
        select_cells({"a": A, "b": A}, 3, 5, 0.1)
    with pytest.raises(ValueError, match=r"one sequence.*np\.concatenate\(list\(states\)\), with sequences=\[5, 7\]"):
        rank_matches([A[:5], A[5:]], cells, 0.1)
    with pytest.raises(ValueError, match="one sequence"):
        map_phrases(B, {"a": [(0, 1)] * 5, "b": [(1, 2)] * 5}, 0.1)


def test_saving_takes_the_same(tmp_path):
    path = tmp_path / "states.h5"
    save_states(path, B, B[:, :, 0].astype(int), {"n": B[:, :, 1]}, sequences=[12, 3, 4], vocabulary=["a"] * 9)
    explorer = StateExplorer.open(path)
    assert explorer.sequences == (12, 3, 4)
    assert np.array_equal(explorer.states[:], np.concatenate([B[0], B[1, :3], B[2, :4]]))
    explorer.close()


def test_a_block_that_is_written_may_have_any_of_these_forms(tmp_path):
    torch = pytest.importorskip("torch")
    with StateWriter(tmp_path / "states.h5") as writer:
        for block in (
            A,
            A[None],
            torch.tensor(A).requires_grad_(),
            torch.tensor(A).bfloat16(),
            np.ma.masked_less(A, 0),
        ):
            writer.append({"a": block})
        with pytest.raises(ValueError, match="one sequence"):
            writer.append({"a": B})
    with States(tmp_path / "states.h5") as states:
        masked = np.ma.masked_less(A, 0).filled(np.nan)
        parts = [A, A, A, torch.tensor(A).bfloat16().float().numpy(), masked]
        assert np.array_equal(states.read(0, 5 * STEPS), np.concatenate(parts), equal_nan=True)


# ---------------------------------------------------------------------- pickling


def pickled(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301  (just pickled)


def test_states_in_memory_are_pickled_with_their_transform():
    for source in (A, A[None], np.ma.masked_less(A, 0), scipy.sparse.csr_array(A), A.astype(ml_dtypes.bfloat16)):
        for transform in (None, "standardise", "quantile"):
            states = States(source, transform)
            states.prepare()
            again = pickled(states)
            assert np.array_equal(again.read(2, 9), states.read(2, 9), equal_nan=True)
            assert (again.shape, again.dtype, again.transform) == (states.shape, states.dtype, transform)
    taken = given_states(B, sequences=[12, 4, 7]).layers["states"]
    assert np.array_equal(pickled(taken).read(0, 23), taken.read(0, 23))


def test_what_holds_states_can_be_pickled():
    matches = rank_matches(A, [0, 1, 2], 0.1)
    assert pickled(matches).start.tolist() == matches.start.tolist()
    origin = pickled(matches.origin)
    assert np.array_equal(origin.states.read(0, STEPS), A)
    assert set(pickled(given_states({"a": A, "b": A}).layers)) == {"a", "b"}


def test_what_generate_returns_is_the_states_of_all_tokens_that_were_read():
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.GPT2Config(vocab_size=20, n_positions=32, n_embd=8, n_layer=2, n_head=2)
    model = transformers.GPT2LMHeadModel(config).eval()
    ids = torch.tensor([[3, 1, 4, 1]])
    options = {"max_new_tokens": 4, "do_sample": False, "pad_token_id": 0, "eos_token_id": None}
    output = model.generate(
        ids, attention_mask=torch.ones_like(ids), return_dict_in_generate=True, output_hidden_states=True, **options
    )
    read = output.sequences[:, :-1]
    with torch.no_grad():
        expected = model(read, output_hidden_states=True).hidden_states
    for what in (output, output.hidden_states):
        found = given_states(what, tokens=read)
        assert list(found.layers) == ["embeddings", "layer1", "layer2"]
        for states, layer in zip(found.layers.values(), expected, strict=True):
            np.testing.assert_allclose(states[:], layer[0], atol=1e-5)
        assert len(found.tokens) == 7
