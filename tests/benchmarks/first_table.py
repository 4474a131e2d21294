"""The first table of labels of a process, which loads what counts them: `python -m tests.benchmarks.first_table`."""

import json
import subprocess
import sys

import numpy as np

from tests.benchmarks.data import annotated, cell_states
from tests.benchmarks.explored import Telling, explored

STEPS, CELLS = 5000, 50


def told():
    """Seconds that it takes, and seconds until the page says that it is under way."""
    ran = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def _told():
    given = annotated(STEPS, 0, n_sequences=10)
    states = np.asarray(cell_states(STEPS, CELLS, 0))
    with explored(states, **given, selection=(2000, 2001), match_tracks=["pos"]) as explorer:
        explorer.finish()
        telling = Telling(explorer, lambda: setattr(explorer, "_label_table", "pos"))
    return {"seconds": telling.seconds, "silent": telling.silent}


if __name__ == "__main__":
    print(json.dumps(_told()))
