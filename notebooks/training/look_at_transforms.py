"""Compare transforms and thresholds: which cells still switch, and what selections find.

Writes the table of METHOD.md. Besides the sample data it looks at a character model, which it trains in half a minute:
its state is carried over 74,000 characters, and most of its cells hardly switch any more.

    python look_at_transforms.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget import ranges_of, rank_matches, select_cells
from lstmvis_widget.datasets import load_alice, load_chorales, load_parens

if TYPE_CHECKING:
    from collections.abc import Iterator

METHOD = Path(__file__).parents[1] / "METHOD.md"
CORPUS = Path(__file__).parent / "corpus"
N_SELECTIONS, N_MATCHES = 100, 20
UNITS, EPOCHS = 128, 4
DONE = 0.01
"""A value of tanh is saturated where it is within this of an end."""
IDLE = 0.05
"""A cell is idle where it is on, or off, at fewer than this share of the steps."""

Range = tuple[int, int]
Values = NDArray[np.floating]


def quantiles(states: Values) -> Values:
    """The share of lower steps, cell by cell: the transform "quantile"."""
    return np.argsort(np.argsort(states, axis=0, kind="stable"), axis=0).astype(np.float32) / len(states)


def standardised(states: Values) -> Values:
    """Mean 0 and standard deviation 1 in each cell: the transform "standardise"."""
    return (states - states.mean(axis=0)) / np.maximum(states.std(axis=0), 1e-12)


CUTS = {"tanh, 0.3": (np.tanh, 0.3), "standardise, 1": (standardised, 1.0), "quantile, 0.8": (quantiles, 0.8)}


def saturated(states: Values) -> float:
    """The share of values that tanh brings to within 0.01 of an end."""
    return float((np.abs(np.tanh(states)) > 1 - DONE).mean())


def idle(states: Values) -> float:
    """The share of cells that hardly switch at the threshold 0.3 on tanh."""
    rates = (np.tanh(states) >= 0.3).mean(axis=0)
    return float(((rates < IDLE) | (rates > 1 - IDLE)).mean())


@dataclass(frozen=True)
class Question:
    """Ranges to select and their limits, which matches are hits, and the share of hits by chance."""

    what: str
    selections: list[Range]
    limits: dict[str, int]
    is_hit: NDArray[np.bool_] | set[Range]
    chance: float
    sequences: list[int] | None = None

    def hit(self, match: Range) -> bool:
        """Whether a match is one of the ranges, or lies wholly at steps that count."""
        return match in self.is_hit if isinstance(self.is_hit, set) else bool(self.is_hit[slice(*match)].all())


def share_of_hits(states: Values, threshold: float, question: Question) -> float:
    """Of the best matches elsewhere, the share of hits, as a mean over the selections that have any."""
    shares = []
    for start, stop in np.random.default_rng(0).permutation(question.selections)[:N_SELECTIONS].tolist():
        off = {name: steps for name, steps in question.limits.items() if name.startswith("off")}
        cells = select_cells(states, start, stop, threshold, **off)
        if len(cells):
            matches = rank_matches(
                states, cells, threshold, k=2 * N_MATCHES, sequences=question.sequences, **question.limits
            )
            ranges = [(a, b) for a, b, *_ in matches if b <= start or a >= stop][:N_MATCHES]
            shares += [np.mean([question.hit(each) for each in ranges])] if ranges else []
    return float(np.mean(shares)) if shares else float("nan")


def sample_questions() -> Iterator[tuple[str, Values, Question | None]]:
    """The layers of the sample data with cell states, each with its question."""
    alice, parens, chorales = load_alice(), load_parens(), load_chorales()
    nouns = ranges_of(alice.tracks["chunk"], "NP", sequences=alice.sequences).tolist()
    exact = {(a, b) for a, b in nouns}
    several = [(a, b) for a, b in sorted(exact) if 2 <= b - a <= 4]
    chance = sum(b - a == 2 for a, b in exact) / len(alice.tokens)  # of two words, as most matches
    of_nouns = Question("noun phrase", several, {"off_after": 1, "min_length": 2}, exact, chance, alice.sequences)

    level, tokens = np.array(parens.tracks["level"][:]), np.array(parens.tokens)
    opens = tokens == "("
    inner = np.flatnonzero((level == "4") & opens & np.append(tokens[1:] == ")", False)).tolist()
    single = {"off_before": 1, "off_after": 1, "min_length": 1, "length_filter": 1}
    entries = Question(
        "entry to level 4", [(t, t + 1) for t in inner if t], single, level == "4", float((level == "4")[opens].mean())
    )

    cadence = np.array(chorales.tracks["cadence"][:])
    starts, stops = (np.flatnonzero(cadence == label).tolist() for label in "BE")
    cadences = list(zip(starts, stops, strict=True))
    both = {"off_before": 1, "off_after": 1, "min_length": 1}
    of_cadences = Question(
        "cadence", cadences, both, set(cadences), len(cadences) / len(cadence), sequences=chorales.sequences
    )
    for data, question in ((alice, of_nouns), (parens, entries), (chorales, of_cadences)):
        for layer, states in data.states.items():
            if "hidden" not in layer:
                yield f"{data.name}, {layer}", states, question


def character_model() -> tuple[str, Values, Question]:
    """A model of characters, its cell states over the first half of Alice, and quotations to look for."""
    import torch  # noqa: PLC0415  (the sample data need none)
    from common import LanguageModel, held_out_loss, make_deterministic, train, unroll  # noqa: PLC0415  (needs torch)

    tales, book = ((CORPUS / name).read_text(encoding="latin-1") for name in ("grimm_tales.txt", "alice29.txt"))
    half = len(book) // 2
    shown, training = book[:half], tales + book[half:]
    alphabet = sorted(set(shown + training))
    encode = {character: number for number, character in enumerate(alphabet)}
    ids, read = (torch.tensor([encode[character] for character in text]) for text in (training, shown))
    make_deterministic(1, threads=1)
    model = LanguageModel(len(alphabet), UNITS, n_layers=1)
    train(model, ids[:-20_000], ids[-20_000:], n_epochs=EPOCHS, learning_rate=4e-3, n_steps=100)
    print(f"held-out loss: {held_out_loss(model, read):.2f} nats a character")
    states = unroll(model, read)[0]["layer 1"]

    quoted = np.zeros(len(shown), bool)
    for quotation in re.finditer(r"`[^`]*?'(?!\w)", shown):
        quoted[slice(*quotation.span())] = True
    # Where the characters don't tell: well after the opening mark.
    inside = [found.start() + 12 for found in re.finditer(r"`\w[^`']{28,}", shown)]
    selections = [(at, at + 3) for at in inside if quoted[at - 12 : at + 4].all()]
    question = Question("quotation", selections, {"min_length": 2}, quoted, float(quoted.mean()))
    return "characters of Alice", states, question


def head() -> list[str]:
    """The head of the table."""
    names = ["states", "saturated", "idle cells", "a match is hoped to be", "by chance", *CUTS]
    return [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]


def facts(name: str, states: Values) -> str:
    """The part of a row that takes no ranking."""
    return f"| {name} | {saturated(states):.0%} | {idle(states):.0%} |".replace("%", " %")


def row(name: str, states: Values, question: Question) -> str:
    """A row of the table."""
    shares = [share_of_hits(transform(states), threshold, question) for transform, threshold in CUTS.values()]
    numbers = " | ".join(f"{share:.0%}" for share in (question.chance, *shares)).replace("%", " %")
    return f"{facts(name, states)} {question.what} | {numbers} |"


def main() -> None:
    rows = [row(*each) for each in (*sample_questions(), character_model())]
    table = "\n".join([*head(), *rows])
    print(table)
    text = METHOD.read_text()
    METHOD.write_text(
        re.sub(r"(<!-- table of transforms -->\n).*?(<!-- end -->)", rf"\g<1>{table}\n\g<2>", text, flags=re.DOTALL)
    )


if __name__ == "__main__":
    main()
