"""Train an LSTM to predict the next chord of Bach's chorales and export its states over chorales it has never read.

Every chorale is transposed so that the root of its last chord, which in a chorale is the tonic, is C: a cadence is then
the same pair of chords everywhere. The last chord may be major in a minor chorale, so that the mode is that of the
majority of its tonic chords.

Takes about a minute on two CPU cores.

    python train_chorales.py
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from pathlib import Path

import numpy as np
import torch
from common import DATA, LanguageModel, held_out_loss_of_sequences, make_deterministic, unroll_sequences, write_dataset
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

SEED = 1
UNITS = 100
DROPOUT = 0.2
N_VALIDATION, N_SHOWN = 40, 120
N_PREDICTIONS = 3
CORPUS = Path(__file__).parent / "corpus" / "chorale_chords.json"
BEGIN = "|"
"""Read before the first chord, so that it is predicted as well; not shown."""

PITCHES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ROOTS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def parse(chord: str) -> tuple[int, str]:
    """Root as a pitch class and quality: "F#m7" is (6, "m7")."""
    letter, accidentals, quality = re.fullmatch(r"([A-G])([#b]*)(.*)", chord).groups()
    return (PITCHES[letter] + accidentals.count("#") - accidentals.count("b")) % 12, quality


def transpose(chords: list[str]) -> list[str]:
    """The same chorale with its last root moved to C."""
    parsed = [parse(chord) for chord in chords]
    tonic = parsed[-1][0]
    return [ROOTS[(root - tonic) % 12] + quality for root, quality in parsed]


def mode(chords: list[str]) -> str:
    """Whether the triads on the tonic are mostly major or minor, the last one aside."""
    major, minor = chords[:-1].count("C"), chords[:-1].count("Cm")
    return "minor" if minor > major else "major"


def cadences(chords: list[str]) -> list[str]:
    """Each chord's place in authentic cadences: "B" on the dominant that begins it, "I" up to the tonic, "E" on it.

    A cadence here is a run of chords on the dominant (G major, with or without a seventh) and the tonic that follows
    it at once; "O" is outside.
    """
    labels = ["O"] * len(chords)
    dominant, tonic = {"G", "G7"}, {"C", "Cm"}
    for end in range(1, len(chords)):
        if chords[end] not in tonic or chords[end - 1] not in dominant:
            continue
        start = end - 1
        while start > 0 and chords[start - 1] in dominant:
            start -= 1
        labels[start : end + 1] = ["B"] + ["I"] * (end - start - 1) + ["E"]
    return labels


def train_epoch(model, optimizer, sequences: list[torch.Tensor], batch: int = 16) -> float:
    """Pass once over all chorales in random order; return the mean loss (nats a chord) while training."""
    model.train()
    total = count = 0
    order = torch.randperm(len(sequences)).tolist()
    for at in range(0, len(order), batch):
        chosen = [sequences[i] for i in order[at : at + batch]]
        padded = pad_sequence(chosen, padding_value=-1)
        inputs, targets = padded[:-1].clamp(min=0), padded[1:]
        scores, _ = model(inputs)
        loss = functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=-1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        n = int((targets >= 0).sum())
        total, count = total + loss.item() * n, count + n
    return total / count


def train(model, training, validation, n_epochs: int) -> None:
    """AdamW on a cosine schedule; the weights of the epoch with the lowest validation loss are kept."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_epochs)
    best, weights = math.inf, None
    for epoch in range(n_epochs):
        training_loss = train_epoch(model, optimizer, training)
        schedule.step()
        loss = held_out_loss_of_sequences(model, validation)
        print(f"epoch {epoch + 1:3}  training {training_loss:.4f}  validation {loss:.4f}", flush=True)
        if loss < best:
            best, weights = loss, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(weights)


