"""What the numbers of `expectations` say of each claim: when it holds, for one model and for all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOLDS, IN_PART, NOT = "holds", "in part", "does not hold"


@dataclass(frozen=True)
class Claim:
    """A claim, what shows it, and what it is held against.

    Attributes
    ----------
    number : str
        By which its numbers are found.
    text : str
        The claim, as of texts; `{words}` stands for the kind of words that tell a class.
    here, chance, words_alone : str
        What is said of the numbers, in braces by their names: the mean over the models, and the range.
    parts : callable
        Of the numbers of one model: which parts of the claim are so. It holds if all are, and in part if one is.
    short : str
        The numbers in short, for a finding.
    """

    number: str
    text: str
    here: str
    chance: str
    words_alone: str
    parts: Callable[[Mapping[str, float]], tuple[bool, ...]]
    short: str


CLAIMS = (
    Claim(
        "1",
        "the map is ordered by what is expected",
        "{on the map:.0%} of the variance told by neighbours in other texts on the map, {in all dimensions:.0%} in all "
        "dimensions",
        "{shuffled, highest 5 %:.0%} shuffled; a random direction of the states {random directions, mean:.0%}, highest "
        "5 % {random directions, highest 5 %:.0%}",
        "{same word elsewhere:.0%} by the same word elsewhere",
        lambda of: (
            of["on the map"] > max(of["shuffled, highest 5 %"], of["same word elsewhere"]),
            of["on the map"] > of["random directions, highest 5 %"],
        ),
        "{on the map:.0%} of the variance is told by neighbours in other texts, {same word elsewhere:.0%} by the same "
        "word",
    ),
    Claim(
        "2",
        "one word can decide",
        "{exactly one change:.1%} change exactly once, half of them by word {median word of the change:.0f}; without "
        "that word {lost without that word:.1%} lose their class",
        "{words shuffled:.1%} change once with their words shuffled; {lost without one within five:.1%} lose their "
        "class without another word within five",
        "–",
        lambda of: (of["more than shuffled, from"] > 0, of["more than within five, from"] > 0),
        "{exactly one change:.0%} change once, {words shuffled:.0%} with shuffled words; without that word "
        "{lost without that word:.1%} lose their class, without one near it {lost without one within five:.1%}",
    ),
    Claim(
        "3",
        "{words} words make larger jumps than words of like frequency",
        "{mean jump:.2f} of the mean jump at their place",
        "{of words as frequent:.2f}, highest 5 % {of words as frequent, highest 5 %:.2f} (p = {p:.3f})",
        "–",
        lambda of: (of["p"] < 0.05,),
        "{mean jump:.2f} against {of words as frequent:.2f}",
    ),
    Claim(
        "4",
        "some are decided from the first words",
        "{settled early:.0%} are settled within ten words; the class expected then is that of the end in "
        "{class after ten words is that of the end:.0%}",
        "{words shuffled:.0%} with their words shuffled; {by the classes' frequencies:.0%}",
        "–",
        lambda of: (of["more than by frequencies, from"] > 0, of["more than shuffled, from"] > 0),
        "{settled early:.0%} are settled within ten words, {words shuffled:.0%} with shuffled words",
    ),
    Claim(
        "5",
        "mixed ones go to and fro, and are wrong more often",
        "rank correlation of mixture and changes {mixed and changes:.2f}; AUC for wrong: mixture {mixed:.2f}, changes "
        "{changes:.2f} (within classes {mixed, within classes:.2f}, {changes, within classes:.2f})",
        "{shuffled, highest 5 %:.2f}; 0.50",
        "the mixture is one of words alone",
        lambda of: (
            of["mixed and changes"] > of["shuffled, highest 5 %"],
            of["mixed, from"] > 0.5,
            of["changes, from"] > 0.5,
        ),
        "rank correlation {mixed and changes:.2f}; AUC for wrong {mixed:.2f}, of the number of changes {changes:.2f}",
    ),
    Claim(
        "6",
        "jumps find the words with the largest impact",
        "rank correlation {jumps:.2f}; {of the five: jumps:.0%} of the five largest",
        "{shuffled, highest 5 %:.2f}; {of the five: chance:.0%}",
        "how much a word tells: {how much the word tells:.2f}, {of the five: how much the word tells:.0%}; how late it "
        "comes: {how late the word comes:.2f}, {of the five: how late the word comes:.0%}",
        lambda of: (of["jumps, from"] > of["shuffled, highest 5 %"], of["of the five: jumps"] >= 0.5),
        "rank correlation {jumps:.2f}, {of the five: jumps:.0%} of the five largest; by chance "
        "{of the five: chance:.0%}",
    ),
    Claim(
        "7",
        "wrong ones settle later, and nearer to unsure",
        "AUC {settled later:.2f} and {less sure:.2f} (within classes {settled later, within classes:.2f}, "
        "{less sure, within classes:.2f})",
        "0.50",
        "a bag of words is less sure of them, too: {a bag of words is less sure:.2f}",
        lambda of: (of["settled later, from"] > 0.5, of["less sure, from"] > 0.5),
        "AUC {settled later:.2f} and {less sure:.2f}",
    ),
    Claim(
        "8",
        "a jump on the map is a jump of the state",
        "rank correlation {jumps:.2f}",
        "{jumps, shuffled:.2f} shuffled",
        "without t-SNE, by PCA: {jumps, PCA:.2f}",
        lambda of: (of["jumps"] > of["jumps, shuffled"] + 0.1, of["jumps"] >= 0.7),
        "rank correlation {jumps:.2f}, by PCA {jumps, PCA:.2f}",
    ),
)


def written(value: float, style: str) -> str:
    """A number, with the signs of typography and no minus before zero."""
    text = format(value, style).replace("%", " %")
    return text.removeprefix("-") if float(text.removesuffix(" %")) == 0 else text.replace("-", "−")


def over_models(numbers: pd.DataFrame, *, with_mean: bool = False) -> Callable[[str], str]:
    """What fills a template with numbers: their range over the models, which are columns, or the one of all."""

    def fill(found: re.Match[str]) -> str:
        values = numbers.loc[found[1]]
        mean, low, high = (written(each, found[2]) for each in (values.mean(), values.min(), values.max()))
        if low == high:
            return low
        span = f"{low.removesuffix(' %')} to {high}"
        return f"{mean} ({span})" if with_mean else span

    return lambda template: re.sub(r"\{([^{}]+):([^:{}]+)\}", fill, template)


def verdict(claim: Claim, of: Mapping[str, float]) -> str:
    """What one model says of a claim."""
    parts = claim.parts(of)
    return HOLDS if all(parts) else IN_PART if any(parts) else NOT


def together(verdicts: list[str]) -> str:
    """What several models say: what all of them do, else in part."""
    return verdicts[0] if len(set(verdicts)) == 1 else IN_PART


def table_of_claims(numbers: pd.DataFrame, words: str) -> pd.DataFrame:
    """One row a claim: the number, what chance and the words alone give, and the verdict of each model and of all.

    Parameters
    ----------
    numbers : DataFrame
        A column for each model; the index is the number of the claim, and the name of the number.
    words : str
        What words that tell a class are called.
    """
    rows = []
    for claim in CLAIMS:
        of_claim = numbers.loc[claim.number]
        said = over_models(of_claim, with_mean=True)
        verdicts = [verdict(claim, of_claim[model]) for model in of_claim]
        text = f"{claim.number}. {claim.text.replace('{words}', words)}"
        cells = [said(each) for each in (claim.here, claim.chance, claim.words_alone)]
        rows.append((text, *cells, " · ".join(verdicts), together(verdicts)))
    columns = ["finding", "here", "chance", "beside it", "each model", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def finding(numbers: pd.DataFrame, words: str) -> str:
    """All claims in one paragraph, with their verdicts."""
    table, sentences = table_of_claims(numbers, words), []
    for claim, whole in zip(CLAIMS, table["verdict"], strict=True):
        text = claim.text.replace("{words}", words)
        said = over_models(numbers.loc[claim.number])(claim.short)
        sentences.append(f"*{text[0].upper()}{text[1:]}*: **{whole}** ({said}).")
    return " ".join(sentences)
