"""Train a convolutional, bidirectional LSTM to mark exons, introns and splice sites, and export its states over DNA.

Trained on the first part of the human beta-globin region (genes epsilon, G-gamma, A-gamma and the pseudogene), judged
and shown on the rest (genes delta and beta), which it has never read. The genes are relatives of each other: what is
learnt is this family, not genes in general.

Takes a few minutes on one CPU core.

    python train_globin.py
"""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from common import DATA, make_deterministic, write_dataset
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

SEED = 1
CORPUS = Path(__file__).parent / "corpus" / "HUMHBB.gb"
SPLIT = 50_000
"""Base pairs before it are trained on, those from it on are held out; it lies between two genes."""
CHANNELS, UNITS, KERNEL = 64, 48, 15
WINDOW, BATCH = 800, 8
MUTATED = 0.12
"""Share of bases replaced at random in training, so that relatives are recognised that differ."""
CLASSES = ("intergenic", "exon", "intron", "donor", "acceptor")
BASES = "ACGT"


@dataclass(frozen=True)
class Region:
    """A DNA sequence and, for each of its n bases, what it belongs to."""

    bases: str
    masks: dict[str, NDArray[np.bool_]]

    @property
    def classes(self) -> NDArray[np.int64]:
        """Each base's number in `CLASSES`: the sites are the two bases of an intron next to an exon."""
        codes = np.zeros(len(self.bases), np.int64)
        for code, name in enumerate(CLASSES[1:], start=1):
            codes[self.masks[name]] = code
        return codes


def read_genbank(path: Path = CORPUS) -> Region:
    """Read sequence and features of a GenBank record; positions count from 1 there, and from 0 here."""
    text = path.read_text()
    features, origin = text.split("\nORIGIN", 1)
    bases = re.sub(r"[^ACGTN]", "", origin.split("//")[0].upper())
    found: dict[str, list[list[tuple[int, int]]]] = {}
    for kind, place in re.findall(r"^ {5}(\w+) +(\S+(?:\n {21}[^/\s]\S*)*)", features, re.MULTILINE):
        if "<" in place:  # a part of a gene, as of a variant
            continue
        spans = [(int(a) - 1, int(b)) for a, b in re.findall(r"<?(\d+)\.\.>?(\d+)", place)]
        found.setdefault(kind, []).append(spans)
    masks = {
        "gene": _mask(found["gene"] + [[(spans[0][0], spans[-1][1])] for spans in found["mRNA"]], len(bases)),
        "exon": _mask(found["mRNA"], len(bases)),
        "coding": _mask(found["CDS"], len(bases)),
        "repeat": _mask(found["repeat_region"], len(bases)),
    }
    masks["coding"] &= masks["exon"]  # the record also has the coding sequence of a variant
    masks["intergenic"] = ~masks["gene"]
    masks["intron"] = masks["gene"] & ~masks["exon"]
    masks["donor"], masks["acceptor"] = _sites(masks["exon"], masks["intron"])
    masks["CpG"] = _mask([[(found.start(), found.end())] for found in re.finditer("CG", bases)], len(bases))
    return Region(bases, masks)


def _mask(places: list[list[tuple[int, int]]], n: int) -> NDArray[np.bool_]:
    mask = np.zeros(n, bool)
    for spans in places:
        for start, stop in spans:
            mask[start:stop] = True
    return mask


def _sites(exon: NDArray[np.bool_], intron: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Donor: the first two bases of an intron. Acceptor: its last two."""
    donor, acceptor = np.zeros_like(exon), np.zeros_like(exon)
    for at in np.flatnonzero(exon[:-1] & intron[1:]):
        donor[at + 1 : at + 3] = True
    for at in np.flatnonzero(intron[:-1] & exon[1:]):
        acceptor[at - 1 : at + 1] = True
    return donor, acceptor


class Marker(nn.Module):
    """One convolution, and an LSTM over its output in both directions; the class of every base."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(4, CHANNELS, KERNEL, padding=KERNEL // 2)
        self.lstm = nn.LSTM(CHANNELS, UNITS, bidirectional=True, batch_first=True)
        self.output = nn.Linear(2 * UNITS, len(CLASSES))

    def forward(self, one_hot: Tensor, *, drop: float = 0.0) -> tuple[Tensor, dict[str, Tensor]]:
        """Read (streams, bases, 4); return the scores (streams, bases, classes) and the states of both layers."""
        features = torch.relu(self.convolution(one_hot.transpose(1, 2))).transpose(1, 2)
        hidden, _ = self.lstm(functional.dropout(features, drop, self.training))
        return self.output(functional.dropout(hidden, drop, self.training)), {"conv": features, "lstm": hidden}


def one_hot(bases: str) -> Tensor:
    """(bases, 4); an unknown base is all zeros."""
    return torch.tensor(np.array([[base == other for other in BASES] for base in bases], np.float32))


def batches(region: Tensor, classes: Tensor, stop: int, n: int, source: np.random.Generator):
    """Stretches at random places, half of them with a splice site in them, with random replacements."""
    sites = np.flatnonzero((classes[:stop] >= 3).numpy())
    for _ in range(n):
        near = source.choice(sites, BATCH // 2) - source.integers(0, WINDOW, BATCH // 2)
        anywhere = source.integers(0, stop - WINDOW, BATCH - BATCH // 2)
        starts = np.clip(np.concatenate([near, anywhere]), 0, stop - WINDOW)
        inputs = torch.stack([region[a : a + WINDOW] for a in starts])
        replaced = torch.from_numpy(source.random(inputs.shape[:2]) < MUTATED)
        random_bases = functional.one_hot(torch.from_numpy(source.integers(0, 4, inputs.shape[:2])), 4).float()
        targets = torch.stack([classes[a : a + WINDOW] for a in starts])
        yield torch.where(replaced[..., None], random_bases, inputs), targets


def train(model: Marker, region: Tensor, classes: Tensor, stop: int, n_steps: int) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=n_steps)
    weights = torch.tensor([1.0, 2.0, 1.0, 12.0, 12.0])
    model.train()
    source = np.random.default_rng(SEED)
    total = 0.0
    for step, (inputs, targets) in enumerate(batches(region, classes, stop, n_steps, source), start=1):
        scores, _ = model(inputs, drop=0.3)
        loss = functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), weight=weights)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % 50 == 0:
            print(f"step {step:5}  loss {total / 50:.4f}", flush=True)
            total = 0.0


