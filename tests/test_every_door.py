"""The same data makes the same track through every door by which tracks come in."""

import datetime as dt
import enum
from decimal import Decimal

import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch

from lstmvis_widget import (
    CategoricalTrack,
    ContinuousTrack,
    StateExplorer,
    StateWriter,
    TopKTrack,
    cell_alignment,
    save_states,
    tracks_from_frame,
)
from lstmvis_widget.files import read_file
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.tracks import as_track

STEPS = 4
STATES = np.arange(8.0).reshape(STEPS, 2)
LABELS = ["DET", "NOUN", None, "DET"]
NUMBERS = [0.5, np.nan, 2.0, -3.0]
BOOLEANS = [1.0, 0.0, np.nan, 1.0]
WHOLE = [2.0, 1.0, np.nan, 2.0]
CLASSES = ["2", "1", None, "2"]
DAYS = [dt.date(2021, 5, 1), dt.date(2021, 5, 2), None, dt.date(2021, 5, 1)]
MASK = [False, False, True, False]


class Tag(enum.Enum):
    DET = 1
    NOUN = 2


class Level(enum.IntEnum):
    DET = 1
    NOUN = 2


def of(*libraries, values, **dtypes):
    """The column in each of the libraries."""
    make = {
        "pandas": lambda: pd.Series(values, dtype=dtypes.get("pandas"), index=[7, 7, 3, 1]),
        "polars": lambda: pl.Series("x", values, dtype=dtypes.get("polars")),
        "pyarrow": lambda: pa.array(values, dtypes.get("pyarrow")),
    }
    return {f"{library} {dtypes.get(library, '')} {values[:2]}": make[library]() for library in libraries}


def given(expected, *columns, **named):
    """Pairs of a column and the track expected, with their names."""
    every = [(f"{type(column).__name__} {column[:2]}", column) for column in columns] + list(named.items())
    return [pytest.param(column, expected, id=name.strip()) for name, column in every]


FORMS = [
    *given(
        LABELS,
        LABELS,
        ["DET", "NOUN", float("nan"), "DET"],
        [b"DET", b"NOUN", None, b"DET"],
        [Tag.DET, Tag.NOUN, None, Tag.DET],
        [Level.DET, Level.NOUN, None, Level.DET],
        np.array(LABELS, object),
        np.array([b"DET", b"NOUN", None, b"DET"], object),
        np.ma.array(["DET", "NOUN", "x", "DET"], mask=MASK),
        np.ma.array([b"DET", b"NOUN", b"x", b"DET"], mask=MASK),
        pd.Categorical(LABELS),
        [["DET"], ["NOUN"], [None], ["DET"]],
        pa.chunked_array([["DET", "NOUN"], [None, "DET"]]),
        [pa.scalar(label) for label in LABELS],
        **of("pandas", "polars", "pyarrow", values=LABELS),
        **of("pandas", "polars", values=LABELS, pandas="category", polars=pl.Categorical),
        **of("pandas", "polars", values=LABELS, pandas="string", polars=pl.Enum(["DET", "NOUN"])),
        **of("pandas", "polars", "pyarrow", values=[b"DET", b"NOUN", None, b"DET"]),
        dictionary=pa.array(LABELS).dictionary_encode(),
        pandas_arrow=pd.Series(LABELS, dtype=pd.ArrowDtype(pa.string())),
        table=pd.DataFrame({"tag": LABELS}),
    ),
    *given(
        NUMBERS,
        [0.5, None, 2, -3],
        [Decimal("0.5"), None, 2, -3.0],
        np.array(NUMBERS),
        np.array(NUMBERS, np.float16)[:, None],
        np.array(NUMBERS)[None],
        np.array([0.5, None, 2, -3], object),
        np.ma.array([0.5, 9, 2, -3], mask=[0, 1, 0, 0]),
        torch.tensor(NUMBERS, requires_grad=True),
        torch.tensor(NUMBERS, dtype=torch.bfloat16),
        list(torch.tensor(NUMBERS)),
        [[0.5], [float("nan")], [2.0], [-3.0]],
        **of("pandas", "polars", "pyarrow", values=[0.5, None, 2.0, -3.0]),
        **of("pandas", values=[0.5, None, 2.0, -3.0], pandas="Float64"),
        **of("polars", values=[Decimal("0.5"), None, Decimal(2), Decimal(-3)]),
        **of("pyarrow", values=[Decimal("0.5"), None, Decimal(2), Decimal(-3)], pyarrow=pa.decimal128(5, 1)),
        table=pl.DataFrame({"p": [0.5, None, 2.0, -3.0]}),
        record=np.array([(each,) for each in NUMBERS], [("p", float)]),
    ),
    *given(
        WHOLE,
        [2, 1, None, 2],
        np.ma.array([2, 1, 9, 2], mask=MASK),
        **of("pandas", "polars", "pyarrow", values=[2, 1, None, 2], pandas="Int64"),
    ),
    *given(
        BOOLEANS,
        [True, False, None, True],
        [np.True_, np.False_, None, np.True_],
        np.ma.array([True, False, True, True], mask=MASK),
        **of("pandas", "polars", "pyarrow", values=[True, False, None, True], pandas="boolean"),
        objects=pd.Series([True, False, None, True], dtype=object),
    ),
    *given(
        CLASSES,
        pd.Categorical([2, 1, None, 2]),
        **of("pandas", values=[2, 1, None, 2], pandas="category"),
        dictionary=pa.array([2, 1, None, 2]).dictionary_encode(),
        **of("polars", values=CLASSES, polars=pl.Enum(["1", "2"])),
    ),
    *given(
        ["2021-05-01", "2021-05-02", None, "2021-05-01"],
        DAYS,
        np.array(DAYS, "datetime64[D]"),
        **of("polars", "pyarrow", values=DAYS),
    ),
    *given([None] * STEPS, [None] * STEPS, **of("polars", "pyarrow", values=[None] * STEPS)),
    *given([np.nan] * STEPS, [np.nan] * STEPS, **of("pandas", values=[np.nan] * STEPS)),
]


