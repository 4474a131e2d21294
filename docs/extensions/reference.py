"""Writes a page for every public name into `api/`: what is there is read from the package, and listed nowhere else."""

from __future__ import annotations

import importlib
import inspect
import textwrap
from pathlib import Path
from typing import Any

import traitlets
from docstrings import escaped
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import lstmvis_widget
from lstmvis_widget import datasets
from lstmvis_widget.synced.tags import is_ours, own_traits, public_names

SUBJECTS = {
    "Widgets": ("StateExplorer", "SequenceExplorer", "PhraseScatter", "link", "Link", "options"),
    "Cells and matches of any array": (
        "select_cells", "select_cells_at", "count_selected", "on_off_patterns", "rank_matches", "Matches", "Match",
    ),
    "Testing a hypothesis": (
        "enrichment", "enrichment_null", "cell_alignment", "cell_pairs", "contrast_phrases", "probe",
        "threshold_profile", "ThresholdProfile", "map_phrases", "PhraseMap",
    ),
    "States in two dimensions, and how they move": (
        "project_states", "Projection", "step_distances", "jump_contributions", "sequence_table",
    ),
    "From a model": (
        "record_states", "Recording", "occlusion", "ablation_effect", "ablation_effects", "AblationEffect",
    ),
    "Tracks": (
        "CategoricalTrack", "ContinuousTrack", "TopKTrack", "OutputTrack", "tracks_from_text", "tracks_from_frame",
        "ranges_of",
    ),
    "Texts and files": ("read_tokens", "read_conll", "read_vocabulary", "describe", "save_states", "StateWriter"),
}  # fmt: skip
"""The public names by subject, as the list of the reference has them. A name that is in none is an error."""

OTHERS = {
    "what_is_taken": (
        "States, tokens and tracks",
        "What is taken as each of these: arrays, files, tables.",
    ),
    "layout_of_files": ("Our HDF5 files", "Their layout, for other programs."),
}
"""Pages about data rather than a name: what they are called, and what they are."""

DOORS = {
    "States": "states.given.given_states",
    "Tokens": "timeline.tokens.tokens_of",
    "Vocabularies": "timeline.vocabulary.as_vocabulary",
    "Tracks": "timeline.tracks.as_track",
}
"""The functions that take what is given, whose docstrings have the tables of it."""

GUIDES = {
    "figure": ("figures", "Pictures of such figures, and what can be changed in them"),
    **dict.fromkeys(("scenario", "replay", "to_html"), ("sharing", "How to keep and share what is shown")),
    **dict.fromkeys(("undo", "redo"), ("sharing", "What one step is")),
    **dict.fromkeys(("find", "select"), ("select_and_match", "How several phrases are selected at once")),
    "from_lstmvis": ("files", "What such a folder holds"),
}
"""The guide that shows what a method of a widget does, and what a reader finds there."""

HEAD = """\
(api)=

# Reference

Every public name has a page. Import them from `lstmvis_widget`, and the sample data from `lstmvis_widget.datasets`.
"""


def write_pages(app: Sphinx) -> None:
    """Write the pages and their list."""
    folder = Path(app.srcdir) / "api"
    folder.mkdir(exist_ok=True)
    listed = {name for names in SUBJECTS.values() for name in names}
    if listed != set(lstmvis_widget.__all__):
        raise ExtensionError(
            f"docs/extensions/reference.py: in no subject, or not public: {listed ^ set(lstmvis_widget.__all__)}"
        )
    samples = [name for name in vars(datasets) if name.startswith("load_")]
    pages = {name: page("lstmvis_widget", name) for name in listed}
    pages |= {name: page("lstmvis_widget.datasets", name) for name in samples}
    pages["layout_of_files"] = titled("The layout of our files", [".. automodule:: lstmvis_widget.files"])
    pages["what_is_taken"] = titled("What is taken as states, tokens and tracks", accepted())
    for name, text in pages.items():
        write(folder / f"{name}.rst", text)
    write(folder / "index.md", index({**SUBJECTS, "Sample data": samples, "Data": [*OTHERS]}))
    for old in set(folder.glob("*.rst")) - {folder / f"{name}.rst" for name in pages}:
        old.unlink()


def accepted() -> list[str]:
    """The tables of what is taken."""
    head = [
        "The widgets and all functions take these. What follows is done by functions of the package, which nobody",
        "has to call.",
        "",
    ]
    parts = [
        (what, "-" * len(what), "", f".. autofunction:: lstmvis_widget.{door}", "") for what, door in DOORS.items()
    ]
    return [*head, *(line for part in parts for line in part)]


def index(subjects: Any) -> str:
    """The list of all pages."""
    parts = [HEAD]
    for subject, names in subjects.items():
        rows = [f"| {link_to(name)} | {first_line(name)} |" for name in names]
        tree = ["```{toctree}", ":hidden:", f":caption: {subject}", "", *names, "```"]
        parts += [f"\n## {subject}\n", "| name | what it is |", "| --- | --- |", *rows, "", *tree]
    return "\n".join(parts) + "\n"


