"""Train a character LSTM on tales with dialogue, and export its cell states over a chapter that it has never read.

After Karpathy, Johnson and Fei-Fei (2015): a model that reads characters has to remember whether a quotation, a bracket
or a line is open, since nothing else tells when to close it. The same mark opens and closes a quotation here.

Takes about two minutes on one CPU core.

    python train_quotes.py
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from common import DATA, LanguageModel, held_out_loss, make_deterministic, train, unigram_loss, unroll, write_dataset
from dialogue import WIDTH, alice, tales

SEED = 1
UNITS = 128
N_PREDICTIONS = 3


def read_parts() -> dict[str, str]:
    """The texts: chapter I is shown, chapter V chooses the epoch, and all others and the tales are trained on."""
    chapters = alice()
    return {
        "training": "".join(tales() + chapters[1:4] + chapters[5:]),
        "validation": chapters[4],
        "shown": chapters[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--output", type=Path, default=DATA / "quotes.h5")
    arguments = parser.parse_args()

    parts = read_parts()
    alphabet = sorted(set("".join(parts.values())))
    ids = {name: torch.tensor([alphabet.index(each) for each in text]) for name, text in parts.items()}
    training, validation, shown = ids.values()
    print({name: len(text) for name, text in parts.items()}, f"{len(alphabet)} characters")

    make_deterministic(SEED, threads=1)
    started = time.perf_counter()
    model = LanguageModel(len(alphabet), UNITS, n_layers=1)
    train(model, training, validation, n_epochs=arguments.epochs, learning_rate=4e-3, weight_decay=0.05, n_steps=64)
    print(f"trained in {time.perf_counter() - started:.0f} s")

    model = LanguageModel.from_weights(model.weights())  # rounded, as they are stored
    figures = {
        "held-out loss (nats a character)": held_out_loss(model, shown),
        "held-out loss of unigrams": unigram_loss(training, shown, len(alphabet)),
    }
    print({name: round(value, 3) for name, value in figures.items()})
    states, log_probabilities = unroll(model, shown)
    likeliest = log_probabilities.topk(N_PREDICTIONS, dim=1)
    of_next = log_probabilities[:-1].gather(1, shown[1:, None])[:, 0].exp().numpy()
    write_dataset(
        arguments.output,
        states={"cell": states["layer 1"]},
        tokens=list(parts["shown"]),
        sequences=[len(shown)],
        categorical={},
        continuous={"p(next)": np.append(of_next, np.nan).astype(np.float32)},
        top_k={"next": (np.array(alphabet)[likeliest.indices.numpy()], likeliest.values.exp().numpy())},
        weights=model.weights(),
        vocabulary=alphabet,
        about={
            "title": "Alice's Adventures in Wonderland, chapter I, as characters",
            "model": f"1-layer character-level LSTM language model, {UNITS} units, tied weights, {len(alphabet)} "
            "characters; cell states c, row t after reading character t",
            "trained on": f"{len(training):,} characters: 54 of the Grimms' fairy tales and chapters II to IV and VI "
            "to XII of Alice; stopped by the loss on chapter V",
            "shown": f"{len(shown):,} held-out characters, chapter I, set in lines of at most {WIDTH} characters; the "
            'mark " both opens and closes a quotation',
            "tracks": "p(next): the probability that the model gave to the true next character; next: the three "
            "characters that it holds likeliest to follow, with their probabilities",
            **figures,
            "terms": "the texts are in the public domain; states have the licence of the package",
            "script": "notebooks/training/train_quotes.py",
        },
    )


if __name__ == "__main__":
    main()
