"""Damages HDF5 files and opens them, in a process of its own, which HDF5 may crash.

``python -m tests.files.damage FOLDER FIRST COUNT`` prints a line before each damaged file, and one for each error
that isn't among those that are documented. Without arguments it opens the files whose paths it reads from its input.
"""

import json
import random
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import h5py
import numpy as np

from lstmvis_widget import OutputTrack, StateExplorer, StateWriter, TopKTrack, describe, read_vocabulary, save_states
from lstmvis_widget.files import tokens_at, track_at

DOCUMENTED = (OSError, ValueError, TypeError)
STEPS = 60
STATES = {"one": np.random.default_rng(0).normal(size=(STEPS, 5)).astype(np.float32), "two": np.zeros((STEPS, 3))}
TRACKS = {
    "pos": list("NV") * 30,
    "p": np.ones(STEPS),
    "k": TopKTrack([["a", "b"]] * STEPS, [[0.5, 0.1]] * STEPS),
    "model": OutputTrack([[0.5, 0.25, 0.25]] * STEPS, ["a", "b", "c"], ["b"] * STEPS),
}


def make_originals(folder):
    """A small file of every kind that is read."""
    folder = Path(folder)
    save_states(folder / "whole.h5", STATES, list("abc") * 20, TRACKS, compression="gzip", source="here")
    save_states(folder / "ids.h5", STATES, [0, 1, 2] * 20, vocabulary=["a", "b", "c"], dtype="float16")
    writer = StateWriter(folder / "growing.h5", compression="gzip")
    for _ in range(3):
        writer.append(STATES, list("abc") * 20, TRACKS)
        writer.end_sequence()
    (folder / "unfinished.h5").write_bytes((folder / "growing.h5").read_bytes()[:400_000])
    writer.close()
    with h5py.File(folder / "foreign.h5", "w") as file:
        file["states/one"] = STATES["one"]
        file["tokens"] = ["word", "x" * 50, ""] * 20
        file["tracks/pos"] = np.array([b"N", b"V"] * 30)
        file["link"] = h5py.SoftLink("/states/one")
        file["out"] = h5py.ExternalLink("elsewhere.h5", "/a")
        file.create_dataset("deep/er/scalar", data=3.5).attrs["unit"] = "nat"
        file.create_dataset("packed", data=np.zeros((50, 4)), chunks=(10, 4), compression="lzf", fletcher32=True)
        file["compound"] = np.zeros(3, [("a", "i4"), ("b", "f8")])
    for name in ("words.dict", "words.txt"):
        (folder / name).write_text("".join(f"word{number} {number}\n" for number in range(30)))
    (folder / "words.json").write_text('{"a": 0, "b": 1, "é": 2}')


def damaged(content, chance):
    """The bytes with some of them changed, cut off, repeated or shifted."""
    raw = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 40])):
        used = min(len(raw), chance.choice([100, 2000, 10_000, len(raw)]))
        at = chance.randrange(max(1, used))
        kind = chance.choice(["bit", "byte", "zeros", "ones", "cut", "copy", "number", "insert"])
        if kind == "bit" and raw:
            raw[at % len(raw)] ^= 1 << chance.randrange(8)
        elif kind == "byte" and raw:
            raw[at % len(raw)] = chance.randrange(256)
        elif kind in ("zeros", "ones"):
            raw[at : at + chance.choice([1, 8, 64])] = (b"\0" if kind == "zeros" else b"\xff") * chance.choice(
                [1, 8, 64]
            )
        elif kind == "cut" and chance.random() < 0.3:
            del raw[at:]
        elif kind == "copy":
            size, to = chance.choice([8, 64, 512]), chance.randrange(max(1, used))
            raw[to : to + size] = raw[at : at + size]
        elif kind == "number":
            raw[at : at + 8] = chance.choice([1, 2**15, 2**31 - 1, 2**40, 2**63 - 1]).to_bytes(8, "little")
        elif kind == "insert" and chance.random() < 0.2:
            raw[at:at] = bytes(chance.choice([1, 8, 100]))
    return bytes(raw)


def explore(path):
    explorer = StateExplorer.open(path)
    try:
        for layer in explorer.layers:
            explorer.layer = layer
            np.asarray(explorer.states[: len(explorer.tokens)])
        explorer.selection = (0, 1)
        list(explorer.tokens)
    finally:
        explorer.close()


def explore_parts(path):
    explorer = StateExplorer(f"{path}::states/one", tokens=f"{path}::tokens", tracks={"pos": f"{path}::tracks/pos"})
    try:
        explorer.selection = (0, 1)
    finally:
        explorer.close()


WAYS = [
    describe,
    explore,
    explore_parts,
    lambda path: StateExplorer(path).close(),
    lambda path: tokens_at(f"{path}::tokens"),
    lambda path: track_at(f"{path}::tracks/k"),
]


def open_every_way(path):
    """The undocumented errors, with their places."""
    wrong = []
    for way in WAYS if path.suffix == ".h5" else [read_vocabulary]:
        try:
            way(path)
        except DOCUMENTED:
            pass
        except Exception:  # noqa: BLE001  (the test looks for any error)
            wrong.append(traceback.format_exc())
    return wrong


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def serve():
    """Open each file whose path comes in, and answer with the undocumented errors."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        say(json.dumps(open_every_way(Path(line.rstrip("\n")))))


def main(folder, first, count):
    """Damage and open ``count`` files; the number of a file decides its damage."""
    warnings.simplefilter("ignore")
    originals = [(path.name, path.read_bytes()) for path in sorted(Path(folder).iterdir()) if path.is_file()]
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(first, first + count):
            chance = random.Random(seed)
            name, content = chance.choice(originals)
            say(f"seed {seed} {name}")
            path = Path(scratch) / f"{seed}{Path(name).suffix}"
            path.write_bytes(damaged(content, chance))
            for wrong in open_every_way(path):
                say(f"WRONG {seed} {name} {wrong}")
            path.unlink()
    say("end")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 1 else serve()
