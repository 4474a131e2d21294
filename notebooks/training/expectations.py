"""What two case studies measure of a classifier that says something after every word, each beside what chance gives.

Every measure takes a `Reading`, what one model expects while it reads the texts shown, and returns a flat mapping from
what was measured to its number, so that those of several models make a table. `claims` says what the numbers mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from resampling import DRAWS, auc_of_wrong, interval, mean, rank_correlation, with_interval
from text_classifier import ids_of

from lstmvis_widget import occlusion, project_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reading import Reading

    from lstmvis_widget import Projection

FIRST = 10
"""A text is settled early if what is expected stays the same from one of so many first words on."""

NEIGHBOURS = 15
LARGEST = 5
"""Words of a text that count as those of the largest impact, and as the largest jumps."""

Numbers = dict[str, float]


def accuracies(reading: Reading, bag: np.ndarray) -> Numbers:
    """How often the model is right, by text and by element, beside always the most frequent class and bags of words.

    The element-wise accuracy counts each class of each text by itself: is its probability above ½ where it is the true
    class, and not elsewhere? Of C classes, a wrong text still has C − 2 right elements.
    """
    classes = reading.probabilities.shape[1]
    said = reading.probabilities[reading.table["stop"] - 1]
    true = np.eye(classes, dtype=bool)[reading.labels]
    right = said.argmax(1) == reading.labels
    frequent = np.bincount(reading.labels).argmax()
    return {
        "class accuracy": right.mean(),
        "always the most frequent class": (reading.labels == frequent).mean(),
        "bag of words": (bag.argmax(1) == reading.labels).mean(),
        "mean accuracy of the classes": np.mean([right[reading.labels == label].mean() for label in range(classes)]),
        "element-wise accuracy": ((said > 0.5) == true).mean(),
        "element-wise, always the most frequent": (np.eye(classes, dtype=bool)[frequent] == true).mean(),
    }


def map_of(reading: Reading, max_steps: int) -> Projection:
    """A map of whole texts, by t-SNE."""
    return project_states(
        reading.states, "tsne", sequences=reading.recording.sequences, by=reading.labels, max_steps=max_steps,
        seed=reading.seed, progress=False,
    )  # fmt: skip


# -------------------------------------------------------------------------- 1


def nearest_in_other_texts(rows: np.ndarray, texts: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The nearest rows of each row asked for that belong to other texts, (n, 15)."""
    squares, found = (rows**2).sum(1), []
    for some in np.array_split(asked, 1 + len(asked) * len(rows) // 2**23):
        apart = squares[some, None] + squares - 2 * rows[some] @ rows.T
        apart[texts[some, None] == texts] = np.inf
        found.append(np.argpartition(apart, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])
    return np.concatenate(found)


def told(values: np.ndarray, guesses: np.ndarray) -> float:
    """Which share of the variance of values (n, C) the guesses tell; 0 or less if nothing."""
    return 1 - ((values - guesses) ** 2).sum() / ((values - values.mean(0)) ** 2).sum()


def means_of_same_word(words: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean of the values at the other places of each word, (n, C); that of all where there is no other."""
    _, codes, counts = np.unique(words, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(codes, column) for column in values.T], axis=1)
    others = (sums[codes] - values) / np.maximum(counts[codes, None] - 1, 1)
    return np.where(counts[codes, None] > 1, others, values.mean(0))


def order_of_map(reading: Reading, projection: Projection) -> Numbers:
    """1. How well what is expected at a step is told by the 15 nearest steps of other texts.

    What is expected is a function of the state, so a map of states is bound to be ordered by it to some degree, as by
    any direction of the state space: hence 100 random ones beside it.
    """
    steps, source = projection.steps, np.random.default_rng(reading.seed)
    states, texts, values = reading.states[steps].astype(float), reading.text_of[steps], reading.probabilities[steps]
    asked = np.sort(source.permutation(len(steps))[:2000])
    near = nearest_in_other_texts(projection.coordinates, texts, asked)
    near_in_space = nearest_in_other_texts(states, texts, asked)
    shuffled = []
    for _ in range(100):
        dealt = values[source.permutation(len(steps))]
        shuffled.append(told(dealt[asked], dealt[near].mean(1)))
    directions = states @ source.normal(size=(states.shape[1], 100))
    random = [told(each[asked, None], each[near].mean(1)[:, None]) for each in directions.T]
    return {
        "on the map": told(values[asked], values[near].mean(1)),
        "in all dimensions": told(values[asked], values[near_in_space].mean(1)),
        "shuffled, highest 5 %": np.quantile(shuffled, 0.95),
        "same word elsewhere": told(values[asked], means_of_same_word(reading.words[steps], values)[asked]),
        "random directions, mean": np.mean(random),
        "random directions, highest 5 %": np.quantile(random, 0.95),
    }


# -------------------------------------------------------------------------- 2


def changes_left_out(reading: Reading, texts: Sequence[int]) -> list[np.ndarray]:
    """How the probability of the class that is predicted for each of these texts changes without each word."""
    ids = ids_of([reading.texts[text] for text in texts], reading.vocabulary)
    return [occlusion(reading.model, each, progress=False) for each in ids]


def lost_without(reading: Reading, texts: Sequence[int]) -> list[np.ndarray]:
    """Without which words the predicted class of each text has no longer more than half of the probability."""
    confidence = reading.table["confidence"].to_numpy()
    found = changes_left_out(reading, texts)
    return [confidence[text] + changes < 0.5 for text, changes in zip(texts, found, strict=True)]


def one_change(reading: Reading, shuffled: Reading, most: int) -> Numbers:
    """2. Texts whose expected class changes exactly once: how many, where, and whether the word there decides."""
    table, source = reading.table, np.random.default_rng(reading.seed)
    once, by_chance = (each.table["changes"].to_numpy() == 1 for each in (reading, shuffled))
    sure = ((table["confidence"] > 0.5) & (table["length"] > FIRST)).to_numpy()
    some = np.sort(source.permutation(np.flatnonzero(once & sure))[:most])
    at_word, near, elsewhere = [], [], []
    for text, is_lost in zip(some, lost_without(reading, some), strict=True):
        at = table["settled word"][text]
        around = np.arange(max(0, at - 5), min(len(is_lost), at + 6))
        at_word.append(float(is_lost[at]))
        near.append(is_lost[around[around != at]].mean())
        elsewhere.append(np.delete(is_lost, at).mean())
    any_text = np.sort(source.permutation(np.flatnonzero(sure))[: most // 2])
    where = table["settled word"][once] + 1
    return {
        "exactly one change": once.mean(),
        "words shuffled": by_chance.mean(),
        **with_interval("more than shuffled", once.astype(float) - by_chance, reading.seed),
        "median word of the change": where.median(),
        "a quarter of them before word": where.quantile(0.25),
        "a quarter of them after word": where.quantile(0.75),
        "texts with one change looked at": len(some),
        "lost without that word": mean(at_word),
        "lost without one within five": mean(near),
        "lost without any other": mean(elsewhere),
        **with_interval("more than within five", np.array(at_word) - np.array(near), reading.seed),
        "of any texts, lost without some word": mean([each.any() for each in lost_without(reading, any_text)]),
    }


# -------------------------------------------------------------------------- 3


def jumps_by_word(reading: Reading) -> pd.DataFrame:
    """The mean jump at each known word that comes at least five times, the first word of a text aside."""
    known = np.isfinite(reading.jumps)
    found = pd.Series(reading.jumps[known]).groupby(reading.words[known]).agg(["mean", "size"])
    return found[(found["size"] >= 5) & found.index.isin(reading.vocabulary)]


def jumps_of(reading: Reading, words: pd.DataFrame, chosen: Sequence[str]) -> Numbers:
    """3. The mean jump at the chosen words, against words as frequent in the texts to train on that tell no class.

    The place of each is taken by one of the 20 words that are nearest to it in frequency: a thousand draws.
    """
    jumps, source = jumps_by_word(reading), np.random.default_rng(reading.seed)
    there = words[words.index.isin(jumps.index)]
    some = there[there.index.isin(chosen)]
    plain = there[(there["z"] < 1) & ~there.index.isin(chosen)]
    apart = np.abs(np.log(plain["count"].to_numpy()) - np.log(some["count"].to_numpy())[:, None])
    alike = jumps["mean"][plain.index].to_numpy()[np.argsort(apart, axis=1)[:, :20]]
    drawn = np.array([source.permuted(alike, axis=1)[:, 0].mean() for _ in range(DRAWS)])
    here = jumps["mean"][some.index].mean()
    return {
        "words": len(some),
        "mean jump": here,
        "of words as frequent": drawn.mean(),
        "of words as frequent, highest 5 %": np.quantile(drawn, 0.95),
        "p": (1 + (drawn >= here).sum()) / (1 + DRAWS),
    }


# -------------------------------------------------------------------------- 4


def settled_early(reading: Reading, shuffled: Reading) -> Numbers:
    """4. Texts whose expected class doesn't change any more after the first ten words, and what these words tell."""
    table, expected, seed = reading.table, reading.output.expected, reading.seed
    early, by_chance = ((each.table["settled word"] < FIRST).to_numpy() for each in (reading, shuffled))
    correct = table["correct"].to_numpy()
    at_ten = expected[np.minimum(table["start"] + FIRST, table["stop"]) - 1]
    at_end = expected[table["stop"] - 1]
    classes = range(reading.probabilities.shape[1])

    def beyond(drawn: np.ndarray) -> float:
        by_frequency = sum((at_ten[drawn] == each).mean() * (at_end[drawn] == each).mean() for each in classes)
        return (at_ten[drawn] == at_end[drawn]).mean() - by_frequency

    low, high = interval(beyond, len(table), seed)
    same = (at_ten == at_end).mean()
    of_nothing = reading.expected_of_nothing
    return {
        "settled early": early.mean(),
        "words shuffled": by_chance.mean(),
        **with_interval("more than shuffled", early.astype(float) - by_chance, seed),
        "settled early, on another class than of no word": (early & (at_end != of_nothing)).mean(),
        "right, of those settled early": mean(correct[early]),
        "right, of the others": mean(correct[~early]),
        "class after ten words is that of the end": same,
        "by the classes' frequencies": same - beyond(np.arange(len(table))),
        "more than by frequencies, from": low,
        "more than by frequencies, to": high,
    }


# -------------------------------------------------------------------------- 5


def mixture(reading: Reading, words: pd.DataFrame) -> np.ndarray:
    """How mixed each text is by its words alone, (N,): the share of telling words of other classes than the commonest.

    Words with z above 2 tell a class. NaN for texts with fewer than three of them.
    """
    label_of = words.loc[words["z"] > 2, "label"].reindex(reading.words)
    known = label_of.notna().to_numpy()
    votes = np.zeros((len(reading.texts), reading.probabilities.shape[1]))
    np.add.at(votes, (reading.text_of[known], label_of[known].astype(int)), 1)
    return np.where(votes.sum(1) >= 3, 1 - votes.max(1) / np.maximum(votes.sum(1), 1), np.nan)


CHANGES = {"0": (0, 0), "1": (1, 1), "2": (2, 2), "3–5": (3, 5), "6–9": (6, 9), "10+": (10, np.inf)}
"""Numbers of changes that are counted together."""


def errors_by_changes(reading: Reading) -> Numbers:
    """Which share of the texts with so many changes is wrong."""
    table = reading.table
    return {
        name: mean(~table["correct"].to_numpy()[table["changes"].between(*limits)]) for name, limits in CHANGES.items()
    }


def mixed_texts(reading: Reading, words: pd.DataFrame) -> Numbers:
    """5. Whether texts with words of several classes change more often, and are wrong more often."""
    source, mixed = np.random.default_rng(reading.seed), mixture(reading, words)
    known = np.isfinite(mixed)
    mixed, labels = mixed[known], reading.labels[known]
    changes, wrong = reading.table["changes"].to_numpy()[known], ~reading.table["correct"].to_numpy()[known]
    null = [rank_correlation(source.permutation(mixed), changes) for _ in range(200)]
    return {
        "mixed and changes": rank_correlation(mixed, changes),
        "shuffled, highest 5 %": np.quantile(null, 0.95),
        **auc_of_wrong("mixed", mixed, wrong, labels, reading.seed),
        **auc_of_wrong("changes", changes, wrong, labels, reading.seed),
    }


# -------------------------------------------------------------------------- 6


def words_of_impact(reading: Reading, words: pd.DataFrame, most: int) -> Numbers:
    """6. Whether jumps are large at the words without which the probability of the predicted class changes most.

    Within each text, from its second word on: Spearman's correlation of both, and how many of the five words of the
    largest impact are among the five largest jumps. The null deals the jumps of each text anew.
    """
    table, source = reading.table, np.random.default_rng(reading.seed)
    some = np.sort(source.permutation(np.flatnonzero(table["length"] >= 2 * FIRST))[:most])
    tells = words["z"].reindex(reading.words).fillna(0).to_numpy()
    rows, null = [], np.zeros(200)
    for text, changes in zip(some, changes_left_out(reading, some), strict=True):
        steps = np.arange(table["start"][text] + 1, table["stop"][text])
        impact, jumps, beside = np.abs(changes[1:]), reading.jump_lengths[steps], reading.jumps[steps]
        rows.append(
            {
                "jumps": rank_correlation(jumps, impact),
                "jumps relative to their place": rank_correlation(beside, impact),
                "how late the word comes": rank_correlation(steps, impact),
                "how much the word tells": rank_correlation(tells[steps], impact),
                "of the five: jumps": shared(jumps, impact),
                "of the five: jumps relative to their place": shared(beside, impact),
                "of the five: how late the word comes": shared(steps, impact),
                "of the five: how much the word tells": shared(tells[steps], impact),
                "of the five: chance": LARGEST / len(steps),
            }
        )
        null += [rank_correlation(source.permutation(jumps), impact) for _ in null]
    table = pd.DataFrame(rows)
    return {
        **table.mean().to_dict(),
        **with_interval("jumps", table["jumps"].to_numpy(), reading.seed),
        "shuffled, highest 5 %": np.quantile(null / len(table), 0.95),
    }


def shared(first: np.ndarray, second: np.ndarray) -> float:
    """Which share of the five greatest of one is among those of the other."""
    return len(np.intersect1d(np.argsort(-first)[:LARGEST], np.argsort(-second)[:LARGEST])) / LARGEST


# -------------------------------------------------------------------- 7 and 8


def wrong_texts(reading: Reading, bag: np.ndarray) -> Numbers:
    """7. Whether texts that the model is wrong about are settled later, and end less sure."""
    table = reading.table
    wrong = ~table["correct"].to_numpy()
    later = ((table["settled word"] + 1) / table["length"]).to_numpy()
    with_labels = reading.labels, reading.seed
    return {
        "wrong": wrong.mean(),
        **auc_of_wrong("settled later", later, wrong, *with_labels),
        **auc_of_wrong("less sure", -table["confidence"].to_numpy(), wrong, *with_labels),
        **auc_of_wrong("a bag of words is less sure", -bag.max(1), wrong, *with_labels),
    }


def jumps_on_map(projection: Projection) -> Numbers:
    """8. Whether a jump on the map is one of the state, and how far to trust the map."""
    table = projection.trust_table
    return {
        "jumps": table["jumps"]["map"],
        "jumps, shuffled": table["jumps"]["shuffled"],
        "jumps, PCA": table["jumps"]["pca"],
        "neighbours kept": table["kept"]["map"],
        "neighbours kept, shuffled": table["kept"]["shuffled"],
        "neighbours kept, PCA": table["kept"]["pca"],
        "trustworthiness": table["trustworthiness"]["map"],
    }


def measured(
    reading: Reading,
    projection: Projection,
    *,
    words: pd.DataFrame,
    chosen: Sequence[str],
    bag: np.ndarray,
    most: int,
) -> dict[tuple[str, str], float]:
    """All numbers of a model, by the number of their claim.

    Parameters
    ----------
    reading : Reading
    projection : Projection
        The map of its states.
    words : DataFrame
        What each word tells, as of `telling_words`.
    chosen : sequence of str
        Those whose jumps are measured.
    bag : ndarray, shape (N, C)
        The probabilities that a bag of words gives to the classes of each text.
    most : int
        How many texts the model reads again without each of their words.
    """
    shuffled = reading.shuffled()
    by_claim = {
        "accuracy": accuracies(reading, bag),
        "1": order_of_map(reading, projection),
        "2": one_change(reading, shuffled, most),
        "3": jumps_of(reading, words, chosen),
        "4": settled_early(reading, shuffled),
        "5": mixed_texts(reading, words),
        "6": words_of_impact(reading, words, most // 2),
        "7": wrong_texts(reading, bag),
        "8": jumps_on_map(projection),
    }
    return {(claim, name): value for claim, numbers in by_claim.items() for name, value in numbers.items()}
