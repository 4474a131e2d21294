"""Solara's page, which would come from a CDN: `python -m tests.browser.solara_assets` brings it from npm."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(sys.prefix) / "share" / "solara" / "cdn"
"""Where Solara looks before it asks the CDN. Its own package `solara-assets` is behind it, and has 239 MB."""

NEEDED = re.compile(
    r"package/(require\.js|dist/(fonts\.css|main8\.css|[\w.-]*solara-vuetify-app8\.min\.js|\w+\.woff2?))"
)


def packages() -> list[str]:
    """The npm packages that the page of the installed Solara loads, as in "requirejs@2.3.6"."""
    from solara.server import server

    template = (Path(server.__file__).parent / "templates" / "solara.html.j2").read_text()
    page = "solara-vuetify3-app" if server.vue3 else "solara-vuetify-app"
    return [re.search(rf"{name}@[\d.]+", template)[0] for name in (f"@widgetti/{page}", "requirejs")]


def bring(package: str):
    """Put what the page needs of a package where Solara looks for it."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        npm = os.environ.get("NPM") or shutil.which("npm")
        subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as packed:
            packed.extractall(folder, [part for part in packed if NEEDED.fullmatch(part.name)], filter="data")
        (FOLDER / package).parent.mkdir(exist_ok=True)
        (Path(folder) / "package").replace(FOLDER / package)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in packages():
        if not (FOLDER / name).exists():
            bring(name)
