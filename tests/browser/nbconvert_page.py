"""An executed notebook as nbconvert's HTML, and what its page loads from other machines, from this one."""

import re
from pathlib import Path

from tests.browser.needed import is_not_here

ROOT = Path(__file__).parents[2]
JS = ROOT / "js" / "node_modules"


def convert(source: str, folder: Path) -> Path:
    """Run a notebook of one cell and write it as HTML, with the state of its widgets."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(document, timeout=120, kernel_name="python3").execute()
    text, _ = HTMLExporter().from_notebook_node(document)
    path = folder / "notebook.html"
    path.write_text(text)
    return path


def _file_for(url: str) -> Path | None:
    """The same thing as installed here: require.js, the widget manager, and anywidget itself."""
    import anywidget

    if re.search(r"/require\.js/[\d.]+/require\.min\.js$", url):
        return JS / "requirejs" / "require.js"
    manager = re.search(r"/@jupyter-widgets/html-manager@[^/]*/dist/([\w.-]+)$", url)
    if manager:
        return JS / "@jupyter-widgets" / "html-manager" / "dist" / manager[1]
    if re.search(r"/anywidget@[^/]*/dist/index(\.js)?$", url):
        return Path(anywidget.__file__).parent / "nbextension" / "index.js"
    return None


def serve_from_here(context) -> list[str]:
    """Answer a page's requests with files of this machine; the list fills with those there is nothing for."""
    if not (JS / "@jupyter-widgets" / "html-manager").exists():
        is_not_here("the packages of js/package.json are not here; `npm ci` in js/ installs them")
    unanswered = []

    def answer(route):
        url = route.request.url
        path = _file_for(url)
        if url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
            route.continue_()
        elif path is not None:
            route.fulfill(path=path, headers={"Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*"})
        else:
            unanswered.append(url)
            route.abort()

    context.route("**/*", answer)
    return unanswered
