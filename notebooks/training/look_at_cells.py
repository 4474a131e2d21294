"""Look at the exported cells as a user would, with the package's own functions, and count what they follow.

python look_at_cells.py
"""

from __future__ import annotations

import numpy as np

from lstmvis_widget import rank_matches, select_cells
from lstmvis_widget.datasets import Dataset, load_alice, load_parens

SEED = 1
THRESHOLD = 0.3
N_SELECTIONS = 100
N_MATCHES = 20
FEWEST_CELLS = 3

Phrase = tuple[int, int]


def f1(on: np.ndarray, label: np.ndarray) -> np.ndarray:
    """How well each cell's being on, (T, D), tells where a label, (T,), stands: F1 of each cell."""
    return 2 * (on & label[:, None]).sum(0) / (on.sum(0) + label.sum())


def show_levels(parens: Dataset) -> None:
    """For each nesting level the cell that is on there and nowhere else, and the one that is on there or deeper."""
    levels = np.array([int(parens.tracks["level"][t]) for t in range(len(parens.tokens))])
    for layer, states in parens.states.items():
        correlations = np.abs(np.corrcoef(states.T, levels)[-1, :-1])
        print(f"{layer}: |correlation| with the level at least 0.9: {(correlations >= 0.9).sum()} cells")
        on = (states if "hidden" in layer else np.tanh(states)) >= THRESHOLD
        for level in range(1, 5):
            at, or_deeper = f1(on, levels == level), f1(on, levels >= level)
            print(
                f"  on at level {level}: cell {at.argmax()}, F1 {at.max():.3f}; "
                f"on at level {level} or deeper: cell {or_deeper.argmax()}, F1 {or_deeper.max():.3f}"
            )


def phrases(alice: Dataset, kind: str) -> list[Phrase]:
    """All phrases of a kind ("NP" or "VP"), as ranges."""
    labels = [alice.tracks["chunk"][t] for t in range(len(alice.tokens))] + ["O"]
    starts = [t for t, label in enumerate(labels) if label == f"B-{kind}"]
    return [(a, next(t for t in range(a + 1, len(labels)) if labels[t] != f"I-{kind}")) for a in starts]


def show_matches(alice: Dataset, layer: str, kind: str, off: int) -> None:
    """Select phrases of two to four words, and count how many of the best matches elsewhere are exactly that."""
    states, found = np.tanh(alice.states[layer]), phrases(alice, kind)
    options = {"off_before": off, "off_after": off}
    selections = [(a, b) for a, b in found if 2 <= b - a <= 4 and a >= off]
    cells_of = {(a, b): select_cells(states, a, b, THRESHOLD, **options) for a, b in selections}
    usable = [phrase for phrase, cells in cells_of.items() if len(cells) >= FEWEST_CELLS]
    lengths = np.bincount([b - a for a, b in found], minlength=len(states))
    shares, by_chance = [], []
    for start, stop in np.random.default_rng(SEED).permutation(usable)[:N_SELECTIONS]:
        matches = rank_matches(
            states,
            cells_of[start, stop],
            THRESHOLD,
            min_length=2,
            k=N_MATCHES + 1,
            sequences=alice.sequences,
            **options,
        )
        ranges = zip(matches.start.tolist(), matches.stop.tolist(), strict=True)
        elsewhere = [(a, b) for a, b in ranges if b <= start or a >= stop][:N_MATCHES]
        shares += [match in set(found) for match in elsewhere]
        by_chance += [lengths[b - a] / len(states) for a, b in elsewhere]
    print(
        f"{layer}, {kind}, off {off} before and after: {np.mean(shares):.0%} of {len(shares)} matches are exactly "
        f"{kind}s, of random ranges of the same lengths {np.mean(by_chance):.1%} "
        f"({len(usable)} of {len(selections)} phrases select {FEWEST_CELLS} cells or more)"
    )


def main() -> None:
    show_levels(load_parens())
    alice = load_alice()
    for layer in alice.states:
        for kind in ("NP", "VP"):
            for off in (0, 1):
                show_matches(alice, layer, kind, off)


if __name__ == "__main__":
    main()
