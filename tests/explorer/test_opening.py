"""What opening an explorer costs: calls, not time, which depends on the machine."""

import sys

import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lstmvis_widget import CategoricalTrack, StateExplorer, save_states

WORDS = ["the", "of", "and", "naïve", "x" * 30]
KINDS = ["DET", "ADP", None, "CCONJ"]


def repeated(entries, steps):
    return [entries[step * 7 % len(entries)] for step in range(steps)]


def labels(steps):
    return ["?" if label is None else label for label in repeated(KINDS, steps)]


def gone_through(make):
    """How many functions are called meanwhile, those written in C included."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        explorer = make()
    finally:
        sys.setprofile(None)
    explorer.close()
    return calls


FORMS = {
    "lists": lambda steps: (repeated(WORDS, steps), repeated(KINDS, steps), {}),
    "arrays of text": lambda steps: (np.array(repeated(WORDS, steps)), np.array(labels(steps)), {}),
    "arrays of objects": lambda steps: (
        np.array(repeated(WORDS, steps), object),
        np.array(repeated(KINDS, steps), object),
        {},
    ),
    "bytes": lambda steps: (
        [word.encode() for word in repeated(WORDS, steps)],
        np.array([label.encode() for label in labels(steps)]),
        {},
    ),
    "pandas": lambda steps: (pd.Series(repeated(WORDS, steps)), pd.Series(repeated(KINDS, steps)), {}),
    "pandas, categories": lambda steps: (
        pd.Series(repeated(WORDS, steps), dtype="category"),
        pd.Series(repeated(KINDS, steps), dtype="category"),
        {},
    ),
    "polars": lambda steps: (pl.Series(repeated(WORDS, steps)), pl.Series(labels(steps), dtype=pl.Categorical), {}),
    "pyarrow": lambda steps: (pa.array(repeated(WORDS, steps)), pa.array(repeated(KINDS, steps)), {}),
    "pyarrow, dictionary": lambda steps: (
        pa.array(repeated(WORDS, steps)).dictionary_encode(),
        pa.array(repeated(KINDS, steps)).dictionary_encode(),
        {},
    ),
    "ids and classes": lambda steps: (
        np.arange(steps) % len(WORDS),
        CategoricalTrack(np.arange(steps) % 60),
        {"vocabulary": WORDS},
    ),
    "lists of ids and classes": lambda steps: (
        repeated(range(5), steps),
        CategoricalTrack(repeated([1, None, 3.0, 7], steps)),
        {"vocabulary": dict(enumerate(WORDS))},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_tokens_and_labels_are_not_gone_through_one_by_one(form):
    def calls(steps):
        def make():
            tokens, pos, more = FORMS[form](steps)
            return lambda: StateExplorer(np.zeros((steps, 2)), tokens, {"pos": pos}, background=False, **more)

        return gone_through(make())

    calls(5_000)  # the first time imports more
    assert calls(35_000) - calls(5_000) < 10_000


@pytest.mark.parametrize("kind", ["own", "strings", "fixed", "packed strings"])
def test_those_of_a_file_are_not_gone_through_one_by_one(tmp_path, kind):
    def calls(steps):
        path = tmp_path / f"{steps}.h5"
        words, states = repeated(WORDS, steps), np.zeros((steps, 2))
        if kind == "own":
            save_states(path, states, words, {"pos": repeated(KINDS, steps)}, overwrite=True)
            return gone_through(lambda: StateExplorer.open(path, background=False))
        with h5py.File(path, "w") as file:
            file["states"] = states
            if kind == "fixed":
                file["words"] = np.array([word.encode() for word in words])
            else:
                packed = {"compression": "gzip"} if kind == "packed strings" else {}
                file.create_dataset("words", data=words, dtype=h5py.string_dtype(), **packed)
        return gone_through(
            lambda: StateExplorer(f"{path}::states", f"{path}::words", {"w": f"{path}::words"}, background=False)
        )

    calls(5_000)  # the first time imports more
    assert calls(35_000) - calls(5_000) < 10_000