def smoothed_loss(counts: np.ndarray, sequences: list[torch.Tensor], *, bigram: bool) -> float:
    """Mean loss (nats a chord) of chord frequencies, or of those after each chord, both with add-one smoothing."""
    total, n = 0.0, 0
    for sequence in sequences:
        ids = sequence.numpy()
        rows = counts[ids[:-1]] if bigram else np.tile(counts.sum(0), (len(ids) - 1, 1))
        chance = (rows[np.arange(len(rows)), ids[1:]] + 1) / (rows.sum(1) + counts.shape[1])
        total, n = total - np.log(chance).sum(), n + len(rows)
    return total / n


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--output", type=Path, default=DATA / "chorales.h5")
    arguments = parser.parse_args()

    chorales = [transpose(chords) for chords in json.loads(CORPUS.read_text())]
    order = np.random.default_rng(SEED).permutation(len(chorales))
    # The same tune is set several times: settings that share a quarter's worth of text must not be on both sides.
    shown = [chorales[i] for i in order[:N_SHOWN]]
    seen = {" ".join(chords[i : i + 16]) for chords in shown for i in range(len(chords) - 15)}
    rest = [
        chorales[i]
        for i in order[N_SHOWN:]
        if not any(" ".join(chorales[i][j : j + 16]) in seen for j in range(len(chorales[i]) - 15))
    ]
    print(f"{len(chorales) - N_SHOWN - len(rest)} chorales left out: they share 16 chords in a row with one shown")
    validation_set, training_set = rest[:N_VALIDATION], rest[N_VALIDATION:]
    types = [BEGIN, *sorted({chord for chords in chorales for chord in chords})]
    ids = {chord: i for i, chord in enumerate(types)}
    training, validation, held_out = (
        [torch.tensor([0, *(ids[chord] for chord in chords)]) for chords in group]
        for group in (training_set, validation_set, shown)
    )
    make_deterministic(SEED)
    started = time.perf_counter()
    model = LanguageModel(len(types), UNITS, dropout=DROPOUT)
    train(model, training, validation, arguments.epochs)
    counts = np.zeros((len(types), len(types)))
    for sequence in training:
        np.add.at(counts, (sequence[:-1].numpy(), sequence[1:].numpy()), 1)
    figures = {
        "held-out loss (nats a chord)": held_out_loss_of_sequences(model, held_out),
        "held-out loss of chord frequencies": smoothed_loss(counts, held_out, bigram=False),
        "held-out loss of frequencies after each chord": smoothed_loss(counts, held_out, bigram=True),
    }
    print({name: round(value, 4) for name, value in figures.items()}, f"{time.perf_counter() - started:.0f} s")

    # Row t is the state after chord t: the row of the sign that begins a chorale is left out.
    states, log_probabilities = unroll_sequences(model, held_out)
    best = log_probabilities.topk(N_PREDICTIONS, dim=1)
    probability = np.full(len(log_probabilities), np.nan, np.float32)
    at = 0
    for chords in shown:
        following = torch.tensor([ids[chord] for chord in chords[1:]])
        rows = log_probabilities[at : at + len(following)]
        probability[at : at + len(following)] = rows[torch.arange(len(following)), following].exp().numpy()
        at += len(chords)
    n_shown, n_training = sum(map(len, shown)), sum(map(len, training_set))
    write_dataset(
        arguments.output,
        states=states,
        tokens=[chord for chords in shown for chord in chords],
        sequences=[len(chords) for chords in shown],
        categorical={
            "cadence": [label for chords in shown for label in cadences(chords)],
            "mode": [mode(chords) for chords in shown for _ in chords],
        },
        continuous={"p(next)": probability},
        top_k={"next": (np.array(types)[best.indices.numpy()], best.values.exp().numpy())},
        about={
            "title": "J. S. Bach's four-part chorales, as chords",
            "model": f"2-layer LSTM that predicts the next chord, {UNITS} units a layer, tied weights, "
            f"dropout {DROPOUT}, {len(types) - 1} chords; cell states c, row t after reading chord t, each "
            "chorale from a zero state",
            "trained on": f"{n_training} chords of {len(training_set)} chorales; {len(validation_set)} others decided "
            "when to stop; none shares 16 chords in a row with a chorale shown",
            "shown": f"{n_shown} chords of {len(shown)} held-out chorales, one sequence each, all transposed so that "
            "the last root is C; one chord a beat",
            "tracks": "cadence: B on the dominant (G, G7) that begins an authentic cadence, I while it lasts, E on the "
            "tonic that ends it, O elsewhere; mode: of the chorale; p(next): the probability the model gave to the "
            "chord that came next; next: its three likeliest chords",
            **figures,
            "terms": "chords read off public-domain works: facts; states and annotations have the package's licence",
            "script": "notebooks/training/train_chorales.py",
        },
    )


if __name__ == "__main__":
    main()
