"""Twelve phrases of three labels on a map, by hand."""

import numpy as np
import pandas as pd

from lstmvis_widget import PhraseMap

COUNTS = {"NP": 6, "VP": 4, "$PP$": 2}
LABELS = np.repeat([*COUNTS], [*COUNTS.values()])
RANGES = np.stack([np.arange(12) * 5, np.arange(12) * 5 + 2], axis=1)
PLACES = np.random.default_rng(2).normal(size=(12, 3))
TOKENS = [f"w{step}" for step in range(60)]


def phrase_map(places=PLACES, labels=LABELS, ranges=RANGES):
    return PhraseMap(
        ranges, labels, np.zeros((len(ranges), 6), bool), places, np.array([0.6, 0.052, 0.01]), pd.DataFrame()
    )
