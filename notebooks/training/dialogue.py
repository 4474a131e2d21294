"""The two books of tales as characters: straight quotation marks, and lines of at most 64 characters."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"

WIDTH = 64
"""Characters of a line at most: those of the printed Alice are about as long."""

OPENING = {"\N{LEFT SINGLE QUOTATION MARK}": "single", "\N{LEFT DOUBLE QUOTATION MARK}": "double"}
CLOSING = {"\N{RIGHT SINGLE QUOTATION MARK}": "single", "\N{RIGHT DOUBLE QUOTATION MARK}": "double"}
MARK = re.compile("[{}\"']".format("".join([*OPENING, *CLOSING])))
BEFORE_CLOSING = re.compile(r"[.,;:!?)\-]$")


def straightened(paragraph: str) -> str | None:
    """The paragraph with ``"`` around what is said, both where it opens and where it closes, and ``'`` for the rest.

    What the first mark is, single or double, has the speech; the other kind is a quotation in it. A single closing mark
    is an apostrophe between letters, and where nothing is open. None for a paragraph whose marks don't go in pairs.
    """
    outer, is_open, written, done = None, False, [], 0
    for found in MARK.finditer(paragraph):
        mark, place = found[0], found.start()
        before, after = paragraph[:place], paragraph[place + 1 : place + 2]
        written.append(paragraph[done:place])
        done = place + 1
        kind = (OPENING | CLOSING).get(mark, "single" if mark == "'" else "double")
        between_letters = before[-1:].isalpha() and after.isalpha()
        apostrophe = kind == "single" and mark not in OPENING and (between_letters or not is_open)
        if apostrophe and not between_letters and BEFORE_CLOSING.search(before):
            return None  # it closes what nothing opens
        if apostrophe or (outer or kind) != kind:
            written.append("'")
            continue
        if is_open if mark in OPENING else mark in CLOSING and not is_open:
            return None
        outer, is_open = kind, not is_open
        written.append('"')
    if is_open:
        return None
    return "".join([*written, paragraph[done:]])


def set_in_lines(paragraphs: list[str]) -> str:
    """Paragraphs whose marks and brackets go in pairs, in lines, with an empty line between them."""
    straight = (straightened(" ".join(each.split())) for each in paragraphs)
    paired = (each for each in straight if each and each.count("(") == each.count(")"))
    return "".join(textwrap.fill(each, WIDTH) + "\n\n" for each in paired)


def alice() -> list[str]:
    """The twelve chapters, without titles and rows of asterisks."""
    text = (CORPUS / "alice29.txt").read_text(encoding="latin-1").replace("\x1a", "").split("THE END")[0]
    text = re.sub(r"(\w-)\n(?=\w)", r"\1", text)
    text = re.sub(r"[_*]", "", text).replace("`", "\N{LEFT SINGLE QUOTATION MARK}")
    text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    chapters = re.split(r"CHAPTER [IVX]+\n", text)[1:]
    return [set_in_lines(re.split(r"\n\s*\n", chapter.strip())[1:]) for chapter in chapters]


def tales() -> list[str]:
    """Grimms' tales, without titles."""
    text = re.sub(r"[_*]", "", (CORPUS / "grimm_tales.txt").read_text(encoding="utf-8"))
    return [set_in_lines(re.split(r"\s{2,}", tale.strip())) for tale in re.split(r"(?m)^# .*$", text)[1:]]
