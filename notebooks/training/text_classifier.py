"""The models of two case studies: an LSTM reads a text, and an output layer tells its class from the last state."""

from __future__ import annotations

import copy
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import torch
from common import make_deterministic
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNKNOWN = 0
"""Id of all words that aren't among the frequent ones."""


class TextClassifier(nn.Module):
    """Embedding, LSTM, dropout, and a linear layer whose scores of classes are logits.

    Parameters
    ----------
    n_types : int
        Words that it knows, the unknown one included.
    units : int
        Of the LSTM.
    n_classes : int
    """

    def __init__(self, n_types: int, units: int, n_classes: int, dropout: float = 0.5) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n_types, 32)
        self.lstm = nn.LSTM(32, units, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(units, n_classes)

    def forward(self, ids: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Read ids (B, T), of which those beyond the lengths (B,) are padding; return logits (B, C)."""
        hidden, _ = self.lstm(self.embedding(ids))
        # The last state of each text by its length: training on packed sequences takes six times as long on a CPU.
        last = hidden[:, -1] if lengths is None else hidden[torch.arange(len(ids)), lengths - 1]
        return self.output(self.dropout(last))


def vocabulary_of(texts: Iterable[Sequence[str]], size: int = 10_000) -> list[str]:
    """The most frequent words, after the one for all others."""
    counts = Counter(word for words in texts for word in words)
    return ["[unknown]", *(word for word, _ in counts.most_common(size))]


def ids_of(texts: Iterable[Sequence[str]], vocabulary: Sequence[str]) -> list[list[int]]:
    """The ids of the words of each text."""
    ids = {word: number for number, word in enumerate(vocabulary)}
    return [[ids.get(word, UNKNOWN) for word in words] for words in texts]


def batches_of(texts: Sequence[Sequence[int]], size: int = 250) -> Iterator[dict[str, Tensor]]:
    """Padded batches with their lengths, in order: the arguments of the model."""
    for start in range(0, len(texts), size):
        some = [torch.tensor(ids) for ids in texts[start : start + size]]
        lengths = torch.tensor([len(ids) for ids in some])
        yield {"ids": nn.utils.rnn.pad_sequence(some, batch_first=True), "lengths": lengths}


@torch.no_grad()
def probabilities_of(model: TextClassifier, texts: Sequence[Sequence[int]]) -> np.ndarray:
    """What the model says of each text, (n, C)."""
    model.eval()
    return torch.cat([model(**batch).softmax(1) for batch in batches_of(texts)]).numpy()


def trained(
    texts: Sequence[Sequence[int]],
    labels: np.ndarray,
    stop: tuple[Sequence[Sequence[int]], np.ndarray],
    *,
    n_types: int,
    units: int,
    n_classes: int,
    n_epochs: int,
    seed: int,
    learning_rate: float = 2e-3,
) -> TextClassifier:
    """A model trained with Adam, with the weights of the epoch that has the lowest loss on the texts to stop by."""
    make_deterministic(seed, threads=1)
    order = np.random.default_rng(seed)
    model = TextClassifier(n_types, units, n_classes)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    best, best_weights = float("inf"), copy.deepcopy(model.state_dict())
    for _ in range(n_epochs):
        model.train()
        shuffled = order.permutation(len(texts))
        for batch, some in zip(
            batches_of([texts[text] for text in shuffled], 64),
            np.split(shuffled, range(64, len(texts), 64)),
            strict=True,
        ):
            loss = functional.cross_entropy(model(**batch), torch.from_numpy(labels[some]))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        said = probabilities_of(model, stop[0])[np.arange(len(stop[1])), stop[1]]
        loss_here = -np.log(np.maximum(said, 1e-9)).mean()
        if loss_here < best:
            best, best_weights = loss_here, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return model.eval()
