"""One open notebook: cells are run, their output is read, and what a gesture did is asked for in Python."""

import json

from playwright.sync_api import Locator, Page

CELL_MILLISECONDS = 60_000

# Cells that are run before the kernel is connected are lost without a word.
KERNEL_READY = """() => {
    const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
    const kernel = context?.session?.kernel;
    return context?.isReady && kernel?.connectionStatus === 'connected' && kernel?.status === 'idle';
}"""

# Starts the cell and returns at once: a promise awaited here would block every other question to the page.
START_CELL = """([index, source]) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    if (source !== null) {
        index = content.model.sharedModel.cells.length;
        content.model.sharedModel.insertCell(index, { cell_type: 'code', source, metadata: { trusted: true } });
    }
    content.activeCellIndex = index;
    content.deselectAll();
    window.finishedCells ??= new Map();
    window.finishedCells.delete(index);
    window.jupyterapp.commands.execute('notebook:run-cell').finally(() => window.finishedCells.set(index, true));
    return index;
}"""

# Of what a test has run, a kernel keeps the modules that are imported, and nothing else.
FORGET = """
from ipywidgets import Widget
Widget.close_all()
get_ipython().run_line_magic("reset", "-sf")
__import__("gc").collect()
"""

TAKE_OUT_CELLS = """() => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
    sharedModel.clearUndoHistory();
    window.finishedCells?.clear();
}"""

# Asks the kernel as a cell does, in the order of what was sent to it before, but draws no cell.
ASK = """async ([code, patience]) => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    const asked = sessionContext.session.kernel.requestExecute({ code, store_history: false });
    let said = '';
    asked.onIOPub = ({ content }) => { if (content.name === 'stdout') said += content.text; };
    const late = new Promise((_, refuse) => setTimeout(refuse, patience, new Error(`no answer to ${code}`)));
    const { content: reply } = await Promise.race([asked.done, late]);
    return reply.status === 'ok' ? [said, null] : [said, reply.traceback ?? [reply.status]];
}"""

CLOSE = """async () => {
    const { currentWidget } = window.jupyterapp.shell;
    await currentWidget.context.save();
    currentWidget.close();
}"""

OUTPUTS = "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.toJSON()"


class CellError(AssertionError):
    """A cell raised; the traceback is the message."""


class Notebook:
    """A notebook in the page; `run` appends a cell and gives its text, `value` gives the value of an expression."""

    def __init__(self, page: Page):
        self.page = page
        self.name: str | None = None

    def open(self, name: str):
        """Open it in the JupyterLab that is in the page already."""
        self.name = name
        self.page.evaluate("path => void window.jupyterapp.commands.execute('docmanager:open', { path })", name)
        self.page.wait_for_function("path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=name)
        self.wait_for_kernel()

    def close(self):
        """Close it as it is."""
        self.page.evaluate(CLOSE)

    def clear(self):
        """Close all widgets, forget all names and take out all cells."""
        self._ask(FORGET)
        self.page.evaluate(TAKE_OUT_CELLS)

    def wait_for_kernel(self):
        self.page.wait_for_function(KERNEL_READY, timeout=CELL_MILLISECONDS)

    def start(self, source: str) -> int:
        """Append a cell and start it without waiting for its end; its index."""
        return self.page.evaluate(START_CELL, [None, source])

    def is_finished(self, index: int) -> bool:
        return self.page.evaluate("index => window.finishedCells.has(index)", index)

    def finish(self, index: int) -> str:
        """Wait for the end of a cell that was started; its text, or its error raised here."""
        self.page.wait_for_function(
            "index => window.finishedCells.has(index)", arg=index, timeout=CELL_MILLISECONDS, polling=20
        )
        outputs = self.page.evaluate(OUTPUTS, index)
        for output in outputs:
            if output["output_type"] == "error":
                raise CellError("\n".join(output["traceback"]))
        return "".join(_text(output) for output in outputs)

    def run(self, source: str) -> str:
        return self.finish(self.start(source))

    def run_existing(self, index: int) -> str:
        """Run a cell that the notebook was opened with."""
        return self.finish(self.page.evaluate(START_CELL, [index, None]))

    def value(self, expression: str):
        """The value of a Python expression of plain values and arrays, in the kernel."""
        code = f"import json as _json; print(_json.dumps({expression}, default=lambda value: value.tolist()))"
        return json.loads(self._ask(code))

    def _ask(self, code: str) -> str:
        """Run this in the kernel without a cell; what it printed."""
        said, traceback = self.page.evaluate(ASK, [code, CELL_MILLISECONDS])
        if traceback is not None:
            raise CellError("\n".join(traceback))
        return said

    def save(self):
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def reload(self):
        """Load the page again; the kernel lives on."""
        self.page.reload()
        self.wait_for_kernel()

    def set_theme(self, name: str):
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)

    def explorer(self, view: int = 0) -> Locator:
        """A view of the widget that has drawn what Python sent."""
        shown = self.page.locator(".lstmvis[data-ready='true']").nth(view)
        shown.wait_for(timeout=CELL_MILLISECONDS)
        return shown


def _text(output):
    text = output.get("text", output.get("data", {}).get("text/plain", ""))
    return text if isinstance(text, str) else "".join(text)
