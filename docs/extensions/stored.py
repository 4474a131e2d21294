"""Brings what stands elsewhere in the repository into the documentation, with its links made to fit.

The notebooks are shown as they are stored, not run. A widget in one is shown live: its saved state becomes a page of
its own, as `to_html` makes one, in a frame.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from lstmvis_widget.sent import html_page
from lstmvis_widget.sent.bundle import bundle

REPOSITORY = Path(__file__).parents[2]

PAGES = {
    "notebooks/METHOD.md": "method.md",
    "CONTRIBUTING.md": "developing.md",
    "CHANGELOG.md": "changes.md",
    "tests/benchmarks/REPORT.md": "speed.md",
    "notebooks/training/README.md": "gallery/training.md",
} | {
    f"notebooks/{notebook.name}": f"gallery/{notebook.name}"
    for notebook in sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
}
"""Where each file stands in the documentation."""

ALSO = {"README.md": "index.md", "notebooks/training": "gallery/training.md"}
"""Pages of the documentation that other files are linked as."""

FOLDERS = {"docs/": "", "notebooks/images/": "_static/images/"}
"""Folders of which every file stands in the documentation, and where."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
LINK = re.compile(r"(?P<bang>!?)\[(?P<text>(?:[^\[\]`]|`[^`]*`|!\[[^\]]*\]\([^)]*\))*)\]\((?P<target>[^)\s]+)\)")
"""A link or an image of Markdown; the text of a link may hold an image."""

ROOTS = {"lv-sequences": "sequences", "lv-scatter": "scatter", "lv-explorer": "widget"}
"""The bundle of a widget, by the class of its root in its script."""


def copy_all(app: Sphinx) -> None:
    """Write all of it into the folder of the documentation."""
    here = Path(app.srcdir)
    for source, page in PAGES.items():
        to = here / page
        to.parent.mkdir(exist_ok=True)
        text = (REPOSITORY / source).read_text("utf-8")
        new = notebook(text, source, here) if source.endswith(".ipynb") else linked(text, source)
        if not to.exists() or to.read_text("utf-8") != new:
            to.write_text(new, "utf-8")
    images = here / "_static" / "images"
    shutil.copytree(REPOSITORY / "notebooks" / "images", images, dirs_exist_ok=True)


def linked(text: str, source: str) -> str:
    """The text of a file with links that lead where the same things stand in the documentation."""
    folder, page = Path(source).parent, place_of(source)

    def link(found: re.Match[str]) -> str:
        target, _, anchor = found["target"].partition("#")
        text = LINK.sub(link, found["text"])
        if not target or "://" in target:
            return found[0]
        there = os.path.normpath(folder / target)
        if not (REPOSITORY / there).exists():
            raise ExtensionError(f"{source} links {target}, which isn't there")
        new = place_of(there)
        if new is None:  # in the repository alone
            return text
        return f"{found['bang']}[{text}]({os.path.relpath(new, Path(page).parent)}{'#' + anchor if anchor else ''})"

    return LINK.sub(link, text)


def place_of(path: str) -> str | None:
    """Where a file of the repository stands in the documentation, None if it doesn't."""
    for folder, place in FOLDERS.items():
        if path.startswith(folder):
            return place + path.removeprefix(folder)
    return PAGES.get(path) or ALSO.get(path)


def link_pages(app: Sphinx, page: str, source: list[str]) -> None:
    """Links of the pages that are written here lead to files of the repository, so that they can be followed there."""
    path = Path(app.env.doc2path(page))
    name = path.relative_to(app.srcdir).as_posix()
    if path.suffix == ".md" and name not in PAGES.values():
        source[0] = linked(source[0], f"docs/{name}")


def notebook(text: str, source: str, here: Path) -> str:
    """A notebook with links that fit, and with its widgets as pages in frames."""
    document = json.loads(text)
    models = document["metadata"].pop("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for number, cell in enumerate(document["cells"]):
        if cell["cell_type"] == "markdown":
            cell["source"] = linked("".join(cell["source"]), source)
        for output in cell.get("outputs", []):
            view = output.get("data", {}).pop(WIDGET_VIEW, None)
            model = models.get(view["model_id"]) if view else None
            if model and model["model_name"] == "AnyModel":
                name = f"{Path(source).stem}-{number}"
                title = "".join(output["data"]["text/plain"]).strip("[']")
                write_view(here, name, title, model)
                output["data"] = {"text/html": frame(f"../_static/live/{name}.html", title)}
    document["metadata"].setdefault("kernelspec", {})["language"] = "python"
    return json.dumps(document, ensure_ascii=False, indent=1)


def write_view(here: Path, name: str, title: str, model: Any) -> None:
    """The page of a widget whose state a notebook has saved."""
    state = {key: value for key, value in model["state"].items() if key not in {"_esm", "_css"}}
    for buffer in model.get("buffers", []):
        *path, last = buffer["path"]
        at: Any = state
        for step in path:
            at = at[step]
        at[last] = {"base64": buffer["data"]}
    which = next(bundled for root, bundled in ROOTS.items() if f'"{root}"' in model["state"]["_esm"])
    live = here / "_static" / "live"
    live.mkdir(parents=True, exist_ok=True)
    (live / f"{name}.html").write_text(html_page.page(state, title, *bundle(which)), "utf-8")


def frame(address: str, title: str) -> str:
    """A frame that fits the page in it, see `_static/live.js`."""
    return f'<iframe class="live" src="{address}" title="{html_page.html.escape(title)}" loading="lazy"></iframe>'


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what is here."""
    app.connect("builder-inited", copy_all, priority=200)
    app.connect("source-read", link_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
