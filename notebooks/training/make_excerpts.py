"""Cut the excerpts that ship with lstmvis-widget itself out of the sample data sets."""

from __future__ import annotations

import argparse
from pathlib import Path

import h5py
import numpy as np
from common import DATA, EXCERPTS

STEPS = {"alice": 2576, "parens": 500}
"""Time steps from the first on: chapter I of Alice, and as many parentheses as fit beside it into 2 MB."""


def copy_steps(source: h5py.Group, target: h5py.Group, steps: int, total: int) -> None:
    """Copy a group in its order, of its arrays with one entry a time step only the first so many."""
    for name, item in source.items():
        if isinstance(item, h5py.Group):
            copy_steps(item, target.create_group(name, track_order=True), steps, total)
        elif item.shape[:1] == (total,):
            rows = item[:steps]
            # One chunk makes the smallest file, and all of it is read at once.
            packed = {"chunks": rows.shape, "compression": "gzip", "compression_opts": 9, "shuffle": True}
            target.create_dataset(name, data=rows, dtype=item.dtype, **packed)
        else:
            source.copy(item, target, name)


def cut(source: Path, target: Path, steps: int) -> None:
    """Write the first so many time steps of a data set."""
    with h5py.File(source) as full, h5py.File(target, "w", track_order=True) as excerpt:
        total, stops = len(full["tokens"]), np.cumsum(full["sequences"])
        copy_steps(full, excerpt, steps, total)
        lengths = np.diff(np.minimum(stops, steps), prepend=0)
        del excerpt["sequences"]
        excerpt["sequences"] = lengths[lengths > 0]
        for name, value in full.attrs.items():
            excerpt.attrs[name] = value
        excerpt.attrs["excerpt"] = f"the first {steps:,} of {total:,} steps"
    print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB, {steps} of {total} steps")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=EXCERPTS, help="folder of the excerpts")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    for name, steps in STEPS.items():
        cut(DATA / f"{name}.h5", output / f"{name}.h5", steps)


if __name__ == "__main__":
    main()