@pytest.fixture(scope="module")
def explorer():
    made = StateExplorer(STATES, background=False)
    yield made
    made.close()


def constructed(values, **_):
    explorer = StateExplorer(STATES, tracks={"x": values}, background=False)
    explorer.close()
    return explorer.tracks["x"]


def constructed_of_a_table(values, **_):
    explorer = StateExplorer(STATES, tracks=table_of(values), background=False)
    explorer.close()
    return explorer.tracks["x"]


def table_of(values):
    """A table of the column's own library; of a dictionary where it is of none."""
    if isinstance(values, pd.Series | pd.Categorical):
        return pd.DataFrame({"x": values})
    if isinstance(values, pl.Series):
        return pl.DataFrame({"x": values})
    return pa.table({"x": values}) if isinstance(values, pa.Array | pa.ChunkedArray) else {"x": values}


def assigned(values, *, explorer, **_):
    explorer.tracks["x"] = values
    return explorer.tracks["x"]


def of_a_frame(values, **_):
    return tracks_from_frame(table_of(values))["x"]


def of_its_kind(values, *, kind, **_):
    return {"categorical": CategoricalTrack, "continuous": ContinuousTrack}[kind](values)


def saved(values, *, folder, **_):
    save_states(folder / "states.h5", STATES, tracks={"x": values}, overwrite=True)
    return read_back(folder)


def written(values, *, folder, **_):
    with StateWriter(folder / "states.h5", overwrite=True) as writer:
        writer.append(STATES, tracks=table_of(values))
    return read_back(folder)


def read_back(folder):
    contents = read_file(folder / "states.h5")
    contents.file.close()
    return contents.tracks["x"]


DOORS = [constructed, constructed_of_a_table, assigned, of_a_frame, of_its_kind, saved, written]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize(("values", "expected"), FORMS)
def test_the_same_data_is_the_same_track_through_every_door(values, expected, door, explorer, tmp_path):
    kind = "categorical" if isinstance(expected[0], str) or expected[0] is None else "continuous"
    track = door(values, explorer=explorer, folder=tmp_path, kind=kind)
    assert track.kind == kind
    if kind == "categorical":
        assert track[:] == expected
        labelled = as_labels(values)
        assert [labelled.names[code] if code >= 0 else None for code in labelled.codes.tolist()] == expected
    else:
        np.testing.assert_array_equal(track.values, expected)


@pytest.mark.parametrize(("values", "expected"), FORMS)
def test_numbers_are_labels_where_labels_are_asked_for(values, expected):
    labels = {str(WHOLE): CLASSES, str(BOOLEANS): ["True", "False", None, "True"]}
    if str(expected) in labels:
        assert CategoricalTrack(values)[:] == labels[str(expected)]


@pytest.mark.parametrize(
    "values", [[3, 1, 3, 7], np.array([3, 1, 3, 7]), pl.Series([3, 1, 3, 7]), torch.tensor([3, 1, 3, 7])]
)
def test_whole_numbers_are_classes_for_a_statistic(values):
    assert as_labels(values).names == ("3", "1", "7")
    assert set(cell_alignment(STATES, values)["label"]) == {"1", "3", "7"}


