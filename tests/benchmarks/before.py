"""Figures of earlier versions, beside which the table sets those of this one: written by `--save-figures`."""

import json
import subprocess
from pathlib import Path

import lstmvis_widget

PATH = Path(__file__).parent / "before.json"


class Before:
    """Runs of the benchmarks, of which the last that has a row at the same size tells it.

    Parameters
    ----------
    shape : (int, int)
        (T, D) of the run that they are set beside.
    path : Path
        Of the JSON file; it may be missing.
    """

    def __init__(self, shape, path=PATH):
        runs = json.loads(path.read_text()) if path.exists() else []
        self._runs = [run for run in runs if tuple(run["shape"]) == tuple(shape)]

    def of(self, row):
        """What a row was, as text: its figure, and the ratio in parentheses; empty for none."""
        for run in reversed(self._runs):
            if row.what in run["rows"]:
                figure, ratio = run["rows"][row.what]
                return figure if ratio is None else f"{figure} ({ratio:.2f})"
        return ""

    def lines(self):
        """Where the figures are from, as lines of text."""
        if not self._runs:
            return ["No figures of an earlier version at this size."]
        return [f"Before: {run['version']}; {' '.join(run['measured on'])}" for run in self._runs]


def save(path, shape, lines, rows):
    """Add a run to a file of figures."""
    runs = json.loads(path.read_text()) if path.exists() else []
    figures = {row.what: [row.figure, None if row.ratio is None else round(row.ratio, 3)] for row in rows}
    runs.append({"version": version(), "shape": list(shape), "measured on": lines, "rows": figures})
    path.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n")


def version():
    """The commit of the package, with its date."""
    folder = Path(lstmvis_widget.__file__).parent
    told = ["git", "-C", str(folder), "log", "-1", "--format=commit %h of %cs"]
    try:
        return subprocess.run(told, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "a version without a commit"
