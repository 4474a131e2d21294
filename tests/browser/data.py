"""Small states with words and tags, the same in the tests and in the kernel."""

import numpy as np

N_STEPS, N_CELLS = 300, 24
SEQUENCES = [25] * 12
THRESHOLD = 0.3


def _states():
    """Each cell a first-order autoregression through tanh."""
    noise = np.random.default_rng(7).standard_normal((N_STEPS, N_CELLS))
    states = np.zeros((N_STEPS, N_CELLS))
    for step in range(1, N_STEPS):
        states[step] = 0.9 * states[step - 1] + 0.4 * noise[step]
    return np.tanh(states).astype(np.float32)


STATES = _states()
WORDS = [f"w{step}" for step in range(N_STEPS)]
TAGS = [("NOUN", "VERB", "DET")[step % 3] for step in range(N_STEPS)]

# The first cell of the notebooks: it ends with the widget.
SHOW = """
from lstmvis_widget import StateExplorer
from tests.browser.data import *
explorer = StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
explorer
"""
