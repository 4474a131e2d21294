"""What the case studies found, from their saved notebooks into the gallery: `python -m tests.findings`.

The last Markdown that a notebook displays is its finding. The gallery has it between a line `<!-- finding of NAME -->`
and a line `<!-- end -->`, so that the two can't differ: a test compares them.
"""

import json
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "docs" / "gallery" / "index.md"
CASE_STUDIES = {
    "nesting": "Nesting",
    "phrases": "Phrases",
    "dna": "DNA",
    "chords": "Chords",
    "sentiment": "Sentiment",
    "topics": "Topics",
    "quotes": "Quotes",
    "agreement": "Agreement",
}
"""The notebooks, and how the gallery names them."""


def displayed(document):
    """The Markdown that a notebook displays, one text an output."""
    return [
        "".join(output["data"]["text/markdown"])
        for cell in document["cells"]
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]


def finding(name):
    """The last Markdown that a saved notebook displays, on one line, with a space before each percent sign."""
    document = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text())
    return re.sub(r"(?<=\d)%", " %", " ".join(displayed(document)[-1].split()))


def paragraph(name):
    """The finding as the gallery has it."""
    text = f"**[{CASE_STUDIES[name]}](../../notebooks/{name}.ipynb).** {finding(name)}"
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def with_findings(gallery):
    """The text of the gallery with the findings as they are now."""
    for name in CASE_STUDIES:
        marks = re.escape(f"<!-- finding of {name} -->\n"), re.escape("<!-- end -->")
        pattern = re.compile(f"({marks[0]}).*?({marks[1]})", re.DOTALL)
        text = paragraph(name)
        gallery, count = pattern.subn(lambda found, text=text: f"{found[1]}{text}\n{found[2]}", gallery)
        if count != 1:
            raise ValueError(f"the gallery has {count} places for the finding of {name}; it needs one")
    return gallery


def main():
    GALLERY.write_text(with_findings(GALLERY.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
