"""States and labels that have nothing to do with each other, in which chance finds what it may."""

import numpy as np
from scipy.signal import lfilter

ONE, EQUAL, SEVERAL = [160], [16] * 10, [6, 9, 12, 15, 18, 20, 24, 26, 30]


def states_of(lengths, cells, source, *, of_sequences=0.0):
    """Each cell keeps half of its value from one step to the next; ``of_sequences``: how much each sequence differs."""
    parts = []
    for length in lengths:
        values = source.normal(size=(length, cells))
        values[1:] *= np.sqrt(0.75)
        kept = lfilter([1], [1, -0.5], values, axis=0)  # each step, and half of what the one before it has kept
        parts.append(kept + of_sequences * source.normal(size=cells))
    return np.concatenate(parts)


def independent(lengths, source):
    return source.choice(list("AB"), sum(lengths))


def in_runs(lengths, source):
    """Runs of two steps on average, in each sequence."""
    return np.concatenate([_runs(length, source) for length in lengths])


def _runs(length, source):
    changes = source.random(length) < 0.5
    changes[0] = True
    return source.choice(list("AB"), length)[np.maximum.accumulate(np.where(changes, np.arange(length), 0))]


def of_sequences(lengths, source):
    return np.repeat(source.choice(list("AB"), len(lengths)), lengths)


def on_spans(lengths, source):
    """One label for each span of four steps; steps between the spans have none."""
    steps = sum(lengths)
    spans = np.repeat(source.choice(list("AB"), steps // 8 + 1), 8)[:steps].astype(object)
    spans[np.arange(steps) % 8 >= 4] = None
    return spans


def drifting(lengths, source):
    """Numbers that keep half of their value from one step to the next."""
    return states_of(lengths, 1, source)[:, 0]


def numbers_of_sequences(lengths, source):
    return np.repeat(source.normal(size=len(lengths)), lengths)


def in_lines(lengths, source):
    """How far each step is in its line; lines have 2 to 12 steps, and end with the sequence, too."""
    return np.concatenate([_in_lines(length, source) for length in lengths])


def _in_lines(length, source):
    lines = [np.arange(line) for line in source.integers(2, 13, length)]
    return np.concatenate(lines)[:length].astype(float)
