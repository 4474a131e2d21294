"""What the numeric side and the page take, beside one read of the states: `python -m tests.benchmarks --help`."""

import argparse
import gc
import tempfile
from pathlib import Path

from tests.benchmarks import (
    rows_aligning,
    rows_at_the_edges,
    rows_bars,
    rows_cancelling,
    rows_distributed,
    rows_explored,
    rows_huge,
    rows_in_files,
    rows_in_memory,
    rows_jupyterlab,
    rows_long_limits,
    rows_map_page,
    rows_mapping,
    rows_memory_kept,
    rows_of_columns,
    rows_of_phrases,
    rows_opening,
    rows_page,
    rows_probing,
    rows_recording,
    rows_seen_whole,
    rows_telling,
    rows_transformed,
)
from tests.benchmarks.before import Before, save
from tests.benchmarks.measure import COLUMNS, Neighbours, machine, mib
from tests.benchmarks.setting import Setting

PARTS = {
    "numbers": rows_in_memory,
    "columns": rows_of_columns,
    "explorer": rows_explored,
    "opening": rows_opening,
    "files": rows_in_files,
    "whole": rows_seen_whole,
    "limits": rows_long_limits,
    "transforms": rows_transformed,
    "edges": rows_at_the_edges,
    "cancelling": rows_cancelling,
    "aligning": rows_aligning,
    "phrases": rows_of_phrases,
    "probes": rows_probing,
    "telling": rows_telling,
    "bars": rows_bars,
    "maps": rows_mapping,
    "memory": rows_memory_kept,
    "distributed": rows_distributed,
    "recording": rows_recording,
    "page": rows_page,
    "map": rows_map_page,
    "jupyterlab": rows_jupyterlab,
}
"""The parts of the table, in its order."""

FULL = (1_000_000, 650)

TABLE = "{:90} {:>18} {:>24} {:>40} {:>7} {:>7}  {}"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000, help="time steps T (default: %(default)s)")
    parser.add_argument("--cells", type=int, default=650, help="cells D (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="what the targets are for: T = {:,}, D = {}".format(*FULL))
    parser.add_argument("--huge", action="store_true", help="also 10,000,000 × 256 and 1,000,000 × 4096")
    parser.add_argument(
        "--only", type=_parts, default=tuple(PARTS), metavar="PARTS", help=f"some of {','.join(PARTS)} (default: all)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table as markdown")
    parser.add_argument(
        "--save-figures",
        type=Path,
        metavar="FILE",
        help="add the figures to FILE, as those that later ones stand beside",
    )
    given = parser.parse_args()
    if given.full:
        given.steps, given.cells = FULL
    if given.steps < 20_000:
        parser.error(f"--steps must be at least 20000; got {given.steps}")
    return given


def _parts(text):
    parts = tuple(part.strip() for part in text.split(","))
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(PARTS)}")
    return parts


def all_rows(given, folder):
    setting = Setting((given.steps, given.cells), folder, given.seed)
    for name, part in PARTS.items():
        if name in given.only:
            yield from part.rows(setting)
    del setting
    gc.collect()
    if given.huge:
        yield from rows_huge.rows(given.seed)


def heading(given):
    size = f"T = {given.steps:,}, D = {given.cells}, float32, {mib(given.steps * given.cells * 4)}; seed {given.seed}."
    if not given.full:
        size += " The targets are for T = {:,}, D = {}: `--full`.".format(*FULL)
    return [f"{line}." for line in machine()] + [size]


def markdown(lines, rows, before):
    """The report: where and on what it was measured, and the table."""
    text = ["# Benchmarks", "", "Written by `python -m tests.benchmarks`, which says what each row is.", ""]
    text += [f"- {line}" for line in lines]
    text += [f"- {line}" for line in before.lines()]
    text += ["", _line(COLUMNS), _line(["---", *["---:"] * (len(COLUMNS) - 2), "---"])]
    return "\n".join([*text, *(_line(row.cells(before.of(row))) for row in rows)]) + "\n"


def _line(cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main():
    given = arguments()
    shape = given.steps, given.cells
    lines, neighbours, before = heading(given), Neighbours(), Before(shape)
    print(*lines, *before.lines(), "", sep="\n")
    print(TABLE.format(*COLUMNS))
    rows = []
    try:
        with tempfile.TemporaryDirectory(prefix="lstmvis-benchmarks-") as folder:
            for row in all_rows(given, Path(folder)):
                print(TABLE.format(*row.cells(before.of(row))), flush=True)
                rows.append(row)
    finally:  # what was measured before an interrupt, too
        lines.append(str(neighbours))
        if given.report:
            given.report.write_text(markdown(lines, rows, before))
        if given.save_figures:
            save(given.save_figures, shape, lines, rows)
    missed = [row.what for row in rows if row.met.startswith("NO")]
    print("", lines[-1], f"{len(missed)} targets missed" + "".join(f"\n  {what}" for what in missed), sep="\n")


if __name__ == "__main__":
    main()
