"""Runs the tests with other versions than the installed ones: `make test-versions`.

`python -m tests.publishing.versions NAME …` names some: ``lowest`` has the oldest Python and the oldest packages that
pyproject.toml allows, ``3.11``, ``3.12`` and so on the newest packages on that Python. Each has an environment of its
own, in build/versions. The tests are those without a browser; what follows ``--pytest`` chooses among them.

PyTorch is the one that the tests pin, in all of them: for an older one Linux has only wheels with gigabytes of CUDA.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "versions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = ("analysis", "distributed", "lstmvis")
WITHOUT_BROWSER = ("-m", "not browser and not slow", "--ignore", "tests/browser")

HELD_BACK = "pyparsing<3.3\n"
"""Constraints that the lowest versions need, and don't say: later ones warn of how matplotlib 3.9 calls them."""


def pythons():
    """The versions of Python that the classifiers name, the oldest first."""
    return re.findall(
        r"^Programming Language :: Python :: (\d+\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE
    )


def lowest():
    """A constraint for each package that the package or an extra asks for: the lowest version that it allows."""
    asked = [*PROJECT["dependencies"], *(line for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra])]
    parts = [re.fullmatch(r"([\w-]+)(?:\[[\w,]+\])?>=([\d.]+)", line) for line in asked]
    return "".join(f"{part[1]}=={part[2]}\n" for part in parts)


def find_python(version):
    """A Python of that version, on the path or of pyenv; None where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)]
    asking = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, [sys.executable, *candidates]):
        said = subprocess.run([str(candidate), "-c", asking], capture_output=True, text=True, check=False)
        if said.stdout.strip() == version:
            return candidate
    return None


def inside(name):
    """The Python of an environment."""
    return FOLDER / name / ("Scripts" if os.name == "nt" else "bin") / "python"


def install(name, python):
    """Make an environment with all that the tests need."""
    subprocess.run([str(python), "-m", "venv", "--clear", str(FOLDER / name)], check=True)
    constraints = FOLDER / name / "constraints.txt"
    constraints.write_text(lowest() + HELD_BACK if name == "lowest" else "")
    pip = [str(inside(name)), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "pip>=25.1"], check=True)
    what = [f".[{','.join(EXTRAS)}]", "./data", "--group", "test-python", "--constraint", str(constraints)]
    subprocess.run([*pip, *what], check=True, cwd=ROOT)


def main():
    parser = argparse.ArgumentParser(description="Run the tests with other versions of Python and of packages.")
    parser.add_argument("names", nargs="*", help="lowest, 3.12, …; all of them by default")
    parser.add_argument("--keep", action="store_true", help="use environments that are there as they are")
    parser.add_argument("--pytest", default=[], nargs=argparse.REMAINDER, help="what pytest is given beside")
    arguments = parser.parse_args()
    outcomes = {}
    for name in arguments.names or ["lowest", *pythons()]:
        python = find_python(pythons()[0] if name == "lowest" else name)
        if python is None:
            outcomes[name] = "this Python isn't here"
            continue
        print(f"\n{name}: {python}", flush=True)
        if not (arguments.keep and inside(name).exists()):
            install(name, python)
        chosen = arguments.pytest or ("--numprocesses", "auto")
        ran = subprocess.run([str(inside(name)), "-m", "pytest", *WITHOUT_BROWSER, *chosen], check=False, cwd=ROOT)
        outcomes[name] = "passed" if ran.returncode == 0 else "FAILED"
    print("", *(f"{name}: {outcome}" for name, outcome in outcomes.items()), sep="\n")
    sys.exit("FAILED" in outcomes.values() or "passed" not in outcomes.values())


if __name__ == "__main__":
    main()