@torch.no_grad()
def read(model: Marker, region: Tensor) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
    """Probabilities of the classes and the states, over the whole stretch at once."""
    model.eval()
    scores, states = model(region[None])
    named = {"conv": states["conv"][0], "lstm": states["lstm"][0]}
    return scores[0].softmax(1).numpy(), {name: values.numpy() for name, values in named.items()}


def f1(predicted: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float(2 * (predicted & true).sum() / max(predicted.sum() + true.sum(), 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--output", type=Path, default=DATA / "globin.h5")
    arguments = parser.parse_args()

    region = read_genbank()
    bases, classes = one_hot(region.bases), torch.from_numpy(region.classes)
    make_deterministic(SEED, threads=1)
    started = time.perf_counter()
    model = Marker()
    train(model, bases, classes, SPLIT, arguments.steps)
    held_out = slice(SPLIT, len(region.bases))
    probabilities, states = read(model, bases[held_out])
    predicted, true = probabilities.argmax(1), region.classes[held_out]
    seen, _ = read(model, bases[:SPLIT])
    figures = {
        "held-out accuracy": float((predicted == true).mean()),
        "held-out accuracy of saying intergenic": float((true == 0).mean()),
    }
    source = np.random.default_rng(SEED)
    for code, name in enumerate(CLASSES):
        figures[f"held-out F1 of {name}"] = f1(predicted == code, true == code)
        figures[f"held-out F1 of {name} by chance"] = f1(source.permutation(predicted == code), true == code)
        print(name, "seen", round(f1(seen.argmax(1) == code, region.classes[:SPLIT] == code), 3))
    print({name: round(value, 3) for name, value in figures.items()}, f"{time.perf_counter() - started:.0f} s")
    truths = {name: region.masks[name][held_out].astype(np.float32) for name in (*CLASSES, "coding", "repeat", "CpG")}
    guesses = {f"predicted {name}": (predicted == code).astype(np.float32) for code, name in enumerate(CLASSES)}
    order = [each for name in CLASSES for each in (name, f"predicted {name}")] + ["coding", "repeat", "CpG"]
    write_dataset(
        arguments.output,
        states=states,
        tokens=list(region.bases[held_out]),
        sequences=[len(true)],
        categorical={},
        continuous={name: (truths | guesses)[name] for name in order} | {"p(exon)": probabilities[:, 1]},
        top_k={},
        about={
            "title": "Human beta-globin region, the delta and beta genes",
            "model": f"convolution of {KERNEL} bases with {CHANNELS} channels (layer conv, after ReLU), then a "
            f"bidirectional LSTM with {UNITS} units each way (layer lstm: hidden states, the first {UNITS} read "
            "forwards, the others backwards), which marks every base; row t at base t",
            "trained on": f"bases 1 to {SPLIT} of GenBank U01317, with {MUTATED:.0%} of the bases replaced at random; "
            "no base shown was read in training",
            "shown": f"bases {SPLIT + 1} to {len(region.bases)}, forward strand",
            "tracks": "0/1: intergenic, exon, intron, donor and acceptor (the two bases of an intron next to an "
            "exon) as annotated and as predicted; coding, repeat (annotated repeats), CpG; p(exon): the model's "
            "probability",
            **figures,
            "terms": "GenBank places no restriction on use; states have the licence of the package",
            "script": "notebooks/training/train_globin.py",
        },
    )


if __name__ == "__main__":
    main()
