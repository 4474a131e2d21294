"""A file that was written is opened again with all its states, tokens and tracks, whole or in part."""

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstmvis_widget import (
    CategoricalTrack,
    ContinuousTrack,
    StateExplorer,
    StateWriter,
    TopKTrack,
    read_vocabulary,
    save_states,
)
from lstmvis_widget.files import read_file, tokens_at, track_at
from tests.states.sources import RowsOnly

STEPS = 2000
RANDOM = np.random.default_rng(0)
LAYERS = {
    "encoder/layer 1": np.tanh(RANDOM.normal(size=(STEPS, 130))).astype(np.float32),
    "decoder": RANDOM.normal(size=(STEPS, 7)),
}
TOKENS = [("", "été", "New\nYork", "<b>", "\ud800")[step % 5] + str(step % 37) for step in range(STEPS)]
TRACKS = {
    "pos": ["NOUN", "VERB", None, "a/b"] * (STEPS // 4),
    "p(next)": np.where(RANDOM.random(STEPS) < 0.1, np.nan, RANDOM.random(STEPS)),
    "next": TopKTrack(RANDOM.choice(["a", "é", "c"], (STEPS, 2)), RANDOM.random((STEPS, 2))),
}
SEQUENCES = [700, 1000, 300]


def part(track, rows):
    return TopKTrack(track.labels[rows], track.scores[rows]) if isinstance(track, TopKTrack) else track[rows]


def write_in_blocks(path, rows, **options):
    with StateWriter(path, **options) as writer:
        ends = set(np.cumsum(SEQUENCES).tolist())
        start = 0
        while start < STEPS:
            stop = min(start + rows, *(end for end in ends if end > start))
            block = slice(start, stop)
            writer.append(
                {name: values[block] for name, values in LAYERS.items()},
                TOKENS[block],
                {name: part(track, block) for name, track in TRACKS.items()},
            )
            if stop in ends:
                writer.end_sequence()
            start = stop


def holds_everything(explorer):
    assert explorer.layers == tuple(LAYERS)
    for name, values in LAYERS.items():
        explorer.layer = name
        assert explorer.states.dtype == values.dtype
        assert np.array_equal(np.asarray(explorer.states[:STEPS]), values)
    assert explorer.tokens[:] == TOKENS
    assert explorer.sequences == tuple(SEQUENCES)
    assert tuple(explorer.tracks) == tuple(TRACKS)
    assert explorer.tracks["pos"][:] == TRACKS["pos"]
    assert np.array_equal(explorer.tracks["p(next)"].values, TRACKS["p(next)"], equal_nan=True)
    assert (explorer.tracks["next"].labels == TRACKS["next"].labels).all()
    assert np.array_equal(explorer.tracks["next"].scores, TRACKS["next"].scores)


@pytest.mark.parametrize("compression", [None, "gzip", "lzf"])
class TestWhatIsWrittenIsOpenedAgain:
    def test_written_whole(self, tmp_path, compression):
        path = tmp_path / "states.h5"
        save_states(path, LAYERS, TOKENS, TRACKS, sequences=SEQUENCES, compression=compression)
        explorer = StateExplorer.open(path)
        holds_everything(explorer)
        explorer.close()
        assert [each.name for each in tmp_path.iterdir()] == ["states.h5"]

    @pytest.mark.parametrize("rows", [1000, 97])
    def test_written_in_blocks(self, tmp_path, compression, rows):
        path = tmp_path / "states.h5"
        write_in_blocks(path, rows, compression=compression)
        explorer = StateExplorer.open(path)
        holds_everything(explorer)
        explorer.close()

    def test_it_is_explored_while_it_is_written(self, tmp_path, compression):
        path = tmp_path / "states.h5"
        states = LAYERS["encoder/layer 1"]
        with StateWriter(path, compression=compression) as writer:
            for start in range(0, STEPS, 250):
                writer.append(states[start : start + 250], TOKENS[start : start + 250])
                if start == 500:
                    writer.end_sequence()
                explorer = StateExplorer.open(path, threshold=0.5, selection=(10, 12))
                assert np.array_equal(np.asarray(explorer.states[: start + 250]), states[: start + 250])
                assert explorer.tokens[:] == TOKENS[: start + 250]
                assert explorer.sequences == ((start + 250,) if start <= 500 else (750, start - 500))
                assert explorer.error == ""
                explorer.close()


def test_blocks_are_the_same_as_the_whole(tmp_path):
    write_in_blocks(tmp_path / "blocks.h5", 333)
    save_states(tmp_path / "whole.h5", LAYERS, TOKENS, TRACKS, sequences=SEQUENCES)
    with h5py.File(tmp_path / "blocks.h5") as blocks, h5py.File(tmp_path / "whole.h5") as whole:
        names = []
        whole.visit(names.append)
        assert {name for name in names if isinstance(whole[name], h5py.Dataset)} >= {"tokens/utf8", "tracks/pos/codes"}
        for name in names:
            if isinstance(whole[name], h5py.Dataset) and name != "committed":
                assert np.array_equal(whole[name][()], blocks[name][()], equal_nan=whole[name].dtype.kind == "f"), name


def test_chunks_hold_whole_rows_of_about_256_kb(tmp_path):
    save_states(tmp_path / "states.h5", np.zeros((3000, 650), np.float32))
    with h5py.File(tmp_path / "states.h5") as file:
        rows, cells = file["states/states"].chunks
        assert cells == 650
        assert 200_000 < rows * cells * 4 <= 2**18


def test_ids_come_with_their_vocabulary(tmp_path):
    ids, vocabulary = np.arange(STEPS) % 4 - 1, {-1: "", 0: "the", 1: "little", 2: "prince"}
    save_states(tmp_path / "whole.h5", LAYERS["decoder"], ids, vocabulary=vocabulary)
    with StateWriter(tmp_path / "blocks.h5", vocabulary=vocabulary) as writer:
        writer.append(LAYERS["decoder"][:999], ids[:999])
        writer.append(LAYERS["decoder"][999:], ids[999:].tolist())
    for name in ("whole.h5", "blocks.h5"):
        explorer = StateExplorer.open(tmp_path / name)
        assert explorer.tokens[:] == [vocabulary[number] for number in ids.tolist()]
        explorer.close()


def test_it_says_where_it_comes_from(tmp_path):
    source = {"title": "Sonnets", "epoch": 7, "loss": 0.5}
    save_states(tmp_path / "states.h5", LAYERS["decoder"], source=source)
    contents = read_file(tmp_path / "states.h5")
    assert contents.about == source
    assert contents.finished
    contents.file.close()
    explorer = StateExplorer.open(tmp_path / "states.h5")
    assert repr(explorer).startswith("StateExplorer(Sonnets:")
    explorer.close()


def test_keywords_come_before_what_the_file_says(tmp_path):
    save_states(tmp_path / "states.h5", LAYERS, TOKENS, TRACKS)
    explorer = StateExplorer.open(
        tmp_path / "states.h5", tracks={"one": np.ones(STEPS)}, layer="decoder", transform="tanh", name="mine"
    )
    assert tuple(explorer.tracks) == ("one",)
    assert explorer.layer == "decoder"
    assert np.array_equal(explorer.states[:5], np.tanh(LAYERS["decoder"][:5]))
    explorer.close()


def test_the_explorer_closes_the_file_it_opened(tmp_path):
    save_states(tmp_path / "states.h5", LAYERS["decoder"])
    explorer = StateExplorer.open(tmp_path / "states.h5")
    dataset = explorer.states
    assert dataset
    explorer.close()
    explorer.close()
    assert not dataset
    with h5py.File(tmp_path / "states.h5", "r+"):
        pass


def test_a_bad_keyword_leaves_no_file_open(tmp_path):
    save_states(tmp_path / "states.h5", LAYERS["decoder"])
    with pytest.raises(TypeError, match="threshold"):
        StateExplorer.open(tmp_path / "states.h5", treshold=1)
    with h5py.File(tmp_path / "states.h5", "r+"):
        pass


# ------------------------------------------------------------------- halves


@settings(max_examples=50)
@given(hnp.arrays(np.float32, (20, 3), elements=st.floats(-60_000, 60_000, width=32)))
def test_the_error_of_halves_is_measured_and_within_what_is_stated(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("halves") / "states.h5"
    measured = save_states(path, values, dtype="float16")
    contents = read_file(path)
    stored = np.asarray(contents.states["states"]).astype(np.float64)
    contents.file.close()
    error = np.abs(stored - values)
    assert measured == contents.rounding == {"states": error.max()}
    assert (error <= np.maximum(np.abs(values.astype(np.float64)) / 2048, 3e-8)).all()


def test_a_value_beyond_the_range_of_halves_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"70000.*beyond the range of float16"):
        save_states(tmp_path / "states.h5", np.array([[1.0, 70_000.0, np.inf]]), dtype="float16")
    assert list(tmp_path.iterdir()) == []
    assert save_states(tmp_path / "states.h5", np.array([[1.0, np.nan, np.inf]]), dtype="float16") == {"states": 0.0}


# ----------------------------------------------------------- where it is put


@pytest.mark.parametrize("write", [lambda path, **how: save_states(path, LAYERS, **how), StateWriter])
def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path, write):
    path = tmp_path / "states.h5"
    path.write_text("dear diary")
    with pytest.raises(FileExistsError, match=r"states\.h5.*overwrite=True"):
        write(path)
    assert path.read_text() == "dear diary"
    write(path, overwrite=True)
    assert h5py.is_hdf5(path)


