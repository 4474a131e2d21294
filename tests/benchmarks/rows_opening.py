"""What making an explorer takes: of a million annotated steps, and of files whose chunks lie in any way."""

import h5py

from lstmvis_widget import StateExplorer
from tests.benchmarks.data import CHUNKS, annotated, read_dataset_once, write_file
from tests.benchmarks.measure import REPEATS, seconds, seconds_once, timed, within

MOST_SECONDS = 0.3
"""Seconds that the constructor may take for a million steps."""

CHUNKED_STEPS = 20_000
"""Steps of the files that are compressed in chunks of several shapes."""

PATIENCE = 5
"""Seconds after which what is slow isn't measured again."""

NAMES = {
    "rows": "chunks of 256 rows",
    "one": "one big chunk",
    "cells": "a chunk a cell",
    "h5py": "chunks that h5py chooses",
}


def rows(setting):
    """From memory, from an uncompressed file, and from compressed ones."""
    given = f"{setting.steps:,} string tokens, 12 labels, numbers, 2,000 sequences"
    yield within(f"constructor: {given}, states in memory", _annotated(setting, setting.states), MOST_SECONDS)
    yield within("constructor: the same, states in an HDF5 file", _annotated(setting, setting.file.path), MOST_SECONDS)
    yield from _chunked(setting)


def _annotated(setting, states):
    """The least time; each time of new objects."""
    times = []
    for _ in range(REPEATS):
        given = annotated(setting.steps, setting.seed)
        explorers = []
        times.append(seconds_once(lambda given=given, explorers=explorers: explorers.append(_made(states, given))))
        explorers.pop().close()
    return min(times)


def _made(states, given):
    return StateExplorer(states, **given)


def _chunked(setting):
    states = setting.states[:CHUNKED_STEPS]
    for chunks in CHUNKS:
        path = write_file(setting.folder / f"chunked-{chunks}.h5", states, chunks)
        with h5py.File(path) as file:
            read = seconds(lambda file=file, chunks=chunks: _read(file["states"], chunks), REPEATS, PATIENCE)
        opened = seconds(lambda path=path: StateExplorer(path).close(), REPEATS, PATIENCE)
        name = f"opening a gzip-4 file of {len(states):,} steps, {NAMES[chunks]}"
        yield timed(name, opened, "one read of the file", read, 1.5)
        path.unlink()


def _read(dataset, chunks):
    return dataset[:] if chunks != "rows" else read_dataset_once(dataset)
