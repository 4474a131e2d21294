"""What is measured on: states, files of states, and selections."""

import os
from typing import NamedTuple

import h5py
import numpy as np

from tests import oracle

THRESHOLD = 0.3
LIMITS = ((0, 0), (1, 0), (0, 1), (1, 1))
SELECTIONS = 12
MOST_SELECTED_STEPS = 12

BLOCK_BYTES = 4 * 2**20
BLOCK_STEPS = 4096


class Query(NamedTuple):
    """Selected cells, and the pattern they follow at the selection of so many steps."""

    cells: np.ndarray
    off_before: int
    off_after: int
    min_length: int


def cell_states(n_steps, n_cells, seed, dtype=np.float32):
    """(T, D): each cell a first-order autoregression through tanh, on at 0.3 for a quarter of the steps.

    The cells forget in 1.2 to 30 steps (log-uniform), so that runs are short in some and long in others.
    """
    random = np.random.default_rng(seed)
    memory = np.exp(-1 / np.exp(random.uniform(np.log(1.2), np.log(30), n_cells))).astype(np.float32)
    quantile = 0.67448975  # a quarter of a standard normal lies above
    noise = np.sqrt(1 - memory**2) * np.float32(np.arctanh(THRESHOLD) / quantile)
    states = np.empty((n_steps, n_cells), dtype)
    now = random.standard_normal(n_cells, dtype=np.float32) * noise
    for start in range(0, n_steps, BLOCK_STEPS):
        block = random.standard_normal((min(BLOCK_STEPS, n_steps - start), n_cells), dtype=np.float32) * noise
        for step in range(len(block)):
            now = np.add(block[step], memory * now, out=block[step])
        states[start : start + len(block)] = np.tanh(block)
    return states


def rows_of_blocks(states):
    """Rows in a block of 4 MiB."""
    return max(1, BLOCK_BYTES // (states.shape[1] * states.dtype.itemsize))


def read_once(states):
    """R: one read of all states in one thread, for the largest value, block by block."""
    rows = rows_of_blocks(states)
    return max(states[start : start + rows].max() for start in range(0, len(states), rows))


def read_dataset_once(dataset):
    """Read a dataset once in one thread, by whole chunks of about 4 MiB in all."""
    chunk = (dataset.chunks or (1,))[0]
    rows = max(1, rows_of_blocks(dataset) // chunk) * chunk
    for start in range(0, len(dataset), rows):
        dataset[start : start + rows]


def queries(states, seed):
    """12 selections of 1 to 12 steps with each of the limits; without those that select no cell."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(SELECTIONS):
        length = 1 + number % MOST_SELECTED_STEPS
        start = int(random.integers(1, len(states) - length - 1))
        around = states[start - 1 : start + length + 1]
        for before, after in LIMITS:
            cells = oracle.select_cells(around, 1, 1 + length, THRESHOLD, off_before=before, off_after=after)
            if cells:
                found.append(Query(np.array(cells), before, after, min(2, length)))
    return found


def sequence_lengths(n_steps, n_sequences, seed):
    """Random lengths of at least 1 step, which sum to all steps."""
    inner = np.random.default_rng(seed).choice(np.arange(1, n_steps), n_sequences - 1, replace=False)
    return np.diff(np.concatenate([[0], np.sort(inner), [n_steps]]))


def selections(states, seed, count):
    """Half-open ranges of 1, 2, 3, 4, 1, … steps at random places, in the middle half of all steps."""
    starts = np.random.default_rng(seed).integers(len(states) // 4, 3 * len(states) // 4, count)
    return [(int(start), int(start) + 1 + number % 4) for number, start in enumerate(starts)]


def text_of(n_words, n_kinds, seed):
    """A text of so many words, of which a few are frequent and most are rare."""
    ranks = np.random.default_rng(seed).zipf(1.3, n_words) % n_kinds
    return " ".join(f"w{rank}" for rank in ranks.tolist())


def annotated(n_steps, seed, n_sequences=2000):
    """Arguments of an explorer: tokens, a track of 12 labels, one of numbers, and sequences; all objects are new.

    As in a list that a program has read, equal tokens and labels are strings of their own.
    """
    random = np.random.default_rng(seed)
    tags = " ".join(f"TAG{code}" for code in random.integers(0, 12, n_steps).tolist())
    return {
        "tokens": text_of(n_steps, 50_000, seed).split(),
        "tracks": {"pos": tags.split(), "p(next)": random.random(n_steps)},
        "sequences": sequence_lengths(n_steps, min(n_sequences, n_steps // 2), seed).tolist(),
    }


def write_file(path, states, chunks="rows"):
    """Write an HDF5 file of the states: uncompressed (None), or in chunks that are compressed by gzip at level 4.

    ``chunks`` names those of `CHUNKS`.
    """
    compressed = {"compression": "gzip", "compression_opts": 4} if chunks else {}
    shape = CHUNKS[chunks](*states.shape) if chunks else None
    with h5py.File(path, "w") as file:
        file.create_dataset("states", data=states, chunks=shape, **compressed)
    os.sync()  # else it is written to the disk while it is read
    return path


CHUNKS = {
    "rows": lambda steps, cells: (min(steps, 256), cells),
    "one": lambda steps, cells: (steps, cells),
    "cells": lambda steps, _: (steps, 1),
    "h5py": lambda *_: True,
}
"""Shapes of chunks by name: 256 rows, all in one, a cell each, and what h5py chooses."""


class Counted:
    """A dataset that counts the rows that are read of it."""

    def __init__(self, dataset):
        self._dataset, self.shape, self.dtype = dataset, dataset.shape, dataset.dtype
        self.rows_read = 0

    def __getattr__(self, name):
        return getattr(self._dataset, name)

    def __getitem__(self, key):
        values = self._dataset[key]
        rows = key[0] if isinstance(key, tuple) else key
        self.rows_read += len(range(*rows.indices(self.shape[0]))) if isinstance(rows, slice) else np.size(rows)
        return values
