"""Every function that can take long: it shows and reports its progress, and ends at an interrupt."""

import inspect
import io
import sys
import threading

import h5py
import numpy as np
import pytest
import torch

import lstmvis_widget
from lstmvis_widget import (
    ablation_effect,
    ablation_effects,
    cell_alignment,
    cell_pairs,
    contrast_phrases,
    count_selected,
    enrichment,
    enrichment_null,
    map_phrases,
    occlusion,
    on_off_patterns,
    probe,
    project_states,
    rank_matches,
    read_conll,
    read_tokens,
    save_states,
    select_cells,
    select_cells_at,
    step_distances,
    threshold_profile,
    tracks_from_text,
)
from lstmvis_widget.lstmvis.convert import convert
from lstmvis_widget.lstmvis.project import Project
from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics import cell_alignment as alignment

RNG = np.random.default_rng(0)
STEPS, CELLS = 400, 12
STATES = np.tanh(RNG.normal(size=(STEPS, CELLS))).astype(np.float32)
LABELS = RNG.choice(["a", "b", "c"], STEPS).tolist()
NUMBERS = STATES[:, 0] + STATES[:, 1]
WORDS = RNG.choice(["the", "cat", "sat"], STEPS).tolist()
PHRASES = {"a": [(i, i + 2) for i in range(0, 100, 4)], "b": [(i, i + 2) for i in range(102, 200, 4)]}


def matches(**options):
    return rank_matches(STATES, [1, 2], 0.1, k=20, **options)


MATCHES = matches()
MAP = project_states(STATES)


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def project_in(folder):
    with h5py.File(folder / "source.h5", "w") as file:
        file["states"] = STATES
    return Project("p", "", {"one": f"{folder}/source.h5::states"}, {"one": "tanh"}, WORDS, None, {})


def binned(_, track=LABELS, **options):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "MOST_SORTED", 1)
        return cell_alignment(STATES, track, held_out=0.2, permutations=2, **options)


class NextLetter(torch.nn.Module):
    """Scores the next id."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embedding, self.rnn = torch.nn.Embedding(3, 3), torch.nn.RNN(3, 3, batch_first=True)

    def forward(self, ids):
        return self.rnn(self.embedding(ids))[0]


class LastLetter(torch.nn.Module):
    """Says what the last id is."""

    def forward(self, ids):
        return torch.nn.functional.one_hot(ids[:, -1], 3).float()


CALLS = {
    "ablation_effect": lambda _, **more: ablation_effect(
        NextLetter(), [[0, 1, 2]], "rnn.layer1.hidden", [0], against_random=2, **more
    ),
    "ablation_effects": lambda _, **more: ablation_effects(NextLetter(), [[0, 1, 2]], "rnn.layer1.hidden", **more),
    "cell_alignment": lambda _, **more: cell_alignment(STATES, LABELS, permutations=2, **more),
    "cell_alignment of many steps": binned,
    "cell_alignment of numbers": lambda _, **more: cell_alignment(STATES, NUMBERS, permutations=2, **more),
    "cell_alignment of many numbers": lambda _, **more: binned(_, NUMBERS, **more),
    "cell_alignment of quantiles": lambda _, **more: cell_alignment(States(STATES, "quantile"), LABELS, **more),
    "cell_pairs": lambda _, **more: cell_pairs(STATES, LABELS, 0.1, permutations=2, **more),
    "contrast_phrases": lambda _, **more: contrast_phrases(STATES, PHRASES, 0.1, permutations=2, **more),
    "enrichment": lambda _, **more: enrichment(MATCHES, LABELS, **more),
    "Matches.enrichment": lambda _, **more: MATCHES.enrichment(LABELS, **more),
    "enrichment_null": lambda _, **more: enrichment_null(MATCHES, LABELS, n=5, **more),
    "Matches.enrichment_null": lambda _, **more: MATCHES.enrichment_null(LABELS, n=5, **more),
    "Matches.counts": lambda _, **more: matches(progress=False).counts(**more),
    "map_phrases": lambda _, **more: map_phrases(STATES, PHRASES, 0.1, tokens=WORDS, **more),
    "threshold_profile": lambda _, **more: threshold_profile(STATES, (5, 7), **more),
    "threshold_profile of a track": lambda _, **more: threshold_profile(
        STATES, (5, 7), track=LABELS, thresholds=[0.0, 0.2], **more
    ),
    "occlusion": lambda _, **more: occlusion(LastLetter(), [0, 1, 2], **more),
    "probe": lambda _, **more: probe(STATES, LABELS, **more),
    "rank_matches": lambda _, **more: rank_matches(STATES, [1, 2], 0.1, **more),
    "select_cells": lambda _, **more: select_cells(STATES, 0, 9, -0.9, **more),
    "select_cells_at": lambda _, **more: select_cells_at(STATES, [(0, 9), (5, 9), (200, 300)], -0.9, **more),
    "on_off_patterns": lambda _, **more: on_off_patterns(STATES, [(0, 2), (5, 9)], 0.1, **more),
    "count_selected": lambda _, **more: count_selected(STATES, 0, 300, [0.1], **more),
    "step_distances": lambda _, **more: step_distances(STATES, **more),
    "project_states": lambda _, **more: project_states(STATES, **more),
    "project_states by t-SNE": lambda _, **more: project_states(STATES, "tsne", max_steps=100, **more),
    "project_states of positions": lambda _, **more: project_states(STATES, STATES[:, :2], **more),
    "Projection.place": lambda _, **more: MAP.place(STATES, **more),
    "Projection.measure_trust": lambda _, **more: project_states(STATES, progress=False).measure_trust(**more),
    "Projection.point_trust": lambda _, **more: MAP.point_trust(**more),
    "States.prepare": lambda _, **more: States(STATES, "standardise").prepare(**more),
    "read_tokens": lambda folder, **more: read_tokens(written(folder, "text.txt", "a b c\n" * 3), **more),
    "read_conll": lambda folder, **more: read_conll(written(folder, "text.conll", "a\tX\nb\tY\n" * 600), **more),
    "tracks_from_text": lambda _, **more: tracks_from_text(WORDS, patterns={"w1": "w1"}, **more),
    "save_states": lambda folder, **more: save_states(folder / "out.h5", STATES, WORDS, overwrite=True, **more),
    "convert": lambda folder, **more: convert(project_in(folder), folder / "out.h5", overwrite=True, **more),
}
"""Calls by name; each takes a folder for its files."""

SHORT = {
    "describe",
    "jump_contributions",
    "sequence_table",
    "link",
    "options",
    "ranges_of",
    "read_vocabulary",
    "tracks_from_frame",
    "record_states",
}
"""Functions that aren't listed: they take less than a second for a million steps; `record_states` has its own tests."""


