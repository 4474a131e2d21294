"""The directives `run` and `live`: Python whose result stands below it, made anew with each build.

The blocks of a page share their names, as the cells of a notebook do. The last line of `run` is a value, shown as a
notebook shows it. The last line of `live` is a widget, shown as `to_html` saves it, in a frame that fits.
"""

from __future__ import annotations

import ast
import re
from contextlib import redirect_stdout
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from stored import frame

import lstmvis_widget


class Run(SphinxDirective):
    """Code with its result."""

    has_content = True
    option_spec: ClassVar[Any] = {"hide-code": directives.flag, "title": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Run the code; the nodes are the code and its result."""
        code = "\n".join(self.content)
        names = self.env.temp_data.setdefault("names of code", {})
        printed = StringIO()
        with redirect_stdout(printed):
            value = run(code, names)
        shown = [nodes.literal_block(code, code, language="python")] if "hide-code" not in self.options else []
        if printed.getvalue():
            shown.append(result(printed.getvalue()))
        return [*shown, *self.result(value)]

    def result(self, value: Any) -> list[nodes.Node]:
        """The value of the last line."""
        if value is None:
            return []
        if hasattr(value, "_repr_png_"):
            return [self.picture(value)]
        as_html = getattr(value, "_repr_html_", None)
        if as_html is None:
            return [result(repr(value))]
        return [nodes.raw("", f'<div class="result">{without_styles(as_html())}</div>', format="html")]

    def picture(self, value: Any) -> nodes.Node:
        """The picture of a figure, at the size that a notebook shows it at."""
        png, size = value._repr_png_()
        path, address = self.place("png")
        path.write_bytes(png)
        title = escape(self.options.get("title", "The figure that this code draws"))
        return nodes.raw(
            "", f'<img class="result" src="{address}" alt="{title}" width="{size["width"]}">', format="html"
        )

    def place(self, ending: str) -> tuple[Path, str]:
        """A new file for what this page shows, and its address."""
        page = self.env.docname
        number = self.env.temp_data["number of files"] = self.env.temp_data.get("number of files", 0) + 1
        path = Path(self.env.srcdir) / "_static" / "live" / f"{page.replace('/', '-')}-{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path, f"{'../' * page.count('/')}_static/live/{path.name}"


class Live(Run):
    """Code, and the widget that it makes."""

    def result(self, value: Any) -> list[nodes.Node]:
        """The widget as a page of its own, in a frame."""
        path, address = self.place("html")
        value.to_html(path)
        title = self.options.get("title", "The widget that this code makes")
        return [nodes.raw("", frame(address, title), format="html")]


def run(code: str, names: dict[str, Any]) -> Any:
    """Run code; the value of its last line, None if that isn't an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<documentation>", "exec"), names)  # noqa: S102 - our own code
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<documentation>", "eval"), names)  # noqa: S307 - our own code


def result(text: str) -> nodes.Node:
    """What a line printed, or the value that it has."""
    return nodes.literal_block(text, text.rstrip("\n"), language="none", classes=["result"])


def without_styles(table: str) -> str:
    """A table in HTML without rules of its own: those of the theme are meant for it."""
    return re.sub(r"<style.*?</style>", "", table, flags=re.DOTALL).replace('border="1"', "")


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what is here."""
    lstmvis_widget.options.background = False  # nobody waits for a page that is written
    app.add_directive("run", Run)
    app.add_directive("live", Live)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