def link_to(name: str) -> str:
    """The name of a page, with a link to it."""
    return f"[{OTHERS[name][0]}]({name}.rst)" if name in OTHERS else f"[`{name}`]({name}.rst)"


def first_line(name: str) -> str:
    """The first sentence of the docstring."""
    if name in OTHERS:
        return OTHERS[name][1]
    public = getattr(lstmvis_widget, name, None) or getattr(datasets, name)
    paragraph = (inspect.getdoc(public) or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


def page(module: str, name: str) -> str:
    """The page of a public name."""
    public = getattr(importlib.import_module(module), name)
    if not inspect.isclass(public):
        kind = "autofunction" if inspect.isfunction(public) else "autodata"
        more = [] if kind == "autofunction" else ["   :no-value:"]
        return titled(name, [f".. currentmodule:: {module}", "", f".. {kind}:: {name}", *more])
    if issubclass(public, traitlets.HasTraits):
        return widget_page(module, public)
    members = ["   :members:", "   :inherited-members: tuple, Sequence, Mapping, NamedTuple, ndarray"]
    return titled(name, [f".. currentmodule:: {module}", "", f".. autoclass:: {name}", *members])


def widget_page(module: str, widget: type[traitlets.HasTraits]) -> str:
    """The page of a widget: its methods, then its traits with their help, each by itself."""
    name, traits = widget.__name__, own_traits(widget)
    lines = [f".. currentmodule:: {module}", "", f".. autoclass:: {name}{signature(widget)}", ""]
    names = {each for each in (*public_names(widget), "open") if owner(widget, each)}
    lines += ["Methods and properties", "----------------------", ""]
    for each in sorted(names - set(traits)):
        found = inspect.getattr_static(owner(widget, each), each)
        kind = "autoproperty" if isinstance(found, property) else "automethod"
        lines += [f".. {kind}:: {name}.{each}", "", *guide_of(each)]
    lines += ["Traits", "------", ""]
    lines += [
        "Each can be read, and observed with ``observe``. Unless it is read only, it can be set, too, and given as a",
        "keyword when the widget is made.",
        "",
    ]
    for each, trait in traits.items():
        if not each.startswith("_") and trait.help:
            lines += attribute(f"{name}.{each}", trait)
    return titled(name, lines)


def guide_of(method: str) -> list[str]:
    """Under its docstring, where the documentation shows what it does."""
    if method not in GUIDES:
        return []
    guide, about = GUIDES[method]
    return [f"   {about}: :doc:`/guides/{guide}`.", ""]


def signature(widget: type) -> str:
    """The arguments that a widget is made with, without their types."""
    _, *given = inspect.signature(widget.__init__).parameters.values()  # type: ignore[misc]
    return str(inspect.Signature([each.replace(annotation=inspect.Parameter.empty) for each in given]))


def owner(widget: type, name: str) -> type | None:
    """The class of this package that defines a name."""
    return next((kind for kind in widget.__mro__ if is_ours(kind) and name in vars(kind)), None)


def attribute(name: str, trait: traitlets.TraitType[Any, Any]) -> list[str]:
    """A trait: what it holds, its default, and its help."""
    holds, _, default = trait.__doc__.partition("\n\n")[0].partition(" : ")[2].rpartition("; ")
    text = "\n\n".join(["*" + f"{holds}; {default}".replace("*", "\\*") + "*", escaped(trait.help)])
    return [f".. py:attribute:: {name}", "", *textwrap.indent(text, "   ").split("\n"), ""]


def titled(title: str, lines: list[str]) -> str:
    """A page."""
    return "\n".join([title, "=" * len(title), "", *lines]) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file, unless it holds that already: Sphinx reads again what is newer."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def without_lists(_app: Sphinx, what: str, *about: Any) -> None:
    """Take the lists of traits and of methods out of the docstring of a widget: each has an entry of its own."""
    _, obj, _, lines = about
    if what != "class" or not issubclass(obj, traitlets.HasTraits):
        return
    for section in {"Attributes", "Methods"} & set(lines):
        first = lines.index(section)
        rest = range(first + 2, len(lines) - 1)
        after = next((at for at in rest if lines[at] and set(lines[at + 1]) == {"-"}), len(lines))
        del lines[first:after]


def is_internal(_app: Sphinx, _what: str, _name: str, *about: Any) -> bool | None:
    """Leave out what is marked as being for the package alone."""
    obj, *_ = about
    marked = getattr(getattr(obj, "fget", None) or getattr(obj, "__func__", obj), "for_the_package", False)
    return True if marked is True else None


def shown_as_code(app: Sphinx, env: Any, node: Any, contnode: Any) -> Any:  # noqa: ARG001
    """Text in single backticks that names nothing of the reference is code: an argument, a value, a private name."""
    return contnode if node.get("reftype") == "obj" else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what is here."""
    app.connect("builder-inited", write_pages, priority=100)
    app.connect("autodoc-process-docstring", without_lists, priority=50)
    app.connect("autodoc-skip-member", is_internal)
    app.connect("missing-reference", shown_as_code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
