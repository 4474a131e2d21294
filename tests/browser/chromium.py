"""Where Chromium is. `python -m tests.browser.chromium` prints it, or fails where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Path of the Chromium of the environment variable CHROMIUM, of the system, or of Playwright, in this order."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = ("/usr/bin/chromium", *(shutil.which(name) for name in NAMES), _of_playwright())
    return next((path for path in found if path and starts(path)), None)


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether the file is a browser, and not a script that tells how to install one."""
    if not Path(path).exists():
        return False
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


if __name__ == "__main__":
    path = find_chromium()
    if path is None:
        sys.exit(1)
    sys.stdout.write(f"{path}\n")
