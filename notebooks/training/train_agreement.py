"""Train a small LSTM language model on sentences whose verbs agree with distant subjects, and keep its weights.

Took three minutes on a CPU core that had much other work to do.

    python train_agreement.py
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from agreement import INTRANSITIVE, VERBS, VOCABULARY, Grammar, Sentence, encode
from common import LanguageModel, make_deterministic, write_weights
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 1
UNITS, DROPOUT = 50, 0.1
N_TRAINING, N_HELD_OUT = 20_000, 3_000
BATCH = 50
PADDING = -1
OTHER_FORM = {**VERBS, **INTRANSITIVE} | {plural: singular for singular, plural in (VERBS | INTRANSITIVE).items()}


def batches(texts: list[list[int]], source: random.Random) -> Iterator[Tensor]:
    """All sentences in random order, so many side by side, (steps, sentences)."""
    order = source.sample(texts, len(texts))
    for start in range(0, len(order), BATCH):
        yield pad_sequence([torch.tensor(text) for text in order[start : start + BATCH]], padding_value=PADDING)


def loss_of(model: LanguageModel, ids: Tensor) -> Tensor:
    """Mean loss (nats a word) of all words but the first of each sentence."""
    scores, _ = model(ids[:-1].clamp(min=0))
    return functional.cross_entropy(scores.flatten(0, 1), ids[1:].flatten(), ignore_index=PADDING)


def train(model: LanguageModel, texts: list[list[int]], n_epochs: int) -> None:
    """Train with AdamW on a cosine schedule."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_epochs)
    source = random.Random(SEED)
    for epoch in range(n_epochs):
        model.train()
        total = count = 0
        for ids in batches(texts, source):
            loss = loss_of(model, ids)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            total, count = total + loss.item(), count + 1
        schedule.step()
        print(f"epoch {epoch + 1:3}  training {total / count:.4f}", flush=True)


@torch.no_grad()
def agrees(model: LanguageModel, sentences: list[Sentence]) -> list[bool]:
    """For each sentence whether the model holds the verb likelier than the same verb in the other number."""
    model.eval()
    ids = {word: number for number, word in enumerate(VOCABULARY)}
    found = []
    for sentence, text in zip(sentences, encode(sentences), strict=True):
        scores, _ = model(torch.tensor(text[: sentence.verb])[:, None])
        right = sentence.words[sentence.verb]
        found.append(bool(scores[-1, 0, ids[right]] > scores[-1, 0, ids[OTHER_FORM[right]]]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "agreement.npz")
    arguments = parser.parse_args()

    make_deterministic(SEED, threads=1)
    sentences, held_out = Grammar(SEED).sentences(N_TRAINING), Grammar(SEED + 1).sentences(N_HELD_OUT)
    started = time.perf_counter()
    model = LanguageModel(len(VOCABULARY), UNITS, n_layers=1, dropout=DROPOUT)
    train(model, encode(sentences), arguments.epochs)
    print(f"trained in {time.perf_counter() - started:.0f} s")
    found = agrees(model, held_out)
    for kind in ("none", "same", "other"):
        of_kind = [right for right, sentence in zip(found, held_out, strict=True) if sentence.attractors == kind]
        print(f"attractors {kind}: {sum(of_kind) / len(of_kind):.3f} of {len(of_kind)} held-out sentences agree")
    write_weights(arguments.output, model)


if __name__ == "__main__":
    main()
