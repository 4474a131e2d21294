"""When a writing process is killed, the file holds every block whose append had returned."""

import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from lstmvis_widget import StateExplorer

CELLS = {"one": 150, "two": 40}
WRITER = """
import sys
import numpy as np
from lstmvis_widget import StateWriter, TopKTrack
from tests.files.test_killed_writers import block

with StateWriter(sys.argv[1], compression=eval(sys.argv[2])) as writer:
    for number in range(10**9):
        writer.append(*block(number))
        if number % 10 == 9:
            writer.end_sequence()
        print(number + 1, flush=True)
"""


def rows_of(number):
    return 1 + number * 7919 % 97


def block(number):
    """The number of a block decides what it holds."""
    rows = rows_of(number)
    states = {
        name: np.random.default_rng([number, cells]).normal(size=(rows, cells)).astype(np.float32)
        for name, cells in CELLS.items()
    }
    words = [f"{number}.{row}" for row in range(rows)]
    return states, words, {"block": [f"label {number}"] * rows, "number": [number] * rows}


def killed_after(path, compression, seconds):
    """How many blocks the writer had appended, by its own account, when it was killed."""
    command = [sys.executable, "-c", WRITER, str(path), repr(compression)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "1\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().split()
    return int(lines[-1]) if lines else 1


@pytest.mark.parametrize("compression", [None, "gzip"])
@pytest.mark.parametrize("run", range(4))
def test_all_complete_blocks_are_there_after_a_kill_at_any_moment(tmp_path, compression, run):
    path = tmp_path / "states.h5"
    appended = killed_after(path, compression, random.Random(f"{run} {compression}").uniform(0, 0.6))
    explorer = StateExplorer.open(path)
    steps = len(explorer.tokens)
    blocks = int(explorer.tracks["number"][steps - 1]) + 1
    assert blocks in (appended, appended + 1)
    assert steps == sum(map(rows_of, range(blocks)))
    expected = [block(number) for number in range(blocks)]
    for name in CELLS:
        explorer.layer = name
        assert np.array_equal(
            np.asarray(explorer.states[:steps]), np.concatenate([states[name] for states, _, _ in expected])
        )
    assert explorer.tokens[:] == [word for _, words, _ in expected for word in words]
    assert explorer.tracks["block"][:] == [label for _, _, tracks in expected for label in tracks["block"]]
    whole, rest = divmod(blocks, 10)
    lengths = [sum(map(rows_of, range(at * 10, at * 10 + 10))) for at in range(whole)]
    lengths += [sum(map(rows_of, range(whole * 10, blocks)))] if rest else []
    assert explorer.sequences == tuple(lengths)
    explorer.selection = (0, 1)
    assert explorer.error == ""
    explorer.close()