def test_what_fails_leaves_nothing_behind_and_what_was_there(tmp_path):
    path = tmp_path / "states.h5"
    save_states(path, LAYERS)
    before = path.read_bytes()

    class BreaksLate(RowsOnly):
        def __getitem__(self, rows):
            if rows.start > 1000:
                raise RuntimeError("unplugged")
            return super().__getitem__(rows)

    with pytest.raises(OSError, match="unplugged"):
        save_states(path, BreaksLate(np.zeros((100_000, 200))), overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["states.h5"]
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_an_oserror(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        save_states(tmp_path / "nowhere" / "states.h5", LAYERS)
    with pytest.raises(OSError, match="nowhere"):
        StateWriter(tmp_path / "nowhere" / "states.h5")


# --------------------------------------------------------------- bad blocks

GOOD = {"a": np.zeros((4, 3), np.float32), "b": np.zeros((4, 2))}
WORDS = list("abcd")
NUMBERS = {"n": [1, 2, 3, 4], "k": TopKTrack([["x"]] * 4, [[1.0]] * 4)}


@pytest.mark.parametrize(
    ("block", "error", "message"),
    [
        (({"a": GOOD["a"]}, WORDS, NUMBERS), ValueError, r"\['a', 'b'\].*\['a'\]"),
        (({"a": GOOD["a"], "b": GOOD["b"][:3]}, WORDS, NUMBERS), ValueError, "'a': 4, 'b': 3"),
        ((GOOD | {"a": np.zeros((4, 5), np.float32)}, WORDS, NUMBERS), ValueError, "'a' had 3 cells.* has 5"),
        ((GOOD | {"a": np.zeros((4, 3))}, WORDS, NUMBERS), TypeError, "'a' was float32.*float64"),
        ((GOOD | {"a": np.zeros(4)}, WORDS, NUMBERS), ValueError, r"'a' must be 2-D.*\(4,\)"),
        ((GOOD | {"a": np.zeros((4, 3), object)}, WORDS, NUMBERS), TypeError, "'a'.*object"),
        ((GOOD | {"a": np.zeros((4, 3), complex)}, WORDS, NUMBERS), TypeError, "'a'.*complex128"),
        ((GOOD, WORDS[:3], NUMBERS), ValueError, "each of the 4.*3 tokens"),
        ((GOOD, "abcd", NUMBERS), TypeError, "tokens.*str"),
        ((GOOD, [1, 2, 3, 4], NUMBERS), TypeError, "need a vocabulary"),
        ((GOOD, ["a", 2, None, "b"], NUMBERS), TypeError, "NoneType, int, str"),
        ((GOOD, None, NUMBERS), ValueError, "had strings; this one has no tokens"),
        ((GOOD, WORDS, {"n": [1, 2, 3, 4]}), ValueError, r"tracks \['n', 'k'\].*\['n'\]"),
        ((GOOD, WORDS, NUMBERS | {"n": [1, 2, 3]}), ValueError, "'n' must have 4.*3"),
        ((GOOD, WORDS, NUMBERS | {"n": WORDS}), ValueError, "'n' was continuous.*categorical"),
        ((GOOD, WORDS, NUMBERS | {"k": TopKTrack([["x", "y"]] * 4, [[1, 0]] * 4)}), ValueError, "'k' had 1.*has 2"),
        ((GOOD, WORDS, NUMBERS | {"n": "abcd"}), TypeError, "'n'.*str"),
        ((GOOD, WORDS, ["n"]), TypeError, "tracks must be a mapping"),
        (({}, WORDS, NUMBERS), ValueError, "at least one layer"),
        (({1: GOOD["a"]}, WORDS, NUMBERS), TypeError, "name must be text; got 1"),
    ],
)  # fmt: skip
def test_a_block_that_does_not_fit_is_refused_and_the_file_goes_on(tmp_path, block, error, message):
    with StateWriter(tmp_path / "states.h5") as writer:
        writer.append(GOOD, WORDS, NUMBERS)
        with pytest.raises(error, match=message):
            writer.append(*block)
        writer.append(GOOD, WORDS, NUMBERS)
    contents = read_file(tmp_path / "states.h5")
    assert contents.tokens == WORDS * 2
    assert contents.sequences == [8]
    contents.file.close()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"compression": "zip"}, ValueError, "'gzip', 'lzf'; got 'zip'"),
        ({"dtype": "int8"}, ValueError, "float16.*'int8'"),
        ({"dtype": "halves"}, ValueError, "float16.*'halves'"),
        ({"source": {"layout": "mine"}}, ValueError, "layout"),
        ({"source": {"by": ["me"]}}, TypeError, "'by'"),
        ({"source": 3}, TypeError, "int"),
        ({"vocabulary": {"a": "b"}}, TypeError, "vocabulary"),
    ],
)
def test_an_option_that_is_not_allowed_is_refused_before_a_file_is_made(tmp_path, options, error, message):
    for write in (StateWriter, lambda path, **how: save_states(path, LAYERS, **how)):
        with pytest.raises(error, match=message):
            write(tmp_path / "states.h5", **options)
        assert list(tmp_path.iterdir()) == []


