"""What `make demo` says to people who have never run it."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = shutil.which("make")


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "demo" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def python_that(folder, code):
    """A program that stands for a Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{code}\n")
    path.chmod(0o755)
    return path


def made(folder, *arguments, left=(), **variables):
    """What `make demo` says in a folder whose path has a space, and in which an earlier run has left files."""
    clone = folder / "a clone"
    clone.mkdir()
    for name in left:
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).touch()
    for name in ("Makefile", "pyproject.toml", "data/pyproject.toml"):
        (clone / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    shutil.copytree(ROOT / "demo", clone / "demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        [MAKE, "demo", *arguments], cwd=clone, env=kept | variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("exit 1", "make demo PYTHON=/path/to/python3.11"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "apt-get install python3-venv"),
    ],
    ids=["an old Python", "a Python without venv"],
)
def test_a_python_that_will_not_do_is_told_with_what_to_do(tmp_path, code, advice):
    run = made(tmp_path, f"PYTHON={python_that(tmp_path, code)}")
    assert run.returncode
    assert advice in run.stderr
    assert "Traceback" not in run.stderr


def test_no_python_at_all_is_told_in_the_same_way(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "test", "echo"):
        (programs / name).symlink_to(shutil.which(name))
    run = made(tmp_path, PATH=str(programs))
    assert run.returncode
    assert "Python 3.11 or newer is needed" in run.stderr


@pytest.mark.parametrize("left", [(), (".venv/.demo-installed",)], ids=["anew", "where the Python is gone"])
def test_what_is_done_is_said_before_it_takes_long(tmp_path, left):
    """A Python that makes an environment of itself and installs nothing stands for pip."""
    python = python_that(
        tmp_path,
        'case "$*" in\n'
        '"-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python;;\n'
        f'demo/*) exec "{sys.executable}" -c \'import sys; print(*sys.argv[1:], sep="\\n")\' "$@";;\n'
        "esac",
    )
    run = made(tmp_path, f"PYTHON={python}", "LAB=--no-browser", left=left)
    assert run.returncode == 0, run.stderr
    environment, install, *rest = run.stdout.splitlines()
    assert environment.startswith("Making a Python environment")
    assert install == "demo/install.py"
    assert any(re.search(r"fetches about \d+ MB", line) for line in rest)
    assert rest[-2:] == ["demo/open_lab.py", "--no-browser"]


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found",
            "HTTPS_PROXY",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "Make room"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "PIP_CERT"),
        ("ERROR: No matching distribution found for openTSNE>=1.0.4", "PYTHON="),
        ("ERROR: something that nobody has seen", "something that nobody has seen"),
    ],
    ids=["no network", "a full disk", "a certificate", "no such version", "anything else"],
)
def test_where_pip_fails_it_is_said_what_to_do(said, advice):
    assert advice in script("install").cause(said)


def test_on_a_terminal_a_line_tells_how_far_pip_is():
    progress = script("install").Progress()
    said = [
        "Collecting numpy>=2.0 (from lstmvis-widget==0.1.0)",
        "  Downloading numpy-2.3.1-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (62 kB)",
        "Downloading numpy-2.3.1-cp311-cp311-manylinux_2_28_x86_64.whl (16.5 MB)",
        "Using cached h5py-3.14.0-cp311-cp311-manylinux_2_28_x86_64.whl (500 kB)",
        "Installing collected packages: numpy, h5py",
        "Successfully installed h5py-3.14.0 numpy-2.3.1",
    ]
    assert [progress.after(line) for line in said] == [
        "packages: 1 looked up, 0 fetched (0 MB); now numpy",
        None,
        "packages: 1 looked up, 1 fetched (16 MB); now numpy",
        "packages: 1 looked up, 2 fetched (17 MB); now h5py",
        "packages: 2 to put in place",
        None,
    ]