def test_every_public_function_is_listed():
    functions = {name for name in lstmvis_widget.__all__ if inspect.isfunction(getattr(lstmvis_widget, name))}
    assert functions - SHORT <= set(CALLS)


@pytest.fixture(params=CALLS)
def call(request, tmp_path):
    """Calls one of the functions with the given ``progress``."""

    def run(progress):
        return CALLS[request.param](tmp_path, progress=progress)

    return run


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_a_bar_appears_on_a_terminal_and_disappears(call, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("lstmvis_widget.work.progress_bar.PATIENCE", -1.0)
    monkeypatch.setattr("lstmvis_widget.work.progress_bar.BAR_SECONDS", -1.0)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    call(None)
    shown = stream.getvalue()
    assert shown.strip()
    assert shown.endswith(" \r")
    assert len({text.rstrip(" %0123456789,…") for text in shown.split("\r") if text.strip()}) == 1
    before = len(shown)
    call(False)
    assert len(stream.getvalue()) == before


def test_a_callable_is_told_the_share_up_to_the_end(call):
    told = []
    call(told.append)
    assert min(told) >= 0
    assert told[-1] == max(told) > 0


def test_an_interrupt_leaves_no_thread_and_no_file(call, tmp_path):
    threads = set(threading.enumerate())

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(interrupt)
    assert set(threading.enumerate()) <= threads
    assert not list(tmp_path.glob("*out.h5*"))


def test_another_progress_is_refused(call):
    with pytest.raises(TypeError, match="progress must be"):
        call("bar")


class Interrupting:
    """Rows whose reading is interrupted, on whichever thread it happens."""

    shape, dtype, ndim = (STEPS, CELLS), STATES.dtype, 2

    def __init__(self, after):
        self._left = after

    def __getitem__(self, key):
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return STATES[key]


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize(
    "function",
    [
        lambda states, _: cell_alignment(states, LABELS),
        lambda states, _: rank_matches(states, [1, 2], 0.1),
        lambda states, _: map_phrases(states, PHRASES, 0.1),
        lambda states, _: threshold_profile(states, (5, 7), track=LABELS),
        lambda states, folder: save_states(folder / "out.h5", states),
        lambda states, _: States(states, "quantile").prepare(),
    ],
    ids=["cell_alignment", "rank_matches", "map_phrases", "threshold_profile", "save_states", "prepare"],
)
def test_an_interrupt_while_states_are_read_ends_the_work(monkeypatch, tmp_path, function, after):
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 1000)
    monkeypatch.setattr("lstmvis_widget.files.saving.BLOCK_BYTES", 1000)
    monkeypatch.setattr("lstmvis_widget.states.cell_statistics.READ_VALUES", 1000)
    monkeypatch.setattr(alignment, "MOST_SORTED", 1)
    monkeypatch.setattr("lstmvis_widget.statistics.binned_rows.BLOCK_BYTES", 1000)
    threads = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        function(Interrupting(after), tmp_path)
    assert set(threading.enumerate()) <= threads
    assert not list(tmp_path.iterdir())
