"""Functions that show a bar: for how long it stands still, and how soon an interrupt ends them."""

import importlib
import os
import signal
import threading
from time import perf_counter

import numpy as np

from lstmvis_widget import enrichment_null, map_phrases, rank_matches
from tests.benchmarks.data import THRESHOLD, sequence_lengths, text_of
from tests.benchmarks.measure import Row, ms, within

SILENT = 1.0
"""Seconds for which a bar may stand still."""

SOON = 0.25
"""Seconds within which an interrupt ends the work."""

MOMENTS = (0.2, 0.5, 0.8)
"""Shares of the usual time after which the interrupt comes."""

KINDS, DRAWS, PHRASES, PHRASE = 12, 50, 4_000, 5


def rows(setting):
    """Those of chance for labels, and of a map of phrases."""
    importlib.import_module("sklearn.linear_model")  # which takes a second in a new process
    random = np.random.default_rng(setting.seed)
    labels = random.integers(0, KINDS, setting.steps)
    lengths = sequence_lengths(setting.steps, max(1, setting.steps // 500), setting.seed)
    matches = rank_matches(setting.states, setting.asked[0].cells, THRESHOLD, sequences=lengths)
    yield from _bar(
        f"enrichment_null of {KINDS} labels", lambda **more: enrichment_null(matches, labels, sequences=lengths, **more)
    )
    yield from _bar(
        f"Matches.enrichment_null of {KINDS} labels, {DRAWS} draws of cells",
        lambda **more: matches.enrichment_null(labels, n=DRAWS, **more),
    )
    starts = random.choice(setting.steps // PHRASE, PHRASES, replace=False) * PHRASE
    halves = {"a": starts[: PHRASES // 2], "b": starts[PHRASES // 2 :]}
    phrases = {name: [(at, at + PHRASE) for at in some.tolist()] for name, some in halves.items()}
    tokens = text_of(setting.steps, 5_000, setting.seed).split()
    yield from _bar(
        f"map_phrases of {PHRASES:,} phrases",
        lambda **more: map_phrases(setting.states, phrases, THRESHOLD, tokens=tokens, **more),
    )


def _bar(what, function):
    begun, told = perf_counter(), []
    function(progress=lambda _: told.append(perf_counter() - begun))
    took = perf_counter() - begun
    yield Row(what, ms(took), f"{len(told)} shares told")
    yield within(f"{what}: the bar stands still for, longest", float(max(np.diff([0, *told, took]))), SILENT)
    latest = max(_until_interrupted(function, moment * took) for moment in MOMENTS)
    yield within(f"{what}: ends after an interrupt, latest", latest, SOON)


def _until_interrupted(function, after):
    """Seconds from an interrupt (Ctrl-C) until the function has ended; 0 if it had ended before."""
    at = []

    def interrupt():
        at.append(perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(after, interrupt)
    timer.start()
    try:
        function(progress=False)
        timer.cancel()
        timer.join()
    except KeyboardInterrupt:
        return perf_counter() - at[0]
    return 0.0
