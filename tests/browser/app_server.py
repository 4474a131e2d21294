"""An app in a host of widgets that has an environment of its own: `make hosts`."""

import sys
from pathlib import Path

from tests.browser.needed import is_not_here
from tests.browser.server import LocalServer

PYTHON = Path(sys.prefix) / "hosts" / "bin" / "python"


class AppServer(LocalServer):
    """`app` as a file in a folder, served by the host on a free port of the loopback address."""

    app: str
    """What the file holds."""
    file_name = "app.py"

    @property
    def address(self) -> str:
        """Where the app opens."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self):
        if not PYTHON.exists():
            is_not_here("the other hosts of widgets are not here; `make hosts` installs them")
        (self._folder / self.file_name).write_text(self.app)
        super().start()

    def _command(self):
        return [str(PYTHON), "-m", *self._arguments()]

    def _arguments(self) -> list[str]:
        """The module that serves, and what it is told."""
        raise NotImplementedError

    def _environment(self):
        return super()._environment() | {"HOME": str(self._folder)}