@pytest.mark.parametrize("values", [[0, 1, 1, 0], [False, True, True, False], pa.array([False, True, True, False])])
def test_zeros_and_ones_are_one_label_for_a_statistic(values):
    assert as_labels(values).names == ("1",)


def test_numbers_with_fractions_have_no_labels():
    for values in ([0.5, 1, 2, 3], np.arange(4) / 2, pl.Series([0.5, 1, 2, None])):
        with pytest.raises(TypeError, match="cut it first"):
            as_labels(values)


# --------------------------------------------------------------- what is refused

ONE_ENTRY = "must (have one|be a sequence)"
REFUSED = [
    ({"a": 1}, ONE_ENTRY),
    ({1, 2, 3, 4}, ONE_ENTRY),
    ("abcd", "got str, 'abcd'"),
    (b"abcd", "got bytes"),
    (3, "got int, 3"),
    (None, "got NoneType"),
    (np.float64(3), "got"),
    (np.zeros((STEPS, 2)), r"shape \(4, 2\).*values\[:, 0\].*TopKTrack"),
    (torch.zeros(STEPS, 2), r"shape \(4, 2\)"),
    ([np.zeros(2)] * STEPS, "several values a step"),
    ([torch.zeros(2)] * STEPS, "several values a step"),
    ([[1, 2]] * STEPS, "several values a step.*TopKTrack"),
    ([("a", "b")] * STEPS, "several values a step"),
    ([{"a": 1}] * STEPS, "several values a step"),
    (pl.Series([[1, 2]] * STEPS), "several values a step.*TopKTrack"),
    (pl.Series([[1]] * STEPS), "several values a step"),
    (pl.Series([{"a": 1}] * STEPS), "several values a step"),
    (pa.array([[1, 2]] * STEPS), "several values a step"),
    (pd.Series([[1, 2]] * STEPS), "several values a step"),
    (pd.DataFrame({"a": [1], "b": [2]}), "table of 2 columns"),
    (pl.LazyFrame({"a": [1] * STEPS}), "collect"),
    ([1 + 2j] * STEPS, "complex"),
    (np.zeros(STEPS, complex), "complex"),
    (pd.Series([1j] * STEPS), "complex"),
    (np.zeros(STEPS, "timedelta64[s]"), "durations"),
    ([dt.timedelta(1)] * STEPS, "durations"),
    (pl.Series([dt.timedelta(1)] * STEPS), "durations"),
    ([10**400, 1, 2, 3], "too large"),
]


@pytest.mark.parametrize(
    "door",
    [constructed, assigned, of_a_frame, written, lambda values, **_: CategoricalTrack(values)],
    ids=["constructed", "assigned", "of a frame", "written", "CategoricalTrack"],
)
@pytest.mark.parametrize(("values", "message"), REFUSED, ids=lambda each: str(type(each).__name__))
def test_what_is_no_track_is_refused_by_every_door(values, message, door, explorer, tmp_path):
    with pytest.raises(TypeError, match=f"(?s){message}"):
        door(values, explorer=explorer, folder=tmp_path)


# ------------------------------------------------------------------ HDF5 datasets

TAGS = h5py.enum_dtype({"DET": 1, "NOUN": 2}, basetype="i1")


@pytest.fixture(scope="module")
def in_a_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("tracks") / "tracks.h5"
    with h5py.File(path, "w") as file:
        file["text"] = ["DET", "NOUN", "été", "DET"]
        file["bytes"] = np.array([b"DET", b"NOUN", "été".encode(), b"DET"])
        file.create_dataset("names", data=np.array([1, 2, 2, 1], "i1"), dtype=TAGS)
        file.create_dataset("column of names", data=np.array([[1], [2], [2], [1]], "i1"), dtype=TAGS)
        file["numbers"] = NUMBERS
        file["column"] = np.array(NUMBERS)[:, None]
        file["row"] = np.array(NUMBERS)[None]
        file["bools"] = np.array([True, False, False, True])
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", ["DET", "NOUN", "été", "DET"]),
        ("bytes", ["DET", "NOUN", "été", "DET"]),
        ("names", ["DET", "NOUN", "NOUN", "DET"]),
        ("column of names", ["DET", "NOUN", "NOUN", "DET"]),
        ("numbers", NUMBERS),
        ("column", NUMBERS),
        ("row", NUMBERS),
        ("bools", [1, 0, 0, 1]),
    ],
)
def test_a_dataset_is_the_same_track_by_its_path_and_as_an_object(name, expected, in_a_file):
    explorer = StateExplorer(STATES, tracks={"x": f"{in_a_file}::{name}"}, background=False)
    explorer.tracks["again"] = f"{in_a_file}::{name}"
    with h5py.File(in_a_file) as file:
        found = [*explorer.tracks.values(), as_track(file[name]), as_track(file[name][:])]
    explorer.close()
    for track in found:
        if isinstance(expected[0], str):
            assert track[:] == expected
        else:
            np.testing.assert_array_equal(track.values, expected)


