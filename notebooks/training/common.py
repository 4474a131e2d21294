"""What the training scripts share: the model, its training, the unrolling of its cells, and the file format."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import h5py
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "lstmvis_widget_data"
EXCERPTS = ROOT / "lstmvis_widget" / "data"

N_STREAMS = 20
State = list[tuple[Tensor, Tensor]]


def make_deterministic(seed: int, threads: int = 2) -> None:
    """So many threads, one seed and deterministic kernels: the same machine gives the same weights again."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)


class LanguageModel(nn.Module):
    """An LSTM language model whose output weights are its embedding (weight tying).

    Dropout keeps one mask for all steps of a batch (Gal and Ghahramani 2016), on the embeddings and after each layer.
    """

    def __init__(self, n_types: int, units: int, n_layers: int = 2, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.embedding = nn.Embedding(n_types, units)
        self.layers = nn.ModuleList(nn.LSTM(units, units) for _ in range(n_layers))
        self.bias = nn.Parameter(torch.zeros(n_types))
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)

    @classmethod
    def from_weights(cls, weights: Mapping[str, NDArray[np.floating]]) -> Self:
        """The model that these are the weights of, by the names of its parameters, in evaluation mode."""
        n_types, units = weights["embedding.weight"].shape
        n_layers = len({name.split(".")[1] for name in weights if name.startswith("layers.")})
        model = cls(n_types, units, n_layers)
        model.load_state_dict({name: torch.tensor(values, dtype=torch.float32) for name, values in weights.items()})
        return model.eval()

    def weights(self) -> dict[str, NDArray[np.float16]]:
        """Its weights, rounded to half precision, by the names of its parameters."""
        return {name: values.numpy().astype(np.float16) for name, values in self.state_dict().items()}

    def _drop(self, x: Tensor) -> Tensor:
        if not self.training or self.dropout == 0:
            return x
        keep = torch.full((1, *x.shape[1:]), 1 - self.dropout)
        return x * torch.bernoulli(keep) / (1 - self.dropout)

    def scores(self, hidden: Tensor) -> Tensor:
        """Unnormalised log probabilities of the next token."""
        return functional.linear(hidden, self.embedding.weight, self.bias)

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read (steps, streams) token ids; return the scores of the next tokens and the state reached."""
        x = self._drop(self.embedding(ids))
        reached = []
        for i, layer in enumerate(self.layers):
            x, last = layer(x, None if state is None else state[i])
            x = self._drop(x)
            reached.append(tuple(part.detach() for part in last))
        return self.scores(x), reached


def windows(ids: Tensor, n_steps: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Cut a text into parallel streams and yield (input, next tokens) windows that continue each other."""
    streams = ids[: len(ids) // N_STREAMS * N_STREAMS].view(N_STREAMS, -1).t().contiguous()
    for start in range(0, len(streams) - 1, n_steps):
        stop = min(start + n_steps, len(streams) - 1)
        yield streams[start:stop], streams[start + 1 : stop + 1]


def train_epoch(model: LanguageModel, optimizer: torch.optim.Optimizer, ids: Tensor, n_steps: int) -> float:
    """Pass once over the text; return the mean loss (nats a token) while training."""
    model.train()
    state: State | None = None
    total = count = 0
    for inputs, targets in windows(ids, n_steps):
        scores, state = model(inputs, state)
        loss = functional.cross_entropy(scores.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        total += loss.item() * targets.numel()
        count += targets.numel()
    return total / count


@torch.no_grad()
def held_out_loss(model: LanguageModel, ids: Tensor) -> float:
    """Mean loss (nats a token) over one text read from its beginning, the state carried all the way."""
    model.eval()
    scores, _ = model(ids[:-1, None])
    return functional.cross_entropy(scores[:, 0], ids[1:]).item()


def unigram_loss(train: Tensor, held_out: Tensor, n_types: int) -> float:
    """Mean loss (nats a token) of the add-one-smoothed token frequencies, over the tokens `held_out_loss` predicts."""
    counts = torch.bincount(train, minlength=n_types).double() + 1
    return -(counts / counts.sum()).log()[held_out[1:]].mean().item()


def train(
    model: LanguageModel,
    ids: Tensor,
    validation: Tensor,
    *,
    n_epochs: int,
    learning_rate: float,
    weight_decay: float = 0.0,
    n_steps: int = 35,
) -> list[tuple[float, float]]:
    """Train with AdamW on a cosine schedule; keep the weights of the epoch with the lowest validation loss.

    Each epoch starts at another token, so that the windows aren't always cut at the same places.
    Returns (training loss, validation loss) of each epoch.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_epochs)
    best, best_weights, history = float("inf"), copy.deepcopy(model.state_dict()), []
    for epoch in range(n_epochs):
        offset = int(torch.randint(n_steps, ()))
        training_loss = train_epoch(model, optimizer, ids[offset:], n_steps)
        schedule.step()
        loss = held_out_loss(model, validation)
        history.append((training_loss, loss))
        print(f"epoch {epoch + 1:3}  training {training_loss:.4f}  validation {loss:.4f}", flush=True)
        if loss < best:
            best, best_weights = loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return history


def as_cell(layer: nn.LSTM) -> nn.LSTMCell:
    """The one-step form of a one-layer LSTM, with the same weights."""
    cell = nn.LSTMCell(layer.input_size, layer.hidden_size)
    cell.load_state_dict({name: getattr(layer, f"{name}_l0") for name in cell.state_dict()})
    return cell


@torch.no_grad()
def step_by_step(layer: nn.LSTM, x: Tensor) -> tuple[Tensor, Tensor]:
    """Read the rows of x one by one, which is the only way to see the cell states c that `nn.LSTM` keeps to itself.

    Returns hidden states h and cell states c, (T, units) each, row t after reading row t. The hidden states are checked
    against those of `nn.LSTM`.
    """
    cell = as_cell(layer)
    h = c = torch.zeros(1, layer.hidden_size)
    hidden, cells = [], []
    for row in x:
        h, c = cell(row[None], (h, c))
        hidden.append(h)
        cells.append(c)
    expected, _ = layer(x[:, None])
    torch.testing.assert_close(torch.cat(hidden), expected[:, 0], rtol=0, atol=1e-5)
    return torch.cat(hidden), torch.cat(cells)


@torch.no_grad()
def unroll(
    model: LanguageModel, ids: Tensor, *, hidden_too: bool = False
) -> tuple[dict[str, NDArray[np.float32]], Tensor]:
    """Read a text `step_by_step`.

    Returns the cell states of each layer, (T, units), row t after reading token t (with `hidden_too` also the hidden
    states h, after all cell states), and the (T, n_types) log probabilities of token t + 1.
    """
    model.eval()
    x = model.embedding(ids)
    states, hidden_states = {}, {}
    for number, layer in enumerate(model.layers, start=1):
        x, cells = step_by_step(layer, x)
        states[f"layer {number}"] = cells.numpy()
        hidden_states[f"layer {number} hidden"] = x.numpy()
    return states | (hidden_states if hidden_too else {}), model.scores(x).log_softmax(1)


@torch.no_grad()
def held_out_loss_of_sequences(model: LanguageModel, sequences: list[Tensor]) -> float:
    """Mean loss (nats a token) over sequences, each read from a zero state."""
    model.eval()
    losses = [functional.cross_entropy(model(ids[:-1, None])[0][:, 0], ids[1:], reduction="sum") for ids in sequences]
    return sum(loss.item() for loss in losses) / sum(len(ids) - 1 for ids in sequences)


def unroll_sequences(model: LanguageModel, sequences: list[Tensor]) -> tuple[dict[str, NDArray[np.float32]], Tensor]:
    """`unroll` of each sequence from a zero state, without the row of its first token, one after another."""
    parts = [unroll(model, ids) for ids in sequences]
    states = {name: np.concatenate([part[name][1:] for part, _ in parts]) for name in parts[0][0]}
    return states, torch.cat([scores[1:] for _, scores in parts])


def write_weights(path: Path, model: LanguageModel) -> None:
    """Keep the weights of a model for `LanguageModel.from_weights(np.load(path))`, as float16."""
    np.savez_compressed(path, **model.weights())
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


def write_states(group: h5py.Group, states: Mapping[str, NDArray[np.float32]]) -> float:
    """Store the states as float16, compressed; return the largest absolute error this makes."""
    error = 0.0
    for name, values in states.items():
        half = values.astype(np.float16)
        error = max(error, float(np.abs(half.astype(np.float32) - values).max()))
        group.create_dataset(
            name, data=half, chunks=(min(1024, len(half)), half.shape[1]), compression="gzip", compression_opts=9,
            shuffle=True,
        )  # fmt: skip
    return error


def write_strings(group: h5py.Group, name: str, strings: list[str]) -> None:
    """Store strings with a fixed length in bytes, which compresses well."""
    length = max(len(string.encode()) for string in strings)
    dtype = h5py.string_dtype("utf-8", length)
    group.create_dataset(name, data=np.array([s.encode() for s in strings], dtype), compression="gzip", shuffle=True)


def write_labels(group: h5py.Group, labels: NDArray[np.str_]) -> None:
    """Store labels of any shape as the sorted distinct `labels` and the `codes` that index them."""
    distinct, codes = np.unique(labels, return_inverse=True)
    write_strings(group, "labels", [str(label) for label in distinct])
    group.create_dataset("codes", data=codes.astype(np.uint16), compression="gzip", shuffle=True)


@dataclass(frozen=True)
class Output:
    """What a classifier says at each step: logits, (T, C), the classes, the true class of each sequence as a column.

    The logits are ``weights @ h + bias`` of its hidden states h, with weights (C, units).
    """

    logits: NDArray[np.float32]
    classes: tuple[str, ...]
    targets: NDArray[np.int64]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def write_output(file: h5py.File, track: h5py.Group, output: Output) -> None:
    """Store the track as the package stores an `OutputTrack`, and the output layer beside the tracks."""
    write_strings(track, "classes", list(output.classes))
    track.create_dataset("logits", data=output.logits, compression="gzip", compression_opts=9, shuffle=True)
    track["targets"] = output.targets.astype(np.int32)
    file["output layer/weights"], file["output layer/bias"] = output.weights, output.bias


def write_dataset(
    path: Path,
    *,
    states: Mapping[str, NDArray[np.float32]],
    tokens: list[str],
    sequences: list[int],
    categorical: Mapping[str, list[str]],
    top_k: Mapping[str, tuple[NDArray[np.str_], NDArray[np.float32]]],
    about: Mapping[str, str | float],
    continuous: Mapping[str, NDArray[np.float32]] | None = None,
    output: tuple[str, Output] | None = None,
    weights: Mapping[str, NDArray[np.float16]] | None = None,
    vocabulary: list[str] | None = None,
) -> None:
    """Write one sample data set, as `lstmvis_widget.datasets` reads it.

    `output` is a name and what it is of; `weights` are those of the whole model, and `vocabulary` what it knows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", track_order=True) as file:
        error = write_states(file.create_group("states", track_order=True), states)
        tracks = file.create_group("tracks", track_order=True)
        write_strings(file, "tokens", tokens)
        file["sequences"] = np.array(sequences)
        if output is not None:
            write_output(file, tracks.create_group(output[0]), output[1])
        for name, values in (weights or {}).items():
            file.create_dataset(f"model/{name}", data=values, compression="gzip", shuffle=True)
        if vocabulary is not None:
            write_strings(file, "vocabulary", vocabulary)
        for name, labels in categorical.items():
            write_labels(tracks.create_group(name), np.array(labels))
        for name, values in (continuous or {}).items():
            tracks.create_group(name).create_dataset("values", data=values, compression="gzip", shuffle=True)
        for name, (best, scores) in top_k.items():
            group = tracks.create_group(name)
            write_labels(group, best)
            group.create_dataset("scores", data=scores.astype(np.float16), compression="gzip", shuffle=True)
        for name, value in about.items():
            file.attrs[name] = value
        file.attrs["precision"] = f"states stored as float16, which moves no value by more than {error:.2g}"
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, {len(tokens)} steps, float16 error {error:.2g}")