def test_an_empty_block_and_an_empty_sequence_add_nothing(tmp_path):
    with StateWriter(tmp_path / "states.h5") as writer:
        writer.end_sequence()
        writer.append({"a": np.zeros((0, 3))}, [])
        writer.append({"a": np.ones((5, 3))}, list("abcde"))
        writer.end_sequence()
        writer.end_sequence()
        assert writer.steps == 5
    contents = read_file(tmp_path / "states.h5")
    assert contents.sequences == [5]
    contents.file.close()


def test_after_its_end_nothing_is_written(tmp_path):
    writer = StateWriter(tmp_path / "states.h5")
    writer.append(GOOD)
    writer.close()
    writer.close()
    with pytest.raises(ValueError, match="isn't being written"):
        writer.append(GOOD)


def test_a_file_that_no_block_was_written_to_says_so(tmp_path):
    with StateWriter(tmp_path / "states.h5"):
        pass
    with pytest.raises(ValueError, match="no layers"):
        StateExplorer.open(tmp_path / "states.h5")


def test_an_exception_leaves_what_was_complete(tmp_path):
    def write():
        with StateWriter(tmp_path / "states.h5", compression="gzip") as writer:
            writer.append(GOOD, WORDS, NUMBERS)
            writer.append(GOOD, WORDS, NUMBERS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    contents = read_file(tmp_path / "states.h5")
    assert contents.tokens == WORDS * 2
    assert not contents.finished
    contents.file.close()


# ------------------------------------------- parts of other files, by path


@pytest.fixture
def foreign(tmp_path):
    path = tmp_path / "foreign.h5"
    with h5py.File(path, "w") as file:
        file["cell/layer1"] = LAYERS["decoder"]
        file["words"] = np.arange(STEPS) % 3
        file["spelled"] = np.array([b"a", "é".encode()] * (STEPS // 2))
        file["by length"] = ["x", "yy"] * (STEPS // 2)
        file["pos"] = ["N", "V"] * (STEPS // 2)
        file["p"] = np.linspace(0, 1, STEPS)
        file["short"] = [1, 2, 3]
        file["wide"] = np.zeros((STEPS, 2))
        file["alias"] = h5py.SoftLink("/cell/../words")
        file["words too"] = h5py.SoftLink("words")
    (tmp_path / "words.dict").write_text("the 0\nlittle 1\nprince 2\n")
    return path


def test_states_tokens_vocabulary_and_tracks_are_given_by_path(foreign):
    explorer = StateExplorer(
        f"{foreign}::cell/layer1",
        tokens=f"{foreign}::words",
        vocabulary=foreign.parent / "words.dict",
        tracks={"pos": f"{foreign}::pos", "p": f"{foreign}::p", "own": [1] * STEPS},
    )
    assert explorer.tokens[:4] == ["the", "little", "prince", "the"]
    assert explorer.tracks["pos"][:2] == ["N", "V"]
    assert explorer.tracks["p"][STEPS - 1] == 1.0
    explorer.close()
    with h5py.File(foreign, "r+"):
        pass


def test_tokens_are_strings_of_either_kind_or_ids_and_soft_links_within_the_file_are_followed(foreign):
    assert tokens_at(f"{foreign}::spelled")[:2] == ["a", "é"]
    assert tokens_at(f"{foreign}::by length")[:2] == ["x", "yy"]
    assert tokens_at(f"{foreign}::words too")[:4].tolist() == [0, 1, 2, 0]
    assert isinstance(track_at(f"{foreign}::pos"), CategoricalTrack)
    assert isinstance(track_at(f"{foreign}::p"), ContinuousTrack)


def test_parts_of_our_own_files_are_given_by_path(tmp_path):
    save_states(tmp_path / "states.h5", LAYERS, TOKENS, TRACKS)
    assert tokens_at(f"{tmp_path}/states.h5::tokens") == TOKENS
    assert track_at(f"{tmp_path}/states.h5::tracks/pos")[:] == TRACKS["pos"]
    assert isinstance(track_at(f"{tmp_path}/states.h5::tracks/next"), TopKTrack)


def test_a_file_is_made_of_parts_of_another_one(tmp_path):
    first = tmp_path / "first.h5"
    save_states(first, LAYERS, TOKENS, TRACKS)
    save_states(
        tmp_path / "second.h5", f"{first}::states/decoder", f"{first}::tokens", {"tags": f"{first}::tracks/pos"}
    )
    with read_file(tmp_path / "second.h5").file:
        assert tokens_at(f"{tmp_path}/second.h5::tokens") == TOKENS
        assert track_at(f"{tmp_path}/second.h5::tracks/tags")[:] == TRACKS["pos"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"tokens": "short"}, ValueError, "3 tokens for 2000 time steps, 1997 too few"),
        ({"tokens": "wide"}, TypeError, r"wide.*float64 of shape \(2000, 2\)"),
        ({"tokens": "p"}, TypeError, "float64"),
        ({"tokens": "cell"}, ValueError, "cell must have one entry a time step"),
        ({"tokens": "nothing"}, ValueError, "no dataset 'nothing'"),
        ({"tokens": ""}, ValueError, "say which dataset"),
        ({"tracks": "short"}, ValueError, "3 entries for 2000"),
        ({"tracks": "wide"}, ValueError, "one number or one string a time step"),
        ({"tracks": "cell"}, ValueError, "'codes' and 'labels'"),
    ],
)
def test_a_path_to_what_does_not_fit_is_refused(foreign, arguments, error, message):
    [(which, dataset)] = arguments.items()
    path = f"{foreign}::{dataset}" if dataset else str(foreign)
    with pytest.raises(error, match=message):
        StateExplorer(f"{foreign}::cell/layer1", **{which: {"it": path} if which == "tracks" else path})


def test_the_sample_data_are_laid_out_so_that_they_can_be_opened():
    from importlib.resources import files

    from lstmvis_widget.datasets import load_alice

    sample = load_alice()
    explorer = StateExplorer.open(files("lstmvis_widget_data") / "alice.h5")
    assert explorer.layers == tuple(sample.states)
    assert explorer.tokens[:] == sample.tokens
    assert explorer.sequences == tuple(sample.sequences)
    assert explorer.tracks["pos"][:] == sample.tracks["pos"][:]
    assert (explorer.tracks["next"].labels == sample.tracks["next"].labels).all()
    explorer.close()


def test_read_vocabulary_is_what_open_takes(tmp_path):
    (tmp_path / "words.dict").write_text("a 0\nb 1\n")
    save_states(
        tmp_path / "states.h5", np.zeros((4, 2)), [0, 1, 1, 0], vocabulary=read_vocabulary(tmp_path / "words.dict")
    )
    explorer = StateExplorer.open(tmp_path / "states.h5")
    assert explorer.tokens[:] == ["a", "b", "b", "a"]
    explorer.close()


def test_every_part_of_a_file_is_documented_where_the_readme_says(tmp_path):
    from lstmvis_widget import files

    save_states(tmp_path / "states.h5", LAYERS, TOKENS, TRACKS, sequences=SEQUENCES, dtype="float32")
    with h5py.File(tmp_path / "states.h5") as file:
        for name in (*file, *file.attrs):
            assert f"``{name}" in files.__doc__
