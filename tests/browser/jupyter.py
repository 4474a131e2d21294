"""A real JupyterLab on this machine alone, and notebooks opened in it with Playwright."""

import json
import secrets
import shutil
import sys
import urllib.request
from pathlib import Path

from tests.browser.server import LocalServer

# A widget in a notebook that is scrolled out of sight is taken out of the page where windowing is on.
# The question whether to fetch news would lie over the page.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
}


class JupyterServer(LocalServer):
    """JupyterLab on a free port of the loopback address, in a folder of its own, that no configuration reaches."""

    name = "JupyterLab"

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.folder = folder / "notebooks"
        self._private = folder / "private"
        self._token = secrets.token_hex(16)

    def start(self):
        self.folder.mkdir(parents=True)
        self.reset_settings()
        super().start()

    def reset_settings(self):
        """Forget what a page has set, such as a theme."""
        shutil.rmtree(self._private / "settings", ignore_errors=True)
        for name, value in SETTINGS.items():
            path = self._private / "settings" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value))

    def _cwd(self):
        return self.folder

    def _command(self):
        return [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.terminals_enabled=False",
            f"--IdentityProvider.token={self._token}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]

    def _environment(self):
        return in_private(super()._environment(), self._private)

    def _is_up(self):
        self._request("api/status")

    def _request(self, path, method="GET"):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/{path}", method=method, headers={"Authorization": f"token {self._token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()

    def new_notebook(self, *cells: str) -> str:
        """Write a notebook of these code cells; its name."""
        name = f"{secrets.token_hex(4)}.ipynb"
        (self.folder / name).write_text(document_of(*cells))
        return name

    def address(self, notebook: str = "") -> str:
        """Where JupyterLab opens, with a notebook, in a workspace that nothing else uses."""
        tree = f"/tree/{notebook}" if notebook else ""
        workspace = secrets.token_hex(4)
        return f"http://127.0.0.1:{self._port}/lab/workspaces/{workspace}{tree}?token={self._token}&reset"

    def address_in_notebook_7(self, notebook: str) -> str:
        """Where it opens in Notebook 7, which the same server serves."""
        return f"http://127.0.0.1:{self._port}/notebooks/{notebook}?token={self._token}"

    def shut_down(self, notebook: str):
        """End the kernel of a notebook."""
        for session in json.loads(self._request("api/sessions")):
            if session["path"] == notebook:
                self._request(f"api/sessions/{session['id']}", method="DELETE")


def in_private(given: dict[str, str], folder: Path) -> dict[str, str]:
    """An environment in which Jupyter and IPython keep all they know in a folder, and find nothing of the user's."""
    kept = {name: value for name, value in given.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    folders = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    (folder / "home").mkdir(parents=True, exist_ok=True)
    private = {variable: str(folder / name) for variable, name in folders.items()}
    return kept | private | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def document_of(*cells: str) -> str:
    """A notebook file of these code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel},
        "cells": [_code_cell(source) for source in cells],
    })  # fmt: skip


def _code_cell(source):
    identity = secrets.token_hex(4)
    return {
        "cell_type": "code", "id": identity, "source": source, "metadata": {}, "outputs": [], "execution_count": None,
    }  # fmt: skip
