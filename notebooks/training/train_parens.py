"""Train an LSTM on the counting language of the LSTMVis paper and export its cell states.

The language (Strobelt et al. 2018) has the alphabet `( ) 0 1 2 3 4`: parentheses that match and nest at
most four deep, and digits that equal the nesting level where they stand. Nothing but the level decides what may come
next, so a model that predicts the language well has to count.

Takes about a minute on two CPU cores.

    python train_parens.py
"""

from __future__ import annotations

import argparse
import math
import random
import time
from pathlib import Path

import torch
from common import DATA, LanguageModel, held_out_loss, make_deterministic, train, unigram_loss, unroll, write_dataset

SEED = 1
ALPHABET = "()01234"
DEEPEST = 4
P_DIGIT = 0.4
UNITS = 100
N_TRAINING, N_VALIDATION, N_EXPORTED = 200_000, 10_000, 10_000


def moves(level: int) -> dict[str, float]:
    """What may follow at a nesting level, with its probability."""
    up, down = level < DEEPEST, level > 0
    p_move = (1 - P_DIGIT) / (up + down)
    return {str(level): P_DIGIT} | ({"(": p_move} if up else {}) | ({")": p_move} if down else {})


def generate(n: int, seed: int) -> tuple[list[str], list[int]]:
    """Draw a text of n tokens that starts at level 0, and the nesting level after each token."""
    source = random.Random(seed)
    level, tokens, levels = 0, [], []
    for _ in range(n):
        choices = moves(level)
        token = source.choices(list(choices), list(choices.values()))[0]
        level += {"(": 1, ")": -1}.get(token, 0)
        tokens.append(token)
        levels.append(level)
    return tokens, levels


def loss_of_process(tokens: list[str], levels: list[int]) -> float:
    """Mean loss (nats a token) of a reader who knows `moves` and counts without fault, from the second token on."""
    log_probabilities = [math.log(moves(level)[token]) for level, token in zip(levels, tokens[1:], strict=False)]
    return -sum(log_probabilities) / len(log_probabilities)


def encode(tokens: list[str]) -> torch.Tensor:
    return torch.tensor([ALPHABET.index(token) for token in tokens])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--output", type=Path, default=DATA / "parens.h5")
    arguments = parser.parse_args()

    make_deterministic(SEED)
    training = encode(generate(N_TRAINING, seed=SEED)[0])
    validation = encode(generate(N_VALIDATION, seed=SEED + 1)[0])
    tokens, levels = generate(N_EXPORTED, seed=SEED + 2)
    held_out = encode(tokens)

    started = time.perf_counter()
    model = LanguageModel(len(ALPHABET), UNITS)
    train(model, training, validation, n_epochs=arguments.epochs, learning_rate=3e-3, weight_decay=0.1, n_steps=50)
    seconds = time.perf_counter() - started

    figures = {
        "held-out loss (nats a token)": held_out_loss(model, held_out),
        "held-out loss of unigrams": unigram_loss(training, held_out, len(ALPHABET)),
        "held-out loss of the process itself": loss_of_process(tokens, levels),
    }
    print({name: round(loss, 4) for name, loss in figures.items()}, f"trained in {seconds:.0f} s")

    states, _ = unroll(model, held_out, hidden_too=True)
    write_dataset(
        arguments.output,
        states=states,
        tokens=tokens,
        sequences=[len(tokens)],
        categorical={"level": [str(level) for level in levels]},
        top_k={},
        about={
            "title": "Nested parentheses",
            "model": f"2-layer LSTM language model, {UNITS} units a layer, cell states c and, as layers of their own, "
            "hidden states h, row t after reading token t",
            "trained on": f"{N_TRAINING} tokens drawn from the same random process, seed {SEED}",
            "shown": f"{N_EXPORTED} held-out tokens, seed {SEED + 2}, read from level 0",
            "tracks": "level: nesting level after the token",
            **figures,
            "terms": "generated here; same licence as the package",
            "script": "notebooks/training/train_parens.py",
        },
    )


if __name__ == "__main__":
    main()
