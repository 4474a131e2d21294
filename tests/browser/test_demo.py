"""The first minute: what `make demo` opens."""

import shutil
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import only_this_machine, watched_page
from tests.browser.gestures import brush, part, shows
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook import Notebook

ROOT = Path(__file__).parents[2]
LAPTOP = {"width": 1280, "height": 720}


class DemoServer(JupyterServer):
    """What `make demo` starts, in a folder with what it needs, for a user who has no Jupyter settings."""

    def start(self):
        for name in ("demo", "notebooks"):
            (self.folder / name).mkdir(parents=True)
        shutil.copytree(ROOT / "demo", self.folder / "demo", dirs_exist_ok=True)
        shutil.copy(ROOT / "notebooks" / "quickstart.ipynb", self.folder / "notebooks")
        (self.folder / "lstmvis_widget").symlink_to(ROOT / "lstmvis_widget")
        super(JupyterServer, self).start()

    def _command(self):
        return [
            sys.executable,
            str(self.folder / "demo" / "open_lab.py"),
            "--no-browser",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self._token}",
            "--LabApp.expose_app_in_browser=True",
        ]

    def _is_up(self):
        if self.address_said is None:
            raise ConnectionError

    @property
    def address_said(self):
        """The address that it has printed; None: none yet."""
        lines = [line.strip() for line in self.log.splitlines()]
        return next((line for line in lines if line.startswith("http")), None)

    @property
    def settings(self):
        """What has been written into the folders that hold a user's settings."""
        folders = [self._private / name for name in ("config", "settings", "workspaces")]
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def demo(tmp_path):
    server = DemoServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_the_first_thing_in_view_is_a_live_widget_with_a_hint_what_to_try(demo, browser):
    with watched_page(browser) as page, only_this_machine(page.context):
        page.set_viewport_size(LAPTOP)
        page.goto(demo.address_said)
        notebook, explorer = Notebook(page), page.locator(".lstmvis[data-ready='true']").first
        explorer.wait_for(timeout=60_000)
        expect(part(explorer, "saved-note")).to_be_hidden()
        expect(page.locator("strong", has_text="drag over other words")).to_be_in_viewport()
        for name in ("plot", "words", "pattern"):
            expect(part(explorer, name)).to_be_in_viewport(ratio=1)
        shows(explorer, selection=(1678, 1681), matches=50)
        brush(explorer, 1672, 1674)
        notebook.wait_for_kernel()
        assert notebook.value("[explorer.selection, get_ipython().execution_count]") == [[1672, 1674], 2]
        # Loaded again, the page finds what was selected, and runs nothing anew.
        notebook.save()
        page.reload()
        notebook.wait_for_kernel()
        shows(page.locator(".lstmvis[data-ready='true']").first, selection=(1672, 1674))
        assert notebook.value("get_ipython().execution_count") == 2
    assert demo.settings == []
