"""Lists what travels between Python and the page, from the tags of the traits: ``python -m tests.protocol``.

It writes the tables in CONTRIBUTING.md, and ``js/test/protocol.json``, with which the tests of the front end compare
its tables of traits.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import traitlets

from lstmvis_widget import PhraseScatter, SequenceExplorer, StateExplorer
from lstmvis_widget.synced.tags import own_traits
from lstmvis_widget.synced.traits import FiniteFloat

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "CONTRIBUTING.md"
FRONT_END = ROOT / "js" / "test" / "protocol.json"
WIDGETS = (StateExplorer, SequenceExplorer, PhraseScatter)


def synced(widget):
    """The synced traits of a widget, by name."""
    return {name: trait for name, trait in own_traits(widget).items() if trait.metadata.get("sync")}


def default(trait):
    """The default as JSON; null where it depends on the data."""
    if trait.default_value is traitlets.Undefined or isinstance(trait, FiniteFloat):
        return None
    to_json = trait.metadata.get("to_json", lambda value, _: value)
    return to_json(trait.default_value, None)


def table(widget):
    """The rows of the guide."""
    rows = ["| trait | set by the page | what it holds |", "| --- | --- | --- |"]
    for name, trait in synced(widget).items():
        page = trait.metadata.get("page") or ""
        help_text = " ".join(trait.help.split())
        rows.append(f"| `{name}` | {page} | {help_text.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def guide(text):
    """The text of the guide with new tables."""
    for widget in WIDGETS:
        name = widget.__name__
        pattern = rf"(<!-- traits of {name} -->\n).*?(<!-- end -->)"
        assert re.search(pattern, text, re.DOTALL), name
        rows = table(widget)
        text = re.sub(pattern, lambda found, rows=rows: f"{found[1]}{rows}\n{found[2]}", text, flags=re.DOTALL)
    return text


def front_end():
    """Names, defaults and ``page`` tags, as JSON for the tests of the front end."""
    listed = {
        widget.__name__: {
            name: {"default": default(trait), "page": trait.metadata.get("page")}
            for name, trait in sorted(synced(widget).items())
        }
        for widget in WIDGETS
    }
    return json.dumps(listed, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    GUIDE.write_text(guide(GUIDE.read_text("utf-8")), "utf-8")
    FRONT_END.write_text(front_end(), "utf-8")
