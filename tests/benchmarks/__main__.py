"""What the numeric side and the page take, beside one read of the states: `python -m tests.benchmarks --help`."""

import argparse
import gc
import tempfile
from pathlib import Path

from tests.benchmarks import (
    rows_at_the_edges,
    rows_cancelling,
    rows_huge,
    rows_in_files,
    rows_in_memory,
    rows_of_columns,
    rows_page,
    rows_transformed,
)
from tests.benchmarks.data import cell_states
from tests.benchmarks.measure import COLUMNS, Neighbours, machine, mib
from tests.benchmarks.setting import Setting

FULL = (1_000_000, 650)


def arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000, help="time steps T (default: %(default)s)")
    parser.add_argument("--cells", type=int, default=650, help="cells D (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="what the targets are for: T = {:,}, D = {}".format(*FULL))
    parser.add_argument("--huge", action="store_true", help="also 10,000,000 × 256 and 1,000,000 × 4096")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table as markdown")
    given = parser.parse_args()
    if given.full:
        given.steps, given.cells = FULL
    if given.steps < 20_000:
        parser.error(f"--steps must be at least 20000; got {given.steps}")
    return given


def all_rows(given, folder):
    setting = Setting(cell_states(given.steps, given.cells, given.seed), folder, given.seed)
    for part in (
        rows_in_memory,
        rows_of_columns,
        rows_in_files,
        rows_transformed,
        rows_at_the_edges,
        rows_cancelling,
        rows_page,
    ):
        yield from part.rows(setting)
    del setting, part
    gc.collect()
    if given.huge:
        yield from rows_huge.rows(given.seed)


def heading(given):
    size = f"T = {given.steps:,}, D = {given.cells}, float32, {mib(given.steps * given.cells * 4)}; seed {given.seed}."
    if not given.full:
        size += " The targets are for T = {:,}, D = {}: `--full`.".format(*FULL)
    return [f"{line}." for line in machine()] + [size]


def markdown(lines, rows):
    """The report: where and on what it was measured, and the table."""
    text = ["# Benchmarks", "", "Written by `python -m tests.benchmarks`, which says what each row is.", ""]
    text += [f"- {line}" for line in lines]
    text += ["", _line(COLUMNS), _line(["---", "---:", "---:", "---:", "---:", "---"])]
    return "\n".join([*text, *(_line(row.cells()) for row in rows)]) + "\n"


def _line(cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main():
    given = arguments()
    lines, neighbours = heading(given), Neighbours()
    print(*lines, "", sep="\n")
    print(*("{:68} {:>24} {:>40} {:>7} {:>7}  {}".format(*COLUMNS),), sep="\n")
    rows = []
    with tempfile.TemporaryDirectory(prefix="lstmvis-benchmarks-") as folder:
        for row in all_rows(given, Path(folder)):
            print("{:68} {:>24} {:>40} {:>7} {:>7}  {}".format(*row.cells()), flush=True)
            rows.append(row)
    missed = [row.what for row in rows if row.met.startswith("NO")]
    lines.append(str(neighbours))
    print("", lines[-1], f"{len(missed)} targets missed" + "".join(f"\n  {what}" for what in missed), sep="\n")
    if given.report:
        given.report.write_text(markdown(lines, rows))


if __name__ == "__main__":
    main()