# --------------------------------------------------------------------- top k


@pytest.mark.parametrize(
    ("labels", "scores"),
    [
        ([["a", "b"], ["c", None]], [[0.5, 0.25], [1, np.nan]]),
        ([[b"a", b"b"], [b"c", None]], [[0.5, 0.25], [1, None]]),
        (
            np.array([["a", "b"], ["c", None]], object),
            torch.tensor([[0.5, 0.25], [1, torch.nan]], dtype=torch.bfloat16),
        ),
        (
            np.ma.array([["a", "b"], ["c", "x"]], mask=[[0, 0], [0, 1]]),
            np.ma.array([[0.5, 0.25], [1, 9]], mask=[[0, 0], [0, 1]]),
        ),
        (pd.DataFrame([["a", "b"], ["c", None]]), pd.DataFrame([[0.5, 0.25], [1, None]])),
        (pl.DataFrame([["a", "b"], ["c", None]], orient="row"), pl.DataFrame([[0.5, 0.25], [1, None]], orient="row")),
    ],
    ids=["lists", "bytes", "tensor", "masked", "pandas", "polars"],
)
def test_scored_labels_in_every_form_are_the_same_track(labels, scores):
    track = TopKTrack(labels, scores)
    assert track.labels.tolist() == [["a", "b"], ["c", ""]]
    np.testing.assert_array_equal(track.scores, [[0.5, 0.25], [1, np.nan]])


# --------------------------------------------------------------- a table of tracks

WORDS = ["the", "fox", "jumps", "."]
COLUMNS = {"token": WORDS, "pos": ["DET", "NOUN", "VERB", None], "p": [0.5, None, 0.25, 1.0]}
TABLES = [
    pd.DataFrame(COLUMNS, index=[3, 3, 1, 0]),
    pl.DataFrame(COLUMNS),
    pa.table(COLUMNS),
    pa.RecordBatch.from_pydict(COLUMNS),
    np.array(
        [("the", "DET", 0.5), ("fox", "NOUN", np.nan), ("jumps", "VERB", 0.25), (".", "X", 1)],
        [("token", "U5"), ("pos", "U4"), ("p", float)],
    ),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{type(table).__module__}.{type(table).__name__}")
def test_a_table_is_its_columns_without_the_tokens(table, tmp_path):
    explorer = StateExplorer(STATES, WORDS, table, background=False)
    explorer.close()
    save_states(tmp_path / "saved.h5", STATES, WORDS, table)
    ids = pd.Categorical(WORDS)
    with StateWriter(tmp_path / "written.h5", vocabulary=list(ids.categories)) as writer:
        writer.append(STATES, ids.codes, table)
    for tracks in (explorer.tracks, of_file(tmp_path / "saved.h5"), of_file(tmp_path / "written.h5")):
        assert list(tracks) == ["pos", "p"]
        assert tracks["pos"][:3] == ["DET", "NOUN", "VERB"]
        np.testing.assert_array_equal(tracks["p"].values, [0.5, np.nan, 0.25, 1])


def of_file(path):
    contents = read_file(path)
    contents.file.close()
    return contents.tracks


@pytest.mark.parametrize("table", TABLES[:3], ids=["pandas", "polars", "pyarrow"])
def test_a_table_of_another_text_is_refused_where_it_differs(table, tmp_path):
    other = ["the", "dog", "jumps", "."]
    for make in (
        lambda: StateExplorer(STATES, other, table),
        lambda: save_states(tmp_path / "states.h5", STATES, other, table),
        lambda: StateWriter(tmp_path / "written.h5", overwrite=True).append(STATES, other, table),
    ):
        with pytest.raises(ValueError, match="part at token 1"):
            make()


def test_without_tokens_to_compare_the_column_is_a_track():
    explorer = StateExplorer(STATES, tracks=pl.DataFrame(COLUMNS), background=False)
    explorer.close()
    assert list(explorer.tracks) == ["token", "pos", "p"]


def test_what_is_no_table_of_tracks_is_refused():
    for tracks in ([1, 2], "pos", {1, 2}, np.zeros(4), pl.LazyFrame(COLUMNS)):
        with pytest.raises(
            TypeError, match=r"tracks must be a mapping of name to track, or a data frame; got|collect\(\)"
        ):
            StateExplorer(STATES, tracks=tracks)
