"""What is measured on: states, files of states, and selections."""

from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from tests import oracle

THRESHOLD = 0.3
SHARE_ON = 0.25
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
    chunk = dataset.chunks[0]
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


def write_file(folder, states):
    """The path of an HDF5 file with the states in chunks of whole rows, compressed by gzip at level 4."""
    path = Path(folder) / "states.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset(
            "states",
            data=states,
            chunks=(min(len(states), 256), states.shape[1]),
            compression="gzip",
            compression_opts=4,
        )
    return path
