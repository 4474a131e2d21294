"""Train a word-level LSTM on fairy tales and export its cell states over chapters of Alice it has never read.

Trained on Grimms' tales and the later chapters of *Alice's Adventures in Wonderland*; exported are the first chapters.

Took 11 minutes on two CPU cores that had other work to do as well; of the processor time of both, 12 minutes.

    python train_alice.py
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from common import DATA, LanguageModel, held_out_loss, make_deterministic, train, unigram_loss, unroll, write_dataset
from prose import Token, annotate, flat, read_alice, read_tales

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 1
UNITS = 150
DROPOUT = 0.5
RAREST = 2
UNKNOWN = "<unk>"
N_SHOWN = 4
N_PREDICTIONS = 3


class Vocabulary:
    """The words seen at least `RAREST` times in training, without capitals; all others are one type, `<unk>`."""

    def __init__(self, training: list[Token]) -> None:
        counts = Counter(token.plain for token in training)
        self.words = [UNKNOWN] + [word for word, n in counts.most_common() if n >= RAREST]
        self.ids = {word: i for i, word in enumerate(self.words)}
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for token in training:
            spellings[token.plain][token.text] += 1
        self.spelled = [UNKNOWN] + [spellings[word].most_common(1)[0][0] for word in self.words[1:]]

    def encode(self, tokens: list[Token]) -> torch.Tensor:
        return torch.tensor([self.ids.get(token.plain, 0) for token in tokens])


def predictions(
    log_probabilities: torch.Tensor, vocabulary: Vocabulary
) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    """The likeliest next tokens at each step, best first, as usually spelled, and their probabilities."""
    best = log_probabilities.topk(N_PREDICTIONS, dim=1)
    return np.array(vocabulary.spelled)[best.indices.numpy()], best.values.exp().numpy()


def documentation(model: LanguageModel, n_training: int, held_out: torch.Tensor) -> dict[str, str]:
    """What a reader of the file should know about the states in it."""
    unknown = (held_out == 0).float().mean().item()
    return {
        "title": "Alice's Adventures in Wonderland, chapters I to IV",
        "model": f"2-layer word-level LSTM language model, {UNITS} units a layer, tied weights, dropout {DROPOUT}, "
        f"{len(model.bias)} types without capitals; cell states c, row t after reading token t",
        "trained on": f"{n_training} tokens: 54 of the Grimms' fairy tales and chapters VI to XII of Alice; "
        "stopped by the loss on chapter V",
        "shown": f"{len(held_out)} held-out tokens, chapters I to IV, one sequence a chapter, the state carried "
        f"from the first to the last; the model reads {unknown:.1%} of the tokens as {UNKNOWN}",
        "tracks": "pos: part of speech (universal tags); chunk: base noun phrase (B-NP, I-NP), verb phrase "
        "(B-VP, I-VP) or other (O), both by spaCy en_core_web_sm 3.8.0, not corrected by hand; next: the three tokens "
        "that the model holds likeliest to follow, with their probabilities",
        "terms": "the texts are in the public domain; states and annotations have the licence of the package",
        "script": "notebooks/training/train_alice.py",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--output", type=Path, default=DATA / "alice.h5")
    arguments = parser.parse_args()

    chapters = read_alice()
    shown, chapter_after, others = chapters[:N_SHOWN], chapters[N_SHOWN], chapters[N_SHOWN + 1 :]
    training_tokens = flat(read_tales() + others)
    vocabulary = Vocabulary(training_tokens)
    n_types = len(vocabulary.words)
    training, validation, held_out = map(vocabulary.encode, [training_tokens, flat([chapter_after]), flat(shown)])
    print(f"{len(training)} training, {len(validation)} validation, {len(held_out)} held-out tokens; {n_types} types")

    make_deterministic(SEED)
    started = time.perf_counter()
    model = LanguageModel(n_types, UNITS, dropout=DROPOUT)
    train(model, training, validation, n_epochs=arguments.epochs, learning_rate=4e-3, weight_decay=0.2, n_steps=35)
    seconds = time.perf_counter() - started

    figures = {
        "held-out perplexity": math.exp(held_out_loss(model, held_out)),
        "held-out perplexity of unigrams": math.exp(unigram_loss(training, held_out, n_types)),
    }
    print({name: round(value, 1) for name, value in figures.items()}, f"trained in {seconds:.0f} s")

    states, log_probabilities = unroll(model, held_out)
    parts_of_speech, chunks = annotate(shown)
    write_dataset(
        arguments.output,
        states=states,
        tokens=[token.text for token in flat(shown)],
        sequences=[len(flat([chapter])) for chapter in shown],
        categorical={"pos": parts_of_speech, "chunk": chunks},
        top_k={"next": predictions(log_probabilities, vocabulary)},
        about=documentation(model, len(training), held_out) | figures,
    )


if __name__ == "__main__":
    main()
