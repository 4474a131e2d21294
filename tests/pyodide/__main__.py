"""Runs all that is public, in this interpreter: `python -m tests.pyodide`, with the limits of Pyodide on it."""

import sys
import tempfile
import warnings
from pathlib import Path

from .limits import impose


def main():
    warnings.simplefilter("error")
    if sys.platform != "emscripten":
        impose()
    from .examples import run_examples
    from .session import SESSIONS

    with tempfile.TemporaryDirectory() as folder:
        for session in SESSIONS:
            own = Path(folder) / session.__name__
            own.mkdir()
            session(own)
        ran, failed, left_out = run_examples(Path(folder))
    for name, said in failed.items():
        sys.stdout.write(f"{name}\n{said}\n")
    sys.stdout.write(f"{len(SESSIONS)} sessions and {len(ran)} examples ran, {len(failed)} failed\n")
    sys.stdout.write(f"not run, as they need what isn't there: {' '.join(left_out)}\n")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
