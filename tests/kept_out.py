"""Texts that may not be passed on stay out of saved notebooks.

Such a notebook imports a function of `notebooks/training/fetched_texts.py`, which fetches texts when it runs. The state
of a widget holds all tokens, so none is saved; and no output has more than a few words of a text in a row.
"""

import ast
import importlib
import re
import sys
from pathlib import Path

TRAINING = Path(__file__).parents[1] / "notebooks" / "training"
FEW = 5
"""Words of a text that an output may have in a row."""

WIDGET = "application/vnd.jupyter.widget"
PICTURES = {"image/png", "image/jpeg"}
TAG = re.compile(r"<[^>]*>")


def fetching(document):
    """Names of the functions that fetch the texts of a notebook; none for most notebooks."""
    code = "\n".join("".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code")
    python = "\n".join(line for line in code.splitlines() if not line.lstrip().startswith(("%", "!")))
    names = []
    for each in ast.walk(ast.parse(python)):
        if isinstance(each, ast.ImportFrom) and each.module == "fetched_texts":
            names += [name.name for name in each.names]
        if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "fetched_texts":
            names.append(each.attr)
    return [name for name in module_of_training("fetched_texts").FETCHING if name in names]


def module_of_training(name):
    """A module of notebooks/training, whose modules import each other by name."""
    if str(TRAINING) not in sys.path:
        sys.path.append(str(TRAINING))
    return importlib.import_module(name)


def texts_of(document):
    """The words of the texts that a notebook fetches. Raises ConnectionError where they can't be fetched."""
    module = module_of_training("fetched_texts")
    return [words for name in fetching(document) for words in getattr(module, name)().words]


def shown_in(document):
    """Everything that the outputs of a notebook say: texts by kind of output."""
    for cell in document["cells"]:
        for output in cell.get("outputs", []):
            yield from output.get("data", {}).items()
            for text in ("text", "traceback", "evalue"):
                if text in output:
                    yield "text/plain", output[text]


def quotations(document, texts):
    """What the outputs quote: runs of more than a few words that are in one of the texts."""
    words_of = module_of_training("fetched_texts").WORD.findall
    said = set()
    for kind, value in shown_in(document):
        if kind not in PICTURES:
            words = words_of(TAG.sub(" ", "".join(value) if isinstance(value, list) else str(value)).lower())
            said.update(zip(*(words[start:] for start in range(FEW + 1)), strict=False))
    return sorted(
        {
            " ".join(run)
            for words in texts
            for run in zip(*(words[at:] for at in range(FEW + 1)), strict=False)
            if run in said
        }
    )


def check_kept_out(document, texts):
    """Raise ValueError where a notebook would be saved with texts that may not be passed on."""
    if "widgets" in document["metadata"] or any(kind.startswith(WIDGET) for kind, _ in shown_in(document)):
        raise ValueError("a notebook whose texts may not be passed on shows no widget: its saved state has the tokens")
    quoted = quotations(document, texts)
    if quoted:
        raise ValueError(f"the outputs quote more than {FEW} words of a text in a row, such as {quoted[0]!r}")
